"""Nobody tells an act on one's own notes and drafts from plain reading by what a request leaves."""

from collections.abc import Callable

import pytest

from tests.features.findings.filing_situations import drafted, with_file
from tests.features.findings.situations import filed
from tests.features.notes.situations import TEXT, kept
from tests.features.recommendations import test_recommendations as advice
from tests.features.statements import situations as statements
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.shared import SharedWorld

Shape = tuple[tuple[str, ...], ...]
PLAIN = ("/api/v1/versions/{v}/pages/1", "/versions/{v}/pages/1/image", "/statements")
OPENED = (
    "/findings/drafts",
    "/findings/drafts/{draft}",
    "/notes",
    "/notes/export?format=json",
    "/findings/places",
    "/reviews/{review}/positions",
    "/reviews/{review}/statement",
    "/reviews/{review}/statement/appendix",
    "/recommendations/{advice}",
    "/statements/{statement}/draft/docx",
)


def left(world: SharedWorld, act: Callable[[], object]) -> list[Shape]:
    """Give for each request of an act what its entries look like to the publisher's auditors."""
    before = len(entries(world))
    act()
    found: dict[str, list[tuple[str, ...]]] = {}
    for entry in entries(world)[before:]:
        facts = entry.core["facts"]
        told = (entry.action, entry.outcome, entry.object, entry.event, str(facts["grant"]))
        shape = (*told, str(facts["policies"]), str(facts["facts"]))
        found.setdefault(facts["request"], []).append(shape)
    return [tuple(sorted(shapes)) for shapes in found.values()]


def plainly(world: SharedWorld) -> set[Shape]:
    """Give what requests leave that plainly read."""
    client, found = world.reviewer_a.client, set()
    for path in PLAIN:
        found |= set(
            left(world, lambda path=path: client.get(path.format(v=world.made.version_id)))
        )  # type: ignore[misc]
    return found


def begun(world: SharedWorld) -> dict[str, str]:
    """Keep two of everything that the list of acts opens; gives the ids for its paths."""
    for _ in range(2):
        kept(world, text=TEXT)
        ids = {"draft": drafted(world), "advice": advice.drafted(world)}
    return {**ids, "statement": statements.begun(world), "review": world.made.review_a}


@pytest.mark.parametrize("over", [False, True])
def test_what_is_opened_in_private_leaves_what_reading_leaves(
    shared: SharedWorld, over: bool
) -> None:
    ids, client = begun(shared), shared.reviewer_a.client
    if over:
        path = f"/grants/{shared.made.grant_a}/revoke"
        assert post_json(shared.coordinator, path, reason="It is over.").status_code == 200
    plain = plainly(shared)
    assert plain
    for path in OPENED:
        for shape in left(shared, lambda path=path: client.get(path.format(**ids))):  # type: ignore[misc]
            assert shape in plain, path


def test_what_is_written_in_private_leaves_what_reading_leaves(shared: SharedWorld) -> None:
    plain, ids = plainly(shared), begun(shared)
    one = f"/findings/drafts/{ids['draft']}"
    acts: tuple[Callable[[], object], ...] = (
        lambda: drafted(shared),
        lambda: with_file(shared, ids["draft"]),
        lambda: post_json(shared.reviewer_a, f"{one}/people", everybody=True),
        lambda: post_json(shared.reviewer_a, f"{one}/remove"),
        lambda: kept(shared, text=TEXT),
        lambda: advice.drafted(shared),
    )
    for act in acts:
        shapes = left(shared, act)
        assert shapes
        assert set(shapes) <= plain
    assert not set(left(shared, lambda: filed(shared))) <= plain, "the control: what is given shows"


@pytest.mark.parametrize("over", [False, True])
def test_an_export_of_ones_work_tells_of_no_note_and_no_draft(
    shared: SharedWorld, over: bool
) -> None:
    def export() -> list[Shape]:
        return left(shared, lambda: shared.reviewer_a.client.get("/our-work/export.json"))

    before = export()
    kept(shared, text=TEXT)
    drafted(shared)
    assert export() == before
    if over:
        shared.change("DELETE FROM finding_drafts")
        path = f"/grants/{shared.made.grant_a}/revoke"
        assert post_json(shared.coordinator, path, reason="It is over.").status_code == 200
        assert len(export()[0]) == len(before[0])


def test_a_note_of_the_publishers_own_people_leaves_one_page_read(shared: SharedWorld) -> None:
    (shape,) = left(shared, lambda: kept(shared, shared.author, text=TEXT))[-1:]
    assert [one[0] for one in shape] == ["report:page:read"]
