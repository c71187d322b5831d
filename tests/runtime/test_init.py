"""A real installation begins with keys outside its data, a publisher, and one way in."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest

from app.audit.note import parse_verifier_key
from app.audit.signer import load
from app.cli.installing import begin_installation, beginning
from app.db.embedded import EmbeddedServer
from app.kernel.config import settings
from app.kernel.errors import VitrineError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a real OpenID provider on loopback; give an issuer of it."""
    environment = {
        **os.environ,
        "VITRINE_SECRET": "00" * 32,
        "DATA_DIR": str(tmp_path_factory.mktemp("provider")),
    }
    with socket.create_server(("127.0.0.1", 0)) as listener:
        child = subprocess.Popen(
            [sys.executable, "-m", "app.cli.main", "demo-provider", "--fd", str(listener.fileno())],
            cwd=ROOT,
            env=environment,
            pass_fds=(listener.fileno(),),
        )
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/meridian"
        child.terminate()
        child.wait()


def vitrine(*arguments: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "app.cli.main", *arguments],
        cwd=ROOT,
        env={**os.environ, "DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def initialise(folder: Path, **changed: str) -> "subprocess.CompletedProcess[str]":
    options = {
        "public-url": "http://localhost:8000",
        "publisher": "Example Publisher",
        "code": "EXA",
        "client-id": "vitrine",
        "client-secret": "a-client-secret",
        "email": "first@example.org",
        "name": "First Person",
        "log-key": str(folder.parent / "keys" / "log.key"),
        **{name.replace("_", "-"): value for name, value in changed.items()},
    }
    words = [part for name, value in options.items() for part in (f"--{name}", value)]
    return vitrine("init", "--json", *words, folder=folder)


def test_init_makes_an_installation_that_the_doctor_finds_sound(
    tmp_path: Path, provider: str
) -> None:
    folder = tmp_path / "var"
    done = initialise(folder, discovery_url=provider)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    signing = load(tmp_path / "keys" / "log.key")
    assert parse_verifier_key(said["key"]) == signing.verifier
    assert not any(path.name.endswith("log.key") for path in folder.rglob("*.key"))
    assert "a-client-secret" not in (folder / "vitrine.env").read_text()

    examined = vitrine("doctor", "--json", folder=folder)
    verdicts = {each["check"]: each["verdict"] for each in json.loads(examined.stdout)}
    assert examined.returncode == 0, examined.stdout
    assert verdicts["keys"] == verdicts["public address"] == "good"

    refuse_a_second_beginning(folder, provider)
    look_at_rows(folder, said["link"].rsplit("/", 1)[1])


def look_at_rows(folder: Path, token: str) -> None:
    server = EmbeddedServer(folder)
    server.start()
    try:
        with psycopg.connect(server.urls.owner.replace("+psycopg", "")) as connection:
            rows = connection.execute("SELECT token_hash, roles, email FROM invitations").fetchall()
            assert rows == [
                (sha256(token.encode()).digest(), ["administrator"], "first@example.org")
            ]
            kinds = connection.execute("SELECT kind, name FROM organisations").fetchall()
            assert kinds == [("publisher", "Example Publisher")]
            entries = connection.execute("SELECT action, actor FROM audit_entry").fetchall()
            assert set(entries) == {
                ("organisation:manage", "system:operate"),
                ("organisation:provider:manage", "system:operate"),
                ("organisation:person:invite", "system:operate"),
            }
            assert connection.execute("SELECT count(*) FROM reports").fetchone() == (0,)
    finally:
        server.stop()


def refuse_a_second_beginning(folder: Path, provider: str) -> None:
    again = initialise(folder, discovery_url=provider)
    assert again.returncode == 1
    assert "an installation already" in again.stderr
    demo = vitrine("demo", "--port", "0", folder=folder)
    assert demo.returncode == 6
    assert "is a real installation" in demo.stderr


def test_a_provider_that_does_not_answer_is_refused_and_a_second_try_is_possible(
    tmp_path: Path, provider: str
) -> None:
    folder = tmp_path / "var"
    refused = initialise(folder, discovery_url=provider.replace("meridian", "nobody"))
    assert refused.returncode == 1
    assert refused.stderr.strip().splitlines()[-1].startswith("vitrine: ")
    assert not (folder / "vitrine.env").exists()
    assert initialise(folder, discovery_url=provider).returncode == 0


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        ("must begin with https://", {"public_url": "http://reports.example.org"}),
        ("may not lie in the data folder", {"log_key": "var/log.key"}),
        ("code: String should match", {"code": "lower case"}),
        ("email: String should match", {"email": "nobody"}),
    ],
)
def test_what_cannot_be_right_is_refused_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, changed: dict[str, str]
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "var"))
    settings.cache_clear()
    said = {"public_url": "https://a.example", "log_key": "keys/log.key", "code": "EXA"}
    said = {"email": "first@example.org", **said, **changed}
    try:
        with pytest.raises(VitrineError, match=words):
            begin_installation(
                beginning(
                    public_url=said["public_url"],
                    log_key=tmp_path / said["log_key"],
                    publisher={"kind": "publisher", "code": said["code"], "name": "Example"},
                    provider={"address": "https://id.example.org", "client_id": "vitrine"},
                    administrator={"email": said["email"], "name": "N", "roles": ("lead",)},
                )
            )
    finally:
        settings.cache_clear()
    assert list(tmp_path.iterdir()) == []
