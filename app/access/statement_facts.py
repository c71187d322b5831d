"""The facts of review statements; loaded for `facts`, which remembers them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, text

from app.domain.statements import is_open
from app.domain.targets import Target
from app.models.organisations import Organisation
from app.models.reports import Report, Version
from app.models.statements import Statement
from app.policy.facts import ResourceFacts, StatementFacts
from app.transaction import Transaction


def statement_facts(tx: Transaction, statement_id: str) -> ResourceFacts | None:
    """Find the facts of a statement; None when missing or hidden."""
    row = tx.session.get(Statement, statement_id)
    if row is None:
        return None
    remember_statements(tx, [row])
    found: ResourceFacts | None = tx.memory.get(("facts", Target("statement", row.id)))
    return found


def remember_statements(tx: Transaction, rows: Sequence[Statement]) -> None:
    """Load the facts of a page of statements at once; windows close by the database's clock."""
    moment = tx.session.execute(text("SELECT now()")).scalar_one()
    owners: dict[str, Any] = {
        row.id: row.owner_id
        for row in tx.session.execute(
            select(Version.id, Report.owner_id)
            .join(Report, Report.id == Version.report_id)
            .where(Version.id.in_({row.version_id for row in rows}))
        )
    }
    named = set(
        tx.session.scalars(
            select(Organisation.id).where(
                Organisation.id.in_({row.organisation_id for row in rows}),
                Organisation.names_itself_to_authors,
            )
        )
    )
    for row in rows:
        open_now = row.state == "shared" and is_open(
            row.window_opens_at, row.window_closes_at, moment
        )
        # Where the version is closed to an organisation, its statement stays its own.
        tx.memory[("facts", Target("statement", row.id))] = StatementFacts(
            id=row.id,
            organisation_id=row.organisation_id,
            state=row.state,
            report_owner_id=owners.get(row.version_id, ""),
            open_to=frozenset(row.open_to),
            commentable=open_now,
            released=row.released_at is not None,
            named=row.organisation_id in named,
        )
