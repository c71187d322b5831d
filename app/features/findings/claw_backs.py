"""Undoing a share after a confidentiality slip: who has it, who deletes it, who certified.

Revoking a grant and marking a passage are acts of their own, with their own second persons; this
record leads through them and holds the certificates (decisions/0037).
"""

from datetime import UTC

from sqlalchemy import select

from app.access.decide import may, require
from app.domain.actions import Action
from app.domain.calendar import Calendar
from app.domain.claw_backs import COVERS, DAYS
from app.domain.events import Event
from app.domain.targets import INSTALLATION, Target
from app.features.findings import claw_back_queries as found
from app.features.findings.claw_back_schemas import (
    AskDeletion,
    CertifyDeletion,
    ClawBackRow,
    ClawBackView,
    DeletionList,
)
from app.features.findings.moving import locked, tell
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.ids import new_id
from app.models.dialogue import ClawBack, Deletion
from app.models.findings import Finding
from app.transaction import Transaction


def read_claw_back(tx: Transaction, finding_id: str) -> ClawBackView:
    """Give the claw-back that a slip calls for, begun or not."""
    require(tx, Action.READ_CLAW_BACK, Target("finding", finding_id))
    finding = tx.session.get(Finding, finding_id)
    if finding is None:
        raise NotFound
    return found.claw_back_view(tx, finding)


def list_claw_backs(tx: Transaction) -> tuple[ClawBackRow, ...]:
    """List the claw-backs, open ones first."""
    require(tx, Action.LIST_CLAW_BACKS, INSTALLATION)
    return found.claw_back_rows(tx)


def start_claw_back(tx: Transaction, finding_id: str) -> ClawBackView:
    """Begin to undo the share of the passage that a slip is about.

    Raises:
        Conflict: it was begun already.
    """
    require(tx, Action.CLAW_BACK, Target("finding", finding_id))
    require(tx, Action.READ_CLAW_BACK, Target("finding", finding_id))
    finding = locked(tx, finding_id)
    if found.find_claw_back(tx, finding_id) is not None:
        raise Conflict("This claw-back was begun already.")
    record = ClawBack(
        id=new_id("claw_back"),
        finding_id=finding.id,
        organisation_id=finding.organisation_id,
        version_id=finding.version_id,
        page=finding.page,
        started_by=tx.actor.id,
        started_at=now(),
    )
    tx.session.add(record)
    tx.session.flush()
    tell(tx, finding, "ClawBackStarted", Action.CLAW_BACK, facts={"claw_back": record.id})
    return found.claw_back_view(tx, finding)


def ask_deletion(tx: Transaction, finding_id: str, command: AskDeletion) -> ClawBackView:
    """Ask organisations to delete what they had; their leads are told at once.

    Raises:
        Invalid: an organisation had no grant of the version; the field is `organisations`.
        Conflict: the claw-back was not begun, or is closed; all of them were asked already.
    """
    require(tx, Action.CLAW_BACK, Target("finding", finding_id))
    require(tx, Action.READ_CLAW_BACK, Target("finding", finding_id))
    finding = locked(tx, finding_id)
    record = _open_record(tx, finding_id)
    had = {one.organisation_id: one for one in found.who_had_it(tx, finding, record)}
    wanted = list(dict.fromkeys(command.organisations))
    if not set(wanted) <= set(had):
        raise Invalid(fields={"organisations": "Choose organisations that had this version."})
    unasked = [one for one in wanted if had[one].deletion is None]
    if not unasked:
        raise Conflict("They were asked already.", remedy="Wait for their certificates.")
    for organisation_id in unasked:
        _ask(tx, record, organisation_id)
    return found.claw_back_view(tx, finding)


