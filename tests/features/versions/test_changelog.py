"""What changed from version to version, to each by their own editions, and no word beyond them."""

from typing import Any

from sqlalchemy import text

from tests.features.versions.test_carrying_claims_on import matching, one
from tests.features.versions.test_impact import REASON, decide
from tests.world import Someone, World
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.reports import grant_internally, settle
from tests.worlds.two_versions import GUARDED, NAMED, PUT_IN, SEALED, TwoTexts

Both = tuple[World, TwoTexts]
HIDDEN_FROM_B = (*SEALED, GUARDED, *(name.split()[1] for name in NAMED))


def changelog(who: Someone, made: TwoTexts) -> dict[str, Any]:
    """Read the changelog of the second version as somebody."""
    answer = who.client.get(f"/api/v1/versions/{made.second.version_id}/changelog")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def step(who: Someone, made: TwoTexts) -> dict[str, Any]:
    """Give its one step."""
    (found,) = changelog(who, made)["steps"]
    return dict(found)


def ways_out(who: Someone, made: TwoTexts) -> dict[str, str]:
    """Give what leaves by each way out, by its address."""
    base = f"/versions/{made.second.version_id}/changelog"
    paths = (base, f"{base}.md", f"/api/v1{base}", f"/api/v1{base}.md")
    found = {path: who.client.get(path) for path in paths}
    assert {answer.status_code for answer in found.values()} == {200}
    return {path: answer.text for path, answer in found.items()}


def carry(world: World, made: TwoTexts, code: str) -> str:
    """Carry a claim on to the first place proposed for it; gives its new id."""
    claim = one(matching(world.author, made), code)
    place = claim["places"][0]
    body = {"claim": claim["id"], "page": place["page"], "rects": place["rects"]}
    answer = post_json(world.author, f"{made.matching}/claim", **body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["claims"][0])


def allow_copies(world: World, made: TwoTexts, *versions: str) -> None:
    """Let organisation A take copies of these versions."""
    with world.owner.begin() as connection:
        connection.execute(
            text(
                "UPDATE grants SET handling = 'download' WHERE organisation_id = :a"
                " AND version_id = ANY(:versions)"
            ),
            {"a": world.organisations["ORGA"], "versions": list(versions)},
        )


def test_an_organisation_reads_what_changed_in_its_own_editions(published: Both) -> None:
    world, made = published
    view = changelog(world.reviewer_b, made)
    assert (view["own"], view["total"], view["version_number"]) == (True, 1, 2)
    found = step(world.reviewer_b, made)
    assert (found["state"], found["number"], found["earlier_number"]) == ("ready", 2, 1)
    past = f"/api/v1/versions/{made.second.version_id}/changelog?page=9"
    assert world.reviewer_b.client.get(past).json()["page"] == 1, "the last page there is"
    standings = {one["title"]: one["standing"] for one in found["sections"]}
    assert standings == {"Scope": "new", "Costs": "changed", "Old practice": "gone"}
    costs = next(part for part in found["sections"] if part["title"] == "Costs")
    assert {piece["kind"]: piece["text"] for piece in costs["pieces"]} == {
        "gone": "board", "new": "council"
    }  # fmt: skip
    assert found["words"] == "", "the authors' own words are the publisher's"
    assert step(world.author, made)["words"] == "The scope comes first now."
    (read,) = [e for e in entries(world) if e.event == "ChangelogRead"][:1]
    assert (read.outcome, read.object) == ("allowed", made.second.version_id)


def test_no_way_out_tells_what_is_withheld_from_who_reads(published: Both) -> None:
    world, made = published
    for path, said in ways_out(world.reviewer_b, made).items():
        for word in HIDDEN_FROM_B:
            assert word not in said, (path, word)
        assert "comes first now" not in said, path
    said = ways_out(world.author, made)[f"/api/v1/versions/{made.second.version_id}/changelog"]
    assert SEALED[1] in said, "the positive control: it changed for who reads all"
    assert NAMED[1].split()[1] in said
    own = ways_out(world.reviewer_a, made)[f"/versions/{made.second.version_id}/changelog"]
    assert NAMED[1].split()[1] in own, "A has PII lifted, and reads that it changed"
    assert SEALED[1] not in own


