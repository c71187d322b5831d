"""What somebody meets who is not signed in, or no longer: nothing typed is lost.

A page leads to sign-in and back; a form is answered with its own words to copy, since the browser
cannot carry them through a sign-in and we do not keep what nobody signed for.
"""

from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.kernel.errors import VitrineError
from app.web import csrf
from app.web.render import render

_MOST_BYTES = 2 * 1024 * 1024
_MOST_FIELDS = 100
_NOT_TYPED = frozenset({csrf.FORM_FIELD})
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


async def ask_to_sign_in(request: Request, error: VitrineError, *, way_back: str) -> Response:
    """Answer a person who is not signed in: a redirect for a page, the typed words for a form."""
    sign_in = f"/sign-in?{urlencode({'next': way_back})}"
    destination = request.headers.get("Sec-Fetch-Dest", "document")
    if request.method in ("GET", "HEAD") and destination == "document":
        return RedirectResponse(sign_in, status_code=303)
    body = render(
        request,
        "errors/expired.html",
        without_viewer=True,
        error=error,
        sign_in=sign_in,
        typed=await _typed(request),
    )
    return Response(body, status_code=error.status, media_type="text/html")


async def _typed(request: Request) -> list[tuple[str, str]]:
    """Give (field, text) of a form that one of our pages sent; of any other, nothing.

    A foreign page must not be able to put its words onto ours.
    """
    if request.method != "POST" or not _small_form(request):
        return []
    try:
        csrf.check_origin(request, own_origin=request.app.state.installation.settings.url)
        form = await request.form(max_files=1, max_fields=_MOST_FIELDS)
    except (csrf.ForgedRequest, HTTPException, MultiPartException):
        return []
    return _words(form)


def _small_form(request: Request) -> bool:
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    length = request.headers.get("Content-Length", "")
    return kind in _FORMS and length.isdigit() and int(length) <= _MOST_BYTES


def _words(form: FormData) -> list[tuple[str, str]]:
    return [
        (name.replace("_", " ").capitalize(), value)
        for name, value in form.multi_items()
        if isinstance(value, str) and value.strip() and name not in _NOT_TYPED
    ]
