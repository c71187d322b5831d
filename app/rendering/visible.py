"""Decide which glyphs somebody looking at the page would read: the pixels have the last word.

Runs inside the sandboxed child only. A glyph counts as visible when drawing the page's text put ink
into its own box, all over it, and when it is large enough in both directions. Where boxes of
several text objects lie over each other, a further drawing in which each object has a colour of its
own says whose ink it is.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as raw

from app.rendering.glyphs import Glyphs
from app.rendering.pages import Drawing

Flags = npt.NDArray[np.bool_]

DPI = 110.0
INK_LEVELS = 24
SMALLEST_EM_PT = 3.3  # five pixels at 110 dpi
FLATTEST_EM = 0.3  # em in one direction, as a share of the other
LEAST_INK = 0.03
SMALL_PX = 3  # boxes this small have no halves to look at
DRAWN_MODES = frozenset({0, 1, 2, 4, 5, 6})  # fill, stroke, both; with or without clip
WORD_SHARE = 0.6
SMALL_PX = 3  # boxes this small have no halves to look at
MAX_DEPTH = 12
OVERLAP = 0.04
TWIN = 0.5
OWN_SHARE = 0.25


def confirm(page: Drawing, glyphs: Glyphs) -> Flags:
    """Say for each glyph whether the pixels confirm it; the page must not be drawn afterwards.

    The page's text objects are changed in memory, so this comes last for an open page.
    """
    if not len(glyphs):
        return np.zeros(0, dtype=np.bool_)
    objects = list(text_objects(page.page))
    drawn = page.draw_gray(DPI)
    crowded = crowd(glyphs)
    owners = _coloured(page, objects) if crowded.flags.any() else None
    undrawn = [
        ctypes.addressof(item.contents)
        for item in objects
        if raw.FPDFTextObj_GetTextRenderMode(item) not in DRAWN_MODES
    ]
    for item in objects:
        raw.FPDFTextObj_SetTextRenderMode(item, raw.FPDF_TEXTRENDERMODE_INVISIBLE)
    bare = page.draw_gray(DPI)
    ink = np.maximum(drawn, bare) - np.minimum(drawn, bare) >= INK_LEVELS
    scale = (ink.shape[1] / page.width_pt, ink.shape[0] / page.height_pt)
    seen = large_enough(glyphs) & _inked(ink, glyphs, scale)
    seen &= ~np.isin(glyphs.owner, np.array(undrawn, dtype=np.uint64))
    if owners is not None:
        inked = seen.copy()
        seen &= ~crowded.flags | _own_ink(ink, owners, objects, glyphs, scale, crowded, seen)
        return _by_word(seen, inked, glyphs)
    return _by_word(seen, seen, glyphs)


def _by_word(seen: Flags, inked: Flags, glyphs: Glyphs) -> Flags:
    """Judge single glyphs by their word: chance hits go, thin strokes of a confirmed word stay."""
    out = seen.copy()
    start = 0
    for index, text in enumerate(glyphs.texts):
        blank = not text.strip()
        last = index + 1 == len(glyphs)
        if not (blank or last or glyphs.gap[index]):
            continue
        end = index if blank else index + 1
        if end > start:
            share = seen[start:end].mean()
            out[start:end] = inked[start:end] if share >= WORD_SHARE else False
        start = index + 1
    return out


def text_objects(page: Any) -> Iterator[Any]:
    """Yield every text object of a page, those inside nested forms included."""
    count = raw.FPDFPage_CountObjects(page)
    for index in range(count):
        yield from _inside(raw.FPDFPage_GetObject(page, index), 0)


def _inside(item: Any, depth: int) -> Iterator[Any]:
    kind = raw.FPDFPageObj_GetType(item)
    if kind == raw.FPDF_PAGEOBJ_TEXT:
        yield item
    elif kind == raw.FPDF_PAGEOBJ_FORM and depth < MAX_DEPTH:
        for index in range(raw.FPDFFormObj_CountObjects(item)):
            yield from _inside(raw.FPDFFormObj_GetObject(item, index), depth + 1)


def large_enough(glyphs: Glyphs) -> Flags:
    """Say which glyphs are large enough to be read, along the text and across it."""
    small = np.minimum(glyphs.along, glyphs.across)
    large = np.maximum(glyphs.along, glyphs.across)
    return (small >= SMALLEST_EM_PT) & (small >= FLATTEST_EM * large)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Which glyphs lie over a glyph of another text object, and whose twin each one is.

    A twin is the same character at the same place, as bold by overprinting makes them; `twins`
    holds the other objects of a glyph's twins.
    """

    flags: Flags
    twins: dict[int, set[int]]


