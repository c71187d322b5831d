"""Pages of positions: the worksheet, one claim of it, and the publisher's comparison."""

from itertools import zip_longest
from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.domain.positions import BASES, CONCLUSION, CONFIDENCES, STANCES, STATUSES
from app.features.positions import comparing, reading, service
from app.features.positions.schemas import (
    Cell,
    KeepPosition,
    KeepPositions,
    ReleasePositions,
    WorksheetQuery,
)
from app.kernel.errors import Conflict, Invalid, VitrineError
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx
from app.web.spreadsheets import csv_of

routes = Routes()
Text = Annotated[str, Form()]
Texts = Annotated[list[str] | None, Form(max_length=400)]
Typed = dict[str, Any]
_SHOWS = ("all", "missing", "changed", "load_bearing")
_WORDS: dict[str, Any] = {
    "bases": BASES,
    "stances": STANCES,
    "confidences": CONFIDENCES,
    "statuses": STATUSES,
}


@routes.page("/reviews/{review_id}/positions", action=Action.READ_POSITIONS)
def worksheet_page(
    tx: Tx,
    request: Request,
    review_id: str,
    version: str = "",
    page: str = "1",
    kept: str = "",
) -> HTMLResponse:
    """Show the worksheet of one's organisation."""
    only = request.query_params.get("show", "all")
    return _worksheet(tx, request, review_id, version, only, page, kept=kept)


def _worksheet(
    tx: Transaction,
    request: Request,
    review_id: str,
    version: str = "",
    show_only: str = "all",
    page: str = "1",
    *,
    kept: str = "",
    typed: Typed | None = None,
    problem: VitrineError | None = None,
) -> HTMLResponse:
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 4 else 1
    wanted = command_from(
        WorksheetQuery,
        {
            "version": version[:40],
            "show": show_only if show_only in _SHOWS else "all",
            "page": max(number, 1),
        },
    )
    sheet = reading.read_worksheet(tx, review_id, wanted)
    return show(
        tx,
        request,
        "positions/worksheet.html",
        status=problem.status if problem else 200,
        sheet=sheet,
        kept=kept if kept.isdigit() else "",
        typed=typed or {},
        problem=problem,
        **_WORDS,
    )


@routes.form("/reviews/{review_id}/positions", action=Action.KEEP_POSITIONS)
def keep_form(
    tx: Tx,
    request: Request,
    review_id: str,
    version_id: Text = "",
    show: Text = "all",
    page: Text = "1",
    claim: Texts = None,
    alone_stance: Texts = None,
    alone_confidence: Texts = None,
    shared_stance: Texts = None,
    shared_confidence: Texts = None,
) -> Response:
    """Keep the stances of one page of the worksheet; a row that is left empty stays as it was."""
    rows = list(
        zip_longest(
            claim or [], alone_stance or [], alone_confidence or [], shared_stance or [],
            shared_confidence or [], fillvalue="",
        )
    )  # fmt: skip
    taken = [
        {"claim": one, "basis": basis, "stance": stance, "confidence": sure or "medium"}
        for one, stance_alone, sure_alone, stance_shared, sure_shared in rows
        for basis, stance, sure in (
            ("alone", stance_alone, sure_alone),
            ("shared", stance_shared, sure_shared),
        )
        if stance
    ]
    try:
        command = command_from(KeepPositions, {"version_id": version_id, "positions": taken})
        made = service.keep_positions(tx, review_id, command)
    except (Invalid, Conflict) as error:
        tx.rollback()
        typed = {row[0]: row[1:] for row in rows}
        return _worksheet(
            tx, request, review_id, version_id, show, page, typed=typed, problem=error
        )
    here = show if show in _SHOWS else "all"
    at = page if page.isdigit() else "1"
    return see_other(
        f"/reviews/{review_id}/positions?version={made.version_id}&show={here}&page={at}"
        f"&kept={made.kept}"
    )


@routes.page("/reviews/{review_id}/positions/{claim}", action=Action.READ_POSITIONS)
def claim_page(
    tx: Tx, request: Request, review_id: str, claim: str, version: str = ""
) -> HTMLResponse:
    """Show one claim with one's positions in full."""
    return _claim(tx, request, review_id, claim, version)


def _claim(
    tx: Transaction,
    request: Request,
    review_id: str,
    claim: str,
    version: str,
    *,
    typed: Typed | None = None,
    problem: VitrineError | None = None,
) -> HTMLResponse:
    sheet = reading.read_claim(tx, review_id, claim, version[:40])
    return show(
        tx,
        request,
        "positions/claim.html",
        status=problem.status if problem else 200,
        sheet=sheet,
        claim=claim,
        typed=typed or {},
        problem=problem,
        **_WORDS,
    )


