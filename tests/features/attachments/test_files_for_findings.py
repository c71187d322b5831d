"""A file goes with a message about a finding: attached, marked, closed, given by somebody else."""

import pytest

from tests.features.attachments.conftest import OPEN, SECRET, decide_all, eyes_open
from tests.features.attachments.threading import (
    GIVEN_NAME,
    GIVEN_TITLE,
    GIVEN_WORDS,
    Threading,
    threading,
)
from tests.features.findings.situations import started_claw_back
from tests.features.notices.situations import told
from tests.worlds.doors import post_form, post_json
from tests.worlds.entries import entries
from tests.worlds.reports import settle
from tests.worlds.shared import Copier, SharedWorld


@pytest.fixture
def thread(shared: SharedWorld) -> Threading:
    """Give the situation in a copy of its own."""
    return threading(shared)


@pytest.fixture(scope="module")
def given(room_copies: Copier) -> Threading:
    """Give a finding whose file was given, to tests that look."""
    made = threading(room_copies())
    made.given()
    return made


def test_a_file_is_attached_marked_closed_given_and_read(thread: Threading) -> None:
    world = thread.world
    assert thread.attach(world.author).status_code == 202
    assert [one["state"] for one in thread.view(world.author)["items"]] == ["reading"]
    settle(world)
    (one,) = thread.view(world.author)["items"]
    assert (one["state"], one["pages"], one["can_mark"]) == ("to_close", 2, True)
    version_id = str(one["version_id"])
    thread.mark(world.author, version_id)
    assert thread.view(world.author)["items"][0]["state"] == "marks_wait"
    assert thread.act(world.author, "close").status_code == 409
    decide_all(world, version_id)
    assert thread.act(world.author, "close").status_code == 200
    settle(world)
    assert told(world, "file_to_give") == {"coordinator", "approver"}
    page = world.author.client.get(f"/findings/{thread.finding}").text
    assert GIVEN_TITLE in page
    assert "a coordinator or an approver who did not attach it gives it" in page
    shown = world.approver.client.get(thread.path).text
    assert f"/versions/{version_id}/as/{world.organisations['ORGA']}" in shown
    assert "Give it to" in shown
    assert thread.seen_by(world.reviewer_a)["messages"] == []
    assert world.reviewer_a.client.get(f"/versions/{version_id}").status_code == 404
    done = thread.give(world.approver)
    assert done.status_code == 200, done.text
    assert done.json()["items"] == []
    settle(world)
    (message,) = thread.seen_by(world.reviewer_a)["messages"]
    (link,) = message["given"]
    assert (message["body"], link["title"], link["open"]) == (GIVEN_WORDS, GIVEN_TITLE, True)
    opened = world.reviewer_a.client.get(f"/api/v1/versions/{version_id}/pages/1")
    assert OPEN in " ".join(word["text"] for word in opened.json()["words"])
    assert SECRET not in opened.text
    assert told(world, "file_given") == {"reviewer_a"}


def test_the_record_the_receipt_and_the_ledger_say_what_was_given(given: Threading) -> None:
    world = given.world
    reviews = world.lead_a.client.get(f"/api/v1/reviews/{world.made.review_a}").json()
    items = [item for receipt in reviews["receipts"] for item in receipt["items"]]
    (item,) = [one for one in items if one["version_id"] == given.version_id]
    assert item["item"].endswith(f": {GIVEN_TITLE}")
    assert "message about FC-ORGA-" in item["item"]
    assert item["withholds"] == ["LEG"]
    assert GIVEN_TITLE in world.coordinator.client.get("/shared-items.csv").text
    steps = [step["text"] for step in given.seen_by(world.lead_a)["timeline"]]
    assert "Given a file by the publisher" in steps
    assert "Gave a file with a message about" in world.lead_a.client.get("/record").text
    events = [one.event for one in entries(world) if one.object == given.finding]
    assert "FileGiven" in events
    page = world.reviewer_a.client.get(f"/versions/{given.version_id}").text
    assert f"/findings/{given.finding}" in page


