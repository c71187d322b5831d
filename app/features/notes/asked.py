"""What the pages and the API of notes read from an address alike, and the forms of an export."""

import csv
import io
from collections.abc import Callable
from typing import Literal

from app.features.notes.schemas import NoteFilter, NotesExport, NoteView

_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "\n")
_HEAD = ("report", "version", "page", "quote", "note", "writer", "shared", "kept at", "changed at")
_SPECIAL = "\\`*_{}[]()<>#+-.!|~&"


def filter_of(*, version: str, kind: str, whose: str, removed: str) -> NoteFilter:
    """Read a filter; words that it does not know filter nothing."""
    kinds: dict[str, Literal["note", "highlight"]] = {"note": "note", "highlight": "highlight"}
    people: dict[str, Literal["mine", "shared"]] = {"mine": "mine", "shared": "shared"}
    return NoteFilter(
        version=version[:40],
        kind=kinds.get(kind, ""),
        whose=people.get(whose, ""),
        removed=removed == "yes",
    )


def as_csv(export: NotesExport) -> str:
    """Write notes as CSV (RFC 4180); cells that a spreadsheet would run begin with a quote."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(_HEAD)
    for note in export.notes:
        cells = (
            *(note.report_title, str(note.version_number), str(note.page), note.quote or ""),
            *(note.text, note.writer, "yes" if note.shared else "no"),
            *(note.kept_at.isoformat(), note.changed_at.isoformat()),
        )
        writer.writerow([f"'{c}" if c.startswith(_RUN_BY_SPREADSHEETS) else c for c in cells])
    return out.getvalue()


def as_markdown(export: NotesExport) -> str:
    """Write notes as Markdown: a heading for each version, a quotation for each passage."""
    lines = ["# Notes", "", f"{_plain(export.exported_by)}, {export.exported_at:%d %B %Y}"]
    heading = None
    for note in export.notes:
        title = f"{_plain(note.report_title)}, version {note.version_number}"
        if title != heading:
            lines += ["", f"## {title}"]
            heading = title
        lines += ["", *_one(note)]
    return "\n".join(lines) + "\n"


def _one(note: NoteView) -> list[str]:
    by = "" if note.mine else f", {_plain(note.writer)}"
    quote = "What stood here is not open to you now." if note.quote is None else note.quote
    said = [f"**Page {note.page}**{by}", "", f"> {_plain(quote)}"]
    return [*said, "", *map(_plain, note.text.splitlines())] if note.text else said


def _plain(text: str) -> str:
    return "".join(f"\\{c}" if c in _SPECIAL else c for c in " ".join(text.split()))


FORMATS: dict[str, tuple[str, str, Callable[[NotesExport], str]]] = {
    "json": ("application/json", "json", lambda export: export.model_dump_json(indent=2)),
    "csv": ("text/csv; charset=utf-8", "csv", as_csv),
    "markdown": ("text/markdown; charset=utf-8", "md", as_markdown),
}
"""Name of a form → media type, ending of the file, how it is written."""
