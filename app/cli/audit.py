"""`vitrine audit`: verify a bundle anywhere, export one here, show the log's public key.

Verification is in `audit/verify`, exporting in `audit/export`; here are the words around them.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from app.audit.canonical import format_time
from app.audit.note import NoteMalformed, parse_verifier_key
from app.audit.statement import StatementVerdict, is_statement, verify_statement
from app.audit.trust import default_pins, read_pins
from app.audit.verify import Verdict
from app.audit.verify import verify as verify_bundle
from app.cli.answers import Json

Bundle = Annotated[Path, typer.Argument(help="A folder or a .zip archive.", exists=True)]
Key = Annotated[
    list[str] | None,
    typer.Option("--key", help="The log's public key (name+id+base64), obtained elsewhere."),
]
Pin = Annotated[
    Path | None,
    typer.Option("--pin", help="File of pinned keys; ~/.config/vitrine/pinned-keys without it."),
]
Out = Annotated[Path, typer.Option("--out", help="A new or empty folder, or a new .zip file.")]
As = Annotated[
    str, typer.Option("--as", metavar="PERSON", help="Id or e-mail of who exports; recorded.")
]
Reason = Annotated[
    str, typer.Option("--reason", min=1, help="Why this log is accepted; recorded in it.")
]
Organisation = Annotated[
    str | None, typer.Option(help="Export the record of this organisation instead of the log.")
]


def register(app: typer.Typer) -> None:
    """Add `audit` to the program."""
    audit = typer.Typer(no_args_is_help=True, help="The evidence log.")
    audit.command()(verify)
    audit.command()(export)
    audit.command()(key)
    audit.command()(adopt)
    app.add_typer(audit, name="audit")
    app.command()(verify)


def verify(bundle: Bundle, key: Key = None, pin: Pin = None, as_json: Json = False) -> None:
    """Check a bundle of the log, or the evidence of a statement, without database and network.

    Exit code 0: intact. 1: the first fault is named. 3: intact in itself, but signed by a key that
    you have not pinned.
    """
    try:
        keys = [parse_verifier_key(text) for text in key or []]
        pinned = read_pins(pin or default_pins())
    except (NoteMalformed, OSError) as error:
        raise typer.BadParameter(str(error)) from error
    with _progress(shown=not as_json) as progress:
        task = progress.add_task("verifying", total=None)
        check = verify_statement if is_statement(bundle) else verify_bundle
        verdict = check(
            bundle,
            keys=keys,
            pinned=pinned,
            progress=lambda done, all_: progress.update(task, completed=done, total=all_),
        )
    if as_json:
        print(json.dumps(verdict.as_json(), ensure_ascii=False))
    elif isinstance(verdict, StatementVerdict):
        _say(verdict.record, pin or default_pins())
        _say_statement(verdict)
    else:
        _say(verdict, pin or default_pins())
    raise typer.Exit(verdict.exit_code)


def export(out: Out, person: As, organisation: Organisation = None, as_json: Json = False) -> None:
    """Write the log, or one organisation's record, as a bundle that anybody can verify."""
    from app.cli.exporting import export_as  # loads the whole application: not for `verify`

    with _progress(shown=not as_json) as progress:
        progress.add_task("exporting", total=None)
        written = export_as(person, out, organisation=organisation)
    if as_json:
        print(json.dumps(asdict(written), ensure_ascii=False))
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"{written.files} files, {written.bytes} bytes: {written.out}", markup=False)
    console.print(f"vitrine audit verify {written.out} --key '{written.key}'", markup=False)


def key(as_json: Json = False) -> None:
    """Print the log's public key, to be handed over outside of any bundle."""
    from app.audit.signer import verifier_of
    from app.cli.runtime import installation

    with installation() as known:
        shown = verifier_of(known.log_key)
    print(json.dumps({"key": str(shown), "origin": shown.name}) if as_json else shown)


def adopt(reason: Reason, as_json: Json = False) -> None:
    """Accept a restored log that is not the last one seen here, and go on under a new origin.

    Never under the old one: somebody may hold a later checkpoint of it. The reason is recorded;
    whoever pinned the old key pins the new one, and sees by that what happened.
    """
    from app.cli import adopting  # loads the whole application: not for `verify`
    from app.cli.runtime import installation

    with installation() as known:
        done = adopting.adopt(known, reason=reason)
    if as_json:
        print(json.dumps(asdict(done)))
        return
    print(f"{done.before} ended at {done.size} leaves; the log goes on as {done.after}.")
    print(f"Verifiers pin this key: {done.key}")


def _say(verdict: Verdict, pins: Path) -> None:
    console = Console(highlight=False, soft_wrap=True)
    if verdict.fault is not None:
        console.print("[red]FAULT[/]", end=" ")
        console.print(str(verdict.fault), markup=False)
        return
    assert verdict.checkpoint is not None
    if verdict.outcome == "intact":
        console.print("[green]intact[/]")
    else:
        console.print("[yellow]key not pinned[/]: intact in itself, but is this the log's key?")
        console.print(f"  {verdict.key}", markup=False)
        console.print(f"  Compare it with the one you were given; then add it to {pins}.")
    tally = verdict.tally
    about = f" of {verdict.organisation}" if verdict.organisation else ""
    lines = [
        f"{tally.entries} entries{about}, up to leaf {verdict.checkpoint.size}",
        f"log {verdict.checkpoint.origin}",
    ]
    if verdict.scope == "excerpt":
        lines.append("an excerpt: what it shows is in the log; it does not show everything")
    if tally.first_at and tally.last_at:
        lines.append(f"from {format_time(tally.first_at)} to {format_time(tally.last_at)}")
    if tally.late:
        lines.append(f"{tally.late} entries were signed more than a minute after their time")
    if tally.withheld:
        lines.append(f"{tally.withheld} facets withheld")
    lines += [f"erased: {facet} of entry {entry}" for entry, facet in tally.erased]
    for line in lines:
        console.print(f"  {line}", markup=False)


def _say_statement(verdict: StatementVerdict) -> None:
    if verdict.record.fault is not None:
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"  the statement with SHA-256 {verdict.digest}", markup=False)
    console.print(f"  signed with the key {verdict.fingerprint}", markup=False)
    console.print("  Compare this key with the one that its signer gave you.", markup=False)


def _progress(*, shown: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not shown,
    )
