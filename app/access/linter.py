"""The leak linter: what a text says that is withheld from the organisation it is meant for.

It answers with words of the text itself and with places, never with anything else of a page, so
somebody who may not read a passage learns of it only what stands before their eyes anyway.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.access.editions import (
    ActiveRedaction,
    active_redactions,
    edition_key,
    lifted_codes,
    withheld_ids,
)
from app.access.evidence_lines import marked_items
from app.access.narrowing import granted_codes
from app.access.release import points_of, words_of
from app.access.source_report import words_under
from app.domain import linting
from app.kernel.errors import ProgrammingFault, Unavailable
from app.models.content import EditionPage
from app.models.reports import Edition
from app.rendering.line_repeats import fields_of
from app.rendering.lines import ShownLine, Span
from app.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Words of a text that stand withheld in the version, and in which places.

    `text`: which of the texts they are of, from 0.
    """

    text: int
    words: str
    pages: tuple[int, ...]
    categories: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What was found; `unread`: marks that the acting person cannot read, and nothing compared."""

    hits: tuple[Hit, ...]
    unread: int = 0


def withheld_in(
    tx: Transaction, version_id: str, *, organisation_id: str, texts: Iterable[str]
) -> Comparison:
    """Find what texts say that a version withholds from an organisation.

    Compared is what the acting person may read themselves; of what is withheld from both, only how
    many marks it is. The caller has required the release, or the reading, of what the texts answer,
    and tells of it.

    Raises:
        Unavailable: the pages to compare with are being built.
    """
    if not any(decision.allowed for decision in tx.decisions):
        raise ProgrammingFault("nothing was decided before the leak linter was asked")
    codes = granted_codes(tx, version_id, organisation_id=organisation_id)
    return _compared(tx, version_id, codes, texts)


def withheld_from_public(tx: Transaction, version_id: str, texts: Iterable[str]) -> Comparison:
    """Find what texts of one's own say that only one's own edition shows, and the public none.

    For the writer alone: nothing of it is recorded, and the caller shows it to nobody else.

    Raises:
        Unavailable: the pages to compare with are being built, or closed to the writer.
    """
    if not any(decision.allowed for decision in tx.decisions):
        raise ProgrammingFault("nothing was decided before the leak linter was asked")
    return _compared(tx, version_id, frozenset(), texts)


def _compared(
    tx: Transaction, version_id: str, codes: frozenset[str], texts: Iterable[str]
) -> Comparison:
    redactions = {one.id: one for one in active_redactions(tx, version_id)}
    withheld = withheld_ids(redactions.values(), codes)
    own = lifted_codes(tx, version_id)
    marks = [redactions[one] for one in withheld if redactions[one].categories <= own]
    unread = len(withheld) - len(marks)
    if not marks:
        return Comparison(hits=(), unread=unread)
    sought = linting.needles(_passages(tx, version_id, marks))
    open_words: Sequence[str] | None = None
    hits = []
    for number, text in enumerate(texts):
        if not linting.find(text, sought, ()):
            continue
        if open_words is None:
            open_words = _open_words(tx, version_id, withheld)
        for found in linting.find(text, sought, open_words):
            from_marks = [redactions[source] for source in found.sources]
            hits.append(
                Hit(
                    text=number,
                    words=found.words,
                    pages=tuple(sorted({mark.page for mark in from_marks if not mark.evidence})),
                    categories=tuple(sorted({c for mark in from_marks for c in mark.categories})),
                )
            )
    return Comparison(hits=tuple(hits), unread=unread)


def _passages(
    tx: Transaction, version_id: str, marks: Sequence[ActiveRedaction]
) -> dict[str, list[str]]:
    """Give what stands under marks, by mark, from the acting person's own edition."""
    edition_id = _own_edition(tx, version_id)
    on = {mark.page for mark in marks if not mark.evidence}
    rows = tx.session.scalars(
        select(EditionPage).where(EditionPage.edition_id == edition_id, EditionPage.page.in_(on))
    )
    words = {row.page: points_of(row) for row in rows}
    found = {mark.id: [words_under(mark, words)] for mark in marks if not mark.evidence}
    for mark in marks:
        if mark.evidence:
            items = marked_items(tx, edition_id, [mark.id]).values()
            found[mark.id] = [
                text
                for marked, spans in items
                for span in spans
                for text in _under(marked.lines, span)
            ]
    return found


def _under(lines: Sequence[ShownLine], span: Span) -> list[str]:
    """Give what a mark of evidence covers, field by field."""
    found = []
    for line in lines[span.line_from - 1 : span.line_to]:
        fields = fields_of(line)
        if span.field is None:
            found += [field.words for field in fields]
        elif span.field < len(fields):
            found.append(fields[span.field].words[span.char_from : span.char_to])
    return found


def _open_words(tx: Transaction, version_id: str, withheld: Sequence[str]) -> list[str]:
    """Give the words that an organisation may see, in order, as the comparison has them.

    None where its edition is being built: then the linter warns of more than it has to.
    """
    rows = tx.session.scalars(
        select(EditionPage)
        .join(Edition, Edition.id == EditionPage.edition_id)
        .where(Edition.key == edition_key(version_id, withheld), Edition.state == "ready")
        .order_by(EditionPage.page)
    )
    return [
        token
        for row in rows
        for token in linting.tokens(" ".join(word.text for word in words_of(row)))
    ]


def _own_edition(tx: Transaction, version_id: str) -> str:
    """Name the acting person's edition of the version."""
    withheld = withheld_ids(active_redactions(tx, version_id), lifted_codes(tx, version_id))
    edition_id = tx.session.scalars(
        select(Edition.id).where(
            Edition.key == edition_key(version_id, withheld), Edition.state == "ready"
        )
    ).first()
    if edition_id is None:
        raise Unavailable(
            "What the answer is compared with is being prepared.",
            remedy="It is usually ready within a minute. Open the request again then.",
            code="edition-not-ready",
        )
    return edition_id
