"""Pages of claw-backs, of the deletions they ask for, and of final versions."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.domain.claw_backs import COVERS
from app.domain.findings import CLASSES, MATERIALITY, OPEN_REASONS
from app.features.findings import claw_backs, finals
from app.features.findings.claw_back_schemas import AskDeletion, CertifyDeletion, MarkFinal
from app.features.findings.clocks import today
from app.features.findings.detail_pages import said_of
from app.kernel.errors import VitrineError
from app.transaction import Transaction
from app.web.forms import attempt, command_from
from app.web.pages import show
from app.web.routing import Routes, Tx

routes = Routes()
Text = Annotated[str, Form()]
Several = Annotated[list[str] | None, Form(max_length=1000)]
Typed = dict[str, Any]
_OF = "/findings/{finding_id}/claw-back"


@routes.page("/claw-backs", action=Action.LIST_CLAW_BACKS)
def list_page(tx: Tx, request: Request) -> HTMLResponse:
    """Show the claw-backs, open ones first."""
    return show(tx, request, "findings/claw_backs.html", rows=claw_backs.list_claw_backs(tx))


@routes.page(_OF, action=Action.READ_CLAW_BACK)
def claw_back_page(tx: Tx, request: Request, finding_id: str) -> HTMLResponse:
    """Lead through a claw-back."""
    return _claw_back(tx, request, finding_id)


def _claw_back(
    tx: Transaction,
    request: Request,
    finding_id: str,
    *,
    errors: dict[str, str] | None = None,
    conflict: VitrineError | None = None,
    status: int = 200,
) -> HTMLResponse:
    return show(
        tx,
        request,
        "findings/claw_back.html",
        status=status,
        view=claw_backs.read_claw_back(tx, finding_id),
        errors=errors or {},
        conflict=conflict,
    )


def _acted(
    tx: Transaction, request: Request, finding_id: str, act: Callable[[], object]
) -> Response:
    def again(error: VitrineError) -> Response:
        return _claw_back(tx, request, finding_id, **said_of(error))

    return attempt(
        tx, request, act, again=again, then=lambda _: f"/findings/{finding_id}/claw-back"
    )


@routes.form(_OF, action=Action.CLAW_BACK)
def start_form(tx: Tx, request: Request, finding_id: str) -> Response:
    """Begin to undo the share."""
    return _acted(tx, request, finding_id, lambda: claw_backs.start_claw_back(tx, finding_id))


@routes.form(f"{_OF}/ask", action=Action.CLAW_BACK)
def ask_form(tx: Tx, request: Request, finding_id: str, organisations: Several = None) -> Response:
    """Ask organisations to delete what they had."""

    def act() -> object:
        command = command_from(AskDeletion, {"organisations": organisations or []})
        return claw_backs.ask_deletion(tx, finding_id, command)

    return _acted(tx, request, finding_id, act)


@routes.form(f"{_OF}/close", action=Action.CLAW_BACK)
def close_form(tx: Tx, request: Request, finding_id: str) -> Response:
    """Close a claw-back once everything is done."""
    return _acted(tx, request, finding_id, lambda: claw_backs.close_claw_back(tx, finding_id))


@routes.page("/deletions", action=Action.LIST_DELETIONS)
def deletions_page(tx: Tx, request: Request) -> HTMLResponse:
    """Show what one's organisation is asked to delete."""
    return _deletions(tx, request)


def _deletions(
    tx: Transaction,
    request: Request,
    *,
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
    conflict: VitrineError | None = None,
    status: int = 200,
) -> HTMLResponse:
    return show(
        tx,
        request,
        "findings/deletions.html",
        status=status,
        found=claw_backs.list_deletions(tx),
        covers=[{"value": key, "label": label} for key, label in COVERS.items()],
        today=today(),
        typed=typed or {},
        errors=errors or {},
        conflict=conflict,
    )


@routes.form("/deletions/certify", action=Action.CERTIFY_DELETION)
def certify_form(
    tx: Tx,
    request: Request,
    deletion_id: Text = "",
    deleted_on: Text = "",
    covers: Several = None,
) -> Response:
    """Certify a deletion for one's own organisation."""
    typed: Typed = {
        "deletion_id": deletion_id, "deleted_on": deleted_on, "covers": covers or [],
    }  # fmt: skip

    def act() -> object:
        return claw_backs.certify_deletion(tx, command_from(CertifyDeletion, typed))

    def again(error: VitrineError) -> Response:
        return _deletions(tx, request, typed=typed, **said_of(error))

    return attempt(tx, request, act, again=again, then=lambda _: "/deletions")


@routes.page("/versions/{version_id}/final", action=Action.READ_OPEN_POINTS)
def final_page(tx: Tx, request: Request, version_id: str) -> HTMLResponse:
    """Show what lacks a reply on a version."""
    return _final(tx, request, version_id)


def _final(
    tx: Transaction,
    request: Request,
    version_id: str,
    *,
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
    conflict: VitrineError | None = None,
    status: int = 200,
) -> HTMLResponse:
    return show(
        tx,
        request,
        "findings/final.html",
        status=status,
        view=finals.read_open_points(tx, version_id),
        reasons=[{"value": key, "label": label} for key, label in OPEN_REASONS.items()],
        classes=CLASSES,
        materiality=MATERIALITY,
        typed=typed or {},
        errors=errors or {},
        conflict=conflict,
    )


@routes.form("/versions/{version_id}/final", action=Action.MARK_FINAL)
def mark_final_form(
    tx: Tx,
    request: Request,
    version_id: str,
    open_points: Several = None,
    reasons: Several = None,
) -> Response:
    """Mark a version final; `reasons` are of the form `<finding>:<reason>`."""
    given = dict(pair.split(":", 1) for pair in reasons or [] if ":" in pair)
    listed = [
        {"finding_id": finding, "reason": given.get(finding, "")} for finding in open_points or []
    ]
    typed: Typed = {"open_points": open_points or [], "reasons": given}

    def act() -> object:
        return finals.mark_final(tx, version_id, command_from(MarkFinal, {"open": listed}))

    def again(error: VitrineError) -> Response:
        return _final(tx, request, version_id, typed=typed, **said_of(error))

    return attempt(tx, request, act, again=again, then=lambda _: f"/versions/{version_id}/final")
