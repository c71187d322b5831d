"""Who works on a register: who reads the version; what the conclusion rests on is guarded."""

from app.access.decide import require
from app.domain.actions import Action
from app.domain.targets import Target
from app.kernel.actor import Role
from app.kernel.errors import Forbidden
from app.models.reports import Report, Version
from app.transaction import Decision, Transaction


def require_work(tx: Transaction, version_id: str) -> None:
    """Require what it takes to change claims: to prepare the version, and to read its register.

    Raises:
        Forbidden, NotFound: as `require`.
    """
    target = Target("version", version_id)
    require(tx, Action.MARK_CLAIM, target)
    require(tx, Action.READ_CLAIMS, target)


def require_naming(tx: Transaction, version_id: str) -> None:
    """Require what it takes to name owners: a coordinator needs no grant, an author does.

    Raises:
        Forbidden, NotFound: as `require`.
    """
    target = Target("version", version_id)
    require(tx, Action.ASSIGN_OWNER, target)
    if not tx.actor.has(Role.COORDINATOR):
        require(tx, Action.READ_CLAIMS, target)


def require_lightening(tx: Transaction, version_id: str) -> None:
    """Refuse to take a load-bearing claim off a published register to all but two kinds of people.

    What an organisation was told of the conclusion hangs on those claims: the report's owner or a
    coordinator decides that one carries it no more.

    Raises:
        Forbidden: somebody else asks, of a version that is published.
    """
    version = tx.session.get_one(Version, version_id)
    if version.state != "published" or tx.actor.has(Role.COORDINATOR):
        return
    report = tx.session.get_one(Report, version.report_id)
    if report.owner_id == tx.actor.id:
        return
    tx.decisions.append(
        Decision(
            action=Action.MARK_CLAIM,
            target=Target("version", version_id),
            allowed=False,
            policies=(),
            facts=(("reason", "carries-the-conclusion"),),
        )
    )
    raise Forbidden(
        "The conclusion of a published version rests on this claim.",
        kept="The register is as it was.",
        remedy="Ask the owner of the report or a coordinator to change it.",
    )
