"""Tampering in the database, as an administrator of the server can: each attack has its finder."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.audit.recompute import recompute
from app.audit.verify import Verdict
from app.db.session import enter_context
from app.kernel.actor import Side


def _recompute(logged: Any) -> Verdict:
    with Session(logged.database.web) as session:
        enter_context(session, logged.actor(Side.PUBLISHER, "org_publisher"))
        return recompute(session.connection(), keys=[logged.signer.verifier])


def test_an_untouched_database_is_intact(logged: Any) -> None:
    logged.fill()
    logged.append(logged.entry())
    verdict = _recompute(logged)
    assert verdict.outcome == "intact", verdict.fault
    assert verdict.tally.entries == 12


ENTRY_5 = "(SELECT entry_id FROM audit_leaf WHERE leaf_index = 5)"


@pytest.mark.parametrize(
    ("statement", "place", "found"),
    [
        ("UPDATE audit_entry SET core = convert_to(replace(convert_from(core, 'UTF8'), 'per_1',"
         f" 'per_9'), 'UTF8') WHERE id = {ENTRY_5}", "entries.jsonl", "does not give the leaf"),
        (f"UPDATE audit_entry SET content = '{{}}' WHERE id = {ENTRY_5}",
         "entries.jsonl", "does not give the leaf"),
        (f"UPDATE audit_entry SET content = NULL, salt_content = NULL WHERE id = {ENTRY_5}",
         "entries.jsonl", "no entry says so"),
        ("UPDATE audit_leaf SET leaf_hash = sha256(leaf_hash) WHERE leaf_index = 5",
         "entries.jsonl", "does not give the leaf"),
        ("DELETE FROM audit_leaf WHERE leaf_index = 5", "entries.jsonl", "leaf 5 is missing"),
        ("DELETE FROM audit_leaf WHERE leaf_index >= 10", "entries.jsonl", "10 leaves"),
        ("UPDATE audit_batch SET slots_root = sha256(root) WHERE batch = 1",
         "entries.jsonl", "heads record does not give the leaf hash"),
        ("UPDATE audit_batch SET unix_ms = unix_ms + 1 WHERE batch = 1",
         "entries.jsonl", "heads record does not give the leaf hash"),
        ("UPDATE audit_slot_key SET slot_key = sha256(slot_key)",
         "entries.jsonl", "heads record of batch 0 differs"),
        ("UPDATE audit_batch SET root = sha256(root) WHERE batch = 1",
         "audit_batch", "root of batch 1"),
        ("UPDATE audit_checkpoint SET note = replace(note, '10', '11') WHERE batch = 1",
         "audit_checkpoint", "batch 1"),
        ("DELETE FROM audit_checkpoint WHERE batch = 1", "audit_checkpoint", "no checkpoint"),
        (f"UPDATE audit_entry SET actor = 'per_9' WHERE id = {ENTRY_5}",
         "audit_entry", "columns for queries"),
        (f"UPDATE audit_entry SET at = at + interval '1 second' WHERE id = {ENTRY_5}",
         "audit_entry", "columns for queries"),
        (f"UPDATE audit_entry SET object = NULL WHERE id = {ENTRY_5}",
         "audit_entry", "columns for queries"),
        (f"UPDATE audit_entry SET record = overlay(record PLACING '\\x00' FROM 50)"
         f" WHERE id = {ENTRY_5}", "audit_leaf", "not the hash"),
        (f"DELETE FROM audit_audience WHERE entry_id = {ENTRY_5}", "audit_audience", "differs"),
        ("DELETE FROM audit_slice WHERE leaf_index = 5", "audit_slice", "missing from the slice"),
        ("UPDATE audit_slice SET seq = seq + 10 WHERE leaf_index = 5", "audit_slice", "order"),
    ],
)  # fmt: skip
def test_each_kind_of_tampering_is_found_and_named(
    settled: Any, statement: str, place: str, found: str
) -> None:
    with settled.tampered(statement) as connection:
        verdict = recompute(connection, keys=[settled.signer.verifier])
    assert verdict.fault is not None
    assert verdict.fault.file == place
    assert found in verdict.fault.what


def test_an_entry_lost_from_the_queue_is_found(logged: Any) -> None:
    logged.append(logged.entry())
    logged.sequencer.sequence_once()
    logged.append(logged.entry())
    logged.tamper("DELETE FROM audit_pending")
    verdict = _recompute(logged)
    assert verdict.fault is not None
    assert "neither a leaf nor a place in the queue" in verdict.fault.what


def test_a_log_forged_whole_is_not_signed_by_the_key(settled: Any) -> None:
    other = type(settled.signer.verifier)(settled.signer.origin, b"\x07" * 32)
    with Session(settled.database.owner) as session:
        verdict = recompute(session.connection(), keys=[other])
    assert verdict.fault is not None
    assert "not signed by the key" in verdict.fault.what


def test_a_checkpoint_signed_by_nobody_known_is_found(settled: Any) -> None:
    statement = (
        "UPDATE audit_checkpoint SET note = replace(note, '— example.org', '— example.net')"
        " WHERE batch = 1"
    )
    with settled.tampered(statement) as connection:
        verdict = recompute(connection, keys=[settled.signer.verifier])
    assert verdict.fault is not None
    assert "batch 1 is not signed by the key of the log" in verdict.fault.what
