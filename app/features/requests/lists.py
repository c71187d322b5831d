"""A list of requests that somebody has: its columns guessed, each row checked. Pure but for types.

Nothing of a list is kept between the steps of an import: it travels as CSV in the form.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import ValidationError

from app.domain.requests import FORMS, TYPES
from app.domain.tables import choice, lines_of, plain, unquoted
from app.features.requests.commands import Basis, DraftRequest
from app.kernel.errors import Invalid

MOST_ROWS = 500
MOST_COLUMNS = 60
MOST_SIGNS = 1_000_000
"""The longest list, as CSV."""

COLUMNS: Mapping[str, str] = {
    "question": "Question",
    "type": "Kind of request",
    "purpose": "What it is for",
    "substitutes": "What would do instead",
    "expected_form": "Form of the answer",
    "wanted_by": "Wanted by",
    "page": "Page",
    "reference": "Your own reference",
}
_NAMES: Mapping[str, tuple[str, ...]] = {
    "question": ("question", "questions", "request", "ask", "what we ask", "text", "description",
                 "what do you ask for?", "information requested"),
    "type": ("type", "kind", "request type", "kind of request", "type of request"),
    "purpose": ("purpose", "why", "decision", "what decision it serves", "reason", "rationale",
                "what it is for", "what is it for?"),
    "substitutes": ("substitutes", "substitute", "instead", "acceptable substitutes",
                    "acceptable instead", "alternative", "what would do instead",
                    "what would do instead?"),
    "expected_form": ("form", "expected form", "expected response form", "response form", "format",
                      "form of the answer"),
    "wanted_by": ("wanted by", "needed by", "by when", "due", "due date", "deadline", "date"),
    "page": ("page", "pages", "p", "page number", "report page"),
    "reference": ("reference", "ref", "no", "nr", "number", "id", "#", "our reference", "item",
                  "your own reference"),
}  # fmt: skip
BY_NAME = {name: column for column, names in _NAMES.items() for name in names}
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_WORDS = ("%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y")
_LONGEST = {"question": 20_000, "purpose": 20_000, "substitutes": 20_000, "reference": 120}


@dataclass(frozen=True)
class Sheet:
    """A list as it was read: its lines, whether the first names the columns, and what each is."""

    head: tuple[str, ...]  # as the list names them; empty where it does not
    columns: tuple[str, ...]  # a name of COLUMNS, or nothing
    lines: tuple[tuple[int, tuple[str, ...]], ...]  # the number of a row in the list, its cells


@dataclass(frozen=True)
class Row:
    """A row: its cells by column, and what is wrong with it, or the draft that it makes."""

    number: int
    cells: Mapping[str, str]
    faults: Mapping[str, str]
    draft: DraftRequest | None


def read_list(sheet: str, *, columns: Sequence[str] | None, headed: bool | None) -> Sheet:
    """Read a list; without `columns` and `headed` they are guessed.

    Raises:
        Invalid: it is no table, too large, or no column is the question (`sheet`, `columns`).
    """
    lines = lines_of(sheet.lstrip("\ufeff").strip())
    filled = [
        (number, tuple(map(unquoted, line)))
        for number, line in enumerate(lines or (), start=1)
        if any(cell.strip() for cell in line)
    ]
    _refuse_unreadable(filled, no_table=lines is None)
    width = max(len(line) for _, line in filled)
    first = filled[0][1]
    guessed = tuple(BY_NAME.get(plain(name), "") for name in first)
    if headed is None:
        headed = any(guessed)
    named = first if headed else ()
    rest = filled[1:] if headed else filled
    if not rest:
        raise Invalid(fields={"sheet": "There is no row beneath the names of the columns."})
    if len(rest) > MOST_ROWS:
        raise Invalid(
            fields={"sheet": f"It has {len(rest)} rows; at most {MOST_ROWS} are taken at once."}
        )
    chosen = tuple(columns) if columns is not None else _guess(guessed if headed else (), rest)
    chosen = (*chosen, *("",) * width)[:width]
    return Sheet(head=named, columns=_once(chosen), lines=tuple(rest))


def _refuse_unreadable(filled: Sequence[tuple[int, tuple[str, ...]]], *, no_table: bool) -> None:
    if no_table:
        raise Invalid(fields={"sheet": "This cannot be read as a table. Save it as CSV (UTF-8)."})
    if not filled:
        raise Invalid(fields={"sheet": "Choose a file with a list, or paste one."})
    if max(len(line) for _, line in filled) > MOST_COLUMNS:
        raise Invalid(fields={"sheet": f"It has more than {MOST_COLUMNS} columns."})


def _guess(named: Sequence[str], rows: Sequence[tuple[int, tuple[str, ...]]]) -> tuple[str, ...]:
    """Take the columns that have a known name; where none is the question, the wordiest is."""
    width = max(len(line) for _, line in rows)
    found = [*named, *("",) * width][:width]
    if "question" in found:
        return tuple(found)
    sizes = [
        sum(len(line[at]) for _, line in rows if at < len(line)) if not found[at] else -1
        for at in range(width)
    ]
    if max(sizes) >= 0:
        found[sizes.index(max(sizes))] = "question"
    return tuple(found)


def _once(columns: Sequence[str]) -> tuple[str, ...]:
    """Keep each column once; of two of the same name the first is taken."""
    return tuple(
        name if name in COLUMNS and name not in columns[:at] else ""
        for at, name in enumerate(columns)
    )


def rows_of(sheet: Sheet, *, review_id: str, pages: int) -> tuple[Row, ...]:
    """Check each row of a list against what a draft can be.

    Raises:
        Invalid: no column is the question (`columns`).
    """
    if "question" not in sheet.columns:
        raise Invalid(fields={"columns": "Say which column is the question."})
    return tuple(
        _row(number, _cells(sheet.columns, line), review_id, pages) for number, line in sheet.lines
    )


def _cells(columns: Sequence[str], line: Sequence[str]) -> dict[str, str]:
    return {name: cell.strip() for name, cell in zip(columns, line, strict=False) if name}


def _row(number: int, cells: dict[str, str], review_id: str, pages: int) -> Row:
    faults: dict[str, str] = {}
    values: dict[str, Any] = {"review_id": review_id, "basis": Basis(kind="report")}
    for name, said in cells.items():
        try:
            values |= _value(name, said, pages)
        except ValueError as error:
            faults[name] = str(error)
    if not cells.get("question"):
        faults["question"] = "There is no question."
    draft = None
    if not faults:
        try:
            draft = DraftRequest.model_validate(values)
        except ValidationError as error:
            faults = {str(fault["loc"][0]): "This cannot be read." for fault in error.errors()}
    ordered = {name: faults[name] for name in COLUMNS if name in faults}
    return Row(number, cells, ordered or faults, draft)


def _value(name: str, said: str, pages: int) -> dict[str, Any]:
    """Give what a cell says as fields of a draft; ValueError says what is wrong, in plain words."""
    longest = _LONGEST.get(name)
    if longest is not None:
        if len(said) > longest:
            raise ValueError(f"Shorten it to {longest:,} characters.")
        return {name: said}
    if not said:
        return {}
    if name == "page":
        return {"basis": Basis(kind="page", page=_page(said, pages))}
    if name == "wanted_by":
        return {name: _day(said)}
    known = TYPES if name == "type" else FORMS
    chosen = choice(known, said)
    if chosen is None:
        raise ValueError(f"Use one of: {', '.join(known.values())}.")
    return {name: chosen}


def _page(said: str, pages: int) -> int:
    number = said.casefold().removeprefix("page").lstrip("p. ").strip()
    if not number.isdecimal() or len(number) > 6 or not 1 <= int(number) <= pages:
        raise ValueError(f"Give one page of the report, 1 to {pages}.")
    return int(number)


def _day(said: str) -> date:
    """Read a day; what could be a day or a month is refused, but for dots, which say day first."""
    first = said.replace("T", " ").split(" ")[0]
    parted = _DAY_FIRST.fullmatch(said)
    try:
        if parted:
            day, month, year = map(int, parted.groups())
            return date(year, month, day)
        return date.fromisoformat(first)
    except ValueError:
        pass
    for words in _WORDS:
        try:
            return datetime.strptime(said, words).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    raise ValueError("Write the day as 2026-11-30.")
