"""The first thing each person sees: what waits for them, and nothing of anybody else's."""

import pytest
from sqlalchemy import text

from tests.world import World
from tests.worlds.reports import imported_version, published_version
from tests.worlds.shared import SharedWorld


def _figures(world: World, who: str) -> dict[str, int]:
    told = world.people[who].client.get("/api/v1/home")
    assert told.status_code == 200, told.text
    return {figure["label"]: figure["value"] for figure in told.json()["figures"]}


def test_a_fresh_installation_says_what_to_do_first(world: World) -> None:
    author = world.author.client.get("/")
    assert "Nothing is here yet" in author.text
    assert "Import the report that is to be reviewed." in author.text
    assert "Nothing waits for you" in world.administrator.client.get("/").text
    reviewer = world.reviewer_a.client.get("/")
    assert "Nothing waits for you" in reviewer.text
    assert "Nothing is open to your organisation now." in reviewer.text


@pytest.mark.parametrize(
    ("who", "label"),
    [
        ("author", "findings on your claims"),
        ("coordinator", "requests to triage"),
        ("responder", "requests for you to answer"),
        ("approver", "marks to decide"),
        ("auditor", "refusals within a day"),
        ("administrator", "organisations that cannot sign in yet"),
        ("reviewer_a", "requests need your reply"),
        ("lead_a", "drafts in your organisation"),
    ],
)
def test_each_role_is_told_its_own_questions(world: World, who: str, label: str) -> None:
    page = world.people[who].client.get("/")
    assert page.status_code == 200
    assert label in page.text
    assert label in _figures(world, who)


def test_nobody_sees_a_home_without_signing_in(world: World) -> None:
    assert world.anonymous().get("/").status_code == 303
    assert world.anonymous().get("/api/v1/home").status_code == 401


def test_marks_wait_for_another_person_than_the_one_who_made_them(world: World) -> None:
    made = imported_version(world)
    with world.owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO redactions (id, version_id, group_id, page, rects, mode, categories,"
                " character, justification, size_words, state, proposed_by, proposed_at,"
                " negative_statement) VALUES ('red_one', :version, 'g', 1, '[]', 'tight', '{SEC}',"
                " 'A name', 'Because', 1, 'proposed', :author, now(), false)"
            ),
            {"version": made.version_id, "author": world.author.id},
        )
    assert _figures(world, "approver")["marks to decide"] == 1
    assert _figures(world, "author")["of your marks without a decision"] == 1
    assert _figures(world, "second_author")["of your marks without a decision"] == 0
    page = world.approver.client.get("/")
    assert "One thing waits for you" in page.text
    assert f'href="/versions/{made.version_id}/redactions?state=proposed"' in page.text


def test_a_report_that_is_not_shared_does_not_exist_on_a_reviewers_home(world: World) -> None:
    published_version(world)
    assert "Sabotage risk report" in world.coordinator.client.get("/").text
    for who in ("reviewer_a", "lead_b", "administrator"):
        assert "Sabotage risk report" not in world.people[who].client.get("/").text


def test_an_auditor_sees_that_something_was_refused(world: World) -> None:
    before = _figures(world, "auditor")["refusals within a day"]
    assert world.author.client.get("/log").status_code in (403, 404)
    assert _figures(world, "auditor")["refusals within a day"] == before + 1


def test_a_reviewer_finds_what_is_open_and_until_when(shared: SharedWorld) -> None:
    page = shared.reviewer_a.client.get("/")
    assert "Sabotage risk report" in page.text
    assert f'href="/versions/{shared.made.version_id}"' in page.text
    with shared.owner.begin() as connection:
        connection.execute(
            text("UPDATE grants SET state = 'revoked' WHERE organisation_id = :organisation"),
            {"organisation": shared.organisations["ORGA"]},
        )
    assert "Nothing is open to your organisation now." in shared.reviewer_a.client.get("/").text
    assert "Sabotage risk report" in shared.reviewer_b.client.get("/").text


def test_the_terms_and_the_receipt_wait_for_the_reviewer(shared: SharedWorld) -> None:
    shared.change("DELETE FROM undertakings")
    page = shared.reviewer_a.client.get("/").text
    assert "Two things wait for you" in page
    assert "Read and accept the terms for Sabotage risk report" in page
    assert f'href="/versions/{shared.made.version_id}"' not in page, "it would lead to a 404"
    assert "once you have accepted its terms" in page
    assert "Acknowledge the receipt: Sabotage risk report, version 1" in page


def test_an_author_is_led_to_what_is_to_be_marked(world: World) -> None:
    made = imported_version(world)
    page = world.author.client.get("/").text
    assert "One thing waits for you" in page
    assert f"/versions/{made.version_id}" in page
    assert "to be marked" in page
    assert "to be marked" not in world.second_author.client.get("/").text


def test_the_rail_offers_only_lists_in_which_a_role_could_find_something(world: World) -> None:
    offered = {
        who: world.people[who].client.get("/").text
        for who in ("administrator", "responder", "author", "lead_a")
    }
    lists = ("/reports", "/requests", "/findings")
    wanted = {
        "administrator": (False, False, False),
        "responder": (True, True, False),
        "author": (True, True, True),
        "lead_a": (True, True, True),
    }
    for who, page in offered.items():
        found = tuple(f'<li><a href="{path}"' in page for path in lists)
        assert found == wanted[who], who
