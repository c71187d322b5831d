"""The summary statement in words, as plain text and as Markdown; and what it does not say."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from app.domain.categories import BY_CODE
from app.domain.withheld import Count
from app.features.withheld.schemas import Edition, TouchedClaim

LIMITS = (
    "This statement was made from the marks of this edition at the moment given, not typed. It"
    " goes by place: it says whether something is withheld within the passage of a claim. It does"
    " not say that what is withheld elsewhere has no bearing on a claim."
)
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+.!|~-])")


@dataclass(frozen=True)
class Summary:
    """What the statement is made of."""

    edition: Edition
    sentence: str
    touched: tuple[TouchedClaim, ...]
    categories: tuple[Count, ...]


def as_text(summary: Summary) -> str:
    """Write the statement as plain text."""
    return "\n".join(_lines(summary, title="{}", item="- {}", strong="{}", plain=str)) + "\n"


def as_markdown(summary: Summary) -> str:
    """Write the statement as Markdown; whatever comes from rows is escaped."""
    plain = _escaped
    return (
        "\n".join(_lines(summary, title="# {}", item="- {}", strong="**{}**", plain=plain)) + "\n"
    )


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text.replace("\n", " "))


def _lines(
    summary: Summary, *, title: str, item: str, strong: str, plain: Callable[[str], str]
) -> list[str]:
    edition = summary.edition
    lines = [
        title.format("Redaction summary"),
        "",
        strong.format(plain(summary.sentence)),
        "",
        item.format(f"Report: {plain(edition.report_title)}"),
        item.format(f"Version: {edition.version_number} ({plain(edition.version_label)})"),
        item.format(f"Edition: {edition.key}"),
        item.format(f"Withholds: {', '.join(edition.withheld) or 'nothing'}"),
        item.format(f"Taken: {edition.taken_at:%Y-%m-%d %H:%M} UTC"),
    ]
    if summary.categories:
        lines += ["", strong.format("What is withheld, by category"), ""]
        lines += [item.format(plain(_category(count))) for count in summary.categories]
    if summary.touched:
        lines += ["", strong.format("Claims within whose passage something is withheld"), ""]
        lines += [item.format(plain(f"Claim {c.code}, page {c.page}")) for c in summary.touched]
    return [*lines, "", plain(LIMITS)]


def _category(count: Count) -> str:
    known = BY_CODE.get(count.name)
    named = f"{count.name}, {known.name.lower()}" if known else count.name
    pages = "page" if len(count.pages) == 1 else "pages"
    return f"{named}: {count.withheld}, on {pages} {', '.join(map(str, count.pages))}"
