"""Who is signed in: from the cookie to the actor, in one look-up.

Here: the cookie, its hash, the row behind it. Not here: how one signs in (features/identity).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.db.session import enter_context
from app.kernel.actor import ANONYMOUS, Actor, Role, Side
from app.kernel.clock import now
from app.kernel.config import Settings
from app.kernel.tokens import token_hash

COOKIE: Final = "__Host-vitrine"
_SEEN_EVERY = timedelta(minutes=1)
_TOUCH = text("UPDATE sessions SET seen_at = :at WHERE id = :id")
# One round trip for who it is, what row-level security lets them see, and the database's clock.
_FIND = text(
    "SELECT s.*, now() AS moment, set_config('vitrine.side', s.side, true),"
    " set_config('vitrine.organisation', s.organisation_id, true),"
    " set_config('vitrine.person', s.person_id, true)"
    " FROM find_session(:token, :at, :idle) AS s"
)


@dataclass(frozen=True)
class SignedIn:
    """The actor of a request, what its forms are sealed with, and when its transaction began."""

    actor: Actor
    csrf_secret: str
    moment: datetime | None = None  # by the database's clock, where it was read along


NOBODY: Final = SignedIn(ANONYMOUS, "")


def set_cookie(response: Response, token: str, settings: Settings) -> None:
    """Give the browser the session: host-bound, secure, out of reach of scripts."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=settings.session_hours * 3600,
        path="/",
        secure=True,
        httponly=True,
        samesite="lax",
    )


def clear_cookie(response: Response) -> None:
    """Take the session from the browser."""
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")


def find_signed_in(session: Session, request: Request, settings: Settings) -> SignedIn:
    """Find who the cookie stands for; NOBODY for none, unknown, ended or expired.

    The session's transaction then runs for that person, as row-level security sees it.
    """
    token = request.cookies.get(COOKIE)
    found = _find(session, token, settings) if token else None
    if found is None:
        enter_context(session, ANONYMOUS)
        return NOBODY
    return found


def _find(session: Session, token: str, settings: Settings) -> SignedIn | None:
    at = now()
    row = session.execute(
        _FIND,
        {
            "token": token_hash(token),
            "at": at,
            "idle": timedelta(minutes=settings.session_idle_minutes),
        },
    ).one_or_none()
    if row is None:
        return None
    actor = Actor(
        id=row.person_id,
        kind="person",
        side=Side(row.side),
        organisation_id=row.organisation_id,
        organisation_kind=row.organisation_kind,
        organisation_name=row.organisation_name,
        organisation_state=row.organisation_state,
        name=row.name,
        email=row.email,
        membership_id=row.membership_id,
        session_id=row.session_id,
        roles=frozenset(Role(role) for role in row.roles),
        time_zone=row.time_zone,
    )
    if at - row.seen_at <= _SEEN_EVERY:
        return SignedIn(actor, row.csrf_secret, row.moment)
    # That the session lives is noted in a commit of its own: last seen is no event.
    session.execute(_TOUCH, {"at": at, "id": actor.session_id})
    session.commit()
    enter_context(session, actor)
    return SignedIn(actor, row.csrf_secret)
