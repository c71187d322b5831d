"""Notes of an interview: versions, four eyes, one text signed by both sides, then the answer."""

import hashlib

from sqlalchemy import text

from tests.world import World
from tests.worlds.interviews import NOTES, interview_in
from tests.worlds.reports import SharedVersion


def test_both_sides_sign_the_same_text_and_it_becomes_the_answer(
    world: World, version: SharedVersion
) -> None:
    made = interview_in(world, "drafted", version)
    with made.later():
        assert made.seen_by(world.reviewer_a)["notes"] == []  # the publisher's own until signed
        made.sign(world.approver)
        (read,) = made.seen_by(world.reviewer_a)["notes"]
        assert (read["text"]["body"], read["state"]) == (NOTES, "offered")
        assert read["digest"] == hashlib.sha256(NOTES.encode()).hexdigest()
        assert read["digest"] in made.page_for(world.lead_a)
        made.sign(world.lead_a)
        for someone in (world.reviewer_a, world.responder, world.coordinator):
            seen = made.seen_by(someone)
            assert [len(one["signatures"]) for one in seen["notes"]] == [2]
            assert "draft_notes" not in seen["acts"]
        made.post(world.responder, "answer")
    step = made.asked.seen_by(world.lead_a)["timeline"][-1]
    assert (step["name"], step["texts"][0]["body"]) == ("NotesAgreed", NOTES)
    part = made.asked.seen_by(world.responder)["parts"][0]
    assert part["answer"]["text"]["body"] == NOTES
    made.asked.post(world.responder, "check")
    made.asked.post(world.approver, "release", determination="full", nothing_withheld=True)
    made.asked.post(world.reviewer_a, "accept")
    assert made.asked.entries("request:interview:notes:sign") == 2


def test_who_wrote_them_does_not_sign_for_the_publisher(
    world: World, version: SharedVersion
) -> None:
    made = interview_in(world, "agreed", version)
    with made.later():
        made.post(world.coordinator, "notes", notes=NOTES)
        made.sign(world.coordinator, status=403)
        made.sign(world.responder, status=403)
        assert "somebody else signs them" in made.page_for(world.coordinator)
        assert not made.seen_by(world.coordinator)["notes"][0]["may_sign"]
        assert made.asked.entries("request:interview:notes:sign", "denied") == 2
        made.sign(world.approver, status=422, nothing_withheld=False)
        assert made.seen_by(world.reviewer_a)["notes"] == []
        made.sign(world.approver)
        assert len(made.seen_by(world.reviewer_a)["notes"]) == 1


def test_a_change_after_one_signature_voids_it_and_says_so(
    world: World, version: SharedVersion
) -> None:
    made = interview_in(world, "released", version)
    with made.later(5):
        first = made.seen_by(world.reviewer_a)["notes"][0]
        made.post(world.responder, "notes", notes=f"{NOTES} And more.")
        for someone in (world.lead_a, world.coordinator, world.responder):
            assert "that signature fell" in made.page_for(someone)
        gone = {"notes_id": first["id"], "text_digest": first["digest"]}
        made.post(world.reviewer_a, "signature", status=409, **gone)
        made.sign(world.approver)
        made.sign(world.reviewer_a)
        seen = made.seen_by(world.lead_a)["notes"]
        assert [one["state"] for one in seen] == ["agreed", "voided"]
        made.post(world.reviewer_a, "notes", status=409, notes="Another wording.")
    steps = [step["name"] for step in made.asked.seen_by(world.lead_a)["timeline"]]
    assert steps[-4:] == ["NotesReleased", "NotesVoided", "NotesReleased", "NotesAgreed"]


def test_the_askers_wording_is_its_own_until_it_signs(world: World, version: SharedVersion) -> None:
    made = interview_in(world, "released", version)
    with made.later(5):
        made.post(world.reviewer_a, "notes", notes="CANARY-ASKERS WORDING")
        assert "CANARY-ASKERS" in made.page_for(world.lead_a)
        for someone in (world.coordinator, world.approver, world.responder):
            assert "CANARY-ASKERS" not in made.page_for(someone)
            assert len(made.seen_by(someone)["notes"]) == 1
        made.sign(world.lead_a)
        assert "CANARY-ASKERS" in made.page_for(world.coordinator)  # cleared as the writer was
        # The one who answers learns nothing that could say who asks.
        assert "CANARY-ASKERS" not in made.page_for(world.responder)
        assert "The asker wrote these" in made.page_for(world.responder)
        made.sign(world.coordinator)
        made.post(world.responder, "answer", status=403)
        made.post(world.coordinator, "answer")


def test_notes_are_signed_as_they_were_read(world: World, version: SharedVersion) -> None:
    made = interview_in(world, "released", version)
    with made.later(5):
        refused = made.sign(world.reviewer_a, status=409, text_digest="0" * 64)
        assert "changed since you read them" in refused["detail"]
        made.sign(world.approver, status=409)  # the publisher has signed
        (seen,) = made.seen_by(world.reviewer_a)["notes"]
        assert len(seen["signatures"]) == 1


def test_nothing_is_noted_before_it_has_begun(world: World, version: SharedVersion) -> None:
    made = interview_in(world, "agreed", version)
    made.post(world.responder, "notes", status=409, notes=NOTES)
    made.post(world.reviewer_a, "notes", status=409, notes=NOTES)
    made.post(world.responder, "answer", status=409)
    with made.later():
        made.post(world.approver, "notes", status=403, notes=NOTES)
        made.post(world.lead_b, "notes", status=404, notes=NOTES)
        empty = made.asked.form(world.reviewer_a, "interview/notes", 422, notes=" ")
        assert "This is needed." in empty


def test_unsigned_notes_of_the_asker_are_walled_off_in_the_database(
    world: World, version: SharedVersion
) -> None:
    made = interview_in(world, "agreed", version)
    with made.later():
        kept = made.post(world.reviewer_a, "notes", notes=NOTES)["id"]

    def seen(side: str, organisation: str) -> int:
        with world.web.engine.begin() as connection:
            for name, value in (("side", side), ("organisation", organisation)):
                set_to = text("SELECT set_config(:name, :value, true)")
                connection.execute(set_to, {"name": f"vitrine.{name}", "value": value})
            count = text("SELECT count(*) FROM interview_notes WHERE id = :id")
            return int(connection.execute(count, {"id": kept}).scalar_one())

    assert seen("reviewer", world.organisations["ORGA"]) == 1
    assert seen("reviewer", world.organisations["ORGB"]) == 0
    assert seen("publisher", world.organisations["PUB"]) == 0
