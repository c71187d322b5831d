"""Whoever owns a claim decides nothing of it: not by stepping aside, nor by a new wording."""

from app.features.findings.tasks import route_finding
from tests.features.claims.situations import OPEN, marked_claim
from tests.features.findings.situations import ANSWER, cleared, filed, state_of
from tests.world import Someone
from tests.worlds.doors import post_form, post_json
from tests.worlds.entries import entries
from tests.worlds.shared import SharedWorld

ALONE = {**ANSWER, "disposition": "rejected", "nothing_withheld": True}


def named(world: SharedWorld, claim: str, **owner: object) -> str:
    """Name an owner of a claim as the coordinator; gives the ownership's id."""
    path = f"/versions/{world.made.version_id}/owners"
    made = post_json(world.coordinator, path, claim_id=claim, **owner)
    assert made.status_code == 200, made.text
    return str(made.json()["id"])


def rejected(world: SharedWorld) -> str:
    """File a finding on the claim whose rejection the author proposes; gives its id."""
    finding = filed(world)
    route_finding(world.worker, finding_id=finding)
    made = post_json(world.author, f"/findings/{finding}/respond", **ALONE)
    assert made.status_code == 200, made.text
    return finding


def takes_off(world: SharedWorld, someone: Someone, ownership: str) -> int:
    """Let somebody take an owner back; gives the answer's status."""
    path = f"/versions/{world.made.version_id}/owners/remove"
    return post_json(someone, path, ownership_id=ownership).status_code


def decides(world: SharedWorld, someone: Someone, finding: str) -> int:
    """Let somebody decide the rejection; gives the answer's status."""
    return post_json(someone, f"/findings/{finding}/decide", uphold=True).status_code


def test_an_owner_does_not_step_aside_while_a_finding_waits(shared: SharedWorld) -> None:
    cleared(shared, shared.author, shared.second_author, shared.approver)
    claim = marked_claim(shared, "9.1", OPEN)
    named(shared, claim, person_id=shared.author.id)
    own = named(shared, claim, person_id=shared.second_author.id, rank=1)
    finding = rejected(shared)
    assert takes_off(shared, shared.second_author, own) == 409
    path = f"/versions/{shared.made.version_id}/owners/remove"
    page = post_form(shared.second_author, path, ownership_id=own)
    assert page.status_code == 409
    assert "A finding on this claim waits for an answer." in page.text
    assert decides(shared, shared.second_author, finding) == 403
    assert entries(shared, action="finding:reject", outcome="denied")
    assert entries(shared, action="report:owner:assign", outcome="done")[-1].event != "OwnerRemoved"
    # Somebody else may take them off: the log says who.
    assert takes_off(shared, shared.coordinator, own) == 200
    assert decides(shared, shared.second_author, finding) == 404, "it is theirs no longer"
    assert decides(shared, shared.approver, finding) == 200
    assert entries(shared)[-1].outcome == "done"


def test_nor_does_a_team_by_the_hand_of_one_of_its_people(shared: SharedWorld) -> None:
    cleared(shared, shared.author, shared.second_author)
    claim = marked_claim(shared, "9.1", OPEN)
    team = post_json(
        shared.coordinator, "/teams", name="Monitoring", topics=["Monitoring"],
        members=[shared.second_author.id], backups=[],
    ).json()["id"]  # fmt: skip
    named(shared, claim, person_id=shared.author.id)
    own = named(shared, claim, team_id=team, rank=1)
    rejected(shared)
    assert takes_off(shared, shared.second_author, own) == 409


def test_one_may_step_aside_when_nothing_waits_and_a_slip_is_not_told(shared: SharedWorld) -> None:
    cleared(shared, shared.author, shared.second_author)
    claim = marked_claim(shared, "9.1", OPEN)
    named(shared, claim, person_id=shared.author.id)
    own = named(shared, claim, person_id=shared.second_author.id, rank=1)
    filed(shared, finding_class="H")
    assert takes_off(shared, shared.second_author, own) == 200


def test_the_owner_of_a_later_wording_owns_the_earlier_one(shared: SharedWorld) -> None:
    cleared(shared, shared.author, shared.second_author)
    claim = marked_claim(shared, "9.1", OPEN)
    named(shared, claim, person_id=shared.author.id)
    finding = rejected(shared)
    changed = post_json(shared.author, f"/claims/{claim}", code="9.1", quote=OPEN)
    new = changed.json()["id"]
    own = named(shared, new, person_id=shared.second_author.id)
    assert decides(shared, shared.second_author, finding) == 403
    assert takes_off(shared, shared.second_author, own) == 409
    listed = shared.second_author.client.get("/api/v1/findings").text
    assert finding in listed
    cleared(shared, shared.coordinator)
    assert decides(shared, shared.coordinator, finding) == 200
    assert state_of(shared, finding) != "routed"
