"""Bearer tokens: what a browser or a link carries, and the hash that the database keeps."""

import hashlib
import secrets


def new_token() -> tuple[str, bytes]:
    """Make a token: (to hand out, its hash for the row)."""
    token = secrets.token_urlsafe(32)
    return token, token_hash(token)


def token_hash(token: str) -> bytes:
    """Give what the database keeps of a token."""
    return hashlib.sha256(token.encode()).digest()
