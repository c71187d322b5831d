"""The slower engine reads a long edition in a process of its own, while the rest is checked here.

The two engines together take most of a check. What the other process does not deliver is read
here after all, so that no verdict depends on it.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import structlog

from app.rendering import checkedtext

LEAST_PAGES = 8  # a shorter file is read in less time than a process takes to start
SECONDS = 600
APP_ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-s", "-P", "-m", "app.rendering.checkedapart"]
log = structlog.get_logger("rendering.checkedapart")


@contextmanager
def reading(pdf: bytes, *, pages: int) -> Iterator[Callable[[], list[str]]]:
    """Begin to read a file by pdfminer.six; gives what waits for the text of each page.

    `pages` is how many the shape list has allowed: 0 where it has not allowed the file. What is
    given raises whatever the engine raises over a bad file.
    """

    def here() -> list[str]:
        return checkedtext.by_pdfminer(pdf, plain_font=pages > 0)

    if pages < LEAST_PAGES:
        yield here
        return
    with tempfile.TemporaryFile() as document, tempfile.TemporaryFile() as texts:
        document.write(pdf)
        document.seek(0)
        with _started(document, texts) as child:
            try:
                yield lambda: _delivered(child, texts) or here()
            finally:
                child.kill()


def _started(document: IO[bytes], texts: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
        COMMAND,
        stdin=document,
        stdout=texts,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": str(APP_ROOT)},
    )


def _delivered(child: subprocess.Popen[bytes], texts: IO[bytes]) -> list[str] | None:
    try:
        code = child.wait(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        code = None
    if code != 0:
        log.warning("leak check: read in one process", code=code)
        return None
    texts.seek(0)
    return [str(text) for text in json.load(texts)]


def main() -> None:
    """Read the edition on standard input; write the text of its pages as JSON."""
    texts = checkedtext.by_pdfminer(sys.stdin.buffer.read(), plain_font=True)
    sys.stdout.write(json.dumps(texts))


if __name__ == "__main__":
    main()
