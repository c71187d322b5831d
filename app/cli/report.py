"""`vitrine report`: import a file as a person, decided and recorded like an upload by page.

Here: options, words and the progress bar. What an import is belongs to `features/reports`.
"""

import json
import sys
import time
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from app.cli.answers import FAULT, Json

File = Annotated[Path, typer.Argument(help="A PDF.", exists=True, dir_okay=False)]
Report = Annotated[
    str, typer.Option("--report", help="Id or title of the report; a new title makes a new one.")
]
Label = Annotated[str, typer.Option("--version", help="How people call this version, as 1.0.")]
As = Annotated[
    str, typer.Option("--as", metavar="PERSON", help="Id or e-mail of who imports; recorded.")
]
Covers = Annotated[str, typer.Option("--covers", help="Until which day it covers, as 2026-11-30.")]
Changed = Annotated[str, typer.Option("--changed", help="What changed since the last version.")]

POLL_SECONDS = 0.5


def register(app: typer.Typer) -> None:
    """Add `report` to the program."""
    report = typer.Typer(no_args_is_help=True, help="Reports and their versions.")
    report.callback()(_group)
    report.command("import")(import_file)
    app.add_typer(report, name="report")


def _group() -> None:
    """Keep `import` a command of its own while it is the only one."""


def import_file(
    file: File,
    report: Report,
    label: Label,
    person: As,
    covers: Covers = "",
    changed: Changed = "",
    as_json: Json = False,
) -> None:
    """Import a PDF as the next version of a report and wait until its author can read it."""
    from app.cli.importing import Importing  # loads the whole application

    day = _day(covers)
    with Importing.open(person) as work, _progress(shown=not as_json) as progress:
        task = progress.add_task("Sending", total=None)
        version = work.take(file, report=report, label=label, covers=day, changed=changed)
        for step in work.steps(version.id):
            progress.update(
                task, description=step.note or "Waiting", completed=step.value, total=step.max
            )
            time.sleep(POLL_SECONDS)
        made = work.outcome(version.id)
    if as_json:
        print(json.dumps(made, ensure_ascii=False))
    elif made["state"] != "failed":
        Console(highlight=False).print(
            f"Version {made['number']} is in: {made['pages']} pages, {made['address']}",
            markup=False,
        )
    if made["state"] == "failed":
        sys.stderr.write(f"vitrine: {made['failure']}\n")
        raise typer.Exit(FAULT)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise typer.BadParameter("--covers is a day such as 2026-11-30") from error


def _progress(*, shown: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), disable=not shown, transient=True)
