"""Redactions: drawn, found, proposed for one reason, decided by somebody else."""

from typing import Any

import pytest
from sqlalchemy import text

from app.web import csrf
from tests.world import World
from tests.worlds.entries import entries, jobs
from tests.worlds.reports import (
    PII,
    SEC,
    ImportedVersion,
    grant_internally,
)
from tests.worlds.shared import SharedWorld

REASON = {
    "categories": ["SEC"],
    "character": "Name of an internal system",
    "justification": "It would help an attacker.",
}


@pytest.fixture
def world(imported_world: tuple[World, ImportedVersion]) -> World:
    """Give a world with an imported version that the approver may read as well."""
    world, version = imported_world
    grant_internally(world, version, world.approver)
    return world


@pytest.fixture
def made(imported_world: tuple[World, ImportedVersion]) -> ImportedVersion:
    """Give that version."""
    return imported_world[1]


def rows(world: World) -> list[Any]:
    """Read all redactions, in the order of their pages."""
    columns = "page, rects, mode, categories, character, justification, size_words, state"
    statement = f"SELECT {columns}, decided_by, negative_statement FROM redactions"
    with world.owner.connect() as connection:
        return list(connection.execute(text(f"{statement} ORDER BY page, proposed_at")))


def base(made: ImportedVersion, *, api: bool = True) -> str:
    """Give the address of a version's redactions."""
    return f"{'/api/v1' if api else ''}/versions/{made.version_id}/redactions"


def found(world: World, made: ImportedVersion, phrase: str) -> list[dict[str, Any]]:
    """Search for a phrase as the author."""
    answer = world.author.client.get(f"{base(made)}/search", params={"q": phrase})
    assert answer.status_code == 200, answer.text
    hits: list[dict[str, Any]] = answer.json()["hits"]
    return hits


def propose(world: World, made: ImportedVersion, phrase: str, **reason: Any) -> str:
    """Propose every occurrence of a phrase as the author; gives the group."""
    places = [place for hit in found(world, made, phrase) for place in hit["places"]]
    answer = world.author.client.post(base(made), json={**REASON, **reason, "places": places})
    assert answer.status_code == 201, answer.text
    return str(answer.json()[0]["group_id"])


def form(world: World, path: str, *, who: str = "author", **fields: Any) -> Any:
    """Post a form as somebody."""
    typed = {"csrf_token": csrf.token_for("test-secret"), **fields}
    return world.people[who].client.post(path, data=typed)


def test_page_and_api_propose_a_drawn_rectangle_alike(world: World, made: ImportedVersion) -> None:
    seen, before = len(entries(world)), len(jobs(world))
    sent = form(
        world, base(made, api=False), page="2", x0="56", y0="72", x1="200.5", y1="90", **REASON
    )
    assert sent.status_code == 303
    assert sent.headers["location"].startswith(f"{base(made, api=False)}/pages/2?done=proposed")
    assert "It waits for a second person" in world.author.client.get(sent.headers["location"]).text
    place = {"page": 2, "rects": [[56, 72, 200.5, 90]]}
    answer = world.author.client.post(base(made), json={**REASON, "places": [place]})
    assert answer.status_code == 201
    first, second = rows(world)
    assert first == second
    assert first.rects == [[56.0, 72.0, 200.5, 90.0]]
    assert (first.mode, first.state, first.size_words) == ("padded", "proposed", 5)
    logged = [e for e in entries(world)[seen:] if e.event == "RedactionProposed"]
    assert [e.facts["page"] for e in logged] == [2, 2]
    assert logged[0].facts["categories"] == ["SEC"]
    assert [name for name, _ in jobs(world)[before:]] == ["reports.build_editions"] * 2
    editor = world.author.client.get(f"{base(made, api=False)}/pages/2").text
    assert editor.count("Proposed redaction, SEC") == 2


def test_search_and_mark_lists_every_place_and_marks_the_chosen_ones(
    world: World, made: ImportedVersion
) -> None:
    page = world.author.client.get(f"{base(made, api=False)}/search", params={"q": SEC})
    assert page.status_code == 200
    assert page.text.count('name="places"') == 2
    assert "passes the" in page.text
    values = [part.split('"')[0] for part in page.text.split('name="places" value="')[1:]]
    sent = form(world, base(made, api=False), q=SEC, places=values[:1], **REASON)
    assert sent.status_code == 303
    (row,) = rows(world)
    assert (row.page, row.size_words, row.state) == (2, 1, "proposed")
    hits = found(world, made, SEC)
    assert [hit["marked"] for hit in hits] == [True, False]