def crowd(glyphs: Glyphs) -> Crowd:
    """Find the glyphs that lie over a glyph of another text object."""
    flags = np.zeros(len(glyphs), dtype=np.bool_)
    twins: dict[int, set[int]] = {}
    order = np.argsort(glyphs.tight[:, 0], kind="stable")
    boxes, owner = glyphs.tight[order], glyphs.owner[order]
    area = _area(boxes)
    for step in range(1, len(glyphs)):
        first, second = boxes[:-step], boxes[step:]
        near = second[:, 0] < first[:, 2]
        if not near.any():
            break
        wide = np.minimum(first[:, 2], second[:, 2]) - np.maximum(first[:, 0], second[:, 0])
        high = np.minimum(first[:, 3], second[:, 3]) - np.maximum(first[:, 1], second[:, 1])
        shared = np.clip(wide, 0, None) * np.clip(high, 0, None)
        least = np.minimum(area[:-step], area[step:])
        hit = near & (owner[:-step] != owner[step:]) & (shared > OVERLAP * least) & (shared > 0)
        for place in np.flatnonzero(hit):
            one, other = int(order[place]), int(order[place + step])
            flags[one] = flags[other] = True
            if glyphs.texts[one] == glyphs.texts[other] and shared[place] > TWIN * least[place]:
                twins.setdefault(one, set()).add(int(glyphs.owner[other]))
                twins.setdefault(other, set()).add(int(glyphs.owner[one]))
    return Crowd(flags, twins)


