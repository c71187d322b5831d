"""What an organisation would read of a file attached to an answer, for the leak linter to compare.

The words stay inside: the linter answers with those alone that it finds withheld in the report.
"""

from sqlalchemy import select

from app.access.decide import may
from app.access.editions import active_redactions, edition_for
from app.access.evidence import seen
from app.access.evidence_lines import edition_lines, evidence_ids
from app.access.release import words_of
from app.domain.actions import Action
from app.domain.targets import Target
from app.kernel.errors import Unavailable
from app.models.content import EditionPage
from app.models.reports import Edition
from app.transaction import Transaction


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
