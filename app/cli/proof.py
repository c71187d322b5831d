"""What a restored installation proves before it is used: its log, its objects, its sources.

Everything is recomputed from the restored rows and bytes; nothing of the backup is believed.
"""

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, NullPool, create_engine, text

from app.audit.export import NothingToExport
from app.audit.recompute import recompute
from app.audit.signer import KeyUnusable, load
from app.kernel.config import Settings
from app.kernel.errors import NotFound
from app.kernel.keys import source_private_key
from app.storage.blobs import BlobStore, DigestMismatch, open_store
from app.storage.sources import OpenableSources

_ENTRIES = text("SELECT count(*) FROM audit_entry")
_LEAVES = text("SELECT count(*) FROM audit_leaf")
_IMAGES = text(
    "SELECT DISTINCT image_digest FROM edition_pages"
    " UNION SELECT document_digest FROM editions WHERE document_digest IS NOT NULL"
)
_SOURCES = text(
    "SELECT source_digest FROM versions WHERE source_digest <> ''"
    " UNION SELECT original_digest FROM versions WHERE original_digest IS NOT NULL"
)


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
    proof.entries = connection.scalar(_ENTRIES) or 0
    if not connection.scalar(_LEAVES):  # nothing was sequenced yet, so nothing was signed
        return
    try:
        verdict = recompute(connection, keys=[load(known.log_key).verifier])
    except NothingToExport:
        proof.faults.append("the log has leaves but no checkpoint")
        return
    except KeyUnusable as error:
        proof.faults.append(str(error))
        return
    if verdict.outcome != "intact":
        proof.faults.append(f"the log is not what was signed: {verdict.fault or verdict.outcome}")


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
