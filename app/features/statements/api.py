"""JSON API of review statements; the same services as the pages."""

from typing import Annotated

from fastapi import File, Query, Response, UploadFile

from app.domain.actions import Action
from app.features.statements import (
    bundles,
    commenting,
    forms,
    narrowing,
    publication,
    reading,
    releasing,
    service,
    verdicts,
)
from app.features.statements.forms import Taken
from app.features.statements.record import Appendix
from app.features.statements.schemas import (
    CommentStatement,
    CommentView,
    DecideComment,
    DecidePublication,
    KeepSection,
    ListQuery,
    NarrowStatement,
    PublicationView,
    ReleaseStatement,
    SealedView,
    SectionMade,
    SetPublication,
    ShareStatement,
    StartStatement,
    StatementMade,
    StatementsView,
    StatementView,
    VerdictView,
    WithdrawStatement,
    WorkspaceView,
)
from app.web.routing import Routes, Tx, takes_file

routes = Routes(prefix="/api/v1", tags=["statements"])
_OF_REVIEW = "/reviews/{review_id}/statement"
_OF = "/statements/{statement_id}"


def as_file(taken: Taken) -> Response:
    """Hand a file out, to be kept and never opened in place."""
    return Response(
        taken.content,
        media_type=taken.media_type,
        headers={"Content-Disposition": f'attachment; filename="{taken.name}"'},
    )


@routes.read("/statements", action=Action.LIST_STATEMENTS, response_model=StatementsView)
def list_statements(tx: Tx, query: Annotated[ListQuery, Query()]) -> StatementsView:
    """Give a page of the statements that the caller may read, and their own workspaces."""
    return reading.list_statements(tx, query)


@routes.read(_OF, action=Action.READ_STATEMENT, response_model=StatementView)
def read_statement(tx: Tx, statement_id: str) -> StatementView:
    """Give a statement that was shared or released."""
    return reading.read_statement(tx, statement_id)


@routes.read(f"{_OF}/appendix", action=Action.READ_STATEMENT, response_model=Appendix)
def read_appendix(tx: Tx, statement_id: str) -> Appendix:
    """Give the process appendix of a released statement, as it was signed."""
    return forms.read_released_appendix(tx, statement_id)[1]


@routes.read(f"{_OF}/files/{{form}}", action=Action.READ_STATEMENT)
def take_statement(tx: Tx, statement_id: str, form: str) -> Response:
    """Give a released statement with its appendix as pdf, docx, md or json."""
    return as_file(forms.take_statement(tx, statement_id, form))


@routes.read(_OF_REVIEW, action=Action.OPEN_WORKSPACE, response_model=WorkspaceView)
def read_workspace(tx: Tx, review_id: str) -> WorkspaceView:
    """Give the workspace of a review's statement to its own organisation."""
    return service.read_workspace(tx, review_id)


@routes.act(_OF_REVIEW, action=Action.START_STATEMENT, response_model=StatementMade)
def start_statement(tx: Tx, review_id: str, command: StartStatement) -> StatementMade:
    """Start a statement, or the update of the one before."""
    return service.start_statement(tx, review_id, command)


@routes.read(f"{_OF_REVIEW}/appendix", action=Action.OPEN_WORKSPACE, response_model=Appendix)
def read_review_appendix(tx: Tx, review_id: str) -> Appendix:
    """Make the process appendix of a review as its record stands now."""
    return forms.read_review_appendix(tx, review_id)


@routes.read(f"{_OF_REVIEW}/appendix/{{form}}", action=Action.OPEN_WORKSPACE)
def own_appendix_file(tx: Tx, review_id: str, form: str) -> Response:
    """Give the process appendix of a review as it stands now, as pdf, docx, md or json."""
    return as_file(forms.take_appendix(tx, review_id, form))


@routes.act(f"{_OF}/sections/{{topic}}", action=Action.WRITE_STATEMENT, response_model=SectionMade)
def keep_section(tx: Tx, statement_id: str, topic: str, command: KeepSection) -> SectionMade:
    """Keep a section; `revision` is the one that was read."""
    return service.keep_section(tx, statement_id, topic, command)


@routes.act(f"{_OF}/file", action=Action.WRITE_STATEMENT, response_model=StatementMade)
@takes_file
def keep_upload(
    tx: Tx, statement_id: str, file: Annotated[UploadFile | None, File()] = None
) -> StatementMade:
    """Keep a statement that was written elsewhere (PDF, DOCX, Markdown)."""
    content = file.file.read() if file is not None else b""
    name = (file.filename if file is not None else None) or ""
    return service.keep_upload(tx, statement_id, content=content, file_name=name)


@routes.read(f"{_OF}/file", action=Action.READ_STATEMENT)
def uploaded_file(tx: Tx, statement_id: str) -> Response:
    """Give the file of a statement that was written elsewhere, once it was shared or released."""
    return as_file(forms.take_file(tx, statement_id))


@routes.read(f"{_OF}/draft-file", action=Action.READ_STATEMENT_DRAFT)
def own_uploaded_file(tx: Tx, statement_id: str) -> Response:
    """Give the caller's organisation the file that it uploaded."""
    return as_file(forms.take_own_file(tx, statement_id))


