"""A statement and its appendix as one tree of plain values, from which every form is made.

The tree is that of rendering/markdown: headings, paragraphs, lists, tables of runs. Texts stay
texts in it, so nothing that somebody wrote can be read as markup by any of the writers.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from app.domain.statements import COMMENT_KINDS, VERDICTS, edition_name
from app.features.signing.schemas import SignatureView
from app.features.statements.content import Content, Update
from app.features.statements.record import Appendix
from app.rendering import markdown
from app.rendering.refusals import SourceRefused

Block = list[Any]
_UNSETTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
"""Letters that are no text: no writer of files takes them all."""
_GENERATED = "Generated from the record, not typed."


def unsettable(text: str) -> bool:
    """Say whether a text holds letters that no page can show."""
    return bool(_UNSETTABLE.search(text))


def settable(text: str) -> str:
    """Drop the letters that no page can show: one of them would keep a whole file from being."""
    return _UNSETTABLE.sub("", text)


def _settable(tree: list[Any]) -> list[Any]:
    return [
        settable(one) if isinstance(one, str) else _settable(one) if isinstance(one, list) else one
        for one in tree
    ]


def text_blocks(body: str, *, below: int) -> list[Block]:
    """Read a section's Markdown; its headings stand below the level given.

    Raises:
        SourceRefused: it cannot be set: nested too deeply, say.
    """
    try:
        read = markdown.read(body.encode()).blocks
    except SourceRefused as refused:
        if refused.code == "no-text":
            return []
        raise
    return [_lowered(block, below) for block in read]


def statement_blocks(
    content: Content, appendix: Appendix, signature: SignatureView | None, *, draft: bool
) -> list[Block]:
    """Give the whole document: statement, signature, appendix."""
    blocks = [_heading(1, f"Review statement on {content.report}")]
    if draft:
        blocks.append(_strong("Draft. Not signed, and not released."))
    blocks.append(
        _pairs(
            (
                ("Reviewer organisation", content.organisation),
                ("Edition", edition_name(content.edition)),
                ("Pinned to", f"Version {content.version}"),
                ("Publication right", content.publication_right),
                *_publication_pairs(appendix),
                ("Payment", content.payment),
                ("Signed by", signature.signer_name if signature else "not signed"),
            )
        )
    )
    if content.file is not None:
        kind = content.file.kind.upper()
        blocks.append(
            _para(
                f"The statement itself was written elsewhere: a file ({kind},"
                f" {content.file.bytes} bytes) with SHA-256 {content.file.digest}."
            )
        )
    if content.update is not None:
        blocks.append(_para(_follows(content.update)))
    changed = {one.topic: one for one in content.update.changes} if content.update else {}
    for section in content.sections:
        blocks += _section_blocks(section.title, section.text, section.references)
        if section.topic in changed:
            blocks += _change_blocks(changed[section.topic].words)
    blocks += _comment_counts(content)
    if signature is not None:
        blocks += _signature_blocks(content, signature)
    return [*_settable(blocks), ["rule"], *appendix_blocks(appendix, level=1)]


def _section_blocks(title: str, text: str, references: Sequence[Any]) -> list[Block]:
    blocks = [_heading(2, title)]
    try:
        blocks += text_blocks(text, below=2)
    except SourceRefused:
        # What was kept before a rule of the typesetter changed is set as it was typed.
        blocks += [_para(line) for line in text.splitlines() if line.strip()]
    if not text.strip():
        blocks.append(_para("Nothing is said here."))
    if references:
        blocks.append(_para("This rests on:"))
        blocks.append(_bullets(f"{one.label}: {one.note}" for one in references))
    return blocks


def _follows(update: Update) -> str:
    said = f"This follows edition {update.edition} (SHA-256 {update.sha256})."
    if update.shown:
        return f"{said} What changed stands below each section, word by word."
    return f"{said} Its words are not repeated here: they may say what is withheld."


def _change_blocks(words: Sequence[tuple[str, str]]) -> list[Block]:
    """Set what changed: each word that went or came is said to have, and not only drawn so."""
    marked = {"gone": (markdown.STRUCK, "[removed: {}]"), "added": (markdown.BOLD, "[added: {}]")}
    runs: list[Any] = []
    for kind, text in words:
        style, wording = marked.get(kind, (0, "{}"))
        runs += [
            [found if found in (markdown.BREAK, markdown.SOFT) else style, letters]
            for found, letters in _runs(wording.format(text))
        ]
        runs.append([0, " "])
    return [_strong("What changed since the edition before"), ["quote", [["paragraph", runs]]]]


def _publication_pairs(made: Appendix) -> list[tuple[str, object]]:
    """Say how it went with the publication right, with the day of the publisher's last word."""
    if made.publication is None:
        return []
    said = [step for step in made.publication.steps if step.what in VERDICTS.values()]
    found: list[tuple[str, object]] = [("Publication", made.publication.outcome)]
    return found + [(step.what, f"{step.on}{_because(step.reason)}") for step in said]


