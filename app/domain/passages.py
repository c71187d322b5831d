"""How an address names a passage: its rectangles in points, `10,20,80,32;10,34,50,46`. Pure."""

from collections.abc import Sequence
from math import isfinite

Rect = tuple[float, float, float, float]
_MOST = 400  # lines of one passage; longer than any page


def written(rects: Sequence[Sequence[float]]) -> str:
    """Write the rectangles of a passage for an address."""
    return ";".join(",".join(f"{edge:g}" for edge in rect) for rect in rects)


def rects_from(text: str) -> list[Rect]:
    """Read what `written` wrote; anything else points nothing out."""
    try:
        edges = [[float(edge) for edge in rect.split(",")] for rect in text.split(";", _MOST)]
        rects = [(x0, y0, x1, y1) for x0, y0, x1, y1 in edges]
    except ValueError:
        return []
    return [rect for rect in rects if all(isfinite(edge) for edge in rect)]
