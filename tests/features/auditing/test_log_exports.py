"""Exports with proof: begun, signed, handed out, and verified elsewhere, where no Vitrine is."""

import json
import os
from pathlib import Path

import pytest

from app.audit import bundle
from app.features.auditing import bundles
from tests.features.auditing.situations import exported, log_key, sign, unpacked, verdict_of
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.shared import SharedWorld

WHO = {"log": "auditor", "record": "lead_a"}


def _read_something(world: SharedWorld) -> None:
    for someone in (world.reviewer_a, world.reviewer_b):
        path = f"/api/v1/versions/{world.made.version_id}"
        assert someone.client.get(f"{path}/pages/3").status_code == 200
        assert someone.client.get(f"{path}/search", params={"q": "xylophone"}).status_code == 200


@pytest.mark.parametrize("what", WHO)
def test_a_bundle_verifies_elsewhere_with_the_key_that_is_pinned(
    shared: SharedWorld, tmp_path: Path, what: str
) -> None:
    _read_something(shared)
    answer = exported(shared, shared.people[WHO[what]], what)
    assert answer.headers["content-type"] == "application/zip"
    assert ".zip" in answer.headers["content-disposition"]
    folder, key = unpacked(answer, tmp_path / "bundle"), log_key(shared)
    verdict = verdict_of(folder, key)
    assert verdict.outcome == "intact", verdict.fault
    assert verdict_of(folder.with_suffix(".zip"), key).outcome == "intact"
    assert verdict_of(folder).outcome == "key not pinned"
    assert verdict_of(folder).exit_code != 0
    begun, finished = {"log": ("LogExportStarted", "ExportFinished"),
                       "record": ("RecordExportStarted", "ExportFinished")}[what]  # fmt: skip
    text = (folder / bundle.ENTRIES).read_text(encoding="utf-8")
    assert begun in text  # the bundle holds its own beginning, and cannot hold its end
    assert finished not in text
    last = entries(shared, action=f"audit:{what}:export")[-1]
    assert (last.event, last.facts["bytes"]) == (finished, len(answer.content))
    assert list((shared.web.settings.data_dir / "exports").iterdir()) == []


@pytest.mark.parametrize("what", WHO)
def test_one_changed_byte_is_found_and_named(
    shared: SharedWorld, tmp_path: Path, what: str
) -> None:
    _read_something(shared)
    folder = unpacked(exported(shared, shared.people[WHO[what]], what), tmp_path / "bundle")
    path = folder / bundle.ENTRIES
    lines = path.read_bytes().splitlines(keepends=True)
    number, place = next(
        (n, line.index(b'"outcome":"') + 11)
        for n, line in enumerate(lines)
        if b'"outcome":"' in line and n > 2
    )
    lines[number] = lines[number][:place] + b"x" + lines[number][place + 1 :]
    path.write_bytes(b"".join(lines))
    verdict = verdict_of(folder, log_key(shared))
    assert verdict.outcome == "fault"
    assert verdict.fault is not None
    assert (verdict.fault.file, verdict.fault.line) == (bundle.ENTRIES, number + 1)


def test_the_auditors_bundle_tells_no_reviewers_name_page_or_phrase(
    shared: SharedWorld, tmp_path: Path
) -> None:
    _read_something(shared)
    folder = unpacked(exported(shared, shared.auditor, "log"), tmp_path / "bundle")
    text = (folder / bundle.ENTRIES).read_text(encoding="utf-8")
    told = ("xylophone", "Reviewer A", shared.reviewer_a.id, "reviewer_a@example.test")
    assert [name for name in told if name in text] == []
    reads = [
        line["core"]["facts"]
        for line in map(json.loads, text.splitlines())
        if line.get("core", {}).get("acting_for") == shared.organisations["ORGA"]
        and line["core"]["action"].startswith("report:")
    ]
    assert len(reads) >= 2
    assert [facts["facts"] for facts in reads] == [{}] * len(reads)


def test_a_record_holds_ones_own_reading_and_nothing_of_others(
    shared: SharedWorld, tmp_path: Path
) -> None:
    _read_something(shared)
    folder = unpacked(exported(shared, shared.lead_a, "record"), tmp_path / "bundle")
    everything = b"".join(path.read_bytes() for path in folder.iterdir()).decode()
    own = ("xylophone", "Reviewer A", shared.reviewer_a.id)
    assert [name for name in own if name not in everything] == []
    foreign = ("Reviewer B", shared.organisations["ORGB"], shared.made.grant_b, "Coordinator")
    assert [name for name in foreign if name in everything] == []
    verdict = verdict_of(folder, log_key(shared))
    assert (verdict.outcome, verdict.organisation) == ("intact", shared.organisations["ORGA"])


def test_nothing_is_handed_out_that_was_not_begun_and_signed(
    shared: SharedWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "_PATIENCE_SECONDS", 0.0)
    client = shared.auditor.client
    assert client.get("/log/export.zip").status_code == 409
    assert post_json(shared.auditor, "/log/exports").status_code == 201
    waits = client.get("/log/export.zip")
    assert waits.status_code == 503
    assert "not signed up to this moment yet" in waits.text
    sign(shared)
    assert client.get("/log/export.zip").status_code == 200
    assert client.get("/log/export.zip").status_code == 409


def test_nobody_else_exports(shared: SharedWorld) -> None:
    for name in ("coordinator", "author", "lead_a", "administrator"):
        someone = shared.people[name]
        assert post_json(someone, "/log/exports").status_code in (403, 404)
        assert someone.client.get("/log/export.zip").status_code in (403, 404)
    for name in ("reviewer_a", "coordinator", "auditor"):
        assert post_json(shared.people[name], "/record/exports").status_code in (403, 404)
    denied = {(e.action, e.actor) for e in entries(shared, outcome="denied")}
    assert ("audit:log:export", shared.coordinator.id) in denied
    assert ("audit:record:export", shared.reviewer_a.id) in denied
    assert [e for e in entries(shared) if e.event.endswith("ExportStarted")] == []


def test_an_archive_that_nobody_fetched_is_removed_later(shared: SharedWorld) -> None:
    folder = shared.web.settings.data_dir / "exports"
    folder.mkdir(mode=0o700)
    forgotten = folder / "forgotten.zip"
    forgotten.write_bytes(b"")
    long_ago = 1_000_000_000
    os.utime(forgotten, (long_ago, long_ago))
    exported(shared, shared.auditor, "log")
    assert not forgotten.exists()
    assert folder.stat().st_mode & 0o077 == 0
