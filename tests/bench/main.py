"""`make bench`: ratios measured in one run, interleaved, medians; pass or miss for each.

Machines are noisy: believe ratios inside one run, not absolute times. Nothing here is asserted by
a test. Everything is real: PostgreSQL, sessions, Cedar, the watermark, the audit entry.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
from fastapi import FastAPI
from rich.console import Console
from rich.table import Table
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db.embedded import EmbeddedServer
from app.db.migrate import upgrade
from app.db.session import engine_for
from app.rendering import watermark
from tests.bench import editions, statements
from tests.bench.claims import of_the_register
from tests.bench.desk import of_the_desk
from tests.bench.lists import of_lists
from tests.bench.positions import of_positions
from tests.bench.serving import Keeping, served
from tests.bench.versions import of_versions
from tests.bench.writing import ratio_of_commits
from tests.corpus import corpus_folder
from tests.database import Database
from tests.world import World, build_world, make_settings
from tests.worlds.reports import imported_version, small_report
from tests.worlds.requests import shared_version

ROUNDS = 60
Act = Callable[[], object]


def main() -> None:
    """Set up a real installation in a temporary folder, measure, print the table."""
    with tempfile.TemporaryDirectory(prefix="vitrine-bench-") as folder:
        root = Path(folder)
        server = EmbeddedServer(root / "db")
        starts = {"bundled PostgreSQL, first start": seconds(server.start)}
        server.stop()
        starts["bundled PostgreSQL, later starts"] = seconds(server.start)
        starts["the application, in a process of its own"] = seconds(_start_application)
        try:
            upgrade(server.urls.owner)
            database = Database("vitrine", server.urls, server.bootstrap_url())
            settings = make_settings(database, root / "data")
            world = build_world(settings, database.owner)
            try:
                rows = _measure(world)
                version = shared_version(world)
                rows.append(("the PDF of a long statement, in seconds", *_statement()))
                # Before the lists: a desk is not read beside a hundred thousand requests.
                rows += of_the_register(world, version, server.urls.owner)
                rows += of_positions(world, version, server.urls.owner)
                rows += of_the_desk(world, version, server.urls.owner)
                rows += of_versions(world, server.urls.owner)
                rows += of_lists(world, version, server.urls.owner)
                _report(rows, starts)
            finally:
                world.web.engine.dispose()
                world.worker.engine.dispose()
                database.dispose()
        finally:
            server.stop()


def _statement() -> tuple[float, float, float]:
    taken = statistics.median(statements.seconds_of_pdf() for _ in range(3))
    return taken, statements.SECONDS, statements.SECONDS


def _measure(world: World) -> list[tuple[str, float, float, float]]:
    """Give (what, ratio, limit, aim) for each figure."""
    source = _source()
    version = imported_version(world, content=source).version_id
    page = min(12, len(pdfium.PdfDocument(source)))
    image = f"/versions/{version}/pages/{page}/image"
    with served(world.application) as portal, served(_bare_application(world)) as plain:
        reader, bare = Keeping(portal, world.author.token), Keeping(plain)

        def cold() -> None:
            watermark.forget()
            reader.get(image)

        memory = editions.of_memory(portal, world, version, len(pdfium.PdfDocument(source)))
        times = interleaved(
            {
                "render": lambda: _render(source, page),
                "warm": lambda: reader.get(image),
                "cold": cold,
                "metadata": lambda: reader.get(f"/api/v1/versions/{version}"),
                "page": lambda: reader.get(f"/versions/{version}/pages/{page}"),
                "bare": lambda: bare.get("/bare"),
            }
        )
    for what, taken in times.items():
        print(f"{what:>10} {taken * 1000:7.2f} ms")
    return [
        *memory,
        *_of_editions(world, source, page),
        ("page view, cold, to PDFium", times["cold"] / times["render"], 5.5, 4.0),
        ("page view, warm, to PDFium", times["warm"] / times["render"], 3.0, 2.2),
        ("metadata read, to a bare route", times["metadata"] / times["bare"], 4.0, 4.0),
        (
            "commits without entry, to with",
            ratio_of_commits(world, shared_version(world)),
            1.25,
            1.25,
        ),
    ]


def _of_editions(world: World, source: bytes, page: int) -> list[editions.Row]:
    """Measure what a second version of sixty pages needs, which its importer may take away."""
    short = editions.first_pages(source, editions.PAGES)
    version = imported_version(world, content=short, title="Sixty pages").version_id
    change = text("UPDATE grants SET handling = 'download' WHERE version_id = :version")
    with world.owner.begin() as connection:
        connection.execute(change, {"version": version})
        drawn = text("SELECT image_digest FROM edition_pages WHERE version_id = :v AND page = :p")
        digest = connection.execute(drawn, {"v": version, "p": page}).scalars().first()
    pages = len(pdfium.PdfDocument(short))
    with served(world.application) as portal:
        rows = editions.of_a_copy(portal, world, version, short)
        rows += editions.of_many_readers(portal, world, version, pages)
    png = world.web.editions.get(str(digest))
    rows += editions.of_the_picture(short, page, png, ROUNDS)
    return rows + editions.of_the_engine(source)


def seconds(act: Act) -> float:
    """Give how long an act takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _start_application() -> None:
    """Load the program and its policies, as every process does when it starts."""
    subprocess.run(
        [
            sys.executable,
            "-c",
            "import app.main, app.installation as i; i.know_all_tables();"
            "[__import__(f'app.features.{f}.{d}') for f in app.main.FEATURES"
            " for d in ('html', 'api')]; i.PolicyEngine.load(i.POLICIES)",
        ],
        check=True,
    )


