"""The documents at the root and in docs/ against what they speak about."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def declared_dependencies() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    declared = project["project"]["dependencies"] + groups["dev"] + groups["build"]
    return {re.split(r"[\[<>=;! ]", requirement, maxsplit=1)[0] for requirement in declared}


def test_every_dependency_has_its_reason_and_no_other_is_explained() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    explained = re.findall(r"\*\*([a-z0-9-]+)\*\* \([^)]+\)", page)
    assert set(explained) == declared_dependencies()
    assert len(explained) == len(set(explained))


def test_decisions_are_numbered_without_gaps_and_say_their_three_things() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert records
    for number, record in enumerate(records, start=1):
        text = record.read_text(encoding="utf-8")
        assert record.name.startswith(f"{number:04d}-")
        assert text.startswith(f"# {number}. ")
        for part in ("## Context", "## Decision", "## Consequences"):
            assert part in text, f"{record.name} lacks {part}"
        assert len(text.split()) < 600, f"{record.name} is longer than a page"


def test_links_between_documents_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    assert pages
    for page in pages:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if not re.match(r"[a-z]+:", target):
                assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_promise_is_listed_and_every_measurement_named_exists() -> None:
    page = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (G\d+) \|[^|]+\|([^|]+)\|$", page, flags=re.MULTILINE)
    assert [name for name, _ in rows] == [f"G{number}" for number in range(1, 21)]
    for name, today in rows:
        named = re.findall(r"`([^`]+)`", today)
        assert named or today.strip() == "not yet", f"{name} names no test"
        for path in named:
            assert (ROOT / path).exists(), f"{name} names {path}"


def test_the_changelog_begins_with_what_is_unreleased_and_speaks_of_security() -> None:
    page = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    first = page.index("## [Unreleased]")
    assert page.index("\n## ") == first - 1
    assert "### Security" in page[first:]
