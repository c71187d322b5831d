"""What went with an answer reaches a request that follows it: by its own grant and release only."""

from typing import Any

from tests.features.attachments.conftest import (
    OPEN,
    SECRET,
    TITLE,
    WORD,
    Attaching,
    decide_all,
)
from tests.worlds.reports import settle
from tests.worlds.requests import Asked, draft_body

FULL = {"determination": "full", "nothing_withheld": True}


def _follower(attaching: Attaching) -> Asked:
    """Let a request of organisation B be answered together with that of A."""
    world = attaching.world
    body = draft_body(attaching.version, review_id=attaching.version.review_b)
    made = world.reviewer_b.client.post("/api/v1/requests", json=body)
    assert made.status_code == 201, made.text
    other = Asked(world, attaching.version, made.json()["id"])
    other.post(world.lead_b, "submit")
    into = attaching.seen_by(world.coordinator)["number"]
    other.post(world.coordinator, "merge", into=into)
    return other


def _released(attaching: Attaching, *codes: tuple[str, str]) -> str:
    """Bring the answer of A out with the rota, marked so."""
    world = attaching.world
    assert attaching.attach(world.responder).status_code == 202
    settle(world)
    (one,) = attaching.attached(world.responder)
    version_id = str(one["version_id"])
    for phrase, code in codes:
        attaching.mark(version_id, phrase, code)
    decide_all(world, version_id)
    closed = attaching.act(world.responder, "close", attachment_id=one["id"])
    assert closed.status_code == 200, closed.text
    settle(world)
    attaching.post(world.responder, "check")
    settle(world)
    attaching.post(world.approver, "release", **FULL)
    settle(world)
    return version_id


def _in_check(other: Asked) -> list[dict[str, Any]]:
    (part,) = other.seen_by(other.world.coordinator)["parts"]
    return list(part["answer"]["attachments"])


def test_it_is_carried_and_granted_by_the_followers_own_release(attaching: Attaching) -> None:
    world, other = attaching.world, _follower(attaching)
    version_id = _released(attaching, (SECRET, "LEG"))
    (one,) = _in_check(other)
    assert (one["version_id"], one["title"], one["state"]) == (version_id, TITLE, "ready")
    path = f"/api/v1/versions/{version_id}"
    assert world.reviewer_b.client.get(path).status_code == 404, "not before its own release"
    assert TITLE not in other.page_for(world.lead_b)
    path_of_release = f"/api/v1/requests/{other.request_id}/release"
    assert world.responder.client.post(path_of_release, json=FULL).status_code in (403, 404)
    other.post(world.coordinator, "release", **FULL)
    settle(world)
    opened = world.reviewer_b.client.get(f"{path}/pages/1")
    assert opened.status_code == 200, opened.text
    said = " ".join(word["text"] for word in opened.json()["words"])
    assert OPEN in said
    assert SECRET not in said
    grants = world.rows(
        "SELECT organisation_id, lifted, follows, proposed_by, approved_by FROM grants"
        " WHERE version_id = :v AND follows IS NOT NULL AND organisation_id = :o",
        v=version_id, o=world.organisations["ORGB"],
    )  # fmt: skip
    ((like,),) = world.rows("SELECT lifted FROM grants WHERE id = :g", g=attaching.version.grant_b)
    assert grants == [
        (world.organisations["ORGB"], like, attaching.version.grant_b, world.responder.id,
         world.coordinator.id)
    ]  # fmt: skip
    events = [name for name, *_ in world.entries(object=other.request_id, outcome="done")]
    assert events.count("AttachmentChecked") == 1
    _neither_learns_of_the_other(attaching, other, version_id)


def _neither_learns_of_the_other(attaching: Attaching, other: Asked, version_id: str) -> None:
    world = attaching.world
    numbers = {
        "a": attaching.seen_by(world.lead_a)["number"], "b": other.seen_by(world.lead_b)["number"]
    }  # fmt: skip
    for lead, own, foreign, strangers in (
        (world.lead_a, attaching, other, ("ORGB", numbers["b"])),
        (world.lead_b, other, attaching, ("ORGA", numbers["a"])),
    ):
        for path in (f"/requests/{own.request_id}", f"/versions/{version_id}", "/record",
                     "/receipts", "/shared-items", "/api/v1/record", "/notices"):  # fmt: skip
            said = lead.client.get(path).text
            for word in (*strangers, foreign.request_id):
                assert word not in said, (path, word)


def test_who_reads_a_narrower_edition_gets_it_by_hand_or_not_at_all(
    attaching: Attaching,
) -> None:
    world, other = attaching.world, _follower(attaching)
    version_id = _released(attaching, (SECRET, "LEG"), (WORD, "SEC"))  # A may read SEC, B may not
    assert _in_check(other) == []
    page = other.page_for(world.coordinator)
    assert "One attachment was left behind" in page
    assert "left behind" not in attaching.page_for(world.coordinator)
    other.post(world.coordinator, "release", **FULL)
    settle(world)
    assert world.reviewer_b.client.get(f"/api/v1/versions/{version_id}").status_code == 404
    for text in (other.page_for(world.lead_b), str(other.seen_by(world.lead_b))):
        assert "left behind" not in text
        assert TITLE not in text


def test_a_refusal_carries_nothing_along(attaching: Attaching) -> None:
    world, other = attaching.world, _follower(attaching)
    attaching.closed()
    attaching.post(world.responder, "check")
    attaching.post(
        world.approver, "release", determination="withheld", category="LEG", reason="Not now.",
        nothing_withheld=True, no_substitute=True,
    )  # fmt: skip
    assert other.seen_by(world.coordinator)["parts"][0]["answer"] is None
    rows = world.rows("SELECT id FROM attachments WHERE request_id = :r", r=other.request_id)
    assert rows == []
