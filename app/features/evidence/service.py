"""Evidence of a version: attach, take off, list, read in one's own edition."""

from sqlalchemy import func, select

from app.access.carrying import marks_to_carry
from app.access.carrying_evidence import is_wholly_open, items_not_here
from app.access.decide import require
from app.access.evidence import release_lines, search_lines
from app.access.release import release
from app.access.scope import version_and_title
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.licences import Licence
from app.domain.redactions import WITHHOLDING
from app.domain.targets import DocumentRef, Target
from app.features.evidence import queries
from app.features.evidence.lines import line_views
from app.features.evidence.schemas import (
    AttachAgain,
    AttachEvidence,
    EarlierEvidence,
    EarlierItem,
    EvidenceDesk,
    EvidenceList,
    EvidenceView,
    HitView,
    RemoveEvidence,
)
from app.features.evidence.taking_in import locked_working, put_down, take_in_evidence
from app.kernel.errors import Conflict, NotFound
from app.models.evidence import EvidenceItem
from app.models.redactions import Redaction
from app.rendering.lines import LINES_A_PART
from app.transaction import Decision, Transaction


def read_desk(tx: Transaction, version_id: str) -> EvidenceDesk:
    """Give the evidence of a version to those who work on it; no line of it."""
    report_id = queries.report_of(tx, version_id)
    require(tx, Action.READ_REPORT, Target("report", report_id))
    version, title = version_and_title(tx, version_id)
    return EvidenceDesk(
        version_id=version_id,
        report_id=report_id,
        report_title=title,
        version_number=version.number,
        state=version.state,
        items=queries.attached(tx, version_id),
        earlier=_earlier(tx, version_id) if version.state == "working" else (),
    )


def _earlier(tx: Transaction, version_id: str) -> tuple[EarlierEvidence, ...]:
    found = []
    for origin, items in items_not_here(tx, version_id).items():
        marks = queries.marks_by_code(tx, origin)
        found.append(
            EarlierEvidence(
                version_id=origin,
                number=queries.number_of(tx, origin),
                open=is_wholly_open(tx, origin),
                items=tuple(
                    EarlierItem(
                        id=item.id,
                        code=item.code,
                        kind=item.kind,
                        title=item.title,
                        marks=marks.get(item.code, 0),
                    )
                    for item in items
                ),
            )
        )
    return tuple(found)


def attach_evidence(
    tx: Transaction, version_id: str, command: AttachEvidence, *, content: bytes, file_name: str
) -> EvidenceDesk:
    """Take in a file as evidence of a version that is still marked; the worker reads it.

    Raises:
        Invalid: an empty file, or one that is not of its kind; the field is `file`.
        TooLarge: more bytes than evidence may have.
        Conflict: the version was published, or has this file already.
    """
    report_id = queries.report_of(tx, version_id)
    target = Target("report", report_id)
    require(tx, Action.IMPORT_VERSION, target)
    locked_working(tx, version_id)
    take_in_evidence(
        tx, Licence(Action.IMPORT_VERSION, target, "attached"), version_id, command,
        content=content, file_name=file_name,
    )  # fmt: skip
    return read_desk(tx, version_id)


def attach_again(tx: Transaction, version_id: str, command: AttachAgain) -> EvidenceDesk:
    """Attach items of earlier versions here too; their sealed files are there, and read anew.

    Only for who has everything of the earlier version: until they are carried over, no mark of it
    withholds anything here.

    Raises:
        NotFound: no such item, or not for this person.
        Conflict: the version was published, or has one of these files already.
    """
    target = Target("report", queries.report_of(tx, version_id))
    require(tx, Action.IMPORT_VERSION, target)
    licence = Licence(Action.IMPORT_VERSION, target, "attached")
    locked_working(tx, version_id)
    found = queries.items_of_report(tx, version_id, command.items)
    open_there = {origin: is_wholly_open(tx, origin) for origin in {o.version_id for o in found}}
    if len(found) < len(set(command.items)) or not all(open_there.values()):
        # Not for the policies, which were asked about the report: a refusal all the same.
        policies = ("door.no-such-evidence",)
        tx.decisions.append(
            Decision(action=Action.IMPORT_VERSION, target=target, allowed=False, policies=policies)
        )
        raise NotFound
    for old in found:
        item = EvidenceItem(
            kind=old.kind,
            title=old.title,
            source_digest=old.source_digest,
            source_bytes=old.source_bytes,
        )
        origin: dict[str, Fact] = {"from_item": old.id, "from_version": old.version_id}
        put_down(tx, licence, version_id, item, origin=origin)
    return read_desk(tx, version_id)


