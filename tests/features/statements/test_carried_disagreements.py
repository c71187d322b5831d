"""A disagreement on a finding that was recorded is carried into the statement with both sides."""

from typing import Any

import pytest

from app.audit.statement import said_by, said_digest, verify_published
from app.audit.verify import Fault
from app.domain.statements import MISSING, VERDICTS
from tests.features.findings.situations import ANSWER, answered, routed
from tests.features.statements.situations import (
    begun,
    decided,
    release_of,
    released,
    righted,
    window_closed,
    wrote,
)
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
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


def test_an_approval_is_of_the_words_of_both_sides_too(shared: SharedWorld) -> None:
    righted(shared, "approval")
    finding = routed(shared, statement="The figure is 41.")
    body = {**ANSWER, "disposition": "clarified", "nothing_withheld": True}
    assert post_json(shared.author, f"/findings/{finding}/respond", **body).status_code == 200
    statement = begun(shared)
    points = [{"kind": "finding", "id": finding}]
    wrote(shared, statement, "We differ.", topic="disagreements", points_to=points)
    share = {"days": 7, "nothing_withheld": True, "hits_confirmed": True}
    assert post_json(shared.lead_a, f"/statements/{statement}/share", **share).is_success
    assert decided(shared, statement, "approved", shared.approver).status_code == 200
    said = "They concealed MOTHWING from us."
    path = f"/findings/{finding}/contest"
    assert post_json(shared.reviewer_a, path, reason=said, final=True).status_code == 200
    window_closed(shared, statement)
    refused = post_json(shared.lead_a, f"/statements/{statement}/seal")
    assert (refused.status_code, refused.json()["code"]) == (409, "publication-right")
    page = shared.lead_a.client.get(f"/reviews/{shared.made.review_a}/statement").text
    assert MISSING["changed"] in page
    assert post_json(shared.lead_a, f"/statements/{statement}/share", **share).is_success
    assert "MOTHWING" in shared.approver.client.get(f"/statements/{statement}").text
    assert decided(shared, statement, "approved", shared.approver).status_code == 200
    page = shared.lead_a.client.get(f"/reviews/{shared.made.review_a}/statement").text
    assert MISSING["changed"] not in page
    released(shared, statement)
    content, appendix, approved = _told(shared, statement)
    verify_published(appendix, content, approved)
    (disputed,) = [one for one in content["sections"] if one["references"]]
    disputed["references"][0]["note"] = "Other words."
    with pytest.raises(Fault, match="names another text"):
        verify_published(appendix, content, approved)


def _told(world: SharedWorld, statement: str) -> tuple[Any, Any, list[tuple[str, str]]]:
    """Give a statement and its appendix as they were signed, and what the log says of it."""
    content = world.lead_a.client.get(f"/statements/{statement}/files/json").json()
    appendix = world.lead_a.client.get(f"/api/v1/statements/{statement}/appendix").json()
    told = entries(world, action="statement:publication:decide", outcome="done")
    return content, appendix, [(VERDICTS["approved"], one.facts["text"]) for one in told]


def test_what_is_approved_covers_each_word_that_is_carried_and_shown() -> None:
    reference = {"kind": "finding", "id": "fnd_1", "label": "Finding 1", "note": "We found: “a”."}
    section = {"topic": "rigour", "text": "It holds.", "references": [reference]}
    change = {"topic": "rigour", "title": "Analytical rigour", "words": [["gone", "b"]]}
    update = {"edition": 1, "sha256": "0" * 64, "shown": True, "changes": [change]}
    old = {
        "statement": "stm_1", "version_id": "ver_1", "sections": [section], "file": None,
        "update": update,
    }  # fmt: skip
    signed_before = said_digest(
        "stm_1", "ver_1", [("rigour", "It holds.", [("finding", "fnd_1")])], None
    )
    assert said_by(old) == signed_before
    now = {**old, "carried": ["fnd_1"]}
    other_words = {**section, "references": [{**reference, "note": "We found: “c”."}]}
    other_update = {**update, "changes": [{**change, "words": [["gone", "d"]]}]}
    moved = {**now, "carried": [], "sections": [other_words]}
    assert said_by(moved) == said_by({**moved, "sections": [section]})  # its state moves by itself
    several = [now, {**now, "sections": [other_words]}, {**now, "update": other_update}, old, moved]
    assert len({said_by(one) for one in several}) == len(several)


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
