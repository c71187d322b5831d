"""Telling a review late: its organisation could not read the version when the change was decided.

Each is told by a row, a text and a notice of its own, as those were who could; that others were
told before, or that any were, is not told.
"""

from sqlalchemy import Select, select

from app.access.decide import require
from app.access.deposit import copy_field
from app.access.narrowing import organisations_granted
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import Target
from app.features.versions import queries
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.models.reports import Version
from app.models.reviews import Review
from app.models.versions import MaterialChange
from app.transaction import Transaction


def versions_decided(tx: Transaction) -> list[str]:
    """List the versions of which it was ever decided that they change another one materially."""
    rows = tx.session.scalars(
        select(MaterialChange.version_id)
        .join(Version, Version.id == MaterialChange.version_id)
        .where(
            MaterialChange.review_id.is_(None),
            MaterialChange.material,
            Version.state == "published",
        )
        .distinct()
        .order_by(MaterialChange.version_id)
    )
    return list(rows)


def tell_reviews_late(tx: Transaction, version_id: str) -> int:
    """Tell the open reviews of earlier versions that are owed word of this one; gives how many.

    A review is owed it where the latest decision is that the change is material, its organisation
    as a whole may read the version just now, and it was not told of that decision.
    """
    target = Target("version", version_id)
    if not _owed(tx, version_id):
        return 0
    require(tx, Action.TELL_MATERIAL_CHANGE, target)
    # Two runs at once, and whoever decides anew, wait for each other.
    tx.session.scalars(select(Version.id).where(Version.id == version_id).with_for_update()).one()
    owed = _owed(tx, version_id)
    for decision, review in owed:
        _tell(tx, decision, review)
    return len(owed)


def _owed(tx: Transaction, version_id: str) -> list[tuple[MaterialChange, Review]]:
    version = tx.session.get(Version, version_id)
    if version is None or version.state != "published":
        return []
    granted = organisations_granted(tx, version_id)
    return [
        (decision, review)
        for decision in queries.latest_decisions(tx, version_id)
        if decision.material
        for review in tx.session.scalars(_untold(decision, granted))
    ]


def _untold(decision: MaterialChange, granted: frozenset[str]) -> Select[Review]:
    told = select(MaterialChange.id).where(
        MaterialChange.decision_id == decision.id, MaterialChange.review_id == Review.id
    )
    return (
        select(Review)
        .where(
            Review.version_id == decision.earlier_id,
            Review.state == "open",
            Review.organisation_id.in_(granted),
            ~told.exists(),
        )
        .order_by(Review.id)
    )


def _tell(tx: Transaction, decision: MaterialChange, review: Review) -> None:
    row = MaterialChange(
        id=new_id("material_change"),
        decision_id=decision.id,
        version_id=decision.version_id,
        earlier_id=decision.earlier_id,
        review_id=review.id,
        organisation_id=review.organisation_id,
        material=True,
        decided_by=decision.decided_by,
        decided_at=now(),  # when others were told is not this organisation's business
    )
    tx.session.add(row)
    tx.session.flush()
    version, about = Target("version", decision.version_id), Target("review", review.id)
    copy_field(
        tx,
        version,
        field=f"material_reason.{decision.id}",
        to=about,
        to_field=f"material_reason.{row.id}",
        organisation_id=review.organisation_id,
    )
    numbers = queries.numbers_of(tx, (decision.version_id, decision.earlier_id))
    tx.emit(
        Event(
            name="MaterialChangeTold",
            licence=Action.TELL_MATERIAL_CHANGE,
            target=version,
            subject=about,
            organisations=frozenset({review.organisation_id}),
            facts={
                "number": numbers[decision.version_id],
                "from_number": numbers[decision.earlier_id],
                "review": review.id,
            },
        )
    )
