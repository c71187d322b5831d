"""Make a PDF of a file of another kind, in a sandboxed child (typesetting.py, picture.py)."""

from app.domain.filekinds import FileKind
from app.rendering import sandbox
from app.rendering.refusals import refused
from app.rendering.sandbox import DEFAULT, Limits
from app.rendering.shapes import ConvertedSource

LEFT_OUT = ("pictures", "addresses")


def convert_source(source: bytes, *, kind: FileKind, limits: Limits = DEFAULT) -> ConvertedSource:
    """Make a PDF of Markdown or of a picture; raises SourceRefused."""
    task = "typeset" if kind is FileKind.MARKDOWN else "picture"
    frames = sandbox.run(task, source=source, arguments={}, limits=limits)
    said = frames[0][0].get("left_out") if len(frames) == 1 else None
    if not isinstance(said, dict):
        raise refused("crashed")
    pdf = frames[0][1]
    if len(pdf) > limits.max_bytes:
        raise refused("too-large")
    left_out = {what: count for what in LEFT_OUT if isinstance(count := said.get(what), int)}
    return ConvertedSource(pdf=pdf, left_out=left_out)
