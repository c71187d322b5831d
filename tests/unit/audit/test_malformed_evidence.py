"""Evidence that no exporter writes: refused with a word about what is wrong, never a crash."""

import zipfile
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.audit import bundle, files
from app.audit import verify as verifier
from app.audit.batches import Draft
from app.audit.bundle import LineMalformed, Trailer, parse_evidence, parse_header, parse_line
from app.audit.files import BundleFiles, FileUnreadable
from app.audit.replay import Broken, check_core
from app.audit.verify import verify

# A busy machine is no fault of the code.
UNHURRIED = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ROOT = "ab" * 32
HEADS = {"batch": 0, "index": 0, "kind": "heads", "leaf": ROOT, "slots": 64, "slots_root": ROOT,
         "unix_ms": 1}  # fmt: skip


def _line(fields: dict[str, Any]) -> bytes:
    return orjson.dumps(fields, option=orjson.OPT_SORT_KEYS) + b"\n"


def test_a_well_formed_line_is_read() -> None:
    assert isinstance(parse_line(_line(HEADS)), bundle.HeadsLine)


@pytest.mark.parametrize(
    "changed",
    [{"batch": -1}, {"batch": True}, {"batch": 1.5}, {"slots": 65_537}, {"slots_root": "ab"},
     {"leaf": ROOT.upper()}, {"kind": "other"}, {"kind": None}, {"extra": 1}, {"unix_ms": None}],
)  # fmt: skip
def test_a_heads_line_of_any_other_form_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(LineMalformed):
        parse_line(_line({**HEADS, **changed}))


@pytest.mark.parametrize(
    "changed",
    [
        {"personal": {"withheld": ROOT, "erased": ROOT}},
        {"personal": {"hidden": ROOT}},
        {"personal": {"withheld": ROOT[:-2]}},
        {"personal": "withheld"},
        {"salts": {"core": "00"}},
        {"salts": []},
        {"leaf": 5},
    ],
)
def test_an_entry_line_of_any_other_form_is_refused(changed: dict[str, Any]) -> None:
    fields = {"content": {"withheld": ROOT}, "core": {}, "index": 0, "kind": "entry", "leaf": ROOT,
              "personal": {"withheld": ROOT}, "salts": {"core": "00" * 16}}  # fmt: skip
    assert isinstance(parse_line(_line(fields)), bundle.EntryLine)
    with pytest.raises(LineMalformed):
        parse_line(_line({**fields, **changed}))


@UNHURRIED
@given(st.binary(max_size=60) | st.text(max_size=40).map(str.encode))
def test_arbitrary_bytes_are_refused_and_never_crash_a_reader(content: bytes) -> None:
    for reader in (parse_line, parse_header, parse_evidence):
        with pytest.raises(LineMalformed):
            reader(content)


def test_a_header_of_another_format_or_scope_is_refused() -> None:
    header = bundle.header_line(bundle.Header(scope="log", origin="o", size=1))
    assert parse_header(header).scope == "log"
    for old, new in ((b'"log"', b'"lag"'), (b"bundle/1", b"bundle/2"), (b'"origin":"o",', b"")):
        with pytest.raises(LineMalformed):
            parse_header(header.replace(old, new))


@pytest.mark.parametrize(
    "changed",
    [{"v": 2}, {"outcome": "maybe"}, {"action": 5}, {"facts": []}, {"id": "ABC"}, {"id": None},
     {"at": "yesterday"}, {"at": None}, {"slots": [2, 1]}, {"slots": None}],
)  # fmt: skip
def test_a_core_that_is_not_of_version_1_is_refused(desk: Any, changed: dict[str, Any]) -> None:
    core = orjson.loads(desk.log().rows[0][2][0].text)
    assert check_core(core, 0)
    hostile: list[Any] = [{**core, **changed}, {}, [], "core"]
    for broken in hostile:
        with pytest.raises(Broken):
            check_core(broken, 0)


