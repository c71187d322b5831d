"""Pages of the claims register and of one claim; owners and imports have files of their own."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse

from app.access.decide import require
from app.domain.actions import Action
from app.domain.claims import FILTERS, next_code
from app.domain.ownership import RULE
from app.domain.passages import written
from app.domain.targets import Target
from app.features.claims import (
    covering,
    import_pages,
    linking,
    marking,
    owner_pages,
    queries,
    register,
    sheets,
)
from app.features.claims.schemas import (
    ChangeClaim,
    ClaimRow,
    LinkEvidence,
    MarkClaim,
    MoveClaim,
    NamePathway,
    UnlinkEvidence,
)
from app.kernel.errors import Conflict, Invalid, Unavailable
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx
from app.web.spreadsheets import csv_of

routes = Routes()
Text = Annotated[str, Form()]
Typed = dict[str, object]


@routes.page("/versions/{version_id}/claims", action=Action.READ_CLAIMS)
def register_page(
    tx: Tx,
    request: Request,
    version_id: str,
    show: str = "all",
    pathway: str = "",
    section: str = "",
    gone: str = "",
) -> HTMLResponse:
    """Show the register; `gone` is a claim that was just removed, to be brought back."""
    try:
        found = register.open_register(tx, version_id, show=show, pathway=pathway, section=section)
    except Unavailable as error:
        return _preparing(tx, request, error)
    return show_page(
        tx,
        request,
        "claims/register.html",
        found=found,
        asked=show,
        filters=FILTERS,
        rule=RULE,
        gone=gone if gone.startswith("clm_") else "",
        place=place_of,
    )


def show_page(
    tx: Transaction, request: Request, template: str, *, status: int = 200, **context: object
) -> HTMLResponse:
    """Show a page of this room."""
    return show(tx, request, template, status=status, **context)


def place_of(version_id: str, row: ClaimRow) -> str:
    """Give the address of a claim's passage in the reader."""
    query = urlencode({"at": written(row.rects)})
    return f"/versions/{version_id}/pages/{row.page}?{query}#claim-{row.id}"


@routes.page("/versions/{version_id}/claims/export", action=Action.READ_CLAIMS)
def export_page(tx: Tx, version_id: str, format: str = "csv", show: str = "all") -> Response:
    """Hand the register out as CSV or YAML, as one's own edition has it."""
    found = register.open_register(tx, version_id, show=show)
    register.tell_export(tx, version_id, format)
    if format == "yaml":
        return Response(
            sheets.as_yaml(found),
            media_type="text/plain; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="claims.yaml"'},
        )
    return csv_of(sheets.columns_for(found), sheets.cells_of(found), name="claims")


@routes.page("/versions/{version_id}/claims/coverage", action=Action.READ_CLAIMS)
def coverage_page(tx: Tx, request: Request, version_id: str, section: str = "") -> HTMLResponse:
    """Show what no claim covers; of the section that is asked for, sentence by sentence."""
    try:
        found = covering.read_coverage(tx, version_id)
    except Unavailable as error:
        return _preparing(tx, request, error)
    chosen = next((one for one in found.sections if (one.section_id or "start") == section), None)
    return show_page(
        tx, request, "claims/coverage.html", found=found, chosen=chosen, place=place_of
    )


@routes.page("/versions/{version_id}/claims/new", action=Action.MARK_CLAIM)
def new_page(
    tx: Tx, request: Request, version_id: str, page: str = "", words: str = "", pathway: str = ""
) -> HTMLResponse:
    """Show the form of a new claim, with the words that were chosen in the reader."""
    require(tx, Action.MARK_CLAIM, Target("version", version_id))
    typed: Typed = {"page": page, "words": words, "pathway": pathway}
    number = int(pathway) if pathway.isascii() and pathway.isdigit() and len(pathway) < 3 else None
    typed["code"] = next_code(queries.codes(tx, version_id), number)
    return _new(tx, request, version_id, typed)


