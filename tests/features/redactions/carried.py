"""A report in two versions: the first marked and published, the second imported and unmarked."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
import typst

from tests.database import DatabaseServer
from tests.world import Someone, World
from tests.worlds.doors import post_json
from tests.worlds.reports import (
    COM,
    LEG,
    PII,
    SEC,
    ImportedVersion,
    grant_internally,
    imported_version,
    settle,
)
from tests.worlds.snapshots import Snapshot, at_rest, copy_of

MOVED = "outside reviewers"
INSIDE = "The gatehouse has no second factor before spring."
# identical: page 2's gatehouse and the name; changed: the project; several: page 4's gatehouse
KINDS = {LEG: "changed", PII: "identical", COM: "gone", MOVED: "moved"}

_REVISED = f"""
#set page(width: 420pt, height: 560pt, margin: 56pt)
#set text(font: "Libertinus Serif", size: 11pt)
= Purpose
It was composed for {MOVED} and tells what might happen some day soon enough.
A court has sealed the project named BOREALIS, which is not discussed elsewhere.
#pagebreak()
= Systems
All traffic passes the {SEC} before it reaches a model.
The person who answers for it is {PII} of the safety team.
#pagebreak()
= Costs
The safeguards cost what they cost, and nobody asks any more.
#pagebreak()
= Conclusion
We hold now that the risk is quite low indeed. Our {SEC} never failed, and nobody doubts it.
"""


@cache
def revised_report(more: str = "") -> bytes:
    """Give the report's next version: other words, and some as they were."""
    return bytes(typst.compile((_REVISED + more).encode()))


@dataclass(frozen=True)
class TwoVersions:
    """The first version, published with seven marks, and the second, which has none yet."""

    first: ImportedVersion
    second: ImportedVersion


def marks_of(phrase: str, code: str, character: str, **more: Any) -> dict[str, Any]:
    """Give the reason of marks over a phrase."""
    return {
        "phrase": phrase, "categories": [code], "character": character,
        "justification": f"It falls under {code}.", **more,
    }  # fmt: skip


MARKS = (
    marks_of(LEG, "LEG", "Name of a project"),
    marks_of(
        SEC, "SEC", "Name of a system", restricted_justification=INSIDE, substitute="System A"
    ),
    marks_of(PII, "PII", "A name", mode="line"),
    marks_of(COM, "COM", "A sum", segregable=True),
    marks_of(MOVED, "COM", "Who reads it"),
)


def make_two_versions(world: World) -> TwoVersions:
    """Import, mark by the API, decide, publish; then import the next version."""
    first = imported_version(world)
    grant_internally(world, first, world.approver)
    path = f"/versions/{first.version_id}/redactions"
    for mark in MARKS:
        reason = dict(mark)
        found = world.author.client.get(f"/api/v1{path}/search", params={"q": reason.pop("phrase")})
        places = [place for hit in found.json()["hits"] for place in hit["places"]]
        made = post_json(world.author, path, places=places, **reason)
        assert made.status_code == 201, made.text
    area = {"page": 2, "rects": [[60, 400, 300, 500]]}
    reason = {"categories": ["SEC"], "character": "A drawing", "justification": "It shows a door."}
    assert post_json(world.author, path, places=[area], **reason).status_code == 201
    groups = [group["id"] for group in world.author.client.get(f"/api/v1{path}").json()]
    decided = post_json(
        world.approver, f"{path}/decide", groups=groups, approve=True, statement=True
    )
    assert decided.status_code == 200, decided.text
    published = world.coordinator.client.post(f"/api/v1/versions/{first.version_id}/publish")
    assert published.status_code == 200, published.text
    second = next_version(world, first)
    settle(world)
    return TwoVersions(first, second)


def next_version(world: World, first: ImportedVersion, more: str = "") -> ImportedVersion:
    """Import the revised report as the next version."""
    taken = world.author.client.post(
        f"/api/v1/reports/{first.report_id}/versions",
        data={"label": "2.0"},
        files={"file": ("report.pdf", revised_report(more), "application/pdf")},
    )
    assert taken.status_code == 202, taken.text
    settle(world)
    return ImportedVersion(first.report_id, taken.json()["id"])


Kept = Snapshot[TwoVersions]


@pytest.fixture(scope="session")
def carried_snapshot(
    database_server: DatabaseServer, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Kept]:
    """Make both versions once, the real way."""
    folder = tmp_path_factory.mktemp("carried") / "data"
    yield from at_rest(database_server, f"{worker_id}_carried", folder, make_two_versions)


@pytest.fixture
def two_versions(
    carried_snapshot: Kept, database_server: DatabaseServer, worker_id: str, tmp_path: Path
) -> Iterator[tuple[World, TwoVersions]]:
    """Give a copy of both versions that a test may change."""
    folder = tmp_path / "carried"
    yield from copy_of(carried_snapshot, database_server, f"{worker_id}_carry", folder)


def carry_over(who: Someone, made: TwoVersions) -> dict[str, Any]:
    """Read what waits, as somebody."""
    answer = who.client.get(f"/api/v1/versions/{made.second.version_id}/carry-over")
    assert answer.status_code == 200, answer.text
    view: dict[str, Any] = answer.json()
    return view


def waiting(who: Someone, made: TwoVersions) -> dict[str, dict[str, Any]]:
    """Give the marks that wait by their words and page, such as `gatehouse 2`."""
    view = carry_over(who, made)
    return {
        f"{mark['text'] or mark['character']} {mark['page']}": mark
        for earlier in view["earlier"]
        for part in ("identical", "others", "closed")
        for mark in earlier[part]
    }


def act(who: Someone, made: TwoVersions, what: str = "", **body: Any) -> httpx.Response:
    """Do one of the acts through the API."""
    return post_json(who, f"/versions/{made.second.version_id}/carry-over{what}", **body)


def carry_identical(who: Someone, made: TwoVersions) -> httpx.Response:
    """Carry everything identical over."""
    (earlier,) = carry_over(who, made)["earlier"]
    marks = [mark["id"] for mark in earlier["identical"]]
    return act(who, made, earlier=made.first.version_id, marks=marks)