def _fault(desk: Any, log: Any, made: dict[str, bytes]) -> str:
    verdict = verify(desk.write(desk.reseal(made)), keys=[log.key.verifier])
    assert verdict.fault is not None
    return str(verdict.fault)


def test_a_log_cut_off_with_a_matching_trailer_is_found(desk: Any) -> None:
    log = desk.log()
    made = log.log_files()
    lines = made[bundle.ENTRIES].splitlines(keepends=True)[:5]
    made[bundle.ENTRIES] = b"".join([*lines, bundle.trailer_line(Trailer(4, 10))])
    assert "4 leaves, the checkpoint has 10" in _fault(desk, log, made)


def test_a_trailer_that_counts_otherwise_is_found(desk: Any) -> None:
    log = desk.log()
    for trailer in (Trailer(9, 10), Trailer(10, 9)):
        made = log.log_files()
        lines = made[bundle.ENTRIES].splitlines(keepends=True)[:-1]
        made[bundle.ENTRIES] = b"".join([*lines, bundle.trailer_line(trailer)])
        assert f"the trailer counts {trailer.count} of {trailer.size}" in _fault(desk, log, made)


def test_a_slice_with_leaves_that_are_not_entries_is_found(desk: Any) -> None:
    log = desk.log()
    made = log.slice_files("org_a")
    lines = made[bundle.ENTRIES].splitlines(keepends=True)
    made[bundle.ENTRIES] = b"".join([lines[0], _line(HEADS), *lines[1:]])
    assert "a slice has entries only" in _fault(desk, log, made)


def test_entries_forged_consistently_do_not_give_the_slice_that_was_committed(desk: Any) -> None:
    log, forged = desk.log(), desk.log()
    made, other = log.slice_files("org_a"), forged.slice_files("org_a")
    made[bundle.ENTRIES] = other[bundle.ENTRIES]
    assert "not those that the log committed to" in _fault(desk, log, made)


def test_an_entry_of_somebody_else_in_a_slice_is_found(desk: Any) -> None:
    log = desk.log()
    made, other = log.slice_files("org_a"), log.slice_files("org_b")
    lines = made[bundle.ENTRIES].splitlines(keepends=True)
    theirs = other[bundle.ENTRIES].splitlines(keepends=True)[1]
    made[bundle.ENTRIES] = b"".join([lines[0], theirs, *lines[1:]])
    assert "does not concern slot 0" in _fault(desk, log, made)


def test_a_slice_that_hides_what_its_organisation_may_read_is_found(desk: Any) -> None:
    log = desk.log()
    made = log.slice_files("org_a")
    lines = made[bundle.ENTRIES].splitlines(keepends=True)
    shown = parse_line(lines[1])
    assert isinstance(shown, bundle.EntryLine)
    core, personal, content = shown.forms
    hidden = (core, bundle.sealed("withheld", personal.commitment), content)
    lines[1] = bundle.entry_line(0, shown.leaf, hidden)
    made[bundle.ENTRIES] = b"".join(lines)
    assert "than the rule for slices says" in _fault(desk, log, made)


@pytest.mark.parametrize(
    ("unix_ms", "found"), [(1, "later than the heads record"), (2**52, "beyond the calendar")]
)
def test_a_slice_whose_heads_have_an_impossible_time_is_found(
    desk: Any, unix_ms: int, found: str
) -> None:
    log = desk.empty()
    log.batch(log.entry(), unix_ms=unix_ms)
    assert found in _fault(desk, log, log.slice_files("org_a"))


def test_a_batch_larger_than_any_sequencer_makes_is_found(desk: Any) -> None:
    log = desk.empty()
    log.batch(*(log.entry() for _ in range(1001)))
    assert "more than 1000 entries" in _fault(desk, log, log.log_files())


