"""Does a glyph look like the character that it claims to be?

Runs inside the sandboxed child only. A font may show one word and spell another; what is published
is what somebody would read. So the ink of each letter is compared with letters drawn from the
renderer's own fonts: a glyph that looks like none of the faces of its own letter, and clearly more
like another letter, does not agree. Letters outside A to Z and 0 to 9, and tilted text, cannot be
compared here and count neither way.
"""

import ctypes
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from app.rendering.glyphs import Glyphs, read
from app.rendering.pages import Drawing

Values = npt.NDArray[np.float32]

SIDE = 12
DPI = 110.0
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
FACES = tuple(
    family + style
    for family, styles in (
        ("Helvetica", ("", "-Bold", "-Oblique", "-BoldOblique")),
        ("Times", ("-Roman", "-Bold", "-Italic", "-BoldItalic")),
        ("Courier", ("", "-Bold")),
    )
    for style in styles
)
REFERENCE_PT = 12.0
SAME_SHAPE = str.maketrans({"0": "o", "1": "l", "i": "l", "j": "l"})
CLEARLY = 0.2
UNLIKE_ANYTHING = 0.33
NARROW = 0.3
LEAST_CONTRAST = 0.08
MOST_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class _Bank:
    """Reference letters: a row of numbers each, and which shape it is of."""

    rows: Values
    shapes: npt.NDArray[np.str_]


def patches(strength: npt.NDArray[np.uint8], glyphs: Glyphs, chosen: Sequence[int]) -> Values:
    """Sample the ink of glyphs on a grid each, turned upright; n × SIDE × SIDE.

    `strength` says for each pixel of the page how much the text changed it.
    """
    boxes = glyphs.tight[list(chosen)]
    high, wide = strength.shape
    scale = np.array([wide / glyphs.page_size[0], high / glyphs.page_size[1]])
    first, last = boxes[:, :2] * scale, boxes[:, 2:] * scale
    steps = (np.arange(SIDE) + 0.5) / SIDE
    across = first[:, :1] + (last - first)[:, :1] * steps - 0.5
    down = first[:, 1:] + (last - first)[:, 1:] * steps - 0.5
    out = _bilinear(strength, across, down)
    turns = glyphs.turn[list(chosen)]
    for turn in (1, 2, 3):
        out[turns == turn] = np.rot90(out[turns == turn], k=turn, axes=(1, 2))
    return out


def _bilinear(
    values: npt.NDArray[np.uint8], across: npt.NDArray[np.float64], down: npt.NDArray[np.float64]
) -> Values:
    x = np.clip(across, 0, values.shape[1] - 1.001)
    y = np.clip(down, 0, values.shape[0] - 1.001)
    left, top = x.astype(np.int64)[:, None, :], y.astype(np.int64)[:, :, None]
    right_share, low_share = x[:, None, :] - left, y[:, :, None] - top
    upper = values[top, left] * (1 - right_share) + values[top, left + 1] * right_share
    lower = values[top + 1, left] * (1 - right_share) + values[top + 1, left + 1] * right_share
    return (upper * (1 - low_share) + lower * low_share).astype(np.float32)


def comparable(glyphs: Glyphs) -> list[int]:
    """List the glyphs that can be compared: letters of the bank, upright and not too narrow."""
    size = glyphs.tight[:, 2:] - glyphs.tight[:, :2]
    size[glyphs.turn % 2 == 1] = size[glyphs.turn % 2 == 1][:, ::-1]
    wide_enough = size[:, 0] >= NARROW * size[:, 1]
    # The letters of a ligature share one glyph and one box: none of them looks like itself.
    shared = np.zeros(len(glyphs), dtype=np.bool_)
    same = (np.abs(np.diff(glyphs.tight, axis=0)).max(axis=1, initial=0) < 0.01).nonzero()[0]
    shared[same] = shared[same + 1] = True
    return [
        index
        for index, text in enumerate(glyphs.texts)
        if _plain(text) in LETTERS
        and wide_enough[index]
        and not glyphs.tilted[index]
        and not shared[index]
    ]


def _plain(text: str) -> str:
    """Give the one letter that a text stands for, in whatever costume; else a space."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return plain if len(plain) == 1 else " "


def disagree(samples: Values, texts: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Say for sampled glyphs which look clearly unlike the letter they claim to be."""
    out = np.zeros(len(samples), dtype=np.bool_)
    bank = _bank()
    claims = np.array([_shape(_plain(text)) for text in texts])
    for start in range(0, len(samples), MOST_AT_ONCE):
        part = slice(start, start + MOST_AT_ONCE)
        rows, contrast = _rows(samples[part])
        alike = rows @ bank.rows.T
        own = claims[part][:, None] == bank.shapes[None, :]
        claimed = np.where(own, alike, -1).max(axis=1)
        other = np.where(own, -1, alike).max(axis=1)
        unlike = (other - claimed > CLEARLY) | (claimed < UNLIKE_ANYTHING)
        out[part] = unlike & (contrast > LEAST_CONTRAST)
    return out


def _shape(letter: str) -> str:
    return letter.lower().translate(SAME_SHAPE)


def _rows(samples: Values) -> tuple[Values, Values]:
    """Give each sample as a row of mean 0 and length 1, and how much contrast it had."""
    flat = samples.reshape(len(samples), -1)
    strongest = np.maximum(flat.max(axis=1, keepdims=True), 1e-6)
    flat = flat / strongest
    flat = flat - flat.mean(axis=1, keepdims=True)
    length = np.sqrt((flat**2).sum(axis=1, keepdims=True))
    return flat / np.maximum(length, 1e-6), length[:, 0] / SIDE


@lru_cache(maxsize=1)
def _bank() -> _Bank:
    """Draw the reference letters with PDFium's built-in fonts."""
    rows, shapes = [], []
    width, height = 40 + REFERENCE_PT * 1.6 * len(LETTERS), 60.0
    for face in FACES:
        document = pdfium.PdfDocument.new()
        page = document.new_page(width, height)
        _write(document, page, face)
        drawing = Drawing(page.raw, width, height)
        glyphs = read(drawing)
        chosen = [index for index, text in enumerate(glyphs.texts) if text.strip()]
        sampled = patches(255 - drawing.draw_gray(DPI), glyphs, chosen)
        rows.append(_rows(sampled)[0])
        shapes += [_shape(glyphs.texts[index]) for index in chosen]
        page.close()
        document.close()
    return _Bank(np.concatenate(rows), np.array(shapes))


def _write(document: pdfium.PdfDocument, page: pdfium.PdfPage, face: str) -> None:
    item = raw.FPDFPageObj_NewTextObj(document, face.encode(), REFERENCE_PT)
    text = (" ".join(LETTERS) + "\0").encode("utf-16-le")
    buffer = ctypes.create_string_buffer(text, len(text))
    raw.FPDFText_SetText(item, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)))
    raw.FPDFPageObj_Transform(item, 1, 0, 0, 1, 20, 20)
    raw.FPDFPage_InsertObject(page, item)
    raw.FPDFPage_GenerateContent(page)
