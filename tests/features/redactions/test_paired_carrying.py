"""Each act of carrying over, as a form and as JSON: the same rows, entries and jobs."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.features.redactions.marking import written
from app.features.redactions.schemas import Place
from tests.database import DatabaseServer
from tests.features.redactions.carried import SEC, Kept, TwoVersions, waiting
from tests.world import World
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.snapshots import copy_of


@pytest.fixture(scope="module")
def two_rooms(
    carried_snapshot: Kept,
    database_server: DatabaseServer,
    worker_id: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[World, World]]:
    """Give two copies of both versions, in which all that is there has the same ids."""
    kept, folder = carried_snapshot, tmp_path_factory.mktemp("carried-rooms")
    one, other = (
        copy_of(kept, database_server, f"{worker_id}_carry_{name}", folder / name)
        for name in ("html", "json")
    )  # fmt: skip
    for html, _ in one:
        for json, _ in other:
            yield html, json


@pytest.fixture
def made(carried_snapshot: Kept) -> TwoVersions:
    """Give the versions of both rooms."""
    return carried_snapshot.made


def base(made: TwoVersions) -> str:
    """Give the address of the page."""
    return f"/versions/{made.second.version_id}/carry-over"


def found_in(pair: Doors, made: TwoVersions, *names: str) -> list[dict[str, Any]]:
    """Give marks that wait in both rooms, by their words and page."""
    found = [waiting(world.author, made) for world in (pair.html, pair.json)]
    assert found[0] == found[1]
    return [found[0][name] for name in names]


@pytest.mark.paired("/versions/{version_id}/carry-over/not-needed")
def test_finding_a_mark_unneeded(pair: Doors, made: TwoVersions) -> None:
    (mark,) = found_in(pair, made, "forty-one million 3")
    body = {"mark": mark["id"], "reason": "The sum is no longer said."}
    events = pair.assert_alike(
        lambda w: post_form(w.author, f"{base(made)}/not-needed", **body),
        lambda w: post_json(w.author, f"{base(made)}/not-needed", **body),
    )
    assert "MarkNotNeeded" in events


@pytest.mark.paired("/versions/{version_id}/carry-over")
def test_carrying_identical_marks_over(pair: Doors, made: TwoVersions) -> None:
    marks = [m["id"] for m in found_in(pair, made, f"{SEC} 2", "Elena Marchetti 2")]
    earlier = made.first.version_id
    events = pair.assert_alike(
        lambda w: post_form(w.author, base(made), earlier=earlier, marks=marks),
        lambda w: post_json(w.author, base(made), earlier=earlier, marks=marks),
    )
    assert events.count("RedactionCarried") == 2
    assert "MarksCarried" in events
    assert "DeliberationRead" in events, "a restricted justification came along"


@pytest.mark.paired("/versions/{version_id}/carry-over/mark")
def test_carrying_one_mark_over(pair: Doors, made: TwoVersions) -> None:
    (mark,) = found_in(pair, made, f"{SEC} 4")
    places = mark["spots"][0]["places"]
    box = written(tuple(Place.model_validate(place) for place in places))
    path, wanted = f"{base(made)}/mark", mark["id"]
    events = pair.assert_alike(
        lambda w: post_form(w.author, path, mark=wanted, places=box),
        lambda w: post_json(w.author, path, mark=wanted, places=places),
    )
    assert "RedactionCarried" in events
