"""What a restored installation proves before it is used: its log, its objects, its sources.

Everything is recomputed from the restored rows and bytes; nothing of the backup is believed.
"""

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, NullPool, create_engine, text

from app.audit.batches import checkpoint_note, find_tip
from app.audit.checkpoint import Checkpoint
from app.audit.commitment import Facet, commit, entry_leaf
from app.audit.merkle import Frontier, leaf_hash
from app.audit.note import NoteMalformed, open_note, parse_note
from app.audit.signer import KeyUnusable, load
from app.kernel.config import Settings
from app.kernel.errors import NotFound
from app.kernel.keys import source_private_key
from app.storage.blobs import BlobStore, DigestMismatch, open_store
from app.storage.sources import OpenableSources

_LEAVES = text(
    "SELECT l.leaf_index, l.leaf_hash, e.record, e.core, e.personal, e.content,"
    " e.salt_core, e.salt_personal, e.salt_content, l.entry_id IS NULL AS heads"
    " FROM audit_leaf l LEFT JOIN audit_entry e ON e.id = l.entry_id ORDER BY l.leaf_index"
)
_UNSEQUENCED = text(
    "SELECT count(*) FROM audit_entry e"
    " WHERE NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.entry_id = e.id)"
    " AND NOT EXISTS (SELECT 1 FROM audit_pending p WHERE p.entry_id = e.id)"
)
_IMAGES = text(
    "SELECT DISTINCT image_digest FROM edition_pages"
    " UNION SELECT document_digest FROM editions WHERE document_digest IS NOT NULL"
)
_SOURCES = text("SELECT DISTINCT source_digest FROM versions WHERE source_digest <> ''")


@dataclass
class Proof:
    """What was recomputed, and every fault found (empty: the installation is whole)."""

    entries: int = 0
    objects: int = 0
    sources: int = 0
    faults: list[str] = field(default_factory=list)


def prove(known: Settings) -> Proof:
    """Recompute the log and every digest that the rows name."""
    proof = Proof()
    engine = create_engine(known.database_owner_url, poolclass=NullPool)
    with engine.connect() as connection:
        _prove_log(connection, known, proof)
        _prove_objects(connection, known, proof)
        _prove_sources(connection, known, proof)
    return proof


def _prove_log(connection: Connection, known: Settings, proof: Proof) -> None:
    tree, broken = Frontier(), []
    for row in connection.execute(_LEAVES, execution_options={"yield_per": 2000}):
        tree.push(bytes(row.leaf_hash))
        if row.heads:
            continue
        proof.entries += 1
        bodies = (row.core, row.personal, row.content)
        salts = (row.salt_core, row.salt_personal, row.salt_content)
        record = bytes(row.record)
        if leaf_hash(record) != bytes(row.leaf_hash) or not _gives_record(record, bodies, salts):
            broken.append(row.leaf_index)
    if broken:
        proof.faults.append(f"entry {broken[0]} of the log does not give its leaf")
    if connection.scalar(_UNSEQUENCED):
        proof.faults.append("an entry of the log is neither sequenced nor waiting")
    _prove_signature(connection, known, tree, proof)


def _gives_record(
    record: bytes, bodies: tuple[bytes | None, ...], salts: tuple[bytes | None, ...]
) -> bool:
    """Say whether the facets give the record; an erased facet counts by its commitment."""
    facets: tuple[Facet, ...] = ("core", "personal", "content")
    commitments = [record[1 + 32 * place : 33 + 32 * place] for place in range(3)]
    for place, facet in enumerate(facets):
        body, salt = bodies[place], salts[place]
        if body is not None and salt is not None:
            commitments[place] = commit(facet, bytes(salt), bytes(body))
    return entry_leaf(*commitments) == record


def _prove_signature(connection: Connection, known: Settings, tree: Frontier, proof: Proof) -> None:
    tip = find_tip(connection)
    if tip is None:
        if tree.size:
            proof.faults.append("the log has leaves but no checkpoint")
        return
    try:
        signer = load(known.log_key)
        note = parse_note(checkpoint_note(connection, tip.tree.size).encode())
        signed = open_note(note, [signer.verifier])
    except (KeyUnusable, NoteMalformed) as error:
        proof.faults.append(f"the last checkpoint cannot be checked: {error}")
        return
    wanted = Checkpoint(signer.origin, tree.size, tree.root()).text()
    if not signed or note.text != wanted:
        proof.faults.append("the last checkpoint does not sign the log that is here")


def _prove_objects(connection: Connection, known: Settings, proof: Proof) -> None:
    objects = BlobStore(open_store(known.objects))
    for digest in connection.scalars(_IMAGES):
        proof.objects += 1
        try:
            objects.get(digest)
        except NotFound:
            proof.faults.append(f"object {digest} is missing")
        except DigestMismatch:
            proof.faults.append(f"object {digest} is damaged")


def _prove_sources(connection: Connection, known: Settings, proof: Proof) -> None:
    try:
        key = source_private_key(known)
    except FileNotFoundError:
        proof.faults.append("the key of the source files is missing: no source can be opened")
        return
    sources = OpenableSources(open_store(known.sources), private_key=key)
    for digest in connection.scalars(_SOURCES):
        proof.sources += 1
        try:
            sources.get(digest)
        except NotFound:
            proof.faults.append(f"source {digest} is missing")
        except (InvalidTag, ValueError):
            proof.faults.append(f"source {digest} is damaged or sealed for another key")
