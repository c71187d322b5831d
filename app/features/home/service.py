"""The home page: each role's first questions of the day (PRODUCT.md, section 4)."""

from app.access.decide import require
from app.domain.actions import Action
from app.domain.targets import INSTALLATION
from app.features.home import queries
from app.features.home.interviews import interview_parts
from app.features.home.publisher import publisher_figures, publisher_parts
from app.features.home.reviewer import reviewer_figures, reviewer_parts
from app.features.home.schemas import Figure, HomeView, Line
from app.kernel.actor import Role, Side
from app.transaction import Transaction


def see_home(tx: Transaction) -> HomeView:
    """Give what waits for the acting person, and what they can open."""
    require(tx, Action.SEE_HOME, INSTALLATION)
    if tx.actor.side is Side.REVIEWER:
        figures, parts = reviewer_figures(tx), reviewer_parts(tx)
        fresh, step = False, None
    else:
        figures, parts = publisher_figures(tx), publisher_parts(tx)
        fresh = _fresh(tx)
        step = _first_step(tx) if fresh else None
    parts = interview_parts(tx) + parts
    shown = _told_once(figures)
    return HomeView(
        waiting=sum(figure.value for figure in shown if figure.waits)
        + sum(part.waits for part in parts),
        figures=shown,
        parts=tuple(parts),
        fresh=fresh,
        next_step=step,
    )


def _told_once(figures: list[Figure]) -> tuple[Figure, ...]:
    """Keep each figure once, though two roles of one person ask for it."""
    return tuple({figure.label: figure for figure in figures}.values())


def _fresh(tx: Transaction) -> bool:
    """Say whether what this person looks after is still empty."""
    if tx.actor.has(Role.ADMINISTRATOR):
        return not queries.reviewing_organisations(tx)
    return not queries.reports(tx)


def _first_step(tx: Transaction) -> Line | None:
    """Say what a new installation needs next, to the one who can do it."""
    if tx.actor.has(Role.ADMINISTRATOR):
        return Line(
            text="Add the organisations that review, and invite their leads.",
            href="/organisations/new",
            note="New organisation",
        )
    if tx.actor.has(Role.AUTHOR):
        return Line(
            text="Import the report that is to be reviewed.", href="/reports", note="Reports"
        )
    if tx.actor.has(Role.COORDINATOR):
        return Line(
            text="A review can be opened as soon as an author has imported a report.",
            href="/reviews",
            note="Reviews",
        )
    return None
