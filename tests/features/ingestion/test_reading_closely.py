"""Words in doubt are read from their pixels: what agrees is confirmed, what does not stays out."""

import math
from functools import cache

import pikepdf
import pytest
from sqlalchemy import text

from app.rendering import reading, sandbox
from tests.rendering.adversarial import LINE, add_page, helvetica, saved, to_unicode
from tests.world import World
from tests.worlds.entries import entries
from tests.worlds.reports import ImportedVersion, imported_version

TRUE, LIE, SHOWN = "Marginalia", "Quillfeather", "ambidextrous"


@cache
def tilted_report() -> bytes:
    """Give a page with a word that stands there, tilted, and one that only the font claims."""
    pdf = pikepdf.new()
    cosine, sine = math.cos(math.radians(12)), math.sin(math.radians(12))
    turned = f"{cosine:.4f} {sine:.4f} {-sine:.4f} {cosine:.4f}"
    said = f"BT /F1 14 Tf {turned} 60 60 Tm ({TRUE}) Tj ET\n"
    page = add_page(pdf, LINE + said + f"BT /L 12 Tf 90 100 Td ({SHOWN}) Tj ET\n")
    font = helvetica(pdf)
    font.ToUnicode = to_unicode(
        pdf, {ord(code): letter for code, letter in zip(SHOWN, LIE, strict=True)}
    )
    page.obj.Resources.Font.L = font
    return saved(pdf)


def _words(world: World, made: ImportedVersion) -> list[str]:
    answer = world.author.client.get(f"/api/v1/versions/{made.version_id}/pages/1")
    assert answer.status_code == 200, answer.text
    return [word["text"] for word in answer.json()["words"]]


def test_what_reads_the_same_is_confirmed_and_what_reads_otherwise_is_not(world: World) -> None:
    made = imported_version(world, content=tilted_report())
    words = _words(world, made)
    assert TRUE in words
    assert LIE not in words
    doubts = world.author.client.get(f"/api/v1/versions/{made.version_id}/file").json()
    assert doubts["closer_look"] == "done"
    page = world.author.client.get(f"/api/v1/versions/{made.version_id}/file/pages/1").json()
    said = {d["text"]: (d["confirmed"], d["by_machine"], d["read_as"]) for d in page["doubts"]}
    assert said == {TRUE: (True, True, TRUE), LIE: (False, False, SHOWN)}
    shown = world.author.client.get(f"/versions/{made.version_id}/file/pages/1").text
    assert f"read from the pixels as “{SHOWN}”" in shown
    read = [e for e in entries(world) if e.event == "WordsReadFromPixels"]
    assert [(e.facts["words"], e.facts["confirmed"]) for e in read] == [(2, 1)]
    assert LIE not in str([e.core for e in read])


def test_publication_waits_for_the_closer_look(world: World) -> None:
    made = imported_version(world, content=tilted_report())
    state = text("UPDATE versions SET inspection = inspection || :state WHERE id = :id")
    path = f"/api/v1/versions/{made.version_id}/publish"
    with world.owner.begin() as connection:
        waiting = {"state": '{"closer_look": "waiting"}', "id": made.version_id}
        connection.execute(state, waiting)
    refused = world.author.client.post(path)
    assert refused.status_code == 409
    assert "being read from their pixels" in refused.text
    assert "being read" in world.author.client.get(f"/versions/{made.version_id}/file").text
    with world.owner.begin() as connection:
        connection.execute(state, {"state": '{"closer_look": "done"}', "id": made.version_id})
    assert world.author.client.post(path).status_code == 200


@pytest.mark.parametrize(
    ("claimed", "read", "agrees"),
    [
        ("Marginalia", ["Marginalia"], True),
        ("DOE’s", ["DOE's"], True),
        ("ﬁnal", ["final"], True),
        ("well–known", ["well-known"], True),
        ("Marginalia", ["marginalia"], False),
        ("Marginalia", ["Marginal"], False),
        ("Marginalia", [], False),
        ("Il", ["ll"], False),
        ("a", ["a"], False),
        ("—", ["-"], False),
    ],
)
def test_only_the_very_word_agrees(claimed: str, read: list[str], agrees: bool) -> None:
    assert reading.same(claimed, read) is agrees


def test_upright_words_are_read_from_either_side() -> None:
    for matrix in ("0 1 -1 0 100 60", "0 -1 1 0 100 180"):
        pdf = pikepdf.new()
        add_page(pdf, f"BT /F1 14 Tf {matrix} Tm ({TRUE}) Tj ET\n")
        source = saved(pdf)
        (page,) = sandbox.extract_pages(source, first=1, last=1)
        places = [(1, [(w.x0, w.y0, w.x1, w.y1) for w in page.words])]
        ((_, found),) = sandbox.read_words(source, places=places)
        assert reading.same(TRUE, found[0])


def test_an_empty_place_reads_as_nothing() -> None:
    pdf = pikepdf.new()
    add_page(pdf, LINE)
    places = [(1, [(150.0, 150.0, 180.0, 165.0), (150.0, 150.0, 150.1, 150.1)])]
    assert list(sandbox.read_words(saved(pdf), places=places)) == [(1, [[], []])]
