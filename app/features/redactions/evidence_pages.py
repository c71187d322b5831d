"""The editor of an evidence item: its lines and fields to choose from, and the form of a mark."""

import re
from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from app.access.decide import may, may_all
from app.domain.actions import Action
from app.domain.targets import Target
from app.features.redactions import changing, evidence
from app.features.redactions.editor import NARROW, said_of
from app.features.redactions.schemas import EvidenceEditorView, ProposeInEvidence
from app.kernel.errors import Invalid
from app.transaction import Transaction
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()

_WRITTEN = re.compile(r"(\d{1,8})(?:-(\d{1,8}))?(?::(\d{1,5})(?::(\d{1,8})-(\d{1,8}))?)?\Z")
_NOWHERE = {"line_from": 0, "line_to": 0}


@routes.page("/versions/{version_id}/redactions/evidence/{code}", action=Action.LIST_REDACTIONS)
def editor_page(
    tx: Tx,
    request: Request,
    version_id: str,
    code: str,
    part: int = 1,
    q: str = "",
    done: str = "",
    mark: str = "",
) -> HTMLResponse:
    """Show lines of an item with its marks, and where a phrase stands in all of it."""
    return _show(tx, request, version_id, code, part=part, phrase=q, done=done, mark=mark)


def _show(
    tx: Transaction,
    request: Request,
    version_id: str,
    code: str,
    *,
    part: int,
    phrase: str = "",
    done: str = "",
    mark: str = "",
    typed: dict[str, object] | None = None,
    errors: dict[str, str] | None = None,
) -> HTMLResponse:
    view = evidence.open_evidence_editor(tx, version_id, code, part=part, phrase=phrase)
    undo = changing.find_undo(tx, version_id, mark, done=done) if done and mark else None
    return show(
        tx,
        request,
        "redactions/evidence.html",
        status=422 if errors else 200,
        view=view,
        hits=[(hit, evidence.written(hit.place)) for hit in view.hits],
        can_propose=may(tx, Action.PROPOSE_REDACTION, Target("version", version_id)),
        movable=_withdrawable(tx, view),
        undo=undo,
        done=done,
        typed=typed or {},
        errors=errors or {},
        categories=NARROW,
    )


def _withdrawable(tx: Transaction, view: EvidenceEditorView) -> set[str]:
    asked = [one.mark.id for one in view.marks if one.mark.state == "proposed"]
    answers = may_all(tx, [(Action.WITHDRAW_REDACTION, Target("redaction", m)) for m in asked])
    return {mark for mark, good in zip(asked, answers, strict=True) if good}


def read_place(text: str) -> dict[str, int | None]:
    """Read a place as a checkbox carries it: `12`, `12-15`, `12:0`, `12:0:5-9`."""
    match = _WRITTEN.match(text.strip())
    if match is None:
        return dict(_NOWHERE)
    first, last, field, start, end = (None if g is None else int(g) for g in match.groups())
    return {
        "line_from": first,
        "line_to": first if last is None else last,
        "field": field,
        "char_from": start,
        "char_to": end,
    }


@routes.form("/versions/{version_id}/redactions/evidence/{code}", action=Action.PROPOSE_REDACTION)
def propose_form(
    tx: Tx,
    request: Request,
    version_id: str,
    code: str,
    places: Annotated[list[str] | None, Form()] = None,
    span: Annotated[str, Form()] = "",
    part: Annotated[int, Form()] = 1,
    q: Annotated[str, Form()] = "",
    categories: Annotated[list[str] | None, Form()] = None,
    character: Annotated[str, Form()] = "",
    justification: Annotated[str, Form()] = "",
    expires_on: Annotated[str, Form()] = "",
    substitute: Annotated[str, Form()] = "",
    segregable: Annotated[str, Form()] = "",
    restricted_justification: Annotated[str, Form()] = "",
) -> Response:
    """Propose the lines, fields or words that were ticked, and the lines that were typed."""
    reason: dict[str, object] = {
        "categories": categories or [], "character": character, "justification": justification,
        "expires_on": expires_on, "substitute": substitute, "segregable": segregable,
        "restricted_justification": restricted_justification,
    }  # fmt: skip
    chosen = [*(places or []), *re.split(r"[,;\s]+", span.strip())]
    where = [read_place(text) for text in chosen if text]
    maybe = {name: reason[name] or None for name in ("expires_on", "segregable")}
    try:
        command = ProposeInEvidence.model_validate({**reason, **maybe, "places": where})
        proposed = evidence.propose_in_evidence(tx, version_id, code, command)
    except (Invalid, ValidationError) as error:
        tx.rollback()
        typed = {**reason, "places": places or [], "span": span}
        return _show(
            tx, request, version_id, code, part=part, phrase=q, typed=typed, errors=said_of(error)
        )
    base = f"/versions/{version_id}/redactions/evidence/{code}"
    return see_other(f"{base}?part={part}&done=proposed&mark={proposed[0].id}")
