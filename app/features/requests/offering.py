"""Already answered? Earlier answers of one's organisation, by the words of a new question."""

from collections.abc import Sequence
from datetime import UTC

from sqlalchemy import select

from app.access.decide import require
from app.access.earlier import LONGEST_PHRASE, Found, find_earlier
from app.access.release import release_fields
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import INSTALLATION, Target
from app.features.requests import queries
from app.features.requests.rows import EarlierList, EarlierRow
from app.kernel.actor import Role
from app.models.requests import Answer
from app.transaction import Transaction

MOST = 10
OFFERED = 5
SHORTEST = 8  # characters of a question with which a search is worth while
_SHOWN = 600  # characters of a text


def offer(tx: Transaction, question: str, *, review_id: str = "") -> EarlierList:
    """Give the earlier answers that fit a question as far as it is written.

    Each says whether the acting person can close a request of the review with it at once.
    """
    require(tx, Action.FIND_EARLIER, INSTALLATION)
    phrase = " ".join(question.split())[:LONGEST_PHRASE]
    if len(phrase) < SHORTEST:
        return EarlierList(phrase=phrase, rows=())
    found = look(tx, phrase, most=OFFERED)
    if Role.LEAD not in tx.actor.roles and queries.lead_submits(tx, review_id):
        kept = tuple(row.model_copy(update={"answers": False}) for row in found.rows)
        return found.model_copy(update={"rows": kept})
    return found


def look(tx: Transaction, phrase: str, *, most: int = MOST) -> EarlierList:
    """Give the earlier answers that fit a phrase; none for an empty one."""
    require(tx, Action.FIND_EARLIER, INSTALLATION)
    if not phrase.strip():
        return EarlierList(phrase="", rows=())
    found = find_earlier(tx, phrase, most=most)
    answers = _answers(tx, [hit.row.id for hit in found])
    for hit in found:
        target = Target("request", hit.row.id)
        require(tx, Action.READ_REQUEST, target)
        tx.emit(Event(name="RequestRead", licence=Action.READ_REQUEST, target=target))
    targets = [Target("request", hit.row.id) for hit in found]
    questions = release_fields(tx, targets, field="question")
    texts = _texts(tx, answers)
    rows = tuple(
        _row(hit, answers[hit.row.id], questions[hit.row.id].body or "", texts)
        for hit in found
        if hit.row.id in answers and hit.row.id in questions
    )
    return EarlierList(phrase=phrase.strip(), rows=rows)


def _row(hit: Found, answer: Answer, question: str, texts: dict[str, str]) -> EarlierRow:
    released = answer.released_at.astimezone(UTC).date() if answer.released_at else None
    return EarlierRow(
        request_id=hit.row.id,
        number=hit.row.number or "",
        question=question[:_SHOWN],
        answer=texts.get(hit.row.id, "")[:_SHOWN],
        outcome=answer.determination,
        released_on=released,
        accepted=answer.state == "accepted",
        answers=answer.state != "returned",
    )


def _answers(tx: Transaction, ids: Sequence[str]) -> dict[str, Answer]:
    """Give the latest released answer of each request."""
    rows = tx.session.scalars(
        select(Answer)
        .where(Answer.request_id.in_(ids), Answer.state.in_(("released", "accepted", "returned")))
        .order_by(Answer.round)
    )
    return {row.request_id: row for row in rows}


def _texts(tx: Transaction, answers: dict[str, Answer]) -> dict[str, str]:
    by_round: dict[int, list[Target]] = {}
    for answer in answers.values():
        by_round.setdefault(answer.round, []).append(Target("request", answer.request_id))
    return {
        request_id: field.body or ""
        for number, targets in by_round.items()
        for request_id, field in release_fields(tx, targets, field=f"answer.{number}").items()
    }
