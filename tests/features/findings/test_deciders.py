"""Nobody who answers for a passage decides a rejection there; who is told of one may read it."""

import pytest

from app.features.findings.tasks import route_finding
from app.kernel.ids import new_id
from tests.features.claims.situations import OPEN, marked_claim
from tests.features.claims.test_owners_do_not_decide import ALONE, decides, named, takes_off
from tests.features.claims.test_owners_of_parts import team
from tests.features.findings.situations import cleared, filed, owned_by, routed, state_of
from tests.features.notices.situations import kinds
from tests.world import Someone
from tests.worlds.doors import post_form, post_json
from tests.worlds.entries import entries
from tests.worlds.reports import settle
from tests.worlds.shared import SharedWorld

COLUMNS = {"section": "section_id", "pathway": "pathway_id", "version": None}


def owns(world: SharedWorld, part: str, *, team_id: str = "", person: str = "") -> str:
    """Let somebody own what is around the claim, second in rank; gives the ownership's id."""
    made = new_id("ownership")
    version = world.made.version_id
    found: object = None
    if part == "section":
        found = new_id("section")
        world.change(
            "INSERT INTO sections (id, version_id, level, page_from, page_to, ordinal)"
            " VALUES (:s, :v, 1, 1, 2, 99)",
            s=found, v=version,
        )  # fmt: skip
    if part == "pathway":
        ((found,),) = world.rows("SELECT pathway_id FROM claims")
    column = COLUMNS[part] or "section_id"
    world.change(
        f"INSERT INTO ownerships (id, version_id, {column}, team_id, person_id, rank)"
        " VALUES (:i, :v, :f, :t, :p, 1)",
        i=made, v=version, f=found, t=team_id or None, p=person or None,
    )  # fmt: skip
    return made


def rejected(world: SharedWorld, **more: object) -> str:
    """File a finding on the claim whose rejection its author proposes; gives its id."""
    finding = filed(world, **more)
    route_finding(world.worker, finding_id=finding)
    made = post_json(world.author, f"/findings/{finding}/respond", **ALONE)
    assert made.status_code == 200, made.text
    return finding


def claimed(world: SharedWorld) -> None:
    """Mark a claim on a pathway that the author owns."""
    claim = marked_claim(world, "1.1", OPEN, pathway=1)
    path = f"/versions/{world.made.version_id}/owners"
    named = post_json(world.coordinator, path, claim_id=claim, person_id=world.author.id)
    assert named.status_code == 200


def waits_for(someone: Someone) -> list[str]:
    """List the rejections that somebody is offered to decide."""
    return [row["id"] for row in someone.client.get("/api/v1/findings/decisions").json()]


@pytest.mark.parametrize("by", ["person", "team", "backup"])
@pytest.mark.parametrize("part", ["section", "pathway", "version"])
def test_who_owns_what_is_around_the_claim_does_not_decide(
    shared: SharedWorld, part: str, by: str
) -> None:
    people = (shared.author, shared.approver, shared.coordinator)
    cleared(shared, *people)
    claimed(shared)
    if by == "person":
        owns(shared, part, person=shared.approver.id)
    elif by == "team":
        owns(shared, part, team_id=team(shared, shared.approver.id))
    else:
        owned = team(shared, shared.second_author.id, backups=(shared.approver.id,))
        owns(shared, part, team_id=owned)
    finding = rejected(shared)
    assert waits_for(shared.approver) == []
    assert decides(shared, shared.approver, finding) == 403
    (refused,) = entries(shared, action="finding:reject", outcome="denied")
    assert refused.actor == shared.approver.id
    settle(shared)
    assert "rejection_proposed" not in kinds(shared.approver)
    assert waits_for(shared.coordinator) == [finding]
    assert "rejection_proposed" in kinds(shared.coordinator)
    assert decides(shared, shared.coordinator, finding) == 200
    assert state_of(shared, finding) == "responded"


def test_the_owner_of_another_section_or_pathway_decides(shared: SharedWorld) -> None:
    cleared(shared, shared.author, shared.approver)
    claimed(shared)
    own = owns(shared, "section", person=shared.approver.id)
    shared.change(
        "UPDATE sections SET page_from = 2 WHERE id ="
        " (SELECT section_id FROM ownerships WHERE id = :o)", o=own,
    )  # fmt: skip
    assert decides(shared, shared.approver, rejected(shared)) == 200


def test_nobody_steps_aside_from_a_section_to_decide_what_waits_there(shared: SharedWorld) -> None:
    cleared(shared, shared.author, shared.coordinator)
    claimed(shared)
    own = owns(shared, "section", person=shared.coordinator.id)
    assert decides(shared, shared.coordinator, rejected(shared)) == 403
    assert takes_off(shared, shared.coordinator, own) == 409
    shared.change("UPDATE sections SET page_from = 2")
    assert takes_off(shared, shared.coordinator, own) == 200, "nothing waits near it"


