"""`vitrine policies check`: are the policies valid, and do they say what the scenarios expect?

The rules themselves and their cases are files in policies/; nothing here knows one.
"""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from app.cli.answers import Json
from app.kernel.config import ROOT
from app.policy.engine import PolicyEngine
from app.policy.scenarios import Outcome, gaps, read_scenarios, run_scenarios
from app.policy.texts import InvalidPolicies

Folder = Annotated[Path, typer.Option(help="The folder of policies to check.")]

BY_DEFAULT = "no policy (refused)"


def register(app: typer.Typer) -> None:
    """Add `policies check` to the program."""
    policies = typer.Typer(no_args_is_help=True, help="The rules of who may do what.")
    policies.callback()(_group)
    policies.command()(check)
    app.add_typer(policies, name="policies")


def check(folder: Folder = ROOT / "policies", as_json: Json = False) -> None:
    """Validate the policies and run every scenario; exit code 1 when anything disagrees."""
    try:
        engine = PolicyEngine.load(folder)
        scenarios = read_scenarios(folder / "scenarios")
    except InvalidPolicies as error:
        _print_invalid(error, as_json=as_json)
        raise typer.Exit(1) from error
    outcomes = run_scenarios(engine, scenarios)
    missing = gaps(engine, scenarios)
    if as_json:
        typer.echo(json.dumps(_verdict(engine, outcomes, missing), indent=2))
    else:
        _print_verdict(engine, outcomes, missing)
    if missing or any(outcome.fault for outcome in outcomes):
        raise typer.Exit(1)


def count_valid(folder: Path) -> int:
    """Load and validate a folder of policies; gives how many, or raises InvalidPolicies."""
    return len(PolicyEngine.load(folder).policies())


def _group() -> None:
    """Keep `check` a command of its own while it is the only one."""


def _verdict(
    engine: PolicyEngine, outcomes: Sequence[Outcome], missing: Sequence[str]
) -> dict[str, Any]:
    return {
        "valid": True,
        "digest": engine.digest,
        "policies": len(engine.policies()),
        "scenarios": len(outcomes),
        "failed": [
            {"file": one.scenario.file, "says": one.scenario.says, "fault": one.fault}
            for one in outcomes
            if one.fault
        ],
        "gaps": list(missing),
    }


def _print_verdict(
    engine: PolicyEngine, outcomes: Sequence[Outcome], missing: Sequence[str]
) -> None:
    console = Console()
    file_of: dict[str | None, str] = {policy.id: policy.file for policy in engine.policies()}
    policies = Counter(file_of.values())
    decided = Counter(file_of.get(one.scenario.policy, BY_DEFAULT) for one in outcomes)
    failed = Counter(file_of.get(one.scenario.policy, BY_DEFAULT) for one in outcomes if one.fault)
    table = Table("Decided in", "Policies", "Scenarios", "Failed")
    for file in [*sorted(policies), BY_DEFAULT]:
        table.add_row(file, str(policies[file] or ""), str(decided[file]), str(failed[file]))
    console.print(table)
    for outcome in outcomes:
        if outcome.fault:
            typer.echo(f"{outcome.scenario.file}: {outcome.scenario.says}: {outcome.fault}")
    for gap in missing:
        typer.echo(gap)
    wrong = failed.total() + len(missing)
    summary = f"{policies.total()} policies, {len(outcomes)} scenarios, {wrong} wrong"
    typer.echo(f"{summary}; policy set {engine.digest[:16]}")


def _print_invalid(error: InvalidPolicies, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"valid": False, "file": error.file, "reason": error.reason}))
    else:
        typer.echo(f"invalid: {error}", err=True)
