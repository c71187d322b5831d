"""The timeline of a review for its process appendix: what happened on which day, in its order."""

from datetime import UTC, date, datetime

from app.features.reviews import queries as reviews
from app.features.statements import queries
from app.features.statements.queries import Around
from app.features.statements.record import Appendix, Moment
from app.models.statements import Statement
from app.transaction import Transaction


def timeline_of(
    tx: Transaction, around: Around, made: Appendix, statement: Statement | None
) -> tuple[Moment, ...]:
    """List the days of a review; on one day, what comes first in a review stands first."""
    found = [
        *_opened(tx, around, made),
        *_asked(made),
        *_told(tx, around, made, statement),
        (made.review.ends_on, "The window of the review ends"),
    ]
    lines = sorted(dict.fromkeys(found), key=lambda line: line[0])
    return tuple(Moment(on=on, what=what) for on, what in lines if on)


def _opened(tx: Transaction, around: Around, made: Appendix) -> list[tuple[str, str]]:
    accepted = [row.accepted_at for row in reviews.list_undertakings(tx, around.review.id)]
    terms = "The terms were accepted for the first time"
    return [
        (day_of(around.review.created_at), "The review was opened"),
        (made.review.starts_on, "The window of the review began"),
        *([(day_of(min(accepted)), terms)] if accepted else []),
        *((one.shared_on, f"Shared: {one.item}") for one in made.materials),
    ]


def _asked(made: Appendix) -> list[tuple[str, str]]:
    asked = sorted(one.asked_on for one in made.requests if one.asked_on)
    answers = sorted(one.released_on for one in made.requests if one.released_on)
    filed = sorted(one.filed_on for one in made.findings)
    return [
        *([(asked[0], "The first request was asked")] if asked else []),
        *([(answers[0], "The first answer was released")] if answers else []),
        *((one.starts_on, f"Interview of {one.number}") for one in made.interviews),
        *([(asked[-1], "The last request was asked")] if len(asked) > 1 else []),
        *([(filed[0], "The first finding was filed")] if filed else []),
    ]


def _told(
    tx: Transaction, around: Around, made: Appendix, statement: Statement | None
) -> list[tuple[str, str]]:
    found = [
        (day_of(earlier.released_at), f"Statement {earlier.number} was released")
        for earlier in queries.editions(tx, around.review.id)
        if statement is None or earlier.id != statement.id
    ]
    if made.publication is not None:
        found += [(step.on, step.what) for step in made.publication.steps]
    if statement is not None and statement.shared_at is not None:
        found.append((day_of(statement.window_closes_at), "The window for comments ends"))
    return found


def day_of(moment: datetime | date | None) -> str:
    """Give a day as it is printed, in UTC; nothing for none."""
    if moment is None:
        return ""
    found = moment.astimezone(UTC).date() if isinstance(moment, datetime) else moment
    return found.isoformat()
