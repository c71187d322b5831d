"""A draft that its writer removed is forgotten for good after a month, and nobody counts it."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app.features.identity.tasks import remove_stale_rows
from tests.features.findings.filing_situations import SAID, drafted, with_file
from tests.features.notes.test_forgetting_notes import stale
from tests.worlds.doors import post_json
from tests.worlds.shared import SharedWorld


def removed(world: SharedWorld, *, days: int) -> str:
    """Draft a finding with a file and remove it, some days ago; gives its id."""
    draft = drafted(world)
    with_file(world, draft)
    assert post_json(world.reviewer_a, f"/findings/drafts/{draft}/remove").status_code == 200
    world.change(
        "UPDATE finding_drafts SET removed_at = now() - :d * interval '1 day' WHERE id = :f",
        d=days, f=draft,
    )  # fmt: skip
    return draft


def kept(world: SharedWorld, table: str) -> set[object]:
    """Give the drafts of which something is stored."""
    column = "id" if table == "finding_drafts" else "subject_id"
    which = "true" if table == "finding_drafts" else "subject_kind = 'finding_draft'"
    return {row[0] for row in world.rows(f"SELECT {column} FROM {table} WHERE {which}")}


def test_a_draft_removed_a_month_ago_is_forgotten_with_its_texts_and_files(
    shared: SharedWorld,
) -> None:
    old, young, live = removed(shared, days=31), removed(shared, days=29), drafted(shared)
    done = drafted(shared)
    assert post_json(shared.reviewer_a, "/findings/drafts/file", drafts=[done]).status_code == 200
    shared.change(
        "UPDATE finding_drafts SET removed_at = now() - interval '99 days' WHERE id = :d", d=done
    )
    remove_stale_rows(shared.worker, timestamp=0)
    assert old in kept(shared, "finding_drafts"), "it goes along with the rest, not by itself"
    stale(shared)
    remove_stale_rows(shared.worker, timestamp=0)
    assert kept(shared, "finding_drafts") == {young, live, done}
    assert kept(shared, "guarded_files") == {young}
    assert old not in kept(shared, "guarded_fields")
    assert {young, live} <= kept(shared, "guarded_fields")
    restore = "/findings/drafts/{}/restore"
    assert post_json(shared.reviewer_a, restore.format(young)).status_code == 200
    assert post_json(shared.reviewer_a, restore.format(old)).status_code in (403, 404)


def test_no_entry_tells_that_there_was_a_draft(shared: SharedWorld) -> None:
    draft = removed(shared, days=31)
    stale(shared)
    remove_stale_rows(shared.worker, timestamp=0)
    (row,) = shared.rows(
        "SELECT convert_from(core, 'UTF8') || object || COALESCE(convert_from(content, 'UTF8'), '')"
        " FROM audit_entry WHERE action = 'identity:leftovers:remove'"
    )
    for word in ("draft", draft, SAID):
        assert word not in str(row)
    assert kept(shared, "finding_drafts") == set()


def test_the_process_that_serves_pages_cannot_make_it_forget(shared: SharedWorld) -> None:
    old = removed(shared, days=31)
    for function in ("vitrine_forget_finding_drafts()", "vitrine_finding_needs('fnd_x')"):
        with pytest.raises(ProgrammingError), shared.web.engine.begin() as connection:
            connection.execute(text("SELECT set_config('vitrine.side', 'system', true)"))
            connection.execute(text(f"SELECT {function}"))
    with shared.worker.engine.begin() as connection:
        connection.execute(text("SELECT vitrine_forget_finding_drafts()"))
    assert kept(shared, "finding_drafts") == {old}, "nor a job without its side"
