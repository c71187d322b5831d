"""The clock of a request by the rules of its review: set when it arrives, moved after a pause.

A date once given is kept on the request: other rules for the review act on what comes later.
"""

from datetime import date

from app.domain.clocks import Rules, rules_of
from app.domain.requests import due_date, resumed, triage_date
from app.features.requests import queries
from app.kernel.errors import NotFound
from app.models.requests import Request
from app.models.reviews import Review
from app.transaction import Transaction


def review_rules(tx: Transaction, review_id: str) -> Rules:
    """Give the calendar and the profile that a review names."""
    review = tx.session.get(Review, review_id)
    if review is None:
        raise NotFound
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
