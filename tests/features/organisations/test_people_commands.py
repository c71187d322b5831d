"""`vitrine provider | invite | person`: the administrator's pages for an operator."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli.main import build
from app.kernel.config import settings as shared_settings
from tests.worlds.signing_in import SigningIn

Run = Callable[..., Any]


@pytest.fixture
def vitrine(
    signing_in: SigningIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Run]:
    """Give the command line of the world's installation."""
    known = signing_in.world.web.settings
    monkeypatch.setenv("DATA_DIR", str(known.data_dir))
    monkeypatch.setenv("DATABASE_URL", known.database_url)
    monkeypatch.setenv("DATABASE_OWNER_URL", known.database_owner_url)
    monkeypatch.setenv("DATABASE_WORKER_URL", known.database_worker_url)
    monkeypatch.setenv("DATABASE_SEQUENCER_URL", known.database_sequencer_url)
    monkeypatch.setenv("VITRINE_PUBLIC_URL", known.public_url)
    monkeypatch.setenv("VITRINE_PROVIDER_NETWORKS", known.provider_networks)
    monkeypatch.setenv("VITRINE_CLIENT_SECRET", "a secret from the environment")
    shared_settings.cache_clear()

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(build(arguments[0]), list(arguments))

    yield run
    shared_settings.cache_clear()


def test_an_operator_adds_a_provider_and_invites_the_first_person(
    signing_in: SigningIn, vitrine: Run
) -> None:
    world, issuer = signing_in.world, signing_in.provider.issuer
    organisation = world.administrator.client.post(
        "/api/v1/organisations", json={"kind": "company", "code": "NEW", "name": "New one"}
    ).json()
    tried = vitrine("provider", "try", issuer)
    assert tried.exit_code == 0, tried.output
    added = vitrine(
        "provider", "add", issuer, "--organisation", "new", "--client-id", "vitrine", "--json"
    )
    assert added.exit_code == 0, added.output
    entry = json.loads(added.output)["entry"]
    invited = vitrine(
        "invite", "lead@example.test", "--organisation", "NEW", "--role", "lead", "--name", "Lead",
        "--json",
    )  # fmt: skip
    assert invited.exit_code == 0, invited.output
    token = json.loads(invited.output)["link"].rpartition("/")[2]
    signing_in.provider.claims.update(
        sub="lead", email="lead@example.test", email_verified=True, name="Lead"
    )
    new = SigningIn(world, signing_in.provider, entry)
    browser = new.browser()
    assert new.sign_in(browser, invitation=token).status_code == 303
    assert browser.get("/api/v1/session").json()["organisation_id"] == organisation["id"]
    entry_of_log = signing_in.entries("organisation:person:invite")[-1]
    assert (entry_of_log.outcome, entry_of_log.actor) == ("done", "system:operate")
    listed = vitrine("person", "list", "--json")
    assert "lead@example.test" in listed.output


def test_a_command_as_somebody_is_decided_like_their_request(
    signing_in: SigningIn, vitrine: Run
) -> None:
    world = signing_in.world
    asked = ("invite", "x@example.test", "--organisation", "ORGB", "--role", "reviewer")
    more = ("--name", "X", "--as")
    refused = vitrine(*asked, *more, "coordinator@example.test")
    assert refused.exit_code != 0
    entry = signing_in.entries("organisation:person:invite")[-1]
    assert (entry.outcome, entry.actor) == ("denied", world.coordinator.id)
    allowed = vitrine(*asked, *more, "administrator@example.test")
    assert allowed.exit_code == 0, allowed.output
    entry = signing_in.entries("organisation:person:invite")[-1]
    assert (entry.outcome, entry.actor) == ("done", world.administrator.id)


def test_an_unusable_provider_is_said_in_words(signing_in: SigningIn, vitrine: Run) -> None:
    signing_in.provider.metadata["code_challenge_methods_supported"] = ["plain"]
    tried = vitrine("provider", "try", signing_in.provider.issuer)
    assert tried.exit_code == 1
    assert "PKCE" in tried.output
