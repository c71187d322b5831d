"""Pages of appendices, and the files in which statements, drafts and evidence are handed out."""

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.features.statements import bundles, forms
from app.features.statements.api import as_file
from app.features.statements.printing import appendix_blocks
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()
_OF_REVIEW = "/reviews/{review_id}/statement"
_OF = "/statements/{statement_id}"


@routes.page(f"{_OF}/appendix", action=Action.READ_STATEMENT)
def appendix_page(tx: Tx, request: Request, statement_id: str) -> HTMLResponse:
    """Show the process appendix of a released statement, as it was signed."""
    row, made = forms.read_released_appendix(tx, statement_id)
    return show(
        tx,
        request,
        "statements/appendix.html",
        blocks=appendix_blocks(made, level=1),
        back=f"/statements/{row.id}",
        own=None,
    )


@routes.page(f"{_OF_REVIEW}/appendix", action=Action.OPEN_WORKSPACE)
def own_appendix_page(tx: Tx, request: Request, review_id: str) -> HTMLResponse:
    """Show the process appendix of a review as its record stands now."""
    made = forms.read_review_appendix(tx, review_id)
    return show(
        tx,
        request,
        "statements/appendix.html",
        blocks=appendix_blocks(made, level=1),
        back=f"/reviews/{review_id}/statement",
        own=review_id,
    )


@routes.page(f"{_OF_REVIEW}/appendix/{{form}}", action=Action.OPEN_WORKSPACE)
def own_appendix_file(tx: Tx, review_id: str, form: str) -> Response:
    """Hand the process appendix of a review out as it stands now."""
    return as_file(forms.take_appendix(tx, review_id, form))


@routes.page(f"{_OF}/files/{{form}}", action=Action.READ_STATEMENT)
def statement_file(tx: Tx, statement_id: str, form: str) -> Response:
    """Hand a released statement out."""
    return as_file(forms.take_statement(tx, statement_id, form))


@routes.page(f"{_OF}/draft/{{form}}", action=Action.READ_STATEMENT_DRAFT)
def draft_file(tx: Tx, statement_id: str, form: str) -> Response:
    """Hand one's own draft out."""
    return as_file(forms.take_draft(tx, statement_id, form))


@routes.page(f"{_OF}/draft-file", action=Action.READ_STATEMENT_DRAFT)
def own_uploaded_file(tx: Tx, statement_id: str) -> Response:
    """Hand one's own organisation the file that it uploaded."""
    return as_file(forms.take_own_file(tx, statement_id))


@routes.page(f"{_OF}/file", action=Action.READ_STATEMENT)
def uploaded_file(tx: Tx, statement_id: str) -> Response:
    """Hand out the file of a statement that was shared or released, unopened."""
    return as_file(forms.take_file(tx, statement_id))


@routes.form(f"{_OF}/evidence", action=Action.EXPORT_STATEMENT)
def evidence_form(tx: Tx, statement_id: str) -> Response:
    """Begin to take the evidence; the next page hands it out."""
    bundles.begin_bundle(tx, statement_id)
    return see_other(f"/statements/{statement_id}/evidence")


@routes.page(f"{_OF}/evidence", action=Action.EXPORT_STATEMENT)
def evidence_file(tx: Tx, statement_id: str) -> Response:
    """Hand out the evidence that was begun."""
    return bundles.as_download(bundles.make_bundle(tx, statement_id))
