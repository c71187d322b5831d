"""A reader's notes against everybody else: the publisher, other organisations, colleagues, the log.

Each wall is shown to be what stops it: with the wall out, the same look finds the note.
"""

import json
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.features.notes.situations import MISSING, TEXT, kept, listed
from tests.world import CAST, Someone
from tests.worlds.doors import post_form, post_json
from tests.worlds.entries import entries
from tests.worlds.shared import SharedWorld

INSIDE = tuple(name for name, (code, _) in CAST.items() if code == "PUB")


def _looked_up(world: SharedWorld, someone: Someone, table: str) -> list[dict[str, Any]]:
    """Read a table as the web role with somebody's own context: the second wall alone."""
    side = "publisher" if someone.name in INSIDE else "reviewer"
    with Session(world.web.engine) as session:
        for key, value in (
            ("side", side),
            ("organisation", someone.organisation_id),
            ("person", someone.id),
        ):
            session.execute(
                text("SELECT set_config(:k, :v, true)"), {"k": f"vitrine.{key}", "v": value}
            )
        rows = session.execute(text(f"SELECT to_jsonb(t) AS row FROM {table} t")).scalars()
        return [dict(row) for row in rows]


def _texts(world: SharedWorld, someone: Someone) -> list[str]:
    return [
        row["body"]
        for row in _looked_up(world, someone, "guarded_fields")
        if row["subject_kind"] == "note"
    ]


def test_no_role_of_the_publisher_finds_a_note_anywhere(shared: SharedWorld) -> None:
    note = kept(shared, text=TEXT, shared=True)
    version = f"versions/{shared.made.version_id}"
    paths = (
        *("/", "/notes", "/api/v1/notes", "/api/v1/notes/export", "/log", "/api/v1/log"),
        *("/log?action=note", f"/{version}/pages/1", f"/api/v1/{version}/pages/1"),
    )
    asked = (
        f"/notes/{note}",
        f"/api/v1/notes/{note}",
    )  # leaves a refusal that names what was asked
    for name in INSIDE:
        client = shared.people[name].client
        for path in paths:
            said = client.get(path).text
            assert TEXT not in said, (name, path)
            assert note not in said, (name, path)
        assert _looked_up(shared, shared.people[name], "reader_notes") == []
        assert _texts(shared, shared.people[name]) == []
    for name in INSIDE:
        assert {shared.people[name].client.get(path).status_code for path in asked} == {404}
    assert TEXT in shared.reviewer_a.client.get(f"/notes/{note}").text, "its writer does"


