"""How a command answers: one JSON document under `--json`, and what its exit code means.

Not here: what any command has to say.
"""

import json
import os
import sys
from typing import Annotated, Final

import typer
from sqlalchemy.exc import OperationalError

from app.kernel.config import settings
from app.kernel.errors import Forbidden, NotFound, SignInNeeded, VitrineError

DONE: Final = 0
FAULT: Final = 1
USAGE: Final = 2
NOT_PINNED: Final = 3
REFUSED_FILE: Final = 4
NOT_ALLOWED: Final = 5
CANNOT_RUN: Final = 6

EXIT_CODES: Final = (
    "Exit codes: 0 done; 1 something is wrong, and said; 2 the command line is wrong; "
    "3 intact, but signed by a key that is not pinned (audit verify); "
    "4 the source file is refused (redact); 5 the policies refuse it; "
    "6 the installation cannot run here. With --json standard output is JSON, whatever happens "
    "after the command line was understood."
)

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
JsonLines = Annotated[
    bool,
    typer.Option("--json", help="Say in one JSON line when it is ready; then log in JSON lines."),
]


def code_of(error: Exception) -> int:
    """Give the exit code of an error that an operator can act on."""
    if isinstance(error, Forbidden | NotFound | SignInNeeded):
        return NOT_ALLOWED
    return FAULT if isinstance(error, VitrineError) else CANNOT_RUN


def complain(error: Exception, *, as_json: bool) -> None:
    """Say what went wrong: one line on standard error, and JSON where that was asked for."""
    said = str(error).strip().splitlines()
    line = said[0] if said else type(error).__name__
    if isinstance(error, OperationalError):
        line = f"The database does not answer: {line}"
    remedy = error.remedy if isinstance(error, VitrineError) else None
    if as_json:
        print(json.dumps({"error": line, "remedy": remedy}, ensure_ascii=False), flush=True)
    sys.stderr.write(f"vitrine: {' '.join(part for part in (line, remedy) if part)}\n")


def say_ready(command: str, **addresses: str) -> None:
    """Print the one line of a long-running command that is ready; its logs follow elsewhere."""
    ready = {
        "ready": command,
        "pid": os.getpid(),
        "data_dir": str(settings().data_dir.resolve()),
        "addresses": addresses,
    }
    print(json.dumps(ready, ensure_ascii=False), flush=True)
