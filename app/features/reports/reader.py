"""The pages on which somebody reads a version in their own edition."""

from collections.abc import Sequence
from math import isfinite

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.access.decide import may
from app.domain.actions import Action
from app.domain.targets import Target
from app.features.reports import queries, reading
from app.features.reports.schemas import BoxView, ChipView, OutlineView, PageView
from app.kernel.actor import Side
from app.kernel.errors import Invalid, Unavailable
from app.transaction import Transaction
from app.web.page_view import Anchor, ReaderPage, RedactionBox, Word
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

Rect = tuple[float, float, float, float]

routes = Routes()


@routes.page("/versions/{version_id}", action=Action.READ_VERSION)
def document_page(tx: Tx, request: Request, version_id: str) -> HTMLResponse:
    """Show a version as this person may read it: edition, outline, what is removed."""
    try:
        view = reading.open_document(tx, version_id)
    except Unavailable as error:
        return _preparing(tx, request, error)
    return show(
        tx,
        request,
        "reports/document.html",
        view=view,
        desk=_desk(tx, version_id),
    )


@routes.page("/versions/{version_id}/pages", action=Action.READ_PAGE)
def go_to_page(version_id: str, page: str = "1") -> RedirectResponse:
    """Send the browser to the page whose number was typed."""
    return see_other(f"/versions/{version_id}/pages/{page if page.isdigit() else 1}")


@routes.page("/versions/{version_id}/pages/{number}", action=Action.READ_PAGE)
def page_page(tx: Tx, request: Request, version_id: str, number: int, at: str = "") -> HTMLResponse:
    """Show one page: its picture, its permitted words, and what stands beside it.

    `at` is a place to point out (`10,20,80,32;…`, points), as a search gives it.
    """
    return _page(tx, request, version_id, number, at=at)


def _page(
    tx: Transaction,
    request: Request,
    version_id: str,
    number: int,
    *,
    at: str = "",
    typed: str = "",
    errors: dict[str, str] | None = None,
) -> HTMLResponse:
    try:
        view = reading.open_page(tx, version_id, number)
    except Unavailable as error:
        return _preparing(tx, request, error)
    chips = {chip.id: chip for chip in view.redactions}
    return show(
        tx,
        request,
        "reports/page.html",
        status=422 if errors else 200,
        view=view,
        reader=_reader(view),
        sheet=_sheet(view, chips, found=_rects(at)),
        typed=typed,
        errors=errors or {},
        cards=[_card(chip) for chip in view.redactions],
        outline=_outline(view.outline, version_id, view.page),
        actions=_actions(tx),
        desk=_desk(tx, version_id),
        can_mark=may(tx, Action.PROPOSE_REDACTION, Target("version", version_id)),
    )


@routes.page("/versions/{version_id}/pages/{number}/passage", action=Action.READ_PAGE)
def passage(
    tx: Tx, request: Request, version_id: str, number: int, passage: str = "", about: str = ""
) -> Response:
    """Take a passage that was typed instead of chosen on to a finding or a request."""
    try:
        found = reading.find_words(tx, version_id, number, passage)
    except Invalid as error:
        return _page(tx, request, version_id, number, typed=passage, errors=error.fields)
    except Unavailable as error:
        return _preparing(tx, request, error)
    target = "/requests/new" if about == "request" else "/findings/new"
    return see_other(f"{target}?version={version_id}&page={number}&words={found.words}")


@routes.page("/versions/{version_id}/pages/{number}/image", action=Action.READ_PAGE)
def page_image(tx: Tx, version_id: str, number: int) -> Response:
    """Give one page's pixels, watermarked for this person."""
    image = reading.open_image(tx, version_id, number)
    return Response(image.content, media_type=image.media_type)


@routes.page("/versions/{version_id}/search", action=Action.SEARCH_VERSION)
def search_page(tx: Tx, request: Request, version_id: str, q: str = "") -> Response:
    """Show where a phrase stands in this person's edition."""
    if not q.strip():
        return see_other(f"/versions/{version_id}")
    try:
        found = reading.search_version(tx, version_id, q)
        view = reading.open_document(tx, version_id)
    except Unavailable as error:
        return _preparing(tx, request, error)
    return show(
        tx,
        request,
        "reports/search.html",
        found=found,
        places=[_written(hit.rects) for hit in found.hits],
        view=view,
        outline=_outline(view.outline, version_id, 0),
        reader={
            "report": view.report_title,
            "report_href": f"/versions/{version_id}",
            "version": f"Version {view.version_number}",
            "edition": view.edition.name,
            "withheld": view.edition.withheld,
            "index_href": f"/versions/{version_id}#removed",
            "page": 1,
            "pages": view.pages,
            "prev": None,
            "next": None,
            "go": f"/versions/{version_id}/pages",
            "find": f"/versions/{version_id}/search",
            "query": found.phrase,
        },
    )


