"""Taking findings along: as a table, as XFDF, and as W3C Web Annotations.

Each as its reader may know it: texts and quotes come by release, the number or the alias and the
name or none as in the list. Not here: the answer that carries the file (import_pages, api_filing).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import msgspec

from app.access import scope
from app.access.decide import keep_to_read, require
from app.access.finding_facts import remember_findings
from app.access.release import release_fields
from app.access.released import ReleasedPage
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.findings import CLASSES, MATERIALITY
from app.domain.tables import kept
from app.domain.targets import INSTALLATION, Target
from app.features.findings import queries
from app.features.findings.anchors import Anchor, read_place, selectors_of
from app.features.findings.evidence import TEXTS
from app.features.findings.filing_schemas import Selector
from app.features.findings.schemas import FindingRow
from app.models.findings import Finding
from app.transaction import Transaction

HEAD = (
    "number", "organisation", "report", "page", "passage", "kind", "how far it reaches",
    "what is wrong", "what it should say", "what shows it", "true as of", "state", "filed at",
)  # fmt: skip
_WITHHELD = "Not open to you."


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A finding as it is taken along; no place where that cannot be read now."""

    row: FindingRow
    finding: Finding
    anchor: Anchor | None
    texts: dict[str, str]


def export_findings(tx: Transaction, *, version_id: str = "") -> list[Taken]:
    """Give every finding that the acting person may read; that they were taken is recorded."""
    require(tx, Action.EXPORT_FINDINGS, INSTALLATION)
    statement = scope.findings(tx).order_by(Finding.filed_at, Finding.id)
    if version_id:
        statement = statement.where(Finding.version_id == version_id)
    found = tx.session.scalars(statement).all()
    remember_findings(tx, found)
    rows = keep_to_read(tx, Action.READ_FINDING, found, lambda row: Target("finding", row.id))
    taken = _taken(tx, rows)
    tx.emit(
        Event(
            name="FindingsExported",
            licence=Action.EXPORT_FINDINGS,
            target=INSTALLATION,
            facts={"findings": [one.row.id for one in taken]},
        )
    )
    return taken


def as_rows(taken: Sequence[Taken]) -> list[list[str]]:
    """Give findings as rows of a table under HEAD; the caller quotes what a spreadsheet runs."""
    return [[kept(cell) for cell in _cells(one)] for one in taken]


def as_xfdf(taken: Sequence[Taken]) -> bytes:
    """Write findings whose place can be read as highlights of an XFDF, for a copy of the version.

    Its places count from the lower left of the page, as a copy that is downloaded here has it.
    """
    notes = [_highlight(one, one.anchor) for one in taken if one.anchor is not None]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<xfdf xmlns="http://ns.adobe.com/xfdf/" xml:space="preserve"><annots>\n'
        + "\n".join(notes)
        + "\n</annots></xfdf>\n"
    ).encode()


def as_annotations(taken: Sequence[Taken]) -> bytes:
    """Write findings as a W3C annotation collection (JSON-LD), places as selectors."""
    items = [_annotation(one) for one in taken]
    return msgspec.json.encode(
        {
            "@context": "http://www.w3.org/ns/anno.jsonld",
            "type": "AnnotationCollection",
            "total": len(items),
            "first": {"type": "AnnotationPage", "startIndex": 0, "items": items},
        }
    )


def _cells(one: Taken) -> tuple[str, ...]:
    return (
        one.row.number,
        one.row.organisation_name or "",
        one.row.report_title,
        str(one.row.page),
        one.anchor.quote if one.anchor else _WITHHELD,
        f"{one.row.finding_class} · {CLASSES[one.row.finding_class]}",
        MATERIALITY[one.row.materiality],
        *(one.texts[name] for name in TEXTS),
        one.finding.as_of.isoformat() if one.finding.as_of else "",
        one.row.outward,
        one.row.filed_at.date().isoformat(),
    )


def _highlight(one: Taken, anchor: Anchor) -> str:
    high = anchor.height_pt
    rects = [(x0, high - y1, x1, high - y0) for x0, y0, x1, y1 in anchor.shown]
    coords = ",".join(
        f"{x0:g},{y1:g},{x1:g},{y1:g},{x0:g},{y0:g},{x1:g},{y0:g}" for x0, y0, x1, y1 in rects
    )
    lows, highs = [rect[:2] for rect in rects], [rect[2:] for rect in rects]
    edges = (
        min(x for x, _ in lows), min(y for _, y in lows),
        max(x for x, _ in highs), max(y for _, y in highs),
    )  # fmt: skip
    around = ",".join(f"{edge:g}" for edge in edges)
    said = escape(_printable(f"{one.row.number}: {one.texts['statement']}"))
    return (
        f'<highlight page="{one.row.page - 1}" rect="{around}" coords="{coords}"'
        f" name={quoteattr(one.row.id)} subject={quoteattr(one.row.number)}>"
        f"<contents>{said}</contents></highlight>"
    )


def _annotation(one: Taken) -> dict[str, Any]:
    purposes = {"statement": "assessing", "correction": "editing", "evidence": "linking"}
    target: dict[str, Any] = {"source": f"urn:vitrine:{one.row.version_id}"}
    if one.anchor is not None:
        target["selector"] = [_selector(part) for part in selectors_of(one.anchor)]
    said = [
        {"type": "TextualBody", "format": "text/markdown", "purpose": purpose, "value": text}
        for name, purpose in purposes.items()
        if (text := one.texts[name])
    ]
    kinds = [
        {"type": "TextualBody", "purpose": "classifying", "value": value}
        for value in (one.row.finding_class, one.row.materiality)
    ]
    return {
        "id": f"urn:vitrine:{one.row.id}",
        "type": "Annotation",
        "motivation": "assessing",
        "created": one.row.filed_at.isoformat(),
        "label": one.row.number,
        "body": [*said, *kinds],
        "target": target,
    }


def _selector(part: Selector) -> dict[str, Any]:
    given = part.model_dump(exclude_none=True)
    if "conforms_to" in given:
        given["conformsTo"] = given.pop("conforms_to")
    return given


def _taken(tx: Transaction, rows: Sequence[Finding]) -> list[Taken]:
    views = queries.row_views(tx, rows)
    targets = [Target("finding", row.id) for row in rows]
    texts = {name: release_fields(tx, targets, field=name) for name in TEXTS}
    read: dict[str, dict[int, ReleasedPage]] = {}

    def said(name: str, finding: Finding) -> str:
        field = texts[name].get(finding.id)
        if field is None:
            return ""
        return _WITHHELD if field.body is None else field.body

    return [
        Taken(
            row=view,
            finding=finding,
            anchor=read_place(tx, finding, pages=read.setdefault(finding.version_id, {}))[1],
            texts={name: said(name, finding) for name in TEXTS},
        )
        for view, finding in zip(views, rows, strict=True)
    ]


def _printable(text: str) -> str:
    """Leave out what XML cannot hold."""
    return "".join(sign for sign in text if sign in "\n\t" or sign >= " ")
