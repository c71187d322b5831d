"""Pages of what an imported file holds: the report on it, and the words that wait for a look."""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from app.access.decide import may
from app.domain.actions import Action
from app.domain.targets import Target
from app.features.ingestion import service
from app.features.ingestion.schemas import DoubtsView, SettleWords
from app.kernel.errors import Conflict, Invalid
from app.transaction import Transaction
from app.web.page_view import EditorPage, Mark
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()


@routes.page("/versions/{version_id}/file", action=Action.READ_INGESTION)
def file_page(tx: Tx, request: Request, version_id: str) -> HTMLResponse:
    """Show what the imported file holds beside its pages."""
    view = service.open_file(tx, version_id)
    return show(tx, request, "ingestion/file.html", view=view)


@routes.page("/versions/{version_id}/file/pages/{number}", action=Action.READ_INGESTION)
def doubts_page(tx: Tx, request: Request, version_id: str, number: int) -> HTMLResponse:
    """Show one page with the words that no pixels confirmed."""
    return _doubts_page(tx, request, version_id, number)


def _doubts_page(
    tx: Transaction,
    request: Request,
    version_id: str,
    number: int,
    *,
    problem: str = "",
    status: int = 200,
) -> HTMLResponse:
    view = service.open_doubts(tx, version_id, number)
    target = Target("version", version_id)
    return show(
        tx,
        request,
        "ingestion/doubts.html",
        status=status,
        view=view,
        sheet=_sheet(view),
        can_confirm=may(tx, Action.CONFIRM_WORDS, target),
        problem=problem,
    )


def _sheet(view: DoubtsView) -> EditorPage:
    across, down = view.width_px / view.width_pt, view.height_px / view.height_pt
    return EditorPage(
        number=view.page,
        width_px=view.width_px,
        height_px=view.height_px,
        width_pt=view.width_pt,
        height_pt=view.height_pt,
        image_url=f"/versions/{view.version_id}/pages/{view.page}/image",
        marks=[
            Mark(
                id=f"word-{doubt.place}",
                x=round(doubt.rect[0] * across, 1),
                y=round(doubt.rect[1] * down, 1),
                w=round((doubt.rect[2] - doubt.rect[0]) * across, 1),
                h=round((doubt.rect[3] - doubt.rect[1]) * down, 1),
                state="approved" if doubt.confirmed else "proposed",
                categories=(str(doubt.place + 1),),
                href=f"#word-{doubt.place}",
            )
            for doubt in view.doubts
        ],
    )


@routes.form("/versions/{version_id}/file/words", action=Action.CONFIRM_WORDS)
def settle_form(
    tx: Tx,
    request: Request,
    version_id: str,
    page: Annotated[int, Form()] = 1,
    words: Annotated[list[str] | None, Form()] = None,
    decision: Annotated[str, Form()] = "",
) -> Response:
    """Confirm the chosen words, or take a confirmation back."""
    try:
        command = SettleWords.model_validate(
            {"page": page, "words": words or [], "confirmed": decision != "undo"}
        )
        service.settle_words(tx, version_id, command)
    except (Invalid, Conflict, ValidationError) as error:
        tx.rollback()
        if isinstance(error, Conflict):
            said, status = error.message, 409
        else:
            said, status = "Choose at least one word of this page.", 422
        return _doubts_page(tx, request, version_id, page, problem=said, status=status)
    return see_other(f"/versions/{version_id}/file/pages/{page}?done={len(command.words)}")
