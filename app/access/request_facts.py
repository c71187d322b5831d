"""The facts of requests; loaded for `facts`, which remembers them."""

from collections.abc import Sequence

from sqlalchemy import select

from app.access.interview_facts import drafters_of_notes
from app.access.request_people import kept_to
from app.db.base import one_of
from app.domain.requests import DRAFTING
from app.domain.targets import Target
from app.kernel.actor import Side
from app.models.history import Stage
from app.models.requests import Answer, Assignment, Request
from app.models.reviews import Review
from app.models.teams import TeamMember
from app.policy.facts import RequestFacts, ResourceFacts
from app.transaction import Transaction


def request_facts(tx: Transaction, target_id: str) -> ResourceFacts | None:
    """Find the facts of a request; None when missing or hidden."""
    row = tx.session.get(Request, target_id)
    if row is None:
        return None
    remember_requests(tx, [row])
    found: ResourceFacts = tx.memory[("facts", Target("request", row.id))]
    return found


def remember_requests(tx: Transaction, rows: Sequence[Request]) -> None:
    """Load the facts of a page of requests in a few queries, where they are not known yet."""
    rows = [row for row in rows if ("facts", Target("request", row.id)) not in tx.memory]
    if not rows:
        return
    ids = [row.id for row in rows]
    responders: dict[str, set[str]] = {}
    held = select(Assignment.request_id, Assignment.responder_id).where(
        one_of(Assignment.request_id, ids), Assignment.state != "dropped"
    )
    of_teams = (
        select(Assignment.request_id, TeamMember.person_id)
        .join(TeamMember, TeamMember.team_id == Assignment.team_id)
        .where(one_of(Assignment.request_id, ids), Assignment.state != "dropped")
    )
    inside = tx.actor.side is not Side.REVIEWER  # the wall shows neither to anybody outside
    for request_id, person_id in tx.session.execute(held.union(of_teams)) if inside else ():
        if person_id is not None:
            responders.setdefault(request_id, set()).add(person_id)
    drafters: dict[str, set[str]] = {}
    checked = select(Answer.request_id, Answer.drafted_by).where(
        one_of(Answer.request_id, ids), Answer.state == "in_check"
    )
    for request_id, person_id in tx.session.execute(checked) if inside else ():
        drafters.setdefault(request_id, set()).add(person_id)
    involved = _involved_in_appeals(tx, [row.id for row in rows if row.state == "under_appeal"])
    noted = drafters_of_notes(tx, ids)
    led = set(
        tx.session.scalars(
            select(Review.id).where(
                one_of(Review.id, {row.review_id for row in rows}),
                Review.submitted_by == "lead",
            )
        )
    )
    kept = kept_to(tx, ids)
    for row in rows:
        tx.memory[("facts", Target("request", row.id))] = RequestFacts(
            id=row.id,
            organisation_id=row.organisation_id,
            state=row.state,
            drafted_by=row.drafted_by,
            responder_ids=frozenset(responders.get(row.id, ())),
            answer_drafter_ids=frozenset(drafters.get(row.id, ())),
            appeal_involved_ids=frozenset(involved.get(row.id, ())),
            interview_drafter_ids=frozenset(noted.get(row.id, ())),
            lead_submits=row.review_id in led,
            kept_to=kept.get(row.id),
        )


def _involved_in_appeals(tx: Transaction, ids: Sequence[str]) -> dict[str, set[str]]:
    """Give who drafted (whoever saved it last) or released what is under appeal, by request."""
    involved: dict[str, set[str]] = {}
    if not ids:
        return involved
    appealed = (Answer.request_id.in_(ids), Answer.appeal == "open")
    rounds = set()
    for answer in tx.session.scalars(select(Answer).where(*appealed)):
        people = involved.setdefault(answer.request_id, set())
        people |= {answer.drafted_by, *((answer.released_by,) if answer.released_by else ())}
        rounds.add((answer.request_id, answer.round))
    drafted = select(Stage).where(Stage.subject_id.in_(ids), Stage.name.in_(DRAFTING))
    for stage in tx.session.scalars(drafted):
        if (stage.subject_id, stage.facts.get("round")) in rounds:
            involved[stage.subject_id].update(stage.facts.get("drafters", [stage.person_id]))
    return involved
