"""The desk's findings as a DOCX to work in: each with its passage, its texts, room for an answer.

The tree is that of rendering/markdown: what somebody wrote stays text, and nothing of it is read as
markup, a link or a picture. What the reader may not read is said to be so, as in the other forms.
"""

from typing import Any

from app.domain.findings import CLASSES, DISPOSITIONS, MATERIALITY
from app.features.findings.desk_document import CLOSED, MASKED
from app.features.findings.desk_schemas import DeskDocument, DeskEntry
from app.rendering.markdown import BOLD
from app.rendering.plainforms import as_docx

Block = list[Any]
TITLE = "Findings to work from"
ANSWER = ("Explanation", "Proposed new text")


def docx_of(document: DeskDocument) -> bytes:
    """Give the document as DOCX, the worst finding first."""
    made = document.made_at.strftime("%Y-%m-%d %H:%M UTC")
    blocks = [
        ["heading", 1, [[0, TITLE]]],
        _para(f"Made {made} for {document.made_for}."),
        _para(f"{len(document.entries)} of {document.total}, the worst first."),
        *(block for entry in document.entries for block in _entry(entry)),
    ]
    return as_docx(blocks, title=TITLE, author=document.made_for)


def _entry(entry: DeskEntry) -> list[Block]:
    row = entry.row
    facts = [
        f"{row.finding_class} · {CLASSES[row.finding_class]}",
        MATERIALITY[row.materiality],
        f"{row.report_title}, page {row.page}",
        *([f"claim {entry.claim_code}"] if entry.claim_code else []),
        *([row.organisation_name] if row.organisation_name else []),
        *([f"due {row.clock.due_on.isoformat()}"] if row.clock else []),
    ]
    texts = (
        ("What is wrong", entry.statement),
        ("What it should say", entry.correction),
        ("What shows it", entry.evidence),
    )
    return [
        ["heading", 2, [[0, row.number]]],
        _para("; ".join(facts)),
        _quote(CLOSED if entry.quote is None else entry.quote),
        *(
            block
            for name, body in texts
            if body != ""
            for block in (_head(name), *_lines(MASKED if body is None else body))
        ),
        _head("Answer"),
        _para("   ".join(f"☐ {name}" for name in DISPOSITIONS.values())),
        ["table", [], [[_run("Answer"), _run("")], *([_run(name), _run("")] for name in ANSWER)]],
    ]


def _para(text: str) -> Block:
    return ["paragraph", [[0, text]]]


def _head(text: str) -> Block:
    return ["paragraph", [[BOLD, text]]]


def _run(text: str) -> list[list[Any]]:
    return [[0, text]]


def _lines(text: str) -> list[Block]:
    return [_para(line) for line in text.splitlines() if line.strip()]


def _quote(text: str) -> Block:
    return ["quote", _lines(text) or [_para("")]]
