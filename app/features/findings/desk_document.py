"""The desk's findings as a document to work from: Markdown, and the cells of a table."""

import re
from collections.abc import Sequence

from app.domain.findings import CLASSES, MATERIALITY
from app.features.findings.desk_schemas import DeskDocument, DeskEntry

MASKED = "(You are not cleared for this text.)"
A_FILE = "(A file that you are not cleared for.)"
CLOSED = "(The passage is not open to you now.)"
_BEGINS_MARKUP = re.compile(r"[\\!\[<]")
HEADS = (
    "Finding", "From", "Class", "Reaches", "State", "Report", "Page", "Claim", "Filed", "Due",
    "Passage", "What is wrong", "What it should say", "What shows it", "Files",
)  # fmt: skip


def markdown_of(document: DeskDocument) -> str:
    """Give the document as Markdown: each finding with room for an answer."""
    made = document.made_at.strftime("%Y-%m-%d %H:%M UTC")
    parts = [
        "# Findings to work from",
        f"Made {made} for {document.made_for}. {len(document.entries)} of {document.total}, "
        "the worst first.",
        *(_entry(entry) for entry in document.entries),
    ]
    return "\n\n".join(parts) + "\n"


def cells(entry: DeskEntry) -> Sequence[str]:
    """Give the cells of a finding, in the order of HEADS."""
    row = entry.row
    return (
        row.number, row.organisation_name or "", row.finding_class, MATERIALITY[row.materiality],
        row.outward, row.report_title, str(row.page), entry.claim_code or "",
        row.filed_at.date().isoformat(), row.clock.due_on.isoformat() if row.clock else "",
        _said(entry.quote, CLOSED), _said(entry.statement), _said(entry.correction),
        _said(entry.evidence), "; ".join(_said(title, A_FILE) for title in entry.files),
    )  # fmt: skip


def _entry(entry: DeskEntry) -> str:
    row = entry.row
    facts = [
        f"{row.finding_class} · {CLASSES[row.finding_class]}",
        MATERIALITY[row.materiality],
        f"{row.report_title}, page {row.page}",
        *([f"claim {entry.claim_code}"] if entry.claim_code else []),
        *([f"due {row.clock.due_on.isoformat()}"] if row.clock else []),
    ]
    texts = [
        ("What is wrong", entry.statement),
        ("What it should say", entry.correction),
        ("What shows it", entry.evidence),
    ]
    return "\n\n".join(
        [
            f"## {row.number}",
            "; ".join(facts),
            _quoted(_said(entry.quote, CLOSED)),
            *(f"**{name}**\n\n{_quoted(_said(body))}" for name, body in texts if body != ""),
            *([_files(entry)] if entry.files else []),
            "**Answer**\n\n- [ ] accepted  - [ ] in part  - [ ] clarified  - [ ] rejected  "
            "- [ ] out of scope",
        ]
    )


def _files(entry: DeskEntry) -> str:
    """Name the files, which are saved from the finding's page: nobody here has opened them."""
    return "**Files**\n\n" + "\n".join(_quoted(_said(title, A_FILE)) for title in entry.files)


def _quoted(text: str) -> str:
    """Quote what somebody else wrote, so that no line of it reads as ours.

    Pictures, links and HTML in it are shown as they were typed: nothing is fetched or opened.
    """
    plain = _BEGINS_MARKUP.sub(r"\\\g<0>", text)
    return "\n".join(f"> {line}".rstrip() for line in plain.splitlines() or [""])


def _said(text: str | None, instead: str = MASKED) -> str:
    return instead if text is None else text
