"""Pages of question packs."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import File, Form, Query, Request, Response, UploadFile
from fastapi.responses import HTMLResponse

from app.access.decide import may
from app.domain.actions import Action
from app.domain.packs import MOST_ITEMS
from app.domain.requests import FORMS, PRIORITIES, TYPES
from app.domain.targets import INSTALLATION
from app.features.packs import applying, draft_pages, service
from app.features.packs.schemas import ApplyPack, ChangePack, KeepPack, OfferPack
from app.features.packs.sheets import COLUMNS, as_yaml, cells_of
from app.kernel.errors import Invalid
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx
from app.web.spreadsheets import csv_of

routes = Routes()
Text = Annotated[str, Form()]
Texts = Annotated[list[str] | None, Form(max_length=200)]
Typed = dict[str, object]
_LARGEST_SHEET = 500_000
_SPARE = 3  # empty rows at the end of the form


@routes.page("/packs", action=Action.LIST_PACKS)
def list_page(tx: Tx, request: Request) -> HTMLResponse:
    """Show the packs that one may use, and the form of a new one."""
    return _list_page(tx, request)


def _list_page(
    tx: Transaction,
    request: Request,
    *,
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
) -> HTMLResponse:
    return show(
        tx,
        request,
        "packs/list.html",
        status=422 if errors else 200,
        found=service.list_packs(tx),
        can_keep=may(tx, Action.KEEP_PACK, INSTALLATION),
        typed=typed or {},
        errors=errors or {},
    )


@routes.form("/packs", action=Action.KEEP_PACK)
def keep_form(
    tx: Tx,
    request: Request,
    title: Text = "",
    about: Text = "",
    sheet: Text = "",
    starter: Text = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Keep a pack: empty, pasted, of a file, or the one that comes along."""
    typed: Typed = {"title": title, "about": about, "sheet": sheet}
    try:
        said = _read(file) or sheet
        command = command_from(KeepPack, {**typed, "sheet": said, "starter": starter})
        made = service.keep_pack(tx, command)
    except Invalid as error:
        tx.rollback()
        return _list_page(tx, request, typed=typed, errors=error.fields)
    return see_other(f"/packs/{made.id}")


def _read(file: UploadFile | None) -> str:
    if file is None or not file.filename:
        return ""
    content = file.file.read(_LARGEST_SHEET + 1)
    if len(content) > _LARGEST_SHEET:
        raise Invalid(fields={"file": "This file is too large for a list of questions."})
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        said = "This is no text in UTF-8. Save it as CSV (UTF-8) or YAML, and send it again."
        raise Invalid(fields={"file": said}) from error


@routes.page("/packs/{pack_id}", action=Action.READ_PACK)
def pack_page(tx: Tx, request: Request, pack_id: str) -> HTMLResponse:
    """Show a pack."""
    return _pack_page(tx, request, pack_id)


def _pack_page(
    tx: Transaction,
    request: Request,
    pack_id: str,
    *,
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
) -> HTMLResponse:
    pack = service.read_pack(tx, pack_id)
    rows = [item.model_dump() for item in pack.questions]
    spare = max(0, min(_SPARE, MOST_ITEMS - len(rows)))
    return show(
        tx,
        request,
        "packs/detail.html",
        status=422 if errors else 200,
        pack=pack,
        can_apply=not pack.retired and bool(pack.questions) and applying.may_apply(tx),
        typed=typed or {"title": pack.title, "about": pack.about, "rows": [*rows, *[{}] * spare]},
        failed=bool(typed),
        errors=errors or {},
        types=_options(TYPES),
        forms=_options(FORMS),
        priorities=_options(PRIORITIES),
    )


@routes.form("/packs/{pack_id}", action=Action.CHANGE_PACK)
def change_form(
    tx: Tx,
    request: Request,
    pack_id: str,
    title: Text = "",
    about: Text = "",
    topic: Texts = None,
    question: Texts = None,
    type: Texts = None,
    form: Texts = None,
    purpose: Texts = None,
    instead: Texts = None,
    priority: Texts = None,
) -> Response:
    """Write a pack anew; a row without a question is left out."""
    columns = (topic, question, type, form, purpose, instead, priority)
    lines = zip(*(column or [] for column in columns), strict=False)
    rows: list[dict[str, str]] = [dict(zip(COLUMNS, line, strict=True)) for line in lines]
    typed: Typed = {"title": title, "about": about, "rows": rows}
    asked = [_chosen(row) for row in rows if row["question"].strip()]
    try:
        command = command_from(ChangePack, {"title": title, "about": about, "questions": asked})
        service.change_pack(tx, pack_id, command)
    except Invalid as error:
        tx.rollback()
        return _pack_page(tx, request, pack_id, typed=typed, errors=error.fields)
    return see_other(f"/packs/{pack_id}")