def remove_evidence(tx: Transaction, version_id: str, command: RemoveEvidence) -> EvidenceDesk:
    """Take an item off a version that is still marked.

    Raises:
        NotFound: no such item, or not for this person.
        Conflict: marks in it withhold something, or the version was published.
    """
    target = Target("report", queries.report_of(tx, version_id))
    require(tx, Action.IMPORT_VERSION, target)
    locked_working(tx, version_id)
    item = tx.session.scalars(
        select(EvidenceItem)
        .where(
            EvidenceItem.version_id == version_id,
            EvidenceItem.code == command.item,
            EvidenceItem.state != "removed",
        )
        .with_for_update()
    ).one_or_none()
    if item is None:
        raise Conflict("There is no such evidence here any more.")
    marks = tx.session.scalars(
        select(func.count())
        .select_from(Redaction)
        .where(
            Redaction.version_id == version_id,
            Redaction.evidence == item.code,
            Redaction.state.in_(WITHHOLDING),
        )
    ).one()
    if marks:
        raise Conflict(
            "Marks in this evidence withhold something.",
            kept="Nothing was taken off.",
            remedy="Withdraw them, or have them refused, first.",
        )
    item.state = "removed"
    tx.session.flush()
    tx.emit(
        Event(
            name="EvidenceRemoved",
            licence=Action.IMPORT_VERSION,
            target=target,
            facts={"version_id": version_id, "item": item.id, "code": item.code},
        )
    )
    return read_desk(tx, version_id)


def waiting_marks(tx: Transaction, version_id: str) -> int:
    """Count what waits to be carried over to a version, for who may carry it."""
    return sum(len(marks) for marks in marks_to_carry(tx, version_id).values())


def list_evidence(tx: Transaction, version_id: str) -> EvidenceList:
    """List the evidence of a version to who may read it."""
    document = release(tx, DocumentRef(version_id=version_id))
    version, title = version_and_title(tx, version_id)
    return EvidenceList(
        version_id=version_id,
        report_title=title,
        version_number=version.number,
        withheld=document.edition.withheld if document.edition else (),
        items=queries.readable(tx, version_id),
    )


def open_evidence(
    tx: Transaction, version_id: str, code: str, *, part: int = 1, phrase: str = ""
) -> EvidenceView:
    """Open some lines of an item in one's own edition, with the hits of a phrase in all of it."""
    released = release_lines(tx, version_id, code, part=part)
    found = search_lines(tx, version_id, code, phrase) if phrase.strip() else None
    version, title = version_and_title(tx, version_id)
    return EvidenceView(
        version_id=version_id,
        report_title=title,
        version_number=version.number,
        code=released.item.code,
        kind=released.item.kind,
        title=released.item.title,
        withheld=released.edition.withheld if released.edition else (),
        part=part,
        parts=released.parts,
        lines=line_views(tx, released),
        phrase=found.phrase if found else "",
        hits=tuple(
            HitView(
                line=hit.line,
                part=(hit.line - 1) // LINES_A_PART + 1,
                before=hit.before,
                match=hit.match,
                after=hit.after,
            )
            for hit in (found.hits if found else ())
        ),
        more_hits=bool(found and found.more),
    )
