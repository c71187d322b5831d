"""What every test may ask for; each plugin says what it brings."""

import warnings

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
    "tests.worlds.shared",
    "tests.worlds.snapshots",
    "tests.worlds.doors",
]
