"""Highlights and notes: kept, listed, changed, removed, taken along; quotes as one reads now."""

import csv
import io

from app.features.reports.tasks import build_editions
from tests.features.notes.situations import PHRASE, TEXT, kept, listed, place
from tests.worlds.doors import post_form, post_json
from tests.worlds.entries import entries
from tests.worlds.reports import SEC, grant_internally
from tests.worlds.shared import SharedWorld

PASSAGE = f"All traffic passes the {SEC} before it reaches a model."


def test_a_note_stands_beside_its_passage_and_in_the_list(shared: SharedWorld) -> None:
    note = kept(shared, text=TEXT)
    page = shared.reviewer_a.client.get(f"/versions/{shared.made.version_id}/pages/1").text
    assert f'id="note-{note}"' in page
    assert TEXT in page
    (row,) = listed(shared.reviewer_a)
    assert (row["id"], row["kind"], row["quote"], row["text"]) == (note, "note", PHRASE, TEXT)
    shown = shared.reviewer_a.client.get("/notes").text
    assert "One note or highlight" in shown
    assert TEXT in shown
    passage = f"/versions/{shared.made.version_id}/pages/1?at={row['at'].replace(',', '%2C')}"
    assert passage in shown
    assert 'class="found"' in shared.reviewer_a.client.get(passage).text


def test_without_words_it_is_a_highlight_and_gets_them_later(shared: SharedWorld) -> None:
    note = kept(shared)
    assert [row["kind"] for row in listed(shared.reviewer_a, "?kind=highlight")] == ["highlight"]
    changed = post_json(shared.reviewer_a, f"/notes/{note}", text=TEXT)
    assert (changed.status_code, changed.json()["kind"]) == (200, "note")
    assert listed(shared.reviewer_a, "?kind=highlight") == []
    assert [row["text"] for row in listed(shared.reviewer_a, "?kind=note")] == [TEXT]
    emptied = post_json(shared.reviewer_a, f"/notes/{note}", text="")
    assert (emptied.json()["kind"], emptied.json()["text"]) == ("highlight", "")


def test_words_that_are_not_on_the_page_keep_nothing(shared: SharedWorld) -> None:
    path = f"/versions/{shared.made.version_id}/notes"
    beyond = {"page": 1, "word_from": 0, "word_to": 9999}
    refused = post_json(shared.reviewer_a, path, **beyond)
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["words"])
    assert post_json(shared.reviewer_a, path, **{**beyond, "page": 99}).status_code == 404
    assert listed(shared.reviewer_a) == []


def test_a_typed_passage_leads_to_the_form_without_javascript(shared: SharedWorld) -> None:
    base = f"/versions/{shared.made.version_id}"
    client = shared.reviewer_a.client
    sent = client.get(f"{base}/pages/1/passage", params={"passage": PHRASE, "about": "note"})
    assert sent.status_code == 303
    form = client.get(sent.headers["location"])
    assert PHRASE in form.text
    words = sent.headers["location"].rpartition("=")[2]
    done = post_form(shared.reviewer_a, f"{base}/notes", page=1, words=words, text=TEXT)
    assert done.status_code == 303
    assert "at=" in done.headers["location"]
    too_long = post_form(shared.reviewer_a, f"{base}/notes", page=1, words=words, text="x" * 20_001)
    assert too_long.status_code == 422
    assert "longer than 20,000 characters" in too_long.text
    assert [row["text"] for row in listed(shared.reviewer_a)] == [TEXT]


def test_removing_can_be_undone(shared: SharedWorld) -> None:
    note = kept(shared, text=TEXT)
    removed = post_form(shared.reviewer_a, f"/notes/{note}/remove")
    back = removed.headers["location"]
    assert f"gone={note}" in back
    assert f"/notes/{note}/restore" in shared.reviewer_a.client.get(back).text
    assert listed(shared.reviewer_a) == []
    assert [row["id"] for row in listed(shared.reviewer_a, "?removed=yes")] == [note]
    page = shared.reviewer_a.client.get(f"/versions/{shared.made.version_id}/pages/1").text
    assert note not in page
    assert post_form(shared.reviewer_a, f"/notes/{note}/remove").status_code == 409
    assert post_json(shared.reviewer_a, f"/notes/{note}", text="x").status_code == 409
    restored = post_form(shared.reviewer_a, f"/notes/{note}/restore", back="page")
    assert "/pages/1?at=" in restored.headers["location"]
    assert [row["text"] for row in listed(shared.reviewer_a)] == [TEXT]
    assert post_form(shared.reviewer_a, f"/notes/{note}/restore").status_code == 409


