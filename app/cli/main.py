"""The command line: which commands exist. Each file of this package registers its own."""

import sys
import tomllib
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import structlog
import typer

from app.cli import audit, initialise, operate, policies, redact, serve
from app.cli.runtime import read_settings_file
from app.cli.supervisor import ChildEndedError, follow_supervisor
from app.cli.together import AlreadyRunningError, PortBusyError
from app.db.binaries import BinariesMissingError
from app.db.folder import EmbeddedServerError
from app.kernel.config import ROOT
from app.kernel.errors import VitrineError
from app.policy.texts import InvalidPolicies

EXPECTED = (
    VitrineError,
    EmbeddedServerError,
    BinariesMissingError,
    PortBusyError,
    AlreadyRunningError,
    ChildEndedError,
    InvalidPolicies,
)


def build() -> typer.Typer:
    """Put the program together."""
    app = typer.Typer(
        name="vitrine",
        no_args_is_help=True,
        pretty_exceptions_enable=False,  # its tracebacks show local variables: secrets among them
    )
    app.callback()(_start)
    for commands in (serve, initialise, operate, redact, audit, policies):
        commands.register(app)
    return app


def run() -> None:
    """Run a command; what an operator can act on is one line on standard error and code 1."""
    follow_supervisor()
    try:
        read_settings_file()
        build()(prog_name="vitrine")
    except EXPECTED as error:
        sys.stderr.write(f"vitrine: {error}\n")
        sys.exit(1)


def _say_release(*, asked: bool) -> None:
    if asked:
        print(release())
        raise typer.Exit


def _start(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_say_release, help="Say which release this is."
        ),
    ] = False,
) -> None:
    """Let outsiders check your most sensitive claims."""
    # Answers go to standard output; what happens on the way must not stand between them.
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))


def release() -> str:
    """Give the version of this program."""
    try:
        return version("vitrine")
    except PackageNotFoundError:  # `make run` puts the folder on the path and installs nothing
        return str(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"])


if __name__ == "__main__":
    run()
