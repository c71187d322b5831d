"""Reading a bundle, from a folder or from a .zip archive, in constant memory.

Here: bytes and lines with their digests, bounded. Not here: what they mean (`bundle`), writing.
"""

import zipfile
import zlib
from collections.abc import Generator
from contextlib import AbstractContextManager
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from app.audit.bundle import MAX_LINE

MAX_SMALL_FILE = 1024 * 1024
_BLOCK = 256 * 1024


class FileUnreadable(OSError):
    """A file of the bundle is missing, too large or damaged."""


class BundleFiles(AbstractContextManager["BundleFiles"]):
    """The files of one bundle; `digests` fills as they are read.

    `within` names a folder of it (`record/`) in which a bundle of the log lies.
    """

    def __init__(self, path: Path, *, within: str = "") -> None:
        self._path = path
        self._within = within
        self._archive: zipfile.ZipFile | None = None
        self.digests: dict[str, str] = {}
        if path.is_dir():
            return
        try:
            self._archive = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise FileUnreadable("neither a folder nor a readable .zip archive") from error
        names = self._archive.namelist()
        if len(names) != len(set(names)):
            self._archive.close()
            raise FileUnreadable("the archive has two files of one name")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the archive."""
        if self._archive:
            self._archive.close()

    def __enter__(self) -> Self:
        """Give the open bundle."""
        return self

    def names(self) -> list[str]:
        """List every file, those in folders included, by its name from the top of the bundle."""
        if self._archive is not None:
            return sorted(name for name in self._archive.namelist() if not name.endswith("/"))
        found = (one for one in self._path.rglob("*") if not one.is_dir())
        return sorted(one.relative_to(self._path).as_posix() for one in found)

    def measure(self, name: str) -> str:
        """Give the digest of a file of any size; raise FileUnreadable when it is missing."""
        digest = sha256()
        try:
            with self._open(name) as file:
                while block := file.read(_BLOCK):
                    digest.update(block)
        except _DAMAGE as error:
            raise FileUnreadable(f"damaged: {error}") from error
        return digest.hexdigest()

    def read(self, name: str) -> bytes:
        """Return a small file whole; raise FileUnreadable when it is missing or too large."""
        try:
            with self._open(name) as file:
                content = file.read(MAX_SMALL_FILE + 1)
        except _DAMAGE as error:
            raise FileUnreadable(f"damaged: {error}") from error
        if len(content) > MAX_SMALL_FILE:
            raise FileUnreadable(f"more than {MAX_SMALL_FILE} bytes")
        self.digests[name] = sha256(content).hexdigest()
        return content

    def lines(self, name: str) -> Generator[bytes]:
        """Yield the lines of a file with their newlines; the digest is known at the end."""
        digest = sha256()
        try:
            with self._open(name) as file:
                while line := file.readline(MAX_LINE + 1):
                    if len(line) > MAX_LINE:
                        raise FileUnreadable(f"a line of more than {MAX_LINE} bytes")
                    digest.update(line)
                    yield line
        except _DAMAGE as error:
            raise FileUnreadable(f"damaged: {error}") from error
        self.digests[name] = digest.hexdigest()

    def _open(self, name: str) -> IO[bytes]:
        if self._archive is not None:
            try:
                return self._archive.open(self._within + name)
            except KeyError as error:
                raise FileUnreadable("missing") from error
        try:
            return (self._path / (self._within + name)).open("rb")
        except OSError as error:
            raise FileUnreadable("missing or not readable") from error


_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