def test_a_tighter_edition_takes_its_words_out_of_the_quote(shared: SharedWorld) -> None:
    kept(shared, phrase=PASSAGE, page=2, text=TEXT)
    assert listed(shared.reviewer_a)[0]["quote"] == PASSAGE
    shared.change(
        "UPDATE grants SET lifted = array_remove(lifted, 'SEC') WHERE id = :g",
        g=shared.made.grant_a,
    )
    assert listed(shared.reviewer_a)[0]["quote"] is None, "not built yet; no older one instead"
    build_editions(shared.worker, version_id=shared.made.version_id)
    (row,) = listed(shared.reviewer_a)
    assert (row["quote"], row["text"]) == ("All traffic passes █ it reaches a model.", TEXT)
    page = shared.reviewer_a.client.get(f"/versions/{shared.made.version_id}/pages/2").text
    assert SEC not in page
    assert TEXT in page
    assert SEC not in shared.reviewer_a.client.get("/notes/export?format=markdown").text


def test_own_words_stay_when_access_ends_and_quotes_fall_away(shared: SharedWorld) -> None:
    note = kept(shared, text=TEXT, shared=True)
    ended = post_json(shared.coordinator, f"/grants/{shared.made.grant_a}/revoke", reason="Over.")
    assert ended.status_code == 200
    for someone in (shared.reviewer_a, shared.lead_a):
        (row,) = listed(someone)
        assert (row["id"], row["text"], row["quote"]) == (note, TEXT, None)
        export = someone.client.get("/notes/export?format=json").text
        assert TEXT in export
        assert PHRASE not in export
        work = someone.client.get("/our-work/export.json").json()
        assert [n["text"] for n in work["notes"]] == [TEXT]
    assert "You may not read this passage now" in shared.reviewer_a.client.get("/notes").text
    assert post_form(shared.reviewer_a, f"/notes/{note}/remove").status_code == 303
    path = f"/versions/{shared.made.version_id}/notes"
    refused = post_json(shared.reviewer_a, path, page=1, word_from=0, word_to=1)
    assert refused.status_code == 403
    denied = [e for e in entries(shared, outcome="denied") if e.content.get("act") == "note:keep"]
    assert [(e.action, e.actor) for e in denied] == [
        ("report:page:read", shared.organisations["ORGA"])
    ]


def test_every_form_of_the_export_holds_quote_and_words(shared: SharedWorld) -> None:
    kept(shared, text="=SUM(A1) and `code` <b>")
    kept(shared, phrase="outside reviewers")
    client = shared.reviewer_a.client
    read = client.get("/notes/export?format=json").json()
    assert [n["quote"] for n in read["notes"]] == [PHRASE, "outside reviewers"]
    called = client.get("/api/v1/notes/export").json()
    assert read | {"exported_at": None} == called | {"exported_at": None}
    rows = list(csv.DictReader(io.StringIO(client.get("/notes/export?format=csv").text)))
    assert [row["quote"] for row in rows] == [PHRASE, "outside reviewers"]
    assert rows[0]["note"] == "'=SUM(A1) and `code` <b>"
    markdown = client.get("/notes/export?format=markdown").text
    assert f"> {PHRASE}" in markdown
    assert "\\`code\\` \\<b\\>" in markdown
    only = client.get("/notes/export?format=json&kind=highlight").json()
    assert len(only["notes"]) == 1


def test_people_of_the_publisher_keep_notes_of_their_own_and_share_none(
    shared: SharedWorld,
) -> None:
    for reader in (shared.internal_reader, shared.second_author):
        grant_internally(shared, shared.made, reader)
    note = kept(shared, shared.internal_reader, text=TEXT)
    path = f"/versions/{shared.made.version_id}"
    assert TEXT in shared.internal_reader.client.get(f"{path}/pages/1").text
    refused = post_json(
        shared.internal_reader,
        f"{path}/notes",
        **place(shared, shared.internal_reader),
        shared=True,
    )
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["shared"])
    for other in (shared.author, shared.second_author, shared.auditor, shared.reviewer_a):
        assert listed(other) == []
        assert other.client.get(f"/notes/{note}").status_code == 404
    assert TEXT not in shared.second_author.client.get(f"{path}/pages/1").text
