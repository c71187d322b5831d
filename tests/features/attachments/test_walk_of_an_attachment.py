"""A file goes with an answer: attached, marked, closed, checked, released, read, taken back."""

import pytest
from sqlalchemy import text

from app.features.reports.tasks import build_editions
from tests.features.attachments.conftest import OPEN, SECRET, TITLE, WORD, Attaching, decide_all
from tests.worlds.reports import settle


def receipts(attaching: Attaching) -> list[dict[str, object]]:
    """Give the items of the receipts that organisation A holds."""
    found = attaching.world.lead_a.client.get(
        f"/api/v1/reviews/{attaching.version.review_a}"
    ).json()["receipts"]
    return [item for receipt in found for item in receipt["items"]]


def test_a_file_becomes_a_version_that_is_marked_closed_released_and_read(
    attaching: Attaching,
) -> None:
    world = attaching.world
    assert attaching.attach(world.responder).status_code == 202
    assert [one["state"] for one in attaching.attached(world.responder)] == ["reading"]
    settle(world)
    (one,) = attaching.attached(world.responder)
    assert (one["state"], one["title"], one["pages"]) == ("to_close", TITLE, 2)
    assert one["can_open"] and one["can_mark"] and one["can_close"]
    version_id = str(one["version_id"])
    attaching.mark(version_id, SECRET)
    assert attaching.attached(world.responder)[0]["state"] == "marks_wait"
    refused = attaching.act(world.responder, "close", attachment_id=one["id"])
    assert refused.status_code == 409
    decide_all(world, version_id)
    assert attaching.act(world.responder, "close", attachment_id=one["id"]).status_code == 200
    settle(world)
    attaching.post(world.responder, "check")
    settle(world)
    page = attaching.page_for(world.approver)
    assert f"Attachment 1: {TITLE}" in page
    assert f"/versions/{version_id}/as/{world.organisations['ORGA']}" in page
    as_a = f"/api/v1/versions/{version_id}/as/{world.organisations['ORGA']}/pages/1"
    seen = world.approver.client.get(as_a)
    assert seen.status_code == 200, seen.text
    assert SECRET not in str(seen.json()["theirs"])
    assert SECRET in str(seen.json()["own"])
    assert world.reviewer_a.client.get(f"/api/v1/versions/{version_id}").status_code == 404
    attaching.post(world.approver, "release", determination="full", nothing_withheld=True)
    opened = world.reviewer_a.client.get(f"/api/v1/versions/{version_id}/pages/1")
    assert opened.status_code == 200, opened.text
    words = " ".join(word["text"] for word in opened.json()["words"])
    assert OPEN in words
    assert SECRET not in opened.text
    page = attaching.page_for(world.reviewer_a)
    assert f'<a href="/versions/{version_id}">Attachment 1: {TITLE}</a>, 2 pages' in page
    (step,) = [s for s in attaching.seen_by(world.lead_a)["timeline"] if s["attachments"]]
    assert step["attachments"][0]["open"] is True


def test_the_receipt_says_which_edition_was_given(attaching: Attaching) -> None:
    world = attaching.world
    version_id = attaching.released()
    (item,) = [one for one in receipts(attaching) if one["version_id"] == version_id]
    assert str(item["item"]).endswith(f": {TITLE}")
    assert item["withholds"] == ["LEG"]
    opened = world.reviewer_a.client.get(f"/api/v1/versions/{version_id}").json()
    assert item["edition_key"] == opened["edition"]["key"]
    (digest,) = world.rows(
        "SELECT document_digest FROM editions WHERE key = :key", key=item["edition_key"]
    )
    assert (item["digest"],) == digest
    settle(world)
    again = [one for one in receipts(attaching) if one["version_id"] == version_id]
    assert len(again) == 1, "the answer's receipt is the only one"


