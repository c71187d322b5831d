"""Damaged copies of real and hostile files: taken or refused with a reason, never anything else."""

import random
from pathlib import Path

import pytest

from app.rendering.refusals import SourceRefused
from app.rendering.sandbox import (
    Limits,
    build_pages,
    extract_outline,
    extract_pages,
    inspect_source,
    survey_source,
)
from app.rendering.shapes import PageJob
from tests.rendering import adversarial_more  # noqa: F401 -- registers its cases
from tests.rendering.adversarial import CASES

LIMITS = Limits(cpu_seconds=20, wall_seconds=30)
IN_EVERY_RUN = 4
ALL = 300
TOKENS = (b"obj", b"endstream", b"/Kids", b"/Length", b"/Type", b"R", b"<<", b">>", b"stream", b"0")


def mutated(source: bytes, seed: int) -> bytes:
    """Damage a file: bytes changed, cut out, doubled, swapped, tokens put where they do not go."""
    chance = random.Random(seed)
    data = bytearray(source)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(data))
        length = chance.randint(1, min(400, len(data)))
        kind = chance.randrange(6)
        if kind == 0:
            data[at] = chance.randrange(256)
        elif kind == 1:
            del data[at : at + length]
        elif kind == 2:
            data[at:at] = data[at : at + length]
        elif kind == 3:
            data[at:at] = chance.choice(TOKENS)
        elif kind == 4:
            token = chance.choice(TOKENS)
            place = data.find(token, at)
            if place >= 0:
                data[place : place + len(token)] = chance.choice(TOKENS)
        else:
            data = data[: max(20, at)] if chance.random() < 0.2 else data
    return bytes(data)


def go_through(source: bytes) -> str:
    """Do with a file what an import and a build do; gives what became of it."""
    try:
        facts = inspect_source(source, limits=LIMITS)
        assert 0 < facts.pages <= LIMITS.max_pages
        survey_source(source, limits=LIMITS)
        extract_outline(source, limits=LIMITS)
        last = min(3, facts.pages)
        pages = list(extract_pages(source, first=1, last=last, limits=LIMITS))
        assert [page.number for page in pages] == list(range(1, last + 1))
        jobs = [PageJob(page.number, (), page.words) for page in pages]
        built = list(build_pages(source, pages=jobs, dpi=50, limits=LIMITS))
        assert len(built) == last
    except SourceRefused as refusal:
        assert refusal.message
        return refusal.reason
    return "taken"


def originals(corpus: list[Path]) -> list[bytes]:
    """Give the files to damage: a sample of the hostile ones and the real reports."""
    made = [case.make("Quillfeather") for case in CASES[::3]]
    return made + [path.read_bytes() for path in corpus[:2]]


@pytest.mark.parametrize("seed", range(IN_EVERY_RUN))
def test_a_damaged_file_is_taken_or_refused(seed: int, corpus: list[Path]) -> None:
    files = originals(corpus)
    assert go_through(mutated(files[seed % len(files)], seed))


@pytest.mark.slow
def test_a_few_hundred_damaged_files_are_taken_or_refused(corpus: list[Path]) -> None:
    files = originals(corpus)
    ends = [go_through(mutated(files[seed % len(files)], seed)) for seed in range(ALL)]

    # Both must have happened often, or the damage proves nothing.
    assert 20 < ends.count("taken") < ALL - 20
    assert "crashed" not in ends
