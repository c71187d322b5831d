"""Pages of what an edition withholds: index, figures, summary; the publisher's record of it."""

from collections.abc import Sequence

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from app.access.decide import may
from app.domain.actions import Action
from app.domain.categories import BY_CODE
from app.domain.targets import Target
from app.domain.withheld import Count
from app.features.withheld import files, record, said_html, service
from app.features.withheld.schemas import FiguresView, Wish
from app.kernel.actor import Side
from app.kernel.errors import Unavailable
from app.transaction import Transaction
from app.web.pages import show
from app.web.routing import Routes, Tx

routes = Routes()
routes.adopt(said_html.routes)
_PATH = "/versions/{version_id}/withheld"


@routes.page(_PATH, action=Action.READ_VERSION)
def index_page(
    tx: Tx,
    request: Request,
    version_id: str,
    category: str = "",
    section: str = "",
    on_page: str = "",
    state: str = "",
    sort: str = "",
    page: str = "1",
) -> HTMLResponse:
    """Show what is removed from this person's own edition."""
    wish = _wish(category, section, on_page, state, sort, page)
    try:
        view = service.read_index(tx, version_id, wish)
    except Unavailable as error:
        return _preparing(tx, request, error)
    return show(
        tx,
        request,
        "withheld/index.html",
        view=view,
        wish=wish,
        places=_places(tx, version_id, current="index"),
        names={code: known.name for code, known in BY_CODE.items()},
        reviews=tx.actor.side is Side.REVIEWER,
    )


def _wish(category: str, section: str, on_page: str, state: str, sort: str, page: str) -> Wish:
    return Wish(
        category=category,
        section=section,
        on_page=_number(on_page),
        state=state,
        sort=sort,
        page=_number(page) or 1,
    )


def _number(typed: str) -> int | None:
    """Read a number that stands in an address; anything else is none."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else None


@routes.page(f"{_PATH}.csv", action=Action.READ_VERSION)
def index_csv(tx: Tx, version_id: str) -> Response:
    """Give the index of this person's own edition as CSV."""
    return files.index_csv(service.take_index(tx, version_id))


@routes.page(f"{_PATH}/figures", action=Action.READ_VERSION)
def figures_page(tx: Tx, request: Request, version_id: str) -> HTMLResponse:
    """Show counts of what is removed from this person's own edition."""
    try:
        view = service.read_figures(tx, version_id)
    except Unavailable as error:
        return _preparing(tx, request, error)
    return _figures(tx, request, view, current="figures")


def _figures(tx: Transaction, request: Request, view: FiguresView, *, current: str) -> HTMLResponse:
    return show(
        tx,
        request,
        "withheld/figures.html",
        view=view,
        section_bars=_bars(view.sections),
        category_bars=_bars(view.categories),
        names={code: known.name for code, known in BY_CODE.items()},
        places=_places(tx, view.version_id, current=current),
    )


def _bars(counts: Sequence[Count]) -> list[dict[str, object]]:
    """Give each count's bar in hundredths of the longest: all of it, and the withheld part."""
    most = max((count.all for count in counts), default=0) or 1
    return [
        {
            "name": count.name,
            "all": round(100 * count.all / most, 1),
            "withheld": round(100 * count.withheld / most, 1),
        }
        for count in counts
    ]


@routes.page(f"{_PATH}/statement", action=Action.READ_VERSION)
def statement_page(tx: Tx, request: Request, version_id: str) -> HTMLResponse:
    """Show the summary statement of this person's own edition, to be printed or taken along."""
    try:
        view = service.make_summary(tx, version_id)
    except Unavailable as error:
        return _preparing(tx, request, error)
    return show(
        tx,
        request,
        "withheld/statement.html",
        view=view,
        names={code: known.name for code, known in BY_CODE.items()},
        places=_places(tx, version_id, current="statement"),
    )


@routes.page(f"{_PATH}/statement.md", action=Action.READ_VERSION)
def statement_markdown(tx: Tx, version_id: str) -> Response:
    """Give the summary statement as Markdown."""
    return files.summary_file(service.make_summary(tx, version_id), "md")


@routes.page(f"{_PATH}/statement.txt", action=Action.READ_VERSION)
def statement_text(tx: Tx, version_id: str) -> Response:
    """Give the summary statement as plain text."""
    return files.summary_file(service.make_summary(tx, version_id), "txt")


@routes.page(f"{_PATH}/record", action=Action.READ_REDACTION_RECORD)
def record_page(
    tx: Tx,
    request: Request,
    version_id: str,
    category: str = "",
    section: str = "",
    on_page: str = "",
    state: str = "",
    sort: str = "",
    page: str = "1",
) -> HTMLResponse:
    """Show the publisher's record of all redactions, restricted reasons included."""
    wish = _wish(category, section, on_page, state, sort, page)
    return show(
        tx,
        request,
        "withheld/record.html",
        view=record.read_record(tx, version_id, wish),
        wish=wish,
        masked=files.MASKED,
        places=_places(tx, version_id, current="record"),
    )


@routes.page(f"{_PATH}/record.csv", action=Action.READ_REDACTION_RECORD)
def record_csv(tx: Tx, version_id: str) -> Response:
    """Give the publisher's record as CSV."""
    return files.record_csv(record.take_record(tx, version_id))


@routes.page(f"{_PATH}/record/figures", action=Action.READ_REDACTION_RECORD)
def record_figures_page(tx: Tx, request: Request, version_id: str) -> HTMLResponse:
    """Show counts of all redactions that withhold from somebody."""
    view = record.count_record(tx, version_id)
    return _figures(tx, request, view, current="record-figures")


def _places(tx: Transaction, version_id: str, *, current: str) -> list[dict[str, object]]:
    """Give the places of this room that the acting person may enter."""
    target = Target("version", version_id)
    base = f"/versions/{version_id}/withheld"
    own = [("index", "What is removed", base), ("figures", "Figures", f"{base}/figures"),
           ("statement", "Summary", f"{base}/statement")]  # fmt: skip
    whole = [("record", "Record", f"{base}/record"),
             ("record-figures", "Figures of the record", f"{base}/record/figures"),
             ("assessments", "Assessments", f"{base}/assessments")]  # fmt: skip
    offered = (own if may(tx, Action.READ_VERSION, target) else []) + (
        whole if may(tx, Action.READ_REDACTION_RECORD, target) else []
    )
    return [
        {"label": label, "href": href, "current": name == current} for name, label, href in offered
    ]


def _preparing(tx: Transaction, request: Request, error: Unavailable) -> HTMLResponse:
    """Say that the edition is on its way; the page looks again by itself."""
    page = show(tx, request, "reports/preparing.html", status=503, error=error)
    page.headers["Retry-After"] = "5"
    return page
