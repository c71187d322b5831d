"""Commands in, views out, for versions beside each other. Words here are of one's own editions."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from app.kernel.values import Frozen

Id = Annotated[str, Field(min_length=1, max_length=64)]
PART_KEY = r"^(title|owners):[a-z]{3}_[0-9A-Za-z_]{1,60}$"
PartKey = Annotated[str, StringConstraints(pattern=PART_KEY)]
Edge = Annotated[float, Field(ge=0, le=20_000, allow_inf_nan=False)]
Rect = tuple[Edge, Edge, Edge, Edge]
Quote = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


# ---- commands


class CarryIdenticalClaims(Frozen):
    """Carry claims on together, whose words and surroundings are the same in both versions."""

    earlier: Id
    claims: Annotated[tuple[Id, ...], Field(min_length=1, max_length=2000)]


class CarryClaim(Frozen):
    """Carry one claim on: to a place, to words that stand there, or as a claim marked there."""

    claim: Id
    page: Annotated[int, Field(ge=1, le=100_000)] | None = None
    rects: Annotated[tuple[Rect, ...], Field(max_length=400)] = ()
    quote: Quote | None = None
    same_as: Id | None = None


class ClaimGone(Frozen):
    """Say that a claim does not stand in this version any more."""

    claim: Id


class UndoCarry(Frozen):
    """Take back what was decided of a claim; it waits again."""

    claim: Id


class SettleParts(Frozen):
    """Carry on what hangs on parts (titles of pathways, owners), or leave it: one, or identical.

    `nothing_withheld` states of the titles that it was stated of before that they hold nothing that
    is withheld in this version either.
    """

    earlier: Id
    parts: Annotated[tuple[PartKey, ...], Field(min_length=1, max_length=500)]
    leave: bool = False
    nothing_withheld: bool = False


class DecideMaterial(Frozen):
    """Say whether a version changes an earlier one materially, and why."""

    earlier: Id
    material: bool
    reason: Prose


# ---- views


class PlaceView(Frozen):
    """A place where a claim may stand now, with its words; `open`: nothing is withheld there."""

    page: int
    rects: tuple[Rect, ...]
    text: str
    open: bool


class ClaimMatchView(Frozen):
    """A claim of the earlier version, its words then, and where it may stand now, best first.

    `standing`: identical, same, moved, changed, ambiguous, gone, unread, closed (something is
    withheld from this person within it), waiting (not compared yet).
    """

    id: str
    code: str
    page: int
    load_bearing: bool
    standing: str
    likeness: float = 0.0
    text: str = ""
    places: tuple[PlaceView, ...] = ()
    same_as: str | None = None  # a claim with this code that was marked in the new version


class PartMatchView(Frozen):
    """A title or owners that wait to be carried on, and of which part; `found`: where it now is.

    `stated`: the title was stated to hold nothing that is withheld from anybody.
    """

    key: str
    kind: str  # title, owners
    part: str  # pathway, section, version
    label: str
    standing: str
    page: int | None
    title: str | None = None
    stated: bool = False
    owners: tuple[str, ...] = ()
    found: bool = True


class PartsSettled(Frozen):
    """What was carried on or left, by its keys."""

    parts: tuple[str, ...]


class SettledView(Frozen):
    """A claim that was settled, by whom; `claim_id` is its successor, None where it is gone."""

    id: str
    code: str
    claim_id: str | None
    page: int | None
    standing: str
    together: bool
    by: str
    at: datetime


class MatchingView(Frozen):
    """What is left to carry on to a version, and how much is done.

    `state`: alone (no earlier version), closed (not both are open to this person), preparing (an
    edition is being built), comparing, ready.
    """

    version_id: str
    report_id: str
    report_title: str
    version_number: int
    published: bool
    earlier_id: str | None = None
    earlier_number: int = 0
    state: str
    waiting: int = 0
    identical: tuple[ClaimMatchView, ...] = ()
    others: tuple[ClaimMatchView, ...] = ()
    closed: tuple[ClaimMatchView, ...] = ()
    settled: tuple[SettledView, ...] = ()
    parts_identical: tuple[PartMatchView, ...] = ()
    parts_others: tuple[PartMatchView, ...] = ()
    marks_waiting: int = 0


class CarriedClaims(Frozen):
    """The claims that were carried on, by their new ids; `evidence_left_out`: not attached here."""

    claims: tuple[str, ...]
    evidence_left_out: int = 0
    notes_left_out: int = 0  # on evidence, by somebody who had more lifted


class Settled(Frozen):
    """A claim of which something was decided."""

    claim: str


class PieceView(Frozen):
    """Some words: same, gone, new, moved_here or moved_away; `other_page`: where they moved.

    Of words that are the same in length only the first and the last are in `text` and `tail`;
    those between are in `between`.
    """

    kind: str
    text: str
    between: str = ""
    tail: str = ""
    words: int
    page: int
    other_page: int | None = None


class SectionView(Frozen):
    """A section of the differences; `standing`: identical, same, moved, changed, gone, new."""

    id: str
    title: str
    level: int
    page: int
    standing: str
    changes: int
    pieces: tuple[PieceView, ...] = ()


class ComparedItem(Frozen):
    """An item of evidence in two versions: identical, same, changed, gone, new.

    `version_id` and `code` are of the later version, of one that is gone of the earlier.
    """

    version_id: str
    code: str
    title: str
    standing: str


class LineView(Frozen):
    """A line of evidence that is same, gone or new, numbered as the two editions have it.

    One that is folded stands for so many lines the same.
    """

    kind: str
    then: int | None = None
    now: int | None = None
    text: str = ""
    depth: int = 0
    lines: int = 1


class LinesView(Frozen):
    """An item of evidence in two versions, line by line, in the editions of who looks.

    `state`: comparing, ready. `standing`: as of an item.
    """

    version_id: str
    report_title: str
    version_number: int
    earlier_id: str
    earlier_number: int
    state: str
    code: str
    title: str = ""
    earlier_code: str = ""
    standing: str = ""
    withholds: bool = False
    changes: int = 0
    rows: tuple[LineView, ...] = ()
    page: int = 1
    pages: int = 1


class OtherVersion(Frozen):
    """A version that can be compared with."""

    id: str
    number: int
    label: str


class FixedFinding(Frozen):
    """A finding that this version is said to fix; `state`: as both sides read it."""

    id: str
    number: str
    organisation: str | None  # None where this person may not know
    state: str
    page: int
    version_id: str  # of the page


class DifferencesView(Frozen):
    """What changed between two versions, in the editions of the person who looks."""

    version_id: str
    report_id: str
    report_title: str
    version_number: int
    changelog: str  # for the publisher's people alone
    earlier_id: str | None
    earlier_number: int = 0
    others: tuple[OtherVersion, ...] = ()
    state: str  # alone, comparing, ready
    withholds: bool = False
    section: str = ""
    changes: int = 0
    sections: tuple[SectionView, ...] = ()
    evidence: tuple[ComparedItem, ...] = ()
    own: bool = False  # of a reviewer organisation: what is listed as fixed is its own
    fixed: tuple[FixedFinding, ...] = ()


class PassageView(Frozen):
    """A finding's passage then and now; `standing` as of a claim, or alone, comparing, closed."""

    finding_id: str
    number: str
    version_id: str
    version_number: int
    page: int
    later_id: str | None = None
    later_number: int = 0
    standing: str
    then: str = ""
    now_page: int | None = None
    now_rects: tuple[Rect, ...] = ()
    pieces: tuple[PieceView, ...] = ()


