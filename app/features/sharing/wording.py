"""The question that goes with a shared answer: worded by one person, given out by another.

Those who did not ask read no word of the asker, so somebody words the question anew; that is text
that nobody else has looked at (drafter ≠ releaser). What was shared with this answer before needs
no second look.
"""

import hashlib

from app.access.decide import require
from app.access.deposit import deposit_field
from app.access.release import release_field
from app.access.released import ReleasedField
from app.domain.actions import Action
from app.domain.events import Fact
from app.domain.targets import FieldRef, Target
from app.features.requests.moving import locked, target_of, tell
from app.features.requests.queries import person_names
from app.features.sharing import queries
from app.features.sharing.naming import naming
from app.features.sharing.schemas import Worded, WordingView, WordQuestion
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.models.requests import Request
from app.transaction import Decision, Transaction

FIELD = "shared_question"
FOUR_EYES = "sharing.drafter-is-not-releaser"


def word_question(tx: Transaction, request_id: str, command: WordQuestion) -> Worded:
    """Word the question that others read with an answer; somebody else shares it.

    Raises:
        Invalid: it names who asked; the field is `question`.
        Conflict: nothing was released that could be shared.
    """
    require(tx, Action.WORD_SHARED_QUESTION, Target("request", request_id))
    row = locked(tx, request_id)
    if not queries.shareable(tx, row.id):
        raise Conflict("Nothing was released here that could be shared with others.")
    named = naming(tx, row, command.question)
    if named:
        raise Invalid(fields={"question": f"This names who asked: {', '.join(named)}."})
    held = _held(tx, row)
    if held is None or held.body != command.question:
        # Whoever saves the same words again has not worded them: they stay their writer's.
        deposit_field(
            tx,
            target_of(row),
            field=FIELD,
            body=command.question,
            version_id=row.version_id,
            organisation_id=None,
            shared=False,
        )
        facts: dict[str, Fact] = {"digest": hashlib.sha256(command.question.encode()).hexdigest()}
        tell(tx, row, "SharedQuestionWorded", Action.WORD_SHARED_QUESTION, facts=facts)
    else:
        tell(tx, row, "RequestRead", Action.WORD_SHARED_QUESTION, step=False)
    return Worded(request_id=row.id)


def wording_view(tx: Transaction, row: Request) -> WordingView | None:
    """Give the wording in hand; None where there is none that the acting person may read."""
    held = _held(tx, row)
    if held is None or held.body is None:
        return None
    by = held.written_by or ""
    return WordingView(
        question=held.body, by=person_names(tx, {by}).get(by, ""), mine=by == tx.actor.id
    )


def questions_shared(tx: Transaction, row: Request) -> tuple[str, ...]:
    """List the questions with which answers to a request were shared before, newest first."""
    found: dict[str, None] = {}
    for shared in reversed(queries.shared_before(tx, row.id).values()):
        target = Target("review", shared.review_id)
        require(tx, Action.READ_SHARED_ANSWERS, target)
        ref = FieldRef(subject=target, field=f"{FIELD}.{shared.id}")
        body = release_field(tx, ref).body
        found |= {body: None} if body else {}
    return tuple(found)


def refuse_own_words(tx: Transaction, row: Request, question: str) -> None:
    """Refuse a question that nobody but the acting person has looked at.

    Raises:
        Invalid: it is worded nowhere; the field is `question`.
        Forbidden: the acting person worded it, or is not cleared for it; that is recorded.
    """
    if question in questions_shared(tx, row):
        return
    held = _held(tx, row)
    if held is None or (not held.masked and held.body != question):
        raise Invalid(
            fields={"question": "These words are new. Save them; somebody else then shares them."}
        )
    if held.masked or held.written_by == tx.actor.id:
        # Not for the policies, which do not know which words are shared: a refusal all the same.
        tx.decisions.append(
            Decision(
                action=Action.SHARE_ANSWER,
                target=target_of(row),
                allowed=False,
                policies=(FOUR_EYES,),
            )
        )
        if held.masked:
            raise Forbidden("You are not cleared for the text of this question.")
        raise Forbidden("You worded this question, so somebody else shares it.")


def _held(tx: Transaction, row: Request) -> ReleasedField | None:
    try:
        return release_field(tx, FieldRef(subject=target_of(row), field=FIELD))
    except NotFound:
        return None
