"""Importing a list of requests: what it would make, and its drafts in one act.

A spreadsheet is taken apart in the walled child, as one that comes as evidence is; what comes back
is CSV, and only that is read here.
"""

from collections.abc import Sequence

from app.access.decide import require
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.requests import FORMS, TYPES
from app.domain.tables import lines_of, plain
from app.domain.targets import Target
from app.features.requests import queries
from app.features.requests.commands import ImportRequests
from app.features.requests.lists import (
    BY_NAME,
    COLUMNS,
    MOST_ROWS,
    MOST_SIGNS,
    Row,
    Sheet,
    read_list,
    rows_of,
)
from app.features.requests.rows import (
    ColumnView,
    ImportedView,
    ImportFields,
    ImportPreview,
    ImportRow,
)
from app.features.requests.service import draft_request
from app.kernel.errors import Invalid, NotFound
from app.models.reports import Version
from app.models.reviews import Review
from app.rendering.evidence_reading import split_workbook
from app.rendering.refusals import SourceRefused
from app.rendering.sandbox import Limits
from app.transaction import Transaction

LARGEST_FILE = 1_000_000
_LIMITS = Limits(
    memory_bytes=1024**3, cpu_seconds=15, wall_seconds=20, max_bytes=LARGEST_FILE, max_pages=1
)
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")  # zipped ones, and older ones


def import_fields(tx: Transaction, review_id: str) -> ImportFields:
    """Say what a list may hold, and in which words; for the newest open review unless named."""
    reviews = queries.open_reviews(tx)
    chosen = review_id or (reviews[0][0] if reviews else "")
    require(tx, Action.DRAFT_REQUEST, Target("review", chosen))
    return ImportFields(
        review_id=chosen,
        reviews=tuple(reviews),
        columns=dict(COLUMNS),
        types=dict(TYPES),
        forms=dict(FORMS),
        most_rows=MOST_ROWS,
    )


def list_from(content: bytes) -> str:
    """Give a file as CSV: text as it is, of a spreadsheet the first sheet that has a question.

    Raises:
        Invalid: too large, or neither text nor a spreadsheet (`file`).
    """
    if len(content) > LARGEST_FILE:
        raise Invalid(fields={"file": "This file is larger than 1 MB. Send it in parts."})
    if content.startswith(_SPREADSHEETS):
        try:
            sheets = split_workbook(content, limits=_LIMITS)
        except SourceRefused as error:
            said = " ".join(filter(None, (error.message, error.remedy)))
            raise Invalid(fields={"file": said}) from error
        found = [sheet.content.decode() for sheet in sheets if sheet.content]
        asking = [one for one in found if _names_a_question(one)]
        said = (asking or found)[0]
        if len(said) > MOST_SIGNS:
            raise Invalid(fields={"file": "This sheet is too long. Send it in parts."})
        return said
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        said = "This is no text in UTF-8. Save it as CSV (UTF-8), or send the spreadsheet itself."
        raise Invalid(fields={"file": said}) from error


def _names_a_question(sheet: str) -> bool:
    lines = lines_of(sheet) or [[]]
    return any(BY_NAME.get(plain(cell)) == "question" for cell in lines[0])


def preview_import(tx: Transaction, command: ImportRequests) -> ImportPreview:
    """Say what a list would make, row by row; nothing is kept."""
    sheet, rows = _read(tx, command)
    samples = [next((c.strip() for c in _column(sheet, at) if c.strip()), "")
               for at in range(len(sheet.columns))]  # fmt: skip
    return ImportPreview(
        review_id=command.review_id,
        review=dict(queries.open_reviews(tx)).get(command.review_id, ""),
        headed=bool(sheet.head),
        columns=tuple(
            ColumnView(
                title=sheet.head[at] if at < len(sheet.head) else f"Column {at + 1}",
                sample=samples[at][:120],
                column=column,
            )
            for at, column in enumerate(sheet.columns)
        ),
        rows=tuple(
            ImportRow(number=row.number, cells=dict(row.cells), faults=dict(row.faults))
            for row in rows
        ),
        good=sum(not row.faults for row in rows),
        faulty=sum(bool(row.faults) for row in rows),
    )


def _column(sheet: Sheet, at: int) -> Sequence[str]:
    return [line[at] for _, line in sheet.lines if at < len(line)]


def import_requests(tx: Transaction, command: ImportRequests) -> ImportedView:
    """Make a draft of every good row of a list, all in one act; faulty rows are left out.

    Raises:
        Invalid: it cannot be read as a list, or no row of it is good (`sheet`, `columns`).
    """
    _, rows = _read(tx, command)
    drafts = [row.draft for row in rows if row.draft is not None]
    if not drafts:
        raise Invalid(fields={"sheet": "No row of this list can become a draft as it is."})
    made = [draft_request(tx, draft).id for draft in drafts]
    left_out = len(rows) - len(made)
    tx.emit(
        Event(
            name="RequestsImported",
            licence=Action.DRAFT_REQUEST,
            target=Target("review", command.review_id),
            facts={"requests": made, "left_out": left_out},
        )
    )
    return ImportedView(requests=tuple(made), left_out=left_out)


def faulty_rows(preview: ImportPreview) -> tuple[list[str], list[list[str]]]:
    """Give head and cells of the rows that cannot become drafts, with what is wrong with each."""
    chosen = [view.column for view in preview.columns if view.column]
    head = [*(COLUMNS[name] for name in chosen), "what is wrong"]
    rows = [
        [*(row.cells.get(name, "") for name in chosen), said_of(row)]
        for row in preview.rows
        if row.faults
    ]
    return head, rows


def said_of(row: ImportRow | Row) -> str:
    """Say in one line what is wrong with a row."""
    return " ".join(f"{COLUMNS.get(name, name)}: {said}" for name, said in row.faults.items())


def _read(tx: Transaction, command: ImportRequests) -> tuple[Sheet, tuple[Row, ...]]:
    require(tx, Action.DRAFT_REQUEST, Target("review", command.review_id))
    review = tx.session.get(Review, command.review_id)
    if review is None:
        raise NotFound
    pages = tx.session.get_one(Version, review.version_id).pages
    sheet = read_list(command.sheet, columns=command.columns, headed=command.headed)
    return sheet, rows_of(sheet, review_id=review.id, pages=pages)
