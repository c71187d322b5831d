"""Pages on which somebody of the publisher looks at a version as an organisation sees it."""

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.features.viewas import service
from app.features.viewas.schemas import PageAsView, SheetView
from app.web.page_view import Anchor, ReaderPage, RedactionBox, Word
from app.web.pages import show
from app.web.routing import Routes, Tx

routes = Routes()


@routes.page("/versions/{version_id}/as/{organisation_id}", action=Action.VIEW_AS)
def version_page(tx: Tx, request: Request, version_id: str, organisation_id: str) -> HTMLResponse:
    """Show what an organisation meets in a version, page by page."""
    view = service.open_version_as(tx, version_id, organisation_id)
    return show(tx, request, "viewas/version.html", view=view)


@routes.page("/versions/{version_id}/as/{organisation_id}/pages/{number}", action=Action.VIEW_AS)
def page_page(
    tx: Tx, request: Request, version_id: str, organisation_id: str, number: int
) -> HTMLResponse:
    """Show one page twice: one's own edition beside what the organisation sees."""
    view = service.open_page_as(tx, version_id, organisation_id, number)
    own = f"/versions/{version_id}/pages/{number}/image"
    theirs = f"/versions/{version_id}/as/{organisation_id}/pages/{number}/image"
    return show(
        tx,
        request,
        "viewas/page.html",
        view=view,
        own=_sheet(view, view.own, own, marks=_differences(view)),
        theirs=_sheet(view, view.theirs, theirs),
    )


@routes.page(
    "/versions/{version_id}/as/{organisation_id}/pages/{number}/image", action=Action.VIEW_AS
)
def page_image(tx: Tx, version_id: str, organisation_id: str, number: int) -> Response:
    """Give one page's pixels as the organisation sees them, watermarked for who looks."""
    image = service.open_image_as(tx, version_id, organisation_id, number)
    return Response(image.content, media_type=image.media_type)


@routes.page("/versions/{version_id}/as/{organisation_id}/evidence/{code}", action=Action.VIEW_AS)
def evidence_page(
    tx: Tx, request: Request, version_id: str, organisation_id: str, code: str, part: int = 1
) -> HTMLResponse:
    """Show lines of an evidence item as the organisation sees them."""
    view = service.open_evidence_as(tx, version_id, organisation_id, code, part=part)
    return show(tx, request, "viewas/evidence.html", view=view)


def _differences(view: PageAsView) -> list[Anchor]:
    """Point out on one's own page the boxes that stand only on theirs."""
    known = {one.id: one for one in view.differences}
    return [
        Anchor(
            x=x, y=y, w=w, h=h, kind="found",
            label=f"Removed for {view.organisation}: {known[ids[0]].character}",
            href=f"#redaction-{ids[0]}",
        )
        for x, y, w, h, removed in view.theirs.boxes
        if (ids := [one for one in removed if one in known])
    ]  # fmt: skip


def _sheet(
    view: PageAsView, sheet: SheetView, image: str, *, marks: list[Anchor] | None = None
) -> ReaderPage:
    known = {one.id: one for one in view.differences}
    return ReaderPage(
        number=view.page,
        width_px=sheet.width_px,
        height_px=sheet.height_px,
        image_url=image,
        words=[Word(at, *word) for at, word in enumerate(sheet.words)],
        boxes=[
            RedactionBox(
                id=removed[0],
                x=x, y=y, w=w, h=h,
                categories=known[removed[0]].categories if removed[0] in known else (),
                character=known[removed[0]].character if removed[0] in known else "Removed here",
            )
            for x, y, w, h, removed in sheet.boxes
            if removed
        ],
        anchors=marks or [],
    )  # fmt: skip
