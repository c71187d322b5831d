"""What an author who may not know the organisation learns of it, and outsiders of the inside."""

from app.features.findings.tasks import route_finding
from app.kernel.ids import new_id
from tests.features.findings.situations import (
    ANSWER,
    WRONG,
    cleared,
    later_version,
    owned_by,
    passage,
    routed,
    say,
)
from tests.world import Someone
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.shared import SharedWorld

STATED = {"nothing_withheld": True}


def _copied(world: SharedWorld, grant: str, version: str, *, follows: str | None = None) -> None:
    """Grant another version like a first one."""
    names = [
        str(row[0])
        for row in world.rows(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'grants'"
        )
    ]
    values = {"id": ":i", "version_id": ":v", "follows": ":f"}
    chosen = ", ".join(values.get(name, name) for name in names)
    world.change(
        f"INSERT INTO grants ({', '.join(names)}) SELECT {chosen} FROM grants WHERE id = :g",
        i=new_id("grant"), v=version, f=follows, g=grant,
    )  # fmt: skip


def _read_by(world: SharedWorld, someone: Someone, version: str) -> None:
    """Let somebody inside read the first version and another."""
    cleared(world, someone)
    ((grant,),) = world.rows(
        "SELECT id FROM grants WHERE :p = ANY(person_ids) AND version_id = :v AND NOT working",
        p=someone.id, v=world.made.version_id,
    )  # fmt: skip
    _copied(world, grant, version)


def _filed_by(world: SharedWorld, someone: Someone, review: str) -> str:
    body = {**passage(world, someone), **WRONG, "review_id": review}
    finding = str(post_json(someone, "/findings", **body).json()["id"])
    route_finding(world.worker, finding_id=finding)
    return finding


def test_the_versions_to_refer_to_do_not_tell_who_filed(shared: SharedWorld) -> None:
    later = later_version(shared)
    _copied(shared, shared.made.grant_a, later)  # organisation A alone holds it
    _read_by(shared, shared.author, later)
    owned_by(shared, shared.author)
    told = []
    for who, review in (
        (shared.reviewer_a, shared.made.review_a),
        (shared.reviewer_b, shared.made.review_b),
    ):
        finding = _filed_by(shared, who, review)
        offered = say(shared, shared.author, finding, "A note.", internal=True)["versions"]
        made = post_json(
            shared.author, f"/findings/{finding}/messages", body="x", refers_to=later, **STATED
        )
        told.append(([one["version_id"] for one in offered], made.status_code))
        last = who.client.get(f"/api/v1/findings/{finding}").json()["messages"][-1]
        assert (last["refers_to"] is not None) == (who is shared.reviewer_a)
    assert told == [([later], 200), ([later], 200)]


def test_who_may_know_the_organisation_is_offered_what_it_holds(shared: SharedWorld) -> None:
    shared.change("UPDATE organisations SET names_itself_to_authors = true")
    later = later_version(shared)
    _copied(shared, shared.made.grant_a, later, follows=shared.made.grant_a)
    _read_by(shared, shared.author, later)
    _read_by(shared, shared.coordinator, later)
    owned_by(shared, shared.author)
    finding = _filed_by(shared, shared.reviewer_a, shared.made.review_a)
    by_person = [
        [one["version_id"] for one in say(shared, who, finding, "x", internal=True)["versions"]]
        for who in (shared.author, shared.coordinator)
    ]
    assert by_person == [[], [later]]  # what came with an answer is not for authors to know
    refused = post_json(
        shared.author, f"/findings/{finding}/messages", body="x", refers_to=later, **STATED
    )
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["refers_to"])
    shared.change("UPDATE grants SET follows = NULL")
    (one,) = say(shared, shared.author, finding, "See it.", refers_to=later)["versions"]
    assert one["version_id"] == later


def test_a_rejection_turned_down_inside_leaves_no_gap(shared: SharedWorld) -> None:
    cleared(shared, shared.author, shared.coordinator)
    finding = routed(shared)
    path = f"/findings/{finding}"
    rejected = {**ANSWER, "disposition": "rejected", **STATED}
    assert post_json(shared.author, f"{path}/respond", **rejected).status_code == 200
    assert post_json(shared.coordinator, f"{path}/decide", uphold=False).status_code == 200
    assert post_json(shared.author, f"{path}/respond", **ANSWER, **STATED).status_code == 200
    rounds = [
        [one["round"] for one in who.client.get(f"/api/v1{path}").json()["responses"]]
        for who in (shared.reviewer_a, shared.author)
    ]
    assert rounds == [[1], [1, 2]]


def test_nobody_decides_a_rejection_of_what_they_may_not_read(shared: SharedWorld) -> None:
    cleared(shared, shared.author, shared.second_author, shared.coordinator)
    finding = routed(shared)
    path = f"/findings/{finding}"
    rejected = {**ANSWER, "disposition": "rejected", **STATED}
    assert post_json(shared.author, f"{path}/respond", **rejected).status_code == 200
    assert shared.second_author.client.get(f"/api/v1{path}").status_code in (403, 404)
    refused = post_json(shared.second_author, f"{path}/decide", uphold=True)
    assert refused.status_code in (403, 404)
    (entry,) = entries(shared, action="finding:read", outcome="denied")[-1:]
    assert (entry.actor, entry.object) == (shared.second_author.id, finding)
    assert finding not in shared.second_author.client.get("/findings/decisions").text
    assert finding in shared.coordinator.client.get("/findings/decisions").text
    assert post_json(shared.coordinator, f"{path}/decide", uphold=True).status_code == 200
    (done,) = entries(shared, action="finding:reject", outcome="done")
    assert done.actor == shared.coordinator.id
