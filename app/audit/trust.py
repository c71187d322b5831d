"""Which keys the person who verifies trusts: the ones they give, or the ones they have pinned.

Here: the pin file. Not here: keys that come with a bundle; those are never trusted.
"""

from collections.abc import Iterable
from pathlib import Path

from app.audit.note import VerifierKey, parse_verifier_key


def default_pins() -> Path:
    """Return where pinned keys are kept when nothing else is said."""
    return Path.home() / ".config" / "vitrine" / "pinned-keys"


def read_pins(path: Path) -> list[VerifierKey]:
    """Return the keys of a pin file, one a line, `#` begins a comment.

    A file that is not there pins nothing. Raises NoteMalformed on a line that is not a key.
    """
    if not path.is_file():
        return []
    return parse_pins(path.read_text(encoding="utf-8").splitlines())


def parse_pins(lines: Iterable[str]) -> list[VerifierKey]:
    """Return the keys of the lines of a pin file."""
    texts = (line.partition("#")[0].strip() for line in lines)
    return [parse_verifier_key(text) for text in texts if text]
