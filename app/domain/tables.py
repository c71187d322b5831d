"""Tables as people have them: lines of CSV, columns by their many names, words for values. Pure.

Here: what every imported list needs. Not here: which columns a list has, and what becomes of it.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence

# A cell that a spreadsheet would run is handed out behind a quote; one that has a quote there of
# its own gets a second, so that each reads back as it was.
_RUN = re.compile(r"'*[=+\-@\t\r\n]")
_QUOTED = re.compile(r"'+[=+\-@\t\r\n]")
_SEPARATORS = ",;\t"


def lines_of(said: str) -> list[list[str]] | None:
    """Read the lines of a CSV, whose separator the first line tells; None where it is none."""
    first = said.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    try:
        return list(csv.reader(io.StringIO(said, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        return None


def written(lines: Sequence[Sequence[str]]) -> str:
    """Write lines as CSV, to be read back."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(lines)
    return out.getvalue()


def unquoted(cell: str) -> str:
    """Give a cell as it was before it was handed out."""
    return cell[1:] if cell.startswith("'") and _RUN.match(cell) else cell


def kept(cell: str) -> str:
    """Give a cell as it is handed out so that it reads back; the caller quotes what would run."""
    return f"'{cell}" if _QUOTED.match(cell) else cell


def plain(name: str) -> str:
    """Give the name of a column without what people write differently."""
    return " ".join(name.replace("_", " ").split()).strip(" :.").casefold()


def choice(known: Mapping[str, str], said: str) -> str | None:
    """Give the value that a word means, by its name or by its words on screen."""
    wanted = _value(said)
    for value, label in known.items():
        if wanted in (value, _value(label)):
            return value
    return None


def _value(said: str) -> str:
    return said.strip().casefold().replace("-", "_").replace(" ", "_")