def _because(reason: str) -> str:
    return f": {reason}" if reason else ""


def _publication_blocks(made: Appendix, under: int) -> list[Block]:
    publication = made.publication
    if publication is None:
        return []
    return [
        _heading(under, "Publication right and how it went"),
        _para(f"{publication.right}. {publication.outcome}"),
        *(
            [
                _table(
                    ("Day", "What happened", "Reason given", "Text, SHA-256"),
                    [(s.on, s.what, s.reason, s.digest) for s in publication.steps],
                )
            ]
            if publication.steps
            else [_para("The draft was not shared with the publisher.")]
        ),
        _para(f"What this statement says has SHA-256 {publication.digest}."),
    ]


def _update_blocks(made: Appendix, under: int) -> list[Block]:
    update = made.update
    if update is None:
        return []
    blocks = [
        _heading(under, "Differences to the edition before"),
        _para(f"It follows edition {update.edition}, SHA-256 {update.digest}."),
    ]
    if update.sections:
        rows = [(one.section, one.added, one.gone) for one in update.sections]
        blocks.append(_table(("Section", "Words added", "Words removed"), rows))
    else:
        blocks.append(_para("No section changed."))
    return [*blocks, *([_para(f"{update.file}.")] if update.file else [])]


def _comment_counts(content: Content) -> list[Block]:
    if not content.comments:
        return []
    rows = [
        (COMMENT_KINDS[one.kind], one.made, one.adopted, one.in_part, one.not_adopted)
        for one in content.comments
    ]
    heads = ("Comments of the publisher", "Made", "Adopted", "In part", "Not adopted")
    return [_heading(2, "Comments on the draft"), _table(heads, rows)]


def _signature_blocks(content: Content, signature: SignatureView) -> list[Block]:
    return [
        _heading(2, "Signature"),
        _pairs(
            (
                ("Signed text, SHA-256", signature.digest),
                ("Key", signature.fingerprint),
                ("Kind", signature.form),
                ("Signed at", signature.signed_at.isoformat(timespec="minutes")),
                ("Appendix, SHA-256", content.appendix_sha256),
            )
        ),
    ]


def appendix_blocks(made: Appendix, *, level: int) -> list[Block]:
    """Give the process appendix."""
    under = level + 1
    blocks = [
        _heading(level, "Process appendix"),
        _para(f"{_GENERATED} As the record stood at {made.taken_at}."),
        *_review_blocks(made, under),
        _heading(under, "Timeline"),
        _table(("Day", "What happened"), [(one.on, one.what) for one in made.timeline]),
        _heading(under, "Materials by edition"),
        _materials(made),
        *_request_blocks(made, under),
    ]
    blocks += _listed(
        under, "Interviews", ("Request", "Standing", "Day", "Minutes"),
        [(t.number, t.standing, t.starts_on, t.minutes or "") for t in made.interviews],
        "No interview was asked for.",
    )  # fmt: skip
    blocks += _listed(
        under, "Assurances", ("Number", "Outcome", "As of", "Signatory", "SHA-256"),
        [(a.number, a.outcome, a.as_of, a.signatory, a.digest) for a in made.assurances],
        "No assurance was given.",
    )  # fmt: skip
    blocks += _listed(
        under, "Findings", ("Number", "Kind", "State", "Filed"),
        [(f.number, f.kind, f.state, f.filed_on) for f in made.findings],
        "No finding was filed.",
    )  # fmt: skip
    blocks += _listed(
        under, "Positions released", ("Position", "Claims"),
        [(one.name, one.count) for one in made.positions], "No positions were released.",
    )  # fmt: skip
    blocks += _listed(
        under, "Recommendations", ("Number", "Urgency", "Publisher"),
        [(one.number, one.urgency, one.response) for one in made.recommendations],
        "No recommendation was filed.",
    )  # fmt: skip
    blocks += _redaction_blocks(made, under)
    blocks += _listed(
        under, "Comments on drafts and their effect",
        ("No.", "Kind", "Category", "Section", "Decision"),
        [(c.number, c.kind, c.category, c.section, c.decision) for c in made.comments],
        "No comment was made on a draft.",
    )  # fmt: skip
    blocks += _publication_blocks(made, under)
    blocks += _update_blocks(made, under)
    blocks.append(_heading(under, "Open points"))
    blocks.append(_bullets(made.open_points) if made.open_points else _para("None on record."))
    for one in made.checklists:
        blocks += [
            _heading(under, f"Checklist: {one.name}"),
            _para(one.note),
            _table(
                ("Asked for", "From the record", "Where"),
                [(c.asks, "yes" if c.standing == "record" else "gap", c.where) for c in one.checks],
            ),
        ]
    return _settable(blocks)


