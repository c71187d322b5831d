"""The companion review: the stress-testing team writes and releases as every organisation does."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.features.statements.situations import begun, commented, release_of, window_closed, wrote
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.reports import LEG, PII, review_with_grant, settle
from tests.worlds.shared import SharedWorld


def companion(world: SharedWorld) -> str:
    """Let the internal organisation review with everything lifted; gives its review."""
    review, _ = review_with_grant(world, world.made, "TEAM", preset="unredacted")
    with Session(world.owner) as session:
        session.execute(text("UPDATE reviews SET type = 'internal' WHERE id = :r"), {"r": review})
        session.commit()
    settle(world)
    return review


def test_the_companion_review_goes_the_same_way_from_draft_to_release(
    shared: SharedWorld,
) -> None:
    review = companion(shared)
    team = shared.stress_tester
    assert LEG in " ".join(" ".join(shared.words(team, page)) for page in (1, 2, 3))
    statement = begun(shared, team, review)
    wrote(shared, statement, f"{PII} and {LEG} matter.", who=team)
    view = team.client.get(f"/api/v1/reviews/{review}/statement").json()
    assert {one["topic"] for one in view["warnings"]} == {"rigour"}
    assert {code for one in view["warnings"] for code in one["categories"]} >= {"LEG", "PII"}
    for name in ("lead_a", "lead_b", "coordinator"):
        someone = shared.people[name].client
        assert someone.get(f"/reviews/{review}/statement").status_code in (403, 404), name
        assert someone.get(f"/statements/{statement}").status_code == 404, name
    wrote(shared, statement, "It holds.", revision=1, who=team)
    given = {"days": 7, "nothing_withheld": True}
    assert post_json(team, f"/statements/{statement}/share", **given).status_code == 200
    comment = commented(shared, statement, quote="It holds").json()["id"]
    window_closed(shared, statement)
    path = f"/statements/{statement}/comments/{comment}/decision"
    assert post_json(team, path, decision="adopted").status_code == 200
    body = release_of(shared, statement, team, nothing_withheld=True)
    assert post_json(team, f"/statements/{statement}/release", **body).status_code == 200
    read = shared.auditor.client.get(f"/api/v1/statements/{statement}").json()
    assert {one["topic"]: one["text"] for one in read["parts"]}["rigour"] == "It holds."
    appendix = shared.auditor.client.get(f"/api/v1/statements/{statement}/appendix").json()
    assert appendix["review"]["type"] == "internal"
    assert appendix["review"]["organisation_kind"] == "internal"
    # Released is released to the publisher: nobody else learns of it, not even that it is.
    for name in ("lead_a", "reviewer_b", "second_author", "internal_reader"):
        someone = shared.people[name].client
        assert someone.get(f"/statements/{statement}").status_code == 404, name
        assert statement not in someone.get("/statements").text, name
    assert shared.anonymous().get(f"/api/v1/statements/{statement}").status_code in (401, 404)
    done = [one.event for one in entries(shared, outcome="done") if one.object == statement]
    assert done == [
        "StatementShared", "StatementCommented", "CommentDecided", "StatementReleased",
    ]  # fmt: skip
