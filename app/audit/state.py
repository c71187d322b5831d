"""What the sequencer last signed, kept outside the database (I5).

Here: one small file, replaced atomically and synced, with what was signed and what is about to be.
Not here: what follows from it (`sequencer`).

The intent is written before the batch commits, because the checkpoint is public from the commit on.
After a crash in between, the same batch is made again, leaf for leaf: the log never signs two
different trees of one size.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID


class StateUnreadable(RuntimeError):
    """The file is damaged."""


@dataclass(frozen=True)
class Intent:
    """A batch that was about to commit: its entries in order, its time and the tree it makes."""

    batch: int
    unix_ms: int
    slots: int
    entries: tuple[UUID, ...]
    size: int
    root: bytes


@dataclass(frozen=True)
class SignedState:
    """The last signed tree of `origin`, and the intent that may or may not have committed."""

    origin: str
    size: int
    root: bytes
    intent: Intent | None = None


def read_state(path: Path) -> SignedState | None:
    """Return the state, None when there is no file; raise StateUnreadable when it is damaged."""
    try:
        text = path.read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    try:
        fields = json.loads(text)
        intent = fields["intent"]
        return SignedState(
            origin=str(fields["origin"]),
            size=int(fields["size"]),
            root=bytes.fromhex(fields["root"]),
            intent=intent
            and Intent(
                batch=int(intent["batch"]),
                unix_ms=int(intent["unix_ms"]),
                slots=int(intent["slots"]),
                entries=tuple(UUID(entry) for entry in intent["entries"]),
                size=int(intent["size"]),
                root=bytes.fromhex(intent["root"]),
            ),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise StateUnreadable(f"{path} is damaged") from error


def write_state(path: Path, state: SignedState) -> None:
    """Replace the file so that a crash leaves either the old or the new one, both whole."""
    intent = state.intent
    fields = {
        "intent": intent
        and {
            "batch": intent.batch,
            "entries": [str(entry) for entry in intent.entries],
            "root": intent.root.hex(),
            "size": intent.size,
            "slots": intent.slots,
            "unix_ms": intent.unix_ms,
        },
        "origin": state.origin,
        "root": state.root.hex(),
        "size": state.size,
    }
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with os.fdopen(os.open(draft, flags, 0o600), "w", encoding="ascii") as file:
        json.dump(fields, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
