"""Decide which glyphs somebody looking at the page would read: the pixels have the last word.

Runs inside the sandboxed child only. A glyph counts as visible when drawing the page's text put ink
into its own box, all over it, and when it is large enough in both directions. Where several text
objects lie over each other, each is left out in turn, so that ink counts for its own text only. Its
shape must not contradict the letter that it claims to be (likeness.py).
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as raw

from app.rendering import likeness
from app.rendering.glyphs import Glyphs
from app.rendering.pages import Drawing, Pixels, text_objects

Flags = npt.NDArray[np.bool_]

DPI = 110.0
CLOSER_DPI = 220.0
INK_LEVELS = 24
SMALLEST_EM_PT = 3.3  # five pixels at 110 dpi
FLATTEST_EM = 0.3  # em in one direction, as a share of the other
LEAST_INK = 0.03
SMALL_PX = 3  # boxes this small have no halves to look at
DRAWN_MODES = frozenset({0, 1, 2, 4, 5, 6})  # fill, stroke, both; with or without clip
WORD_SHARE = 0.6
LYING_SHARE = 0.2
OVERLAP = 0.005
TWIN = 0.5
MOST_LAYERS = 12


def confirm(page: Drawing, glyphs: Glyphs) -> tuple[Flags, Flags]:
    """Say for each glyph whether the pixels confirm it, and else whether there is ink to judge by.

    A person looking at the page can confirm or refute the second kind; the first kind needs nobody,
    and what is of neither kind nobody can see.
    """
    if not len(glyphs):
        return np.zeros(0, dtype=np.bool_), np.zeros(0, dtype=np.bool_)
    objects = {ctypes.addressof(item.contents): item for item in text_objects(page.page)}
    drawing_owners = [
        owner
        for owner, item in objects.items()
        if raw.FPDFTextObj_GetTextRenderMode(item) in DRAWN_MODES
    ]
    look = _Look(page, glyphs, objects, layers(glyphs))
    standing = likeness.standing(glyphs)
    seen, lies = look.first(standing.judged)
    seen &= np.isin(glyphs.owner, np.array(drawing_owners, dtype=np.uint64))
    seen &= large_enough(glyphs)
    inked = seen.copy()
    words = _stream_words(glyphs)
    doubted = standing.doubted
    liars = [word for word in words if _lying(word, standing.judged, doubted, lies)]
    if liars:
        # Small print is coarse at this resolution: accused words get a second, closer look.
        accused = np.zeros(len(glyphs), dtype=np.bool_)
        for word in liars:
            accused[word] = standing.judged[word]
        closer = look.closer(accused & seen)
        liars = [word for word in liars if _lying(word, standing.judged, doubted, closer)]
    # Chance hits among the letters of an unconfirmed word are no more to be trusted than the rest.
    for word in [*liars, *(word for word in words if seen[word].mean() < WORD_SHARE)]:
        seen[word] = False
    return seen, inked & ~seen


def _lying(word: slice, judged: Flags, doubted: Flags, lies: Flags) -> bool:
    """Say whether too many of a word's letters are not what they claim to be, or may not be."""
    letters = int((judged[word] | doubted[word]).sum())
    against = int((lies[word] | doubted[word]).sum())
    return against > LYING_SHARE * letters


@dataclass(frozen=True, slots=True)
class _Look:
    """Looks at a page with each layer of its text left out in turn."""

    page: Drawing
    glyphs: Glyphs
    objects: dict[int, Any]
    layer_of: dict[int, int]

    def first(self, judged: Flags) -> tuple[Flags, Flags]:
        """Say which glyphs have ink of their own, and which of the judged ones look unlike it."""
        seen, lies = np.zeros((2, len(self.glyphs)), dtype=np.bool_)
        for those, strength, scale in self._layers(DPI):
            seen |= those & _inked(strength >= INK_LEVELS, self.glyphs, scale)
            self._judge(judged & seen & those, strength, lies)
        return seen, lies

    def closer(self, judged: Flags) -> Flags:
        """Say which of the judged glyphs look unlike their letters at twice the resolution."""
        lies = np.zeros(len(self.glyphs), dtype=np.bool_)
        for those, strength, _ in self._layers(CLOSER_DPI):
            self._judge(judged & those, strength, lies)
        return lies

    def _judge(self, chosen: Flags, strength: Pixels, lies: Flags) -> None:
        those = np.flatnonzero(chosen).tolist()
        if those:
            samples = likeness.patches(strength, self.glyphs, those)
            lies[those] = likeness.disagree(samples, [self.glyphs.texts[at] for at in those])

    def _layers(self, dpi: float) -> Iterator[tuple[Flags, Pixels, tuple[float, float]]]:
        """Yield for each layer its glyphs, how much it changed each pixel, and pixels a point."""
        layer = np.array([self.layer_of.get(owner, 0) for owner in self.glyphs.owner.tolist()])
        drawn = self.page.draw_gray(dpi)
        scale = (drawn.shape[1] / self.page.width_pt, drawn.shape[0] / self.page.height_pt)
        for place in range(min(MOST_LAYERS, 1 + int(layer.max(initial=0)))):
            bare = self._without(place, dpi)
            yield layer == place, np.maximum(drawn, bare) - np.minimum(drawn, bare), scale

    def _without(self, place: int, dpi: float) -> Pixels:
        """Draw the page without one layer of its text, and put the layer back."""
        items = [
            item for owner, item in self.objects.items() if self.layer_of.get(owner, 0) == place
        ]
        modes = [raw.FPDFTextObj_GetTextRenderMode(item) for item in items]
        for item in items:
            raw.FPDFTextObj_SetTextRenderMode(item, raw.FPDF_TEXTRENDERMODE_INVISIBLE)
        pixels = self.page.draw_gray(dpi)
        for item, mode in zip(items, modes, strict=True):
            raw.FPDFTextObj_SetTextRenderMode(item, mode)
        return pixels


