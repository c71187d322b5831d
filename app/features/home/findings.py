"""Findings and deletions on the home pages: what waits for the acting person."""

from collections.abc import Sequence

from sqlalchemy import Select, and_, case, func, select

from app.access import scope
from app.access.decide import keep, may
from app.access.finding_facts import remember_findings
from app.domain.actions import Action
from app.domain.findings import CLASSES, MATERIALITY, WAITING, outward
from app.domain.targets import Target
from app.features.findings.deciding import count_decisions
from app.features.findings.queries import awaits_decider, row_views
from app.features.findings.thread_queries import unread_messages
from app.features.home.schemas import Figure, Line, Part
from app.kernel.actor import Role
from app.kernel.clock import now
from app.models.dialogue import ClawBack, Deletion, Message
from app.models.findings import Finding
from app.transaction import Transaction

_LISTED = 5
_WEIGHT = case({code: place for place, code in enumerate(MATERIALITY)}, value=Finding.materiality)


def author_figures(tx: Transaction) -> list[Figure]:
    """Count what waits on an author's claims, and what of it is late."""
    mine = scope.findings(tx).where(
        Finding.author_id == tx.actor.id, Finding.state.in_(sorted(WAITING)), ~awaits_decider()
    )
    late = _count(tx, mine.where(Finding.due_on < now().date()))
    figures = [
        Figure(
            label="findings on your claims",
            one="finding on your claims",
            value=_count(tx, mine),
            href="/findings/desk",
            waits=True,
        )
    ]
    if late:
        figures.append(
            Figure(
                label="of them past their day",
                value=late,
                href="/findings/desk?show=late",
                tone="late",
            )
        )
    return figures


def coordinator_figures(tx: Transaction) -> list[Figure]:
    """Count what lies in the coordinator's queue, what is late, and claw-backs that are open."""
    waiting = scope.findings(tx).where(Finding.state.in_(sorted(WAITING)))
    late = _count(tx, waiting.where(Finding.due_on < now().date()))
    open_ = _count(tx, select(ClawBack).where(ClawBack.closed_at.is_(None)))
    figures = [
        Figure(
            label="findings without an author",
            one="finding without an author",
            value=_count(tx, waiting.where(Finding.author_id.is_(None))),
            href="/findings/desk?whose=queue",
            waits=True,
        ),
        Figure(
            label="findings past their day",
            one="finding past its day",
            value=late,
            href="/findings/desk?whose=all&show=late",
            tone="late" if late else None,
        ),
    ]
    if not tx.actor.has(Role.APPROVER):  # whose own figures have it
        figures += decider_figures(tx)
    if open_:
        figures.append(
            Figure(
                label="open claw-backs", one="open claw-back", value=open_, href="/claw-backs",
                waits=True,
            )
        )  # fmt: skip
    return figures


def decider_figures(tx: Transaction) -> list[Figure]:
    """Count the rejections that somebody else has to decide."""
    return [
        Figure(
            label="rejections to decide",
            one="rejection to decide",
            value=count_decisions(tx),
            href="/findings/decisions",
            waits=True,
        )
    ]


def worst_first(tx: Transaction) -> list[Part]:
    """List the findings on an author's claims that wait, the worst first."""
    rows = _readable(
        tx,
        scope.findings(tx)
        .where(Finding.author_id == tx.actor.id, Finding.state.in_(sorted(WAITING)))
        .order_by(_WEIGHT.desc(), Finding.due_on.nulls_last(), Finding.filed_at, Finding.id),
    )
    lines = tuple(
        Line(
            text=f"{row.number}: {MATERIALITY[row.materiality].lower()}",
            href=f"/findings/desk?finding={row.id}",
            note=f"{CLASSES[row.finding_class]}, page {row.page}",
        )
        for row in row_views(tx, rows)
    )
    return [Part(title="Findings on your claims", lines=lines, empty="")] if lines else []


def answered(tx: Transaction) -> list[Part]:
    """List what the publisher answered or asked, and where somebody wrote."""
    unread = unread_messages(tx).with_only_columns(Message.finding_id)
    rows = _readable(
        tx,
        scope.findings(tx)
        .where(Finding.state.in_(("responded", "fixed", "needs_detail")) | Finding.id.in_(unread))
        .order_by(_WEIGHT.desc(), Finding.state_since, Finding.id),
    )
    lines = tuple(
        Line(text=f"{row.number}: {_said(row.state)}", href=f"/findings/{row.id}",
             note=f"{row.report_title}, page {row.page}")
        for row in row_views(tx, rows)
    )  # fmt: skip
    return [Part(title="What the authors said", lines=lines, empty="")] if lines else []


def deletions(tx: Transaction) -> list[Line]:
    """List what the organisation's lead has to certify as deleted."""
    own = tx.actor.organisation_id or ""
    if not may(tx, Action.CERTIFY_DELETION, Target("organisation", own)):
        return []
    waiting = tx.session.scalars(
        select(Deletion).where(
            and_(Deletion.organisation_id == own, Deletion.certified_at.is_(None))
        )
    ).all()
    return [
        Line(text=f"Delete page {row.page} and certify it", href="/deletions") for row in waiting
    ]


def _said(state: str) -> str:
    words = {
        "responded": "answered",
        "fixed": "a version fixes it",
        "needs_detail": "detail is asked for",
    }
    return words.get(state, f"somebody wrote; {outward(state).lower()}")


def _readable(tx: Transaction, statement: Select[Finding]) -> Sequence[Finding]:
    rows = list(tx.session.scalars(statement.limit(_LISTED)))
    remember_findings(tx, rows)
    return keep(tx, Action.READ_FINDING, rows, lambda row: Target("finding", row.id))


def _count(tx: Transaction, statement: Select[Finding] | Select[ClawBack]) -> int:
    return tx.session.scalars(
        select(func.count()).select_from(statement.order_by(None).subquery())
    ).one()
