"""AC-45, AC-50, AC-52, AC-53: who did it is what the session says, and the log only grows."""

import json

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.web.session import COOKIE
from tests.world import PUBLIC_URL
from tests.worlds.shared import SharedWorld


@pytest.fixture(scope="module")
def room(shared_room: SharedWorld) -> SharedWorld:
    """Give one world to the whole module."""
    return shared_room


# ---- AC-53 a forged actor

CLAIMS = {
    "X-Forwarded-User": "coordinator", "X-Remote-User": "coordinator", "Remote-User": "coordinator",
    "X-User-Id": "{id}", "X-Actor": "{id}", "X-Organisation": "{org}", "X-Vitrine-Person": "{id}",
    "X-Vitrine-Organisation": "{org}", "X-HTTP-Method-Override": "POST",
}  # fmt: skip


def test_no_header_makes_somebody_of_nobody(room: SharedWorld) -> None:
    claims = {
        name: value.format(id=room.coordinator.id, org=room.organisations["PUB"])
        for name, value in CLAIMS.items()
    }
    for extra in (claims, {"Authorization": f"Bearer {room.coordinator.token}"},
                  {"Authorization": "Basic Y29vcmRpbmF0b3I6"}):  # fmt: skip
        assert room.anonymous().get("/api/v1/requests", headers=extra).status_code == 401


def test_no_header_makes_somebody_somebody_else(room: SharedWorld) -> None:
    claims = {
        name: value.format(id=room.coordinator.id, org=room.organisations["PUB"])
        for name, value in CLAIMS.items()
    }
    said = room.reviewer_a.client.get("/api/v1/session", headers=claims).json()
    assert said["person_id"] == room.reviewer_a.id
    assert said["organisation_id"] == room.organisations["ORGA"]
    assert room.reviewer_a.client.get("/log", headers=claims).status_code == 404


FORGED = ["", "x", "0" * 43, "' OR 1=1 --", "../../etc/passwd", "\u00e9", "a" * 5000]


@pytest.mark.parametrize("token", FORGED)
def test_a_made_up_session_is_nobodys(room: SharedWorld, token: str) -> None:
    headers = {"Cookie": f"{COOKIE}={token}".encode()}
    assert room.anonymous().get("/api/v1/session", headers=headers).status_code in (400, 401)


def test_a_session_under_another_cookie_name_or_by_its_hash_is_nobodys(room: SharedWorld) -> None:
    ((kept,),) = room.rows(
        "SELECT encode(token_hash, 'hex') FROM sessions WHERE person_id = :id",
        id=room.coordinator.id,
    )
    for cookie in (f"vitrine={room.coordinator.token}", f"{COOKIE}={kept}"):
        headers = {"Cookie": cookie}
        assert room.anonymous().get("/api/v1/session", headers=headers).status_code == 401
    right = {"Cookie": f"{COOKIE}={room.coordinator.token}"}
    assert room.anonymous().get("/api/v1/session", headers=right).status_code == 200


@pytest.mark.parametrize(
    "change", ["ended_at = now()", "expires_at = now()", "seen_at = now() - interval '3 hours'"]
)
def test_a_session_that_is_over_is_nobodys(room: SharedWorld, change: str) -> None:
    who = {"id": room.internal_reader.id}
    kept = room.rows("SELECT ended_at, expires_at, seen_at FROM sessions WHERE person_id = :id",
                     **who)  # fmt: skip
    client = room.internal_reader.client
    assert client.get("/api/v1/session").status_code == 200
    room.change(f"UPDATE sessions SET {change} WHERE person_id = :id", **who)
    assert client.get("/api/v1/session").status_code == 401
    room.change(
        "UPDATE sessions SET ended_at = :e, expires_at = :x, seen_at = :s WHERE person_id = :id",
        e=kept[0][0], x=kept[0][1], s=kept[0][2], **who,
    )  # fmt: skip
    assert client.get("/api/v1/session").status_code == 200


