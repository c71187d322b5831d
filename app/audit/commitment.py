"""The bytes that the log commits to: facets, entry leaves, slot leaves, heads leaves.

Here: AUDIT.md 3.3 byte for byte. Not here: the tree over the leaves (`merkle`), which slots an
entry belongs to (`slices`).

    commit(f, salt, b) = SHA-256("vitrine/" f "/1" 00 || salt16 || b)
    entry leaf data    = 01 || commit(core) || commit(personal) || commit(content)      97 bytes
    heads leaf data    = 02 || u64 batch || u64 unix ms || u32 slots || slots root      53 bytes
    slot leaf data     = 03 || nonce32 || u32 slot || u64 count || slice root           77 bytes
    nonce              = HMAC-SHA-256(slot key, u64 batch || u32 slot)
"""

import hmac
import struct
from hashlib import sha256
from typing import Final, Literal

Facet = Literal["core", "personal", "content"]

FACETS: Final[tuple[Facet, ...]] = ("core", "personal", "content")
SALT_SIZE: Final = 16
RECORD_SIZE: Final = 97
SLOT_KEY_SIZE: Final = 32
HMAC_BLOCK: Final = 64

_PREFIX: Final = {facet: b"vitrine/" + facet.encode() + b"/1\x00" for facet in FACETS}


def commit(facet: Facet, salt: bytes, body: bytes) -> bytes:
    """Return the salted commitment to one facet's canonical bytes."""
    if len(salt) != SALT_SIZE:
        raise ValueError(f"a salt has {SALT_SIZE} bytes")
    return sha256(_PREFIX[facet] + salt + body).digest()


def entry_leaf(core: bytes, personal: bytes, content: bytes) -> bytes:
    """Return the leaf data of an entry from its three commitments."""
    leaf = b"\x01" + core + personal + content
    if len(leaf) != RECORD_SIZE:
        raise ValueError("a commitment has 32 bytes")
    return leaf


def heads_leaf(*, batch: int, unix_ms: int, slots: int, slots_root: bytes) -> bytes:
    """Return the leaf data of the heads record that ends a batch."""
    return struct.pack(">BQQI32s", 2, batch, unix_ms, slots, slots_root)


def slot_leaf(*, nonce: bytes, slot: int, count: int, root: bytes) -> bytes:
    """Return the leaf data of one organisation's place in the slots tree."""
    return struct.pack(">B32sIQ32s", 3, nonce, slot, count, root)


def slot_nonce(slot_key: bytes, *, batch: int, slot: int) -> bytes:
    """Return the nonce that keeps an unchanged slot from looking unchanged to its neighbours."""
    return hmac.digest(slot_key, struct.pack(">QI", batch, slot), "sha256")


def slot_pads(slot_key: bytes) -> tuple[bytes, bytes]:
    """Return the inner and outer padded keys of HMAC-SHA-256 (64 bytes each).

    With them the database can compute one organisation's nonce from `sha256()` alone.
    """
    block = slot_key.ljust(HMAC_BLOCK, b"\x00")
    return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)
