"""JSON API of earlier answers."""

from typing import Annotated

from fastapi import Query

from app.domain.actions import Action
from app.features.requests import offering
from app.features.requests.rows import EarlierList
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["requests"])


@routes.read("/earlier-answers", action=Action.FIND_EARLIER, response_model=EarlierList)
def look(tx: Tx, q: Annotated[str, Query(max_length=2_000)] = "") -> EarlierList:
    """Give what the caller's organisation was answered before that fits these words."""
    return offering.look(tx, q)


@routes.read("/earlier-answers/offered", action=Action.FIND_EARLIER, response_model=EarlierList)
def offer(tx: Tx, q: Annotated[str, Query(max_length=2_000)] = "", review: str = "") -> EarlierList:
    """Give the few earlier answers that fit a question best, as far as it is written."""
    return offering.offer(tx, q, review_id=review)
