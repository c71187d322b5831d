"""What happens to somebody whose session ended while they were typing."""

import pytest
from sqlalchemy import text

from app.web import csrf
from tests.world import World


def test_a_page_without_a_session_leads_to_sign_in_and_back(world: World) -> None:
    response = world.anonymous().get("/findings?state=Done")
    assert response.status_code == 303
    assert response.headers["location"] == "/sign-in?next=%2Ffindings%3Fstate%3DDone"
    program = world.anonymous().get("/findings", headers={"Accept": "application/json"})
    assert program.status_code == 401
    assert program.json()["code"] == "sign-in-needed"


def test_an_image_without_a_session_is_not_led_to_a_page(world: World) -> None:
    response = world.anonymous().get("/findings", headers={"Sec-Fetch-Dest": "image"})
    assert response.status_code == 401


def test_what_was_typed_survives_the_end_of_the_session(world: World) -> None:
    browser = world.administrator.client
    form = {
        "csrf_token": csrf.token_for("test-secret"),
        "name": "A name <b>typed</b>\nwith care",
        "code": "NEW",
    }
    with world.owner.begin() as connection:
        connection.execute(text("UPDATE sessions SET expires_at = now() - interval '1 minute'"))
    response = browser.post(
        "/organisations", data=form, headers={"Referer": "https://vitrine.test/organisations/new"}
    )
    assert response.status_code == 401
    assert "A name &lt;b&gt;typed&lt;/b&gt;\nwith care</textarea>" in response.text
    assert form["csrf_token"] not in response.text
    assert 'href="/sign-in?next=%2Forganisations%2Fnew"' in response.text


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://e.test"}]
)
def test_a_foreign_page_cannot_put_its_words_onto_ours(
    world: World, headers: dict[str, str]
) -> None:
    planted = {"name": "Call this number"}
    browser = world.anonymous()
    assert "Call this number" in browser.post("/organisations", data=planted).text
    response = browser.post("/organisations", data=planted, headers=headers)
    assert response.status_code in (401, 403)
    assert "Call this number" not in response.text


def test_a_session_ends_by_idleness_too(world: World) -> None:
    browser = world.author.client
    assert browser.get("/").status_code == 200
    with world.owner.begin() as connection:
        connection.execute(text("UPDATE sessions SET seen_at = now() - interval '121 minutes'"))
    assert browser.get("/").status_code == 303
