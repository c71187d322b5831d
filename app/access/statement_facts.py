"""The facts of review statements; loaded for `facts`, which remembers them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select, text

from app.domain.statements import Standing, is_open, missing
from app.domain.targets import Target
from app.models.organisations import Organisation
from app.models.reports import Report, Version
from app.models.reviews import Review
from app.models.statements import Statement, StatementComment, StatementVerdict
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
    rights = rights_of(tx, rows)
    standings = standings_of(tx, rows)
    for row in rows:
        right, standing = rights.get(row.review_id, "none"), standings[row.id]
        # Where the version is closed to an organisation, its statement stays its own.
        tx.memory[("facts", Target("statement", row.id))] = StatementFacts(
            id=row.id,
            organisation_id=row.organisation_id,
            state=row.state,
            report_owner_id=owners.get(row.version_id, ""),
            open_to=frozenset(row.open_to),
            commentable=standing.open,
            released=row.released_at is not None,
            named=row.organisation_id in named,
            asked=right == "approval" and standing.verdict != "approved",
            due=not missing(right, standing),
        )


def standings_of(tx: Transaction, rows: Iterable[Statement]) -> dict[str, Standing]:
    """Say by id how far statements are with what a publication right can ask for.

    Whether the text still is the one that was shared, nobody but its organisation can tell: that
    is left for the release.
    """
    listed = list(rows)
    shared = [row for row in listed if row.state == "shared"]
    moment = tx.session.execute(text("SELECT now()")).scalar_one() if shared else None
    last, waiting = _verdicts(tx, shared), _waiting(tx, shared)
    return {
        row.id: Standing(
            shared=True,
            open=row.id not in last and is_open(row.window_opens_at, row.window_closes_at, moment),
            waiting=waiting.get(row.id, 0),
            verdict=last.get(row.id),
        )
        if row.state == "shared" and moment is not None
        else Standing(shared=False)
        for row in listed
    }


def rights_of(tx: Transaction, rows: Iterable[Statement]) -> Mapping[str, str]:
    """Give the publication rights of the reviews that statements belong to, by review."""
    found = tx.session.execute(
        select(Review.id, Review.publication_right).where(
            Review.id.in_({row.review_id for row in rows})
        )
    )
    return {row.id: row.publication_right for row in found}


def _verdicts(tx: Transaction, shared: Sequence[Statement]) -> dict[str, str]:
    """Give the publisher's last word on what was shared last, by statement."""
    if not shared:
        return {}
    now_at = {row.id: len(row.sharings) for row in shared}
    rows = tx.session.execute(
        select(StatementVerdict.statement_id, StatementVerdict.sharing, StatementVerdict.decision)
        .where(StatementVerdict.statement_id.in_(now_at))
        .order_by(StatementVerdict.number)
    )
    return {row.statement_id: row.decision for row in rows if row.sharing == now_at[row[0]]}


def _waiting(tx: Transaction, shared: Sequence[Statement]) -> dict[str, int]:
    if not shared:
        return {}
    rows = tx.session.execute(
        select(StatementComment.statement_id, func.count().label("n"))
        .where(
            StatementComment.statement_id.in_({row.id for row in shared}),
            StatementComment.kind == "confidentiality",
            StatementComment.decision.is_(None),
        )
        .group_by(StatementComment.statement_id)
    )
    return {row.statement_id: row.n for row in rows}
