"""A copy for one person: of their edition, watermarked, recorded, one at a time."""

import hashlib
import io
from collections.abc import Iterator
from typing import Any

import pypdf
import pypdfium2 as pdfium
import pytest
from sqlalchemy import text

from app.rendering.leakcheck import check
from tests.database import DatabaseServer
from tests.world import World
from tests.worlds.entries import entries
from tests.worlds.reports import COM, LEG, PII, PUBLIC, SEC, SharedVersion
from tests.worlds.shared import Situation
from tests.worlds.snapshots import copy_of

Room = tuple[World, SharedVersion]


@pytest.fixture(scope="module")
def room(
    shared_snapshot: Situation,
    database_server: DatabaseServer,
    worker_id: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Room]:
    """Let organisation A take copies of what B may only read."""
    for world, made in copy_of(
        shared_snapshot,
        database_server,
        f"{worker_id}_copies",
        tmp_path_factory.mktemp("copies") / "data",
    ):
        change(world, "UPDATE grants SET handling = 'download' WHERE id = :id", id=made.grant_a)
        yield world, made


def change(world: World, statement: str, **values: object) -> None:
    """Change rows as the database's owner."""
    with world.owner.begin() as connection:
        connection.execute(text(statement), values)


def copy(world: World, made: SharedVersion, *, who: str = "lead_a", form: str = "pdf") -> Any:
    """Fetch a copy."""
    return world.people[who].client.get(f"/versions/{made.version_id}/copy.{form}")


def said(pdf: bytes) -> str:
    """Read the words of a PDF with an engine that the writer does not use."""
    return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_a_copy_holds_the_persons_edition_and_nothing_else(room: Room) -> None:
    world, made = room
    answer = copy(world, made)

    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    assert "Sabotage" not in answer.headers["content-disposition"]
    words = said(answer.content)
    assert PUBLIC in " ".join(words.split())
    assert {SEC, "Marchetti"} <= set(words.replace(".", " ").split())
    assert LEG not in words
    report = check(answer.content, permitted=None, boxes=None, secrets=[LEG])
    assert report.passed, report.findings


def test_every_page_of_a_copy_carries_the_watermark(room: Room) -> None:
    world, made = room
    document = pdfium.PdfDocument(copy(world, made).content)
    image = world.lead_a.client.get(f"/versions/{made.version_id}/pages/1/image").content

    assert len(document) == made.pages
    for page in document:
        pixels = page.render(scale=110 / 72, grayscale=True).to_numpy()
        # Paper is white; only the watermark is light gray over wide parts of it.
        assert ((pixels > 190) & (pixels < 250)).mean() > 0.005
    assert image  # the reader's own page, for comparison by eye


def test_the_text_of_a_copy_says_what_is_removed_where_it_stood(room: Room) -> None:
    world, made = room
    answer = copy(world, made, form="txt")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert PUBLIC.split()[1] in answer.text
    assert "[removed, LEG: Something of category LEG]" in answer.text
    assert COM in " ".join(answer.text.split())
    assert LEG not in answer.text
    assert "Page 4" in answer.text


def test_a_copy_is_recorded_before_and_after(room: Room) -> None:
    world, made = room
    before = len(entries(world))
    content = copy(world, made).content
    started, finished = [e for e in entries(world)[before:] if e.event.startswith("Download")]

    assert (started.event, finished.event) == ("DownloadStarted", "DownloadFinished")
    assert started.outcome == "allowed"
    assert finished.content["digest"] == hashlib.sha256(content).hexdigest()
    assert finished.content["bytes"] == len(content)
    assert started.content["copy"] == finished.content["copy"]


def test_who_may_only_read_takes_no_copy(room: Room) -> None:
    world, made = room
    before = len(entries(world))
    nowhere = world.lead_b.client.get("/versions/ver_nowhere/copy.pdf")
    answer = copy(world, made, who="lead_b")

    assert answer.status_code == nowhere.status_code == 404
    denied = [e for e in entries(world)[before:] if e.outcome == "denied"]
    assert denied
    assert {e.action for e in denied} == {"report:version:download"}
    assert "copy.pdf" not in world.lead_b.client.get(f"/versions/{made.version_id}").text
    assert "copy.pdf" in world.lead_a.client.get(f"/versions/{made.version_id}").text


def test_a_copy_is_of_what_the_grants_for_copies_lift_even_where_more_may_be_read(
    room: Room,
) -> None:
    world, made = room
    change(
        world,
        "INSERT INTO grants (id, report_id, version_id, review_id, organisation_id, person_ids,"
        " preset, lifted, handling, purpose, working, starts_at, ends_at, state, proposed_by,"
        " proposed_at) SELECT 'grt_more', report_id, version_id, review_id, organisation_id,"
        " person_ids, preset, lifted, 'view', purpose, working, starts_at, ends_at, state,"
        " proposed_by, proposed_at FROM grants WHERE id = :id",
        id=made.grant_a,
    )
    change(
        world,
        "UPDATE grants SET lifted = (SELECT lifted FROM grants WHERE id = :b) WHERE id = :a",
        a=made.grant_a, b=made.grant_b,
    )  # fmt: skip
    try:
        page = world.lead_a.client.get(f"/api/v1/versions/{made.version_id}/pages/2").json()
        assert SEC in {word["text"] for word in page["words"]}
        words = said(copy(world, made).content)
        assert SEC not in words
        assert PII.split()[1] not in words
    finally:
        change(
            world,
            "UPDATE grants SET lifted = (SELECT lifted FROM grants WHERE id = 'grt_more')"
            " WHERE id = :a",
            a=made.grant_a,
        )
        change(world, "DELETE FROM grants WHERE id = 'grt_more'")


def test_one_person_takes_one_copy_at_a_time(room: Room) -> None:
    world, made = room
    change(
        world,
        "UPDATE downloads SET finished_at = NULL, started_at = now() WHERE id ="
        " (SELECT max(id) FROM downloads)",
    )
    try:
        refused = copy(world, made)
        assert refused.status_code == 409
        assert "being made for you" in refused.text
    finally:
        change(world, "UPDATE downloads SET started_at = now() - interval '2 minutes'")
    # What broke off more than a minute ago is in nobody's way.
    assert copy(world, made).status_code == 200


def test_nobody_else_sees_whose_copies_there_are(room: Room) -> None:
    from app.models.downloads import Download
    from app.transaction import begin

    world, made = room
    assert copy(world, made).status_code == 200
    for who, many in (("lead_a", True), ("lead_b", False), ("coordinator", False)):
        with begin(world.web, world.people[who].actor) as tx:
            assert bool(tx.session.query(Download).count()) is many, who


def test_after_revocation_no_copy_is_taken(room: Room) -> None:
    world, made = room
    change(world, "UPDATE grants SET state = 'revoked' WHERE id = :id", id=made.grant_a)
    try:
        assert copy(world, made).status_code == 404
        assert copy(world, made, form="txt").status_code == 404
    finally:
        change(world, "UPDATE grants SET state = 'in_force' WHERE id = :id", id=made.grant_a)
