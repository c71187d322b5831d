"""The operator's errands: doctor, backup and restore. Setting up is in `initialise`.

What is checked is in `checks`, what is copied in `backup`, what is recomputed in `proof`.
"""

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from app.cli.answers import FAULT, Json
from app.cli.runtime import installation
from app.cli.together import only_once
from app.db import migrate
from app.db.binaries import BinariesMissingError
from app.db.folder import EmbeddedServerError
from app.kernel.config import settings

# Each command imports what it needs when it runs: the program starts faster, the children too.
if TYPE_CHECKING:
    from app.cli.adopting import Standing
    from app.cli.proof import Proof

Out = Annotated[Path, typer.Argument(help="A folder that does not exist yet.")]
In = Annotated[Path, typer.Argument(help="The folder of a backup.")]
KeysOption = Annotated[
    Path | None, typer.Option(help="The keys of the backup; beside it unless you say otherwise.")
]
ADOPT = (
    "Nothing is signed until a newer backup is restored, or this log is accepted under a new"
    " origin: vitrine audit adopt --reason …"
)
UNSEEN = (
    "no record of what was last signed was kept here: whether the log went on after this backup"
    " cannot be seen from here. Compare it with a checkpoint that somebody else holds."
)
MARKS = {"good": "[green]✓[/]", "warning": "[yellow]![/]", "fault": "[red]✗[/]"}


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(doctor)
    app.command()(backup)
    app.command()(restore)


def doctor(*, as_json: Json = False) -> None:
    """Say what is wrong and what to do; exit code 1 when something is."""
    from app.cli.checks import examine, examine_without_database

    try:
        with installation() as known:
            findings = list(examine(known))
    except (EmbeddedServerError, BinariesMissingError) as error:
        findings = list(examine_without_database(settings(), str(error)))
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        console = Console(highlight=False)
        for finding in findings:
            console.print(f"{MARKS[finding.verdict]} {finding.check}: {finding.what}")
            if finding.remedy:
                console.print(f"  → {finding.remedy}")
    if any(finding.verdict == "fault" for finding in findings):
        raise typer.Exit(FAULT)


def backup(out: Out, *, as_json: Json = False) -> None:
    """Copy database, objects and sources into a folder, and the keys into a file beside it."""
    from app.cli import backup as copies

    with installation() as known, _progress() as progress:
        task = progress.add_task("backup")
        made = copies.back_up(
            known, out.resolve(), say=lambda step: progress.update(task, description=step)
        )
    keys = copies.keys_file(out.resolve())
    if as_json:
        print(json.dumps({"backup": str(out), "keys": str(keys), **asdict(made)}))
    else:
        print(f"{out}: database, {made.objects} objects, {made.sources} sources.")
        print(f"{keys}: the keys. Keep them somewhere else: with both, everything can be read.")


def restore(source: In, *, keys: KeysOption = None, as_json: Json = False) -> None:
    """Bring a backup back into an empty installation and prove that it is whole."""
    from app.cli import adopting
    from app.cli import backup as copies
    from app.cli.proof import prove

    folder = source.resolve()
    archive = keys or copies.keys_file(folder)
    manifest = copies.read_manifest(folder)
    copies.restore_settings(settings(), folder)
    with only_once(settings().data_dir), _progress() as progress:
        seen = adopting.last_seen(settings())
        if archive.exists():
            copies.restore_keys(settings(), archive)
        with installation() as known:
            task = progress.add_task("restore")
            copies.restore_content(
                known, folder, say=lambda step: progress.update(task, description=step)
            )
            progress.update(task, description="proof")
            proof = prove(known)
            migrate.upgrade(known.database_owner_url)
            standing = adopting.standing_of(known)
            if seen is None:
                standing = replace(standing, last_signed=None)
            adopting.record_restore(known, made_at=manifest.made_at, standing=standing)
    _report(proof, standing, made_at=manifest.made_at, as_json=as_json)


def _report(proof: "Proof", standing: "Standing", *, made_at: str, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"made_at": made_at, **asdict(proof), "log": asdict(standing)}))
    else:
        print(
            f"Restored as of {made_at}: {proof.entries} entries, {proof.objects} objects and "
            f"{proof.sources} sources recomputed."
        )
        print("What was granted, revoked or signed after that moment is not in it.")
    if proof.faults:
        sys.stderr.write(f"vitrine: NOT whole: {'; '.join(proof.faults)}\n")
    if standing.fault:
        sys.stderr.write(f"vitrine: {standing.fault}. {ADOPT}\n")
    elif standing.last_signed is None:
        sys.stderr.write(f"vitrine: {UNSEEN}\n")
    if proof.faults or standing.fault:
        raise typer.Exit(FAULT)


def _progress() -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    return Progress(*columns, console=Console(file=sys.stderr), transient=True)
