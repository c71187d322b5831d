"""The real reports that the main job runs on, and the rule that in CI nothing is skipped unseen."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ABSENT = pytest.StashKey[str]()
MUST_RUN = ("chromium", "corpus")  # what a skip's reason may not name in CI


def in_ci() -> bool:
    """Say whether this run decides about a landing."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def corpus_folder() -> Path:
    """Give the folder of real reports; VITRINE_CORPUS names another one."""
    return Path(os.environ.get("VITRINE_CORPUS") or ROOT.parent / "shared" / "corpus")


@pytest.fixture(scope="session")
def corpus(request: pytest.FixtureRequest) -> list[Path]:
    """Give the real reports, sorted by name; without them, loudly, an empty list.

    In CI their absence is a failure. A test that needs a file uses the demo's report instead.
    """
    found = sorted(corpus_folder().glob("*.pdf"))
    if not found:
        said = f"no reports in {corpus_folder()}: the demo's report stands in for the corpus"
        request.config.stash[ABSENT] = said
        if in_ci():
            pytest.fail(said)
    return found


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of a browser or corpus test into a failure in CI."""
    report = yield
    if report.skipped and in_ci() and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr)
        if item.get_closest_marker("browser") or any(w in reason.lower() for w in MUST_RUN):
            report.outcome = "failed"
            report.longrepr = f"skipped, which CI does not accept: {reason}"
    return report


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say loudly when the corpus is absent; the reports of skips are pytest's own."""
    if not any(corpus_folder().glob("*.pdf")):
        said = f"NO CORPUS: {corpus_folder()} has no reports; the demo's report stood in for them"
        terminalreporter.write_line(said, red=True, bold=True)