def test_a_phrase_over_the_end_of_a_page_becomes_one_mark_on_each_page(
    world: World, made: ImportedVersion
) -> None:
    (hit,) = found(world, made, "safety team. Costs")
    assert [place["page"] for place in hit["places"]] == [2, 3]
    propose(world, made, "safety team. Costs")
    assert [row.page for row in rows(world)] == [2, 3]


def test_a_phrase_over_the_end_of_a_line_has_a_rectangle_for_each_line(
    world: World, made: ImportedVersion
) -> None:
    words = [w["text"] for w in page_words(world, made, 1)]
    lines = page_lines(world, made, 1)
    last, first = lines[1][-1], lines[2][0]
    at = words.index(last)
    (hit,) = found(world, made, " ".join([words[at - 1], last, first]))
    assert len(hit["places"][0]["rects"]) == 2


def page_words(world: World, made: ImportedVersion, page: int) -> list[dict[str, Any]]:
    """Give the words of a page as the author reads them."""
    path = f"/api/v1/versions/{made.version_id}/pages/{page}"
    words: list[dict[str, Any]] = world.author.client.get(path).json()["words"]
    return words


def page_lines(world: World, made: ImportedVersion, page: int) -> list[list[str]]:
    """Give the words of a page line by line."""
    lines: dict[int, list[str]] = {}
    for word in page_words(world, made, page):
        lines.setdefault(word["y"], []).append(word["text"])
    return [lines[y] for y in sorted(lines)]


def test_personal_names_are_blackened_by_the_line(world: World, made: ImportedVersion) -> None:
    propose(world, made, PII, categories=["PII"])
    assert [row.mode for row in rows(world)] == ["line"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"categories": []}, "categories"),
        ({"categories": ["SEC", "LEG", "PII", "IP"]}, "categories"),
        ({"categories": ["XXX"]}, "categories"),
        ({"categories": ["EMB"]}, "expires_on"),
        ({"categories": ["EMB"], "expires_on": "2020-01-01"}, "expires_on"),
        ({"expires_on": "2031-01-01"}, "expires_on"),
        ({"character": " "}, "character"),
        ({"places": []}, "places"),
        ({"places": [{"page": 9, "rects": [[1, 1, 9, 9]]}]}, "page"),
        ({"places": [{"page": 1, "rects": [[900, 1, 999, 9]]}]}, "x0"),
        ({"places": [{"page": 1, "rects": [["nan", 1, 999, 9]]}]}, "places.0.rects.0.0"),
        ({"state": "approved"}, "state"),
    ],
)
def test_a_proposal_with_something_wrong_marks_nothing(
    world: World, made: ImportedVersion, change: dict[str, Any], field: str
) -> None:
    good = {"places": [{"page": 1, "rects": [[60, 60, 200, 80]]}], **REASON}
    answer = world.author.client.post(base(made), json={**good, **change})
    assert answer.status_code == 422
    assert any(name.startswith(field) for name in answer.json()["fields"])
    assert rows(world) == []


def test_what_was_typed_is_shown_again(world: World, made: ImportedVersion) -> None:
    sent = form(
        world, base(made, api=False), page="2", x0="1", y0="", x1="9", y1="9",
        character="Name of a lantern", justification="", categories=["SEC"],
    )  # fmt: skip
    assert sent.status_code == 422
    assert "Name of a lantern" in sent.text
    assert "Say why it must not be known." in sent.text
    assert rows(world) == []


@pytest.mark.parametrize("who", ["coordinator", "auditor", "second_author", "reviewer_a", "lead_b"])
def test_who_may_not_read_the_version_marks_nothing(
    world: World, made: ImportedVersion, who: str
) -> None:
    wish = {"places": [{"page": 1, "rects": [[60, 60, 200, 80]]}], **REASON}
    answer = world.people[who].client.post(base(made), json=wish)
    assert answer.status_code in (403, 404)
    assert rows(world) == []
    (refused,) = entries(world, action="redaction:propose", outcome="denied")
    assert refused.actor == world.people[who].id


def test_page_and_api_approve_alike_and_by_somebody_else(
    world: World, made: ImportedVersion
) -> None:
    one, other = propose(world, made, SEC), propose(world, made, PII, categories=["PII"])
    seen = len(entries(world))
    sent = form(
        world, f"{base(made, api=False)}/decide", who="approver",
        group=one, decision="approve", statement="yes",
    )  # fmt: skip
    assert sent.status_code == 303
    wish = {"groups": [other], "approve": True, "statement": True}
    answer = world.approver.client.post(f"{base(made)}/decide", json=wish)
    assert answer.status_code == 200
    assert {row.state for row in rows(world)} == {"approved"}
    assert {row.decided_by for row in rows(world)} == {world.approver.id}
    assert all(row.negative_statement for row in rows(world))
    logged = [e for e in entries(world)[seen:] if e.event == "RedactionApproved"]
    assert len(logged) == len(rows(world)) == 3
    assert {(e.outcome, e.actor) for e in logged} == {("done", world.approver.id)}