def test_an_erasure_recorded_in_an_unknown_way_records_nothing(desk: Any) -> None:
    log = desk.log()
    erased = log.rows[0][0]
    for note in ("all", [["x"]], [5], [[str(erased.id), "content"]]):
        log.batch(log.entry("audit:facet:erased", core={"erased": note}))

    def seal(entry: Any, form: Any, name: str) -> Any:
        gone = entry is erased and name == "personal"
        return bundle.sealed("erased", form.commitment) if gone else form

    assert "no entry says so" in _fault(desk, log, log.log_files(seal=seal))


def test_a_bundle_whose_own_key_did_not_sign_it_is_a_fault(desk: Any) -> None:
    made = desk.log().log_files()
    assert verify(desk.write(made)).exit_code == 3
    made[bundle.KEY] = b"nonsense\n"
    assert "log.vkey: not an Ed25519 key" in str(verify(desk.write(made)).fault)
    other = desk.empty().key.verifier
    made[bundle.KEY] = f"{type(other)(other.name, b'o' * 32)}\n".encode()
    assert "either" in str(verify(desk.write(made)).fault)


def test_a_bundle_made_for_another_checkpoint_is_found(desk: Any) -> None:
    log = desk.log()
    made = log.log_files()
    log.batch(log.entry())
    made[bundle.CHECKPOINT] = log.checkpoint()
    assert "made for another checkpoint" in _fault(desk, log, made)


@pytest.mark.parametrize("content", [b"zz\n", b"ab\n", b"AB" * 32 + b"\n", b"ab" * 32])
def test_a_slot_key_of_any_other_form_is_refused(desk: Any, content: bytes) -> None:
    log = desk.log()
    assert "slot-key: not a key" in _fault(desk, log, {**log.log_files(), bundle.SLOT_KEY: content})


def test_sums_that_list_other_files_are_refused(desk: Any) -> None:
    log = desk.log()
    made = log.log_files()
    made[bundle.SUMS] += b"0" * 64 + b"  another\n"
    verdict = verify(desk.write(made), keys=[log.key.verifier])
    assert "does not list the files of this bundle" in str(verdict.fault)


def test_progress_is_told_now_and_then(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifier, "PROGRESS_STEP", 4)
    log = desk.log()
    told: list[tuple[int, int]] = []
    path = desk.write(log.log_files())
    verdict = verify(path, keys=[log.key.verifier], progress=lambda *step: told.append(step))
    assert verdict.outcome == "intact", verdict.fault
    assert told == [(4, 10), (8, 10), (12, 10)]


def test_an_archive_with_two_files_of_one_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "twice.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("checkpoint", b"a")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("checkpoint", b"b")
    with pytest.raises(FileUnreadable, match="two files"):
        BundleFiles(path)


def test_files_and_lines_without_end_are_not_read_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_SMALL_FILE", 100)
    monkeypatch.setattr(files, "MAX_LINE", 100)
    (tmp_path / "large").write_bytes(b"x" * 101)
    with BundleFiles(tmp_path) as opened:
        with pytest.raises(FileUnreadable, match="more than 100 bytes"):
            opened.read("large")
        with pytest.raises(FileUnreadable, match="a line of more than"):
            list(opened.lines("large"))


def test_an_archive_that_lacks_or_damages_a_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("checkpoint", b"a" * 50)
    content = bytearray(path.read_bytes())
    content[content.index(b"aaaa")] ^= 1
    path.write_bytes(content)
    with BundleFiles(path) as opened:
        with pytest.raises(FileUnreadable, match="missing"):
            opened.read("entries.jsonl")
        with pytest.raises(FileUnreadable, match="damaged"):
            opened.read("checkpoint")
        with pytest.raises(FileUnreadable, match="damaged"):
            list(opened.lines("checkpoint"))


def test_a_batch_without_its_heads_record_is_not_written() -> None:
    with pytest.raises(ValueError, match="ends in its heads record"):
        Draft.after(None, b"s" * 32).as_tip()
