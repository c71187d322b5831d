"""The part of the door through which a review shows that a later version changes things materially.

An organisation sees what its own review was told; the reason shows to whoever has lifted what its
writer had. Whether a version is newer than the one under review is told to who may read both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.access.decide import keep, require
from app.access.release import release_field
from app.domain.actions import Action
from app.domain.targets import FieldRef, Target
from app.kernel.actor import Side
from app.kernel.errors import NotFound
from app.models.reports import Report, Version
from app.models.reviews import Review
from app.models.versions import MaterialChange
from app.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class ToldOf:
    """A material change that a review was told of; `reason` is None where it is not for them."""

    version_id: str
    number: int
    from_number: int
    at: datetime
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class Newer:
    """A version under review, and the latest one that the same person may read."""

    review_id: str
    title: str
    version_id: str
    number: int
    newer_id: str
    newer_number: int
    material: bool


def told_of(tx: Transaction, review_id: str) -> tuple[ToldOf, ...]:
    """List the material changes that a review was told of, the latest first.

    Whoever calls has required the reading of the review.
    """
    earlier = aliased(Version)
    rows = tx.session.execute(
        select(MaterialChange, Version.number, earlier.number.label("from_number"))
        .join(Version, Version.id == MaterialChange.version_id)
        .join(earlier, earlier.id == MaterialChange.earlier_id)
        .where(MaterialChange.review_id == review_id)
        .order_by(MaterialChange.decided_at.desc(), MaterialChange.id)
    )
    return tuple(
        ToldOf(
            version_id=row.version_id,
            number=number,
            from_number=from_number,
            at=row.decided_at,
            reason=_reason(tx, review_id, row.id),
        )
        for row, number, from_number in rows
    )


@dataclass(frozen=True, kw_only=True)
class ToldOn(ToldOf):
    """What one's own review of the earlier version was told, on the page of the later version."""

    review_id: str


def told_on(tx: Transaction, version_ids: Sequence[str]) -> tuple[ToldOn, ...]:
    """List the material changes by these versions that the acting organisation was told of.

    The reading of each review is decided; to the publisher's people nothing is given, whose record
    of the decision stands in the map.
    """
    if tx.actor.side is not Side.REVIEWER:
        return ()
    reviews = tx.session.scalars(
        select(MaterialChange.review_id).where(
            MaterialChange.version_id.in_(version_ids),
            MaterialChange.organisation_id == (tx.actor.organisation_id or ""),
        )
    )
    ids = sorted({one for one in reviews if one is not None})
    mine = keep(tx, Action.READ_REVIEW, ids, lambda one: Target("review", one))
    found: list[ToldOn] = []
    for review_id in mine:
        require(tx, Action.READ_REVIEW, Target("review", review_id))
        found += [
            ToldOn(review_id=review_id, **vars(told))
            for told in told_of(tx, review_id)
            if told.version_id in version_ids
        ]
    return tuple(sorted(found, key=lambda told: (-told.number, -told.at.timestamp())))


def _reason(tx: Transaction, review_id: str, identity: str) -> str | None:
    ref = FieldRef(subject=Target("review", review_id), field=f"material_reason.{identity}")
    try:
        return release_field(tx, ref).body
    except NotFound:
        return None


def newer_versions(tx: Transaction) -> list[Newer]:
    """List the open reviews of the acting organisation whose version has a newer one open to it.

    Nothing moves by itself: the review stays on its version.
    """
    old, new, every = aliased(Version), aliased(Version), aliased(Version)
    last = (
        select(func.max(every.number))
        .where(every.report_id == Review.report_id, every.state == "published")
        .correlate(Review)
        .scalar_subquery()
    )
    material = select(MaterialChange.id).where(
        MaterialChange.review_id == Review.id, MaterialChange.version_id == new.id
    )
    rows = tx.session.execute(
        select(
            Review.id, Report.title, old.id.label("version_id"), old.number,
            new.id.label("newer_id"), new.number.label("newer"), material.exists().label("told"),
        )
        .join(old, old.id == Review.version_id)
        .join(Report, Report.id == Review.report_id)
        .join(new, (new.report_id == Review.report_id) & (new.number == last))
        .where(
            Review.organisation_id == (tx.actor.organisation_id or ""),
            Review.state == "open",
            new.state == "published",
            new.number > old.number,
        )
        .order_by(Report.title, Review.id)
    ).all()  # fmt: skip
    read = keep(tx, Action.READ_VERSION, rows, lambda row: Target("version", row.newer_id))
    both = keep(tx, Action.READ_VERSION, read, lambda row: Target("version", row.version_id))
    return [
        Newer(
            review_id=row.id,
            title=row.title,
            version_id=row.version_id,
            number=row.number,
            newer_id=row.newer_id,
            newer_number=row.newer,
            material=row.told,
        )
        for row in both
    ]
