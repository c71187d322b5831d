"""The inbox, what comes by mail, and the outbox."""

from typing import Annotated, get_args
from urllib.parse import urlencode

from fastapi import Form, Query, Request, Response
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.domain.mails import MODES, STATES
from app.features.notices import choosing, outbox, service
from app.features.notices.schemas import (
    About,
    MailState,
    MarkNoticesRead,
    NoticeList,
    RetryMail,
    SetMailWording,
    SetPreferences,
    Show,
)
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()

TONES = {"sent": "good", "dead": "danger", "failed": "warn"}

_SHOWS: tuple[tuple[Show, str], ...] = (("all", "All"), ("unread", "Unread"))
_ABOUTS: tuple[tuple[About, str], ...] = (
    ("", "Everything"),
    ("requests", "Requests"),
    ("findings", "Findings and challenges"),
    ("access", "Reviews and access"),
    ("opinions", "Advice and assurances"),
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


@routes.page("/notices/preferences", action=Action.LIST_NOTICES)
def preferences_page(tx: Tx, request: Request, saved: str = "") -> HTMLResponse:
    """Show what comes by mail, and what became of the latest mails."""
    modes = [{"value": m, "label": words[0], "help": words[1]} for m, words in MODES.items()]
    found = choosing.read_preferences(tx)
    return show(
        tx,
        request,
        "notices/preferences.html",
        found=found,
        modes=modes,
        tones=TONES,
        saved=saved == "yes",
    )


@routes.form("/notices/preferences", action=Action.SET_PREFERENCES)
def preferences_form(tx: Tx, mode: Annotated[str, Form()] = "") -> Response:
    """Choose what comes by mail."""
    choosing.set_preferences(tx, command_from(SetPreferences, {"mode": mode}))
    return see_other("/notices/preferences?saved=yes")


@routes.form("/organisations/{organisation_id}/mails", action=Action.CHANGE_MAIL_WORDING)
def wording_form(tx: Tx, organisation_id: str, link_only: Annotated[str, Form()] = "") -> Response:
    """Decide whether the mails to an organisation say more than that something waits."""
    command = command_from(SetMailWording, {"link_only": link_only == "yes"})
    choosing.set_mail_wording(tx, organisation_id, command)
    return see_other("/notices/preferences?saved=yes")


@routes.page("/mails", action=Action.READ_MAILS)
def mails_page(tx: Tx, request: Request, state: str = "", page: int = 1) -> HTMLResponse:
    """Show what became of the mails."""
    known: MailState = next((s for s in get_args(MailState) if s == state), "")
    found = outbox.list_mails(tx, state=known, page=max(1, page))
    chips = [{"label": "All", "href": "/mails", "current": not known}] + [
        {
            "label": label,
            "href": f"/mails?state={name}",
            "current": name == known,
            "count": found.counts[name],
        }
        for name, label in STATES.items()
    ]
    return show(tx, request, "notices/mails.html", found=found, chips=chips, tones=TONES)


@routes.form("/mails/retry", action=Action.RETRY_MAIL)
def retry_form(tx: Tx, mail_id: Annotated[str, Form(max_length=40)] = "") -> Response:
    """Have a mail that was given up tried again."""
    outbox.retry_mail(tx, command_from(RetryMail, {"mail_id": mail_id}))
    return see_other("/mails")


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
