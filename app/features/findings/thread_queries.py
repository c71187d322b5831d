"""Scoped reads of what is said and done about findings: messages, unread marks, steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from app.access.attached_given import link_of
from app.access.attached_views import AttachmentLink
from app.access.decide import may
from app.access.evidence_files import KeptFile, files_of_messages
from app.access.release import release_field
from app.domain.actions import Action
from app.domain.findings import ENDED
from app.domain.targets import FieldRef, Target
from app.features.findings.schemas import FileView, MessageView, StageView, VersionLink
from app.kernel.actor import Side
from app.kernel.errors import NotFound
from app.models.dialogue import Message, MessageMention, ThreadMark
from app.models.findings import Finding
from app.models.history import Stage
from app.models.people import Person
from app.models.reports import Report, Version
from app.models.requests import Attachment
from app.transaction import Transaction

_WORDS: Mapping[str, str] = {
    "FindingFiled": "Filed",
    "FindingRouted": "Sent to the author, or without one to the coordinator",
    "FindingRerouted": "Sent to another author",
    "FindingResponded": "Answered by the publisher",
    "RejectionProposed": "Rejection proposed; it waits for a decider",
    "RejectionTurnedDown": "Rejection turned down",
    "RejectionDecided": "Answered by the publisher",
    "FindingConfirmed": "Answer confirmed",
    "FindingContested": "Answer contested",
    "DisagreementRecorded": "Disagreement recorded",
    "FindingWithdrawn": "Withdrawn",
    "DetailAsked": "Detail asked for; the clock stands still",
    "DetailGiven": "Detail given",
    "FixLinked": "A version was named that fixes it",
    "FindingSetMoot": "Said to be moot",
    "MootProposed": "The publisher proposed that it is moot",
    "MootRefused": "The reviewer said that it is not moot",
    "FindingMerged": "Merged into another finding",
    "ClawBackStarted": "Claw-back begun",
    "ClawBackClosed": "Claw-back closed",
    "FileGiven": "Given a file by the publisher",
    "FindingListedOpen": "Listed as open in the final version",
}


MOOT_PROPOSED, MOOT_REFUSED = "moot_proposed", "moot_refused"


@dataclass(frozen=True)
class Unread:
    """Messages of others since a person last read a thread."""

    count: int = 0
    mentioned: bool = False


NOTHING_NEW = Unread()


def seen_messages(tx: Transaction) -> ColumnElement[bool]:
    """Keep the messages that the acting side may see: what is internal is its own side's."""
    own = and_(Message.side == _side(tx), _own_organisation(tx))
    return or_(own, and_(~Message.internal, _own_organisation(tx)))


def unread_of(tx: Transaction, finding_ids: Sequence[str]) -> dict[str, Unread]:
    """Count the unread messages of findings, and say where one tells the acting person."""
    if not finding_ids:
        return {}
    mine = MessageMention.person_id == tx.actor.id
    rows = tx.session.execute(
        unread_messages(tx)
        .outerjoin(MessageMention, and_(MessageMention.message_id == Message.id, mine))
        .where(Message.finding_id.in_(finding_ids))
        .with_only_columns(Message.finding_id, func.count(), func.count(MessageMention.person_id))
        .group_by(Message.finding_id)
    )
    return {finding: Unread(count, bool(told)) for finding, count, told in rows}


def moot_waiting(tx: Transaction, findings: Sequence[Finding]) -> set[str]:
    """Give the open findings of which the publisher's proposal that they are moot waits."""
    still = [finding.id for finding in findings if finding.state not in ENDED]
    if not still:
        return set()
    proposed = func.count().filter(Message.kind == MOOT_PROPOSED)
    refused = func.count().filter(Message.kind == MOOT_REFUSED)
    return set(
        tx.session.scalars(
            select(Message.finding_id)
            .where(Message.finding_id.in_(still), Message.kind.in_((MOOT_PROPOSED, MOOT_REFUSED)))
            .group_by(Message.finding_id)
            .having(proposed > refused)
        )
    )


def unread_messages(tx: Transaction) -> Select[Message]:
    """Give the messages of others that the acting person has not read."""
    mark = and_(ThreadMark.finding_id == Message.finding_id, ThreadMark.person_id == tx.actor.id)
    return (
        select(Message)
        .outerjoin(ThreadMark, mark)
        .where(
            seen_messages(tx),
            Message.written_by != tx.actor.id,
            Message.struck_at.is_(None),
            or_(ThreadMark.read_at.is_(None), Message.written_at > ThreadMark.read_at),
        )
    )


