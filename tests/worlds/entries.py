"""What the log holds, for tests: each act asserts its entry."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from tests.world import World


@dataclass(frozen=True)
class Logged:
    """One entry: its action, outcome, actor, object, event and facts."""

    action: str
    outcome: str
    actor: str
    object: str
    event: str
    facts: dict[str, Any]
    core: dict[str, Any]
    content: dict[str, Any]


def entries(world: World, *, action: str = "", outcome: str = "") -> list[Logged]:
    """Read the log's entries in order, all or those of one action or outcome."""
    statement = "SELECT action, outcome, actor, object, core, content FROM audit_entry ORDER BY id"
    with world.owner.connect() as connection:
        rows = connection.execute(text(statement)).all()
    found = []
    for row in rows:
        core = json.loads(bytes(row.core))
        inner = core["facts"]
        found.append(
            Logged(
                action=row.action,
                outcome=row.outcome,
                actor=row.actor,
                object=row.object or "",
                event=inner.get("event", ""),
                facts=inner.get("facts", {}),
                core=core,
                content=_content(row.content),
            )
        )
    return [e for e in found if action in ("", e.action) and outcome in ("", e.outcome)]


def refusals(world: World, act: str) -> list[Logged]:
    """Read the refusals of an act: by its name, or as the reading that a private one looks like."""
    denied = entries(world, outcome="denied")
    return [e for e in denied if act in (e.action, e.content.get("act"))]


def _content(facet: bytes | None) -> dict[str, Any]:
    """Read the content facet; b"" or absent gives nothing."""
    read = json.loads(bytes(facet)) if facet and bytes(facet).startswith(b"{") else {}
    return dict(read)


def jobs(world: World) -> list[tuple[str, dict[str, Any]]]:
    """Read the jobs ever enqueued, as (name, arguments), in order."""
    with world.owner.connect() as connection:
        rows = connection.execute(
            text("SELECT task_name, args FROM procrastinate_jobs ORDER BY id")
        )
        return [(row.task_name, row.args) for row in rows]
