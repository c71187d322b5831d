"""Attaching to answers: files, which become versions like any other, and published versions."""

import hashlib

from app.access.decide import require
from app.domain.actions import Action
from app.domain.events import Fact
from app.domain.licences import Licence
from app.domain.targets import Target
from app.features.attachments import queries
from app.features.attachments.schemas import (
    AttachFile,
    AttachmentsView,
    AttachVersion,
    CloseAttachment,
    TakeOff,
)
from app.features.attachments.taking import close_version, take_in_file
from app.features.requests import parts
from app.features.requests import queries as requests
from app.features.requests.assigning import part_of, workable
from app.features.requests.attaching import attachments_of
from app.features.requests.moving import gone, locked, tell
from app.features.requests.parts import Part
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.ids import new_id
from app.models.requests import Answer, Attachment, Request
from app.transaction import Decision, Transaction

MOST = 20
"""Things that go with one answer."""


def read_attachments(
    tx: Transaction, request_id: str, *, part_id: str | None = None
) -> AttachmentsView:
    """Give what goes with the answer to a part: the one named, else the first that is in hand."""
    target = Target("request", request_id)
    require(tx, Action.ATTACH_FILE, target)
    row = requests.get_request(tx, request_id)
    held = workable(tx, row)
    if part_id is None and held:
        part_id = next((one.row.id for one in held if one.is_open), held[0].row.id)
    part = next((one for one in held if one.row.id == part_id), None)
    if part is None and part_id is not None:
        # Not for the policies, which were asked about the request: a refusal all the same.
        policies = ("door.no-such-part",)
        tx.decisions.append(
            Decision(action=Action.ATTACH_FILE, target=target, allowed=False, policies=policies)
        )
        raise NotFound
    return queries.view_of(tx, row, part, several=len(held) > 1)


def attach_file(
    tx: Transaction, request_id: str, command: AttachFile, *, content: bytes, file_name: str
) -> AttachmentsView:
    """Attach a file: it becomes a version of a dossier, read in, marked and checked like any other.

    A file without pages (text, CSV, JSON, JSON Lines, a spreadsheet) is evidence of that version,
    behind a cover that is the same for all.

    Raises:
        Invalid: of no kind that is taken (field `file`), or the part has to be named.
        TooLarge: more bytes than the settings allow, or evidence may have.
        Conflict: no draft to attach to, attached already, or as many as there can be.
    """
    target = Target("request", request_id)
    require(tx, Action.ATTACH_FILE, target)
    row, part, answer = _in_hand(tx, request_id, command.part_id)
    attached = attachments_of(tx, row.id, answer.round)
    queries.refuse_double(tx, attached, digest=hashlib.sha256(content).hexdigest())
    licence = Licence(Action.ATTACH_FILE, target, "attached")
    taken = take_in_file(
        tx, row, licence, title=command.title, content=content, file_name=file_name
    )
    return _attach(tx, row, part, answer, version_id=taken, title=command.title)


def attach_version(tx: Transaction, request_id: str, command: AttachVersion) -> AttachmentsView:
    """Attach a published version that the acting person may read.

    Raises:
        Invalid: there is no such version for this person; the field is `version_id`.
        Conflict: as above.
    """
    require(tx, Action.ATTACH_FILE, Target("request", request_id))
    row, part, answer = _in_hand(tx, request_id, command.part_id)
    offered = {one.version_id: one.name for one in queries.choices(tx)}
    if command.version_id not in offered:
        raise Invalid(fields={"version_id": "Choose one of these."})
    require(tx, Action.READ_VERSION, Target("version", command.version_id))
    attached = attachments_of(tx, row.id, answer.round)
    queries.refuse_double(tx, attached, version_id=command.version_id)
    title = offered[command.version_id]
    return _attach(tx, row, part, answer, version_id=command.version_id, title=title)


def take_off(tx: Transaction, request_id: str, command: TakeOff) -> AttachmentsView:
    """Take something off an answer in hand; it was never out, and goes to nobody."""
    require(tx, Action.ATTACH_FILE, Target("request", request_id))
    row, part, one = _attachment(tx, request_id, command.attachment_id)
    if part.answer is None or part.answer.state != "draft" or part.answer.round != one.round:
        raise gone()
    one.removed_at = now()
    tx.session.flush()
    facts: dict[str, Fact] = {"attachment": one.id, "version_id": one.version_id}
    tell(tx, row, "AttachmentTakenOff", Action.ATTACH_FILE, step=False, facts=facts)
    return queries.view_of(tx, row, part, several=len(workable(tx, row)) > 1)


def close_attachment(tx: Transaction, request_id: str, command: CloseAttachment) -> AttachmentsView:
    """Say that a file is what was meant and needs no more marks: it is approved and published.

    Publishing shows it to nobody: the grant comes with the release of the answer.

    Raises:
        Conflict: it is being read in, or marks wait for a decision.
    """
    require(tx, Action.ATTACH_FILE, Target("request", request_id))
    row, part, one = _attachment(tx, request_id, command.attachment_id)
    close_version(tx, one.version_id)
    return queries.view_of(tx, row, part, several=len(workable(tx, row)) > 1)


def _in_hand(tx: Transaction, request_id: str, part_id: str | None) -> tuple[Request, Part, Answer]:
    """Lock the request and give the answer that is being drafted."""
    row = locked(tx, request_id)
    part = part_of(workable(tx, row), part_id)
    answer = part.answer
    if answer is None or answer.state != "draft":
        raise Conflict(
            "There is no draft of an answer to attach this to.",
            kept="Nothing was attached.",
            remedy="Save a draft of the answer first; it may be empty.",
        )
    if len(attachments_of(tx, row.id, answer.round)) >= MOST:
        raise Conflict(f"An answer has at most {MOST} attachments.")
    return row, part, answer


def _attachment(
    tx: Transaction, request_id: str, attachment_id: str
) -> tuple[Request, Part, Attachment]:
    row = locked(tx, request_id)
    one = tx.session.get(Attachment, attachment_id)
    held = {part.row.id: part for part in workable(tx, row)}
    if one is None or one.request_id != row.id or one.assignment_id not in held:
        raise Invalid(fields={"attachment_id": "There is no such attachment here."})
    if one.removed_at is not None or one.released_at is not None:
        raise gone()
    return row, held[one.assignment_id or ""], one


def _attach(
    tx: Transaction, row: Request, part: Part, answer: Answer, *, version_id: str, title: str
) -> AttachmentsView:
    one = Attachment(
        id=new_id("attachment"),
        request_id=row.id,
        assignment_id=part.row.id,
        organisation_id=row.organisation_id,
        round=answer.round,
        version_id=version_id,
        title=title,
        added_by=tx.actor.id,
        added_at=now(),
    )
    # Four eyes look at everybody who had a hand in an answer, and this is one.
    anew = tx.actor.id not in parts.answer_drafters(tx, row.id, answer.round)
    tx.session.add(one)
    tx.session.flush()
    facts: dict[str, Fact] = {
        "round": answer.round,
        "part": part.row.number,
        "attachment": one.id,
        "version_id": version_id,
    }
    tell(tx, row, "FileAttached", Action.ATTACH_FILE, step=anew, facts=facts)
    return queries.view_of(tx, row, part, several=len(workable(tx, row)) > 1)
