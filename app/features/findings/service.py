"""Fact-check findings: one function per intention."""

import secrets
from collections.abc import Mapping

from sqlalchemy import func, select

from app.access.decide import may, require
from app.access.deposit import deposit_field, share_field
from app.access.facts import forget
from app.access.numbers import next_number
from app.access.release import release, release_field, select_words
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.findings import EVIDENCE_NEEDED, IllegalMove, after
from app.domain.targets import INSTALLATION, FieldRef, PageRef, PassageRef, Target
from app.features.findings import queries
from app.features.findings.schemas import (
    Contest,
    DecideRejection,
    FileFinding,
    FindingRow,
    FindingView,
    Reroute,
    Respond,
    ResponseView,
)
from app.kernel.actor import Side
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound, Unavailable
from app.kernel.ids import new_id
from app.models.findings import Finding, Response
from app.models.people import Membership
from app.models.reviews import Review
from app.transaction import Transaction


def list_findings(
    tx: Transaction, *, outward_state: str = "", version_id: str = "", page: int = 1
) -> tuple[list[FindingRow], int]:
    """List the findings that the acting person may read; gives rows and how many there are."""
    require(tx, Action.LIST_FINDINGS, INSTALLATION)
    return queries.list_findings(tx, outward_state=outward_state, version_id=version_id, page=page)


def file_finding(tx: Transaction, command: FileFinding) -> FindingRow:
    """File a finding on a passage that one can read; it goes to whoever answers for it."""
    review_target = Target("review", command.review_id)
    require(tx, Action.FILE_FINDING, review_target)
    review = tx.session.get(Review, command.review_id)
    if review is None:
        raise NotFound
    if command.finding_class in EVIDENCE_NEEDED and not command.evidence:
        raise Invalid(fields={"evidence": "Say what shows it: classes B and D need evidence."})
    page = PageRef(version_id=review.version_id, page=command.page)
    passage = select_words(tx, page, command.word_from, command.word_to)
    claim = queries.find_claim(tx, review.version_id, command.page, passage.rects)
    finding = Finding(
        id=new_id("finding"),
        number=next_number(tx, review.organisation_id, "FC"),
        alias=f"FC-{secrets.token_hex(3)}",
        organisation_id=review.organisation_id,
        review_id=review.id,
        version_id=review.version_id,
        claim_id=claim.id if claim else None,
        page=command.page,
        rects=[list(rect) for rect in passage.rects],
        quote_digest=passage.digest,
        finding_class=command.finding_class,
        materiality=command.materiality,
        as_of=command.as_of,
        state="filed",
        state_since=now(),
        routed_by_rule="",
        filed_by=tx.actor.id,
        filed_at=now(),
    )
    tx.session.add(finding)
    tx.session.flush()
    for field in ("statement", "correction", "evidence"):
        _deposit(tx, finding, field, getattr(command, field), shared=True)
    tx.emit(
        Event(
            name="FindingFiled",
            licence=Action.FILE_FINDING,
            target=review_target,
            subject=Target("finding", finding.id),
            organisations=frozenset({finding.organisation_id}),
            facts={
                "number": finding.number,
                "class": finding.finding_class,
                "materiality": finding.materiality,
                "version_id": finding.version_id,
                "page": finding.page,
                "quote": finding.quote_digest,
            },
            stage="filed",
        )
    )
    return queries.row_views(tx, [finding])[0]


def read_finding(tx: Transaction, finding_id: str) -> FindingView:
    """Give a finding with its texts and its passage, each as the acting person may read it."""
    target = Target("finding", finding_id)
    require(tx, Action.READ_FINDING, target)
    finding = _get(tx, finding_id)
    outsider = tx.actor.side is Side.REVIEWER
    tx.emit(
        Event(
            name="FindingRead",
            licence=Action.READ_FINDING,
            target=target,
            facts={"number": finding.number if outsider else finding.alias},
        )
    )
    return FindingView(
        row=queries.row_views(tx, [finding])[0],
        statement=_text(tx, target, "statement"),
        correction=_text(tx, target, "correction"),
        evidence=_text(tx, target, "evidence"),
        contest_reason=_text(tx, target, "contest_reason"),
        as_of=finding.as_of,
        quote=_quote(tx, finding),
        routed_by_rule=None if outsider else finding.routed_by_rule,
        claim_code=queries.claim_code(tx, finding.claim_id),
        responses=tuple(
            _response_view(tx, target, row) for row in queries.list_responses(tx, finding_id)
        ),
        timeline=tuple(queries.list_stages(tx, finding_id)),
    )


def respond(tx: Transaction, finding_id: str, command: Respond) -> None:
    """Answer a finding; a rejection is proposed and waits for a decider."""
    target = Target("finding", finding_id)
    require(tx, Action.ANSWER_FINDING, target)
    finding = _lock(tx, finding_id)
    if any(r.state == "proposed" for r in queries.list_responses(tx, finding_id)):
        raise Conflict("A rejection of this finding already waits for its decider.")
    rejects = command.disposition == "rejected"
    response = Response(
        id=new_id("response"),
        finding_id=finding.id,
        organisation_id=finding.organisation_id,
        round=_next_round(tx, finding_id),
        disposition=command.disposition,
        state="proposed" if rejects else "given",
        given_by=tx.actor.id,
        given_at=now(),
    )
    tx.session.add(response)
    tx.session.flush()
    _deposit(tx, finding, f"explanation.{response.round}", command.explanation, shared=False)
    _deposit(tx, finding, f"new_text.{response.round}", command.new_text, shared=False)
    if rejects:
        _emit(tx, finding, "RejectionProposed", Action.ANSWER_FINDING, outward=False)
        return
    _give(tx, finding, response)
    _emit(
        tx, finding, "FindingResponded", Action.ANSWER_FINDING,
        facts={"disposition": response.disposition, "nothing_withheld": True},
    )  # fmt: skip


