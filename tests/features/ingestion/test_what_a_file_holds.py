"""What an imported file holds: for those who may read all of it; words wait for somebody's look."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pikepdf
import pytest
from pikepdf import Dictionary, Name, String
from sqlalchemy import text

from tests.database import DatabaseServer
from tests.rendering.adversarial import LINE, add_page, helvetica, saved, to_unicode
from tests.world import World
from tests.worlds.doors import post_form
from tests.worlds.entries import entries
from tests.worlds.reports import (
    ImportedVersion,
    grant_internally,
    imported_version,
    marked,
    settle,
)
from tests.worlds.shared import Situation
from tests.worlds.snapshots import copy_of

LIE, SHOWN, UNSEEN, NAME = "Quillfeather", "ambidextrous", "Thistledown", "Brambleworth"


@cache
def doubtful_report() -> bytes:
    """Give two pages: a font that lies, a word that nobody can see, a name said three times."""
    pdf = pikepdf.new()
    content = LINE + f"BT /F1 12 Tf 90 150 Td ({NAME}) Tj ET\n"
    page = add_page(pdf, content + f"BT /L 12 Tf 90 100 Td ({SHOWN}) Tj ET\n")
    font = helvetica(pdf)
    font.ToUnicode = to_unicode(
        pdf, {ord(code): letter for code, letter in zip(SHOWN, LIE, strict=True)}
    )
    page.obj.Resources.Font.L = font
    hidden = f"BT 3 Tr /F1 12 Tf 20 60 Td ({UNSEEN}) Tj ET BT 0 Tr ET\n"
    add_page(pdf, LINE + f"BT /F1 12 Tf 90 150 Td ({NAME}) Tj ET\n" + hidden)
    note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=[0, 0, 9, 9], Contents=String(LIE))
    pdf.pages[0].obj.Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(note)]))
    pdf.docinfo.Author = "Somebody"
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(f"About {NAME}", 1))
    return saved(pdf)


@pytest.fixture(scope="module")
def room(
    shared_snapshot: Situation,
    database_server: DatabaseServer,
    worker_id: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[World, ImportedVersion]]:
    """Import that report once; each test leaves it as it was."""
    for world, _ in copy_of(
        shared_snapshot,
        database_server,
        f"{worker_id}_ingestion",
        tmp_path_factory.mktemp("ingestion") / "data",
    ):
        yield world, imported_version(world, content=doubtful_report(), title=f"On {NAME}")


@pytest.fixture
def doubtful(room: tuple[World, ImportedVersion]) -> Iterator[tuple[World, ImportedVersion]]:
    """Give that report, and take its marks away afterwards."""
    world, made = room
    yield room
    for table in ("redactions", "editions"):
        mine = "version_id = :version" + (
            " AND withheld_redactions <> '{}'" * (table != "redactions")
        )
        with world.owner.begin() as connection:
            if table == "editions":
                pages = f"edition_id IN (SELECT id FROM editions WHERE {mine})"
                for part in ("edition_pages", "edition_outlines"):
                    connection.execute(
                        text(f"DELETE FROM {part} WHERE {pages}"), {"version": made.version_id}
                    )
            connection.execute(
                text(f"DELETE FROM {table} WHERE {mine}"), {"version": made.version_id}
            )


def new_entries(world: World, before: int) -> list[Any]:
    """Give what was recorded since there were so many entries."""
    return list(entries(world))[before:]


def of(made: ImportedVersion, page: int | None = None) -> str:
    """Give the address of the report on a file, or of one page's words."""
    base = f"/versions/{made.version_id}/file"
    return base if page is None else f"{base}/pages/{page}"


def words_on(world: World, made: ImportedVersion, page: int, *, who: str = "author") -> list[str]:
    """Read a page of somebody's edition."""
    answer = world.people[who].client.get(f"/api/v1/versions/{made.version_id}/pages/{page}")
    assert answer.status_code == 200, answer.text
    return [word["text"] for word in answer.json()["words"]]


def test_the_author_sees_what_the_file_holds_beside_its_pages(
    doubtful: tuple[World, ImportedVersion],
) -> None:
    world, made = doubtful
    before = len(list(entries(world)))
    view = world.author.client.get(f"/api/v1{of(made)}").json()

    assert view["pages"] == [
        {"page": 1, "doubtful": 1, "unseen": 0, "confirmed": 0},
        {"page": 2, "doubtful": 0, "unseen": 1, "confirmed": 0},
    ]
    assert view["annotations"] == {"1": {"Text": 1}}
    assert view["metadata"] == {"Author": "Somebody"}
    page = world.author.client.get(of(made))
    assert page.status_code == 200
    assert "Somebody" in page.text
    read = [e for e in new_entries(world, before) if e.event == "IngestionReportRead"]
    assert len(read) == 4  # of each door: the report, and what is marked elsewhere
    assert {e.outcome for e in read} == {"allowed"}
    assert LIE not in str([e.core for e in read])
    desk = world.author.client.get(f"/reports/{made.report_id}/versions/{made.version_id}").text
    assert of(made) in desk


def test_a_marked_phrase_that_stands_unmarked_elsewhere_is_said(
    doubtful: tuple[World, ImportedVersion],
) -> None:
    world, made = doubtful
    ids = marked(world, made, NAME, "PII")
    with world.owner.begin() as connection:
        connection.execute(text("DELETE FROM redactions WHERE id = :id"), {"id": ids[1]})
    (repeat,) = world.author.client.get(f"/api/v1{of(made)}").json()["repeats"]

    assert repeat["phrase"] == NAME
    assert (repeat["marked_on"], repeat["pages"]) == ([1], [2])
    assert repeat["titles"] == [f"About {NAME}"]
    assert repeat["names"] == [f"On {NAME}"]
    page = world.author.client.get(of(made)).text
    assert "also on p." in page


