"""What a command needs around it: the database, the keys, the settings that name both.

Commands that only compute (redact, verify) need nothing from here.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.db.embedded import DatabaseUrls, EmbeddedServer
from app.db.folder import EmbeddedServerError, prepare_folder
from app.kernel.config import Settings
from app.kernel.config import settings as shared_settings
from app.kernel.keys import make_keys

URL_NAMES = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "DATABASE_WORKER_URL",
    "DATABASE_SEQUENCER_URL",
)
WORKER_ONLY = ("VITRINE_SOURCE_KEY", "DATABASE_WORKER_URL", "DATABASE_SEQUENCER_URL")
OWNER_ONLY = ("DATABASE_OWNER_URL",)
MAIL_SERVER = "VITRINE_SMTP_URL"
SETTINGS_FILE = "vitrine.env"


def read_settings_file() -> None:
    """Take what `init` wrote into the data folder, where the environment does not say otherwise."""
    shared_settings.cache_clear()
    path = shared_settings().data_dir / SETTINGS_FILE
    if path.is_file():
        for line in path.read_text().splitlines():
            name, equals, value = line.partition("=")
            if equals and name.startswith("VITRINE_"):
                os.environ.setdefault(name, value)
        shared_settings.cache_clear()


def uses_embedded(settings: Settings) -> bool:
    """Say whether this installation has the bundled PostgreSQL; half a set of URLs is refused."""
    given = {
        "DATABASE_URL": settings.database_url,
        "DATABASE_OWNER_URL": settings.database_owner_url,
        "DATABASE_WORKER_URL": settings.database_worker_url,
        "DATABASE_SEQUENCER_URL": settings.database_sequencer_url,
    }
    missing = [name for name, url in given.items() if not url]
    if missing and len(missing) < len(given):
        raise EmbeddedServerError(
            f"{', '.join(missing)} missing: set one URL for each role, or none for the bundled "
            "PostgreSQL"
        )
    return bool(missing)


@contextmanager
def installation() -> Iterator[Settings]:
    """Give the settings of this installation with database and keys in them.

    Joins the bundled PostgreSQL when it runs, else starts it for the length of the command. The
    settings of this process (`app.kernel.config.settings`) are the same ones inside.
    """
    settings = shared_settings()
    prepare_folder(settings.data_dir)
    if folder := os.environ.get("TMPDIR"):  # in a container with a read-only root: on the volume
        Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    server: EmbeddedServer | None = None
    urls: DatabaseUrls | None = None
    before = dict(os.environ)
    try:
        if uses_embedded(settings):
            server = EmbeddedServer(settings.data_dir)
            server.start()
            urls = server.urls
        make_keys(settings)
        os.environ.update(_environment(settings, urls))
        shared_settings.cache_clear()
        yield shared_settings()
    finally:
        os.environ.clear()
        os.environ.update(before)
        shared_settings.cache_clear()
        if server:
            server.stop()


def _environment(settings: Settings, urls: DatabaseUrls | None) -> dict[str, str]:
    named = {"DATA_DIR": str(settings.data_dir.resolve())}
    if urls:
        named |= dict(
            zip(URL_NAMES, (urls.web, urls.owner, urls.worker, urls.sequencer), strict=True)
        )
    return named


def environment_of_web() -> dict[str, str]:
    """Give this process's environment without what only the worker or the owner may have.

    Of the mail server it is told that there is one: its address can hold a password.
    """
    found = _without((*WORKER_ONLY, *OWNER_ONLY))
    return {**found, MAIL_SERVER: "known to the worker"} if found.get(MAIL_SERVER) else found


def environment_of_worker() -> dict[str, str]:
    """Give this process's environment without what only the owner may have."""
    return _without(OWNER_ONLY)


def _without(names: tuple[str, ...]) -> dict[str, str]:
    hidden = {*names, *(f"VITRINE_{name}" for name in names)}
    return {name: value for name, value in os.environ.items() if name not in hidden}
