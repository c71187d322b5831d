"""What goes with answers, as far as more than one feature has to know: for whom it is prepared,
and who may know whose it is.

An attachment's asker holds no grant of it before the release. Its editions are built for the grants
that they hold of the version asked about, which is what the release gives them and never more.
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, select, true

from app.access.decide import may
from app.access.facts import database_now
from app.domain.actions import Action
from app.domain.requests import ENDED
from app.domain.targets import Target
from app.kernel.actor import Role
from app.models.reports import Report, Version
from app.models.requests import Attachment, Request
from app.models.reviews import Grant
from app.transaction import Transaction

_OVERSEERS = frozenset({Role.COORDINATOR, Role.APPROVER, Role.AUDITOR})
_WAITING = and_(
    Attachment.removed_at.is_(None),
    Attachment.released_at.is_(None),
    Request.state.not_in(ENDED),
)


def knows_askers(tx: Transaction) -> bool:
    """Say whether the acting person sees requests as a whole, and so may know who asked."""
    return bool(tx.actor.roles & _OVERSEERS)


def known_grants(tx: Transaction) -> ColumnElement[bool]:
    """Keep grants that would tell whoever answers who asked from those who may not know."""
    return true() if knows_askers(tx) else Grant.follows.is_(None)


def grants_of_asker(tx: Transaction, row: Request) -> list[Grant]:
    """List the grants by which the asker reads the version asked about, in force or to begin."""
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
    """List the grants of askers that a version attached to unreleased answers is built for."""
    requests = tx.session.scalars(
        select(Request)
        .join(Attachment, Attachment.request_id == Request.id)
        .where(Attachment.version_id == version_id, _WAITING)
        .distinct()
        .order_by(Request.id)
    ).all()
    found = {grant.id: grant for row in requests for grant in grants_of_asker(tx, row)}
    return [found[name] for name in sorted(found)]


def attached_about(tx: Transaction, version_id: str) -> list[str]:
    """List the versions attached to unreleased answers of requests about a version."""
    return list(
        tx.session.scalars(
            select(Attachment.version_id)
            .join(Request, Request.id == Attachment.request_id)
            .where(Request.version_id == version_id, Attachment.version_id != version_id, _WAITING)
            .distinct()
            .order_by(Attachment.version_id)
        )
    )


def is_dossier(tx: Transaction, version_id: str) -> bool:
    """Say whether a version was made of a file that was attached to an answer."""
    known: tuple[Version, Report] | None = tx.memory.get(("rows", version_id))
    if known is not None:  # whoever reads it has had it decided upon just now
        return known[1].dossier
    found = select(Report.dossier).join(Version, Version.report_id == Report.id)
    return bool(tx.session.scalars(found.where(Version.id == version_id)).one_or_none())


def request_of(tx: Transaction, version_id: str) -> str | None:
    """Name the request whose answer a dossier goes with, where the acting person may read it."""
    if not is_dossier(tx, version_id):
        return None
    found = tx.session.scalars(
        select(Attachment.request_id)
        .where(Attachment.version_id == version_id, Attachment.removed_at.is_(None))
        .order_by(Attachment.added_at)
    ).all()
    return next(
        (one for one in found if may(tx, Action.READ_REQUEST, Target("request", one))), None
    )


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
