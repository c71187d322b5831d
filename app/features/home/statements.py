"""What waits of review statements, counted for the home page."""

from sqlalchemy import Select, func, select

from app.features.home.schemas import Figure
from app.features.statements.listing import approval_wanted, comments_wanted
from app.kernel.actor import Role
from app.models.statements import Statement, StatementComment
from app.transaction import Transaction


def reviewer_statements(tx: Transaction) -> list[Figure]:
    """Count the comments on one's own drafts that wait for a decision."""
    waiting = (
        select(StatementComment.id)
        .join(Statement, Statement.id == StatementComment.statement_id)
        .where(
            Statement.organisation_id == (tx.actor.organisation_id or ""),
            Statement.state == "shared",
            StatementComment.decision.is_(None),
        )
    )
    return _figures(
        tx, waiting, "comments on your statement wait for your decision",
        "comment on your statement waits for your decision",
    )  # fmt: skip


def publisher_statements(tx: Transaction) -> list[Figure]:
    """Count the drafts that wait for those who may comment, and for their decision."""
    if not tx.actor.roles & {Role.COORDINATOR, Role.APPROVER}:
        return []
    return [
        *_figures(
            tx, select(Statement.id).where(comments_wanted()),
            "drafts of statements wait for your comments",
            "draft of a statement waits for your comments",
        ),
        *_figures(
            tx, select(Statement.id).where(approval_wanted()),
            "statements wait for your decision about publication",
            "statement waits for your decision about publication",
        ),
    ]  # fmt: skip


def _figures(tx: Transaction, waiting: Select[str], many: str, one: str) -> list[Figure]:
    count = tx.session.scalar(select(func.count()).select_from(waiting.subquery())) or 0
    if not count:
        return []
    return [Figure(label=many, one=one, value=count, href="/statements?show=waiting", waits=True)]
