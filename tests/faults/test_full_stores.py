"""A store that takes nothing more: what was begun is refused whole, and goes on when it does."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from app.kernel.config import Settings
from app.rendering import watermark
from tests.features.reports.test_importing import environment
from tests.world import PUBLIC_URL, World
from tests.worlds.entries import entries, jobs
from tests.worlds.reports import (
    SEC,
    ImportedVersion,
    grant_internally,
    marked,
    settle,
    small_report,
)

# Files of more than 4 KiB cannot be written by this process: a disk that is full.
FULL = """
import resource, sys
from app.installation import open_for_web
from app.kernel.config import Settings
from app.main import create_app
from fastapi.testclient import TestClient
settings = Settings()
client = TestClient(create_app(settings), base_url=settings.url, raise_server_exceptions=False)
client.cookies.set("__Host-vitrine", sys.argv[1], domain="vitrine.test", path="/")
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
answer = client.post(
    f"/api/v1/reports/{sys.argv[2]}/versions",
    headers={"X-Vitrine-CSRF": "1"},
    data={"label": "1.0"},
    files={"file": ("report.pdf", open(sys.argv[3], "rb").read(), "application/pdf")},
)
print(answer.status_code, answer.json()["code"])
"""


def _count(world: World, table: str) -> int:
    with world.owner.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_an_upload_that_finds_the_disk_full_leaves_nothing_and_succeeds_later(
    world: World, tmp_path: Path
) -> None:
    report = tmp_path / "report.pdf"
    report.write_bytes(small_report())
    made = world.author.client.post("/api/v1/reports", json={"title": "Risk"}).json()["id"]
    before = len(entries(world))
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FULL, world.author.token, made, str(report)],
        # No compiled modules: cut short by the limit, they would break whoever comes next.
        env=environment(world.web.settings)
        | {"VITRINE_PUBLIC_URL": PUBLIC_URL, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.stdout.split() == ["503", "unavailable"], done.stderr
    assert (_count(world, "versions"), jobs(world)) == (0, [])
    assert [e for e in entries(world)[before:] if e.outcome == "done"] == []
    assert [p for p in _files(world.web.settings) if p.stat().st_size] == []
    again = world.author.client.post(
        f"/api/v1/reports/{made}/versions",
        data={"label": "1.0"},
        files={"file": ("report.pdf", report.read_bytes(), "application/pdf")},
    )
    assert again.status_code == 202
    settle(world)
    with world.owner.connect() as connection:
        assert connection.execute(text("SELECT state FROM versions")).scalars().all() == ["working"]


def _files(settings: Settings) -> list[Path]:
    return [path for path in (settings.data_dir / "sources").rglob("*") if path.is_file()]


@contextmanager
def _unwritable(folder: Path) -> Iterator[None]:
    """Put a file in a folder's place: nobody writes there, whatever their rights."""
    aside = folder.with_name(f"{folder.name}-aside")
    folder.rename(aside)
    folder.write_bytes(b"")
    try:
        yield
    finally:
        folder.unlink()
        aside.rename(folder)


def _due(world: World) -> None:
    """Let jobs that wait for another attempt run now."""
    with world.owner.begin() as connection:
        connection.execute(text("UPDATE procrastinate_jobs SET scheduled_at = NULL"))


def test_a_build_that_cannot_store_its_pages_lets_nothing_out_and_is_tried_again(
    imported_world: tuple[World, ImportedVersion],
) -> None:
    world, made = imported_world
    grant_internally(world, made, world.internal_reader, "COM")
    path = f"/versions/{made.version_id}/pages/2"
    assert SEC in world.internal_reader.client.get(path).text
    ready = "SELECT count(*) FROM editions WHERE state = 'ready'"
    marked(world, made, SEC, "SEC")
    with world.owner.begin() as connection:
        before = connection.execute(text(ready)).scalar_one()
    place = {"page": 1, "rects": [[60, 60, 200, 80]]}
    reason = {"categories": ["SEC"], "character": "A system", "justification": "It would help."}
    proposed = world.author.client.post(
        f"/api/v1/versions/{made.version_id}/redactions", json={"places": [place], **reason}
    )
    assert proposed.status_code == 201
    with _unwritable(world.worker.settings.data_dir / "objects"):
        settle(world)
        assert world.internal_reader.client.get(path).status_code == 503
    with world.owner.begin() as connection:
        assert connection.execute(text(ready)).scalar_one() == before
        waiting = connection.execute(
            text("SELECT task_name, attempts FROM procrastinate_jobs WHERE status = 'todo'")
        ).all()
    assert [tuple(row) for row in waiting] == [("reports.build_editions", 1)]
    _due(world)
    settle(world)
    answer = world.internal_reader.client.get(path)
    assert answer.status_code == 200
    assert SEC not in answer.text


def test_a_page_whose_bytes_cannot_be_fetched_is_not_shown_and_comes_back(
    imported_world: tuple[World, ImportedVersion],
) -> None:
    world, made = imported_world
    path = f"/api/v1/versions/{made.version_id}/pages/1/image"
    watermark.forget()  # another test may have looked at the same page
    with _unwritable(world.web.settings.data_dir / "objects"):
        answer = world.author.client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert world.author.client.get(path).status_code == 200
