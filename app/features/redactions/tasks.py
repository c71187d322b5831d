"""Background work of redactions: embargoes end by themselves, by the database's clock."""

from collections.abc import Callable

from sqlalchemy import func, select

from app.access.decide import require
from app.access.facts import forget
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.redactions import after, without_embargo
from app.domain.targets import Target
from app.kernel.actor import system_actor
from app.kernel.clock import now
from app.models.redactions import Redaction
from app.transaction import Installation, Transaction, begin

EMBARGO = system_actor("embargo")


def end_embargoes(installation: Installation, *, timestamp: int) -> None:
    """Lift what was decided to be withheld under an embargo alone, from its last moment on.

    Where other categories withhold a redaction as well, only the embargo falls away.

    Args:
        installation: of the worker.
        timestamp: when the queue meant this run; rows are judged by the database's clock.
    """
    with begin(installation, EMBARGO) as tx:
        due = (
            select(Redaction)
            .where(
                Redaction.state.in_(("approved", "in_force")),
                Redaction.categories.contains(["EMB"]),
                Redaction.expires_at <= func.now(),
            )
            .order_by(Redaction.id)
            .with_for_update(skip_locked=True)
        )
        for row in tx.session.scalars(due).all():
            _end(tx, row, planned=timestamp)
        tx.commit()


def _end(tx: Transaction, row: Redaction, *, planned: int) -> None:
    target = Target("redaction", row.id)
    require(tx, Action.END_EMBARGO, target)
    before, rest = list(row.categories), without_embargo(row.categories)
    if rest:
        row.categories = list(rest)
    else:
        row.state = after(row.state, "lift")
    row.changed_at, row.revision = now(), row.revision + 1
    tx.session.flush()
    forget(tx, target)
    tx.emit(
        Event(
            name="EmbargoEnded",
            licence=Action.END_EMBARGO,
            target=target,
            facts={
                "version_id": row.version_id,
                "from": before,
                "to": list(rest),
                "planned": planned,
            },
            stage=row.state,
        )
    )


TASKS: dict[str, Callable[..., None]] = {"redactions.end_embargoes": end_embargoes}
PERIODIC: dict[str, str] = {"redactions.end_embargoes": "*/5 * * * *"}
