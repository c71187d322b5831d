"""The thread of a finding: messages of both sides, and what each side says among itself.

A message is never changed. Whoever wrote it can strike it: its words are shown to nobody any more,
and that there was one stays. What a reviewer organisation says inside looks in the log like one
more reading of the finding (decisions/0036).
"""

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert

from app.access.attached import knows_askers, waiting_for
from app.access.attached_given import view_of
from app.access.attached_views import AttachmentView
from app.access.decide import may, may_somebody, require
from app.access.deposit import kept_sensitivity, share_field
from app.access.evidence_files import SentFile, deposit_file, remove_files_of_message
from app.access.facts import find_facts
from app.access.memberships import people_of, publishers_people
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.notices import MENTIONED
from app.domain.targets import Target
from app.features.findings import queries, thread_queries
from app.features.findings.evidence import named_in_form
from app.features.findings.moving import deposit, locked, target_of, tell
from app.features.findings.schemas import (
    MentionChoice,
    MessageView,
    StrikeMessage,
    ThreadView,
    VersionLink,
    WriteMessage,
)
from app.kernel.actor import Actor, Role, Side
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.ids import new_id
from app.models.dialogue import Message, MessageMention, ThreadMark
from app.models.findings import Finding
from app.models.reports import Version
from app.models.reviews import Grant
from app.policy.facts import FindingFacts
from app.transaction import Transaction

OVERSEERS = frozenset({Role.COORDINATOR, Role.APPROVER, Role.AUDITOR})


def read_thread(
    tx: Transaction, finding: Finding, messages: tuple[MessageView, ...] | None = None
) -> ThreadView:
    """Give the thread as the acting person may read it; READ_FINDING was required before.

    Args:
        tx: the transaction.
        finding: whose thread it is.
        messages: if they were read already.
    """
    writes = may(tx, Action.WRITE_MESSAGE, target_of(finding))
    return ThreadView(
        messages=thread_queries.message_views(tx, finding) if messages is None else messages,
        can_write=writes,
        colleagues=tuple(
            MentionChoice(id=actor.id, name=actor.name) for actor in colleagues(tx, finding)
        )
        if writes
        else (),
        versions=_readable_versions(tx, finding) if writes else (),
        can_attach=may(tx, Action.ATTACH_TO_FINDING, target_of(finding)),
        waiting=waiting_views(tx, finding) if tx.actor.side is Side.PUBLISHER else (),
    )


def waiting_views(tx: Transaction, finding: Finding) -> tuple[AttachmentView, ...]:
    """List what is attached for the reviewer and was not given yet; for the publisher's people.

    How far it is for the organisation is told to those alone who see findings as a whole.
    """
    rows = waiting_for(tx, finding.id)
    names = thread_queries.person_names(tx, {row.added_by for row in rows})
    overseeing = knows_askers(tx)
    return tuple(
        view_of(tx, finding, row, place, by=names.get(row.added_by, ""), overseeing=overseeing)
        for place, row in enumerate(rows, start=1)
    )


def _readable_versions(tx: Transaction, finding: Finding) -> tuple[VersionLink, ...]:
    """List the other versions that one may refer to, as far as one reads them oneself.

    Which ones an organisation holds would tell who it is: to whoever may not know that, every
    published version of the report is offered alike.
    """
    offered = _held(tx, finding) if queries.knows_filer(tx, finding) else _published(finding)
    ids = set(tx.session.scalars(offered)) - {finding.version_id}
    links = thread_queries.version_links(tx, ids)
    return tuple(sorted((one for one in links.values() if one.open), key=lambda one: one.name))


def _held(tx: Transaction, finding: Finding) -> Select[str]:
    """Give the versions that the organisation that filed it holds a grant of.

    What it holds by an answer to a request is its own business with those who answer requests.
    """
    held = select(Grant.version_id).where(
        Grant.organisation_id == finding.organisation_id,
        Grant.state == "in_force",
        Grant.starts_at <= now(),
        Grant.ends_at > now(),
    )
    overseen = tx.actor.side is Side.REVIEWER or bool(tx.actor.roles & OVERSEERS)
    return held if overseen else held.where(Grant.follows.is_(None))


