"""Further readers of an edition: poppler, mutool and qpdf, where the machine has them.

Programs of their own, so their licences are their own business. They join in and are never needed:
what they find beyond the permitted letters fails an edition, what they leave out does not.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

SECONDS = 120
PROGRAMS: dict[str, tuple[str, ...]] = {
    # name of the program: its arguments; the file's path stands for FILE
    "pdftotext": ("-raw", "-enc", "UTF-8", "FILE", "-"),
    "mutool": ("draw", "-q", "-F", "txt", "-o", "-", "FILE"),
    "qpdf": ("--qdf", "--object-streams=disable", "--decode-level=generalized", "FILE", "-"),
}
PAGE_END = "\f"
REWRITES = "qpdf"  # gives the file itself in plain form, the others its text


class ToolFailed(Exception):
    """A program could not read the file."""


def present() -> tuple[str, ...]:
    """Name the programs that this machine has."""
    return tuple(name for name in PROGRAMS if shutil.which(name))


def output_of(name: str, pdf: bytes) -> bytes:
    """Run one program over a file and give what it wrote; raises ToolFailed."""
    program = shutil.which(name)
    if program is None:
        raise ToolFailed(name)
    with tempfile.TemporaryDirectory(prefix="vitrine-check-") as folder:
        file = Path(folder) / "edition.pdf"
        file.write_bytes(pdf)
        command = [program, *(str(file) if one == "FILE" else one for one in PROGRAMS[name])]
        try:
            done = subprocess.run(  # noqa: S603 - a program by its path, no shell
                command, capture_output=True, timeout=SECONDS, check=True, env={"LC_ALL": "C.UTF-8"}
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise ToolFailed(repr(error)[:200]) from error
    return done.stdout


def pages_of(written: bytes) -> list[str]:
    """Cut the text that pdftotext or mutool wrote into pages."""
    text = written.decode("utf-8", "replace")
    pages = text.split(PAGE_END)
    return pages[:-1] if len(pages) > 1 and not pages[-1].strip() else pages
