"""The facts of drafts of findings, and who attached what to a finding; loaded for `facts`."""

from collections.abc import Sequence

from sqlalchemy import select

from app.domain.targets import Target
from app.kernel.actor import Side
from app.models.filing import FindingDraft
from app.models.requests import Attachment
from app.policy.facts import FindingDraftFacts, ResourceFacts
from app.transaction import Transaction


def draft_facts(tx: Transaction, target_id: str) -> ResourceFacts | None:
    """Find the facts of a draft; None when missing or hidden."""
    row = tx.session.get(FindingDraft, target_id)
    if row is None:
        return None
    remember_drafts(tx, [row])
    found: ResourceFacts = tx.memory[("facts", Target("finding_draft", row.id))]
    return found


def remember_drafts(tx: Transaction, rows: Sequence[FindingDraft]) -> None:
    """Keep the facts of drafts that were read already."""
    for row in rows:
        tx.memory[("facts", Target("finding_draft", row.id))] = FindingDraftFacts(
            id=row.id,
            organisation_id=row.organisation_id,
            writer_id=row.written_by,
            state=state_of(row),
            open=row.open,
            ready=row.ready_at is not None,
            people_ids=frozenset(row.people),
        )


def state_of(row: FindingDraft) -> str:
    """Say where a draft is: draft, filed or removed."""
    if row.filed_as is not None:
        return "filed"
    return "draft" if row.removed_at is None else "removed"


def attachers_of(tx: Transaction, finding_ids: Sequence[str]) -> dict[str, set[str]]:
    """Give by finding who attached what waits to be given; only the publisher's acts ask for it."""
    found: dict[str, set[str]] = {}
    if tx.actor.side is Side.REVIEWER:
        return found
    waiting = select(Attachment.finding_id, Attachment.added_by).where(
        Attachment.finding_id.in_(finding_ids),
        Attachment.removed_at.is_(None),
        Attachment.released_at.is_(None),
    )
    for finding_id, person_id in tx.session.execute(waiting):
        found.setdefault(str(finding_id), set()).add(person_id)
    return found
