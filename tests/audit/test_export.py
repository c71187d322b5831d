"""Bundles from a real database, verified by the offline verifier."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy.orm import Session

from app.audit import bundle
from app.audit.export import BundleExport, NothingToExport, Selection, export
from app.audit.verify import verify
from app.db.session import enter_context
from app.kernel.actor import Side
from app.kernel.clock import now


def _session(logged: Any, side: Side, organisation: str | None = None) -> Session:
    session = Session(logged.database.web)
    enter_context(session, logged.actor(side, organisation))
    return session


def _export(logged: Any, out: Path, side: Side = Side.PUBLISHER, **options: Any) -> Any:
    acting_for = options.get("organisation") if side is Side.REVIEWER else "org_publisher"
    with _session(logged, side, acting_for) as session:
        return export(session.connection(), out, **options)


def _entries(path: Path) -> list[Any]:
    return [orjson.loads(line) for line in (path / bundle.ENTRIES).read_bytes().splitlines()]


def test_the_whole_log_is_exported_and_verifies(settled: Any, tmp_path: Path) -> None:
    exported = _export(settled, tmp_path / "out", exporter="per_auditor", request="req_9")
    verdict = verify(tmp_path / "out", keys=[settled.signer.verifier])
    assert verdict.outcome == "intact", verdict.fault
    assert (exported.size, exported.leaves, verdict.tally.entries) == (15, 15, 12)
    assert len(exported.digest) == 64
    header = _entries(tmp_path / "out")[0]
    assert (header["exporter"], header["request"]) == ("per_auditor", "req_9")


def test_entries_that_are_not_signed_yet_are_not_exported(logged: Any, tmp_path: Path) -> None:
    logged.append(logged.entry())
    with pytest.raises(NothingToExport):
        _export(logged, tmp_path / "early")
    logged.sequencer.sequence_once()
    logged.append(logged.entry())
    assert _export(logged, tmp_path / "late").leaves == 2


def test_an_export_up_to_a_checkpoint_gives_the_same_entries_later(
    logged: Any, tmp_path: Path
) -> None:
    logged.fill()
    first = _export(logged, tmp_path / "first", up_to=10)
    logged.append(logged.entry())
    logged.sequencer.sequence_once()
    second = _export(logged, tmp_path / "second", up_to=12)
    assert (first.size, first.digest) == (10, second.digest)
    assert verify(tmp_path / "second", keys=[logged.signer.verifier]).outcome == "intact"


@pytest.mark.parametrize("side", [Side.REVIEWER, Side.PUBLISHER])
def test_an_organisation_gets_its_slice_complete_and_nothing_of_others(
    settled: Any, tmp_path: Path, side: Side
) -> None:
    _export(settled, tmp_path / "out", side, organisation="org_b")
    verdict = verify(tmp_path / "out", keys=[settled.signer.verifier])
    assert verdict.outcome == "intact", verdict.fault
    assert (verdict.tally.entries, verdict.organisation) == (3, "org_b")
    everything = b"".join(path.read_bytes() for path in (tmp_path / "out").iterdir())
    assert b"org_a" not in everything
    assert b"per_1" not in everything


def test_an_organisation_cannot_export_the_log_or_the_slice_of_another(
    settled: Any, tmp_path: Path
) -> None:
    with (
        _session(settled, Side.REVIEWER, "org_a") as session,
        pytest.raises(NothingToExport),
    ):
        export(session.connection(), tmp_path / "other", organisation="org_b")
    with (
        _session(settled, Side.REVIEWER, "org_a") as session,
        pytest.raises(NothingToExport),
    ):
        export(session.connection(), tmp_path / "whole")
    with _session(settled, Side.NONE) as session, pytest.raises(NothingToExport):
        export(session.connection(), tmp_path / "nobody")


def test_a_slice_ends_at_a_batch_that_the_organisation_knows_of(
    logged: Any, tmp_path: Path
) -> None:
    logged.append(logged.entry())
    logged.sequencer.sequence_once()
    logged.append(logged.entry(organisations=frozenset({"org_b"}), acting_for="org_b"))
    logged.sequencer.sequence_once()
    exported = _export(logged, tmp_path / "out", Side.REVIEWER, organisation="org_a")
    assert exported.size == 2
    assert verify(tmp_path / "out", keys=[logged.signer.verifier]).outcome == "intact"


def test_a_slice_withholds_what_other_people_did_except_what_is_shared(
    logged: Any, tmp_path: Path
) -> None:
    logged.append(
        logged.entry(),
        logged.entry("request:assign", acting_for="org_publisher"),
        logged.entry("request:answer:release", acting_for="org_publisher", content_shared=True),
    )
    logged.sequencer.sequence_once()
    _export(logged, tmp_path / "out", Side.REVIEWER, organisation="org_a")
    _, own, assigned, released, _ = _entries(tmp_path / "out")
    assert own["personal"] == {"name": "Ada Example"}
    assert list(assigned["content"]) == list(assigned["personal"]) == ["withheld"]
    assert (list(released["content"]), list(released["personal"])) == (["query"], ["withheld"])
    assert verify(tmp_path / "out", keys=[logged.signer.verifier]).outcome == "intact"


def test_an_entry_for_two_organisations_tells_neither_of_the_other(
    logged: Any, tmp_path: Path
) -> None:
    both = frozenset({"org_a", "org_b"})
    appended = logged.append(logged.entry(acting_for="org_publisher", organisations=both))
    assert len({one.id for one in appended}) == 2
    logged.sequencer.sequence_once()
    for name in sorted(both):
        _export(logged, tmp_path / name, Side.REVIEWER, organisation=name)
        (line,) = _entries(tmp_path / name)[1:-1]
        assert line["core"]["slots"] == [logged.slots[name]]
        assert verify(tmp_path / name, keys=[logged.signer.verifier]).outcome == "intact"


@pytest.mark.parametrize(
    ("selection", "shown"),
    [
        (Selection(actor="per_2"), 3),
        (Selection(organisation="org_a"), 9),
        (Selection(organisation="org_publisher"), 3),
        (Selection(action="identity:session:started"), 3),
        (Selection(object="ver_abc"), 9),
        (Selection(outcome="denied"), 3),
        (Selection(since=now() - timedelta(hours=1), until=now() + timedelta(hours=1)), 12),
        (Selection(until=now() - timedelta(hours=1)), 0),
        (Selection(since=now() + timedelta(hours=1)), 0),
    ],
)
def test_an_excerpt_shows_the_selected_entries_and_still_proves_them(
    settled: Any, tmp_path: Path, selection: Selection, shown: int
) -> None:
    exported = _export(settled, tmp_path / "out", selection=selection)
    verdict = verify(tmp_path / "out", keys=[settled.signer.verifier])
    assert verdict.outcome == "intact", verdict.fault
    assert (exported.scope, exported.leaves, verdict.tally.entries) == ("excerpt", 15, shown)


def test_personal_facets_can_be_withheld_throughout(settled: Any, tmp_path: Path) -> None:
    _export(settled, tmp_path / "out", withhold=["personal", "content"])
    assert b"Ada" not in (tmp_path / "out" / bundle.ENTRIES).read_bytes()
    verdict = verify(tmp_path / "out", keys=[settled.signer.verifier])
    assert (verdict.outcome, verdict.tally.withheld) == ("intact", 24)


def test_an_organisation_that_was_never_enrolled_has_no_slice(settled: Any, tmp_path: Path) -> None:
    with pytest.raises(NothingToExport, match="not enrolled"):
        _export(settled, tmp_path / "out", organisation="org_x")


def test_a_slice_takes_no_selection_of_its_own(settled: Any, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a slice is exported whole"):
        _export(settled, tmp_path / "x", organisation="org_a", selection=Selection(actor="per_1"))


def test_an_export_never_writes_over_another(settled: Any, tmp_path: Path) -> None:
    _export(settled, tmp_path / "out")
    with pytest.raises(FileExistsError):
        _export(settled, tmp_path / "out")


def test_only_the_exporter_can_read_the_folder(settled: Any, tmp_path: Path) -> None:
    _export(settled, tmp_path / "out")
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "out").iterdir()}
    assert ((tmp_path / "out").stat().st_mode & 0o777, modes) == (0o700, {0o600})


@pytest.mark.parametrize("organisation", [None, "org_a"])
def test_a_streamed_archive_verifies_and_is_the_same_each_time(
    settled: Any, tmp_path: Path, organisation: str | None
) -> None:
    made = []
    for number in range(2):
        with _session(settled, Side.PUBLISHER) as session:
            bundled = BundleExport(session.connection(), organisation=organisation)
            content = b"".join(bundled.stream_zip())
            assert bundled.exported is not None
            made.append((content, bundled.exported.digest))
        path = tmp_path / f"bundle-{number}.zip"
        path.write_bytes(content)
        verdict = verify(path, keys=[settled.signer.verifier])
        assert verdict.outcome == "intact", verdict.fault
    assert made[0] == made[1]


def test_the_bytes_that_were_hashed_are_the_bytes_stored_and_exported(
    logged: Any, tmp_path: Path
) -> None:
    logged.append(logged.entry(core={"text": "naïve \u2028 “é”", "list": [1, None, True]}))
    logged.sequencer.sequence_once()
    _export(logged, tmp_path / "out")
    stored = bytes(logged.scalar("SELECT core FROM audit_entry"))
    assert stored in (tmp_path / "out" / bundle.ENTRIES).read_bytes()


def test_an_export_of_many_entries_reads_them_in_order(logged: Any, tmp_path: Path) -> None:
    for _ in range(5):
        logged.append(*(logged.entry() for _ in range(500)))
    while logged.sequencer.sequence_once():
        pass
    told: list[tuple[int, int]] = []
    with _session(logged, Side.PUBLISHER) as session:
        made = BundleExport(session.connection())
        exported = made.write(tmp_path / "out", progress=lambda *step: told.append(step))
    assert (exported.leaves, told) == (2503, [(2000, 2503)])
    verdict = verify(tmp_path / "out", keys=[logged.signer.verifier])
    assert (verdict.outcome, verdict.tally.entries) == ("intact", 2500)
