"""Pages of what reviewers say of redactions: one removal, assessments, challenges, decisions."""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from app.access.scope import version_and_title
from app.domain.actions import Action
from app.domain.challenges import AXES, MARKS
from app.features.withheld import assessing, challenges, deciding
from app.features.withheld.schemas import (
    AssessRedaction,
    ChallengeRedaction,
    DecideChallenge,
    DecideNarrowing,
)
from app.kernel.errors import Conflict, Forbidden, Invalid, Unavailable, VitrineError
from app.transaction import Transaction
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()

STATEMENT = (
    "It does not hide a concerning finding, an error, non-compliance or embarrassment, does not "
    "limit competition, and does not delay what does not qualify."
)
_AXES = [(name, label, asks) for name, (label, asks) in AXES.items()]
_MARKS = [{"value": value, "label": label} for value, label in MARKS.items()]
_SAID = {
    "reason": "Give a reason, of at most 5000 characters.",
    "outcome": "Choose what is to become of it.",
    "note": "The note is longer than 5000 characters.",
    "rects": "Give the four numbers of a place.",
}


def _fields(error: Invalid | ValidationError) -> dict[str, str]:
    if isinstance(error, Invalid):
        return error.fields or {"form": error.message}
    names = [str(e["loc"][0]) if e["loc"] else "form" for e in error.errors()]
    wrong = {name: _SAID.get(name, "Choose one.") for name in names}
    return {("x0" if name == "rects" else name): said for name, said in wrong.items()}


@routes.page("/redactions/{redaction_id}", action=Action.READ_REDACTION)
def removal_page(tx: Tx, request: Request, redaction_id: str) -> HTMLResponse:
    """Show one removal of one's own edition, to be judged and challenged."""
    return _removal_page(tx, request, redaction_id)


def _removal_page(
    tx: Transaction,
    request: Request,
    redaction_id: str,
    *,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    problem: VitrineError | None = None,
) -> HTMLResponse:
    try:
        view = assessing.open_removal(tx, redaction_id)
    except Unavailable as error:
        page = show(tx, request, "reports/preparing.html", status=503, error=error)
        page.headers["Retry-After"] = "5"
        return page
    return show(
        tx,
        request,
        "withheld/removal.html",
        status=problem.status if problem else 422 if errors else 200,
        view=view,
        axes=_AXES,
        marks=_MARKS,
        typed=typed or {},
        errors=errors or {},
        problem=problem,
    )


