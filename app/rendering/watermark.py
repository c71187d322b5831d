"""Burn who is looking, for whom and when into the pixels of a page, for one answer.

Takes finished page states only. The mask is typeset with the fonts that come with typst, so that a
machine without any font does as well; it lies over the whole page, so that cutting margins off does
not remove it. Raw pages and masks are kept in bounded memory.
"""

import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any, Generic, TypeVar

import numpy as np
import pyvips
import typst

from app.rendering.pixels import Pixels, decode_png, encode_jpeg, encode_png

JPEG_QUALITY = 82
PAGE_CACHE_BYTES = 96 * 1024 * 1024
MASK_CACHE_BYTES = 48 * 1024 * 1024
SHADE = 214
MAX_LINE = 160
NO_SUCH_CHARACTER = "\u0378"  # a place in Unicode that is not taken

Value = TypeVar("Value")

TILE = """
#set page(width: auto, height: auto, margin: 0pt, fill: white)
#set text(size: 10pt, font: "Libertinus Serif", weight: "semibold", fill: luma(SHADE))
#let lines = sys.inputs.at("lines").split("\\n")
#pad(right: 44pt, bottom: 54pt, rotate(-28deg, reflow: true,
  stack(spacing: 4pt, ..lines.map(line => text(line)))))
"""


class Bounded(Generic[Value]):
    """Keeps the values used last, up to so many bytes; safe to use from several threads."""

    def __init__(self, most_bytes: int, size: Callable[[Value], int]) -> None:
        """Start empty; `size` says how many bytes a value takes."""
        self._most, self._size = most_bytes, size
        self._held: OrderedDict[Hashable, Value] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def find(self, key: Hashable) -> Value | None:
        """Give the value kept under a key, if it still is."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
            return self._held.get(key)

    def keep(self, key: Hashable, value: Value) -> None:
        """Keep a value and let go of those used longest ago."""
        with self._lock:
            if key in self._held:
                self._bytes -= self._size(self._held.pop(key))
            self._held[key] = value
            self._bytes += self._size(value)
            while self._bytes > self._most and len(self._held) > 1:
                self._bytes -= self._size(self._held.popitem(last=False)[1])

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._held.clear()
            self._bytes = 0

    @property
    def bytes_held(self) -> int:
        """Give the bytes held now."""
        return self._bytes


_pages: Bounded[Pixels] = Bounded(PAGE_CACHE_BYTES, lambda pixels: pixels.nbytes)
_masks: Bounded[Pixels] = Bounded(MASK_CACHE_BYTES, lambda mask: mask.nbytes)


def page_image(pixels: Pixels, *, lines: str) -> tuple[bytes, str]:
    """Give a page with its watermark, encoded, and its media type.

    `lines` is what to burn in, at most three lines parted by a line break.
    """
    marked = marked_pixels(pixels, lines=lines)
    # One channel packs smaller and faster without loss; colour does not.
    if marked.ndim == 2:
        return encode_png(marked, level=1), "image/png"
    return encode_jpeg(marked, quality=JPEG_QUALITY), "image/jpeg"


def page_pixels(digest: str, fetch: Callable[[], bytes]) -> Pixels:
    """Give the pixels of a stored page: from memory for the next viewer, else fetched and decoded.

    `digest` names the bytes that `fetch` gives, which are a PNG.
    """
    pixels = _pages.find(digest)
    if pixels is None:
        pixels = decode_png(fetch())
        _pages.keep(digest, pixels)
    return pixels


def forget() -> None:
    """Let go of every page and mask held in memory."""
    _pages.clear()
    _masks.clear()


def marked_pixels(pixels: Pixels, *, lines: str) -> Pixels:
    """Give a copy of a page's pixels with the watermark in them."""
    return np.minimum(pixels, _mask(lines, pixels.shape))


def _mask(lines: str, shape: tuple[int, ...]) -> Pixels:
    key = (lines, shape)
    mask = _masks.find(key)
    if mask is None:
        mask = _spread(_tile(lines, shape[1]), shape)
        _masks.keep(key, mask)
    return mask


def _spread(tile: Pixels, shape: tuple[int, ...]) -> Pixels:
    """Lay tiles over a whole page, every second row of them shifted by half."""
    channels = shape[2] if len(shape) == 3 else 1
    high, wide = tile.shape
    row = np.tile(np.repeat(tile, channels, axis=1), (1, shape[1] // wide + 2))
    rows = []
    for place in range(shape[0] // high + 1):
        start = (wide // 2) * (place % 2) * channels
        rows.append(row[:, start : start + shape[1] * channels])
    return np.concatenate(rows, axis=0)[: shape[0]].reshape(shape)


def _tile(lines: str, page_width: int) -> Pixels:
    """Typeset one repeat of the watermark, its letters in proportion to the page."""
    text = "\n".join(_drawable_line(line) for line in lines.split("\n")[:3])
    letter_px = min(48.0, max(11.0, page_width / 66))
    png = typst.compile(
        TILE.replace("SHADE", str(SHADE)).encode(),
        format="png",
        ppi=letter_px * 7.2,
        font_paths=_fonts(),
        sys_inputs={"lines": text or " "},
    )
    image = pyvips.Image.pngload_buffer(png)
    pixels = np.frombuffer(image.write_to_memory(), dtype=np.uint8)
    # Gray on opaque white: any one channel says it all.
    return np.ascontiguousarray(pixels.reshape(image.height, image.width, image.bands)[..., 0])


@lru_cache(maxsize=1)
def _fonts() -> Any:
    return typst.Fonts(include_system_fonts=True)


def _drawable_line(line: str) -> str:
    plain = " ".join(unicodedata.normalize("NFC", line).split())[:MAX_LINE]
    return "".join(letter if _drawable(letter) else _spelled(letter) for letter in plain)


def _spelled(letter: str) -> str:
    """Write a letter that no font here has as something legible and still distinct."""
    if unicodedata.category(letter)[0] == "C":
        return ""
    nearest = unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode()
    return nearest or f"[{ord(letter):04X}]"


@lru_cache(maxsize=4096)
def _drawable(letter: str) -> bool:
    if "\x20" <= letter < "\u0180" and letter not in "\x7f\xad" and not "\x80" <= letter < "\xa0":
        return True
    if unicodedata.category(letter)[0] == "C":
        return False
    return _typeset_alone(letter) != _typeset_alone(NO_SUCH_CHARACTER)


@lru_cache(maxsize=64)
def _typeset_alone(letter: str) -> bytes:
    page = '#set page(width: 20pt, height: 20pt, margin: 2pt)\n#sys.inputs.at("letter")'
    return bytes(
        typst.compile(
            page.encode(), format="png", ppi=72, font_paths=_fonts(), sys_inputs={"letter": letter}
        )
    )
