"""Decide which glyphs somebody looking at the page would read: the pixels have the last word.

Runs inside the sandboxed child only. A glyph counts as visible when drawing the page's text put ink
into its own box, all over it, and when it is large enough in both directions. Where boxes of
several text objects lie over each other, a further drawing in which each object has a colour of its
own says whose ink it is.
"""

import ctypes
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as raw

from app.rendering.glyphs import Glyphs
from app.rendering.pages import Drawing, Pixels

Flags = npt.NDArray[np.bool_]

DPI = 110.0
INK_LEVELS = 24
SMALLEST_EM_PT = 3.3  # five pixels at 110 dpi
FLATTEST_EM = 0.3  # em in one direction, as a share of the other
LEAST_INK = 0.03
MAX_DEPTH = 12
OVERLAP = 0.25


def confirm(page: Drawing, glyphs: Glyphs) -> Flags:
    """Say for each glyph whether the pixels confirm it; the page must not be drawn afterwards.

    The page's text objects are changed in memory, so this comes last for an open page.
    """
    if not len(glyphs):
        return np.zeros(0, dtype=np.bool_)
    objects = list(text_objects(page.page))
    drawn = page.draw(DPI)
    crowded = overlapping(glyphs)
    owners = _coloured(page, objects) if crowded.any() else None
    for item in objects:
        raw.FPDFTextObj_SetTextRenderMode(item, raw.FPDF_TEXTRENDERMODE_INVISIBLE)
    bare = page.draw(DPI)
    ink = (np.maximum(drawn, bare) - np.minimum(drawn, bare)).max(axis=2) >= INK_LEVELS
    scale = (ink.shape[1] / page.width_pt, ink.shape[0] / page.height_pt)
    seen = large_enough(glyphs) & _inked(ink, glyphs, scale)
    if owners is not None:
        seen &= ~crowded | _own_ink(ink, owners, objects, glyphs, scale, crowded & seen)
    return seen


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


def overlapping(glyphs: Glyphs) -> Flags:
    """Say which glyphs lie over a glyph of another text object."""
    count = len(glyphs)
    crowded = np.zeros(count, dtype=np.bool_)
    order = np.argsort(glyphs.tight[:, 0], kind="stable")
    boxes, owner = glyphs.tight[order], glyphs.owner[order]
    area = _area(boxes)
    for step in range(1, count):
        first, second = boxes[:-step], boxes[step:]
        near = second[:, 0] < first[:, 2]
        if not near.any():
            break
        wide = np.minimum(first[:, 2], second[:, 2]) - np.maximum(first[:, 0], second[:, 0])
        high = np.minimum(first[:, 3], second[:, 3]) - np.maximum(first[:, 1], second[:, 1])
        shared = np.clip(wide, 0, None) * np.clip(high, 0, None)
        least = np.minimum(area[:-step], area[step:])
        hit = near & (owner[:-step] != owner[step:]) & (shared > OVERLAP * least) & (shared > 0)
        crowded[order[:-step][hit]] = True
        crowded[order[step:][hit]] = True
    return crowded


def _area(boxes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def _coloured(page: Drawing, objects: list[Any]) -> Pixels:
    """Draw the page with each text object in a colour of its own (its place in the list + 1)."""
    for place, item in enumerate(objects, start=1):
        red, green, blue = _colour(place)
        raw.FPDFPageObj_SetFillColor(item, red, green, blue, 255)
        raw.FPDFPageObj_SetStrokeColor(item, red, green, blue, 255)
    return page.draw(DPI)


def _colour(place: int) -> tuple[int, int, int]:
    # An odd multiplier spreads neighbours apart, so that a blended edge is nobody's colour.
    spread = place * 0x9E3779 & 0xFFFFFF
    return spread >> 16, spread >> 8 & 0xFF, spread & 0xFF


def _inked(ink: Flags, glyphs: Glyphs, scale: tuple[float, float]) -> Flags:
    """Say which glyphs have ink in their box: enough of it, and in each half of the box."""
    totals = np.zeros((ink.shape[0] + 1, ink.shape[1] + 1), dtype=np.int32)
    np.cumsum(np.cumsum(ink, axis=0, dtype=np.int32), axis=1, out=totals[1:, 1:])
    x0, y0, x1, y1 = _pixel_edges(glyphs.tight, ink.shape, scale)
    middle_x, middle_y = (x0 + x1 + 1) // 2, (y0 + y1 + 1) // 2
    whole = _within(totals, x0, y0, x1, y1)
    area = (x1 - x0) * (y1 - y0)
    fair = (area > 0) & (whole >= np.maximum(1, LEAST_INK * area))
    top, bottom = _within(totals, x0, y0, x1, middle_y), _within(totals, x0, middle_y - 1, x1, y1)
    left, right = _within(totals, x0, y0, middle_x, y1), _within(totals, middle_x - 1, y0, x1, y1)
    return (
        fair & (top > 0) & (bottom > 0) & (left > 0) & (right > 0) & ~_outside(glyphs, ink, scale)
    )


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
    owners: Pixels,
    objects: list[Any],
    glyphs: Glyphs,
    scale: tuple[float, float],
    doubtful: Flags,
) -> Flags:
    """Say which doubtful glyphs own the ink in their box."""
    places = {
        ctypes.cast(item, ctypes.c_void_p).value: place
        for place, item in enumerate(objects, start=1)
    }
    painted = (
        owners[..., 0].astype(np.int32) << 16 | owners[..., 1].astype(np.int32) << 8
    ) | owners[..., 2]
    edges = np.stack(_pixel_edges(glyphs.tight, ink.shape, scale), axis=1)
    own = np.zeros(len(glyphs), dtype=np.bool_)
    for index in np.flatnonzero(doubtful):
        x0, y0, x1, y1 = edges[index]
        place = places.get(int(glyphs.owner[index]))
        if place is None:
            continue
        red, green, blue = _colour(place)
        mine = painted[y0:y1, x0:x1] == (red << 16 | green << 8 | blue)
        mine &= ink[y0:y1, x0:x1]
        all_ink = int(ink[y0:y1, x0:x1].sum())
        # Edges are blended and belong to nobody, so a good part of the ink is all one can ask.
        own[index] = int(mine.sum()) >= max(1, 0.25 * all_ink)
    return own
