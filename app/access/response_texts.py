"""The publisher's answers to recommendations, many at once: one guarded field for each answer."""

from collections.abc import Mapping

from sqlalchemy import select

from app.access.release import field_of
from app.access.released import ReleasedField
from app.db.base import one_of
from app.models.content import GuardedField
from app.transaction import Transaction


def response_texts(tx: Transaction, answers: Mapping[str, str]) -> dict[str, ReleasedField]:
    """Give the texts of answers, by answer.

    Args:
        tx: the transaction; those whose recommendation was not decided to be read are left out.
        answers: the recommendation's id, by the answer's id.
    """
    licensed = {decision.target.id for decision in tx.decisions if decision.allowed}
    wanted = [f"response.{one}" for one, about in answers.items() if about in licensed]
    if not wanted:
        return {}
    rows = tx.session.scalars(
        select(GuardedField).where(
            GuardedField.subject_kind == "recommendation",
            one_of(GuardedField.subject_id, sorted(set(answers.values()))),
            one_of(GuardedField.field, wanted),
        )
    )
    return {row.field.partition(".")[2]: field_of(tx, row) for row in rows}
