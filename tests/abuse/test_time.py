"""AC-20 to AC-23, AC-28: what is revoked is gone, however and whenever it is asked for again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event

import pytest

from tests.world import Someone
from tests.worlds.reports import review_with_grant
from tests.worlds.shared import SharedWorld

REASON = {"reason": "The window has closed."}


def _page(room: SharedWorld) -> str:
    return f"/api/v1/versions/{room.made.version_id}/pages/2"


def _revoke(room: SharedWorld, grant: str | None = None) -> None:
    path = f"/api/v1/grants/{grant or room.made.grant_a}/revoke"
    assert room.coordinator.client.post(path, json=REASON).status_code in (200, 204)


def test_no_request_that_starts_after_the_revocation_was_acknowledged_is_served(
    shared: SharedWorld,
) -> None:
    """AC-20, AC-21: readers that never pause, and their own ledger of what they were given."""
    revoked, enough = Event(), Event()
    path, image = _page(shared), f"{_page(shared)}/image"

    def read(someone: Someone, address: str) -> list[tuple[bool, int]]:
        ledger: list[tuple[bool, int]] = []
        for number in count():
            if enough.is_set() and number > 5:
                return ledger
            started_after = revoked.is_set()
            ledger.append((started_after, someone.client.get(address).status_code))
        return ledger

    with ThreadPoolExecutor(3) as pool:
        readers = [
            pool.submit(read, shared.reviewer_a, path),
            pool.submit(read, shared.lead_a, image),
            pool.submit(read, shared.reviewer_b, path),
        ]
        for _ in range(5):
            assert shared.approver.client.get("/api/v1/home").status_code == 200
        _revoke(shared)
        revoked.set()
        for _ in range(5):
            assert shared.approver.client.get("/api/v1/home").status_code == 200
        enough.set()
        *own, others = [reader.result(timeout=120) for reader in readers]
    for ledger in own:
        assert {status for after, status in ledger if after} == {404}
        assert 200 in {status for after, status in ledger if not after}, "and before, it was open"
    assert {status for _, status in others} == {200}


@pytest.mark.parametrize(
    "headers",
    [
        {"Range": "bytes=0-99"},
        {"Range": "bytes=0-99", "If-Range": '"anything"'},
        {"If-None-Match": "*"},
        {"If-None-Match": '"anything"'},
        {"If-Modified-Since": "Fri, 31 Dec 2100 23:59:59 GMT"},
    ],
)
def test_parts_and_conditions_open_nothing_that_is_closed(
    shared_room: SharedWorld, headers: dict[str, str]
) -> None:
    """AC-22, AC-23: never 206, never 304; a cache that asks again learns that it is gone."""
    room, path = shared_room, f"{_page(shared_room)}/image"
    asked = room.reviewer_a.client.get(path, headers=headers)
    assert asked.status_code == 200, "the whole answer, decided anew"
    assert len(asked.content) > 1000
    room.change("UPDATE grants SET state = 'revoked' WHERE id = :id", id=room.made.grant_a)
    try:
        closed = room.reviewer_a.client.get(path, headers=headers)
    finally:
        room.change("UPDATE grants SET state = 'in_force' WHERE id = :id", id=room.made.grant_a)
    assert closed.status_code == 404
    assert closed.content == room.stress_tester.client.get(path, headers=headers).content


@pytest.mark.parametrize("first", ["approve", "revoke", "together"])
def test_a_grant_that_is_revoked_while_it_is_approved_stays_revoked(
    shared: SharedWorld, first: str
) -> None:
    """AC-28: whatever comes first, what was acknowledged as revoked opens nothing."""
    review, grant = review_with_grant(shared, shared.made, "TEAM", preset="reviewer")
    shared.change(
        "UPDATE grants SET state = 'requested', lifted = '{LEG}' WHERE id = :id", id=grant
    )

    def approve() -> int:
        status: int = shared.approver.client.post(f"/api/v1/grants/{grant}/approve").status_code
        return status

    def revoke() -> int:
        path = f"/api/v1/grants/{grant}/revoke"
        status: int = shared.coordinator.client.post(path, json=REASON).status_code
        return status

    both: dict[str, Callable[[], int]] = {"approve": approve, "revoke": revoke}
    if first == "together":
        with ThreadPoolExecutor(2) as pool:
            done = {name: pool.submit(act) for name, act in both.items()}
            answers = {name: future.result(timeout=60) for name, future in done.items()}
    else:
        answers = {first: both.pop(first)()}
        answers |= {name: act() for name, act in both.items()}
    assert answers["revoke"] in (200, 204), review
    ((state,),) = shared.rows("SELECT state FROM grants WHERE id = :id", id=grant)
    assert state in ("revoked", "refused"), "one that nobody had approved yet is refused"
    assert answers["approve"] in ((200, 204) if first == "approve" else (200, 204, 403, 409))
    assert shared.stress_tester.client.get(_page(shared)).status_code == 404


def test_a_second_grant_does_not_keep_the_first_one_open(shared: SharedWorld) -> None:
    """Two grants on one version: what only the revoked one lifted is withheld at once."""
    _, narrow = review_with_grant(shared, shared.made, "ORGA", preset="limited")
    wide = shared.reviewer_a.client.get(_page(shared)).json()
    assert "SEC" in wide["edition"]["lifted"]
    _revoke(shared)
    narrowed = shared.reviewer_a.client.get(_page(shared))
    assert narrowed.status_code == 200
    assert "SEC" in narrowed.json()["edition"]["withheld"]
    assert "gatehouse" not in narrowed.text
    _revoke(shared, narrow)
    assert shared.reviewer_a.client.get(_page(shared)).status_code == 404


def test_signing_out_closes_the_session_for_every_copy_of_its_cookie(
    shared: SharedWorld,
) -> None:
    """AC-24, the server's part: going back asks again, and nothing may be kept."""
    client, path = shared.reviewer_a.client, _page(shared)
    assert client.get(path).headers["cache-control"] == "no-store"
    kept = shared.anonymous()
    kept.cookies.update(client.cookies)
    assert kept.get(path).status_code == 200
    assert client.post("/api/v1/session/end").status_code == 200
    assert kept.get(path).status_code == 401
