"""Reading fact-check findings: lists, and one with its texts and its passage."""

from typing import Any

from sqlalchemy import or_, select

from app.access import scope
from app.access.decide import may, require
from app.access.release import gather_fields, release, release_field
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.findings import OPEN_WORDS
from app.domain.targets import INSTALLATION, FieldRef, PassageRef, Target
from app.features.findings import queries, thread_queries
from app.features.findings.evidence import filing_view
from app.features.findings.schemas import FindingList, FindingView, ResponseView
from app.features.findings.threads import mark_read
from app.kernel.actor import Side
from app.kernel.errors import NotFound, Unavailable
from app.models.dialogue import OpenPoint
from app.models.findings import Finding, Response
from app.transaction import Transaction


def list_findings(
    tx: Transaction, *, outward_state: str = "", version_id: str = "", page: int = 1
) -> FindingList:
    """List the findings that the acting person may read."""
    require(tx, Action.LIST_FINDINGS, INSTALLATION)
    return queries.list_findings(tx, outward_state=outward_state, version_id=version_id, page=page)


def read_finding(tx: Transaction, finding_id: str) -> FindingView:
    """Give a finding with its texts, its passage and its thread; its messages are read now."""
    target = Target("finding", finding_id)
    require(tx, Action.READ_FINDING, target)
    finding = tx.session.get(Finding, finding_id)
    if finding is None:
        raise NotFound
    record_reading(tx, finding)
    view = finding_view(tx, finding)
    if any(message.unread for message in view.messages):
        mark_read(tx, finding)
    return view


def record_reading(tx: Transaction, finding: Finding) -> None:
    """Record that a finding was read; READ_FINDING was required before."""
    outsider = tx.actor.side is Side.REVIEWER
    tx.emit(
        Event(
            name="FindingRead",
            licence=Action.READ_FINDING,
            target=Target("finding", finding.id),
            facts={"number": finding.number if outsider else finding.alias},
        )
    )


def finding_view(tx: Transaction, finding: Finding) -> FindingView:
    """Build the view of a finding; the caller has required READ_FINDING and records it."""
    target = Target("finding", finding.id)
    outsider = tx.actor.side is Side.REVIEWER
    gather_fields(tx, target)
    return FindingView(
        row=queries.row_views(tx, [finding])[0],
        statement=_text(tx, target, "statement"),
        correction=_text(tx, target, "correction"),
        evidence=_text(tx, target, "evidence"),
        as_of=finding.as_of,
        quote=quote_of(tx, finding),
        routed_by_rule=None if outsider else finding.routed_by_rule,
        claim_code=queries.claim_code(tx, finding.claim_id),
        filing=filing_view(tx, finding),
        responses=tuple(
            _response_view(tx, target, row, seen=seen)
            for seen, row in enumerate(queries.list_responses(tx, finding.id), start=1)
        ),
        timeline=tuple(thread_queries.list_stages(tx, finding.id)),
        messages=thread_queries.message_views(tx, finding),
        **_became(tx, finding),
    )


def _became(tx: Transaction, finding: Finding) -> dict[str, Any]:
    """Give what became of a finding: its fix, what it was merged into, that it was left open."""
    merged = Finding.merged_into == finding.id
    if finding.merged_into is not None:
        merged = or_(Finding.id == finding.merged_into, merged)
    around = list(tx.session.scalars(scope.findings(tx).where(merged)))
    shown = {row.id: row.number for row in queries.row_views(tx, around)} if around else {}
    into = finding.merged_into if finding.merged_into in shown else None
    fixes = thread_queries.version_links(tx, {finding.fixed_in} if finding.fixed_in else set())
    reason = tx.session.scalars(
        select(OpenPoint.reason).where(OpenPoint.finding_id == finding.id)
    ).first()
    return {
        "fixed_in": fixes.get(finding.fixed_in or ""),
        "merged_into": shown.get(into or ""),
        "merged_into_id": into,
        "merged_here": tuple(shown[row.id] for row in around if row.merged_into == finding.id),
        "listed_open": OPEN_WORDS[reason] if reason else None,
    }


def _text(tx: Transaction, target: Target, field: str) -> str | None:
    try:
        return release_field(tx, FieldRef(subject=target, field=field)).body
    except NotFound:
        return ""


def quote_of(tx: Transaction, finding: Finding) -> str | None:
    """Quote the passage as this person's edition has it; None where they may not read it now."""
    if not may(tx, Action.READ_PAGE, Target("version", finding.version_id)):
        return None
    rects = tuple((r[0], r[1], r[2], r[3]) for r in finding.rects)
    ref = PassageRef(version_id=finding.version_id, page=finding.page, rects=rects)
    try:
        return release(tx, ref).quote
    except (NotFound, Unavailable):
        return None


def _response_view(
    tx: Transaction, target: Target, response: Response, *, seen: int
) -> ResponseView:
    outsider = tx.actor.side is Side.REVIEWER
    return ResponseView(
        # A gap would tell of a rejection that was turned down inside.
        round=seen if outsider else response.round,
        disposition=response.disposition,
        state=response.state,
        explanation=_text(tx, target, f"explanation.{response.round}"),
        new_text=_text(tx, target, f"new_text.{response.round}"),
        given_at=response.given_at,
        given_by=response.given_by if tx.actor.side is Side.PUBLISHER else None,
        contested=_text(tx, target, f"contest_reason.{response.round}"),
    )
