"""Reading the words of an uploaded file in the walled child, so that they can be compared.

Markdown is given as it is written and, besides, as it reads once it is shown.
"""

import html
import re
import unicodedata

from app.rendering import sandbox
from app.rendering.refusals import refused
from app.rendering.sandbox import Limits

MOST_PAGES = 500
LIMITS = Limits(
    memory_bytes=1024**3, cpu_seconds=15, wall_seconds=25, max_bytes=20_000_000,
    max_pages=MOST_PAGES,
)  # fmt: skip
_LONGEST = 2_000_000
_UNSEEN = {chr(code) for code in (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0)} | {
    chr(code) for code in (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10))
}
_MARKUP = (
    re.compile(r"<!--[^<>]*-->|</?[A-Za-z][^<>]*>"),
    re.compile(r"\]\([^()\s]*(?:\s[^()]*)?\)|\]\[[^\[\]]*\]"),  # behind the words of a link
    re.compile(r"\\(?=[!-/:-@\[-`{-~])"),
    re.compile(r"[*_~`\[\]]"),
)


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
    text = text.replace("\0", " ")
    seen = without_unseen(shown_of(text) if kind == "md" else text)
    return text if seen == text else f"{text}\n\n{seen}"


def shown_of(markdown: str) -> str:
    """Give Markdown roughly as it reads when it is shown: no tags, marks, entities."""
    text = markdown
    for markup in _MARKUP:
        text = markup.sub("", text)
    return html.unescape(text)


def without_unseen(text: str) -> str:
    """Leave out letters that nobody sees: of no width, soft hyphens, marks of direction."""
    unseen = {ord(one) for one in set(text) if one in _UNSEEN or _controls(one)}
    return text.translate(dict.fromkeys(unseen)) if unseen else text


def _controls(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cf") and not letter.isspace()
