"""Pages of a statement's workspace, of statements that can be read, and the files of both.

Reading is in statement_pages, signing and the publication right are in release_pages, included at
the end.
"""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import File, Form, Request, Response, UploadFile
from fastapi.responses import HTMLResponse

from app.access.decide import require
from app.domain.actions import Action
from app.domain.statements import TOPICS
from app.domain.targets import Target
from app.features.statements import (
    drafts,
    file_pages,
    queries,
    reading,
    release_pages,
    releasing,
    service,
    statement_pages,
)
from app.features.statements.schemas import (
    KeepSection,
    ListQuery,
    ShareStatement,
    StartStatement,
)
from app.features.statements.words import WORDS
from app.kernel.errors import Conflict, Invalid, NotFound, TooLarge, Unavailable, VitrineError
from app.transaction import Transaction
from app.web.errors import wants_json
from app.web.forms import attempt, beside, command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx, takes_file

routes = Routes()
Text = Annotated[str, Form()]
Chosen = Annotated[list[str] | None, Form()]
_CHOICES = {
    "show": ("all", "waiting", "shared", "released", "withdrawn"),
    "by": ("newest", "oldest", "report", "organisation"),
}
_OF_REVIEW = "/reviews/{review_id}/statement"
_OF = "/statements/{statement_id}"


@routes.page("/statements", action=Action.LIST_STATEMENTS)
def list_page(tx: Tx, request: Request) -> HTMLResponse:
    """Show the statements that one may read."""
    found = reading.list_statements(tx, _query(request))
    return show(tx, request, "statements/list.html", view=found, **WORDS)


def _query(request: Request) -> ListQuery:
    """Read the filters; what is none of the words is passed over."""
    asked = request.query_params
    page = asked.get("page", "1")
    return ListQuery.model_validate(
        {
            **{key: asked[key] for key, known in _CHOICES.items() if asked.get(key) in known},
            **{key: asked.get(key, "")[:40] for key in ("version", "organisation")},
            "page": max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 4 else 1,
        }
    )


@routes.page(_OF_REVIEW, action=Action.OPEN_WORKSPACE)
def workspace_page(tx: Tx, request: Request, review_id: str) -> HTMLResponse:
    """Show the workspace of a review's statement."""
    return _workspace(tx, request, review_id)


