"""The keys of an installation as files: made once, readable by the owner only.

`web.secret` seals client secrets and cookies, `source.pub` seals source files (web and worker),
`source.key` opens them (worker only). The log's signing key has its own path in the settings.
"""

import os
import secrets
from base64 import urlsafe_b64encode
from pathlib import Path

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from app.kernel.config import Settings


def keys_folder(settings: Settings) -> Path:
    """Give the folder of the keys: beside the log's signing key."""
    return settings.log_key.parent


def make_keys(settings: Settings) -> None:
    """Make the keys that are not there yet; an existing key is never touched."""
    folder = keys_folder(settings)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write_once(folder / "web.secret", secrets.token_bytes(32))
    if not (folder / "source.key").exists():
        private = X25519PrivateKey.generate()
        _write_once(folder / "source.pub", private.public_key().public_bytes_raw())
        _write_once(folder / "source.key", private.private_bytes_raw())


def web_secret(settings: Settings) -> bytes:
    """Give the 32-byte secret of the web process."""
    given = settings.secret.get_secret_value()
    return bytes.fromhex(given) if given else (keys_folder(settings) / "web.secret").read_bytes()


def source_public_key(settings: Settings) -> bytes:
    """Give the key that seals source files."""
    given = settings.source_public_key
    return bytes.fromhex(given) if given else (keys_folder(settings) / "source.pub").read_bytes()


def source_private_key(settings: Settings) -> bytes:
    """Give the key that opens source files; only the worker is given it."""
    given = settings.source_key.get_secret_value()
    return bytes.fromhex(given) if given else (keys_folder(settings) / "source.key").read_bytes()


def seal(secret: bytes, plain: str) -> bytes:
    """Seal a short secret, such as an identity provider's client secret, for the database."""
    return Fernet(urlsafe_b64encode(secret)).encrypt(plain.encode())


def unseal(secret: bytes, sealed: bytes) -> str:
    """Open what `seal` made."""
    return Fernet(urlsafe_b64encode(secret)).decrypt(sealed).decode()


def _write_once(path: Path, content: bytes) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
