"""Marks moved, resized, deleted and undone: nothing is served at a place where a mark stood."""

from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app.features.reports.tasks import build_editions
from app.web import csrf
from tests.world import Someone, World
from tests.worlds.entries import entries, jobs
from tests.worlds.reports import PII, SEC, ImportedVersion, grant_internally

REASON = {
    "categories": ["SEC"],
    "character": "Name of an internal system",
    "justification": "It would help an attacker.",
}
HERE, THERE = [60.0, 60.0, 200.0, 80.0], [70.0, 61.0, 210.0, 81.0]


@pytest.fixture
def world(imported_world: tuple[World, ImportedVersion]) -> World:
    """Give a version that the approver reads wholly and an internal reader without SEC and PII."""
    world, version = imported_world
    grant_internally(world, version, world.approver)
    return world


@pytest.fixture
def made(imported_world: tuple[World, ImportedVersion]) -> ImportedVersion:
    """Give that version."""
    return imported_world[1]


def base(made: ImportedVersion) -> str:
    """Give the address of a version's redactions."""
    return f"/versions/{made.version_id}/redactions"


def post(who: Someone, made: ImportedVersion, act: str, **body: Any) -> httpx.Response:
    """Do an act through the API."""
    answer: httpx.Response = who.client.post(f"/api/v1{base(made)}{act}", json=body)
    return answer


def form(who: Someone, made: ImportedVersion, act: str, **typed: Any) -> httpx.Response:
    """Do an act through its form."""
    fields = {"csrf_token": csrf.token_for("test-secret"), **typed}
    answer: httpx.Response = who.client.post(f"{base(made)}{act}", data=fields)
    return answer


def place_of(world: World, made: ImportedVersion, phrase: str) -> dict[str, Any]:
    """Find where a phrase first stands, as the author reads it."""
    answer = world.author.client.get(f"/api/v1{base(made)}/search", params={"q": phrase})
    place: dict[str, Any] = answer.json()["hits"][0]["places"][0]
    return place


def proposed(
    world: World, made: ImportedVersion, place: dict[str, Any] | None = None, **reason: Any
) -> dict[str, Any]:
    """Propose one mark as the author."""
    places = [place or {"page": 1, "rects": [HERE]}]
    answer = post(world.author, made, "", places=places, **{**REASON, **reason})
    assert answer.status_code == 201, answer.text
    mark: dict[str, Any] = answer.json()[0]
    return mark


def moved(world: World, made: ImportedVersion, mark: dict[str, Any], *rects: Any) -> Any:
    """Move a mark as the author; gives the answer."""
    return post(
        world.author, made, "/change",
        redaction=mark["id"], revision=mark["revision"], rects=list(rects),
    )  # fmt: skip


def stored(world: World) -> list[Any]:
    """Read all rows, in the order in which they came."""
    statement = "SELECT id, rects, state, replaces, revision FROM redactions"
    with world.owner.connect() as connection:
        return list(
            connection.execute(text(f"{statement} ORDER BY changed_at NULLS FIRST, revision"))
        )


def test_a_moved_mark_keeps_its_old_row_and_records_both_places(
    world: World, made: ImportedVersion
) -> None:
    mark, before = proposed(world, made), len(jobs(world))
    answer = moved(world, made, mark, THERE)
    assert answer.status_code == 200, answer.text
    now = answer.json()
    assert (now["rects"], now["replaces"], now["revision"]) == ([THERE], mark["id"], 2)
    assert now["group_id"] == mark["group_id"]
    assert now["id"] != mark["id"]
    assert {(row.id, row.state) for row in stored(world)} == {
        (mark["id"], "withdrawn"),
        (now["id"], "proposed"),
    }
    (entry,) = entries(world, action="redaction:change", outcome="done")
    assert (entry.facts["from"], entry.facts["to"]) == (["60,60,200,80"], ["70,61,210,81"])
    assert entry.actor == world.author.id
    assert [name for name, _ in jobs(world)[before:]] == ["reports.build_editions"]
    (group,) = world.author.client.get(f"/api/v1{base(made)}").json()
    assert [one["id"] for one in group["redactions"]] == [now["id"]]


def _words(world: World, who: Someone, made: ImportedVersion) -> httpx.Response:
    path = f"/api/v1/versions/{made.version_id}/pages/2"
    answer: httpx.Response = who.client.get(path)
    return answer


def _read(answer: httpx.Response) -> str:
    return " ".join(word["text"] for word in answer.json()["words"])


def test_nobody_is_served_a_page_painted_at_the_old_place(
    world: World, made: ImportedVersion
) -> None:
    reader = world.internal_reader
    grant_internally(world, made, reader, "COM")
    mark = proposed(world, made, place_of(world, made, SEC))
    build_editions(world.worker, version_id=made.version_id)
    assert SEC not in _read(_words(world, reader, made))
    assert PII in _read(_words(world, reader, made))
    assert moved(world, made, mark, *place_of(world, made, PII)["rects"]).status_code == 200
    # From the commit on: neither the edition of the old place, nor one that withholds nothing.
    for path in (f"/api/v1/versions/{made.version_id}/pages/2",
                 f"/versions/{made.version_id}/pages/2/image"):  # fmt: skip
        assert reader.client.get(path).status_code == 503
    assert SEC in _read(_words(world, world.author, made)), "who marks reads on"
    build_editions(world.worker, version_id=made.version_id)
    after = _read(_words(world, reader, made))
    assert PII not in after
    assert SEC in after


