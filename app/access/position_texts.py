"""The reasons of positions, many at once: by the review they belong to, or by the comparison.

They are guarded fields of the review, one for each position. What the publisher compares was
released; row-level security shows it nothing else of an organisation.
"""

from collections.abc import Sequence

from sqlalchemy import select

from app.access.release import field_of
from app.access.released import ReleasedField
from app.db.base import one_of
from app.domain.actions import Action
from app.domain.targets import Target
from app.kernel.errors import NotFound
from app.models.content import GuardedField
from app.transaction import Transaction

OWN, RELEASED = "reasons", "released_reasons"


def own_reasons(tx: Transaction, review_id: str, ids: Sequence[str]) -> dict[str, ReleasedField]:
    """Give the reasons of an organisation's own positions, by position.

    Raises:
        NotFound: no act on the review was decided here.
    """
    _require_review(tx, review_id)
    return _fields(tx, OWN, ids, review_id=review_id)


def released_reasons(
    tx: Transaction, ids: Sequence[str], *, review_id: str | None = None, version_id: str = ""
) -> dict[str, ReleasedField]:
    """Give the reasons of released positions, by position: of one review, or of a comparison.

    Raises:
        NotFound: neither an act on the review nor the comparison of the version was decided here.
    """
    if review_id is not None:
        _require_review(tx, review_id)
        return _fields(tx, RELEASED, ids, review_id=review_id)
    if tx.licence(Action.COMPARE_POSITIONS, Target("version", version_id)) is None:
        raise NotFound
    return _fields(tx, RELEASED, ids, version_id=version_id)


def _require_review(tx: Transaction, review_id: str) -> None:
    target = Target("review", review_id)
    if not any(decision.allowed and decision.target == target for decision in tx.decisions):
        raise NotFound


def _fields(
    tx: Transaction,
    kind: str,
    ids: Sequence[str],
    *,
    review_id: str | None = None,
    version_id: str | None = None,
) -> dict[str, ReleasedField]:
    if not ids:
        return {}
    statement = select(GuardedField).where(
        GuardedField.subject_kind == "review",
        one_of(GuardedField.field, [f"{kind}.{one}" for one in ids]),
    )
    if review_id is not None:
        statement = statement.where(GuardedField.subject_id == review_id)
    if version_id is not None:
        statement = statement.where(GuardedField.version_id == version_id)
    rows = tx.session.scalars(statement)
    return {row.field.partition(".")[2]: field_of(tx, row) for row in rows}
