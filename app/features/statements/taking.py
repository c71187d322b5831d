"""All statements of one's own organisation, drafts among them: what it takes along.

Its words stay its own, also after its access ended. What a section points to is named, never
quoted, so nothing of the report has to be taken out of them.
"""

from typing import Any

import orjson
from sqlalchemy import select

from app.access.decide import require
from app.access.statement_facts import remember_statements
from app.access.statement_texts import statement_texts
from app.domain.actions import Action
from app.domain.targets import Target
from app.features.statements import drafts, queries, reading, verdicts
from app.features.statements.schemas import OwnSection, OwnStatement
from app.models.reviews import Review
from app.models.statements import Statement
from app.transaction import Transaction


def own_rows(tx: Transaction) -> list[Statement]:
    """List the statements of the acting organisation that were not discarded, the oldest first."""
    return list(
        tx.session.scalars(
            select(Statement)
            .join(Review, Review.id == Statement.review_id)
            .where(
                Statement.organisation_id == (tx.actor.organisation_id or ""),
                Statement.state != "discarded",
            )
            .order_by(Review.created_at, Statement.review_id, Statement.number, Statement.id)
        )
    )


def own_statements(tx: Transaction) -> tuple[OwnStatement, ...]:
    """Give all statements of the acting organisation; the caller tells of it."""
    rows = own_rows(tx)
    remember_statements(tx, rows)
    names = queries.version_names(tx, {row.version_id for row in rows})
    return tuple(_own(tx, row, *names.get(row.version_id, ("", 0))) for row in rows)


def _own(tx: Transaction, row: Statement, title: str, number: int) -> OwnStatement:
    require(tx, Action.READ_STATEMENT_DRAFT, Target("statement", row.id))
    review = queries.get_review(tx, row.review_id)
    texts = statement_texts(tx, row.id, ["shared", "content", "appendix", "withdrawn"])

    def kept(name: str) -> dict[str, Any] | None:
        text = texts.get(name)
        read: dict[str, Any] | None = orjson.loads(text.body) if text and text.body else None
        return read

    released = row.released_at is not None
    why = texts.get("withdrawn")
    return OwnStatement(
        id=row.id,
        review_id=row.review_id,
        report_title=title,
        version_number=number,
        number=row.number,
        state=row.state,
        shared_at=row.shared_at,
        window_closes_at=row.window_closes_at,
        released_at=row.released_at,
        withdrawn_at=row.withdrawn_at,
        withdrawn_why=why.body if why else None,
        sections=tuple(
            OwnSection(topic=one.topic, title=one.title, text=one.text, points_to=one.points_to)
            for one in drafts.sections_view(tx, review, row)
        ),
        shared=kept("shared"),
        comments=reading.comment_views(tx, row),
        verdicts=verdicts.verdict_views(tx, row),
        file=drafts.file_view(queries.draft_of(tx, row.id)),
        content=kept("content") if released else None,
        appendix=kept("appendix") if released else None,
        signature=reading.signature_of(tx, row) if released else None,
    )
