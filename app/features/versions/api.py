"""JSON API of versions beside each other."""

from typing import Annotated

from fastapi import Path, Query, Response

from app.domain.actions import Action
from app.features.versions import changelog, deciding, differences, impact, lines, matching, parts
from app.features.versions.changelog_document import markdown_file
from app.features.versions.changelog_schemas import ChangelogView
from app.features.versions.schemas import (
    CarriedClaims,
    CarryClaim,
    CarryIdenticalClaims,
    ClaimGone,
    DecideMaterial,
    DifferencesView,
    ImpactView,
    LinesView,
    MatchingView,
    MaterialDecided,
    PartsSettled,
    PassageView,
    Settled,
    SettleParts,
    TouchedView,
    UndoCarry,
)
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["versions"])
Earlier = Annotated[str, Query(alias="from", max_length=64)]


@routes.read(
    "/versions/{version_id}/matching", action=Action.CARRY_CLAIMS, response_model=MatchingView
)
def open_matching(tx: Tx, version_id: str) -> MatchingView:
    """Give which claims of the version before wait, and where each may stand now."""
    return matching.open_matching(tx, version_id)


@routes.act(
    "/versions/{version_id}/matching",
    action=Action.CARRY_CLAIMS,
    response_model=CarriedClaims,
    status_code=201,
)
def carry_identical(tx: Tx, version_id: str, command: CarryIdenticalClaims) -> CarriedClaims:
    """Carry identical claims on together."""
    return matching.carry_identical(tx, version_id, command)


@routes.act(
    "/versions/{version_id}/matching/claim",
    action=Action.CARRY_CLAIMS,
    response_model=CarriedClaims,
    status_code=201,
)
def carry_claim(tx: Tx, version_id: str, command: CarryClaim) -> CarriedClaims:
    """Carry one claim on to the place chosen for it."""
    return matching.carry_claim(tx, version_id, command)


@routes.act(
    "/versions/{version_id}/matching/gone", action=Action.CARRY_CLAIMS, response_model=Settled
)
def drop_claim(tx: Tx, version_id: str, command: ClaimGone) -> Settled:
    """Say that a claim does not stand in this version."""
    return matching.drop_claim(tx, version_id, command)


@routes.act(
    "/versions/{version_id}/matching/undo", action=Action.CARRY_CLAIMS, response_model=Settled
)
def undo_carry(tx: Tx, version_id: str, command: UndoCarry) -> Settled:
    """Take back what was decided of a claim, until the version is published."""
    return matching.undo_carry(tx, version_id, command)


@routes.act(
    "/versions/{version_id}/matching/parts", action=Action.CARRY_CLAIMS, response_model=PartsSettled
)
def settle_parts(tx: Tx, version_id: str, command: SettleParts) -> PartsSettled:
    """Carry titles of pathways and owners of parts on, or leave them behind."""
    return parts.settle_parts(tx, version_id, command)


@routes.read(
    "/versions/{version_id}/differences",
    action=Action.READ_VERSION,
    response_model=DifferencesView,
)
def read_differences(
    tx: Tx,
    version_id: str,
    earlier: Earlier = "",
    section: Annotated[str, Query(max_length=64)] = "",
) -> DifferencesView:
    """Give what changed since an earlier version, in one's own editions of both."""
    return differences.read_differences(tx, version_id, earlier=earlier or None, section=section)


@routes.read(
    "/versions/{version_id}/changelog", action=Action.READ_VERSION, response_model=ChangelogView
)
def read_changelog(
    tx: Tx, version_id: str, page: Annotated[int, Query(ge=1, le=100_000)] = 1
) -> ChangelogView:
    """Give what changed from version to version, in one's own editions, newest first."""
    return changelog.read_changelog(tx, version_id, page=page)


@routes.read("/versions/{version_id}/changelog.md", action=Action.READ_VERSION)
def changelog_markdown(tx: Tx, version_id: str) -> Response:
    """Give all of it as Markdown; words of the report only where grants allow copies."""
    return markdown_file(changelog.export_changelog(tx, version_id))


@routes.read(
    "/versions/{version_id}/differences/evidence/{code}",
    action=Action.READ_PAGE,
    response_model=LinesView,
)
def read_line_changes(
    tx: Tx,
    version_id: str,
    code: Annotated[str, Path(max_length=20)],
    earlier: Earlier = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> LinesView:
    """Give what changed in an item of evidence, line by line, in one's own editions of both."""
    return lines.read_lines(tx, version_id, code, earlier=earlier or None, page=page)


@routes.read(
    "/findings/{finding_id}/passage", action=Action.READ_FINDING, response_model=PassageView
)
def read_passage(tx: Tx, finding_id: str) -> PassageView:
    """Give the passage of a finding as it stood then and as it stands now."""
    return differences.read_passage(tx, finding_id)


@routes.read("/versions/{version_id}/impact", action=Action.READ_IMPACT, response_model=ImpactView)
def read_impact(
    tx: Tx,
    version_id: str,
    earlier: Earlier = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> ImpactView:
    """Give what a version touches of what stands on an earlier one."""
    return impact.read_impact(tx, version_id, earlier=earlier or None, page=page)


@routes.read(
    "/versions/{version_id}/impact/export",
    action=Action.READ_IMPACT,
    response_model=list[TouchedView],
)
def export_impact(tx: Tx, version_id: str, earlier: Earlier = "") -> tuple[TouchedView, ...]:
    """Give all that a version touches at once."""
    return impact.export_impact(tx, version_id, earlier=earlier or None)


@routes.act(
    "/versions/{version_id}/impact/material",
    action=Action.DECIDE_MATERIAL,
    response_model=MaterialDecided,
    status_code=201,
)
def decide_material(tx: Tx, version_id: str, command: DecideMaterial) -> MaterialDecided:
    """Say whether a version changes an earlier one materially."""
    return deciding.decide_material(tx, version_id, command)
