"""Files that reviewers send with a message, or with what they file: kept, never opened."""

from typing import Any

import pytest

from app.web import csrf
from tests.features.findings.filing_situations import PDF
from tests.features.findings.situations import WRONG, cleared, passage, routed, say
from tests.features.findings.situations import started_claw_back as slip
from tests.world import Someone
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.reports import settle
from tests.worlds.shared import SharedWorld

TITLE = "SENTTITLE of the log"
SENT_NAME = "SENTNAME.pdf"


def sent(world: SharedWorld, finding: str, who: Someone | None = None, **fields: Any) -> Any:
    """Write with a file as organisation A's reviewer; gives the answer."""
    typed = {"body": "SENTWORDS", "file_title": TITLE, **fields}
    content = typed.pop("content", PDF)
    return (who or world.reviewer_a).client.post(
        f"/api/v1/findings/{finding}/messages/with-file",
        data=typed,
        files={"file": (SENT_NAME, content)},
    )


def _file_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.text
    return str(answer.json()["messages"][-1]["files"][0]["id"])


def _paths(finding: str, file: str) -> tuple[str, str]:
    return f"/findings/{finding}/files/{file}", f"/api/v1/findings/{finding}/files/{file}"


def test_a_file_goes_with_a_message_to_the_publisher(shared: SharedWorld) -> None:
    cleared(shared, shared.author)
    finding = routed(shared)
    file = _file_of(sent(shared, finding))
    for someone in (shared.reviewer_a, shared.lead_a, shared.author):
        assert TITLE in someone.client.get(f"/findings/{finding}").text
        for path in _paths(finding, file):
            answer = someone.client.get(path)
            assert answer.content == PDF
            assert answer.headers["content-type"] == "application/octet-stream"
            assert "ORGA" not in answer.headers["content-disposition"]
            assert SENT_NAME not in str(answer.headers)
    assert len([e for e in entries(shared) if e.event == "FindingFileRead"]) == 6
    assert "MessageToPublisher" in {e.event for e in entries(shared)}


def test_it_is_nobody_elses(shared: SharedWorld) -> None:
    finding = routed(shared)
    file = _file_of(sent(shared, finding))
    for someone in (shared.reviewer_b, shared.second_author, shared.responder):
        for path in _paths(finding, file):
            assert someone.client.get(path).status_code == 404
        assert sent(shared, finding, someone).status_code in (403, 404)
    assert entries(shared, action="finding:read", outcome="denied")
    assert entries(shared, action="finding:message:write", outcome="denied")


def test_a_file_that_is_kept_inside_stays_inside(shared: SharedWorld) -> None:
    cleared(shared, shared.author, shared.coordinator)
    finding = routed(shared)
    file = _file_of(sent(shared, finding, internal="true"))
    for path in _paths(finding, file):
        assert shared.lead_a.client.get(path).content == PDF, "the positive control"
    for someone in (shared.author, shared.coordinator, shared.auditor):
        for path in _paths(finding, file):
            assert someone.client.get(path).status_code == 404
        assert TITLE not in someone.client.get(f"/findings/{finding}").text
        assert TITLE not in someone.client.get(f"/api/v1/findings/{finding}").text
    assert "MessageToPublisher" not in {e.event for e in entries(shared)}
    (noted,) = [e for e in entries(shared) if e.content.get("act") == "message:write"]
    assert file not in str(noted.core), "nothing of it is for the publisher"


def test_the_file_of_a_struck_message_is_served_to_nobody(shared: SharedWorld) -> None:
    cleared(shared, shared.author)
    finding = routed(shared)
    answer = sent(shared, finding)
    file, message = _file_of(answer), answer.json()["messages"][-1]["id"]
    path = f"/findings/{finding}/messages/strike"
    assert post_json(shared.reviewer_a, path, message_id=message).status_code == 200
    for someone in (shared.reviewer_a, shared.lead_a, shared.author):
        for path in _paths(finding, file):
            assert someone.client.get(path).status_code == 404
        assert TITLE not in someone.client.get(f"/findings/{finding}").text
    assert "MessageStruck" in {e.event for e in entries(shared)}


