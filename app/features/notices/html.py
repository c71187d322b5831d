"""The inbox."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Form, Query, Request, Response
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.features.notices import service
from app.features.notices.schemas import About, MarkNoticesRead, NoticeList, Show
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()

_SHOWS: tuple[tuple[Show, str], ...] = (("all", "All"), ("unread", "Unread"))
_ABOUTS: tuple[tuple[About, str], ...] = (
    ("", "Everything"),
    ("requests", "Requests"),
    ("findings", "Findings and challenges"),
    ("access", "Reviews and access"),
)


@routes.page("/notices", action=Action.LIST_NOTICES)
def list_page(
    tx: Tx,
    request: Request,
    shown: Annotated[str, Query(alias="show")] = "",
    about: str = "",
    page: int = 1,
) -> HTMLResponse:
    """Show what the person was told."""
    wanted_show: Show = "unread" if shown == "unread" else "all"
    wanted_about: About = next((known for known, _ in _ABOUTS if known == about), "")
    found = service.list_notices(tx, show=wanted_show, about=wanted_about, page=max(1, page))
    return show(
        tx,
        request,
        "notices/list.html",
        found=found,
        shows=_chips(found, "show"),
        abouts=_chips(found, "about"),
        here=_address(found.show, found.about),
    )


@routes.form("/notices/read", action=Action.MARK_NOTICES_READ)
def read_form(
    tx: Tx,
    notice_id: Annotated[str, Form(max_length=40)] = "",
    back: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Mark one notice as read, or all; go back to the list as it was."""
    service.mark_read(tx, command_from(MarkNoticesRead, {"notice_id": notice_id or None}))
    known = back == "/notices" or back.startswith("/notices?")
    return see_other(back if known else "/notices")


def _chips(found: NoticeList, what: str) -> list[dict[str, object]]:
    if what == "show":
        return [
            {
                "label": label,
                "href": _address(value, found.about),
                "current": value == found.show,
                "count": found.unread if value == "unread" else None,
            }
            for value, label in _SHOWS
        ]
    return [
        {"label": label, "href": _address(found.show, value), "current": value == found.about}
        for value, label in _ABOUTS
    ]


def _address(shown: Show, about: About) -> str:
    kept = {"show": "" if shown == "all" else shown, "about": about}
    query = urlencode({name: value for name, value in kept.items() if value})
    return f"/notices?{query}" if query else "/notices"
