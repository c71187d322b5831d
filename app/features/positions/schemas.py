"""Commands and views of positions."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.domain.positions import MOST_RESTS
from app.kernel.values import Frozen

Id = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Reasons = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)]
Basis = Literal["alone", "shared"]
Stance = Literal["agree", "reservations", "disagree", "cannot_assess"]
Confidence = Literal["low", "medium", "high"]
Status = Literal["verified", "attested", "reported"]
Kind = Literal["request", "answer", "finding", "assurance", "section"]
Show = Literal["all", "missing", "changed", "load_bearing"]


class RestsOn(Frozen):
    """One thing that a position rests on: how far it could be checked, and which thing."""

    status: Status
    kind: Kind | None = None
    id: Annotated[str, StringConstraints(max_length=40)] = ""


class TakePosition(Frozen):
    """A stance on a claim (or `conclusion`) on one basis; what is left out stays as it was."""

    claim: Id
    basis: Basis
    stance: Stance
    confidence: Confidence = "medium"
    rests_on: Annotated[tuple[RestsOn, ...], Field(max_length=MOST_RESTS)] | None = None
    reasons: Reasons | None = None


class KeepPositions(Frozen):
    """Take several positions on one version at once; the organisation's own until released."""

    version_id: Id
    positions: Annotated[tuple[TakePosition, ...], Field(max_length=400)] = ()


class OnBasis(Frozen):
    """A stance on one basis, in full."""

    stance: Stance
    confidence: Confidence = "medium"
    rests_on: Annotated[tuple[RestsOn, ...], Field(max_length=MOST_RESTS)] = ()
    reasons: Reasons = ""


class KeepPosition(Frozen):
    """Take a position on one claim in full; a basis that is left out stays as it was."""

    version_id: Id
    alone: OnBasis | None = None
    shared: OnBasis | None = None


class ReleasePositions(Frozen):
    """Give the publisher all positions on a version, or take the last release back."""

    version_id: Id
    withdraw: bool = False


class WorksheetQuery(Frozen):
    """Which rows of a worksheet; `version` empty is the review's own."""

    version: Annotated[str, StringConstraints(max_length=40)] = ""
    show: Show = "all"
    page: Annotated[int, Field(ge=1, le=1000)] = 1


class StanceView(Frozen):
    """A stance in short."""

    id: str
    stance: str
    confidence: str
    has_reasons: bool
    rests: int


class RestView(Frozen):
    """What a position rests on; `label` is None where the reader may not know of it."""

    status: str
    kind: str | None
    id: str
    label: str | None
    href: str | None


class PositionView(Frozen):
    """A position in full; the reasons are None where the reader is not cleared for them."""

    id: str
    claim_id: str | None
    claim_code: str
    basis: str
    stance: str
    confidence: str
    rests_on: tuple[RestView, ...]
    reasons: str | None
    masked: bool = False
    written_by: str = ""  # to the organisation alone
    written_at: datetime | None = None  # to the organisation alone


class WorksheetRow(Frozen):
    """A claim, or the conclusion, with the stances on both bases."""

    claim_id: str | None
    code: str
    page: int | None
    pathway: int | None
    under: str | None  # its pathway as one may call it: the number, or a reference
    load_bearing: bool
    quote: str | None
    alone: StanceView | None
    shared: StanceView | None
    earlier: str | None  # the stance on an earlier version, not looked at in this one
    earlier_version: int | None


class ReleaseView(Frozen):
    """A release of positions, or its withdrawal."""

    number: int
    withdraws: bool
    released_at: datetime
    positions: int


class Worksheet(Frozen):
    """The worksheet of an organisation on one version."""

    review_id: str
    version_id: str
    report_title: str
    version_number: int
    versions: tuple[tuple[str, int], ...]  # id and number, the newest first
    show: Show
    rows: tuple[WorksheetRow, ...]
    total: int
    claims: int
    missing: int
    changed: int
    page: int
    pages: int
    released: ReleaseView | None
    unreleased: int  # positions that differ from what was released
    can_keep: bool
    can_release: bool


class ClaimSheet(Frozen):
    """One claim, or the conclusion, with one's positions in full and how they came about."""

    review_id: str
    version_id: str
    version_number: int
    report_title: str
    row: WorksheetRow
    alone: PositionView | None
    shared: PositionView | None
    history: tuple[PositionView, ...]
    choices: tuple[tuple[str, str], ...]  # `kind:id` and label of what it can rest on
    can_keep: bool


class Kept(Frozen):
    """How many positions were kept anew."""

    review_id: str
    version_id: str
    kept: int


class Column(Frozen):
    """An organisation in the matrix, named as far as the reader may know it."""

    key: str
    name: str
    released_at: datetime
    positions: int


class Cell(Frozen):
    """What one organisation says of one claim: (stance, confidence) on each basis."""

    alone: tuple[str, str] | None = None
    shared: tuple[str, str] | None = None


class MatrixRow(Frozen):
    """A claim, or the conclusion, with one cell for each column."""

    claim_id: str | None
    code: str
    page: int | None
    pathway: int | None
    load_bearing: bool
    quote: str | None
    cells: tuple[Cell, ...]
    disagrees: bool


class Matrix(Frozen):
    """Claims × reviewer organisations, load-bearing claims first."""

    version_id: str
    report_title: str
    version_number: int
    show: str
    columns: tuple[Column, ...]
    rows: tuple[MatrixRow, ...]
    total: int
    disagreements: int
    page: int
    pages: int


class Said(Frozen):
    """What one organisation released on a claim, in full."""

    name: str
    released_at: datetime
    positions: tuple[PositionView, ...]


class ClaimCompared(Frozen):
    """One claim as all organisations that released their positions see it."""

    version_id: str
    report_title: str
    version_number: int
    row: MatrixRow
    said: tuple[Said, ...]
