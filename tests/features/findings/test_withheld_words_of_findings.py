"""Withheld words in what is written about findings, and where their places end."""

from typing import Any

from app.features.findings.tasks import route_finding
from tests.features.findings.situations import WRONG, answered, cleared, owned_by, say
from tests.worlds.doors import post_json
from tests.worlds.reports import PII, grant_internally
from tests.worlds.shared import SharedWorld


def _filed_on_withheld(world: SharedWorld, **more: Any) -> str:
    """File a finding on words that organisation A alone reads; gives its id."""
    first, last = world.span(world.reviewer_a, 2, PII)
    place = {"review_id": world.made.review_a, "page": 2, "word_from": first, "word_to": last}
    made = post_json(world.reviewer_a, "/findings", **{**WRONG, **place, **more})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def _end_grant(world: SharedWorld) -> None:
    world.change("UPDATE grants SET state = 'revoked' WHERE id = :g", g=world.made.grant_a)


def _bodies(view: Any) -> list[str | None]:
    return [message["body"] for message in view["messages"]]


def test_what_is_written_after_the_grant_stays_closed_to_the_uncleared(shared: SharedWorld) -> None:
    finding = _filed_on_withheld(shared, statement=f"{PII} has left.")
    route_finding(shared.worker, finding_id=finding)
    say(shared, shared.reviewer_a, finding, f"While it runs: {PII}")
    _end_grant(shared)
    say(shared, shared.reviewer_a, finding, f"After it: {PII}")
    path = f"/api/v1/findings/{finding}"
    assert _bodies(shared.coordinator.client.get(path).json()) == [None, None]
    cleared(shared, shared.approver)
    assert len(_bodies(shared.approver.client.get(path).json())) == 2
    assert None not in _bodies(shared.approver.client.get(path).json())


def test_a_contest_after_the_grant_stays_closed_to_the_uncleared(shared: SharedWorld) -> None:
    owned_by(shared, shared.author)
    cleared(shared, shared.author)
    finding = answered(shared)
    _end_grant(shared)
    made = post_json(shared.reviewer_a, f"/findings/{finding}/contest", reason=f"It was {PII}.")
    assert made.status_code == 200, made.text
    path = f"/api/v1/findings/{finding}"
    (response,) = shared.coordinator.client.get(path).json()["responses"]
    assert response["contested"] is None
    (response,) = shared.author.client.get(path).json()["responses"]
    assert response["contested"] == f"It was {PII}."
