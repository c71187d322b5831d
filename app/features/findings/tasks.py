"""Background work of findings: routing, by a task that alone sees who owns what."""

from collections.abc import Callable

from sqlalchemy import select

from app.access.decide import require
from app.access.editions import active_redactions
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.findings import Owner, after, route
from app.domain.targets import Target
from app.kernel.actor import system_actor
from app.kernel.clock import now
from app.models.findings import Finding
from app.models.people import Membership
from app.models.reports import Ownership, Section, Version
from app.models.reviews import Grant
from app.transaction import Installation, Transaction, begin


def route_finding(installation: Installation, *, finding_id: str) -> None:
    """Send a filed finding to the nearest cleared owner, else to the coordinator's queue."""
    with begin(installation, system_actor("route")) as tx:
        finding = tx.session.get(Finding, finding_id, with_for_update=True)
        if finding is None or finding.state != "filed":
            return
        target = Target("finding", finding_id)
        require(tx, Action.ROUTE_FINDING, target)
        if finding.finding_class == "H":
            person, rule = None, "a confidentiality slip: coordinator and approver only"
        else:
            person, rule = route(_owners(tx, finding))
        finding.author_id = person
        finding.routed_by_rule = rule
        finding.state = after("route", finding.state)
        finding.state_since = now()
        tx.emit(
            Event(
                name="FindingRouted",
                licence=Action.ROUTE_FINDING,
                target=target,
                facts={"to": person, "rule": rule, "number": finding.number},
                stage=finding.state,
            )
        )
        tx.commit()


def _owners(tx: Transaction, finding: Finding) -> list[Owner]:
    rows = tx.session.execute(
        select(Ownership, Section.page_from, Section.page_to)
        .outerjoin(Section, Section.id == Ownership.section_id)
        .where(Ownership.version_id == finding.version_id)
    )
    owners = []
    for ownership, first, last in rows:
        if ownership.claim_id is not None:
            near, scope, span = ownership.claim_id == finding.claim_id, "claim", 0
        elif ownership.section_id is not None:
            near, scope, span = first <= finding.page <= last, "section", last - first
        else:
            near, scope, span = True, "version", 0
        if near:
            cleared = _cleared(tx, finding, ownership.person_id)
            owners.append(Owner(ownership.person_id, scope, ownership.rank, span, cleared))
    return owners


def _cleared(tx: Transaction, finding: Finding, person_id: str) -> bool:
    """Say whether an author may read the passage in full and still belongs to the publisher."""
    member = tx.session.scalars(
        select(Membership.organisation_id)
        .join(Version, Version.id == finding.version_id)
        .where(Membership.person_id == person_id, Membership.state == "active")
    ).all()
    granted, lifted = False, set[str]()
    for grant in tx.session.scalars(
        select(Grant).where(
            Grant.version_id == finding.version_id,
            Grant.organisation_id.in_(member),
            Grant.state == "in_force",
            Grant.starts_at <= now(),
            Grant.ends_at > now(),
        )
    ):
        if grant.person_ids is None or person_id in grant.person_ids:
            granted = True
            lifted |= set(grant.lifted)
    needed = {
        code
        for redaction in active_redactions(tx, finding.version_id)
        if redaction.page == finding.page
        for code in redaction.categories
    }
    return granted and needed <= lifted


TASKS: dict[str, Callable[..., None]] = {"findings.route": route_finding}
