"""Figures of editions: the picture's own path, import, leak check, search, copies, many readers.

Those in seconds are what one core of a quiet machine takes; the others are ratios to PDFium in the
same run.
"""

import http.client
import io
import resource
import statistics
import threading
import time
from collections.abc import Callable

import pikepdf
import pypdfium2 as pdfium

from app.rendering import inspect, leakcheck, visible, watermark, words
from app.rendering.edition import RawPage, build_page, write_pdf
from app.rendering.pages import render
from app.rendering.search import SearchIndex
from app.rendering.shapes import Box, BuiltPage, ExtractedPage, PageJob, Word
from app.web.session import COOKIE
from tests.bench.serving import Keeping
from tests.world import World

Row = tuple[str, float, float, float]
PAGES = 60
DPI = 110
SECONDS = 3.0  # of each measurement with several readers
LINES = "Ada Reader\nOrganisation A\n2026-11-21 12:00 UTC"


def first_pages(source: bytes, count: int) -> bytes:
    """Give the first pages of a document as a document of their own."""
    with pikepdf.open(io.BytesIO(source)) as pdf:
        del pdf.pages[count:]
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def timed(act: Callable[[], object]) -> float:
    """Give how many seconds an act takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def of_the_engine(source: bytes) -> list[Row]:
    """Measure import, leak check and search on one document, in this process, on one core."""
    document = pdfium.PdfDocument(source)
    count = len(document)
    drawn = sum(
        timed(lambda p=p: document[p].render(scale=DPI / 72).to_numpy()) for p in range(count)
    )
    confirming = _Stopwatch(visible.confirm)
    words.confirm = confirming  # type: ignore[assignment]  # the same function, with a watch on it
    try:
        pages, built, taken = _imported(source, count)
    finally:
        words.confirm = visible.confirm
    rows = [
        (
            "import without confirmation, to PDFium",
            (taken - confirming.seconds) / drawn,
            25.0,
            25.0,
        ),
        ("confirmation of words, to PDFium", confirming.seconds / drawn, float("inf"), 25.0),
    ]
    return rows + _checked(built[:PAGES]) + _searched(pages)


class _Stopwatch:
    """Calls a function and adds up how long that takes."""

    def __init__(self, act: Callable[..., object]) -> None:
        self._act = act
        self.seconds = 0.0

    def __call__(self, *arguments: object) -> object:
        began = time.perf_counter()
        try:
            return self._act(*arguments)
        finally:
            self.seconds += time.perf_counter() - began


def _imported(source: bytes, count: int) -> tuple[list[ExtractedPage], list[BuiltPage], float]:
    """Read the words of every page and build an edition of it, as the worker does."""
    began = time.perf_counter()
    pages, built = [], []
    with inspect.opened(source) as document:
        for number in range(1, count + 1):
            head = words.extract(document, number)
            head["words"] = tuple(Word(*row) for row in head["words"])
            head["hidden"] = tuple(Word(*row) for row in head["hidden"])
            page = ExtractedPage(**head)
            raw = RawPage.received(*render(document, number, dpi=DPI))
            if raw is None:
                raise RuntimeError(f"page {number} was not drawn")
            box = Box(100, 100, 180, 112)
            built.append(build_page(raw, job=PageJob(number, (box,), page.words)))
            pages.append(page)
    write_pdf(built)
    return pages, built, time.perf_counter() - began


def _checked(built: list[BuiltPage]) -> list[Row]:
    pdf = write_pdf(built)
    permitted = [[word.text for word in page.words] for page in built]
    boxes = [page.boxes_px for page in built]
    rows = []
    for secrets, limit in ((3, 6.0), (200, 9.0)):
        sought = [f"Quillfeather{at}" for at in range(secrets)]
        report = None

        def check(sought: list[str] = sought) -> None:
            nonlocal report
            report = leakcheck.check(pdf, permitted=permitted, boxes=boxes, secrets=sought)

        taken = timed(check)
        if report is None or not report.passed:
            raise RuntimeError("the leak checker found a fault in the bench's own edition")
        rows.append((f"leak check, {len(built)} pages, {secrets} secrets, s", taken, limit, limit))
    return rows


def _searched(pages: list[ExtractedPage]) -> list[Row]:
    many = {at + 1: pages[at % len(pages)].words for at in range(500)}
    held: list[SearchIndex] = []
    build = timed(lambda: held.append(SearchIndex(many)))
    queries = [timed(lambda p=p: held[0].find(p)) for p in ("the agency", "energy", "no such word")]
    return [
        ("search and mark, index of 500 pages, s", build, 1.0, 1.0),
        ("search and mark, query, ms", statistics.median(queries) * 1000, 10.0, 10.0),
    ]


def of_the_picture(source: bytes, page: int, png: bytes, rounds: int) -> list[Row]:
    """Measure fetch, watermark and encode of a page in memory against drawing it with PDFium."""
    document = pdfium.PdfDocument(source)
    watermark.page_pixels("bench", lambda: png)
    drawn, made = [], []
    for _ in range(rounds):
        drawn.append(timed(lambda: document[page - 1].render(scale=DPI / 72).to_numpy()))
        pixels = watermark.page_pixels("bench", lambda: png)
        made.append(timed(lambda p=pixels: watermark.page_image(p, lines=LINES)))
    ratio = statistics.median(made) / statistics.median(drawn)
    return [("picture alone, warm, to PDFium", ratio, 1.6, 1.6)]


def of_many_readers(port: int, world: World, version: str, pages: int) -> list[Row]:
    """Measure pages a second with two readers and with eight: no fewer with eight."""

    def speed(readers: int) -> float:
        done = [0] * readers
        end = time.perf_counter() + SECONDS

        def read(who: int) -> None:
            keeping = Keeping(port, world.author.token)
            while time.perf_counter() < end:
                page = (who * 7 + done[who]) % pages + 1
                keeping.get(f"/versions/{version}/pages/{page}/image")
                done[who] += 1

        threads = [threading.Thread(target=read, args=(who,)) for who in range(readers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(done) / SECONDS

    taken = [(speed(2), speed(8)) for _ in range(5)]
    two, eight = (statistics.median(speeds) for speeds in zip(*taken, strict=True))
    print(f"{two:10.0f} pages/s with 2 readers, {eight:.0f} with 8")
    return [("pages a second, 2 readers to 8", two / eight, 1.0, 1.0)]


def of_memory(port: int, world: World, version: str, pages: int) -> list[Row]:
    """Measure what eight readers who page through a document once more add to the most in use."""

    def page_through(who: int) -> None:
        keeping = Keeping(port, world.author.token)
        for at in range(pages):
            keeping.get(f"/versions/{version}/pages/{(at + who * 7) % pages + 1}/image")

    most = []
    for _ in range(3):
        threads = [threading.Thread(target=page_through, args=(who,)) for who in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        most.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    print(f"most memory in use after 8 readers, thrice: {[f'{m / 1024:.0f} MB' for m in most]}")
    return [("memory, third time 8 readers to first", most[2] / most[0], 1.1, 1.0)]


def of_a_copy(port: int, world: World, version: str, source: bytes) -> list[Row]:
    """Measure the copy of an edition: its size to the source's, the first byte, the last."""
    connection = http.client.HTTPConnection("localhost", port)
    began = time.perf_counter()
    path = f"/versions/{version}/copy.pdf"
    connection.request("GET", path, headers={"Cookie": f"{COOKIE}={world.author.token}"})
    answer = connection.getresponse()
    answer.read(1)
    first = time.perf_counter() - began
    size = 1 + len(answer.read())
    whole = time.perf_counter() - began
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    return [
        ("copy, its size to the source's", size / len(source), 4.0, 4.0),
        ("copy, first byte, s", first, 1.0, 1.0),
        ("copy, whole, s", whole, 6.0, 6.0),
    ]
