"""Information requests: who may move what, the states people see, outcomes and clocks. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.calendar import Calendar
from app.domain.categories import BY_CODE
from app.domain.clocks import Rules
from app.domain.parts import PartMove, PartState


class State(StrEnum):
    """Where a request is, as the publisher counts it."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_TRIAGE = "in_triage"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    DISCLOSURE_CHECK = "disclosure_check"
    RELEASED = "released"
    CLOSED = "closed"
    NEEDS_CLARIFICATION = "needs_clarification"
    UNDER_APPEAL = "under_appeal"
    WITHDRAWN = "withdrawn"
    CLOSED_UNRESOLVED = "closed_unresolved"


class Party(StrEnum):
    """Whose move it is."""

    ASKER = "asker"
    PUBLISHER = "publisher"
    CLOCK = "clock"


class Move(StrEnum):
    """What can be done to a request's state."""

    SUBMIT = "submit"
    REFER = "refer"
    TAKE = "take"
    ASSIGN = "assign"
    ASK_CLARIFICATION = "ask_clarification"
    CLARIFY = "clarify"
    DRAFT_ANSWER = "draft_answer"
    CHECK = "check"
    SEND_BACK = "send_back"
    RELEASE = "release"
    ACCEPT = "accept"
    RETURN = "return"
    APPEAL = "appeal"
    UPHOLD = "uphold"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    END = "end"


@dataclass(frozen=True)
class Rule:
    """One row of the table: who moves a request from where to where; None: as its parts say."""

    by: Party
    before: frozenset[State]
    after: State | None


TRIAGED = frozenset({State.IN_TRIAGE, State.ASSIGNED, State.IN_PROGRESS})
HELD = frozenset({State.ASSIGNED, State.IN_PROGRESS, State.DISCLOSURE_CHECK})
PENDING = TRIAGED | HELD | {State.SUBMITTED, State.NEEDS_CLARIFICATION, State.UNDER_APPEAL}
ENDED = frozenset({State.CLOSED, State.WITHDRAWN, State.CLOSED_UNRESOLVED})

MOVES: Mapping[Move, Rule] = {
    Move.SUBMIT: Rule(Party.ASKER, frozenset({State.DRAFT}), State.SUBMITTED),
    # The asker found the answer among those they have: nobody is asked, and nothing is awaited.
    Move.REFER: Rule(Party.ASKER, frozenset({State.DRAFT}), State.CLOSED),
    Move.TAKE: Rule(Party.PUBLISHER, frozenset({State.SUBMITTED}), State.IN_TRIAGE),
    Move.ASSIGN: Rule(Party.PUBLISHER, TRIAGED | HELD, None),
    Move.ASK_CLARIFICATION: Rule(Party.PUBLISHER, TRIAGED, State.NEEDS_CLARIFICATION),
    # The coordinator reads the clarification first: it may have to be reworded for the expert.
    Move.CLARIFY: Rule(Party.ASKER, frozenset({State.NEEDS_CLARIFICATION}), State.IN_TRIAGE),
    Move.DRAFT_ANSWER: Rule(Party.PUBLISHER, HELD, None),
    Move.CHECK: Rule(Party.PUBLISHER, HELD, None),
    Move.SEND_BACK: Rule(Party.PUBLISHER, HELD, None),
    Move.RELEASE: Rule(Party.PUBLISHER, HELD, None),
    Move.ACCEPT: Rule(Party.ASKER, frozenset({State.RELEASED}), State.CLOSED),
    Move.RETURN: Rule(Party.ASKER, frozenset({State.RELEASED}), State.IN_TRIAGE),
    # A refusal is looked at a second time, by somebody who had no hand in it.
    Move.APPEAL: Rule(Party.ASKER, frozenset({State.RELEASED}), State.UNDER_APPEAL),
    Move.UPHOLD: Rule(Party.PUBLISHER, frozenset({State.UNDER_APPEAL}), State.RELEASED),
    Move.REOPEN: Rule(Party.PUBLISHER, frozenset({State.UNDER_APPEAL}), State.IN_TRIAGE),
    Move.WITHDRAW: Rule(Party.ASKER, PENDING, State.WITHDRAWN),
    # The review is over: what nobody closed is listed as unresolved.
    Move.END: Rule(Party.CLOCK, PENDING | {State.RELEASED}, State.CLOSED_UNRESOLVED),
}


