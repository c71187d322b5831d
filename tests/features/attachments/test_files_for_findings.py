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
from tests.features.findings.situations import cleared, filed, started_claw_back
from tests.features.notices.situations import told
from tests.features.statements.situations import released
from tests.worlds.doors import post_form, post_json
from tests.worlds.entries import entries
from tests.worlds.reports import PII, settle
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
    assert "Attachment 1 to a message about FC-ORGA-0001" in page.text
    assert GIVEN_TITLE not in page.text, "what was typed stays in the receipt"


def test_a_title_says_nothing_withheld_to_who_reads_a_statement_alone(
    thread: Threading,
) -> None:
    world = thread.world
    assert thread.attach(world.author, title=f"Roster of {PII}").status_code == 202
    settle(world)
    version_id = str(thread.view(world.author)["items"][0]["version_id"])
    thread.mark(world.author, version_id)
    decide_all(world, version_id)
    assert thread.act(world.author, "close").status_code == 200
    settle(world)
    assert thread.give(world.approver).status_code == 200
    _receipted_anew(world, version_id, f"Roster of {PII}, version 1")
    receipts = world.lead_a.client.get(f"/api/v1/reviews/{world.made.review_a}").text
    assert PII in receipts, "the organisation has it lifted"
    statement = released(world, open_to=["authors", "internal_readers"])
    for who in ("second_author", "internal_reader", "auditor"):
        for path in (f"/api/v1/statements/{statement}/appendix", f"/statements/{statement}"):
            shown = world.people[who].client.get(path)
            assert shown.status_code == 200, (who, path)
            assert PII not in shown.text, (who, path)
    items = _items(world, "auditor", statement)
    assert "Attachment 1 to a message about" in items
    assert "An attachment, in another edition" in items


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


def test_what_was_given_with_a_slip_tells_nobody_else_of_it(shared: SharedWorld) -> None:
    cleared(shared, shared.coordinator, shared.approver)
    finding = filed(shared, finding_class="H", materiality="cosmetic")
    settle(shared)
    slip = Threading(shared, finding)
    slip.closed(shared.coordinator)
    assert slip.give(shared.approver, hits_confirmed=True).status_code == 200
    settle(shared)
    _receipted_anew(shared, slip.version_id, f"{GIVEN_TITLE}, version 1")
    statement = released(shared, open_to=["authors", "internal_readers"])
    review = f"/reviews/{shared.made.review_a}"
    for who in ("author", "second_author", "internal_reader", "auditor"):
        assert "Sabotage risk report" in _items(shared, who, statement), "the positive control"
        for path in (
            f"/api/v1/statements/{statement}/appendix", f"/statements/{statement}", review,
            f"/api/v1{review}", "/shared-items", "/shared-items.csv", "/api/v1/shared-items",
        ):  # fmt: skip
            shown = shared.people[who].client.get(path).text
            for word in ("FC-ORGA-0001", GIVEN_TITLE, slip.version_id):
                assert word not in shown, (who, path, word)
    assert "FC-ORGA-0001" in shared.coordinator.client.get(review).text
    assert GIVEN_TITLE in shared.coordinator.client.get("/shared-items.csv").text
    assert "FC-ORGA-0001" in shared.lead_a.client.get(review).text, "its own receipt"
    auditor = shared.people["auditor"]
    assert auditor.client.get(review).status_code == 200
    assert len(auditor.client.get(f"/api/v1{review}").json()["receipts"]) == 1
    assert "ReceiptIssued" in {entry.event for entry in entries(shared)}


def _receipted_anew(world: SharedWorld, version_id: str, item: str) -> None:
    """Issue the receipt of a later edition of what was attached, as the job words it."""
    world.change(
        "INSERT INTO receipts (id, review_id, grant_id, organisation_id, items, issued_at)"
        " SELECT 'rec_later', review_id, id, organisation_id, jsonb_build_array("
        " jsonb_build_object('item', CAST(:item AS text), 'edition_key', 'later', 'digest', '',"
        " 'withholds', '[]'::jsonb, 'handling', 'view', 'version_id', version_id)), now()"
        " FROM grants WHERE version_id = :version AND follows IS NOT NULL",
        item=item,
        version=version_id,
    )


def _items(world: SharedWorld, who: str, statement: str) -> str:
    appendix = world.people[who].client.get(f"/api/v1/statements/{statement}/appendix").json()
    return ", ".join(
        [one["item"] for one in appendix["materials"]]
        + [one["what"] for one in appendix["timeline"]]
    )


def test_no_file_name_is_kept(given: Threading) -> None:
    world = given.world
    for table in ("attachments", "versions", "reports", "notices", "audit_entry"):
        assert not any(
            GIVEN_NAME in str(row) for row in world.rows(f"SELECT t::text FROM {table} t")
        )
