"""Numbers of an organisation's requests and findings: `RQ-<ORG>-0007`, no global sequence."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.models.organisations import Counter, Organisation
from app.transaction import Transaction


def next_number(tx: Transaction, organisation_id: str, series: str) -> str:
    """Take the organisation's next number in a series (RQ, FC); gapless once it commits."""
    row = insert(Counter).values(organisation_id=organisation_id, series=series, next=2)
    row = row.on_conflict_do_update(
        index_elements=["organisation_id", "series"], set_={"next": Counter.next + 1}
    )
    taken = tx.session.execute(row.returning(Counter.next)).scalar_one() - 1
    code = tx.session.scalars(
        select(Organisation.code).where(Organisation.id == organisation_id)
    ).one()
    return f"{series}-{code}-{taken:04d}"