OF_PARTS: Mapping[PartMove, Move] = {
    PartMove.GIVE: Move.ASSIGN,
    PartMove.DROP: Move.ASSIGN,
    PartMove.DRAFT: Move.DRAFT_ANSWER,
    PartMove.CHECK: Move.CHECK,
    PartMove.SEND_BACK: Move.SEND_BACK,
    PartMove.RELEASE: Move.RELEASE,
}
"""What the move of a part is for its request; the asker returns answers, not parts."""


class IllegalMove(ValueError):
    """The request's state, or the party, does not admit this."""


def after(move: Move, state: State, *, by: Party, parts: Collection[PartState] = ()) -> State:
    """Give the state that a move leads to; `parts` are its parts as the move leaves them.

    Raises:
        IllegalMove: the state does not admit it, or it is the other party's move.
    """
    rule = MOVES[move]
    if by is not rule.by or state not in rule.before:
        raise IllegalMove(f"{by} cannot {move} from {state}")
    return rule.after or whole(parts)


def whole(parts: Collection[PartState]) -> State:
    """Give where a request is that was given to people, by where its parts are."""
    live = {part for part in parts if part is not PartState.DROPPED}
    if not live:
        return State.IN_TRIAGE
    if live == {PartState.RELEASED}:
        return State.RELEASED
    if PartState.IN_CHECK in live:
        return State.DISCLOSURE_CHECK
    begun = {PartState.IN_PROGRESS, PartState.RELEASED}
    return State.IN_PROGRESS if live & begun else State.ASSIGNED


def admits(move: Move, state: State) -> bool:
    """Say whether a state admits a move, whoever makes it."""
    return state in MOVES[move].before


class Outward(StrEnum):
    """The six states that the asker sees; a draft has not left the organisation."""

    SUBMITTED = "submitted"
    NEEDS_YOUR_REPLY = "needs_your_reply"
    IN_PROGRESS = "in_progress"
    RELEASED = "released"
    UNDER_APPEAL = "under_appeal"
    CLOSED = "closed"


_OUTWARD: Mapping[State, Outward] = {
    State.SUBMITTED: Outward.SUBMITTED,
    State.IN_TRIAGE: Outward.IN_PROGRESS,
    State.ASSIGNED: Outward.IN_PROGRESS,
    State.IN_PROGRESS: Outward.IN_PROGRESS,
    State.DISCLOSURE_CHECK: Outward.IN_PROGRESS,
    State.NEEDS_CLARIFICATION: Outward.NEEDS_YOUR_REPLY,
    State.RELEASED: Outward.RELEASED,
    State.UNDER_APPEAL: Outward.UNDER_APPEAL,
    State.CLOSED: Outward.CLOSED,
    State.WITHDRAWN: Outward.CLOSED,
    State.CLOSED_UNRESOLVED: Outward.CLOSED,
}


def outward(state: State) -> Outward | None:
    """Give the state that the asker sees; None for a draft."""
    return _OUTWARD.get(state)


def behind(seen: Outward) -> frozenset[State]:
    """Give the states that look like this to the asker."""
    return frozenset(state for state, face in _OUTWARD.items() if face is seen)


# ---- what is asked

TYPES: Mapping[str, str] = {
    "explanation": "Explanation",
    "document": "Document",
    "data": "Data",
    "interview": "Interview",
    "confirmation": "Confirmation",
    "assurance": "Assurance",
    "access": "Access",
    "run_on_our_behalf": "Run on our behalf",
    "redaction_challenge": "Redaction challenge",
    "completeness_check": "Completeness check",
}
COMPLEX = frozenset({"data", "interview", "access", "run_on_our_behalf"})
FORMS: Mapping[str, str] = {
    "yes_or_no": "Yes or no, with a sentence",
    "short_text": "One or two paragraphs",
    "long_text": "A page or more",
    "table": "Figures or a table",
    "file": "A document or file",
    "conversation": "A conversation",
    "demonstration": "A demonstration",
}
BASES: Mapping[str, str] = {
    "passage": "A passage",
    "page": "A page",
    "section": "A section",
    "claim": "A claim",
    "redaction": "A redaction",
    "finding": "A finding",
    "request": "An earlier request",
    "report": "The report as a whole",
}
PRIORITIES: Mapping[str, str] = {"normal": "Normal", "high": "High", "urgent": "Urgent"}
EXTENSIONS: Mapping[str, str] = {
    "more_work": "The answer takes more work than it seemed",
    "others_asked": "Other people have to be asked first",
    "people_away": "The people who know are away",
    "agreed": "Agreed with the asker",
}
"""Why a due date moves to a later day; a fixed vocabulary, since the asker reads it."""