def _new(
    tx: Transaction,
    request: Request,
    version_id: str,
    typed: Typed,
    errors: dict[str, str] | None = None,
) -> HTMLResponse:
    found = register.form_around(tx, version_id, str(typed["page"]), str(typed["words"]))
    return show_page(
        tx,
        request,
        "claims/new.html",
        status=422 if errors else 200,
        found=found,
        typed=typed,
        errors=errors or {},
    )


@routes.form("/versions/{version_id}/claims", action=Action.MARK_CLAIM)
def mark_form(
    tx: Tx,
    request: Request,
    version_id: str,
    code: Text = "",
    quote: Text = "",
    words: Text = "",
    page: Text = "",
    pathway: Text = "",
    section_id: Text = "",
    owner_id: Text = "",
    load_bearing: Text = "",
) -> Response:
    """Mark a claim by words that were chosen, or as they stand on the page."""
    typed: Typed = {"code": code, "quote": quote, "words": words, "page": page,
                    "pathway": pathway, "section_id": section_id, "owner_id": owner_id,
                    "load_bearing": load_bearing}  # fmt: skip
    try:
        made = marking.mark_claim(tx, version_id, command_from(MarkClaim, _asked(typed)))
    except Invalid as error:
        tx.rollback()
        return _new(tx, request, version_id, typed, error.fields)
    return see_other(f"/claims/{made.id}")


def _asked(typed: Typed) -> Typed:
    """Leave out what was not typed, so that its usual value stands."""
    asked = {name: value for name, value in typed.items() if value != ""}
    return {**asked, "load_bearing": bool(typed.get("load_bearing"))}


@routes.form("/versions/{version_id}/pathways", action=Action.MARK_CLAIM)
def pathway_form(
    tx: Tx,
    request: Request,
    version_id: str,
    number: Text = "",
    title: Text = "",
    nothing_withheld: Text = "",
) -> Response:
    """Give a pathway a title."""
    typed = {"number": number, "title": title, "nothing_withheld": nothing_withheld == "yes"}
    try:
        linking.name_pathway(tx, version_id, command_from(NamePathway, typed))
    except Invalid as error:
        tx.rollback()
        return owner_pages.owners_page(
            tx, request, version_id, typed={**typed, "title": title}, errors=error.fields
        )
    return see_other(f"/versions/{version_id}/claims")


@routes.page("/claims/{claim_id}", action=Action.READ_CLAIMS)
def claim_page(tx: Tx, request: Request, claim_id: str) -> HTMLResponse:
    """Show one claim."""
    return _claim(tx, request, claim_id)


def _claim(
    tx: Transaction,
    request: Request,
    claim_id: str,
    *,
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
    said: str = "",
) -> HTMLResponse:
    try:
        view = register.read_claim(tx, claim_id)
    except Unavailable as error:
        return _preparing(tx, request, error)
    return show_page(
        tx,
        request,
        "claims/claim.html",
        status=422 if errors else 409 if said else 200,
        view=view,
        around=register.form_around(tx, view.version_id, "", "") if view.can_mark else None,
        rule=RULE,
        place=place_of(view.version_id, view.row),
        typed=typed or {},
        errors=errors or {},
        said=said,
    )


@routes.page("/claims/{claim_id}/reader", action=Action.READ_CLAIMS)
def reader_page(tx: Tx, claim_id: str, step: str = "") -> Response:
    """Send the browser to where a claim stands, or to the one `before` or `after` it."""
    view = register.read_claim(tx, claim_id)
    other = {"before": view.before, "after": view.after}.get(step)
    if other is None:
        return see_other(place_of(view.version_id, view.row))
    return see_other(place_of(view.version_id, register.read_claim(tx, other).row))


