"""What the publisher says to a finding: answers, rejections, questions, fixes, another author."""

from contextlib import suppress

from sqlalchemy import func, select

from app.access.decide import may, require
from app.access.deposit import share_field
from app.access.facts import forget
from app.domain.actions import Action
from app.domain.findings import AGREED
from app.domain.targets import INSTALLATION, Target
from app.features.findings import queries
from app.features.findings.moving import (
    deposit,
    latest_given,
    locked,
    move,
    refuse_uncleared,
    require_move,
    row_of,
    target_of,
    tell,
)
from app.features.findings.schemas import (
    AcceptedView,
    AcceptSeveral,
    AskDetail,
    DecideRejection,
    FindingRow,
    LinkFix,
    Reroute,
    Respond,
    SeveralOutcome,
)
from app.features.findings.threads import append_message
from app.kernel.clock import now
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.ids import new_id
from app.models.findings import Finding, Response
from app.models.people import Membership
from app.transaction import Transaction


def respond(tx: Transaction, finding_id: str, command: Respond) -> FindingRow:
    """Answer a finding; a rejection is proposed and waits for a decider.

    Raises:
        Forbidden: not cleared for the text of the finding.
        Conflict: answered meanwhile, or a rejection waits already.
    """
    require_move(tx, Action.ANSWER_FINDING, finding_id, "respond")
    refuse_uncleared(tx, finding_id)
    finding = locked(tx, finding_id)
    _refuse_proposed(tx, finding_id)
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
    deposit(tx, finding, f"explanation.{response.round}", command.explanation, shared=False)
    if command.new_text:
        deposit(tx, finding, f"new_text.{response.round}", command.new_text, shared=False)
    if rejects:
        tell(
            tx, finding, "RejectionProposed", Action.ANSWER_FINDING, outward=False,
            facts={"nothing_withheld": True},
        )  # fmt: skip
        return row_of(tx, finding)
    _give(tx, finding, response)
    tell(
        tx, finding, "FindingResponded", Action.ANSWER_FINDING,
        facts={"disposition": response.disposition, "nothing_withheld": True},
    )  # fmt: skip
    return row_of(tx, finding)


def decide_rejection(tx: Transaction, finding_id: str, command: DecideRejection) -> FindingRow:
    """Uphold or turn down a proposed rejection, as somebody who does not answer for the passage.

    Nobody decides on a finding that they may not read.
    """
    target = Target("finding", finding_id)
    require(tx, Action.READ_FINDING, target)
    require(tx, Action.REJECT_FINDING, target)
    refuse_uncleared(tx, finding_id)
    finding = locked(tx, finding_id)
    proposed = [r for r in queries.list_responses(tx, finding_id) if r.state == "proposed"]
    if not proposed:
        raise Conflict("No rejection waits for a decision here.")
    response = proposed[0]
    response.decided_by = tx.actor.id
    if not command.uphold:
        response.state = "turned_down"
        tx.session.flush()
        tell(tx, finding, "RejectionTurnedDown", Action.REJECT_FINDING, outward=False)
        return row_of(tx, finding)
    response.state = "given"
    tx.session.flush()
    _give(tx, finding, response)
    tell(
        tx, finding, "RejectionDecided", Action.REJECT_FINDING,
        facts={"disposition": "rejected", "nothing_withheld": True},
    )  # fmt: skip
    return row_of(tx, finding)


def ask_detail(tx: Transaction, finding_id: str, command: AskDetail) -> FindingRow:
    """Ask the organisation for detail; the clock stands still until it comes."""
    require_move(tx, Action.ASK_DETAIL, finding_id, "ask_detail")
    refuse_uncleared(tx, finding_id)
    finding = locked(tx, finding_id)
    _refuse_proposed(tx, finding_id)
    move(tx, finding, "ask_detail")
    message = append_message(tx, finding, command.question, kind="detail_asked")
    tell(
        tx, finding, "DetailAsked", Action.ASK_DETAIL,
        facts={"message": message.id, "nothing_withheld": command.nothing_withheld},
    )  # fmt: skip
    return row_of(tx, finding)


