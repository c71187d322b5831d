"""Each intention about notes, as a form and as JSON: the same rows and entries."""

import pytest

from tests.features.notes.situations import TEXT, kept, place
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.shared import SharedWorld


def _form(world: SharedWorld) -> dict[str, object]:
    chosen = place(world)
    return {"page": 1, "words": f"{chosen['word_from']}-{chosen['word_to']}"}


@pytest.mark.paired("/versions/{version_id}/notes")
def test_keeping_a_note(pair: Doors) -> None:
    path = f"/versions/{pair.html.made.version_id}/notes"
    events = pair.assert_alike(
        lambda w: post_form(w.reviewer_a, path, **_form(w), text=TEXT, shared="yes"),
        lambda w: post_json(w.reviewer_a, path, **place(w), text=TEXT, shared=True),
    )
    assert set(events) == {"PageRead"}, "outside the own record it is one more page read"


@pytest.mark.paired("/notes/{note_id}")
def test_changing_a_note(pair: Doors) -> None:
    note = pair.ids(kept)
    pair.assert_alike(
        lambda w: post_form(w.reviewer_a, f"/notes/{note(w)}", text=TEXT, shared="yes"),
        lambda w: post_json(w.reviewer_a, f"/notes/{note(w)}", text=TEXT, shared=True),
    )


@pytest.mark.paired("/notes/{note_id}/remove", "/notes/{note_id}/restore")
def test_removing_a_note_and_bringing_it_back(pair: Doors) -> None:
    note = pair.ids(kept)
    for act in ("remove", "restore"):
        pair.assert_alike(
            lambda w, act=act: post_form(w.reviewer_a, f"/notes/{note(w)}/{act}"),  # type: ignore[misc]  # bound now
            lambda w, act=act: post_json(w.reviewer_a, f"/notes/{note(w)}/{act}"),  # type: ignore[misc]  # bound now
        )
