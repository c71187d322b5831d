"""Where the time of a request went: spans between its steps, counted in business days. Pure.

A day belongs to whoever held the request when the day began, so the parts always add up to the
whole. Nothing of this is stored: it is read from the steps each time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from app.domain.calendar import Calendar
from app.domain.requests import BEING_ANSWERED, ENDED, State

ASKER, TRIAGE, CHECK, APPEAL, SEVERAL = "asker", "triage", "check", "appeal", "several"
FOLLOWING = "following"
"""Who has a request, where it is no one team or person."""

_BY_STATE: Mapping[State, str] = {
    State.NEEDS_CLARIFICATION: ASKER,
    State.RELEASED: ASKER,
    State.DISCLOSURE_CHECK: CHECK,
    State.UNDER_APPEAL: APPEAL,
}
_CLOCK = {"ClockPaused": True, "ClockResumed": False}


@dataclass(frozen=True)
class Step:
    """One step of a request: its event, the state entered, when, and the event's facts."""

    name: str
    state: State
    at: datetime
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Span:
    """From one day to another in one pair of hands."""

    holder: str  # one of the words above, or the id of a team or person
    start: date
    end: date


def spans(steps: Sequence[Step], *, until: datetime) -> list[Span]:
    """Cut the life of a request into spans, from its submission to its end or `until`."""
    found: list[Span] = []
    parts: dict[object, str] = {}
    paused = False
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        _hand_over(parts, step)
        paused = _CLOCK.get(step.name, paused)
        if step.state in ENDED or step.state is State.DRAFT:
            continue
        end = following.at if following else max(until, step.at)
        waits = paused and step.state in BEING_ANSWERED
        holder = ASKER if waits else _holder(step.state, parts)
        found.append(Span(holder, _day(step.at), _day(end)))
    return found


def _hand_over(parts: dict[object, str], step: Step) -> None:
    """Keep who holds each part: a team before a person, since people of a team change."""
    holder = step.facts.get("team") or step.facts.get("responder")
    part = step.facts.get("assignment")
    if step.name in ("PartDropped", "RequestSeparated"):
        parts.pop(part, None)
    elif step.name == "RequestMerged":
        parts[part] = FOLLOWING
    elif holder and part:
        parts[part] = str(holder)


def _holder(state: State, parts: Mapping[object, str]) -> str:
    if state in BEING_ANSWERED:
        holders = set(parts.values())
        return SEVERAL if len(holders) > 1 else next(iter(holders), TRIAGE)
    return _BY_STATE.get(state, TRIAGE)


def days_by_holder(found: Iterable[Span], calendar: Calendar) -> dict[str, int]:
    """Count the business days that each had the request, in the order in which they first did."""
    days: dict[str, int] = {}
    for span in found:
        days[span.holder] = days.get(span.holder, 0) + calendar.between(span.start, span.end)
    return days


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


# ---- what a speed report is made of


@dataclass(frozen=True)
class Pace:
    """How fast one request went; times in business days, None where it is not there yet."""

    first_answer: int | None  # from submission, without the days that waited on the asker
    acceptance: int | None  # from submission, all days
    on_time: bool | None  # the first answer came by the day it was due
    by_reference: bool  # what answers it was there already, said by the publisher or the asker
    rounds: int  # answers released
    returns: int
    held: Mapping[str, int]


def pace(steps: Sequence[Step], calendar: Calendar, *, until: datetime) -> Pace:
    """Measure one request by its steps."""
    released = [step for step in steps if step.name == "AnswerReleased"]
    first = next(iter(released), None)
    accepted = next((step for step in steps if step.name == "AnswerAccepted"), None)
    due = _due_before(steps, first) if first else None
    return Pace(
        first_answer=_worked_before(steps, first, calendar) if first else None,
        acceptance=calendar.between(_day(steps[0].at), _day(accepted.at)) if accepted else None,
        on_time=_day(first.at) <= due if first and due else None,
        by_reference=_by_reference(steps, first),
        rounds=len(released),
        returns=sum(step.name == "AnswerReturned" for step in steps),
        held=days_by_holder(spans(steps, until=until), calendar),
    )


def _by_reference(steps: Sequence[Step], first: Step | None) -> bool:
    # Who closes a request by an earlier answer waits for nobody: it is in no median.
    if first is None:
        return any(step.name == "AnsweredByReference" for step in steps)
    public = first.facts.get("determination") == "already_public"
    return public or first.facts.get("by_reference") is True


def _worked_before(steps: Sequence[Step], first: Step, calendar: Calendar) -> int:
    before = steps[: steps.index(first)]
    days = days_by_holder(spans(before, until=first.at), calendar)
    return sum(count for holder, count in days.items() if holder != ASKER)


def _due_before(steps: Sequence[Step], first: Step) -> date | None:
    due = None
    for step in steps[: steps.index(first)]:
        given = step.facts.get("to") if step.name == "DueDateMoved" else step.facts.get("due_on")
        due = given or due
    return date.fromisoformat(str(due)) if due else None


def median(values: Sequence[int]) -> float | None:
    """Give the middle value; None of nothing."""
    return at_share(values, 0.5)


def at_share(values: Sequence[int], share: float) -> float | None:
    """Give the value below which a share lies, in proportion between two; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return round(ordered[below] + (ordered[above] - ordered[below]) * (place - below), 1)
