"""Pages of drafts of findings: the list, one to work on, places that read otherwise."""

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from app.access.evidence_files import SentFile
from app.domain.actions import Action
from app.domain.findings import CLASSES, MATERIALITY
from app.features.findings import draft_reading, drafting, filing
from app.features.findings.anchors import names_of_abouts
from app.features.findings.filing_forms import (
    BLANK_REFERENCES,
    CLASS_OPTIONS,
    MATERIALITY_OPTIONS,
    Chosen,
    Text,
    Texts,
    Typed,
    TypedFinding,
    sent_of,
    values_of,
)
from app.features.findings.filing_schemas import (
    ChangeDraft,
    FileDrafts,
    MarkDraftReady,
    OpenDraft,
    PlaceDraft,
)
from app.kernel.errors import Conflict, Invalid, VitrineError
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx, takes_file

routes = Routes()


@routes.page("/findings/drafts", action=Action.LIST_FINDING_DRAFTS)
def list_page(
    tx: Tx,
    request: Request,
    removed: str = "",
    gone: str = "",
    page: int = 1,
    imported: int = 0,
    filed: int = 0,
    left: int = 0,
) -> HTMLResponse:
    """Show the drafts that one wrote or was let see; `gone` was just removed."""
    return _list_page(
        tx, request, removed=removed == "yes", page=max(page, 1), imported=imported, filed=filed,
        left=left, gone=gone if gone.startswith("fdr_") else "",
    )  # fmt: skip


