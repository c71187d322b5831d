"""A claim of which a reader can read nothing does not exist for them, on any door."""

from sqlalchemy import text

from app.access.claims import reference_of
from tests.features.claims.situations import HIDDEN, PARTLY, four_claims, register_of, rows_of
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.reports import SEC
from tests.worlds.shared import SharedWorld


def doors(world: SharedWorld) -> list[str]:
    """List every address at which a reviewer could hear of claims."""
    base = f"/versions/{world.made.version_id}"
    return [
        base,
        *(f"{base}/pages/{number}" for number in (1, 2, 3, 4)),
        *(f"/api/v1{base}/pages/{number}" for number in (1, 2, 3, 4)),
        f"/api/v1{base}",
        *(
            f"{base}/claims{rest}"
            for rest in ("", "?show=load", "/coverage", "/coverage?section=x")
        ),
        *(f"/api/v1{base}/claims{rest}" for rest in ("", "?show=evidence", "/coverage")),
        f"{base}/claims/export?format=csv",
        f"{base}/claims/export?format=yaml",
        f"/requests/new?review={world.made.review_b}",
    ]


def test_a_claim_that_is_withheld_whole_is_found_nowhere(shared: SharedWorld) -> None:
    hidden = four_claims(shared)[2]
    ((lineage,),) = shared.rows("SELECT lineage_id FROM claims WHERE id = :c", c=hidden)
    sought = {hidden, str(lineage), reference_of(str(lineage)), "7.3", "Pathway 7", HIDDEN}
    for path in doors(shared):
        answer = shared.reviewer_b.client.get(path)
        assert answer.status_code == 200, path
        found = {word for word in sought if word in answer.text}
        assert found == set(), (path, found)
    # Who may read the words hears of the claim: the doors above do carry it.
    for part in ("/claims", "/claims/export?format=csv", "/claims/export?format=yaml", "/pages/2"):
        path = f"/versions/{shared.made.version_id}{part}"
        assert HIDDEN in shared.reviewer_a.client.get(path).text, path
        assert HIDDEN in shared.author.client.get(path).text, path


def test_a_withheld_claim_and_a_missing_one_are_answered_alike(shared: SharedWorld) -> None:
    hidden = four_claims(shared)[2]
    for path in ("/claims/{}", "/api/v1/claims/{}", "/claims/{}/reader"):
        there = shared.reviewer_b.client.get(path.format(hidden))
        missing = shared.reviewer_b.client.get(path.format("clm_00000000000000000000"))
        assert there.status_code == missing.status_code == 404, path
        assert len(there.content) == len(missing.content), path
        assert shared.reviewer_a.client.get(path.format(hidden)).status_code in (200, 303)
    refused = entries(shared, action="report:claims:read", outcome="denied")
    assert len(refused) == 6


def test_positions_and_counts_are_of_what_one_sees(shared: SharedWorld) -> None:
    four_claims(shared)
    of_a, of_b = rows_of(shared, shared.reviewer_a), rows_of(shared, shared.reviewer_b)
    assert sorted(row["position"] for row in of_a) == [1, 2, 3, 4]
    assert sorted(row["position"] for row in of_b) == [1, 2, 3]
    view = register_of(shared, shared.reviewer_b)
    assert (view["total"], view["counts"]["load"]) == (3, 1)
    assert register_of(shared, shared.reviewer_a)["counts"]["load"] == 2


def test_a_claim_that_is_withheld_in_part_shows_what_the_edition_shows(
    shared: SharedWorld,
) -> None:
    partly = four_claims(shared)[1]
    (own,) = [row for row in rows_of(shared, shared.reviewer_b) if row["id"] == partly]
    assert not own["whole"]
    assert "█" in own["quote"]
    assert SEC not in str(own)
    (whole,) = [row for row in rows_of(shared, shared.reviewer_a) if row["id"] == partly]
    assert (whole["quote"], whole["whole"]) == (PARTLY, True)
    # A line never ends inside a black box: that would say how long a word under it is.
    assert own["rects"] != whole["rects"]


