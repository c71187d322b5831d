"""Commands in, views out, for fact-check findings."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.access.attached_views import AttachmentLink, AttachmentView
from app.kernel.values import Frozen

Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
MaybeProse = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Disposition = Literal["accepted", "accepted_in_part", "clarified", "rejected", "out_of_scope"]


class Respond(Frozen):
    """Answer a finding; a rejection waits for somebody who does not answer for the passage."""

    disposition: Disposition
    explanation: Prose
    new_text: MaybeProse = ""
    nothing_withheld: Literal[True]  # "contains nothing withheld from this organisation"


class DecideRejection(Frozen):
    """Uphold or turn down a proposed rejection."""

    uphold: bool


class Contest(Frozen):
    """Say why a response does not settle the finding."""

    reason: Prose
    final: bool = False  # record the disagreement instead of asking again


class Reroute(Frozen):
    """Give a finding to somebody else."""

    person_id: str


class AskDetail(Frozen):
    """Ask the organisation that filed a finding for detail."""

    question: Prose
    nothing_withheld: Literal[True]


class GiveDetail(Frozen):
    """Give the detail that was asked for."""

    detail: Prose


class LinkFix(Frozen):
    """Say which later version of the report has the changed text."""

    version_id: Id


class SetMoot(Frozen):
    """Say why a finding has nothing left to be about."""

    reason: Prose


class ProposeMoot(Frozen):
    """Propose to the organisation that its finding has nothing left to be about."""

    reason: Prose
    nothing_withheld: Literal[True]


class RefuseMoot(Frozen):
    """Say why a finding is not moot."""

    reason: Prose


class MergeFinding(Frozen):
    """Name, by its number, the finding of one's own organisation that goes on for this one."""

    into: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class AcceptSeveral(Frozen):
    """Accept several findings of class A with one explanation."""

    findings: Annotated[tuple[Id, ...], Field(min_length=1, max_length=100)]
    explanation: Prose
    nothing_withheld: Literal[True]


class WriteMessage(Frozen):
    """Write in the thread of a finding; `internal`: for one's own side alone.

    `tell` names colleagues by id; inside, `@Name` in the text tells them, too. `refers_to` is a
    version that both may read. The publisher states that nothing withheld goes out.
    """

    body: Prose
    internal: bool = False
    tell: Annotated[tuple[Id, ...], Field(max_length=20)] = ()
    refers_to: Id | None = None
    nothing_withheld: bool = False


class StrikeMessage(Frozen):
    """Strike a message of one's own."""

    message_id: Id


class SeveralOutcome(Frozen):
    """What came of one of several."""

    id: str
    number: str
    done: bool
    said: str = ""


class AcceptedView(Frozen):
    """What came of accepting several, in the order in which they were named."""

    done: int
    outcomes: tuple[SeveralOutcome, ...]


class Clock(Frozen):
    """By when the publisher answers; `paused` while it waits for detail."""

    due_on: date
    days_left: int  # business days by the review's calendar; below 0: past its day
    paused: bool
    late: bool


class FindingRow(Frozen):
    """A finding in a list; `number` is the neutral alias for an author who may not know whose."""

    id: str
    number: str
    organisation_name: str | None
    report_title: str
    version_id: str
    page: int
    finding_class: str
    materiality: str
    state: str
    outward: str
    filed_at: datetime
    waits_for_decider: bool = False
    author: str | None = None
    clock: Clock | None = None  # while it is the publisher's move, or paused
    unread: int = 0  # messages of others since one last read it
    mentioned: bool = False  # one of them tells the acting person
    moot_waits: bool = False  # the publisher proposed that it is moot


class FindingList(Frozen):
    """A page of findings, how many there are in all, and how many in each state people see."""

    rows: tuple[FindingRow, ...]
    total: int
    counts: dict[str, int]


class ResponseView(Frozen):
    """One round of the publisher's answer."""

    round: int
    disposition: str
    state: str
    explanation: str | None
    new_text: str | None
    given_at: datetime
    given_by: str | None  # publisher's side only
    contested: str | None  # why the reviewer says that it does not settle the finding


class StageView(Frozen):
    """One step of the timeline; who took it is named to the own side alone."""

    text: str
    at: datetime
    by: str | None = None


class FileView(Frozen):
    """A file that goes with a finding; None for a title that the reader is not cleared for."""

    id: str
    kind: str
    bytes: int
    title: str | None


class VersionLink(Frozen):
    """A version by its name, and whether the acting person may read it now."""

    version_id: str
    name: str
    open: bool


class MessageView(Frozen):
    """A message of a thread; `body` is None where it is struck, or the reader is not cleared."""

    id: str
    # said, detail_asked, detail_given, moot, moot_proposed, moot_refused, file_given
    kind: str
    side: str
    mine: bool
    author: str  # a name on one's own side; else whose side it is
    internal: bool
    at: datetime
    unread: bool
    struck: bool
    body: str | None
    refers_to: VersionLink | None
    told: tuple[str, ...]
    files: tuple[FileView, ...] = ()  # of the reviewer, handed out as they came
    given: tuple[AttachmentLink, ...] = ()  # of the publisher, in the reader's own edition


class MentionChoice(Frozen):
    """Somebody whom one can tell of a message."""

    id: str
    name: str


class ThreadView(Frozen):
    """The thread as the acting person may read it."""

    messages: tuple[MessageView, ...]
    can_write: bool
    colleagues: tuple[MentionChoice, ...]
    versions: tuple[VersionLink, ...]  # that a message can refer to
    can_attach: bool = False  # a file for the reviewer; the publisher's side only
    waiting: tuple[AttachmentView, ...] = ()  # what is attached and not given yet; likewise


class Reference(Frozen):
    """Something that shows it: its title, where to find it, and the words that matter there."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
    where: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] = ""
    quoted: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)] = ""


class FilingView(Frozen):
    """What a finding was filed with, besides its texts."""

    about: str
    references: tuple[Reference, ...] | None  # None: not cleared
    files: tuple[FileView, ...]


class FindingView(Frozen):
    """A finding as the acting person may see it; None where a text is masked for them."""

    row: FindingRow
    statement: str | None
    correction: str | None
    evidence: str | None
    as_of: date | None
    quote: str | None
    routed_by_rule: str | None  # publisher's side only
    claim_code: str | None
    filing: FilingView
    responses: tuple[ResponseView, ...]
    timeline: tuple[StageView, ...]
    fixed_in: VersionLink | None = None
    merged_into: str | None = None  # the number, and for whom it stays unnamed the alias
    merged_into_id: str | None = None
    merged_here: tuple[str, ...] = ()
    messages: tuple[MessageView, ...] = ()
    listed_open: str | None = None  # why it was listed as open in a final version


class DisagreementView(Frozen):
    """A disagreement that was recorded, with what both sides say; None where masked."""

    finding_id: str
    number: str
    version_id: str
    page: int
    finding_class: str
    materiality: str
    claim_code: str | None
    statement: str | None
    disposition: str
    publisher_says: str | None
    reviewer_says: str | None
