"""Read the glyphs of a page with PDFium: character, boxes, size in both directions, text object.

Runs inside the sandboxed child only. Boxes come out in points of the page as displayed.
"""

import ctypes
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as raw

from app.rendering.pages import Drawing, text_objects

Numbers = npt.NDArray[np.float64]

LINE_END_HYPHENS = {0x2, 0xFFFE, 0xAD}
LIGATURES = {
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
}
MAX_GLYPHS = 200_000
TILTED = 0.06  # of a quarter turn


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The glyphs of a page in the order of its content stream, one row each.

    `tight` and `loose` are n × 4 boxes in points as displayed (x0, y0, x1, y1); `along` and
    `across` the em in points in the direction of the text and across it; `turn` the quarter turns
    of the text as displayed; `owner` the address of the text object; `gap` whether PDFium saw the
    end of a word behind the glyph.
    """

    texts: list[str]
    tight: Numbers
    loose: Numbers
    along: Numbers
    across: Numbers
    turn: npt.NDArray[np.int64]
    owner: npt.NDArray[np.uint64]
    gap: npt.NDArray[np.bool_]
    tilted: npt.NDArray[np.bool_]
    page_size: tuple[float, float]

    def __len__(self) -> int:
        """Give the number of glyphs."""
        return len(self.texts)


def read(page: Drawing) -> Glyphs:
    """Read every glyph of a page; raises MemoryError for more than 200 000."""
    for item in text_objects(page.page):
        # /ActualText says what a text is to be read as; what counts here is what is drawn.
        for place in range(max(0, raw.FPDFPageObj_CountMarks(item))):
            mark = raw.FPDFPageObj_GetMark(item, place)
            raw.FPDFPageObjMark_RemoveParam(item, mark, b"ActualText")
    textpage = raw.FPDFText_LoadPage(page.page)
    if not textpage:
        return _arrange([], page)
    try:
        count = max(0, raw.FPDFText_CountChars(textpage))
        if count > MAX_GLYPHS:
            raise MemoryError
        return _arrange(_rows(textpage, count), page)
    finally:
        raw.FPDFText_ClosePage(textpage)


def _rows(textpage: Any, count: int) -> list[list[Any]]:
    """Read rows: text, gap, tight box (l, b, r, t), loose box, matrix, font size, owner."""
    rows: list[list[Any]] = []
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    loose, matrix = raw.FS_RECTF(), raw.FS_MATRIX()
    for index in range(count):
        code = raw.FPDFText_GetUnicode(textpage, index)
        if raw.FPDFText_IsGenerated(textpage, index) == 1:
            if rows and code not in LINE_END_HYPHENS:
                rows[-1][1] = True
            continue
        raw.FPDFText_GetCharBox(textpage, index, left, right, bottom, top)
        raw.FPDFText_GetLooseCharBox(textpage, index, loose)
        raw.FPDFText_GetMatrix(textpage, index, matrix)
        owner = raw.FPDFText_GetTextObject(textpage, index)
        address = ctypes.addressof(owner.contents) if owner else 0
        size = raw.FPDFText_GetFontSize(textpage, index)
        rows.append(
            [
                _text(code),
                False,
                (left.value, bottom.value, right.value, top.value),
                (loose.left, loose.bottom, loose.right, loose.top),
                (matrix.a, matrix.b, matrix.c, matrix.d),
                size,
                address,
            ]
        )
    return _joined(rows)


def _text(code: int) -> str:
    if code in LINE_END_HYPHENS:
        return "-"
    if code in LIGATURES:
        return LIGATURES[code]
    # No mapping, private use: what it reads as is not known, so it stands for nothing.
    if code == 0 or 0xE000 <= code <= 0xF8FF or code > 0x10FFFF:
        return "\ufffd"
    return chr(code)


def _joined(rows: list[list[Any]]) -> list[list[Any]]:
    """Join surrogate halves to one character; a half without its other half stands for nothing."""
    out: list[list[Any]] = []
    for row in rows:
        code = ord(row[0][0])
        if 0xDC00 <= code <= 0xDFFF and out and 0xD800 <= ord(out[-1][0][0]) <= 0xDBFF:
            high = ord(out[-1][0][0])
            out[-1][0] = chr(0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00))
            continue
        out.append(row)
    for row in out:
        if 0xD800 <= ord(row[0][0]) <= 0xDFFF:
            row[0] = "\ufffd"
    return out


def _arrange(rows: list[list[Any]], page: Drawing) -> Glyphs:
    count = len(rows)
    mapping = page.to_displayed()
    tight = _displayed(np.array([row[2] for row in rows], dtype=np.float64), mapping, count)
    loose = _displayed(np.array([row[3] for row in rows], dtype=np.float64), mapping, count)
    forms = np.array([row[4] for row in rows], dtype=np.float64).reshape(count, 2, 2)
    sizes = np.array([row[5] for row in rows], dtype=np.float64)
    turned = forms @ mapping[:, :2].T  # rows: the displayed vectors of one em along and one up
    along = np.hypot(turned[:, 0, 0], turned[:, 0, 1])
    area = np.abs(turned[:, 0, 0] * turned[:, 1, 1] - turned[:, 0, 1] * turned[:, 1, 0])
    across = np.divide(area, along, out=np.zeros(count), where=along > 0)
    angle = np.arctan2(turned[:, 0, 1], turned[:, 0, 0])
    quarters = angle / (np.pi / 2)
    turn = np.round(quarters).astype(np.int64) % 4
    return Glyphs(
        texts=[row[0] for row in rows],
        tight=tight,
        loose=_slimmed(loose, across * sizes, turn),
        along=along * sizes,
        across=across * sizes,
        turn=turn,
        owner=np.array([row[6] for row in rows], dtype=np.uint64),
        gap=np.array([row[1] for row in rows], dtype=np.bool_),
        tilted=np.abs(quarters - np.round(quarters)) > TILTED,
        page_size=(page.width_pt, page.height_pt),
    )


def _slimmed(loose: Numbers, em: Numbers, turn: npt.NDArray[np.int64]) -> Numbers:
    """Cut loose boxes to one em across the text: fonts ask for more, and then lines touch."""
    out = loose.copy()
    for first, last, those in ((1, 3, turn % 2 == 0), (0, 2, turn % 2 == 1)):
        excess = np.clip(out[:, last] - out[:, first] - em, 0, None) / 2 * those * (em > 0)
        out[:, first] += excess
        out[:, last] -= excess
    return out


def _displayed(boxes: Numbers, mapping: Numbers, count: int) -> Numbers:
    """Map n boxes (left, bottom, right, top) to displayed x0, y0, x1, y1."""
    boxes = np.nan_to_num(boxes.reshape(count, 4), nan=0.0, posinf=1e6, neginf=-1e6)
    first = boxes[:, [0, 1]] @ mapping[:, :2].T + mapping[:, 2]
    second = boxes[:, [2, 3]] @ mapping[:, :2].T + mapping[:, 2]
    return np.concatenate([np.minimum(first, second), np.maximum(first, second)], axis=1)
