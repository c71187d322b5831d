"""Pages of redactions: the editor of a page, search and mark, the list that approvers decide."""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from app.access.decide import may, may_all
from app.domain.actions import Action
from app.domain.categories import CATEGORIES
from app.domain.targets import Target
from app.features.redactions import queries, service
from app.features.redactions.schemas import (
    DecideRedactions,
    EditorView,
    GroupView,
    Place,
    ProposeRedactions,
    WithdrawRedactions,
)
from app.kernel.errors import Conflict, Invalid, VitrineError
from app.transaction import Transaction
from app.web.page_view import EditorPage, Mark
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()

STATEMENT = (
    "It does not hide a concerning finding, an error, non-compliance or embarrassment, does not "
    "limit competition, and does not delay what does not qualify."
)
STATES = (
    ("", "All"),
    ("proposed", "Waiting"),
    ("approved", "Approved"),
    ("in_force", "In force"),
    ("refused", "Refused"),
    ("withdrawn", "Withdrawn"),
)
_CATEGORIES = [
    {"value": c.code, "label": f"{c.code} · {c.name}", "help": c.explanation} for c in CATEGORIES
]
_NARROW = [{"value": c["value"], "label": c["label"]} for c in _CATEGORIES]
_MODES = [
    {"value": "padded", "label": "Padded: grows to whole words and steps"},
    {"value": "line", "label": "Line: the whole line, for names"},
    {"value": "block", "label": "Block: the whole paragraph"},
    {"value": "tight", "label": "Tight: just the rectangle"},
]


def _fields(error: Invalid | ValidationError) -> dict[str, str]:
    if isinstance(error, Invalid):
        return error.fields or {"form": error.message}
    said = {
        "categories": "Choose one to three categories.",
        "character": "Say in public-safe words what is removed.",
        "justification": "Say why it must not be known.",
        "places": "Choose at least one place.",
    }
    names = [str(e["loc"][0]) for e in error.errors() if e["loc"]]
    return {name: said.get(name, "This needs another look.") for name in names}


@routes.page("/versions/{version_id}/redactions", action=Action.LIST_REDACTIONS)
def list_page(
    tx: Tx, request: Request, version_id: str, state: str = "", category: str = ""
) -> HTMLResponse:
    """Show the redactions of a version by the reason they share, undecided ones first."""
    return _list_page(tx, request, version_id, state=state, category=category)


def _list_page(
    tx: Transaction,
    request: Request,
    version_id: str,
    *,
    state: str = "",
    category: str = "",
    problem: VitrineError | None = None,
    problem_group: str = "",
) -> HTMLResponse:
    groups = service.list_groups(tx, version_id, state=state, category=category)
    version, title = queries.get_version(tx, version_id)
    target = Target("version", version_id)
    return show(
        tx,
        request,
        "redactions/list.html",
        status=problem.status if problem else 200,
        version=version,
        report_title=title,
        groups=groups,
        decidable=_allowed(tx, Action.DECIDE_REDACTION, groups),
        withdrawable=_allowed(tx, Action.WITHDRAW_REDACTION, groups),
        undecided=sum(group.undecided for group in groups),
        can_open=may(tx, Action.READ_PAGE, target),
        can_propose=may(tx, Action.PROPOSE_REDACTION, target),
        statement=STATEMENT,
        chosen={"state": state, "category": category},
        states=STATES,
        codes=sorted({code for group in groups for code in group.categories}),
        problem=problem,
        problem_group=problem_group,
    )


def _allowed(tx: Transaction, action: Action, groups: list[GroupView]) -> set[str]:
    """Give the groups of which this person may decide, or withdraw, every undecided mark."""
    asked = [
        (group.id, mark.id)
        for group in groups
        for mark in group.redactions
        if mark.state == "proposed"
    ]
    answers = may_all(tx, [(action, Target("redaction", mark)) for _, mark in asked])
    refused = {group for (group, _), good in zip(asked, answers, strict=True) if not good}
    return {group for group, _ in asked} - refused


@routes.page("/versions/{version_id}/redactions/pages/{number}", action=Action.LIST_REDACTIONS)
def editor_page(tx: Tx, request: Request, version_id: str, number: int) -> HTMLResponse:
    """Show a page to draw on, with its marks."""
    return _editor_page(tx, request, version_id, number)


@routes.page("/versions/{version_id}/redactions/pages", action=Action.LIST_REDACTIONS)
def go_to_page(version_id: str, page: str = "1") -> Response:
    """Send the browser to the page whose number was typed."""
    return see_other(f"/versions/{version_id}/redactions/pages/{page if page.isdigit() else 1}")


