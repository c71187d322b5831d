"""What goes with answers, and with messages about findings, as far as more than one feature has to
know: for whom it is prepared, and who may know whose it is.

Whoever is to get an attachment holds no grant of it before it is given. Its editions are built for
the grants that they hold of the version that they asked about, or found something in: that is what
they are given, and never more.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select, true

from app.access.decide import may
from app.access.facts import database_now
from app.domain.actions import Action
from app.domain.requests import ENDED
from app.domain.targets import Target
from app.kernel.actor import Role
from app.models.findings import Finding
from app.models.reports import Report, Version
from app.models.requests import Attachment, Request
from app.models.reviews import Grant
from app.transaction import Transaction

Home = Request | Finding
"""What something is attached for: the answer to a request, or the thread of a finding."""

_OVERSEERS = frozenset({Role.COORDINATOR, Role.APPROVER, Role.AUDITOR})
_NOT_GIVEN = and_(Attachment.removed_at.is_(None), Attachment.released_at.is_(None))
_WAITING = and_(_NOT_GIVEN, Request.state.not_in(ENDED))


@dataclass(frozen=True, kw_only=True)
class GoesWith:
    """Where somebody who reads an attached version finds what it goes with."""

    href: str
    called: str
    short: str
    list_href: str
    list_called: str


def target_of_home(home: Home) -> Target:
    """Name what something is attached for as a target."""
    return Target("finding" if isinstance(home, Finding) else "request", home.id)


def knows_askers(tx: Transaction) -> bool:
    """Say whether the acting person sees requests as a whole, and so may know who asked."""
    return bool(tx.actor.roles & _OVERSEERS)


def known_grants(tx: Transaction) -> ColumnElement[bool]:
    """Keep grants that would tell whoever answers who asked from those who may not know."""
    return true() if knows_askers(tx) else Grant.follows.is_(None)


def grants_of_asker(tx: Transaction, row: Home) -> list[Grant]:
    """List the grants by which whoever asked, or found something, reads the version that it is
    about: in force or to begin.
    """
    return list(
        tx.session.scalars(
            select(Grant)
            .where(
                Grant.review_id == row.review_id,
                Grant.version_id == row.version_id,
                Grant.organisation_id == row.organisation_id,
                Grant.state == "in_force",
                Grant.ends_at > database_now(tx),
                Grant.follows.is_(None),
            )
            .order_by(Grant.id)
        )
    )


def grants_to_come(tx: Transaction, version_id: str) -> list[Grant]:
    """List the grants for which an attached version is built that was not given out yet."""
    requests = tx.session.scalars(
        select(Request)
        .join(Attachment, Attachment.request_id == Request.id)
        .where(Attachment.version_id == version_id, _WAITING)
        .distinct()
        .order_by(Request.id)
    ).all()
    findings = tx.session.scalars(
        select(Finding)
        .where(
            Finding.id.in_(
                select(Attachment.finding_id).where(Attachment.version_id == version_id, _NOT_GIVEN)
            )
        )
        .order_by(Finding.id)
    ).all()
    homes: list[Home] = [*requests, *findings]
    found = {grant.id: grant for row in homes for grant in grants_of_asker(tx, row)}
    return [found[name] for name in sorted(found)]


def attached_about(tx: Transaction, version_id: str) -> list[str]:
    """List the versions not given out yet that are attached for requests about a version, and for
    findings in it.
    """
    other = Attachment.version_id != version_id
    asked = (
        select(Attachment.version_id)
        .join(Request, Request.id == Attachment.request_id)
        .where(Request.version_id == version_id, other, _WAITING)
    )
    found = (
        select(Attachment.version_id)
        .join(Finding, Finding.id == Attachment.finding_id)
        .where(Finding.version_id == version_id, other, _NOT_GIVEN)
    )
    return sorted(tx.session.scalars(asked.union(found)))


def waiting_for(tx: Transaction, finding_id: str) -> list[Attachment]:
    """List what is attached to a finding and was not given yet, oldest first."""
    return list(
        tx.session.scalars(
            select(Attachment)
            .where(Attachment.finding_id == finding_id, _NOT_GIVEN)
            .order_by(Attachment.added_at, Attachment.id)
        )
    )


def is_dossier(tx: Transaction, version_id: str) -> bool:
    """Say whether a version was made of a file that was attached to an answer."""
    known: tuple[Version, Report] | None = tx.memory.get(("rows", version_id))
    if known is not None:  # whoever reads it has had it decided upon just now
        return known[1].dossier
    found = select(Report.dossier).join(Version, Version.report_id == Report.id)
    return bool(tx.session.scalars(found.where(Version.id == version_id)).one_or_none())


def goes_with(tx: Transaction, version_id: str) -> GoesWith | None:
    """Say what a dossier goes with, where the acting person may read that."""
    if not is_dossier(tx, version_id):
        return None
    found = tx.session.execute(
        select(Attachment.request_id, Attachment.finding_id)
        .where(Attachment.version_id == version_id, Attachment.removed_at.is_(None))
        .order_by(Attachment.added_at)
    ).all()
    for request_id, finding_id in found:
        if request_id and may(tx, Action.READ_REQUEST, Target("request", request_id)):
            return GoesWith(
                href=f"/requests/{request_id}", called="The answer it goes with",
                short="Answer", list_href="/requests", list_called="Requests",
            )  # fmt: skip
        if finding_id and may(tx, Action.READ_FINDING, Target("finding", finding_id)):
            return GoesWith(
                href=f"/findings/{finding_id}#thread", called="The finding it goes with",
                short="Finding", list_href="/findings", list_called="Findings",
            )  # fmt: skip
    return None


def sets_lifted(grants: Iterable[Grant]) -> list[frozenset[str]]:
    """Give every set of categories that some grants lift: each by itself, and all together."""
    each = [frozenset(grant.lifted) for grant in grants]
    return sorted({*each, frozenset[str]().union(*each)}, key=sorted) if each else []


def ends_with(tx: Transaction, grant_id: str) -> list[Grant]:
    """Lock and list the grants in force that go by a grant, and end with it."""
    return list(
        tx.session.scalars(
            select(Grant)
            .where(Grant.follows == grant_id, Grant.state == "in_force")
            .order_by(Grant.id)
            .with_for_update()
        )
    )
