"""The clock of a request by the rules of its review: set when it arrives, moved after a pause.

A date once given is kept on the request: other rules for the review act on what comes later.
"""

from collections.abc import Sequence
from datetime import UTC, date

from app.domain import elapsed
from app.domain.actions import Action
from app.domain.clocks import Rules, rules_of
from app.domain.events import Fact
from app.domain.interviews import leads_to
from app.domain.requests import (
    BEING_ANSWERED,
    PENDING,
    TYPES,
    State,
    due_date,
    resumed,
    triage_date,
)
from app.features.requests import parts, queries
from app.features.requests.moving import tell
from app.features.requests.schemas import Elapsed, HeldView, Promise
from app.kernel.actor import Role
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.models.history import Stage
from app.models.requests import Request
from app.models.reviews import Review
from app.transaction import Transaction


def review_rules(tx: Transaction, review_id: str) -> Rules:
    """Give the calendar and the profile that a review names."""
    review = _review(tx, review_id)
    return rules_of(review.calendar, review.clock_profile, review.clock_days)


def start_clock(tx: Transaction, row: Request) -> date:
    """Set by when a request that arrives today is triaged and answered; gives the latter."""
    rules, day = review_rules(tx, row.review_id), queries.today()
    row.triage_due_on = triage_date(day, rules)
    row.due_on = due_date(day, row.type, rules)
    return row.due_on


def resume_clock(tx: Transaction, row: Request, *, paused_on: date) -> None:
    """Move the due date by as long as the clock stood still; what was clarified is triaged anew."""
    rules, day = review_rules(tx, row.review_id), queries.today()
    row.triage_due_on = triage_date(day, rules)
    if row.due_on is not None:
        row.due_on = resumed(
            row.due_on, paused_on=paused_on, resumed_on=day, calendar=rules.calendar
        )


def pause_for_choice(tx: Transaction, row: Request, *, licence: Action) -> None:
    """Let the clock of a locked request stand still: the asker has a time to choose.

    Only where the interview is what was asked for, and only while the answer waits for nothing
    else of the publisher's; `licence` was decided.
    """
    wanted = leads_to(row.type, row.expected_form)
    if not wanted or State(row.state) not in BEING_ANSWERED or row.due_on is None:
        return
    due_was, row.due_on = row.due_on, None
    for part in parts.list_parts(tx, row.id):
        if part.row.due_on == due_was:
            part.row.due_on = None  # it goes by the request
    tx.session.flush()
    facts: dict[str, Fact] = {"due_was": due_was.isoformat(), "reason": "choice"}
    tell(tx, row, "ClockPaused", licence, shared=True, facts=facts)


def resume_after_choice(tx: Transaction, row: Request, *, licence: Action) -> None:
    """Let the clock run again that stood still for a choice; the due date moves by that long."""
    paused = queries.last_step(tx, row.id, "ClockPaused")
    if row.due_on is not None or State(row.state) not in PENDING or paused is None:
        return
    day, calendar = queries.today(), review_rules(tx, row.review_id).calendar
    due_was, paused_on = date.fromisoformat(paused.facts["due_was"]), paused.at.astimezone(UTC)
    row.due_on = resumed(due_was, paused_on=paused_on.date(), resumed_on=day, calendar=calendar)
    tx.session.flush()
    facts: dict[str, Fact] = {"due_was": due_was.isoformat(), "due_on": row.due_on.isoformat()}
    tell(tx, row, "ClockResumed", licence, shared=True, facts=facts)


def promise(tx: Transaction, review_id: str, request_type: str) -> Promise:
    """Say by when a request would be answered if it were submitted today, and by whom it can be."""
    review, rules, day = _review(tx, review_id), review_rules(tx, review_id), queries.today()
    last = queries.review_end(tx, review_id)
    due = {kind: due_date(day, kind, rules) for kind in TYPES}
    return Promise(
        due_on=due[request_type],
        due_by_type=due,
        window_ends_on=last,
        beyond_window=last is not None and due[request_type] > last,
        waits_for_lead=review.submitted_by == "lead" and Role.LEAD not in tx.actor.roles,
    )


_HOLDERS = {
    elapsed.ASKER: "The asker",
    elapsed.TRIAGE: "Triage",
    elapsed.CHECK: "Release check",
    elapsed.APPEAL: "Second look",
    elapsed.SEVERAL: "Several at once",
    elapsed.FOLLOWING: "Answered with another one",
}


def elapsed_of(
    tx: Transaction, row: Request, stages: Sequence[Stage], *, seen: queries.SeenAs
) -> Elapsed | None:
    """Count where a request's time went, from its steps; for the asker without whose hands."""
    steps = [elapsed.Step(s.name, State(s.stage), s.at, s.facts) for s in stages]
    if not steps or row.referred_to is not None:
        return None  # nobody worked on what was answered already
    rules = review_rules(tx, row.review_id)
    days = elapsed.days_by_holder(elapsed.spans(steps, until=now()), rules.calendar)
    waiting = days.get(elapsed.ASKER, 0)
    names = holder_names(tx, set(days)) if seen == "publisher" else {}
    return Elapsed(
        days=sum(days.values()),
        with_publisher=sum(days.values()) - waiting,
        waiting_on_asker=waiting,
        held=tuple(HeldView(name=names[key], days=days[key]) for key in days if key in names),
    )


def holder_names(tx: Transaction, keys: set[str]) -> dict[str, str]:
    """Name who held a request: by the step, or the person."""
    steps = {key: _HOLDERS[key] for key in keys & set(_HOLDERS)}
    return steps | queries.person_names(tx, keys) | queries.team_names(tx, keys)


def _review(tx: Transaction, review_id: str) -> Review:
    review = tx.session.get(Review, review_id)
    if review is None:
        raise NotFound
    return review
