"""The changelog as a document: Markdown, in which nothing that was quoted is read as markup."""

from collections.abc import Iterable

from fastapi import Response

from app.domain.versions import CLAIMS_SINCE, REMOVALS, STANDINGS
from app.features.versions.changelog_schemas import (
    ChangedClaim,
    ChangedRemoval,
    ChangedSection,
    ChangelogView,
    StepView,
    ToldView,
)
from app.features.versions.schemas import PieceView

_SPECIAL = "\\`*_{}[]()<>#+-.!|~&"
_SIGNS = {"gone": "−", "new": "+", "moved_here": "→", "moved_away": "←"}


def markdown_file(view: ChangelogView) -> Response:
    """Give the document as a file whose name says neither whose nor of what."""
    return Response(
        as_markdown(view),
        media_type="text/markdown; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="changelog.md"'},
    )


def as_markdown(view: ChangelogView) -> str:
    """Write what changed: a heading for each step, a list for each kind of thing."""
    lines = [f"# {plain(view.report_title)}: what changed", ""]
    lines += [f"Down from version {view.version_number}, in the editions of who took this."]
    lines += _listed("Material changes", map(_told, view.told), level=2)
    for step in view.steps:
        lines += ["", f"## Version {step.number}, since version {step.earlier_number}"]
        lines += _step(step)
    if not view.steps:
        lines += ["", "There is no earlier version to compare with."]
    return "\n".join(lines) + "\n"


def _step(step: StepView) -> list[str]:
    lines: list[str] = []
    if step.words:
        lines += ["", plain(step.words)]
    if step.state != "ready":
        lines += ["", "The words of the two editions are being compared: take this again later."]
    if step.withholds:
        lines += ["", "█ stands where something is withheld in either."]
    lines += _listed("Sections", map(_section, step.sections))
    lines += _listed("Claims", map(_claim, step.claims))
    lines += _listed("Evidence", (f"{plain(one.title)} ({one.code}): {STANDINGS[one.standing]}"
                                  for one in step.evidence))  # fmt: skip
    lines += _listed("Removals", map(_removal, step.removals))
    lines += _listed("Findings fixed", (f"{one.number}: {one.state}" for one in step.fixed))
    if step.state == "ready" and not step.changed:
        lines += ["", "Nothing differs between the two editions."]
    return lines


def _listed(title: str, items: Iterable[str], *, level: int = 3) -> list[str]:
    found = [f"- {item}" for item in items]
    return ["", f"{'#' * level} {title}", "", *found] if found else []


def _told(one: ToldView) -> str:
    why = f": {plain(one.reason)}" if one.reason else ""
    return f"Version {one.number} changes version {one.from_number} materially{why}"


def _section(one: ChangedSection) -> str:
    title = plain(one.title) or "A section"
    said = f"**{title}** (p. {one.page}): {STANDINGS[one.standing]}"
    more = f"; {one.more} more" if one.more and one.pieces else ""
    return "".join([said, more, *(f"\n    - {_piece(piece)}" for piece in one.pieces)])


def _piece(piece: PieceView) -> str:
    return f"{_SIGNS.get(piece.kind, '')} {plain(piece.text)}"


def _claim(one: ChangedClaim) -> str:
    said = f"Claim {plain(one.label)} (p. {one.page}): {CLAIMS_SINCE[one.standing]}"
    weight = f"; {one.weight} load-bearing" if one.weight else ""
    then = f"\n    - then: {plain(one.then)}" if one.then else ""
    now = f"\n    - now: {plain(one.now)}" if one.now else ""
    return f"{said}{weight}{then}{now}"


def _removal(one: ChangedRemoval) -> str:
    place = f"evidence {one.evidence}" if one.evidence else f"p. {one.page}"
    before = f", before {', '.join(one.before)}" if one.before else ""
    codes = ", ".join(one.categories)
    return f"{plain(one.character)} ({place}; {codes}{before}): {REMOVALS[one.change]}"


def plain(text: str) -> str:
    """Write somebody's words so that Markdown shows them as they are, on one line."""
    return "".join(f"\\{c}" if c in _SPECIAL else c for c in " ".join(text.split()))
