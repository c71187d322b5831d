"""Search and mark, and the form that proposes what was drawn or found."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from app.access.decide import require
from app.access.scope import version_and_title
from app.domain.actions import Action
from app.domain.targets import Target
from app.features.redactions import editor, service, templates
from app.features.redactions.editor import Numbers, read_rects, said_of
from app.features.redactions.schemas import Place, ProposeRedactions
from app.kernel.errors import Invalid
from app.transaction import Transaction
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()


@routes.page("/versions/{version_id}/redactions/search", action=Action.LIST_REDACTIONS)
def search_page(
    tx: Tx, request: Request, version_id: str, q: str = "", whole: str = ""
) -> Response:
    """Show every occurrence of a phrase, each to be chosen or left."""
    if not q.strip():
        return see_other(f"/versions/{version_id}/redactions")
    return _search_page(tx, request, version_id, q, whole_words=bool(whole))


def _search_page(
    tx: Transaction,
    request: Request,
    version_id: str,
    phrase: str,
    *,
    whole_words: bool,
    typed: dict[str, object] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    found = service.find_places(tx, version_id, phrase=phrase, whole_words=whole_words)
    version, title = version_and_title(tx, version_id)
    return show(
        tx,
        request,
        "redactions/search.html",
        status=status,
        version=version,
        report_title=title,
        found=found,
        hits=[(hit, written(hit.places)) for hit in found.hits],
        whole=whole_words,
        typed=typed or {},
        errors=errors or {},
        templates=editor.templates_for(tx),
        **editor.CHOICES,
    )


def written(places: tuple[Place, ...]) -> str:
    """Write the places of one hit as a checkbox carries them: `3:10,20,80,32;…|4:…`."""
    return "|".join(
        f"{place.page}:" + ";".join(",".join(f"{edge:g}" for edge in r) for r in place.rects)
        for place in places
    )


def read_places(texts: list[str]) -> list[dict[str, object]]:
    """Read what `written` wrote; whatever cannot be read is left for the command to refuse."""
    places: list[dict[str, object]] = []
    for text in texts:
        for part in text.split("|"):
            page, _, rects = part.partition(":")
            edges = [tuple(rect.split(",")) for rect in rects.split(";")]
            places.append({"page": page, "rects": edges})
    return places


@routes.form("/versions/{version_id}/redactions", action=Action.PROPOSE_REDACTION)
def propose_form(
    tx: Tx,
    request: Request,
    version_id: str,
    places: Annotated[list[str] | None, Form()] = None,
    q: Annotated[str, Form()] = "",
    whole: Annotated[str, Form()] = "",
    page: Annotated[int, Form()] = 1,
    x0: Numbers = None,
    y0: Numbers = None,
    x1: Numbers = None,
    y1: Numbers = None,
    more: Annotated[str, Form()] = "",
    use: Annotated[str, Form()] = "",
    template: Annotated[str, Form()] = "",
    categories: Annotated[list[str] | None, Form()] = None,
    character: Annotated[str, Form()] = "",
    justification: Annotated[str, Form()] = "",
    mode: Annotated[str, Form()] = "",
    expires_on: Annotated[str, Form()] = "",
    substitute: Annotated[str, Form()] = "",
    segregable: Annotated[str, Form()] = "",
    restricted_justification: Annotated[str, Form()] = "",
) -> Response:
    """Propose what was drawn on a page, or the hits that were chosen."""
    rects = read_rects(x0, y0, x1, y1)
    reason: dict[str, object] = {
        "categories": categories or [], "character": character, "justification": justification,
        "mode": mode, "expires_on": expires_on, "substitute": substitute,
        "segregable": segregable, "restricted_justification": restricted_justification,
    }  # fmt: skip
    form = _Form(version_id, page, q, whole, {**reason, "rects": rects, "places": places or []})
    if more or use:  # one more rectangle, or the words of a template; nothing is proposed yet
        require(tx, Action.PROPOSE_REDACTION, Target("version", version_id))
        form.typed |= {"more": more, "template": template, **_words_of(tx, template if use else "")}
        return _again(tx, request, form)
    where = read_places(places or []) if q else [{"page": page, "rects": rects}]
    maybe = {name: reason[name] or None for name in ("mode", "expires_on", "segregable")}
    try:
        command = ProposeRedactions.model_validate({**reason, **maybe, "places": where})
        proposed = service.propose_redactions(tx, version_id, command)
    except (Invalid, ValidationError) as error:
        tx.rollback()
        return _again(tx, request, form, said_of(error))
    if q:
        return see_other(f"/versions/{version_id}/redactions?state=proposed")
    return see_other(editor.place_of(version_id, proposed[0], "proposed"))


@dataclass
class _Form:
    """What was sent from the editor of a page, or (with `q`) from the places of a phrase."""

    version_id: str
    page: int
    q: str
    whole: str
    typed: dict[str, object]


def _again(
    tx: Transaction, request: Request, form: _Form, errors: dict[str, str] | None = None
) -> HTMLResponse:
    """Show the form again with what was typed, and what is wrong with it."""
    status = 422 if errors else 200
    if form.q:
        return _search_page(
            tx, request, form.version_id, form.q, whole_words=bool(form.whole), typed=form.typed,
            errors=errors, status=status,
        )  # fmt: skip
    if errors and "places" in errors:
        errors = {**errors, "x0": editor.NO_PLACE}
        del errors["places"]
    return editor.show_editor(
        tx, request, form.version_id, form.page, typed=form.typed, errors=errors, status=status
    )


def _words_of(tx: Transaction, template: str) -> dict[str, object]:
    """Give what a template fills in; nothing when it was taken off the list meanwhile."""
    for one in templates.list_templates(tx) if template else ():
        if one.id == template:
            return {
                "categories": list(one.categories),
                "character": one.character,
                "justification": one.justification,
            }
    return {}
