"""Each act on two versions, as a form and as JSON: the same rows, entries and jobs."""

from collections.abc import Iterator

import pytest

from app.domain.passages import written
from tests.database import DatabaseServer
from tests.features.versions.conftest import Kept
from tests.features.versions.test_carrying_claims_on import matching, one
from tests.world import World
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.snapshots import copy_of
from tests.worlds.two_versions import TwoTexts


@pytest.fixture(scope="module")
def two_rooms(
    texts_at_rest: Kept,
    database_server: DatabaseServer,
    worker_id: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[World, World]]:
    """Give two copies of both versions, in which all that is there has the same ids."""
    folder = tmp_path_factory.mktemp("version-rooms")
    one_room, other = (
        copy_of(texts_at_rest, database_server, f"{worker_id}_vr_{name}", folder / name)
        for name in ("html", "json")
    )
    for html, _ in one_room:
        for json, _ in other:
            yield html, json


@pytest.fixture
def made(texts_at_rest: Kept) -> TwoTexts:
    """Give the versions of both rooms."""
    return texts_at_rest.made


@pytest.mark.paired("/versions/{version_id}/matching/claim")
def test_carrying_one_claim_on(pair: Doors, made: TwoTexts) -> None:
    claim = one(matching(pair.html.author, made), "3.1")
    place = claim["places"][0]
    path = f"{made.matching}/claim"
    box = f"{place['page']}:{written(place['rects'])}"
    events = pair.assert_alike(
        lambda w: post_form(w.author, path, claim=claim["id"], place=box),
        lambda w: post_json(
            w.author, path, claim=claim["id"], page=place["page"], rects=place["rects"]
        ),
    )
    assert "ClaimCarried" in events


@pytest.mark.paired("/versions/{version_id}/matching")
def test_carrying_identical_claims_on(pair: Doors, made: TwoTexts) -> None:
    claims = [claim["id"] for claim in matching(pair.html.author, made)["identical"]]
    earlier = made.first.version_id
    events = pair.assert_alike(
        lambda w: post_form(w.author, made.matching, earlier=earlier, claims=claims),
        lambda w: post_json(w.author, made.matching, earlier=earlier, claims=claims),
    )
    assert events.count("ClaimCarried") == 3
    assert "ClaimsCarried" in events


@pytest.mark.paired("/versions/{version_id}/matching/gone")
def test_saying_that_a_claim_is_gone(pair: Doors, made: TwoTexts) -> None:
    path, claim = f"{made.matching}/gone", made.claims["1.3"]
    events = pair.assert_alike(
        lambda w: post_form(w.author, path, claim=claim),
        lambda w: post_json(w.author, path, claim=claim),
    )
    assert "ClaimFoundGone" in events


@pytest.mark.paired("/versions/{version_id}/matching/undo")
def test_taking_back_what_was_decided(pair: Doors, made: TwoTexts) -> None:
    path, claim = made.matching, made.claims["1.2"]
    pair.both(lambda w: post_json(w.author, f"{path}/gone", claim=claim))
    events = pair.assert_alike(
        lambda w: post_form(w.author, f"{path}/undo", claim=claim),
        lambda w: post_json(w.author, f"{path}/undo", claim=claim),
    )
    assert "CarryingUndone" in events
