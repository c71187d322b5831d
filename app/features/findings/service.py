"""Fact-check findings: one function per intention. Filing is in `filing`, reading in `reading`."""

from collections.abc import Mapping
from contextlib import suppress

from sqlalchemy import func, select

from app.access.decide import may, require
from app.access.deposit import deposit_field, share_field
from app.access.facts import forget
from app.access.release import release_field
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.findings import IllegalMove, after, outward
from app.domain.targets import FieldRef, Target
from app.features.findings import queries
from app.features.findings.schemas import (
    Contest,
    DecideRejection,
    FindingRow,
    Reroute,
    Respond,
)
from app.kernel.clock import now
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.ids import new_id
from app.models.findings import Finding, Response
from app.models.people import Membership
from app.transaction import Transaction


def respond(tx: Transaction, finding_id: str, command: Respond) -> FindingRow:
    """Answer a finding; a rejection is proposed and waits for a decider."""
    _require(tx, Action.ANSWER_FINDING, finding_id, "respond")
    _refuse_uncleared(tx, finding_id)
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
    if command.new_text:
        _deposit(tx, finding, f"new_text.{response.round}", command.new_text, shared=False)
    if rejects:
        _emit(
            tx, finding, "RejectionProposed", Action.ANSWER_FINDING, outward=False,
            facts={"nothing_withheld": True},
        )  # fmt: skip
        return _row(tx, finding)
    _give(tx, finding, response)
    _emit(
        tx, finding, "FindingResponded", Action.ANSWER_FINDING,
        facts={"disposition": response.disposition, "nothing_withheld": True},
    )  # fmt: skip
    return _row(tx, finding)


def decide_rejection(tx: Transaction, finding_id: str, command: DecideRejection) -> FindingRow:
    """Uphold or turn down a proposed rejection, as somebody who does not own the claim."""
    require(tx, Action.REJECT_FINDING, Target("finding", finding_id))
    _refuse_uncleared(tx, finding_id)
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
        return _row(tx, finding)
    response.state = "given"
    tx.session.flush()
    _give(tx, finding, response)
    _emit(
        tx, finding, "RejectionDecided", Action.REJECT_FINDING,
        facts={"disposition": "rejected", "nothing_withheld": True},
    )  # fmt: skip
    return _row(tx, finding)


def reroute(tx: Transaction, finding_id: str, command: Reroute) -> FindingRow:
    """Give a finding to another author of the publisher."""
    require(tx, Action.REROUTE_FINDING, Target("finding", finding_id))
    finding = _lock(tx, finding_id)
    if finding.finding_class == "H":
        raise Conflict("A confidentiality slip stays with the coordinator and the approver.")
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
    return _row(tx, finding)


def confirm(tx: Transaction, finding_id: str) -> FindingRow:
    """Confirm that the response settles the finding: only the organisation that filed it can."""
    _require(tx, Action.CONFIRM_FINDING, finding_id, "confirm")
    finding = _lock(tx, finding_id)
    latest = _latest(tx, finding_id)
    fixed = latest.disposition in ("accepted", "accepted_in_part")
    _move(tx, finding, "confirm_fix" if fixed else "confirm")
    _emit(tx, finding, "FindingConfirmed", Action.CONFIRM_FINDING)
    return _row(tx, finding)


def contest(tx: Transaction, finding_id: str, command: Contest) -> FindingRow:
    """Contest the response with a reason, or record the disagreement for good."""
    _require(tx, Action.CONTEST_FINDING, finding_id, "contest")
    finding = _lock(tx, finding_id)
    _move(tx, finding, "record_disagreement" if command.final else "contest")
    field = f"contest_reason.{_latest(tx, finding_id).round}"
    _deposit(tx, finding, field, command.reason, shared=True)
    name = "DisagreementRecorded" if command.final else "FindingContested"
    _emit(tx, finding, name, Action.CONTEST_FINDING)
    return _row(tx, finding)


def withdraw(tx: Transaction, finding_id: str) -> FindingRow:
    """Withdraw a finding of one's own organisation."""
    _require(tx, Action.WITHDRAW_FINDING, finding_id, "withdraw")
    finding = _lock(tx, finding_id)
    _move(tx, finding, "withdraw")
    _emit(tx, finding, "FindingWithdrawn", Action.WITHDRAW_FINDING)
    return _row(tx, finding)


def _require(tx: Transaction, action: Action, finding_id: str, intention: str) -> None:
    """Require an act; where only the finding's state stands in the way, say that, not "no"."""
    target = Target("finding", finding_id)
    try:
        require(tx, action, target)
    except Forbidden:
        finding = tx.session.get(Finding, finding_id)
        if finding is None or not may(tx, Action.READ_FINDING, target):
            raise
        try:
            after(intention, finding.state)
        except IllegalMove as illegal:
            raise _changed(finding) from illegal
        raise


def _refuse_uncleared(tx: Transaction, finding_id: str) -> None:
    """Let nobody answer or decide what they may not read."""
    text = FieldRef(subject=Target("finding", finding_id), field="statement")
    if release_field(tx, text).masked:
        raise Forbidden(
            "You are not cleared for the text of this finding.",
            remedy="Give it to another author, or ask for an internal grant of this version.",
        )


def _changed(finding: Finding) -> Conflict:
    state = outward(finding.state)
    return Conflict(
        f"Somebody else was quicker: this finding is now in the state “{state}”.",
        kept="Nothing was changed by you.",
        remedy="Read the finding again and decide whether there is still something to do.",
    )


def _latest(tx: Transaction, finding_id: str) -> Response:
    given = [r for r in queries.list_responses(tx, finding_id) if r.state == "given"]
    if not given:
        raise Conflict("This finding has not been answered yet.")
    return given[-1]


def _row(tx: Transaction, finding: Finding) -> FindingRow:
    return queries.row_views(tx, [finding])[0]


def _lock(tx: Transaction, finding_id: str) -> Finding:
    finding = tx.session.get(Finding, finding_id, with_for_update=True, populate_existing=True)
    if finding is None:
        raise NotFound
    return finding


def _move(tx: Transaction, finding: Finding, intention: str) -> None:
    try:
        finding.state = after(intention, finding.state)
    except IllegalMove as illegal:
        raise _changed(finding) from illegal
    finding.state_since = now()
    if finding.state in ("resolved", "withdrawn", "disagreement_recorded"):
        finding.resolved_at = now()
    forget(tx, Target("finding", finding.id))


def _give(tx: Transaction, finding: Finding, response: Response) -> None:
    """Hand a response over: its texts become the organisation's to read."""
    _move(tx, finding, "respond")
    target = Target("finding", finding.id)
    share_field(tx, target, field=f"explanation.{response.round}", narrowed_to=())
    with suppress(NotFound):  # a new text is optional
        share_field(tx, target, field=f"new_text.{response.round}", narrowed_to=())


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
