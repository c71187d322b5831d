"""AC-37, AC-38, AC-39: foreign pages that post for us, lead away from us, or lend us a name."""

import pytest
from sqlalchemy import text

from app.web import csrf
from app.web.routing import Public, declared_routes
from app.web.session import COOKIE
from tests.clients import client_of
from tests.worlds.shared import SharedWorld


@pytest.fixture(scope="module")
def room(shared_room: SharedWorld) -> SharedWorld:
    """Give one world to the whole module."""
    return shared_room


def _posts(room: SharedWorld, *, api: bool) -> list[str]:
    found = [
        route.path
        for route in declared_routes(room.application)  # type: ignore[arg-type]  # a FastAPI application
        if "POST" in (route.methods or ())
        and route.path.startswith("/api/") is api
        and not isinstance(route.declared, Public)
    ]
    assert len(found) > 30
    return found


def _entries(room: SharedWorld) -> object:
    return room.rows("SELECT count(*) FROM audit_entry")


def test_no_form_is_taken_without_the_token_of_its_session(room: SharedWorld) -> None:
    before = _entries(room)
    for token in (None, "", "AAAA", csrf.token_for("another session's secret")):
        form = {} if token is None else {csrf.FORM_FIELD: token}
        for path in _posts(room, api=False):
            refused = room.coordinator.client.post(path, data=form)
            assert refused.status_code == 403, path
            assert "was not sent from a page of this session" in refused.text
            if token is not None:
                break  # what is wrong with a token is wrong for every form alike
    assert _entries(room) == before, "nothing was even decided"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://vitrine.test"},
    ],
)
def test_nothing_is_taken_from_another_site_even_with_the_token(
    room: SharedWorld, headers: dict[str, str]
) -> None:
    form = {csrf.FORM_FIELD: csrf.token_for("test-secret"), "title": "Forged"}
    assert room.author.client.post("/reports", data=form, headers=headers).status_code == 403
    body = {"title": "Forged"}
    refused = room.author.client.post("/api/v1/reports", json=body, headers=headers)
    assert refused.status_code == 403
    assert room.rows("SELECT count(*) FROM reports WHERE title = 'Forged'") == [(0,)]


def test_the_same_post_from_our_own_page_is_taken(room: SharedWorld) -> None:
    """The positive control of both walls."""
    ours = {"Sec-Fetch-Site": "same-origin", "Origin": "https://vitrine.test"}
    form = {csrf.FORM_FIELD: csrf.token_for("test-secret"), "title": "Ours"}
    assert room.author.client.post("/reports", data=form, headers=ours).status_code == 303
    assert room.author.client.post(
        "/api/v1/reports", json={"title": "Ours"}, headers=ours
    ).status_code == 201  # fmt: skip


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_no_call_of_the_api_is_taken_that_a_foreign_form_could_make(
    room: SharedWorld, kind: str
) -> None:
    client = room.anonymous()
    client.cookies.update(room.coordinator.client.cookies)
    for path in _posts(room, api=True):
        refused = client.post(path, content=b"{}", headers={"Content-Type": kind})
        assert refused.status_code == 403, path
        assert refused.json()["code"] == "forged-request"
        if kind:
            break


def test_reading_changes_nothing_so_that_a_link_can_do_no_harm(room: SharedWorld) -> None:
    """A GET may leave entries and the time last seen; rows of the business it may not touch."""
    tables = ("requests", "findings", "grants", "reviews", "redactions", "versions", "receipts",
              "undertakings", "memberships", "organisations", "guarded_fields")  # fmt: skip
    digest = "SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {} t"

    def rows() -> list[object]:
        with room.owner.connect() as connection:
            return [connection.execute(text(digest.format(t))).scalar() for t in tables]

    before = rows()
    for route in declared_routes(room.application):  # type: ignore[arg-type]  # a FastAPI application
        if "GET" in (route.methods or ()) and "{" not in route.path:
            room.coordinator.client.get(route.path)
    assert rows() == before


AWAY = ["//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example/",
        "/\t/evil.example", "javascript:alert(1)", "https:evil.example", "%2f%2fevil.example",
        "/\r\nSet-Cookie: a=b", "//user@evil.example", " //evil.example"]  # fmt: skip


@pytest.mark.parametrize("wish", AWAY)
def test_no_wish_leads_to_another_site(room: SharedWorld, wish: str) -> None:
    for path in ("/theme", "/sign-in"):
        client = room.anonymous()
        answer = client.post(path, data={"next": wish, "theme": "dark", "entry": "no-such-entry"})
        location = answer.headers.get("location", "/")
        assert location.startswith("/"), path
        assert not location.startswith(("//", "/\\"))
        assert "evil" not in location or "next=" in location
        assert "set-cookie: a=b" not in str(answer.headers).lower()
    signed_in = room.reviewer_a.client.get("/sign-in", params={"next": wish})
    assert signed_in.status_code == 303
    assert signed_in.headers["location"] == "/"


def test_a_path_of_our_own_is_followed(room: SharedWorld) -> None:
    """The positive control."""
    answer = room.reviewer_a.client.get("/sign-in", params={"next": "/requests?show=all"})
    assert answer.headers["location"] == "/requests?show=all"


FORWARDED = {
    "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "X-Original-URL": "/log",
    "X-Rewrite-URL": "/log", "Forwarded": "host=evil.example;proto=http",
    "X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9", "X-Forwarded-Prefix": "/evil",
}  # fmt: skip


def test_no_header_lends_us_another_name_or_somebody_another_address(room: SharedWorld) -> None:
    for path in ("/", "/requests", "/sign-in?next=/requests", "/no-such-page", "/our-people"):
        plain = room.lead_a.client.get(path)
        lent = room.lead_a.client.get(path, headers=FORWARDED)
        assert lent.status_code == plain.status_code
        assert "evil.example" not in lent.text
        assert "evil.example" not in str(lent.headers)
        assert lent.headers.get("location") == plain.headers.get("location")
    room.lead_a.client.get(f"/versions/{room.made.version_id}", headers=FORWARDED)
    told = room.rows("SELECT convert_from(personal, 'UTF8') FROM audit_entry")
    assert told
    assert not [row for row in told if "203.0.113.9" in str(row)]


@pytest.mark.parametrize("host", ["evil.example", "vitrine.test.evil.example", "vitrine.test:81"])
def test_another_name_is_not_answered_at_all(room: SharedWorld, host: str) -> None:
    refused = room.reviewer_a.client.get("/", headers={"Host": host})
    assert refused.status_code == 421
    assert host not in refused.text
    assert "https:// address" in refused.text


def test_plain_http_is_refused_with_the_reason_and_the_way_out(room: SharedWorld) -> None:
    browser = client_of(room.application, "http://192.0.2.7:8000")
    browser.cookies.set(COOKIE, room.reviewer_a.token)
    refused = browser.get("/")
    assert refused.status_code == 421
    assert "Over plain HTTP it answers only on the machine it runs on" in refused.text
    assert "VITRINE_PUBLIC_URL" in refused.text
    assert client_of(room.application, "http://localhost:8000").get("/sign-in").status_code == 200
