"""Hands a table out as CSV (RFC 4180) that no spreadsheet runs, under a name that tells nothing."""

import csv
import io
from collections.abc import Iterable, Sequence

from fastapi import Response

_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_of(head: Sequence[str], rows: Iterable[Sequence[str]], *, name: str) -> Response:
    """Give a table as a file; cells that a spreadsheet would run begin with a quote.

    All cells are quoted: where lists are separated by `;`, one in a bare cell would begin another.

    Args:
        head: the names of the columns.
        rows: the cells, as text.
        name: the file's name without its ending; it says neither whose nor of what report.
    """
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(head)
    for row in rows:
        writer.writerow([_safe(cell) for cell in row])
    return Response(
        out.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_RUN_BY_SPREADSHEETS) else cell
