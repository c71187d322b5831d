"""`vitrine redact` and `vitrine check`: the redaction engine without a database.

The same sandbox, engine and leak checker as the portal's; marks come from a file. Nothing is
written unless the leak checker passes.
"""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.cli.answers import FAULT, REFUSED_FILE, USAGE, Json
from app.cli.marks import MarkFault, MarksFile, Plan, plan_pages, read_marks
from app.rendering import leakcheck, sandbox
from app.rendering.binding import printable
from app.rendering.edition import write_pdf
from app.rendering.refusals import SourceRefused
from app.rendering.shapes import BuiltPage, ExtractedPage

Source = Annotated[Path, typer.Argument(help="The PDF to redact.", exists=True, dir_okay=False)]
Marks = Annotated[
    Path, typer.Option("--marks", help="What to black out (JSON).", exists=True, dir_okay=False)
]
Out = Annotated[Path, typer.Option("--out", "-o", help="Where the new PDF goes.")]
Withhold = Annotated[
    str,
    typer.Option(
        help="Categories to withhold, comma between; without it, every mark. "
        "A mark without a category is always withheld."
    ),
]
Dpi = Annotated[float, typer.Option(help="Resolution of the new pages.", min=50, max=300)]
Checked = Annotated[Path, typer.Argument(help="The PDF to check.", exists=True, dir_okay=False)]
Secrets = Annotated[
    Path,
    typer.Option(
        "--secrets",
        help="A text file with one secret per line, or a JSON list of texts.",
        exists=True,
        dir_okay=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Add `redact` and `check` to the program."""
    app.command()(redact)
    app.command()(check)


def redact(
    source: Source,
    marks: Marks,
    out: Out,
    withhold: Withhold = "",
    dpi: Dpi = 150.0,
    as_json: Json = False,
) -> None:
    """Write a new PDF with the marked places black and their words gone.

    Exit codes: 0 written and checked, 1 the leak checker found a fault (nothing written),
    2 usage or marks that do not fit, 4 the source is refused.
    """
    with _refusals(as_json=as_json):
        wanted = read_marks(marks, withhold=withhold)
        if out.exists() and out.samefile(source):
            raise MarkFault("The new file would replace the source: choose another name.")
        plan, built, report, pdf = _edition(source, wanted, dpi=dpi)
        if report.passed:
            _write(out, pdf)
        summary = _summary(source, out, plan, built, report)
        _tell(summary, as_json=as_json)
        if not report.passed:
            raise typer.Exit(FAULT)


def check(pdf: Checked, secrets: Secrets, as_json: Json = False) -> None:
    """Check that a PDF has the plain form of an edition and holds none of the secrets.

    Exit codes: 0 passed, 1 a fault found, 2 usage.
    """
    with _refusals(as_json=as_json):
        wanted = _read_secrets(secrets)
        report = leakcheck.check(pdf.read_bytes(), permitted=None, boxes=None, secrets=wanted)
        _tell({"file": str(pdf), **_verdict(report)}, as_json=as_json)
        if not report.passed:
            raise typer.Exit(FAULT)


def _edition(
    source: Path, wanted: MarksFile, *, dpi: float
) -> tuple[Plan, list[BuiltPage], leakcheck.LeakReport, bytes]:
    with _progress() as progress:
        facts = sandbox.inspect_source(source)
        step = progress.add_task("Reading words", total=facts.pages)
        pages: list[ExtractedPage] = []
        for page in sandbox.extract_pages(source, first=1, last=facts.pages):
            pages.append(page)
            progress.advance(step)
        plan = plan_pages(pages, wanted)
        step = progress.add_task("Building pages", total=facts.pages)
        built: list[BuiltPage] = []
        for state in sandbox.build_pages(source, pages=plan.jobs, dpi=dpi):
            built.append(state)
            progress.advance(step)
        step = progress.add_task("Writing and checking", total=2)
        pdf = write_pdf(built)
        progress.advance(step)
        words = [[printable(word.text) for word in state.words] for state in built]
        report = leakcheck.check(
            pdf,
            permitted=words,
            boxes=[state.boxes_px for state in built],
            secrets=plan.secrets(words),
        )
        progress.advance(step)
    return plan, built, report, pdf


@contextmanager
def _refusals(*, as_json: bool) -> Iterator[None]:
    """Turn what can go wrong into one clear answer and its exit code."""
    try:
        yield
    except SourceRefused as error:
        _complain({"refused": error.code, "message": error.message}, error.remedy, as_json=as_json)
        raise typer.Exit(REFUSED_FILE) from error
    except MarkFault as error:
        _complain({"fault": "usage", "message": str(error)}, None, as_json=as_json)
        raise typer.Exit(USAGE) from error
    except OSError as error:
        message = f"{error.strerror or 'The file cannot be used'}: {error.filename}"
        _complain({"fault": "usage", "message": message}, None, as_json=as_json)
        raise typer.Exit(USAGE) from error


def _complain(answer: dict[str, Any], remedy: str | None, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
    else:
        typer.echo(" ".join(part for part in (answer["message"], remedy) if part), err=True)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def _write(out: Path, pdf: bytes) -> None:
    """Write whole or not at all: a half-written file must never look like an edition."""
    descriptor, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pdf)
        Path(name).replace(out)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _read_secrets(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix.lower() == ".json":
            listed = json.loads(text)
            if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
                raise MarkFault(f"{path.name} is not a JSON list of texts.")
        else:
            listed = text.splitlines()
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise MarkFault(f"{path.name} cannot be read: {error}.") from error
    secrets = [one.strip() for one in listed if one.strip()]
    if not secrets:
        raise MarkFault(f"{path.name} holds no secret to look for.")
    return secrets


def _summary(
    source: Path, out: Path, plan: Plan, built: list[BuiltPage], report: leakcheck.LeakReport
) -> dict[str, Any]:
    return {
        "source": str(source),
        "out": str(out) if report.passed else None,
        "pages": len(built),
        "pages_changed": sum(1 for page in built if page.boxes_px),
        "boxes": sum(len(page.boxes_px) for page in built),
        "words": sum(len(page.words) for page in built),
        "marks": [
            {"mark": place, "withheld": row.withheld, "places": row.places}
            for place, row in enumerate(plan.rows, start=1)
        ],
        "warnings": plan.warnings(built),
        **_verdict(report),
    }


def _verdict(report: leakcheck.LeakReport) -> dict[str, Any]:
    return {
        "passed": report.passed,
        "checks": list(report.checks),
        "secrets": report.secrets,
        "findings": [
            {"check": one.check, "page": one.page, "what": one.what} for one in report.findings
        ],
    }


def _tell(summary: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(summary, ensure_ascii=False, indent=2))
        return
    for warning in summary.get("warnings", []):
        typer.echo(f"Warning: {warning}", err=True)
    for finding in summary["findings"]:
        where = f"page {finding['page']}" if finding["page"] else "the file"
        typer.echo(f"{finding['check']}, {where}: {finding['what']}", err=True)
    checks = len(summary["checks"])
    if not summary["passed"]:
        typer.echo("Not passed." + (" Nothing was written." if "out" in summary else ""), err=True)
    elif "out" in summary:
        changed, pages = summary["pages_changed"], summary["pages"]
        typer.echo(
            f"{summary['out']}: {pages} pages, {summary['boxes']} boxes on {changed} of them, "
            f"{summary['words']} words kept; {checks} checks passed."
        )
    else:
        typer.echo(f"{summary['file']}: {checks} checks passed.")
