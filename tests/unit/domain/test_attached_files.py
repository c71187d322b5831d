"""Files without pages: told from bytes and the end of a name; what a cover is."""

import pytest

from app.domain.attached_files import (
    COVER,
    COVER_DIGEST,
    COVER_NAME,
    is_cover,
    kind_without_pages,
    state_of_files,
)
from app.domain.filekinds import FileKind, NotTaken, kind_of

TEXT = b"one, two\n"
BOOK = b"PK\x03\x04 xl/workbook.xml"
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OPEN_DOCUMENT = b"PK\x03\x04 application/vnd.oasis.opendocument"


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (TEXT, "log.txt", "text"),
        (TEXT, "LOG.LOG", "text"),
        (TEXT, "figures.csv", "csv"),
        (TEXT, "figures.tsv", "csv"),
        (TEXT, "settings.json", "json"),
        (TEXT, "transcript.jsonl", "jsonl"),
        (TEXT, "transcript.ndjson", "jsonl"),
        (b"<html>", "said.txt", "text"),
        (b"It begins with %PDF-1.7, they said.\n", "log.txt", "text"),
        (b"\xff\xfet\x00", "wide.txt", "text"),  # refused when it is read, in words of its own
        (BOOK, "figures.xlsx", "spreadsheet"),
        (BOOK, "anything", "spreadsheet"),
        (OLD, "figures.xls", "spreadsheet"),
        (OPEN_DOCUMENT, "figures.ods", "spreadsheet"),
        (TEXT, "notes.md", None),
        (b"%PDF-1.7\n", "figures.csv", None),
        (b"\x89PNG\r\n\x1a\n", "figures.csv", None),
        (b"\xff\xd8\xff", "log.txt", None),
    ],
)
def test_a_file_is_of_the_kind_its_bytes_allow_and_its_name_says(
    content: bytes, name: str, kind: str | None
) -> None:
    assert kind_without_pages(content, name) == kind


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (TEXT, "figures", "Give it a name that says what it is"),
        (TEXT, "figures.xlsx", "Give it a name that says what it is"),
        (b"\0\1\2", "figures.bin", "none of the kinds that are attached"),
        (b"PK\x03\x04word/document.xml", "figures.csv", "Word file"),
        (b"PK\x03\x04word/document.xml", "figures.xlsx", "Word file"),
        (OPEN_DOCUMENT, "figures.odt", "OpenDocument"),
        (OLD, "figures.doc", "older kind"),
        (b"{\\rtf1", "log.txt", "rich text"),
    ],
)
def test_a_file_of_no_kind_is_refused_in_words(content: bytes, name: str, says: str) -> None:
    with pytest.raises(NotTaken, match=says):
        kind_without_pages(content, name)


def test_the_cover_is_markdown_and_known_by_its_digest() -> None:
    assert kind_of(COVER, COVER_NAME) is FileKind.MARKDOWN
    assert is_cover("markdown", COVER_DIGEST)
    assert not is_cover("pdf", COVER_DIGEST)
    assert not is_cover("markdown", None)


@pytest.mark.parametrize(
    ("states", "state"),
    [
        ([], "failed"),
        (["split"], "failed"),
        (["failed"], "failed"),
        (["split", "ready", "failed"], "failed"),
        (["split", "ready", "importing"], "reading"),
        (["failed", "importing"], "reading"),
        (["split", "ready"], "there"),
        (["ready"], "there"),
    ],
)
def test_all_of_a_file_is_there_or_none_goes_out(states: list[str], state: str) -> None:
    assert state_of_files(states) == state
