"""What is not attached, not taken off, not closed and not released; and what is kept then."""

import pytest

from tests.features.attachments.conftest import TITLE, Attaching, eyes_open
from tests.worlds.doors import post_form
from tests.worlds.reports import grant_internally, settle

HOSTILE = b"%PDF-1.7\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n%%EOF" + b"\0" * 50


def test_only_who_answers_attaches(attaching: Attaching) -> None:
    world = attaching.world
    for someone in (world.author, world.approver, world.auditor, world.internal_reader):
        assert attaching.attach(someone).status_code in (403, 404)
    for someone in (world.reviewer_a, world.lead_b, world.stress_tester):
        assert attaching.attach(someone).status_code in (403, 404)
        path = f"/api/v1/requests/{attaching.request_id}/attachments"
        assert someone.client.get(path).status_code in (403, 404)
    assert world.rows("SELECT id FROM attachments") == []
    assert world.entries(action="request:answer:attach", outcome="denied") != []
    assert attaching.attach(world.coordinator).status_code == 202


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.docx", b"PK\x03\x04word/document.xml", "Word file"),
        ("a.csv", b"PK\x03\x04word/document.xml", "Word file"),
        ("a.xlsx", b"PK\x03\x04word/document.xml", "Word file"),
        ("a.xlsx", b"name,pay\nElena,1\n", "Give it a name"),
        ("a", b"name,pay\nElena,1\n", "Give it a name"),
        ("a.csv", b"", "empty"),
        ("a.pdf", b"", "empty"),
        ("a.bin", b"\x00\x01\x02\x03", "none of the kinds"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_words_and_the_draft_is_kept(
    attaching: Attaching, name: str, content: bytes, says: str
) -> None:
    world = attaching.world
    response = world.responder.client.post(
        f"/api/v1/requests/{attaching.request_id}/attachments",
        data={"title": TITLE},
        files={"file": (name, content, "application/octet-stream")},
    )
    assert response.status_code == 422
    assert says in response.json()["fields"]["file"]
    assert attaching.attached(world.responder) == []
    assert "See the rota." in attaching.page_for(world.responder)


def test_a_hostile_file_is_refused_by_the_sandbox_and_keeps_the_drafted_answer(
    attaching: Attaching,
) -> None:
    world = attaching.world
    assert attaching.attach(world.responder, content=HOSTILE).status_code == 202
    settle(world)
    (one,) = attaching.attached(world.responder)
    assert one["state"] == "failed"
    assert one["failure"]
    page = world.responder.client.get(f"/requests/{attaching.request_id}/attachments").text
    assert "Could not be taken" in page
    assert "See the rota." in attaching.page_for(world.responder)
    path = f"/api/v1/requests/{attaching.request_id}/check"
    refused = world.responder.client.post(path, json={})
    assert refused.status_code == 422
    assert "could not be taken" in refused.json()["fields"]["attachments"]
    form = post_form(
        world.responder, f"/requests/{attaching.request_id}/answer",
        answer="See the rota, again.", part_id="", then="check",
    )  # fmt: skip
    assert form.status_code == 422
    assert "See the rota, again." in form.text
    taken = attaching.act(world.responder, "take-off", attachment_id=one["id"])
    assert taken.status_code == 200
    assert world.responder.client.post(path, json={}).status_code == 200


def test_the_same_file_is_attached_once(attaching: Attaching) -> None:
    world = attaching.world
    assert attaching.attach(world.responder).status_code == 202
    again = attaching.attach(world.responder, title="Another title")
    assert again.status_code == 409
    assert TITLE in again.text
    assert len(attaching.attached(world.responder)) == 1


def test_nothing_is_attached_without_a_draft(attaching: Attaching) -> None:
    world = attaching.world
    attaching.post(world.responder, "check")
    assert attaching.attach(world.responder).status_code == 409
    page = world.responder.client.get(f"/requests/{attaching.request_id}/attachments").text
    assert "release check" in page
    assert 'type="file"' not in page


def test_what_is_in_check_is_not_taken_off(attaching: Attaching) -> None:
    world = attaching.world
    attaching.closed(marks=False)
    (one,) = attaching.attached(world.responder)
    attaching.post(world.responder, "check")
    refused = attaching.act(world.responder, "take-off", attachment_id=one["id"])
    assert refused.status_code == 409
    attaching.post(world.approver, "send-back", note="Take the rota off.")
    assert attaching.act(
        world.responder, "take-off", attachment_id=one["id"]
    ).status_code == 200  # fmt: skip
    assert attaching.attached(world.responder) == []
    attaching.post(world.responder, "check")
    attaching.post(world.approver, "release", determination="full", nothing_withheld=True)
    assert world.reviewer_a.client.get(f"/api/v1/versions/{one['version_id']}").status_code == 404


def test_an_answer_waits_until_every_attachment_is_ready(attaching: Attaching) -> None:
    world = attaching.world
    attaching.attach(world.responder)
    attaching.post(world.responder, "check")
    path = f"/api/v1/requests/{attaching.request_id}/release"
    body = {"determination": "full", "nothing_withheld": True}

    def refused() -> str:
        response = world.approver.client.post(path, json=body)
        assert response.status_code == 422, response.text
        return str(response.json()["fields"]["attachments"])

    assert "still being read in" in refused()
    settle(world)
    assert "still open for marks" in refused()
    (one,) = attaching.seen_by(world.approver)["parts"][0]["answer"]["attachments"]
    closed = world.coordinator.client.post(
        f"/api/v1/requests/{attaching.request_id}/attachments/close",
        json={"attachment_id": one["id"]},
    )
    assert closed.status_code == 200, closed.text
    world.change("UPDATE editions SET state = 'building' WHERE version_id = :v AND state = 'ready'",
                 v=one["version_id"])  # fmt: skip
    assert "being prepared" in refused()
    world.change("UPDATE editions SET state = 'quarantined' WHERE version_id = :v",
                 v=one["version_id"])  # fmt: skip
    assert "did not pass its check" in refused()
    page = post_form(
        world.approver, f"/requests/{attaching.request_id}/release",
        determination="full", nothing_withheld="yes",
    )  # fmt: skip
    assert page.status_code == 422
    assert "Attachment 1 did not pass its check" in page.text
    world.change("UPDATE editions SET state = 'ready' WHERE version_id = :v", v=one["version_id"])
    attaching.post(world.approver, "release", **body)


def test_who_may_read_less_than_the_asker_does_not_release(attaching: Attaching) -> None:
    world = attaching.world
    attaching.attach(world.responder)
    settle(world)
    (one,) = attaching.attached(world.responder)
    version_id = str(one["version_id"])
    attaching.mark(version_id, "paged", "SEC")  # organisation A has SEC lifted
    decided = world.approver.client.get(f"/api/v1/versions/{version_id}/redactions")
    groups = [group["id"] for group in decided.json()]
    world.approver.client.post(
        f"/api/v1/versions/{version_id}/redactions/decide",
        json={"groups": groups, "approve": True, "statement": True},
    )
    attaching.act(world.responder, "close", attachment_id=one["id"])
    attaching.post(world.responder, "check")
    settle(world)
    world.change(
        "UPDATE grants SET lifted = '{}' WHERE version_id = :v AND NOT working", v=version_id
    )
    body = {"determination": "full", "nothing_withheld": True}
    path = f"/api/v1/requests/{attaching.request_id}/release"
    refused = world.approver.client.post(path, json=body)
    assert refused.status_code == 422
    assert "wider grant" in refused.json()["fields"]["attachments"]
    world.change(
        "UPDATE grants SET lifted = '{SEC}' WHERE version_id = :v AND NOT working", v=version_id
    )
    attaching.post(world.approver, "release", **body)


def test_who_attached_something_does_not_release_it(attaching: Attaching) -> None:
    world = attaching.world
    attaching.attach(world.coordinator)
    attaching.post(world.responder, "check")
    path = f"/api/v1/requests/{attaching.request_id}/release"
    body = {"determination": "full", "nothing_withheld": True}
    assert world.coordinator.client.post(path, json=body).status_code == 403


def test_a_published_version_that_one_may_read_is_attached_and_no_other(
    attaching: Attaching,
) -> None:
    world, version = attaching.world, attaching.version.version_id
    path = f"/api/v1/requests/{attaching.request_id}/attachments/existing"
    refused = world.responder.client.post(path, json={"version_id": version})
    assert refused.status_code == 422
    assert refused.json()["fields"] == {"version_id": "Choose one of these."}
    grant_internally(world, attaching.version, world.responder)
    taken = world.responder.client.post(path, json={"version_id": version})
    assert taken.status_code == 200, taken.text
    assert taken.json()["items"][0]["title"].endswith("version 1")
    attaching.post(world.responder, "check")
    settle(world)
    attaching.post(world.approver, "release", determination="full", nothing_withheld=True)
    # The asker had it already, as much of it: no grant is made.
    assert world.rows("SELECT id FROM grants WHERE follows IS NOT NULL") == []
    assert f"/versions/{version}" in attaching.page_for(world.reviewer_a)


def test_markdown_is_approved_by_who_attached_it(attaching: Attaching) -> None:
    world = attaching.world
    taken = attaching.attach(world.responder, content=b"# Rota\n\nTwo people.\n", name="r.md")
    assert taken.status_code == 202, taken.text
    settle(world)
    (one,) = attaching.attached(world.responder)
    assert one["state"] == "to_approve"
    coordinator = attaching.act(world.coordinator, "close", attachment_id=one["id"])
    assert coordinator.status_code == 403
    done = attaching.act(world.responder, "close", attachment_id=one["id"])
    assert done.status_code == 200, done.text
    assert done.json()["items"][0]["state"] == "ready"


def test_a_dossier_is_in_no_list_of_reports(attaching: Attaching) -> None:
    world = attaching.world
    attaching.released()
    for someone in (world.author, world.coordinator, world.responder, world.reviewer_a):
        for path in ("/reports", "/api/v1/reports"):
            assert TITLE not in someone.client.get(path).text, (someone.name, path)
    assert TITLE not in world.coordinator.client.get("/reviews/new").text


def test_nobody_who_answers_learns_who_asked(attaching: Attaching) -> None:
    """An author who answers could look at the desk, the review's grants and the shared items."""
    world = attaching.world
    world.change(
        "UPDATE memberships SET roles = '{author,responder}' WHERE id = :m",
        m=world.responder.membership_id,
    )
    version_id = attaching.released()
    client = world.responder.client
    for path in (
        f"/api/v1/versions/{version_id}/desk", f"/api/v1/versions/{version_id}",
        f"/requests/{attaching.request_id}", f"/requests/{attaching.request_id}/attachments",
    ):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "ORGA" not in answer.text, path
        assert world.organisations["ORGA"] not in answer.text, path
    for path in ("/shared-items", "/shared-items.csv", f"/reviews/{attaching.version.review_a}",
                 f"/api/v1/reviews/{attaching.version.review_a}"):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert version_id not in answer.text
        assert TITLE not in answer.text
    desk = f"/api/v1/versions/{version_id}/desk"
    assert [one["withheld"] for one in client.get(desk).json()["editions"]] == [[]]
    known = world.coordinator.client.get(desk).json()["editions"]
    assert ["LEG"] in [one["withheld"] for one in known]
    assert TITLE in world.coordinator.client.get("/shared-items").text
    eyes = ("", "/pages/1", "/pages/1/image")
    assert eyes_open(world, world.responder, version_id, *eyes) == set()
    assert world.entries(action="report:version:view-as", outcome="denied") != []
    assert eyes_open(world, world.approver, version_id, *eyes) == {"ORGA"}, "who may know"


def test_nor_with_whose_eyes_a_file_without_pages_is_read(attaching: Attaching) -> None:
    world = attaching.world
    world.change(
        "UPDATE memberships SET roles = '{author,responder}' WHERE id = :m",
        m=world.responder.membership_id,
    )
    version_id = attaching.released_file()
    assert eyes_open(world, world.responder, version_id, "", "/evidence/E1") == set()
    assert world.entries(action="report:version:view-as", outcome="denied") != []
    assert eyes_open(world, world.coordinator, version_id, "/evidence/E1") == {"ORGA"}


def test_a_title_that_says_what_is_withheld_is_found_before_the_release(
    attaching: Attaching,
) -> None:
    world = attaching.world
    attaching.closed()
    world.change("UPDATE attachments SET title = 'Rota of Halcyon'")
    attaching.post(world.responder, "check")
    assert attaching.seen_by(world.approver)["parts"][0]["check"]["hits"][0]["words"] == "Halcyon"
    path = f"/api/v1/requests/{attaching.request_id}/release"
    body = {"determination": "full", "nothing_withheld": True}
    refused = world.approver.client.post(path, json=body)
    assert set(refused.json()["fields"]) == {"hits_confirmed"}
    assert world.approver.client.post(path, json=body | {"hits_confirmed": True}).status_code == 200
