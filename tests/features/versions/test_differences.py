"""What changed between two versions, in the editions of the person who looks."""

from typing import Any

from sqlalchemy import text

from tests.world import Someone, World
from tests.worlds.entries import entries
from tests.worlds.two_versions import GUARDED, NAMED, PUT_IN, SEALED, TwoTexts

Both = tuple[World, TwoTexts]


def differences(who: Someone, made: TwoTexts, **query: str) -> dict[str, Any]:
    """Read the differences as somebody."""
    path = f"/api/v1/versions/{made.second.version_id}/differences"
    answer = who.client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def pieces(view: dict[str, Any], kind: str) -> str:
    """Give all words of one kind of piece."""
    return " | ".join(
        piece["text"]
        for section in view["sections"]
        for piece in section["pieces"]
        if piece["kind"] == kind
    )


def everything(view: dict[str, Any]) -> str:
    """Give every word of the differences."""
    return " ".join(
        f"{piece['text']} {piece['between']} {piece['tail']}"
        for section in view["sections"]
        for piece in section["pieces"]
    )


def test_words_that_came_and_went_are_told_by_section(both_published: Both) -> None:
    world, made = both_published
    view = differences(world.author, made)
    assert (view["state"], view["earlier_number"], view["withholds"]) == ("ready", 1, False)
    assert "The scope comes first now." in view["changelog"]
    sections = {section["title"]: section["standing"] for section in view["sections"]}
    assert sections == {
        "Scope": "new", "Purpose": "changed", "Systems": "changed", "Costs": "changed",
        "Conclusion": "identical", "Old practice": "gone",
    }  # fmt: skip
    assert PUT_IN in pieces(view, "new")
    assert "council" in pieces(view, "new")
    assert "board" in pieces(view, "gone")
    assert SEALED[0] in pieces(view, "gone")
    assert SEALED[1] in pieces(view, "new")


def test_what_the_authors_say_of_a_version_stays_inside_the_publisher(both_published: Both) -> None:
    world, made = both_published
    page = f"/versions/{made.second.version_id}/differences"
    assert differences(world.author, made)["changelog"] == "The scope comes first now."
    assert "The scope comes first now." in world.author.client.get(page).text
    for outsider in (world.lead_a, world.reviewer_b):
        assert differences(outsider, made)["changelog"] == ""
        said = outsider.client.get(page)
        assert said.status_code == 200
        assert "The scope comes first now." not in said.text
        assert "as the authors say" not in said.text
    read = [e for e in entries(world) if e.event == "VersionsCompared"]
    assert made.second.version_id in {e.object for e in read}


def test_what_changed_under_a_mark_is_not_told(both_published: Both) -> None:
    world, made = both_published
    view = differences(world.reviewer_b, made)
    said = everything(view)
    for word in (*SEALED, GUARDED, *(name.split()[0] for name in NAMED)):
        assert word not in said, word
    assert "█" in said, "a gap stands where something is withheld"
    assert "█" not in pieces(view, "new") + pieces(view, "gone")
    sections = {section["title"]: section["standing"] for section in view["sections"]}
    # Both of these changed under a mark and nowhere else: for B nothing changed in them.
    assert (sections["Purpose"], sections["Systems"]) == ("same", "same")
    assert sections["Costs"] == "changed"


def test_each_reads_by_their_own_editions(both_published: Both) -> None:
    world, made = both_published
    view = differences(world.reviewer_a, made)
    said = everything(view)
    assert GUARDED in said
    assert SEALED[0] not in said
    assert SEALED[1] not in said
    assert "Ariadne" in pieces(view, "new")
    sections = {section["title"]: section["standing"] for section in view["sections"]}
    assert (sections["Purpose"], sections["Systems"]) == ("same", "changed")
    assert "identical" not in sections.values(), "only who has everything lifted learns of that"