def _stream_words(glyphs: Glyphs) -> list[slice]:
    """Cut the glyphs, in the order of the content stream, into words."""
    words: list[slice] = []
    start = 0
    for index, text in enumerate(glyphs.texts):
        blank = not text.strip()
        if not (blank or index + 1 == len(glyphs) or glyphs.gap[index]):
            continue
        end = index if blank else index + 1
        if end > start:
            words.append(slice(start, end))
        start = index + 1
    return words


def large_enough(glyphs: Glyphs) -> Flags:
    """Say which glyphs are large enough to be read, along the text and across it."""
    small = np.minimum(glyphs.along, glyphs.across)
    large = np.maximum(glyphs.along, glyphs.across)
    return (small >= SMALLEST_EM_PT) & (small >= FLATTEST_EM * large)


def layers(glyphs: Glyphs) -> dict[int, int]:
    """Sort text objects into layers so that no two in a layer lie over each other.

    Leaving out one layer then shows what its objects alone put on the page. An object drawn again
    over itself, as bold by overprinting does, goes into one layer with its twin: without only one
    of them the page would look the same. Gives owner to layer; owners not named are in layer 0.
    """
    twins, rivals = _meetings(glyphs)
    head: dict[int, int] = {}

    def leader(owner: int) -> int:
        while owner in head:
            owner = head[owner]
        return owner

    for one, other in twins:
        if leader(one) != leader(other):
            head[leader(one)] = leader(other)
    against: dict[int, set[int]] = {}
    for one, other in rivals - twins:
        first, second = leader(one), leader(other)
        if first != second:
            against.setdefault(first, set()).add(second)
            against.setdefault(second, set()).add(first)
    placed: dict[int, int] = {}
    for owner in sorted(against, key=lambda item: (-len(against[item]), item)):
        taken = {placed[rival] for rival in against[owner] if rival in placed}
        placed[owner] = next(place for place in range(len(taken) + 1) if place not in taken)
    return {owner: placed.get(leader(owner), 0) for owner in set(glyphs.owner.tolist())}


def _meetings(glyphs: Glyphs) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Find pairs of text objects whose glyphs lie over each other: as twins, and at all."""
    twins: set[tuple[int, int]] = set()
    rivals: set[tuple[int, int]] = set()
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
        least, most = np.minimum(area[:-step], area[step:]), np.maximum(area[:-step], area[step:])
        hit = near & (owner[:-step] != owner[step:]) & (shared > OVERLAP * least) & (shared > 0)
        for place in np.flatnonzero(hit).tolist():
            one, other = int(order[place]), int(order[place + step])
            pair = (int(glyphs.owner[one]), int(glyphs.owner[other]))
            pair = (min(pair), max(pair))
            rivals.add(pair)
            if glyphs.texts[one] == glyphs.texts[other] and shared[place] > TWIN * most[place]:
                twins.add(pair)
    return twins, rivals


def _area(boxes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def _inked(ink: Flags, glyphs: Glyphs, scale: tuple[float, float]) -> Flags:
    """Say which glyphs have ink in their box: enough of it, and in each half of the box."""
    totals = np.zeros((ink.shape[0] + 1, ink.shape[1] + 1), dtype=np.int32)
    np.cumsum(ink, axis=1, dtype=np.int32, out=totals[1:, 1:])
    for row in range(2, len(totals)):  # ten times as fast as a cumsum down the columns
        totals[row] += totals[row - 1]
    x0, y0, x1, y1 = _pixel_edges(glyphs.tight, ink.shape, scale)
    narrow = (glyphs.tight[:, 2] - glyphs.tight[:, 0]) * scale[0] <= SMALL_PX
    flat = (glyphs.tight[:, 3] - glyphs.tight[:, 1]) * scale[1] <= SMALL_PX
    # The ink of a dot or a thin stroke may fall into the pixel beside its box.
    x0, x1 = np.maximum(x0 - narrow, 0), np.minimum(x1 + narrow, ink.shape[1])
    y0, y1 = np.maximum(y0 - flat, 0), np.minimum(y1 + flat, ink.shape[0])
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
