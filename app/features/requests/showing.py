"""What the pages of requests share: the detail page again after a refused form, words, options."""

from collections.abc import Callable
from datetime import date
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from app.domain.requests import (
    DETERMINATIONS,
    EXTENSIONS,
    FORMS,
    PRIORITIES,
    REFUSALS,
    SOURCES,
    TYPES,
)
from app.features.requests import keeping, parts, queries, service
from app.features.requests.clocks import promise
from app.features.requests.commands import Basis
from app.features.requests.rows import EarlierList
from app.features.requests.schemas import AskerView, MovedView, PublisherView, RequestView
from app.kernel.errors import Invalid
from app.transaction import Transaction
from app.web.pages import see_other, show

Typed = dict[str, object]
MOST_PAGES = 20


def basis_of(typed: Typed) -> Basis | None:
    """Read what a form says the request is about; None keeps what the draft has.

    Raises:
        Invalid: a page or words that are none.
    """
    kind, page = str(typed.get("basis") or ""), str(typed.get("basis_page") or "").strip()
    if kind in ("", "keep"):
        return None
    first, _, last = str(typed.get("basis_words") or "").partition("-")
    words = (first, last or first) if first and kind == "passage" else None
    values = {
        "kind": kind,
        "page": page if page and kind in ("page", "passage") else None,
        "words": words,
        "id": typed.get("basis_id") or None,
    }
    try:
        return Basis.model_validate(values)
    except ValidationError as error:
        at = "basis_page" if any(f["loc"][:1] == ("page",) for f in error.errors()) else "basis"
        raise Invalid(fields={at: "This cannot be read as given."}) from error


def page_numbers(typed: str) -> tuple[int, ...]:
    """Read pages as people write them: "3, 12-14".

    Raises:
        Invalid: something else was typed, or more than anybody looks at; the field is `pages`.
    """
    found: set[int] = set()
    for piece in typed.replace("–", "-").split(","):
        first, dash, last = (one.strip() for one in piece.partition("-"))
        if not first and not dash:
            continue
        if not (first.isdecimal() and (last.isdecimal() if dash else True)) or len(piece) > 20:
            raise Invalid(fields={"pages": "Give pages as numbers, such as 3, 12-14."})
        span = range(int(first), int(last if dash else first) + 1)
        if not 0 < len(span) <= MOST_PAGES:
            raise Invalid(fields={"pages": f"Give up to {MOST_PAGES} pages, such as 3, 12-14."})
        found |= set(span)
    if len(found) > MOST_PAGES:
        raise Invalid(fields={"pages": f"Give up to {MOST_PAGES} pages."})
    return tuple(sorted(found))


def acted(
    tx: Transaction,
    request: Request,
    request_id: str,
    act: Callable[[], MovedView],
    *,
    form: str = "",
    typed: Typed | None = None,
    to: str = "",
) -> Response:
    """Do what a form asks for; when it cannot be taken, show the page with what was typed.

    `to` is where it leads, if not back to the request.
    """
    try:
        act()
    except Invalid as error:
        tx.rollback()
        return detail(
            tx, request, request_id, form=form, typed=typed, errors=error.fields, status=422
        )
    return see_other(to or f"/requests/{request_id}")


def detail(
    tx: Transaction,
    request: Request,
    request_id: str,
    *,
    form: str = "",
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
    offered: EarlierList | None = None,
) -> HTMLResponse:
    """Show a request as the acting person may see it; `form` names the form that was refused."""
    view = service.read_request(tx, request_id)
    template = "draft" if view.state == "draft" else view.seen_as
    return show(
        tx,
        request,
        f"requests/{template}.html",
        status=status,
        view=view,
        failed=form,
        typed=typed or {},
        errors=errors or {},
        offered=offered,
        **_options_for(tx, view, typed or {}),
    )


def _options_for(tx: Transaction, view: RequestView, typed: Typed) -> dict[str, Any]:
    if isinstance(view, AskerView):
        known = {"colleagues": keeping.colleagues(tx) if "keep" in view.acts else []}
        if view.state != "draft":
            return known
        return known | draft_options(tx, view.review_id, view.version_id, typed)
    if isinstance(view, PublisherView):
        return {
            "responders": options(queries.possible_responders(tx)),
            "teams": options(parts.team_options(tx)),
            "sources": options(SOURCES.items()),
            "earlier": options(parts.earlier_options(tx, view.id) if "point" in view.acts else ()),
            "priorities": options(PRIORITIES.items()),
            "extensions": options(EXTENSIONS.items()),
            "determinations": options(DETERMINATIONS.items()),
            "refusals": [{"value": v, "label": f"{v} · {name}"} for v, name in REFUSALS.items()],
        }
    if any("hand_over" in part.acts for part in view.parts):
        return {"responders": options(queries.possible_responders(tx))}
    return {}


def draft_options(tx: Transaction, review_id: str, version_id: str, typed: Typed) -> dict[str, Any]:
    """Give what the form of a draft offers; each type says by when it would be answered."""
    wanted = str(typed.get("type") or "")
    found = promise(tx, review_id, wanted if wanted in TYPES else "explanation")
    return {
        "types": [
            {"value": kind, "label": f"{label} (due {_spelt(found.due_by_type[kind])})"}
            for kind, label in TYPES.items()
        ],
        "promise": found,
        "forms": options(FORMS.items()),
        "claims": options(queries.claim_options(tx, version_id)),
        "thing": str(typed.get("basis") or "") in ("section", "redaction", "finding", "request"),
    }


def _spelt(day: date) -> str:
    return f"{day.day} {day:%B}"


def options(pairs: Any) -> list[dict[str, str]]:
    """Give (value, label) pairs as a select takes them."""
    return [{"value": value, "label": label} for value, label in pairs]
