"""Pages of the speed report: charts made here, with the tables that say the same."""

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.features.speed import service
from app.features.speed.files import speed_csv
from app.features.speed.schemas import Figures, HolderSpeed, ReviewSpeed
from app.kernel.actor import Side
from app.web.pages import show
from app.web.routing import Routes, Tx

routes = Routes()
Bars = list[dict[str, object]]


@routes.page("/speed", action=Action.LIST_REVIEWS)
def list_page(tx: Tx, request: Request) -> HTMLResponse:
    """Show how fast requests were answered, cycle by cycle."""
    cycles = service.list_speed(tx)
    own = tx.actor.side is Side.REVIEWER
    charts = [_bars([(_name(row, own=own), row.figures) for row in c.reviews]) for c in cycles]
    return show(
        tx, request, "speed/list.html", cycles=list(zip(cycles, charts, strict=True)), own=own
    )


@routes.page("/speed.csv", action=Action.LIST_REVIEWS)
def list_csv(tx: Tx) -> Response:
    """Give the figures of each review as CSV."""
    return speed_csv(row for cycle in service.list_speed(tx) for row in cycle.reviews)


@routes.page("/reviews/{review_id}/speed", action=Action.READ_SPEED)
def detail_page(tx: Tx, request: Request, review_id: str) -> HTMLResponse:
    """Show how fast the requests of a review were answered, beside earlier reviews."""
    found = service.read_speed(tx, review_id)
    own = tx.actor.side is Side.REVIEWER
    compared = [("This review", found.review.figures)]
    compared += [(_name(row, own=own, when=True), row.figures) for row in found.earlier]
    return show(
        tx,
        request,
        "speed/review.html",
        found=found,
        own=own,
        compared=_bars(compared),
        holders=_holder_bars(found.holders),
    )


@routes.page("/reviews/{review_id}/speed.csv", action=Action.READ_SPEED)
def detail_csv(tx: Tx, review_id: str) -> Response:
    """Give the figures of a review, and of earlier ones, as CSV."""
    found = service.read_speed(tx, review_id)
    return speed_csv([found.review, *found.earlier])


def _name(row: ReviewSpeed, *, own: bool, when: bool = False) -> str:
    name = f"{row.report_title}, version {row.version_number}" if own else row.organisation_name
    return f"{name}, from {row.starts_on.isoformat()}" if when else name


def _bars(rows: list[tuple[str, Figures]]) -> Bars:
    """Give each row's middle and slow time as widths from 0 to 100, all on one scale."""
    timed = [(name, f) for name, f in rows if f.first_answer_median is not None]
    longest = max((f.first_answer_p90 or 0 for _, f in timed), default=0) or 1
    return [
        {
            "name": name,
            "median": f.first_answer_median,
            "p90": f.first_answer_p90,
            "width": 100 * (f.first_answer_median or 0) / longest,
            "far": 100 * (f.first_answer_p90 or 0) / longest,
        }
        for name, f in timed
    ]


def _holder_bars(rows: tuple[HolderSpeed, ...]) -> Bars:
    longest = max((row.longest for row in rows), default=0) or 1
    return [
        {
            "name": row.name,
            "median": row.median,
            "p90": row.longest,
            "width": 100 * row.median / longest,
            "far": 100 * row.longest / longest,
        }
        for row in rows
    ]