def test_a_place_changed_in_its_row_would_be_served_stale(
    world: World, made: ImportedVersion
) -> None:
    """The positive control: why a mark that moves becomes a row of its own."""
    reader = world.internal_reader
    grant_internally(world, made, reader, "COM")
    mark = proposed(world, made, place_of(world, made, SEC))
    build_editions(world.worker, version_id=made.version_id)
    there = place_of(world, made, PII)["rects"]
    change = text("UPDATE redactions SET rects = CAST(:r AS jsonb) WHERE id = :i")
    with world.owner.begin() as connection:
        connection.execute(change, {"r": str([list(rect) for rect in there]), "i": mark["id"]})
    build_editions(world.worker, version_id=made.version_id)
    assert PII in _read(_words(world, reader, made)), "marked, and shown all the same"


@pytest.mark.parametrize("column", ["rects = '[]'", "page = 3", "mode = 'tight'"])
def test_no_role_that_serves_or_works_may_change_a_place_in_its_row(
    world: World, made: ImportedVersion, column: str
) -> None:
    proposed(world, made)
    for engine in (world.web.engine, world.worker.engine):
        with engine.connect() as connection, pytest.raises(ProgrammingError, match="denied"):
            connection.execute(text(f"UPDATE redactions SET {column}"))


def test_the_form_moves_and_its_page_offers_to_undo(world: World, made: ImportedVersion) -> None:
    mark = proposed(world, made)
    page = world.author.client.get(f"{base(made)}/pages/1").text
    assert f'id="change-{mark["id"]}"' in page
    sent = form(
        world.author, made, "/change",
        redaction=mark["id"], revision="1", x0="70", y0="61", x1="210", y1="81",
    )  # fmt: skip
    assert sent.status_code == 303
    shown = world.author.client.get(sent.headers["location"]).text
    assert "Saved at its new place." in shown
    (now,) = (row for row in stored(world) if row.state == "proposed")
    x0, y0, x1, y1 = HERE
    undone = form(
        world.author, made, "/change",
        redaction=now.id, revision=str(now.revision), x0=x0, y0=y0, x1=x1, y1=y1,
    )  # fmt: skip
    assert undone.status_code == 303
    (back,) = (row for row in stored(world) if row.state == "proposed")
    assert (back.rects, back.replaces) == ([HERE], now.id)


def test_a_deleted_mark_comes_back_with_what_it_withheld(
    world: World, made: ImportedVersion
) -> None:
    reader = world.internal_reader
    grant_internally(world, made, reader, "COM")
    mark = proposed(world, made, place_of(world, made, SEC))
    gone = form(world.author, made, "/withdraw", redaction=mark["id"])
    assert gone.headers["location"] == f"{base(made)}/pages/2?done=withdrawn&mark={mark['id']}"
    shown = world.author.client.get(gone.headers["location"]).text
    assert "Deleted. It withholds no more." in shown
    assert f'action="{base(made)}/restore"' in shown
    build_editions(world.worker, version_id=made.version_id)
    assert SEC in _read(_words(world, reader, made))
    back = form(world.author, made, "/restore", redaction=mark["id"])
    assert back.headers["location"].endswith(f"done=restored&mark={mark['id']}")
    assert _words(world, reader, made).status_code == 503, "withholds from the commit on"
    build_editions(world.worker, version_id=made.version_id)
    assert SEC not in _read(_words(world, reader, made))
    (entry,) = entries(world, action="redaction:restore")
    assert (entry.outcome, entry.actor) == ("done", world.author.id)
    again = post(world.author, made, "/restore", redactions=[mark["id"]])
    assert again.status_code == 409


def test_of_a_group_what_was_withdrawn_last_comes_back_together(
    world: World, made: ImportedVersion
) -> None:
    places = [{"page": 1, "rects": [HERE]}, {"page": 3, "rects": [HERE]},
              {"page": 4, "rects": [HERE]}]  # fmt: skip
    one, *_ = post(world.author, made, "", places=places, **REASON).json()
    post(world.author, made, "/withdraw", redactions=[one["id"]])
    sent = form(world.author, made, "/withdraw", group=one["group_id"])
    shown = world.author.client.get(sent.headers["location"]).text
    assert "It withholds no more." in shown
    back = form(world.author, made, "/restore", group=one["group_id"])
    assert back.status_code == 303
    states = {row.id: row.state for row in stored(world)}
    assert states.pop(one["id"]) == "withdrawn"
    assert list(states.values()) == ["proposed", "proposed"]


