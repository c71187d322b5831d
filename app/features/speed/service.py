"""The speed report: how fast requests were answered, in one review and in a cycle of reviews.

Derived from the steps of requests each time it is read; nothing of it is stored.
"""

from collections.abc import Sequence
from itertools import groupby

from app.access.decide import require
from app.domain import elapsed
from app.domain.actions import Action
from app.domain.calendar import Calendar, calendar_label
from app.domain.elapsed import Pace, at_share, median, pace
from app.domain.targets import INSTALLATION, Target
from app.features.speed import queries
from app.features.speed.queries import Asked, Reviewed
from app.features.speed.schemas import Cycle, Figures, HolderSpeed, ReviewSpeed, SpeedReport
from app.kernel.actor import Side
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.models.reviews import Review
from app.transaction import Transaction

_STEPS = {
    elapsed.ASKER: "Waiting on the asker",
    elapsed.TRIAGE: "Triage",
    elapsed.CHECK: "Release check",
    elapsed.APPEAL: "Second look",
    elapsed.SEVERAL: "Several at once",
    elapsed.FOLLOWING: "Answered with another one",
}


def read_speed(tx: Transaction, review_id: str) -> SpeedReport:
    """Give how fast the requests of a review went, beside earlier reviews."""
    require(tx, Action.READ_SPEED, Target("review", review_id))
    review = tx.session.get(Review, review_id)
    if review is None:
        raise NotFound
    reviewed = queries.list_reviews(tx, beside=review)
    paces = _paces(tx, reviewed)
    speeds = {one.row.id: _speed(one, paces[one.row.id]) for one in reviewed}
    inside = tx.actor.side is Side.PUBLISHER
    return SpeedReport(
        review=speeds[review_id],
        earlier=tuple(speed for key, speed in speeds.items() if key != review_id),
        holders=_holders(tx, [one for _, one in paces[review_id]]) if inside else (),
    )


def list_speed(tx: Transaction) -> list[Cycle]:
    """Give how fast the requests of each cycle went: the reviews of one version of a report."""
    require(tx, Action.LIST_REVIEWS, INSTALLATION)
    reviewed = queries.list_reviews(tx)
    paces = _paces(tx, reviewed)
    found = []
    newest_first = sorted(reviewed, key=lambda one: (one.report_title, -one.version_number))
    for (title, number), group in groupby(
        newest_first, key=lambda one: (one.report_title, one.version_number)
    ):
        ones = list(group)
        together = [measured for one in ones for measured in paces[one.row.id]]
        found.append(
            Cycle(
                report_title=title,
                version_number=number,
                together=_figures(together),
                reviews=tuple(_speed(one, paces[one.row.id]) for one in ones),
            )
        )
    return found


Measured = tuple[Asked, Pace]


def _paces(tx: Transaction, reviewed: Sequence[Reviewed]) -> dict[str, list[Measured]]:
    """Measure each request by the calendar of its own review."""
    calendars = {one.row.id: Calendar(one.row.calendar) for one in reviewed}
    found: dict[str, list[Measured]] = {key: [] for key in calendars}
    moment = now()
    for asked in queries.list_asked(tx, calendars):
        measured = pace(asked.steps, calendars[asked.review_id], until=moment)
        found[asked.review_id].append((asked, measured))
    return found


def _speed(one: Reviewed, measured: Sequence[Measured]) -> ReviewSpeed:
    return ReviewSpeed(
        review_id=one.row.id,
        report_title=one.report_title,
        version_number=one.version_number,
        organisation_name=one.organisation_name,
        calendar_label=calendar_label(one.row.calendar),
        starts_on=one.row.starts_at.date(),
        figures=_figures(measured),
    )


def _figures(measured: Sequence[Measured]) -> Figures:
    paces = [one for _, one in measured]
    answered = [one for one in paces if one.first_answer is not None or one.by_reference]
    first = [one.first_answer for one in answered if one.first_answer is not None]
    accepted = [one.acceptance for one in paces if one.acceptance is not None]
    due = [one.on_time for one in answered if one.on_time is not None]
    rounds = [one.rounds for one in answered if one.rounds]
    return Figures(
        asked=len(paces),
        answered=len(answered),
        accepted=len(accepted),
        first_answer_median=median(first),
        first_answer_p90=at_share(first, 0.9),
        acceptance_median=median(accepted),
        acceptance_p90=at_share(accepted, 0.9),
        rounds=round(sum(rounds) / len(rounds), 1) if rounds else None,
        returns=sum(one.returns for one in paces),
        by_reference=_per_cent([one.by_reference for one in answered]),
        on_time=_per_cent(due),
        overdue=sum(asked.overdue for asked, _ in measured),
    )


def _per_cent(said: Sequence[bool]) -> int | None:
    return round(100 * sum(said) / len(said)) if said else None


def _holders(tx: Transaction, paces: Sequence[Pace]) -> tuple[HolderSpeed, ...]:
    """Give how long each had requests, the slowest first."""
    days: dict[str, list[int]] = {}
    for one in paces:
        for holder, count in one.held.items():
            days.setdefault(holder, []).append(count)
    names = queries.holder_names(tx, days) | _STEPS
    found = [
        HolderSpeed(
            name=names[holder], requests=len(own), median=median(own) or 0, longest=max(own)
        )
        for holder, own in days.items()
        if holder in names
    ]
    return tuple(sorted(found, key=lambda one: (-one.median, -one.longest, one.name)))
