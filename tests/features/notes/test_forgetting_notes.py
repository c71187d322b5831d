"""What somebody removed is forgotten for good after a month; nobody learns that there was any."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app.features.identity.tasks import remove_stale_rows
from tests.features.notes.situations import PHRASE, TEXT, kept, listed
from tests.worlds.doors import post_form
from tests.worlds.shared import SharedWorld


def removed(world: SharedWorld, *, days: int) -> str:
    """Keep a note and remove it, some days ago; gives its id."""
    note = kept(world, text=TEXT)
    assert post_form(world.reviewer_a, f"/notes/{note}/remove").status_code == 303
    world.change(
        "UPDATE reader_notes SET removed_at = now() - :d * interval '1 day' WHERE id = :n",
        d=days, n=note,
    )  # fmt: skip
    return note


def stale(world: SharedWorld) -> None:
    """Leave a sign-in that nobody finished two days ago."""
    world.change(
        "INSERT INTO sign_ins (id, state_hash, browser_hash, provider_id, nonce, verifier,"
        " next_path, created_at) SELECT 'old', 's', 'b', id, 'n', 'v', '/',"
        " now() - interval '2 days' FROM providers LIMIT 1"
    )


def texts(world: SharedWorld) -> set[object]:
    """Give the notes of which a text is stored."""
    found = world.rows("SELECT subject_id FROM guarded_fields WHERE subject_kind = 'note'")
    return {row[0] for row in found}


def test_a_note_removed_a_month_ago_is_forgotten_with_its_text(shared: SharedWorld) -> None:
    old, young, live = removed(shared, days=31), removed(shared, days=29), kept(shared, text=TEXT)
    assert texts(shared) == {old, young, live}
    stale(shared)
    remove_stale_rows(shared.worker, timestamp=0)
    assert texts(shared) == {young, live}
    assert shared.rows("SELECT id FROM reader_notes WHERE id = :n", n=old) == []
    assert [row["id"] for row in listed(shared.reviewer_a, "?removed=yes")] == [young]
    assert post_form(shared.reviewer_a, f"/notes/{young}/restore").status_code == 303
    assert post_form(shared.reviewer_a, f"/notes/{old}/restore").status_code == 404


def test_no_entry_tells_that_there_was_a_note(shared: SharedWorld) -> None:
    removed(shared, days=31)
    remove_stale_rows(shared.worker, timestamp=0)
    assert shared.entries(action="identity:leftovers:remove") == [], "nothing else was stale"
    stale(shared)
    remove_stale_rows(shared.worker, timestamp=0)
    (core,) = shared.rows(
        "SELECT convert_from(core, 'UTF8') FROM audit_entry"
        " WHERE action = 'identity:leftovers:remove'"
    )
    assert "note" not in str(core).lower()
    assert PHRASE not in str(core)
    assert texts(shared) == set()


def test_the_process_that_serves_pages_cannot_make_it_forget(shared: SharedWorld) -> None:
    old = removed(shared, days=31)
    with pytest.raises(ProgrammingError), shared.web.engine.begin() as connection:
        connection.execute(text("SELECT set_config('vitrine.side', 'system', true)"))
        connection.execute(text("SELECT vitrine_forget_notes()"))
    with shared.worker.engine.begin() as connection:
        connection.execute(text("SELECT vitrine_forget_notes()"))
    assert texts(shared) == {old}, "nor a job without its side"
