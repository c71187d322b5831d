"""Parts of requests and their answers: rows and names, no guarded text."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.access import scope
from app.db.base import one_of
from app.domain.parts import PartState
from app.domain.requests import DRAFTING, ENDED, TYPES, WITHOUT_BODY
from app.models.history import Stage
from app.models.people import Person
from app.models.requests import Answer, Assignment, Request
from app.models.teams import Team
from app.transaction import Transaction

_MAIN = aliased(Request)  # the request whose answer another one waits for


@dataclass(frozen=True)
class Part:
    """A part of a request with its latest answer.

    Its state is the row's, but for what the asker returned: they do not see who answers, so the
    return is written on the answer alone.
    """

    row: Assignment
    answer: Answer | None

    @property
    def state(self) -> PartState:
        """Give where the part is."""
        returned = self.answer is not None and self.answer.state == "returned"
        if self.row.state == PartState.RELEASED.value and returned:
            return PartState.RETURNED
        return PartState(self.row.state)

    @property
    def is_open(self) -> bool:
        """Say whether somebody is to answer it still."""
        return self.state in (PartState.ASSIGNED, PartState.IN_PROGRESS)


def list_parts(tx: Transaction, request_id: str) -> list[Part]:
    """List the parts of a request, without those that were dropped; none for its asker."""
    rows = tx.session.scalars(
        select(Assignment)
        .where(Assignment.request_id == request_id, Assignment.state != "dropped")
        .order_by(Assignment.number)
    ).all()
    answers = tx.session.scalars(
        select(Answer).where(Answer.request_id == request_id).order_by(Answer.round)
    )
    latest = {answer.assignment_id: answer for answer in answers} if rows else {}
    return [Part(row, latest.get(row.id)) for row in rows]


def following_part(tx: Transaction, request_id: str) -> Part | None:
    """Find the part of a request that waits for the answer of another request."""
    held = list_parts(tx, request_id)
    return next((part for part in held if part.row.follows_id is not None), None)


def followers(tx: Transaction, request_id: str) -> list[str]:
    """List the ids of the requests that wait for the answer of this one; none that ended."""
    return list(
        tx.session.scalars(
            select(Assignment.request_id)
            .join(Request, Request.id == Assignment.request_id)
            .where(
                Assignment.follows_id == request_id,
                Assignment.state != "dropped",
                Request.state.not_in(ENDED),
            )
            .order_by(Assignment.created_at, Assignment.request_id)
        )
    )


def next_part_number(tx: Transaction, request_id: str) -> int:
    """Give the number of the next part; that of a dropped one is not used again."""
    last = select(func.max(Assignment.number)).where(Assignment.request_id == request_id)
    return (tx.session.scalars(last).one() or 0) + 1


def list_answers(tx: Transaction, request_id: str, *states: str) -> list[Answer]:
    """List the answers of a request that this side may see, in any of some states."""
    statement = select(Answer).where(Answer.request_id == request_id, Answer.state.in_(states))
    return list(tx.session.scalars(statement.order_by(Answer.round)))


def refused_answers(tx: Transaction, request_id: str) -> list[Answer]:
    """List the released answers that give less than all and were never looked at a second time."""
    return [
        answer
        for answer in list_answers(tx, request_id, "released")
        if answer.determination != "full" and answer.appeal is None
    ]


def answered_before(tx: Transaction, row: Request, *, most: int = 200) -> list[Request]:
    """List other requests of the same asker that were answered with more than a refusal."""
    given = select(Answer.request_id).where(
        Answer.organisation_id == row.organisation_id,
        Answer.state.in_(("released", "accepted")),
        Answer.determination.not_in(WITHOUT_BODY),
    )
    statement = (
        select(Request)
        .where(
            Request.organisation_id == row.organisation_id,
            Request.id.in_(given),
            Request.id != row.id,
        )
        .order_by(Request.submitted_at.desc(), Request.id)
        .limit(most)
    )
    return list(tx.session.scalars(statement))


def earlier_options(tx: Transaction, request_id: str) -> list[tuple[str, str]]:
    """List (id, label) of what this asker was answered before."""
    row = tx.session.get_one(Request, request_id)
    return [
        (one.id, f"{one.number}, {TYPES[one.type].lower()}") for one in answered_before(tx, row)
    ]


def next_round(tx: Transaction, request_id: str) -> int:
    """Give the number of a request's next answer."""
    last = select(func.max(Answer.round)).where(Answer.request_id == request_id)
    return (tx.session.scalars(last).one() or 0) + 1


def answer_drafters(tx: Transaction, request_id: str, number: int) -> set[str]:
    """Give everybody who drafted the answer of a round, handed it on, or said it elsewhere.

    Of one taken over from another request those who drafted it there.
    """
    stages = tx.session.scalars(
        select(Stage).where(Stage.subject_id == request_id, Stage.name.in_(DRAFTING))
    )
    drafted = [stage for stage in stages if stage.facts.get("round") == number]
    said = {str(stage.facts["said_by"]) for stage in drafted if stage.facts.get("said_by")}
    return said | {
        person for stage in drafted for person in stage.facts.get("drafters", [stage.person_id])
    }


def holders(tx: Transaction, request_ids: Iterable[str]) -> dict[str, str]:
    """Give who has each request in hand, by request: people, teams with nobody yet, in parts."""
    rows = tx.session.execute(
        select(
            Assignment.request_id, Person.name, Team.name.label("team"), _MAIN.number.label("main")
        )
        .outerjoin(Person, Person.id == Assignment.responder_id)
        .outerjoin(Team, Team.id == Assignment.team_id)
        .outerjoin(_MAIN, _MAIN.id == Assignment.follows_id)
        .where(one_of(Assignment.request_id, request_ids), Assignment.state != "dropped")
        .order_by(Assignment.number)
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        name = row.name or (f"{row.team}, nobody yet" if row.team else "nobody yet")
        name = f"follows {row.main}" if row.main else name
        found.setdefault(row.request_id, []).append(name)
    return {request_id: " · ".join(dict.fromkeys(names)) for request_id, names in found.items()}


def team_options(tx: Transaction) -> list[tuple[str, str]]:
    """List (id, name) of the teams there are."""
    rows = tx.session.execute(
        select(Team.id, Team.name).where(Team.ended_at.is_(None)).order_by(Team.name)
    )
    return [(row.id, row.name) for row in rows]


def own_parts(tx: Transaction, request_id: str) -> list[Part]:
    """List the parts of a request that the acting person, or one of their teams, holds."""
    mine = scope.parts_of_mine(tx).where(Assignment.request_id == request_id)
    ids = set(tx.session.scalars(mine.with_only_columns(Assignment.id)))
    return [part for part in list_parts(tx, request_id) if part.row.id in ids]
