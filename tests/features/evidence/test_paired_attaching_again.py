"""Attaching evidence of an earlier version again, as a form and as JSON: the same rows and jobs."""

from collections.abc import Iterator

import pytest

from tests.database import DatabaseServer
from tests.features.evidence.carried import Kept, not_here
from tests.world import World
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.snapshots import copy_of


@pytest.fixture(scope="module")
def two_rooms(
    evidence_snapshot: Kept,
    database_server: DatabaseServer,
    worker_id: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[World, World]]:
    """Give two copies of both versions, in which all that is there has the same ids."""
    kept, folder = evidence_snapshot, tmp_path_factory.mktemp("again-rooms")
    one, other = (
        copy_of(kept, database_server, f"{worker_id}_again_{name}", folder / name)
        for name in ("html", "json")
    )  # fmt: skip
    for html, _ in one:
        for json, _ in other:
            yield html, json


@pytest.mark.paired("/versions/{version_id}/evidence-desk/again")
def test_attaching_again(pair: Doors, evidence_snapshot: Kept) -> None:
    made = evidence_snapshot.made
    path = f"/versions/{made.second.version_id}/evidence-desk/again"
    items = not_here(pair.html.author, made)
    assert items == not_here(pair.json.author, made)
    events = pair.assert_alike(
        lambda w: post_form(w.author, path, items=items),
        lambda w: post_json(w.author, path, items=items),
    )
    assert events.count("EvidenceAttached") == 3
