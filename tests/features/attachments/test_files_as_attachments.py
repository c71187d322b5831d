"""Files without pages go with an answer: attached, marked by line and field, released, read."""

import hashlib
import io
import json
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import text

from app.domain.attached_files import COVER, COVER_DIGEST
from tests.features.attachments.conftest import (
    FILE_NAME,
    FILE_SECRET,
    FILE_WORD,
    FILES,
    TITLE,
    Attaching,
)
from tests.features.attachments.test_walk_of_an_attachment import receipts
from tests.worlds.reports import settle

KINDS = {"txt": "text", "csv": "csv", "json": "json", "jsonl": "jsonl"}


def workbook(*, hidden: bool = False) -> bytes:
    """Make a spreadsheet of two sheets, and a hidden one that holds the secret."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name, words in (("Plain", FILE_WORD), ("Other", "Second")):
            book.add_worksheet(name).write_row(0, 0, [words, 1])
        if hidden:
            sheet = book.add_worksheet("SHEETNAME")
            sheet.write_row(0, 0, [FILE_SECRET])
            sheet.hide()
    return out.getvalue()


def release(attaching: Attaching, **more: Any) -> Any:
    """Release the answer; gives what came of it."""
    body = {"determination": "full", "nothing_withheld": True, **more}
    path = f"/api/v1/requests/{attaching.request_id}/release"
    return attaching.world.approver.client.post(path, json=body)


@pytest.mark.parametrize("ending", KINDS)
def test_a_file_is_marked_closed_released_read_and_taken_as_what_it_is(
    attaching: Attaching, ending: str
) -> None:
    world = attaching.world
    world.change(
        "UPDATE grants SET handling = 'download' WHERE id = :g", g=attaching.version.grant_a
    )
    version_id = attaching.closed_file(ending)
    (one,) = attaching.attached(world.responder)
    assert (one["state"], one["pages"], one["hidden_sheets"]) == ("ready", 0, 0)
    assert one["files"] == [{"code": "E1", "kind": KINDS[ending], "title": TITLE}]
    path = f"/versions/{version_id}/evidence/E1"
    assert world.reviewer_a.client.get(f"/api/v1{path}").status_code == 404
    attaching.go_out()
    assert f'<a href="{path}">Attachment 1: {TITLE}</a>' in attaching.page_for(world.reviewer_a)
    opened = world.reviewer_a.client.get(f"/api/v1{path}")
    assert opened.status_code == 200, opened.text
    assert FILE_WORD in opened.text
    assert FILE_SECRET not in opened.text
    copy = world.reviewer_a.client.get(f"{path}/copy")
    assert copy.status_code == 200
    assert FILE_WORD in copy.text
    assert FILE_SECRET not in copy.text
    assert FILE_NAME not in str(copy.headers)
    assert f".{ending}" in copy.headers["content-disposition"]
    if ending == "csv":
        assert "=cmd" not in copy.text.replace("'=cmd", "")
    if ending == "jsonl":
        assert [json.loads(line)["who"] for line in copy.text.splitlines()] == [FILE_WORD, "x"]
    assert "DownloadStarted" in [name for name, *_ in world.entries()]


def test_without_a_grant_of_copies_a_file_is_read_and_not_taken(attaching: Attaching) -> None:
    world = attaching.world
    version_id = attaching.released_file()
    path = f"/versions/{version_id}/evidence/E1"
    page = world.reviewer_a.client.get(path)
    assert page.status_code == 200
    assert f'href="/requests/{attaching.request_id}"' in page.text
    assert "/copy" not in page.text
    assert world.reviewer_a.client.get(f"{path}/copy").status_code == 404
    assert world.entries(action="report:version:download", outcome="denied") != []


def test_the_receipt_gives_the_digest_of_the_very_file_that_is_downloaded(
    attaching: Attaching,
) -> None:
    world = attaching.world
    world.change(
        "UPDATE grants SET handling = 'download' WHERE id = :g", g=attaching.version.grant_a
    )
    version_id = attaching.released_file("csv")
    (item,) = [one for one in receipts(attaching) if one["version_id"] == version_id]
    copy = world.reviewer_a.client.get(f"/versions/{version_id}/evidence/E1/copy")
    assert item["digest"] == hashlib.sha256(copy.content).hexdigest()
    assert item["withholds"] == ["LEG"]
    assert str(item["item"]).endswith(f": {TITLE}")
    settle(world)
    assert len([o for o in receipts(attaching) if o["version_id"] == version_id]) == 1


def test_every_sheet_that_can_be_seen_goes_out_and_a_hidden_one_is_told_of(
    attaching: Attaching,
) -> None:
    world = attaching.world
    sent = attaching.attach(world.responder, content=workbook(hidden=True), name="f.xlsx")
    assert sent.status_code == 202, sent.text
    settle(world)
    (one,) = attaching.attached(world.responder)
    assert [file["code"] for file in one["files"]] == ["E2", "E3"]
    assert (one["hidden_sheets"], one["state"]) == (1, "to_approve")
    page = world.responder.client.get(f"/requests/{attaching.request_id}/attachments").text
    assert "One hidden sheet is left out" in " ".join(page.split())
    file = world.responder.client.get(f"/versions/{one['version_id']}/file")
    assert file.status_code == 200
    assert "SHEETNAME" in file.text
    attaching.act(world.responder, "close", attachment_id=one["id"])
    attaching.go_out()
    items = [item for item in receipts(attaching) if item["version_id"] == one["version_id"]]
    assert [str(item["item"])[-4:] for item in items] == [", E2", ", E3"]
    path = f"/versions/{one['version_id']}/evidence"
    assert f'<a href="{path}">Attachment 1: {TITLE}</a>, 2 tables' in attaching.page_for(
        world.reviewer_a
    )
    listed = world.reviewer_a.client.get(path)
    assert listed.status_code == 200
    assert "/evidence/E2" in listed.text
    assert "/evidence/E1" not in listed.text
    for url in (path, f"{path}/E2", f"{path}/E3", attaching_page(attaching)):
        found = world.reviewer_a.client.get(url).text
        assert FILE_SECRET not in found
        assert "SHEETNAME" not in found
        assert "idden sheet" not in found


def attaching_page(attaching: Attaching) -> str:
    """Give the address of the request."""
    return f"/requests/{attaching.request_id}"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("bad.json", b'{"a": 1,', "not valid JSON"),
        ("bad.jsonl", b'{"a": 1}\nnothing\n', "not valid JSON"),
        ("bad.csv", "name,größe\n".encode("latin-1"), "UTF-8"),
        ("bad.txt", b"nul \x00 here\n", "no text has"),
        ("bad.xlsx", b"PK\x03\x04xl/workbook.xml", "damaged"),
    ],
)
def test_a_file_that_cannot_be_read_fails_kindly_and_stops_the_answer(
    attaching: Attaching, name: str, content: bytes, says: str
) -> None:
    world = attaching.world
    assert attaching.attach(world.responder, content=content, name=name).status_code == 202
    settle(world)
    (one,) = attaching.attached(world.responder)
    assert one["state"] == "failed"
    assert says in str(one["failure"])
    assert not one["can_close"]
    path = f"/api/v1/requests/{attaching.request_id}/check"
    refused = world.responder.client.post(path, json={})
    assert refused.status_code == 422
    assert "could not be taken" in refused.json()["fields"]["attachments"]
    attaching.act(world.responder, "take-off", attachment_id=one["id"])
    assert world.responder.client.post(path, json={}).status_code == 200
    assert "EvidenceImportFailed" in [name for name, *_ in world.entries(outcome="done")]


def test_a_file_whose_cover_alone_is_left_does_not_go_out(attaching: Attaching) -> None:
    world = attaching.world
    version_id = attaching.closed_file()
    attaching.post(world.responder, "check")
    world.change("UPDATE evidence_items SET state = 'removed' WHERE version_id = :v", v=version_id)
    refused = release(attaching)
    assert refused.status_code == 422
    assert "could not be taken" in refused.json()["fields"]["attachments"]


def test_an_edition_built_without_the_file_does_not_go_out(attaching: Attaching) -> None:
    world = attaching.world
    version_id = attaching.closed_file()
    attaching.post(world.responder, "check")
    settle(world)
    world.change("UPDATE editions SET evidence = '{}' WHERE version_id = :v", v=version_id)
    refused = release(attaching)
    assert refused.status_code == 422
    assert "being prepared" in refused.json()["fields"]["attachments"]


def test_while_it_is_read_nothing_of_it_is_offered(attaching: Attaching) -> None:
    world = attaching.world
    assert attaching.attach(world.responder, content=b"a line\n", name="a.log").status_code == 202
    (one,) = attaching.attached(world.responder)
    assert (one["state"], one["files"], one["can_close"]) == ("reading", [], False)
    early = attaching.act(world.responder, "close", attachment_id=one["id"])
    assert early.status_code == 409
    attaching.post(world.responder, "check")
    assert "still being read in" in release(attaching).json()["fields"]["attachments"]


def test_a_file_taken_off_before_the_release_goes_to_nobody(attaching: Attaching) -> None:
    world = attaching.world
    one = attaching.attach_file("csv")
    assert (
        attaching.act(world.responder, "take-off", attachment_id=one["id"]).status_code == 200
    )  # fmt: skip
    attaching.go_out()
    path = f"/api/v1/versions/{one['version_id']}/evidence/E1"
    assert world.reviewer_a.client.get(path).status_code == 404
    assert TITLE not in attaching.page_for(world.reviewer_a)
    assert "AttachmentTakenOff" in [name for name, *_ in world.entries(outcome="done")]


def test_the_same_file_is_attached_once_and_two_files_share_no_fate(attaching: Attaching) -> None:
    world = attaching.world
    attaching.attach_file("txt")
    content = FILES["txt"].encode()
    again = attaching.attach(world.responder, content=content, name="b.log", title="Other")
    assert again.status_code == 409
    assert TITLE in again.text
    attaching.attach_file("csv", title="Another")
    assert [one["title"] for one in attaching.attached(world.responder)] == [TITLE, "Another"]
    covers = world.rows("SELECT DISTINCT original_digest FROM versions WHERE kind = 'markdown'")
    assert covers == [(COVER_DIGEST,)]
    assert TITLE.encode() not in COVER


def test_only_who_answers_attaches_a_file_and_nobody_else_reads_it(attaching: Attaching) -> None:
    world = attaching.world
    content = FILES["jsonl"].encode()
    for someone in (world.author, world.auditor, world.reviewer_a, world.lead_b):
        sent = attaching.attach(someone, content=content, name="a.jsonl")
        assert sent.status_code in (403, 404)
    assert world.rows("SELECT id FROM evidence_items WHERE title = :t", t=TITLE) == []
    assert world.entries(action="request:answer:attach", outcome="denied") != []
    version_id = attaching.closed_file()
    for someone in (world.author, world.internal_reader, world.reviewer_b, world.reviewer_a):
        path = f"/api/v1/versions/{version_id}/evidence/E1"
        assert someone.client.get(path).status_code in (403, 404)


def test_before_the_release_a_colleague_reads_it_with_the_eyes_of_the_asker(
    attaching: Attaching,
) -> None:
    world = attaching.world
    version_id = attaching.closed_file()
    attaching.post(world.responder, "check")
    settle(world)
    eyes = f"/versions/{version_id}/as/{world.organisations['ORGA']}/evidence/E1"
    assert f'href="{eyes}"' in attaching.page_for(world.approver)
    seen = world.approver.client.get(f"/api/v1{eyes}")
    assert seen.status_code == 200, seen.text
    assert FILE_WORD in seen.text
    assert FILE_SECRET not in seen.text
    assert [one["categories"] for one in seen.json()["differences"]] == [["LEG"]]
    page = world.approver.client.get(eyes)
    assert page.status_code == 200
    assert FILE_SECRET not in page.text
    assert "removed for them and open to you" in page.text
    own = world.approver.client.get(f"/api/v1/versions/{version_id}/evidence/E1")
    assert FILE_SECRET in own.text
    assert "ViewedAs" in [name for name, *_ in world.entries()]
    other = f"/api/v1/versions/{version_id}/as/{world.organisations['ORGB']}/evidence/E1"
    for someone, url in (
        (world.approver, other), (world.responder, f"/api/v1{eyes}"),
        (world.reviewer_a, f"/api/v1{eyes}"),
    ):  # fmt: skip
        assert someone.client.get(url).status_code in (403, 404), url
    assert world.entries(action="report:version:view-as", outcome="denied") != []


def test_what_a_file_says_of_the_report_is_found_before_the_release(attaching: Attaching) -> None:
    world = attaching.world
    content = b"time,said\n1,the Halcyon lock\n"
    assert attaching.attach(world.responder, content=content, name="a.csv").status_code == 202
    settle(world)
    (one,) = attaching.attached(world.responder)
    attaching.act(world.responder, "close", attachment_id=one["id"])
    attaching.post(world.responder, "check")
    settle(world)
    (hit,) = attaching.seen_by(world.approver)["parts"][0]["check"]["hits"]
    assert (hit["words"], hit["attachment"]) == ("Halcyon", 1)
    assert "attachment 1; LEG" in " ".join(attaching.page_for(world.approver).split())
    refused = release(attaching)
    assert refused.status_code == 422
    assert "“Halcyon” in attachment 1" in refused.json()["fields"]["hits_confirmed"]
    assert release(attaching, hits_confirmed=True).status_code == 200


def test_what_is_marked_in_a_file_is_no_find(attaching: Attaching) -> None:
    """The positive control of the test before: the linter reads the edition of the asker."""
    world = attaching.world
    content = b"time,said\n1,the Halcyon lock\n"
    assert attaching.attach(world.responder, content=content, name="a.csv").status_code == 202
    settle(world)
    (one,) = attaching.attached(world.responder)
    attaching.mark_file(one["version_id"], "Halcyon")
    world.change("UPDATE redactions SET state = 'approved' WHERE version_id = :v",
                 v=one["version_id"])  # fmt: skip
    attaching.act(world.responder, "close", attachment_id=one["id"])
    attaching.post(world.responder, "check")
    settle(world)
    assert attaching.seen_by(world.approver)["parts"][0]["check"]["hits"] == []
    assert release(attaching).status_code == 200


def test_what_could_not_be_compared_is_said(attaching: Attaching) -> None:
    world = attaching.world
    version_id = attaching.closed_file()
    attaching.post(world.responder, "check")
    settle(world)
    world.change(
        "UPDATE grants SET state = 'revoked' WHERE version_id = :v AND NOT working", v=version_id
    )
    check = attaching.seen_by(world.approver)["parts"][0]["check"]
    assert check["unread_attachments"] == [1]
    assert "Attachment 1 was not compared" in " ".join(attaching.page_for(world.approver).split())
    refused = release(attaching)
    assert "wider grant" in refused.json()["fields"]["attachments"]


def test_the_name_of_a_file_is_kept_nowhere(attaching: Attaching) -> None:
    world = attaching.world
    attaching.released_file()
    with world.owner.connect() as connection:
        kept = connection.execute(text("SELECT content FROM audit_entry")).scalars()
        assert all(FILE_NAME.encode() not in bytes(content or b"") for content in kept)
    assert FILE_NAME not in str(world.rows("SELECT * FROM evidence_items"))
    names = [name for name, *_ in world.entries(outcome="done")]
    for name in ("DossierMade", "EvidenceAttached", "FileAttached", "EvidenceImported"):
        assert name in names


def test_revoking_the_grant_of_the_review_closes_a_file_at_once(attaching: Attaching) -> None:
    world = attaching.world
    version_id = attaching.released_file()
    path = f"/api/v1/versions/{version_id}/evidence/E1"
    assert world.reviewer_a.client.get(path).status_code == 200
    world.coordinator.client.post(
        f"/api/v1/grants/{attaching.version.grant_a}/revoke", json={"reason": "Leaked."}
    )
    for url in (path, f"/versions/{version_id}/evidence", f"/versions/{version_id}/evidence/E1"):
        assert world.reviewer_a.client.get(url).status_code == 404
    page = attaching.page_for(world.reviewer_a)
    assert TITLE in page
    assert f"/versions/{version_id}" not in page


def test_a_file_of_a_kept_request_is_kept_to_the_same_people(attaching: Attaching) -> None:
    world = attaching.world
    attaching.post(world.reviewer_a, "people", people=[])
    colleague = world.lead_a
    world.change("UPDATE memberships SET roles = '{reviewer}' WHERE person_id = :p", p=colleague.id)
    version_id = attaching.released_file()
    path = f"/versions/{version_id}/evidence/E1"
    assert world.reviewer_a.client.get(path).status_code == 200
    for url in (path, f"/api/v1{path}", f"/versions/{version_id}", f"/versions/{version_id}/file"):
        assert colleague.client.get(url).status_code == 404, url
    for url in ("/", "/requests?show=all", f"/reviews/{attaching.version.review_a}", "/notices"):
        found = colleague.client.get(url).text
        assert TITLE not in found, url
        assert version_id not in found, url


def test_the_page_of_the_attachment_leads_to_the_file_and_not_to_its_cover(
    attaching: Attaching,
) -> None:
    world = attaching.world
    version_id = attaching.released_file()
    page = world.reviewer_a.client.get(f"/versions/{version_id}").text
    assert f'href="/versions/{version_id}/evidence/E1"' in page
    assert f"/versions/{version_id}/pages/1" not in page.partition("<h2>Outline")[0]
    assert "A file without pages." in page
