"""The editor of a page: its marks to look at, move and undo, and the form of a new one."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from app.access.decide import may, may_all
from app.domain.actions import Action
from app.domain.categories import CATEGORIES
from app.domain.targets import INSTALLATION, Target
from app.features.redactions import carrying, changing, queries, service, templates
from app.features.redactions.schemas import ChangeRedaction, EditorView, RedactionView
from app.kernel.errors import Conflict, Invalid
from app.transaction import Transaction
from app.web.page_view import EditorPage, Mark, Word
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()

_CATEGORIES = [
    {"value": c.code, "label": f"{c.code} · {c.name}", "help": c.explanation} for c in CATEGORIES
]
NARROW = [{"value": c["value"], "label": c["label"]} for c in _CATEGORIES]
_MODES = [
    {"value": "padded", "label": "Padded: grows to whole words and steps"},
    {"value": "line", "label": "Line: the whole line, for names"},
    {"value": "block", "label": "Block: the whole paragraph"},
    {"value": "tight", "label": "Tight: just the rectangle"},
]
CHOICES = {"categories": _CATEGORIES, "modes": _MODES}
NO_PLACE = "Draw a rectangle, or type its four numbers."
_SAID = {
    "categories": "Choose one to three categories.",
    "character": "Say in public-safe words what is removed.",
    "justification": "Say why it must not be known.",
    "places": "Choose at least one place.",
    "rects": NO_PLACE,
}

Numbers = Annotated[list[str] | None, Form()]


def said_of(error: Invalid | ValidationError) -> dict[str, str]:
    """Say beside each field of a mark's form what is wrong with it."""
    if isinstance(error, Invalid):
        return error.fields or {"form": error.message}
    names = [str(e["loc"][0]) for e in error.errors() if e["loc"]]
    return {name: _SAID.get(name, "This needs another look.") for name in names}


def read_rects(*edges: Sequence[str] | None) -> list[tuple[str, ...]]:
    """Gather the four columns of a form into rectangles; rows left empty are none."""
    rows = zip_longest(*(edge or [] for edge in edges), fillvalue="")
    return [row for row in rows if any(typed.strip() for typed in row)]


@routes.page("/versions/{version_id}/redactions/pages/{number}", action=Action.LIST_REDACTIONS)
def editor_page(
    tx: Tx, request: Request, version_id: str, number: int, done: str = "", mark: str = ""
) -> HTMLResponse:
    """Show a page to draw on, with its marks and how to undo what was just done."""
    return show_editor(tx, request, version_id, number, done=done, mark=mark)


@routes.page("/versions/{version_id}/redactions/pages", action=Action.LIST_REDACTIONS)
def go_to_page(version_id: str, page: str = "1") -> Response:
    """Send the browser to the page whose number was typed."""
    return see_other(f"/versions/{version_id}/redactions/pages/{page if page.isdigit() else 1}")


def show_editor(
    tx: Transaction,
    request: Request,
    version_id: str,
    number: int,
    *,
    done: str = "",
    mark: str = "",
    typed: dict[str, object] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
    changed: dict[str, object] | None = None,
) -> HTMLResponse:
    """Render the editor.

    Args:
        tx: the transaction.
        request: the request.
        version_id: the version.
        number: the page, from 1.
        done: what was just done to `mark`, so that it can be undone.
        mark: the id of a mark.
        typed: what stands in the form of a new mark.
        errors: what is wrong with it, by field.
        status: the status of the answer.
        changed: what could not be saved over somebody's newer mark, or was wrong with it.
    """
    view = service.open_editor(tx, version_id, number)
    movable = _movable(tx, view)
    undo = changing.find_undo(tx, version_id, mark, done=done) if done and mark else None
    return show(
        tx,
        request,
        "redactions/editor.html",
        status=status,
        view=view,
        sheet=_sheet(view, movable, here=mark),
        reader=_reader(view),
        can_propose=may(tx, Action.PROPOSE_REDACTION, Target("version", version_id)),
        to_carry=carrying.waiting_for(tx, version_id),
        movable=movable,
        undo=undo if undo and undo.mark.page == number else None,
        done=done,
        categories=NARROW,
        modes=_MODES,
        templates=templates_for(tx),
        typed=typed or {},
        errors=errors or {},
        changed=changed or {},
    )


def templates_for(tx: Transaction) -> list[dict[str, str]]:
    """Give the reasons that recur, to choose from, to who may know them."""
    if not may(tx, Action.LIST_TEMPLATES, INSTALLATION):
        return []
    return [
        {"value": one.id, "label": f"{' '.join(one.categories)} · {one.character}"}
        for one in templates.list_templates(tx)
    ]