def test_the_authors_own_words_go_to_who_reads_both_versions_whole(published: Both) -> None:
    world, made = published
    said = f"Now {NAMED[1]}; {SEALED[1]} replaces {SEALED[0]}."
    with world.owner.begin() as connection:
        connection.execute(
            text("UPDATE versions SET changelog = :said WHERE id = :version"),
            {"said": said, "version": made.second.version_id},
        )
    reader = world.people["internal_reader"]
    for version in (made.first, made.second):
        grant_internally(world, version, reader, "COM")
        grant_internally(world, version, world.people["second_author"])
    settle(world)
    differences = f"/versions/{made.second.version_id}/differences"
    for path, shown in ways_out(reader, made).items():
        assert SEALED[1] not in shown, path
        assert NAMED[1].split()[1] not in shown, path
    for path in (differences, f"/api/v1{differences}"):
        read = reader.client.get(path)
        assert read.status_code == 200
        assert SEALED[1] not in read.text, path
    assert step(reader, made)["words"] == ""
    assert step(world.people["second_author"], made)["words"] == said, "reads both whole"
    assert step(world.author, made)["words"] == said, "who wrote it"
    desk = f"/api/v1/versions/{made.second.version_id}/desk"
    assert world.author.client.get(desk).json()["changelog"] == said
    assert world.people["auditor"].client.get(desk).json()["changelog"] == ""
    file = f"/versions/{made.second.version_id}/changelog.md"
    assert "replaces" not in world.author.client.get(file).text, "no grant of copies"


def test_the_log_tells_no_more_than_that_somebody_looked(published: Both) -> None:
    world, made = published
    ways_out(world.reviewer_a, made)
    names = {e.event for e in entries(world)}
    assert {"ChangelogRead", "ChangelogExported"} <= names
    said = str([e.core for e in entries(world) if e.event.startswith("Changelog")])
    assert "council" not in said
    (exported,) = [e for e in entries(world) if e.event == "ChangelogExported"][:1]
    assert (exported.outcome, exported.object) == ("allowed", made.second.version_id)


def test_claims_are_told_by_what_both_editions_show(published: Both) -> None:
    world, made = published
    found = {one["label"]: one for one in step(world.author, made)["claims"]}
    assert {one["standing"] for one in found.values()} == {"gone"}, "none was carried on yet"
    carried = {code: carry(world, made, code) for code in ("3.1", "1.2", "1.1")}
    with world.owner.begin() as connection:
        connection.execute(
            text("UPDATE claims SET load_bearing = true WHERE id = :c"), {"c": carried["3.1"]}
        )
    for someone, all_read in ((world.author, True), (world.reviewer_b, False)):
        claims = {one["id"]: one for one in step(someone, made)["claims"]}
        changed = claims[carried["3.1"]]
        assert (changed["standing"], changed["weight"]) == ("changed", "now")
        assert "board" in changed["then"]
        assert "council" in changed["now"]
        # 1.2 differs under a mark alone: it is told to who reads that.
        assert (carried["1.2"] in claims) is all_read
        assert carried["1.1"] not in claims, "its words are the same"
    assert SEALED[0] in str(step(world.author, made)["claims"])
    gone = {
        one["id"] for one in step(world.reviewer_b, made)["claims"] if one["standing"] == "gone"
    }
    assert made.claims["1.3"] in gone


