"""Pages of versions beside each other: claims carried on, differences, what a version touches."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Form, Path, Query, Request, Response
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.domain.passages import rects_from, written
from app.domain.versions import CLAIMS_SINCE, REMOVALS, STANDINGS, THINGS, WAITS
from app.features.versions import changelog, deciding, differences, impact, lines, matching, parts
from app.features.versions.changelog_document import markdown_file
from app.features.versions.schemas import (
    CarryClaim,
    CarryIdenticalClaims,
    ClaimGone,
    DecideMaterial,
    PlaceView,
    SettleParts,
    TouchedView,
    UndoCarry,
)
from app.kernel.errors import Conflict, Invalid, Unavailable
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx
from app.web.spreadsheets import csv_of

routes = Routes()
Text = Annotated[str, Form()]
Earlier = Annotated[str, Query(alias="from", max_length=64)]
Typed = dict[str, str]
_HEAD = ("kind", "number", "organisation", "state", "page", "claims", "what became of it")


# ---- claims carried on


@routes.page("/versions/{version_id}/matching", action=Action.CARRY_CLAIMS)
def matching_page(tx: Tx, request: Request, version_id: str, done: str = "") -> HTMLResponse:
    """Show which claims of the version before wait, and where each may stand now."""
    return _matching(tx, request, version_id, done=done)


def _matching(
    tx: Transaction,
    request: Request,
    version_id: str,
    *,
    done: str = "",
    problem: Invalid | Conflict | None = None,
    at: str = "",
    typed: Typed | None = None,
) -> HTMLResponse:
    return show(
        tx,
        request,
        "versions/matching.html",
        status=problem.status if problem else 200,
        view=matching.open_matching(tx, version_id),
        standings=STANDINGS,
        rule=WAITS,
        written=_written,
        done=done,
        problem=problem,
        at=at,
        typed=typed or {},
    )


def _written(place: PlaceView) -> str:
    return f"{place.page}:{written(place.rects)}"


@routes.form("/versions/{version_id}/matching", action=Action.CARRY_CLAIMS)
def carry_identical_form(
    tx: Tx,
    request: Request,
    version_id: str,
    earlier: Text = "",
    claims: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Carry the ticked claims on together."""
    try:
        command = command_from(CarryIdenticalClaims, {"earlier": earlier, "claims": claims or []})
        matching.carry_identical(tx, version_id, command)
    except (Invalid, Conflict) as error:
        tx.rollback()
        fault = error if claims else Invalid("Tick the claims that you carry on together.")
        return _matching(tx, request, version_id, problem=fault, at="identical")
    return see_other(f"/versions/{version_id}/matching?done=carried")


@routes.form("/versions/{version_id}/matching/claim", action=Action.CARRY_CLAIMS)
def carry_claim_form(
    tx: Tx,
    request: Request,
    version_id: str,
    claim: Text = "",
    place: Text = "",
    quote: Text = "",
    page: Text = "",
    same_as: Text = "",
) -> Response:
    """Carry one claim on to a place that was offered, to words that were typed, or as another."""
    at, _, rects = place.partition(":")
    values: dict[str, object] = {"claim": claim}
    if same_as:
        values |= {"same_as": same_as}
    elif quote.strip():
        values |= {"quote": quote, "page": page.strip() or None}
    elif place:
        values |= {"page": at, "rects": rects_from(rects)}
    try:
        matching.carry_claim(tx, version_id, command_from(CarryClaim, values))
    except (Invalid, Conflict) as error:
        tx.rollback()
        typed = {"quote": quote, "page": page}
        return _matching(tx, request, version_id, problem=error, at=claim, typed=typed)
    return see_other(f"/versions/{version_id}/matching?done=carried")


@routes.form("/versions/{version_id}/matching/gone", action=Action.CARRY_CLAIMS)
def gone_form(tx: Tx, request: Request, version_id: str, claim: Text = "") -> Response:
    """Say that a claim does not stand in this version."""
    try:
        matching.drop_claim(tx, version_id, command_from(ClaimGone, {"claim": claim}))
    except (Invalid, Conflict) as error:
        tx.rollback()
        return _matching(tx, request, version_id, problem=error, at=claim)
    return see_other(f"/versions/{version_id}/matching?done=gone")


@routes.form("/versions/{version_id}/matching/undo", action=Action.CARRY_CLAIMS)
def undo_form(tx: Tx, request: Request, version_id: str, claim: Text = "") -> Response:
    """Take back what was decided of a claim."""
    try:
        matching.undo_carry(tx, version_id, command_from(UndoCarry, {"claim": claim}))
    except (Invalid, Conflict) as error:
        tx.rollback()
        return _matching(tx, request, version_id, problem=error, at="settled")
    return see_other(f"/versions/{version_id}/matching?done=undone")


@routes.form("/versions/{version_id}/matching/parts", action=Action.CARRY_CLAIMS)
def parts_form(
    tx: Tx,
    request: Request,
    version_id: str,
    earlier: Text = "",
    chosen: Annotated[list[str] | None, Form(alias="parts")] = None,
    leave: Text = "",
    nothing_withheld: Text = "",
) -> Response:
    """Carry titles of pathways and owners of parts on, or leave them behind."""
    values = {
        "earlier": earlier,
        "parts": chosen or [],
        "leave": leave == "yes",
        "nothing_withheld": nothing_withheld == "yes",
    }
    try:
        parts.settle_parts(tx, version_id, command_from(SettleParts, values))
    except (Invalid, Conflict) as error:
        tx.rollback()
        fault = error if chosen else Invalid("Tick what you carry on together.")
        at = "parts" if len(chosen or ()) != 1 else (chosen or [""])[0]
        return _matching(tx, request, version_id, problem=fault, at=at)
    return see_other(f"/versions/{version_id}/matching?done={'left' if leave else 'carried'}#parts")


