"""JSON API of the speed report, with its tables as files."""

from fastapi import Response

from app.domain.actions import Action
from app.features.speed import service
from app.features.speed.files import speed_csv
from app.features.speed.schemas import Cycle, SpeedReport
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["speed"])


@routes.read("/speed", action=Action.LIST_REVIEWS, response_model=list[Cycle])
def list_speed(tx: Tx) -> list[Cycle]:
    """Give how fast requests were answered, cycle by cycle; times are in business days."""
    return service.list_speed(tx)


@routes.read("/speed.csv", action=Action.LIST_REVIEWS)
def list_speed_csv(tx: Tx) -> Response:
    """Give the figures of each review as CSV."""
    return speed_csv(row for cycle in service.list_speed(tx) for row in cycle.reviews)


@routes.read("/reviews/{review_id}/speed", action=Action.READ_SPEED, response_model=SpeedReport)
def read_speed(tx: Tx, review_id: str) -> SpeedReport:
    """Give how fast the requests of a review were answered, beside earlier reviews."""
    return service.read_speed(tx, review_id)


@routes.read("/reviews/{review_id}/speed.csv", action=Action.READ_SPEED)
def read_speed_csv(tx: Tx, review_id: str) -> Response:
    """Give the figures of a review, and of earlier ones, as CSV."""
    found = service.read_speed(tx, review_id)
    return speed_csv([found.review, *found.earlier])