def test_one_section_alone_can_be_asked_for(both_published: Both) -> None:
    world, made = both_published
    costs = next(s for s in differences(world.author, made)["sections"] if s["title"] == "Costs")
    view = differences(world.author, made, section=costs["id"])
    assert [s["title"] for s in view["sections"] if s["pieces"]] == ["Costs"]
    page = world.author.client.get(
        f"/versions/{made.second.version_id}/differences", params={"section": costs["id"]}
    )
    assert page.status_code == 200
    assert "council" in page.text
    assert PUT_IN not in page.text


def test_the_page_says_in_words_what_a_bar_hides(both_published: Both) -> None:
    world, made = both_published
    page = world.reviewer_b.client.get(f"/versions/{made.second.version_id}/differences").text
    assert "withheld" in page
    assert "<ins" in page
    assert "<del" in page
    assert not any(word in page for word in (*SEALED, GUARDED, "Marchetti", "Petrakis"))


def test_whoever_reads_only_one_of_the_two_is_refused(two_texts: Both) -> None:
    world, made = two_texts
    path = f"/versions/{made.second.version_id}/differences"
    for someone in (world.reviewer_a, world.lead_b, world.second_author, world.coordinator):
        assert someone.client.get(path).status_code == 404, someone.name
        assert someone.client.get(f"/api/v1{path}").status_code == 404, someone.name
    denied = entries(world, action="report:version:read", outcome="denied")
    assert len(denied) == 8
    assert world.author.client.get(path).status_code == 200
    allowed = [e for e in entries(world) if e.event == "VersionsCompared"]
    assert {e.object for e in allowed} == {made.first.version_id, made.second.version_id}


def test_a_version_that_is_not_an_earlier_one_is_not_there(both_published: Both) -> None:
    world, made = both_published
    path = f"/api/v1/versions/{made.first.version_id}/differences"
    for other in (made.second.version_id, "ver_00000000000000000000"):
        answer = world.author.client.get(path, params={"from": other})
        assert answer.status_code == 404
    alone = world.author.client.get(path)
    assert (alone.status_code, alone.json()["state"]) == (200, "alone")


def test_the_passage_of_a_finding_is_shown_then_and_now(both_published: Both) -> None:
    world, made = both_published
    finding = made.findings["A-3.1"]
    with world.owner.connect() as connection:
        before = connection.execute(
            text("SELECT version_id, page, rects FROM findings WHERE id = :f"), {"f": finding}
        ).one()
    view = world.reviewer_a.client.get(f"/api/v1/findings/{finding}/passage").json()
    assert (view["standing"], view["later_number"], view["now_page"]) == ("changed", 2, 3)
    assert "board" in view["then"]
    assert "council" in " ".join(p["text"] for p in view["pieces"] if p["kind"] == "new")
    page = world.reviewer_a.client.get(f"/findings/{finding}/passage")
    assert page.status_code == 200
    assert "council" in page.text
    with world.owner.connect() as connection:
        after = connection.execute(
            text("SELECT version_id, page, rects FROM findings WHERE id = :f"), {"f": finding}
        ).one()
    assert after == before, "a finding stays where it was put"
    for stranger in (world.reviewer_b, world.internal_reader):
        refused = stranger.client.get(f"/api/v1/findings/{finding}/passage")
        assert refused.status_code == 404


def test_two_editions_that_nobody_compared_are_compared_when_somebody_looks(
    two_texts: Both,
) -> None:
    from tests.worlds.reports import grant_internally, settle

    world, made = two_texts
    for version in (made.first, made.second):
        grant_internally(world, version, world.internal_reader, "COM", "SEC")
    path = f"/api/v1/versions/{made.second.version_id}/differences"
    with world.owner.begin() as connection:
        connection.execute(text("DELETE FROM compared_parts"))
        connection.execute(text("DELETE FROM comparisons"))
    first = world.internal_reader.client.get(path)
    assert (first.status_code, first.json()["state"]) == (200, "comparing")
    settle(world)
    assert world.internal_reader.client.get(path).json()["state"] == "ready"
    wanted = [e for e in entries(world) if e.event == "ComparisonWanted"]
    assert len(wanted) == 1
