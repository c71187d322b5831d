"""What an edition withholds, told in the open: arranged, compared, counted, summed up. Pure.

Everything here is made of what readers of an edition may know of a removal: never of its words.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

BEFORE_THE_FIRST = "Before the first section"
SIZES = (
    "an area without text",
    "a few words",
    "up to ten words",
    "up to 25 words",
    "a passage",
    "a long passage",
)
"""The coarse sizes, smallest first; readers are told no finer ones."""


@dataclass(frozen=True, kw_only=True)
class Removal:
    """One redaction as a reader of an edition may know it."""

    id: str
    page: int
    section: str
    categories: tuple[str, ...]
    character: str
    size: str
    justification: str
    withheld: bool
    """False: lifted for this reader, who sees what stands there."""
    expires_on: date | None = None
    substitute: str | None = None
    evidence: str | None = None  # code of the item it stands in; then page is 0


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What differs from an earlier version, by what both indexes tell."""

    added: tuple[Removal, ...]
    gone: tuple[Removal, ...]
    changed: tuple[tuple[Removal, Removal], ...]
    """Before and after: other categories, or shown now and withheld before, or the reverse."""

    @property
    def none(self) -> bool:
        """Say whether nothing differs."""
        return not (self.added or self.gone or self.changed)


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many removals something has, and how many of them are withheld, by size."""

    name: str
    all: int
    withheld: int
    pages: tuple[int, ...]
    sizes: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Outcome:
    """One of the three honest outcomes of a summary, with its sentence."""

    code: str  # nothing, beside, touching
    sentence: str


Key = Callable[[Removal], Any]
ORDERS: dict[str, Key] = {
    "page": lambda r: (r.page, r.id),
    "category": lambda r: (r.categories, r.page, r.id),
    "size": lambda r: (SIZES.index(r.size) if r.size in SIZES else 0, r.page, r.id),
    "what": lambda r: (r.character.casefold(), r.page, r.id),
    "state": lambda r: (not r.withheld, r.page, r.id),
}
"""The orders that a list can be asked for; a minus before the name turns one round."""


def part_at(outline: Iterable[tuple[str, int]], page: int, evidence: str | None) -> str:
    """Name the part of a version where a removal stands: a section, or an item of evidence."""
    return f"Evidence {evidence}" if evidence else section_at(outline, page)


def section_at(outline: Iterable[tuple[str, int]], page: int) -> str:
    """Name the section that a page belongs to, by (title, first page) of an edition's outline."""
    title = BEFORE_THE_FIRST
    for name, first in outline:
        if first > page:
            break
        title = name
    return title


def arrange(
    removals: Iterable[Removal],
    *,
    category: str = "",
    section: str = "",
    on_page: int | None = None,
    state: str = "",
    sort: str = "",
) -> list[Removal]:
    """Choose and order removals; an empty wish narrows nothing, an unknown order is by page.

    Args:
        removals: those of one edition.
        category: only those with this category among theirs.
        section: only those of this section.
        on_page: only those of this page.
        state: `withheld` or `lifted`.
        sort: a name of ORDERS, with a minus for the reverse.
    """
    chosen = [
        removal
        for removal in removals
        if (not category or category in removal.categories)
        and (not section or removal.section == section)
        and (on_page is None or removal.page == on_page)
        and (state not in ("withheld", "lifted") or removal.withheld == (state == "withheld"))
    ]
    order = ORDERS.get(sort.removeprefix("-"), ORDERS["page"])
    return sorted(chosen, key=order, reverse=sort.startswith("-"))


def compare(before: Sequence[Removal], after: Sequence[Removal]) -> Changes:
    """Compare the indexes of two versions.

    Ids and pages differ from version to version, so removals are paired by what they say: first
    those alike in all, then those of one character and justification, then of one character, each
    in the order of the pages. What finds no partner was added or is gone.
    """
    left, right = sorted(before, key=ORDERS["page"]), sorted(after, key=ORDERS["page"])
    changed: list[tuple[Removal, Removal]] = []
    for alike in (
        lambda r: (r.character, r.justification, r.size, r.categories, r.withheld),
        lambda r: (r.character, r.justification, r.size),
        lambda r: (r.character, r.justification),
        lambda r: r.character,
    ):
        pairs, left, right = _paired(left, right, alike)
        changed += [(a, b) for a, b in pairs if _differs(a, b)]
    changed.sort(key=lambda pair: ORDERS["page"](pair[1]))
    return Changes(added=tuple(right), gone=tuple(left), changed=tuple(changed))


