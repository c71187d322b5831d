"""Requests that stand on what a version changes: to who asked, and to who may read them."""

from typing import Any

from sqlalchemy import text

from tests.features.versions.test_impact import impact
from tests.features.versions.test_what_else_stands import done, of_kind
from tests.world import Someone, World
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.two_versions import TwoTexts

Both = tuple[World, TwoTexts]


def asked(who: Someone, review: str, *, submit: bool = True, **basis: Any) -> str:
    """Ask about something of the first version; gives the request's id."""
    made = done(
        who, "/requests", review_id=review, type="explanation", question="CANARYASKED why?",
        purpose="CANARYPURPOSE", expected_form="short_text", basis=basis,
    )  # fmt: skip
    if submit:
        done(who, f"/requests/{made['id']}/submit")
    return str(made["id"])


def section(world: World, made: TwoTexts, title: str) -> str:
    """Give a section of the first version by its title."""
    with world.owner.connect() as connection:
        return str(
            connection.execute(
                text("SELECT section_id FROM section_titles WHERE version_id=:v AND title=:t"),
                {"v": made.first.version_id, "t": title},
            ).scalar_one()
        )


def mark(world: World, made: TwoTexts, code: str) -> str:
    """Give the redaction of a category of the first version."""
    with world.owner.connect() as connection:
        return str(
            connection.execute(
                text("SELECT id FROM redactions WHERE version_id = :v AND categories = :c"),
                {"v": made.first.version_id, "c": [code]},
            ).scalar_one()
        )


def test_a_request_is_listed_where_its_claim_section_passage_or_redaction_is_touched(
    published: Both,
) -> None:
    world, made = published
    who, review = world.reviewer_a, made.review_a
    touched = {
        asked(who, review, kind="claim", id=made.claims["3.1"]): "changed",
        asked(who, review, kind="section", id=section(world, made, "Old practice")): "gone",
        asked(who, review, kind="passage", page=3, words=(20, 24)): "lines",
        asked(who, review, kind="page", page=3): "lines",
    }
    steady = {
        asked(who, review, kind="claim", id=made.claims["1.1"]),
        asked(who, review, kind="section", id=section(world, made, "Conclusion")),
        asked(who, review, kind="redaction", id=mark(world, made, "SEC")),
        asked(who, review, kind="report"),
    }
    for reader in (world.reviewer_a, world.coordinator):
        rows = [row for row in impact(reader, made)["touched"] if row["kind"] == "request"]
        found = {row["id"]: row["how"] for row in rows}
        assert set(found) == set(touched), reader.name
        assert not set(found) & steady
        for request, how in touched.items():
            assert found[request] in (how, "lines"), (reader.name, how, found[request])
        assert {row["about"] for row in rows} == {"A claim", "A section", "A passage", "A page"}
    counts = {
        one["name"]: one["counts"] for one in impact(world.coordinator, made)["organisations"]
    }
    assert counts["ORGA organisation"]["request"] == 4
    page = world.coordinator.client.get(f"/versions/{made.second.version_id}/impact").text
    assert 'id="touched-request"' in page
    assert "CANARYASKED" not in page


def test_a_lifted_mark_touches_the_request_about_it(published: Both) -> None:
    world, made = published
    request = asked(world.reviewer_b, made.review_b, kind="redaction", id=mark(world, made, "PII"))
    assert of_kind(world.reviewer_b, made, "request") == [], "a bar in both, whatever is under it"
    inside = [row["id"] for row in impact(world.coordinator, made)["touched"]]
    assert request in inside, "who reads what is under it finds that it changed"


def test_requests_are_an_organisations_own_and_drafts_stay_inside(published: Both) -> None:
    world, made = published
    claim = made.claims["3.1"]
    before = impact(world.coordinator, made)
    draft = asked(world.reviewer_a, made.review_a, submit=False, kind="claim", id=claim)
    assert impact(world.coordinator, made) == before, "the publisher senses no draft"
    assert of_kind(world.reviewer_a, made, "request") == [
        ("", "draft", "lines", "ORGA organisation")
    ]
    for other in (world.reviewer_b, world.author, world.coordinator):
        assert draft not in str(impact(other, made)), other.name
    done(world.reviewer_a, f"/requests/{draft}/submit")
    done(world.coordinator, f"/requests/{draft}/take")
    ((number, state, _, _),) = of_kind(world.reviewer_a, made, "request")
    assert (number, state) == ("RQ-ORGA-0001", "in_progress"), "as its asker reads it"
    assert of_kind(world.coordinator, made, "request")[0][1] == "in_triage"
    assert of_kind(world.author, made, "request") == [], "it was not given to the author"
    assert of_kind(world.reviewer_b, made, "request") == []
    done(world.reviewer_a, f"/requests/{draft}/withdraw")
    assert of_kind(world.coordinator, made, "request") == []
    refused = post_json(world.reviewer_b, f"/requests/{draft}/submit")
    assert refused.status_code == 404
    read = entries(world, action="report:impact:read", outcome="allowed")
    assert "CANARYASKED" not in str([e.core for e in read])


def test_who_answers_a_part_learns_from_the_map_no_more_than_its_alias(published: Both) -> None:
    world, made = published
    request = asked(world.reviewer_a, made.review_a, kind="claim", id=made.claims["3.1"])
    done(world.coordinator, f"/requests/{request}/take")
    with world.owner.begin() as connection:
        connection.execute(text("UPDATE organisations SET names_itself_to_authors = true"))
        connection.execute(
            text(
                "UPDATE memberships SET roles = array_append(roles, 'responder')"
                " WHERE person_id = :person"
            ),
            {"person": world.author.id},
        )
    assigned = {"responder_id": world.author.id, "nothing_withheld": True}
    given = post_json(world.coordinator, f"/requests/{request}/assignment", **assigned)
    assert given.status_code == 200, given.text
    alias = world.author.client.get(f"/api/v1/requests/{request}").json()["alias"]
    map_of = impact(world.author, made)
    (row,) = [one for one in map_of["touched"] if one["kind"] == "request"]
    assert (row["id"], row["number"]) == (request, alias)
    assert (row["organisation"], row["organisation_id"]) == (None, None)
    named = {one["name"]: one["counts"] for one in map_of["organisations"]}
    assert named[None] == {"request": 1}
    assert named["ORGA organisation"] == {"finding": 1}, "it names itself with what it found"
    base = f"/versions/{made.second.version_id}/impact"
    for path in (base, f"{base}/export", f"/api/v1{base}"):
        shown = world.author.client.get(path)
        assert shown.status_code == 200, path
        assert "RQ-ORGA" not in shown.text, path
    assert "RQ-ORGA-0001" in world.coordinator.client.get(base).text
    assert entries(world, action="report:impact:read", outcome="allowed")
