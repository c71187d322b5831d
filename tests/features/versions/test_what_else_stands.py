"""What stands on a version besides findings: in the map of who may read it, and of nobody else."""

from typing import Any

import pytest
from sqlalchemy import text

from tests.features.positions.counting import statements
from tests.features.versions.test_impact import impact
from tests.world import Someone, World
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.two_versions import TwoTexts

Both = tuple[World, TwoTexts]
Rows = list[tuple[str, str, str, str | None]]
SAID = {
    "stance": "disagree", "confidence": "high", "reasons": "CANARYSTANCE",
    "rests_on": [{"status": "reported"}],
}  # fmt: skip


def done(who: Someone, path: str, **body: Any) -> Any:
    """Do something by the API; gives its answer."""
    answer = post_json(who, path, **body)
    assert answer.is_success, answer.text
    return answer.json()


def recommended(who: Someone, review: str, *claims: str, file: bool = True) -> str:
    """Draft a recommendation on claims, and file it; gives its id."""
    made = done(
        who, f"/reviews/{review}/recommendations", text="CANARYADVICE", urgency="next_cycle",
        claims=list(claims),
    )  # fmt: skip
    if file:
        done(who, f"/recommendations/{made['id']}/file")
    return str(made["id"])


def stance(who: Someone, made: TwoTexts, review: str, claim: str) -> None:
    """Take a position on a claim of the first version, or on the conclusion."""
    path = f"/reviews/{review}/positions/{claim}"
    done(who, path, version_id=made.first.version_id, alone=SAID)


def released(who: Someone, made: TwoTexts, review: str, **more: Any) -> None:
    """Release the positions of a review on the first version, or take them back."""
    path = f"/reviews/{review}/release-positions"
    done(who, path, version_id=made.first.version_id, **more)


def begun(who: Someone, made: TwoTexts, review: str) -> str:
    """Begin a statement on the first version; gives its id."""
    made_of = done(who, f"/reviews/{review}/statement", version_id=made.first.version_id)
    return str(made_of["id"])


def shared(who: Someone, statement: str) -> None:
    """Write a section of a statement, and share it for comments."""
    body = {"text": "CANARYSTATED: it holds.", "revision": 0}
    done(who, f"/statements/{statement}/sections/rigour", **body)
    path = f"/statements/{statement}/share"
    done(who, path, days=7, nothing_withheld=True, hits_confirmed=True)


def of_kind(who: Someone, made: TwoTexts, kind: str) -> Rows:
    """Give (number, state, how, organisation) of one kind in somebody's map."""
    return [
        (row["number"], row["state"], row["how"], row["organisation"])
        for row in impact(who, made)["touched"]
        if row["kind"] == kind
    ]


def test_a_filed_recommendation_is_in_the_map_and_a_draft_is_its_own_organisations(
    published: Both,
) -> None:
    world, made = published
    recommended(world.reviewer_a, made.review_a, made.claims["3.1"])
    recommended(world.reviewer_a, made.review_a, made.claims["1.1"])  # did not change
    draft = recommended(world.reviewer_a, made.review_a, made.claims["3.1"], file=False)
    before = impact(world.coordinator, made)
    assert of_kind(world.coordinator, made, "recommendation") == [
        ("RM-ORGA-0001", "filed", "changed", "ORGA organisation")
    ]
    assert (before["kinds"], before["untouched"]) == ({"finding": 2, "recommendation": 1}, 3)
    own = {row[1] for row in of_kind(world.reviewer_a, made, "recommendation")}
    assert own == {"filed", "draft"}
    assert draft in str(impact(world.reviewer_a, made)), "the positive control"
    for other in (world.coordinator, world.author, world.auditor, world.reviewer_b):
        assert draft not in other.client.get(
            f"/api/v1/versions/{made.second.version_id}/impact"
        ).text, other.name  # fmt: skip
    assert of_kind(world.reviewer_b, made, "recommendation") == []
    assert "ORGA" not in str(of_kind(world.author, made, "recommendation"))
    done(world.reviewer_a, f"/recommendations/{draft}/withdraw")
    assert impact(world.coordinator, made) == before, "a draft that ended leaves no trace"
    read = [e for e in entries(world, action="report:impact:read") if e.outcome == "allowed"]
    assert {e.object for e in read} == {made.second.version_id}
    assert "CANARYADVICE" not in str([e.core for e in read])


