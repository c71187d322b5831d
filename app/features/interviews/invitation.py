"""The invitation to an interview as a calendar file (RFC 5545), one for each side's eyes.

It says when, where and under which number or alias; nothing of what is asked. A calendar is passed
on more easily than a page, so inside the publisher it carries the alias alone, whoever takes it.
"""

from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vCalAddress, vText

from app.access.decide import require
from app.domain.actions import Action
from app.domain.events import Fact
from app.domain.interviews import PLACES, Side, Standing
from app.domain.targets import Target
from app.features.interviews import queries
from app.features.interviews.reading import sequence_of, standing_of
from app.features.requests.moving import tell
from app.features.requests.queries import get_request, seen_as
from app.features.requests.texts import text
from app.kernel.errors import Conflict
from app.models.interviews import Interview
from app.models.requests import Request
from app.transaction import Transaction

FILE_NAME = "interview.ics"  # it says neither whose nor of what
_PRODUCT = "-//Vitrine//Interviews//EN"


def take_invitation(tx: Transaction, request_id: str) -> bytes:
    """Give the invitation of an interview that is, or was, agreed.

    What was moved or cancelled is given as cancelled, until another time is agreed.

    Raises:
        Conflict: no time was ever agreed.
    """
    require(tx, Action.READ_REQUEST, Target("request", request_id))
    row = get_request(tx, request_id)
    interview = queries.find_interview(tx, row.id)
    if interview is None or interview.sequence is None or interview.starts_at is None:
        raise Conflict(
            "No time is agreed yet, so there is nothing to put into a calendar.",
            remedy="Agree on a time first.",
        )
    facts: dict[str, Fact] = {"sequence": interview.sequence}
    tell(tx, row, "InvitationTaken", Action.READ_REQUEST, step=False, facts=facts)
    return _calendar(tx, row, interview, interview.starts_at.astimezone(UTC))


def _calendar(tx: Transaction, row: Request, interview: Interview, start: datetime) -> bytes:
    settings = tx.installation.settings
    called = row.number if queries.side_of(tx) is Side.ASKER else row.alias
    page = f"{settings.url}/requests/{row.id}/interview"
    event = Event()
    event.add("uid", f"{interview.id}@{settings.mail_domain}")
    event.add("sequence", sequence_of(row, interview))
    event.add("dtstamp", _changed_at(row, interview).astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", start)
    event.add("dtend", start + timedelta(minutes=interview.minutes or 0))
    event.add("summary", f"Interview {called}")
    event.add("location", _location(tx, row, interview))
    event.add("description", f"Vitrine has the details, and afterwards the notes: {page}")
    event.add("url", page)
    agreed = standing_of(row, interview) is Standing.AGREED
    event.add("status", "CONFIRMED" if agreed else "CANCELLED")
    event.add("class", "CONFIDENTIAL")
    # Published, not sent to anybody: the organiser is the installation, and nobody is named.
    organiser = vCalAddress(f"mailto:{settings.mail_sender}")
    organiser.params["cn"] = vText("Vitrine")
    event.add("organizer", organiser)
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _changed_at(row: Request, interview: Interview) -> datetime:
    ended = standing_of(row, interview).value != interview.standing
    return row.state_since if ended else interview.changed_at


def _location(tx: Transaction, row: Request, interview: Interview) -> str:
    """Say where; the address that the asker gave stays on the publisher's page."""
    place = PLACES[interview.place or ""]
    number = interview.agreed_round or 0
    ours = queries.side_of(tx) is Side.ASKER
    if not ours and queries.side_of_round(tx, interview, number) is Side.ASKER:
        return f"{place}; the address is in Vitrine"
    given = text(tx, row, f"interview_place.{number}", seen=seen_as(tx))
    body = None if given is None or given.masked else given.body
    return f"{place}: {body}" if body else place