def _editor_page(
    tx: Transaction,
    request: Request,
    version_id: str,
    number: int,
    *,
    typed: dict[str, object] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    view = service.open_editor(tx, version_id, number)
    return show(
        tx,
        request,
        "redactions/editor.html",
        status=status,
        view=view,
        sheet=_sheet(view),
        reader=_reader(view),
        can_propose=may(tx, Action.PROPOSE_REDACTION, Target("version", version_id)),
        categories=_NARROW,
        modes=_MODES,
        typed=typed or {},
        errors=errors or {},
    )


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


def _sheet(view: EditorView) -> EditorPage:
    across, down = view.width_px / view.width_pt, view.height_px / view.height_pt
    return EditorPage(
        number=view.page,
        width_px=view.width_px,
        height_px=view.height_px,
        width_pt=view.width_pt,
        height_pt=view.height_pt,
        image_url=f"/versions/{view.version_id}/pages/{view.page}/image",
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
            )
            for mark in view.marks
            for x0, y0, x1, y1 in mark.rects
        ],
    )


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
    version, title = queries.get_version(tx, version_id)
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
        categories=_CATEGORIES,
        modes=_MODES,
        typed=typed or {},
        errors=errors or {},
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
    x0: Annotated[str, Form()] = "",
    y0: Annotated[str, Form()] = "",
    x1: Annotated[str, Form()] = "",
    y1: Annotated[str, Form()] = "",
    categories: Annotated[list[str] | None, Form()] = None,
    character: Annotated[str, Form()] = "",
    justification: Annotated[str, Form()] = "",
    mode: Annotated[str, Form()] = "",
    expires_on: Annotated[str, Form()] = "",
) -> Response:
    """Propose what was drawn on a page, or the hits that were chosen."""
    rect = {"x0": x0, "y0": y0, "x1": x1, "y1": y1}
    reason: dict[str, object] = {
        "categories": categories or [], "character": character, "justification": justification,
        "mode": mode, "expires_on": expires_on,
    }  # fmt: skip
    where = read_places(places or []) if q else [{"page": page, "rects": [tuple(rect.values())]}]
    wish = {**reason, "mode": mode or None, "expires_on": expires_on or None, "places": where}
    try:
        service.propose_redactions(tx, version_id, ProposeRedactions.model_validate(wish))
    except (Invalid, ValidationError) as error:
        tx.rollback()
        typed: dict[str, object] = {**reason, **rect, "places": places or []}
        errors = _fields(error)
        if q:
            return _search_page(
                tx, request, version_id, q, whole_words=bool(whole), typed=typed, errors=errors,
                status=422,
            )  # fmt: skip
        if "places" in errors:
            errors["x0"] = "Draw a rectangle, or type its four numbers."
            del errors["places"]
        return _editor_page(tx, request, version_id, page, typed=typed, errors=errors, status=422)
    base = f"/versions/{version_id}/redactions"
    return see_other(f"{base}?state=proposed" if q else f"{base}/pages/{page}?done=proposed")


@routes.form("/versions/{version_id}/redactions/decide", action=Action.DECIDE_REDACTION)
def decide_form(
    tx: Tx,
    request: Request,
    version_id: str,
    group: Annotated[str, Form()] = "",
    decision: Annotated[str, Form()] = "",
    statement: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    state: Annotated[str, Form()] = "",
) -> Response:
    """Approve or refuse a group, then go on with the list as it was."""
    try:
        command = DecideRedactions(
            groups=(group,),
            approve=decision == "approve",
            statement=bool(statement),
            reason=reason,
        )
        service.decide_redactions(tx, version_id, command)
    except ValidationError:
        tx.rollback()
        problem = Invalid("The reason is longer than 2000 characters.")
        return _list_page(tx, request, version_id, problem=problem, problem_group=group)
    except (Invalid, Conflict) as error:
        tx.rollback()
        return _list_page(tx, request, version_id, problem=error, problem_group=group)
    left = "?state=proposed" if state == "proposed" else ""
    return see_other(f"/versions/{version_id}/redactions{left}")


@routes.form("/versions/{version_id}/redactions/withdraw", action=Action.WITHDRAW_REDACTION)
def withdraw_form(
    tx: Tx,
    request: Request,
    version_id: str,
    group: Annotated[str, Form()] = "",
    redaction: Annotated[str, Form()] = "",
) -> Response:
    """Withdraw one's own undecided proposals."""
    command = WithdrawRedactions(
        groups=(group,) if group else (), redactions=(redaction,) if redaction else ()
    )
    try:
        service.withdraw_redactions(tx, version_id, command)
    except Conflict as error:
        tx.rollback()
        return _list_page(tx, request, version_id, problem=error, problem_group=group)
    return see_other(f"/versions/{version_id}/redactions")