@routes.form("/reviews/{review_id}/positions/{claim}", action=Action.KEEP_POSITIONS)
def keep_claim_form(
    tx: Tx,
    request: Request,
    review_id: str,
    claim: str,
    version_id: Text = "",
    alone_stance: Text = "",
    alone_confidence: Text = "medium",
    alone_status: Texts = None,
    alone_on: Texts = None,
    alone_reasons: Text = "",
    shared_stance: Text = "",
    shared_confidence: Text = "medium",
    shared_status: Texts = None,
    shared_on: Texts = None,
    shared_reasons: Text = "",
) -> Response:
    """Keep the position on one claim in full."""
    typed: Typed = {
        "alone": _typed(alone_stance, alone_confidence, alone_status, alone_on, alone_reasons),
        "shared": _typed(
            shared_stance, shared_confidence, shared_status, shared_on, shared_reasons
        ),
    }
    said = {basis: _said(typed[basis]) for basis in BASES if typed[basis]["stance"]}
    try:
        if not said:
            raise Invalid("Choose a stance first. What you typed is kept.")
        command = command_from(KeepPosition, {"version_id": version_id, **said})
        service.keep_position(tx, review_id, claim, command)
    except (Invalid, Conflict) as error:
        tx.rollback()
        return _claim(tx, request, review_id, claim, version_id, typed=typed, problem=error)
    return see_other(f"/reviews/{review_id}/positions/{claim}?version={version_id[:40]}")


def _typed(
    stance: str, confidence: str, status: list[str] | None, on: list[str] | None, reasons: str
) -> Typed:
    return {
        "stance": stance,
        "confidence": confidence,
        "rests": list(zip_longest(status or [], on or [], fillvalue="")),
        "reasons": reasons,
    }


def _said(typed: Typed) -> Typed:
    rests = []
    for status, on in typed["rests"]:
        kind, _, found = on.partition(":")
        if status:
            rests.append({"status": status, "kind": kind or None, "id": found})
    return {
        "stance": typed["stance"],
        "confidence": typed["confidence"],
        "reasons": typed["reasons"],
        "rests_on": rests,
    }


@routes.form("/reviews/{review_id}/release-positions", action=Action.RELEASE_POSITIONS)
def release_form(
    tx: Tx, request: Request, review_id: str, version_id: Text = "", withdraw: Text = ""
) -> Response:
    """Release all positions on a version, or take them back."""
    try:
        command = command_from(
            ReleasePositions, {"version_id": version_id, "withdraw": withdraw == "yes"}
        )
        service.release_positions(tx, review_id, command)
    except (Invalid, Conflict) as error:
        tx.rollback()
        return _worksheet(tx, request, review_id, version_id, problem=error)
    return see_other(f"/reviews/{review_id}/positions?version={version_id}")


@routes.page("/versions/{version_id}/positions", action=Action.COMPARE_POSITIONS)
def matrix_page(tx: Tx, request: Request, version_id: str, page: str = "1") -> HTMLResponse:
    """Show claims × organisations of what was released."""
    only = request.query_params.get("show", "all")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 4 else 1
    matrix = comparing.read_matrix(tx, version_id, show=only, page=max(number, 1))
    return show(tx, request, "positions/matrix.html", matrix=matrix, **_WORDS)


@routes.page("/versions/{version_id}/positions.csv", action=Action.COMPARE_POSITIONS)
def matrix_file(tx: Tx, version_id: str) -> Response:
    """Give the matrix as a file: stances and confidence, no words of the report."""
    matrix = comparing.read_matrix(tx, version_id, whole=True)
    head = ["claim", "pathway", "page", "load_bearing"]
    for column in matrix.columns:
        head += [f"{column.name}: {label}" for label in BASES.values()]
    rows = [
        [
            row.code,
            str(row.pathway or ""),
            str(row.page or ""),
            "yes" if row.load_bearing else "",
            *(words for cell in row.cells for words in _cell_words(cell)),
        ]
        for row in matrix.rows
    ]
    return csv_of(head, rows, name="positions")


def _cell_words(cell: Cell) -> list[str]:
    return [
        f"{STANCES[said[0]]} ({CONFIDENCES[said[1]].lower()})" if said else ""
        for said in (cell.alone, cell.shared)
    ]


@routes.page("/versions/{version_id}/positions/{claim}", action=Action.COMPARE_POSITIONS)
def compared_page(tx: Tx, request: Request, version_id: str, claim: str) -> HTMLResponse:
    """Show one claim as all organisations see it that released their positions."""
    found = comparing.compare_claim(tx, version_id, claim)
    return show(
        tx, request, "positions/compared.html", found=found, conclusion=CONCLUSION, **_WORDS
    )
