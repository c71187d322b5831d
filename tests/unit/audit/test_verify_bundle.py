"""The offline verifier on whole logs: what it accepts, and that it names what it finds."""

import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from app.audit import bundle
from app.audit.note import VerifierKey
from app.audit.verify import verify


def _lines(files: dict[str, bytes]) -> list[bytes]:
    return files[bundle.ENTRIES].splitlines(keepends=True)


def _with_lines(desk: Any, files: dict[str, bytes], lines: list[bytes]) -> Path:
    path: Path = desk.write(desk.reseal({**files, bundle.ENTRIES: b"".join(lines)}))
    return path


def test_an_untouched_log_is_intact(desk: Any) -> None:
    log = desk.log()
    verdict = verify(desk.write(log.log_files()), keys=[log.key.verifier])
    assert (verdict.outcome, verdict.exit_code) == ("intact", 0)
    assert (verdict.tally.entries, verdict.tally.batches) == (7, 3)
    assert verdict.as_json()["size"] == 10


def test_an_untouched_slice_is_intact(desk: Any) -> None:
    log = desk.log()
    verdict = verify(desk.write(log.slice_files("org_a")), pinned=[log.key.verifier])
    assert verdict.outcome == "intact"
    assert (verdict.tally.entries, verdict.organisation) == (5, "org_a")


def test_the_slice_of_an_organisation_without_entries_is_intact(desk: Any) -> None:
    log = desk.log()
    verdict = verify(desk.write(log.slice_files("org_idle")), keys=[log.key.verifier])
    assert (verdict.outcome, verdict.tally.entries) == ("intact", 0)


def test_a_slice_shows_only_what_its_organisation_may_read(desk: Any) -> None:
    lines = desk.log().slice_files("org_a")[bundle.ENTRIES].splitlines()
    own, assigned, revoked = (orjson.loads(lines[at]) for at in (1, 4, 5))
    assert own["personal"] == {"name": "Ada Example"}
    assert list(assigned["personal"]) == list(assigned["content"]) == ["withheld"]
    assert list(revoked["personal"]) == ["withheld"]
    assert "query" in revoked["content"]
    assert all(b"per_2" not in line and b"org_b" not in line for line in lines)


@pytest.mark.parametrize("scope", ["log", "slice"])
def test_an_archive_is_verified_like_a_folder(desk: Any, scope: str) -> None:
    log = desk.log()
    files = log.log_files() if scope == "log" else log.slice_files("org_a")
    path = desk.folder / "bundle.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    assert verify(path, keys=[log.key.verifier]).outcome == "intact"
    whole = bytearray(path.read_bytes())
    whole[whole.index(b"entries.jsonl") + 40] ^= 1
    path.write_bytes(whole)
    verdict = verify(path, keys=[log.key.verifier])
    assert verdict.fault is not None
    assert verdict.fault.file == bundle.ENTRIES


def test_a_key_in_the_bundle_is_never_trusted(desk: Any) -> None:
    log = desk.log()
    verdict = verify(desk.write(log.log_files()))
    assert (verdict.outcome, verdict.exit_code) == ("key not pinned", 3)
    assert verdict.key == log.key.verifier


def test_a_log_signed_by_another_key_of_the_same_name_is_refused(desk: Any) -> None:
    log = desk.log()
    other = VerifierKey(log.key.name, b"\x05" * 32)
    path = desk.write(log.log_files())
    for verdict in (verify(path, keys=[other]), verify(path, pinned=[other])):
        assert verdict.exit_code == 1
        assert verdict.fault is not None
        assert "not signed by the key" in verdict.fault.what


def test_a_fault_counts_more_than_a_key_that_is_not_pinned(desk: Any) -> None:
    files = desk.log().log_files()
    lines = _lines(files)
    verdict = verify(_with_lines(desk, files, [*lines[:3], *lines[4:]]))
    assert verdict.exit_code == 1


