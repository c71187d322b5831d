"""All words that a PDF or a DOCX holds, wherever in it they stand: to compare, not to show.

Runs inside the sandboxed child only. Notes, comments, deleted and invisible text, and the file's
own properties are among them: whoever is given the file can read them.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from docx import Document
from docx.oxml.parser import parse_xml

from app.rendering import inspect
from app.rendering.refusals import refused

MOST_TEXT = 2_000_000  # characters: a thousand pages and more
MOST_PARTS = 2_000
MOST_UNPACKED = 100_000_000
MOST_ANNOTATIONS = 1_000
_BROKEN = re.compile("[\x02\u00ad\ufffe]\\s*")
_NAMED = ("Title", "Author", "Subject", "Keywords")
_RUNS = ("t", "delText", "instrText")


def of_pdf(source: Any, *, max_pages: int) -> str:
    """Give the words of a PDF, page by page; raises SourceRefused."""
    with inspect.opened(source) as document:
        if len(document) > max_pages:
            raise refused("too-many-pages")
        return _gathered(_pdf_texts(document))


def of_docx(source: bytes) -> str:
    """Give the words of a DOCX, part by part; raises SourceRefused."""
    try:
        with zipfile.ZipFile(io.BytesIO(source)) as packed:
            parts = packed.infolist()
        if len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > MOST_UNPACKED:
            raise refused("unpacks-too-large")
        document = Document(io.BytesIO(source))
        return _gathered(_docx_texts(document))
    except MemoryError:
        raise
    except (KeyError, ValueError, OSError, SyntaxError, zipfile.BadZipFile) as error:
        # SyntaxError is what lxml's faults in XML are; python-docx says ValueError and KeyError.
        raise refused("broken-docx") from error


def _gathered(texts: Iterable[str]) -> str:
    found, size = [], 0
    for text in texts:
        size += len(text)
        if size > MOST_TEXT:
            raise refused("too-much-text")
        found.append(text)
    return "\n".join(found)


def _pdf_texts(document: pdfium.PdfDocument) -> Iterator[str]:
    for name in _NAMED:
        yield str(document.get_metadata_value(name) or "")
    for number in range(len(document)):
        page = document[number]
        try:
            written = page.get_textpage()
            yield _BROKEN.sub("", written.get_text_range())
            written.close()
            yield from _notes(page)
        finally:
            page.close()


def _notes(page: pdfium.PdfPage) -> Iterator[str]:
    for at in range(min(raw.FPDFPage_GetAnnotCount(page), MOST_ANNOTATIONS)):
        note = raw.FPDFPage_GetAnnot(page, at)
        if not note:
            continue
        for key in (b"Contents", b"V"):
            length = raw.FPDFAnnot_GetStringValue(note, key, None, 0)
            if 2 < length < 2 * MOST_TEXT:
                letters = (raw.FPDF_WCHAR * (length // 2))()
                raw.FPDFAnnot_GetStringValue(note, key, letters, length)
                yield bytes(letters).decode("utf-16-le", "replace").rstrip("\0")
        raw.FPDFPage_CloseAnnot(note)


def _docx_texts(document: Any) -> Iterator[str]:
    for part in document.part.package.iter_parts():
        root = getattr(part, "element", None)
        if root is None:
            if not str(part.partname).endswith(".xml"):
                continue
            root = parse_xml(part.blob)
        yield from _texts_under(root)


def _texts_under(root: Any) -> Iterator[str]:
    """Give the text of each paragraph; what stands in none, element by element."""
    line: list[str] = []
    for element in root.iter():
        name = str(element.tag).rpartition("}")[2]
        if name == "p":
            yield "".join(line)
            line = []
        if name in ("tab", "br", "cr"):
            line.append(" ")
        elif not len(element) and element.text:
            line.append(element.text if name in _RUNS else f" {element.text} ")
    yield "".join(line)
