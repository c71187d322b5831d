"""What the tests of the log have in common: signing it, fetching a bundle, verifying it."""

import shutil
from pathlib import Path
from zipfile import ZipFile

from httpx import Response

from app.audit.note import VerifierKey
from app.audit.signer import load_or_create
from app.audit.verify import Verdict, verify
from app.worker import sequencer_of
from tests.world import Someone
from tests.worlds.doors import post_json
from tests.worlds.shared import SharedWorld


def sign(world: SharedWorld) -> None:
    """Let the worker's sequencer take in and sign what waits."""
    sequencer = sequencer_of(world.web.settings)
    while sequencer.sequence_once():
        pass
    sequencer._engine.dispose()


def log_key(world: SharedWorld) -> VerifierKey:
    """Give the log's public key, as somebody obtained it elsewhere."""
    settings = world.web.settings
    return load_or_create(settings.log_key, origin=settings.log_origin).verifier


def exported(world: SharedWorld, someone: Someone, what: str) -> Response:
    """Begin an export (`log` or `record`), let it be signed, and fetch it."""
    begun = post_json(someone, f"/{what}/exports")
    assert begun.status_code == 201, begun.text
    sign(world)
    answer: Response = someone.client.get(begun.json()["href"])
    return answer


def unpacked(answer: Response, folder: Path) -> Path:
    """Keep a bundle that was handed out, and unpack it."""
    assert answer.status_code == 200, answer.text
    archive = folder.with_suffix(".zip")
    archive.write_bytes(answer.content)
    shutil.rmtree(folder, ignore_errors=True)
    with ZipFile(archive) as files:
        files.extractall(folder)
    return folder


def verdict_of(path: Path, *keys: VerifierKey) -> Verdict:
    """Verify a bundle as `vitrine audit verify --key …` does."""
    return verify(path, keys=keys)
