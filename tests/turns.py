"""Whose turn it is: what would be too much for each run is done in parts, another part per commit.

`make test-slow` does all of it.
"""

import os
import subprocess
from functools import lru_cache
from pathlib import Path
from zlib import crc32

ROOT = Path(__file__).resolve().parents[1]


def has_turn(name: str, *, of: int) -> bool:
    """Say whether a thing is looked at in this run, one of `of` parts; the same for one commit."""
    return bool(os.environ.get("VITRINE_WHOLE")) or crc32(name.encode()) % of == _commits() % of


@lru_cache(maxsize=1)
def _commits() -> int:
    """Count the commits up to this one; 0 where there is no repository."""
    counting = ["git", "-C", str(ROOT), "rev-list", "--count", "HEAD"]
    try:
        said = subprocess.run(counting, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    return int(said)
