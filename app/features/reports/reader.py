"""The pages on which somebody reads a version in their own edition."""

from collections.abc import Sequence

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.access.attached import goes_with, is_dossier
from app.access.comparing import versions_before
from app.access.decide import may
from app.access.material import told_on
from app.domain.actions import Action
from app.domain.passages import rects_from, written
from app.domain.targets import Target
from app.features.reports import looking, queries, reading
from app.features.reports.looking import Look, look_of
from app.features.reports.schemas import ChipView
from app.kernel.actor import Side
from app.kernel.errors import Invalid, Unavailable
from app.transaction import Transaction
from app.web.page_view import RedactionBox
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

NO_CHOICE = Look()

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
        goes_with=goes_with(tx, version_id),
        can_ask=bool(_actions(tx, version_id)),
        material=told_on(tx, [version_id]),
        has_earlier=not is_dossier(tx, version_id) and bool(versions_before(tx, version_id)),
        can_copy=may(tx, Action.DOWNLOAD_VERSION, Target("version", version_id)),
    )


@routes.page("/versions/{version_id}/pages", action=Action.READ_PAGE)
def go_to_page(
    version_id: str, page: str = "1", zoom: str = "", view: str = "", q: str = ""
) -> RedirectResponse:
    """Send the browser to the page whose number was typed."""
    look = look_of(zoom=zoom, view=view, phrase=q)
    return see_other(look.page(version_id, int(page) if page.isdecimal() and len(page) < 7 else 1))


@routes.page("/versions/{version_id}/pages/{number}", action=Action.READ_PAGE)
def page_page(
    tx: Tx,
    request: Request,
    version_id: str,
    number: int,
    at: str = "",
    gone: str = "",
    zoom: str = "",
    view: str = "",
    q: str = "",
) -> HTMLResponse:
    """Show one page: its picture, its permitted words, and what stands beside it.

    `at` is a place to point out (`10,20,80,32;…`, points), as a search or a link gives it; `q` is
    what is searched for; `gone` is a note that was just removed, to be brought back.
    """
    look = look_of(zoom=zoom, view=view, phrase=q)
    return _page(tx, request, version_id, number, look=look, at=at, gone=gone)


def _page(
    tx: Transaction,
    request: Request,
    version_id: str,
    number: int,
    *,
    look: Look = NO_CHOICE,
    at: str = "",
    gone: str = "",
    typed: str = "",
    errors: dict[str, str] | None = None,
) -> HTMLResponse:
    try:
        view = reading.open_page(tx, version_id, number, at=rects_from(at))
    except Unavailable as error:
        return _preparing(tx, request, error)
    chips = {chip.id: chip for chip in view.redactions}
    found = reading.places_on(view, look.phrase)
    outside = _actions(tx, version_id)
    return show(
        tx,
        request,
        "reports/page.html",
        status=422 if errors else 200,
        view=view,
        reader=looking.frame(view, look),
        sheet=looking.sheet(view, chips, look, found=found, linked=rects_from(at)),
        hits=looking.hits(view, look, found, at),
        typed=typed,
        errors=errors or {},
        cards=_cards(tx, version_id, view.redactions),
        outline=looking.outline(view.outline, version_id, view.page, look),
        actions=[*outside, *_inside_actions(tx, version_id)],
        can_file=bool(outside),
        desk=_desk(tx, version_id),
        goes_with=goes_with(tx, version_id),
        gone=gone if gone.startswith("rdn_") else "",
        can_share=tx.actor.side is Side.REVIEWER,
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
    if about == "claim":
        return see_other(f"/versions/{version_id}/claims/new?page={number}&words={found.words}")
    if about == "note":
        return see_other(f"/versions/{version_id}/notes?page={number}&words={found.words}")
    target = "/requests/new" if about == "request" else "/findings/new"
    return see_other(f"{target}?version={version_id}&page={number}&words={found.words}")


@routes.page("/versions/{version_id}/pages/{number}/image", action=Action.READ_PAGE)
def page_image(tx: Tx, version_id: str, number: int, fine: bool = False) -> Response:
    """Give one page's pixels, watermarked for this person; `fine` ones for a dense screen."""
    image = reading.open_image(tx, version_id, number, fine=fine)
    return Response(image.content, media_type=image.media_type)


@routes.page("/versions/{version_id}/pages/{number}/thumbnail", action=Action.READ_PAGE)
def page_thumbnail(tx: Tx, version_id: str, number: int) -> Response:
    """Give one page's pixels made small, watermarked for this person."""
    image = reading.open_image(tx, version_id, number, small=True)
    return Response(image.content, media_type=image.media_type)


@routes.page("/versions/{version_id}/search", action=Action.SEARCH_VERSION)
def search_page(
    tx: Tx,
    request: Request,
    version_id: str,
    q: str = "",
    after: int = 0,
    before: int = 0,
    zoom: str = "",
    view: str = "",
) -> Response:
    """Show where a phrase stands in this person's edition, or go on to the next page with it.

    `after` and `before` are pages to go on from; past the last place it begins again.
    """
    look = look_of(zoom=zoom, view=view, phrase=q)
    if not look.phrase:
        return see_other(f"/versions/{version_id}")
    try:
        found = reading.search_version(tx, version_id, q)
        if (after or before) and found.hits:
            hit = reading.next_hit(found.hits, after=after, before=before)
            return see_other(look.page(version_id, hit.page, at=written(hit.rects)))
        document = reading.open_document(tx, version_id)
    except Unavailable as error:
        return _preparing(tx, request, error)
    return show(
        tx,
        request,
        "reports/search.html",
        found=found,
        places=[look.page(version_id, hit.page, at=written(hit.rects)) for hit in found.hits],
        view=document,
        outline=looking.outline(document.outline, version_id, 0, look),
        reader=looking.frame_of_search(document, found.phrase),
    )


def _cards(tx: Transaction, version_id: str, chips: Sequence[ChipView]) -> list[RedactionBox]:
    """Give the redactions of a page, each with the way to challenge it, or to file a finding on it.

    One is asked about for all: they differ in nothing that decides, and the form decides anew.
    """
    challengeable = (
        bool(chips)
        and tx.actor.side is Side.REVIEWER
        and may(tx, Action.CHALLENGE_REDACTION, Target("redaction", chips[0].id))
    )
    reviewed = version_id if chips and _actions(tx, version_id) else None
    return [looking.card(chip, challengeable=challengeable, reviewed=reviewed) for chip in chips]


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


def _actions(tx: Transaction, version_id: str) -> list[dict[str, str]]:
    """Give what a selection offers: findings and requests belong to the reviewing side.

    Of what came with an answer no review was opened; its answer is returned, or asked about.
    """
    if tx.actor.side is not Side.REVIEWER or is_dossier(tx, version_id):
        return []
    return [
        {"label": "File a finding", "about": "finding", "href": "/findings/new", "icon": "flag"},
        {"label": "Ask about it", "about": "request", "href": "/requests/new", "icon": "ask"},
    ]


def _inside_actions(tx: Transaction, version_id: str) -> list[dict[str, str]]:
    """Give what a selection offers to those who prepare the version: its claims are theirs."""
    if not may(tx, Action.MARK_CLAIM, Target("version", version_id)):
        return []
    marking = f"/versions/{version_id}/claims/new"
    return [{"label": "Make a claim", "about": "claim", "href": marking, "icon": "check"}]
