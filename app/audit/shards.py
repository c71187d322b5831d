"""Origin shards: the names under which one key has signed one log, one after the other (I5).

A log that is not the one last seen is never signed on under its old name: somebody may hold a
checkpoint that contradicts it. The way on is a new origin, openly recorded.
"""

import re

from app.audit.note import VerifierKey

_NAME = re.compile(r"(?P<base>.+?)(?:/restored-(?P<number>[1-9][0-9]{0,5}))?")


def base_of(origin: str) -> str:
    """Give the name that the log began with."""
    return _split(origin)[0]


def next_origin(origin: str) -> str:
    """Give the name under which a log goes on after it was adopted."""
    base, number = _split(origin)
    return f"{base}/restored-{number + 1}"


def earlier(key: VerifierKey, origin: str) -> VerifierKey | None:
    """Give the key under the name it had in an earlier shard, or has now; None for other names."""
    (base, number), (own_base, own_number) = _split(origin), _split(key.name)
    return VerifierKey(origin, key.public) if base == own_base and number <= own_number else None


def _split(origin: str) -> tuple[str, int]:
    found = _NAME.fullmatch(origin)
    if found is None:  # a name with a line break: no key has it
        return origin, 0
    return found["base"], int(found["number"] or 0)