# ---- differences


@routes.page("/versions/{version_id}/differences", action=Action.READ_VERSION)
def differences_page(
    tx: Tx, request: Request, version_id: str, earlier: Earlier = "", section: str = ""
) -> HTMLResponse:
    """Show what changed since an earlier version."""
    try:
        view = differences.read_differences(
            tx, version_id, earlier=earlier or None, section=section
        )
    except Unavailable as error:
        return _preparing(tx, request, version_id, error)
    return show(tx, request, "versions/differences.html", view=view, standings=STANDINGS)


@routes.page("/versions/{version_id}/changelog", action=Action.READ_VERSION)
def changelog_page(
    tx: Tx,
    request: Request,
    version_id: str,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    """Show what changed from version to version, newest first."""
    return show(
        tx,
        request,
        "versions/changelog.html",
        view=changelog.read_changelog(tx, version_id, page=page),
        standings=STANDINGS,
        removals=REMOVALS,
        claims_since=CLAIMS_SINCE,
    )


@routes.page("/versions/{version_id}/changelog.md", action=Action.READ_VERSION)
def changelog_markdown(tx: Tx, version_id: str) -> Response:
    """Hand it out as Markdown."""
    return markdown_file(changelog.export_changelog(tx, version_id))


@routes.page("/versions/{version_id}/differences/evidence/{code}", action=Action.READ_PAGE)
def lines_page(
    tx: Tx,
    request: Request,
    version_id: str,
    code: Annotated[str, Path(max_length=20)],
    earlier: Earlier = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    """Show what changed in an item of evidence, line by line."""
    try:
        view = lines.read_lines(tx, version_id, code, earlier=earlier or None, page=page)
    except Unavailable as error:
        return _preparing(tx, request, version_id, error)
    return show(tx, request, "versions/lines.html", view=view, standings=STANDINGS)


@routes.page("/findings/{finding_id}/passage", action=Action.READ_FINDING)
def passage_page(tx: Tx, request: Request, finding_id: str) -> HTMLResponse:
    """Show the passage of a finding as it stood then and as it stands now."""
    try:
        view = differences.read_passage(tx, finding_id)
    except Unavailable as error:
        return _preparing(tx, request, "", error)
    return show(
        tx, request, "versions/passage.html", view=view, standings=STANDINGS, written=written
    )


def _preparing(
    tx: Transaction, request: Request, version_id: str, error: Unavailable
) -> HTMLResponse:
    return show(
        tx, request, "versions/preparing.html", status=error.status, version_id=version_id,
        error=error,
    )  # fmt: skip


# ---- what a version touches


@routes.page("/versions/{version_id}/impact", action=Action.READ_IMPACT)
def impact_page(
    tx: Tx,
    request: Request,
    version_id: str,
    earlier: Earlier = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    told: str = "",
) -> HTMLResponse:
    """Show what a version touches of what stands on an earlier one."""
    return _impact(tx, request, version_id, earlier=earlier, page=page, told=told)


def _impact(
    tx: Transaction,
    request: Request,
    version_id: str,
    *,
    earlier: str,
    page: int = 1,
    told: str = "",
    problem: Invalid | Conflict | None = None,
    typed: Typed | None = None,
) -> HTMLResponse:
    try:
        view = impact.read_impact(tx, version_id, earlier=earlier or None, page=page)
    except Unavailable as error:
        return _preparing(tx, request, version_id, error)
    return show(
        tx,
        request,
        "versions/impact.html",
        status=problem.status if problem else 200,
        view=view,
        standings=STANDINGS,
        things=THINGS,
        told=told,
        problem=problem,
        typed=typed or {},
    )


@routes.page("/versions/{version_id}/impact/export", action=Action.READ_IMPACT)
def impact_csv(tx: Tx, version_id: str, earlier: Earlier = "") -> Response:
    """Hand the map out as CSV."""
    found = impact.export_impact(tx, version_id, earlier=earlier or None)
    return csv_of(_HEAD, map(_cells, found), name="impact")


def _cells(row: TouchedView) -> Sequence[str]:
    return (
        row.kind,
        row.number,
        row.organisation or "",
        row.state,
        str(row.page or ""),
        ", ".join(row.claims),
        STANDINGS.get(row.how, row.how),
    )


@routes.form("/versions/{version_id}/impact/material", action=Action.DECIDE_MATERIAL)
def material_form(
    tx: Tx,
    request: Request,
    version_id: str,
    earlier: Text = "",
    material: Text = "",
    reason: Text = "",
) -> Response:
    """Say whether a version changes an earlier one materially."""
    values = {
        "earlier": earlier,
        "material": {"yes": True, "no": False}.get(material),
        "reason": reason,
    }
    try:
        deciding.decide_material(tx, version_id, command_from(DecideMaterial, values))
    except (Invalid, Conflict) as error:
        tx.rollback()
        typed = {"material": material, "reason": reason}
        return _impact(tx, request, version_id, earlier=earlier, problem=error, typed=typed)
    return see_other(f"/versions/{version_id}/impact?from={earlier}&told=yes")
