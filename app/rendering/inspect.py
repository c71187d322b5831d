"""Open a source file and say what it is: header, encryption, pages, sizes, outline.

Runs inside the sandboxed child only. Everything that is wrong becomes a SourceRefused.
"""

import ctypes
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from app.rendering.refusals import refused

HEADER_WINDOW = 1024
MAX_OUTLINE = 5000
MAX_TITLE = 500


@contextmanager
def opened(source: Any) -> Iterator[pdfium.PdfDocument]:
    """Open a PDF from bytes; raises SourceRefused where PDFium cannot."""
    if not len(source):
        raise refused("empty")
    if b"%PDF-" not in bytes(source[:HEADER_WINDOW]):
        raise refused("not-a-pdf")
    try:
        document = pdfium.PdfDocument(source)
    except pdfium.PdfiumError as error:
        code = getattr(error, "err_code", None)
        locked = code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        raise refused("encrypted" if locked else "broken") from error
    try:
        yield document
    finally:
        document.close()


def facts(source: Any, *, max_pages: int) -> dict[str, Any]:
    """Give the fields of SourceFacts; raises SourceRefused."""
    with opened(source) as document:
        count = len(document)
        if count < 1:
            raise refused("no-pages")
        if count > max_pages:
            raise refused("too-many-pages")
        sizes = [_size(document, index) for index in range(count)]
        if all(size == (0.0, 0.0) for size in sizes):
            raise refused("broken")
        return {
            "pages": count,
            "size_bytes": len(source),
            "title_present": bool(document.get_metadata_value("Title")),
            "sizes": sizes,
            "attachments": max(0, raw.FPDFDoc_GetAttachmentCount(document)),
            "scripts": max(0, raw.FPDFDoc_GetJavaScriptActionCount(document)),
            "has_form": document.get_formtype() != raw.FORMTYPE_NONE,
            "encrypted": raw.FPDF_GetSecurityHandlerRevision(document) >= 0,
            "revisions": len(re.findall(rb"%%EOF", bytes(source))),
        }


def _size(document: pdfium.PdfDocument, index: int) -> tuple[float, float]:
    size = raw.FS_SIZEF()
    if not raw.FPDF_GetPageSizeByIndexF(document, index, ctypes.byref(size)):
        return 0.0, 0.0
    return round(size.width, 2), round(size.height, 2)


def outline(document: pdfium.PdfDocument) -> list[tuple[int, str, int | None]]:
    """List bookmarks as level, title, page from 1; loops and excess are cut off."""
    entries: list[tuple[int, str, int | None]] = []
    try:
        for bookmark in document.get_toc(max_depth=8):
            page = _target(document, bookmark)
            title = " ".join(str(bookmark.get_title()).split())[:MAX_TITLE]
            entries.append((int(bookmark.level), title, page))
            if len(entries) >= MAX_OUTLINE:
                break
    except (pdfium.PdfiumError, UnicodeError, ValueError):
        # A damaged outline is no reason to refuse the pages; what was read so far is kept.
        return entries
    return entries


def _target(document: pdfium.PdfDocument, bookmark: Any) -> int | None:
    """Give the page from 1 that a bookmark leads to, by its destination or by its action."""
    target = raw.FPDFBookmark_GetDest(document, bookmark.raw)
    if not target:
        action = raw.FPDFBookmark_GetAction(bookmark.raw)
        target = raw.FPDFAction_GetDest(document, action) if action else None
    index = raw.FPDFDest_GetDestPageIndex(document, target) if target else -1
    return index + 1 if 0 <= index < len(document) else None
