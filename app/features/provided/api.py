"""JSON API of the ledger of what was asked and provided."""

from typing import Annotated

from fastapi import Query

from app.domain.actions import Action
from app.features.provided import service
from app.features.provided.schemas import ProvidedFilter, ProvidedList, ProvidedRow
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["requests"])
Wanted = Annotated[str, Query(max_length=40)]


@routes.read("/asked-and-provided", action=Action.READ_PROVIDED, response_model=ProvidedList)
def read_provided(
    tx: Tx,
    organisation: Wanted = "",
    review: Wanted = "",
    outcome: Wanted = "",
    code: Wanted = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> ProvidedList:
    """Give a page of what was asked and what was provided, with counts over all of it."""
    wanted = ProvidedFilter(organisation=organisation, review=review, outcome=outcome, code=code)
    return service.read_provided(tx, wanted, page=page)


@routes.read(
    "/asked-and-provided/export", action=Action.READ_PROVIDED, response_model=list[ProvidedRow]
)
def export_provided(
    tx: Tx, organisation: Wanted = "", review: Wanted = "", outcome: Wanted = "", code: Wanted = ""
) -> tuple[ProvidedRow, ...]:
    """Give all of it at once."""
    wanted = ProvidedFilter(organisation=organisation, review=review, outcome=outcome, code=code)
    return service.export_provided(tx, wanted)
