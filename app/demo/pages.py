"""The few pages of the demo's identity provider: the persona picker and short messages."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from app.demo.authorization import AuthorizationRequest
from app.demo.personas import ORGANISATIONS, ROLE_WORDS, DemoOrganisation, people_of
from app.demo.sink import Received

_FOLDER = Path(__file__).parent / "pages"
_pages = Environment(
    loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
_stylesheet = (_FOLDER / "provider.css").read_text(encoding="utf-8")


def picker(asked: AuthorizationRequest, *, organisation: DemoOrganisation) -> HTMLResponse:
    """Return the page on which a person chooses who signs in."""
    people = [
        {
            "subject": person.subject,
            "name": person.name,
            "initials": "".join(word[0] for word in person.name.split()),
            "roles": ", ".join(ROLE_WORDS[role] for role in person.roles),
            "tour": person.tour,
        }
        for person in people_of(organisation.code)
    ]
    page = _pages.get_template("picker.html").render(
        organisation=organisation,
        people=people,
        parameters=asked.parameters,
        wants_two_factors=asked.wants_two_factors,
    )
    # Chromium applies form-action to where the answer redirects as well.
    parts = urlsplit(asked.redirect_uri)
    return _page(page, form_targets=f"'self' {parts.scheme}://{parts.netloc}")


def front(entries: Mapping[str, str]) -> HTMLResponse:
    """Return the front page: each organisation with its way into the portal (code → address)."""
    organisations = [
        {
            "name": organisation.name,
            "href": entries[organisation.code],
            "people": people_of(organisation.code),
        }
        for organisation in ORGANISATIONS
        if organisation.code in entries
    ]
    page = _pages.get_template("front.html").render(
        organisations=organisations, role_words=ROLE_WORDS
    )
    return _page(page)


def mail(mails: Sequence[Received]) -> HTMLResponse:
    """Return the page of the mail that the demo has sent."""
    return _page(_pages.get_template("mail.html").render(mails=mails))


def message(title: str, *, text: str, status: int = 200) -> HTMLResponse:
    """Return a short page that says one thing."""
    page = _pages.get_template("message.html").render(title=title, text=text)
    return _page(page, status=status)


def stylesheet() -> Response:
    """Return the style sheet of the pages."""
    return Response(_stylesheet, media_type="text/css", headers={"cache-control": "no-cache"})


def _page(html: str, *, status: int = 200, form_targets: str = "'none'") -> HTMLResponse:
    policy = (
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"require-trusted-types-for 'script'; form-action {form_targets}"
    )
    return HTMLResponse(html, status_code=status, headers={"content-security-policy": policy})
