"""Read the text of an edition with engines that the writer does not use: pypdf, pdfminer.six."""

import io
import logging
import re
import unicodedata
from typing import Any

import pypdf
from pdfminer.converter import PDFConverter
from pdfminer.layout import LTPage
from pdfminer.pdffont import PDFFont, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage

# Both speak at length about files that are merely unusual; the verdict is ours.
logging.getLogger("pdfminer").setLevel(logging.ERROR)
logging.getLogger("pypdf").setLevel(logging.ERROR)


UNSEEN = re.compile(
    "[\\s\\-\u00ad\u2010\u2011\ufffd\\x00-\\x1f\\x7f-\\x9f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]+"
)


def bare(text: str) -> str:
    """Give a text without white space, hyphens and invisible characters, in one normal form."""
    return UNSEEN.sub("", unicodedata.normalize("NFC", text))


def by_pypdf(pdf: bytes, *, plain_font: bool) -> list[str]:
    """Give the text of each page in the order of its content, by pypdf.

    Where the shape list has proven that the one font maps every code to the character of that
    number, its map of 65536 entries need not be read again for every page.
    """
    reader = pypdf.PdfReader(io.BytesIO(pdf), strict=True)
    return [_operands(page) if plain_font else _extracted(page) for page in reader.pages]


def _operands(page: pypdf.PageObject) -> str:
    contents = page.get_contents()
    parts = []
    for operands, operator in contents.operations if contents is not None else []:
        if operator in (b"Tj", b"TJ", b"'", b'"'):
            raw = operands[-1]
            codes = raw.original_bytes if hasattr(raw, "original_bytes") else bytes(raw)
            parts.append(codes.decode("utf-16-be", "replace"))
    return "".join(parts)


def _extracted(page: pypdf.PageObject) -> str:
    parts: list[str] = []

    def take(text: str, *_state: Any) -> None:
        parts.append(text)

    page.extract_text(visitor_text=take)
    return "".join(parts)


class _Letters(PDFConverter[Any]):
    """Collects letters in the order in which they are drawn, without any guess at a layout."""

    def __init__(self, manager: PDFResourceManager) -> None:
        super().__init__(manager, io.BytesIO(), laparams=None)
        self.texts: list[str] = []
        self._drawn: list[str] = []

    def render_char(self, _matrix: Any, font: PDFFont, *state: Any) -> float:
        """Take one letter; where it stands is of no interest, so no object is made of it."""
        cid = state[3]  # after size, scaling and rise
        try:
            self._drawn.append(font.to_unichr(cid))
        except PDFUnicodeNotDefined:
            self._drawn.append(self.handle_undefined_char(font, cid))
        return 0.0

    def receive_layout(self, _page: LTPage) -> None:
        """Take the letters of one page."""
        self.texts.append("".join(self._drawn))
        self._drawn = []


class _Fonts(PDFResourceManager):
    """Reads the one font of editions once per process, where the shape list has proven it."""

    plain: dict[str, Any] = {}

    def __init__(self, *, plain_font: bool) -> None:
        super().__init__()
        self._plain_font = plain_font

    def get_font(self, objid: Any, spec: Any) -> Any:
        """Give the font of an object."""
        if not self._plain_font:
            return super().get_font(objid, spec)
        if "font" not in self.plain:
            self.plain["font"] = super().get_font(objid, spec)
        return self.plain["font"]


def by_pdfminer(pdf: bytes, *, plain_font: bool) -> list[str]:
    """Give the text of each page in the order of its content, by pdfminer.six."""
    manager = _Fonts(plain_font=plain_font)
    device = _Letters(manager)
    interpreter = PDFPageInterpreter(manager, device)
    for page in PDFPage.get_pages(io.BytesIO(pdf)):
        interpreter.process_page(page)
    return device.texts
