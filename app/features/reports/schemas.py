"""Commands in, views out, for reports, versions and editions, with their claims and owners."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import StringConstraints

from app.kernel.values import Frozen

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]


class CreateReport(Frozen):
    """Create a report; its title is shown in lists and mails, so it gives nothing away."""

    title: Line


class ImportVersion(Frozen):
    """Import a file as the next version of a report."""

    label: Code
    coverage_date: date | None = None
    changelog: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""


class VersionRow(Frozen):
    """A version in a list."""

    id: str
    report_id: str
    number: int
    label: str
    state: str
    failure: str | None
    coverage_date: date | None
    pages: int
    created_at: datetime
    published_at: datetime | None


class ReportRow(Frozen):
    """A report in a list, with its versions, newest first; `works_here`: it opens as a desk."""

    id: str
    title: str
    versions: tuple[VersionRow, ...]
    works_here: bool


class ReportView(Frozen):
    """A report with its owner and versions, for those who work on it."""

    id: str
    title: str
    owner_name: str
    versions: tuple[VersionRow, ...]


class OwnerView(Frozen):
    """Who answers for a part."""

    id: str
    person_id: str | None  # None: a team
    name: str
    rank: int


class ClaimView(Frozen):
    """A claim as a place; its words come with the page they stand on."""

    id: str
    code: str
    page: int
    rects: tuple[tuple[float, float, float, float], ...]
    load_bearing: bool
    pathway: int | None
    owners: tuple[OwnerView, ...] = ()


class SectionView(Frozen):
    """A section as a span of pages; its title comes with the outline of an edition."""

    id: str
    ordinal: int
    level: int
    page_from: int
    page_to: int
    owners: tuple[OwnerView, ...] = ()


class EditionRow(Frozen):
    """An edition as those who work on its version see it: how far it is, and for whom."""

    key: str
    withheld: tuple[str, ...]
    state: str  # waiting, building, checking, ready, quarantined
    slow: bool  # in the works for longer than it should
    pages_ready: int
    faults: int
    fault_pages: tuple[int, ...]
    since: datetime
    audience: tuple[str, ...]  # organisations that it is granted to
    checker: str  # version of the leak checker; empty before it has looked
    checks: tuple[str, ...]
    failed: tuple[str, ...]  # of the checks
    secrets: int  # words that it looked for and must not find


class OriginView(Frozen):
    """What a version's PDF was made of, where the file was no PDF, and who approved the PDF."""

    kind: str
    digest: str
    bytes: int
    converted_at: datetime | None
    pictures_left_out: int
    addresses_left_out: int
    approved_by: str | None
    approved_at: datetime | None


class ToCarry(Frozen):
    """How many redactions of an earlier version wait to be carried over."""

    number: int
    marks: int


class VersionView(Frozen):
    """A version for those who work on it: its state, its parts and who answers for them."""

    row: VersionRow
    report_title: str
    imported_by: str
    changelog: str
    source_digest: str
    source_bytes: int
    inspection: dict[str, Any]
    owners: tuple[OwnerView, ...]
    sections: tuple[SectionView, ...]
    claims: tuple[ClaimView, ...]
    undecided: int
    approved: int
    editions: tuple[EditionRow, ...] = ()
    origin: OriginView | None = None
    to_carry: tuple[ToCarry, ...] = ()
    compared_with: int | None = None  # the number of the version before
    claims_waiting: int = 0  # of it, to be carried on


class ProgressView(Frozen):
    """How far the import or the working edition is; `done` when there is no more to wait for."""

    done: bool
    value: int | None = None
    max: int | None = None
    note: str | None = None
    href: str | None = None


class EditionView(Frozen):
    """Which edition this person reads."""

    key: str
    name: str
    lifted: tuple[str, ...]
    withheld: tuple[str, ...]


class ChipView(Frozen):
    """A redaction as its readers see it: category, public character, size; never the words."""

    id: str
    page: int
    categories: tuple[str, ...]
    character: str
    size: str
    substitute: str | None = None  # said in its stead, such as a pseudonym
    evidence: str | None = None  # code of the item it stands in; then page is 0


class OutlineView(Frozen):
    """One line of an edition's outline."""

    section_id: str
    title: str
    level: int
    page: int


class WordView(Frozen):
    """A permitted word; `i` is its index on the page of this edition, lengths in pixels."""

    i: int
    text: str
    x: int
    y: int
    w: int
    h: int


class BoxView(Frozen):
    """A black box in pixels, and the redactions it belongs to."""

    x: int
    y: int
    w: int
    h: int
    redactions: tuple[str, ...]


class PageView(Frozen):
    """One page of the reader's edition."""

    version_id: str
    report_title: str
    version_number: int
    page: int
    pages: int
    width_px: int
    height_px: int
    width_pt: float
    height_pt: float
    edition: EditionView
    words: tuple[WordView, ...]
    boxes: tuple[BoxView, ...]
    redactions: tuple[ChipView, ...]
    outline: tuple[OutlineView, ...]
    claims: tuple["PageClaim", ...]
    findings: tuple["PageFinding", ...]
    notes: tuple["PageNote", ...]
    linked: str  # the words of the place that was asked for


class PageClaim(Frozen):
    """A claim beside the page, quoted as this edition has it."""

    id: str
    code: str
    load_bearing: bool
    pathway: int | None
    quote: str
    rects: tuple[tuple[float, float, float, float], ...]


class PageNote(Frozen):
    """A highlight or note beside the page, one's own or shared with one's organisation."""

    id: str
    mine: bool
    writer: str
    shared: bool
    text: str
    quote: str
    page: int
    rects: tuple[tuple[float, float, float, float], ...]


class PageFinding(Frozen):
    """A finding beside the page: number, state and place, no text."""

    id: str
    number: str
    state: str
    rects: tuple[tuple[float, float, float, float], ...]


class EvidenceLink(Frozen):
    """An item of evidence that comes with a version, by its code and public title."""

    code: str
    title: str


class DocumentView(Frozen):
    """A version as this person may read it: its edition, outline and redaction index."""

    version_id: str
    report_id: str
    report_title: str
    version_number: int
    version_label: str
    state: str
    coverage_date: date | None
    pages: int
    edition: EditionView
    outline: tuple[OutlineView, ...]
    redactions: tuple[ChipView, ...]
    evidence: tuple[EvidenceLink, ...] = ()
    cover: bool = False  # its document only says that a file was attached, which is its evidence
    claims: tuple[ClaimView, ...]


class HitView(Frozen):
    """A place where a phrase occurs in the edition; `rects` are those on its first page."""

    page: int
    rects: tuple[tuple[float, float, float, float], ...]
    before: str
    match: str
    after: str


class WordsView(Frozen):
    """A passage by the indexes of its first and last word on a page: `12-30`."""

    page: int
    words: str


class SearchView(Frozen):
    """The hits of a search inside the edition."""

    phrase: str
    edition: EditionView
    hits: tuple[HitView, ...]


class Person(Frozen):
    """Somebody who can be named as owner."""

    id: str
    name: str
