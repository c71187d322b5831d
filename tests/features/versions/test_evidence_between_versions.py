"""Evidence of two versions, item by item and line by line: to each by their own editions."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.features.versions.tasks import match_version
from app.rendering.line_changes import change_lines
from app.rendering.lines import Shown, ShownLine
from tests.database import DatabaseServer
from tests.world import Someone, World
from tests.worlds.entries import entries
from tests.worlds.evidence import (
    RECORDS,
    TABLE,
    attach,
    decide_all,
    propose,
    version_with_evidence,
)
from tests.worlds.reports import (
    ImportedVersion,
    grant_internally,
    review_with_grant,
    settle,
)
from tests.worlds.snapshots import Snapshot, at_rest, copy_of
from tests.worlds.two_versions import first_text, publish

Two = tuple[ImportedVersion, ImportedVersion]
# Under the marks other words, and one line more; beside them the last line alone differs.
LATER = (
    b"Operator: begin\nModel: the vault is Halcyorope\nsecret other\nplan\nsecret end\nDone twice\n"
)
LATER_RECORDS = RECORDS.replace(b"Persephone waits", b"Proserpina went")
HIDDEN = ("Halcyo", "Heliot", "Persephone", "Proserpina", "plan", "secret")


def make(world: World) -> Two:
    """Make both versions, the second with one item changed, one the same, one gone and one new."""
    first = version_with_evidence(world)
    taken = world.author.client.post(
        f"/api/v1/reports/{first.report_id}/versions",
        data={"label": "2.0"},
        files={"file": ("report.pdf", first_text(), "application/pdf")},
    )
    assert taken.status_code == 202, taken.text
    settle(world)
    second = ImportedVersion(first.report_id, taken.json()["id"])
    grant_internally(world, second, world.approver)
    for kind, content in (("text", LATER), ("csv", TABLE), ("jsonl", LATER_RECORDS)):
        assert attach(world, second, kind, content).status_code == 202
    assert world.author.client.post(
        f"/api/v1/versions/{second.version_id}/evidence-desk",
        data={"title": "Another item", "kind": "text"},
        files={"file": ("other.txt", b"Something else\n", "text/plain")},
    ).is_success
    settle(world)
    with world.owner.begin() as connection:
        connection.execute(  # the marks of the first are settled here by hand, not carried over
            text(
                "INSERT INTO marks_not_needed SELECT :second, id, proposed_by, now()"
                " FROM redactions WHERE version_id = :first"
            ),
            {"first": first.version_id, "second": second.version_id},
        )
    propose(world, second, "E1", "LEG", line_from=2, field=0, char_from=20, char_to=26)
    propose(world, second, "E1", "SEC", line_from=3, line_to=5)
    propose(world, second, "E2", "LEG", line_from=2, field=0)
    propose(world, second, "E3", "SEC", line_from=1, field=3)
    decide_all(world, second)
    publish(world, second)
    review_with_grant(world, second, "ORGA", preset="reviewer")
    review_with_grant(world, second, "ORGB", preset="limited")
    settle(world)
    match_version(world.worker, version_id=second.version_id)
    return first, second


@pytest.fixture(scope="module")
def kept(
    database_server: DatabaseServer, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Snapshot[Two]]:
    """Make both versions once."""
    folder = tmp_path_factory.mktemp("lines") / "data"
    yield from at_rest(database_server, f"{worker_id}_lines", folder, make)


@pytest.fixture(scope="module")
def both(
    kept: Snapshot[Two],
    database_server: DatabaseServer,
    worker_id: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[World, Two]]:
    """Give one copy to all tests of this file: they only read."""
    folder: Path = tmp_path_factory.mktemp("copied") / "data"
    yield from copy_of(kept, database_server, f"{worker_id}_lines_copy", folder)


def items(who: Someone, made: Two) -> dict[str, str]:
    """Give how each item stands, by its title."""
    answer = who.client.get(f"/api/v1/versions/{made[1].version_id}/differences")
    assert answer.status_code == 200, answer.text
    return {one["title"]: one["standing"] for one in answer.json()["evidence"]}


def lines_of(who: Someone, made: Two, code: str = "E1") -> Any:
    """Read the lines of an item in both versions."""
    return who.client.get(f"/api/v1/versions/{made[1].version_id}/differences/evidence/{code}")


def test_items_are_identical_changed_new_or_gone(both: tuple[World, Two]) -> None:
    world, made = both
    expected = {
        "The text item": "changed", "The csv item": "identical", "The jsonl item": "changed",
        "Another item": "new", "The json item": "gone",
    }  # fmt: skip
    assert items(world.author, made) == expected
    # To who has something withheld nothing is identical, and what is under a bar did not change.
    assert items(world.reviewer_a, made) == expected | {"The csv item": "same"}
    assert items(world.reviewer_b, made) == expected | {
        "The csv item": "same", "The jsonl item": "same"
    }  # fmt: skip
    page = world.reviewer_b.client.get(f"/versions/{made[1].version_id}/differences").text
    assert "/differences/evidence/E1" in page
    assert "The json item" in page
    step = world.reviewer_b.client.get(f"/api/v1/versions/{made[1].version_id}/changelog").json()
    told = {one["title"]: one["standing"] for one in step["steps"][0]["evidence"]}
    assert told == {"The text item": "changed", "Another item": "new", "The json item": "gone"}


def test_lines_differ_as_both_editions_show_them(both: tuple[World, Two]) -> None:
    world, made = both
    view = lines_of(world.reviewer_b, made).json()
    assert (view["standing"], view["changes"], view["withholds"]) == ("changed", 2, True)
    changed = [(row["kind"], row["text"]) for row in view["rows"] if row["kind"] != "same"]
    assert changed == [("gone", "Done"), ("new", "Done twice")]
    assert {row["text"] for row in view["rows"]} >= {"█", "Operator: begin"}
    assert [row["now"] for row in view["rows"]] == [1, 2, 3, None, 4], "as the edition counts"
    read = [e for e in entries(world, action="report:page:read") if e.event == "EvidenceRead"]
    assert {e.object for e in read} >= {made[0].version_id, made[1].version_id}


def test_no_line_tells_what_is_withheld(both: tuple[World, Two]) -> None:
    world, made = both
    base = f"/versions/{made[1].version_id}/differences/evidence"
    for code in ("E1", "E2", "E3"):
        for path in (f"{base}/{code}", f"/api/v1{base}/{code}"):
            answer = world.reviewer_b.client.get(path)
            assert answer.status_code == 200, path
            assert not any(word in answer.text for word in HIDDEN), path
    assert lines_of(world.reviewer_b, made, "E3").json()["changes"] == 0
    whole = lines_of(world.author, made).text
    assert all(word in whole for word in ("Halcyo", "Heliot", "secret plan")), "the control"
    own = lines_of(world.reviewer_a, made, "E3").text
    assert "Persephone" in own
    assert "Proserpina" in own


def test_who_may_not_read_both_finds_no_lines(both: tuple[World, Two]) -> None:
    world, made = both
    for someone in (world.coordinator, world.second_author, world.internal_reader):
        assert lines_of(someone, made).status_code == 404, someone.name
    assert lines_of(world.reviewer_b, made, "E9").status_code == 404
    first = f"/api/v1/versions/{made[0].version_id}/differences/evidence/E1"
    assert world.reviewer_b.client.get(first).status_code == 404, "nothing is before the first"
    denied = entries(world, action="report:page:read", outcome="denied")
    assert len(denied) == 5
    assert lines_of(world.reviewer_b, made).status_code == 200


def _line(*words: str, gap: bool = False) -> ShownLine:
    if gap:
        return ShownLine(0, (), ("red_1",))
    return ShownLine(0, tuple(Shown("w", (word,)) for word in words))


def test_long_runs_are_folded_and_gaps_are_equal_whatever_they_hide() -> None:
    old = [_line(f"line {n}") for n in range(1000)]
    new = [*old[:500], _line("put in"), *old[500:990], _line("else"), *old[991:]]
    found = change_lines(old, new)
    assert [one.kind for one in found if one.kind in ("new", "gone")] == ["new", "gone", "new"]
    assert sum(one.lines for one in found if one.kind == "folded") == 497 + 484 + 6
    hidden = [_line("a"), _line(gap=True), _line("b")]
    other = [_line("a"), ShownLine(3, (), ("red_2", "red_3")), _line("b")]
    assert {one.kind for one in change_lines(hidden, other)} == {"folded"}


def test_many_lines_are_compared_in_moderate_time() -> None:
    old = [_line(f"row {n % 977}", str(n)) for n in range(20_000)]
    new = [line for at, line in enumerate(old) if at % 500] + [_line("end")]
    found = change_lines(old, new)
    assert sum(one.kind == "gone" for one in found) == 40
    assert sum(one.kind == "new" for one in found) == 1
