"""Run rendering tasks on source files in a fresh, walled child process each.

Nothing here opens a source file itself: bytes go to the child by descriptor, pixels and words come
back in frames. Painting, encoding and writing happen outside the child (edition.py), on what came
back. Any abnormal end of the child becomes a SourceRefused with a message fit for an outsider.
"""

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import structlog

from app.rendering import framing
from app.rendering.edition import RawPage, build_page
from app.rendering.refusals import SourceRefused, refused
from app.rendering.shapes import (
    BuiltPage,
    ExtractedPage,
    OutlineEntry,
    PageJob,
    SourceFacts,
    SourceSurvey,
    Word,
)

__all__ = [
    "Limits",
    "SourceRefused",
    "build_pages",
    "build_pages_side_by_side",
    "capabilities",
    "extract_outline",
    "extract_pages",
    "inspect_source",
    "read_words",
    "run",
    "run_streaming",
    "survey_source",
]

log = structlog.get_logger("rendering.sandbox")
APP_ROOT = Path(__file__).resolve().parents[2]
CHILD = [sys.executable, "-s", "-P", "-m", "app.rendering.child"]
LEAST_PAGES_A_CHILD = 5  # fewer are drawn in less time than a child takes to start
_said: set[str] = set()


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use, and what a source file may be."""

    memory_bytes: int = 3 * 1024**3
    cpu_seconds: int = 40
    wall_seconds: int = 60
    max_bytes: int = 200 * 1024 * 1024
    max_pages: int = 2000

    def for_pages(self, pages: int) -> "Limits":
        """Give the limits for work on many pages: time grows by a second for each beyond 20."""
        more = max(0, pages - 20)
        return replace(
            self, cpu_seconds=self.cpu_seconds + more, wall_seconds=self.wall_seconds + 2 * more
        )


DEFAULT = Limits()


def run_streaming(
    task: str, *, source: bytes | Path, arguments: dict[str, Any], limits: Limits = DEFAULT
) -> Iterator[framing.Frame]:
    """Run a task in a fresh child and yield its results as they come; raises SourceRefused."""
    with tempfile.TemporaryDirectory(prefix="vitrine-render-") as folder:
        child, results = _start(task, source, arguments, limits, Path(folder))
        try:
            yield from _receive(task, child, results, limits)
        finally:
            os.close(results)
            _end(child)


def run(
    task: str, *, source: bytes | Path, arguments: dict[str, Any], limits: Limits = DEFAULT
) -> list[framing.Frame]:
    """Run a task in a fresh child and give all of its results; raises SourceRefused."""
    return list(run_streaming(task, source=source, arguments=arguments, limits=limits))


def _start(
    task: str, source: bytes | Path, arguments: dict[str, Any], limits: Limits, folder: Path
) -> tuple[subprocess.Popen[bytes], int]:
    order = {
        "task": task,
        "arguments": arguments,
        "limits": {
            "memory_bytes": limits.memory_bytes,
            "cpu_seconds": limits.cpu_seconds,
            "wall_seconds": limits.wall_seconds,
        },
    }
    source_fd = _open_source(source, limits)
    result_read, result_write = os.pipe()
    try:
        with tempfile.TemporaryFile(dir=folder) as orders:
            orders.write(json.dumps(order).encode())
            orders.seek(0)
            child = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
                [*CHILD, str(source_fd), str(result_write)],
                stdin=orders,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(source_fd, result_write),
                env=_environment(),
                cwd=folder,
                start_new_session=True,
            )
    except BaseException:
        os.close(result_read)
        raise
    finally:
        os.close(source_fd)
        os.close(result_write)
    return child, result_read


def _environment() -> dict[str, str]:
    """Give the child's whole environment: where the code is, and one thread for each library."""
    return {
        "PYTHONPATH": str(APP_ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


def _open_source(source: bytes | Path, limits: Limits) -> int:
    """Open the source for reading only, so that the child holds no way to change it."""
    if isinstance(source, Path):
        descriptor = os.open(source, os.O_RDONLY | os.O_CLOEXEC)
        size = os.fstat(descriptor).st_size
        if size > limits.max_bytes:
            os.close(descriptor)
            raise refused("too-large")
        return descriptor
    if len(source) > limits.max_bytes:
        raise refused("too-large")
    if hasattr(os, "memfd_create"):
        # In memory only: a source in the clear never touches a disk.
        with os.fdopen(os.memfd_create("source", os.MFD_CLOEXEC), "wb") as memory:
            memory.write(source)
            memory.flush()
            return os.open(f"/proc/self/fd/{memory.fileno()}", os.O_RDONLY | os.O_CLOEXEC)
    with tempfile.NamedTemporaryFile(prefix="vitrine-source-") as copy:
        copy.write(source)
        copy.flush()
        return os.open(copy.name, os.O_RDONLY | os.O_CLOEXEC)


def _receive(
    task: str, child: subprocess.Popen[bytes], results: int, limits: Limits
) -> Iterator[framing.Frame]:
    reader = _Reader(results, limits.wall_seconds)
    try:
        while (frame := framing.unpack(reader.read)) is not None:
            head, body = frame
            kind = head.pop("kind", None)
            if kind == "walls":
                _announce(head)
            elif kind == "result":
                yield head, body
            elif kind == "refused":
                log.info("source refused", task=task, code=head.get("code"), why=head.get("detail"))
                letters = head.get("letters")
                listed = letters if isinstance(letters, list) else []
                raise refused(str(head.get("code")), letters=[str(one) for one in listed])
            elif kind == "end":
                return
            else:
                raise framing.FrameBroken
    except (framing.FrameBroken, TimeoutError) as error:
        _end(child)
        raise _why(task, child, error) from error
    _end(child)
    raise _why(task, child, None)


class _Reader:
    """Reads exact lengths from the child, within a budget of seconds spent waiting."""

    def __init__(self, descriptor: int, seconds: float) -> None:
        self.descriptor = descriptor
        self.left = seconds
        self.selector = selectors.DefaultSelector()
        self.selector.register(descriptor, selectors.EVENT_READ)

    def read(self, length: int) -> bytes:
        """Read `length` bytes, fewer only at the end of the stream; raises TimeoutError."""
        block = bytearray(length)
        view, have = memoryview(block), 0
        while have < length:
            started = time.monotonic()
            ready = self.selector.select(max(0.0, self.left))
            self.left -= time.monotonic() - started
            if not ready:
                raise TimeoutError
            got = os.readv(self.descriptor, [view[have : have + 1024 * 1024]])
            if not got:
                break
            have += got
        return bytes(block[:have]) if have < length else bytes(block)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Make sure that the child and all it started are gone."""
    if child.poll() is None:
        try:
            # A child that has sent its last frame leaves by itself within moments.
            child.wait(timeout=0.2)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _why(task: str, child: subprocess.Popen[bytes], error: Exception | None) -> SourceRefused:
    code = child.returncode
    log.warning("rendering child ended abnormally", task=task, exit=code, error=repr(error))
    if isinstance(error, TimeoutError) or code in (-signal.SIGXCPU, -signal.SIGALRM):
        return refused("too-demanding")
    if code in (-signal.SIGKILL, -signal.SIGABRT) and error is None:
        # The engines abort where memory is not to be had; the kernel kills where none is left.
        return refused("too-demanding")
    if code is not None and code > 0:
        return refused("unavailable")
    return refused("crashed")


def _announce(walls: dict[str, Any]) -> None:
    """Say once, loudly, which wall this platform does not have."""
    missing = {name for name in ("network", "files") if not walls.get(name)} - _said
    if missing:
        _said.update(missing)
        log.error(
            "THE RENDERING SANDBOX IS WEAKER HERE: this platform gives no wall for "
            + " and ".join(sorted(missing))
            + ". Run the worker in a container without network and with a read-only file system.",
            walls=walls,
        )


@lru_cache(maxsize=1)
def capabilities() -> dict[str, Any]:
    """Say which walls hold here, by asking a real child; keys `network`, `files`, `calls`, …"""
    with tempfile.TemporaryDirectory(prefix="vitrine-render-") as folder:
        child, results = _start("nothing", b"", {}, DEFAULT, Path(folder))
        try:
            frame = framing.unpack(_Reader(results, 30).read)
        finally:
            os.close(results)
            _end(child)
    if frame is None or frame[0].get("kind") != "walls":
        raise refused("unavailable")
    walls = {name: value for name, value in frame[0].items() if name != "kind"}
    _announce(walls)
    return walls


def inspect_source(source: bytes | Path, *, limits: Limits = DEFAULT) -> SourceFacts:
    """Look at a source file's header, encryption and pages; raises SourceRefused."""
    arguments = {"max_pages": limits.max_pages}
    head, _ = _only(run("inspect", source=source, arguments=arguments, limits=limits))
    with _believed():
        sizes = tuple((float(width), float(height)) for width, height in head.pop("sizes"))
        return SourceFacts(sizes=sizes, **head)


def extract_pages(
    source: bytes | Path, *, first: int, last: int, limits: Limits = DEFAULT
) -> Iterator[ExtractedPage]:
    """Yield the words of pages `first` to `last` (from 1, both included); raises SourceRefused."""
    arguments = {"first": first, "last": last}
    wide = limits.for_pages(last - first + 1)
    for head, _ in run_streaming("extract", source=source, arguments=arguments, limits=wide):
        with _believed():
            page = ExtractedPage(
                number=int(head["number"]),
                width_pt=float(head["width_pt"]),
                height_pt=float(head["height_pt"]),
                words=_words(head["words"]),
                hidden=_words(head["hidden"]),
                rendered=bool(head["rendered"]),
                doubtful=int(head["doubtful"]),
            )
        yield page


def extract_outline(source: bytes | Path, *, limits: Limits = DEFAULT) -> list[OutlineEntry]:
    """Give the source's bookmarks in order; raises SourceRefused."""
    head, _ = _only(run("outline", source=source, arguments={}, limits=limits))
    with _believed():
        return [
            OutlineEntry(int(level), str(title), None if page is None else int(page))
            for level, title, page in head["entries"]
        ]


def survey_source(source: bytes | Path, *, limits: Limits = DEFAULT) -> SourceSurvey:
    """Say what a source holds beside its pages' own pictures and words; raises SourceRefused."""
    head, _ = _only(run("survey", source=source, arguments={}, limits=limits))
    with _believed():
        return msgspec.convert(head, SourceSurvey, strict=False)


def read_words(
    source: bytes | Path,
    *,
    places: Sequence[tuple[int, Sequence[tuple[float, float, float, float]]]],
    limits: Limits = DEFAULT,
) -> Iterator[tuple[int, list[list[str]]]]:
    """Yield for each page what a recogniser reads in its rectangles; raises SourceRefused.

    `places` are pages (from 1) with rectangles in points as displayed; only where
    `reading.available()`. A rectangle's readings are candidates, none where nothing was read.
    """
    words = sum(len(rects) for _, rects in places)
    wide = limits.for_pages(len(places) + words // 4)
    arguments = {"places": places}
    for head, _ in run_streaming("read", source=source, arguments=arguments, limits=wide):
        with _believed():
            yield int(head["page"]), [[str(one) for one in found] for found in head["readings"]]


def build_pages(
    source: bytes | Path, *, pages: Sequence[PageJob], dpi: float, limits: Limits = DEFAULT
) -> Iterator[BuiltPage]:
    """Render pages in a child, paint and encode them here, and yield them in the order asked.

    The child never learns which boxes are painted; what it sends is painted before anything else.
    """
    jobs = {job.number: job for job in pages}
    arguments = {"pages": [job.number for job in pages], "dpi": dpi}
    wide = limits.for_pages(len(pages))
    for head, body in run_streaming("render", source=source, arguments=arguments, limits=wide):
        raw = RawPage.received(head, body)
        if raw is None or raw.number not in jobs:
            raise refused("crashed")
        yield build_page(raw, job=jobs[raw.number])


def build_pages_side_by_side(
    source: bytes | Path,
    *,
    pages: Sequence[PageJob],
    dpi: float,
    processes: int,
    limits: Limits = DEFAULT,
) -> Iterator[BuiltPage]:
    """Build pages as `build_pages` does, in several children at once; in no particular order."""
    several = max(1, min(processes, len(pages) // LEAST_PAGES_A_CHILD))
    parts = [pages[at::several] for at in range(several)]

    def built(part: Sequence[PageJob]) -> list[BuiltPage]:
        return list(build_pages(source, pages=part, dpi=dpi, limits=limits))

    # Threads only wait and encode: drawing is the children's work.
    with ThreadPoolExecutor(len(parts), thread_name_prefix="build") as pool:
        for done in pool.map(built, parts):
            yield from done


@contextmanager
def _believed() -> Iterator[None]:
    """Refuse what a child sent where it is not of the agreed shape."""
    try:
        yield
    except (KeyError, TypeError, ValueError, OverflowError, msgspec.ValidationError) as error:
        raise refused("crashed") from error


def _only(frames: list[framing.Frame]) -> framing.Frame:
    if len(frames) != 1:
        raise refused("crashed")
    return frames[0]


def _words(rows: list[list[Any]]) -> tuple[Word, ...]:
    return tuple(
        Word(str(text), float(x0), float(y0), float(x1), float(y1)) for text, x0, y0, x1, y1 in rows
    )