def _chosen(row: dict[str, str]) -> dict[str, str]:
    """Leave out what was not chosen, so that its usual value stands."""
    return {name: said for name, said in row.items() if said}


@routes.page("/packs/{pack_id}/export", action=Action.READ_PACK)
def export_page(tx: Tx, pack_id: str, format: str = "csv") -> Response:
    """Hand a pack out as CSV or YAML."""
    pack = service.read_pack(tx, pack_id)
    if format == "yaml":
        return Response(
            as_yaml(pack.title, pack.about, pack.questions),
            media_type="text/plain; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="questions.yaml"'},
        )
    return csv_of(COLUMNS, cells_of(pack.questions), name="questions")


@routes.form("/packs/{pack_id}/offer", action=Action.OFFER_PACK)
def offer_form(tx: Tx, request: Request, pack_id: str, nothing_withheld: Text = "") -> Response:
    """Offer a pack to reviewer organisations."""
    try:
        service.offer_pack(tx, pack_id, OfferPack(nothing_withheld=nothing_withheld == "yes"))
    except Invalid as error:
        tx.rollback()
        return _pack_page(tx, request, pack_id, errors=error.fields)
    return see_other(f"/packs/{pack_id}")


@routes.form("/packs/{pack_id}/retire", action=Action.CHANGE_PACK)
def retire_form(tx: Tx, pack_id: str) -> Response:
    """Put a pack away."""
    service.retire_pack(tx, pack_id)
    return see_other("/packs")


@routes.page("/packs/{pack_id}/apply", action=Action.DRAFT_REQUEST)
def apply_page(
    tx: Tx,
    request: Request,
    pack_id: str,
    review: str = "",
    place: Annotated[list[str] | None, Query(max_length=200)] = None,
) -> HTMLResponse:
    """Show what applying a pack would make; places are chosen by the address."""
    return _apply_page(tx, request, pack_id, review, place or [])


def _apply_page(
    tx: Transaction,
    request: Request,
    pack_id: str,
    review: str,
    places: list[str],
    errors: dict[str, str] | None = None,
) -> HTMLResponse:
    found = applying.preview_pack(tx, pack_id, review_id=review, places=places)
    return show(
        tx,
        request,
        "packs/apply.html",
        status=422 if errors else 200,
        found=found,
        places=places,
        errors=errors or {},
    )


@routes.form("/packs/{pack_id}/apply", action=Action.DRAFT_REQUEST)
def apply_form(
    tx: Tx,
    request: Request,
    pack_id: str,
    review_id: Text = "",
    chosen: Texts = None,
    places: Texts = None,
    again: Text = "",
    choose: Text = "",
) -> Response:
    """Make the drafts; `choose` says that the form had a choice of questions."""
    typed: Typed = {
        "review_id": review_id, "chosen": chosen or [], "places": places or [],
        "again": again == "yes",
    }  # fmt: skip
    try:
        if choose and not chosen:
            raise Invalid(fields={"chosen": "Choose at least one question."})
        made = applying.apply_pack(tx, pack_id, command_from(ApplyPack, typed))
    except Invalid as error:
        tx.rollback()
        return _apply_page(tx, request, pack_id, review_id, places or [], error.fields)
    return see_other(f"/packs/{pack_id}/runs/{made.run_id}")


@routes.page("/packs/{pack_id}/runs/{run_id}", action=Action.READ_PACK)
def run_page(tx: Tx, request: Request, pack_id: str, run_id: str) -> HTMLResponse:
    """Show what became of a pack in a review."""
    return show(tx, request, "packs/run.html", run=applying.read_run(tx, pack_id, run_id))


def _options(words: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in words.items()]


routes.adopt(draft_pages.routes)
