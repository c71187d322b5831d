"""A version as an organisation sees it: beside one's own edition, never more than it."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from tests.database import DatabaseServer
from tests.world import World
from tests.worlds.entries import entries
from tests.worlds.reports import COM, LEG, PII, PUBLIC, SEC, SharedVersion, grant_internally
from tests.worlds.shared import Situation
from tests.worlds.snapshots import copy_of

Room = tuple[World, SharedVersion]


@pytest.fixture(scope="module")
def room(
    shared_snapshot: Situation,
    database_server: DatabaseServer,
    worker_id: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Room]:
    """Give a published version of which the approver reads less than everything."""
    for world, made in copy_of(
        shared_snapshot,
        database_server,
        f"{worker_id}_viewas",
        tmp_path_factory.mktemp("viewas") / "data",
    ):
        grant_internally(world, made, world.approver, "SEC", "COM")
        yield world, made


def address(world: World, made: SharedVersion, code: str, rest: str = "") -> str:
    """Give the address of a version in an organisation's eyes."""
    return f"/versions/{made.version_id}/as/{world.organisations[code]}{rest}"


def seen(
    world: World, made: SharedVersion, code: str, rest: str = "", *, who: str = "author"
) -> Any:
    """Look by the API."""
    return world.people[who].client.get(f"/api/v1{address(world, made, code, rest)}")


def words_of(view: dict[str, Any]) -> set[str]:
    """Give the words of the differences."""
    return {one["words"].strip(".,") for one in view["differences"]}


def test_what_they_do_not_read_is_listed_with_its_words(room: Room) -> None:
    world, made = room
    view = seen(world, made, "ORGB").json()

    assert words_of(view) == {LEG, SEC, PII}
    assert view["withheld"] == ["LEG", "PII", "SEC"]
    assert view["beyond"] == []
    assert words_of(seen(world, made, "ORGA").json()) == {LEG}
    page = world.author.client.get(address(world, made, "ORGB"))
    assert page.status_code == 200
    assert LEG in page.text


def test_one_page_stands_there_twice_each_with_its_own_words(room: Room) -> None:
    world, made = room
    view = seen(world, made, "ORGB", "/pages/2").json()
    own = {word[0] for word in view["own"]["words"]}
    theirs = {word[0] for word in view["theirs"]["words"]}

    assert SEC in own
    assert SEC not in theirs
    assert theirs < own
    answer = world.people["lead_b"].client.get(f"/api/v1/versions/{made.version_id}/pages/2")
    assert theirs == {word["text"] for word in answer.json()["words"]}
    page = world.author.client.get(address(world, made, "ORGB", "/pages/2")).text
    assert "Your edition" in page
    assert page.count("<figure") == 2


def test_their_picture_is_theirs_with_ones_own_watermark(room: Room) -> None:
    world, made = room
    own = world.author.client.get(f"/versions/{made.version_id}/pages/2/image")
    theirs = world.author.client.get(address(world, made, "ORGB", "/pages/2/image"))

    assert theirs.status_code == 200
    assert theirs.headers["cache-control"] == "no-store"
    assert theirs.content != own.content


def test_who_reads_less_than_they_do_sees_no_more_for_it(room: Room) -> None:
    world, made = room
    answer = seen(world, made, "ORGA", who="approver")  # A reads PII, the approver does not

    assert answer.status_code == 200, answer.text
    assert answer.json()["beyond"] == ["PII"]
    assert "Marchetti" not in answer.text
    assert LEG not in answer.text
    page = seen(world, made, "ORGA", "/pages/2", who="approver")
    assert page.status_code in (200, 503)
    assert "Marchetti" not in page.text


def test_looking_is_recorded_and_the_organisation_learns_nothing_of_it(room: Room) -> None:
    world, made = room
    before = len(entries(world))
    seen(world, made, "ORGB", "/pages/2")
    added = entries(world)[before:]

    assert [e.event for e in added] == ["ViewedAs", "PageRead", "PageRead"]
    assert added[0].facts == {"organisation": world.organisations["ORGB"]}
    record = world.people["lead_b"].client.get("/api/v1/record").text
    assert "ViewedAs" not in record


@pytest.mark.parametrize("who", ["lead_a", "reviewer_b", "internal_reader", "auditor", "responder"])
def test_nobody_else_looks_through_their_eyes(room: Room, who: str) -> None:
    world, made = room
    for rest in ("", "/pages/2", "/pages/2/image"):
        for prefix in ("", "/api/v1"):
            answer = world.people[who].client.get(prefix + address(world, made, "ORGB", rest))
            assert answer.status_code == 404
            assert PUBLIC not in answer.text


def test_there_are_no_eyes_without_a_grant(room: Room) -> None:
    world, made = room
    missing = world.author.client.get(f"/versions/{made.version_id}/as/org_nowhere")
    assert missing.status_code == 404
    with world.owner.begin() as connection:
        connection.execute(
            text("UPDATE grants SET state = 'revoked' WHERE id = :id"), {"id": made.grant_b}
        )
    try:
        assert seen(world, made, "ORGB").status_code == 404
    finally:
        with world.owner.begin() as connection:
            connection.execute(
                text("UPDATE grants SET state = 'in_force' WHERE id = :id"), {"id": made.grant_b}
            )


def test_the_desk_leads_to_each_organisations_view(room: Room) -> None:
    world, made = room
    desk = f"/reports/{made.report_id}/versions/{made.version_id}"
    shown = world.author.client.get(desk).text

    assert address(world, made, "ORGA") in shown
    assert address(world, made, "ORGB") in shown
    assert "See it as" not in world.second_author.client.get(desk).text
    assert COM not in shown
