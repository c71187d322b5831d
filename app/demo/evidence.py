"""Evidence that comes with the demo's report: a transcript and a log of runs (`items/`).

What the report withholds stands there as well, and is marked with the same reasons.
"""

from dataclasses import dataclass
from pathlib import Path

_ITEMS = Path(__file__).with_name("items")


@dataclass(frozen=True, kw_only=True)
class AttachedFile:
    """A file attached to the demo's report, read like one that somebody uploads."""

    kind: str
    title: str
    file_name: str

    @property
    def content(self) -> bytes:
        """Give the file's bytes."""
        return (_ITEMS / self.file_name).read_bytes()


ATTACHED: tuple[AttachedFile, ...] = (
    AttachedFile(
        kind="text",
        title="From E-3: transcript of a session about the model’s replacement",
        file_name="run-14.txt",
    ),
    AttachedFile(
        kind="jsonl",
        title="From E-4: log of five runs with planted opportunities",
        file_name="runs.jsonl",
    ),
)