def message_views(tx: Transaction, finding: Finding) -> tuple[MessageView, ...]:
    """Give the thread of a finding, oldest first; READ_FINDING was required before."""
    rows = list(
        tx.session.scalars(
            select(Message)
            .where(Message.finding_id == finding.id, seen_messages(tx))
            .order_by(Message.written_at, Message.id)
        )
    )
    names, told = _names(tx, rows), _told(tx, rows)
    files = files_of_messages(tx, Target("finding", finding.id)) if rows else {}
    given = _given(tx, finding) if rows else {}
    links = version_links(tx, {row.refers_to for row in rows if row.refers_to})
    read_at = tx.session.scalars(
        select(ThreadMark.read_at).where(
            ThreadMark.finding_id == finding.id, ThreadMark.person_id == tx.actor.id
        )
    ).one_or_none()
    return tuple(
        MessageView(
            id=row.id,
            kind=row.kind,
            side=row.side,
            mine=row.written_by == tx.actor.id,
            author=names.get(row.written_by) or _other_side(row.side),
            internal=row.internal,
            at=row.written_at,
            unread=row.written_by != tx.actor.id
            and row.struck_at is None
            and (read_at is None or row.written_at > read_at),
            struck=row.struck_at is not None,
            body=None if row.struck_at else _body(tx, finding, row),
            refers_to=links.get(row.refers_to or ""),
            told=told.get(row.id, ()),
            files=() if row.struck_at else tuple(map(file_view, files.get(row.id, ()))),
            given=given.get(row.id, ()),
        )
        for row in rows
    )


def file_view(kept: KeptFile) -> FileView:
    """Show a file that was kept as it came."""
    return FileView(id=kept.id, kind=kept.kind, bytes=kept.bytes, title=kept.title)


def _given(tx: Transaction, finding: Finding) -> dict[str, tuple[AttachmentLink, ...]]:
    """Give by message what was given with it."""
    rows = tx.session.scalars(
        select(Attachment)
        .where(Attachment.finding_id == finding.id, Attachment.message_id.is_not(None))
        .order_by(Attachment.added_at, Attachment.id)
    ).all()
    found: dict[str, tuple[AttachmentLink, ...]] = {}
    for row in rows:
        before = found.get(row.message_id or "", ())
        found[row.message_id or ""] = (*before, link_of(tx, row, len(before) + 1))
    return found


def list_stages(tx: Transaction, finding_id: str) -> list[StageView]:
    """List the steps of a finding's life, oldest first, each by whom if of one's own side."""
    rows = tx.session.scalars(
        select(Stage).where(Stage.subject_id == finding_id).order_by(Stage.at, Stage.id)
    ).all()
    own = {row.person_id for row in rows if row.side == _side(tx)}
    names = person_names(tx, own)
    return [
        StageView(text=_WORDS.get(row.name, row.name), at=row.at, by=names.get(row.person_id))
        for row in rows
    ]


def version_links(tx: Transaction, ids: set[str]) -> dict[str, VersionLink]:
    """Name versions; one that row-level security hides is left out."""
    if not ids:
        return {}
    rows = tx.session.execute(
        select(Version.id, Version.number, Report.title)
        .join(Report, Report.id == Version.report_id)
        .where(Version.id.in_(ids))
    )
    return {
        row.id: VersionLink(
            version_id=row.id,
            name=f"{row.title}, version {row.number}",
            open=may(tx, Action.READ_VERSION, Target("version", row.id)),
        )
        for row in rows
    }


def person_names(tx: Transaction, ids: set[str]) -> dict[str, str]:
    """Give the names of people, as the acting side may see them."""
    if not ids:
        return {}
    rows = tx.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _names(tx: Transaction, rows: Sequence[Message]) -> dict[str, str]:
    """Name who wrote on one's own side; of the other side nobody is named."""
    return person_names(tx, {row.written_by for row in rows if row.side == _side(tx)})


def _told(tx: Transaction, rows: Sequence[Message]) -> dict[str, tuple[str, ...]]:
    if not rows:
        return {}
    found = tx.session.execute(
        select(MessageMention.message_id, Person.name)
        .join(Person, Person.id == MessageMention.person_id)
        .where(
            MessageMention.message_id.in_([row.id for row in rows]),
            MessageMention.side == _side(tx),
        )
        .order_by(Person.name)
    )
    told: dict[str, tuple[str, ...]] = {}
    for message_id, name in found:
        told[message_id] = (*told.get(message_id, ()), name)
    return told


def _body(tx: Transaction, finding: Finding, row: Message) -> str | None:
    ref = FieldRef(subject=Target("finding", finding.id), field=f"message.{row.id}")
    try:
        return release_field(tx, ref).body
    except NotFound:
        return None


def _side(tx: Transaction) -> str:
    return "reviewer" if tx.actor.side is Side.REVIEWER else "publisher"


def _own_organisation(tx: Transaction) -> ColumnElement[bool]:
    if tx.actor.side is Side.REVIEWER:
        return Message.organisation_id == (tx.actor.organisation_id or "")
    return Message.organisation_id.is_not(None)


def _other_side(side: str) -> str:
    return "The publisher" if side == "publisher" else "The reviewer"
