"""The page on which marks of an earlier version are carried over, and its forms."""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.features.redactions import carrying
from app.features.redactions.carrying_schemas import CarryIdentical, CarryMark, DropMark
from app.features.redactions.marking import read_places, written
from app.kernel.errors import Conflict, Invalid
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()

_KINDS = {
    "moved": "Same words, other surroundings",
    "several": "More than one place may be meant",
    "changed": "The words have changed",
    "gone": "Nothing like it was found",
    "area": "No words stand under it",
    "unread": "Its file is not read yet",
}


@routes.page("/versions/{version_id}/carry-over", action=Action.CARRY_REDACTIONS)
def carry_page(
    tx: Tx, request: Request, version_id: str, done: int = 0, left: int = 0, dropped: str = ""
) -> HTMLResponse:
    """Show which marks of earlier versions wait, and where each may go."""
    return _carry_page(tx, request, version_id, done=done, left=left, dropped=bool(dropped))


def _carry_page(
    tx: Transaction,
    request: Request,
    version_id: str,
    *,
    done: int = 0,
    left: int = 0,
    dropped: bool = False,
    problem: Invalid | Conflict | None = None,
    at: str = "",
    typed: str = "",
) -> HTMLResponse:
    view = carrying.open_carry_over(tx, version_id)
    return show(
        tx,
        request,
        "redactions/carry_over.html",
        status=problem.status if problem else 200,
        view=view,
        written=written,
        kinds=_KINDS,
        done=done,
        left=left,
        dropped=dropped,
        problem=problem,
        at=at,
        typed=typed,
    )


@routes.form("/versions/{version_id}/carry-over", action=Action.CARRY_REDACTIONS)
def carry_form(
    tx: Tx,
    request: Request,
    version_id: str,
    earlier: Annotated[str, Form()] = "",
    marks: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Carry the ticked marks over together: the same words in the same surroundings."""
    values = {"earlier": earlier, "marks": marks or []}
    try:
        carried = carrying.carry_identical(tx, version_id, command_from(CarryIdentical, values))
    except (Invalid, Conflict) as error:
        tx.rollback()
        fault = error if marks else Invalid("Tick the redactions that you carry over together.")
        return _carry_page(tx, request, version_id, problem=fault, at=earlier)
    return _done(version_id, len(marks or []), carried.reasons_left_out)


@routes.form("/versions/{version_id}/carry-over/mark", action=Action.CARRY_REDACTIONS)
def carry_mark_form(
    tx: Tx,
    request: Request,
    version_id: str,
    mark: Annotated[str, Form()] = "",
    places: Annotated[str, Form()] = "",
) -> Response:
    """Carry one mark over to the place that was chosen."""
    values = {"mark": mark, "places": read_places([places]) if places else []}
    try:
        carried = carrying.carry_mark(tx, version_id, command_from(CarryMark, values))
    except (Invalid, Conflict) as error:
        tx.rollback()
        fault = error if places else Invalid("Choose where it goes.")
        return _carry_page(tx, request, version_id, problem=fault, at=mark)
    return _done(version_id, 1, carried.reasons_left_out)


@routes.form("/versions/{version_id}/carry-over/not-needed", action=Action.CARRY_REDACTIONS)
def drop_form(
    tx: Tx,
    request: Request,
    version_id: str,
    mark: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Say why a mark is not needed here."""
    try:
        command = command_from(DropMark, {"mark": mark, "reason": reason})
        carrying.drop_mark(tx, version_id, command)
    except (Invalid, Conflict) as error:
        tx.rollback()
        return _carry_page(tx, request, version_id, problem=error, at=mark, typed=reason)
    return see_other(f"/versions/{version_id}/carry-over?dropped=yes")


def _done(version_id: str, marks: int, left_out: int) -> Response:
    left = f"&left={left_out}" if left_out else ""
    return see_other(f"/versions/{version_id}/carry-over?done={marks}{left}")
