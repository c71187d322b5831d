"""The transaction: state, audit entries, stages and jobs in one commit, or nothing.

The four rules that nobody can walk around:
1. a commit that wrote but emitted no event fails;
2. an event whose licence was not decided *allow* on its target in this transaction fails;
3. the entries, the stages and the jobs commit with the state;
4. what was refused is recorded although the request rolls back.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from procrastinate import App
from sqlalchemy import Engine, text, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.audit import log
from app.audit.entry import Entry, Outcome, uuid7
from app.audit.folding import folded
from app.db.session import enter_context
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.notices import READING as SUBJECTS
from app.domain.reactions import reactions
from app.domain.targets import INSTALLATION, Target
from app.jobs.queue import enqueue
from app.kernel.actor import Actor, Side
from app.kernel.clock import now
from app.kernel.config import Settings
from app.kernel.context import RequestContext
from app.kernel.errors import AuditUnavailable, ProgrammingFault
from app.kernel.ids import new_id
from app.models.history import Stage
from app.models.notices import Notice
from app.policy.engine import PolicyEngine
from app.storage.blobs import BlobStore
from app.storage.sources import OpenableSources, SealedSources

READING = frozenset(
    {
        Action.READ_VERSION,
        Action.READ_PAGE,
        Action.SEARCH_VERSION,
        Action.READ_CLAIMS,
        Action.READ_IMPACT,
        Action.READ_REDACTION_RECORD,
        Action.DOWNLOAD_VERSION,
        Action.READ_REDACTION,
        Action.READ_CHALLENGE,
        Action.LIST_REQUESTS,
        Action.READ_REQUEST,
        Action.KEEP_REQUEST,
        Action.READ_SHARED_ANSWERS,
        Action.READ_FINDING,
        Action.EXPORT_DESK,
        Action.EXPORT_FINDINGS,
        Action.READ_DELIBERATION,
        Action.READ_INGESTION,
        Action.FIND_EARLIER,
        Action.READ_PROVIDED,
        Action.SEARCH_REQUESTS,
        Action.EXPORT_REQUESTS,
        Action.LIST_PACKS,
        Action.READ_PACK,
        Action.VIEW_AS,
        Action.MARK_NOTICES_READ,
        Action.READ_ASSURANCE,
        Action.LIST_ASSURANCES,
        Action.READ_RECOMMENDATION,
        Action.LIST_RECOMMENDATIONS,
        Action.COMPARE_POSITIONS,
        Action.LIST_STATEMENTS,
        Action.READ_STATEMENT,
    }
)
"""Acts whose traces are security data: the log names a reviewer only in the personal facet."""


PRIVATE = frozenset(
    {
        Action.LIST_NOTES,
        Action.KEEP_NOTE,
        Action.READ_NOTE,
        Action.CHANGE_NOTE,
        Action.EXPORT_NOTES,
        Action.READ_POSITIONS,
        Action.KEEP_POSITIONS,
        Action.DRAFT_RECOMMENDATION,
        Action.CARRY_RECOMMENDATIONS,
        Action.CHANGE_RECOMMENDATION,
        Action.OPEN_WORKSPACE,
        Action.START_STATEMENT,
        Action.READ_STATEMENT_DRAFT,
        Action.WRITE_STATEMENT,
        Action.DRAFT_FINDING,
        Action.LIST_FINDING_DRAFTS,
        Action.READ_FINDING_DRAFT,
        Action.CHANGE_FINDING_DRAFT,
        Action.KEEP_FINDING_DRAFT,
    }
)
"""Acts on one's own notes and drafts: that there was one is nobody else's to know, not even as a
count. To whoever reads the log without the content facet, each is one more page read
(decisions/0009, 0034, 0039, 0049)."""


class SilentWrite(ProgrammingFault):
    """A commit wrote rows but emitted no event."""


class UnlicensedEvent(ProgrammingFault):
    """An event names an action that was not decided *allow* on its target here."""


@dataclass(frozen=True)
class Installation:
    """What a running process holds: settings, engine, policies, stores, the queue."""

    settings: Settings
    secret: bytes  # seals cookies and client secrets
    engine: Engine
    policies: PolicyEngine
    editions: BlobStore
    sources: SealedSources | OpenableSources
    queue: App


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What the policies said of one action on one target."""

    action: Action
    target: Target
    allowed: bool
    policies: tuple[str, ...]
    grant_id: str | None = None
    facts: tuple[tuple[str, str | int], ...] = ()  # why, where no policy says it: refusals only
    private: bool = False  # refused, and about what is the acting organisation's own
    instead: "Decision | None" = None  # the refused page read that it then stands in the log as


