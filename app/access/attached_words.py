"""What an organisation would read of an attached file, for the leak linter to compare.

The words stay inside: the linter answers with those alone that it finds withheld in the report.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from app.access.attached import Home, grants_of_asker, is_dossier
from app.access.decide import may
from app.access.editions import active_redactions, edition_for
from app.access.evidence import seen
from app.access.evidence_lines import edition_lines, evidence_ids
from app.access.linter import Hit, withheld_in
from app.access.release import words_of
from app.domain.actions import Action
from app.domain.targets import Target
from app.kernel.errors import Unavailable
from app.models.content import EditionPage
from app.models.reports import Edition
from app.models.requests import Attachment
from app.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class Compared:
    """What the linter found, each with the attachment in which; what it could not look at."""

    hits: tuple[tuple[int | None, Hit], ...] = ()
    unread: int = 0  # marks
    unread_attachments: tuple[int, ...] = ()


def compare(
    tx: Transaction,
    home: Home,
    texts: Iterable[str],
    found: Iterable[tuple[int, Attachment]],
) -> Compared:
    """Compare what would go out, and what goes with it, with what is withheld from who gets it.

    The caller has required the giving, or the reading, of what it goes with, and tells of it.

    Raises:
        Unavailable: what it is compared with is being built.
    """
    meant: list[tuple[int | None, str]] = [(None, text) for text in texts]
    unread = []
    for place, one in found:
        words = _words_of(tx, home, one)
        unread += [place] if words is None else []
        meant += [(place, one.title), (place, words or "")]
    compared = withheld_in(
        tx,
        home.version_id,
        organisation_id=home.organisation_id,
        texts=[text for _, text in meant],
    )
    return Compared(
        hits=tuple((meant[hit.text][0], hit) for hit in compared.hits),
        unread=compared.unread,
        unread_attachments=tuple(unread),
    )


def _words_of(tx: Transaction, home: Home, one: Attachment) -> str | None:
    """Give what would be read of a file; a version that was there already is checked."""
    if not is_dossier(tx, one.version_id):
        return ""
    codes = frozenset(code for grant in grants_of_asker(tx, home) for code in grant.lifted)
    return words_to_come(tx, one.version_id, codes)


def words_to_come(tx: Transaction, version_id: str, codes: frozenset[str]) -> str | None:
    """Give all words of a version as its edition for these categories shows them.

    None where the acting person could not read as much, or it is not built yet.
    """
    if not may(tx, Action.READ_PAGE, Target("version", version_id)):
        return None
    try:
        edition = edition_for(tx, version_id, at_most=codes)
    except Unavailable:
        return None
    occurring = {c for one in active_redactions(tx, version_id) for c in one.categories}
    built = tx.session.scalars(select(Edition.evidence).where(Edition.id == edition.id)).one()
    if not codes & occurring <= set(edition.lifted) or built != evidence_ids(tx, version_id):
        return None
    pages = tx.session.scalars(
        select(EditionPage).where(EditionPage.edition_id == edition.id).order_by(EditionPage.page)
    )
    found = [" ".join(word.text for word in words_of(page)) for page in pages]
    for item_id in built:
        for line in edition_lines(tx, edition.id, item_id):
            found.append(" ".join(seen(token) for token in line.tokens))
    return "\n".join(found)