def test_what_is_not_a_bundle_is_a_fault(desk: Any) -> None:
    (desk.folder / "text").write_text("hello")
    for path in (desk.folder, desk.folder / "text", desk.folder / "absent"):
        assert verify(path).exit_code == 1


@pytest.mark.parametrize(
    ("attack", "found"),
    [
        (lambda lines: [*lines[:2], *lines[3:]], "leaf 1 is missing"),
        (lambda lines: [*lines[:1], lines[2], lines[1], *lines[3:]], "leaf 0 is missing"),
        (lambda lines: lines[:-1], "ends without a trailer"),
        (lambda lines: lines[:4], "ends without a trailer"),
        (lambda lines: [*lines, lines[-1]], "something follows the trailer"),
        (lambda lines: [*lines[:2], lines[1], *lines[2:]], "leaf 1 is missing"),
        (lambda lines: [*lines[:5], lines[5].replace(b"per_1", b"per_9"), *lines[6:]],
         "does not give the leaf hash"),
        (lambda lines: [*lines[:4], *lines[5:]], "leaf 3 is missing"),
        (lambda lines: [*lines[:1], lines[1].replace(b'":', b'": ', 1), *lines[2:]],
         "not in the form"),
        (lambda lines: [*lines[:1], b"{" + lines[1], *lines[2:]], "not JSON"),
        (lambda lines: [*lines[:1], b"[]\n", *lines[2:]], "not a JSON object"),
    ],
)  # fmt: skip
def test_dropping_swapping_editing_and_cutting_entries_is_found(
    desk: Any, attack: Any, found: str
) -> None:
    log = desk.log()
    files = log.log_files()
    verdict = verify(_with_lines(desk, files, attack(_lines(files))), keys=[log.key.verifier])
    assert verdict.fault is not None
    assert found in verdict.fault.what
    assert verdict.fault.file == bundle.ENTRIES
    assert verdict.fault.line is not None


def test_the_first_fault_is_named_with_its_line_and_leaf(desk: Any) -> None:
    log = desk.log()
    files = log.log_files()
    lines = _lines(files)
    for at in (5, 6):
        lines[at] = lines[at].replace(b'"page":12', b'"page":13')
    verdict = verify(_with_lines(desk, files, lines), keys=[log.key.verifier])
    assert verdict.fault is not None
    assert (verdict.fault.line, verdict.fault.leaf) == (6, 4)
    assert str(verdict.fault).startswith("entries.jsonl, line 6, leaf 4: ")


def test_an_entry_rewritten_with_its_leaf_hash_is_found_by_the_heads_record(desk: Any) -> None:
    log, forged = desk.log(), desk.log()
    entry, _, forms, slots = forged.rows[4]
    forms = (bundle.shown("core", forms[0].text.replace(b":12,", b":99,"), b"x" * 16), *forms[1:])
    forged.rows[4] = (entry, bundle.leaf_of(forms), forms, slots)
    files = {**forged.log_files(), bundle.CHECKPOINT: log.checkpoint()}
    verdict = verify(desk.write(desk.reseal(files)), keys=[log.key.verifier])
    assert verdict.fault is not None
    assert "heads record of batch 1 differs" in verdict.fault.what