def test_a_removal_is_told_as_both_indexes_tell_it(published: Both) -> None:
    world, made = published
    assert step(world.reviewer_b, made)["removals"] == [], "the same marks were made anew"
    with world.owner.begin() as connection:
        where = "version_id = :v AND categories = '{SEC}'"
        connection.execute(
            text(f"UPDATE redactions SET character = 'Something else' WHERE {where}"),
            {"v": made.second.version_id},
        )
    told = {(one["change"], one["character"]) for one in step(world.reviewer_b, made)["removals"]}
    assert {change for change, _ in told} == {"new", "gone"}
    assert ("new", "Something else") in told
    assert step(world.author, made)["removals"] == [], "nothing is withheld from who reads all"
    assert "size" not in str(step(world.reviewer_b, made)["removals"])


def test_who_reads_one_version_alone_gets_an_empty_changelog_that_says_what_to_do(
    published: Both,
) -> None:
    world, made = published
    path = f"/versions/{made.first.version_id}/changelog"
    answer = world.reviewer_b.client.get(path)
    assert answer.status_code == 200
    assert "once a second version is open to you" in answer.text
    with world.owner.begin() as connection:
        connection.execute(
            text(
                "UPDATE grants SET state = 'revoked' WHERE version_id = :v AND organisation_id=:o"
            ),
            {"v": made.second.version_id, "o": world.organisations["ORGB"]},
        )
    second = f"/versions/{made.second.version_id}/changelog"
    for refused in (second, f"/api/v1{second}", f"{second}.md", f"/api/v1{second}.md"):
        assert world.reviewer_b.client.get(refused).status_code == 404, refused
    denied = entries(world, action="report:version:read", outcome="denied")
    assert [e.object for e in denied] == [made.second.version_id] * 4
    assert changelog(world.reviewer_a, made)["total"] == 1, "the positive control"


def test_words_leave_in_a_file_only_where_grants_allow_copies_of_both(published: Both) -> None:
    world, made = published
    path = f"/versions/{made.second.version_id}/changelog.md"

    def taken() -> str:
        return str(world.reviewer_a.client.get(path).text)

    def holds_words() -> bool:
        found = {word in taken() for word in ("council", "Costs", PUT_IN.split()[0])}
        assert len(found) == 1
        return found.pop()

    assert not holds_words()
    assert "A section" in taken()
    allow_copies(world, made, made.second.version_id)
    assert not holds_words(), "copies of both"
    allow_copies(world, made, made.first.version_id, made.second.version_id)
    assert holds_words()
    assert SEALED[1] not in taken()


def test_findings_fixed_and_decisions_are_ones_own(published: Both) -> None:
    world, made = published
    with world.owner.begin() as connection:
        connection.execute(
            text("UPDATE findings SET state = 'fixed', fixed_in = :v WHERE id IN (:a, :b)"),
            {
                "v": made.second.version_id,
                "a": made.findings["A-3.1"],
                "b": made.findings["B-3.1"],
            },
        )
    assert decide(world.coordinator, made).status_code == 201
    settle(world)
    for lead, own, other in (
        (world.lead_a, made.review_a, made.review_b),
        (world.lead_b, made.review_b, made.review_a),
    ):
        view = changelog(lead, made)
        assert [one["review_id"] for one in view["told"]] == [own]
        (fixed,) = step(lead, made)["fixed"]
        foreign = "ORGB" if lead is world.lead_a else "ORGA"
        assert foreign not in fixed["number"]
        for path, said in ways_out(lead, made).items():
            assert other not in said, path
            assert foreign not in said, path
        page = lead.client.get(f"/versions/{made.second.version_id}").text
        assert "changes version 1 materially" in page
        assert f"/versions/{made.second.version_id}/changelog" in page
        assert f"/versions/{made.second.version_id}/changelog" in lead.client.get(
            f"/reviews/{own}"
        ).text  # fmt: skip
    assert changelog(world.coordinator, made)["told"] == [], "the record stands in the map"
    # The reason needs all that its writer had lifted: neither has.
    assert REASON.split()[-1] not in str(changelog(world.lead_b, made))
