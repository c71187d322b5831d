"""Read what somebody noted in a PDF or an XFDF: places and comments, nothing else.

Runs inside the sandboxed child only. Nothing of a file is believed: kinds come from a short list,
numbers are finite and bounded, texts are cut. Who is said to have written a comment is not read.
"""

import ctypes
import math
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from app.rendering.framing import Frame
from app.rendering.pages import Drawing, drawing
from app.rendering.refusals import refused
from app.rendering.shapes import MOST_NOTE_RECTS, MOST_NOTE_SIGNS, MOST_NOTES

_DEPTH = 60
_KINDS = {
    raw.FPDF_ANNOT_HIGHLIGHT: "highlight",
    raw.FPDF_ANNOT_UNDERLINE: "underline",
    raw.FPDF_ANNOT_SQUIGGLY: "underline",
    raw.FPDF_ANNOT_STRIKEOUT: "strikeout",
    raw.FPDF_ANNOT_TEXT: "note",
    raw.FPDF_ANNOT_FREETEXT: "note",
}
_TAGS = {
    "highlight": "highlight",
    "underline": "underline",
    "squiggly": "underline",
    "strikeout": "strikeout",
    "text": "note",
    "freetext": "note",
}
_PREFIX = "http://ns.adobe.com/xfdf/"


def of_pdf(document: pdfium.PdfDocument) -> Iterator[Frame]:
    """Yield a head with the number of pages and their sizes, then each note of each page.

    Places are points as displayed: rotation and crop box are PDFium's own business, as elsewhere.
    """
    found = 0
    yield {"pages": len(document)}, b""
    for number in range(1, len(document) + 1):
        with drawing(document, number) as page:
            if page is None:
                continue
            yield {"page": number, "width": page.width_pt, "height": page.height_pt}, b""
            for note in _of_page(page):
                found += 1
                if found > MOST_NOTES:
                    raise refused("too-many-notes")
                yield {"page": number, **note}, b""


def _of_page(page: Drawing) -> Iterator[dict[str, Any]]:
    matrix = page.to_displayed()
    text = raw.FPDFText_LoadPage(page.page)
    try:
        for index in range(max(0, raw.FPDFPage_GetAnnotCount(page.page))):
            annotation = raw.FPDFPage_GetAnnot(page.page, index)
            if not annotation:
                continue
            try:
                kind = _KINDS.get(raw.FPDFAnnot_GetSubtype(annotation))
                if kind is None:
                    continue
                quads = _quads(annotation) if kind != "note" else []
                yield {
                    "mark": kind,
                    "rects": [_displayed(matrix, quad) for quad in quads],
                    "comment": _string(annotation, b"Contents"),
                    "quoted": " ".join(_under(text, quad) for quad in quads)[:MOST_NOTE_SIGNS],
                }
            finally:
                raw.FPDFPage_CloseAnnot(annotation)
    finally:
        if text:
            raw.FPDFText_ClosePage(text)


def _quads(annotation: Any) -> list[list[tuple[float, float]]]:
    quads = []
    for at in range(min(MOST_NOTE_RECTS, raw.FPDFAnnot_CountAttachmentPoints(annotation))):
        quad = raw.FS_QUADPOINTSF()
        if not raw.FPDFAnnot_GetAttachmentPoints(annotation, at, quad):
            continue
        corners = [(quad.x1, quad.y1), (quad.x2, quad.y2), (quad.x3, quad.y3), (quad.x4, quad.y4)]
        if all(math.isfinite(edge) and abs(edge) < 1e6 for corner in corners for edge in corner):
            quads.append(corners)
    return quads


def _displayed(matrix: Any, quad: list[tuple[float, float]]) -> list[float]:
    points = np.array([[x, y, 1.0] for x, y in quad]) @ matrix.T
    low, high = points.min(axis=0), points.max(axis=0)
    return [round(float(edge), 2) for edge in (low[0], low[1], high[0], high[1])]


def _string(annotation: Any, key: bytes) -> str:
    size = raw.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    if not 2 < size <= 4 * MOST_NOTE_SIGNS:
        return ""
    buffer = ctypes.create_string_buffer(size)
    raw.FPDFAnnot_GetStringValue(
        annotation, key, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size
    )
    return plain(buffer.raw[: size - 2].decode("utf-16-le", "replace"))