def test_a_rewritten_entry_of_no_organisation_is_found_by_the_signed_root(desk: Any) -> None:
    log, forged = desk.log(), desk.log()
    entry, _, forms, slots = forged.rows[2]
    forms = (bundle.shown("core", forms[0].text.replace(b":12,", b":99,"), b"x" * 16), *forms[1:])
    forged.rows[2] = (entry, bundle.leaf_of(forms), forms, slots)
    files = {**forged.log_files(), bundle.CHECKPOINT: log.checkpoint()}
    verdict = verify(desk.write(desk.reseal(files)), keys=[log.key.verifier])
    assert verdict.fault is not None
    assert "differs from the signed root" in verdict.fault.what


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"batch": 5}, "batch 5 is out of order"),
        ({"unix_ms": 0}, "time of batch 3 does not rise"),
        ({"slots": 2}, "batch 3 has lost slots"),
        ({"slots": 4, "slot_key": b"t" * 32}, "heads record of batch 3 differs"),
    ],
)
def test_a_false_heads_record_is_found_although_it_is_signed(
    desk: Any, changed: dict[str, Any], found: str
) -> None:
    log = desk.log()
    log.batch(log.entry(), **changed)
    verdict = verify(desk.write(log.log_files()), keys=[log.key.verifier])
    assert verdict.fault is not None
    assert found in verdict.fault.what


def test_a_slice_that_leaves_out_an_entry_is_found_although_it_is_signed(desk: Any) -> None:
    log = desk.log()
    add = log.slices.add
    log.slices.add = lambda leaf, slots: None  # an operator who hides one entry from its slice
    log.batch(log.entry())
    log.slices.add = add
    verdict = verify(desk.write(log.log_files()), keys=[log.key.verifier])
    assert verdict.fault is not None
    assert "heads record of batch 3 differs from the slices" in verdict.fault.what


def test_a_log_that_does_not_end_in_heads_is_found_although_it_is_signed(desk: Any) -> None:
    log = desk.log()
    last = log.rows.pop()
    log.rows.append(log.rows[0])
    tree = type(log.tree)()
    for row in log.rows:
        tree.push(row[1] if isinstance(row, tuple) else row.hash())
    log.tree = tree
    assert last.batch == 2
    verdict = verify(desk.write(log.log_files()), keys=[log.key.verifier])
    assert verdict.fault is not None
    assert "last leaf is not a heads record" in verdict.fault.what


def test_an_entry_beyond_the_slots_of_its_heads_is_found(desk: Any) -> None:
    log = desk.empty()
    log.batch(log.entry(organisations=frozenset({"org_b"})), slots=1)
    verdict = verify(desk.write(log.log_files()), keys=[log.key.verifier])
    assert verdict.fault is not None
    assert "beyond heads" in verdict.fault.what


def test_times_are_bounded_by_their_batches(desk: Any) -> None:
    for shift, found in ((-120, "before that of an earlier batch"), (120, "after that of its")):
        log = desk.log()
        log.batch(log.entry(at=log.now + timedelta(seconds=shift)))
        verdict = verify(desk.write(log.log_files()), keys=[log.key.verifier])
        assert verdict.fault is not None
        assert (found in verdict.fault.what, verdict.fault.leaf) == (True, 10)


def test_entries_that_waited_for_a_stopped_sequencer_are_counted_as_late(desk: Any) -> None:
    log = desk.log()
    waiting = log.entry()
    log.now += timedelta(minutes=5)
    log.batch(waiting)
    verdict = verify(desk.write(log.log_files()), keys=[log.key.verifier])
    assert (verdict.outcome, verdict.tally.late) == ("intact", 1)


def test_an_erased_facet_needs_an_entry_that_says_so(desk: Any) -> None:
    log = desk.log()
    erased = log.rows[0][0]

    def seal(entry: Any, form: Any, name: str) -> Any:
        gone = entry is erased and name == "personal"
        return bundle.sealed("erased", form.commitment) if gone else form

    verdict = verify(desk.write(log.log_files(seal=seal)), keys=[log.key.verifier])
    assert verdict.fault is not None
    assert "no entry says so" in verdict.fault.what
    core = {"erased": [[str(erased.id), "personal"]], "ground": "request of the person"}
    log.batch(log.entry("audit:facet:erased", core=core))
    verdict = verify(desk.write(log.log_files(seal=seal)), keys=[log.key.verifier])
    assert (verdict.outcome, verdict.tally.erased) == ("intact", [(str(erased.id), "personal")])


