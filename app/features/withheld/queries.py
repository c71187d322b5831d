"""Scoped reads of redactions as readers and the publisher's people may know them."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.access import scope
from app.access.claims import claim_labels
from app.access.decide import may
from app.domain.actions import Action
from app.domain.targets import Target
from app.kernel.actor import Role, Side
from app.models.organisations import Organisation
from app.models.people import Membership, Person
from app.models.redactions import Redaction
from app.models.reports import Claim, Version
from app.models.withheld import Assessment
from app.transaction import Transaction

Rect = tuple[float, float, float, float]


@dataclass(frozen=True)
class NamedRedaction:
    """A redaction's row with the names of who proposed and who decided it."""

    row: Redaction
    proposed_by: str
    decided_by: str | None


def every_redaction(tx: Transaction, version_id: str) -> list[NamedRedaction]:
    """List the redactions of a version in whatever state, in the order of the pages."""
    proposer, decider = aliased(Person), aliased(Person)
    rows = tx.session.execute(
        select(Redaction, proposer.name, decider.name)
        .join(proposer, proposer.id == Redaction.proposed_by)
        .outerjoin(decider, decider.id == Redaction.decided_by)
        .where(Redaction.version_id == version_id)
        .order_by(Redaction.page, Redaction.proposed_at, Redaction.id)
    )
    return [NamedRedaction(row, by, decided) for row, by, decided in rows]


def earlier_version(tx: Transaction, version: Version) -> Version | None:
    """Find the published version before this one that the acting person may read now."""
    rows = tx.session.scalars(
        scope.versions(tx, version.report_id).where(
            Version.state == "published", Version.number < version.number
        )
    )
    readable = (v for v in rows if may(tx, Action.READ_VERSION, Target("version", v.id)))
    return next(readable, None)


def claims_rested_on(tx: Transaction, version_id: str) -> list[tuple[str, int, tuple[Rect, ...]]]:
    """List (number, page, place) of the claims that the conclusion rests on, as one knows them."""
    labels = claim_labels(tx, version_id)
    rows = tx.session.execute(
        select(Claim.id, Claim.page, Claim.rects)
        .where(Claim.version_id == version_id, Claim.load_bearing, Claim.ended_at.is_(None))
        .order_by(Claim.page, Claim.ordinal)
    )
    return [
        (labels[row.id][0], row.page, tuple((x0, y0, x1, y1) for x0, y0, x1, y1 in row.rects))
        for row in rows
        if row.id in labels
    ]


def pages_rested_on(tx: Transaction, version_id: str) -> list[int]:
    """List the pages on which what the conclusion rests on is withheld whole from who reads.

    The removals are among those that they see; neither the claim nor how many is told.
    """
    behind_wall = tx.session.scalars(
        select(func.vitrine_rests_on(version_id).table_valued("page", "redaction_id").c.page)
    )
    labels = claim_labels(tx, version_id)
    unnamed = tx.session.execute(
        select(Claim.id, Claim.page).where(
            Claim.version_id == version_id, Claim.load_bearing, Claim.ended_at.is_(None)
        )
    )
    return sorted({*behind_wall, *(row.page for row in unnamed if row.id not in labels)})


def organisation_name(tx: Transaction, organisation_id: str) -> str | None:
    """Give an organisation's name to itself and to those inside who look after reviews."""
    looks_after = tx.actor.roles & {Role.COORDINATOR, Role.APPROVER, Role.AUDITOR}
    if tx.actor.side is not Side.REVIEWER and not looks_after:
        return None
    return tx.session.scalars(
        select(Organisation.name).where(Organisation.id == organisation_id)
    ).one_or_none()


def assessments_of(tx: Transaction, version_id: str) -> list[Assessment]:
    """List the assessments of a version's redactions that the acting side may see."""
    return list(tx.session.scalars(scope.assessments(tx, version_id)))


def uninvolved_approvers(tx: Transaction, redaction: Redaction) -> int:
    """Count the publisher's approvers who neither proposed nor decided a redaction."""
    involved = [person for person in (redaction.proposed_by, redaction.decided_by) if person]
    return tx.session.scalars(
        select(func.count(func.distinct(Membership.person_id)))
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Organisation.kind == "publisher",
            Membership.state == "active",
            Membership.roles.contains([Role.APPROVER.value]),
            Membership.person_id.not_in(involved),
        )
    ).one()
