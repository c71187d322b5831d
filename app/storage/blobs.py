"""Bytes by digest: content-addressed, created once, checked on the way out.

Here: editions' bytes. Not here: source files, which lie sealed in `sources`; types and sizes,
which the database keeps (a local folder cannot).
"""

import hashlib
from pathlib import Path
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, MemoryStore, ObjectStore, from_url

from app.kernel.errors import NotFound, ProgrammingFault, Unavailable


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


def put_once(store: ObjectStore, path: str, content: bytes) -> None:
    """Store bytes under a path that nobody has used for other bytes.

    Raises:
        Unavailable: full, not writable, not reachable; nothing lies under the path.
    """
    try:
        obstore.put(store, path, content, mode="create")
    except AlreadyExistsError:
        return
    except (BaseError, OSError) as fault:
        raise Unavailable from fault


def fetch(store: ObjectStore, path: str) -> bytes:
    """Give the bytes under a path.

    Raises:
        NotFound: nothing is there.
        Unavailable: the store does not answer.
    """
    try:
        return bytes(obstore.get(store, path).bytes())
    except FileNotFoundError as missing:
        raise NotFound from missing
    except (BaseError, OSError) as fault:
        raise Unavailable from fault


class BlobStore:
    """put(bytes) gives the digest; get(digest) gives the bytes, or raises."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def put(self, content: bytes) -> str:
        """Store bytes under their SHA-256 and give it; storing twice is storing once.

        Raises:
            Unavailable: the store took nothing.
        """
        digest = hashlib.sha256(content).hexdigest()
        put_once(self._store, _path(digest), content)
        return digest

    def get(self, digest: str) -> bytes:
        """Give the bytes of a digest.

        Raises:
            NotFound: nothing is stored under it.
            Unavailable: the store does not answer.
            DigestMismatch: what is stored was changed.
        """
        content = fetch(self._store, _path(digest))
        if hashlib.sha256(content).hexdigest() != digest:
            raise DigestMismatch(digest)
        return content


def _path(digest: str) -> str:
    return f"{digest[:2]}/{digest}"
