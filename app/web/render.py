"""Turns a template and what a view says into an HTML page.

Here: the Jinja environment, who is looking (``Viewer``), the filters for numbers and text.
Not here: the filters for moments (moments.py), which template a feature shows, what it may show.

Every template finds: ``viewer`` (or None), ``csrf_token``, ``theme``, ``request``, ``ui`` (the
macros of components.html), ``static_url(path)`` and ``url_with(name=value)``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import nh3
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, pass_context
from jinja2.runtime import Context
from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.web import moments, page_view
from app.web.headers import static_url
from app.web.theme import theme_of

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"

_NUMBER_WORDS = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_MARKDOWN_TAGS = {
    *("p", "br", "hr", "strong", "em", "a", "code", "pre", "blockquote"),
    *("ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"),
}


class RailItem(NamedTuple):
    """One line of the rail: where it leads and how much waits there.

    ``live`` is the address that says the number anew, for a page that stays open; lines of one
    ``group`` follow each other, and stand under its name.
    """

    label: str
    href: str
    waiting: int | None = None
    current: bool = False
    live: str | None = None
    group: str = ""


class Membership(NamedTuple):
    """Another organisation for which the person may act."""

    id: str
    organisation_name: str


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Who is looking, in the words that the page's frame shows.

    ``key`` and ``session_key`` are opaque marks of the membership and of the session: drafts in
    the browser are kept apart by the first and survive a change of the second.
    """

    name: str
    organisation_name: str
    roles: tuple[str, ...]
    rail: tuple[RailItem, ...]
    csrf_token: str
    memberships: tuple[Membership, ...] = ()
    timezone: str = "UTC"
    key: str = ""
    session_key: str = ""
    view_as: str | None = None
    view_as_leave: str | None = None

    @property
    def rail_groups(self) -> list[tuple[str, list[RailItem]]]:
        """Give the lines of the rail by group, in their order; the first has no name."""
        return [(name, list(lines)) for name, lines in groupby(self.rail, key=lambda i: i.group)]


def page(
    request: Request,
    template: str | Template,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: object,
) -> HTMLResponse:
    """Return a page; ``request.state.viewer`` names who looks (absent or None: nobody signed in).

    A signed-out form takes its token from ``request.state.csrf_token``.
    """
    return HTMLResponse(
        render(request, template, **context), status_code=status, headers=dict(headers or {})
    )


def render(request: Request, template: str | Template, **context: object) -> str:
    """Return the text of a page or a part of one; ``without_viewer=True`` leaves the frame out."""
    viewer: Viewer | None = getattr(request.state, "viewer", None)
    if context.pop("without_viewer", False):
        viewer = None
    shared: dict[str, object] = {
        "request": request,
        "viewer": viewer,
        "csrf_token": viewer.csrf_token if viewer else getattr(request.state, "csrf_token", ""),
        "theme": theme_of(request),
        "timezone": viewer.timezone if viewer else "UTC",
        **context,
    }
    # A module made with the page's own variables: filters inside macros know the person's zone,
    # which a plain `import` would lose without a word.
    shared["ui"] = environment().get_template("components.html").make_module(shared)
    return environment().get_template(template).render(shared)


@cache
def environment() -> Environment:
    """Return the one Jinja environment: everything escaped, an unknown name is an error."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        ago=moments.ago,
        due=moments.due,
        date=moments.date,
        day=moments.day,
        exact=moments.exact,
        meeting=moments.meeting,
        plural=plural,
        counted=counted,
        bytes=byte_size,
        spans=spans,
        markdown=markdown,
        text_layer=page_view.text_layer,
        paragraphs=page_view.paragraphs_of,
        signs=page_view.signs_of,
        label_size=page_view.label_size,
    )
    made.globals.update(static_url=static_url, url_with=url_with)
    return made


@pass_context
def url_with(context: Context, **changes: object) -> str:
    """Return this page's address with some query parameters changed (None removes one).

    Changing anything but the page number goes back to the first page.
    """
    request: Request = context["request"]
    replaced = set(changes) | (set() if "page" in changes else {"page"})
    pairs = [(k, v) for k, v in request.query_params.multi_items() if k not in replaced]
    pairs += [(k, str(v)) for k, v in changes.items() if v not in (None, "")]
    return request.url.path + ("?" + urlencode(pairs) if pairs else "")


def plural(count: int, one: str, many: str) -> str:
    """Return ``1 request`` or ``7 requests``."""
    return f"{count:,} {one if count == 1 else many}"


def counted(count: int, one: str, many: str) -> str:
    """Return the number in a word, for titles: ``No requests``, ``Seven requests``."""
    number = _NUMBER_WORDS[count].capitalize() if count < len(_NUMBER_WORDS) else f"{count:,}"
    return f"{number} {one if count == 1 else many}"


def spans(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Return runs of numbers as first and last: 3, 4, 5, 9 are ``3–5, 9``."""
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def byte_size(count: int) -> str:
    """Return a size in words a person reads: ``812 bytes``, ``1.4 MB``."""
    if count < 1000:
        return plural(count, "byte", "bytes")
    power = 3 if count >= 999_500_000 else 2 if count >= 999_500 else 1
    size, unit = count / 1000**power, ("kB", "MB", "GB")[power - 1]
    return f"{size:.1f} {unit}" if size < 9.95 else f"{size:.0f} {unit}"


def markdown(text: str) -> Markup:
    """Return somebody's Markdown as safe HTML: no raw HTML, no images, links to the web only.

    Headings become strong paragraphs, so that nobody's text bends the outline of the page.
    """
    environment_of_parse: dict[str, Any] = {}
    tokens = _MARKDOWN.parse(text, environment_of_parse)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "p"
            if token.nesting == 1:
                token.attrSet("class", "strong")
    clean = nh3.clean(
        _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, environment_of_parse),
        tags=_MARKDOWN_TAGS,
        attributes={"*": set(), "a": {"href"}},
        allowed_classes={"p": {"strong"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(clean)  # noqa: S704 – nh3 has just cleaned it
