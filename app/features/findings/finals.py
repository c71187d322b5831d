"""Marking a version final: every finding on it has a reply, or is listed as open with a reason.

A coordinator sees every finding. The author who owns the report or the version sees all but the
confidentiality slips; one that lacks a reply is listed as open without them (0045).

Publishing is not touched: a version is published long before reviewers have answered (0037).
"""

from collections.abc import Mapping

from sqlalchemy import select

from app.access.decide import keep, require
from app.access.facts import forget
from app.access.finding_facts import remember_findings
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.findings import APART, OPEN_WORDS, UNANSWERED
from app.domain.targets import Target
from app.features.findings import queries, thread_queries
from app.features.findings.claw_back_schemas import FinalView, MarkFinal, OpenPointView
from app.features.findings.moving import target_of
from app.kernel.actor import Role
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound
from app.models.dialogue import OpenPoint
from app.models.findings import Finding
from app.models.reports import Version
from app.transaction import Transaction

SLIPS = frozenset({Role.COORDINATOR, Role.APPROVER})
"""Who may know of confidentiality slips, inside."""


def read_open_points(tx: Transaction, version_id: str) -> FinalView:
    """Give what lacks a reply on a version; once it is final, what was listed as open."""
    require(tx, Action.READ_OPEN_POINTS, Target("version", version_id))
    version = tx.session.get(Version, version_id)
    if version is None:
        raise NotFound
    listed = _listed(tx, version_id)
    rows = [row for row in _findings(tx, version_id) if _known(tx, row)]
    if version.final_at is None:
        rows = [row for row in rows if row.state in UNANSWERED]
    else:
        rows = [row for row in rows if row.id in listed]
    remember_findings(tx, rows)
    readable = {row.id for row in keep(tx, Action.READ_FINDING, rows, target_of)}
    names = thread_queries.person_names(tx, {version.final_by} if version.final_by else set())
    return FinalView(
        version=thread_queries.version_links(tx, {version.id})[version.id],
        report_id=version.report_id,
        final_at=version.final_at,
        final_by=names.get(version.final_by or ""),
        points=tuple(
            OpenPointView(
                row=row,
                reason=OPEN_WORDS.get(listed.get(row.id, "")),
                readable=row.id in readable,
            )
            for row in queries.row_views(tx, rows)
        ),
    )


def mark_final(tx: Transaction, version_id: str, command: MarkFinal) -> FinalView:
    """Mark a published version final.

    Raises:
        Invalid: a finding lacks a reply and is not listed, or one is listed that has a reply; the
            field is `open`.
        Conflict: it is final already.
    """
    target = Target("version", version_id)
    require(tx, Action.MARK_FINAL, target)
    version = tx.session.get(Version, version_id, with_for_update=True, populate_existing=True)
    if version is None:
        raise NotFound
    if version.final_at is not None:
        raise Conflict("This version was marked final already.")
    lacking = {
        row.id: row for row in _findings(tx, version_id, lock=True) if row.state in UNANSWERED
    }
    unknown = {one: row for one, row in lacking.items() if not _known(tx, row)}
    listed: dict[str, str] = {point.finding_id: point.reason for point in command.open}
    _refuse_unlisted({one: row for one, row in lacking.items() if one not in unknown}, listed)
    for finding_id, reason in sorted((listed | dict.fromkeys(unknown, APART)).items()):
        _list_open(tx, target, lacking[finding_id], reason)
    version.final_at, version.final_by = now(), tx.actor.id
    tx.session.flush()
    forget(tx, target)
    tx.emit(
        Event(
            name="VersionMarkedFinal",
            licence=Action.MARK_FINAL,
            target=target,
            facts={"listed": len(listed)},
            stage="final",
        )
    )
    return read_open_points(tx, version_id)


def _refuse_unlisted(lacking: Mapping[str, Finding], listed: Mapping[str, str]) -> None:
    unlisted = len(set(lacking) - set(listed))
    if unlisted:
        counted = "1 finding lacks" if unlisted == 1 else f"{unlisted} findings lack"
        said = f"{counted} a reply. Answer, or list as open with a reason, each of them."
        raise Invalid(fields={"open": said})
    if set(listed) - set(lacking):
        raise Invalid(fields={"open": "One of these has a reply by now: read the list again."})


def _list_open(tx: Transaction, version: Target, finding: Finding, reason: str) -> None:
    tx.session.add(
        OpenPoint(
            version_id=version.id,
            finding_id=finding.id,
            organisation_id=finding.organisation_id,
            reason=reason,
            listed_by=tx.actor.id,
            listed_at=now(),
        )
    )
    tx.emit(
        Event(
            name="FindingListedOpen",
            licence=Action.MARK_FINAL,
            target=version,
            subject=Target("finding", finding.id),
            organisations=frozenset({finding.organisation_id}),
            facts={"number": finding.number, "reason": reason},
            stage=finding.state,
        )
    )


def _known(tx: Transaction, finding: Finding) -> bool:
    """Say whether the acting person may know that a finding is there at all."""
    return finding.finding_class != "H" or bool(tx.actor.roles & SLIPS)


def _findings(tx: Transaction, version_id: str, *, lock: bool = False) -> list[Finding]:
    """List every finding on a version: READ_OPEN_POINTS opens that they are there, no text."""
    statement = (
        select(Finding)
        .where(Finding.version_id == version_id)
        .order_by(queries.WEIGHT, Finding.filed_at, Finding.id)
    )
    return list(tx.session.scalars(statement.with_for_update() if lock else statement))


def _listed(tx: Transaction, version_id: str) -> dict[str, str]:
    rows = tx.session.execute(
        select(OpenPoint.finding_id, OpenPoint.reason).where(OpenPoint.version_id == version_id)
    )
    return {row.finding_id: row.reason for row in rows}
