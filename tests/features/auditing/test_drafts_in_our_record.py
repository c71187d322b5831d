"""An organisation's own record tells nobody of a colleague's draft or note, by id or by count."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.kernel.ids import new_id
from tests.features.auditing.situations import exported, log_key, unpacked, verdict_of
from tests.features.findings.filing_situations import SAID, drafted, with_file
from tests.features.notes.situations import TEXT, kept
from tests.world import Someone
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.shared import SharedWorld


def record(someone: Someone, **filters: str) -> list[dict[str, Any]]:
    """Read the record of somebody's organisation by the API."""
    answer = someone.client.get("/api/v1/record", params=filters)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["entries"])


def joined(world: SharedWorld) -> str:
    """Let the reviewer of organisation B be of organisation A as well; gives their id."""
    world.change(
        "INSERT INTO memberships SELECT (jsonb_populate_record(m, jsonb_build_object("
        "'id', CAST(:i AS text), 'person_id', CAST(:p AS text)))).*"
        " FROM memberships m WHERE person_id = :a",
        i=new_id("membership"), p=world.reviewer_b.id, a=world.reviewer_a.id,
    )  # fmt: skip
    return world.reviewer_b.id


def worked(world: SharedWorld, *, people: tuple[str, ...] = ()) -> dict[str, str]:
    """Let the reviewer of organisation A draft, note, list and try; gives the ids."""
    draft, note = drafted(world), kept(world, text=TEXT)
    if people:
        path = f"/findings/drafts/{draft}/people"
        assert post_json(world.reviewer_a, path, people=list(people)).status_code == 200
    with_file(world, draft)
    for path in ("/findings/drafts", "/notes", f"/api/v1/findings/drafts/{draft}"):
        assert world.reviewer_a.client.get(path).status_code == 200
    post_json(world.reviewer_a, f"/findings/drafts/{draft}/remove")
    post_json(world.reviewer_a, f"/findings/drafts/{draft}/remove")
    return {"draft": draft, "note": note}


@pytest.mark.parametrize("opened", [False, True])
def test_a_colleague_reads_no_more_of_it_than_of_a_page_that_was_read(
    shared: SharedWorld, opened: bool
) -> None:
    version = shared.made.version_id
    shared.reviewer_a.client.get(f"/api/v1/versions/{version}/pages/1")
    plain = next(row for row in record(shared.lead_a) if row["event"] == "PageRead")
    before = len(record(shared.lead_a))
    ids = worked(shared, people=(joined(shared),) if opened else ())
    rows = record(shared.lead_a)
    added = rows[: len(rows) - before]
    assert added
    for row in [one for one in added if one["event"] != "VersionRead"]:
        same = {k: v for k, v in row.items() if k not in ("id", "at", "leaf_index")}
        assert same == {k: v for k, v in plain.items() if k not in ("id", "at", "leaf_index")}
    for word in (*ids.values(), SAID, TEXT, "raft", "note:"):
        assert word not in json.dumps(rows)
    page = shared.lead_a.client.get("/record").text
    assert [
        word for word in (*ids.values(), "Removed a draft", "Kept a note") if word in page
    ] == []
    for wanted in ({"action": "finding:draft"}, {"object": ids["draft"]}, {"action": "note"}):
        assert record(shared.lead_a, **wanted) == []
    own = shared.lead_a.client.get("/api/v1/our-work").json()
    assert own["finding_drafts"] == []
    assert ids["draft"] not in json.dumps(own)
    assert ids["note"] not in json.dumps(own)


def test_its_writer_reads_what_it_was(shared: SharedWorld) -> None:
    """The positive control: a lead's own draft stands in the record that they read."""
    draft = drafted(shared, shared.lead_a)
    assert draft in json.dumps(record(shared.lead_a))


def test_no_entry_of_it_lacks_what_the_reading_of_a_page_has(shared: SharedWorld) -> None:
    shared.reviewer_a.client.get(f"/api/v1/versions/{shared.made.version_id}/pages/1")
    plain = entries(shared, action="report:page:read")[-1]
    before = len(entries(shared))
    worked(shared)
    for entry in entries(shared)[before:]:
        if entry.outcome == "denied":
            continue
        alike = {"request": "", "channel": ""}
        assert {**entry.core["facts"], **alike} == {**plain.core["facts"], **alike}
        assert (entry.action, entry.object) == (plain.action, plain.object)


def test_the_record_that_is_taken_away_tells_a_colleague_as_little_and_verifies(
    shared: SharedWorld, tmp_path: Path
) -> None:
    shared.reviewer_a.client.get(f"/api/v1/versions/{shared.made.version_id}/pages/1")
    ids = worked(shared)
    folder = unpacked(exported(shared, shared.lead_a, "record"), tmp_path / "bundle")
    everything = b"".join(path.read_bytes() for path in folder.iterdir()).decode()
    for word in (*ids.values(), "FindingDraft", "NoteKept", "finding:draft"):
        assert word not in everything
    assert "Reviewer A" in everything, "who read, and when, stays"
    verdict = verdict_of(folder, log_key(shared))
    assert (verdict.outcome, verdict.organisation) == ("intact", shared.organisations["ORGA"])


@pytest.mark.parametrize("over", [False, True])
def test_the_screen_and_the_record_that_is_taken_away_hold_the_same_lines(
    shared: SharedWorld, tmp_path: Path, over: bool
) -> None:
    """What one of them left out would be exactly a colleague's acts on drafts and notes."""
    ids = worked(shared)
    if over:
        path = f"/grants/{shared.made.grant_a}/revoke"
        assert post_json(shared.coordinator, path, reason="It is over.").status_code == 200
        for path in (f"/findings/drafts/{ids['draft']}", "/notes"):
            assert shared.reviewer_a.client.get(path).status_code == 200
    folder = unpacked(exported(shared, shared.lead_a, "record"), tmp_path / "bundle")
    seen = {row["id"] for row in record(shared.lead_a)}
    lines = (folder / "entries.jsonl").read_bytes().splitlines()
    cores = [line["core"] for line in map(json.loads, lines) if line["kind"] == "entry"]
    assert cores
    assert {core["id"] for core in cores} <= seen
    for word in (*ids.values(), "finding:draft", "note:"):
        assert word not in json.dumps([json.loads(line) for line in lines])


def test_every_act_that_one_page_read_stands_for_is_told_to_its_writer(
    shared: SharedWorld,
) -> None:
    ids = {drafted(shared, shared.lead_a), drafted(shared, shared.lead_a)}
    note = kept(shared, shared.lead_a, text=TEXT)
    before = len(record(shared.lead_a))
    assert shared.lead_a.client.get("/findings/drafts").status_code == 200
    assert shared.lead_a.client.get("/our-work/export.json").status_code == 200
    rows = record(shared.lead_a)
    told = json.dumps(rows[: len(rows) - before])
    for word in (*ids, note):
        assert word in told
