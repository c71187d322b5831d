"""The workspace of a statement: started, written, pointed, discarded; its organisation's own.

Whatever is done here is recorded as private (transaction.PRIVATE): the publisher can sense nothing
of it. Sharing and releasing are in releasing.py, comments in commenting.py.
"""

import re
from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError

from app.access.decide import as_reading, may_all, require
from app.access.deposit import deposit_field
from app.access.narrowing import once_granted
from app.access.statement_facts import standings_of
from app.access.statement_texts import keep_file, statement_texts
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.filekinds import FileKind, NotTaken, kind_of, other_kind
from app.domain.statements import PAYMENTS, RIGHTS, TOPICS, IllegalStep, Standing, after
from app.domain.targets import Target
from app.features.statements import drafts, queries
from app.features.statements.narrowing import keep_clearance, keep_file_words
from app.features.statements.printing import text_blocks, unsettable
from app.features.statements.schemas import (
    KeepSection,
    SectionMade,
    SectionView,
    StartStatement,
    StatementMade,
    WarningView,
    WorkspaceView,
)
from app.features.statements.updating import changes_of
from app.features.statements.verdicts import missing_for, verdict_views
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound, TooLarge
from app.kernel.ids import new_id
from app.models.reviews import Review
from app.models.statements import Statement, StatementDraft, StatementSection
from app.rendering.refusals import SourceRefused
from app.rendering.wording_reading import read_wording
from app.transaction import Transaction

_UNSEEN = "It holds letters that cannot be seen or printed. Type the place anew, without them."
MOST_BYTES = 20_000_000
_TAKEN = {FileKind.PDF: "pdf", FileKind.MARKDOWN: "md"}
_WORD = re.compile(r"\S+")
_ACTS = (
    ("write", Action.WRITE_STATEMENT),
    ("share", Action.SHARE_STATEMENT),
    ("release", Action.RELEASE_STATEMENT),
    ("decide", Action.DECIDE_COMMENT),
    ("withdraw", Action.WITHDRAW_STATEMENT),
)


def read_workspace(tx: Transaction, review_id: str) -> WorkspaceView:
    """Give the workspace of a review's statement, whether one is begun or not."""
    review_target = Target("review", review_id)
    require(tx, Action.OPEN_WORKSPACE, review_target)
    review = queries.get_review(tx, review_id)
    statement = queries.live(tx, review_id)
    version_id = statement.version_id if statement else review.version_id
    privately(tx, "WorkspaceOpened", Action.OPEN_WORKSPACE, review_target, version_id)
    return workspace_view(tx, review, statement)


def start_statement(tx: Transaction, review_id: str, command: StartStatement) -> StatementMade:
    """Start a statement on a version; where one was released before, its update.

    An update starts from the sections of the edition before it.

    Raises:
        Invalid: the version is not one of the review.
        Conflict: one is being written already.
    """
    target = Target("review", review_id)
    require(tx, Action.START_STATEMENT, target)
    review = queries.get_review(tx, review_id)
    if command.version_id not in {found for found, _ in queries.versions_of(tx, review)}:
        raise Invalid(fields={"version_id": "Choose a version of this review."})
    if queries.live(tx, review_id) is not None:
        raise _begun()
    before = queries.editions(tx, review_id)
    row = Statement(
        id=new_id("statement"),
        review_id=review_id,
        organisation_id=review.organisation_id,
        version_id=command.version_id,
        number=1 + (before[0].number if before else 0),
        state="draft",
        open_to=[],
        narrowed=False,
    )
    tx.session.add(row)
    try:
        tx.session.flush()
    except IntegrityError as fault:
        raise _begun() from fault
    tx.session.add(
        StatementDraft(
            statement_id=row.id,
            organisation_id=row.organisation_id,
            started_by=tx.actor.id,
            started_at=now(),
        )
    )
    tx.session.flush()
    if before:
        _carry_sections(tx, before[0], row)
    privately(tx, "StatementStarted", Action.START_STATEMENT, target, row.version_id, row.id)
    return StatementMade(id=row.id, state=row.state)


def keep_section(
    tx: Transaction, statement_id: str, topic: str, command: KeepSection
) -> SectionMade:
    """Keep a section with what it points to.

    Raises:
        Conflict: somebody saved it meanwhile; what was typed is theirs to keep.
        Invalid: the text cannot be set, or it points to what is not there.
    """
    row = _writing(tx, statement_id)
    if topic not in TOPICS:
        raise NotFound
    section = queries.sections_of(tx, statement_id).get(topic)
    if command.revision != (section.revision if section else 0):
        raise Conflict(
            "Somebody saved this section while you wrote.",
            kept="What you typed is still here.",
            remedy="Read what they saved below, put the two together, and save again.",
            code="section-changed",
        )
    _require_settable(command.text)
    _require_known(tx, row, command)
    if section is None:
        section = StatementSection(
            statement_id=statement_id, topic=topic, organisation_id=row.organisation_id, revision=0
        )
        tx.session.add(section)
    section.revision += 1
    section.points_to = [one.model_dump() for one in command.points_to]
    section.words = len(_WORD.findall(command.text))
    section.written_by, section.written_at = tx.actor.id, now()
    tx.session.flush()
    _deposit(tx, row, topic, command.text)
    unseal(tx, row)
    _wrote(tx, row, "SectionKept", topic=topic, revision=section.revision)
    return SectionMade(topic=topic, revision=section.revision)


