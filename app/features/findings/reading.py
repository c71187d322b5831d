"""Reading fact-check findings: lists, and one with its texts and its passage."""

from app.access.decide import may, require
from app.access.release import release, release_field
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import INSTALLATION, FieldRef, PassageRef, Target
from app.features.findings import queries
from app.features.findings.evidence import filing_view
from app.features.findings.schemas import FindingList, FindingView, ResponseView
from app.kernel.actor import Side
from app.kernel.errors import NotFound, Unavailable
from app.models.findings import Finding, Response
from app.transaction import Transaction


def list_findings(
    tx: Transaction, *, outward_state: str = "", version_id: str = "", page: int = 1
) -> FindingList:
    """List the findings that the acting person may read."""
    require(tx, Action.LIST_FINDINGS, INSTALLATION)
    return queries.list_findings(tx, outward_state=outward_state, version_id=version_id, page=page)


def read_finding(tx: Transaction, finding_id: str) -> FindingView:
    """Give a finding with its texts and its passage, each as the acting person may read it."""
    target = Target("finding", finding_id)
    require(tx, Action.READ_FINDING, target)
    finding = tx.session.get(Finding, finding_id)
    if finding is None:
        raise NotFound
    outsider = tx.actor.side is Side.REVIEWER
    tx.emit(
        Event(
            name="FindingRead",
            licence=Action.READ_FINDING,
            target=target,
            facts={"number": finding.number if outsider else finding.alias},
        )
    )
    return finding_view(tx, finding)


def finding_view(tx: Transaction, finding: Finding) -> FindingView:
    """Build the view of a finding; the caller has required READ_FINDING and records it."""
    target = Target("finding", finding.id)
    outsider = tx.actor.side is Side.REVIEWER
    return FindingView(
        row=queries.row_views(tx, [finding])[0],
        statement=_text(tx, target, "statement"),
        correction=_text(tx, target, "correction"),
        evidence=_text(tx, target, "evidence"),
        as_of=finding.as_of,
        quote=_quote(tx, finding),
        routed_by_rule=None if outsider else finding.routed_by_rule,
        claim_code=queries.claim_code(tx, finding.claim_id),
        filing=filing_view(tx, finding),
        responses=tuple(
            _response_view(tx, target, row) for row in queries.list_responses(tx, finding.id)
        ),
        timeline=tuple(queries.list_stages(tx, finding.id)),
    )


def _text(tx: Transaction, target: Target, field: str) -> str | None:
    try:
        return release_field(tx, FieldRef(subject=target, field=field)).body
    except NotFound:
        return ""


def _quote(tx: Transaction, finding: Finding) -> str | None:
    """Quote the passage as this person's edition has it; None where they may not read it now."""
    if not may(tx, Action.READ_PAGE, Target("version", finding.version_id)):
        return None
    rects = tuple((r[0], r[1], r[2], r[3]) for r in finding.rects)
    ref = PassageRef(version_id=finding.version_id, page=finding.page, rects=rects)
    try:
        return release(tx, ref).quote
    except (NotFound, Unavailable):
        return None


def _response_view(tx: Transaction, target: Target, response: Response) -> ResponseView:
    return ResponseView(
        round=response.round,
        disposition=response.disposition,
        state=response.state,
        explanation=_text(tx, target, f"explanation.{response.round}"),
        new_text=_text(tx, target, f"new_text.{response.round}"),
        given_at=response.given_at,
        given_by=response.given_by if tx.actor.side is Side.PUBLISHER else None,
        contested=_text(tx, target, f"contest_reason.{response.round}"),
    )
