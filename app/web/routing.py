"""Routes that are closed unless declared, each run in one transaction that commits first.

A route names the action it stands for; without one the application does not start. The wrapper
opens the transaction, checks the form's token, runs the endpoint, commits (entries, stages, jobs)
and only then lets the response go. What was refused is recorded although the request rolls back.
The endpoint, its answer in JSON and the commit share one turn of a thread: each more would cost as
much as a statement.
"""

import inspect
import secrets
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextvars import ContextVar
from functools import wraps
from typing import Annotated, Any, Protocol, TypeVar

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.routing import APIRoute
from psycopg.errors import UniqueViolation
from pydantic import TypeAdapter
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute, Route

from app.domain.actions import Action
from app.kernel.actor import Side
from app.kernel.context import RequestContext
from app.kernel.errors import (
    Conflict,
    Invalid,
    NotFound,
    ProgrammingFault,
    SignInNeeded,
    TooLarge,
    Unavailable,
)
from app.transaction import Installation, Transaction
from app.web import csrf
from app.web.limits import bound_body
from app.web.refusals import meter_of
from app.web.session import NOBODY, SignedIn, find_signed_in

Handler = Callable[[Request], Awaitable[Response]]
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class Decorator(Protocol):
    """What a registration gives back: it leaves the endpoint as it is."""

    def __call__(self, endpoint: Endpoint, /) -> Endpoint: ...


_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# NUL in a text, half a character, a number beyond its column: the database has and keeps no such.
_UNKEEPABLE = (DataError, UnicodeEncodeError)
_LARGEST_FORM = 4 * 1024 * 1024
_AROUND_FILE = 1024 * 1024  # what a form with a file has besides the file


class Public:
    """A route that anybody may call: a short, reviewed list (tests/architecture)."""

    def __init__(self, why: str) -> None:
        self.why = why


def takes_file(endpoint: Endpoint) -> Endpoint:
    """Mark an endpoint that takes an upload: its body may be as large as the settings say."""
    endpoint.__dict__["takes_file"] = True
    return endpoint


class UndeclaredRoute(ProgrammingFault):
    """A route names neither an action nor a reason to be public."""


class UnfinishedRoute(ProgrammingFault):
    """An endpoint was registered past `declare`: nothing would commit before its answer."""


class UndecidedRoute(ProgrammingFault):
    """An endpoint answered without having decided the action it declares."""


class DeclaredRoute(APIRoute):
    """A route with its declared action, wrapped in a transaction."""

    declared: Action | Public | None = None

    def get_route_handler(self) -> Handler:  # type: ignore[override]  # Coroutine vs Awaitable
        """Wrap FastAPI's handler: open, run, commit, answer."""
        original = super().get_route_handler()

        async def handle(request: Request) -> Response:
            return await _run(request, original, self.declared)

        return handle


class Routes(APIRouter):
    """A router whose every route takes `action=`: an Action, or Public with its reason."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(route_class=DeclaredRoute, **settings)

    def declare(
        self, method: str, path: str, *, action: Action | Public, **settings: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """Register an endpoint under a method and path with its action."""

        def register(endpoint: Endpoint) -> Endpoint:
            settings.setdefault("response_model", None)
            finished = _finished(
                endpoint, action, settings["response_model"], settings.get("status_code", 200)
            )
            self.add_api_route(path, finished, methods=[method], **settings)
            route = self.routes[-1]
            if not isinstance(route, DeclaredRoute):
                raise UndeclaredRoute(path)
            route.declared = finished.__dict__["declared"] = action
            return endpoint

        return register

    def adopt(self, others: "Routes") -> None:
        """Take over the routes of another router as they are, behind one's own.

        Including it would have FastAPI analyse every endpoint anew for each application.
        """
        self.routes.extend(others.routes)

    def page(self, path: str, *, action: Action | Public, **settings: Any) -> Decorator:
        """Register a page (GET), left out of the API's description."""
        return self.declare("GET", path, action=action, include_in_schema=False, **settings)

    def form(self, path: str, *, action: Action | Public, **settings: Any) -> Decorator:
        """Register what a form posts to, left out of the API's description."""
        return self.declare("POST", path, action=action, include_in_schema=False, **settings)

    def read(self, path: str, *, action: Action | Public, **settings: Any) -> Decorator:
        """Register a GET of the JSON API."""
        return self.declare("GET", path, action=action, **settings)

    def act(self, path: str, *, action: Action | Public, **settings: Any) -> Decorator:
        """Register a POST of the JSON API."""
        return self.declare("POST", path, action=action, **settings)


def require_declarations(app: FastAPI) -> None:
    """Stop start-up when a route declares no action.

    Raises:
        UndeclaredRoute: naming the path.
    """
    for route in declared_routes(app):
        if route.declared is None:
            raise UndeclaredRoute(route.path)


def declared_routes(app: FastAPI) -> list[DeclaredRoute]:
    """List the application's routes; anything that is no DeclaredRoute stops start-up.

    Raises:
        UndeclaredRoute: a plain route slipped in.
    """
    found = []
    for route in _every_route(app.routes):
        if isinstance(route, DeclaredRoute):
            declared = route.endpoint.__dict__.get("declared")
            route.declared = route.declared or declared
            found.append(route)
        elif isinstance(route, Route):
            raise UndeclaredRoute(route.path)
    return found


