"""Who is told of an occurrence, and in which facts: rows and policies, no text of anybody's.

It runs in the worker, which sees every row. Whether a person may know of the thing is asked of the
policies for each of them; a number that names an organisation is given to nobody who is not told
whose thing it is.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from app.access.clearance import cleared_for_finding
from app.access.decide import may_somebody
from app.access.memberships import people_of, publishers_people
from app.access.said_facts import assurances_named
from app.domain.actions import Action
from app.domain.notices import Audience, Rule
from app.domain.targets import Target
from app.kernel.actor import Actor, Role, Side
from app.kernel.clock import now
from app.models.assurances import Assurance
from app.models.findings import Finding
from app.models.history import Stage
from app.models.organisations import Organisation
from app.models.recommendations import Recommendation
from app.models.reports import Report, Version
from app.models.requests import Assignment, Request, RequestPerson
from app.models.reviews import Grant, Receipt, Review
from app.models.statements import Statement
from app.models.teams import Absence, TeamMember
from app.models.withheld import Challenge
from app.transaction import Transaction

Facts = dict[str, str]
_Finder = Callable[[Transaction, Target, Target, str], list[Actor]]
_OVERSEERS = frozenset({Role.COORDINATOR, Role.APPROVER, Role.AUDITOR})


@dataclass(frozen=True)
class Told:
    """One person who is told, and what."""

    actor: Actor
    subject: Target
    facts: Facts


def recipients(tx: Transaction, rule: Rule, about: Target, *, by: str, named: str) -> list[Told]:
    """List who is told; whoever acted is not.

    Args:
        tx: of the worker.
        rule: the event's.
        about: what changed.
        by: the id of the one who acted.
        named: the id of the person whom the event names, or nothing.
    """
    told: dict[tuple[str, str], Told] = {}
    for subject in _subjects(tx, rule, about):
        for actor in _people(tx, rule, subject, about, named):
            key = (actor.id, subject.id)
            if actor.id == by or key in told or not _may_know(tx, actor, rule.may, subject):
                continue
            told[key] = Told(actor, subject, facts_for(tx, subject, actor))
    return list(told.values())


def _may_know(tx: Transaction, actor: Actor, act: Action, subject: Target) -> bool:
    """Say whether somebody may do what they would be told to do, and may read what it is about.

    Who is to act on a finding must be cleared for its text, too: else they could not.
    """
    if not may_somebody(tx, actor, act, subject):
        return False
    if subject.kind != "finding" or act is Action.READ_FINDING:
        return True
    return may_somebody(tx, actor, Action.READ_FINDING, subject) and cleared_for_finding(
        tx, actor, subject.id
    )


def facts_for(tx: Transaction, subject: Target, actor: Actor) -> Facts:
    """Give what a person may be told of a thing, in the fixed vocabulary."""
    if subject.kind == "request":
        return _of_request(tx, subject, actor)
    if subject.kind == "finding":
        return _of_finding(tx, subject, actor)
    if subject.kind == "challenge":
        challenge = tx.session.get_one(Challenge, subject.id)
        number = challenge.number if _knows(actor) else challenge.alias
        return {"number": number, "due_on": challenge.due_on.isoformat()}
    if subject.kind == "assurance":
        row = tx.session.get_one(Assurance, subject.id)
        named = _knows(actor) or row.id in assurances_named(tx, [row])
        return {"number": row.number if named else row.alias}
    if subject.kind == "recommendation":
        advice = tx.session.get_one(Recommendation, subject.id)
        return {"number": (advice.number if _knows(actor) else advice.alias) or ""}
    return {}


def _of_request(tx: Transaction, subject: Target, actor: Actor) -> Facts:
    row = tx.session.get_one(Request, subject.id)
    facts = {"number": (row.number or "") if _knows(actor) else row.alias, "type": row.type}
    if row.expected_form:
        facts["form"] = row.expected_form
    if row.due_on is not None:
        facts["due_on"] = row.due_on.isoformat()
    return {name: value for name, value in facts.items() if value}


def _of_finding(tx: Transaction, subject: Target, actor: Actor) -> Facts:
    row = tx.session.get_one(Finding, subject.id)
    named = tx.session.get_one(Organisation, row.organisation_id).names_itself_to_authors
    facts = {"number": row.number if named or _knows(actor) else row.alias}
    return facts | ({"due_on": row.due_on.isoformat()} if row.due_on else {})


def _knows(actor: Actor) -> bool:
    """Say whether a person knows whose requests and findings are whose."""
    return actor.side is Side.REVIEWER or bool(actor.roles & _OVERSEERS)


def _subjects(tx: Transaction, rule: Rule, about: Target) -> list[Target]:
    """Give what people can look at: of a grant or a version its reviews, else the thing itself.

    An internal grant has none: it is seen on the version's own page.
    """
    if about.kind == "version":
        reviews = select(Review.id).where(Review.version_id == about.id, Review.state == "open")
        return [
            Target("review", found) for found in tx.session.scalars(reviews.order_by(Review.id))
        ]
    if about.kind == "grant" and rule.may.target == "review":
        review = tx.session.get_one(Grant, about.id).review_id
        return [] if review is None else [Target("review", review)]
    return [about]


def _people(
    tx: Transaction, rule: Rule, subject: Target, about: Target, named: str
) -> Iterable[Actor]:
    return [
        actor for audience in rule.to for actor in _AUDIENCES[audience](tx, subject, about, named)
    ]


def _with_role(*roles: Role) -> _Finder:
    def find(tx: Transaction, _subject: Target, _about: Target, _named: str) -> list[Actor]:
        return [actor for actor in publishers_people(tx) if actor.roles & set(roles)]

    return find


def _named(tx: Transaction, _subject: Target, _about: Target, named: str) -> list[Actor]:
    return publishers_people(tx, {named}) if named else []


def _responders(tx: Transaction, subject: Target, _about: Target, _named: str) -> list[Actor]:
    return publishers_people(tx, holders(tx, subject.id))


def holders(tx: Transaction, request_id: str, *states: str) -> set[str]:
    """Give who holds parts of a request; of a part that nobody holds, the people of its team."""
    live = select(Assignment.responder_id, Assignment.team_id).where(
        Assignment.request_id == request_id, Assignment.state != "dropped"
    )
    if states:
        live = live.where(Assignment.state.in_(states))
    rows = tx.session.execute(live).all()
    teams = {row.team_id for row in rows if row.responder_id is None and row.team_id}
    return {row.responder_id for row in rows if row.responder_id} | people_of_teams(tx, teams)


def people_of_teams(tx: Transaction, teams: set[str]) -> set[str]:
    """Give the people of teams: the backups too where every member is away today."""
    day = now().astimezone(UTC).date()
    away = select(Absence.person_id).where(Absence.starts_on <= day, Absence.ends_on >= day)
    rows = tx.session.execute(
        select(
            TeamMember.team_id,
            TeamMember.person_id,
            TeamMember.backup,
            TeamMember.person_id.in_(away).label("away"),
        ).where(TeamMember.team_id.in_(teams))
    ).all()
    found: set[str] = set()
    for team in teams:
        people = [row for row in rows if row.team_id == team]
        there = {row.person_id for row in people if not row.backup and not row.away}
        found |= there or {row.person_id for row in people}
    return found


def backups_of(tx: Transaction, request_id: str, *, day: date | None) -> set[str]:
    """Give who stands in for those who hold open parts of a request: the backups of their teams.

    Args:
        tx: of the worker.
        request_id: the request.
        day: only for holders who are away on this day; None: for all of them.
    """
    own = aliased(TeamMember)
    held = (
        select(Assignment.responder_id, TeamMember.person_id)
        .outerjoin(own, and_(own.person_id == Assignment.responder_id, ~own.backup))
        .join(
            TeamMember,
            and_(
                TeamMember.team_id == func.coalesce(Assignment.team_id, own.team_id),
                TeamMember.backup,
            ),
        )
        .where(
            Assignment.request_id == request_id,
            Assignment.state.in_(("assigned", "in_progress")),
        )
    )
    if day is not None:
        away = select(Absence.person_id).where(Absence.starts_on <= day, Absence.ends_on >= day)
        held = held.where(Assignment.responder_id.in_(away))
    return {backup for holder, backup in tx.session.execute(held) if backup != holder}


def _team(tx: Transaction, _subject: Target, _about: Target, named: str) -> list[Actor]:
    return publishers_people(tx, people_of_teams(tx, {named})) if named else []


def _report_owner(tx: Transaction, subject: Target, _about: Target, _named: str) -> list[Actor]:
    owner = tx.session.scalars(
        select(Report.owner_id)
        .join(Version, Version.report_id == Report.id)
        .join(Finding, Finding.version_id == Version.id)
        .where(Finding.id == subject.id)
    ).one()
    return publishers_people(tx, {owner})


def _author(tx: Transaction, subject: Target, _about: Target, _named: str) -> list[Actor]:
    author = tx.session.get_one(Finding, subject.id).author_id
    if author is None:  # it lies in the coordinator's queue
        return _AUDIENCES[Audience.COORDINATORS](tx, subject, _about, _named)
    return publishers_people(tx, {author})


def _askers(tx: Transaction, subject: Target, _about: Target, _named: str) -> list[Actor]:
    row = tx.session.get_one(Request, subject.id)
    submitted = tx.session.scalars(
        select(Stage.person_id).where(
            Stage.subject_id == subject.id, Stage.name == "RequestSubmitted"
        )
    )
    own = {row.drafted_by, *submitted}
    people = people_of(tx, row.organisation_id)
    return [actor for actor in people if actor.id in own or actor.has(Role.LEAD)]


def _filer(tx: Transaction, subject: Target, _about: Target, _named: str) -> list[Actor]:
    if subject.kind == "finding":
        finding = tx.session.get_one(Finding, subject.id)
        return people_of(tx, finding.organisation_id, {finding.filed_by})
    challenge = tx.session.get_one(Challenge, subject.id)
    return people_of(tx, challenge.organisation_id, {challenge.raised_by})


def _members(tx: Transaction, subject: Target, about: Target, _named: str) -> list[Actor]:
    if about.kind == "assurance":
        return _told_of_assurance(tx, tx.session.get_one(Assurance, about.id))
    if about.kind == "recommendation":
        return people_of(tx, tx.session.get_one(Recommendation, about.id).organisation_id)
    if about.kind == "grant":
        grant = tx.session.get_one(Grant, about.id)
        if grant.follows is not None:
            # It came with an answer, and may be kept to some people with its request.
            return []
        return people_of(tx, grant.organisation_id, grant.person_ids)
    return people_of(tx, tx.session.get_one(Review, subject.id).organisation_id)


def _told_of_assurance(tx: Transaction, row: Assurance) -> list[Actor]:
    """Give the people of its organisation; of a request kept to some, those alone."""
    kept = set(
        tx.session.scalars(
            select(RequestPerson.person_id).where(RequestPerson.request_id == row.request_id)
        )
    )
    return people_of(tx, row.organisation_id, kept or None)


def _leads(tx: Transaction, subject: Target, _about: Target, _named: str) -> list[Actor]:
    match subject.kind:
        case "organisation":
            owner = subject.id
        case "review":
            owner = tx.session.get_one(Review, subject.id).organisation_id
        case "statement":
            owner = tx.session.get_one(Statement, subject.id).organisation_id
        case _:
            owner = tx.session.get_one(Receipt, subject.id).organisation_id
    return [a for a in people_of(tx, owner) if a.has(Role.LEAD)]


_AUDIENCES: Mapping[Audience, _Finder] = {
    Audience.COORDINATORS: _with_role(Role.COORDINATOR),
    Audience.RELEASERS: _with_role(Role.COORDINATOR, Role.APPROVER),
    Audience.APPROVERS: _with_role(Role.APPROVER),
    Audience.RESPONDERS: _responders,
    Audience.NAMED: _named,
    Audience.TEAM: _team,
    Audience.REPORT_OWNER: _report_owner,
    Audience.AUTHOR: _author,
    Audience.ASKERS: _askers,
    Audience.FILER: _filer,
    Audience.MEMBERS: _members,
    Audience.LEADS: _leads,
    Audience.READERS: _members,
}