@routes.form("/redactions/{redaction_id}/assessment", action=Action.ASSESS_REDACTION)
def assess_form(
    tx: Tx,
    request: Request,
    redaction_id: str,
    scope: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    balance: Annotated[str, Form()] = "",
    materiality: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> Response:
    """Write down what one's organisation thinks of a redaction."""
    typed = {"scope": scope, "reason": reason, "balance": balance,
             "materiality": materiality, "note": note}  # fmt: skip
    try:
        command = AssessRedaction.model_validate(typed)
        assessing.assess_redaction(tx, redaction_id, command)
    except ValidationError as error:
        tx.rollback()
        wrong = {str(e["loc"][0]) for e in error.errors() if e["loc"]}
        errors = {n: _SAID[n] if n == "note" else "Choose one of the four." for n in wrong}
        return _removal_page(tx, request, redaction_id, typed=typed, errors=errors)
    except Conflict as error:
        tx.rollback()
        return _removal_page(tx, request, redaction_id, typed=typed, problem=error)
    return see_other(f"/redactions/{redaction_id}#assessment")


@routes.form("/assessments/{assessment_id}/share", action=Action.SHARE_ASSESSMENT)
def share_form(tx: Tx, assessment_id: str) -> Response:
    """Share an assessment with the publisher."""
    view = assessing.share_assessment(tx, assessment_id)
    return see_other(f"/redactions/{view.redaction_id}#assessment")


@routes.form("/redactions/{redaction_id}/challenge", action=Action.CHALLENGE_REDACTION)
def challenge_form(
    tx: Tx, request: Request, redaction_id: str, reason: Annotated[str, Form()] = ""
) -> Response:
    """Challenge a redaction."""
    try:
        row = deciding.challenge_redaction(tx, redaction_id, ChallengeRedaction(reason=reason))
    except ValidationError:
        tx.rollback()
        return _removal_page(
            tx,
            request,
            redaction_id,
            typed={"challenge": reason},
            errors={"challenge": _SAID["reason"]},
        )
    except Conflict as error:
        tx.rollback()
        return _removal_page(tx, request, redaction_id, typed={"challenge": reason}, problem=error)
    return see_other(f"/challenges/{row.id}")


@routes.page("/versions/{version_id}/withheld/assessments", action=Action.READ_REDACTION_RECORD)
def assessments_page(tx: Tx, request: Request, version_id: str) -> HTMLResponse:
    """Show what organisations shared of their judgement of the redactions."""
    rows = assessing.list_assessments(tx, version_id)
    version, title = version_and_title(tx, version_id)
    return show(
        tx,
        request,
        "withheld/assessments.html",
        rows=rows,
        version=version,
        report_title=title,
        axes=_AXES,
        marks=_MARKS,
    )


@routes.page("/challenges", action=Action.LIST_CHALLENGES)
def list_page(tx: Tx, request: Request, state: str = "") -> HTMLResponse:
    """Show the challenges: one's organisation's own, or the publisher's queue."""
    rows = challenges.list_challenges(tx, show=state)
    return show(tx, request, "withheld/challenges.html", rows=rows, chosen=state)


@routes.page("/challenges/{challenge_id}", action=Action.READ_CHALLENGE)
def challenge_page(tx: Tx, request: Request, challenge_id: str) -> HTMLResponse:
    """Show one challenge."""
    return _challenge_page(tx, request, challenge_id)


def _challenge_page(
    tx: Transaction,
    request: Request,
    challenge_id: str,
    *,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    problem: VitrineError | None = None,
) -> HTMLResponse:
    view = challenges.read_challenge(tx, challenge_id)
    return show(
        tx,
        request,
        "withheld/challenge.html",
        status=problem.status if problem else 422 if errors else 200,
        view=view,
        typed=typed or {},
        errors=errors or {},
        problem=problem,
        statement=STATEMENT,
    )


@routes.form("/challenges/{challenge_id}/withdraw", action=Action.WITHDRAW_CHALLENGE)
def withdraw_form(tx: Tx, request: Request, challenge_id: str) -> Response:
    """Withdraw a challenge of one's own organisation."""
    try:
        deciding.withdraw_challenge(tx, challenge_id)
    except Conflict as error:
        tx.rollback()
        return _challenge_page(tx, request, challenge_id, problem=error)
    return see_other(f"/challenges/{challenge_id}")


@routes.form("/challenges/{challenge_id}/decide", action=Action.DECIDE_CHALLENGE)
def decide_form(
    tx: Tx,
    request: Request,
    challenge_id: str,
    outcome: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    nothing_withheld: Annotated[str, Form()] = "",
    x0: Annotated[str, Form()] = "",
    y0: Annotated[str, Form()] = "",
    x1: Annotated[str, Form()] = "",
    y1: Annotated[str, Form()] = "",
) -> Response:
    """Uphold or lift a redaction, or propose a smaller place."""
    typed = {"outcome": outcome, "reason": reason, "nothing_withheld": nothing_withheld,
             "x0": x0, "y0": y0, "x1": x1, "y1": y1}  # fmt: skip
    place = [(x0, y0, x1, y1)] if outcome == "narrow" else []
    asked = {"outcome": outcome, "reason": reason, "rects": place,
             "nothing_withheld": bool(nothing_withheld)}  # fmt: skip
    try:
        command = DecideChallenge.model_validate(asked)
        deciding.decide_challenge(tx, challenge_id, command)
    except (Invalid, ValidationError) as error:
        tx.rollback()
        return _challenge_page(tx, request, challenge_id, typed=typed, errors=_fields(error))
    except (Conflict, Forbidden) as error:
        if isinstance(error, Forbidden) and not error.remedy:
            raise
        tx.rollback()
        return _challenge_page(tx, request, challenge_id, typed=typed, problem=error)
    return see_other(f"/challenges/{challenge_id}")


@routes.form("/challenges/{challenge_id}/narrowing", action=Action.CONFIRM_NARROWING)
def narrowing_form(
    tx: Tx,
    request: Request,
    challenge_id: str,
    decision: Annotated[str, Form()] = "",
    statement: Annotated[str, Form()] = "",
) -> Response:
    """Approve a smaller mark as the second person, or turn it down."""
    command = DecideNarrowing(approve=decision == "approve", statement=bool(statement))
    try:
        deciding.decide_narrowing(tx, challenge_id, command)
    except Invalid as error:
        tx.rollback()
        return _challenge_page(tx, request, challenge_id, errors=error.fields)
    except (Conflict, Forbidden) as error:
        if isinstance(error, Forbidden) and not error.remedy:
            raise
        tx.rollback()
        return _challenge_page(tx, request, challenge_id, problem=error)
    return see_other(f"/challenges/{challenge_id}")
