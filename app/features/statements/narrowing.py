"""Who may state that a statement holds nothing withheld: somebody cleared for all that went in.

What a reader needs is what the writers of the sections, and whoever uploaded the file, had lifted.
"""

from collections.abc import Iterable

from app.access.decide import lifted
from app.access.deposit import deposit_field
from app.access.statement_texts import statement_texts
from app.domain.categories import CODES
from app.domain.statements import TOPICS
from app.domain.targets import Target
from app.features.statements import drafts, queries
from app.features.statements.content import Content
from app.kernel.errors import Invalid
from app.models.statements import Statement
from app.transaction import Transaction

FILE = "draft.file"
"""The field that keeps what the uploader of the file had lifted; its body is the digest."""
_CLEARED = (
    "Parts of it were written by people who read more of the report than you."
    " Somebody cleared for all of it must state this."
)
_NOT_COMPARED = (
    "It could not be compared with what is withheld. Leave this out, or try again"
    " once your edition is open to you."
)
_LOOK = "Look at the words below, and confirm that they may stand there."
_FILE_UNREAD = "Nobody compares the uploaded file. Read it, and confirm that its words may stand."


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
    )


def sensitivity_of(tx: Transaction, row: Statement) -> tuple[str, ...]:
    """Give the categories that a reader needs for all that was written, the file included."""
    texts = statement_texts(tx, row.id, [*(f"draft.{topic}" for topic in TOPICS), FILE])
    file = texts.pop(FILE, None)
    needed = {code for one in texts.values() for code in one.sensitivity}
    if queries.draft_of(tx, row.id).file_digest is not None:
        needed |= set(file.sensitivity if file else CODES)
    return tuple(sorted(needed))


def cleared_for(tx: Transaction, row: Statement, needed: Iterable[str]) -> bool:
    """Say whether the acting person reads all of these categories of the version themselves."""
    wanted = sorted(set(needed))
    return not wanted or set(wanted) <= lifted(tx, row.version_id, wanted).codes


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
    hits, compared = drafts.warnings_of(tx, row, {one.topic: one.text for one in content.sections})
    if not compared:
        raise Invalid(fields={"nothing_withheld": _NOT_COMPARED})
    if hits and not confirmed:
        raise Invalid(fields={"hits_confirmed": f"{_LOOK} The first: “{hits[0].words}”."})
    if content.file is not None and not confirmed:
        raise Invalid(fields={"hits_confirmed": _FILE_UNREAD})