@dataclass
class Transaction:
    """One unit of work of one actor. Leaving it without `commit` rolls everything back."""

    installation: Installation
    session: Session
    actor: Actor
    context: RequestContext
    decisions: list[Decision] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    memory: dict[Any, Any] = field(default_factory=dict)  # facts loaded once per transaction

    def licence(self, action: Action, target: Target) -> Decision | None:
        """Find the *allow* of this transaction for an action on a target."""
        for decision in reversed(self.decisions):
            if decision.allowed and decision.action is action and decision.target == target:
                return decision
        return None

    def emit(self, event: Event) -> None:
        """Buffer an event for the commit."""
        self.events.append(event)

    def enrol(self, organisation_id: str) -> None:
        """Give a new organisation its place in the log; the caller emits the event about it."""
        log.enrol(self.session, organisation_id)

    def commit(self) -> None:
        """Write entries, stages and jobs, and commit all of it with the state.

        Raises:
            SilentWrite, UnlicensedEvent: one of our own rules was broken; nothing is kept.
            AuditUnavailable: the entries could not be written; nothing is kept or shown.
        """
        self.session.flush()
        if not self.events:
            self._refuse_silent_write()
            self.session.commit()
            return
        licences = [self._licence_of(event) for event in self.events]
        self._write_stages()
        self._mark_noticed()
        self._enqueue_jobs()
        entries = [
            self._entry(event, decision)
            for event, decision in zip(self.events, licences, strict=True)
        ]
        self._append(folded(entries, watched=self.actor.side is Side.REVIEWER))
        self.events.clear()

    def rollback(self) -> None:
        """Give up the state and start anew; decisions stay, so that refusals can be recorded."""
        self.session.rollback()
        self.events.clear()
        self.memory.clear()
        self.decisions = [decision for decision in self.decisions if not decision.allowed]
        enter_context(self.session, self.actor)

    def record_refusals(self) -> None:
        """Record what was refused, on the same connection, after the state was given up."""
        refused = [decision for decision in self.decisions if not decision.allowed]
        self.decisions.clear()
        if not refused:
            return
        self.rollback()
        self._append([self._refusal(decision) for decision in refused])

    def _refuse_silent_write(self) -> None:
        wrote = self.session.execute(text("SELECT pg_current_xact_id_if_assigned()")).scalar()
        if wrote is not None:
            self.session.rollback()
            raise SilentWrite(f"request {self.context.request_id} wrote without an event")

    def _licence_of(self, event: Event) -> Decision:
        decision = self.licence(event.licence, event.target)
        if decision is None:
            self.session.rollback()
            raise UnlicensedEvent(f"{event.name} needs {event.licence.name} on {event.target}")
        return decision

    def _write_stages(self) -> None:
        for event in self.events:
            if event.stage is None:
                continue
            organisation = next(iter(event.organisations), None)
            self.session.add(
                Stage(
                    id=new_id("stage"),
                    subject_kind=event.about.kind,
                    subject_id=event.about.id,
                    name=event.name,
                    stage=event.stage,
                    at=now(),
                    side=self.actor.side.value,
                    person_id=self.actor.id,
                    organisation_id=organisation,
                    facts=dict(event.facts),
                )
            )
        self.session.flush()

    def _mark_noticed(self) -> None:
        """Whoever has read a thing, or acted on it, has noticed what they were told of it."""
        seen = {event.about.id for event in self.events if event.about.kind in SUBJECTS}
        if self.actor.kind != "person" or not seen:
            return
        self.session.execute(
            update(Notice)
            .where(
                Notice.person_id == self.actor.id,
                Notice.organisation_id == self.actor.organisation_id,
                Notice.subject_id.in_(sorted(seen)),
                Notice.read_at.is_(None),
            )
            .values(read_at=now())
            .execution_options(synchronize_session=False)
        )

    def _enqueue_jobs(self) -> None:
        wanted = dict.fromkeys(reaction for event in self.events for reaction in reactions(event))
        if not wanted:
            return
        connection = self.session.connection().connection.driver_connection
        for reaction in wanted:
            arguments = dict(reaction.arguments)
            if reaction.occurs:
                arguments |= {"occurrence": new_id("occurrence"), "by": self.actor.id}
            enqueue(
                self.installation.queue,
                connection=connection,
                name=reaction.job,
                arguments=arguments,
            )

    def _append(self, entries: list[Entry]) -> None:
        try:
            log.append(self.session, entries)
            self.session.commit()
        except SQLAlchemyError as fault:
            self.session.rollback()
            raise AuditUnavailable from fault

    def _entry(self, event: Event, decision: Decision) -> Entry:
        if event.licence in PRIVATE:
            return self._private_entry(event)
        reading = event.licence in READING
        facts: dict[str, object] = {**event.facts}
        if event.about != event.target:
            facts["target"] = event.target.id
        return self._bare_entry(
            event.licence,
            about=event.about,
            outcome="allowed" if reading else "done",
            decision=decision,
            name=event.name,
            facts=facts,
            organisations=event.organisations,
            personal=event.personal,
            content=event.content,
        )

    def _private_entry(self, event: Event) -> Entry:
        """Record an act on one's own notes as the reading of a page of their version.

        What it was stands in the content facet. The other facets are made from the reading that it
        came with; when no page may be read now, from asking for the list of statements, which
        everybody may at all times.
        """
        target = Target("version", event.about.id)
        read = self.licence(Action.READ_PAGE, target)
        looked = [e for e in self.events if e.licence is Action.READ_PAGE and e.target == target]
        asked = self.licence(Action.LIST_STATEMENTS, INSTALLATION)
        decision = read or asked or Decision(
            action=Action.LIST_STATEMENTS, target=INSTALLATION, allowed=True, policies=()
        )  # fmt: skip
        told = {**event.facts, "act": event.licence.tag, "event": event.name}
        return self._bare_entry(
            decision.action,
            about=decision.target,
            outcome="allowed",
            decision=decision,
            name="PageRead" if read else "StatementsListed",
            facts=looked[-1].facts if read and looked else {},
            organisations=event.organisations,
            personal=None,
            content={**(looked[-1].content or {} if looked else {}), **told, "version": target.id},
        )

    def _refusal(self, decision: Decision) -> Entry:
        private = decision.private or decision.action in PRIVATE
        if private and self.actor.side is Side.REVIEWER:
            return self._private_refusal(decision)
        return self._bare_entry(
            decision.action,
            about=decision.target,
            outcome="denied",
            decision=decision,
            name="Refused",
            facts=dict(decision.facts),
            organisations=frozenset(),
            personal=None,
            content=None,
        )

    def _private_refusal(self, decision: Decision) -> Entry:
        """Record a refusal about what an organisation keeps to itself as that of a page.

        Else the log would tell the publisher that there is a draft, and its id.
        """
        instead = decision.instead or Decision(
            action=Action.READ_PAGE, target=INSTALLATION, allowed=False, policies=()
        )
        return self._bare_entry(
            Action.READ_PAGE,
            about=instead.target,
            outcome="denied",
            decision=instead,
            name="Refused",
            facts={},
            organisations=frozenset(),
            personal=None,
            content={
                **dict(decision.facts),
                "act": decision.action.tag,
                "target": decision.target.id,
                "policies": list(decision.policies),
            },
        )

    def _bare_entry(
        self,
        action: Action,
        *,
        about: Target,
        outcome: Outcome,
        decision: Decision,
        name: str,
        facts: Mapping[str, object],
        organisations: frozenset[str],
        personal: Mapping[str, object] | None,
        content: Mapping[str, object] | None,
    ) -> Entry:
        actor = self.actor
        reviewer = actor.side is Side.REVIEWER and actor.organisation_id is not None
        watched = reviewer and (action in READING or action in PRIVATE)
        own = {actor.organisation_id} if reviewer and actor.organisation_id else set()
        if watched:  # what exactly somebody read is for their own organisation only
            facts, content = {}, {**facts, **(content or {})}
        core: dict[str, object] = {
            "channel": self.context.channel,
            "event": name,
            "facts": dict(facts),
            "grant": decision.grant_id,
            "policies": list(decision.policies),
            "policy_set": self.installation.policies.digest,
            "request": self.context.request_id,
        }
        if actor.operator:
            core["operator"] = actor.operator
        who: dict[str, object] = {
            "address": self.context.address,
            "agent": (self.context.agent or "")[:200],
            "name": actor.name,
            "person": actor.id,
            **(personal or {}),
        }
        return Entry(
            id=uuid7(),
            at=now(),
            action=action.tag,
            outcome=outcome,
            actor=str(actor.organisation_id) if watched else actor.id,
            acting_for=actor.organisation_id,
            object=about.id[:64],
            organisations=frozenset(organisations | own),
            core=core,
            personal=who,
            content=content,
        )


@contextmanager
def begin(
    installation: Installation, actor: Actor, context: RequestContext | None = None
) -> Iterator[Transaction]:
    """Open a transaction for an actor; on any way out without `commit` it is rolled back.

    Refusals that are still unrecorded when an error leaves the block are recorded.
    """
    with Session(installation.engine, expire_on_commit=False) as session:
        enter_context(session, actor)
        channel = "job" if actor.kind == "job" else "html"
        tx = Transaction(installation, session, actor, context or RequestContext(channel=channel))
        try:
            yield tx
        except Exception:
            tx.record_refusals()
            raise
