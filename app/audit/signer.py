"""The log's signing key: one file, read by the process that sequences and by nobody else.

Here: the key file in signed-note form and signing of checkpoints. Not here: whether a checkpoint
may be signed (`sequencer`), the note format (`note`).
"""

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.audit.checkpoint import Checkpoint
from app.audit.note import (
    NoteMalformed,
    SigningKey,
    VerifierKey,
    check_name,
    format_signing_key,
    parse_signing_key,
    sign,
)
from app.audit.shards import base_of, next_origin


class KeyUnusable(RuntimeError):
    """The key file is missing, damaged, open to others or made for another log."""


@dataclass(frozen=True)
class Signer:
    """Signs checkpoints of one log."""

    key: SigningKey

    @property
    def origin(self) -> str:
        """The name of the log, which is also the name of its key."""
        return self.key.name

    @property
    def verifier(self) -> VerifierKey:
        """What others need to verify; hand it over outside of any bundle."""
        return self.key.verifier

    @property
    def vkey(self) -> str:
        """The public key as text: `name+keyid+base64`."""
        return str(self.key.verifier)

    def shard(self) -> "Signer":
        """Give the same key under the log's next name, for a log that was adopted."""
        return Signer(SigningKey(next_origin(self.origin), self.key.private))

    def sign(self, checkpoint: Checkpoint) -> str:
        """Return the checkpoint as a signed note."""
        if checkpoint.origin != self.origin:
            raise KeyUnusable(f"this key signs {self.origin}, not {checkpoint.origin}")
        return sign(checkpoint.text(), self.key)


def load(path: Path) -> Signer:
    """Read the key file; raise KeyUnusable when others may read it or it is not a key."""
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise KeyUnusable(f"the log's key {path} cannot be read") from error
    if mode & 0o077:
        raise KeyUnusable(f"others may read the log's key {path}: chmod 600 it")
    try:
        return Signer(parse_signing_key(text.strip()))
    except NoteMalformed as error:
        raise KeyUnusable(f"the log's key {path}: {error}") from error


def create(path: Path, *, origin: str) -> Signer:
    """Make a key for a new log and its file (0600); raise FileExistsError over an existing one."""
    signer = Signer(SigningKey(check_name(origin), Ed25519PrivateKey.generate()))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(path, signer)
    return signer


def replace(path: Path, signer: Signer) -> None:
    """Put the key of a new shard in the place of the old one; a crash leaves one of the two."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    _write(draft, signer)
    draft.replace(path)


def load_or_create(path: Path, *, origin: str) -> Signer:
    """Read the key file, or make it for a new log; raise KeyUnusable when it is another log's.

    The key of a later shard of `origin` is a key of this log.
    """
    if not path.exists():
        return create(path, origin=origin)
    signer = load(path)
    if base_of(signer.origin) != base_of(origin):
        raise KeyUnusable(f"the key {path} is of the log {signer.origin}, not {origin}")
    return signer


def verifier_of(path: Path) -> VerifierKey:
    """Return the public half of the key file, for exports and for the operator."""
    return load(path).verifier


def _write(path: Path, signer: Signer) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(path, flags, 0o600), "w", encoding="ascii") as file:
        file.write(format_signing_key(signer.key) + "\n")
        file.flush()
        os.fsync(file.fileno())
