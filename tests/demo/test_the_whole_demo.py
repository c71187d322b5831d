"""`make run` as a newcomer meets it: everything started, the demo loaded to its last scene."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that the user who runs the bundled PostgreSQL can reach, too."""
    made = Path(tempfile.mkdtemp(prefix="vitrine-demo-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


def start(folder: Path, port: int) -> "subprocess.Popen[str]":
    environment = {**os.environ, "DATA_DIR": str(folder / "var"), "PORT": str(port)}
    for name in [one for one in environment if one.startswith("VITRINE_")]:
        del environment[name]
    with (folder / "said").open("w") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "app.cli.main", "demo", "--json"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        )


def ready(demo: "subprocess.Popen[str]", folder: Path) -> dict[str, str]:
    """Wait for the line that says where one signs in; the process ends when the demo fails."""
    assert demo.stdout is not None
    for line in demo.stdout:
        said = json.loads(line)
        if said.get("ready") == "demo":
            addresses: dict[str, str] = said["addresses"]
            return addresses
    pytest.fail(f"the demo ended before it was ready: {(folder / 'said').read_text()[-3000:]}")


def stop(demo: "subprocess.Popen[str]") -> int:
    demo.send_signal(signal.SIGINT)
    demo.communicate(timeout=60)
    return demo.returncode


def test_the_demo_is_loaded_to_its_last_scene_and_a_persona_signs_in(folder: Path) -> None:
    demo = start(folder, free_port())
    try:
        said = ready(demo, folder)
        with httpx.Client(follow_redirects=True, timeout=30) as browser:
            people = browser.get(said["sign_in"]).text
            assert "Northlight Evaluations" in people
            portal = browser.get(said["portal"])
            assert portal.status_code == 200
            assert re.search("Sign in", portal.text)
    finally:
        ended = stop(demo)
    assert ended == 0
