"""The main job on a real report: import, mark, approve, publish, and two different editions."""

from pathlib import Path
from typing import Any

import pytest

from tests.features.reports.test_importing import first_pages
from tests.world import World
from tests.worlds.entries import entries
from tests.worlds.reports import (
    ImportedVersion,
    grant_internally,
    imported_version,
    review_with_grant,
    small_report,
)


def frequent_words(world: World, made: ImportedVersion) -> list[str]:
    """Choose words of the report that stand on some of its pages and not on all of them."""
    counts: dict[str, set[int]] = {}
    for page in range(1, 13):
        answer = world.author.client.get(f"/api/v1/versions/{made.version_id}/pages/{page}")
        for word in answer.json()["words"] if answer.status_code == 200 else []:
            if len(word["text"]) > 6 and word["text"].isalpha():
                counts.setdefault(word["text"], set()).add(page)
    return sorted(counts, key=lambda word: (-len(counts[word]), word))[1:3]


def propose(world: World, made: ImportedVersion, phrase: str, code: str) -> list[dict[str, Any]]:
    """Search for a phrase and propose every place of it."""
    path = f"/api/v1/versions/{made.version_id}/redactions"
    hits = world.author.client.get(f"{path}/search", params={"q": phrase}).json()["hits"]
    answer = world.author.client.post(
        path,
        json={
            "places": [place for hit in hits for place in hit["places"]],
            "categories": [code],
            "character": "A word of this report",
            "justification": "For the test.",
        },
    )
    assert answer.status_code == 201, answer.text
    rows: list[dict[str, Any]] = answer.json()
    return rows


def approve(world: World, made: ImportedVersion) -> None:
    """Approve every group as the approver."""
    path = f"/api/v1/versions/{made.version_id}/redactions"
    groups = [group["id"] for group in world.approver.client.get(path).json()]
    wish = {"groups": groups, "approve": True, "statement": True}
    answer = world.approver.client.post(f"{path}/decide", json=wish)
    assert answer.status_code == 200, answer.text


def words(world: World, who: str, made: ImportedVersion, page: int) -> str:
    """Give everything that the API says about a page to somebody, in lower case."""
    path = f"/api/v1/versions/{made.version_id}/pages/{page}"
    answer = world.people[who].client.get(path)
    assert answer.status_code == 200, answer.text
    return " ".join(word["text"] for word in answer.json()["words"]).casefold()


@pytest.mark.parametrize(
    ("report", "pages"),  # the browser walks through the whole of the first report
    [(-1, 10), pytest.param(-1, 10_000, marks=pytest.mark.slow, id="the-longest-whole")],
)
def test_a_real_report_reaches_two_organisations_in_two_editions(
    world: World, corpus: list[Path], report: int, pages: int
) -> None:
    content = first_pages(corpus[report], pages) if corpus else small_report()
    made = imported_version(world, content=content, title="A real report")
    grant_internally(world, made, world.approver)
    both, only_b = (word.casefold() for word in frequent_words(world, made))
    marks = propose(world, made, both, "LEG") + propose(world, made, only_b, "SEC")
    blocked = world.coordinator.client.post(f"/api/v1/versions/{made.version_id}/publish")
    assert blocked.status_code == 409
    approve(world, made)
    published = world.coordinator.client.post(f"/api/v1/versions/{made.version_id}/publish")
    assert published.json()["state"] == "published"
    review_with_grant(world, made, "ORGA", preset="reviewer")
    review_with_grant(world, made, "ORGB", preset="limited")
    different = 0
    for page in sorted({mark["page"] for mark in marks}):
        to_author = words(world, "author", made, page)
        to_a, to_b = (words(world, who, made, page) for who in ("reviewer_a", "reviewer_b"))
        assert both not in to_a + to_b
        assert only_b not in to_b
        assert both in to_author or only_b in to_author
        different += to_a != to_b
    assert different
    checked = [e for e in entries(world) if e.event == "EditionReady"]
    # One of them was built anew, with words that were read from their pixels.
    assert len({e.facts["edition"] for e in checked}) == 3
    assert [e for e in entries(world) if e.event == "EditionQuarantined"] == []
    shared = world.reviewer_a.client.get(f"/api/v1/versions/{made.version_id}").json()
    assert {tuple(chip["categories"]) for chip in shared["redactions"]} == {("LEG",)}
    assert all(both not in entry["title"].casefold() for entry in shared["outline"])