def _published(finding: Finding) -> Select[str]:
    """Give the published versions of the report that a finding is about."""
    report = select(Version.report_id).where(Version.id == finding.version_id).scalar_subquery()
    return select(Version.id).where(Version.report_id == report, Version.state == "published")


def write_message(
    tx: Transaction, finding_id: str, command: WriteMessage, *, sent: SentFile | None = None
) -> ThreadView:
    """Write to the other side, or to one's own alone, and tell colleagues of it.

    A reviewer may send a file along, which is kept as it came and opened by nobody here. What the
    publisher sends is attached to the finding instead (features/attachments): marked, checked and
    given by somebody else.

    Raises:
        Invalid: the file is not kept (`file`), or lacks its title (`file_title`); somebody is
            named who may not read the finding (`tell`, `body`); a version that the reader does
            not have (`refers_to`); nobody said that nothing withheld is in it.
    """
    target = Target("finding", finding_id)
    require(tx, Action.WRITE_MESSAGE, target)
    require(tx, Action.READ_FINDING, target)
    finding = locked(tx, finding_id)
    inside = tx.actor.side is Side.PUBLISHER
    if inside and not command.internal and not command.nothing_withheld:
        said = "Say that the message holds nothing withheld from this organisation."
        raise Invalid(fields={"nothing_withheld": said})
    told = _told(tx, finding, command)
    if command.refers_to:
        _refuse_unreadable(tx, finding, command)
    if inside and sent:
        raise Invalid(
            fields={"file": "Attach it to the finding instead, to be marked and checked."}
        )
    message = append_message(
        tx, finding, command.body, internal=command.internal, refers_to=command.refers_to
    )
    if sent:
        _keep_file(tx, finding, message, sent)
    _mention(tx, message, told)
    _tell(tx, finding, message, told)
    return read_thread(tx, finding)


def _keep_file(tx: Transaction, finding: Finding, message: Message, sent: SentFile) -> None:
    """Keep a file with a message; whoever reads it needs what the finding's texts need."""
    target = target_of(finding)
    try:
        deposit_file(
            tx,
            target,
            sent,
            version_id=finding.version_id,
            organisation_id=finding.organisation_id,
            message_id=message.id,
            shared=not message.internal,
            at_least=kept_sensitivity(tx, target),
        )
    except Invalid as error:
        raise Invalid(fields=named_in_form(error.fields)) from error


def strike_message(tx: Transaction, finding_id: str, command: StrikeMessage) -> ThreadView:
    """Strike a message of one's own: its words are shown to nobody any more, and
    its file is handed out to nobody.

    Raises:
        Conflict: it is part of the finding's life (a question, detail), or struck already.
    """
    target = Target("finding", finding_id)
    require(tx, Action.STRIKE_MESSAGE, target)
    require(tx, Action.READ_FINDING, target)
    finding = locked(tx, finding_id)
    message = tx.session.get(Message, command.message_id)
    if message is None or message.finding_id != finding_id or message.written_by != tx.actor.id:
        raise NotFound
    if message.kind != "said" or message.struck_at is not None:
        raise Conflict("This message can no longer be struck.")
    message.struck_at = now()
    tx.session.flush()
    if tx.actor.side is Side.REVIEWER:
        remove_files_of_message(tx, message.id)
    if message.internal and tx.actor.side is Side.REVIEWER:
        _as_reading(tx, finding, act="message:strike", message_id=message.id)
    else:
        facts = {"message": message.id}
        tell(
            tx, finding, "MessageStruck", Action.STRIKE_MESSAGE, step=False,
            outward=not message.internal, facts=facts,
        )  # fmt: skip
    return read_thread(tx, finding)


def append_message(
    tx: Transaction,
    finding: Finding,
    body: str,
    *,
    kind: str = "said",
    internal: bool = False,
    refers_to: str | None = None,
) -> Message:
    """Put a message at the end of the thread; the caller emits what happened.

    What the publisher says to the other side was stated to hold nothing withheld from it.
    """
    inside = tx.actor.side is Side.PUBLISHER
    message = Message(
        id=new_id("message"),
        finding_id=finding.id,
        organisation_id=finding.organisation_id,
        kind=kind,
        side="publisher" if inside else "reviewer",
        internal=internal,
        refers_to=refers_to,
        written_by=tx.actor.id,
        written_at=now(),
    )
    tx.session.add(message)
    tx.session.flush()
    field = f"message.{message.id}"
    deposit(tx, finding, field, body, shared=not internal)
    if inside and not internal:
        share_field(tx, target_of(finding), field=field, narrowed_to=())
    return message