def test_the_process_appendix_lists_it_with_its_edition(given: Threading) -> None:
    world = given.world
    page = world.lead_a.client.get(f"/reviews/{world.made.review_a}/statement/appendix")
    assert page.status_code == 200, page.text
    assert GIVEN_TITLE in page.text


def test_its_grant_is_like_the_organisations_own_and_ends_with_it(thread: Threading) -> None:
    world, version_id = thread.world, thread.given()
    like = "SELECT preset, lifted, handling, ends_at FROM grants WHERE"
    own = world.rows(f"{like} id = :g", g=world.made.grant_a)
    made = world.rows(
        f"{like} version_id = :v AND follows = :g", v=version_id, g=world.made.grant_a
    )
    assert own == made
    ((proposed, approved),) = world.rows(
        "SELECT proposed_by, approved_by FROM grants WHERE version_id = :v AND follows IS NOT NULL",
        v=version_id,
    )
    assert (proposed, approved) == (world.author.id, world.approver.id)
    path = f"/grants/{world.made.grant_a}/revoke"
    assert post_json(world.coordinator, path, reason="Over.").status_code == 200
    assert world.reviewer_a.client.get(f"/versions/{version_id}/pages/1").status_code in (403, 404)
    (message,) = thread.seen_by(world.reviewer_a)["messages"]
    assert message["given"][0]["open"] is False
    assert "closed to you" in world.reviewer_a.client.get(f"/findings/{thread.finding}").text


def test_whoever_attached_it_does_not_give_it(thread: Threading) -> None:
    world = thread.world
    thread.closed(world.coordinator)
    refused = thread.give(world.coordinator)
    assert refused.status_code == 403
    thread.attach(world.author, b"# Other\n", "md", "Another")
    own = thread.view(world.coordinator)["items"][0]["id"]
    refused = thread.give(world.coordinator, attachment_id=own)
    assert refused.status_code == 403, "nor beside somebody else's"
    assert thread.give(world.author, attachment_id=own).status_code == 403
    denied = [one.event for one in entries(world, action="finding:file:give", outcome="denied")]
    assert len(denied) == 3
    assert thread.seen_by(world.reviewer_a)["messages"] == []
    assert thread.give(world.approver, attachment_id=own).status_code == 200
    assert len(entries(world, action="finding:file:give", outcome="done")) >= 2


def test_nobody_else_attaches_takes_off_or_gives(thread: Threading) -> None:
    world = thread.world
    strangers = (world.second_author, world.responder, world.auditor, world.reviewer_a,
                 world.reviewer_b)  # fmt: skip
    for someone in strangers:
        assert thread.attach(someone).status_code in (403, 404)
        assert someone.client.get(thread.path).status_code in (403, 404)
    denied = entries(world, action="finding:file:attach", outcome="denied")
    assert len(denied) >= len(strangers)
    thread.closed()
    one = thread.view(world.author)["items"][0]["id"]
    for someone in strangers:
        for what, said in (
            ("take-off", {}), ("close", {}), ("give", {"body": "x", "nothing_withheld": True}),
        ):  # fmt: skip
            sent = thread.act(someone, what, attachment_id=one, **said)
            assert sent.status_code in (403, 404), (what, someone.name)
    assert [item["id"] for item in thread.view(world.author)["items"]] == [one]


