"""Bytes by digest: content-addressed, created once, checked on the way out.

Here: editions' bytes. Not here: source files, which lie sealed in `sources`; types and sizes,
which the database keeps (a local folder cannot).
"""

import hashlib
from pathlib import Path
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, MemoryStore, ObjectStore, from_url

from app.kernel.errors import NotFound, ProgrammingFault


class DigestMismatch(ProgrammingFault):
    """The stored bytes are not the ones that were put there."""


def open_store(url: str) -> ObjectStore:
    """Open `file:///folder`, `memory:///` or `s3://bucket/prefix`; a folder is made (0700)."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        folder = Path(unquote(parts.path))
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return LocalStore(folder)
    if parts.scheme == "memory":
        return MemoryStore()
    return from_url(url)


class BlobStore:
    """put(bytes) gives the digest; get(digest) gives the bytes, or raises."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def put(self, content: bytes) -> str:
        """Store bytes under their SHA-256 and give it; storing twice is storing once."""
        digest = hashlib.sha256(content).hexdigest()
        try:
            obstore.put(self._store, _path(digest), content, mode="create")
        except AlreadyExistsError:
            return digest
        return digest

    def get(self, digest: str) -> bytes:
        """Give the bytes of a digest.

        Raises:
            NotFound: nothing is stored under it.
            DigestMismatch: what is stored was changed.
        """
        try:
            content = bytes(obstore.get(self._store, _path(digest)).bytes())
        except FileNotFoundError as missing:
            raise NotFound from missing
        if hashlib.sha256(content).hexdigest() != digest:
            raise DigestMismatch(digest)
        return content


def _path(digest: str) -> str:
    return f"{digest[:2]}/{digest}"