def mark_read(tx: Transaction, finding: Finding) -> None:
    """Keep up to when the acting person has read the thread."""
    values = {"read_at": now()}
    tx.session.execute(
        insert(ThreadMark)
        .values(person_id=tx.actor.id, finding_id=finding.id, **values)
        .on_conflict_do_update(index_elements=["person_id", "finding_id"], set_=values)
    )


def colleagues(tx: Transaction, finding: Finding) -> list[Actor]:
    """List whom the acting person can tell: those of the own side who may read the finding."""
    target = target_of(finding)
    if tx.actor.side is Side.PUBLISHER:
        facts = find_facts(tx, target)
        concerned = facts.owner_ids if isinstance(facts, FindingFacts) else frozenset()
        # Only these could be allowed to; there may be hundreds of others.
        people = [
            actor
            for actor in publishers_people(tx)
            if actor.roles & OVERSEERS or actor.id in concerned
        ]
    else:
        people = people_of(tx, tx.actor.organisation_id or "")
    return [
        actor
        for actor in people
        if actor.id != tx.actor.id and may_somebody(tx, actor, Action.READ_FINDING, target)
    ]


def _told(tx: Transaction, finding: Finding, command: WriteMessage) -> list[str]:
    """Give whom the message tells: who was chosen, and inside who is named as `@name`."""
    known = {actor.id: actor.name for actor in colleagues(tx, finding)}
    if not set(command.tell) <= set(known):
        raise Invalid(fields={"tell": "Choose people who may read this finding."})
    named = {person for person, name in known.items() if f"@{name}" in command.body}
    if named and not command.internal:
        said = "The other side reads this: choose colleagues below instead of naming them."
        raise Invalid(fields={"body": said})
    return sorted({*command.tell, *named})


def _refuse_unreadable(tx: Transaction, finding: Finding, command: WriteMessage) -> None:
    """Refer to nothing that the writer, or the organisation that reads it, does not have."""
    version = tx.session.get(Version, command.refers_to)
    readable = version is not None and may(tx, Action.READ_VERSION, Target("version", version.id))
    if readable and (command.internal or tx.actor.side is Side.REVIEWER):
        return
    offered = _held(tx, finding) if queries.knows_filer(tx, finding) else _published(finding)
    if not readable or command.refers_to not in set(tx.session.scalars(offered)):
        said = "Choose a version that this organisation may read."
        raise Invalid(fields={"refers_to": said})


def _mention(tx: Transaction, message: Message, told: list[str]) -> None:
    tx.session.add_all(
        MessageMention(
            message_id=message.id,
            person_id=person,
            side=message.side,
            organisation_id=message.organisation_id,
        )
        for person in told
    )
    tx.session.flush()


def _tell(tx: Transaction, finding: Finding, message: Message, told: list[str]) -> None:
    facts = {"message": message.id}
    if tx.actor.side is Side.REVIEWER:
        if message.internal:
            _as_reading(tx, finding, act="message:write", message_id=message.id)
        else:
            tell(tx, finding, "MessageToPublisher", Action.WRITE_MESSAGE, step=False, facts=facts)
        return
    name = "InternalMessageWritten" if message.internal else "MessageToReviewer"
    outward = not message.internal
    tell(tx, finding, name, Action.WRITE_MESSAGE, step=False, outward=outward, facts=facts)
    if told:
        tell(
            tx, finding, "PeopleMentioned", Action.WRITE_MESSAGE, step=False, outward=False,
            facts={**facts, MENTIONED: told},
        )  # fmt: skip


def _as_reading(tx: Transaction, finding: Finding, *, act: str, message_id: str) -> None:
    """Record what a reviewer organisation says inside as it records reading; see 0036."""
    tx.emit(
        Event(
            name="FindingRead",
            licence=Action.READ_FINDING,
            target=target_of(finding),
            facts={"number": finding.number},
            content={"act": act, "message": message_id},
        )
    )
