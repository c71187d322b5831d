"""The clock of a finding by the rules of its review: set when filed or contested, moved by pauses.

A date once given is kept on the finding: other rules for the review act on what comes later.
"""

from datetime import UTC, date

from sqlalchemy import select

from app.domain.clocks import Rules, rules_of
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.models.findings import Finding
from app.models.history import Stage
from app.models.reviews import Review
from app.transaction import Transaction


def today() -> date:
    """Give the day, as due dates count it."""
    return now().astimezone(UTC).date()


def start_clock(tx: Transaction, finding: Finding) -> None:
    """Set by when the publisher answers a finding that is filed or contested today."""
    rules = _rules(tx, finding.review_id)
    profile = rules.profile
    days = profile.findings_a if finding.finding_class == "A" else profile.findings
    finding.due_on = rules.calendar.add(today(), days)


def resume_clock(tx: Transaction, finding: Finding) -> None:
    """Move the due date by as many business days as the publisher waited for detail."""
    paused = tx.session.scalars(
        select(Stage.at)
        .where(Stage.subject_id == finding.id, Stage.name == "DetailAsked")
        .order_by(Stage.at.desc(), Stage.id)
    ).first()
    if finding.due_on is None or paused is None:
        return
    calendar = _rules(tx, finding.review_id).calendar
    waited = calendar.between(paused.astimezone(UTC).date(), today())
    finding.due_on = calendar.add(finding.due_on, waited)


def _rules(tx: Transaction, review_id: str) -> Rules:
    review = tx.session.get(Review, review_id)
    if review is None:
        raise NotFound
    return rules_of(review.calendar, review.clock_profile, review.clock_days)