def keep_upload(
    tx: Transaction, statement_id: str, *, content: bytes, file_name: str
) -> StatementMade:
    """Keep a statement that was written elsewhere, as it is, and its words, to be compared.

    Raises:
        Invalid: no PDF, DOCX or Markdown, or none that can be read (field `file`).
        TooLarge: more than 20 MB.
    """
    require(tx, Action.WRITE_STATEMENT, Target("statement", statement_id))
    if len(content) > MOST_BYTES:
        raise TooLarge
    kind = _kind_of(content, file_name)
    words = _words_in(content, kind)
    row = _writing(tx, statement_id)
    draft = queries.draft_of(tx, statement_id)
    draft.file_kind, draft.file_bytes = kind, len(content)
    draft.file_digest = keep_file(tx, content)
    tx.session.flush()
    keep_clearance(tx, row, draft.file_digest)
    keep_file_words(tx, row, words)
    unseal(tx, row)
    _wrote(tx, row, "StatementFileKept", digest=draft.file_digest, kind=kind)
    return StatementMade(id=row.id, state=row.state, digest=draft.file_digest)


def remove_upload(tx: Transaction, statement_id: str) -> StatementMade:
    """Take the file off a statement; its bytes are forgotten with its digest."""
    row = _writing(tx, statement_id)
    draft = queries.draft_of(tx, statement_id)
    if draft.file_digest is None:
        raise Conflict("There is no file on this statement.")
    draft.file_kind = draft.file_digest = draft.file_bytes = None
    keep_file_words(tx, row, "")
    unseal(tx, row)
    _wrote(tx, row, "StatementFileRemoved")
    return StatementMade(id=row.id, state=row.state)


def discard_draft(tx: Transaction, statement_id: str) -> StatementMade:
    """Discard a draft that was not shared; nobody outside the organisation ever knew of it."""
    row = _writing(tx, statement_id)
    row.state = step("discard", row)
    tx.session.flush()
    _wrote(tx, row, "StatementDiscarded")
    return StatementMade(id=row.id, state=row.state)


def workspace_view(tx: Transaction, review: Review, row: Statement | None) -> WorkspaceView:
    """Give the workspace as its organisation sees it; the opening was decided before."""
    version_id = row.version_id if row else review.version_id
    title, number = queries.version_names(tx, [version_id]).get(version_id, ("", 0))
    before = queries.editions(tx, review.id)
    sections: tuple[SectionView, ...] = ()
    warnings: tuple[WarningView, ...] = ()
    compared, file, draft, undecided = True, None, None, 0
    standing, said, words = Standing(shared=False), None, None
    if row is not None:
        require(tx, Action.READ_STATEMENT_DRAFT, Target("statement", row.id))
        draft = queries.draft_of(tx, row.id)
        sections = drafts.sections_view(tx, review, row)
        file = drafts.file_view(draft)
        texts = drafts.texts_of(sections)
        words = drafts.file_words(tx, row) if file else None
        warnings, compared = drafts.warnings_of(tx, row, {**texts, **drafts.as_text(words)})
        standing = standings_of(tx, [row])[row.id]
        if standing.verdict == "approved":
            said = drafts.said_in(row, sections, file, changes_of(tx, row, sections, file)[0])
        undecided = sum(one.decision is None for one in queries.comments_of(tx, row.id))
    return WorkspaceView(
        review_id=review.id,
        report_title=title,
        version_id=version_id,
        version_number=number,
        versions=queries.versions_of(tx, review),
        publication_right=RIGHTS[review.publication_right],
        payment=PAYMENTS[review.payment],
        statement_id=row.id if row else None,
        number=row.number if row else 1 + (before[0].number if before else 0),
        state=row.state if row else None,
        sections=sections,
        file=file,
        file_read=bool(words),
        warnings=warnings,
        compared=compared,
        shared_at=row.shared_at if row else None,
        window_closes_at=row.window_closes_at if row else None,
        window_open=standing.open,
        undecided=undecided,
        digest=draft.digest if draft else None,
        sealed_at=draft.sealed_at if draft else None,
        before=before[0].id if before else None,
        missing=missing_for(tx, row, said) if row else (),
        verdicts=verdict_views(tx, row) if row else (),
        acts=_acts(tx, review.id, row),
    )


