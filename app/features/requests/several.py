"""One act on several requests: each decided, done and recorded by itself, or left as it was.

Every request is acted on by the same function as on its own page, within a savepoint: what one of
them refuses is undone and said, and the others go on. A refusal by the policies stays recorded.
"""

from collections.abc import Callable

from app.access.decide import may, require
from app.access.facts import forget
from app.domain.actions import Action
from app.domain.requests import PENDING, State
from app.domain.targets import INSTALLATION, Target
from app.features.requests import assigning, triage
from app.features.requests.commands import AssignRequest, SetClock, TriageSeveral
from app.features.requests.rows import Outcome, SeveralView
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.models.requests import Request
from app.transaction import Transaction

_WHY: dict[State, str] = {
    State.WITHDRAWN: "was withdrawn",
    State.CLOSED: "is closed",
    State.CLOSED_UNRESOLVED: "ended with its review",
    State.RELEASED: "is answered",
    State.UNDER_APPEAL: "is under appeal",
    State.NEEDS_CLARIFICATION: "waits for the asker",
    State.DISCLOSURE_CHECK: "is in release check",
}
_ELSE = {"take": "is in triage or beyond", "assign": "cannot be assigned where it is"}


def act_on_several(tx: Transaction, command: TriageSeveral) -> SeveralView:
    """Do one thing to each of several requests, and say for each what came of it.

    Raises:
        Invalid: what is needed for the act is missing, or is wrong for all of them alike.
    """
    require(tx, Action.TRIAGE_SEVERAL, INSTALLATION)
    _refuse_unfinished(command)
    named = list(dict.fromkeys(command.requests))
    outcomes: dict[str, Outcome] = {}
    problems: list[dict[str, str]] = []
    for request_id in sorted(named):  # one order for everybody: nobody waits in a circle
        outcomes[request_id] = _one(tx, request_id, command, problems)
    done = sum(outcome.done for outcome in outcomes.values())
    if not done and len(problems) == len(named) and all(one == problems[0] for one in problems):
        raise Invalid(fields=problems[0])
    if not done:  # what was looked at is let go of; that something was refused stays recorded
        tx.rollback()
        require(tx, Action.TRIAGE_SEVERAL, INSTALLATION)
    return SeveralView(
        act=command.act, done=done, outcomes=tuple(outcomes[request_id] for request_id in named)
    )


def _refuse_unfinished(command: TriageSeveral) -> None:
    if command.act == "assign" and command.team_id is None and command.responder_id is None:
        raise Invalid(fields={"team_id": "Choose who answers: a team, or a person."})
    if command.act == "priority" and command.priority is None:
        raise Invalid(fields={"priority": "Choose a priority."})
    if command.act == "due" and command.due_on is None:
        raise Invalid(fields={"due_on": "Choose a day."})


def _one(
    tx: Transaction, request_id: str, command: TriageSeveral, problems: list[dict[str, str]]
) -> Outcome:
    target, events = Target("request", request_id), len(tx.events)
    row = tx.session.get(Request, request_id)
    if row is None or not may(tx, Action.READ_REQUEST, target):
        return Outcome(id=request_id, number=None, done=False, said="is not there for you")
    number = row.number
    try:
        with tx.session.begin_nested():
            _act(tx, row, command)
        return Outcome(id=request_id, number=number, done=True)
    except (Invalid, Conflict, Forbidden, NotFound) as error:
        del tx.events[events:]
        forget(tx, target)
        if isinstance(error, Invalid):
            problems.append(error.fields)
        said = _why(tx, request_id, command, error)
        return Outcome(id=request_id, number=number, done=False, said=said)


def _act(tx: Transaction, row: Request, command: TriageSeveral) -> None:
    acts: dict[str, Callable[[], object]] = {
        "take": lambda: triage.take_request(tx, row.id),
        "assign": lambda: assigning.assign_request(
            tx,
            row.id,
            AssignRequest(
                team_id=command.team_id,
                responder_id=command.responder_id,
                nothing_withheld=command.nothing_withheld,
            ),
        ),
        "priority": lambda: _set_clock(tx, row, SetClock(priority=command.priority or "normal")),
        "due": lambda: _set_clock(
            tx,
            row,
            SetClock.model_validate(
                {
                    "priority": row.priority,
                    "due_on": command.due_on,
                    "extension": command.extension,
                }
            ),
        ),
    }
    acts[command.act]()


def _set_clock(tx: Transaction, row: Request, command: SetClock) -> None:
    """Set the clock of what is to be answered; what is answered or over keeps what it had."""
    if State(row.state) not in PENDING:
        raise Conflict
    triage.set_clock(tx, row.id, command)


def _why(
    tx: Transaction,
    request_id: str,
    command: TriageSeveral,
    error: Invalid | Conflict | Forbidden | NotFound,
) -> str:
    """Say in a few words why one of several was left as it was."""
    if isinstance(error, Invalid):
        return "; ".join(words.rstrip(".") for words in error.fields.values()).lower()
    row = tx.session.get(Request, request_id, populate_existing=True)
    if row is None:
        return "is not there for you"
    return _WHY.get(State(row.state), _ELSE.get(command.act, "has moved on meanwhile"))