def _every_route(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """Walk into included routers, which FastAPI keeps as they are instead of copying routes."""
    for route in routes:
        inner: APIRouter | None = getattr(route, "original_router", None)
        if inner is None:
            yield route
        else:
            yield from _every_route(inner.routes)


def installation_of(request: Request) -> Installation:
    """Give the running installation."""
    installation: Installation = request.app.state.installation
    return installation


async def current_transaction(request: Request) -> Transaction:
    """Give the transaction that the wrapper opened; async, since a thread only costs time here."""
    tx: Transaction = request.state.tx
    return tx


Tx = Annotated[Transaction, Depends(current_transaction)]

_RUNNING: ContextVar[tuple[Request, Transaction]] = ContextVar("running")


def _finished(
    endpoint: Callable[..., Any], declared: Action | Public, model: Any, status: int
) -> Callable[..., Response]:
    """Wrap an endpoint so that it gives its answer whole, and only after the commit.

    Args:
        endpoint: an ordinary function; it gives a Response, or what `model` describes.
        declared: what must have been decided when it returns.
        model: the shape of its JSON; None for a Response or for anything JSON can say.
        status: the status of an answer in JSON.
    """
    if inspect.iscoroutinefunction(endpoint):
        raise ProgrammingFault(f"{endpoint.__name__} would hold up everybody: make it a def")
    shape = TypeAdapter[Any](Any if model is None else model)

    @wraps(endpoint)
    def finished(*arguments: Any, **values: Any) -> Response:
        answer = endpoint(*arguments, **values)
        if not isinstance(answer, Response):
            described = shape.validate_python(answer, from_attributes=True)
            content = shape.dump_json(described, by_alias=True)
            answer = Response(content, status, media_type="application/json")
            answer.raw_headers.extend(_headers_beside(values))
        request, tx = _RUNNING.get()
        _close(request, tx, declared, answer)
        request.state.finished = True
        return answer

    return finished


def _headers_beside(values: dict[str, Any]) -> list[tuple[bytes, bytes]]:
    """Give the headers of a Response that an endpoint took as an argument, to set a cookie say."""
    return [
        header for value in values.values() if isinstance(value, Response)
        for header in value.raw_headers
    ]  # fmt: skip


async def _run(request: Request, original: Handler, declared: Action | Public | None) -> Response:
    if declared is None:
        declared = request.scope["endpoint"].__dict__.get("declared")
    if declared is None:
        raise UndeclaredRoute(request.url.path)
    try:
        tx, signed_in = await run_in_threadpool(_open, request)
    except SQLAlchemyError as fault:
        raise Unavailable from fault
    request.state.tx = tx
    request.state.csrf_secret = signed_in.csrf_secret
    _RUNNING.set((request, tx))
    try:
        await _guard(request, declared, tx, signed_in)
        response = await _answer(request, original)
        if not getattr(request.state, "finished", False):
            raise UnfinishedRoute(request.url.path)
    except _UNKEEPABLE as fault:
        await run_in_threadpool(_give_up, request, tx)
        raise (NotFound if request.method in _SAFE else Invalid) from fault
    except IntegrityError as fault:
        await run_in_threadpool(_give_up, request, tx)
        if isinstance(fault.orig, UniqueViolation):  # somebody did the same at the same moment
            raise Conflict from fault
        raise
    except BaseException as error:
        await run_in_threadpool(_give_up, request, tx)
        if getattr(request.state, "too_large", False):
            raise TooLarge from error
        raise
    return response


async def _answer(request: Request, original: Handler) -> Response:
    try:
        return await original(request)
    except OperationalError as fault:  # gone, full, or held by somebody for too long
        raise Unavailable from fault


def _open(request: Request) -> tuple[Transaction, SignedIn]:
    installation = installation_of(request)
    context = RequestContext(
        request_id=secrets.token_hex(8),
        address=request.client.host if request.client else None,
        agent=request.headers.get("user-agent"),
        channel="api" if request.url.path.startswith("/api/") else "html",
    )
    request.state.request_id = context.request_id
    session = Session(installation.engine, expire_on_commit=False)
    try:
        signed_in = find_signed_in(session, request, installation.settings)
    except BaseException:
        session.close()
        raise
    memory = {} if signed_in.moment is None else {"now": signed_in.moment}
    tx = Transaction(installation, session, signed_in.actor, context, memory=memory)
    return tx, signed_in


async def _guard(
    request: Request, declared: Action | Public, tx: Transaction, signed_in: SignedIn
) -> None:
    if signed_in is NOBODY and not isinstance(declared, Public):
        raise SignInNeeded
    if request.method in _SAFE:
        return
    bound_body(request, _most_bytes(request, tx))
    origin = tx.installation.settings.url
    if request.url.path.startswith("/api/"):
        csrf.check_api(request, own_origin=origin)
        return
    if signed_in is NOBODY:
        csrf.check_origin(request, own_origin=origin)
        return
    token = (await request.form()).get(csrf.FORM_FIELD)
    csrf.check(
        request,
        form_token=token if isinstance(token, str) else None,
        session_secret=signed_in.csrf_secret,
        own_origin=origin,
    )


def _most_bytes(request: Request, tx: Transaction) -> int:
    if request.scope["endpoint"].__dict__.get("takes_file"):
        return tx.installation.settings.max_upload_bytes + _AROUND_FILE
    return _LARGEST_FORM


def _close(
    request: Request, tx: Transaction, declared: Action | Public, response: Response
) -> None:
    decided = any(d.action is declared for d in tx.decisions)
    if not decided and not isinstance(declared, Public) and response.status_code < 300:
        raise UndecidedRoute(declared.name)
    tx.commit()
    _record_refusals(request, tx)
    tx.session.close()


def _give_up(request: Request, tx: Transaction) -> None:
    try:
        _record_refusals(request, tx)
    finally:
        tx.session.close()


def _record_refusals(request: Request, tx: Transaction) -> None:
    """Record what was refused; for people who are not signed in only so many a minute."""
    if tx.actor.side is Side.NONE:
        tx.decisions = meter_of(request.app).admit(tx.decisions)
    tx.record_refusals()
