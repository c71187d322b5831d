"""What the cockpit shows: figures, the requests behind the pressing ones, and the teams."""

from datetime import date, datetime

from app.kernel.values import Frozen


class Standing(Frozen):
    """One request: since when it stands where it does, and when it is due."""

    id: str
    number: str
    organisation_name: str
    type: str
    state: str
    since: datetime
    due_on: date | None


class Pile(Frozen):
    """Requests that wait for the same thing; the oldest of them, or the first due, are named."""

    count: int
    oldest_since: datetime | None
    first: tuple[Standing, ...]
    show: str  # with `due`, the filters of the list that has all of them
    due: str = ""


class TeamStanding(Frozen):
    """What a team has in hand now. Days are business days by each review's own calendar."""

    team_id: str | None  # None: given to persons without a team
    name: str
    open: int
    overdue: int
    waiting: int  # for somebody of the team to take it
    median_days: float | None  # in the team's hands so far, of what it has now
    oldest: Standing | None


class Cockpit(Frozen):
    """Where all requests stand."""

    open: int
    untriaged: Pile
    untriaged_late: int
    late: Pile
    today: Pile
    week: Pile  # from today to Sunday
    waiting: Pile  # for the asker: the clock stands still
    check: Pile
    third_returns: Pile
    appeals: Pile
    without_holder: int
    teams: tuple[TeamStanding, ...]
