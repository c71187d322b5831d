"""What a home page shows: the state of the world, in figures and short lists."""

from datetime import datetime

from app.kernel.values import Frozen


class Figure(Frozen):
    """A count with the place where it is dealt with; `waits` when it waits for this person."""

    label: str
    value: int
    href: str
    one: str = ""  # the label where the count is one, if it reads otherwise
    waits: bool = False
    tone: str | None = None  # late, or nothing


class Line(Frozen):
    """One thing to open."""

    text: str
    href: str
    note: str = ""
    until: datetime | None = None


class Part(Frozen):
    """A short list under a heading."""

    title: str
    lines: tuple[Line, ...]
    empty: str
    waits: int = 0  # how many of them wait for this person and are in no figure


class HomeView(Frozen):
    """The first questions of the day, answered."""

    waiting: int
    figures: tuple[Figure, ...]
    parts: tuple[Part, ...]
    fresh: bool  # nothing is in this installation yet
    next_step: Line | None = None
