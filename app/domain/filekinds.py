"""What kind of file somebody hands in, told from its bytes: what is taken, and what is said of the
rest.

The bytes decide. A name only says what a plain text is meant to be, because a text in Markdown
looks like any other; it never makes anything of bytes that say otherwise.
"""

import re
from enum import StrEnum

PDF_WINDOW = 1024  # how far into a file readers look for the first line of a PDF
MOST_MARKDOWN_BYTES = 4 * 1024 * 1024  # a thousand pages and more
MARKDOWN_NAMES = (".md", ".markdown")


class FileKind(StrEnum):
    """A kind of file that becomes a version."""

    PDF = "pdf"
    MARKDOWN = "markdown"
    PNG = "png"
    JPEG = "jpeg"

    @property
    def shown(self) -> str:
        """Give the kind as people say it."""
        return {"pdf": "PDF", "markdown": "Markdown", "png": "PNG", "jpeg": "JPEG"}[self.value]


class NotTaken(ValueError):
    """A file of this kind is not imported; the sentence says which it is and what to do."""


SAVE_AS_PDF = "Save it as PDF and import that."
LATER = "Its comments and tracked changes would have to be looked at first; that comes later."
NOT_TAKEN = {
    "word": f"This is a Word file. {SAVE_AS_PDF} {LATER}",
    "old-office": f"This is a Word, Excel or PowerPoint file of the older kind. {SAVE_AS_PDF}",
    "powerpoint": f"This is a PowerPoint file. {SAVE_AS_PDF} Notes and comments stay behind.",
    "excel": f"This is an Excel file. {SAVE_AS_PDF} Look for hidden sheets first.",
    "opendocument": f"This is an OpenDocument file. {SAVE_AS_PDF} {LATER}",
    "epub": f"This is an e-book. {SAVE_AS_PDF}",
    "rtf": f"This is a rich text file. {SAVE_AS_PDF}",
    "html": "This is a web page. Print it to a PDF file and import that.",
    "archive": "This is an archive. Unpack it and import the document itself.",
    "image": "This is an image of a kind that is not imported. Save it as PNG or JPEG, or as PDF.",
    "both": "This file pretends to be two kinds at once. Export the document as PDF anew.",
    "encoding": "This text is not in UTF-8. Save it as UTF-8 and import that.",
    "control": "This text holds bytes that no text has. Save it anew as plain text in UTF-8.",
    "text": "This is a plain text. If it is written in Markdown, give it a name that ends in .md.",
    "long": "This is more Markdown than can be typeset at once. Split it, or make a PDF of it.",
    "unknown": "This is none of the kinds that are imported: PDF, Markdown, PNG or JPEG.",
}

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_IMAGES = (b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*", b"BM", b"\0\0\1\0", b"\xff\x0a", b"8BPS")
_ARCHIVES = (b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"BZh", b"\xfd7zXZ\0")
_WIDE_TEXT = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
_ZIPPED = (
    (b"word/document.xml", "word"),
    (b"ppt/presentation.xml", "powerpoint"),
    (b"xl/workbook.xml", "excel"),
    (b"application/vnd.oasis.opendocument", "opendocument"),
    (b"application/epub+zip", "epub"),
)
_PAGE = re.compile(
    rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head)\b", re.I | re.S
)
_DRAWING = re.compile(
    rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*(<!doctype\s+svg[^>]*>\s*)?<svg\b", re.I | re.S
)
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")


def kind_of(content: bytes, name: str = "") -> FileKind:
    """Say what kind of file this is; raises NotTaken with a sentence where it is not imported."""
    start = content[:PDF_WINDOW]
    picture = _picture(start)
    if b"%PDF-" in start and not (picture is None and _is_markdown(content, name)):
        if picture is not None or (other_kind(content) is not None and start[:5] != b"%PDF-"):
            raise NotTaken(NOT_TAKEN["both"])
        return FileKind.PDF
    if picture is not None:
        return picture
    other = other_kind(content)
    if other is not None:
        raise NotTaken(NOT_TAKEN[other])
    fault = _text_fault(content, name)
    if fault is not None:
        raise NotTaken(NOT_TAKEN[fault])
    return FileKind.MARKDOWN


def _picture(start: bytes) -> FileKind | None:
    if start.startswith(_PNG):
        return FileKind.PNG
    return FileKind.JPEG if start.startswith(_JPEG) else None


def _is_markdown(content: bytes, name: str) -> bool:
    """Say whether this is a text that only speaks of the first line of a PDF."""
    return content[:5] != b"%PDF-" and _text_fault(content, name) is None


def other_kind(content: bytes) -> str | None:
    """Name the kind of a file that is known and not taken; None for texts and the unknown."""
    start = content[:PDF_WINDOW]
    if start.startswith(b"PK\x03\x04"):
        return next((kind for sign, kind in _ZIPPED if sign in content), "archive")
    if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "old-office"
    if start.startswith(b"{\\rtf"):
        return "rtf"
    if start.startswith(_ARCHIVES):
        return "archive"
    if _is_image(start):
        return "image"
    return "html" if _PAGE.match(start) else None


def _is_image(start: bytes) -> bool:
    if start.startswith(_IMAGES) and b"\0" in start:
        return True
    boxed = start[:4] == b"RIFF" and start[8:12] == b"WEBP"
    named = start[4:8] == b"ftyp" and start[8:12] in (b"heic", b"heix", b"mif1", b"avif", b"avis")
    return boxed or named or _DRAWING.match(start) is not None


def _text_fault(content: bytes, name: str) -> str | None:
    """Say why a file is not taken as Markdown; None where it is."""
    if content.startswith(_WIDE_TEXT):
        return "encoding"
    called = name.lower().endswith(MARKDOWN_NAMES)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return "encoding" if called else "unknown"
    if _NO_TEXT.search(text):
        return "control" if called else "unknown"
    if not called:
        return "text"
    return "long" if len(content) > MOST_MARKDOWN_BYTES else None
