"""Pages of fact-check findings."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse

from app.access.decide import require
from app.domain.actions import Action
from app.domain.findings import CLASSES, FOUR, MATERIALITY
from app.domain.targets import PageRef, Target
from app.features.findings import (
    claw_back_pages,
    desk_pages,
    detail_pages,
    queries,
    reading,
    service,
)
from app.features.findings.schemas import FileFinding
from app.kernel.actor import Role, Side
from app.kernel.errors import Invalid
from app.models.reviews import Review
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()

Typed = dict[str, object]
STATES = FOUR
_CLASS_OPTIONS = [{"value": code, "label": f"{code} · {name}"} for code, name in CLASSES.items()]
_MATERIALITY_OPTIONS = [{"value": k, "label": v} for k, v in MATERIALITY.items()]


@routes.page("/findings", action=Action.LIST_FINDINGS)
def list_page(tx: Tx, request: Request, state: str = "", page: int = 1) -> HTMLResponse:
    """Show the findings that concern this person, worst first."""
    found = reading.list_findings(tx, outward_state=state, page=max(page, 1))
    everything = {"label": "All", "href": "/findings", "current": not state}
    reviewer = tx.actor.side is Side.REVIEWER
    return show(
        tx,
        request,
        "findings/list.html",
        found=found,
        chosen=state,
        waits=found.counts.get(STATES[1] if reviewer else STATES[0], 0),
        page=max(page, 1),
        pages=max(1, -(-found.total // queries.PAGE_SIZE)),
        chips=[
            everything,
            *(
                {
                    "label": name,
                    "href": f"/findings?{urlencode({'state': name})}",
                    "current": name == state,
                    "count": found.counts.get(name, 0),
                }
                for name in STATES
            ),
        ],
        classes=CLASSES,
        materiality=MATERIALITY,
        reviewer=reviewer,
        has_desk=not reviewer and bool(tx.actor.roles & {Role.AUTHOR, Role.COORDINATOR}),
        decides=not reviewer and bool(tx.actor.roles & {Role.APPROVER, Role.COORDINATOR}),
    )


def _new_page(
    tx: Transaction,
    request: Request,
    typed: Typed,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    review_id = str(typed["review_id"])
    require(tx, Action.FILE_FINDING, Target("review", review_id))
    version_id = tx.session.get_one(Review, review_id).version_id
    page = _number(typed["page"]) or 1
    ref = PageRef(version_id=version_id, page=page)
    first, last = _number(typed["word_from"]), _number(typed["word_to"])
    return show(
        tx,
        request,
        "findings/new.html",
        status=status,
        typed=typed,
        errors=errors or {},
        passage=reading.passage_of(tx, ref, first, last),
        whole_page=first is None,
        back=f"/versions/{version_id}/pages/{page}",
        classes=_CLASS_OPTIONS,
        materiality=_MATERIALITY_OPTIONS,
    )


def _number(typed: object) -> int | None:
    text = str(typed).strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _review_of(tx: Transaction, version_id: str) -> str:
    """Find the acting organisation's open review of a version; an unknown id when there is none."""
    return next(iter(queries.own_reviews(tx, version_id)), "rev_none")


@routes.page("/findings/new", action=Action.FILE_FINDING)
def new_page(
    tx: Tx,
    request: Request,
    version: str = "",
    page: str = "1",
    word_from: str = "",
    word_to: str = "",
    words: str = "",
) -> HTMLResponse:
    """Show the form that files a finding on words chosen in the reader (`12` to `30`, or `12-30`).

    Without words it is about the whole page, so that it works where nothing can be selected.
    """
    first, _, last = words.partition("-")
    typed: Typed = {
        "review_id": _review_of(tx, version),
        "page": page,
        "word_from": word_from or first,
        "word_to": word_to or last or word_from or first,
        "finding_class": "B",
        "materiality": "claim",
    }
    return _new_page(tx, request, typed)


@routes.form("/findings", action=Action.FILE_FINDING)
def file_form(
    tx: Tx,
    request: Request,
    review_id: Annotated[str, Form()] = "",
    page: Annotated[str, Form()] = "",
    word_from: Annotated[str, Form()] = "",
    word_to: Annotated[str, Form()] = "",
    finding_class: Annotated[str, Form()] = "",
    materiality: Annotated[str, Form()] = "",
    statement: Annotated[str, Form()] = "",
    correction: Annotated[str, Form()] = "",
    evidence: Annotated[str, Form()] = "",
    as_of: Annotated[str, Form()] = "",
) -> Response:
    """File a finding."""
    typed: Typed = {
        "review_id": review_id, "page": page, "word_from": word_from, "word_to": word_to,
        "finding_class": finding_class, "materiality": materiality, "statement": statement,
        "correction": correction, "evidence": evidence, "as_of": as_of,
    }  # fmt: skip
    blank = {name: None for name in ("word_from", "word_to", "as_of") if not typed[name]}
    try:
        row = service.file_finding(tx, command_from(FileFinding, {**typed, **blank}))
    except Invalid as error:
        tx.rollback()
        return _new_page(tx, request, typed, errors=error.fields, status=422)
    return see_other(f"/findings/{row.id}")


for more in (desk_pages, claw_back_pages, detail_pages):  # one finding's address takes any word
    routes.include_router(more.routes)
