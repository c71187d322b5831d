"""Background work of findings: routing, by a task that alone sees who owns what."""

from collections.abc import Callable

from sqlalchemy import select

from app.access.decide import require
from app.access.owners import owners_of
from app.access.parts import Passage
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.findings import after
from app.domain.ownership import Chosen
from app.domain.targets import Target
from app.kernel.actor import system_actor
from app.kernel.clock import now
from app.models.findings import Finding
from app.models.people import Membership
from app.models.reports import Claim
from app.transaction import Installation, Transaction, begin

_SLIP = Chosen(None, "a confidentiality slip: coordinator and approver only")
_HELD = ("routed", "contested")


def route_finding(installation: Installation, *, finding_id: str) -> None:
    """Send a filed finding to whom the rule of ownership names, else to the coordinator's queue.

    Of one that touches the conclusion the report's owner and the coordinators hear at once.
    """
    with begin(installation, system_actor("route")) as tx:
        finding = tx.session.get(Finding, finding_id, with_for_update=True)
        if finding is None or finding.state != "filed":
            return
        _route(tx, finding, "route")
        if finding.materiality == "conclusion" and finding.finding_class != "H":
            tx.emit(
                Event(
                    name="ConclusionTouched",
                    licence=Action.ROUTE_FINDING,
                    target=Target("finding", finding.id),
                    facts={"number": finding.number, "version_id": finding.version_id},
                )
            )
        tx.commit()


def let_go(installation: Installation, *, membership_id: str) -> None:
    """Route anew what waits for somebody who left: to the next owner, else to the queue."""
    for finding_id in _held_by_leaver(installation, membership_id):
        with begin(installation, system_actor("route")) as tx:
            finding = tx.session.get(Finding, finding_id, with_for_update=True)
            left = tx.session.get_one(Membership, membership_id)
            if finding is None or finding.state not in _HELD:
                continue
            if finding.author_id == left.person_id:
                _route(tx, finding, "reroute")
                tx.commit()


def _held_by_leaver(installation: Installation, membership_id: str) -> list[str]:
    """Name the findings that wait for somebody who is no longer of the publisher."""
    with begin(installation, system_actor("route")) as tx:
        left = tx.session.get(Membership, membership_id)
        if left is None or left.state == "active":
            return []
        held = select(Finding.id).where(
            Finding.author_id == left.person_id, Finding.state.in_(_HELD)
        )
        return list(tx.session.scalars(held.order_by(Finding.id)))


def _route(tx: Transaction, finding: Finding, intention: str) -> None:
    target = Target("finding", finding.id)
    require(tx, Action.ROUTE_FINDING, target)
    slip = finding.finding_class == "H"
    chosen = _SLIP if slip else owners_of(tx, finding.version_id).answering(_passage(tx, finding))
    finding.author_id = chosen.person_id
    finding.routed_by_rule = chosen.rule
    finding.state = after(intention, finding.state)
    finding.state_since = now()
    tx.emit(
        Event(
            name="FindingRouted",
            licence=Action.ROUTE_FINDING,
            target=target,
            facts={"to": chosen.person_id, "rule": chosen.rule, "number": finding.number},
            stage=finding.state,
        )
    )


def _passage(tx: Transaction, finding: Finding) -> Passage:
    claim = tx.session.get(Claim, finding.claim_id) if finding.claim_id else None
    return Passage(
        page=finding.page,
        claim_id=claim.id if claim else None,
        pathway_id=claim.pathway_id if claim else None,
        section_id=claim.section_id if claim else None,
    )


TASKS: dict[str, Callable[..., None]] = {
    "findings.route": route_finding,
    "findings.let_go": let_go,
}
