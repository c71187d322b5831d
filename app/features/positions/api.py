"""JSON API of positions."""

from app.domain.actions import Action
from app.features.positions import comparing, reading, service
from app.features.positions.schemas import (
    ClaimCompared,
    ClaimSheet,
    KeepPosition,
    KeepPositions,
    Kept,
    Matrix,
    ReleasePositions,
    ReleaseView,
    Show,
    Worksheet,
    WorksheetQuery,
)
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["positions"])


@routes.read(
    "/reviews/{review_id}/positions", action=Action.READ_POSITIONS, response_model=Worksheet
)
def read_worksheet(
    tx: Tx, review_id: str, version: str = "", show: Show = "all", page: int = 1
) -> Worksheet:
    """Give the worksheet of the caller's organisation on a version."""
    wanted = WorksheetQuery(version=version[:40], show=show, page=min(max(page, 1), 1000))
    return reading.read_worksheet(tx, review_id, wanted)


@routes.act("/reviews/{review_id}/positions", action=Action.KEEP_POSITIONS, response_model=Kept)
def keep_positions(tx: Tx, review_id: str, command: KeepPositions) -> Kept:
    """Take several positions on one version at once; nobody else sees them."""
    return service.keep_positions(tx, review_id, command)


@routes.read(
    "/reviews/{review_id}/positions/{claim}",
    action=Action.READ_POSITIONS,
    response_model=ClaimSheet,
)
def read_claim(tx: Tx, review_id: str, claim: str, version: str = "") -> ClaimSheet:
    """Give the caller's organisation's positions on one claim (or `conclusion`), with history."""
    return reading.read_claim(tx, review_id, claim, version)


@routes.act(
    "/reviews/{review_id}/positions/{claim}", action=Action.KEEP_POSITIONS, response_model=Kept
)
def keep_position(tx: Tx, review_id: str, claim: str, command: KeepPosition) -> Kept:
    """Take a position on one claim (or `conclusion`) in full."""
    return service.keep_position(tx, review_id, claim, command)


@routes.act(
    "/reviews/{review_id}/release-positions",
    action=Action.RELEASE_POSITIONS,
    response_model=ReleaseView,
)
def release_positions(tx: Tx, review_id: str, command: ReleasePositions) -> ReleaseView:
    """Give the publisher all positions on a version, or take the last release back."""
    return service.release_positions(tx, review_id, command)


@routes.read(
    "/versions/{version_id}/positions", action=Action.COMPARE_POSITIONS, response_model=Matrix
)
def read_matrix(tx: Tx, version_id: str, show: str = "all", page: int = 1) -> Matrix:
    """Give claims × organisations of what was released on a version."""
    return comparing.read_matrix(tx, version_id, show=show, page=max(page, 1))


@routes.read(
    "/versions/{version_id}/positions/{claim}",
    action=Action.COMPARE_POSITIONS,
    response_model=ClaimCompared,
)
def compare_claim(tx: Tx, version_id: str, claim: str) -> ClaimCompared:
    """Give one claim (or `conclusion`) as all organisations see it that released positions."""
    return comparing.compare_claim(tx, version_id, claim)