@pytest.mark.parametrize(
    ("part", "backup"),
    [("section", False), ("pathway", True), ("version", False), ("claim", True)],
)
def test_nor_leaves_the_team_that_owns_it(shared: SharedWorld, part: str, backup: bool) -> None:
    cleared(shared, shared.author, shared.coordinator)
    claimed(shared)
    mine, other = (shared.coordinator.id,), shared.second_author.id
    owned = team(shared, other, backups=mine) if backup else team(shared, other, *mine)
    ((claim,),) = shared.rows("SELECT id FROM claims")
    if part == "claim":
        named(shared, claim, team_id=owned, rank=1)
    else:
        owns(shared, part, team_id=owned)
    finding = rejected(shared)
    assert decides(shared, shared.coordinator, finding) == 403
    left = post_json(shared.coordinator, f"/teams/{owned}", name="Gone", members=[other])
    assert left.status_code == 409
    assert left.json()["kept"] == "You belong to the team as before."
    page = post_form(shared.coordinator, f"/teams/{owned}", name="Gone", members=other)
    assert page.status_code == 409
    assert "A finding on a part that this team owns waits for an answer." in page.text
    assert shared.rows("SELECT name FROM teams") == [("Monitoring",)]
    assert decides(shared, shared.coordinator, finding) == 403
    assert len(entries(shared, action="finding:reject", outcome="denied")) == 2
    stays = post_json(
        shared.coordinator, f"/teams/{owned}", name="Kept", members=[other], backups=list(mine)
    )
    assert stays.status_code == 200, "who belongs to it may be its backup"
    assert entries(shared, action="team:manage", outcome="done")[-1].event == "TeamChanged"


def test_one_leaves_a_team_for_which_nothing_waits(shared: SharedWorld) -> None:
    cleared(shared, shared.author, shared.coordinator)
    claimed(shared)
    other = shared.second_author.id
    owned = team(shared, shared.coordinator.id, other)
    owns(shared, "section", team_id=owned)
    rejected(shared)
    shared.change("UPDATE sections SET page_from = 2")
    left = post_json(shared.coordinator, f"/teams/{owned}", name="Monitoring", members=[other])
    assert left.status_code == 200, "nothing waits near it"


def test_nobody_steps_aside_to_decide_a_slip_that_they_may_know_of(shared: SharedWorld) -> None:
    cleared(shared, shared.coordinator, shared.approver)
    claimed(shared)
    own = owns(shared, "section", person=shared.coordinator.id)
    slip = filed(shared, finding_class="H", statement="This names the sealed project.")
    route_finding(shared.worker, finding_id=slip)
    shared.change(
        "UPDATE memberships SET roles = '{approver,coordinator}' WHERE id = :m",
        m=shared.approver.membership_id,
    )
    made = post_json(shared.approver, f"/findings/{slip}/respond", **ALONE)
    assert made.status_code == 200, made.text
    assert decides(shared, shared.coordinator, slip) == 403
    assert takes_off(shared, shared.coordinator, own) == 409
    assert decides(shared, shared.coordinator, slip) == 403
    assert len(entries(shared, action="finding:reject", outcome="denied")) == 2
    assert takes_off(shared, shared.approver, own) == 200, "somebody else's hand: the log says so"
    assert entries(shared, action="report:owner:assign", outcome="done")[-1].event == "OwnerRemoved"


def test_nor_to_decide_a_slip_on_a_claim_that_they_own(shared: SharedWorld) -> None:
    cleared(shared, shared.coordinator)
    claim = marked_claim(shared, "1.1", OPEN)
    own = named(shared, claim, person_id=shared.author.id)  # an author when they were named
    shared.change("UPDATE ownerships SET person_id = :p", p=shared.coordinator.id)
    filed(shared, finding_class="H", statement="This names the sealed project.")
    assert takes_off(shared, shared.coordinator, own) == 409


def test_only_those_are_told_of_a_rejection_who_may_read_the_finding(shared: SharedWorld) -> None:
    owned_by(shared, shared.author)
    cleared(shared, shared.author, shared.approver)
    rejected(shared)
    settle(shared)
    assert "rejection_proposed" in kinds(shared.approver)
    assert kinds(shared.coordinator) == [], "not cleared for its text"
    assert entries(shared, action="notice:tell", outcome="done")


def test_a_rejection_that_nobody_may_read_is_not_left_in_silence(shared: SharedWorld) -> None:
    owned_by(shared, shared.author)
    cleared(shared, shared.author)
    rejected(shared)
    settle(shared)
    assert kinds(shared.coordinator) == ["finding_alert"]
    assert kinds(shared.approver) == []


def test_a_rejected_slip_is_told_to_nobody_but_who_looks_after_slips(shared: SharedWorld) -> None:
    cleared(shared, shared.coordinator, shared.approver)
    slip = filed(shared, finding_class="H", statement="This names the sealed project.")
    route_finding(shared.worker, finding_id=slip)
    made = post_json(shared.coordinator, f"/findings/{slip}/respond", **ALONE)
    assert made.status_code == 200, made.text
    settle(shared)
    assert "rejection_proposed" in kinds(shared.approver)
    for name in ("author", "second_author", "auditor", "responder"):
        assert kinds(shared.people[name]) == [], name
    assert decides(shared, shared.approver, slip) == 200


def test_who_was_put_in_charge_is_told_and_who_may_not_read_it_is_not(shared: SharedWorld) -> None:
    finding = routed(shared)
    settle(shared)
    shared.change("UPDATE findings SET finding_class = 'H' WHERE id = :f", f=finding)
    assert post_json(shared.lead_a, f"/findings/{finding}/withdraw").status_code == 200
    settle(shared)
    assert "finding_withdrawn" not in kinds(shared.author), "a slip by now: masked for authors"
