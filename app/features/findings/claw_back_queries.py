"""Scoped reads of claw-backs: which grants show a version, who had it, what was certified."""

from collections.abc import Sequence
from datetime import UTC

from sqlalchemy import func, select

from app.access.decide import may
from app.access.facts import database_now
from app.domain.actions import Action
from app.domain.claw_backs import COVERS
from app.domain.targets import Target
from app.features.findings import thread_queries
from app.features.findings.claw_back_schemas import (
    ClawBackRow,
    ClawBackView,
    DeletionView,
    HadIt,
    NextVersion,
    ShownBy,
)
from app.kernel.actor import Side
from app.kernel.clock import now
from app.models.dialogue import ClawBack, Deletion
from app.models.findings import Finding
from app.models.organisations import Organisation
from app.models.redactions import Redaction
from app.models.reports import Report, Version
from app.models.reviews import Grant
from app.transaction import Transaction


def find_claw_back(tx: Transaction, finding_id: str) -> ClawBack | None:
    """Find the claw-back of a finding."""
    return tx.session.scalars(
        select(ClawBack).where(ClawBack.finding_id == finding_id)
    ).one_or_none()


def claw_back_view(tx: Transaction, finding: Finding) -> ClawBackView:
    """Give a claw-back step by step."""
    record = find_claw_back(tx, finding.id)
    version = tx.session.get_one(Version, finding.version_id)
    shown, had = _shown_by(tx, finding.version_id), who_had_it(tx, finding, record)
    return ClawBackView(
        finding_id=finding.id,
        number=finding.number,
        report_id=version.report_id,
        version=thread_queries.version_links(tx, {version.id})[version.id],
        page=finding.page,
        started_at=record.started_at if record else None,
        closed_at=record.closed_at if record else None,
        shown_by=shown,
        had_it=had,
        next_versions=_next_versions(tx, version, finding.page),
        missing=_missing(shown, had),
    )


def claw_back_rows(tx: Transaction) -> tuple[ClawBackRow, ...]:
    """List the claw-backs, open ones first, then the newest."""
    certified = func.count(Deletion.certified_at)
    rows = tx.session.execute(
        select(ClawBack, Finding.number, func.count(Deletion.id), certified)
        .join(Finding, Finding.id == ClawBack.finding_id)
        .outerjoin(Deletion, Deletion.claw_back_id == ClawBack.id)
        .group_by(ClawBack.id, Finding.number)
        .order_by(ClawBack.closed_at.is_not(None), ClawBack.started_at.desc(), ClawBack.id)
    ).all()
    names = _version_names(tx, {row[0].version_id for row in rows})
    return tuple(
        ClawBackRow(
            finding_id=record.finding_id,
            number=number,
            version=names.get(record.version_id, ""),
            page=record.page,
            started_at=record.started_at,
            closed_at=record.closed_at,
            asked=asked,
            certified=done,
        )
        for record, number, asked, done in rows
    )


def who_had_it(tx: Transaction, finding: Finding, record: ClawBack | None) -> tuple[HadIt, ...]:
    """List the reviewer organisations that had the version, with what they were asked."""
    held = select(Grant.organisation_id).where(
        Grant.version_id == finding.version_id, Grant.state.in_(("in_force", "revoked"))
    )
    rows = tx.session.execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.id.in_(held), Organisation.kind != "publisher")
        .order_by(Organisation.name, Organisation.id)
    ).all()
    asked = (
        list(tx.session.scalars(select(Deletion).where(Deletion.claw_back_id == record.id)))
        if record
        else []
    )
    by_organisation = dict(
        zip((row.organisation_id for row in asked), deletion_views(tx, asked), strict=True)
    )
    return tuple(
        HadIt(
            organisation_id=row.id,
            organisation_name=row.name,
            deletion=by_organisation.get(row.id),
        )
        for row in rows
    )


def deletion_views(tx: Transaction, rows: Sequence[Deletion]) -> tuple[DeletionView, ...]:
    """Give deletions as views; who certified is named to the own organisation alone."""
    versions = _version_names(tx, {row.version_id for row in rows})
    organisations = {
        row.id: row.name
        for row in tx.session.execute(
            select(Organisation.id, Organisation.name).where(
                Organisation.id.in_({row.organisation_id for row in rows})
            )
        )
    }
    outside = tx.actor.side is Side.REVIEWER
    people = {row.certified_by for row in rows if row.certified_by} if outside else set()
    names, day = thread_queries.person_names(tx, people), now().astimezone(UTC).date()
    return tuple(
        DeletionView(
            id=row.id,
            organisation_name=organisations.get(row.organisation_id, ""),
            version=versions.get(row.version_id, "A version that is closed to you now"),
            page=row.page,
            asked_at=row.asked_at,
            due_on=row.due_on,
            late=row.certified_at is None and day > row.due_on,
            covers=tuple(COVERS[cover] for cover in row.covers),
            deleted_on=row.deleted_on,
            certified_at=row.certified_at,
            certified_by=names.get(row.certified_by or ""),
        )
        for row in rows
    )


def _shown_by(tx: Transaction, version_id: str) -> tuple[ShownBy, ...]:
    """List the grants in force of a version: outside ones first."""
    rows = tx.session.execute(
        select(Grant, Organisation.name, Organisation.kind)
        .join(Organisation, Organisation.id == Grant.organisation_id)
        .where(
            Grant.version_id == version_id,
            Grant.state == "in_force",
            Grant.ends_at > database_now(tx),
        )
        .order_by(Organisation.kind == "publisher", Organisation.name, Grant.id)
    )
    return tuple(
        ShownBy(
            grant_id=grant.id,
            organisation_name=name,
            outside=kind != "publisher",
            ends_at=grant.ends_at,
            revocable=may(tx, Action.REVOKE_GRANT, Target("grant", grant.id)),
        )
        for grant, name, kind in rows
    )


def _next_versions(tx: Transaction, version: Version, page: int) -> tuple[NextVersion, ...]:
    marks = (
        select(func.count(Redaction.id))
        .where(Redaction.version_id == Version.id, Redaction.page == page)
        .scalar_subquery()
    )
    rows = tx.session.execute(
        select(Version.id, Version.number, marks.label("marks"))
        .where(Version.report_id == version.report_id, Version.state == "working")
        .order_by(Version.number)
    )
    return tuple(
        NextVersion(version_id=row.id, name=f"Version {row.number}", marks=row.marks)
        for row in rows
    )


def _missing(shown: Sequence[ShownBy], had: Sequence[HadIt]) -> tuple[str, ...]:
    still = sorted({one.organisation_name for one in shown if one.outside})
    unasked = [one.organisation_name for one in had if one.deletion is None]
    waits = [
        one.organisation_name
        for one in had
        if one.deletion is not None and one.deletion.certified_at is None
    ]
    said = (
        ("These organisations can still read the version: {}.", still),
        ("These were not asked to delete it: {}.", unasked),
        ("These have not certified that they deleted it: {}.", waits),
    )
    return tuple(words.format(", ".join(names)) for words, names in said if names)


def _version_names(tx: Transaction, ids: set[str]) -> dict[str, str]:
    """Name versions; one that row-level security hides is left out."""
    rows = tx.session.execute(
        select(Version.id, Version.number, Report.title)
        .join(Report, Report.id == Version.report_id)
        .where(Version.id.in_(ids))
    )
    return {row.id: f"{row.title}, version {row.number}" for row in rows}