def test_it_is_given_only_when_it_is_ready_compared_and_said_to_be_clean(
    thread: Threading,
) -> None:
    world = thread.world
    content = b"time,said\n1,the Halcyon lock\n"
    assert thread.attach(world.author, content, "csv").status_code == 202
    early = thread.give(world.approver)
    assert "still being read in" in early.json()["fields"]["attachments"]
    settle(world)
    early = thread.give(world.approver, hits_confirmed=True)
    assert "nobody has approved yet" in early.json()["fields"]["attachments"]
    assert thread.act(world.author, "close").status_code == 200
    settle(world)
    (hit,) = thread.view(world.approver)["giving"]["hits"]
    assert (hit["words"], hit["categories"]) == ("Halcyon", ["LEG"])
    assert thread.view(world.author)["giving"] is None, "an author is told of no organisation"
    unsaid = thread.give(world.approver, nothing_withheld=False)
    assert list(unsaid.json()["fields"]) == ["nothing_withheld"]
    refused = thread.give(world.approver)
    assert "“Halcyon” in the file" in refused.json()["fields"]["hits_confirmed"]
    one = thread.view(world.approver)["items"][0]["id"]
    page = post_form(
        world.approver, f"{thread.path}/give", attachment_id=one, body="MY-TYPED-WORDS",
        nothing_withheld="yes",
    )  # fmt: skip
    assert page.status_code == 422
    assert "MY-TYPED-WORDS" in page.text
    assert thread.give(world.approver, hits_confirmed=True).status_code == 200
    compared = [one for one in entries(world) if one.event == "FilesOfFindingCompared"]
    assert compared[-1].facts["confirmed"] is True


def test_what_is_not_given_can_be_taken_off_and_what_was_cannot(thread: Threading) -> None:
    world = thread.world
    thread.attach(world.author, b"# Note\n", "md", "A note")
    settle(world)
    one = thread.view(world.author)["items"][0]["id"]
    assert thread.act(world.author, "take-off").json()["items"] == []
    again = thread.act(world.author, "take-off", attachment_id=one)
    assert again.status_code == 409
    thread.given()
    ((gone,),) = world.rows("SELECT id FROM attachments WHERE released_at IS NOT NULL")
    assert thread.act(world.author, "take-off", attachment_id=gone).status_code == 409
    events = [entry.event for entry in entries(world)]
    assert events.count("FileTakenOffFinding") == 1


def test_a_message_that_gave_a_file_is_not_struck(given: Threading) -> None:
    world = given.world
    (message,) = given.seen_by(world.approver)["messages"]
    path = f"/findings/{given.finding}/messages/strike"
    assert post_json(world.approver, path, message_id=message["id"]).status_code == 409


def test_the_author_never_learns_whose_finding_it_is(given: Threading) -> None:
    world = given.world
    organisation = world.organisations["ORGA"]
    version = given.version_id
    for path in (
        f"/findings/{given.finding}", given.path, f"/versions/{version}", "/notices", "/",
        f"/versions/{version}/redactions", f"/api/v1/versions/{version}/desk",
        f"/api/v1/findings/{given.finding}", f"/api/v1{given.path}",
    ):  # fmt: skip
        shown = world.author.client.get(path)
        assert shown.status_code in (200, 404), path
        for word in (organisation, "FC-ORGA", "Organisation A", world.made.review_a):
            assert word not in shown.text, (path, word)
    assert "FC-ORGA" in world.approver.client.get(given.path).text, "as those do who may"


def test_nor_by_looking_at_its_file_with_the_eyes_of_each_organisation(given: Threading) -> None:
    world, version = given.world, given.version_id
    rest = ("", "/pages/1", "/pages/1/image")
    assert eyes_open(world, world.author, version, *rest) == set()
    assert entries(world, action="report:version:view-as", outcome="denied")
    for someone in (world.coordinator, world.approver):
        assert eyes_open(world, someone, version, *rest) == {"ORGA"}, "those who may know"
    assert entries(world, action="report:version:view-as", outcome="allowed")
    assert eyes_open(world, world.author, world.made.version_id, "") == {"ORGA", "ORGB"}


def test_a_file_of_a_slip_is_for_those_who_read_the_slip(shared: SharedWorld) -> None:
    slip = Threading(shared, started_claw_back(shared).split("/")[2])
    assert slip.attach(shared.author).status_code in (403, 404)
    assert entries(shared, action="finding:file:attach", outcome="denied")
    assert slip.attach(shared.coordinator, b"# What to delete\n", "md").status_code == 202


def test_no_file_name_is_kept(given: Threading) -> None:
    world = given.world
    for table in ("attachments", "versions", "reports", "notices", "audit_entry"):
        assert not any(
            GIVEN_NAME in str(row) for row in world.rows(f"SELECT t::text FROM {table} t")
        )
