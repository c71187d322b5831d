"""The register's filter *without position*: of what is released inside, of one's own outside."""

from typing import Any

from tests.features.findings.situations import cleared
from tests.features.positions.counting import statements
from tests.features.positions.situations import BODY, claims, keep, release
from tests.worlds.entries import entries
from tests.worlds.shared import SharedWorld


def register(world: SharedWorld, who: str, show: str = "position") -> Any:
    """Read the register of the version by the API."""
    path = f"/api/v1/versions/{world.made.version_id}/claims"
    answer = world.people[who].client.get(path, params={"show": show})
    assert answer.status_code == 200, answer.text
    return answer.json()


def listed(world: SharedWorld, who: str) -> set[str]:
    """Give the claims that somebody's register lists as without position."""
    return {row["id"] for group in register(world, who)["groups"] for row in group["rows"]}


def test_what_is_not_released_never_changes_what_the_publisher_sees(shared: SharedWorld) -> None:
    first, second = claims(shared)
    for who in ("coordinator", "auditor"):
        cleared(shared, shared.people[who])
    watching = ("coordinator", "author", "auditor")
    before = {who: register(shared, who) for who in watching}
    counted = {who: statements(shared, lambda w=who: register(shared, w)) for who in watching}
    assert before["author"]["counts"]["position"] == 2
    keep(shared, first, alone=BODY, shared=BODY)
    keep(shared, second, "lead_a", alone=BODY)
    assert {who: register(shared, who) for who in watching} == before
    again = {who: statements(shared, lambda w=who: register(shared, w)) for who in watching}
    assert again == counted
    page = shared.author.client.get(f"/versions/{shared.made.version_id}/claims?show=position").text
    assert first in page
    # The positive control: whose they are sees it at once, and the others when it is released.
    assert listed(shared, "reviewer_a") == set()
    assert release(shared).is_success
    assert all(listed(shared, who) == set() for who in watching)
    assert release(shared, withdraw=True).is_success
    assert all(listed(shared, who) == {first, second} for who in watching)


def test_an_organisation_is_asked_for_its_own_positions_alone(shared: SharedWorld) -> None:
    first, second = claims(shared)
    keep(shared, first, alone=BODY)
    assert release(shared).is_success
    assert listed(shared, "reviewer_a") == {second}
    assert listed(shared, "reviewer_b") == {first, second}
    assert register(shared, "reviewer_b")["counts"]["position"] == 2
    told = entries(shared, action="report:claims:read", outcome="allowed")
    assert {entry.event for entry in told} == {"ClaimsRead"}


def test_who_may_not_compare_positions_is_not_offered_the_filter(shared: SharedWorld) -> None:
    claims(shared)
    cleared(shared, shared.internal_reader)
    found = register(shared, "internal_reader")
    assert "position" not in found["counts"]
    assert found["shown"] == found["total"] == 2  # asked for all the same: shown everything
