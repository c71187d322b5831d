"""Commands in, views out, for reviews, grants, terms, receipts and the ledger."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from app.domain.clocks import MOST_DAYS
from app.kernel.values import Frozen

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Preset = Literal["public", "limited", "reviewer", "unredacted"]
Step = Literal["triage", "standard", "complex", "interview", "appeal", "findings_a", "findings"]
Days = Annotated[int, Field(ge=1, le=MOST_DAYS)]
ReviewType = Literal["confirmation", "robustness", "supplementation", "internal"]
EndReason = Literal["reviewer_needs_time", "publisher_was_late", "done_early", "agreed_otherwise"]


def _in_utc(moment: datetime) -> datetime:
    """Give a moment in UTC; its first and last days are out of reach from other time zones."""
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("There is no such day.") from error


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class ChangeSettings(Frozen):
    """Say what a review goes by from now on: calendar, clocks, who submits requests."""

    calendar: Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)] = "none"
    clock_profile: Literal["short", "long"] = "short"
    clock_days: dict[Step, Days | None] = {}  # steps with days of their own
    submitted_by: Literal["any", "lead"] = "any"


class ReviewRules(Frozen):
    """What a review goes by."""

    calendar: str  # none, a country (DE), or a part of it (GB-ENG)
    calendar_label: str
    clock_profile: str
    clock_days: dict[str, int]  # steps with days of their own
    days: dict[str, int]  # business days of each step
    submitted_by: str  # any, lead


class OpenReview(ChangeSettings):
    """Open a review of one version for one reviewer organisation, under these terms."""

    version_id: str
    organisation_id: str
    type: ReviewType
    scope: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""
    terms_title: Line
    terms_body: Prose
    starts_at: Moment
    ends_at: Moment


class MoveEnd(Frozen):
    """Move the last moment of a review, sooner or later, for one of a few reasons (END_REASONS)."""

    ends_at: Moment
    reason: EndReason


class ProposeGrant(Frozen):
    """Propose to grant an edition: a preset and the categories that differ from it."""

    preset: Preset
    lifted: frozenset[str] | None = None  # None: just what the preset lifts
    handling: Literal["view", "download"] = "view"
    purpose: Line
    starts_at: Moment
    ends_at: Moment


class GrantInternally(ProposeGrant):
    """Grant named people of the publisher a version, like anybody else."""

    person_ids: Annotated[frozenset[str], Field(min_length=1)]


class RevokeGrant(Frozen):
    """Revoke a grant at once, with a reason that is kept."""

    reason: Line


class AcceptTerms(Frozen):
    """Accept exactly this text (by its SHA-256)."""

    digest: str


class ChangeTerms(Frozen):
    """Put other terms in place of a review's; everybody accepts anew."""

    terms_title: Line
    terms_body: Prose


class EditionProgress(Frozen):
    """How far the edition that a grant opens is; the publisher's people see it, nobody else."""

    state: str  # planned, waiting, building, checking, ready, quarantined
    slow: bool
    pages_ready: int
    pages: int
    faults: int
    fault_pages: tuple[int, ...]


class GrantView(Frozen):
    """A grant as its organisation and the publisher see it."""

    id: str
    review_id: str | None
    version_id: str
    organisation_id: str
    organisation_name: str
    preset: str
    lifted: tuple[str, ...]
    withheld: tuple[str, ...]
    handling: str
    purpose: str
    state: str
    starts_at: datetime
    ends_at: datetime
    needs_second_person: bool
    people: tuple[str, ...] = ()
    proposed_by: str = ""  # known inside the publisher only
    edition: EditionProgress | None = None


class Choice(Frozen):
    """One thing that a form lets its reader choose."""

    id: str
    name: str
    kind: str | None = None


class ReviewChoices(Frozen):
    """What a new review is made of: a version and an organisation."""

    version_id: str  # the one wished for, else the first
    versions: tuple[Choice, ...]
    organisations: tuple[Choice, ...]


class ReadersView(Frozen):
    """The internal grants of a version, and the people whom it could be granted."""

    version_id: str
    version_name: str
    grants: tuple[GrantView, ...]
    people: tuple[Choice, ...]


class ReceiptView(Frozen):
    """What was shared, in which edition, with which digest, and who acknowledged it."""

    id: str
    review_id: str
    organisation_id: str
    organisation_name: str
    items: tuple[dict[str, str | list[str]], ...]
    issued_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    opens_at: datetime | None = None  # where the grant had not begun when it was issued


class TermsView(Frozen):
    """The text that a person accepts, and whether the asking person has."""

    title: str
    body: str
    digest: str
    accepted_at: datetime | None


class ReviewRow(Frozen):
    """A review in a list."""

    id: str
    report_title: str
    version_id: str
    version_number: int
    version_state: str
    organisation_id: str
    organisation_name: str
    type: str
    state: str
    starts_at: datetime
    ends_at: datetime
    grant_state: str  # none, requested, in_force, ended, revoked


class UndertakingView(Frozen):
    """One person's acceptance."""

    name: str
    accepted_at: datetime
    current: bool


class ReviewView(Frozen):
    """A review with its grants, terms, undertakings and receipts."""

    row: ReviewRow
    scope: str
    rules: ReviewRules
    terms: TermsView
    grants: tuple[GrantView, ...]
    receipts: tuple[ReceiptView, ...]
    undertakings: tuple[UndertakingView, ...]


class LedgerRow(Frozen):
    """One shared item: organisation × item × edition × digest × since when."""

    organisation_name: str
    item: str
    edition_key: str
    digest: str
    withholds: tuple[str, ...]
    handling: str
    shared_at: datetime
    acknowledged_at: datetime | None
    state: str  # in force, ended, revoked
    receipt_id: str


class UnsharedRow(Frozen):
    """A grant in force whose edition nobody could read yet, and why."""

    organisation_name: str
    item: str
    review_id: str
    version_id: str
    withheld: tuple[str, ...]
    opens_at: datetime | None  # None: nothing but the edition is missing
    published: bool
    edition: EditionProgress
