"""`make bench`: ratios measured in one run, interleaved, medians; pass or miss for each.

Machines are noisy: believe ratios inside one run, not absolute times. Nothing here is asserted by
a test. Everything is real: PostgreSQL, sessions, Cedar, the watermark, the audit entry.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
from fastapi import FastAPI
from fastapi.testclient import TestClient
from rich.console import Console
from rich.table import Table
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.audit import log
from app.audit.entry import Entry, uuid7
from app.db.embedded import EmbeddedServer
from app.db.migrate import upgrade
from app.db.session import engine_for
from app.kernel.clock import now
from app.rendering import watermark
from tests.corpus import corpus_folder
from tests.database import Database
from tests.world import World, build_world, make_settings
from tests.worlds.reports import imported_version, small_report

ROUNDS = 60
Act = Callable[[], object]


def main() -> None:
    """Set up a real installation in a temporary folder, measure, print the table."""
    with tempfile.TemporaryDirectory(prefix="vitrine-bench-") as folder:
        root = Path(folder)
        server = EmbeddedServer(root / "db")
        began = time.perf_counter()
        server.start()
        started = time.perf_counter() - began
        try:
            upgrade(server.urls.owner)
            database = Database("vitrine", server.urls, server.bootstrap_url())
            settings = make_settings(database, root / "data")
            world = build_world(settings, database.owner)
            try:
                _report(_measure(world), started)
            finally:
                world.web.engine.dispose()
                world.worker.engine.dispose()
                database.dispose()
        finally:
            server.stop()


def _measure(world: World) -> list[tuple[str, float, float, float]]:
    """Give (what, ratio, limit, aim) for each figure."""
    source = _source()
    version = imported_version(world, content=source).version_id
    reader = world.author.client
    page = min(12, len(pdfium.PdfDocument(source)))
    image = f"/versions/{version}/pages/{page}/image"
    bare = _bare_route(world)

    def warm() -> None:
        assert reader.get(image).status_code == 200

    def cold() -> None:
        watermark.forget()
        assert reader.get(image).status_code == 200

    def metadata() -> None:
        assert reader.get(f"/api/v1/versions/{version}").status_code == 200

    times = interleaved(
        {
            "render": lambda: _render(source, page),
            "warm": warm,
            "cold": cold,
            "metadata": metadata,
            "bare": lambda: bare.get("/bare"),
            "commit": lambda: _commit(world, audited=False),
            "audited": lambda: _commit(world, audited=True),
        }
    )
    return [
        ("page view, cold, to PDFium", times["cold"] / times["render"], 5.5, 4.0),
        ("page view, warm, to PDFium", times["warm"] / times["render"], 3.0, 2.2),
        ("metadata read, to a bare route", times["metadata"] / times["bare"], 4.0, 4.0),
        ("commit with entry, to without", times["audited"] / times["commit"], 1.25, 1.25),
    ]


def interleaved(acts: dict[str, Act]) -> dict[str, float]:
    """Run every act in turn, many times; give the median seconds of each."""
    taken: dict[str, list[float]] = {name: [] for name in acts}
    for act in acts.values():
        act()
    for _ in range(ROUNDS):
        for name, act in acts.items():
            began = time.perf_counter()
            act()
            taken[name].append(time.perf_counter() - began)
    return {name: statistics.median(values) for name, values in taken.items()}


def _source() -> bytes:
    found = sorted(corpus_folder().glob("*.pdf"))
    return found[0].read_bytes() if found else small_report()


def _render(source: bytes, page: int) -> None:
    """Render one page at 110 dpi as PDFium alone does, the document open already."""
    document = _OPEN.setdefault(source, pdfium.PdfDocument(source))
    document[page - 1].render(scale=110 / 72).to_numpy()


_OPEN: dict[bytes, pdfium.PdfDocument] = {}


def _bare_route(world: World) -> TestClient:
    """Give a FastAPI application with one route that selects one row by its key."""
    app = FastAPI()
    engine = engine_for(world.web.settings.database_url, pool_size=4)
    find = text("SELECT id, name FROM organisations WHERE id = :id")

    @app.get("/bare")
    def bare() -> dict[str, str]:
        with Session(engine) as session:
            row = session.execute(find, {"id": world.organisations["PUB"]}).one_or_none()
            return {"found": str(row)}

    return TestClient(app, base_url="https://vitrine.test")


def _commit(world: World, *, audited: bool) -> None:
    """Commit one small row, alone or beside an audit entry as long as a real one."""
    with Session(world.owner) as session:
        session.execute(
            text(
                "INSERT INTO counters VALUES (:org, 'RQ', 1) ON CONFLICT (organisation_id, series)"
                " DO UPDATE SET next = counters.next + 1"
            ),
            {"org": world.organisations["ORGA"]},
        )
        if audited:
            log.append(session, [_entry(world)])
        session.commit()


def _entry(world: World) -> Entry:
    """Give an entry of the usual length."""
    return Entry(
        id=uuid7(),
        at=now(),
        action="report:page:read",
        outcome="allowed",
        actor=world.author.id,
        acting_for=world.organisations["PUB"],
        object="ver_0123456789abcdefghjk",
        organisations=frozenset({world.organisations["ORGA"]}),
        core={"event": "PageRead", "policies": ["documents.read"], "facts": {"page": 12}},
        personal={"name": "Author", "person": world.author.id, "address": "127.0.0.1"},
        content=None,
    )


def _report(rows: list[tuple[str, float, float, float]], started: float) -> None:
    table = Table("figure", "ratio", "limit", "aim", "")
    for what, ratio, limit, aim in rows:
        verdict = "pass" if ratio <= limit else "MISS"
        table.add_row(what, f"{ratio:.2f}", f"{limit:.2f}", f"{aim:.2f}", verdict)
    console = Console()
    console.print(table)
    console.print(f"first start of the bundled PostgreSQL: {started:.1f} s")
    if any(ratio > limit for _, ratio, limit, _ in rows):
        console.print("A figure missed its limit; on a busy machine, run it again.")


if __name__ == "__main__":
    main()
