"""The page on which a coordinator says what a review goes by, and until when it lasts."""

from datetime import UTC
from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse

from app.access.decide import require
from app.domain.actions import Action
from app.domain.calendar import split_name
from app.domain.clocks import END_REASONS, MOST_DAYS, PROFILES, STEPS
from app.domain.targets import Target
from app.features.reviews import ending, forms, queries, settings
from app.features.reviews.forms import Typed
from app.features.reviews.schemas import ChangeSettings, MoveEnd, ReviewRules
from app.kernel.errors import Invalid
from app.transaction import Transaction
from app.web.forms import command_from, last_second
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()


def typed_of(rules: ReviewRules) -> Typed:
    """Give what the form starts from; only days of the review's own stand in it."""
    country, part = split_name(rules.calendar)
    own = {step: str(rules.clock_days.get(step, "")) for step in STEPS}
    return {
        "country": country,
        "part": part,
        "clock_profile": rules.clock_profile,
        "submitted_by": rules.submitted_by,
        **own,
    }


def _page(
    tx: Transaction,
    request: Request,
    review_id: str,
    typed: Typed,
    errors: dict[str, str],
    status: int,
) -> HTMLResponse:
    short, long = PROFILES["short"], PROFILES["long"]
    steps = [
        (
            step,
            label,
            f"{getattr(short, step)} in a short review, {getattr(long, step)} in a long one",
        )
        for step, label in STEPS.items()
    ]
    row = queries.get_review_row(tx, review_id)
    return show(
        tx,
        request,
        "reviews/settings.html",
        status=status,
        row=row,
        typed={"ends_on": row.ends_at.astimezone(UTC).date().isoformat(), "reason": "", **typed},
        errors=forms.by_day(errors),
        steps=steps,
        reason_options=forms.options(list(END_REASONS.items())),
        **forms.rules_options(),
    )


@routes.page("/reviews/{review_id}/settings", action=Action.CHANGE_REVIEW_SETTINGS)
def settings_page(tx: Tx, request: Request, review_id: str) -> HTMLResponse:
    """Show what a review goes by, to change it."""
    typed = typed_of(settings.read_settings(tx, review_id))
    return _page(tx, request, review_id, typed, {}, 200)


@routes.form("/reviews/{review_id}/settings", action=Action.CHANGE_REVIEW_SETTINGS)
def settings_form(
    tx: Tx,
    request: Request,
    review_id: str,
    country: Annotated[str, Form()] = "none",
    part: Annotated[str, Form()] = "",
    clock_profile: Annotated[str, Form()] = "",
    submitted_by: Annotated[str, Form()] = "",
    triage: Annotated[str, Form()] = "",
    standard: Annotated[str, Form()] = "",
    complex: Annotated[str, Form()] = "",
    interview: Annotated[str, Form()] = "",
    appeal: Annotated[str, Form()] = "",
    findings_a: Annotated[str, Form()] = "",
    findings: Annotated[str, Form()] = "",
) -> Response:
    """Let a review go by other rules from now on."""
    days = {
        "triage": triage, "standard": standard, "complex": complex, "interview": interview,
        "appeal": appeal, "findings_a": findings_a, "findings": findings,
    }  # fmt: skip
    typed: Typed = {
        "country": country, "part": part, "clock_profile": clock_profile,
        "submitted_by": submitted_by, **days,
    }  # fmt: skip
    try:
        settings.change_settings(tx, review_id, _command(typed, days))
    except Invalid as error:
        tx.rollback()
        require(tx, Action.CHANGE_REVIEW_SETTINGS, Target("review", review_id))
        return _page(tx, request, review_id, typed, error.fields, 422)
    return see_other(f"/reviews/{review_id}")


@routes.form("/reviews/{review_id}/end", action=Action.CHANGE_REVIEW_SETTINGS)
def end_form(
    tx: Tx,
    request: Request,
    review_id: str,
    ends_on: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Move the last day of a review."""
    try:
        ends_at = last_second(ends_on)
        if ends_at is None:
            raise Invalid(fields={"ends_at": "Give the last day."})
        ending.move_end(
            tx, review_id, command_from(MoveEnd, {"ends_at": ends_at, "reason": reason})
        )
    except Invalid as error:
        tx.rollback()
        typed = typed_of(settings.read_settings(tx, review_id))
        typed |= {"ends_on": ends_on, "reason": reason}
        return _page(tx, request, review_id, typed, error.fields, 422)
    return see_other(f"/reviews/{review_id}")


def _command(typed: Typed, days: dict[str, str]) -> ChangeSettings:
    """Read the form; each day that is no number of days is named by itself."""
    counts, problems = {}, {}
    for step, text in days.items():
        if not text.strip():
            continue
        if text.strip().isdecimal() and 1 <= int(text) <= MOST_DAYS:
            counts[step] = int(text)
        else:
            problems[step] = f"{STEPS[step]}: give a number of days from 1 to {MOST_DAYS}."
    if problems:
        raise Invalid(fields=problems)
    return command_from(ChangeSettings, {**forms.rules_values(typed), "clock_days": counts})
