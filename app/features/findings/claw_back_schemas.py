"""What claw-backs and final versions take and show."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from app.features.findings.schemas import FindingRow, Id, VersionLink
from app.kernel.values import Frozen

Cover = Literal["copies", "notes", "mails", "backups"]
OpenReason = Literal["more_work", "others_asked", "people_away", "detail_awaited", "disputed"]


class AskDeletion(Frozen):
    """Ask organisations that had the page to delete it and to certify that."""

    organisations: Annotated[tuple[Id, ...], Field(min_length=1, max_length=100)]


class CertifyDeletion(Frozen):
    """Certify that one's organisation deleted what it had: when, and what was looked through."""

    deletion_id: Id
    deleted_on: date
    covers: Annotated[tuple[Cover, ...], Field(min_length=1, max_length=4)]


class ShownBy(Frozen):
    """A grant in force that shows the version."""

    grant_id: str
    organisation_name: str
    outside: bool
    ends_at: datetime
    revocable: bool


class DeletionView(Frozen):
    """What an organisation is asked to delete, and its certificate."""

    id: str
    organisation_name: str
    version: str
    page: int
    asked_at: datetime
    due_on: date
    late: bool
    covers: tuple[str, ...]
    deleted_on: date | None
    certified_at: datetime | None
    certified_by: str | None  # to the own organisation alone


class HadIt(Frozen):
    """An organisation that had the version, and its deletion once it was asked."""

    organisation_id: str
    organisation_name: str
    deletion: DeletionView | None


class NextVersion(Frozen):
    """A version still in preparation, where the passage can be marked."""

    version_id: str
    name: str
    marks: int  # on the page of the same number


class ClawBackView(Frozen):
    """A claw-back step by step; before it was begun, what it would be about."""

    finding_id: str
    number: str
    report_id: str
    version: VersionLink
    page: int
    started_at: datetime | None
    closed_at: datetime | None
    shown_by: tuple[ShownBy, ...]
    had_it: tuple[HadIt, ...]
    next_versions: tuple[NextVersion, ...]
    missing: tuple[str, ...]  # what is to be done before it can be closed


class ClawBackRow(Frozen):
    """A claw-back in the list."""

    finding_id: str
    number: str
    version: str
    page: int
    started_at: datetime
    closed_at: datetime | None
    asked: int
    certified: int


class DeletionList(Frozen):
    """What the acting organisation is asked to delete, the newest first."""

    rows: tuple[DeletionView, ...]
    can_certify: bool


class ListedOpen(Frozen):
    """A finding without a reply that is listed as open, and why."""

    finding_id: Id
    reason: OpenReason


class MarkFinal(Frozen):
    """Mark a version final; what lacks a reply is listed as open, point by point."""

    open: Annotated[tuple[ListedOpen, ...], Field(max_length=1000)] = ()


class OpenPointView(Frozen):
    """A finding without a reply, or one that was listed as open."""

    row: FindingRow
    reason: str | None
    readable: bool = True  # else its number and place are all that the reader is told


class FinalView(Frozen):
    """What stands between a version and its being final; afterwards what was listed."""

    version: VersionLink
    report_id: str
    final_at: datetime | None
    final_by: str | None
    points: tuple[OpenPointView, ...]
