"""Malformed values at every address, sent by people who may act there: never a fault, never half.

Wrong types, huge numbers, NUL, lone surrogates, unknown fields, deep nesting, bodies that are no
JSON; and the same in the ids and questions of what is read. An answer below 400 may change
something; any other leaves every row as it was.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from sqlalchemy import text

from app.domain.actions import Action
from app.web import csrf
from app.web.routing import DeclaredRoute, Public, declared_routes
from app.web.session import COOKIE
from tests.clients import client_of
from tests.matrix.canary_world import CanaryWorld
from tests.matrix.wishes import OF_A, command_schema, smallest, things, who_acts
from tests.world import PUBLIC_URL

JSON = "application/json"
DEEP = 100_000
TYPED = (  # as they stand in an address or in a form
    "", "%00", "a%00b", "%ED%A0%80", "%FF", "%F0%9F", "0", "-1", "2147483648",
    "9223372036854775808", "9" * 500, "1e9", "NaN", "x" * 5000, "..", "%2E%2E%2F%2E%2E",
    "2026-02-30", "0001-01-01", "9999-12-31", "%DB%B1%DB%B2", "%E2%80%AE", "%27%3B--", "%0D%0A",
    "1-99999999999999999999", "1:1e308,0,-1e308,0", "req_%00", "0001-01-01T00:00:00%2B14:00",
)  # fmt: skip
# Every eighth value in `make test`, other ones for each field; all of them in `make test-slow`.
SHARES = pytest.mark.parametrize("share", [16, pytest.param(1, marks=pytest.mark.slow)])
_LOG = ("since", "until", "person", "organisation", "action", "object", "outcome", "before")
# What these read from the address themselves.
# No mail was given up here, no later version waits for claims, and nobody was named an owner.
NOTHING_OF_THE_KIND = {
    "/api/v1/mails/retry",
    "/api/v1/versions/{version_id}/owners/remove",
    "/api/v1/versions/{version_id}/impact/material",
    "/api/v1/versions/{version_id}/matching",
    "/api/v1/versions/{version_id}/matching/claim",
    "/api/v1/versions/{version_id}/matching/gone",
    "/api/v1/versions/{version_id}/matching/undo",
}
ASKED = dict.fromkeys(("/log", "/record", "/api/v1/log", "/api/v1/record"), _LOG)
NASTY: tuple[Any, ...] = (
    None, True, -1, 0, 2**31, 2**63, 10**400, -(2**63) - 1, 1e308, 0.5, "", " ", "\0", "a\0b",
    "\ud800", "\udfff word", "x" * 100_000, "9" * 500, "۱۲", "\u202e", "NaN", "0001-01-01",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30", [], {}, [[]], [None],
    ["\0"], ["\ud800"], [2**70], [[1, 2, 3]], {"\0": "\0"}, {"kind": "page", "page": 2**70},
    {"kind": "passage", "page": 1, "words": [2**40, 2**63]}, {"kind": "claim", "id": "a\0b"},
    [{"page": 2**70, "rects": [[0, 0, 1, 1]]}], [{"page": 1, "rects": [[1e308, -1e308, 1e308, 0]]}],
)  # fmt: skip
RAW = (
    b"", b"{", b"null", b"[]", b'"word"', b"1e999", b"\xff\xfe", b"\0", b"NaN", b'{"a":1}{"b":2}',
    b'{"reason":"\\ud800"}', b'{"page":1' + b"0" * 5000 + b"}", b'{"x":' + b"[" * DEEP,
    b"[" * DEEP + b"]" * DEEP, b'{"a":' * DEEP + b"1" + b"}" * DEEP,
)  # fmt: skip
_BEFORE_PUBLICATION = {
    Action.PROPOSE_REDACTION,
    Action.WITHDRAW_REDACTION,
    Action.CARRY_REDACTIONS,
}


@pytest.fixture(scope="module")
def canaries(furnished: CanaryWorld) -> CanaryWorld:
    """Give the world in which each address names something."""
    return furnished


@pytest.fixture(scope="module")
def browsers(canaries: CanaryWorld) -> dict[str, TestClient]:
    """Give everybody a client that answers 500 where the application fails, as a server does."""
    found = {}
    for name, someone in canaries.people.items():
        found[name] = client_of(canaries.application, PUBLIC_URL, raising=False)
        found[name].cookies.set(COOKIE, someone.token, domain="vitrine.test", path="/")
        found[name].headers["X-Vitrine-CSRF"] = "1"
    return found


def _routes(world: CanaryWorld, method: str) -> list[DeclaredRoute]:
    ends = ("/session/end", "/session/switch")  # they end the session that the next is sent with
    return [
        route
        for route in declared_routes(world.application)  # type: ignore[arg-type]  # a FastAPI application
        if method in (route.methods or ())
        and not isinstance(route.declared, Public)
        and not route.path.endswith(ends)
    ]


def _commands(world: CanaryWorld) -> list[tuple[DeclaredRoute, dict[str, Any]]]:
    """List the JSON addresses that take a body, with the smallest body that each takes."""
    known = things(world)
    return [
        (route, smallest(schema, known))
        for route in _routes(world, "POST")
        if route.path.startswith("/api/") and (schema := command_schema(route)) is not None
    ]


def _fields(route: DeclaredRoute) -> list[str]:
    schema = command_schema(route)
    assert schema is not None
    return sorted(schema["properties"])


def _questions(route: DeclaredRoute) -> set[str]:
    """Name what a route is asked in its address, one by one or as the fields of a model."""
    names = set()
    for parameter in route.dependant.query_params:
        kind = parameter.field_info.annotation
        model = isinstance(kind, type) and issubclass(kind, BaseModel)
        names |= set(kind.model_fields) if model else {parameter.alias}
    return names


def _url(world: CanaryWorld, route: DeclaredRoute, nasty: str | None = None) -> str:
    path = route.path
    for part in route.param_convertors:
        kind = part.removesuffix("_id")
        tag = "unshared" if route.declared in _BEFORE_PUBLICATION else OF_A.get(kind)
        tag = "PUB" if route.declared is Action.OFFER_PACK else tag  # the publisher's to offer
        own = {"code": "E1", "claim": "conclusion", "topic": "rigour"}.get(part) or world.ids.get(
            kind, {}
        ).get(tag or "", "2")
        path = path.replace(f"{{{part}}}", nasty if nasty is not None else own)
    return path


def _bodies(world: CanaryWorld, share: int) -> Iterator[tuple[DeclaredRoute, dict[str, Any]]]:
    """Give wishes with one nasty field each: every `share`th value, others for the next field."""
    turn = 0
    for route, body in _commands(world):
        for name in _fields(route):
            turn += 1
            for nasty in NASTY[turn % share :: share]:
                yield route, {**body, name: nasty}
        yield route, {**body, "unknown": 1}
        yield route, {**body, "__proto__": {"a": 1}, "\0": 1}


@dataclass
class Sender:
    """Sends what is malformed and keeps what went wrong."""

    world: CanaryWorld
    browsers: dict[str, TestClient]
    wrong: list[str] = field(default_factory=list)
    sent: int = 0
    met: Counter[int] = field(default_factory=Counter)

    def post(self, route: DeclaredRoute, content: bytes, kind: str) -> httpx.Response:
        """Post as somebody who may; nothing may be left behind by what is refused."""
        before = self._done()
        answer = self.browsers[who_acts(route)].post(
            _url(self.world, route), content=content, headers={"content-type": kind}
        )
        self._judge(route.path, answer, content)
        if answer.status_code >= 400 and self._done() != before:
            self.wrong.append(f"{route.path} {content[:80]!a}: refused, and yet done")
        return answer

    def get(self, route: DeclaredRoute, url: str) -> None:
        """Read as somebody who may."""
        self._judge(route.path, self.browsers[who_acts(route)].get(url), url)

    def _judge(self, path: str, answer: httpx.Response, sent: object) -> None:
        self.sent += 1
        self.met[answer.status_code] += 1
        waits = answer.status_code == 503 and "being prepared" in answer.text  # said, and no fault
        if (answer.status_code >= 500 and not waits) or "Traceback" in answer.text:
            self.wrong.append(f"{path} {str(sent)[:120]!a}: {answer.status_code}")

    def _done(self) -> int:
        """Count what was done and recorded; a change without an entry cannot be committed.

        What is read to show a form again is recorded too, as `allowed`.
        """
        counted = "SELECT count(*) FROM audit_entry WHERE outcome = 'done' AND action <> :looked"
        looked = {"looked": Action.READ_INGESTION.tag}  # at the words that a form shows again
        return int(self.world.watching.execute(text(counted), looked).scalar_one())


@pytest.fixture
def sender(canaries: CanaryWorld, browsers: dict[str, TestClient]) -> Sender:
    """Give a sender."""
    return Sender(canaries, browsers)


def test_the_same_wishes_without_anything_nasty_reach_the_services(sender: Sender) -> None:
    """The positive control: who sends is let in, and the bodies are such as can be read."""
    statuses = {}
    for route, body in sorted(_commands(sender.world), key=lambda found: _late(found[0].path)):
        answer = sender.post(route, json.dumps(body).encode(), JSON)
        statuses[route.path] = answer.status_code
    assert sender.wrong == []
    unfound = {path for path, status in statuses.items() if status in (401, 404)}
    assert unfound <= NOTHING_OF_THE_KIND
    assert len([path for path, status in statuses.items() if status < 300]) > 10


def _late(path: str) -> tuple[bool, bool]:
    """Have what removes come last, and claims first: who revokes a grant closes them."""
    return path.endswith("/remove"), not path.startswith("/api/v1/claims")


@SHARES
def test_a_nasty_value_in_a_field_is_no_fault(sender: Sender, share: int) -> None:
    for route, body in _bodies(sender.world, share):
        sender.post(route, json.dumps(body).encode(), JSON)
    assert sender.wrong == []
    assert sender.met[422] > sender.sent // 2


def test_a_body_that_is_no_json_is_no_fault(sender: Sender) -> None:
    routes = [route for route in _routes(sender.world, "POST") if route.path.startswith("/api/")]
    for turn, route in enumerate(routes):
        for content in RAW[turn % 5 :: 5]:
            sender.post(route, content, JSON)
    for content in RAW:
        sender.post(routes[0], content, "text/plain; charset=utf-16")
        sender.post(routes[0], content, "multipart/form-data")
    assert sender.wrong == []


def test_half_a_character_is_quoted_back_as_it_came(sender: Sender) -> None:
    (grants,) = (r for r in _commands(sender.world) if r[0].path.endswith("{review_id}/grants"))
    route, body = grants
    answer = sender.post(route, json.dumps({**body, "lifted": ["\ud800"]}).encode(), JSON)
    assert sender.wrong == []
    assert answer.status_code == 422
    assert "lifted" in answer.json()["fields"]


@SHARES
def test_nasty_values_in_a_form_are_no_fault(sender: Sender, share: int) -> None:
    """Three times fewer: a form that is refused is drawn again."""
    token = csrf.token_for("test-secret")
    turn, share = 0, 1 if share == 1 else 3 * share
    for route in _routes(sender.world, "POST"):
        if route.path.startswith("/api/"):
            continue
        for parameter in route.dependant.body_params:
            turn += 1
            for nasty in TYPED[turn % share :: share]:
                typed = f"csrf_token={token}&{parameter.alias}={nasty}"
                sender.post(route, typed.encode(), "application/x-www-form-urlencoded")
    assert sender.sent > 80
    assert sender.wrong == []


@SHARES
def test_nasty_ids_and_questions_are_no_fault(sender: Sender, share: int) -> None:
    turn = 0
    for route in _routes(sender.world, "GET"):
        names = _questions(route) | set(ASKED.get(route.path, ()))
        for name in sorted(names):
            turn += 1
            for nasty in TYPED[turn % share :: share]:
                sender.get(route, f"{_url(sender.world, route)}?{name}={nasty}")
        turn += 1
        for nasty in TYPED[turn % share :: share] if route.param_convertors else ():
            sender.get(route, _url(sender.world, route, nasty))
    assert sender.sent > 150
    assert sender.wrong == []


def test_a_nasty_id_under_any_act_is_no_fault(sender: Sender) -> None:
    for turn, route in enumerate(_routes(sender.world, "POST")):
        if route.param_convertors and route.path.startswith("/api/"):
            for nasty in TYPED[turn % 4 :: 4]:
                path = _url(sender.world, route, nasty)
                answer = sender.browsers[who_acts(route)].post(path, json={})
                sender._judge(route.path, answer, path)
    assert sender.wrong == []


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(NASTY),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(choice=st.integers(0, 10_000), changes=st.lists(_ANY, min_size=1, max_size=3))
def test_nobody_finds_a_wish_that_is_a_fault(
    canaries: CanaryWorld, browsers: dict[str, TestClient], choice: int, changes: list[Any]
) -> None:
    sender = Sender(canaries, browsers)
    commands = _commands(canaries)
    route, body = commands[choice % len(commands)]
    names = _fields(route)
    for turn, value in enumerate(changes):
        body[names[(choice + turn) % len(names)]] = value
    sender.post(route, json.dumps(body).encode(), JSON)
    assert sender.wrong == []
