"""The Dockerfile keeps its promises, as far as reading it can tell: there is no engine here."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def instructions() -> list[tuple[str, str]]:
    """Read the instructions, comments dropped and continued lines joined."""
    lines = [
        line for line in (ROOT / "Dockerfile").read_text().splitlines() if not line.startswith("#")
    ]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in joined.splitlines() if line]


def values(instructions: list[tuple[str, str]], name: str) -> list[str]:
    return [value for word, value in instructions if word == name]


def last_stage(instructions: list[tuple[str, str]]) -> list[tuple[str, str]]:
    starts = [index for index, (word, _) in enumerate(instructions) if word == "FROM"]
    return instructions[starts[-1] :]


def test_there_are_two_stages_on_a_tagged_base(instructions: list[tuple[str, str]]) -> None:
    bases = [value.split()[0] for value in values(instructions, "FROM")]
    assert bases == ["python:3.11-slim", "python:3.11-slim"]


def test_it_ends_as_a_user_without_rights(instructions: list[tuple[str, str]]) -> None:
    users = values(last_stage(instructions), "USER")
    assert users == ["10001:10001"]


def test_packages_come_by_hash_and_as_wheels_but_for_the_one_that_has_none(
    instructions: list[tuple[str, str]],
) -> None:
    [install] = [value for value in values(instructions, "RUN") if "pip install" in value]
    for option in ("--require-hashes", "--only-binary :all:", "--no-deps", "--no-cache-dir"):
        assert install.count(option) == install.count("pip install") == 2
    # What builds that one is locked too, and put in place before it.
    assert install.index("requirements-build.lock") < install.index("--no-build-isolation")
    lock = (ROOT / "requirements.lock").read_text()
    assert re.findall(r"--no-binary (\S+)", install) == ["pyvips"]
    assert re.search(r"^pyvips==\S+ \\\n\s+--hash=\S+\n\S", lock, re.M)  # one file: the source
    assert "--requirement requirements.lock" in install


def test_nothing_is_fetched_but_the_base_and_the_packages(
    instructions: list[tuple[str, str]],
) -> None:
    assert values(instructions, "ADD") == []
    words = " ".join(values(instructions, "RUN")).split()
    assert not {"curl", "wget", "git", "apt-get", "apt", "sudo", "cd"} & set(words)


def test_one_volume_holds_everything_that_changes(instructions: list[tuple[str, str]]) -> None:
    stage = last_stage(instructions)
    assert [json.loads(value) for value in values(stage, "VOLUME")] == [["/data"]]
    places = dict(re.findall(r"(\w+)=(\S+)", " ".join(values(stage, "ENV"))))
    assert places["DATA_DIR"] == places["HOME"] == "/data"
    assert places["TMPDIR"].startswith("/data/")


def test_no_program_is_loaded_from_the_volume(instructions: list[tuple[str, str]]) -> None:
    """The commands run with /data as working directory, which must not shadow a module."""
    stage = last_stage(instructions)
    assert values(stage, "WORKDIR") == ["/data"]
    places = dict(re.findall(r"(\w+)=(\S+)", " ".join(values(stage, "ENV"))))
    assert places["PYTHONSAFEPATH"] == "1"
    assert not places["PYTHONPATH"].startswith("/data")


def test_commands_are_given_as_lists_and_health_is_asked(
    instructions: list[tuple[str, str]],
) -> None:
    stage = last_stage(instructions)
    [health] = values(stage, "HEALTHCHECK")
    assert json.loads(health[health.index("[") :])[0] == "python"
    compile(json.loads(health[health.index("[") :])[2], "healthcheck", "exec")
    [entry], [command] = values(stage, "ENTRYPOINT"), values(stage, "CMD")
    assert json.loads(entry)[-1] == "app.cli.main"
    assert json.loads(command)[0] == "up"


def test_every_copied_thing_exists_and_is_let_through(instructions: list[tuple[str, str]]) -> None:
    allowed = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    copied = {
        source
        for value in values(instructions, "COPY")
        if "--from" not in value
        for source in value.split()[:-1]
    }
    assert copied == allowed
    assert all((ROOT / source).exists() for source in copied)


def test_no_secret_is_written_into_a_layer(instructions: list[tuple[str, str]]) -> None:
    written = " ".join(value for word, value in instructions if word in {"ENV", "ARG", "LABEL"})
    assert not re.search(r"(?i)secret|password|token|key", written)
