"""Read a source's bookmarks: level, title, page.

Runs inside the sandboxed child only. What it finds is for the author: an edition's own outline
is made from permitted words elsewhere.
"""

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as raw

MAX_ENTRIES = 5000
MAX_TITLE = 500
MAX_DEPTH = 8


def outline(document: pdfium.PdfDocument, source: bytes) -> list[tuple[int, str, int | None]]:
    """List bookmarks as level, title, page from 1; loops and excess are cut off."""
    entries: list[tuple[int, str, int | None]] = []
    try:
        for bookmark in document.get_toc(max_depth=MAX_DEPTH):
            title = " ".join(str(bookmark.get_title()).split())[:MAX_TITLE]
            entries.append((int(bookmark.level), title, _target(document, bookmark)))
            if len(entries) >= MAX_ENTRIES:
                break
    except (pdfium.PdfiumError, UnicodeError, ValueError):
        # A damaged outline is no reason to refuse the pages; what was read so far is kept.
        return entries
    if any(page is None for _, _, page in entries):
        return _completed(entries, source)
    return entries


def _target(document: pdfium.PdfDocument, bookmark: Any) -> int | None:
    """Give the page from 1 that a bookmark leads to, by its destination or by its action."""
    target = raw.FPDFBookmark_GetDest(document, bookmark.raw)
    if not target:
        action = raw.FPDFBookmark_GetAction(bookmark.raw)
        target = raw.FPDFAction_GetDest(document, action) if action else None
    index = raw.FPDFDest_GetDestPageIndex(document, target) if target else -1
    return index + 1 if 0 <= index < len(document) else None


def _completed(
    entries: list[tuple[int, str, int | None]], source: bytes
) -> list[tuple[int, str, int | None]]:
    """Fill in pages that PDFium did not find: some programs put an action where a place belongs."""
    try:
        with pikepdf.open(io.BytesIO(source)) as pdf:
            numbers = {page.obj.objgen: place for place, page in enumerate(pdf.pages, start=1)}
            walked = list(_walk(pdf.Root.get("/Outlines"), numbers, 0))
    except (pikepdf.PdfError, AttributeError, KeyError, TypeError, ValueError, RecursionError):
        return entries
    titles = [(level, title) for level, title, _ in entries]
    if [(level, title) for level, title, _ in walked] != titles:
        return entries
    return [
        (level, title, page or found)
        for (level, title, page), (_, _, found) in zip(entries, walked, strict=True)
    ]


def _walk(
    parent: Any, numbers: dict[Any, int], level: int
) -> Iterator[tuple[int, str, int | None]]:
    item = parent.get("/First") if parent is not None else None
    seen: set[Any] = set()
    while item is not None and item.objgen not in seen and len(seen) < MAX_ENTRIES:
        seen.add(item.objgen)
        title = " ".join(str(item.get("/Title", "")).split())[:MAX_TITLE]
        yield level, title, _place(item, numbers)
        if level + 1 < MAX_DEPTH:
            yield from _walk(item, numbers, level + 1)
        item = item.get("/Next")


def _place(item: Any, numbers: dict[Any, int]) -> int | None:
    target = item.get("/Dest", item.get("/A"))
    if isinstance(target, pikepdf.Dictionary):
        target = target.get("/D")
    if isinstance(target, pikepdf.Array) and len(target):
        return numbers.get(getattr(target[0], "objgen", None))
    return None
