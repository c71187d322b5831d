"""Who may state that a statement holds nothing withheld: somebody cleared for all that went in.

What a reader needs is what the writers of the sections, and whoever uploaded the file, had lifted.
Its own lead states it while their access lasts; else, or besides, somebody of the publisher who is
cleared for all of it, once it was given to them.
"""

from collections.abc import Iterable

from app.access.decide import lifted, require
from app.access.deposit import deposit_field
from app.access.narrowing import narrow_field, once_granted
from app.access.statement_texts import open_file, statement_texts
from app.domain.actions import Action
from app.domain.categories import CODES
from app.domain.events import Event
from app.domain.statements import TOPICS
from app.domain.targets import Target
from app.features.statements import drafts, queries
from app.features.statements.content import Content, digest_of, read_content
from app.features.statements.schemas import NarrowStatement, StatementMade
from app.features.statements.updating import gone_words
from app.kernel.errors import Conflict, Forbidden, Invalid
from app.models.statements import Statement
from app.rendering.refusals import SourceRefused
from app.rendering.wording_reading import read_wording
from app.transaction import Transaction

FILE = "draft.file"
"""The field that keeps what the uploader of the file had lifted; its body is the digest."""
NOTHING_WITHHELD = "contains nothing withheld"
_NOT_CLEARED = "Only somebody who is cleared for all of it can state that."
_CLEARED = (
    "Parts of it were written by people who read more of the report than you."
    " Somebody cleared for all of it must state this."
)
_NOT_COMPARED = (
    "It could not be compared with what is withheld. Leave this out, or try again"
    " once your edition is open to you."
)
_LOOK = "Look at the words below, and confirm that they may stand there."
_FILE_UNREAD = (
    "The uploaded file has no words that can be compared: pictures of them, say. Read it, and"
    " confirm that what it shows may stand."
)
_FILE_READ = (
    "Not all that an uploaded file shows can be compared: pictures of words, files inside it, say."
    " Read it, and confirm that what it shows may stand."
)


def keep_clearance(tx: Transaction, row: Statement, digest: str) -> None:
    """Keep what the uploader of a file has lifted: a reader of the file needs as much."""
    deposit_field(
        tx,
        Target("statement", row.id),
        field=FILE,
        body=digest,
        version_id=row.version_id,
        organisation_id=row.organisation_id,
        shared=False,
        at_least=once_granted(tx, row.version_id),
    )


def keep_file_words(tx: Transaction, row: Statement, words: str) -> None:
    """Keep what an uploaded file says, for the comparison alone; empty once it is taken off."""
    deposit_field(
        tx,
        Target("statement", row.id),
        field=drafts.FILE_WORDS,
        body=words,
        version_id=row.version_id,
        organisation_id=row.organisation_id,
        shared=False,
        at_least=once_granted(tx, row.version_id),
    )


def sensitivity_of(tx: Transaction, row: Statement) -> tuple[str, ...]:
    """Give the categories that a reader needs for all that was written, the file included."""
    texts = statement_texts(tx, row.id, [*(f"draft.{topic}" for topic in TOPICS), FILE])
    file = texts.pop(FILE, None)
    needed = {code for one in texts.values() for code in one.sensitivity}
    needed |= queries.carried_sensitivity(tx, queries.get_review(tx, row.review_id))
    if queries.draft_of(tx, row.id).file_digest is not None:
        needed |= set(file.sensitivity if file else CODES)
    return tuple(sorted(needed))


def cleared_for(tx: Transaction, row: Statement, needed: Iterable[str]) -> bool:
    """Say whether the acting person reads all of these categories of the version themselves."""
    wanted = sorted(set(needed))
    return not wanted or set(wanted) <= lifted(tx, row.version_id, wanted).codes


def texts_in(content: Content) -> dict[str, str]:
    """Give what is compared with what is withheld, by topic: also what an update shows as gone."""
    gone = gone_words(content)
    return {
        one.topic: "\n\n".join(
            [
                one.text,
                gone.get(one.topic, ""),
                *(ref.note for ref in one.references if ref.kind == "finding"),
            ]
        )
        for one in content.sections
    }