def test_a_facet_is_withheld_throughout_or_nowhere(desk: Any) -> None:
    log = desk.log()

    def seal(entry: Any, form: Any, name: str) -> Any:
        return bundle.sealed("withheld", form.commitment) if name == "personal" else form

    declared = log.log_files(seal=seal, withheld=("personal",))
    verdict = verify(desk.write(declared), keys=[log.key.verifier])
    assert (verdict.outcome, verdict.tally.withheld) == ("intact", 7)
    for files in (log.log_files(seal=seal), log.log_files(withheld=("personal",))):
        verdict = verify(desk.write(files), keys=[log.key.verifier])
        assert verdict.fault is not None
        assert "withholds other facets" in verdict.fault.what


def test_core_cannot_be_withheld_or_erased(desk: Any) -> None:
    log = desk.log()

    def seal(entry: Any, form: Any, name: str) -> Any:
        return bundle.sealed("withheld", form.commitment) if name == "core" else form

    files = log.log_files(seal=seal, withheld=("core",))
    verdict = verify(desk.write(files), keys=[log.key.verifier])
    assert verdict.fault is not None
    assert "core is never withheld" in verdict.fault.what


def test_an_excerpt_shows_selected_entries_and_hashes_of_the_others(desk: Any) -> None:
    log = desk.log()
    files = log.log_files(scope="excerpt", selection={"actor": "per_2"})
    lines = _lines(files)
    for at, row in enumerate(log.rows):
        if isinstance(row, tuple) and row[0].actor != "per_2":
            lines[at + 1] = bundle.unselected_line(at, row[1])
    verdict = verify(_with_lines(desk, files, lines), keys=[log.key.verifier])
    assert (verdict.outcome, verdict.scope, verdict.tally.entries) == ("intact", "excerpt", 1)
    lines[0] = _lines(log.log_files())[0]
    verdict = verify(_with_lines(desk, files, lines), keys=[log.key.verifier])
    assert verdict.fault is not None
    assert "left out of a whole log" in verdict.fault.what


@pytest.mark.parametrize(
    ("attack", "found"),
    [
        (lambda lines: [*lines[:-2], lines[-1]], "the trailer counts 5"),
        (lambda lines: [*lines[:2], *lines[3:]], "entry 1 is missing"),
        (lambda lines: [*lines[:1], lines[2], lines[1], *lines[3:]], "entry 0 is missing"),
        (lambda lines: [*lines[:2], lines[2].replace(b"ver_abc", b"ver_abd"), *lines[3:]],
         "does not give the leaf hash"),
        (lambda lines: [*lines[:-2], b'{"count":4,"kind":"trailer","size":10}\n'],
         "committed to 5"),
        (lambda lines: lines[:3], "ends without a trailer"),
    ],
)  # fmt: skip
def test_a_slice_with_entries_missing_swapped_or_edited_is_found(
    desk: Any, attack: Any, found: str
) -> None:
    log = desk.log()
    files = log.slice_files("org_a")
    verdict = verify(_with_lines(desk, files, attack(_lines(files))), keys=[log.key.verifier])
    assert verdict.fault is not None
    assert found in verdict.fault.what


def test_the_slice_of_somebody_else_is_found(desk: Any) -> None:
    log = desk.log()
    ours, theirs = log.slice_files("org_a"), log.slice_files("org_b")
    mixed = desk.reseal({**ours, bundle.ENTRIES: theirs[bundle.ENTRIES]})
    verdict = verify(desk.write(mixed), keys=[log.key.verifier])
    assert verdict.fault is not None
    assert "the evidence is for slot 0, not 1" in verdict.fault.what


def test_the_verifier_loads_no_database_and_no_web_framework() -> None:
    program = (
        "import sys; import app.audit.verify, app.audit.trust;"
        "banned = {'sqlalchemy', 'fastapi', 'psycopg', 'starlette', 'pydantic'};"
        "print(sorted(banned & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"
