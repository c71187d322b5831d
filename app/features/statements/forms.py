"""The forms in which a statement is taken along: PDF, DOCX, Markdown, what was signed (JSON)."""

import json

from app.access.decide import require
from app.access.statement_texts import open_file, statement_texts
from app.domain.actions import Action
from app.domain.targets import Target
from app.features.signing.schemas import SignatureView
from app.features.statements import queries, reading, releasing, service
from app.features.statements.appendix import make_appendix
from app.features.statements.content import (
    Content,
    bytes_of,
    read_appendix,
    read_content,
)
from app.features.statements.printing import appendix_blocks, settable, statement_blocks
from app.features.statements.record import Appendix
from app.kernel.errors import Conflict, Forbidden, NotFound, ProgrammingFault
from app.kernel.values import Frozen
from app.models.statements import Statement, StatementDraft
from app.rendering import plainforms, sandbox
from app.transaction import Transaction

MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
}


class Taken(Frozen):
    """A file to hand out."""

    name: str
    media_type: str
    content: bytes


def take_statement(tx: Transaction, statement_id: str, form: str) -> Taken:
    """Take a released statement along, with its appendix, as it was signed.

    Raises:
        Forbidden: one is not cleared for its text.
        Conflict: it was not released, only shared.
        NotFound: no such form.
    """
    require(tx, Action.READ_STATEMENT, Target("statement", statement_id))
    row = queries.get_statement(tx, statement_id)
    content, appendix, signature = released(tx, row)
    reading.tell_read(tx, row, form)
    made = written(content, appendix, signature, form)
    return _taken(f"statement-{row.number}", form, made)


def take_draft(tx: Transaction, statement_id: str, form: str) -> Taken:
    """Take a draft along as it stands, for its own organisation; it says that it is one."""
    target = Target("statement", statement_id)
    require(tx, Action.READ_STATEMENT_DRAFT, target)
    row = queries.get_statement(tx, statement_id)
    content, appendix = releasing.draft_document(tx, row)
    service.privately(
        tx, "StatementTaken", Action.READ_STATEMENT_DRAFT, target, row.version_id, row.id,
        form=form,
    )  # fmt: skip
    return _taken("statement-draft", form, written(content, appendix, None, form))


def take_appendix(tx: Transaction, review_id: str, form: str) -> Taken:
    """Take the process appendix of a review along as its record stands, for its organisation."""
    made = read_review_appendix(tx, review_id)
    title = f"Process appendix: {made.review.report}"
    blocks = appendix_blocks(made, level=1)
    return _taken("process-appendix", form, _form(blocks, made, title, made.review.organisation,
                                                  "", form))  # fmt: skip


def read_review_appendix(tx: Transaction, review_id: str) -> Appendix:
    """Make the process appendix of a review as its record stands now."""
    target = Target("review", review_id)
    require(tx, Action.OPEN_WORKSPACE, target)
    review = queries.get_review(tx, review_id)
    statement = queries.live(tx, review_id)
    version_id = statement.version_id if statement else review.version_id
    around = queries.around(tx, review, version_id)
    service.privately(tx, "WorkspaceOpened", Action.OPEN_WORKSPACE, target, version_id)
    if statement is None:
        return make_appendix(tx, around, None)
    return releasing.draft_document(tx, statement)[1]


def read_released_appendix(tx: Transaction, statement_id: str) -> tuple[Statement, Appendix]:
    """Give the appendix of a released statement, as it was signed."""
    require(tx, Action.READ_STATEMENT, Target("statement", statement_id))
    row = queries.get_statement(tx, statement_id)
    _, appendix, _ = released(tx, row)
    reading.tell_read(tx, row, "appendix")
    return row, appendix


def take_own_file(tx: Transaction, statement_id: str) -> Taken:
    """Hand an organisation the file that it uploaded for its own draft, unopened."""
    target = Target("statement", statement_id)
    require(tx, Action.READ_STATEMENT_DRAFT, target)
    row = queries.get_statement(tx, statement_id)
    service.privately(
        tx, "StatementTaken", Action.READ_STATEMENT_DRAFT, target, row.version_id, row.id,
        form="file",
    )  # fmt: skip
    return _uploaded(tx, row, queries.draft_of(tx, row.id))


def take_file(tx: Transaction, statement_id: str) -> Taken:
    """Hand out the file of a statement that was shared or released, unopened.

    Raises:
        Forbidden: one is not cleared for the text of the statement.
        Conflict: it was not written elsewhere.
    """
    require(tx, Action.READ_STATEMENT, Target("statement", statement_id))
    row = queries.get_statement(tx, statement_id)
    body = reading.body_of(tx, row)
    if body is None or body.body is None:
        raise Forbidden("You are not cleared for the text of this statement.")
    reading.tell_read(tx, row, "file")
    return _uploaded(tx, row, row)


def _uploaded(tx: Transaction, row: Statement, held: Statement | StatementDraft) -> Taken:
    if held.file_digest is None or held.file_kind is None:
        raise Conflict("There is no file on this statement.")
    content = open_file(tx, row.id, held.file_digest)
    return _taken(f"statement-{row.number}-as-uploaded", held.file_kind, content)


def released(tx: Transaction, row: Statement) -> tuple[Content, Appendix, SignatureView | None]:
    """Give what was signed and released, decided before.

    Raises:
        Forbidden: one is not cleared for its text.
        Conflict: it was not released, only shared.
    """
    if row.released_at is None:
        raise Conflict(
            "This statement is not released yet.",
            remedy="Read the draft on its page; the files and the appendix come with the release.",
        )
    texts = statement_texts(tx, row.id, ["content", "appendix"])
    content, appendix = texts.get("content"), texts.get("appendix")
    if content is None or appendix is None:
        raise NotFound
    if content.body is None or appendix.body is None:
        raise Forbidden("You are not cleared for the text of this statement.")
    signature = reading.signature_of(tx, row)
    return read_content(content.body), read_appendix(appendix.body), signature


def written(
    content: Content, appendix: Appendix, signature: SignatureView | None, form: str
) -> bytes:
    """Write a statement in a form; the same statement gives the same bytes."""
    blocks = statement_blocks(content, appendix, signature, draft=signature is None)
    title = f"Review statement on {content.report}"
    header = f"{content.organisation}: {title}"
    return _form(blocks, content, title, content.organisation, header, form)


def _form(
    blocks: list[list[object]],
    value: Content | Appendix,
    title: str,
    author: str,
    header: str,
    form: str,
) -> bytes:
    if form == "json":
        return bytes_of(value)
    title, author, header = settable(title), settable(author), settable(header)
    if form == "md":
        return plainforms.as_markdown(blocks).encode()
    if form == "docx":
        return plainforms.as_docx(blocks, title=title, author=author)
    if form != "pdf":
        raise NotFound
    frames = sandbox.run(
        "tagged",
        source=json.dumps(blocks, ensure_ascii=False).encode(),
        arguments={"title": title, "author": author, "header": header},
    )
    if len(frames) != 1:
        raise ProgrammingFault("the typesetter gave no document")
    return frames[0][1]


def _taken(stem: str, form: str, content: bytes) -> Taken:
    if form not in MEDIA:
        raise NotFound
    return Taken(name=f"{stem}.{form}", media_type=MEDIA[form], content=content)
