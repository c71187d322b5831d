"""Reading an evidence file in the walled child: bytes go in, lines come out."""

from pathlib import Path

import msgspec

from app.rendering import sandbox
from app.rendering.lines import Kind, Line
from app.rendering.reading_lines import MOST_FIELDS, MOST_LINES
from app.rendering.refusals import refused
from app.rendering.sandbox import DEFAULT, Limits


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
