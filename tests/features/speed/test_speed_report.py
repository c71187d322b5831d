"""How fast requests were answered: figures from steps alone, each side its own."""

import csv
import io
from typing import Any

import pytest
from sqlalchemy import event, text

from tests.world import Someone, World
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import Asked, draft, request_in


def _report(someone: Someone, version: SharedVersion, *, review: str = "") -> Any:
    found = someone.client.get(f"/api/v1/reviews/{review or version.review_a}/speed")
    assert found.status_code == 200, found.text
    return found.json()


def _age(asked: Asked, name: str, days: int) -> None:
    """Let a step and all before it have happened earlier, a week being five business days."""
    with asked.world.owner.begin() as connection:
        connection.execute(
            text(
                "UPDATE stages SET at = at - make_interval(days => :d) WHERE subject_id = :id"
                " AND at <= (SELECT max(at) FROM stages WHERE subject_id = :id AND name = :n)"
            ),
            {"d": days, "id": asked.request_id, "n": name},
        )


def _clear(world: World) -> None:
    """Begin with no request at all; those of other tests would be counted as well."""
    with world.owner.begin() as connection:
        connection.execute(text("UPDATE requests SET state = 'draft'"))


def _denied(world: World) -> int:
    with world.owner.connect() as connection:
        statement = "SELECT count(*) FROM audit_entry WHERE action = 'speed:read'"
        return int(connection.execute(text(f"{statement} AND outcome = 'denied'")).scalar_one())


@pytest.fixture
def measured(world: World, version: SharedVersion) -> list[Asked]:
    """Give three requests: accepted after 15 business days, returned once, and not answered."""
    _clear(world)
    accepted = request_in(world, "released", version)
    _age(accepted, "RequestAssigned", 14)
    _age(accepted, "AnswerReleased", 7)
    accepted.post(world.reviewer_a, "accept")
    returned = request_in(world, "released", version)
    returned.post(world.reviewer_a, "return", return_reason="Not the night shift.")
    waiting = request_in(world, "assigned", version)
    with world.owner.begin() as connection:
        connection.execute(
            text("UPDATE requests SET due_on = current_date - 1 WHERE id = :id"),
            {"id": waiting.request_id},
        )
    return [accepted, returned, waiting]


def test_figures_come_from_the_steps(
    world: World, version: SharedVersion, measured: list[Asked]
) -> None:
    figures = _report(world.coordinator, version)["review"]["figures"]
    assert figures == {
        "asked": 3,
        "answered": 2,
        "accepted": 1,
        "first_answer_median": 5.0,
        "first_answer_p90": 9.0,
        "acceptance_median": 15.0,
        "acceptance_p90": 15.0,
        "rounds": 1.0,
        "returns": 1,
        "by_reference": 0,
        "on_time": figures["on_time"],
        "overdue": 1,
    }
    assert _report(world.lead_a, version)["review"]["figures"] == figures
    page = world.coordinator.client.get(f"/reviews/{version.review_a}/speed").text
    assert '<svg class="bars"' in page
    assert "1</b> <span>overdue" in page


def test_only_the_publisher_reads_with_whom_the_time_was(
    world: World, version: SharedVersion, measured: list[Asked]
) -> None:
    inside = {row["name"]: row for row in _report(world.coordinator, version)["holders"]}
    assert inside["NAMED RESPONDER"]["requests"] == 3
    assert inside["NAMED RESPONDER"]["longest"] == 10
    assert _report(world.lead_a, version)["holders"] == []
    for path in ("/speed", f"/reviews/{version.review_a}/speed"):
        for form in ("", ".csv"):
            told = world.lead_a.client.get(path + form).text
            for secret in ("NAMED RESPONDER", "NAMED COORDINATOR", "HOUSE OF ORGB"):
                assert secret not in told, path
    assert "NAMED RESPONDER" in world.coordinator.client.get(
        f"/reviews/{version.review_a}/speed"
    ).text  # fmt: skip


def test_an_organisation_sees_its_own_figures_only(
    world: World, version: SharedVersion, measured: list[Asked]
) -> None:
    for path in (f"/reviews/{version.review_a}/speed", f"/reviews/{version.review_a}/speed.csv"):
        for api in ("", "/api/v1"):
            before = _denied(world)
            there = world.lead_b.client.get(api + path, headers={"Accept": "application/json"})
            missing = path.replace(version.review_a, "rev_00000000000000000000")
            nowhere = world.lead_b.client.get(api + missing, headers={"Accept": "application/json"})
            assert (there.status_code, there.content) == (404, nowhere.content)
            assert _denied(world) == before + 2
    own = world.lead_b.client.get("/api/v1/speed").json()
    assert [row["review_id"] for cycle in own for row in cycle["reviews"]] == [version.review_b]
    assert own[0]["together"]["asked"] == 0
    assert _report(world.lead_b, version, review=version.review_b)["earlier"] == []
    before = _denied(world)
    for someone in (world.author, world.responder):
        refused = someone.client.get(f"/reviews/{version.review_a}/speed")
        assert refused.status_code in (403, 404)
    assert _denied(world) == before + 2


def test_a_cycle_holds_all_reviews_of_a_version(
    world: World, version: SharedVersion, measured: list[Asked]
) -> None:
    (cycle,) = world.coordinator.client.get("/api/v1/speed").json()
    assert {row["review_id"] for row in cycle["reviews"]} == {version.review_a, version.review_b}
    assert cycle["together"]["asked"] == 3
    page = world.coordinator.client.get("/speed").text
    assert "All together" in page
    assert "2 of 3 requests answered" in page
    later = _report(world.coordinator, version, review=version.review_b)
    earlier = _report(world.coordinator, version)
    assert {len(later["earlier"]), len(earlier["earlier"])} == {0, 1}


def test_the_table_is_a_file_as_well(
    world: World, version: SharedVersion, measured: list[Asked]
) -> None:
    path = f"/reviews/{version.review_a}/speed.csv"
    page, api = (world.coordinator.client.get(p) for p in (path, f"/api/v1{path}"))
    assert page.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert page.content == api.content
    rows = list(csv.DictReader(io.StringIO(page.text)))
    assert (rows[0]["asked"], rows[0]["first_answer_median"]) == ("3", "5.0")
    everything = [world.coordinator.client.get(p).text for p in ("/speed.csv", "/api/v1/speed.csv")]
    assert everything[0] == everything[1]
    assert len(everything[0].splitlines()) == 3


def test_before_anything_was_asked_or_answered_the_page_says_so(
    world: World, version: SharedVersion
) -> None:
    _clear(world)
    path = f"/reviews/{version.review_a}/speed"
    assert "Nothing was asked in this review yet" in world.lead_a.client.get(path).text
    draft(world, version)
    assert "Nothing was asked in this review yet" in world.lead_a.client.get(path).text
    request_in(world, "submitted", version)
    assert "Nothing was answered yet" in world.lead_a.client.get(path).text


def test_more_requests_take_no_more_queries(
    world: World, version: SharedVersion, measured: list[Asked]
) -> None:
    def count() -> int:
        seen: list[str] = []

        def listen(*arguments: Any) -> None:
            seen.append(str(arguments[2]))

        event.listen(world.web.engine, "before_cursor_execute", listen)
        try:
            _report(world.coordinator, version)
        finally:
            event.remove(world.web.engine, "before_cursor_execute", listen)
        return len(seen)

    count()
    few = count()
    for _ in range(2):
        request_in(world, "submitted", version)
    assert count() == few
