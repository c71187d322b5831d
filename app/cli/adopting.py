"""A restored log: what is said of it, and how a log that is not the last one seen is adopted.

Words and options are in `operate` and `audit`; the rules of signing are in `app.audit.sequencer`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import NullPool, create_engine, text

from app.audit import signer
from app.audit.recompute import recompute
from app.audit.sequencer import Sequencer, SignedBackwards
from app.audit.state import SignedState, StateUnreadable, read_state
from app.cli.acting import operator_actor
from app.db.session import engine_for
from app.features.auditing.keeping import record_adopted, record_restored
from app.installation import open_for_worker
from app.kernel.config import Settings
from app.kernel.context import RequestContext
from app.kernel.errors import Conflict, VitrineError
from app.transaction import Transaction, begin

_LIVING_WORKER = text(
    "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '15 s'"
)


@dataclass(frozen=True)
class Standing:
    """Where a log stands against the last one seen here; `fault` is empty when it goes on."""

    size: int
    last_signed: int | None
    fault: str = ""


@dataclass(frozen=True)
class Adopted:
    """Under which names a log ended and began, how long it is, and the key to pin from now on."""

    before: str
    after: str
    size: int
    key: str


def last_seen(known: Settings) -> SignedState | None:
    """Find what was last signed here, outside the database; None where no record was kept."""
    try:
        return read_state(known.log_state)
    except StateUnreadable:
        return None


def standing_of(known: Settings) -> Standing:
    """Compare the log in the database with the last one seen here; changes nothing."""
    seen = last_seen(known)
    last = None if seen is None else max(seen.size, seen.intent.size if seen.intent else 0)
    if not known.log_key.exists():  # nothing was signed yet, or the proof names the missing key
        return Standing(_size(known), last)
    sequencer = _sequencer(known, signer.load(known.log_key))
    try:
        return Standing(sequencer.check(), last)
    except (SignedBackwards, StateUnreadable) as fault:
        return Standing(_size(known), last, str(fault))
    finally:
        sequencer.close()


def record_restore(known: Settings, *, made_at: str, standing: Standing) -> None:
    """Record the restored backup in the log that it brought back."""
    with _operator(known) as tx:
        record_restored(
            tx,
            made_at=made_at,
            size=standing.size,
            older=bool(standing.fault),
            last_signed=standing.last_signed,
        )
        tx.commit()


def adopt(known: Settings, *, reason: str) -> Adopted:
    """Go on from a log that is not the last one seen here, under a new origin, openly recorded.

    Raises:
        Conflict: the log goes on from what was last signed, or a worker runs.
        VitrineError: the log is not what its own checkpoints say; nothing may go on from that.
        SignedBackwards: there is no signed log.
    """
    if not standing_of(known).fault:
        raise Conflict("This log goes on from the last one seen here: there is nothing to adopt.")
    _refuse_while_a_worker_runs(known)
    _refuse_unless_intact(known)
    old = signer.load(known.log_key)
    sequencer = _sequencer(known, old)
    try:
        found = sequencer.adoptable()
    finally:
        sequencer.close()
    new = old.shard()
    with _operator(known) as tx:
        record_adopted(
            tx,
            before=old.origin,
            after=new.origin,
            size=found.size,
            root=found.root.hex(),
            reason=reason,
        )
        tx.commit()
    signer.replace(known.log_key, new)
    sequencer = _sequencer(known, new)
    try:
        sequencer.adopt(found)
        while sequencer.sequence_once() is not None:
            continue
    finally:
        sequencer.close()
    return Adopted(old.origin, new.origin, found.size, new.vkey)


def _sequencer(known: Settings, key: signer.Signer) -> Sequencer:
    return Sequencer(engine_for(known.database_sequencer_url, pool_size=1), key, known.log_state)


def _refuse_while_a_worker_runs(known: Settings) -> None:
    engine = create_engine(known.database_owner_url, poolclass=NullPool)
    with engine.connect() as connection:
        if connection.scalar(_LIVING_WORKER):
            raise Conflict("A worker runs and holds the old key: stop it first.")


def _refuse_unless_intact(known: Settings) -> None:
    engine = create_engine(known.database_owner_url, poolclass=NullPool)
    with engine.connect() as connection:
        verdict = recompute(connection, keys=[signer.load(known.log_key).verifier])
    if verdict.outcome != "intact":
        raise VitrineError(f"This log cannot be adopted: {verdict.fault or verdict.outcome}")


def _size(known: Settings) -> int:
    engine = create_engine(known.database_owner_url, poolclass=NullPool)
    with engine.connect() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM audit_leaf")) or 0)


@contextmanager
def _operator(known: Settings) -> Iterator[Transaction]:
    opened = open_for_worker(known)
    try:
        with begin(opened, operator_actor(), RequestContext(channel="cli")) as tx:
            yield tx
    finally:
        opened.engine.dispose()
