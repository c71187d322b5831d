"""Every byte of every file of a bundle, flipped: not one is accepted."""

from typing import Any

import pytest

from app.audit import bundle
from app.audit.verify import verify


def _positions(content: bytes) -> range:
    """Every byte of a small file; of a large one, a stride that meets every class of byte."""
    return range(0, len(content), 1 if len(content) < 1500 else 7)


@pytest.mark.parametrize("resealed", [False, True], ids=["sums kept", "sums rewritten"])
@pytest.mark.parametrize("scope", ["log", "slice"])
def test_no_flipped_byte_is_accepted(desk: Any, scope: str, resealed: bool) -> None:
    log = desk.log()
    files = log.log_files() if scope == "log" else log.slice_files("org_a")
    path = desk.write(files)
    # Whoever rewrites the sums can change the two files that only inform; nothing else.
    informing = {bundle.SUMS, bundle.README, bundle.KEY} if resealed else set()
    accepted, unnamed = [], []
    for name in sorted(set(files) - informing):
        for at in _positions(files[name]):
            for bit in (0x01, 0x20):
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
