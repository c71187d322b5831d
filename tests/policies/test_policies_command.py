"""`vitrine policies check` says valid, or what is wrong, and ends accordingly."""

import json
import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from app.cli import policies
from app.kernel.config import ROOT


@pytest.fixture
def program() -> typer.Typer:
    app = typer.Typer()
    policies.register(app)
    return app


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "policies", tmp_path / "policies"))


def _check(program: typer.Typer, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(program, ["policies", "check", *arguments])
    return result.exit_code, result.output


def test_the_shipped_policies_are_right(program: typer.Typer) -> None:
    code, output = _check(program)
    assert code == 0
    assert "base.cedar" in output
    assert " 0 wrong" in output


def test_the_verdict_is_also_json(program: typer.Typer) -> None:
    code, output = _check(program, "--json")
    verdict = json.loads(output)
    assert code == 0
    assert (verdict["valid"], verdict["failed"], verdict["gaps"]) == (True, [], [])
    assert verdict["scenarios"] > verdict["policies"] > 0


def test_a_scenario_that_disagrees_is_named_and_fails(program: typer.Typer, folder: Path) -> None:
    path = folder / "scenarios" / "four-eyes-redaction.toml"
    path.write_text(path.read_text().replace('expect = "allow"', 'expect = "deny"'))
    code, output = _check(program, "--folder", str(folder))
    assert code == 1
    assert "four-eyes-redaction.toml: an approver decides" in output
    assert "allowed by documents.decide-redaction" in output


def test_a_rule_taken_away_is_noticed(program: typer.Typer, folder: Path) -> None:
    path = folder / "base.cedar"
    text = path.read_text()
    start = text.index("// Nobody decides a redaction that they proposed.")
    path.write_text(text[:start] + text[text.index("// Nobody approves a grant", start) :])
    code, output = _check(program, "--folder", str(folder), "--json")
    verdict = json.loads(output)
    assert code == 1
    assert "allowed by documents.decide-redaction" in {one["fault"] for one in verdict["failed"]}
    assert "base.four-eyes-redaction, which does not exist" in verdict["gaps"][0]


def test_invalid_policies_are_named_and_fail(program: typer.Typer, folder: Path) -> None:
    with (folder / "audit.cedar").open("a") as file:
        file.write(
            '\n// A typing error.\n@id("audit.typo")\npermit (principal, action, resorce);\n'
        )
    code, output = _check(program, "--folder", str(folder))
    assert code == 1
    assert "invalid: audit.cedar: cannot be parsed" in output
    code, output = _check(program, "--folder", str(folder), "--json")
    assert code == 1
    assert json.loads(output)["file"] == "audit.cedar"
    assert json.loads(output)["valid"] is False