def test_nobody_moves_deletes_or_brings_back_what_somebody_else_proposed(
    world: World, made: ImportedVersion
) -> None:
    mark = proposed(world, made)
    wish = {"redaction": mark["id"], "revision": 1, "rects": [THERE]}
    for who, status in (
        (world.approver, 403), (world.coordinator, 403), (world.reviewer_a, 404),
    ):  # fmt: skip
        assert post(who, made, "/change", **wish).status_code == status
    assert post(world.approver, made, "/withdraw", redactions=[mark["id"]]).status_code == 403
    post(world.author, made, "/withdraw", redactions=[mark["id"]])
    back = post(world.approver, made, "/restore", redactions=[mark["id"]])
    assert back.status_code == 403
    assert [row.state for row in stored(world)] == ["withdrawn"]
    refused = {(e.action, e.actor) for e in entries(world, outcome="denied")}
    assert ("redaction:change", world.approver.id) in refused
    assert ("redaction:restore", world.approver.id) in refused
    page = world.approver.client.get(f"{base(made)}/pages/1").text
    assert "data-mark=" not in page


def test_a_mark_decided_meanwhile_stays_as_decided_and_nothing_typed_is_lost(
    world: World, made: ImportedVersion
) -> None:
    mark = proposed(world, made)
    decision = {"redactions": [mark["id"]], "approve": True, "statement": True}
    assert post(world.approver, made, "/decide", **decision).status_code == 200
    sent = form(
        world.author, made, "/change",
        redaction=mark["id"], revision="1", x0="77.5", y0="61", x1="210", y1="81",
    )  # fmt: skip
    assert sent.status_code == 409
    assert "Somebody approved this mark meanwhile." in sent.text
    assert "77.5, 61, 210, 81" in sent.text
    assert moved(world, made, mark, THERE).status_code == 409
    assert [(row.rects, row.state) for row in stored(world)] == [([HERE], "approved")]


def test_two_windows_cannot_overwrite_each_other(world: World, made: ImportedVersion) -> None:
    mark = proposed(world, made)
    first = moved(world, made, mark, THERE).json()
    sent = form(
        world.author, made, "/change",
        redaction=mark["id"], revision="1", x0="33.5", y0="61", x1="210", y1="81",
    )  # fmt: skip
    assert sent.status_code == 409
    assert "changed meanwhile" in sent.text
    assert 'value="33.5"' in sent.text, "the place that was wished for is still there to be saved"
    assert f'value="{first["id"]}"' in sent.text, "over the mark as it is now"
    over = moved(world, made, first, [33.5, 61, 210, 81])
    assert over.status_code == 200
    stale = post(
        world.author, made, "/change",
        redaction=over.json()["id"], revision=2, rects=[THERE],
    )  # fmt: skip
    assert stale.status_code == 409


def test_a_place_off_the_page_is_refused_beside_what_was_typed(
    world: World, made: ImportedVersion
) -> None:
    mark = proposed(world, made)
    for x0, x1 in (("9000", "9100"), ("", "200"), ("here", "200")):
        sent = form(
            world.author, made, "/change",
            redaction=mark["id"], revision="1", x0=x0, y0="61", x1=x1, y1="81",
        )  # fmt: skip
        assert sent.status_code == 422
        assert "Nothing you typed is lost" in sent.text
    assert len(stored(world)) == 1


def test_a_mark_put_where_it_stands_changes_nothing(world: World, made: ImportedVersion) -> None:
    mark = proposed(world, made)
    assert moved(world, made, mark, HERE).json()["id"] == mark["id"]
    assert entries(world, action="redaction:change") == []


def test_a_mark_has_several_rectangles_and_a_row_left_empty_is_none(
    world: World, made: ImportedVersion
) -> None:
    rows = {"x0": ["60", "", "60"], "y0": ["60", "", "90"], "x1": ["200", "", "180"],
            "y1": ["80", "", "110"]}  # fmt: skip
    more = form(world.author, made, "", page="1", more="yes", **rows, **REASON)
    assert more.status_code == 200
    assert more.text.count("data-rect>") >= 3
    assert "It would help an attacker." in more.text
    assert stored(world) == []
    sent = form(world.author, made, "", page="1", **rows, **REASON)
    assert sent.status_code == 303
    assert [row.rects for row in stored(world)] == [[HERE, [60.0, 90.0, 180.0, 110.0]]]


def test_the_editor_says_how_many_names_would_fit_a_tight_gap(
    world: World, made: ImportedVersion
) -> None:
    tight = proposed(world, made, place_of(world, made, SEC), mode="tight")
    line = proposed(world, made, place_of(world, made, PII), categories=["PII"])
    empty = proposed(world, made, {"page": 2, "rects": [[60, 400, 90, 410]]}, mode="tight")
    view = world.author.client.get(f"/api/v1{base(made)}/pages/2").json()
    assert set(view["guesses"]) == {tight["id"]}, (line, empty)
    assert "common surnames" in view["guesses"][tight["id"]]
    page = world.author.client.get(f"{base(made)}/pages/2").text
    assert view["guesses"][tight["id"]] in page
