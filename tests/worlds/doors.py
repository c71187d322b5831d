"""The same intention through both doors: what a form changes, a JSON call changes too.

Two copies of one situation; each act's rows, audit entries and jobs are compared, with fresh ids,
times and random words made alike. A test says which address it compares by `paired`, and is held
to it; tests/architecture asks for such a test for every address that changes something.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from httpx import Response
from sqlalchemy import text

from app.web import csrf
from app.web.routing import declared_routes
from tests.world import Someone, World
from tests.worlds.shared import Copier, SharedWorld

API = "/api/v1"
# Forms whose JSON has another address. All others have the same one after /api/v1.
TWINS = {"/sign-out": f"{API}/session/end", "/acting-organisation": f"{API}/session/switch"}

_IGNORED = {"alembic_version"}  # never about an act
# What is random or a mere trace in a row: kept out of every comparison.
_UNLIKE = "{seen_at,token_hash,csrf_secret,client_secret,nonce,entry,slot}"
_ID = re.compile(r"\b[a-z]{3}_[0-9a-z]{20}\b")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[0-9.]*(?:\+\d\d:\d\d|Z)")
_ALIAS = re.compile(r"\b(?:(FC|RQ|RC|RM|AS)-[0-9a-f]{6}|(Q)-[2-9a-z]{5})\b")
_SEALED = re.compile(r"\b[0-9a-f]{64}\b|[A-Za-z0-9+/]{86}==")
_RANDOM = {"request", "channel"}


def post_form(someone: Someone, path: str, **fields: object) -> Response:
    """Send a form as a browser does, with the session's token."""
    token = csrf.token_for(someone.csrf_secret)
    response: Response = someone.client.post(path, data={"csrf_token": token, **fields})
    return response


def post_json(someone: Someone, path: str, **body: object) -> Response:
    """Call the JSON API."""
    response: Response = someone.client.post(f"/api/v1{path}", json=body)
    return response


def json_of(form: str) -> str:
    """Give the address of the JSON API that a form's address corresponds to."""
    return TWINS.get(form, f"{API}{form}")


@dataclass
class Doors:
    """Two copies of one situation."""

    html: SharedWorld
    json: SharedWorld
    compared: set[str] = field(default_factory=set)

    def both(self, prepare: Callable[[SharedWorld], None]) -> None:
        """Bring the same situation about in both."""
        prepare(self.html)
        prepare(self.json)

    def ids(self, make: Callable[[SharedWorld], str]) -> Callable[[SharedWorld], str]:
        """Make the same thing in both; gives a function from a world to the thing's id in it."""
        made = {id(world): make(world) for world in (self.html, self.json)}
        return lambda world: made[id(world)]

    def assert_alike(
        self,
        by_form: Callable[[SharedWorld], Response],
        by_json: Callable[[SharedWorld], Response],
        *,
        shows: int = 303,
        changes: bool = True,
        sealed: bool = False,
    ) -> list[str]:
        """Do it through each door and compare what changed; gives the events' names.

        `sealed`: new digests and signatures are over ids, and so are alike only in being there.
        """
        before = _dump(self.html), _dump(self.json)
        known = _ids(before[0]) & _ids(before[1])
        shown, answered = by_form(self.html), by_json(self.json)
        assert shown.status_code == shows, shown.text
        assert answered.status_code in (200, 201, 202), answered.text
        self._note(shown, answered)
        after = _dump(self.html), _dump(self.json)
        html, api = (
            (
                Counter(_alike(row, known, sealed) for row in (there - here).elements()),
                Counter(_alike(row, known, sealed) for row in (here - there).elements()),
            )
            for here, there in zip(before, after, strict=True)
        )
        assert html == api
        assert bool(html[0]) is changes, "nothing changed" if changes else html[0]
        return sorted(json.loads(row)["event"] for row in html[0] if row.startswith('{"event"'))

    def _note(self, shown: Response, answered: Response) -> None:
        """Remember which address was compared, by the routes that really answered."""
        form, api = _route_of(self.html, shown), _route_of(self.json, answered)
        assert json_of(form) == api, "these are two intentions"
        self.compared.add(form)


def _route_of(world: World, answer: Response) -> str:
    path = answer.request.url.path
    for route in declared_routes(world.application):  # type: ignore[arg-type]  # a FastAPI application
        if "POST" in (route.methods or ()) and route.path_regex.match(path):
            return route.path
    raise LookupError(path)


def _dump(world: World) -> Counter[str]:
    with world.owner.connect() as connection:
        names = connection.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).scalars()
        parts = [
            f"SELECT '{name} ' || (to_jsonb(t) - '{_UNLIKE}'::text[])::text FROM {name} t"
            for name in sorted(names)
            if name not in _IGNORED and not name.startswith(("audit_", "procrastinate_"))
        ]
        rows = list(connection.execute(text(" UNION ALL ".join(parts))).scalars())
        rows += [
            f"job {row.task_name} {json.dumps(row.args, sort_keys=True)} {row.id}"
            for row in connection.execute(
                text("SELECT id, task_name, args FROM procrastinate_jobs")
            )
        ]
        entries = connection.execute(text("SELECT core, content FROM audit_entry")).all()
    rows += [_entry(bytes(entry.core), entry.content) for entry in entries]
    return Counter(rows)


def _entry(core: bytes, content: bytes | None) -> str:
    said = json.loads(core)
    inner = {key: value for key, value in said["facts"].items() if key not in _RANDOM}
    rest = {key: said[key] for key in ("acting_for", "action", "actor", "object", "outcome")}
    event = inner.pop("event")
    kept = bytes(content).decode() if content else ""
    return json.dumps({"event": event, **rest, **inner, "content": kept})


def _ids(rows: Counter[str]) -> set[str]:
    return {found for row in rows for found in _ID.findall(row)}


def _alike(row: str, known: set[str], sealed: bool) -> str:
    row = _SEALED.sub("sealed", row) if sealed else row
    row = _ID.sub(lambda m: m[0] if m[0] in known else f"new {m[0][:3]}", row)
    row = _ALIAS.sub(r"\1\2-alias", _TIME.sub("some time", row))
    return re.sub(r"^(job .*) \d+$", r"\1", row)


def pytest_configure(config: pytest.Config) -> None:
    """Say what the marker means."""
    config.addinivalue_line(
        "markers", "paired(form): compares this form's address with its JSON, row by row"
    )


@pytest.fixture(scope="module")
def two_rooms(room_copies: Copier) -> tuple[SharedWorld, SharedWorld]:
    """Give two copies of the shared situation to a whole module."""
    return room_copies(), room_copies()


@pytest.fixture
def pair(
    two_rooms: tuple[SharedWorld, SharedWorld], request: pytest.FixtureRequest
) -> Iterator[Doors]:
    """Give the module's two copies, in which each test makes things of its own, alike in both."""
    made = Doors(*two_rooms)
    yield made
    promised = {path for mark in request.node.iter_markers("paired") for path in mark.args}
    assert promised <= made.compared, "said to be compared, and was not"
