"""Reading an evidence file in the walled child: lines or sheets come out."""

from pathlib import Path

import msgspec

from app.rendering import sandbox
from app.rendering.lines import Kind, Line
from app.rendering.reading_lines import MOST_BYTES, MOST_FIELDS, MOST_LINES
from app.rendering.refusals import refused
from app.rendering.sandbox import DEFAULT, Limits
from app.rendering.shapes import MOST_SHEETS, Sheet


def read_evidence(source: bytes | Path, *, kind: Kind, limits: Limits = DEFAULT) -> list[Line]:
    """Read a file of a kind in a child; raises SourceRefused."""
    lines: list[Line] = []
    arguments = {"kind": kind}
    for _, packed in sandbox.run_streaming(
        "evidence", source=source, arguments=arguments, limits=limits
    ):
        try:
            lines += msgspec.msgpack.decode(packed, type=list[Line])
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise refused("crashed") from error
        if len(lines) > MOST_LINES:
            raise refused("evidence-too-large")
    if not lines or any(len(line.tokens) > MOST_FIELDS for line in lines):
        raise refused("crashed")
    return lines


def split_workbook(source: bytes | Path, *, limits: Limits = DEFAULT) -> list[Sheet]:
    """Take a spreadsheet apart in a child, in the order of its sheets; raises SourceRefused."""
    sheets: list[Sheet] = []
    for head, body in sandbox.run_streaming("workbook", source=source, arguments={}, limits=limits):
        try:
            sheets.append(msgspec.convert({**head, "content": bytes(body)}, Sheet))
        except msgspec.ValidationError as error:
            raise refused("crashed") from error
        if len(sheets) > MOST_SHEETS or len(body) > MOST_BYTES:
            raise refused("crashed")
    if not any(sheet.content for sheet in sheets):
        raise refused("no-sheets")
    return sheets
