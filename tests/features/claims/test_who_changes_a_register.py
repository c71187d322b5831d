"""A register is changed by those who read the version; what carries the conclusion, by fewer."""

import pytest

from app.features.findings.tasks import route_finding
from tests.features.claims.situations import HIDDEN, LATER, OPEN, marked_claim, rows_of
from tests.features.findings.situations import cleared, filed
from tests.world import Someone
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.shared import SharedWorld

STATE = "SELECT id, code, ordinal, ended_at, load_bearing FROM claims ORDER BY id"


def refusals(world: SharedWorld, action: str = "report:claim:mark") -> int:
    """Count what was refused of an action."""
    return len(entries(world, action=action, outcome="denied"))


@pytest.mark.parametrize("part", ["", "/move", "/remove", "/restore"])
def test_an_author_without_a_grant_changes_no_claim(shared: SharedWorld, part: str) -> None:
    claim = marked_claim(shared, "7.3", HIDDEN)
    if part == "/restore":
        assert post_json(shared.author, f"/claims/{claim}/remove").status_code == 200
    body = {"": {"code": "7.4"}, "/move": {"direction": "up"}}.get(part, {})
    before = shared.rows(STATE)
    answer = post_json(shared.second_author, f"/claims/{claim}{part}", **body)
    assert answer.status_code == 404, answer.text
    assert shared.rows(STATE) == before
    assert refusals(shared, "report:claims:read") == 1
    cleared(shared, shared.second_author)
    assert post_json(shared.second_author, f"/claims/{claim}{part}", **body).status_code == 200


def test_an_author_without_a_grant_makes_nobody_an_owner(shared: SharedWorld) -> None:
    claim = marked_claim(shared, "1.1", OPEN)
    finding = filed(shared)
    route_finding(shared.worker, finding_id=finding)
    path = f"/versions/{shared.made.version_id}/owners"
    body = {"person_id": shared.second_author.id, "claim_id": claim}
    assert post_json(shared.second_author, path, **body).status_code == 404
    assert shared.rows("SELECT id FROM ownerships") == []
    own = post_json(shared.coordinator, path, person_id=shared.author.id, claim_id=claim)
    remove = {"ownership_id": own.json()["id"]}
    assert post_json(shared.second_author, f"{path}/remove", **remove).status_code == 404
    assert len(shared.rows("SELECT id FROM ownerships")) == 1
    assert refusals(shared, "report:claims:read") == 2
    cleared(shared, shared.second_author)
    assert post_json(shared.second_author, path, **body).status_code == 200


@pytest.mark.parametrize("change", [{"load_bearing": False}, {"quote": LATER}, None])
def test_of_a_published_version_a_load_bearing_claim_stays_so_for_most(
    shared: SharedWorld, change: dict[str, object] | None
) -> None:
    claim = marked_claim(shared, "7.3", OPEN, load_bearing=True)
    cleared(shared, shared.second_author, shared.coordinator)

    def take_off(who: Someone) -> int:
        if change is None:
            return post_json(who, f"/claims/{claim}/remove").status_code
        body = {"code": "7.3", "load_bearing": True, **change}
        return post_json(who, f"/claims/{claim}", **body).status_code

    before = shared.rows(STATE)
    assert take_off(shared.second_author) == 403
    assert shared.rows(STATE) == before
    assert refusals(shared) == 1
    assert take_off(shared.coordinator) == 200
    assert refusals(shared) == 1


def test_the_owner_of_the_report_may_and_others_may_change_what_carries_nothing(
    shared: SharedWorld,
) -> None:
    cleared(shared, shared.second_author)
    plain = marked_claim(shared, "1.1", OPEN)
    carries = marked_claim(shared, "3.1", LATER, load_bearing=True)
    renamed = post_json(shared.second_author, f"/claims/{carries}", code="3.2", load_bearing=True)
    assert renamed.status_code == 200, renamed.text
    assert post_json(shared.second_author, f"/claims/{plain}/remove").status_code == 200
    # What superseded a claim is removed when that one is brought back.
    assert post_json(shared.second_author, f"/claims/{carries}/restore").status_code == 403
    own = post_json(shared.author, f"/claims/{renamed.json()['id']}", code="3.2")
    assert own.status_code == 200, own.text
    assert [row["load_bearing"] for row in rows_of(shared, shared.author)] == [False]


def test_on_a_working_version_every_author_who_reads_it_may(shared: SharedWorld) -> None:
    cleared(shared, shared.second_author)
    claim = marked_claim(shared, "3.1", LATER, load_bearing=True)
    shared.change("UPDATE versions SET state = 'working'")
    assert post_json(shared.second_author, f"/claims/{claim}", code="3.1").status_code == 200
    assert post_json(shared.second_author, f"/claims/{claim}/remove").status_code == 200


def test_only_who_names_the_place_of_a_claim_is_given_it_back(shared: SharedWorld) -> None:
    claim = marked_claim(shared, "7.3", HIDDEN)
    cleared(shared, shared.second_author)
    shared.change(
        "UPDATE grants SET lifted = '{}' WHERE :p = ANY(person_ids)", p=shared.second_author.id
    )
    changed = post_json(shared.second_author, f"/claims/{claim}", code="7.4")
    assert changed.status_code == 200, changed.text
    assert changed.json()["rects"] == []
    again = f"/claims/{changed.json()['id']}"
    assert post_json(shared.author, again, code="7.5", quote=HIDDEN).json()["rects"] != []