def test_positions_are_an_organisations_own_until_they_are_released(published: Both) -> None:
    world, made = published
    empty = impact(world.coordinator, made)
    for claim in (made.claims["3.1"], made.claims["1.1"], "conclusion"):
        stance(world.reviewer_a, made, made.review_a, claim)
    basis = "The report alone"
    own = of_kind(world.reviewer_a, made, "position")
    assert [row[:3] for row in own] == [
        (basis, "current", "version"), (basis, "current", "changed"),
    ]  # fmt: skip
    assert impact(world.coordinator, made) == empty, "the publisher senses nothing of them"
    assert of_kind(world.reviewer_b, made, "position") == []
    released(world.lead_a, made, made.review_a)
    inside = of_kind(world.coordinator, made, "position")
    assert [row[1:] for row in inside] == [
        ("released", "version", "ORGA organisation"), ("released", "changed", "ORGA organisation"),
    ]  # fmt: skip
    assert {row[3] for row in of_kind(world.author, made, "position")} == {None}
    assert of_kind(world.reviewer_b, made, "position") == []
    stance(world.reviewer_a, made, made.review_a, made.claims["1.3"])
    assert len(of_kind(world.reviewer_a, made, "position")) == 3
    assert of_kind(world.coordinator, made, "position") == inside, "since then: not released"
    released(world.lead_a, made, made.review_a, withdraw=True)
    assert impact(world.coordinator, made) == empty
    read = entries(world, action="report:impact:read")
    assert {e.outcome for e in read} == {"allowed"}


def test_a_position_leads_to_where_each_side_reads_it(published: Both) -> None:
    world, made = published
    stance(world.reviewer_a, made, made.review_a, made.claims["3.1"])
    stance(world.reviewer_a, made, made.review_a, "conclusion")
    statement = begun(world.lead_a, made, made.review_a)
    recommended(world.reviewer_a, made.review_a, made.claims["3.1"], file=False)
    released(world.lead_a, made, made.review_a)
    shared(world.lead_a, statement)
    for someone in (world.reviewer_a, world.coordinator):
        rows = impact(someone, made)["touched"]
        assert {row["kind"] for row in rows} >= {"position", "statement"}
        for row in rows:
            assert someone.client.get(row["href"]).status_code == 200, (someone.name, row)


def test_a_statement_stands_on_the_version_as_a_whole_and_its_draft_is_its_own(
    published: Both,
) -> None:
    world, made = published
    empty = impact(world.coordinator, made)
    statement = begun(world.lead_a, made, made.review_a)
    other = begun(world.lead_b, made, made.review_b)
    (row,) = of_kind(world.reviewer_a, made, "statement")
    assert row[:3] == ("Draft statement", "draft", "version")
    assert other not in str(impact(world.reviewer_a, made))
    assert impact(world.coordinator, made) == empty, "the publisher senses no draft"
    shared(world.lead_a, statement)
    expected = [("Statement 1", "shared", "version", "ORGA organisation")]
    assert of_kind(world.coordinator, made, "statement") == expected
    assert of_kind(world.author, made, "statement") == [], "whose it is, an owner may not know"
    (own,) = of_kind(world.reviewer_a, made, "statement")
    assert own[:3] == ("Statement 1", "shared", "version")
    assert of_kind(world.auditor, made, "statement") == [], "auditors read what was released"
    said = str(impact(world.reviewer_b, made))
    assert (statement in said, other in said) == (False, True)
    said = str(impact(world.coordinator, made))
    assert (statement in said, other in said) == (True, False)
    assert "CANARYSTATED" not in str([e.core for e in entries(world, action="report:impact:read")])


def test_an_assurance_is_in_the_maps_of_its_organisation_and_of_those_who_oversee(
    published: Both,
) -> None:
    world, made = published
    one = done(world.coordinator, f"/reviews/{made.review_a}/assurances")["id"]
    expected = [("AS-ORGA-0001", "requested", "version", "ORGA organisation")]
    assert of_kind(world.coordinator, made, "assurance") == expected
    assert of_kind(world.reviewer_a, made, "assurance") == expected
    for nobody in (world.reviewer_b, world.author):
        view = impact(nobody, made)
        assert one not in str(view), nobody.name
        assert "assurance" not in view["kinds"], nobody.name
    wording = {
        "outcome": "affirmed", "text": "It is so.", "scope": "All.", "as_of": "2026-05-04",
        "signatory_id": world.author.id,
    }  # fmt: skip
    done(world.coordinator, f"/assurances/{one}/draft", **wording)
    ((alias, *rest),) = of_kind(world.author, made, "assurance")
    assert rest == ["requested", "version", None]
    assert alias.startswith("AS-"), "by the neutral alias"
    assert "ORGA" not in alias