def _review_blocks(made: Appendix, under: int) -> list[Block]:
    review = made.review
    return [
        _heading(under, "Review and terms"),
        _pairs(
            (
                ("Reviewer organisation", f"{review.organisation} ({review.organisation_kind})"),
                ("Report", review.report),
                ("Version", f"{review.version} ({review.version_label})"),
                ("Type of review", review.type),
                ("Scope", review.scope or "Not recorded"),
                ("Window", f"{review.starts_on} to {review.ends_on}"),
                ("Terms", f"{review.terms_title}, SHA-256 {review.terms_digest}"),
                ("Accepted by", f"{review.accepted_by} of its people"),
                ("Publication right", review.publication_right),
                ("Payment", review.payment),
            )
        ),
    ]


def _materials(made: Appendix) -> Block:
    if not made.materials:
        return _para("Nothing was shared.")
    return _table(
        ("Item", "Edition", "Withholds", "Handling", "Shared", "Acknowledged"),
        [
            (one.item, one.edition[:12], ", ".join(one.withholds) or "nothing", one.handling,
             one.shared_on, one.acknowledged_on or "")
            for one in made.materials
        ],
    )  # fmt: skip


def _request_blocks(made: Appendix, under: int) -> list[Block]:
    pace = made.pace
    figures = _pairs(
        (
            ("Asked", pace.asked),
            ("Answered", pace.answered),
            ("Withheld", pace.withheld),
            ("Open", pace.open),
            ("Median business days to the first answer", pace.first_answer_median),
            ("Median business days to acceptance", pace.acceptance_median),
            ("Overdue", pace.overdue),
        )
    )
    return [
        _heading(under, "Requests"),
        figures,
        *_listed(
            under + 1, "Requested and provided",
            ("Request", "Type", "Asked", "Outcome", "Code", "Released", "Days late"),
            [
                (r.number, r.type, r.asked_on, r.outcome, r.code, r.released_on, r.late_by or "")
                for r in made.requests
            ],
            "Nothing was asked.",
        ),
    ]  # fmt: skip


def _redaction_blocks(made: Appendix, under: int) -> list[Block]:
    blocks = [_heading(under, "Redaction summary"), _para(made.redaction_summary)]
    blocks += _listed(
        under, "Redaction index",
        ("Place", "Categories", "What is removed", "Size", "Reason", "In this edition"),
        [
            (one.place, ", ".join(one.categories), one.what, one.size, one.reason,
             "withheld" if one.withheld else "shown")
            for one in made.removed
        ],
        "Nothing is removed.",
    )  # fmt: skip
    if made.assessed:
        blocks += [
            _heading(under, "Redactions as the reviewer judges them"),
            _table(("Judgement", "Redactions"), [(one.name, one.count) for one in made.assessed]),
        ]
    return blocks


def _listed(
    level: int, title: str, heads: Sequence[str], rows: Sequence[Sequence[object]], none: str
) -> list[Block]:
    body = _table(heads, rows) if rows else _para(none)
    return [_heading(level, title), body]


def _lowered(block: Block, below: int) -> Block:
    if block[0] == "heading":
        return ["heading", min(6, block[1] + below), block[2]]
    return block


def _heading(level: int, text: str) -> Block:
    return ["heading", level, _runs(text)]


def _para(text: str) -> Block:
    return ["paragraph", _runs(text)]


def _strong(text: str) -> Block:
    return ["paragraph", [[markdown.BOLD, text]]]


def _bullets(lines: Iterable[str]) -> Block:
    return ["bullets", [[["tight", _runs(line)]] for line in lines]]


def _pairs(pairs: Iterable[tuple[str, object]]) -> Block:
    return _table(("What", "On record"), list(pairs))


def _table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> Block:
    cells = [[_runs(head) for head in heads]]
    cells += [[_runs(str(cell), len(heads)) for cell in row] for row in rows]
    return ["table", ["left"] * len(heads), cells]


def _runs(text: str, columns: int = 1) -> list[Any]:
    longest = markdown.LONGEST_WORD if columns == 1 else max(
        4, markdown.LONGEST_IN_TABLE // columns
    )  # fmt: skip
    return markdown.breakable(text, longest)