def interleaved(acts: dict[str, Act]) -> dict[str, float]:
    """Run every act in turn, many times; give the median seconds of each."""
    taken: dict[str, list[float]] = {name: [] for name in acts}
    for act in acts.values():
        act()
    for _ in range(ROUNDS):
        for name, act in acts.items():
            taken[name].append(seconds(act))
    return {name: statistics.median(values) for name, values in taken.items()}


def _source() -> bytes:
    found = sorted(corpus_folder().glob("*.pdf"))
    return found[0].read_bytes() if found else small_report()


def _render(source: bytes, page: int) -> None:
    """Render one page at 110 dpi as PDFium alone does, the document open already."""
    document = _OPEN.setdefault(source, pdfium.PdfDocument(source))
    document[page - 1].render(scale=110 / 72).to_numpy()


_OPEN: dict[bytes, pdfium.PdfDocument] = {}


def _bare_application(world: World) -> FastAPI:
    """Give a FastAPI application with one route that selects one row by its key."""
    app = FastAPI()
    engine = engine_for(world.web.settings.database_url, pool_size=4)
    find = text("SELECT id, name FROM organisations WHERE id = :id")

    @app.get("/bare")
    def bare() -> dict[str, str]:
        with Session(engine) as session:
            row = session.execute(find, {"id": world.organisations["PUB"]}).one_or_none()
            return {"found": str(row)}

    return app


def _report(rows: list[tuple[str, float, float, float]], starts: dict[str, float]) -> None:
    table = Table("figure", "ratio", "limit", "aim", "")
    for what, ratio, limit, aim in rows:
        verdict = "pass" if ratio <= limit else "MISS"
        table.add_row(what, f"{ratio:.2f}", f"{limit:.2f}", f"{aim:.2f}", verdict)
    console = Console()
    console.print(table)
    for what, taken in starts.items():
        console.print(f"start-up: {what}: {taken:.1f} s")
    if any(ratio > limit for _, ratio, limit, _ in rows):
        console.print("A figure missed its limit; on a busy machine, run it again.")


if __name__ == "__main__":
    main()