@routes.form("/claims/{claim_id}", action=Action.MARK_CLAIM)
def change_form(
    tx: Tx,
    request: Request,
    claim_id: str,
    code: Text = "",
    quote: Text = "",
    words: Text = "",
    page: Text = "",
    pathway: Text = "",
    section_id: Text = "",
    load_bearing: Text = "",
) -> Response:
    """Change a claim."""
    typed: Typed = {"code": code, "quote": quote, "words": words, "page": page,
                    "pathway": pathway, "section_id": section_id,
                    "load_bearing": load_bearing}  # fmt: skip
    try:
        made = marking.change_claim(tx, claim_id, command_from(ChangeClaim, _asked(typed)))
    except Invalid as error:
        tx.rollback()
        require(tx, Action.MARK_CLAIM, queries.target_of(tx, claim_id))
        return _claim(tx, request, claim_id, typed=typed, errors=error.fields)
    except Conflict as error:
        return _conflict(tx, request, claim_id, error, typed)
    return see_other(f"/claims/{made.id}")


@routes.form("/claims/{claim_id}/move", action=Action.MARK_CLAIM)
def move_form(tx: Tx, claim_id: str, direction: Text = "") -> Response:
    """Move a claim one place up or down."""
    marking.move_claim(tx, claim_id, command_from(MoveClaim, {"direction": direction}))
    return see_other(f"/versions/{queries.version_of(tx, claim_id)}/claims#row-{claim_id}")


@routes.form("/claims/{claim_id}/remove", action=Action.MARK_CLAIM)
def remove_form(tx: Tx, claim_id: str) -> Response:
    """Take a claim off the register; the next page offers to bring it back."""
    marking.remove_claim(tx, claim_id)
    return see_other(f"/versions/{queries.version_of(tx, claim_id)}/claims?gone={claim_id}")


@routes.form("/claims/{claim_id}/restore", action=Action.MARK_CLAIM)
def restore_form(tx: Tx, request: Request, claim_id: str) -> Response:
    """Bring a claim back."""
    try:
        marking.restore_claim(tx, claim_id)
    except Conflict as error:
        return _conflict(tx, request, claim_id, error)
    return see_other(f"/claims/{claim_id}")


@routes.form("/claims/{claim_id}/evidence", action=Action.MARK_CLAIM)
def link_form(
    tx: Tx, request: Request, claim_id: str, item_id: Text = "", note: Text = ""
) -> Response:
    """Say that a claim rests on an item of evidence."""
    typed: Typed = {"item_id": item_id, "note": note}
    try:
        linking.link_evidence(tx, claim_id, command_from(LinkEvidence, typed))
    except Invalid as error:
        tx.rollback()
        require(tx, Action.MARK_CLAIM, queries.target_of(tx, claim_id))
        return _claim(tx, request, claim_id, typed=typed, errors=error.fields)
    return see_other(f"/claims/{claim_id}#evidence")


@routes.form("/claims/{claim_id}/evidence/remove", action=Action.MARK_CLAIM)
def unlink_form(tx: Tx, claim_id: str, item_id: Text = "") -> Response:
    """Say that a claim does not rest on an item after all."""
    linking.unlink_evidence(tx, claim_id, UnlinkEvidence(item_id=item_id))
    return see_other(f"/claims/{claim_id}#evidence")


def _conflict(
    tx: Transaction, request: Request, claim_id: str, error: Conflict, typed: Typed | None = None
) -> HTMLResponse:
    tx.rollback()
    said = " ".join(filter(None, (error.message, error.kept, error.remedy)))
    return _claim(tx, request, claim_id, typed=typed, said=said)


def _preparing(tx: Transaction, request: Request, error: Unavailable) -> HTMLResponse:
    """Say that the edition is on its way; the page looks again by itself."""
    page = show(tx, request, "reports/preparing.html", status=503, error=error)
    page.headers["Retry-After"] = "5"
    return page


routes.adopt(owner_pages.routes)
routes.adopt(import_pages.routes)