def _workspace(
    tx: Transaction,
    request: Request,
    review_id: str,
    *,
    failed: str = "",
    typed: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    return show(
        tx,
        request,
        "statements/workspace.html",
        status=status,
        view=service.read_workspace(tx, review_id),
        failed=failed,
        typed=typed or {},
        errors=errors or {},
        most_bytes=service.MOST_BYTES,
        **WORDS,
    )


@routes.form(_OF_REVIEW, action=Action.START_STATEMENT)
def start_form(tx: Tx, request: Request, review_id: str, version_id: Text = "") -> Response:
    """Start a statement, or an update."""
    typed = {"version_id": version_id}

    def act() -> object:
        return service.start_statement(tx, review_id, command_from(StartStatement, typed))

    return _acted(tx, request, act, review_id=review_id, form="start", typed=typed)


@routes.page(f"{_OF_REVIEW}/sections/{{topic}}", action=Action.OPEN_WORKSPACE)
def section_page(tx: Tx, request: Request, review_id: str, topic: str, saved: str = "") -> Response:
    """Show one section, to write it; where nothing is being written, lead to the workspace."""
    return _section(tx, request, review_id, topic, saved=bool(saved))


def _section(
    tx: Transaction,
    request: Request,
    review_id: str,
    topic: str,
    *,
    typed: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    clash: Conflict | None = None,
    status: int = 200,
    saved: bool = False,
) -> Response:
    view = service.read_workspace(tx, review_id)
    if topic not in TOPICS:
        raise NotFound
    if view.statement_id is None:
        return see_other(f"/reviews/{review_id}/statement")
    row = queries.get_statement(tx, view.statement_id)
    section = next(one for one in view.sections if one.topic == topic)
    chosen = (
        set(typed["points_to"]) if typed else {f"{one.kind}:{one.id}" for one in section.points_to}
    )
    choices = drafts.choices_view(tx, queries.get_review(tx, review_id), row)
    pulled = chosen | {f"{one.kind}:{one.id}" for one in section.points_to if one.carried}
    ticked = [one for one in choices if f"{one.kind}:{one.id}" in pulled]
    return show(
        tx,
        request,
        "statements/section.html",
        status=status,
        view=view,
        section=section,
        ticked=ticked,
        others=[one for one in choices if one not in ticked],
        chosen=chosen,
        text=typed["text"] if typed else section.text,
        errors=errors or {},
        clash=clash,
        saved=saved,
        warnings=[one for one in view.warnings if one.topic == topic],
        **WORDS,
    )


@routes.form(f"{_OF}/sections/{{topic}}", action=Action.WRITE_STATEMENT)
def section_form(
    tx: Tx,
    request: Request,
    statement_id: str,
    topic: str,
    text: Text = "",
    points_to: Chosen = None,
    revision: Text = "0",
) -> Response:
    """Keep a section; where somebody saved meanwhile, both texts are shown."""
    given = [one for one in points_to or [] if one]
    typed: dict[str, Any] = {"text": text.replace("\r\n", "\n"), "points_to": given}
    try:
        pairs = [dict(zip(("kind", "id"), one.partition(":")[::2], strict=True)) for one in given]
        values = {"text": typed["text"], "points_to": pairs, "revision": revision}
        service.keep_section(tx, statement_id, topic, command_from(KeepSection, values))
    except (Invalid, Conflict) as error:
        tx.rollback()
        if wants_json(request):
            raise
        review_id = _review_of(tx, statement_id)
        require(tx, Action.WRITE_STATEMENT, Target("statement", statement_id))
        fields = error.fields if isinstance(error, Invalid) else {}
        clash = error if isinstance(error, Conflict) else None
        return _section(
            tx, request, review_id, topic,
            typed=typed, errors=fields, clash=clash, status=error.status,
        )  # fmt: skip
    review_id = _review_of(tx, statement_id)
    return see_other(f"/reviews/{review_id}/statement/sections/{topic}?saved=yes")


@routes.form(f"{_OF}/file", action=Action.WRITE_STATEMENT)
@takes_file
def upload_form(
    tx: Tx,
    request: Request,
    statement_id: str,
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Keep a statement that was written elsewhere."""

    def act() -> object:
        content = file.file.read() if file is not None else b""
        name = (file.filename if file is not None else None) or ""
        return service.keep_upload(tx, statement_id, content=content, file_name=name)

    return _drafted(tx, request, statement_id, act, form="file")


@routes.form(f"{_OF}/file-removal", action=Action.WRITE_STATEMENT)
def remove_file_form(tx: Tx, request: Request, statement_id: str) -> Response:
    """Take the file off a statement."""
    return _drafted(
        tx, request, statement_id, lambda: service.remove_upload(tx, statement_id), form="file"
    )


@routes.form(f"{_OF}/discard", action=Action.WRITE_STATEMENT)
def discard_form(tx: Tx, request: Request, statement_id: str) -> Response:
    """Discard a draft."""
    return _drafted(
        tx, request, statement_id, lambda: service.discard_draft(tx, statement_id), form="discard"
    )


@routes.form(f"{_OF}/share", action=Action.SHARE_STATEMENT)
def share_form(
    tx: Tx,
    request: Request,
    statement_id: str,
    days: Text = "",
    nothing_withheld: Text = "",
    hits_confirmed: Text = "",
) -> Response:
    """Share the draft for comments."""
    typed = {
        "days": days,
        "nothing_withheld": nothing_withheld == "yes",
        "hits_confirmed": hits_confirmed == "yes",
    }

    def act() -> object:
        return releasing.share_draft(tx, statement_id, command_from(ShareStatement, typed))

    return _drafted(
        tx, request, statement_id, act, form="share", typed=typed,
        licence=Action.SHARE_STATEMENT,
    )  # fmt: skip


def _review_of(tx: Transaction, statement_id: str) -> str:
    return queries.get_statement(tx, statement_id).review_id


def _drafted(
    tx: Transaction,
    request: Request,
    statement_id: str,
    act: Callable[[], object],
    *,
    form: str,
    typed: dict[str, Any] | None = None,
    licence: Action = Action.WRITE_STATEMENT,
) -> Response:
    """Do what a form of the workspace asks for; where it cannot be, say so beside it."""
    require(tx, licence, Target("statement", statement_id))
    review_id = _review_of(tx, statement_id)
    return _acted(
        tx, request, act, review_id=review_id, form=form, typed=typed,
        again=lambda: require(tx, licence, Target("statement", statement_id)),
    )  # fmt: skip


def _acted(
    tx: Transaction,
    request: Request,
    act: Callable[[], object],
    *,
    review_id: str,
    form: str,
    typed: dict[str, Any] | None = None,
    again: Callable[[], object] | None = None,
) -> Response:

    def shown(error: VitrineError) -> Response:
        if again is None:
            require(tx, Action.START_STATEMENT, Target("review", review_id))
        else:
            again()
        return _workspace(
            tx, request, review_id,
            failed=form, typed=typed, errors=beside(error, form), status=error.status,
        )  # fmt: skip

    return attempt(
        tx, request, act, again=shown, then=lambda _: f"/reviews/{review_id}/statement",
        turned=(Invalid, Conflict, TooLarge, Unavailable),
    )  # fmt: skip


for _more in (statement_pages, release_pages, file_pages):
    routes.adopt(_more.routes)