def test_page_and_files_show_things_by_kind(published: Both) -> None:
    world, made = published
    recommended(world.reviewer_a, made.review_a, made.claims["3.1"])
    stance(world.reviewer_a, made, made.review_a, "conclusion")
    released(world.lead_a, made, made.review_a)
    done(world.coordinator, f"/reviews/{made.review_a}/assurances")
    kinds = ["finding", "finding", "recommendation", "position", "assurance"]
    assert [row["kind"] for row in impact(world.coordinator, made)["touched"]] == kinds
    base = f"/versions/{made.second.version_id}/impact"
    page = world.coordinator.client.get(base).text
    heads = [page.index(f'id="touched-{kind}"') for kind in dict.fromkeys(kinds)]
    assert heads == sorted(heads)
    assert "the conclusion" in page
    assert 'id="touched-statement"' not in page
    lines = world.coordinator.client.get(f"{base}/export").text.splitlines()[1:]
    assert [line.split(",")[0].strip('"') for line in lines] == kinds
    assert "The version changed" in lines[-1]
    whole = world.coordinator.client.get(f"/api/v1{base}/export").json()
    assert [row["kind"] for row in whole] == kinds
    (exported,) = [e for e in entries(world) if e.event == "ImpactExported"][:1]
    assert exported.object == made.second.version_id


@pytest.mark.parametrize("who", ["reviewer_a", "coordinator"])
def test_the_map_asks_as_much_of_many_things_as_of_few(published: Both, who: str) -> None:
    world, made = published
    someone = world.people[who]

    def sow(*claims: str) -> None:
        for claim in claims:
            recommended(world.reviewer_a, made.review_a, made.claims[claim])
            stance(world.reviewer_a, made, made.review_a, made.claims[claim])
            done(world.coordinator, f"/reviews/{made.review_a}/assurances")
        released(world.lead_a, made, made.review_a)

    sow("3.1")
    few = statements(world, lambda: impact(someone, made))  # type: ignore[arg-type]
    sow("1.3", "3.1", "1.3")
    view = impact(someone, made)
    assert view["kinds"]["recommendation"] == 4
    many = statements(world, lambda: impact(someone, made))  # type: ignore[arg-type]
    assert many == few


def test_findings_that_a_version_fixes_are_listed_to_who_may_read_them(published: Both) -> None:
    world, made = published
    path = f"/versions/{made.second.version_id}/differences"
    assert "fixed in this version" not in world.reviewer_a.client.get(path).text
    with world.owner.begin() as connection:
        connection.execute(
            text("UPDATE findings SET state = 'fixed', fixed_in = :version WHERE id IN (:a, :b)"),
            {
                "version": made.second.version_id,
                "a": made.findings["A-3.1"],
                "b": made.findings["B-3.1"],
            },
        )

    def fixed(who: Someone) -> list[tuple[str, str | None]]:
        view = who.client.get(f"/api/v1{path}").json()
        return [(one["number"], one["organisation"]) for one in view["fixed"]]

    assert fixed(world.reviewer_a) == [("FC-ORGA-0001", "ORGA organisation")]
    assert fixed(world.reviewer_b) == [("FC-ORGB-0001", "ORGB organisation")]
    assert [number for number, _ in fixed(world.coordinator)] == ["FC-ORGA-0001", "FC-ORGB-0001"]
    assert {name for _, name in fixed(world.author)} == {None}
    page = world.reviewer_a.client.get(path).text
    assert "Findings of yours fixed in this version" in page
    assert "ORGB" not in page
    refused = world.second_author.client.get(f"/api/v1{path}")
    assert refused.status_code == 404
    denied = [e for e in entries(world, outcome="denied") if e.object == made.second.version_id]
    assert [e.actor for e in denied] == [world.second_author.id]
