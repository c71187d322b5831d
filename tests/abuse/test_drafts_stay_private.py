"""Drafts of findings against everybody else: the publisher, other organisations, colleagues, jobs.

Each wall is shown to be what stops it: with the wall out, the same look finds the draft.
"""

import json

import pytest

from tests.abuse.test_notes_stay_private import INSIDE, _looked_up
from tests.features.findings.filing_situations import (
    SAID,
    drafted,
    looked_at,
    opened,
    taken,
    with_file,
)
from tests.features.findings.situations import filed
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.reports import settle
from tests.worlds.shared import SharedWorld

TABLES = ("finding_drafts", "guarded_files", "guarded_fields")
WORDS = "DRAFTWORDS"


def test_no_role_of_the_publisher_finds_a_draft_anywhere(shared: SharedWorld) -> None:
    draft = opened(shared)
    with_file(shared, draft)
    seen = looked_at(shared, sheet=f"Page,What is wrong\n1,{WORDS} imported\n").json()
    imported = taken(shared, seen).json()["drafts"][0]
    settle(shared)
    version = f"versions/{shared.made.version_id}"
    paths = (
        *("/", "/findings", "/api/v1/findings", "/findings/drafts", "/api/v1/findings/drafts"),
        *("/findings/places", "/findings/export", "/api/v1/findings/export?format=xfdf"),
        *("/log", "/api/v1/log", "/log?action=finding", f"/{version}/pages/1"),
        *(f"/api/v1/{version}/pages/1", "/notices"),
    )
    for name in (*INSIDE, "reviewer_b", "lead_b", "stress_tester"):
        someone = shared.people[name]
        for path in paths:
            said = someone.client.get(path).text
            assert not [one for one in (WORDS, draft, imported) if one in said], (name, path)
        for table in TABLES[:2]:
            assert _looked_up(shared, someone, table) == []
        texts = [row["body"] for row in _looked_up(shared, someone, "guarded_fields")]
        assert [text for text in texts if WORDS in text] == []
    for name in (*INSIDE, "reviewer_b"):
        answer = shared.people[name].client.get(f"/api/v1/findings/drafts/{draft}")
        assert answer.status_code == 404
    assert SAID in shared.lead_a.client.get(f"/api/v1/findings/drafts/{draft}").text


def test_it_is_the_wall_that_hides_it(shared: SharedWorld) -> None:
    """The positive control: without row-level security the same look finds row, file and text."""
    with_file(shared, drafted(shared))
    for table in TABLES:
        assert not [
            row
            for row in _looked_up(shared, shared.lead_a, table)
            if row.get("subject_kind", "finding_draft") == "finding_draft"
        ]
    for table in TABLES:
        shared.change(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        assert _looked_up(shared, shared.author, table)
        shared.change(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    for table in TABLES[1:]:
        shared.change(f"DROP POLICY with_its_draft ON {table}")
        rows = _looked_up(shared, shared.lead_a, table)
        assert [row for row in rows if row["subject_kind"] == "finding_draft"], (
            "a colleague, but for the policy of what hangs on a draft"
        )
        assert not [
            row
            for row in _looked_up(shared, shared.author, table)
            if row["subject_kind"] == "finding_draft"
        ]


def test_the_log_tells_the_publisher_of_pages_read_and_of_no_draft(shared: SharedWorld) -> None:
    """Not by tag, event, number or count: an act on a draft looks like reading a page."""
    filed(shared)
    before = len(entries(shared))
    draft = opened(shared)
    shared.reviewer_a.client.get("/findings/drafts")
    with_file(shared, draft)
    post_json(shared.reviewer_a, f"/findings/drafts/{draft}/remove")
    post_json(shared.reviewer_a, f"/findings/drafts/{draft}/restore")
    mine = entries(shared)[before:]
    assert {(entry.event, entry.action, entry.outcome) for entry in mine} == {
        ("PageRead", "report:page:read", "allowed")
    }
    assert {entry.object for entry in mine} == {shared.made.version_id}
    assert draft not in json.dumps([entry.facts for entry in mine])
    assert filed(shared), "and the next number follows the one before"
    numbers = shared.rows("SELECT number FROM findings ORDER BY 1")
    assert numbers == [("FC-ORGA-0001",), ("FC-ORGA-0002",)]
    assert shared.rows("SELECT count(*) FROM stages WHERE subject_id = :d", d=draft) == [(0,)]
    waiting = shared.rows("SELECT count(*) FROM procrastinate_jobs WHERE args::text LIKE '%fdr_%'")
    assert waiting == [(0,)]


@pytest.mark.parametrize("name", ["lead_a", "lead_b", "reviewer_b", "coordinator", "auditor"])
def test_what_is_done_to_a_draft_of_somebody_else_looks_like_doing_it_to_none(
    shared: SharedWorld, name: str
) -> None:
    draft, other = drafted(shared), shared.people[name]
    for act in ("remove", "restore", "ready", "place", "people", ""):
        body = {"ready": True} if act == "ready" else {"page": 1} if act == "place" else {}
        body = body if act else {"revision": 1}
        answers = [
            post_json(other, f"/findings/drafts/{one}/{act}".rstrip("/"), **body)
            for one in (draft, "fdr_00000000000000000000")
        ]
        there, nowhere = answers
        assert there.status_code == nowhere.status_code
        assert there.status_code in (403, 404)
        assert {**there.json(), "request_id": ""} == {**nowhere.json(), "request_id": ""}
    assert shared.rows("SELECT revision FROM finding_drafts") == [(1,)]
