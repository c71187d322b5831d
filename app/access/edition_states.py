"""How far the editions of a version are: states and counts for the publisher's people, no content.

Whoever may know of a report may know whether its editions are ready, though entitled to read none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from app.access.editions import ActiveRedaction, active_redactions, edition_key, withheld_ids
from app.kernel.clock import now
from app.transaction import Transaction

SLOW = timedelta(minutes=15)
"""Work on an edition that lasts longer deserves a look at the installation's health."""

_ASIDE = text("SELECT version_id FROM vitrine_editions_aside()")
_STATES = text("SELECT * FROM vitrine_edition_states(:version)")


@dataclass(frozen=True, kw_only=True)
class EditionState:
    """One edition: `waiting`, `building`, `checking`, `ready`, or `quarantined` with its faults."""

    key: str
    withheld: tuple[str, ...]
    """Of the categories that occur in the version, those that it withholds."""
    state: str
    pages_ready: int
    faults: int
    fault_pages: tuple[int, ...]
    created_at: datetime
    ready_at: datetime | None
    checker: str
    """Version of the leak checker; empty before it has looked."""
    checks: tuple[str, ...]
    """What was checked, and of that what failed."""
    failed: tuple[str, ...]
    secrets: int
    """Words that it looked for and must not find."""

    @property
    def slow(self) -> bool:
        """Say whether it has been in the works for longer than it should."""
        working = self.state in ("waiting", "building", "checking")
        return working and now() - self.created_at > SLOW


def edition_states(tx: Transaction, version_id: str) -> dict[str, EditionState]:
    """Give the state of each edition of a version by its key; nothing to the reviewer side."""
    redactions = active_redactions(tx, version_id)
    return {
        row.key: EditionState(
            key=row.key,
            withheld=_withheld_codes(redactions, frozenset(row.withheld)),
            state=row.state,
            pages_ready=row.pages_ready,
            faults=row.faults,
            fault_pages=tuple(row.fault_pages),
            created_at=row.created_at,
            ready_at=row.ready_at,
            checker=row.checker,
            checks=tuple(row.checks),
            failed=tuple(row.failed),
            secrets=row.secrets,
        )
        for row in tx.session.execute(_STATES, {"version": version_id})
    }


def versions_with_editions_aside(tx: Transaction) -> tuple[str, ...]:
    """Give the live versions that have an edition which the leak check put aside."""
    return tuple(tx.session.scalars(_ASIDE))


def _withheld_codes(
    redactions: Iterable[ActiveRedaction], withheld: frozenset[str]
) -> tuple[str, ...]:
    """Give what keeps the withheld redactions back: their categories less those shown elsewhere."""
    hidden: set[str] = set()
    shown: set[str] = set()
    for redaction in redactions:
        (hidden if redaction.id in withheld else shown).update(redaction.categories)
    return tuple(sorted(hidden - shown or hidden))


def key_of_grant(tx: Transaction, version_id: str, lifted: frozenset[str]) -> str:
    """Give the key of the edition that a grant alone opens."""
    return edition_key(version_id, withheld_ids(active_redactions(tx, version_id), lifted))
