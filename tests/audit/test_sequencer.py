"""The sequencer on a real database: order, slices, signatures, and never backwards."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.audit import log, sequencer
from app.audit.checkpoint import parse_signed_checkpoint
from app.audit.note import open_note
from app.audit.sequencer import Sequencer, SignedBackwards
from app.audit.signer import create
from app.audit.state import Intent, SignedState, StateUnreadable, read_state, write_state
from app.kernel.clock import now


def _state(logged: Any) -> SignedState:
    state = read_state(logged.state_path)
    assert state is not None
    return state


def _root(logged: Any) -> bytes:
    return bytes(logged.scalar("SELECT root FROM audit_batch ORDER BY batch DESC LIMIT 1"))


def test_entries_become_gapless_leaves_and_the_heads_record_comes_last(logged: Any) -> None:
    logged.fill()
    assert logged.scalar("SELECT array_agg(leaf_index ORDER BY leaf_index) FROM audit_leaf") == (
        list(range(15))
    )
    heads = logged.scalar("SELECT array_agg(leaf_index ORDER BY 1) FROM audit_leaf"
                          " WHERE entry_id IS NULL")  # fmt: skip
    assert sorted(heads) == [4, 9, 14]
    assert logged.scalar("SELECT array_agg(size ORDER BY size) FROM audit_batch") == [5, 10, 15]
    assert logged.scalar("SELECT count(*) FROM audit_pending") == 0


def test_an_appended_entry_names_the_leaf_that_it_gets(logged: Any) -> None:
    (appended,) = logged.append(logged.entry())
    logged.sequencer.sequence_once()
    with logged.database.owner.connect() as connection:
        leaf = connection.scalar(
            text("SELECT leaf_hash FROM audit_leaf WHERE entry_id = :id"), {"id": appended.id}
        )
    assert bytes(leaf) == appended.leaf_hash


def test_a_slice_holds_the_entries_of_its_organisation_in_order(logged: Any) -> None:
    logged.fill()
    for name, leaves in (("org_a", [0, 3, 5, 8, 10, 13]), ("org_b", [1, 6, 11])):
        found = logged.scalar(
            "SELECT array_agg(leaf_index ORDER BY seq) FROM audit_slice"
            f" WHERE slot = {logged.slots[name]}"
        )
        assert found == leaves


def test_the_checkpoint_is_signed_by_the_key_of_the_log(logged: Any) -> None:
    logged.append(logged.entry())
    batch = logged.sequencer.sequence_once()
    checkpoint, note = parse_signed_checkpoint(batch.checkpoint.encode())
    assert (checkpoint.origin, checkpoint.size) == (logged.signer.origin, 2)
    assert open_note(note, [logged.signer.verifier]) == (logged.signer.verifier,)
    assert logged.scalar("SELECT vkey FROM audit_checkpoint") == logged.signer.vkey


def test_nothing_waiting_makes_no_batch_and_an_idle_hour_makes_one(logged: Any) -> None:
    assert logged.sequencer.sequence_once() is None
    logged.append(logged.entry())
    assert logged.sequencer.sequence_once() is not None
    assert logged.sequencer.sequence_once() is None
    later = logged.another_sequencer(clock=lambda: now() + timedelta(minutes=61))
    beat = later.sequence_once()
    assert (beat.entries, beat.size) == (0, 3)
    assert later.sequence_once() is None


def test_the_time_of_batches_rises_even_when_the_clock_does_not(logged: Any) -> None:
    moment = now()
    frozen = logged.another_sequencer(clock=lambda: moment)
    times = []
    for _ in range(3):
        logged.append(logged.entry())
        times.append(frozen.sequence_once().unix_ms)
    assert times == [times[0], times[0] + 1, times[0] + 2]


def test_a_batch_is_capped_and_the_rest_follows(logged: Any) -> None:
    logged.append(*(logged.entry() for _ in range(7)))
    small = logged.another_sequencer(limit=3)
    batches = [small.sequence_once() for _ in range(4)]
    assert [batch and batch.entries for batch in batches] == [3, 3, 1, None]


def test_only_one_sequencer_writes_at_a_time(logged: Any) -> None:
    logged.append(logged.entry())
    inside, done = threading.Event(), threading.Event()

    @event.listens_for(logged.database.sequencer, "commit")
    def wait(connection: Any) -> None:
        if not inside.is_set():
            inside.set()
            done.wait(10)

    first = threading.Thread(target=logged.sequencer.sequence_once)
    first.start()
    assert inside.wait(10)
    assert logged.another_sequencer().sequence_once() is None
    done.set()
    first.join()
    assert logged.scalar("SELECT count(*) FROM audit_batch") == 1


def test_a_transaction_that_rolls_back_leaves_nothing_in_the_log(logged: Any) -> None:
    with Session(logged.database.web) as session:
        log.append(session, [logged.entry()])
        session.rollback()
    assert logged.sequencer.sequence_once() is None
    assert logged.scalar("SELECT count(*) FROM audit_entry") == 0


def test_a_restart_goes_on_where_it_stopped(logged: Any) -> None:
    logged.fill()
    logged.append(logged.entry())
    batch = logged.another_sequencer().sequence_once()
    assert (batch.batch, batch.first, batch.size) == (3, 15, 17)


def test_a_batch_that_was_signed_but_not_committed_is_made_again_leaf_for_leaf(
    logged: Any,
) -> None:
    logged.fill()
    logged.append(logged.entry(), logged.entry())

    def die(connection: Any) -> None:
        raise KeyboardInterrupt

    event.listen(logged.database.sequencer, "commit", die)
    with pytest.raises(KeyboardInterrupt):
        logged.sequencer.sequence_once()
    event.remove(logged.database.sequencer, "commit", die)
    promised = _state(logged).intent
    assert promised is not None
    assert logged.scalar("SELECT max(size) FROM audit_batch") == 15
    logged.append(logged.entry())  # arrives in between: it must wait for the next batch
    batch = logged.another_sequencer().sequence_once()
    checkpoint, _ = parse_signed_checkpoint(batch.checkpoint.encode())
    assert (checkpoint.size, checkpoint.root) == (promised.size, promised.root)
    assert logged.sequencer.sequence_once().entries == 1


def test_a_promised_batch_whose_entries_are_gone_is_never_replaced(logged: Any) -> None:
    logged.fill()
    appended = logged.append(logged.entry())

    def die(connection: Any) -> None:
        raise KeyboardInterrupt

    event.listen(logged.database.sequencer, "commit", die)
    with pytest.raises(KeyboardInterrupt):
        logged.sequencer.sequence_once()
    event.remove(logged.database.sequencer, "commit", die)
    logged.tamper("DELETE FROM audit_pending WHERE entry_id = :id", id=appended[0].id)
    logged.append(logged.entry())
    with pytest.raises(SignedBackwards, match="are gone"):
        logged.another_sequencer().sequence_once()


def test_a_restored_backup_is_not_signed(logged: Any) -> None:
    logged.fill()
    for table in ("checkpoint", "slice_head", "leaf", "batch"):
        logged.tamper(f"DELETE FROM audit_{table} WHERE batch >= 1")
    logged.append(logged.entry())
    for refusing in (logged.sequencer, logged.another_sequencer()):
        with pytest.raises(SignedBackwards, match=r"older than .* 5 leaves, but 15"):
            refusing.sequence_once()


def test_a_database_without_its_state_file_is_not_signed_until_it_is_adopted(logged: Any) -> None:
    logged.fill()
    logged.state_path.unlink()
    logged.append(logged.entry())
    restarted = logged.another_sequencer()
    with pytest.raises(SignedBackwards, match="missing"):
        restarted.sequence_once()
    found = restarted.adoptable()
    assert found.size == 15
    with pytest.raises(SignedBackwards, match="new origin"):
        restarted.adopt(found)
    shard = Sequencer(logged.database.sequencer, logged.signer.shard(), logged.state_path)
    shard.adopt(found)
    batch = shard.sequence_once()
    assert batch.size == 17
    assert batch.checkpoint.startswith("example.org/log/2026/restored-1\n17\n")


def test_a_log_whose_leaves_were_changed_is_not_adopted(logged: Any) -> None:
    logged.fill()
    logged.state_path.unlink()
    logged.tamper("UPDATE audit_leaf SET leaf_hash = sha256(leaf_hash) WHERE leaf_index = 7")
    with pytest.raises(SignedBackwards, match="leaves are not those signed"):
        logged.another_sequencer().adoptable()


def test_an_older_state_file_is_believed_only_when_the_log_goes_on_from_it(logged: Any) -> None:
    logged.fill()
    kept = _state(logged)
    logged.append(logged.entry())
    logged.sequencer.sequence_once()
    logged.append(logged.entry())
    logged.sequencer.sequence_once()
    write_state(logged.state_path, kept)
    logged.append(logged.entry())
    assert logged.another_sequencer().sequence_once().first == 19
    write_state(logged.state_path, kept)
    logged.tamper("UPDATE audit_leaf SET leaf_hash = sha256(leaf_hash) WHERE leaf_index = 3")
    logged.append(logged.entry())
    with pytest.raises(SignedBackwards, match="first 15 leaves are not those signed"):
        logged.another_sequencer().sequence_once()


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit_batch SET heads_path = sha256(root) || sha256(root) || sha256(root)"
         " WHERE batch = 2", "is not the one signed"),
        ("UPDATE audit_slice_head SET frontier = overlay(frontier PLACING '\\x00' FROM 1)"
         " WHERE batch = 2", "slices of batch 2 are not those signed"),
        ("UPDATE audit_batch SET slots_root = sha256(slots_root) WHERE batch = 2",
         "slices of batch 2 are not those signed"),
        ("UPDATE audit_checkpoint SET note = replace(note, '15', '16') WHERE batch = 2",
         "does not verify"),
        ("DELETE FROM audit_checkpoint WHERE batch = 2", "no signature lines"),
    ],
)  # fmt: skip
def test_a_tip_that_was_tampered_with_is_not_built_upon(
    logged: Any, statement: str, found: str
) -> None:
    logged.fill()
    logged.tamper(statement)
    logged.append(logged.entry())
    with pytest.raises(SignedBackwards, match=found):
        logged.another_sequencer().sequence_once()


def test_the_key_of_another_log_does_not_go_on_with_this_one(logged: Any) -> None:
    logged.fill()
    other = create(logged.folder / "other.key", origin="example.org/other")
    stranger = type(logged.sequencer)(logged.database.sequencer, other, logged.state_path)
    logged.append(logged.entry())
    with pytest.raises(SignedBackwards, match="not the one signed"):
        stranger.sequence_once()


def test_a_damaged_state_file_stops_the_sequencer(logged: Any) -> None:
    logged.fill()
    logged.state_path.write_text('{"size": 1}')
    logged.append(logged.entry())
    with pytest.raises(StateUnreadable):
        logged.another_sequencer().sequence_once()


def test_the_loop_sequences_until_it_is_stopped(logged: Any) -> None:
    stop = threading.Event()
    loop = threading.Thread(target=logged.sequencer.run, args=(stop,))
    loop.start()
    logged.append(logged.entry())
    for _ in range(200):
        if logged.scalar("SELECT count(*) FROM audit_checkpoint"):
            break
        stop.wait(0.05)
    stop.set()
    loop.join(timeout=10)
    assert not loop.is_alive()
    assert logged.scalar("SELECT count(*) FROM audit_leaf") == 2


@pytest.mark.parametrize(
    "table",
    ["audit_entry", "audit_audience", "audit_leaf", "audit_slice", "audit_slice_head",
     "audit_batch", "audit_checkpoint", "audit_slot_key", "org_slot"],
)  # fmt: skip
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE", "TRUNCATE"])
def test_the_log_only_grows_even_for_the_owner(settled: Any, table: str, verb: str) -> None:
    column = settled.scalar(
        f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'"
        " ORDER BY ordinal_position LIMIT 1"
    )
    statement = {
        "UPDATE": f"UPDATE {table} SET {column} = {column}",
        "DELETE": f"DELETE FROM {table}",
        "TRUNCATE": f"TRUNCATE {table} CASCADE",
    }[verb]
    with (
        settled.database.owner.connect() as connection,
        pytest.raises(DBAPIError, match="only grows"),
    ):
        connection.execute(text(statement))


def test_an_empty_log_is_not_adopted(logged: Any) -> None:
    with pytest.raises(SignedBackwards, match="no signed log"):
        logged.sequencer.adoptable()


def test_a_promised_batch_that_would_differ_is_never_signed(logged: Any) -> None:
    logged.fill()
    (appended,) = logged.append(logged.entry())
    state = _state(logged)
    promised = Intent(3, 99, 64, (appended.id,), 17, b"p" * 32)
    write_state(logged.state_path, SignedState(state.origin, 15, _root(logged), promised))
    with pytest.raises(SignedBackwards, match="would differ from the one already signed"):
        logged.another_sequencer().sequence_once()


def test_the_state_of_another_log_is_not_believed(logged: Any) -> None:
    logged.fill()
    write_state(logged.state_path, SignedState("example.org/other", 15, _root(logged)))
    with pytest.raises(SignedBackwards, match="is of example"):
        logged.another_sequencer().sequence_once()


def test_the_loop_outlives_refusals_and_faults(
    logged: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = threading.Event()
    seen: list[int] = []
    refusals = [SignedBackwards("no"), StateUnreadable("no"), OSError("disk full"), None]

    def once() -> None:
        seen.append(len(seen))
        error = refusals[len(seen) - 1]
        if error is None:
            stop.set()
        else:
            raise error

    monkeypatch.setattr(sequencer, "REFUSAL_SECONDS", 0.01)
    monkeypatch.setattr(sequencer, "FAULT_SECONDS", 0.01)
    monkeypatch.setattr(logged.sequencer, "sequence_once", once)
    logged.sequencer.run(stop)
    assert seen == [0, 1, 2, 3]


def test_the_loop_goes_straight_on_after_a_full_batch(logged: Any) -> None:
    stop = threading.Event()
    logged.append(*(logged.entry() for _ in range(4)))
    small = logged.another_sequencer(limit=2)
    loop = threading.Thread(target=small.run, args=(stop,))
    loop.start()
    while logged.scalar("SELECT count(*) FROM audit_pending"):
        stop.wait(0.05)
    stop.set()
    loop.join()
    small.close()
    assert logged.scalar("SELECT count(*) FROM audit_batch") == 2
