"""C2SP checkpoints: origin, size and root of the log, in three lines.

Here: the body of c2sp.org/tlog-checkpoint without extension lines. Not here: its signature
(`note`), how the root came about (`merkle`).
"""

from base64 import b64encode
from dataclasses import dataclass

from app.audit.merkle import HASH_SIZE
from app.audit.note import Note, NoteMalformed, check_name, parse_note, strict_base64

MAX_SIZE = 2**53 - 1


@dataclass(frozen=True)
class Checkpoint:
    """One state of one log."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the three-line body that is signed."""
        return f"{check_name(self.origin)}\n{self.size}\n{b64encode(self.root).decode()}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a three-line body; raise NoteMalformed on anything else, extension lines included."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise NoteMalformed("a checkpoint of this log has three lines")
    origin, size, root = lines[:3]
    if not (size.isascii() and size.isdigit()) or len(size) > 16 or str(int(size)) != size:
        raise NoteMalformed(f"not a tree size: {size[:32]!r}")
    if int(size) > MAX_SIZE:
        raise NoteMalformed(f"not a tree size: {size}")
    value = strict_base64(root)
    if len(value) != HASH_SIZE:
        raise NoteMalformed("a root has 32 bytes")
    return Checkpoint(check_name(origin), int(size), value)


def parse_signed_checkpoint(signed: bytes) -> tuple[Checkpoint, Note]:
    """Read a signed checkpoint without verifying its signatures; raise NoteMalformed."""
    note = parse_note(signed)
    return parse_checkpoint(note.text), note