@routes.act(f"{_OF}/file-removal", action=Action.WRITE_STATEMENT, response_model=StatementMade)
def remove_upload(tx: Tx, statement_id: str) -> StatementMade:
    """Take the file off a statement."""
    return service.remove_upload(tx, statement_id)


@routes.act(f"{_OF}/discard", action=Action.WRITE_STATEMENT, response_model=StatementMade)
def discard_draft(tx: Tx, statement_id: str) -> StatementMade:
    """Discard a draft that was not shared."""
    return service.discard_draft(tx, statement_id)


@routes.read(f"{_OF}/draft/{{form}}", action=Action.READ_STATEMENT_DRAFT)
def take_draft(tx: Tx, statement_id: str, form: str) -> Response:
    """Give one's own draft as pdf, docx, md or json; it says that it is one."""
    return as_file(forms.take_draft(tx, statement_id, form))


@routes.act(f"{_OF}/share", action=Action.SHARE_STATEMENT, response_model=StatementMade)
def share_draft(tx: Tx, statement_id: str, command: ShareStatement) -> StatementMade:
    """Share the draft with the publisher for comments."""
    return releasing.share_draft(tx, statement_id, command)


@routes.act(f"{_OF}/comments", action=Action.COMMENT_STATEMENT, response_model=CommentView)
def comment_statement(tx: Tx, statement_id: str, command: CommentStatement) -> CommentView:
    """Comment on a shared draft while its window is open."""
    return commenting.comment_statement(tx, statement_id, command)


@routes.act(
    f"{_OF}/comments/{{comment_id}}/decision",
    action=Action.DECIDE_COMMENT,
    response_model=CommentView,
)
def decide_comment(
    tx: Tx, statement_id: str, comment_id: str, command: DecideComment
) -> CommentView:
    """Decide a comment."""
    return commenting.decide_comment(tx, statement_id, comment_id, command)


@routes.act(f"{_OF}/publication", action=Action.DECIDE_PUBLICATION, response_model=VerdictView)
def decide_publication(tx: Tx, statement_id: str, command: DecidePublication) -> VerdictView:
    """Say that there are no more comments, or approve or refuse the publication of what is shared.

    `digest` is `said` of the statement as the caller read it.
    """
    return verdicts.decide_publication(tx, statement_id, command)


@routes.act(f"{_OF}/narrowing", action=Action.NARROW_STATEMENT, response_model=StatementMade)
def narrow_statement(tx: Tx, statement_id: str, command: NarrowStatement) -> StatementMade:
    """State, as somebody of the publisher who is cleared for it, that it holds nothing withheld."""
    return narrowing.narrow_statement(tx, statement_id, command)


@routes.act(f"{_OF}/seal", action=Action.RELEASE_STATEMENT, response_model=SealedView)
def seal_statement(tx: Tx, statement_id: str) -> SealedView:
    """Prepare what is to be signed."""
    return releasing.seal_statement(tx, statement_id)


@routes.read(f"{_OF}/to-sign", action=Action.RELEASE_STATEMENT, response_model=SealedView)
def read_sealed(tx: Tx, statement_id: str) -> SealedView:
    """Give what waits to be signed."""
    return releasing.read_sealed(tx, statement_id)


@routes.act(f"{_OF}/release", action=Action.RELEASE_STATEMENT, response_model=StatementMade)
def release_statement(tx: Tx, statement_id: str, command: ReleaseStatement) -> StatementMade:
    """Sign and release what was prepared."""
    return releasing.release_statement(tx, statement_id, command)


@routes.act(f"{_OF}/withdraw", action=Action.WITHDRAW_STATEMENT, response_model=StatementMade)
def withdraw_statement(tx: Tx, statement_id: str, command: WithdrawStatement) -> StatementMade:
    """Withdraw a statement."""
    return releasing.withdraw_statement(tx, statement_id, command)


@routes.read(
    "/reviews/{review_id}/publication",
    action=Action.CHANGE_REVIEW_SETTINGS,
    response_model=PublicationView,
)
def read_publication(tx: Tx, review_id: str) -> PublicationView:
    """Give the publication right of a review, and whether it is fixed."""
    return publication.read_publication(tx, review_id)


@routes.act(
    "/reviews/{review_id}/publication",
    action=Action.CHANGE_REVIEW_SETTINGS,
    response_model=PublicationView,
)
def set_publication(tx: Tx, review_id: str, command: SetPublication) -> PublicationView:
    """Set the publication right of a review, before anybody has access."""
    return publication.set_publication(tx, review_id, command)


@routes.act(f"{_OF}/evidence", action=Action.EXPORT_STATEMENT, status_code=201)
def begin_bundle(tx: Tx, statement_id: str) -> dict[str, str]:
    """Begin to take the signed evidence of a statement; fetch it at `href`."""
    bundles.begin_bundle(tx, statement_id)
    return {"href": f"/api/v1/statements/{statement_id}/evidence"}


@routes.read(f"{_OF}/evidence", action=Action.EXPORT_STATEMENT)
def take_bundle(tx: Tx, statement_id: str) -> Response:
    """Give the signed evidence that was begun, as an archive that verifies offline."""
    return bundles.as_download(bundles.make_bundle(tx, statement_id))