def test_it_is_the_wall_that_hides_it(shared: SharedWorld) -> None:
    """The positive control: without row-level security the same look finds row and text."""
    kept(shared, text=TEXT)
    tables = ("reader_notes", "guarded_fields")
    for table in tables:
        shared.change(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    assert len(_looked_up(shared, shared.author, "reader_notes")) == 1
    assert _texts(shared, shared.author) == [TEXT]
    for table in tables:
        shared.change(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    shared.change("DROP POLICY with_its_note ON guarded_fields")
    assert _texts(shared, shared.lead_a) == [TEXT], "a colleague, but for the policy of the texts"
    assert _texts(shared, shared.author) == []


@pytest.mark.parametrize("name", ["lead_a", "lead_b", "reviewer_b", "stress_tester", "auditor"])
def test_a_note_of_ones_own_is_missing_to_everybody_else(shared: SharedWorld, name: str) -> None:
    note, other = kept(shared, text=TEXT), shared.people[name]
    assert listed(other) == []
    assert _looked_up(shared, other, "reader_notes") == []
    assert _texts(shared, other) == []
    for method, path in (("get", ""), ("post", ""), ("post", "/remove"), ("post", "/restore")):
        there, nowhere = (
            getattr(other.client, method)(
                f"/api/v1/notes/{i}{path}", **({"json": {}} if method == "post" else {})
            )
            for i in (note, MISSING)
        )
        assert there.status_code == nowhere.status_code == 404, (path, there.text)
        assert there.content.replace(note.encode(), b"") == nowhere.content.replace(
            MISSING.encode(), b""
        )
    denied = entries(shared, outcome="denied")
    own = CAST[name][0] == "PUB"
    actor = other.id if own else other.organisation_id
    about = {e.actor for e in denied if note in (e.object, e.content.get("target"))}
    assert about == {actor}
    assert all(own or e.object != note for e in denied)
    assert listed(shared.reviewer_a)[0]["text"] == TEXT


def test_a_shared_note_is_the_colleagues_to_read_and_the_writers_to_change(
    shared: SharedWorld,
) -> None:
    note = kept(shared, text=TEXT, shared=True)
    (row,) = listed(shared.lead_a)
    assert (row["text"], row["mine"], row["writer"]) == (TEXT, False, "Reviewer A")
    page = shared.lead_a.client.get(f"/versions/{shared.made.version_id}/pages/1").text
    assert TEXT in page
    assert f"/notes/{note}/remove" not in page
    assert post_json(shared.lead_a, f"/notes/{note}", text="mine now").status_code in (403, 404)
    assert post_form(shared.lead_a, f"/notes/{note}/remove").status_code in (403, 404)
    assert listed(shared.lead_b) == []
    assert post_json(shared.reviewer_a, f"/notes/{note}", text=TEXT).status_code == 200
    assert listed(shared.lead_a) == [], "no longer shared"


def test_an_act_on_a_note_looks_like_a_page_read_but_in_the_own_record(
    shared: SharedWorld,
) -> None:
    shared.reviewer_a.client.get(f"/api/v1/versions/{shared.made.version_id}/pages/1")
    plain = [e for e in entries(shared, action="report:page:read") if e.event == "PageRead"][-1]
    before = len(entries(shared))
    note = kept(shared, text=TEXT)
    post_json(shared.reviewer_a, f"/notes/{note}", text=f"{TEXT} Twice.", shared=True)
    post_json(shared.reviewer_a, f"/notes/{note}/remove")
    added = entries(shared)[before:]
    acts = [e.content["event"] for e in added if "event" in e.content]
    assert acts == ["NoteKept", "NoteChanged", "NoteRemoved"]
    for entry in added:
        assert (entry.action, entry.outcome, entry.event) == (
            plain.action,
            plain.outcome,
            "PageRead",
        )
        assert (entry.actor, entry.object) == (plain.actor, plain.object)
        assert set(entry.core) == set(plain.core)
        assert set(entry.core["facts"]) == set(plain.core["facts"])
        bare = {k: v for k, v in entry.core["facts"].items() if k not in ("request", "channel")}
        assert bare == {
            k: v for k, v in plain.core["facts"].items() if k not in ("request", "channel")
        }
        assert "NIGHTJAR" not in json.dumps([entry.core, entry.content])
    record = shared.lead_a.client.get("/api/v1/record?action=report:page:read").text
    assert "Read page …" in record
    assert "note on page" not in record, "not a colleague's either"
    kept(shared, shared.lead_a, text=TEXT)
    record = shared.lead_a.client.get("/api/v1/record?action=report:page:read").text
    assert "Kept a note on page 1" in record
    assert "NIGHTJAR" not in record
    for path in ("/api/v1/log", "/log"):
        assert "note on page" not in shared.auditor.client.get(path).text


def test_after_access_has_ended_nothing_else_shows_either(shared: SharedWorld) -> None:
    note = kept(shared, text=TEXT)
    post_json(shared.coordinator, f"/grants/{shared.made.grant_a}/revoke", reason="It is over.")
    before = len(entries(shared))
    assert post_json(shared.reviewer_a, f"/notes/{note}/remove").status_code == 200
    assert shared.reviewer_a.client.get("/statements").status_code == 200
    entry, plain = entries(shared)[before:]
    assert (entry.action, entry.event, entry.object, entry.outcome) == (
        "statement:list",
        "StatementsListed",
        plain.object,
        "allowed",
    )
    alike = {"request": "", "channel": ""}
    assert {**entry.core["facts"], **alike} == {**plain.core["facts"], **alike}
    assert entry.content["event"] == "NoteRemoved"


def test_the_walls_refuse_a_note_in_somebody_elses_name(shared: SharedWorld) -> None:
    """A bug that names another writer, or shares within the publisher, cannot store its row."""
    note = kept(shared, text=TEXT, shared=True)
    with Session(shared.web.engine) as session:
        for key, value in (
            ("side", "reviewer"),
            ("organisation", shared.lead_a.organisation_id),
            ("person", shared.lead_a.id),
        ):
            session.execute(
                text("SELECT set_config(:k, :v, true)"), {"k": f"vitrine.{key}", "v": value}
            )
        with pytest.raises(Exception, match="row-level security"):
            session.execute(text("UPDATE reader_notes SET page = 2 WHERE id = :i"), {"i": note})