def test_the_grant_is_that_of_the_review_and_no_more(attaching: Attaching) -> None:
    world = attaching.world
    people = [world.reviewer_a.id]
    world.change(
        "UPDATE grants SET person_ids = :people, handling = 'download' WHERE id = :grant",
        people=people, grant=attaching.version.grant_a,
    )  # fmt: skip
    version_id = attaching.released()
    columns = "organisation_id, person_ids, preset, lifted, handling, ends_at, review_id, state"
    (like,) = world.rows(
        f"SELECT {columns} FROM grants WHERE id = :grant", grant=attaching.version.grant_a
    )
    (made,) = world.rows(
        f"SELECT {columns} FROM grants WHERE version_id = :version AND follows = :grant",
        version=version_id, grant=attaching.version.grant_a,
    )  # fmt: skip
    assert made == like
    (eyes,) = world.rows(
        "SELECT proposed_by, approved_by FROM grants WHERE version_id = :v AND follows IS NOT NULL",
        v=version_id,
    )
    assert eyes == (world.responder.id, world.approver.id)
    path = f"/api/v1/versions/{version_id}"
    assert world.reviewer_a.client.get(path).status_code == 200
    assert world.lead_a.client.get(path).status_code == 404


def test_revoking_the_grant_of_the_review_closes_what_went_with_it_at_once(
    attaching: Attaching,
) -> None:
    world = attaching.world
    version_id = attaching.released()
    path = f"/api/v1/versions/{version_id}/pages/1"
    assert world.reviewer_a.client.get(path).status_code == 200
    revoked = world.coordinator.client.post(
        f"/api/v1/grants/{attaching.version.grant_a}/revoke", json={"reason": "Leaked."}
    )
    assert revoked.status_code in (200, 204), revoked.text
    for page in (path, f"{path}/image", f"/api/v1/versions/{version_id}/search?q=call"):
        assert world.reviewer_a.client.get(page).status_code == 404
    page = attaching.page_for(world.reviewer_a)
    assert TITLE in page
    assert f"/versions/{version_id}" not in page
    events = [name for name, *_ in world.entries(action="grant:revoke", outcome="done")]
    assert events.count("GrantRevoked") == 2


def test_the_grant_of_an_attachment_is_revoked_by_itself_as_well(attaching: Attaching) -> None:
    world = attaching.world
    version_id = attaching.released()
    ((grant,),) = world.rows(
        "SELECT id FROM grants WHERE version_id = :v AND follows IS NOT NULL", v=version_id
    )
    world.coordinator.client.post(f"/api/v1/grants/{grant}/revoke", json={"reason": "A slip."})
    assert world.reviewer_a.client.get(f"/api/v1/versions/{version_id}").status_code == 404
    own = f"/api/v1/versions/{attaching.version.version_id}"
    assert world.reviewer_a.client.get(own).status_code == 200


def test_what_the_review_ends_its_attachments_end_with(attaching: Attaching) -> None:
    world = attaching.world
    version_id = attaching.released()
    world.change(
        "UPDATE grants SET ends_at = now() - interval '1 second' WHERE version_id = :v"
        " AND follows IS NOT NULL",
        v=version_id,
    )
    assert world.reviewer_a.client.get(f"/api/v1/versions/{version_id}").status_code == 404


@pytest.mark.parametrize("outcome", ["withheld", "deferred", "out_of_scope"])
def test_an_outcome_without_a_body_gives_no_attachment(attaching: Attaching, outcome: str) -> None:
    world = attaching.world
    version_id = attaching.closed()
    attaching.post(world.responder, "check")
    category = {"withheld": "LEG", "deferred": "NOT_YET", "out_of_scope": "SCOPE"}[outcome]
    attaching.post(
        world.approver, "release", determination=outcome, category=category,
        reason="Not now.", nothing_withheld=True, no_substitute=True,
    )  # fmt: skip
    settle(world)
    assert world.reviewer_a.client.get(f"/api/v1/versions/{version_id}").status_code == 404
    assert TITLE not in attaching.page_for(world.reviewer_a)
    assert world.rows("SELECT id FROM grants WHERE follows IS NOT NULL") == []
    assert world.rows("SELECT released_at FROM attachments") == [(None,)]


