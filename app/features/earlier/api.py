"""JSON API of earlier answers."""

from typing import Annotated

from fastapi import Query

from app.domain.actions import Action
from app.features.earlier import service
from app.features.earlier.schemas import EarlierList
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["requests"])


@routes.read("/earlier-answers", action=Action.FIND_EARLIER, response_model=EarlierList)
def look(tx: Tx, q: Annotated[str, Query(max_length=2_000)] = "") -> EarlierList:
    """Give what the caller's organisation was answered before that fits these words."""
    return service.look(tx, q)