def _acts(tx: Transaction, review_id: str, row: Statement | None) -> tuple[str, ...]:
    if row is None:
        asked = [(Action.START_STATEMENT, Target("review", review_id))]
        return ("start",) if may_all(tx, asked)[0] else ()
    target = Target("statement", row.id)
    allowed = may_all(tx, [(action, target) for _, action in _ACTS])
    return tuple(name for (name, _), good in zip(_ACTS, allowed, strict=True) if good)


def step(name: str, row: Statement) -> str:
    """Give where a step leads from where the statement stands.

    Raises:
        Conflict: the state does not admit it.
    """
    try:
        return after(name, row.state)
    except IllegalStep as refused:
        raise Conflict from refused


def unseal(tx: Transaction, row: Statement) -> None:
    """Take back what was prepared for a signature: the text has changed since."""
    draft = queries.draft_of(tx, row.id)
    draft.digest = draft.sealed_at = None
    tx.session.flush()


def privately(
    tx: Transaction,
    name: str,
    licence: Action,
    target: Target,
    version_id: str,
    statement_id: str | None = None,
    **facts: Fact,
) -> None:
    """Record an act on one's own draft: to everybody else it is one more page read."""
    told: dict[str, Fact] = {"statement": statement_id, **facts}
    as_reading(tx, version_id)
    tx.emit(
        Event(
            name=name,
            licence=licence,
            target=target,
            subject=Target("version", version_id),
            facts={key: fact for key, fact in told.items() if fact is not None},
        )
    )


def _wrote(tx: Transaction, row: Statement, name: str, **facts: Fact) -> None:
    target = Target("statement", row.id)
    privately(tx, name, Action.WRITE_STATEMENT, target, row.version_id, row.id, **facts)


def _writing(tx: Transaction, statement_id: str) -> Statement:
    require(tx, Action.WRITE_STATEMENT, Target("statement", statement_id))
    return queries.get_statement(tx, statement_id, lock=True)


def _carry_sections(tx: Transaction, before: Statement, row: Statement) -> None:
    """Start an update from the sections of the edition before it, with what they point to."""
    require(tx, Action.READ_STATEMENT_DRAFT, Target("statement", before.id))
    texts = statement_texts(tx, before.id, [f"draft.{topic}" for topic in TOPICS])
    for topic, old in queries.sections_of(tx, before.id).items():
        tx.session.add(
            StatementSection(
                statement_id=row.id,
                topic=topic,
                organisation_id=row.organisation_id,
                revision=1,
                points_to=[dict(one) for one in old.points_to],
                words=old.words,
                written_by=old.written_by,
                written_at=old.written_at,
            )
        )
        text = texts.get(f"draft.{topic}")
        if text is not None:
            _deposit(tx, row, topic, text.body or "", text.sensitivity)
    tx.session.flush()


def _deposit(
    tx: Transaction, row: Statement, topic: str, body: str, at_least: Sequence[str] = ()
) -> None:
    deposit_field(
        tx,
        Target("statement", row.id),
        field=f"draft.{topic}",
        body=body,
        version_id=row.version_id,
        organisation_id=row.organisation_id,
        shared=False,
        at_least={*at_least, *once_granted(tx, row.version_id)},
    )


def _require_settable(text: str) -> None:
    if unsettable(text):
        raise Invalid(fields={"text": _UNSEEN})
    try:
        text_blocks(text, below=2)
    except SourceRefused as refused:
        raise Invalid(fields={"text": refused.message}) from refused


def _require_known(tx: Transaction, row: Statement, command: KeepSection) -> None:
    if not command.points_to:
        return
    review = queries.get_review(tx, row.review_id)
    known = {(one.kind, one.id) for one in queries.pointed(tx, review, row.version_id)}
    if {(one.kind, one.id) for one in command.points_to} - known:
        raise Invalid(fields={"points_to": "Choose what the section points to from the list."})


def _kind_of(content: bytes, file_name: str) -> str:
    """Tell the kind from the bytes; a file with macros in it is none of them."""
    if other_kind(content) == "word" and b"vbaProject.bin" not in content:
        return "docx"
    try:
        kind = _TAKEN.get(kind_of(content, file_name))
    except NotTaken:
        kind = None
    if kind is None:
        raise Invalid(fields={"file": "Choose a PDF, a DOCX without macros, or a Markdown file."})
    return kind


def _words_in(content: bytes, kind: str) -> str:
    try:
        return read_wording(content, kind=kind)
    except SourceRefused as refused:
        said = " ".join(filter(None, (refused.message, refused.remedy)))
        raise Invalid(fields={"file": said}) from refused


def _begun() -> Conflict:
    return Conflict("A statement is being written for this review already.")