class TouchedView(Frozen):
    """Something that stands on what a version changes. `how`: as of a claim, lines, or version.

    `number`: as it is called by this person; "" where that would tell whose it is. Of a position:
    on which basis it was taken; one without a claim that says `version` is on the conclusion.
    """

    kind: str
    id: str
    number: str
    href: str
    organisation_id: str | None
    organisation: str | None  # None where this person may not know
    state: str
    page: int | None
    claims: tuple[str, ...]
    how: str
    about: str = ""  # of a request: what kind of place it asks about


class TouchedClaim(Frozen):
    """A claim that a version changes, and how many things of each kind stand on it."""

    id: str
    code: str
    page: int
    standing: str
    load_bearing: bool
    successor: str | None
    counts: dict[str, int]


class AffectedReview(Frozen):
    """A review of the earlier version."""

    id: str
    organisation: str


class MaterialView(Frozen):
    """What was decided about a change; the reason where this person may read it."""

    material: bool
    reason: str | None
    by: str
    at: datetime
    told: int


class OrganisationCount(Frozen):
    """How much of an organisation's a version touches; without a name: of all not named."""

    name: str | None
    counts: dict[str, int]


class ImpactView(Frozen):
    """What a version touches, by claim and by thing, of the person's own editions."""

    version_id: str
    report_id: str
    report_title: str
    version_number: int
    published: bool
    earlier_id: str | None
    earlier_number: int = 0
    state: str  # alone, closed, preparing, comparing, ready
    own: bool
    claims: tuple[TouchedClaim, ...] = ()
    sections: dict[str, int] = {}
    kinds: dict[str, int] = {}  # how much of each kind is touched, in the order of `touched`
    organisations: tuple[OrganisationCount, ...] = ()
    touched: tuple[TouchedView, ...] = ()
    total: int = 0
    page: int = 1
    pages: int = 1
    untouched: int = 0
    reviews: tuple[AffectedReview, ...] = ()  # those whose organisation this person may know
    reviews_told: int = 0  # how many reviews would be told
    material: MaterialView | None = None
    may_decide: bool = False


class MaterialDecided(Frozen):
    """A decision about a material change, and how many reviews were told."""

    id: str
    material: bool
    told: int
