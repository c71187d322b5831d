"""The register as CSV and YAML: read from what people have, written so that it reads back.

Here: the columns by their many names, and faults that name row and column. Not here: what a row
refers to in the version (importing).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from app.domain.tables import kept, lines_of, plain, unquoted
from app.features.claims.schemas import ClaimRow, RegisterView
from app.kernel.errors import Invalid

COLUMNS = (
    "code", "pathway", "pathway_title", "section", "page", "quote", "words", "load_bearing",
    "owners", "evidence",
)  # fmt: skip
MOST_ROWS = 500
_NAMES: Mapping[str, tuple[str, ...]] = {
    "code": ("code", "claim", "claim code", "number", "id"),
    "pathway": ("pathway", "pathway number"),
    "pathway_title": ("pathway title", "pathway name"),
    "section": ("section", "chapter", "heading"),
    "page": ("page", "p"),
    "quote": ("quote", "text", "sentence", "claim text", "wording"),
    "words": ("words", "word numbers"),
    "load_bearing": ("load bearing", "loadbearing", "critical"),
    "owners": ("owners", "owner", "responsible", "authors", "author"),
    "evidence": ("evidence", "evidence items", "evidence titles"),
}
_BY_NAME = {name: column for column, names in _NAMES.items() for name in names}
_YES = frozenset({"yes", "y", "true", "1", "x"})
_NO = frozenset({"no", "n", "false", "0", "-", "–"})


@dataclass(frozen=True)
class SheetRow:
    """A row as it was written: where it stands, its cells by column."""

    where: str
    cells: Mapping[str, str]

    def cell(self, column: str) -> str:
        """Give a cell without the spaces around it."""
        return self.cells.get(column, "").strip()

    def several(self, column: str) -> tuple[str, ...]:
        """Give the parts of a cell that names several things, apart by semicolons."""
        parts = (part.strip() for part in self.cell(column).replace("\n", ";").split(";"))
        return tuple(dict.fromkeys(part for part in parts if part))

    def says_yes(self, column: str) -> bool | None:
        """Read yes or no; None when it is neither."""
        said = self.cell(column).lower()
        if said in _YES:
            return True
        return False if not said or said in _NO else None


class _Plain(yaml.SafeLoader):  # type: ignore[misc]  # the library has no types
    """Reads plain values; refuses references, by which a small file becomes a huge one."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Refuse references, then read on."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("references are not read")
        return super().compose_node(parent, index)


def read_sheet(sheet: str) -> tuple[SheetRow, ...]:
    """Read the rows of a CSV whose first line names its columns, or of YAML with a list of claims.

    Raises:
        Invalid: it is neither, or has too many rows; the field is `sheet`.
    """
    said = sheet.lstrip("\ufeff").strip()
    lines = lines_of(said) or []
    head = [_column(cell) for cell in lines[0]] if lines else []
    if "code" in head and ("quote" in head or "words" in head):
        rows = tuple(
            SheetRow(
                f"Row {number}",
                {c: unquoted(v) for c, v in zip(head, line, strict=False) if c},
            )
            for number, line in enumerate(lines[1:], start=2)
            if any(cell.strip() for cell in line)
        )
    else:
        rows = _yaml_rows(said)
    if len(rows) > MOST_ROWS:
        raise Invalid(
            fields={"sheet": f"It has {len(rows)} claims; take {MOST_ROWS} at once at most."}
        )
    if not rows:
        raise Invalid(fields={"sheet": "There is no claim in it."})
    return rows


def _column(name: str) -> str:
    return _BY_NAME.get(plain(name), "")


def _yaml_rows(said: str) -> tuple[SheetRow, ...]:
    try:
        content = yaml.load(said, Loader=_Plain)  # noqa: S506  # a SafeLoader, narrowed further
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _unreadable() from error
    if isinstance(content, dict):
        content = content.get("claims")
    if not isinstance(content, list) or not all(isinstance(part, dict) for part in content):
        raise _unreadable()
    return tuple(
        SheetRow(
            f"Claim {number}",
            {
                column: _cell(value)
                for name, value in part.items()
                if (column := _column(str(name)))
            },
        )
        for number, part in enumerate(content, start=1)
    )


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(str(part) for part in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _unreadable() -> Invalid:
    return Invalid(
        fields={
            "sheet": "This is neither a table whose first line names its columns (“code” and"
            " “quote” among them) nor YAML with a list of claims."
        }
    )


def columns_for(register: RegisterView) -> tuple[str, ...]:
    """Give the columns of an export: owners are for the publisher's side alone."""
    return tuple(c for c in COLUMNS if c != "words" and (register.inside or c != "owners"))


def cells_of(register: RegisterView) -> Iterator[tuple[str, ...]]:
    """Give the rows of an export in the order of `columns_for`, each cell so that it reads back."""
    columns = columns_for(register)
    for values in _values(register):
        yield tuple(kept(_written(values[column])) for column in columns)


def as_yaml(register: RegisterView) -> str:
    """Write the register as YAML."""
    columns = columns_for(register)
    claims = [
        {column: values[column] for column in columns if values[column] not in ("", None, [])}
        for values in _values(register)
    ]
    written: str = yaml.safe_dump(
        {"claims": claims}, allow_unicode=True, sort_keys=False, width=100
    )
    return written


def _written(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _values(register: RegisterView) -> Iterable[dict[str, Any]]:
    for group in register.groups:
        for row in group.rows:
            yield {
                "code": row.code,
                "pathway": row.pathway,
                "pathway_title": (group.pathway.title or "") if group.pathway else "",
                "section": row.section or "",
                "page": row.page,
                "quote": row.quote,
                "load_bearing": row.load_bearing,
                "owners": _owner_names(row),
                "evidence": [item.title for item in row.evidence],
            }


def _owner_names(row: ClaimRow) -> list[str]:
    return [owner.name for owner in row.owners]
