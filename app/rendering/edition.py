"""Build page states: paint, drop words, encode; and bind page states to a new PDF.

Everything that leaves here comes from two inputs only: pixels after opaque boxes were painted, and
the permitted words. No object of a source file is known here, so none can be copied.
"""

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.rendering import pixels as images
from app.rendering.binding import write_pdf
from app.rendering.pixels import Pixels
from app.rendering.redact import permitted, to_pixels
from app.rendering.shapes import Box, BuiltPage, PageJob, PixelBox, PixelWord, Word

__all__ = ["ENGINE_VERSION", "RawPage", "build_page", "page_state_key", "paint", "write_pdf"]

ENGINE_VERSION = "2"
MAX_RAW_PIXELS = 31_000_000


@dataclass(frozen=True, slots=True)
class RawPage:
    """A drawn page as it came from the sandbox: not painted yet, never to leave this process."""

    number: int
    width_pt: float
    height_pt: float
    pixels: Pixels
    rendered: bool

    @classmethod
    def received(cls, head: dict[str, Any], body: bytes) -> "RawPage | None":
        """Check what a child sent; None where the numbers do not fit the bytes."""
        try:
            width, height = int(head["width_px"]), int(head["height_px"])
            channels, number = int(head["channels"]), int(head["number"])
            width_pt, height_pt = float(head["width_pt"]), float(head["height_pt"])
        except (KeyError, TypeError, ValueError, OverflowError):
            return None
        fits = channels in (1, 3) and width > 0 and height > 0 and width_pt > 0 and height_pt > 0
        fits = fits and math.isfinite(width_pt) and math.isfinite(height_pt)
        if not fits or width * height > MAX_RAW_PIXELS or len(body) != width * height * channels:
            return None
        shape = (height, width) if channels == 1 else (height, width, 3)
        pixels = np.frombuffer(body, dtype=np.uint8).reshape(shape).copy()
        return cls(number, width_pt, height_pt, pixels, bool(head.get("rendered")))


def page_state_key(source_digest: str, *, page: int, boxes: Iterable[Box], dpi: float) -> str:
    """Give the name of a page state: the same for everybody for whom the page looks the same.

    `boxes` are those to paint, already expanded; order and repeats do not matter.
    """
    lines = [f"vitrine-page-state {ENGINE_VERSION}", source_digest, str(page), f"{dpi:.3f}"]
    lines += [
        " ".join(f"{edge:.2f}" for edge in (box.x0, box.y0, box.x1, box.y1))
        for box in sorted(set(boxes))
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def paint(pixels: Pixels, boxes: Sequence[PixelBox]) -> Pixels:
    """Paint boxes black, in place, and give the pixels back."""
    for box in boxes:
        pixels[box.y0 : box.y1, box.x0 : box.x1] = 0
    return pixels


def build_page(raw: RawPage, *, job: PageJob) -> BuiltPage:
    """Make the page state of a drawn page: painted, words dropped, encoded."""
    height, width = raw.pixels.shape[:2]
    size_px, size_pt = (width, height), (raw.width_pt, raw.height_pt)
    boxes = tuple(sorted({to_pixels(box, size_px=size_px, size_pt=size_pt) for box in job.boxes}))
    painted = paint(raw.pixels, boxes)
    # A page that could not be drawn has no text layer: nobody could have read it there.
    words = job.words if raw.rendered else ()
    placed = (_placed(word, size_px=size_px, size_pt=size_pt) for word in words)
    return BuiltPage(
        number=raw.number,
        width_px=width,
        height_px=height,
        width_pt=raw.width_pt,
        height_pt=raw.height_pt,
        png=images.encode_png(painted),
        words=permitted((word for word in placed if word is not None), boxes),
        boxes_px=boxes,
        rendered=raw.rendered,
    )


def _placed(
    word: Word, *, size_px: tuple[int, int], size_pt: tuple[float, float]
) -> PixelWord | None:
    box = to_pixels(Box(word.x0, word.y0, word.x1, word.y1), size_px=size_px, size_pt=size_pt)
    if box.x1 <= box.x0 or box.y1 <= box.y0:
        return None
    return PixelWord(word.text, box.x0, box.y0, box.x1, box.y1)
