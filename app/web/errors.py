"""Answers to what went wrong, as a page or as problem+json (RFC 9457), safe for an outsider.

Here: the exception handlers. Not here: the errors themselves (kernel/errors.py), and what a form
shows beside its fields (the feature renders its page again with ``Invalid.fields``).
"""

import json
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

import orjson
import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.kernel.errors import AuditUnavailable, Invalid, NotFound, SignInNeeded, VitrineError
from app.web.expired import ask_to_sign_in
from app.web.headers import complete_headers
from app.web.render import render
from app.web.theme import local_path

API_PREFIX = "/api/"

_log = structlog.get_logger(__name__)
_TITLES = {
    400: "This could not be read",
    401: "Please sign in",
    403: "Not yours to do",
    404: "Not found",
    405: "Not found",
    409: "This has changed meanwhile",
    413: "Too large",
    415: "Another kind of file is needed",
    422: "Something needs another look",
    429: "Too many attempts",
    503: "Not right now",
}
_FAULT = VitrineError(
    message="Something of ours failed. It is noted.",
    kept="Nothing was changed.",
    remedy="Try again; if it stays, tell your contact the number below.",
    status=500,
    code="fault",
)
_UNRECORDED = AuditUnavailable(
    message="What you asked for could not be recorded, so nothing was shown or changed.",
    kept="Your work is as it was.",
    remedy="Try again in a minute.",
    code="not-recorded",
)


def register_errors(app: FastAPI) -> None:
    """Give an application its answers to errors."""
    app.add_exception_handler(VitrineError, _known)
    app.add_exception_handler(HTTPException, _of_framework)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(Exception, _fault)


def answer(request: Request, error: VitrineError) -> Response:
    """Return the public face of an error, for a person or for a program.

    The request id appears only with 500 and 503: a 404 must read the same, byte for byte,
    whether the thing is missing or forbidden.
    """
    reference = _request_id(request) if error.status >= 500 else None
    if wants_json(request):
        return _problem(error, reference)
    # Without the person's frame, whose tokens differ from page to page: the bytes must not.
    body = render(
        request,
        "errors/error.html",
        without_viewer=True,
        title=_title(error.status),
        error=error,
        reference=reference,
        sign_in=f"/sign-in?{urlencode({'next': _way_back(request)})}",
    )
    return Response(body, status_code=error.status, media_type="text/html")


def wants_json(request: Request) -> bool:
    """Tell whether the caller is a program: the API's addresses, or JSON preferred over HTML."""
    if request.url.path.startswith(API_PREFIX):
        return True
    accept = request.headers.get("Accept", "")
    return "json" in accept and "text/html" not in accept


def fields_of(error: RequestValidationError) -> dict[str, str]:
    """Return field → message for what the framework could not read."""
    fields: dict[str, str] = {}
    for fault in error.errors():
        name = ".".join(str(part) for part in fault["loc"][1:]) or "body"
        missing = fault["type"] == "missing"
        fields.setdefault(name, "This is needed." if missing else "This cannot be read as given.")
    return fields


def _problem(error: VitrineError, reference: str | None) -> Response:
    said: dict[str, object] = {
        "type": f"urn:vitrine:problem:{error.code}",
        "title": _title(error.status),
        "status": error.status,
        "detail": error.message,
        "code": error.code,
    }
    optional = {
        "kept": error.kept,
        "remedy": error.remedy,
        "fields": error.fields or None,
        "request_id": reference,
    }
    said |= {name: value for name, value in optional.items() if value is not None}
    return Response(_written(said), status_code=error.status, media_type="application/problem+json")


def _written(said: dict[str, object]) -> bytes:
    try:
        return orjson.dumps(said)
    except TypeError:  # half a character, quoted from what was sent
        return json.dumps(said).encode()


async def _known(request: Request, error: Exception) -> Response:
    assert isinstance(error, VitrineError)
    if isinstance(error, AuditUnavailable):
        return answer(request, _UNRECORDED)
    if isinstance(error, SignInNeeded) and not wants_json(request):
        return await ask_to_sign_in(request, error, way_back=_way_back(request))
    return answer(request, error)


async def _of_framework(request: Request, error: Exception) -> Response:
    """Answer what the router raises; a wrong method tells no more than a wrong address."""
    assert isinstance(error, HTTPException)
    if error.status_code in (404, 405):
        return answer(request, NotFound())
    message = _title(error.status_code) + "."
    return answer(
        request, VitrineError(message, status=error.status_code, code=f"http-{error.status_code}")
    )


async def _unreadable(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return answer(
        request, Invalid(fields=fields_of(error), kept="What you typed is still in the form.")
    )


async def _fault(request: Request, error: Exception) -> Response:
    _log.error("request failed", request_id=_request_id(request), exc_info=error)
    response = answer(request, _FAULT)
    complete_headers(response.headers, request.scope)
    return response


def _request_id(request: Request) -> str | None:
    found: str | None = getattr(request.state, "request_id", None)
    return found


def _way_back(request: Request) -> str:
    """Return the page to come back to after signing in: for a post, the one with its form."""
    if request.method == "GET":
        query = f"?{request.url.query}" if request.url.query else ""
        return local_path(request.url.path + query)
    try:
        came_from = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # the header is whatever a caller sends
        return "/"
    if came_from.netloc != request.url.netloc:
        return "/"
    return local_path(came_from.path + (f"?{came_from.query}" if came_from.query else ""))


def _title(status: int) -> str:
    return _TITLES.get(status) or (
        "Something failed" if status >= 500 else HTTPStatus(status).phrase
    )
