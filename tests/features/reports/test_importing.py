"""Files come in whole or not at all: refused, doubled, killed half way, by page and by API."""

import io
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from sqlalchemy import text

from app.kernel.config import Settings
from app.web import csrf
from tests.world import World
from tests.worlds.entries import entries, jobs
from tests.worlds.reports import imported_version, settle, small_report

PDF = "application/pdf"
RESUME = """
from app.installation import open_for_worker
from app.kernel.config import Settings
from app.features.reports.ingest import ingest
import sys
ingest(open_for_worker(Settings()), version_id=sys.argv[1])
"""


def new_report(world: World) -> str:
    """Create a report as the author."""
    created = world.author.client.post("/api/v1/reports", json={"title": "Risk report"})
    return str(created.json()["id"])


def send(world: World, report_id: str, content: bytes, *, who: str = "author") -> Any:
    """Upload a file by the API."""
    return world.people[who].client.post(
        f"/api/v1/reports/{report_id}/versions",
        data={"label": "1.0"},
        files={"file": ("report.pdf", content, PDF)},
    )


def rows(world: World, statement: str) -> list[Any]:
    """Look into the database as its owner."""
    with world.owner.connect() as connection:
        return list(connection.execute(text(statement)).all())


def encrypted() -> bytes:
    """Make a PDF that needs a password."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(small_report())) as pdf:
        pdf.save(made, encryption=pikepdf.Encryption(owner="o", user="secret"))
    return made.getvalue()


def test_page_and_api_import_alike(world: World) -> None:
    form = world.author.client.post(
        "/reports", data={"csrf_token": csrf.token_for("test-secret"), "title": "By page"}
    )
    assert form.status_code == 303
    by_page = form.headers["location"].removeprefix("/reports/")
    by_api = new_report(world)
    upload = world.author.client.post(
        f"/reports/{by_page}/versions",
        data={"csrf_token": csrf.token_for("test-secret"), "label": "1.0"},
        files={"file": ("report.pdf", small_report(), PDF)},
    )
    assert upload.status_code == 303
    assert send(world, by_api, small_report()).status_code == 202
    versions = rows(
        world,
        "SELECT number, label, state, source_digest, imported_by FROM versions",
    )
    assert len(versions) == 2
    assert len(set(versions)) == 1
    grants = rows(world, "SELECT person_ids, preset, lifted, working, state FROM grants")
    assert len(grants) == 2
    assert grants[0] == grants[1]
    assert grants[0].person_ids == [world.author.id]
    logged = [(e.event, e.outcome) for e in entries(world)]
    assert logged[:3] == [
        ("ReportCreated", "done"),
        ("ReportCreated", "done"),
        ("VersionImportStarted", "done"),
    ]
    assert logged[2:4] == logged[4:6]
    assert [name for name, _ in jobs(world)] == ["reports.ingest", "reports.ingest"]
    assert "report.pdf" not in str([e.core for e in entries(world)])


@pytest.mark.parametrize("who", ["coordinator", "approver", "internal_reader", "lead_a"])
def test_who_is_no_author_imports_nothing(world: World, who: str) -> None:
    report_id = new_report(world)
    answer = send(world, report_id, small_report(), who=who)
    assert answer.status_code in (403, 404)
    assert rows(world, "SELECT id FROM versions") == []
    (refused,) = entries(world, action="report:version:import", outcome="denied")
    assert refused.actor == world.people[who].id


def test_a_file_that_is_of_no_kind_is_refused_at_the_door(world: World) -> None:
    report_id = new_report(world)
    for content in (b"", b"PK\x03\x04 not a pdf", b"x" * 2000 + b"%PDF-1.7"):
        answer = send(world, report_id, content)
        assert answer.status_code == 422
        assert "file" in answer.json()["fields"]
    page = world.author.client.post(
        f"/reports/{report_id}/versions",
        data={"csrf_token": csrf.token_for("test-secret"), "label": "Draft seven"},
        files={"file": ("a.zip", b"PK\x03\x04", "application/zip")},
    )
    assert page.status_code == 422
    assert "This is an archive." in page.text
    assert "Draft seven" in page.text  # what was typed is still there
    assert rows(world, "SELECT id FROM versions") == []
    assert jobs(world) == []


def test_more_bytes_than_allowed_are_refused_while_they_stream(world: World) -> None:
    report_id = new_report(world)
    world.web.settings.max_upload_bytes = 10_000
    small = send(world, report_id, b"%PDF-1.7" + b"x" * 20_000)
    assert small.status_code == 413

    def unannounced() -> Any:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
        yield from (b"x" * 65536 for _ in range(40))

    answer = world.author.client.post(
        f"/api/v1/reports/{report_id}/versions",
        content=unannounced(),
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )
    assert answer.status_code == 413
    assert rows(world, "SELECT id FROM versions") == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"%PDF-1.7\n" + b"garbage " * 500, "damaged"),
        (encrypted(), "password"),
    ],
    ids=["broken", "encrypted"],
)
def test_a_file_that_cannot_be_read_leaves_a_sentence_and_nothing_else(
    world: World, content: bytes, reason: str
) -> None:
    report_id = new_report(world)
    answer = send(world, report_id, content)
    settle(world)
    version = answer.json()["id"]
    (row,) = rows(world, "SELECT state, failure, pages FROM versions")
    assert (row.state, row.pages) == ("failed", 0)
    assert reason in row.failure
    for table in ("source_pages", "section_titles", "sections", "editions", "edition_pages"):
        assert rows(world, f"SELECT 1 FROM {table}") == []
    assert entries(world, action="report:version:ingest")[-1].event == "VersionImportFailed"
    page = world.author.client.get(f"/reports/{report_id}/versions/{version}")
    assert reason in page.text
    assert world.author.client.get(f"/versions/{version}").status_code in (404, 503)
    # The number is free again, so the mended file becomes version 1.
    assert send(world, report_id, small_report()).json()["number"] == 1


def test_too_many_pages_are_refused(world: World) -> None:
    world.worker.settings.max_pages = 3
    send(world, new_report(world), small_report())
    settle(world)
    (row,) = rows(world, "SELECT state, failure FROM versions")
    assert row.state == "failed"
    assert "more pages" in row.failure


def test_the_same_file_twice_is_one_version(world: World) -> None:
    report_id = new_report(world)
    assert send(world, report_id, small_report()).status_code == 202
    again = send(world, report_id, small_report())
    assert again.status_code == 409
    assert "already version 1" in again.json()["detail"]
    assert len(rows(world, "SELECT id FROM versions")) == 1
    assert len(jobs(world)) == 1


def test_a_job_that_runs_twice_changes_nothing_more(world: World) -> None:
    made = imported_version(world)
    before = entries(world)
    with world.owner.begin() as connection:
        connection.execute(text("UPDATE procrastinate_jobs SET status = 'todo'"))
    settle(world)
    assert entries(world) == before
    assert len(rows(world, "SELECT 1 FROM source_pages")) == made.pages


def test_progress_tells_how_far_it_is(world: World) -> None:
    report_id = new_report(world)
    version = send(world, report_id, small_report()).json()["id"]
    client = world.author.client
    waiting = client.get(f"/versions/{version}/progress").json()
    assert waiting["done"] is False
    desk = client.get(f"/reports/{report_id}/versions/{version}")
    assert f'data-status-url="/versions/{version}/progress"' in desk.text
    settle(world)
    assert client.get(f"/versions/{version}/progress").json()["done"] is True
    assert client.get(f"/api/v1/versions/{version}/progress").json()["done"] is True
    assert world.reviewer_a.client.get(f"/versions/{version}/progress").status_code == 404


def first_pages(path: Path, count: int) -> bytes:
    """Cut the first pages out of a real report: enough to be killed in the middle of."""
    made = io.BytesIO()
    with pikepdf.open(path) as pdf:
        del pdf.pages[count:]
        pdf.save(made)
    return made.getvalue()


def environment(settings: Settings) -> dict[str, str]:
    """Give a child process the installation of a test."""
    return os.environ | {
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "DATABASE_WORKER_URL": settings.database_worker_url,
        "DATABASE_SEQUENCER_URL": settings.database_sequencer_url,
        "DATABASE_OWNER_URL": settings.database_owner_url,
    }


def test_a_killed_ingestion_goes_on_where_it_was(world: World, corpus: list[Path]) -> None:
    if not corpus:
        pytest.skip("no corpus: a small report is read before anybody can kill it")
    report_id = new_report(world)
    version = send(world, report_id, first_pages(corpus[0], 30)).json()["id"]
    child = subprocess.Popen(
        [sys.executable, "-c", RESUME, version], env=environment(world.worker.settings)
    )
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and child.poll() is None:
        if rows(world, "SELECT pages_ready FROM versions")[0].pages_ready:
            break
        time.sleep(0.05)
    child.kill()
    child.wait()
    (row,) = rows(world, "SELECT state, pages, pages_ready FROM versions")
    assert row.state == "importing"
    assert 0 < row.pages_ready < row.pages
    stored = rows(world, "SELECT page, words FROM source_pages ORDER BY page")
    settle(world)
    (after,) = rows(world, "SELECT state, pages, pages_ready FROM versions")
    assert after.state == "working"
    assert after.pages_ready == after.pages == row.pages
    whole = rows(world, "SELECT page, words FROM source_pages ORDER BY page")
    assert [page.page for page in whole] == list(range(1, row.pages + 1))
    assert whole[: len(stored)] == stored
    spans = [e.facts for e in entries(world) if e.event == "PagesRead"]
    assert sum(span["last"] - span["first"] + 1 for span in spans) == row.pages
    assert rows(world, "SELECT state FROM editions") == [("ready",)]
