"""Whether a version changes an earlier one materially: decided once, told to each review by itself.

The decision is the publisher's record. Each review of the earlier version gets a row, a text and a
notice of its own, so that no organisation learns of another.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select

from app.access.comparing import earlier_version, nothing_there
from app.access.decide import may, require
from app.access.deposit import deposit_field
from app.access.narrowing import organisations_granted
from app.access.release import release_field
from app.access.scope import version_and_title
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.targets import FieldRef, Target
from app.features.versions import queries, rows
from app.features.versions.schemas import (
    AffectedReview,
    DecideMaterial,
    MaterialDecided,
    MaterialView,
)
from app.kernel.actor import Side
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotFound
from app.kernel.ids import new_id
from app.models.reports import Version
from app.models.reviews import Review
from app.models.versions import MaterialChange
from app.transaction import Transaction


def decide_material(tx: Transaction, version_id: str, command: DecideMaterial) -> MaterialDecided:
    """Say whether a published version changes an earlier one materially; the latest word counts.

    Where it does, the leads of each open review of the earlier version are told to look again, if
    the new one is open to their organisation.

    Raises:
        NotFound: no such earlier version.
        Conflict: the same was decided already.
    """
    target = Target("version", version_id)
    require(tx, Action.DECIDE_MATERIAL, target)
    earlier = earlier_version(tx, version_id, command.earlier)
    if earlier is None:
        raise nothing_there(tx, Action.DECIDE_MATERIAL, version_id)
    version, _ = version_and_title(tx, version_id)
    tx.session.scalars(select(Version.id).where(Version.id == version_id).with_for_update()).one()
    before = latest(tx, version_id, earlier.id)
    if before is not None and before.material == command.material:
        raise Conflict("The same was decided already.", kept="The reason given then stands.")
    decision = _row(tx, version_id, earlier.id, command.material, None)
    _deposit(tx, target, decision.id, version_id, command.reason, None)
    reviews = _to_be_told(tx, version_id, earlier.id) if command.material else []
    facts: dict[str, Fact] = {
        "number": version.number, "from_number": earlier.number, "from_version": earlier.id,
        "material": command.material, "decision": decision.id, "reviews": len(reviews),
    }  # fmt: skip
    tx.emit(
        Event(
            name="MaterialChangeDecided",
            licence=Action.DECIDE_MATERIAL,
            target=target,
            facts=facts,
        )
    )
    for review in reviews:
        _told(tx, version, earlier, decision, review, command.reason)
    return MaterialDecided(id=decision.id, material=command.material, told=len(reviews))


def _told(
    tx: Transaction,
    version: Version,
    earlier: Version,
    decision: MaterialChange,
    review: Review,
    reason: str,
) -> None:
    row = _row(tx, version.id, earlier.id, True, review, decision.id)
    target = Target("review", review.id)
    _deposit(tx, target, row.id, version.id, reason, review.organisation_id)
    tx.emit(
        Event(
            name="MaterialChangeTold",
            licence=Action.DECIDE_MATERIAL,
            target=Target("version", version.id),
            subject=target,
            organisations=frozenset({review.organisation_id}),
            facts={"number": version.number, "from_number": earlier.number, "review": review.id},
        )
    )


def _row(
    tx: Transaction,
    version_id: str,
    earlier_id: str,
    material: bool,
    review: Review | None,
    decision_id: str = "",
) -> MaterialChange:
    made = new_id("material_change")
    row = MaterialChange(
        id=made,
        decision_id=decision_id or made,
        version_id=version_id,
        earlier_id=earlier_id,
        review_id=review.id if review else None,
        organisation_id=review.organisation_id if review else None,
        material=material,
        decided_by=tx.actor.id,
        decided_at=now(),
    )
    tx.session.add(row)
    tx.session.flush()
    return row


def _deposit(
    tx: Transaction,
    target: Target,
    identity: str,
    version_id: str,
    reason: str,
    organisation_id: str | None,
) -> None:
    """Keep the reason: who has lifted less than its writer learns that there is one, not what."""
    deposit_field(
        tx,
        target,
        field=f"material_reason.{identity}",
        body=reason,
        version_id=version_id,
        organisation_id=organisation_id,
        shared=organisation_id is not None,
    )


def _to_be_told(tx: Transaction, version_id: str, earlier_id: str) -> list[Review]:
    """List the open reviews of the earlier version whose organisation may read the later one.

    All of a review read what it was told, so a grant to some of its people is not enough.
    """
    statement = (
        select(Review)
        .where(Review.version_id == earlier_id, Review.state == "open")
        .order_by(Review.id)
    )
    granted = organisations_granted(tx, version_id)
    return [review for review in tx.session.scalars(statement) if review.organisation_id in granted]


def latest(tx: Transaction, version_id: str, earlier_id: str) -> MaterialChange | None:
    """Give the latest decision about a version against an earlier one."""
    return tx.session.scalars(
        select(MaterialChange)
        .where(
            MaterialChange.version_id == version_id,
            MaterialChange.earlier_id == earlier_id,
            MaterialChange.review_id.is_(None),
        )
        .order_by(MaterialChange.decided_at.desc(), MaterialChange.id.desc())
        .limit(1)
    ).one_or_none()


def shown(tx: Transaction, version_id: str, earlier_id: str) -> dict[str, Any]:
    """Give what the map says about the decision: to the publisher's people alone."""
    if tx.actor.side is Side.REVIEWER:
        return {}
    decides = may(tx, Action.DECIDE_MATERIAL, Target("version", version_id))
    affected = _to_be_told(tx, version_id, earlier_id) if decides else []
    return {
        "material": _view(tx, latest(tx, version_id, earlier_id)),
        "reviews": tuple(_named(tx, affected)),
        "reviews_told": len(affected),
        "may_decide": decides,
    }


def _named(tx: Transaction, reviews: Sequence[Review]) -> Iterable[AffectedReview]:
    """Give those whose organisation this person may know: an id alone would tell it as well."""
    names = rows.names_known(tx, {review.organisation_id for review in reviews})
    for review in reviews:
        if review.organisation_id in names:
            yield AffectedReview(id=review.id, organisation=names[review.organisation_id])


def _view(tx: Transaction, row: MaterialChange | None) -> MaterialView | None:
    if row is None:
        return None
    target = Target("version", row.version_id)
    told = select(func.count()).where(
        MaterialChange.decision_id == row.id, MaterialChange.review_id.is_not(None)
    )
    return MaterialView(
        material=row.material,
        reason=_reason(tx, target, row.id),
        by=queries.person_name(tx, row.decided_by),
        at=row.decided_at,
        told=tx.session.scalars(told).one(),
    )


def _reason(tx: Transaction, target: Target, identity: str) -> str | None:
    try:
        found = release_field(tx, FieldRef(subject=target, field=f"material_reason.{identity}"))
    except NotFound:
        return None
    return found.body
