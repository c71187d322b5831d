"""From marks to painted boxes, and from painted boxes to the words that may stay. Pure.

Why boxes grow: the width of a gap tells what stood in it (REDACTION.md, section 2.3).
"""

import math
from collections.abc import Iterable, Sequence

from app.rendering.layout import Line, blocks, lines
from app.rendering.shapes import Box, Mark, Mode, PixelBox, PixelWord, Word

STEP_PT = 36.0


def expand(
    marks: Iterable[Mark], words: Sequence[Word], page_size: tuple[float, float]
) -> list[Box]:
    """Give the boxes to paint for the marks of one page, sorted, without repeats.

    `words` are the page's confirmed words; `page_size` is width and height in points.
    """
    page_lines = lines(words)
    grown: set[Box] = set()
    for mark in marks:
        base = _ordered(mark.box)
        if mark.mode is Mode.TIGHT:
            boxes = [base]
        elif mark.mode is Mode.PADDED:
            boxes = [_padded(base, page_lines)]
        else:
            boxes = _whole(base, page_lines, mark.mode)
        grown.update(inside for box in boxes if (inside := _clipped(box, page_size)))
    return sorted(grown)


def _ordered(box: Box) -> Box:
    return Box(min(box.x0, box.x1), min(box.y0, box.y1), max(box.x0, box.x1), max(box.y0, box.y1))


def _clipped(box: Box, page_size: tuple[float, float]) -> Box | None:
    width, height = page_size
    x0, y0 = max(0.0, box.x0), max(0.0, box.y0)
    x1, y1 = min(width, box.x1), min(height, box.y1)
    if x1 <= x0 or y1 <= y0:
        return None
    return Box(round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2))


def touches(box: Box, word: Word | Box) -> bool:
    """Say whether two rectangles share any area or edge."""
    return box.x0 <= word.x1 and word.x0 <= box.x1 and box.y0 <= word.y1 and word.y0 <= box.y1


def _on_line(box: Box, line: Line) -> bool:
    """Say whether a box covers a good part of a line's height, not just a neighbour's edge."""
    shared = min(box.y1, line.box.y1) - max(box.y0, line.box.y0)
    return shared > 0.25 * min(box.y1 - box.y0, line.box.y1 - line.box.y0)


def _padded(base: Box, page_lines: Sequence[Line]) -> Box:
    """Grow sideways to the next step outward, then to the end of every word the edge would cut."""
    x0, x1 = _step_down(base.x0), _step_up(base.x1)
    y0, y1 = base.y0, base.y1
    for line in page_lines:
        if not _on_line(base, line):
            continue
        band = Box(base.x0, line.box.y0, base.x1, line.box.y1)
        inside = [word for word in line.words if touches(band, word)]
        for word in line.words:
            # A neighbour half under the box would show where the hidden text ends.
            if word.x0 < x1 and word.x1 > x0:
                x0, x1 = min(x0, word.x0), max(x1, word.x1)
        if inside:
            y0, y1 = min(y0, line.box.y0), max(y1, line.box.y1)
    return Box(x0, y0, x1, y1)


def _step_down(x: float) -> float:
    """Give the last step strictly left of x by a little, so that the box always grows."""
    return math.floor((x - 1) / STEP_PT) * STEP_PT


def _step_up(x: float) -> float:
    return math.ceil((x + 1) / STEP_PT) * STEP_PT


def _whole(base: Box, page_lines: Sequence[Line], mode: Mode) -> list[Box]:
    """Cover whole lines, or whole blocks of lines, that the mark touches; and the mark itself."""
    boxes = [base]
    for block in blocks(page_lines):
        hit = [line for line in block.lines if _on_line(base, line) and touches(base, line.box)]
        if not hit:
            continue
        if mode is Mode.BLOCK:
            boxes.append(block.box)
            continue
        # The length of a last line tells as well: cover the full width of the block.
        boxes += [Box(block.box.x0, line.box.y0, block.box.x1, line.box.y1) for line in hit]
    return boxes


def to_pixels(box: Box, *, size_px: tuple[int, int], size_pt: tuple[float, float]) -> PixelBox:
    """Give the whole pixels that cover a box, rounded outward and kept on the page."""
    across, down = size_px[0] / size_pt[0], size_px[1] / size_pt[1]
    return PixelBox(
        max(0, math.floor(box.x0 * across)),
        max(0, math.floor(box.y0 * down)),
        min(size_px[0], math.ceil(box.x1 * across)),
        min(size_px[1], math.ceil(box.y1 * down)),
    )


def permitted(words: Iterable[PixelWord], boxes: Sequence[PixelBox]) -> tuple[PixelWord, ...]:
    """Keep the words that no painted box touches, a pixel around each box included."""
    return tuple(word for word in words if not any(_covers(box, word) for box in boxes))


def _covers(box: PixelBox, word: PixelWord) -> bool:
    return (
        box.x0 - 1 < word.x1
        and word.x0 < box.x1 + 1
        and box.y0 - 1 < word.y1
        and word.y0 < box.y1 + 1
    )
