"""Sign-in as a browser walks through it, and the choices that belong to the browser."""

import re
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.domain.actions import Action
from app.features.identity import service, sessions
from app.features.identity.schemas import (
    FinishedSignIn,
    ProviderAnswer,
    SignInRefused,
    SwitchOrganisation,
)
from app.kernel.actor import Side
from app.kernel.errors import NotFound
from app.transaction import Transaction
from app.web import render
from app.web.limits import limit
from app.web.pages import see_other
from app.web.routing import Public, Routes, Tx, installation_of
from app.web.session import clear_cookie, set_cookie
from app.web.theme import local_path, remember_theme

routes = Routes()

BROWSER_COOKIE = "__Host-vitrine-sign-in"
ENTRY_COOKIE = "__Host-vitrine-entry"
STARTS_PER_MINUTE = 30
ANSWERS_PER_MINUTE = 30
_TEN_MINUTES, _YEAR = 600, 365 * 24 * 3600
_ENTRY = re.compile(r"[a-z0-9][a-z0-9-]{1,63}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_UNKNOWN_ENTRY = "No sign-in is known by that name. Ask the person who invited you for it."


@routes.page("/sign-in", action=Public("the way in"))
def sign_in_page(
    tx: Tx, request: Request, next: str = "/", state: str = "", entry: str = ""
) -> Response:
    """Ask for the organisation's sign-in name; who is signed in already goes on."""
    if tx.actor.side is not Side.NONE:
        return see_other(local_path(next))
    return _sign_in_form(
        request,
        entry=entry or request.cookies.get(ENTRY_COOKIE, ""),
        next_path=local_path(next),
        signed_out=state == "signed-out",
    )


@routes.form("/sign-in", action=Public("the way in"))
def choose_organisation(
    request: Request, entry: Annotated[str, Form()] = "", next: Annotated[str, Form()] = "/"
) -> Response:
    """Remember the sign-in name and go on to it; whether it exists shows only there.

    The page sends itself on: a redirect out of a form would need every provider's address in the
    content-security-policy, and would tell which there are.
    """
    limit(request, "sign-in", per_minute=STARTS_PER_MINUTE)
    wished = entry.strip().lower()
    next_path = local_path(next)
    if not _ENTRY.fullmatch(wished):
        return _sign_in_form(
            request, entry=entry[:64], next_path=next_path, error=_UNKNOWN_ENTRY, status=422
        )
    onward = f"/sign-in/{wished}?{urlencode({'next': next_path})}"
    response = render.page(request, "identity/onward.html", onward=onward)
    response.headers["Refresh"] = f"0; url={onward}"
    response.set_cookie(
        ENTRY_COOKIE, wished, max_age=_YEAR, secure=True, httponly=True, samesite="lax"
    )
    return response


@routes.page("/sign-in/callback", action=Public("the identity provider's answer"))
def answer_page(
    tx: Tx,
    request: Request,
    state: str = "",
    code: str | None = None,
    iss: str | None = None,
    error: str | None = None,
) -> Response:
    """Take the provider's answer: a session, or a neutral refusal."""
    limit(request, "answer", per_minute=ANSWERS_PER_MINUTE)
    answer = ProviderAnswer(state=state, code=code, issuer=iss, error=error)
    try:
        finished = service.finish_sign_in(
            tx, answer=answer, browser=request.cookies.get(BROWSER_COOKIE)
        )
    except SignInRefused as refusal:
        return render.page(request, "identity/refused.html", status=refusal.status, refusal=refusal)
    return _signed_in(tx, finished)


@routes.page("/sign-in/{entry}", action=Public("the way in"))
def start_sign_in(
    tx: Tx, request: Request, entry: str, next: str = "/", invitation: str | None = None
) -> Response:
    """Send the browser to the organisation's identity provider."""
    limit(request, "sign-in", per_minute=STARTS_PER_MINUTE)
    browser = request.cookies.get(BROWSER_COOKIE, "")
    try:
        started = service.start_sign_in(
            tx,
            entry=entry,
            browser=browser if _SECRET.fullmatch(browser) else None,
            next_path=local_path(next),
            invitation=invitation,
        )
    except NotFound:
        return _sign_in_form(
            request, entry=entry[:64], next_path=local_path(next), error=_UNKNOWN_ENTRY, status=404
        )
    response = RedirectResponse(started.url, status_code=303)
    response.set_cookie(
        BROWSER_COOKIE,
        started.browser,
        max_age=_TEN_MINUTES,
        secure=True,
        httponly=True,
        samesite="lax",
    )
    return response


@routes.page("/invitations/{token}", action=Public("the holder of the link was invited"))
def invitation_page(tx: Tx, request: Request, token: str) -> Response:
    """Show what one is invited to, and the way to sign in."""
    limit(request, "invitation", per_minute=STARTS_PER_MINUTE)
    try:
        invitation = service.find_invitation(tx, token=token)
    except NotFound:
        return render.page(request, "identity/invitation_gone.html", status=404)
    return render.page(
        request,
        "identity/invitation.html",
        invitation=invitation,
        ways=[
            {"host": host, "href": f"/sign-in/{entry}?{urlencode({'invitation': token})}"}
            for entry, host in invitation.entries
        ],
    )


@routes.form("/sign-out", action=Public("ends whatever session there is"))
def sign_out(tx: Tx, request: Request) -> Response:
    """End the session here, then the provider's own."""
    onward = None
    if tx.actor.side is not Side.NONE:
        onward = sessions.sign_out(tx).end_session_url
    response = render.page(request, "identity/signed_out.html", onward=onward)
    if onward is not None:
        response.headers["Refresh"] = f"0; url={onward}"
    clear_cookie(response)
    return response


@routes.form("/acting-organisation", action=Action.SWITCH_ORGANISATION)
def switch_organisation(tx: Tx, membership: Annotated[str, Form()] = "") -> Response:
    """Act for another organisation, in a new session."""
    command = SwitchOrganisation(membership=membership)
    return _signed_in(tx, sessions.switch_organisation(tx, command=command))


@routes.form("/theme", action=Public("a choice that stays in the browser"))
def choose_theme(
    request: Request, theme: Annotated[str, Form()] = "", next: Annotated[str, Form()] = "/"
) -> Response:
    """Keep the choice between light and dark."""
    return remember_theme(request, theme=theme, back_to=next)


def _signed_in(tx: Transaction, finished: FinishedSignIn) -> RedirectResponse:
    response = see_other(local_path(finished.next_path))
    set_cookie(response, finished.token, tx.installation.settings)
    return response


def _sign_in_form(
    request: Request,
    *,
    entry: str,
    next_path: str,
    error: str | None = None,
    signed_out: bool = False,
    status: int = 200,
) -> HTMLResponse:
    known = installation_of(request).settings
    directory = f"http://127.0.0.1:{known.demo_provider_port}/" if known.demo else None
    return render.page(
        request,
        "identity/sign_in.html",
        demo_directory=directory,
        status=status,
        entry=entry,
        next_path=next_path,
        error=error,
        signed_out=signed_out,
    )
