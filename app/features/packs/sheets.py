"""Question packs as CSV and YAML: read from what people have, written so that it reads back.

Here: the columns by their many names, and errors that name row and column. Not here: the pack.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import yaml
from pydantic import ValidationError

from app.domain.packs import LENGTHS, MOST_ITEMS
from app.domain.requests import FORMS, PRIORITIES, TYPES
from app.domain.tables import choice, kept, lines_of, plain, unquoted
from app.features.packs.schemas import PackItem
from app.kernel.errors import Invalid

COLUMNS = ("topic", "question", "type", "form", "purpose", "instead", "priority")
_NAMES: Mapping[str, tuple[str, ...]] = {
    "topic": ("topic", "label", "subject", "theme", "area"),
    "question": ("question", "request", "ask", "what we ask", "text"),
    "type": ("type", "kind", "request type"),
    "form": ("form", "expected form", "response form", "format", "expected response form"),
    "purpose": ("purpose", "why", "decision", "what decision it serves", "reason"),
    "instead": ("instead", "acceptable substitutes", "substitutes", "substitute", "alternative"),
    "priority": ("priority", "urgency"),
}
_BY_NAME = {name: column for column, names in _NAMES.items() for name in names}
_CHOICES = {"type": TYPES, "form": FORMS, "priority": PRIORITIES}
_MOST_SAID = 5


class _Plain(yaml.SafeLoader):  # type: ignore[misc]  # the library has no types
    """Reads plain values; refuses references, by which a small file becomes a huge one."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Refuse references, then read on."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("references are not read")
        return super().compose_node(parent, index)


def read_sheet(sheet: str) -> tuple[str, str, tuple[PackItem, ...]]:
    """Read title, about and items of a sheet; CSV gives neither title nor about.

    Raises:
        Invalid: naming the rows and columns that cannot be taken; the field is `sheet`.
    """
    said = sheet.lstrip("\ufeff").strip()
    rows = _csv_rows(said)
    if rows is not None:
        return "", "", _items(rows)
    return _read_yaml(said)


def cells_of(items: Iterable[PackItem]) -> Iterator[tuple[str, ...]]:
    """Give the rows of a CSV, in the order of COLUMNS, each cell so that it reads back."""
    for item in items:
        cells = (str(getattr(item, column)) for column in COLUMNS)
        yield tuple(map(kept, cells))


def as_yaml(title: str, about: str, items: Sequence[PackItem]) -> str:
    """Write a pack as YAML."""
    content = {"title": title, "about": about, "questions": [item.model_dump() for item in items]}
    written: str = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100)
    return written


def _csv_rows(said: str) -> list[tuple[str, dict[str, str]]] | None:
    """Give (where, cells by column) of each row; None when the first line names no question."""
    lines = lines_of(said)
    head = [_column(cell) for cell in lines[0]] if lines else []
    if not lines or "question" not in head:
        return None
    return [
        (f"Row {number}", {c: unquoted(v) for c, v in zip(head, line, strict=False) if c})
        for number, line in enumerate(lines[1:], start=2)
        if any(cell.strip() for cell in line)
    ]


def _column(name: str) -> str:
    return _BY_NAME.get(plain(name), "")


def _read_yaml(said: str) -> tuple[str, str, tuple[PackItem, ...]]:
    try:
        content = yaml.load(said, Loader=_Plain)  # noqa: S506  # a SafeLoader, narrowed further
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _unreadable() from error
    if isinstance(content, list):
        content = {"questions": content}
    if not isinstance(content, dict) or not isinstance(content.get("questions"), list):
        raise _unreadable()
    parts = enumerate(content["questions"], start=1)
    rows = [(f"Question {number}", _mapping(part)) for number, part in parts]
    title, about = (str(content.get(name) or "")[:120] for name in ("title", "about"))
    return title, about, _items(rows)


def _mapping(part: Any) -> dict[str, str]:
    if isinstance(part, str):
        return {"question": part}
    if not isinstance(part, dict):
        raise _unreadable()
    cells = ((_column(str(name)), value) for name, value in part.items())
    return {column: "" if value is None else str(value) for column, value in cells if column}


def _items(rows: Sequence[tuple[str, dict[str, str]]]) -> tuple[PackItem, ...]:
    if len(rows) > MOST_ITEMS:
        raise Invalid(
            fields={"sheet": f"It has {len(rows)} questions; a pack has {MOST_ITEMS} at most."}
        )
    items, faults = [], []
    for where, cells in rows:
        try:
            items.append(item_of(cells))
        except Invalid as error:
            faults += [f"{where}, {column}: {said}" for column, said in error.fields.items()]
    if faults:
        more = f" And {len(faults) - _MOST_SAID} more." if len(faults) > _MOST_SAID else ""
        raise Invalid(fields={"sheet": " ".join(faults[:_MOST_SAID]) + more})
    return tuple(items)


def item_of(cells: Mapping[str, str]) -> PackItem:
    """Make an item of a row's cells; words on screen are taken as well as names.

    Raises:
        Invalid: by column, what is wrong and what to do.
    """
    values: dict[str, str] = {}
    faults: dict[str, str] = {}
    for column, cell in cells.items():
        said = cell.strip()
        if said and column in _CHOICES:
            chosen = choice(_CHOICES[column], said)
            if chosen is None:
                faults[column] = f"Use one of: {', '.join(_CHOICES[column].values())}."
                continue
            said = chosen
        if said:
            values[column] = said
    if faults:
        raise Invalid(fields=faults)
    try:
        return PackItem.model_validate(values)
    except ValidationError as error:
        raise Invalid(fields={str(f["loc"][0]): _fault(f) for f in error.errors()}) from error


def _fault(fault: Any) -> str:
    column = str(fault["loc"][0])
    if fault["type"] == "string_too_long":
        return f"Shorten it to {LENGTHS[column]:,} characters."
    return "This is needed." if column == "question" else "This cannot be read."


def _unreadable() -> Invalid:
    return Invalid(
        fields={
            "sheet": "This is neither a table whose first line names its columns (one of them"
            " “question”) nor YAML with a list of questions."
        }
    )
