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
