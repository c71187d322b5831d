"""Reading the words of an uploaded file in the walled child, so that they can be compared."""

from app.rendering import sandbox
from app.rendering.refusals import refused
from app.rendering.sandbox import Limits

MOST_PAGES = 500
LIMITS = Limits(
    memory_bytes=1024**3, cpu_seconds=15, wall_seconds=25, max_bytes=20_000_000,
    max_pages=MOST_PAGES,
)  # fmt: skip
_LONGEST = 2_000_000


def read_wording(content: bytes, *, kind: str, limits: Limits = LIMITS) -> str:
    """Give all words of a file of a kind: pdf, docx or md; raises SourceRefused."""
    if kind == "md":
        text = content.decode("utf-8", "replace")
    else:
        arguments = {"kind": kind, "max_pages": limits.max_pages}
        frames = sandbox.run("wording", source=content, arguments=arguments, limits=limits)
        if len(frames) != 1:
            raise refused("crashed")
        text = bytes(frames[0][1]).decode("utf-8", "replace")
    if len(text) > _LONGEST:
        raise refused("too-much-text")
    return text.replace("\0", " ")
