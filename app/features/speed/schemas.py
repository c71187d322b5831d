"""What a speed report says: figures, and those behind them inside the publisher."""

from datetime import date

from app.kernel.values import Frozen


class Figures(Frozen):
    """How fast requests went. Times are in business days; 0 is the same day, null not there yet."""

    asked: int
    answered: int
    accepted: int
    first_answer_median: float | None  # from submission, without the days waiting on the asker
    first_answer_p90: float | None
    acceptance_median: float | None  # from submission, all days
    acceptance_p90: float | None
    rounds: float | None  # answers released for each request that was answered
    returns: int
    by_reference: (
        int | None
    )  # per cent of the answered, whose first answer pointed to what was there
    on_time: int | None  # per cent of the answered, by the day they were due
    overdue: int  # due, and not answered


class ReviewSpeed(Frozen):
    """The figures of one review."""

    review_id: str
    report_title: str
    version_number: int
    organisation_name: str
    calendar_label: str
    starts_on: date
    figures: Figures


class HolderSpeed(Frozen):
    """How long one team, person or step had requests: business days, by request."""

    name: str
    requests: int
    median: float
    longest: int


class SpeedReport(Frozen):
    """One review's figures beside those of earlier ones of the same organisation or report."""

    review: ReviewSpeed
    earlier: tuple[ReviewSpeed, ...]
    holders: tuple[HolderSpeed, ...]  # inside the publisher only


class Cycle(Frozen):
    """All reviews of one version of a report, together and one by one."""

    report_title: str
    version_number: int
    together: Figures
    reviews: tuple[ReviewSpeed, ...]
