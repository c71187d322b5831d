"""`vitrine init`: a real installation, without demo data.

Here: keys, the settings file, the publisher, its sign-in and the way in for its first
administrator. They are made by the same services as the administrator's pages, so each step is
decided by the policies and recorded in the log.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ValidationError

from app.audit import signer
from app.cli.acting import operator_actor
from app.cli.runtime import SETTINGS_FILE, installation, read_settings_file
from app.db import migrate
from app.db.folder import prepare_folder
from app.features.organisations.providers import add_provider
from app.features.organisations.schemas import (
    AddProvider,
    CreateOrganisation,
    InvitationLink,
    InvitePerson,
)
from app.features.organisations.service import create_organisation, invite_person
from app.installation import open_for_worker
from app.kernel.config import Settings, settings
from app.kernel.errors import VitrineError
from app.transaction import begin


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """What an operator says once."""

    public_url: str
    log_key: Path
    publisher: CreateOrganisation
    provider: AddProvider
    administrator: InvitePerson


@dataclass(frozen=True)
class Begun:
    """What an operator must keep: the verifier's key, and the link that works once."""

    verifier_key: str
    invitation: InvitationLink


def default_log_key(public_url: str) -> Path:
    """Give the usual place of the log's signing key: outside any data folder."""
    base = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return base / "vitrine" / (urlsplit(public_url).hostname or "localhost") / "log.key"


def beginning(
    *,
    public_url: str,
    log_key: Path | None,
    publisher: dict[str, object],
    provider: dict[str, object],
    administrator: dict[str, object],
) -> Beginning:
    """Put together what was said; raises VitrineError that names what cannot be right."""
    try:
        return Beginning(
            public_url=public_url,
            log_key=log_key or default_log_key(public_url),
            publisher=CreateOrganisation.model_validate(publisher),
            provider=AddProvider.model_validate(provider),
            administrator=InvitePerson.model_validate(administrator),
        )
    except ValidationError as error:
        wrong = [f"{e['loc'][-1]}: {e['msg']}" for e in error.errors(include_input=False)]
        raise VitrineError(f"That cannot be right: {'; '.join(wrong)}") from error


def begin_installation(said: Beginning) -> Begun:
    """Make the installation in DATA_DIR, all of it or nothing that is in the way of a next try.

    Raises VitrineError when the folder is in use already or something said cannot be right.
    """
    folder = settings().data_dir.resolve()
    _refuse_wrong(said, folder)
    prepare_folder(folder)
    origin = f"{urlsplit(said.public_url).hostname}/log"
    if said.log_key.exists():  # of a first try that failed later
        signing = signer.load_or_create(said.log_key, origin=origin)
    else:
        signing = signer.create(said.log_key, origin=origin)
    path = folder / SETTINGS_FILE
    _write_settings(path, said, origin)
    try:
        read_settings_file()
        with installation() as known:
            migrate.upgrade(known.database_owner_url)
            link = _set_up(known, said)
    except BaseException:
        path.unlink()
        raise
    return Begun(signing.vkey, link)


def _refuse_wrong(said: Beginning, folder: Path) -> None:
    if (folder / SETTINGS_FILE).exists():
        raise VitrineError(f"{folder} is an installation already.")
    if (folder / "demo.json").exists():
        raise VitrineError(f"{folder} holds the demo: choose another DATA_DIR.")
    parts = urlsplit(said.public_url)
    local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if not (parts.scheme == "https" or (parts.scheme == "http" and local)) or not parts.hostname:
        raise VitrineError("The public address must begin with https:// (or be on localhost).")
    if folder in said.log_key.resolve().parents:
        raise VitrineError(
            "The signing key may not lie in the data folder: a copied folder would carry it away."
        )


def _write_settings(path: Path, said: Beginning, origin: str) -> None:
    lines = {
        "VITRINE_PUBLIC_URL": said.public_url.rstrip("/"),
        "VITRINE_LOG_KEY_PATH": str(said.log_key.resolve()),
        "VITRINE_LOG_ORIGIN": origin,
        # Beside the key: it must outlive the data folder, or an older log could come back unseen.
        "VITRINE_LOG_STATE_PATH": str(said.log_key.resolve().with_name("log-state.json")),
    }
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.writelines(f"{name}={value}\n" for name, value in lines.items())


def _set_up(known: Settings, said: Beginning) -> InvitationLink:
    opened = open_for_worker(known)
    try:
        with begin(opened, operator_actor()) as tx:
            publisher = create_organisation(tx, said.publisher)
            add_provider(tx, organisation_id=publisher.id, command=said.provider)
            link = invite_person(tx, organisation_id=publisher.id, command=said.administrator)
            tx.commit()
    finally:
        opened.engine.dispose()
    return link
