"""A long edition is read by the slower engine in another process; the verdict is the same."""

import sys
from collections.abc import Callable

import pytest

from app.rendering import binding, checkedapart, checkedtext, leakcheck
from tests.rendering.test_leak_checker import page

PAGES = [page(number) for number in range(1, checkedapart.LEAST_PAGES + 1)]
LONG = binding.write_pdf(PAGES)
SHORT = binding.write_pdf(PAGES[:-1])
Command = Callable[[str], None]


def check(pdf: bytes, *, words: list[str]) -> leakcheck.LeakReport:
    """Check a file against the words that each of its pages may hold."""
    pages = len(PAGES) if pdf is LONG else len(PAGES) - 1
    return leakcheck.check(pdf, permitted=[words] * pages, boxes=None, secrets=[])


@pytest.fixture
def by_another_program(monkeypatch: pytest.MonkeyPatch) -> Command:
    """Let the other process do something else."""

    def put(does: str) -> None:
        monkeypatch.setattr(checkedapart, "COMMAND", [sys.executable, "-c", does])

    return put


def not_here(_pdf: bytes, *, plain_font: bool) -> list[str]:
    """Stand where the engine is, for those who read in this process."""
    raise AssertionError(f"read in this process, with {plain_font=}")


@pytest.mark.parametrize(
    ("words", "passes"), [(["harbour", "lantern"], True), (["harbour"], False)]
)
def test_the_other_process_reads_every_letter(
    monkeypatch: pytest.MonkeyPatch, words: list[str], passes: bool
) -> None:
    monkeypatch.setattr(checkedtext, "by_pdfminer", not_here)
    found = check(LONG, words=words)
    assert "text by pdfminer.six" in found.checks
    assert found.passed is passes, found.findings
    assert passes or {one.page for one in found.findings if "pdfminer" in one.check} == set(
        range(1, len(PAGES) + 1)
    )


def test_a_short_one_is_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check(SHORT, words=["harbour", "lantern"]).passed
    monkeypatch.setattr(checkedtext, "by_pdfminer", not_here)
    found = check(SHORT, words=["harbour", "lantern"])
    assert [one.what for one in found.findings] == ["the file cannot be read"]


@pytest.mark.parametrize("does", ["raise SystemExit(1)", "import os; os.kill(os.getpid(), 9)"])
@pytest.mark.parametrize(
    ("words", "passes"), [(["harbour", "lantern"], True), (["harbour"], False)]
)
def test_what_the_other_process_does_not_deliver_is_read_here(
    by_another_program: Command, does: str, words: list[str], passes: bool
) -> None:
    by_another_program(does)
    assert check(LONG, words=words).passed is passes


def test_what_the_other_process_reads_counts(by_another_program: Command) -> None:
    by_another_program(f"import json; print(json.dumps(['harbourlanternx'] * {len(PAGES)}))")
    found = check(LONG, words=["harbour", "lantern"])
    assert {one.check for one in found.findings} == {"text by pdfminer.six"}