SOURCES: Mapping[str, str] = {
    "mail": "A mail",
    "chat": "A chat",
    "call": "A call",
    "meeting": "A meeting",
    "document": "A document",
}
"""Where an answer arrived that a coordinator records."""


# ---- what comes back

DRAFTING = ("AnswerDrafted", "FileAttached", "AnswerCarried")
"""Steps by which somebody has a hand in an answer, the last of them for another request: such
people do not release it.
"""

DETERMINATIONS: Mapping[str, str] = {
    "full": "Provided in full",
    "part": "Provided in part",
    "substitute": "Substitute provided",
    "withheld": "Withheld",
    "none_exists": "None exists",
    "already_public": "Already public",
    "deferred": "Deferred",
    "out_of_scope": "Out of scope",
}
WITHOUT_BODY = frozenset({"withheld", "deferred", "out_of_scope"})
"""Outcomes with which the drafted text stays inside: the asker reads the reason alone."""

REFUSALS: Mapping[str, str] = {
    **{code: category.name for code, category in BY_CODE.items()},
    "NOT_HELD": "No such information is held",
    "PUBLIC": "Published already",
    "NOT_YET": "Not ready yet",
    "SCOPE": "Outside the scope of the review",
}
"""Categories of anything but *in full*: those of redactions, and four of requests alone."""

_ADMITTED: Mapping[str, frozenset[str]] = {
    "part": frozenset(BY_CODE) | {"NOT_HELD", "NOT_YET", "SCOPE"},
    "substitute": frozenset(BY_CODE) | {"NOT_HELD", "SCOPE"},
    "withheld": frozenset(BY_CODE),
    "none_exists": frozenset({"NOT_HELD"}),
    "already_public": frozenset({"PUBLIC"}),
    "deferred": frozenset(BY_CODE) | {"NOT_YET"},
    "out_of_scope": frozenset({"SCOPE"}),
}


def categories_for(determination: str) -> frozenset[str]:
    """Give the categories that an outcome can have; none for *in full*, which needs none."""
    return _ADMITTED.get(determination, frozenset())


# ---- clocks


def priority_after_return(priority: str, returns: int) -> str:
    """Give the priority after the `returns`-th return: the third escalates."""
    return "urgent" if returns >= 3 else priority


def due_date(day: date, request_type: str, rules: Rules) -> date:
    """Give the day by which a request that arrives on `day` is to be answered."""
    profile = rules.profile
    days = profile.complex if request_type in COMPLEX else profile.standard
    if request_type == "interview":
        days = profile.interview
    return rules.calendar.add(day, days)


def triage_date(day: date, rules: Rules) -> date:
    """Give the day by which what arrives on `day` is to be triaged."""
    return rules.calendar.add(day, rules.profile.triage)


def appeal_date(day: date, rules: Rules) -> date:
    """Give the day by which an appeal that arrives on `day` is to be decided."""
    return rules.calendar.add(day, rules.profile.appeal)


def resumed(due_on: date, *, paused_on: date, resumed_on: date, calendar: Calendar) -> date:
    """Give the due date after a pause: as many business days later as the pause was long."""
    return calendar.add(due_on, calendar.between(paused_on, resumed_on))


UNTRIAGED = frozenset({State.SUBMITTED, State.IN_TRIAGE})
RUNNING = PENDING - {State.NEEDS_CLARIFICATION}
"""Where the clock runs: what waits for the asker, what is answered and a draft are never late."""


BEING_ANSWERED = frozenset({State.ASSIGNED, State.IN_PROGRESS})
"""Where the clock can stand still because the asker has a time to choose."""


def stands_still(state: State, due_on: date | None) -> bool:
    """Say whether the clock waits for the asker: for their reply, or for their choice of a time.

    Of the latter there is no due date meanwhile; the step by which it paused says which it was.
    """
    return state is State.NEEDS_CLARIFICATION or (state in TRIAGED and due_on is None)


def is_late(state: State, *, due_on: date | None, triage_due_on: date | None, today: date) -> bool:
    """Say whether a request is late: not answered when due, or not triaged when it should be."""
    if state not in RUNNING:
        return False
    untriaged = state in UNTRIAGED and triage_due_on is not None and today > triage_due_on
    return untriaged or (due_on is not None and today > due_on)
