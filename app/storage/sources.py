"""Source files, sealed so that only the worker can open them.

The web process holds the public half of a key pair and can only put; the private half is given
to the worker alone. So a bug in a route has nothing to serve.
"""

import hashlib

from cryptography.hazmat.primitives import hpke, serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from obstore.store import ObjectStore

from app.storage.blobs import fetch, put_once

_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
_CONTEXT = b"vitrine/source/1"


def new_key_pair() -> tuple[bytes, bytes]:
    """Make a key pair: (private, public), 32 raw bytes each."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def public_key_pem(public: bytes) -> bytes:
    """Give the public key in PEM, for operators."""
    return X25519PublicKey.from_public_bytes(public).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


class SealedSources:
    """The web's end: seals and stores, cannot open."""

    def __init__(self, store: ObjectStore, *, public_key: bytes) -> None:
        self._store = store
        self._public = X25519PublicKey.from_public_bytes(public_key)

    def put(self, content: bytes) -> str:
        """Seal bytes, store them under the SHA-256 of the plain bytes, give that digest.

        Raises:
            Unavailable: the store took nothing.
        """
        digest = hashlib.sha256(content).hexdigest()
        sealed = _SUITE.encrypt(content, self._public, info=_CONTEXT + bytes.fromhex(digest))
        put_once(self._store, f"{digest[:2]}/{digest}", sealed)
        return digest


class OpenableSources(SealedSources):
    """The worker's end: can open what was sealed."""

    def __init__(self, store: ObjectStore, *, private_key: bytes) -> None:
        self._private = X25519PrivateKey.from_private_bytes(private_key)
        super().__init__(store, public_key=self._private.public_key().public_bytes_raw())

    def get(self, digest: str) -> bytes:
        """Open the source stored under a digest.

        Raises:
            NotFound: nothing is stored under it.
            Unavailable: the store does not answer.
        """
        sealed = fetch(self._store, f"{digest[:2]}/{digest}")
        return _SUITE.decrypt(sealed, self._private, info=_CONTEXT + bytes.fromhex(digest))
