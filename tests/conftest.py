"""What every test may ask for; each plugin says what it brings."""

import gc
import os
import re
import warnings
from collections.abc import Iterator

import pytest

from tests.turns import ROOT, has_turn

# Starlette's test client prefers a package that the locked httpx replaces; said once, at import.
with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message=".*httpx2.*")
    import fastapi.testclient  # noqa: F401 - imported here for its warning alone

pytest_plugins = [
    "tests.database",
    "tests.corpus",
    "tests.browsing",
    "tests.world",
    "tests.worlds.signing_in",
    "tests.worlds.snapshots",  # before what is made of it
    "tests.worlds.shared",
    "tests.worlds.doors",
]


def pytest_collection_finish() -> None:
    """Put what was imported out of the collector's sight: it stays, and is a large heap to walk."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


# What a feature keeps from whom has every third turn, how it goes otherwise every fifth; what is
# kept from whom over the whole product (tests/matrix, tests/abuse, tests/access) runs each time.
_KEEPS = re.compile(r"canar|paired|refus|kept|withheld|unnamed|decide")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let the files of the features take turns in `make test`, as tests/turns.py says."""
    kept, left = [], []
    for item in items:
        file = item.path.relative_to(ROOT)
        turns = file.parts[:2] == ("tests", "features")
        if turns:
            item.add_marker(pytest.mark.turns)
        of = 3 if _KEEPS.search(file.stem) else 5
        runs = not turns or not os.environ.get("VITRINE_TURNS") or has_turn(str(file), of=of)
        (kept if runs else left).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


@pytest.fixture(autouse=True)
def environment_stays() -> Iterator[None]:
    """Take back what a command that ran in this process put into its environment."""
    before = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    yield
    for name in [n for n in os.environ if n not in before and not n.startswith("PYTEST_")]:
        del os.environ[name]
    os.environ.update(before)