def decide_rejection(tx: Transaction, finding_id: str, command: DecideRejection) -> None:
    """Uphold or turn down a proposed rejection, as somebody who does not own the claim."""
    require(tx, Action.REJECT_FINDING, Target("finding", finding_id))
    finding = _lock(tx, finding_id)
    proposed = [r for r in queries.list_responses(tx, finding_id) if r.state == "proposed"]
    if not proposed:
        raise Conflict("No rejection waits for a decision here.")
    response = proposed[0]
    response.decided_by = tx.actor.id
    if not command.uphold:
        response.state = "turned_down"
        tx.session.flush()
        _emit(tx, finding, "RejectionTurnedDown", Action.REJECT_FINDING, outward=False)
        return
    response.state = "given"
    tx.session.flush()
    _give(tx, finding, response)
    _emit(
        tx, finding, "RejectionDecided", Action.REJECT_FINDING,
        facts={"disposition": "rejected", "nothing_withheld": True},
    )  # fmt: skip


def reroute(tx: Transaction, finding_id: str, command: Reroute) -> None:
    """Give a finding to another author of the publisher."""
    require(tx, Action.REROUTE_FINDING, Target("finding", finding_id))
    finding = _lock(tx, finding_id)
    member = tx.session.scalars(
        select(Membership.id).where(
            Membership.person_id == command.person_id,
            Membership.organisation_id == (tx.actor.organisation_id or ""),
            Membership.state == "active",
        )
    ).first()
    if member is None:
        raise Invalid(fields={"person_id": "Choose somebody of your own organisation."})
    before = finding.author_id
    finding.author_id = command.person_id
    finding.routed_by_rule = "chosen by the coordinator"
    _move(tx, finding, "reroute")
    _emit(
        tx, finding, "FindingRerouted", Action.REROUTE_FINDING, outward=False,
        facts={"from": before, "to": command.person_id},
    )  # fmt: skip


def confirm(tx: Transaction, finding_id: str) -> None:
    """Confirm that the response settles the finding: only the organisation that filed it can."""
    require(tx, Action.CONFIRM_FINDING, Target("finding", finding_id))
    finding = _lock(tx, finding_id)
    latest = queries.list_responses(tx, finding_id)[-1]
    fixed = latest.disposition in ("accepted", "accepted_in_part")
    _move(tx, finding, "confirm_fix" if fixed else "confirm")
    _emit(tx, finding, "FindingConfirmed", Action.CONFIRM_FINDING)


def contest(tx: Transaction, finding_id: str, command: Contest) -> None:
    """Contest the response with a reason, or record the disagreement for good."""
    require(tx, Action.CONTEST_FINDING, Target("finding", finding_id))
    finding = _lock(tx, finding_id)
    _move(tx, finding, "record_disagreement" if command.final else "contest")
    _deposit(tx, finding, "contest_reason", command.reason, shared=True)
    name = "DisagreementRecorded" if command.final else "FindingContested"
    _emit(tx, finding, name, Action.CONTEST_FINDING)


def withdraw(tx: Transaction, finding_id: str) -> None:
    """Withdraw a finding of one's own organisation."""
    require(tx, Action.WITHDRAW_FINDING, Target("finding", finding_id))
    finding = _lock(tx, finding_id)
    _move(tx, finding, "withdraw")
    _emit(tx, finding, "FindingWithdrawn", Action.WITHDRAW_FINDING)


def _get(tx: Transaction, finding_id: str) -> Finding:
    finding = tx.session.get(Finding, finding_id)
    if finding is None:
        raise NotFound
    return finding


def _lock(tx: Transaction, finding_id: str) -> Finding:
    finding = tx.session.get(Finding, finding_id, with_for_update=True, populate_existing=True)
    if finding is None:
        raise NotFound
    return finding


def _move(tx: Transaction, finding: Finding, intention: str) -> None:
    try:
        finding.state = after(intention, finding.state)
    except IllegalMove as illegal:
        raise Conflict from illegal
    finding.state_since = now()
    if finding.state in ("resolved", "withdrawn", "disagreement_recorded"):
        finding.resolved_at = now()
    forget(tx, Target("finding", finding.id))


def _give(tx: Transaction, finding: Finding, response: Response) -> None:
    """Hand a response over: its texts become the organisation's to read."""
    _move(tx, finding, "respond")
    for field in ("explanation", "new_text"):
        name = f"{field}.{response.round}"
        share_field(tx, Target("finding", finding.id), field=name, narrowed_to=())


def _deposit(tx: Transaction, finding: Finding, field: str, body: str, *, shared: bool) -> None:
    deposit_field(
        tx,
        Target("finding", finding.id),
        field=field,
        body=body,
        version_id=finding.version_id,
        organisation_id=finding.organisation_id,
        shared=shared,
    )


def _emit(
    tx: Transaction,
    finding: Finding,
    name: str,
    licence: Action,
    *,
    outward: bool = True,
    facts: Mapping[str, Fact] | None = None,
) -> None:
    tx.emit(
        Event(
            name=name,
            licence=licence,
            target=Target("finding", finding.id),
            organisations=frozenset({finding.organisation_id}) if outward else frozenset(),
            facts={"number": finding.number, "state": finding.state, **(facts or {})},
            stage=finding.state,
        )
    )


def _next_round(tx: Transaction, finding_id: str) -> int:
    highest = tx.session.scalars(
        select(func.max(Response.round)).where(Response.finding_id == finding_id)
    ).one()
    return (highest or 0) + 1


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
    )