def test_who_is_not_cleared_for_the_finding_gets_neither_title_nor_file(
    shared: SharedWorld,
) -> None:
    finding = routed(shared)
    shared.change("UPDATE guarded_fields SET sensitivity = '{LEG}' WHERE subject_id = :f",
                  f=finding)  # fmt: skip
    file = _file_of(sent(shared, finding))
    ((needs,),) = shared.rows("SELECT sensitivity FROM guarded_files")
    assert "LEG" in list(needs), "as much as the finding's texts, grant or no grant"
    page = shared.coordinator.client.get(f"/findings/{finding}").text
    assert TITLE not in page
    assert "A file that you are not cleared for" in page
    assert shared.coordinator.client.get(_paths(finding, file)[0]).status_code == 404
    assert shared.reviewer_a.client.get(_paths(finding, file)[0]).content == PDF


def test_the_file_of_a_slip_is_masked_as_the_slip_is(shared: SharedWorld) -> None:
    cleared(shared, shared.coordinator)
    finding = slip(shared).split("/")[2]
    file = _file_of(sent(shared, finding))
    for path in _paths(finding, file):
        assert shared.author.client.get(path).status_code == 404
        assert shared.coordinator.client.get(path).content == PDF


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"content": b"PK\x03\x04 an archive"}, "file"), ({"file_title": " "}, "file_title")],
)
def test_what_is_not_kept_leaves_no_message(
    shared: SharedWorld, fields: dict[str, Any], field: str
) -> None:
    finding = routed(shared)
    refused = sent(shared, finding, **fields)
    assert (refused.status_code, list(refused.json()["fields"])) == (422, [field])
    form = shared.reviewer_a.client.post(
        f"/findings/{finding}/messages/with-file",
        data={"body": "MY-TYPED-WORDS", "file_title": fields.get("file_title", TITLE),
              "csrf_token": csrf.token_for("test-secret")},
        files={"file": ("x.zip", fields.get("content", PDF))},
    )  # fmt: skip
    assert form.status_code == 422
    assert "MY-TYPED-WORDS" in form.text
    assert shared.rows("SELECT id FROM messages") == []
    assert shared.rows("SELECT id FROM guarded_files") == []


def test_the_publisher_attaches_its_files_instead(shared: SharedWorld) -> None:
    finding = routed(shared)
    refused = sent(shared, finding, shared.coordinator, nothing_withheld="true")
    assert refused.status_code == 422
    assert shared.rows("SELECT id FROM guarded_files") == []
    say(shared, shared.coordinator, finding, "Words alone.")


def test_a_finding_is_filed_with_a_file_that_shows_it(shared: SharedWorld) -> None:
    cleared(shared, shared.author)
    typed = {**passage(shared), **WRONG, "finding_class": "B", "file_title": TITLE}
    typed["csrf_token"] = csrf.token_for("test-secret")
    done = shared.reviewer_a.client.post(
        "/findings", data=typed, files={"file": (SENT_NAME, PDF)}, follow_redirects=False
    )
    assert done.status_code == 303, done.text
    finding = done.headers["location"].rpartition("/")[2]
    settle(shared)
    (file,) = shared.reviewer_a.client.get(f"/api/v1/findings/{finding}").json()["filing"]["files"]
    assert file["title"] == TITLE
    assert shared.reviewer_a.client.get(_paths(finding, file["id"])[0]).content == PDF
    assert shared.reviewer_a.client.get("/api/v1/findings/drafts").json()["rows"] == []
    assert "FindingFiled" in {e.event for e in entries(shared)}


def test_a_file_that_is_not_kept_files_nothing_and_keeps_what_was_typed(
    shared: SharedWorld,
) -> None:
    typed = {**passage(shared), **WRONG, "statement": "MY-TYPED-WORDS", "file_title": TITLE}
    typed["csrf_token"] = csrf.token_for("test-secret")
    for address in ("/findings", "/findings/drafts"):
        refused = shared.reviewer_a.client.post(
            address, data=typed, files={"file": ("x.zip", b"PK\x03\x04")}
        )
        assert refused.status_code == 422
        assert "MY-TYPED-WORDS" in refused.text
        assert "Choose it again" in refused.text
    assert shared.rows("SELECT id FROM finding_drafts") == []
    assert shared.rows("SELECT id FROM findings WHERE filed_by = :p", p=shared.reviewer_a.id) == []


def test_the_desks_document_names_the_files(shared: SharedWorld) -> None:
    cleared(shared, shared.author)
    finding = routed(shared)
    _file_of(sent(shared, finding))
    _file_of(sent(shared, finding, internal="true", file_title="INSIDETITLE"))
    for path in ("/findings/desk.md", "/findings/desk.csv", "/findings/desk/document"):
        said = shared.author.client.get(path)
        assert said.status_code == 200, path
        assert TITLE in said.text
        assert "INSIDETITLE" not in said.text
