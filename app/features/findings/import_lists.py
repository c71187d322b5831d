"""A CSV of findings: its columns by their names, each row checked. Pure but for types."""

from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from app.domain.findings import CLASSES, MATERIALITY
from app.domain.tables import choice, lines_of, plain, unquoted
from app.features.findings.import_schemas import MOST_ROWS, Candidate, RowFault
from app.kernel.errors import Invalid

MOST_SIGNS = 1_000_000
COLUMNS: Mapping[str, str] = {
    "page": "Page",
    "quoted": "Passage",
    "claim": "Claim",
    "finding_class": "Kind",
    "materiality": "How far it reaches",
    "statement": "What is wrong",
    "correction": "What it should say",
    "evidence": "What shows it",
    "as_of": "True as of",
}
_NAMES: Mapping[str, tuple[str, ...]] = {
    "page": ("page", "p", "page number"),
    "quoted": ("passage", "quote", "quoted", "text", "quotation"),
    "claim": ("claim", "claim code"),
    "finding_class": ("kind", "class", "category", "type"),
    "materiality": ("how far it reaches", "materiality", "severity"),
    "statement": ("what is wrong", "statement", "finding", "comment", "issue", "description"),
    "correction": ("what it should say", "correction", "proposed correction", "proposal"),
    "evidence": ("what shows it", "evidence", "source", "support"),
    "as_of": ("true as of", "as of", "date"),
}
_BY_NAME = {name: column for column, names in _NAMES.items() for name in names}
_SAID = {
    "page": "This is no page number.",
    "finding_class": "This is no kind: say A to H.",
    "materiality": "Say cosmetic, claim, pathway or conclusion.",
    "as_of": "Say a day, such as 2026-11-30.",
}


def read_rows(sheet: str) -> tuple[list[Candidate], list[RowFault]]:
    """Read the rows of a CSV whose first line names the columns.

    Raises:
        Invalid: no table, too long, or no column says what is wrong (`sheet`).
    """
    lines = lines_of(sheet) if len(sheet) <= MOST_SIGNS else None
    if not lines:
        raise Invalid(fields={"sheet": "This cannot be read as a table. Send CSV in UTF-8."})
    columns = [_BY_NAME.get(plain(name), "") for name in lines[0]]
    if "statement" not in columns:
        said = f"Name the columns in the first line; “{COLUMNS['statement']}” is needed."
        raise Invalid(fields={"sheet": said})
    rows = [(n, line) for n, line in enumerate(lines[1:], start=2) if any(map(str.strip, line))]
    if not rows:
        raise Invalid(fields={"sheet": "There is no row below the names of the columns."})
    if len(rows) > MOST_ROWS:
        raise Invalid(fields={"sheet": f"Send at most {MOST_ROWS:,} rows at once."})
    found: list[Candidate] = []
    faults: list[RowFault] = []
    for number, line in rows:
        one = _row(number, columns, line)
        if isinstance(one, Candidate):
            found.append(one)
        else:
            faults.append(one)
    return found, faults


def _row(number: int, columns: Sequence[str], line: Sequence[str]) -> Candidate | RowFault:
    cells = {
        column: unquoted(cell.strip())
        for column, cell in zip(columns, line, strict=False)
        if column and cell.strip()
    }
    values: dict[str, object] = {**cells, "number": number}
    for name, known in (("finding_class", CLASSES), ("materiality", MATERIALITY)):
        if name in cells:
            # As it is handed out, a kind is its letter with its words behind it.
            said = cells[name].partition("·")[0].strip()
            values[name] = choice({k.lower(): v for k, v in known.items()}, said) or said
            values[name] = str(values[name]).upper() if name == "finding_class" else values[name]
    if "statement" not in cells:
        return RowFault(number=number, fields={"statement": "Say what is wrong."})
    try:
        return Candidate.model_validate(values)
    except ValidationError as error:
        names = [str(fault["loc"][0]) for fault in error.errors()]
        return RowFault(
            number=number,
            fields={name: _SAID.get(name, "This is too long.") for name in names},
        )
