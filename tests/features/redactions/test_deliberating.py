"""Approvers and proposers at one table: comments, history, groups decided together."""

from typing import Any

import pytest
from sqlalchemy import text

from tests.features.redactions.test_changing_marks import HERE, THERE, base, form, moved, post
from tests.features.redactions.test_changing_marks import proposed as proposal
from tests.world import Someone, World
from tests.worlds.entries import entries
from tests.worlds.reports import ImportedVersion, grant_internally

QUESTION = "Is the gatehouse named anywhere else?"


@pytest.fixture
def world(imported_world: tuple[World, ImportedVersion]) -> World:
    """Give a version that the approver reads wholly, and the second author without SEC."""
    world, version = imported_world
    grant_internally(world, version, world.approver)
    grant_internally(world, version, world.people["second_author"], "COM")
    return world


@pytest.fixture
def made(imported_world: tuple[World, ImportedVersion]) -> ImportedVersion:
    """Give that version."""
    return imported_world[1]


def groups(who: Someone, made: ImportedVersion) -> list[dict[str, Any]]:
    """List the groups as somebody."""
    found: list[dict[str, Any]] = who.client.get(f"/api/v1{base(made)}").json()
    return found


def test_proposer_and_approver_comment_and_others_do_not_read_it(
    world: World, made: ImportedVersion
) -> None:
    group = proposal(world, made)["group_id"]
    sent = form(world.approver, made, "/comment", group=group, comment=QUESTION)
    assert sent.headers["location"] == f"{base(made)}#group-{group}"
    assert post(world.author, made, "/comment", group=group, comment="Once.").status_code == 200
    (seen,) = groups(world.author, made)
    assert [one["text"] for one in seen["comments"]] == [QUESTION, "Once."]
    assert QUESTION in world.author.client.get(base(made)).text
    # The second author has not lifted SEC: there are comments, and not what they say.
    (masked,) = groups(world.people["second_author"], made)
    assert [one["text"] for one in masked["comments"]] == [None, None]
    for who in ("coordinator", "auditor"):
        assert groups(world.people[who], made)[0]["comments"] == []
        assert QUESTION not in world.people[who].client.get(base(made)).text
    done = entries(world, action="redaction:comment", outcome="done")
    assert [entry.actor for entry in done] == [world.approver.id, world.author.id]
    assert QUESTION not in str([(e.core, e.content) for e in done])


def test_nobody_else_comments_and_the_refusal_is_recorded(
    world: World, made: ImportedVersion
) -> None:
    group = proposal(world, made)["group_id"]
    for who, status in (("coordinator", 403), ("auditor", 403), ("reviewer_a", 404)):
        someone = world.people[who]
        said = {"group": group, "comment": QUESTION}
        assert post(someone, made, "/comment", **said).status_code == status
        refused = entries(world, action="redaction:comment", outcome="denied")
        assert refused[-1].actor == someone.id
    with world.owner.connect() as connection:
        count = text("SELECT count(*) FROM redaction_comments")
        assert connection.execute(count).scalar_one() == 0


def test_an_empty_comment_is_refused_beside_its_field(world: World, made: ImportedVersion) -> None:
    group = proposal(world, made)["group_id"]
    sent = form(world.approver, made, "/comment", group=group, comment=" ")
    assert sent.status_code == 422
    assert "This is needed." in sent.text


def test_the_history_says_who_proposed_moved_and_decided(
    world: World, made: ImportedVersion
) -> None:
    places = [{"page": 1, "rects": [HERE]}, {"page": 3, "rects": [HERE]}]
    mark = post(
        world.author, made, "", places=places, categories=["SEC"], character="A system",
        justification="It would help an attacker.",
    ).json()[0]  # fmt: skip
    moved(world, made, mark, THERE)
    decision = {"groups": [mark["group_id"]], "approve": True, "statement": True}
    assert post(world.approver, made, "/decide", **decision).status_code == 200
    (group,) = groups(world.coordinator, made)
    steps = [(step["what"], step["by"].lower(), step["marks"]) for step in group["history"]]
    assert steps == [
        ("Proposed a redaction", "author", 2),
        ("Moved or resized a redaction", "author", 1),
        ("Approved a redaction", "approver", 2),
    ]
    assert "Moved or resized a redaction" in world.coordinator.client.get(base(made)).text


def test_groups_of_one_reason_stand_together_and_are_approved_with_one_statement(
    world: World, made: ImportedVersion
) -> None:
    one = proposal(world, made)["group_id"]
    other = proposal(world, made, categories=["PII"], justification="A person.")["group_id"]
    third = proposal(world, made)["group_id"]
    assert [group["id"] for group in groups(world.approver, made)] == [one, third, other]
    page = world.approver.client.get(base(made)).text
    assert page.count('form="batch"') == 3
    bare = form(world.approver, made, "/decide", group=[one, third], decision="approve")
    assert bare.status_code == 422
    assert "An approval needs this statement." in bare.text
    assert bare.text.count(" checked>") == 2, "what was ticked is still ticked"
    none = form(world.approver, made, "/decide", decision="approve", statement="yes")
    assert "Tick the groups that you decide together." in none.text
    sent = form(
        world.approver, made, "/decide",
        group=[one, third], decision="approve", statement="yes",
    )  # fmt: skip
    assert sent.status_code == 303
    states = {group["id"]: group["state"] for group in groups(world.approver, made)}
    assert states == {one: "approved", third: "approved", other: "proposed"}
    done = entries(world, action="redaction:decide", outcome="done")
    assert len(done) == 2
    assert all(entry.facts["statement"] for entry in done)


def test_the_editor_shows_the_state_of_each_mark_with_a_legend(
    world: World, made: ImportedVersion
) -> None:
    group = proposal(world, made)["group_id"]
    refusal = {"groups": [group], "approve": False, "reason": "Too wide."}
    assert post(world.approver, made, "/decide", **refusal).status_code == 200
    proposal(world, made)
    page = world.author.client.get(f"{base(made)}/pages/1").text
    assert 'class="mark refused"' in page
    assert 'class="mark proposed"' in page
    assert "Refused: withholds nothing" in page
