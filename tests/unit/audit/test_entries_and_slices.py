"""Entries, their bytes, their audience: AUDIT.md 3.3 byte for byte, and the slice rule."""

import hmac
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest

from app.audit.commitment import (
    commit,
    entry_leaf,
    heads_leaf,
    slot_leaf,
    slot_nonce,
    slot_pads,
)
from app.audit.entry import ABSENT, EntryMalformed, facet_bytes, uuid7
from app.audit.slices import (
    AudienceMalformed,
    audience,
    disclosed_facets,
    slots_for,
    split_by_audience,
)
from app.audit.state import (
    Intent,
    SignedState,
    StateUnreadable,
    read_state,
    write_state,
)

SALT = bytes(range(16))


def test_a_commitment_is_prefix_salt_and_bytes() -> None:
    for facet in ("core", "personal", "content"):
        expected = sha256(b"vitrine/" + facet.encode() + b"/1\x00" + SALT + b"{}").digest()
        assert commit(facet, SALT, b"{}") == expected
    with pytest.raises(ValueError, match="16 bytes"):
        commit("core", SALT[:15], b"{}")


def test_the_leaves_have_the_layout_of_the_design() -> None:
    entry = entry_leaf(b"a" * 32, b"b" * 32, b"c" * 32)
    assert (entry, len(entry)) == (b"\x01" + b"a" * 32 + b"b" * 32 + b"c" * 32, 97)
    slot = slot_leaf(nonce=b"n" * 32, slot=5, count=7, root=b"r" * 32)
    counted = (5).to_bytes(4) + (7).to_bytes(8)
    assert (slot, len(slot)) == (b"\x03" + b"n" * 32 + counted + b"r" * 32, 77)
    heads = heads_leaf(batch=3, unix_ms=9, slots=64, slots_root=b"r" * 32)
    assert heads == b"\x02" + (3).to_bytes(8) + (9).to_bytes(8) + (64).to_bytes(4) + b"r" * 32
    assert len(heads) == 53
    with pytest.raises(ValueError, match="32 bytes"):
        entry_leaf(b"a" * 31, b"b" * 32, b"c" * 32)


def test_a_nonce_is_an_hmac_that_plain_sha256_can_compute_from_the_pads() -> None:
    key, message = b"s" * 32, (4).to_bytes(8) + (2).to_bytes(4)
    inner, outer = slot_pads(key)
    expected = hmac.new(key, message, "sha256").digest()
    assert slot_nonce(key, batch=4, slot=2) == expected
    assert sha256(outer + sha256(inner + message).digest()).digest() == expected


def test_the_bytes_of_an_entry_are_canonical_and_complete(desk: Any) -> None:
    entry = desk.empty().entry()
    facets = facet_bytes(entry, [4, 1])
    core = orjson.loads(facets.core)
    assert core == {
        "acting_for": "org_a", "action": "report:page:read", "actor": "per_1",
        "at": "2026-11-20T12:00:01.000000Z", "content_shared": False,
        "facts": {"page": 12, "request": "req_1"}, "id": str(entry.id), "object": "ver_abc",
        "outcome": "allowed", "slots": [1, 4], "v": 1,
    }  # fmt: skip
    assert facets.content == '{"query":"naïve “café”"}'.encode()
    assert facet_bytes(replace(entry, personal=None), []).personal == ABSENT == b"null"


@pytest.mark.parametrize(
    "changed",
    [{"action": "read"}, {"action": "Report:read"}, {"outcome": "maybe"}, {"actor": ""},
     {"at": datetime(2026, 1, 1)}],  # noqa: DTZ001 - a time without a zone is the point
)  # fmt: skip
def test_an_entry_that_the_log_cannot_carry_is_refused(desk: Any, changed: dict[str, Any]) -> None:
    with pytest.raises(EntryMalformed):
        replace(desk.empty().entry(), **changed)


def test_ids_are_of_version_7_and_rise_with_time() -> None:
    ids = [uuid7() for _ in range(200)]
    assert {made.version for made in ids} == {7}
    assert {made.variant for made in ids} == {UUID(int=2 << 62).variant}
    assert len(set(ids)) == 200
    assert ids[0].int >> 76 <= ids[-1].int >> 76


@pytest.mark.parametrize(("slots", "expected"), [([], ()), ([0], (0,)), ([1, 5, 9], (1, 5, 9))])
def test_the_audience_of_an_entry_is_what_core_says(
    slots: list[int], expected: tuple[int, ...]
) -> None:
    assert audience({"slots": slots}) == expected


@pytest.mark.parametrize(
    "slots", [None, "1", [2, 1], [1, 1], [-1], [True], ["1"], [1.0], [65_536], (1,)]
)
def test_an_audience_of_any_other_form_is_refused(slots: object) -> None:
    with pytest.raises(AudienceMalformed):
        audience({"slots": slots})


@pytest.mark.parametrize(
    ("core", "facets"),
    [
        ({"acting_for": "org_a"}, {"core", "personal", "content"}),
        ({"acting_for": "org_a", "content_shared": True}, {"core", "personal", "content"}),
        ({"acting_for": "org_publisher"}, {"core"}),
        ({"acting_for": None}, {"core"}),
        ({"acting_for": "org_publisher", "content_shared": True}, {"core", "content"}),
        ({"acting_for": "org_publisher", "content_shared": 1}, {"core"}),
    ],
)
def test_an_organisation_reads_of_an_entry_what_the_rule_says(
    core: dict[str, object], facets: set[str]
) -> None:
    assert disclosed_facets(core, "org_a") == facets


def test_an_entry_for_several_organisations_is_split_into_one_for_each(desk: Any) -> None:
    log = desk.empty()
    for names in ((), ("org_a",)):
        entry = log.entry(organisations=frozenset(names))
        assert list(split_by_audience(entry)) == [entry]
    entry = log.entry(organisations=frozenset({"org_b", "org_a"}))
    parts = list(split_by_audience(entry))
    assert [sorted(part.organisations) for part in parts] == [["org_a"], ["org_b"]]
    assert parts[0].id == entry.id != parts[1].id
    assert parts[0].core == parts[1].core


@pytest.mark.parametrize(
    ("used", "size"), [(0, 64), (1, 64), (64, 64), (65, 128), (128, 128), (129, 256)]
)
def test_the_slots_tree_has_room_to_spare(used: int, size: int) -> None:
    assert slots_for(used) == size


def test_the_signed_state_is_kept_whole_and_private(tmp_path: Path) -> None:
    path = tmp_path / "state" / "log.json"
    assert read_state(path) is None
    intent = Intent(3, 99, 64, (uuid7(), uuid7()), 12, b"i" * 32)
    for state in (SignedState("o", 9, b"r" * 32, intent), SignedState("o", 12, b"i" * 32)):
        write_state(path, state)
        assert read_state(path) == state
    assert path.stat().st_mode & 0o777 == 0o600
    assert [made.name for made in path.parent.iterdir()] == ["log.json"]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"size": 1, "root": "zz", "origin": "o"}'])
def test_a_damaged_state_is_not_taken_for_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "log.json"
    path.write_text(text)
    with pytest.raises(StateUnreadable):
        read_state(path)