def _under(text: Any, quad: list[tuple[float, float]]) -> str:
    """Give the words of the file's own text layer in a quadrilateral."""
    if not text:
        return ""
    xs, ys = [x for x, _ in quad], [y for _, y in quad]
    edges = (min(xs), max(ys), max(xs), min(ys))
    size = raw.FPDFText_GetBoundedText(text, *edges, None, 0)
    if not 0 < size <= MOST_NOTE_SIGNS:
        return ""
    buffer = (ctypes.c_ushort * (size + 1))()
    got = raw.FPDFText_GetBoundedText(text, *edges, buffer, size)
    return plain(bytes(buffer)[: 2 * max(0, got)].decode("utf-16-le", "replace"))


def plain(text: str) -> str:
    """Give a text without what no database keeps and nobody reads, cut to its longest."""
    kept = "".join(sign for sign in text if sign in "\n\t" or (sign >= " " and sign != "\x7f"))
    lines = kept.encode("utf-8", "ignore").decode("utf-8")
    return lines.strip()[:MOST_NOTE_SIGNS]


def of_xfdf(source: bytes) -> Iterator[Frame]:
    """Yield each note of an XFDF; its places are points of the page's own space, y up.

    A document type, and with it every entity of the file's own, is refused before it is read.
    """
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.EntityDeclHandler = reader.doctype
    parser.ExternalEntityRefHandler = reader.doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    try:
        parser.Parse(source, True)
    except expat.ExpatError as error:
        raise refused("broken-xfdf") from error
    if not reader.is_xfdf:
        raise refused("broken-xfdf")
    for note in reader.notes:
        yield note, b""


class _Reader:
    """Gathers the notes of an XFDF while it is parsed."""

    def __init__(self) -> None:
        self.notes: list[dict[str, Any]] = []
        self.is_xfdf = False
        self._depth = 0
        self._within: dict[str, Any] | None = None
        self._at = 0  # depth of the note that is read
        self._said: list[str] | None = None

    def doctype(self, *_given: Any) -> int:
        """Refuse a document type or an entity."""
        raise refused("broken-xfdf")

    def start(self, name: str, given: dict[str, str]) -> None:
        """Begin an element."""
        self._depth += 1
        if self._depth > _DEPTH:
            raise refused("broken-xfdf")
        local = name.rpartition(" ")[2].lower()
        if self._depth == 1:
            self.is_xfdf = local == "xfdf" and name.rpartition(" ")[0] in ("", _PREFIX)
        if self._within is None and local in _TAGS:
            page = _whole(given.get("page", ""))
            rects = _rects(given.get("coords", "")) if local not in ("text", "freetext") else []
            self._within = {
                "page": page, "mark": _TAGS[local], "rects": rects, "comment": "", "quoted": "",
            }  # fmt: skip
            self._at = self._depth
        elif self._within is not None and local in ("contents", "contents-richtext"):
            self._said = []

    def text(self, said: str) -> None:
        """Take in signs of a comment."""
        if self._said is not None and sum(map(len, self._said)) < MOST_NOTE_SIGNS:
            self._said.append(said)

    def end(self, name: str) -> None:
        """End an element."""
        local = name.rpartition(" ")[2].lower()
        if self._within is not None and self._said is not None:
            if local in ("contents", "contents-richtext"):
                said = plain("".join(self._said))
                self._within["comment"] = self._within["comment"] or said
                self._said = None
            elif local in ("p", "br"):
                self._said.append("\n")
        if self._within is not None and self._depth == self._at:
            if self._within["page"]:
                self.notes.append(self._within)
            if len(self.notes) > MOST_NOTES:
                raise refused("too-many-notes")
            self._within = None
        self._depth -= 1


def _whole(said: str) -> int:
    """Give a page from 1 of a number from 0; 0 where it is none."""
    return int(said) + 1 if said.isascii() and said.isdecimal() and len(said) < 7 else 0


def _rects(said: str) -> list[list[float]]:
    try:
        numbers = [float(one) for one in said.split(",")] if said else []
    except ValueError:
        return []
    if not all(math.isfinite(one) and abs(one) < 1e6 for one in numbers):
        return []
    rects = []
    for at in range(0, len(numbers) - 7, 8):
        xs, ys = numbers[at : at + 8 : 2], numbers[at + 1 : at + 8 : 2]
        rects.append([min(xs), min(ys), max(xs), max(ys)])
    return rects[:MOST_NOTE_RECTS]