def test_outside_a_code_is_known_where_the_edition_prints_it(shared: SharedWorld) -> None:
    opened = four_claims(shared)[0]
    (inside,) = [row for row in rows_of(shared, shared.author) if row["id"] == opened]
    (outside,) = [row for row in rows_of(shared, shared.reviewer_a) if row["id"] == opened]
    assert (inside["code"], inside["pathway"]) == ("1.1", 1)
    assert outside["code"] == outside["reference"] == inside["reference"] != "1.1"
    assert outside["pathway"] is None
    assert (
        shared.reviewer_b.client.get(f"/api/v1/claims/{opened}").json()["row"]["code"]
        == (outside["code"])
    )


def test_the_second_wall_hides_the_same_claims(shared: SharedWorld) -> None:
    four_claims(shared)
    seen = {}
    for who in ("reviewer_a", "reviewer_b"):
        someone = shared.people[who]
        with shared.web.engine.begin() as connection:
            for key, value in (
                ("side", "reviewer"),
                ("organisation", someone.organisation_id),
                ("person", someone.id),
            ):
                connection.execute(
                    text("SELECT set_config(:k, :v, true)"), {"k": f"vitrine.{key}", "v": value}
                )
            codes = set(connection.execute(text("SELECT code FROM claims")).scalars())
            numbers = set(connection.execute(text("SELECT ordinal FROM pathways")).scalars())
        seen[who] = codes, numbers
    assert seen["reviewer_a"] == ({"1.1", "2.1", "3.1", "7.3"}, {1, 2, 3, 7})
    assert seen["reviewer_b"] == ({"1.1", "2.1", "3.1"}, {1, 2, 3})


def test_the_summary_of_an_edition_still_says_that_the_conclusion_is_touched(
    shared: SharedWorld,
) -> None:
    hidden = four_claims(shared)[2]
    shared.change("UPDATE claims SET load_bearing = (id = :c)", c=hidden)
    path = f"/api/v1/versions/{shared.made.version_id}/withheld/statement"
    of_b = shared.reviewer_b.client.get(path).json()
    assert (of_b["outcome"], of_b["touched"], of_b["claims"]) == ("touching", [], 0)
    assert "withheld whole, on page 2" in of_b["sentence"]
    of_a = shared.reviewer_a.client.get(path).json()
    assert (of_a["outcome"], of_a["claims"]) == ("beside", 1)


def test_a_reader_without_a_grant_is_told_of_no_register(shared: SharedWorld) -> None:
    four_claims(shared)
    path = f"/api/v1/versions/{shared.made.version_id}/claims"
    for who in ("responder", "auditor", "stress_tester", "administrator"):
        assert shared.people[who].client.get(path).status_code == 404, who
        assert shared.people[who].client.get(f"{path}/coverage").status_code == 404, who
    refused = entries(shared, action="report:claims:read", outcome="denied")
    assert len(refused) == 8
    assert shared.reviewer_a.client.get(path).status_code == 200
    assert [e.event for e in entries(shared, action="report:claims:read", outcome="allowed")]


def test_titles_of_pathways_are_read_by_whom_they_are_for(shared: SharedWorld) -> None:
    four_claims(shared)
    path = f"/versions/{shared.made.version_id}/pathways"
    guarded = {"number": 1, "title": f"Past the {SEC}"}
    stated = {"number": 2, "title": "Past the monitor", "nothing_withheld": True}
    assert post_json(shared.author, path, **guarded).status_code == 200
    assert post_json(shared.author, path, **stated).status_code == 200
    titles = {
        who: [g["pathway"]["title"] for g in register_of(shared, shared.people[who])["groups"]]
        for who in ("author", "reviewer_b")
    }
    assert titles["author"][:2] == [f"Past the {SEC}", "Past the monitor"]
    assert titles["reviewer_b"][:2] == [None, "Past the monitor"]
    assert post_json(shared.reviewer_a, path, **stated).status_code in (403, 404)
