"""The log's own check: is the database still what was signed?

Here: the whole log recomputed from its entries against the signed root, by the same code as the
offline verifier, and everything that is derived beside it. Not here: repair; there is none.
"""

from collections.abc import Generator, Sequence
from typing import Any

from sqlalchemy import Connection, text

from app.audit import bundle
from app.audit.checkpoint import parse_signed_checkpoint
from app.audit.export import BundleExport
from app.audit.merkle import Frontier
from app.audit.note import NoteMalformed, VerifierKey, open_note
from app.audit.shards import earlier
from app.audit.verify import Fault, Verdict, examine

_ROWS_AT_A_TIME = 5000

# Each names the table at fault, says what differs, and selects the first row that shows it.
_CHECKS: tuple[tuple[str, str, str], ...] = (
    (
        "audit_entry",
        "an entry has neither a leaf nor a place in the queue",
        "SELECT e.id FROM audit_entry e LEFT JOIN audit_leaf l ON l.entry_id = e.id"
        " LEFT JOIN audit_pending p ON p.entry_id = e.id"
        " WHERE l.entry_id IS NULL AND p.entry_id IS NULL ORDER BY e.id LIMIT 1",
    ),
    (
        "audit_leaf",
        "a leaf is not the hash of its entry's record",
        "SELECT e.id FROM audit_entry e JOIN audit_leaf l ON l.entry_id = e.id"
        " WHERE l.leaf_hash <> sha256('\\x00'::bytea || e.record) ORDER BY l.leaf_index LIMIT 1",
    ),
    (
        "audit_entry",
        "the columns for queries differ from core",
        "SELECT e.id FROM audit_entry e, LATERAL (SELECT convert_from(e.core, 'UTF8')::json AS c)"
        " AS f WHERE (e.id::text, e.at, e.action, e.outcome, e.actor) IS DISTINCT FROM"
        " (c->>'id', (c->>'at')::timestamptz, c->>'action', c->>'outcome', c->>'actor')"
        " OR e.acting_for IS DISTINCT FROM c->>'acting_for'"
        " OR e.object IS DISTINCT FROM c->>'object' ORDER BY e.id LIMIT 1",
    ),
    (
        "audit_audience",
        "the audience differs from the slots in core",
        "SELECT e.id FROM audit_entry e WHERE ARRAY(SELECT a.slot FROM audit_audience a"
        " WHERE a.entry_id = e.id ORDER BY a.slot) <> ARRAY(SELECT v::int FROM"
        " json_array_elements_text(convert_from(e.core, 'UTF8')::json->'slots') AS v ORDER BY 1)"
        " ORDER BY e.id LIMIT 1",
    ),
    (
        "audit_slice",
        "an entry is missing from the slice of its audience",
        "SELECT l.entry_id FROM audit_leaf l JOIN audit_audience a ON a.entry_id = l.entry_id"
        " LEFT JOIN audit_slice s ON s.slot = a.slot AND s.leaf_index = l.leaf_index"
        " WHERE s.slot IS NULL ORDER BY l.leaf_index LIMIT 1",
    ),
    (
        "audit_slice",
        "a slice is not in the order of the log, or has what does not concern it",
        "SELECT entry_id FROM (SELECT l.entry_id, s.seq, s.slot, a.slot AS wanted, l.leaf_index,"
        " row_number() OVER (PARTITION BY s.slot ORDER BY s.leaf_index) - 1 AS place"
        " FROM audit_slice s JOIN audit_leaf l ON l.leaf_index = s.leaf_index"
        " LEFT JOIN audit_audience a ON a.entry_id = l.entry_id AND a.slot = s.slot) AS ordered"
        " WHERE seq <> place OR wanted IS NULL ORDER BY leaf_index LIMIT 1",
    ),
    (
        "audit_checkpoint",
        "a batch has no checkpoint",
        "SELECT b.batch FROM audit_batch b LEFT JOIN audit_checkpoint c ON c.size = b.size"
        " WHERE c.size IS NULL ORDER BY b.batch LIMIT 1",
    ),
)

_TREE = text(
    "SELECT l.leaf_hash, b.batch, b.root, c.note FROM audit_leaf l"
    " LEFT JOIN audit_batch b ON b.size = l.leaf_index + 1"
    " LEFT JOIN audit_checkpoint c ON c.size = b.size ORDER BY l.leaf_index"
)


def recompute(connection: Connection, *, keys: Sequence[VerifierKey] = ()) -> Verdict:
    """Recompute the whole log and compare it with every signed root and derived row.

    `connection` must see everything (side publisher or system, or the owner). Without `keys` the
    verdict is at best "key not pinned". Raises NothingToExport while nothing is signed. A fault
    names the table instead of a file.
    """
    export = BundleExport(connection)
    named = [same for key in keys if (same := earlier(key, export.key.name))]
    verdict = examine(_DatabaseFiles(export), keys=named or keys)
    if verdict.fault is None:
        try:
            _check_tables(connection)
            _check_checkpoints(connection, keys)
        except Fault as fault:
            verdict.outcome, verdict.fault = "fault", fault
    return verdict


class _DatabaseFiles:
    """The database read as if it were a bundle."""

    def __init__(self, export: BundleExport) -> None:
        self._export = export

    def read(self, name: str) -> bytes:
        return self._export.file(name)

    def lines(self, name: str) -> Generator[bytes]:
        assert name == bundle.ENTRIES
        return self._export.lines()


def _check_tables(connection: Connection) -> None:
    for table, what, query in _CHECKS:
        found = connection.scalar(text(query))
        if found is not None:
            raise Fault(table, f"{what}: {found}")


def _check_checkpoints(connection: Connection, keys: Sequence[VerifierKey]) -> None:
    tree = Frontier()
    with connection.execute(_TREE, execution_options={"yield_per": _ROWS_AT_A_TIME}) as rows:
        for row in rows:
            tree.push(bytes(row.leaf_hash))
            if row.batch is not None:
                _check_checkpoint(row, tree, keys)


def _check_checkpoint(row: Any, tree: Frontier, keys: Sequence[VerifierKey]) -> None:
    try:
        checkpoint, note = parse_signed_checkpoint(row.note.encode())
        named = [same for key in keys if (same := earlier(key, checkpoint.origin))]
        signed = open_note(note, named)
    except NoteMalformed as error:
        raise Fault("audit_checkpoint", f"batch {row.batch}: {error}") from error
    if keys and not signed:
        raise Fault("audit_checkpoint", f"batch {row.batch} is not signed by the key of the log")
    expected = (tree.size, tree.root(), tree.root())
    if (checkpoint.size, checkpoint.root, bytes(row.root)) != expected:
        raise Fault("audit_batch", f"the root of batch {row.batch} is not that of its leaves")
