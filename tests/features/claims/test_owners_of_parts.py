"""One rule says who answers: findings go by it, the register shows it, and nobody is forgotten."""

from datetime import timedelta

from app.features.findings.tasks import let_go, route_finding
from app.kernel.clock import now
from tests.features.claims.situations import OPEN, marked_claim, rows_of
from tests.features.findings.situations import WRONG, cleared, filed, owned_by, passage
from tests.worlds.doors import post_form, post_json
from tests.worlds.entries import entries
from tests.worlds.reports import settle
from tests.worlds.shared import SharedWorld


def team(world: SharedWorld, *members: str, backups: tuple[str, ...] = ()) -> str:
    """Make a team as the coordinator; gives its id."""
    made = post_json(
        world.coordinator, "/teams", name="Monitoring", topics=["Monitoring"],
        members=list(members), backups=list(backups),
    )  # fmt: skip
    assert made.status_code in (200, 201), made.text
    return str(made.json()["id"])


def away(world: SharedWorld, person: str) -> None:
    """Let somebody be away today."""
    world.change(
        "INSERT INTO absences VALUES (:i, :p, :d, :d, :p, now())",
        i=f"abs_{person[4:]}", p=person, d=now().date(),
    )  # fmt: skip


def routed_to(world: SharedWorld, **more: object) -> tuple[object, object]:
    """File a finding and route it; gives who answers and the rule."""
    finding = filed(world, **more)
    route_finding(world.worker, finding_id=finding)
    ((author, rule),) = world.rows(
        "SELECT author_id, routed_by_rule FROM findings WHERE id = :f", f=finding
    )
    return author, rule


def test_a_team_owns_a_pathway_and_its_people_answer_in_their_order(shared: SharedWorld) -> None:
    cleared(shared, shared.second_author)
    claim = marked_claim(shared, "1.1", OPEN, pathway=1)
    ((pathway,),) = shared.rows("SELECT pathway_id FROM claims")
    made = team(shared, shared.second_author.id, backups=(shared.author.id,))
    path = f"/versions/{shared.made.version_id}/owners"
    named = post_form(shared.coordinator, path, owner=made, part=str(pathway))
    assert named.status_code == 303, named.text
    assert routed_to(shared) == (
        shared.second_author.id,
        "belongs to the team that owns the pathway",
    )
    (row,) = rows_of(shared, shared.author)
    assert row["answers"]["person_id"] == shared.second_author.id
    away(shared, shared.second_author.id)
    rule = "stands in for the team that owns the pathway; nearer owners are away"
    assert routed_to(shared) == (shared.author.id, rule)
    page = shared.author.client.get(f"/claims/{claim}").text
    assert rule.capitalize() in page
    away(shared, shared.author.id)
    assert routed_to(shared) == (None, "every owner is away: the coordinator's queue")
    assert [r["id"] for r in rows_of(shared, shared.author, show="owner")] == [claim]


def test_an_owner_is_a_person_or_a_team_of_the_publisher(shared: SharedWorld) -> None:
    path = f"/versions/{shared.made.version_id}/owners"
    claim = marked_claim(shared, "1.1", OPEN)
    for wrong in (
        {},
        {"team_id": "tea_none"},
        {"person_id": shared.reviewer_a.id},
        {"person_id": shared.author.id, "team_id": "tea_none"},
        {"person_id": shared.author.id, "claim_id": claim, "pathway_id": "pth_none"},
        {"person_id": shared.author.id, "pathway_id": "pth_none"},
    ):
        assert post_json(shared.coordinator, path, **wrong).status_code == 422, wrong
    assert shared.rows("SELECT id FROM ownerships") == []
    whole = post_json(shared.coordinator, path, person_id=shared.author.id)
    taken = post_json(shared.coordinator, f"{path}/remove", ownership_id=whole.json()["id"])
    assert taken.status_code == 200
    assert shared.rows("SELECT id FROM ownerships") == []
    done = [e.event for e in entries(shared, action="report:owner:assign", outcome="done")]
    assert done == ["OwnerAssigned", "OwnerRemoved"]
    refused = post_json(shared.reviewer_a, path, person_id=shared.author.id)
    assert refused.status_code in (403, 404)
    assert entries(shared, action="report:owner:assign", outcome="denied")
    missing = post_json(shared.coordinator, f"{path}/remove", ownership_id="own_none")
    assert missing.status_code == 404


def test_what_touches_the_conclusion_alerts_the_reports_owner_and_the_coordinators(
    shared: SharedWorld,
) -> None:
    cleared(shared, shared.second_author)
    owned_by(shared, shared.second_author)
    finding = filed(shared, materiality="conclusion")
    settle(shared)
    told = shared.rows(
        "SELECT p.id FROM notices n JOIN people p ON p.id = n.person_id"
        " WHERE n.kind = 'finding_conclusion' AND n.at_once AND n.subject_id = :f", f=finding,
    )  # fmt: skip
    assert {row[0] for row in told} == {shared.author.id, shared.coordinator.id}
    assert shared.author.client.get(f"/findings/{finding}").status_code == 200
    assert finding in shared.author.client.get("/findings").text
    wish = {"disposition": "clarified", "explanation": "So.", "nothing_withheld": True}
    answer = post_json(shared.author, f"/findings/{finding}/respond", **wish)
    assert answer.status_code == 403
    other = filed(shared)
    settle(shared)
    assert shared.author.client.get(f"/findings/{other}").status_code == 404
    assert not shared.rows(
        "SELECT id FROM notices WHERE kind = 'finding_conclusion' AND subject_id = :f", f=other
    )


def test_what_waited_for_somebody_who_left_goes_to_the_next_owner(shared: SharedWorld) -> None:
    cleared(shared, shared.second_author)
    owned_by(shared, shared.second_author)
    owned_by(shared, shared.author, rank=1)
    finding = filed(shared)
    route_finding(shared.worker, finding_id=finding)
    shared.change(
        "UPDATE memberships SET state = 'ended', ended_at = :n WHERE person_id = :p",
        n=now() - timedelta(minutes=1), p=shared.second_author.id,
    )  # fmt: skip
    let_go(shared.worker, membership_id=shared.second_author.membership_id)
    assert shared.rows("SELECT author_id, state, routed_by_rule FROM findings") == [
        (shared.author.id, "routed", "owns the version; nearer owners are gone")
    ]
    let_go(shared.worker, membership_id=shared.author.membership_id)
    assert shared.rows("SELECT author_id FROM findings") == [(shared.author.id,)]


def test_findings_on_a_claim_are_counted_for_those_who_may_read_them(shared: SharedWorld) -> None:
    cleared(shared, shared.coordinator, shared.second_author)
    claim = marked_claim(shared, "1.1", OPEN)
    assert post_json(
        shared.reviewer_a, "/findings", **{**passage(shared), **WRONG}
    ).status_code == 201  # fmt: skip
    counts = {who: rows_of(shared, shared.people[who])[0]["findings"]
              for who in ("coordinator", "second_author", "reviewer_a")}  # fmt: skip
    assert counts == {"coordinator": 1, "second_author": 0, "reviewer_a": None}
    page = shared.coordinator.client.get(f"/claims/{claim}").text
    assert "One finding about it that you may read." in page
