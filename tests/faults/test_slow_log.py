"""AC-51: a log that does not answer. Nothing is shown meanwhile, nothing hangs, all comes back."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from tests.worlds.reports import SEC
from tests.worlds.shared import SharedWorld


@pytest.fixture(scope="module")
def room(shared_room: SharedWorld) -> SharedWorld:
    """Give one world to the whole module."""
    return shared_room


@contextmanager
def held(room: SharedWorld, table: str) -> Iterator[None]:
    """Hold a table so that everybody else's writing waits."""
    with room.owner.begin() as connection:
        connection.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
        yield


@pytest.mark.parametrize("part", ["/pages/2", "/pages/2/image", f"/search?q={SEC}"])
def test_while_the_log_stands_still_nothing_is_shown_and_nobody_waits_for_ever(
    room: SharedWorld, part: str
) -> None:
    path = f"/api/v1/versions/{room.made.version_id}{part}"
    with ThreadPoolExecutor(1) as pool, held(room, "audit_entry"):
        answer = pool.submit(room.reviewer_a.client.get, path).result(timeout=120)
    assert answer.status_code == 503
    assert answer.json()["code"] == "not-recorded"
    assert "words" not in answer.json()
    assert room.reviewer_a.client.get(path).status_code == 200, "it comes back by itself"


def test_a_change_that_waits_too_long_for_the_log_is_not_made(room: SharedWorld) -> None:
    body = {"review_id": room.made.review_a, "question": "Waited too long"}
    with ThreadPoolExecutor(1) as pool, held(room, "audit_entry"):
        posted = pool.submit(room.reviewer_a.client.post, "/api/v1/requests", json=body)
        assert posted.result(timeout=120).status_code == 503
    assert room.rows("SELECT count(*) FROM requests") == [(0,)]


def test_a_table_that_somebody_holds_is_said_to_be_unavailable(room: SharedWorld) -> None:
    with ThreadPoolExecutor(1) as pool, held(room, "reports"):
        answer = pool.submit(room.reviewer_a.client.get, "/api/v1/reports").result(timeout=120)
    assert answer.status_code == 503
    assert room.reviewer_a.client.get("/api/v1/reports").status_code == 200
