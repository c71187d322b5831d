"""Taking a spreadsheet apart into a CSV for each sheet. Pure; runs in the walled child.

Values are the ones last computed and stored in the file, not as a program would format them: what
has to be seen is in the CSV, and a mark can stand on all of it. Hidden sheets give no CSV; rows and
columns that are hidden in a visible sheet are in its CSV like the others.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from app.rendering.framing import Frame
from app.rendering.reading_lines import MOST_BYTES, MOST_FIELDS, MOST_LINES
from app.rendering.refusals import refused
from app.rendering.shapes import MOST_SHEETS

_EXACT = 2.0**53  # whole numbers up to here are stored exactly


def split(source: bytes) -> Iterator[Frame]:
    """Yield each sheet: `name`, `visible`, `rows`, `columns`, and its CSV where it gives one.

    Raises:
        SourceRefused: no spreadsheet that can be read, or one beyond the limits of evidence.
    """
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(source))
        sheets = book.sheets_metadata
    except (CalamineError, OSError, ValueError) as error:
        raise refused("broken-spreadsheet") from error
    if len(sheets) > MOST_SHEETS:
        raise refused("too-many-sheets")
    for sheet in sheets:
        visible = sheet.visible == SheetVisibleEnum.Visible
        if not visible or sheet.typ != SheetTypeEnum.WorkSheet:
            yield {"name": sheet.name, "visible": visible, "rows": 0, "columns": 0}, b""
            continue
        try:
            yield _table(sheet.name, book.get_sheet_by_name(sheet.name))
        except (CalamineError, OSError) as error:
            raise refused("broken-spreadsheet") from error


def _table(name: str, sheet: CalamineSheet) -> Frame:
    # The size that the sheet claims is looked at before any cell is made.
    if sheet.height > MOST_LINES or sheet.width > MOST_FIELDS:
        raise refused("evidence-too-large")
    rows = sheet.to_python(skip_empty_area=True)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_said(cell) for cell in row])
        if out.tell() > MOST_BYTES:
            raise refused("evidence-too-large")
    columns = len(rows[0]) if rows else 0
    content = out.getvalue().encode() if any(map(any, rows)) else b""
    return {"name": name, "visible": True, "rows": len(rows), "columns": columns}, content


def _said(cell: Any) -> str:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) <= _EXACT else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return str(cell)