def require_narrowable(
    tx: Transaction, row: Statement, content: Content, *, kept: str, confirmed: bool
) -> None:
    """Let nobody state that a text holds nothing withheld who could not know, or in passing.

    Args:
        tx: the transaction.
        row: the statement.
        content: what is given away.
        kept: the field that it is kept in, or will be.
        confirmed: the hits, and the file, were looked at.

    Raises:
        Invalid: the acting person is not cleared for all of it, it could not be compared, or what
            it repeats was not confirmed.
    """
    stored = statement_texts(tx, row.id, [kept]).get(kept)
    needed = {*sensitivity_of(tx, row), *(stored.sensitivity if stored else ())}
    if not cleared_for(tx, row, needed):
        raise Invalid(fields={"nothing_withheld": _CLEARED})
    words = drafts.file_words(tx, row) if content.file else None
    _require_compared(tx, row, content, words=words, confirmed=confirmed)


def _require_compared(
    tx: Transaction, row: Statement, content: Content, *, words: str | None, confirmed: bool
) -> None:
    texts = {**texts_in(content), **drafts.as_text(words)}
    hits, compared = drafts.warnings_of(tx, row, texts)
    if not compared:
        raise Invalid(fields={"nothing_withheld": _NOT_COMPARED})
    if hits and not confirmed:
        raise Invalid(fields={"hits_confirmed": f"{_LOOK} The first: “{hits[0].words}”."})
    if content.file is not None and not confirmed:
        raise Invalid(fields={"hits_confirmed": _FILE_READ if words else _FILE_UNREAD})


def narrow_statement(tx: Transaction, statement_id: str, command: NarrowStatement) -> StatementMade:
    """State of what was given to the publisher that it holds nothing withheld, and so open it.

    Raises:
        Forbidden: one is not cleared for all of it oneself.
        Invalid: it was not stated, it could not be compared, or what it repeats not confirmed.
        Conflict: all who may read it can do so already, or another text was shared meanwhile.
    """
    target = Target("statement", statement_id)
    require(tx, Action.NARROW_STATEMENT, target)
    row = queries.get_statement(tx, statement_id, lock=True)
    name = "content" if row.released_at is not None else "shared"
    kept = statement_texts(tx, row.id, [name]).get(name)
    if kept is None or kept.body is None:
        raise Forbidden(_NOT_CLEARED, remedy="Ask a coordinator or approver with a wider grant.")
    if not kept.sensitivity:
        raise Conflict(
            "It is open to all who may read it already.", remedy="Nothing is left to do."
        )
    if command.digest != digest_of(kept.body.encode()):
        raise Conflict(
            "Another text has been shared since you read it.",
            kept="Nothing was opened.",
            remedy="Read what is there now, and state it of that.",
            code="statement-shared-anew",
        )
    if not command.nothing_withheld:
        raise Invalid(fields={"nothing_withheld": "Confirm that it contains nothing withheld."})
    content = read_content(kept.body)
    words = _handed_words(tx, row) if content.file else None
    _require_compared(tx, row, content, words=words, confirmed=command.hits_confirmed)
    narrow_field(tx, target, field=name, narrowed_to=())
    tx.emit(
        Event(
            name="StatementNarrowed",
            licence=Action.NARROW_STATEMENT,
            target=target,
            organisations=frozenset({row.organisation_id}),
            facts={"text": name, "stated": NOTHING_WITHHELD},
        )
    )
    return StatementMade(id=row.id, state=row.state, digest=row.digest)


def _handed_words(tx: Transaction, row: Statement) -> str | None:
    """Read the words of the file that was handed out; None where it cannot be read."""
    if row.file_digest is None or row.file_kind is None:
        return None
    try:
        return read_wording(open_file(tx, row.id, row.file_digest), kind=row.file_kind).strip()
    except SourceRefused:
        return None
