"""Scoped reads for carrying marks over: which wait, which were carried, which are not needed."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.features.redactions.schemas import RedactionView
from app.models.evidence import EvidenceMark
from app.models.people import Person
from app.models.redactions import NotNeeded, Redaction
from app.models.reports import Version
from app.transaction import Transaction


def rows(tx: Transaction, ids: Collection[str]) -> list[Redaction]:
    """Give marks by their ids, in the order of their pages, then of the evidence and its lines."""
    statement = (
        select(Redaction)
        .outerjoin(EvidenceMark, EvidenceMark.redaction_id == Redaction.id)
        .where(Redaction.id.in_(ids))
        .order_by(
            Redaction.evidence.is_not(None),
            Redaction.page,
            func.length(Redaction.evidence),  # E9 before E10
            Redaction.evidence,
            EvidenceMark.line_from,
            Redaction.id,
        )
    )
    return list(tx.session.scalars(statement))


def numbers(tx: Transaction, versions: Collection[str]) -> dict[str, int]:
    """Give the numbers of versions by their ids."""
    found = tx.session.execute(select(Version.id, Version.number).where(Version.id.in_(versions)))
    return dict(found.all())


def carried_count(tx: Transaction, version_id: str) -> int:
    """Count the marks of earlier versions that were carried over to this one and still stand."""
    statement = select(func.count(Redaction.carried_from.distinct())).where(
        Redaction.version_id == version_id, Redaction.state != "withdrawn"
    )
    return tx.session.scalars(statement).one()


def not_needed(tx: Transaction, version_id: str) -> dict[str, tuple[NotNeeded, str, str]]:
    """Give by mark who found it unneeded here, with their name and the version it stands in.

    A mark that was carried over after all is not among them.
    """
    found = tx.session.execute(
        select(NotNeeded, Person.name, Redaction.version_id)
        .join(Person, Person.id == NotNeeded.decided_by)
        .join(Redaction, Redaction.id == NotNeeded.redaction_id)
        .where(NotNeeded.version_id == version_id)
    )
    return {row.NotNeeded.redaction_id: (row.NotNeeded, row.name, row.version_id) for row in found}


def belongs_to_report(tx: Transaction, version_id: str, redaction: str) -> bool:
    """Say whether a mark stands in an earlier version of the same report."""
    here, there = aliased(Version), aliased(Version)
    statement = (
        select(Redaction.id)
        .join(there, there.id == Redaction.version_id)
        .join(here, here.report_id == there.report_id)
        .where(Redaction.id == redaction, here.id == version_id, there.number < here.number)
    )
    return tx.session.scalars(statement).first() is not None


def group_to_join(tx: Transaction, version_id: str, old: Redaction) -> str | None:
    """Find one's own undecided group to which others of a mark's group were carried already."""
    siblings = aliased(Redaction)
    statement = (
        select(Redaction.group_id)
        .join(siblings, siblings.id == Redaction.carried_from)
        .where(
            Redaction.version_id == version_id,
            Redaction.state == "proposed",
            Redaction.proposed_by == tx.actor.id,
            Redaction.categories == old.categories,
            Redaction.character == old.character,
            Redaction.justification == old.justification,
            siblings.group_id == old.group_id,
        )
        .order_by(Redaction.proposed_at)
    )
    return tx.session.scalars(statement).first()


def views(found: Collection[RedactionView], ids: Collection[str]) -> tuple[RedactionView, ...]:
    """Give those views whose ids are wanted."""
    return tuple(view for view in found if view.id in ids)
