"""The bytes of a file say what it is; a name never makes something else of it."""

import pytest

from app.domain.filekinds import NOT_TAKEN, FileKind, NotTaken, kind_of

PNG, JPEG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"\xff\xd8\xff\xe0" + b"\0" * 40
TAKEN = {
    "a PDF": (b"%PDF-1.7\n", "report.pdf", FileKind.PDF),
    "a PDF under another name": (b"%PDF-1.7\n", "report.md", FileKind.PDF),
    "a PDF after a stray line": (b"stray\n%PDF-1.7\n\xff\xfe", "report.pdf", FileKind.PDF),
    "a picture under another name": (PNG, "report.pdf", FileKind.PNG),
    "a photograph without a name": (JPEG, "", FileKind.JPEG),
    "Markdown": (b"# Hi\n", "REPORT.MD", FileKind.MARKDOWN),
    "Markdown with a mark before it": (b"\xef\xbb\xbf# Hi", "a.markdown", FileKind.MARKDOWN),
    "Markdown about PDF": (b"A PDF begins with %PDF-1.7.", "a.md", FileKind.MARKDOWN),
    "Markdown with a tag": (b"<p align=center>Hi</p>", "a.md", FileKind.MARKDOWN),
    "Markdown that begins as a picture does": (b"BM is a code.", "a.md", FileKind.MARKDOWN),
}
REFUSED = {
    "a picture with a PDF in it": (PNG[:20] + b"%PDF-1.7", "a.pdf", "both"),
    "a photograph with a PDF in it": (JPEG[:20] + b"%PDF-1.7", "a.jpg", "both"),
    "a page with a PDF in it": (b"<html>%PDF-1.7\xff", "a.pdf", "both"),
    "Word": (b"PK\x03\x04....word/document.xml", "a.docx", "word"),
    "Word called Markdown": (b"PK\x03\x04....word/document.xml", "a.md", "word"),
    "PowerPoint": (b"PK\x03\x04....ppt/presentation.xml", "a.pptx", "powerpoint"),
    "Excel": (b"PK\x03\x04....xl/workbook.xml", "a.xlsx", "excel"),
    "OpenDocument": (b"PK\x03\x04..mimetypeapplication/vnd.oasis.opendocument.text", "a.odt",
                     "opendocument"),
    "an archive": (b"PK\x03\x04 more", "a.zip", "archive"),
    "a packed file": (b"\x1f\x8b\x08\0", "a.gz", "archive"),
    "old Word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc", "old-office"),
    "rich text": (b"{\\rtf1 hi}", "a.md", "rtf"),
    "a page": (b"\n<!-- x -->\n<HTML><body>", "a.md", "html"),
    "a drawing": (b'<?xml version="1.0"?><svg/>', "a.svg", "image"),
    "a film": (b"GIF89a\0\0", "a.gif", "image"),
    "a scan": (b"II*\0\x08\0", "a.tif", "image"),
    "a telephone's picture": (b"\0\0\0\x18ftypheic\0\0", "a.heic", "image"),
    "a web picture": (b"RIFF\0\0\0\0WEBPVP8 ", "a.webp", "image"),
    "wide text": ("# Hi".encode("utf-16"), "a.md", "encoding"),
    "old text": (b"caf\xe9", "a.md", "encoding"),
    "text with a NUL": (b"a\0b", "a.md", "control"),
    "text with an escape": (b"a\x1b[31mb", "a.md", "control"),
    "text of another name": (b"a,b\n1,2", "a.csv", "text"),
    "text without a name": (b"# Hi", "", "text"),
    "a program": (b"MZ\x90\0\x03", "a.pdf", "unknown"),
}  # fmt: skip


@pytest.mark.parametrize("what", TAKEN)
def test_what_is_taken(what: str) -> None:
    content, name, kind = TAKEN[what]
    assert kind_of(content, name) is kind


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_is_named(what: str) -> None:
    content, name, kind = REFUSED[what]
    with pytest.raises(NotTaken) as caught:
        kind_of(content, name)
    assert str(caught.value) == NOT_TAKEN[kind]


def test_every_refusal_has_its_case() -> None:
    assert {kind for _, _, kind in REFUSED.values()} >= set(NOT_TAKEN) - {"long", "epub"}