def test_a_new_round_has_attachments_of_its_own(attaching: Attaching) -> None:
    world = attaching.world
    first = attaching.released()
    attaching.post(world.reviewer_a, "return", return_reason="Not the whole rota.")
    attaching.post(world.coordinator, "assignment", responder_id=world.responder.id)
    attaching.post(world.responder, "answer", answer="Here is the rest.")
    assert attaching.attached(world.responder) == []
    assert world.reviewer_a.client.get(f"/api/v1/versions/{first}").status_code == 200
    assert f"/versions/{first}" in attaching.page_for(world.reviewer_a)


def test_every_act_leaves_its_entry(attaching: Attaching) -> None:
    world = attaching.world
    attaching.released()
    events = [name for name, *_ in world.entries(outcome="done")]
    for name in (
        "DossierMade", "VersionImportStarted", "WorkingGrantMade", "CheckersGrantMade",
        "FileAttached", "AttachmentChecked", "AttachmentShared", "AnswerReleased",
    ):  # fmt: skip
        assert name in events, name
    with world.owner.connect() as connection:
        kept = connection.execute(text("SELECT content FROM audit_entry")).scalars()
        assert all(b"ORGA-secret-name" not in bytes(content or b"") for content in kept)


def test_the_reader_leads_back_to_the_answer_and_offers_what_can_be_done(
    attaching: Attaching,
) -> None:
    world = attaching.world
    version_id = attaching.released()
    for path in (f"/versions/{version_id}", f"/versions/{version_id}/pages/1"):
        page = world.reviewer_a.client.get(path).text
        assert f'href="/requests/{attaching.request_id}"' in page
        assert "/findings/new" not in page
        assert "/requests/new" not in page
    own = world.reviewer_a.client.get(f"/versions/{attaching.version.version_id}/pages/1").text
    assert "/requests/new" in own


def test_what_is_withheld_in_an_attachment_is_arguable(attaching: Attaching) -> None:
    world = attaching.world
    version_id = attaching.released()
    ((mark,),) = world.rows("SELECT id FROM redactions WHERE version_id = :v", v=version_id)
    raised = world.reviewer_a.client.post(
        f"/api/v1/redactions/{mark}/challenge", json={"reason": "The name is public."}
    )
    assert raised.status_code in (200, 201), raised.text
    assert world.reviewer_a.client.get("/challenges").status_code == 200
    assert world.approver.client.get(f"/challenges/{raised.json()['id']}").status_code == 200


def test_where_the_grant_of_the_review_changes_its_edition_of_the_attachment_follows(
    attaching: Attaching,
) -> None:
    """Between the check and the release the grant is narrowed: nothing wider goes out."""
    world = attaching.world
    assert attaching.attach(world.responder).status_code == 202
    settle(world)
    (one,) = attaching.attached(world.responder)
    version_id = str(one["version_id"])
    attaching.mark(version_id, SECRET)
    attaching.mark(version_id, WORD, "SEC")
    decide_all(world, version_id)
    attaching.act(world.responder, "close", attachment_id=one["id"])
    attaching.post(world.responder, "check")
    settle(world)
    world.change(
        "UPDATE grants SET lifted = array_remove(lifted, 'SEC') WHERE id = :g",
        g=attaching.version.grant_a,
    )
    path = f"/api/v1/requests/{attaching.request_id}/release"
    body = {"determination": "full", "nothing_withheld": True}
    refused = world.approver.client.post(path, json=body)
    assert refused.status_code == 422
    assert "being prepared" in refused.json()["fields"]["attachments"]
    # What a changed grant calls for is built for the report, and for what goes with its answers.
    build_editions(world.worker, version_id=attaching.version.version_id)
    assert world.approver.client.post(path, json=body).status_code == 200
    opened = world.reviewer_a.client.get(f"/api/v1/versions/{version_id}/pages/1")
    assert opened.status_code == 200
    assert WORD not in opened.text