def test_an_approval_needs_the_statement_and_a_refusal_a_reason(
    world: World, made: ImportedVersion
) -> None:
    group = propose(world, made, SEC)
    client = world.approver.client
    for wish, field in (({"approve": True}, "statement"), ({"approve": False}, "reason")):
        answer = client.post(f"{base(made)}/decide", json={"groups": [group], **wish})
        assert answer.status_code == 422
        assert field in answer.json()["fields"]
    page = form(
        world, f"{base(made, api=False)}/decide", who="approver", group=group, decision="approve"
    )
    assert page.status_code == 422
    assert "needs this statement" in page.text
    assert {row.state for row in rows(world)} == {"proposed"}
    refused = client.post(
        f"{base(made)}/decide", json={"groups": [group], "approve": False, "reason": "Too wide."}
    )
    assert refused.status_code == 200
    assert {row.state for row in rows(world)} == {"refused"}
    again = client.post(
        f"{base(made)}/decide", json={"groups": [group], "approve": True, "statement": True}
    )
    assert again.status_code == 409


def test_nobody_approves_what_they_proposed(world: World, made: ImportedVersion) -> None:
    wish = {"places": [{"page": 1, "rects": [[60, 60, 200, 80]]}], **REASON}
    own = world.approver.client.post(base(made), json=wish).json()[0]["group_id"]
    decision = {"groups": [own], "approve": True, "statement": True}
    answer = world.approver.client.post(f"{base(made)}/decide", json=decision)
    assert answer.status_code == 403
    assert world.author.client.post(f"{base(made)}/decide", json=decision).status_code == 403
    assert [row.state for row in rows(world)] == ["proposed"]
    refused = entries(world, action="redaction:decide", outcome="denied")
    assert [e.actor for e in refused] == [world.approver.id, world.author.id]
    page = world.approver.client.get(base(made, api=False)).text
    assert 'value="approve"' not in page


def test_page_and_api_withdraw_ones_own_proposals_only(world: World, made: ImportedVersion) -> None:
    one, other = propose(world, made, SEC), propose(world, made, PII)
    path = f"{base(made)}/withdraw"
    assert world.approver.client.post(path, json={"groups": [one]}).status_code == 403
    sent = form(world, f"{base(made, api=False)}/withdraw", group=one)
    assert sent.status_code == 303
    assert world.author.client.post(path, json={"groups": [other]}).status_code == 200
    assert {row.state for row in rows(world)} == {"withdrawn"}
    logged = entries(world, action="redaction:withdraw")
    assert [e.outcome for e in logged] == ["denied", "done", "done", "done"]
    assert world.author.client.post(path, json={"groups": [other]}).status_code == 409


def test_the_list_groups_by_reason_and_filters(world: World, made: ImportedVersion) -> None:
    one = propose(world, made, SEC)
    propose(world, made, PII, categories=["PII"], character="A person")
    groups = world.approver.client.get(base(made)).json()
    assert {(g["character"], len(g["redactions"]), g["undecided"]) for g in groups} == {
        ("Name of an internal system", 2, 2),
        ("A person", 1, 1),
    }
    only = world.approver.client.get(base(made), params={"category": "SEC"}).json()
    assert [group["id"] for group in only] == [one]
    page = world.approver.client.get(base(made, api=False))
    assert "Three redactions wait for a decision" in page.text
    assert page.text.count('value="approve"') == 3, "of each group, and of those ticked"
    # Coordinators and auditors see the list, never the text.
    for who in ("coordinator", "auditor"):
        answer = world.people[who].client.get(base(made, api=False))
        assert answer.status_code == 200
        assert 'value="approve"' not in answer.text
        assert SEC not in answer.text
        editor = world.people[who].client.get(f"{base(made, api=False)}/pages/1")
        assert editor.status_code == 404
    for who in ("reviewer_a", "internal_reader", "responder"):
        assert world.people[who].client.get(base(made, api=False)).status_code == 404


def test_a_published_version_is_marked_no_more(
    shared: SharedWorld,
) -> None:
    world, made = shared, shared.made
    wish = {"places": [{"page": 1, "rects": [[60, 60, 200, 80]]}], **REASON}
    assert world.author.client.post(base(made), json=wish).status_code == 403
    page = world.author.client.get(f"{base(made, api=False)}/pages/1")
    assert page.status_code == 200
    assert "its redactions stand" in page.text
