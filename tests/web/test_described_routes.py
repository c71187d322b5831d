"""What the API's description admits, sent at random: every answer is one that it describes.

schemathesis makes up requests from the description alone, right ones and wrong ones, as a program
that reads nothing else would. Known ids are put where an id is asked for, so that a request gets
past the door; `tests/matrix/test_malformed.py` sends what nobody would.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.generation.case import Case
from schemathesis.schemas import APIOperation

from app.web.session import COOKIE
from tests.clients import client_of
from tests.features.packs.situations import kept
from tests.world import PUBLIC_URL
from tests.worlds.doors import post_json
from tests.worlds.interviews import interview_in
from tests.worlds.reports import grant_internally
from tests.worlds.requests import STEPS, draft, request_in
from tests.worlds.shared import SharedWorld

TAGS = {"requests", "question packs", "teams", "routing", "speed"}
Operation = APIOperation[Any, Any, Any, Any]
PEOPLE = ("coordinator", "lead_a")
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@dataclass(frozen=True)
class Room:
    """A portal with something to name in every address, and who asks."""

    clients: Mapping[str, httpx.Client]
    operations: tuple[Operation, ...]
    known: Mapping[str, tuple[str, ...]]  # ids by the name that asks for one


@pytest.fixture(scope="module")
def room(shared_room: SharedWorld) -> Room:
    """Furnish a portal; its description is read as a program gets it."""
    described = shared_room.coordinator.client.get("/api/v1/openapi.json").json()
    for operations in described["paths"].values():
        for one in operations.values():
            one.pop("security", None)  # the client has its session
    schema = schemathesis.openapi.from_dict(described)
    found = list(schema.get_all_operations())
    read = [result.ok() for result in found if isinstance(result, Ok)]
    assert len(read) == len(found), "the description can be read"
    chosen = tuple(one for one in read if set(one.tags or ()) & TAGS)
    return Room(_clients(shared_room), chosen, _known(shared_room))


def _clients(world: SharedWorld) -> dict[str, httpx.Client]:
    clients: dict[str, httpx.Client] = {}
    for name in PEOPLE:
        clients[name] = client_of(world.application, PUBLIC_URL, raising=False)
        clients[name].cookies.set(COOKIE, world.people[name].token, domain="vitrine.test", path="/")
        clients[name].headers["X-Vitrine-CSRF"] = "1"
    return clients


def _known(world: SharedWorld) -> dict[str, tuple[str, ...]]:
    """Bring requests to where they can stand, and name what can be named."""
    for someone in (world.coordinator, world.approver):
        grant_internally(world, world.made, someone)
    requests = [request_in(world, step, world.made).request_id for step in STEPS]
    requests += [interview_in(world, "proposed", world.made).asked.request_id]
    requests += [draft(world, world.made).request_id]
    body = {"name": "Paging", "members": [world.responder.id], "backups": []}
    assert post_json(world.coordinator, "/teams", **body).status_code == 201
    statements = {
        "part_id": "SELECT id FROM assignments", "team_id": "SELECT id FROM teams",
        "slot_id": "SELECT id FROM interview_slots", "into": "SELECT number FROM requests"
        " WHERE number IS NOT NULL", "person_id": "SELECT id FROM people",
        "receipt_id": "SELECT id FROM receipts",
    }  # fmt: skip
    found = {
        name: tuple(str(row[0]) for row in world.rows(statement))
        for name, statement in statements.items()
    }
    people = (world.responder.id, world.coordinator.id, world.reviewer_a.id)
    return found | {
        "request_id": tuple(requests), "answered_by": tuple(requests),
        "requests": tuple(requests), "points_to": tuple(requests),
        "review_id": (world.made.review_a, world.made.review_b),
        "reviews": (world.made.review_a, world.made.review_b),
        "version_id": (world.made.version_id,), "organisation_id": (world.organisations["ORGA"],),
        "responder_id": people, "people": people, "members": people, "backups": people,
        "pack_id": (kept(world),),
    }  # fmt: skip


def _named(known: Mapping[str, tuple[str, ...]], name: str, value: Any) -> st.SearchStrategy[Any]:
    """Put known ids where they are asked for, in most of the tries."""
    if name not in known:
        return st.just(value)
    ids = st.sampled_from(known[name])
    some = ids if isinstance(value, str) or value is None else st.just(value)
    return st.lists(ids, max_size=3) if isinstance(value, list) else some


@st.composite
def _asked(draw: st.DrawFn, room: Room, operation: Operation) -> Case[Any]:
    """Make up a request of an operation, right or wrong, about what there is or is not."""
    case: Case[Any] = draw(draw(st.sampled_from([operation.as_strategy(mode) for mode in MODES])))
    for place in (case.path_parameters, case.query, case.body):
        if isinstance(place, dict):
            for name in sorted(place.keys() & room.known.keys()):
                if draw(st.integers(0, 3)) < 3:
                    place[name] = draw(_named(room.known, name, place[name]))
    return case


def _send(client: httpx.Client, case: Case[Any]) -> httpx.Response:
    wanted = case.as_transport_kwargs(base_url=PUBLIC_URL)
    wanted.pop("cookies", None)  # no session is guessed here
    given = wanted.pop("headers", {})
    headers = {name: value for name, value in given.items() if name.lower() == "content-type"}
    if isinstance(wanted.get("data"), bytes | str):
        wanted["content"] = wanted.pop("data")
    return client.request(headers=headers, **wanted)


def _sent(room: Room, share: int) -> Iterator[tuple[str, Case[Any], httpx.Response]]:
    for operation in room.operations:
        for name in PEOPLE:
            found: list[Case[Any]] = []
            _make_up(room, operation, found, share)
            for case in found:
                yield name, case, _send(room.clients[name], case)


def _make_up(room: Room, operation: Operation, found: list[Case[Any]], share: int) -> None:
    @settings(
        max_examples=share, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), derandomize=share < 5,
    )  # fmt: skip
    @given(case=_asked(room, operation))
    def make(case: Case[Any]) -> None:
        found.append(case)

    make()


@pytest.mark.parametrize("share", [2, pytest.param(40, marks=pytest.mark.slow)])
def test_nothing_that_the_description_admits_makes_the_portal_fail(room: Room, share: int) -> None:
    assert len(room.operations) > 80
    failed, good = [], set()
    for name, case, answer in _sent(room, share):
        if answer.status_code >= 500:
            failed.append((name, case.as_curl_command(), answer.text[:300]))
        if answer.status_code < 300:
            good.add(case.operation.label)
    assert failed == []
    assert len(good) > 20, "the control: many are done, and not refused at the door"
