"""The sequencer: committed entries become leaves, batches and signed checkpoints, once each.

Here: the one writer of the tree (I4, I5, I7, I9), batch by batch, each in one transaction. Not
here: what a leaf is (`commitment`), the state file (`state`), reading and writing rows (`batches`).

It polls. A NOTIFY from every transaction that writes an entry would queue all commits behind one
lock of the server; looking five times a second costs next to nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from app.audit import batches
from app.audit.batches import Batch, PendingEntry, Tip
from app.audit.checkpoint import Checkpoint, parse_signed_checkpoint
from app.audit.merkle import EMPTY_ROOT, Frontier
from app.audit.note import NoteMalformed, open_note
from app.audit.replay import MAX_BATCH
from app.audit.shards import earlier
from app.audit.signer import Signer
from app.audit.slices import slots_for
from app.audit.state import Intent, SignedState, StateUnreadable, read_state, write_state
from app.kernel.clock import now

POLL_SECONDS = 0.2
REFUSAL_SECONDS = 30.0
FAULT_SECONDS = 1.0
HEARTBEAT = timedelta(hours=1)

_log = structlog.get_logger(__name__)


class SignedBackwards(RuntimeError):
    """The database does not go on from what was last signed; nothing is signed until it does."""


@dataclass
class _Position:
    """Where the log stands: the tip of the database, known to be what was signed."""

    tip: Tip | None
    state: SignedState

    @property
    def size(self) -> int:
        return self.tip.tree.size if self.tip else 0

    @property
    def root(self) -> bytes:
        return self.tip.tree.root() if self.tip else EMPTY_ROOT


class Sequencer:
    """Sequences one log; several may run, one at a time writes.

    Args:
        engine: of the role `vitrine_sequencer`.
        signer: of the log's key; its name is the origin.
        state_path: where the last signed size and root are kept, outside the database.
    """

    def __init__(
        self,
        engine: Engine,
        signer: Signer,
        state_path: Path,
        *,
        clock: Callable[[], datetime] = now,
        limit: int = MAX_BATCH,
    ) -> None:
        self._engine = engine
        self._signer = signer
        self._state_path = state_path
        self._clock = clock
        self._limit = min(limit, MAX_BATCH)
        self._position: _Position | None = None

    def run(self, stop: Event) -> None:
        """Sequence until `stop` is set; faults are logged, and tried again."""
        while not stop.is_set():
            pause = POLL_SECONDS
            try:
                batch = self.sequence_once()
                if batch is not None and batch.entries == self._limit:
                    pause = 0.0
            except (SignedBackwards, StateUnreadable) as error:
                _log.error("log.refuses_to_sign", reason=str(error))
                pause = REFUSAL_SECONDS
            except (SQLAlchemyError, OSError) as error:
                _log.warning("log.not_sequenced", reason=str(error))
                pause = FAULT_SECONDS
            stop.wait(pause)

    def sequence_once(self) -> Batch | None:
        """Sequence the entries that wait, or beat when idle for an hour; None when neither.

        Raises SignedBackwards when the database is not what was last signed, or an entry of an
        unfinished batch is gone.
        """
        try:
            with self._engine.begin() as connection:
                batch = self._sequence(connection)
        except BaseException:
            self._position = None  # what was kept may not be what is there
            raise
        if batch is not None:
            _log.info("log.signed", batch=batch.batch, size=batch.size, entries=batch.entries)
        return batch

    def close(self) -> None:
        """Give back the connections."""
        self._engine.dispose()

    def check(self) -> int:
        """Return how many leaves the log has; raise SignedBackwards when it is not the last signed.

        What `sequence_once` would refuse, without signing anything.
        """
        self._position = None
        with self._engine.begin() as connection:
            position = self._locate(connection)
            intent = position.state.intent
            if intent is not None and intent.size != position.size:
                self._promised(connection, intent)
            return position.size

    def adoptable(self) -> Checkpoint:
        """Return where the database's log stands, after recomputing its tree.

        Raises SignedBackwards unless every leaf leads to a root that this key has signed.
        """
        with self._engine.begin() as connection:
            tip = batches.find_tip(connection)
            if tip is None:
                raise SignedBackwards("there is no signed log to adopt")
            self._check_signed(connection, tip)
            self._check_leaves(connection, tip)
            return Checkpoint(self._signer.origin, tip.tree.size, tip.tree.root())

    def adopt(self, standing: Checkpoint) -> None:
        """Go on from a log that `adoptable` found, as a new origin: an operator's act.

        This sequencer must have the signer of the new shard: under the old name somebody may hold
        a later checkpoint. The caller records it openly.
        """
        if standing.origin == self._signer.origin:
            raise SignedBackwards(f"{standing.origin} cannot go on from an older log: new origin")
        state = SignedState(self._signer.origin, standing.size, standing.root)
        write_state(self._state_path, state)
        self._position = None

    def _sequence(self, connection: Connection) -> Batch | None:
        if not batches.lock(connection):
            return None
        position = self._locate(connection)
        intent = position.state.intent
        if intent is not None and intent.size != position.size:
            return self._finish(connection, position, intent)
        waiting = batches.pending(connection, limit=self._limit)
        if not waiting and not self._heartbeat_is_due(position.tip):
            return None
        last = position.tip
        unix_ms = round(self._clock().timestamp() * 1000)
        return self._write(
            connection,
            position,
            waiting,
            unix_ms=max(unix_ms, last.unix_ms + 1 if last else 0),
            slots=max(slots_for(batches.highest_slot(connection) + 1), last.slots if last else 0),
            expected=None,
        )

    def _finish(self, connection: Connection, position: _Position, intent: Intent) -> Batch:
        """Make the batch again that was signed but did not commit."""
        return self._write(
            connection,
            position,
            self._promised(connection, intent),
            unix_ms=intent.unix_ms,
            slots=intent.slots,
            expected=intent,
        )

    def _promised(self, connection: Connection, intent: Intent) -> list[PendingEntry]:
        waiting = batches.pending_of(connection, intent.entries)
        if [entry.id for entry in waiting] != list(intent.entries):
            raise SignedBackwards(
                "this log is older than the last one seen here:"
                f" entries of batch {intent.batch}, already signed, are gone"
            )
        return waiting

    def _write(
        self,
        connection: Connection,
        position: _Position,
        waiting: Sequence[PendingEntry],
        *,
        unix_ms: int,
        slots: int,
        expected: Intent | None,
    ) -> Batch:
        tip = position.tip
        draft = batches.Draft.after(tip, batches.slot_key(connection))
        for entry in waiting:
            draft.add(entry)
        heads = draft.close(unix_ms=unix_ms, slots=slots)
        root = draft.tree.root()
        ids = tuple(entry.id for entry in waiting)
        intent = Intent(heads.batch, unix_ms, slots, ids, draft.tree.size, root)
        if expected is not None and intent != expected:
            raise SignedBackwards(f"batch {heads.batch} would differ from the one already signed")
        state = SignedState(self._signer.origin, position.size, position.root, intent)
        write_state(self._state_path, state)
        note = self._signer.sign(Checkpoint(self._signer.origin, draft.tree.size, root))
        batch = batches.write(connection, draft, note=note, vkey=self._signer.vkey)
        self._position = _Position(draft.as_tip(), state)
        return batch

    def _heartbeat_is_due(self, tip: Tip | None) -> bool:
        if tip is None:
            return False
        return self._clock().timestamp() * 1000 >= tip.unix_ms + HEARTBEAT.total_seconds() * 1000

    def _locate(self, connection: Connection) -> _Position:
        known = self._position
        if known is not None and batches.last_batch(connection) == (
            known.tip.batch if known.tip else None
        ):
            return known
        tip = batches.find_tip(connection)
        state = read_state(self._state_path)
        if tip is not None:
            self._check_signed(connection, tip)
        state = self._reconcile(connection, tip, state)
        self._position = _Position(tip, state)
        return self._position

    def _reconcile(
        self, connection: Connection, tip: Tip | None, state: SignedState | None
    ) -> SignedState:
        origin = self._signer.origin
        if state is None:
            if tip is not None:
                raise SignedBackwards(
                    "the record of what was last signed is missing:"
                    " whether this log is the last one cannot be seen from here"
                )
            return SignedState(origin, 0, EMPTY_ROOT)
        if state.origin != origin:
            raise SignedBackwards(f"the last signed state is of {state.origin}, not of {origin}")
        size, root = (tip.tree.size, tip.tree.root()) if tip else (0, EMPTY_ROOT)
        if (size, root) == (state.size, state.root):
            return state
        last = (state.intent.size, state.intent.root) if state.intent else (state.size, state.root)
        if (size, root) == last:
            return state
        if size < last[0]:
            raise SignedBackwards(
                "this log is older than the last one seen here:"
                f" it has {size} leaves, but {last[0]} were signed"
            )
        if tip is None or size == last[0]:
            raise SignedBackwards(
                f"this log is not the last one seen here: other {size} leaves were signed"
            )
        self._check_leaves(connection, tip, prefix=last)
        return replace(state, size=size, root=root, intent=None)

    def _check_signed(self, connection: Connection, tip: Tip) -> None:
        """Check that the tip is what this key signed, and the slices what the tip commits to."""
        heads = tip.slices.heads(
            batch=tip.batch, unix_ms=tip.unix_ms, slots=tip.slots, slot_key=tip.slot_key
        )
        if heads.slots_root != tip.slots_root:
            raise SignedBackwards(f"the slices of batch {tip.batch} are not those signed")
        try:
            text = batches.checkpoint_note(connection, tip.tree.size).encode()
            checkpoint, note = parse_signed_checkpoint(text)
            key = earlier(self._signer.verifier, checkpoint.origin)
            signed = open_note(note, [key] if key else [])
        except NoteMalformed as error:
            raise SignedBackwards(f"the checkpoint of batch {tip.batch}: {error}") from error
        if not signed or (checkpoint.size, checkpoint.root) != (tip.tree.size, tip.tree.root()):
            raise SignedBackwards(f"the tree of batch {tip.batch} is not the one signed")

    def _check_leaves(
        self, connection: Connection, tip: Tip, *, prefix: tuple[int, bytes] | None = None
    ) -> None:
        """Recompute the tree from its leaves; with `prefix`, that it goes on from there."""
        tree = Frontier()
        for leaf in batches.leaf_hashes(connection, size=tip.tree.size):
            tree.push(leaf)
            if prefix and tree.size == prefix[0] and tree.root() != prefix[1]:
                raise SignedBackwards(f"the first {tree.size} leaves are not those signed")
        if (tree.size, tree.root()) != (tip.tree.size, tip.tree.root()):
            raise SignedBackwards("the leaves are not those signed")