def link_fix(tx: Transaction, finding_id: str, command: LinkFix) -> FindingRow:
    """Say in which published version the agreed change is made; the reviewer confirms it.

    Raises:
        Invalid: no later published version of the report; the field is `version_id`.
        Conflict: no change was agreed.
    """
    require_move(tx, Action.LINK_FIX, finding_id, "fix")
    refuse_uncleared(tx, finding_id)
    finding = locked(tx, finding_id)
    if latest_given(tx, finding_id).disposition not in AGREED:
        raise Conflict("No changed text was agreed, so there is nothing that a version fixes.")
    later = {version.id: version for version in queries.later_versions(tx, finding.version_id)}
    version = later.get(command.version_id)
    if version is None:
        raise Invalid(fields={"version_id": "Choose a later published version of the report."})
    before, finding.fixed_in = finding.fixed_in, version.id
    move(tx, finding, "fix")
    tell(
        tx, finding, "FixLinked", Action.LINK_FIX,
        facts={"from": before, "to": version.id, "version": version.number},
    )  # fmt: skip
    return row_of(tx, finding)


def reroute(tx: Transaction, finding_id: str, command: Reroute) -> FindingRow:
    """Give a finding to another author of the publisher."""
    require(tx, Action.REROUTE_FINDING, Target("finding", finding_id))
    finding = locked(tx, finding_id)
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
    move(tx, finding, "reroute")
    tell(
        tx, finding, "FindingRerouted", Action.REROUTE_FINDING, outward=False,
        facts={"from": before, "to": command.person_id},
    )  # fmt: skip
    return row_of(tx, finding)


def accept_several(tx: Transaction, command: AcceptSeveral) -> AcceptedView:
    """Accept typographical and numeric findings (class A), each as if answered alone.

    What cannot be accepted stays as it was and is named with the reason; the rest is accepted.
    """
    require(tx, Action.ANSWER_SEVERAL, INSTALLATION)
    answer = Respond(
        disposition="accepted",
        explanation=command.explanation,
        nothing_withheld=command.nothing_withheld,
    )
    named = list(dict.fromkeys(command.findings))
    # One order for everybody: nobody waits in a circle.
    outcomes = {one: _accepted(tx, one, answer) for one in sorted(named)}
    done = sum(outcome.done for outcome in outcomes.values())
    if not done:  # what was looked at is let go of; that something was refused stays recorded
        tx.rollback()
        require(tx, Action.ANSWER_SEVERAL, INSTALLATION)
    return AcceptedView(done=done, outcomes=tuple(outcomes[one] for one in named))


def _accepted(tx: Transaction, finding_id: str, answer: Respond) -> SeveralOutcome:
    target, events = Target("finding", finding_id), len(tx.events)
    if not may(tx, Action.READ_FINDING, target):
        return SeveralOutcome(id=finding_id, number="", done=False, said="is not there for you")
    finding = locked(tx, finding_id)
    forget(tx, target)
    number = row_of(tx, finding).number
    try:
        if finding.finding_class != "A":
            raise Conflict("It is not of class A: read and answer it by itself.")
        with tx.session.begin_nested():
            respond(tx, finding_id, answer)
    except (Conflict, Forbidden) as error:
        del tx.events[events:]
        forget(tx, target)
        return SeveralOutcome(id=finding_id, number=number, done=False, said=error.message)
    return SeveralOutcome(id=finding_id, number=number, done=True)


def _refuse_proposed(tx: Transaction, finding_id: str) -> None:
    if any(r.state == "proposed" for r in queries.list_responses(tx, finding_id)):
        raise Conflict("A rejection of this finding already waits for its decider.")


def _give(tx: Transaction, finding: Finding, response: Response) -> None:
    """Hand a response over: its texts become the organisation's to read."""
    move(tx, finding, "respond")
    target = target_of(finding)
    share_field(tx, target, field=f"explanation.{response.round}", narrowed_to=())
    with suppress(NotFound):  # a new text is optional
        share_field(tx, target, field=f"new_text.{response.round}", narrowed_to=())


def _next_round(tx: Transaction, finding_id: str) -> int:
    highest = tx.session.scalars(
        select(func.max(Response.round)).where(Response.finding_id == finding_id)
    ).one()
    return (highest or 0) + 1
