"""Spreadsheets are taken apart in the walled child: what can be seen, and nothing else."""

import io
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter

from app.rendering.evidence_reading import split_workbook
from app.rendering.refusals import SourceRefused
from app.rendering.sandbox import Limits
from tests.spreadsheets import workbook


def test_what_is_hidden_gives_no_table() -> None:
    rows = [["a"]]
    content = workbook({"One": rows, "Two": rows, "Three": rows}, hidden={"Two"}, buried={"Three"})
    sheets = split_workbook(content)
    assert [(one.name, one.visible, one.content) for one in sheets] == [
        ("One", True, b"a\r\n"),
        ("Two", False, b""),
        ("Three", False, b""),
    ]


def test_values_come_as_they_are_stored() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Values")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        minute = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_row(0, 0, ['say "hi", all', "two\nlines", 7, 0.1, 1e300, True, "0012"])
        sheet.write_datetime(1, 0, date(2025, 1, 2), day)
        sheet.write_datetime(1, 1, datetime.fromisoformat("2025-01-02T03:04:05"), minute)
        sheet.write_formula(1, 2, "=SUM(C1:D1)", None, 7.1)
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_column(1, 1, None, None, {"hidden": True})
    (sheet,) = split_workbook(out.getvalue())
    first, second = sheet.content.decode().removesuffix("\r\n").rsplit("\r\n", 1)
    assert first == '"say ""hi"", all","two\nlines",7,0.1,1e+300,TRUE,0012'
    assert second == f"{date(2025, 1, 2)},2025-01-02 03:04:05,7.1,,,,"
    assert (sheet.rows, sheet.columns) == (2, 7)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04 cut short", "broken-spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "broken-spreadsheet"),
        (workbook({"Void": []}), "no-sheets"),
        (workbook({"Void": [[""]], "Away": [["a"]]}, hidden={"Away"}), "no-sheets"),
        (workbook({f"S{number}": [["a"]] for number in range(41)}), "too-many-sheets"),
        (workbook({"Wide": [["a"] * 1001]}), "evidence-too-large"),
    ],
    ids=["cut", "old", "void", "hidden", "many", "wide"],
)
def test_what_cannot_be_taken_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(SourceRefused) as refusal:
        split_workbook(content)
    assert refusal.value.code == reason


def _with(content: bytes, name: str, body: bytes) -> bytes:
    """Give a spreadsheet with one of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for part in old.namelist():
            new.writestr(part, body if part == name else old.read(part))
    return out.getvalue()


def test_hostile_ones_end_in_a_refusal() -> None:
    plain = workbook({"One": [["a"]]})
    where = "xl/worksheets/sheet1.xml"
    cell = b'<row r="%d"><c r="%s"><v>1</v></c></row>'
    both = cell % (1, b"A1") + cell % (1_048_576, b"XFD1048576")
    far = b"<worksheet><sheetData>" + both + b"</sheetData></worksheet>"
    bomb = b"<worksheet><sheetData>" + b"<row/>" * 30_000_000
    laughs = (
        b"<!DOCTYPE x ["
        + b"".join(b'<!ENTITY a%d "%s">' % (at + 1, b"&a%d;" % at * 10) for at in range(9))
        + b']><worksheet><sheetData><row><c t="str"><v>&a9;</v></c></row></sheetData></worksheet>'
    )
    limits = Limits(memory_bytes=512 * 1024**2, cpu_seconds=10, wall_seconds=20)
    for body in (far, bomb, laughs):
        with pytest.raises(SourceRefused):
            split_workbook(_with(plain, where, body), limits=limits)