def test_what_is_confirmed_enters_the_text_and_can_be_taken_back(
    doubtful: tuple[World, ImportedVersion],
) -> None:
    world, made = doubtful
    before = len(list(entries(world)))
    assert LIE not in words_on(world, made, 1)
    shown = world.author.client.get(of(made, 1)).text
    assert LIE in shown
    assert "In doubt" in shown
    sent = post_form(world.author, f"{of(made)}/words", page="1", words="0")
    assert sent.status_code == 303, sent.text
    settle(world)
    assert LIE in words_on(world, made, 1)
    found = world.author.client.get(f"/api/v1/versions/{made.version_id}/search?q={LIE}").json()
    assert len(found["hits"]) == 1
    undone = post_form(world.author, f"{of(made)}/words", page="1", words="0", decision="undo")
    assert undone.status_code == 303
    settle(world)
    assert LIE not in words_on(world, made, 1)
    added = new_entries(world, before)
    said = [e.event for e in added if e.event.startswith("Words")]
    assert said == ["WordsConfirmed", "WordsUnconfirmed"]
    assert LIE not in str([e.core for e in added])
    # Of two pages one is drawn again, each time.
    drawn = [e.facts["to_draw"] for e in added if e.event == "EditionBuildStarted"]
    assert drawn == [1, 1]


@pytest.mark.parametrize("words", [[], [7], [0, 99]])
def test_words_that_the_page_does_not_have_are_refused(
    doubtful: tuple[World, ImportedVersion], words: list[int]
) -> None:
    world, made = doubtful
    answer = world.author.client.post(f"/api/v1{of(made)}/words", json={"page": 1, "words": words})
    assert answer.status_code == 422
    sent = post_form(
        world.author, f"{of(made)}/words", page="1", **({"words": "7"} if words else {})
    )
    assert sent.status_code == 422
    assert "Choose at least one word" in sent.text
    assert world.author.client.get(of(made, 3)).status_code == 404


def test_nothing_is_confirmed_in_a_published_version(
    doubtful: tuple[World, ImportedVersion],
) -> None:
    world, made = doubtful
    change = text("UPDATE versions SET state = :state WHERE id = :id")
    with world.owner.begin() as connection:
        connection.execute(change, {"state": "published", "id": made.version_id})
    try:
        for answer in (
            world.author.client.post(f"/api/v1{of(made)}/words", json={"page": 1, "words": [0]}),
            post_form(world.author, f"{of(made)}/words", page="1", words="0"),
        ):
            assert answer.status_code in (403, 404)
        assert world.author.client.get(of(made, 1)).status_code == 200
    finally:
        with world.owner.begin() as connection:
            connection.execute(change, {"state": "working", "id": made.version_id})


@pytest.mark.parametrize("who", ["responder", "auditor", "administrator", "lead_a", "reviewer_b"])
def test_others_do_not_learn_what_a_file_holds(
    doubtful: tuple[World, ImportedVersion], who: str
) -> None:
    world, made = doubtful
    client = world.people[who].client
    nowhere = client.get("/versions/ver_nowhere/file").status_code
    for path in (of(made), of(made, 1), f"/api/v1{of(made)}", f"/api/v1{of(made, 1)}"):
        answer = client.get(path)
        assert answer.status_code == nowhere == 404
        assert LIE not in answer.text


def test_who_reads_less_than_everything_does_not_see_what_a_file_holds(
    doubtful: tuple[World, ImportedVersion],
) -> None:
    world, made = doubtful
    marked(world, made, NAME, "LEG")
    grant_internally(world, made, world.approver, "COM")
    grant_internally(world, made, world.coordinator)

    assert NAME not in words_on(world, made, 1, who="approver")
    assert world.approver.client.get(f"/api/v1{of(made)}").status_code == 404
    assert world.approver.client.get(f"/api/v1{of(made, 1)}").status_code == 404
    assert world.coordinator.client.get(f"/api/v1{of(made, 1)}").status_code == 200


def test_the_database_keeps_unconfirmed_words_from_who_reads_less(
    doubtful: tuple[World, ImportedVersion],
) -> None:
    """The second wall, with its positive control."""
    world, made = doubtful
    marked(world, made, NAME, "LEG")

    def seen() -> list[Any]:
        from app.models.content import UnconfirmedWord
        from app.transaction import begin

        with begin(world.web, world.approver.actor) as tx:
            return list(tx.session.query(UnconfirmedWord))

    assert seen() == []
    with world.owner.begin() as connection:
        connection.execute(text("ALTER TABLE unconfirmed_words DISABLE ROW LEVEL SECURITY"))
    try:
        assert len(seen()) == 2
    finally:
        with world.owner.begin() as connection:
            connection.execute(text("ALTER TABLE unconfirmed_words ENABLE ROW LEVEL SECURITY"))


def test_an_unconfirmed_word_is_a_secret_for_the_leak_checker(
    doubtful: tuple[World, ImportedVersion],
) -> None:
    from app.access.documents import source_pages
    from app.features.reports.building import BUILD
    from app.features.reports.editions import plan_page, secrets_of
    from app.transaction import begin

    world, made = doubtful
    with begin(world.worker, BUILD) as tx:
        pages = source_pages(tx, made.version_id)
    plans = [(page, plan_page(page, [], digest="d", dpi=110)) for page in pages.values()]

    assert set(secrets_of(plans)) == {LIE, UNSEEN}
