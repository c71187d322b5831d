"""Importing findings from a CSV, an XFDF or a commented PDF: shown first, drafts after.

A file is taken apart in the walled child; here its comments are laid beside the person's own
edition. Nothing is attached without somebody saying so, and nothing of a file is kept.
"""

from collections.abc import Iterable
from typing import Literal

from app.access.decide import require
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.findings import CLASSES, MATERIALITY
from app.domain.targets import Target
from app.features.findings.draft_reading import open_reviews
from app.features.findings.drafting import draft_finding
from app.features.findings.filing_schemas import DraftFinding
from app.features.findings.import_lists import COLUMNS, read_rows
from app.features.findings.import_schemas import (
    Candidate,
    FindingsFields,
    FindingsPreview,
    ImportedFindings,
    ImportFindings,
    MatchView,
    RowFault,
    Source,
)
from app.features.findings.matching import Matcher
from app.kernel.errors import Invalid, NotFound
from app.models.reports import Version
from app.models.reviews import Review
from app.rendering.annotation_reading import Notes, read_notes
from app.rendering.refusals import SourceRefused
from app.rendering.sandbox import Limits
from app.transaction import Transaction

LARGEST = 30 * 1024 * 1024
LARGEST_TEXT = 2 * 1024 * 1024
_LIMITS = Limits(
    memory_bytes=1024**3, cpu_seconds=20, wall_seconds=30, max_bytes=LARGEST, max_pages=2000
)
_SIZES_AGREE = 2.0  # points
_MOST_SIGNS = 1_500_000  # of all comments together: they travel in the form


def import_fields(tx: Transaction, review_id: str = "") -> FindingsFields:
    """Say what a file may hold; for the newest open review unless one is named."""
    reviews = open_reviews(tx)
    chosen = review_id or next(iter(reviews), "rev_none")
    require(tx, Action.DRAFT_FINDING, Target("review", chosen))
    return FindingsFields(
        reviews=reviews,
        columns=dict(COLUMNS),
        classes=dict(CLASSES),
        materiality=dict(MATERIALITY),
    )


def preview_import(
    tx: Transaction, *, review_id: str, content: bytes = b"", sheet: str = ""
) -> FindingsPreview:
    """Say what a file would make, and where each of it belongs; nothing is kept.

    Raises:
        Invalid: it cannot be read, or is of another document (`file`, `sheet`).
    """
    version = _version(tx, review_id)
    matcher = Matcher(tx, version.id, version.pages)
    faults: list[RowFault] = []
    source: Source
    if content.lstrip()[:5] == b"%PDF-":
        source, found = "pdf", _of_pdf(_notes(content, "pdf"), matcher, version)
    elif _is_xml(content):
        source, found = "xfdf", _of_xfdf(_notes(content, "xfdf"), matcher)
    else:
        source = "csv"
        found, faults = read_rows(_text_of(content) if content else sheet)
    if not found and not faults:
        raise Invalid(fields={"file": "This file holds no comment that could become a finding."})
    rows = tuple(matcher.match(one, typed=source == "csv") for one in found)
    return FindingsPreview(
        review_id=review_id,
        review=open_reviews(tx).get(review_id, ""),
        source=source,
        rows=rows,
        faults=tuple(faults),
        exact=sum(row.state == "exact" for row in rows),
    )


def import_findings(tx: Transaction, command: ImportFindings) -> ImportedFindings:
    """Make drafts of what was chosen; what is not found again as shown gets no place.

    Raises:
        Invalid: nothing was chosen (`chosen`).
    """
    version = _version(tx, command.review_id)
    matcher = Matcher(tx, version.id, version.pages)
    chosen = set(command.chosen)
    numbers = {token.partition("|")[0] for token in chosen}
    made: list[str] = []
    without = 0
    for one in command.candidates:
        if not command.all_exact and str(one.number) not in numbers:
            continue
        row = matcher.match(one, typed=command.source == "csv")
        if command.all_exact and row.state != "exact" and str(one.number) not in numbers:
            continue
        shown = row.token in chosen or (command.all_exact and row.state == "exact")
        placed = shown and row.state != "orphan"
        draft = draft_finding(
            tx, _draft_of(command.review_id, row, placed=placed), source=command.source,
            placed=placed,
        )  # fmt: skip
        made.append(draft.id)
        without += not placed
    if not made:
        raise Invalid(fields={"chosen": "Choose at least one of them."})
    tx.emit(
        Event(
            name="FindingsImported",
            licence=Action.DRAFT_FINDING,
            target=Target("review", command.review_id),
            subject=Target("version", version.id),
            facts={"drafts": made, "without_place": without},
        )
    )
    return ImportedFindings(drafts=tuple(made), without_place=without)