def _preparing(tx: Transaction, request: Request, error: Unavailable) -> HTMLResponse:
    """Say that the edition is on its way; the page looks again by itself."""
    page = show(tx, request, "reports/preparing.html", status=503, error=error)
    page.headers["Retry-After"] = "5"
    return page


def _desk(tx: Transaction, version_id: str) -> str | None:
    """Give the address of the desk of a version to those who work on it."""
    report_id = queries.report_of(tx, version_id)
    if not may(tx, Action.READ_REPORT, Target("report", report_id)):
        return None
    return f"/reports/{report_id}/versions/{version_id}"


def _reader(view: PageView) -> dict[str, object]:
    base = f"/versions/{view.version_id}"
    return {
        "report": view.report_title,
        "report_href": base,
        "version": f"Version {view.version_number}",
        "edition": view.edition.name,
        "withheld": view.edition.withheld,
        "index_href": f"{base}#removed",
        "page": view.page,
        "pages": view.pages,
        "prev": f"{base}/pages/{view.page - 1}" if view.page > 1 else None,
        "next": f"{base}/pages/{view.page + 1}" if view.page < view.pages else None,
        "go": f"{base}/pages",
        "find": f"{base}/search",
    }


def _outline(entries: Sequence[OutlineView], version_id: str, page: int) -> list[dict[str, object]]:
    """Give the outline with the entry that this page belongs to."""
    current = max((at for at, e in enumerate(entries) if e.page <= page), default=-1)
    return [
        {
            "label": entry.title,
            "href": f"/versions/{version_id}/pages/{entry.page}",
            "level": entry.level,
            "current": at == current,
        }
        for at, entry in enumerate(entries)
    ]


def _written(rects: Sequence[Rect]) -> str:
    return ";".join(",".join(f"{edge:g}" for edge in rect) for rect in rects)


def _rects(written: str) -> list[Rect]:
    """Read what `_written` wrote; anything else points nothing out."""
    try:
        edges = [[float(edge) for edge in rect.split(",")] for rect in written.split(";")]
        rects = [(x0, y0, x1, y1) for x0, y0, x1, y1 in edges]
    except ValueError:
        return []
    return [rect for rect in rects if all(isfinite(edge) for edge in rect)]


def _sheet(view: PageView, chips: dict[str, ChipView], *, found: Sequence[Rect]) -> ReaderPage:
    across, down = view.width_px / view.width_pt, view.height_px / view.height_pt
    anchors = [
        (rect, "claim", f"Claim {claim.code}", f"#claim-{claim.id}")
        for claim in view.claims
        for rect in claim.rects
    ] + [
        (rect, "finding", f"{finding.number}: {finding.state}", f"/findings/{finding.id}")
        for finding in view.findings
        for rect in finding.rects
    ]
    anchors += [(rect, "found", "What you searched for", f"#page-{view.page}") for rect in found]
    return ReaderPage(
        number=view.page,
        width_px=view.width_px,
        height_px=view.height_px,
        image_url=f"/versions/{view.version_id}/pages/{view.page}/image",
        words=[Word(w.i, w.text, w.x, w.y, w.w, w.h) for w in view.words],
        boxes=[_box(box, chips) for box in view.boxes],
        anchors=[
            Anchor(
                x=round(x0 * across, 1),
                y=round(y0 * down, 1),
                w=round((x1 - x0) * across, 1),
                h=round((y1 - y0) * down, 1),
                kind=kind,
                label=label,
                href=href,
            )
            for (x0, y0, x1, y1), kind, label, href in anchors
        ],
    )


def _box(box: BoxView, chips: dict[str, ChipView]) -> RedactionBox:
    """Give a box as the reader draws it; where redactions meet, all of their categories."""
    found = [chips[i] for i in box.redactions if i in chips]
    codes = dict.fromkeys(code for chip in found for code in chip.categories)
    return RedactionBox(
        id=box.redactions[0] if box.redactions else "none",
        x=box.x,
        y=box.y,
        w=box.w,
        h=box.h,
        categories=tuple(codes),
        character="; ".join(dict.fromkeys(chip.character for chip in found)) or "Removed",
        size=found[0].size if found else "",
    )


def _card(chip: ChipView) -> RedactionBox:
    return RedactionBox(
        id=chip.id,
        x=0,
        y=0,
        w=0,
        h=0,
        categories=chip.categories,
        character=chip.character,
        size=chip.size,
    )


def _actions(tx: Transaction) -> list[dict[str, str]]:
    """Give what a selection offers: findings and requests belong to the reviewing side."""
    if tx.actor.side is not Side.REVIEWER:
        return []
    return [
        {"label": "File a finding", "href": "/findings/new", "icon": "flag"},
        {"label": "Ask about it", "href": "/requests/new", "icon": "ask"},
    ]
