"""Group a page's words into lines and blocks of lines. Pure; knows nothing of marks or pixels."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.rendering.shapes import Box, Word

SAME_LINE = 0.5
GAP_HEIGHTS = 3.0
LEADING = 0.9


@dataclass(frozen=True, slots=True)
class Line:
    """Words side by side, left to right, with the box around them."""

    words: tuple[Word, ...]
    box: Box


@dataclass(frozen=True, slots=True)
class Block:
    """Lines below each other, top down, with the box around them."""

    lines: tuple[Line, ...]
    box: Box


def around(items: Sequence[Word | Box]) -> Box:
    """Give the smallest box around several rectangles."""
    return Box(
        min(item.x0 for item in items),
        min(item.y0 for item in items),
        max(item.x1 for item in items),
        max(item.y1 for item in items),
    )


def lines(words: Sequence[Word]) -> list[Line]:
    """Group words into lines: heights that overlap by half, gaps under three heights."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda item: ((item.y0 + item.y1) / 2, item.x0)):
        for row in reversed(rows[-12:]):
            if _level(row[0], word):
                row.append(word)
                break
        else:
            rows.append([word])
    return [line for row in rows for line in _cut(sorted(row, key=lambda item: item.x0))]


def _level(first: Word, second: Word) -> bool:
    shared = min(first.y1, second.y1) - max(first.y0, second.y0)
    return shared > SAME_LINE * min(first.y1 - first.y0, second.y1 - second.y0)


def _cut(row: list[Word]) -> list[Line]:
    parts: list[list[Word]] = [[row[0]]]
    right = row[0].x1
    for word in row[1:]:
        if word.x0 - right > GAP_HEIGHTS * (word.y1 - word.y0):
            parts.append([])
        parts[-1].append(word)
        right = max(right, word.x1)
    return [Line(tuple(part), around(part)) for part in parts]


def blocks(page_lines: Sequence[Line]) -> list[Block]:
    """Group lines into blocks: below each other, overlapping sideways, alike in height."""
    open_blocks: list[list[Line]] = []
    for line in sorted(page_lines, key=lambda item: (item.box.y0, item.box.x0)):
        for block in reversed(open_blocks):
            if _follows(block[-1].box, line.box):
                block.append(line)
                break
        else:
            open_blocks.append([line])
    return [Block(tuple(part), around([line.box for line in part])) for part in open_blocks]


def _follows(above: Box, below: Box) -> bool:
    height_above, height_below = above.y1 - above.y0, below.y1 - below.y0
    alike = min(height_above, height_below) > 0.6 * max(height_above, height_below)
    close = below.y0 - above.y1 < LEADING * height_above and below.y0 > above.y0
    return alike and close and min(above.x1, below.x1) > max(above.x0, below.x0)


def woven(words: Sequence[Word], added: Sequence[Word]) -> tuple[Word, ...]:
    """Put words into a page's words, in reading order, each where it stands on its line."""
    out = list(words)
    for word in added:
        level = [at for at, other in enumerate(out) if _level(other, word)]
        left = [at for at in level if out[at].x0 <= word.x0]
        if left:
            place = max(left, key=lambda at: (out[at].x0, at)) + 1
        elif level:
            place = min(level, key=lambda at: out[at].x0)
        else:
            place = next((at for at, other in enumerate(out) if other.y0 > word.y0), len(out))
        out.insert(place, word)
    return tuple(out)


def running_text(words: Sequence[Word]) -> str:
    """Give words, in their reading order, as text: a line for each line, a blank between blocks."""
    rows: list[list[Word]] = []
    for word in words:
        if rows and _level(rows[-1][-1], word) and word.x0 >= rows[-1][-1].x0:
            rows[-1].append(word)
        else:
            rows.append([word])
    out: list[str] = []
    for at, row in enumerate(rows):
        above = around(rows[at - 1]) if at else None
        here = around(row)
        if above is not None and not _follows(above, here):
            out.append("")
        out.append(" ".join(word.text for word in row))
    return "\n".join(out)
