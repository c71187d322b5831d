"""The decision about a change, as a form and as JSON: the same rows, entries and jobs."""

from collections.abc import Iterator

import pytest

from tests.database import DatabaseServer
from tests.features.versions.conftest import Kept
from tests.world import World
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.snapshots import copy_of
from tests.worlds.two_versions import TwoTexts


@pytest.fixture(scope="module")
def two_rooms(
    published_at_rest: Kept,
    database_server: DatabaseServer,
    worker_id: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[World, World]]:
    """Give two copies of both versions, in which all that is there has the same ids."""
    folder = tmp_path_factory.mktemp("material-rooms")
    one_room, other = (
        copy_of(published_at_rest, database_server, f"{worker_id}_vm_{name}", folder / name)
        for name in ("html", "json")
    )
    for html, _ in one_room:
        for json, _ in other:
            yield html, json


@pytest.fixture
def made(published_at_rest: Kept) -> TwoTexts:
    """Give the versions of both rooms."""
    return published_at_rest.made


@pytest.mark.paired("/versions/{version_id}/impact/material")
def test_deciding_that_a_change_is_material(pair: Doors, made: TwoTexts) -> None:
    path = f"/versions/{made.second.version_id}/impact/material"
    earlier, reason = made.first.version_id, "The sum was approved by somebody else."
    events = pair.assert_alike(
        lambda w: post_form(w.coordinator, path, earlier=earlier, material="yes", reason=reason),
        lambda w: post_json(w.coordinator, path, earlier=earlier, material=True, reason=reason),
    )
    assert events.count("MaterialChangeTold") == 2
