"""The command line: which commands exist. Each file of this package registers its own."""

import sys
import tomllib
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer
from sqlalchemy.exc import OperationalError

from app.audit.export import NothingToExport
from app.audit.sequencer import SignedBackwards
from app.audit.signer import KeyUnusable
from app.audit.state import StateUnreadable
from app.cli.answers import EXIT_CODES, code_of, complain
from app.cli.runtime import read_settings_file
from app.cli.supervisor import ChildEndedError, follow_supervisor
from app.cli.together import AlreadyRunningError, PortBusyError
from app.db.binaries import BinariesMissingError
from app.db.folder import EmbeddedServerError
from app.kernel.config import ROOT
from app.kernel.errors import VitrineError
from app.kernel.logs import configure_logs
from app.policy.texts import InvalidPolicies

EXPECTED = (
    VitrineError,
    EmbeddedServerError,
    BinariesMissingError,
    PortBusyError,
    AlreadyRunningError,
    ChildEndedError,
    InvalidPolicies,
    KeyUnusable,
    NothingToExport,
    OperationalError,
    SignedBackwards,
    StateUnreadable,
)


# Which file brings which commands. Only the file of the command asked for is imported: a renderer
# takes longer to import than a port check to fail.
COMMANDS = {
    "serve": ("serve", "worker", "migrate", "up", "demo", "demo-provider", "demo-load"),
    "initialise": ("init",),
    "operate": ("doctor", "backup", "restore"),
    "redact": ("redact", "check"),
    "audit": ("audit", "verify"),
    "policies": ("policies",),
    "report": ("report",),
    "people": ("provider", "invite", "person"),
}


def build(asked: str | None = None) -> typer.Typer:
    """Put the program together; with `asked`, at least what that command needs."""
    app = typer.Typer(
        name="vitrine",
        no_args_is_help=True,
        epilog=EXIT_CODES,
        pretty_exceptions_enable=False,  # its tracebacks show local variables: secrets among them
    )
    app.callback()(_start)
    wanted = [name for name, commands in COMMANDS.items() if asked in commands]
    for name in wanted or COMMANDS:
        import_module(f"app.cli.{name}").register(app)
    _explain_codes(app)
    return app


def _explain_codes(group: typer.Typer) -> None:
    """Let every command's help say what its exit code means."""
    for command in group.registered_commands:
        command.epilog = EXIT_CODES
    for inner in group.registered_groups:
        if inner.typer_instance is not None:
            _explain_codes(inner.typer_instance)


def run() -> None:
    """Run a command; what an operator can act on is one line on standard error and a code."""
    follow_supervisor()
    try:
        read_settings_file()
        build(sys.argv[1] if len(sys.argv) > 1 else None)(prog_name="vitrine")
    except EXPECTED as error:
        complain(error, as_json="--json" in sys.argv)
        sys.exit(code_of(error))


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
    configure_logs()


def release() -> str:
    """Give the version of this program."""
    try:
        return version("vitrine")
    except PackageNotFoundError:  # `make run` puts the folder on the path and installs nothing
        return str(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"])


if __name__ == "__main__":
    run()
