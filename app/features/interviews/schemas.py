"""Commands in, views out, for interviews.

One view for both sides: who is named in it is decided where it is made (reading.py), and what a
reader may not know has no field here, such as who of the publisher proposed a time.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.features.requests.schemas import TextView
from app.kernel.values import Frozen

Id = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Notes = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Where = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Place = Literal["video", "telephone", "at_publisher", "at_asker"]
Reason = Literal[
    "person_away", "clash", "more_preparation", "earlier", "technical", "no_longer_needed"
]


# ---- commands


class ProposeTimes(Frozen):
    """Propose one to six times. Without an offset a time is the proposer's own wall clock."""

    starts: Annotated[tuple[datetime, ...], Field(min_length=1, max_length=6)]
    minutes: Annotated[int, Field(ge=5, le=480)] = 45
    place: Place = "video"
    where: Where = ""  # the link, number or address
    nothing_withheld: bool = False  # needed with `where`


class MoveInterview(ProposeTimes):
    """Take the agreed time back and propose others, with a reason."""

    reason: Reason


class ChooseTime(Frozen):
    """Agree to one of the proposed times."""

    slot_id: Id


class CancelInterview(Frozen):
    """Cancel an interview, or what was proposed, with a reason."""

    reason: Reason


class DraftNotes(Frozen):
    """Write a version of the notes (Markdown); one's own side alone reads it until it signs."""

    notes: Notes


class SignNotes(Frozen):
    """Sign a version as it was read: its digest says which text that was."""

    notes_id: Id
    text_digest: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    nothing_withheld: bool = False  # needed from the publisher


class TakeNotes(Frozen):
    """Make the agreed notes the draft of the answer; without a part, of one's own."""

    part_id: Id | None = None


# ---- views


class SlotView(Frozen):
    """A proposed time."""

    id: str
    starts_at: datetime
    minutes: int
    place: Place
    passed: bool
    clash: bool  # with another interview of the reader's own people; never of the other side's


class SignatureView(Frozen):
    """One side's signature under a version of the notes."""

    by: str
    at: datetime


class NotesView(Frozen):
    """A version of the notes as this reader may see it."""

    id: str
    number: int  # on the side that wrote it
    ours: bool  # written by the reader's side
    state: str
    digest: str
    text: TextView | None  # None: the coordinator deals with it
    drafted_by: str
    drafted_at: datetime
    signatures: tuple[SignatureView, ...]
    voided_at: datetime | None
    may_sign: bool
    mine: bool  # the reader drafted for the publisher, so somebody else signs


class PartOption(Frozen):
    """A part of the request whose answer the notes could be."""

    id: str
    number: int


class InterviewView(Frozen):
    """The interview of a request as this reader may see it."""

    seen_as: Literal["asker", "publisher", "responder"]
    request_id: str
    called: str  # the number, or the alias for a responder
    other: str  # how the other side is called here
    standing: str
    proposed_by_us: bool
    slots: tuple[SlotView, ...]  # while a side is to choose
    starts_at: datetime | None
    minutes: int | None
    place: Place | None
    where: TextView | None
    where_held_back: bool  # the coordinator gives it
    clash: bool
    begun: bool
    reason: str | None
    sequence: int | None
    notes: tuple[NotesView, ...]  # newest first
    parts: tuple[PartOption, ...]
    acts: tuple[str, ...]


class InterviewMade(Frozen):
    """What an act led to."""

    id: str  # of the request
    standing: str


class NotesMade(Frozen):
    """A version of the notes that was written or signed."""

    id: str
    state: str
    digest: str
