"""The same intention through both doors: what a form changes, a JSON call changes too.

Two copies of one situation; each act's rows, audit entries and jobs are compared, with fresh ids,
times and random words made alike.
"""

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from httpx import Response
from sqlalchemy import text

from app.web import csrf
from tests.world import Someone, World
from tests.worlds.shared import Copier, SharedWorld

_IGNORED = {"sessions", "alembic_version"}  # last seen; never about an act
_ID = re.compile(r"\b[a-z]{3}_[0-9a-z]{20}\b")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[0-9.]*(?:\+\d\d:\d\d|Z)")
_ALIAS = re.compile(r"\b(FC|RQ)-[0-9a-f]{6}\b")
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


@dataclass
class Doors:
    """Two copies of one situation."""

    html: SharedWorld
    json: SharedWorld

    def both(self, prepare: Callable[[SharedWorld], None]) -> None:
        """Bring the same situation about in both."""
        prepare(self.html)
        prepare(self.json)

    def assert_alike(
        self, by_form: Callable[[SharedWorld], Response], by_json: Callable[[SharedWorld], Response]
    ) -> list[str]:
        """Do it through each door and compare what changed; gives the events' names."""
        before = _dump(self.html), _dump(self.json)
        known = _ids(before[0]) & _ids(before[1])
        shown, answered = by_form(self.html), by_json(self.json)
        assert shown.status_code == 303, shown.text
        assert answered.status_code in (200, 201), answered.text
        after = _dump(self.html), _dump(self.json)
        html, api = (
            Counter(_alike(row, known) for row in (there - here).elements())
            for here, there in zip(before, after, strict=True)
        )
        assert html == api
        assert html, "nothing changed"
        return sorted(json.loads(row)["event"] for row in html if row.startswith('{"event"'))


def _dump(world: World) -> Counter[str]:
    with world.owner.connect() as connection:
        names = connection.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).scalars()
        tables = [
            name
            for name in sorted(names)
            if name not in _IGNORED and not name.startswith(("audit_", "procrastinate_"))
        ]
        rows = [
            f"{name} {row}"
            for name in tables
            for row in connection.execute(text(f"SELECT to_jsonb(t)::text FROM {name} t")).scalars()
        ]
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


def _alike(row: str, known: set[str]) -> str:
    row = _ID.sub(lambda m: m[0] if m[0] in known else f"new {m[0][:3]}", row)
    row = _ALIAS.sub(r"\1-alias", _TIME.sub("some time", row))
    return re.sub(r"^(job .*) \d+$", r"\1", row)


@pytest.fixture
def doors(copies: Copier) -> Doors:
    """Give two copies of the shared situation, one for each door."""
    return Doors(html=copies(), json=copies())
