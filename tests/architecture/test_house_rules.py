"""The house rules that a machine can hold: sizes, empty packages, layers, no way round."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "app").rglob("*.py"))
LONGEST_FILE = 450
LONGEST_FUNCTION = 60


def test_no_file_outgrows_its_room() -> None:
    everything = [*SOURCES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "migrations").rglob("*.py")]
    lengths = {path: len(path.read_text().splitlines()) for path in everything}
    assert len(lengths) > 100
    long = {str(p.relative_to(ROOT)): n for p, n in lengths.items() if n > LONGEST_FILE}
    assert long == {}


def test_no_function_is_too_long_to_read_at_once() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_package_files_are_empty_so_that_importing_one_loads_nothing() -> None:
    full = [str(p.relative_to(ROOT)) for p in SOURCES if p.name == "__init__.py" and p.read_text()]
    assert full == []


def test_every_public_name_says_what_it_is_for() -> None:
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in SOURCES
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
        and "overload" not in {getattr(d, "id", "") for d in node.decorator_list}
    ]
    assert silent == []


@pytest.mark.parametrize("word", ["data", "info", "manager", "handler", "utils", "helper"])
def test_no_module_has_a_name_that_says_nothing(word: str) -> None:
    assert [p.name for p in SOURCES if p.stem == word or p.stem.endswith(f"_{word}")] == []


def test_imports_only_fall() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_a_climbing_import_would_be_noticed(tmp_path: Path) -> None:
    """The positive control: the same contracts find a planted import from below."""
    planted = tmp_path / "app"
    for path in (p for p in (ROOT / "app").rglob("*.py") if p.parts[-2] in ("kernel", "app")):
        copied = planted / path.relative_to(ROOT / "app")
        copied.parent.mkdir(parents=True, exist_ok=True)
        copied.write_text("")
    (planted / "transaction.py").write_text("")
    (planted / "kernel" / "clock.py").write_text("import app.transaction\n")
    (tmp_path / "contracts.ini").write_text(
        "[importlinter]\nroot_package = app\n"
        "[importlinter:contract:1]\nname = fall\ntype = layers\n"
        "layers =\n    app.transaction\n    app.kernel\n"
    )
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--config", "contracts.ini"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(tmp_path), "PATH": ""},
    )
    assert done.returncode != 0
    assert "BROKEN" in done.stdout
