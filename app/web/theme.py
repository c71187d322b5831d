"""The choice between light and dark, and where a form may send a person back to.

Here: the cookie of the theme. Not here: its colours (static/css/tokens.css).
"""

from starlette.requests import Request
from starlette.responses import RedirectResponse

THEME_COOKIE = "vitrine-theme"
THEMES = ("system", "light", "dark")

_YEAR_SECONDS = 365 * 24 * 3600


def theme_of(request: Request) -> str:
    """Return the chosen theme: system, light or dark."""
    chosen = request.cookies.get(THEME_COOKIE, "system")
    return chosen if chosen in THEMES else "system"


def remember_theme(request: Request, *, theme: str, back_to: str) -> RedirectResponse:
    """Answer the theme form: keep the choice for a year and return to the page it came from."""
    response = RedirectResponse(local_path(back_to), status_code=303)
    # Readable by the page's own module, which sets the same cookie; it says nothing about anybody.
    response.set_cookie(
        THEME_COOKIE,
        theme if theme in THEMES else "system",
        max_age=_YEAR_SECONDS,
        secure=request.url.scheme == "https",
        samesite="lax",
    )
    return response


def local_path(wish: str | None, *, otherwise: str = "/") -> str:
    """Return a wished-for address if it is a path of this site, else another one.

    Refuses ``//host``, backslashes and control characters, which browsers read as another site.
    """
    if not wish or not wish.startswith("/") or wish.startswith("//") or "\\" in wish:
        return otherwise
    return wish if wish.isprintable() else otherwise
