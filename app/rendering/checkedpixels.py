"""Look at the embedded images one to one: part of the leak checker."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from app.rendering.pdfstrict import NotPlain
from app.rendering.shapelist import Page, inflate

Box = tuple[int, int, int, int] | Any


def _row_bytes(page: Page) -> int:
    return (page.width * page.bits + 7) // 8


def loose_ends(pages: Sequence[Page]) -> list[tuple[int, str]]:
    """Find images whose bytes are not exactly their pixels."""
    found = []
    for number, page in enumerate(pages, start=1):
        try:
            size = len(inflate(page.raw))
        except NotPlain as error:
            found.append((number, f"image: {error}"))
            continue
        if size != _row_bytes(page) * page.height:
            found.append((number, "image: more or fewer bytes than its pixels need"))
    return found


def uneven_boxes(pages: Sequence[Page], boxes: Sequence[Sequence[Box]]) -> list[tuple[int, str]]:
    """Find painted boxes that are not black throughout; a box is x0, y0, x1, y1 in pixels."""
    if len(boxes) != len(pages):
        return [(0, f"{len(pages)} pages where {len(boxes)} were expected")]
    found = []
    for number, (page, page_boxes) in enumerate(zip(pages, boxes, strict=True), start=1):
        if not page_boxes:
            continue
        try:
            values = _values(page)
        except (NotPlain, ValueError):
            found.append((number, "image: cannot be read"))
            continue
        for box in page_boxes:
            x0, y0, x1, y1 = _edges(box)
            inside = values[y0:y1, x0:x1]
            if inside.size == 0 or inside.any():
                found.append((number, f"box at {x0},{y0} to {x1},{y1} is not black throughout"))
    return found


def _edges(box: Box) -> tuple[int, int, int, int]:
    if isinstance(box, tuple | list):
        x0, y0, x1, y1 = box
        return x0, y0, x1, y1
    return box.x0, box.y0, box.x1, box.y1


def _values(page: Page) -> npt.NDArray[np.uint8]:
    """Give a number per pixel that is 0 for black only."""
    rows = np.frombuffer(inflate(page.raw), dtype=np.uint8).reshape(page.height, _row_bytes(page))
    if page.bits == 4:
        halves = np.stack([rows >> 4, rows & 15], axis=2)
        return halves.reshape(page.height, -1)[:, : page.width]
    if page.palette is None:
        return rows
    colours = np.frombuffer(page.palette, dtype=np.uint8).reshape(-1, 3).max(axis=1)
    table = np.full(256, 255, dtype=np.uint8)
    table[: len(colours)] = colours
    return np.asarray(table[rows], dtype=np.uint8)
