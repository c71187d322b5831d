"""The facts of question packs; loaded for `facts`, which remembers them."""

from collections.abc import Sequence

from app.domain.targets import Target
from app.models.packs import QuestionPack
from app.policy.facts import PackFacts, ResourceFacts
from app.transaction import Transaction


def pack_facts(tx: Transaction, pack_id: str) -> ResourceFacts | None:
    """Find the facts of a pack; None when missing or hidden."""
    row = tx.session.get(QuestionPack, pack_id)
    return None if row is None else _facts_of(row)


def remember_packs(tx: Transaction, rows: Sequence[QuestionPack]) -> None:
    """Keep the facts of packs that were read already."""
    for row in rows:
        tx.memory[("facts", Target("pack", row.id))] = _facts_of(row)


def _facts_of(row: QuestionPack) -> PackFacts:
    return PackFacts(
        id=row.id,
        organisation_id=None if row.offered else row.organisation_id,
        writer_id=row.written_by,
    )
