"""Attaching files to findings, to be given to who filed them: attached, closed, taken off.

A file becomes a version like any other, by the one way in (`taking`). Giving it is in `giving`.
"""

import hashlib

from app.access.attached import waiting_for
from app.access.decide import require
from app.access.facts import forget
from app.domain.actions import Action
from app.domain.events import Fact
from app.domain.licences import Licence
from app.domain.targets import Target
from app.features.attachments import queries
from app.features.attachments.finding_queries import files_view, waiting_one
from app.features.attachments.schemas import (
    AttachToFinding,
    CloseAttachment,
    FindingFilesView,
    TakeOff,
)
from app.features.attachments.taking import close_version, take_in_file
from app.features.findings.moving import locked, target_of, tell
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotFound
from app.kernel.ids import new_id
from app.models.findings import Finding
from app.models.requests import Attachment
from app.transaction import Transaction

MOST = 20
"""Files of one finding that wait to be given."""


def read_files(tx: Transaction, finding_id: str) -> FindingFilesView:
    """Give what is attached to a finding and was not given yet, with how far each is.

    Whoever may give it is told to whom it would go, and what the leak linter finds in it; that is
    recorded.
    """
    _require(tx, finding_id)
    finding = tx.session.get(Finding, finding_id)
    if finding is None:
        raise NotFound
    return files_view(tx, finding)


def attach_to_finding(
    tx: Transaction, finding_id: str, command: AttachToFinding, *, content: bytes, file_name: str
) -> FindingFilesView:
    """Attach a file to a finding: it is read in, marked and checked like a version of a report.

    Raises:
        Invalid: of no kind that is taken (field `file`).
        TooLarge: more bytes than the settings allow, or evidence may have.
        Conflict: it waits here already, or as many as there can be.
    """
    _require(tx, finding_id)
    finding = locked(tx, finding_id)
    waiting = waiting_for(tx, finding.id)
    if len(waiting) >= MOST:
        raise Conflict(f"At most {MOST} files wait with one finding.")
    queries.refuse_double(tx, waiting, digest=hashlib.sha256(content).hexdigest())
    licence = Licence(Action.ATTACH_TO_FINDING, target_of(finding), "attached")
    version_id = take_in_file(
        tx, finding, licence, title=command.title, content=content, file_name=file_name
    )
    one = Attachment(
        id=new_id("attachment"),
        finding_id=finding.id,
        organisation_id=finding.organisation_id,
        version_id=version_id,
        title=command.title,
        added_by=tx.actor.id,
        added_at=now(),
    )
    tx.session.add(one)
    tx.session.flush()
    _tell(tx, finding, "FileAttachedToFinding", one)
    return files_view(tx, finding)


def take_off(tx: Transaction, finding_id: str, command: TakeOff) -> FindingFilesView:
    """Take a file off that was not given yet; it goes to nobody."""
    _require(tx, finding_id)
    finding = locked(tx, finding_id)
    one = waiting_one(tx, finding, command.attachment_id)
    one.removed_at = now()
    tx.session.flush()
    _tell(tx, finding, "FileTakenOffFinding", one)
    return files_view(tx, finding)


def close_attachment(
    tx: Transaction, finding_id: str, command: CloseAttachment
) -> FindingFilesView:
    """Say that a file is what was meant and needs no more marks: it is approved and published.

    Publishing shows it to nobody. Those who may give it are told that it waits.

    Raises:
        Conflict: it is being read in, or marks wait for a decision.
    """
    _require(tx, finding_id)
    finding = locked(tx, finding_id)
    one = waiting_one(tx, finding, command.attachment_id)
    close_version(tx, one.version_id)
    _tell(tx, finding, "FileReadyToGive", one)
    return files_view(tx, finding)


def _require(tx: Transaction, finding_id: str) -> None:
    target = Target("finding", finding_id)
    require(tx, Action.ATTACH_TO_FINDING, target)
    require(tx, Action.READ_FINDING, target)


def _tell(tx: Transaction, finding: Finding, name: str, one: Attachment) -> None:
    forget(tx, target_of(finding))  # who attached what waits is a fact of it
    facts: dict[str, Fact] = {"attachment": one.id, "version_id": one.version_id}
    tell(
        tx, finding, name, Action.ATTACH_TO_FINDING, step=False, outward=False, facts=facts
    )  # fmt: skip
