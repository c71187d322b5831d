"""What a review goes by: its calendar, its clocks, and who submits requests."""

from sqlalchemy import select

from app.access.decide import require
from app.domain.actions import Action
from app.domain.calendar import UnknownCalendar, calendar_label, calendar_name, split_name
from app.domain.clocks import differing, rules_of
from app.domain.events import Event, Fact
from app.domain.targets import Target
from app.features.reviews.schemas import ChangeSettings, ReviewRules
from app.kernel.errors import Conflict, Invalid, NotFound
from app.models.reviews import Review
from app.transaction import Transaction


def read_settings(tx: Transaction, review_id: str) -> ReviewRules:
    """Give what a review goes by, to somebody who may change it."""
    require(tx, Action.CHANGE_REVIEW_SETTINGS, Target("review", review_id))
    return settings_of(_review(tx, review_id))


def change_settings(tx: Transaction, review_id: str, command: ChangeSettings) -> ReviewRules:
    """Let a review go by other rules from now on; no date that was given moves.

    What is as it was already is not recorded again.
    """
    target = Target("review", review_id)
    require(tx, Action.CHANGE_REVIEW_SETTINGS, target)
    review = _review(tx, review_id)
    if review.state != "open":
        raise Conflict("This review has ended.")
    wanted = Review()
    keep_settings(wanted, command)
    if settings_of(review) == settings_of(wanted):
        return settings_of(review)
    tx.session.refresh(review, with_for_update=True)
    before = settings_of(review)
    keep_settings(review, command)
    after = settings_of(review)
    if before == after:
        raise Conflict("Somebody saved the same a moment ago.", remedy="Nothing is left to do.")
    tx.session.flush()
    tx.emit(
        Event(
            name="ReviewSettingsChanged",
            licence=Action.CHANGE_REVIEW_SETTINGS,
            target=target,
            organisations=frozenset({review.organisation_id}),
            facts=_changes(before, after),
        )
    )
    return after


def keep_settings(review: Review, command: ChangeSettings) -> None:
    """Write what a review goes by onto its row.

    Raises:
        Invalid: there is no such calendar.
    """
    try:
        review.calendar = calendar_name(*split_name(command.calendar))
    except UnknownCalendar as unknown:
        raise Invalid(fields={"calendar": str(unknown)}) from unknown
    review.clock_profile = command.clock_profile
    days: dict[str, int] = {s: n for s, n in command.clock_days.items() if n is not None}
    review.clock_days = differing(command.clock_profile, days)
    review.submitted_by = command.submitted_by


def settings_of(review: Review) -> ReviewRules:
    """Give what a review goes by, with the days that each step has."""
    rules = rules_of(review.calendar, review.clock_profile, review.clock_days)
    return ReviewRules(
        calendar=review.calendar,
        calendar_label=calendar_label(review.calendar),
        clock_profile=review.clock_profile,
        clock_days=dict(review.clock_days or {}),
        days=vars(rules.profile),
        submitted_by=review.submitted_by,
    )


def usual_settings(tx: Transaction) -> ReviewRules:
    """Give what the review opened last goes by: where the next one starts."""
    last = tx.session.scalars(select(Review).order_by(Review.created_at.desc()).limit(1)).first()
    return settings_of(last or Review(calendar="none", clock_profile="short", submitted_by="any"))


def _review(tx: Transaction, review_id: str) -> Review:
    review = tx.session.get(Review, review_id)
    if review is None:
        raise NotFound
    return review


def _changes(before: ReviewRules, after: ReviewRules) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    for name in ("calendar", "clock_profile", "submitted_by"):
        if getattr(before, name) != getattr(after, name):
            facts[f"{name}_before"] = getattr(before, name)
            facts[name] = getattr(after, name)
    if before.days != after.days:
        facts["days"] = [f"{step}={count}" for step, count in after.days.items()]
    return facts