def _differs(before: Removal, after: Removal) -> bool:
    return (before.categories, before.withheld) != (after.categories, after.withheld)


def _paired(
    left: Sequence[Removal], right: Sequence[Removal], alike: Key
) -> tuple[list[tuple[Removal, Removal]], list[Removal], list[Removal]]:
    waiting: dict[Any, list[Removal]] = {}
    for removal in right:
        waiting.setdefault(alike(removal), []).append(removal)
    pairs, alone = [], []
    for removal in left:
        found = waiting.get(alike(removal))
        if found:
            pairs.append((removal, found.pop(0)))
        else:
            alone.append(removal)
    taken = {after.id for _, after in pairs}
    return pairs, alone, [removal for removal in right if removal.id not in taken]


def by_section(removals: Sequence[Removal]) -> list[Count]:
    """Count removals by section, in the order of the pages."""
    names = dict.fromkeys(r.section for r in sorted(removals, key=ORDERS["page"]))
    return [_count(name, [r for r in removals if r.section == name]) for name in names]


def by_category(removals: Sequence[Removal]) -> list[Count]:
    """Count removals by category; one with two categories counts for both."""
    codes = sorted({code for removal in removals for code in removal.categories})
    return [_count(code, [r for r in removals if code in r.categories]) for code in codes]


def _count(name: str, removals: Sequence[Removal]) -> Count:
    withheld = [removal for removal in removals if removal.withheld]
    sizes = Counter(removal.size for removal in withheld)
    return Count(
        name=name,
        all=len(removals),
        withheld=len(withheld),
        pages=tuple(sorted({removal.page for removal in withheld if removal.page})),
        sizes=tuple((size, sizes[size]) for size in SIZES if sizes[size]),
    )


def outcome(
    *, withheld: int, claims: int, touched: Sequence[str], whole: Sequence[int] = ()
) -> Outcome:
    """Sum an edition up in one of three ways, each of them plain.

    Args:
        withheld: how many redactions are withheld from the edition.
        claims: how many claims of the version are marked load-bearing.
        touched: the numbers of those in whose passage something is withheld.
        whole: the pages on which a passage that the conclusion rests on is withheld whole; which
            claim that is, and how many, is not said to whom it is withheld from.
    """
    if not withheld:
        return Outcome("nothing", "Nothing is withheld from this edition.")
    things = "One passage is" if withheld == 1 else f"{withheld} passages are"
    rest = _whole(whole)
    if not touched and whole:
        return Outcome("touching", f"{things} withheld from this edition. {rest}")
    if not touched:
        return Outcome("beside", f"{things} withheld from this edition. {_beside(claims)}")
    said = "claim" if len(touched) == 1 else "claims"
    which = f"{len(touched)} of the {claims} claims" if claims > 1 else "the one claim"
    return Outcome(
        "touching",
        f"{things} withheld from this edition. Something is withheld within the passage of {which}"
        f" that the conclusion rests on: {said} {', '.join(touched)}.{f' {rest}' if rest else ''}",
    )


def _whole(pages: Sequence[int]) -> str:
    if not pages:
        return ""
    where = "page" if len(pages) == 1 else "pages"
    return (
        "What is said in a passage that the conclusion rests on is withheld whole, on"
        f" {where} {', '.join(map(str, pages))}."
    )


def _beside(claims: int) -> str:
    if not claims:
        return (
            "No claim of this version is marked as one that the conclusion rests on, so it cannot"
            " be said whether what is withheld touches one."
        )
    if claims == 1:
        return (
            "Nothing is withheld within the passage of the one claim that the conclusion rests on."
        )
    return (
        f"Nothing is withheld within the passage of any of the {claims} claims that the conclusion"
        " rests on."
    )