def _movable(tx: Transaction, view: EditorView) -> set[str]:
    """Give the marks that this person may move."""
    asked = [mark.id for mark in view.marks if mark.state == "proposed"]
    answers = may_all(tx, [(Action.CHANGE_REDACTION, Target("redaction", m)) for m in asked])
    return {mark for mark, good in zip(asked, answers, strict=True) if good}


def _reader(view: EditorView) -> dict[str, object]:
    base = f"/versions/{view.version_id}/redactions"
    return {
        "report": view.report_title,
        "report_href": f"/reports/{view.report_id}/versions/{view.version_id}",
        "version": f"Version {view.version_number}, marking",
        "edition": view.edition_name,
        "withheld": view.withheld,
        "index_href": base,
        "page": view.page,
        "pages": view.pages,
        "prev": f"{base}/pages/{view.page - 1}" if view.page > 1 else None,
        "next": f"{base}/pages/{view.page + 1}" if view.page < view.pages else None,
        "go": f"{base}/pages",
        "find": None,
    }


def _sheet(view: EditorView, movable: set[str], *, here: str) -> EditorPage:
    across, down = view.width_px / view.width_pt, view.height_px / view.height_pt
    return EditorPage(
        number=view.page,
        width_px=view.width_px,
        height_px=view.height_px,
        width_pt=view.width_pt,
        height_pt=view.height_pt,
        image_url=f"/versions/{view.version_id}/pages/{view.page}/image",
        words=[Word(w.i, w.text, w.x, w.y, w.w, w.h) for w in view.words],
        marks=[
            Mark(
                id=mark.id,
                x=round(x0 * across, 1),
                y=round(y0 * down, 1),
                w=round((x1 - x0) * across, 1),
                h=round((y1 - y0) * down, 1),
                state="approved" if mark.state == "in_force" else mark.state,
                categories=mark.categories,
                href=f"#mark-{mark.id}",
                at=at,
                movable=mark.id in movable,
                here=mark.id == here and at == 0,
            )
            for mark in view.marks
            for at, (x0, y0, x1, y1) in enumerate(mark.rects)
        ],
    )


@routes.form("/versions/{version_id}/redactions/change", action=Action.CHANGE_REDACTION)
def change_form(
    tx: Tx,
    request: Request,
    version_id: str,
    redaction: Annotated[str, Form()] = "",
    revision: Annotated[str, Form()] = "",
    mode: Annotated[str, Form()] = "",
    x0: Numbers = None,
    y0: Numbers = None,
    x1: Numbers = None,
    y1: Numbers = None,
) -> Response:
    """Move or resize a mark, or show what it has become meanwhile beside what was typed."""
    rects = read_rects(x0, y0, x1, y1)
    wish = {"redaction": redaction, "revision": revision, "rects": rects, "mode": mode or None}
    try:
        mark = changing.change_redaction(tx, version_id, ChangeRedaction.model_validate(wish))
    except (Invalid, ValidationError) as error:
        tx.rollback()
        found = queries.find_redaction(tx, version_id, redaction)
        faults = "; ".join(sorted(set(said_of(error).values())))
        return _not_saved(tx, request, version_id, found, rects, problem=faults, status=422)
    except changing.MarkChanged as fault:
        tx.rollback()
        found = queries.find_redaction(tx, version_id, fault.redaction)
        return _not_saved(tx, request, version_id, found, rects, problem=fault.message, status=409)
    return see_other(place_of(version_id, mark, "changed"))


def _not_saved(
    tx: Transaction,
    request: Request,
    version_id: str,
    mark: RedactionView | None,
    rects: list[tuple[str, ...]],
    *,
    problem: str,
    status: int,
) -> HTMLResponse:
    """Show the page with the mark as it is and the place that was wished for."""
    if mark is None:
        raise Conflict(problem)
    changed = {"mark": mark, "rects": rects, "problem": problem}
    return show_editor(
        tx, request, version_id, mark.page, mark=mark.id, changed=changed, status=status
    )


def place_of(version_id: str, mark: RedactionView, done: str) -> str:
    """Give the address of a mark's page, with what was just done to it."""
    if mark.evidence is not None:
        base = f"/versions/{version_id}/redactions/evidence/{mark.evidence}"
        return f"{base}?done={done}&mark={mark.id}#marks"
    base = f"/versions/{version_id}/redactions/pages"
    return f"{base}/{mark.page}?done={done}&mark={mark.id}"
