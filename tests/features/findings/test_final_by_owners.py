"""Who owns a report or a version marks it final as a coordinator does, and learns no more by it."""

import json

from app.features.findings.tasks import route_finding
from app.kernel.ids import new_id
from tests.features.findings.situations import answered, filed
from tests.world import Someone
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.shared import SharedWorld

MARK = "report:version:mark-final"


def path_of(world: SharedWorld) -> str:
    """Give the address under which the version is marked final."""
    return f"/versions/{world.made.version_id}/final"


def points(world: SharedWorld, someone: Someone) -> list[dict[str, object]]:
    """List what lacks a reply, as somebody reads it."""
    answer = someone.client.get(f"/api/v1{path_of(world)}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["points"])


def test_the_reports_owner_marks_a_version_final_under_the_same_rule(shared: SharedWorld) -> None:
    waiting = filed(shared)
    listed = [{"finding_id": waiting, "reason": "more_work"}]
    refused = post_json(shared.author, path_of(shared))
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["open"])
    assert post_json(shared.second_author, path_of(shared), open=listed).status_code == 403
    assert post_json(shared.author, path_of(shared), open=listed).status_code == 200
    done, denied = (entries(shared, action=MARK, outcome=one) for one in ("done", "denied"))
    assert {one.event for one in done} == {"VersionMarkedFinal", "FindingListedOpen"}
    assert {one.actor for one in done} == {shared.author.id}
    assert [one.actor for one in denied] == [shared.second_author.id]
    view = shared.reviewer_a.client.get(f"/api/v1/findings/{waiting}").json()
    assert view["listed_open"] == "The answer takes more work than it seemed"


def test_so_does_who_owns_the_version_as_a_whole_and_not_who_owns_a_section(
    shared: SharedWorld,
) -> None:
    answered(shared)
    section = new_id("section")
    shared.change(
        "INSERT INTO sections (id, version_id, level, page_from, page_to, ordinal)"
        " VALUES (:s, :v, 1, 1, 2, 99)",
        s=section, v=shared.made.version_id,
    )  # fmt: skip
    shared.change(
        "INSERT INTO ownerships (id, version_id, section_id, person_id, rank)"
        " VALUES (:i, :v, :s, :p, 0)",
        i=new_id("ownership"), v=shared.made.version_id, s=section, p=shared.second_author.id,
    )  # fmt: skip
    assert post_json(shared.second_author, path_of(shared)).status_code == 403
    shared.change("UPDATE ownerships SET section_id = NULL WHERE section_id = :s", s=section)
    assert post_json(shared.second_author, path_of(shared)).status_code == 200


def test_an_owner_reads_numbers_that_name_nobody_and_no_text(shared: SharedWorld) -> None:
    finding = filed(shared)
    (point,) = points(shared, shared.author)
    row = json.dumps(point)
    ((number, name),) = shared.rows(
        "SELECT f.number, o.name FROM findings f JOIN organisations o ON o.id = f.organisation_id"
    )
    assert str(number) not in row
    assert str(name) not in row
    assert point["readable"] is False, "nobody routed it to them"
    page = shared.author.client.get(path_of(shared)).text
    assert f'href="/findings/{finding}"' not in page
    assert f'href="/findings/{finding}"' in shared.coordinator.client.get(path_of(shared)).text
    for word in (str(number), str(name), "ORGA"):
        assert word not in page


def test_an_owner_cannot_tell_a_version_with_a_slip_from_one_without(shared: SharedWorld) -> None:
    slip = filed(shared, finding_class="H", statement="This names the sealed project.")
    route_finding(shared.worker, finding_id=slip)
    assert points(shared, shared.author) == []
    assert "Every finding has a reply" in shared.author.client.get(path_of(shared)).text
    guessed = [{"finding_id": slip, "reason": "more_work"}]
    nothing = [{"finding_id": "fnd_00000000000000000000", "reason": "more_work"}]
    answers = [
        post_json(shared.author, path_of(shared), open=one).json()["fields"]
        for one in (guessed, nothing)
    ]
    assert answers[0] == answers[1]
    refused = post_json(shared.coordinator, path_of(shared))
    assert refused.status_code == 422, "the positive control: who sees slips is held up by one"
    made = post_json(shared.author, path_of(shared))
    assert made.status_code == 200
    assert made.json()["points"] == []
    (point,) = points(shared, shared.coordinator)
    assert str(point["reason"]).startswith("It is dealt with apart")
    view = shared.reviewer_a.client.get(f"/api/v1/findings/{slip}").json()
    assert str(view["listed_open"]).startswith("It is dealt with apart")
    (marked,) = [one for one in entries(shared, action=MARK) if one.event == "VersionMarkedFinal"]
    assert marked.facts["listed"] == 0


def test_nobody_says_that_a_finding_is_dealt_with_apart_by_hand(shared: SharedWorld) -> None:
    listed = [{"finding_id": filed(shared), "reason": "apart"}]
    assert post_json(shared.coordinator, path_of(shared), open=listed).status_code == 422