def _draft_of(review_id: str, row: MatchView, *, placed: bool) -> DraftFinding:
    one = row.candidate
    where: dict[str, object] = {"page": one.page or 1}
    if placed and one.claim:
        where = {"claim": one.claim}
    elif placed:
        where = {"page": row.page, "word_from": row.word_from, "word_to": row.word_to}
    said = one.model_dump(include={
        "finding_class", "materiality", "statement", "correction", "evidence", "as_of",
    })  # fmt: skip
    return DraftFinding.model_validate({"review_id": review_id, **where, **said})


def _version(tx: Transaction, review_id: str) -> Version:
    require(tx, Action.DRAFT_FINDING, Target("review", review_id))
    review = tx.session.get(Review, review_id)
    if review is None:
        raise NotFound
    require(tx, Action.READ_PAGE, Target("version", review.version_id))
    return tx.session.get_one(Version, review.version_id)


def _notes(content: bytes, kind: Literal["pdf", "xfdf"]) -> Notes:
    if len(content) > (LARGEST if kind == "pdf" else LARGEST_TEXT):
        raise Invalid(fields={"file": "This file is too large. Send it in parts."})
    try:
        notes = read_notes(content, kind=kind, limits=_LIMITS)
    except SourceRefused as error:
        said = " ".join(filter(None, (error.message, error.remedy)))
        raise Invalid(fields={"file": said}) from error
    if sum(len(note.comment) + len(note.quoted) for note in notes.notes) > _MOST_SIGNS:
        raise Invalid(fields={"file": "These comments are too long together. Send it in parts."})
    return notes


def _of_pdf(notes: Notes, matcher: Matcher, version: Version) -> list[Candidate]:
    """Take the comments of a copy of this version; of another document they are refused."""
    if notes.pages != version.pages:
        raise Invalid(
            fields={
                "file": f"This PDF has {notes.pages} pages and the version has {version.pages}: "
                "it is no copy of this version."
            }
        )
    found = []
    for number, note in enumerate(notes.notes, start=1):
        page, size = matcher.page(note.page), notes.sizes.get(note.page)
        same = (
            page is not None
            and size is not None
            and (
                abs(size[0] - page.width_pt) <= _SIZES_AGREE
                and abs(size[1] - page.height_pt) <= _SIZES_AGREE
            )
        )
        rects = note.rects if same else []
        found.append(_candidate(number, note.page, rects, note.quoted, note.comment, note.mark))
    return found


def _of_xfdf(notes: Notes, matcher: Matcher) -> list[Candidate]:
    """Take the comments of an XFDF; its places are turned to the page as displayed."""
    found = []
    for number, note in enumerate(notes.notes, start=1):
        page = matcher.page(note.page)
        high = page.height_pt if page else 0.0
        rects = [(x0, high - y1, x1, high - y0) for x0, y0, x1, y1 in note.rects] if page else []
        found.append(_candidate(number, note.page, rects, note.quoted, note.comment, note.mark))
    return found


def _candidate(
    number: int,
    page: int,
    rects: Iterable[tuple[float, float, float, float]],
    quoted: str,
    comment: str,
    mark: str,
) -> Candidate:
    struck = mark == "strikeout" and not comment
    return Candidate(
        number=number,
        page=page,
        rects=tuple(rects),
        quoted=quoted,
        statement="This should go." if struck else comment,
    )


def _is_xml(content: bytes) -> bool:
    start = content[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b"<") or content[:2] in (b"\xff\xfe", b"\xfe\xff")


def _text_of(content: bytes) -> str:
    if len(content) > LARGEST_TEXT:
        raise Invalid(fields={"file": "This file is too large. Send it in parts."})
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        said = "Send a CSV in UTF-8, an XFDF, or a PDF with comments."
        raise Invalid(fields={"file": said}) from error
