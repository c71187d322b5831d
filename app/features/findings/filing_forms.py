"""What the forms of findings, drafts and messages send, and the words that they offer."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, File, Form, UploadFile

from app.access.evidence_files import LARGEST, SentFile
from app.domain.findings import CLASSES, EVIDENCE_NEEDED, MATERIALITY

Text = Annotated[str, Form()]
Texts = Annotated[list[str] | None, Form(max_length=60)]
Typed = dict[str, object]

CLASS_OPTIONS = [
    {
        "value": code,
        "label": f"{code} · {name}" + (" (needs evidence)" if code in EVIDENCE_NEEDED else ""),
    }
    for code, name in CLASSES.items()
]
MATERIALITY_OPTIONS = [{"value": key, "label": name} for key, name in MATERIALITY.items()]
BLANK_REFERENCES = 2  # rows to fill in, besides those there are


async def _typed(
    review_id: Text = "",
    page: Text = "",
    word_from: Text = "",
    word_to: Text = "",
    claim: Text = "",
    redaction: Text = "",
    finding_class: Text = "",
    materiality: Text = "",
    statement: Text = "",
    correction: Text = "",
    evidence: Text = "",
    as_of: Text = "",
    reference_title: Texts = None,
    reference_where: Texts = None,
    reference_quoted: Texts = None,
) -> Typed:
    """Gather what the form of a finding sends; async, since a thread only costs time here."""
    return {
        "review_id": review_id, "page": page, "word_from": word_from, "word_to": word_to,
        "claim": claim, "redaction": redaction, "finding_class": finding_class,
        "materiality": materiality, "statement": statement, "correction": correction,
        "evidence": evidence, "as_of": as_of,
        "references": _references(
            reference_title or [], reference_where or [], reference_quoted or []
        ),
    }  # fmt: skip


Chosen = Annotated[UploadFile | None, File()]


def sent_of(file: UploadFile | None, title: str) -> SentFile | None:
    """Give the file that was chosen, with its title; None where a form was sent without one."""
    if file is None or not file.filename:
        return None
    return SentFile(title=title, content=file.file.read(LARGEST + 1), named=file.filename)


TypedFinding = Annotated[Typed, Depends(_typed)]


async def _message(
    body: Text = "",
    internal: Text = "",
    tell: Texts = None,
    refers_to: Text = "",
    nothing_withheld: Text = "",
) -> Typed:
    """Gather what the form of a message sends; async as above."""
    return {
        "body": body, "internal": internal == "yes", "tell": tell or [],
        "refers_to": refers_to or None, "nothing_withheld": nothing_withheld == "yes",
    }  # fmt: skip


TypedMessage = Annotated[Typed, Depends(_message)]


def values_of(typed: Mapping[str, object]) -> dict[str, object]:
    """Give what was typed as a command takes it: what was left out is not there."""
    blank = ("page", "word_from", "word_to", "as_of", "claim", "redaction")
    return {name: value for name, value in typed.items() if value or name not in blank}


def number(typed: object) -> int | None:
    """Read a number that somebody typed or followed; None where it is none."""
    text = str(typed).strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _references(titles: list[str], wheres: list[str], quotes: list[str]) -> list[dict[str, str]]:
    """Give the rows of references that have something in them."""
    rows = []
    for at in range(max(len(titles), len(wheres), len(quotes))):
        row = {
            name: column[at].strip() if at < len(column) else ""
            for name, column in (("title", titles), ("where", wheres), ("quoted", quotes))
        }
        if any(row.values()):
            rows.append({**row, "title": row["title"] or row["where"][:300] or "Untitled"})
    return rows
