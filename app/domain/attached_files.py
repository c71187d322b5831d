"""Files attached to answers that have no pages: of which kind they are, and what carries them.

An attachment is a version, and a version has a document. Where the file is text, a table or records
it is the version's evidence, and the document is a cover of one page that is the same for all.
"""

import hashlib
from collections.abc import Iterable
from pathlib import PurePath

from app.domain.evidence import SPREADSHEET, EvidenceKind
from app.domain.filekinds import NOT_TAKEN, FileKind, NotTaken, kind_of, other_kind

COVER = b"""# An attached file

What was attached is a file without pages. It stands under *Evidence*: there it is read, and where
a copy is allowed it is downloaded.
"""
COVER_NAME = "cover.md"
COVER_DIGEST = hashlib.sha256(COVER).hexdigest()

_CALLED: dict[str, EvidenceKind] = {
    ".txt": "text",
    ".log": "text",
    ".csv": "csv",
    ".tsv": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".xlsx": SPREADSHEET,
    ".xlsb": SPREADSHEET,
    ".xls": SPREADSHEET,
    ".ods": SPREADSHEET,
}
ENDINGS = tuple(_CALLED)
_SIGNS = (b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")  # files with pages, whatever their names
_WORKBOOKS = ("excel", "old-office", "opendocument")
_SAID = {
    NOT_TAKEN["text"]: "This is a plain text. Give it a name that says what it is: .md, .txt, "
    ".csv, .json or .jsonl.",
    NOT_TAKEN["unknown"]: "This is none of the kinds that are attached: PDF, Markdown, PNG, JPEG, "
    "text, CSV, JSON, JSON Lines or a spreadsheet.",
}


def kind_without_pages(content: bytes, name: str) -> EvidenceKind | None:
    """Say of which kind of evidence a file is; None where it is one with pages.

    The bytes decide; the name says what a text is meant to be.

    Raises:
        NotTaken: neither; the sentence says what it is and what to do.
    """
    called = _CALLED.get(PurePath(name.lower()).suffix)
    other = other_kind(content)
    if other == "excel" or (called == SPREADSHEET and other in _WORKBOOKS):
        return SPREADSHEET
    text_like = other in (None, "html") and not content.startswith(_SIGNS)
    if called not in (None, SPREADSHEET) and text_like:
        return called
    try:
        kind_of(content, name)
    except NotTaken as no:
        raise NotTaken(_SAID.get(str(no), str(no))) from no
    return None


def is_cover(kind: str, original_digest: str | None) -> bool:
    """Say whether a version's document is the cover of an attached file."""
    return kind == FileKind.MARKDOWN and original_digest == COVER_DIGEST


def state_of_files(states: Iterable[str]) -> str:
    """Sum up the states of the items behind a cover: `reading`, `failed` or `there`.

    Whoever attached a file meant all of it: a sheet that could not be taken fails the whole.
    """
    found = set(states)
    if "importing" in found:
        return "reading"
    return "there" if "ready" in found and "failed" not in found else "failed"
