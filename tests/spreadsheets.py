"""Spreadsheets for tests."""

import io
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import xlsxwriter


def workbook(
    sheets: Mapping[str, Sequence[Sequence[Any]]],
    *,
    hidden: Collection[str] = (),
    buried: Collection[str] = (),
) -> bytes:
    """Make an .xlsx of sheets with their rows; `buried` ones no menu of a program offers."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if name in hidden:
                sheet.hide()
            if name in buried:
                sheet.very_hidden()
    return out.getvalue()
