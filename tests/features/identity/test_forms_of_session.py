"""The forms of every page's frame: sign out, act for another organisation, appearance."""

import re

from fastapi.testclient import TestClient
from sqlalchemy import text

from app.web.session import COOKIE
from tests.worlds.signing_in import SigningIn, add_provider, session_cookie


def _token(browser: TestClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/").text)
    assert found is not None
    return found[1]


def test_signing_out_by_form_and_by_json_leaves_the_same(signing_in: SigningIn) -> None:
    by_form, by_json = signing_in.browser(), signing_in.browser()
    signing_in.sign_in(by_form)
    signing_in.sign_in(by_json)
    page = by_form.post("/sign-out", data={"csrf_token": _token(by_form)})
    assert page.status_code == 200
    assert "You are signed out" in page.text
    told = by_json.post("/api/v1/session/end", headers={"X-Vitrine-CSRF": "1"})
    assert told.json() == {"end_session_url": None}
    for browser in (by_form, by_json):
        assert session_cookie(browser) is None
    rows = signing_in.rows("SELECT ended_at FROM sessions WHERE id_token IS NOT NULL")
    assert len(rows) == 2
    assert all(row.ended_at is not None for row in rows)
    one, other = signing_in.entries("identity:session:ended")
    assert (one.event, one.actor, set(one.facts)) == (other.event, other.actor, set(other.facts))
    assert by_form.post("/sign-out").status_code == 200  # nobody is signed in: nothing to end


def test_a_person_acts_for_another_organisation_by_form(signing_in: SigningIn) -> None:
    world = signing_in.world
    add_provider(world, "ORGB", issuer=signing_in.provider.issuer, entry="ogb-shared")
    with world.owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO memberships (id, person_id, organisation_id, roles, state, created_at)"
                " VALUES ('mem_second', :person, :organisation, '{reviewer}', 'active', now())"
            ),
            {"person": world.reviewer_a.id, "organisation": world.organisations["ORGB"]},
        )
    browser = signing_in.browser()
    signing_in.sign_in(browser)
    before = browser.cookies.get(COOKIE)
    form = {"membership": "mem_second"}
    assert browser.post("/acting-organisation", data=form).status_code == 403  # no token
    done = browser.post("/acting-organisation", data={**form, "csrf_token": _token(browser)})
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert browser.cookies.get(COOKIE) != before
    page = browser.get("/")
    assert "ORGB organisation" in page.text


def test_the_appearance_is_kept_in_the_browser_and_leads_back(signing_in: SigningIn) -> None:
    browser = signing_in.browser()
    done = browser.post("/theme", data={"theme": "dark", "next": "/sign-in"})
    assert (done.status_code, done.headers["location"]) == (303, "/sign-in")
    assert 'data-theme="dark"' in browser.get("/sign-in").text
    away = browser.post("/theme", data={"theme": "dark", "next": "//evil.test"})
    assert away.headers["location"] == "/"