def _area(boxes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def _coloured(page: Drawing, objects: list[Any]) -> npt.NDArray[np.int32]:
    """Draw the page with each text object in a colour of its own; gives colours as numbers."""
    for place, item in enumerate(objects, start=1):
        colour = _colour(place)
        red, green, blue = colour >> 16, colour >> 8 & 0xFF, colour & 0xFF
        raw.FPDFPageObj_SetFillColor(item, red, green, blue, 255)
        raw.FPDFPageObj_SetStrokeColor(item, red, green, blue, 255)
    # Without smoothing: a blended edge would be nobody's colour.
    channels = page.draw(DPI, flags=raw.FPDF_RENDER_NO_SMOOTHTEXT).astype(np.int32)
    return channels[..., 0] << 16 | channels[..., 1] << 8 | channels[..., 2]


def _colour(place: int) -> int:
    # An odd multiplier spreads neighbours apart.
    return place * 0x9E3779 & 0xFFFFFF


def _inked(ink: Flags, glyphs: Glyphs, scale: tuple[float, float]) -> Flags:
    """Say which glyphs have ink in their box: enough of it, and in each half of the box."""
    totals = np.zeros((ink.shape[0] + 1, ink.shape[1] + 1), dtype=np.int32)
    np.cumsum(np.cumsum(ink, axis=0, dtype=np.int32), axis=1, out=totals[1:, 1:])
    x0, y0, x1, y1 = _pixel_edges(glyphs.tight, ink.shape, scale)
    flat, narrow = y1 - y0 <= SMALL_PX, x1 - x0 <= SMALL_PX
    # A dot's ink may fall into the pixel beside it.
    more = (flat & narrow).astype(np.int64)
    x0, y0 = np.maximum(x0 - more, 0), np.maximum(y0 - more, 0)
    x1, y1 = np.minimum(x1 + more, ink.shape[1]), np.minimum(y1 + more, ink.shape[0])
    middle_x, middle_y = (x0 + x1 + 1) // 2, (y0 + y1 + 1) // 2
    whole = _within(totals, x0, y0, x1, y1)
    area = (x1 - x0) * (y1 - y0)
    fair = (area > 0) & (whole >= np.maximum(1, LEAST_INK * area))
    top, bottom = _within(totals, x0, y0, x1, middle_y), _within(totals, x0, middle_y - 1, x1, y1)
    left, right = _within(totals, x0, y0, middle_x, y1), _within(totals, middle_x - 1, y0, x1, y1)
    spread = (flat | ((top > 0) & (bottom > 0))) & (narrow | ((left > 0) & (right > 0)))
    inked: Flags = fair & spread & ~_outside(glyphs, ink, scale)
    return inked


def _outside(glyphs: Glyphs, ink: Flags, scale: tuple[float, float]) -> Flags:
    """Say which glyphs reach beyond the page by more than a third of themselves."""
    high, wide = ink.shape[0] / scale[1], ink.shape[1] / scale[0]
    kept = np.clip(glyphs.tight, 0, [wide, high, wide, high])
    return _area(kept) < 0.66 * _area(glyphs.tight)


def _pixel_edges(
    boxes: npt.NDArray[np.float64], shape: tuple[int, ...], scale: tuple[float, float]
) -> tuple[npt.NDArray[np.int64], ...]:
    high, wide = shape[0], shape[1]
    x0 = np.clip(np.floor(boxes[:, 0] * scale[0]), 0, wide).astype(np.int64)
    y0 = np.clip(np.floor(boxes[:, 1] * scale[1]), 0, high).astype(np.int64)
    x1 = np.clip(np.ceil(boxes[:, 2] * scale[0]), 0, wide).astype(np.int64)
    y1 = np.clip(np.ceil(boxes[:, 3] * scale[1]), 0, high).astype(np.int64)
    return x0, y0, x1, y1


def _within(
    totals: npt.NDArray[np.int32],
    x0: npt.NDArray[np.int64],
    y0: npt.NDArray[np.int64],
    x1: npt.NDArray[np.int64],
    y1: npt.NDArray[np.int64],
) -> npt.NDArray[np.int32]:
    x0, y0 = np.maximum(x0, 0), np.maximum(y0, 0)
    inside = totals[y1, x1] - totals[y0, x1] - totals[y1, x0] + totals[y0, x0]
    return np.asarray(inside, dtype=np.int32)


def _own_ink(
    ink: Flags,
    owners: npt.NDArray[np.int32],
    objects: list[Any],
    glyphs: Glyphs,
    scale: tuple[float, float],
    crowded: Crowd,
    seen: Flags,
) -> Flags:
    """Say which crowded glyphs own a good part of the ink in their box, alone or with a twin."""
    places = {ctypes.addressof(item.contents): place for place, item in enumerate(objects, start=1)}
    edges = np.stack(_pixel_edges(glyphs.tight, ink.shape, scale), axis=1)
    own = np.zeros(len(glyphs), dtype=np.bool_)
    for index in np.flatnonzero(crowded.flags & seen).tolist():
        x0, y0, x1, y1 = edges[index]
        mine_or_twins = {int(glyphs.owner[index])} | crowded.twins.get(index, set())
        colours = [_colour(places[owner]) for owner in mine_or_twins if owner in places]
        # One pixel more to the sides: unsmoothed strokes land beside the smoothed ones.
        left, right = max(0, x0 - 1), x1 + 1
        mine = np.isin(owners[y0:y1, left:right], colours) & ink[y0:y1, left:right]
        all_ink = int(ink[y0:y1, x0:x1].sum())
        own[index] = int(mine.sum()) >= max(1, OWN_SHARE * all_ink)
    return own