def _list_page(
    tx: Transaction,
    request: Request,
    *,
    removed: bool = False,
    page: int = 1,
    error: str = "",
    chosen: list[str] | None = None,
    **done: object,
) -> HTMLResponse:
    found = draft_reading.list_drafts(tx, removed=removed, page=page)
    return show(
        tx,
        request,
        "findings/drafts.html",
        status=422 if error else 200,
        found=found,
        removed=removed,
        page=page,
        pages=max(1, -(-found.total // draft_reading.PAGE_SIZE)),
        error=error,
        chosen=chosen or [],
        done=done,
        abouts=names_of_abouts(),
        classes=CLASSES,
        materiality=MATERIALITY,
    )


@routes.page("/findings/places", action=Action.LIST_FINDING_DRAFTS)
def places_page(tx: Tx, request: Request) -> HTMLResponse:
    """Show what points to places that do not read as they did."""
    return show(tx, request, "findings/places.html", rows=draft_reading.list_places(tx))


@routes.form("/findings/drafts/file", action=Action.FILE_FINDING)
def file_form(tx: Tx, request: Request, drafts: Texts = None, draft_id: Text = "") -> Response:
    """File the drafts that were chosen; one from its own page (`draft_id`)."""
    wanted = [draft_id] if draft_id else drafts or []
    try:
        done = filing.file_drafts(tx, command_from(FileDrafts, {"drafts": wanted}))
    except (Invalid, Conflict) as error:
        tx.rollback()
        if draft_id:
            return _draft_page(tx, request, draft_id, errors=error.fields, conflict=error)
        said = next(iter(error.fields.values()), error.message)
        return _list_page(tx, request, error=said, chosen=wanted)
    if draft_id:
        return see_other(f"/findings/{done.filed[0].id}")
    return see_other(f"/findings/drafts?filed={len(done.filed)}&left={len(done.left)}")


@routes.page("/findings/drafts/{draft_id}", action=Action.READ_FINDING_DRAFT)
def draft_page(tx: Tx, request: Request, draft_id: str) -> HTMLResponse:
    """Show a draft to work on."""
    return _draft_page(tx, request, draft_id)


def _draft_page(
    tx: Transaction,
    request: Request,
    draft_id: str,
    *,
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
    conflict: VitrineError | None = None,
    failed: str = "",
) -> HTMLResponse:
    view = draft_reading.read_draft(tx, draft_id)
    clash = conflict if isinstance(conflict, Conflict) else None
    return show(
        tx,
        request,
        "findings/draft.html",
        status=409 if clash else 422 if errors else 200,
        view=view,
        typed=typed or view.model_dump(),
        kept=typed is not None,
        errors=errors or {},
        conflict=clash,
        failed=failed,
        colleagues=draft_reading.colleagues(tx) if "open" in view.acts else [],
        blank_references=BLANK_REFERENCES,
        classes=CLASS_OPTIONS,
        class_names=CLASSES,
        materiality=MATERIALITY_OPTIONS,
    )


@routes.form("/findings/drafts/{draft_id}", action=Action.CHANGE_FINDING_DRAFT)
def change_form(
    tx: Tx, request: Request, draft_id: str, typed: TypedFinding, revision: Text = ""
) -> Response:
    """Write a draft anew."""
    values = {**values_of(typed), "revision": revision}
    wanted = {name: values[name] for name in ChangeDraft.model_fields if name in values}
    try:
        drafting.change_draft(tx, draft_id, command_from(ChangeDraft, wanted))
    except (Invalid, Conflict) as error:
        tx.rollback()
        return _draft_page(tx, request, draft_id, typed=typed, errors=error.fields, conflict=error)
    return see_other(f"/findings/drafts/{draft_id}")


@routes.form("/findings/drafts/{draft_id}/place", action=Action.CHANGE_FINDING_DRAFT)
def place_form(
    tx: Tx,
    request: Request,
    draft_id: str,
    typed: TypedFinding,
    keep: Text = "",
    quote: Text = "",
) -> Response:
    """Say anew which place a draft is about."""
    values = {**values_of(typed), "quote": quote}
    wanted = {name: values[name] for name in PlaceDraft.model_fields if name in values}
    if keep == "yes" or wanted.get("claim"):
        wanted.pop("page", None)
    try:
        command = command_from(PlaceDraft, {**wanted, "keep": keep == "yes"})
        drafting.place_draft(tx, draft_id, command)
    except (Invalid, Conflict) as error:
        tx.rollback()
        said = {"place": next(iter(error.fields.values()), "")} if error.fields else {}
        return _draft_page(tx, request, draft_id, errors=said, conflict=error, failed="place")
    return see_other(f"/findings/drafts/{draft_id}")


@routes.form("/findings/drafts/{draft_id}/people", action=Action.KEEP_FINDING_DRAFT)
def open_form(
    tx: Tx, request: Request, draft_id: str, who: Text = "", people: Texts = None
) -> Response:
    """Say who of the organisation sees a draft."""
    named = (people or []) if who == "some" else []
    try:
        command = command_from(OpenDraft, {"everybody": who == "everybody", "people": named})
        drafting.open_draft(tx, draft_id, command)
    except Invalid as error:
        tx.rollback()
        return _draft_page(tx, request, draft_id, errors=error.fields, failed="people")
    return see_other(f"/findings/drafts/{draft_id}")


@routes.form("/findings/drafts/{draft_id}/ready", action=Action.CHANGE_FINDING_DRAFT)
def ready_form(tx: Tx, request: Request, draft_id: str, ready: Text = "yes") -> Response:
    """Mark a draft ready for the lead, or take that back."""
    try:
        drafting.mark_draft_ready(tx, draft_id, MarkDraftReady(ready=ready == "yes"))
    except Invalid as error:
        tx.rollback()
        return _draft_page(tx, request, draft_id, errors=error.fields)
    return see_other(f"/findings/drafts/{draft_id}")


@routes.form("/findings/drafts/{draft_id}/remove", action=Action.KEEP_FINDING_DRAFT)
def remove_form(tx: Tx, draft_id: str) -> Response:
    """Remove a draft."""
    drafting.remove_draft(tx, draft_id)
    return see_other(f"/findings/drafts?gone={draft_id}")


@routes.form("/findings/drafts/{draft_id}/restore", action=Action.KEEP_FINDING_DRAFT)
def restore_form(tx: Tx, draft_id: str) -> Response:
    """Bring a removed draft back."""
    drafting.restore_draft(tx, draft_id)
    return see_other(f"/findings/drafts/{draft_id}")


@routes.form("/findings/drafts/{draft_id}/files", action=Action.CHANGE_FINDING_DRAFT)
@takes_file
def add_file_form(
    tx: Tx, request: Request, draft_id: str, title: Text = "", file: Chosen = None
) -> Response:
    """Add a file to a draft."""
    sent = sent_of(file, title) or SentFile(title=title, content=b"", named="")
    try:
        drafting.add_file(tx, draft_id, sent)
    except Invalid as error:
        tx.rollback()
        return _draft_page(tx, request, draft_id, errors=error.fields, failed="file")
    return see_other(f"/findings/drafts/{draft_id}#files")


@routes.form("/findings/drafts/{draft_id}/files/remove", action=Action.CHANGE_FINDING_DRAFT)
def take_off_form(tx: Tx, draft_id: str, file_id: Text = "") -> Response:
    """Take a file off a draft."""
    drafting.take_file_off(tx, draft_id, file_id)
    return see_other(f"/findings/drafts/{draft_id}#files")
