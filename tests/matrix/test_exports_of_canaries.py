"""What leaves the house in one piece: the bundles of the log and of an organisation's record."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.worker import sequencer_of
from tests.matrix.canary_world import CanaryWorld
from tests.matrix.crawling import everything_in
from tests.matrix.table import A
from tests.matrix.table import canaries as table

BUNDLES = {
    "auditor": ("/api/v1/log/exports", "/api/v1/log/export.zip"),
    "lead_a": ("/api/v1/record/exports", "/api/v1/record/export.zip"),
    "lead_b": ("/api/v1/record/exports", "/api/v1/record/export.zip"),
}


@contextmanager
def sequencing(world: CanaryWorld) -> Iterator[None]:
    """Let the log be ordered and signed, as the worker does."""
    stop, sequencer = threading.Event(), sequencer_of(world.worker.settings)
    thread = threading.Thread(target=sequencer.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=30)
        sequencer.close()


@pytest.fixture(scope="module")
def bundles(canaries: CanaryWorld) -> dict[str, str]:
    """Begin and fetch each export; gives all that each archive says, file names included."""
    said = {}
    with sequencing(canaries):
        for who, (begin, fetch) in BUNDLES.items():
            client = canaries.people[who].client
            assert client.post(begin).status_code == 201
            answer = client.get(fetch)
            assert answer.status_code == 200, answer.text
            said[who] = everything_in(answer)
    return said


def test_an_organisations_bundle_holds_nothing_of_anybody_elses(
    canaries: CanaryWorld, bundles: dict[str, str]
) -> None:
    for who in ("lead_a", "lead_b"):
        found = {c.name for c in table(canaries) if c.is_in(bundles[who])}
        own = {c.name for c in table(canaries) if who in c.allowed}
        # The core of an entry names its actor by an opaque id (AUDIT.md), never by name or address.
        own |= {someone.id for someone in canaries.people.values()}
        assert found - own == set(), who
        assert canaries.people[who].id in found, "it is not empty"


def test_an_organisation_finds_its_own_searches_in_its_bundle(bundles: dict[str, str]) -> None:
    assert "SEARCHED-REVIEWER_A" in bundles["lead_a"]
    assert "SEARCHED-REVIEWER_B" in bundles["lead_b"]


def test_the_auditors_bundle_holds_no_content_and_names_no_reader(
    canaries: CanaryWorld, bundles: dict[str, str]
) -> None:
    said = bundles["auditor"]
    texts = {c.name for c in table(canaries) if c.guarded}
    assert {name for name in texts if name in said} == set()
    assert canaries.coordinator.id in said, "governance is in it, by id"
    for who in canaries.people:
        assert f"NAMED {who.upper()}" not in said
        assert f"{who}@example.test" not in said


def test_nobody_else_begins_or_fetches_a_bundle(canaries: CanaryWorld) -> None:
    for who in set(canaries.people) - {"auditor"}:
        begin, fetch = BUNDLES["auditor"]
        assert canaries.people[who].client.post(begin).status_code in (403, 404), who
        assert canaries.people[who].client.get(fetch).status_code in (403, 404), who
    for who in A - {"lead_a"}:
        begin, fetch = BUNDLES["lead_a"]
        assert canaries.people[who].client.post(begin).status_code in (403, 404), who
        assert canaries.people[who].client.get(fetch).status_code in (403, 404), who