def test_somebody_whose_membership_ended_is_nobody_at_the_next_request(room: SharedWorld) -> None:
    who = {"id": room.second_author.membership_id}
    room.change("UPDATE memberships SET state = 'ended' WHERE id = :id", **who)
    assert room.second_author.client.get("/api/v1/session").status_code == 401
    room.change("UPDATE memberships SET state = 'active' WHERE id = :id", **who)
    assert room.second_author.client.get("/api/v1/session").status_code == 200


def test_the_log_names_the_person_of_the_session(room: SharedWorld) -> None:
    made = room.author.client.post(
        "/api/v1/reports",
        json={"title": "Whose is it?"},
        headers={"X-Actor": room.coordinator.id, "User-Agent": room.coordinator.id},
    )
    assert made.status_code == 201
    actors = room.rows(
        "SELECT DISTINCT actor FROM audit_entry WHERE object = :id", id=made.json()["id"]
    )
    assert actors == [(room.author.id,)]


# ---- AC-45 what a caller sends cannot become a line or a header of ours


def test_a_caller_cannot_write_lines_of_our_log(
    room: SharedWorld, capfd: pytest.CaptureFixture[str]
) -> None:
    room.change("ALTER TABLE reports RENAME TO elsewhere")
    served = TestClient(
        room.application,  # type: ignore[arg-type]  # an ASGI application
        base_url=PUBLIC_URL,
        raise_server_exceptions=False,
    )
    served.cookies.update(room.author.client.cookies)
    forged = '/api/v1/reports?show=x%0a{"event":"forged","level":"info"}%0d%0aforged'
    try:
        served.get(forged, headers={"User-Agent": 'x {"event": "forged"}'})
    finally:
        room.change("ALTER TABLE elsewhere RENAME TO reports")
    lines = [line for line in "".join(capfd.readouterr()).splitlines() if line.strip()]
    assert lines
    events = [json.loads(line)["event"] for line in lines if line.startswith("{")]
    assert "request failed" in events
    assert "forged" not in events
    assert not [line for line in lines if line.startswith("forged")]


@pytest.mark.parametrize(
    "path",
    [
        "/versions/x%0d%0aSet-Cookie:%20evil=1/pages?page=2",
        "/sign-in?next=/x%0d%0aSet-Cookie:%20evil=1",
        "/reports/%0d%0aSet-Cookie:%20evil=1",
        "/requests?show=%0d%0aSet-Cookie:%20evil=1",
    ],
)
def test_a_caller_cannot_write_headers_of_ours(room: SharedWorld, path: str) -> None:
    for client in (room.reviewer_a.client, room.anonymous()):
        answer = client.get(path)
        assert answer.status_code < 500
        assert "evil" not in (answer.headers.get("set-cookie") or "")
        assert not [v for v in answer.headers.values() if "\r" in v or "\n" in v]


# ---- AC-52 the log only grows, whoever holds a connection of the portal

EDITS = [
    "UPDATE audit_entry SET outcome = 'done'",
    "DELETE FROM audit_entry",
    "TRUNCATE audit_entry CASCADE",
    "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
    "DROP TABLE audit_entry",
    "DELETE FROM audit_audience",
    "UPDATE audit_leaf SET leaf_hash = ''",
]


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("role", ["web", "worker"])
def test_no_role_that_serves_can_change_what_was_recorded(
    room: SharedWorld, role: str, edit: str
) -> None:
    engine = room.web.engine if role == "web" else room.worker.engine
    before = room.rows("SELECT count(*), max(id::text) FROM audit_entry WHERE outcome = 'denied'")
    side = "publisher" if role == "web" else "system"
    with engine.connect() as connection:
        connection.execute(text("SELECT set_config('vitrine.side', :s, true)"), {"s": side})
        with pytest.raises(DBAPIError, match=r"permission denied|must be owner|only grows"):
            connection.execute(text(edit))
    after = room.rows("SELECT count(*), max(id::text) FROM audit_entry WHERE outcome = 'denied'")
    assert after == before


@pytest.mark.parametrize("edit", EDITS[:3])
def test_not_even_the_owner_changes_an_entry_by_mistake(room: SharedWorld, edit: str) -> None:
    with room.owner.connect() as connection, pytest.raises(DBAPIError, match="only grows"):
        connection.execute(text(edit))
