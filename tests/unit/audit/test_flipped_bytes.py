"""Every byte of every file of a bundle, flipped: not one is accepted."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.audit import bundle
from app.audit.verify import verify


def _flips(content: bytes) -> Iterator[tuple[int, int]]:
    """Yield places and bits: all of a small file, a stride through every class of a large one.

    The second bit turns letters into those of the other case, which careless readers take.
    """
    if len(content) < 300:
        yield from ((at, bit) for at in range(len(content)) for bit in (0x01, 0x20))
    else:
        yield from ((at, 0x20 if at % 2 else 0x01) for at in range(0, len(content), 5))


@pytest.mark.parametrize("resealed", [False, True], ids=["sums kept", "sums rewritten"])
@pytest.mark.parametrize("scope", ["log", "slice"])
def test_no_flipped_byte_is_accepted(desk: Any, scope: str, resealed: bool) -> None:
    log = desk.small_log()
    files = log.log_files() if scope == "log" else log.slice_files("org_a")
    path = desk.write(files)
    # Whoever rewrites the sums can change the two files that only inform; nothing else.
    informing = {bundle.SUMS, bundle.README, bundle.KEY} if resealed else set()
    accepted, unnamed = [], []
    for name in sorted(set(files) - informing):
        for at, bit in _flips(files[name]):
            flipped = bytearray(files[name])
            flipped[at] ^= bit
            (path / name).write_bytes(flipped)
            if resealed:
                changed = desk.reseal({**files, name: bytes(flipped)})
                (path / bundle.SUMS).write_bytes(changed[bundle.SUMS])
            verdict = verify(path, keys=[log.key.verifier])
            if verdict.fault is None:
                accepted.append((name, at, bit))
            elif not verdict.fault.what or not verdict.fault.file:
                unnamed.append((name, at, bit))
        (path / name).write_bytes(files[name])
    (path / bundle.SUMS).write_bytes(files[bundle.SUMS])
    assert (accepted, unnamed) == ([], [])
    assert verify(path, keys=[log.key.verifier]).outcome == "intact"


@pytest.mark.parametrize("scope", ["log", "slice"])
def test_each_missing_or_shortened_file_is_named(desk: Any, scope: str) -> None:
    log = desk.log()
    files = log.log_files() if scope == "log" else log.slice_files("org_a")
    path = desk.write(files)
    for name, content in files.items():
        (path / name).unlink()
        missing = verify(path, keys=[log.key.verifier])
        (path / name).write_bytes(content[:-1])
        shortened = verify(path, keys=[log.key.verifier])
        (path / name).write_bytes(content)
        assert missing.fault is not None
        assert shortened.fault is not None
        assert missing.fault.file == shortened.fault.file == name
