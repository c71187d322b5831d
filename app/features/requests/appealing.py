"""A second look at a refusal: asked for by the asker, decided by somebody not involved."""

from app.access.decide import require
from app.access.deposit import deposit_field, share_field
from app.domain.actions import Action
from app.domain.events import Fact
from app.domain.requests import Move, appeal_date
from app.domain.targets import Target
from app.features.requests import parts, queries
from app.features.requests.clocks import review_rules, start_clock
from app.features.requests.commands import AppealAnswer, DecideAppeal
from app.features.requests.moving import gone, locked, move, moved, target_of, tell
from app.features.requests.schemas import MovedView
from app.features.requests.triage import NOTHING_WITHHELD, UNSTATED
from app.kernel.errors import Conflict, Invalid
from app.models.requests import Request
from app.transaction import Transaction


def appeal_answer(tx: Transaction, request_id: str, command: AppealAnswer) -> MovedView:
    """Ask for a second look at what was refused; each refusal is looked at again once.

    Raises:
        Conflict: nothing was refused, or it was looked at a second time already.
    """
    require(tx, Action.APPEAL_ANSWER, Target("request", request_id))
    row = locked(tx, request_id)
    refused = parts.refused_answers(tx, row.id)
    if not refused:
        raise Conflict(
            "There is no refusal here that was not looked at a second time.",
            remedy="Return the answer, and say what is missing.",
        )
    move(tx, row, Move.APPEAL)
    for answer in refused:
        answer.appeal = "open"
    row.due_on = appeal_date(queries.today(), review_rules(tx, row.review_id))
    number = refused[-1].round
    _deposit(tx, row, f"appeal.{number}", command.appeal_reason, shared=True)
    tx.session.flush()
    facts: dict[str, Fact] = {"round": number, "due_on": row.due_on.isoformat()}
    tell(tx, row, "AnswerAppealed", Action.APPEAL_ANSWER, shared=True, facts=facts)
    return moved(tx, row)


def decide_appeal(tx: Transaction, request_id: str, command: DecideAppeal) -> MovedView:
    """Let a refusal stand, or have the request answered anew; the words go to the asker."""
    target = Target("request", request_id)
    require(tx, Action.DECIDE_APPEAL, target)
    row = locked(tx, request_id)
    if not command.nothing_withheld:
        raise Invalid(fields={"nothing_withheld": UNSTATED})
    appealed = [a for a in parts.list_answers(tx, row.id, "released") if a.appeal == "open"]
    if not appealed:
        raise gone()
    reopened = command.decision == "reopened"
    for answer in appealed:
        answer.appeal = "granted" if reopened else "upheld"
        answer.appeal_decided_by = tx.actor.id
        answer.state = "returned" if reopened else answer.state
    move(tx, row, Move.REOPEN if reopened else Move.UPHOLD)
    number = appealed[-1].round
    field = f"appeal_decision.{number}"
    _deposit(tx, row, field, command.appeal_words, shared=False)
    share_field(tx, target, field=field, narrowed_to=())
    due_on = start_clock(tx, row) if reopened else None
    facts: dict[str, Fact] = {
        "round": number,
        "decision": command.decision,
        "due_on": due_on.isoformat() if due_on else None,
        "stated": NOTHING_WITHHELD,
    }
    tell(tx, row, "AppealDecided", Action.DECIDE_APPEAL, shared=True, facts=facts)
    return moved(tx, row)


def _deposit(tx: Transaction, row: Request, field: str, body: str, *, shared: bool) -> None:
    deposit_field(
        tx,
        target_of(row),
        field=field,
        body=body,
        version_id=row.version_id,
        organisation_id=row.organisation_id,
        shared=shared,
    )