def close_claw_back(tx: Transaction, finding_id: str) -> ClawBackView:
    """Close a claw-back: nothing shows the version outside, and every deletion is certified.

    Raises:
        Conflict: something is still to be done; it is named.
    """
    require(tx, Action.CLAW_BACK, Target("finding", finding_id))
    require(tx, Action.READ_CLAW_BACK, Target("finding", finding_id))
    finding = locked(tx, finding_id)
    record = _open_record(tx, finding_id)
    missing = found.claw_back_view(tx, finding).missing
    if missing:
        raise Conflict("This claw-back cannot be closed yet.", remedy=" ".join(missing))
    record.closed_by, record.closed_at = tx.actor.id, now()
    tx.session.flush()
    tell(tx, finding, "ClawBackClosed", Action.CLAW_BACK, facts={"claw_back": record.id})
    return found.claw_back_view(tx, finding)


def list_deletions(tx: Transaction) -> DeletionList:
    """List what the acting organisation is asked to delete."""
    require(tx, Action.LIST_DELETIONS, INSTALLATION)
    own = Target("organisation", tx.actor.organisation_id or "")
    rows = tx.session.scalars(
        select(Deletion)
        .where(Deletion.organisation_id == own.id)
        .order_by(Deletion.asked_at.desc(), Deletion.id)
    ).all()
    return DeletionList(
        rows=found.deletion_views(tx, rows), can_certify=may(tx, Action.CERTIFY_DELETION, own)
    )


def certify_deletion(tx: Transaction, command: CertifyDeletion) -> DeletionList:
    """Certify a deletion, as a lead, for one's own organisation.

    Raises:
        Invalid: a day that has not come, or lies before the asking.
        Conflict: certified already.
    """
    own = Target("organisation", tx.actor.organisation_id or "")
    require(tx, Action.CERTIFY_DELETION, own)
    row = tx.session.get(Deletion, command.deletion_id, with_for_update=True)
    if row is None or row.organisation_id != own.id:
        raise NotFound
    if row.certified_at is not None:
        raise Conflict("This deletion was certified already.")
    if command.deleted_on > now().astimezone(UTC).date():
        raise Invalid(fields={"deleted_on": "Give the day on which it was deleted."})
    row.covers = [cover for cover in COVERS if cover in command.covers]
    row.deleted_on = command.deleted_on
    row.certified_by, row.certified_at = tx.actor.id, now()
    tx.session.flush()
    _tell_organisation(
        tx, row, "DeletionCertified", Action.CERTIFY_DELETION,
        covers=list(row.covers), deleted_on=command.deleted_on.isoformat(),
    )  # fmt: skip
    return list_deletions(tx)


def _ask(tx: Transaction, record: ClawBack, organisation_id: str) -> None:
    require(tx, Action.ASK_DELETION, Target("organisation", organisation_id))
    row = Deletion(
        id=new_id("deletion"),
        claw_back_id=record.id,
        organisation_id=organisation_id,
        version_id=record.version_id,
        page=record.page,
        asked_by=tx.actor.id,
        asked_at=now(),
        due_on=Calendar().add(now().astimezone(UTC).date(), DAYS),
        covers=[],
    )
    tx.session.add(row)
    tx.session.flush()
    _tell_organisation(tx, row, "DeletionAsked", Action.ASK_DELETION, due_on=row.due_on.isoformat())


def _tell_organisation(
    tx: Transaction, row: Deletion, name: str, licence: Action, **facts: str | list[str]
) -> None:
    """Emit into one organisation's record; it names neither the finding nor who else had it."""
    tx.emit(
        Event(
            name=name,
            licence=licence,
            target=Target("organisation", row.organisation_id),
            organisations=frozenset({row.organisation_id}),
            facts={"deletion": row.id, "version_id": row.version_id, "page": row.page, **facts},
        )
    )


def _open_record(tx: Transaction, finding_id: str) -> ClawBack:
    record = found.find_claw_back(tx, finding_id)
    if record is None or record.closed_at is not None:
        raise Conflict("Begin the claw-back first." if record is None else "It is closed already.")
    return record
