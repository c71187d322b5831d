"""What the pages and the API read from a request alike, and how they hand a bundle out."""

from datetime import UTC, date, datetime, time, timedelta

from fastapi import Request, Response
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from app.domain.actions import Action
from app.domain.targets import INSTALLATION, Target
from app.features.auditing.bundles import Bundle
from app.features.auditing.schemas import LogFilter
from app.kernel.actor import Side
from app.kernel.errors import NotFound
from app.transaction import Decision, Transaction

_NAMES = ("person", "organisation", "action", "object", "outcome", "before")
_LONGEST = 100


def filter_of(request: Request) -> LogFilter:
    """Read the filter from the address, so that a view of the log can be kept and sent.

    `since` and `until` are days (`until` included) or moments with a zone; others are left out.
    """
    query = request.query_params
    return LogFilter(
        since=_moment(query.get("since", "")),
        until=_moment(query.get("until", ""), after=True),
        **{name: query.get(name, "").strip()[:_LONGEST] for name in _NAMES},
    )


def _moment(text: str, *, after: bool = False) -> datetime | None:
    try:
        day = date.fromisoformat(text) + timedelta(days=1 if after else 0)
    except OverflowError:  # the day after the last one that there is
        return None
    except ValueError:
        return _exact(text)
    return datetime.combine(day, time(0), tzinfo=UTC)


def _exact(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def own_organisation(tx: Transaction, action: Action) -> str:
    """Give the id of the reviewer organisation acted for; the publisher's record is the log.

    Raises:
        NotFound: the acting person is no reviewer, which is recorded as a refusal of the action.
    """
    own = tx.actor.organisation_id
    if tx.actor.side is Side.REVIEWER and own is not None:
        return own
    target = INSTALLATION if own is None else Target("organisation", own)
    refused = Decision(
        action=action,
        target=target,
        allowed=False,
        policies=(),
        facts=(("reason", "no-reviewer-organisation"),),
    )
    tx.decisions.append(refused)
    raise NotFound


def send_bundle(bundle: Bundle) -> Response:
    """Send an archive and remove it afterwards."""
    return FileResponse(
        bundle.path,
        media_type="application/zip",
        filename=bundle.name,
        background=BackgroundTask(bundle.path.unlink, missing_ok=True),
    )
