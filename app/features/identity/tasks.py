"""Background work of sign-in: removing rows that have served. Nothing of the log is touched."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, func, text

from app.access.decide import require
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import INSTALLATION
from app.kernel.actor import system_actor
from app.kernel.clock import now
from app.models.people import Invitation, SignedInSession, SignIn
from app.transaction import Installation, begin

SIGN_INS_KEPT: Final = timedelta(days=1)
"""How long a sign-in that was begun is kept; its answer is taken for ten minutes."""

SESSIONS_KEPT: Final = timedelta(days=30)
"""How long a session is kept after it ended or ran out."""

INVITATIONS_KEPT: Final = timedelta(days=90)
"""How long an invitation that nobody accepted is kept after it ran out or was withdrawn."""


_FORGET = (
    text("SELECT vitrine_forget_notes()"),
    text("SELECT vitrine_forget_finding_drafts()"),
)


def remove_stale_rows(installation: Installation, *, timestamp: int) -> None:
    """Remove old sign-ins, ended sessions and expired invitations; what they did is in the log.

    With them go the notes and drafts of findings that their writers removed a month ago. That there
    were any is nobody else's to know, not even as a count: they go along with the rest, and the
    entry is silent.

    Args:
        installation: of the worker.
        timestamp: when the queue meant this run, in seconds since 1970; rows are judged by now.
    """
    with begin(installation, system_actor("tidy")) as tx:
        require(tx, Action.REMOVE_STALE_ROWS, INSTALLATION)
        moment = now()
        stale = {
            "sign_ins": delete(SignIn).where(SignIn.created_at < moment - SIGN_INS_KEPT),
            "sessions": delete(SignedInSession).where(
                func.least(SignedInSession.ended_at, SignedInSession.expires_at)
                < moment - SESSIONS_KEPT
            ),
            "invitations": delete(Invitation).where(
                Invitation.accepted_at.is_(None),
                Invitation.expires_at < moment - INVITATIONS_KEPT,
            ),
        }
        removed = {
            name: len(tx.session.execute(statement.returning(statement.table.c.id)).all())
            for name, statement in stale.items()
        }
        if not any(removed.values()):
            return
        for statement in _FORGET:
            tx.session.execute(statement)
        tx.emit(
            Event(
                name="StaleRowsRemoved",
                licence=Action.REMOVE_STALE_ROWS,
                target=INSTALLATION,
                facts={**removed, "planned": timestamp},
            )
        )
        tx.commit()


TASKS: dict[str, Callable[..., None]] = {"identity.remove_stale_rows": remove_stale_rows}
PERIODIC: dict[str, str] = {"identity.remove_stale_rows": "23 * * * *"}
