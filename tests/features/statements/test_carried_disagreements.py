"""A disagreement on a finding that was recorded is carried into the statement with both sides."""

from typing import Any

import pytest

from tests.features.findings.situations import ANSWER, answered, routed
from tests.features.statements.situations import begun, release_of, released, wrote
from tests.worlds.doors import post_json
from tests.worlds.reports import PII
from tests.worlds.shared import SharedWorld

HELD = "The table says otherwise, and we hold to it."


def disagreed(world: SharedWorld, statement: str = "The figure is 41.") -> str:
    """Have a finding of organisation A answered, and the disagreement recorded; gives its id."""
    finding = routed(world, statement=statement)
    body = {**ANSWER, "disposition": "clarified", "nothing_withheld": True}
    given = post_json(world.author, f"/findings/{finding}/respond", **body)
    assert given.status_code == 200, given.text
    made = post_json(world.reviewer_a, f"/findings/{finding}/contest", reason=HELD, final=True)
    assert made.status_code == 200, made.text
    return finding


def sections(world: SharedWorld) -> dict[str, Any]:
    view = world.lead_a.client.get(f"/api/v1/reviews/{world.made.review_a}/statement").json()
    return {one["topic"]: one for one in view["sections"]}


@pytest.mark.parametrize("form", ["md", "json"])
def test_both_sides_stand_in_what_is_signed_although_nobody_pointed_to_it(
    shared: SharedWorld, form: str
) -> None:
    finding = disagreed(shared)
    statement = begun(shared)
    wrote(shared, statement)
    (carried,) = sections(shared)["disagreements"]["points_to"]
    assert (carried["id"], carried["carried"]) == (finding, True)
    assert not sections(shared)["rigour"]["points_to"]
    released(shared, statement)
    said = shared.lead_a.client.get(f"/statements/{statement}/files/{form}").text
    for words in ("The figure is 41", ANSWER["explanation"].rstrip("."), HELD.rstrip(".")):
        assert words in said.replace("\\", "")


def test_a_finding_that_was_settled_is_not_carried(shared: SharedWorld) -> None:
    finding = answered(shared)
    made = post_json(shared.reviewer_a, f"/findings/{finding}/confirm")
    assert made.status_code == 200, made.text
    begun(shared)
    assert not sections(shared)["disagreements"]["points_to"]


def test_what_a_disagreement_repeats_is_warned_of_before_anybody_vouches(
    shared: SharedWorld,
) -> None:
    disagreed(shared, statement=f"{PII} did not do this.")
    statement = begun(shared)
    wrote(shared, statement)
    page = shared.lead_a.client.get(f"/reviews/{shared.made.review_a}/statement").text
    assert "repeats words that are withheld from the public" in page
    body = release_of(shared, statement, nothing_withheld=True)
    refused = post_json(shared.lead_a, f"/statements/{statement}/release", **body)
    assert set(refused.json()["fields"]) == {"hits_confirmed"}


def test_the_appendix_says_how_each_finding_ended(shared: SharedWorld) -> None:
    disagreed(shared)
    open_one = routed(shared)
    ((number,),) = shared.rows("SELECT number FROM findings WHERE id = :id", id=open_one)
    statement = begun(shared)
    wrote(shared, statement)
    released(shared, statement)
    said = shared.lead_a.client.get(f"/statements/{statement}/files/md").text.replace("\\", "")
    assert "Done: clarified, disagreement recorded" in said
    assert f"Finding {number}: waiting for author" in said
    assert said.index("The review was opened") < said.index("The first finding was filed")
