"""Which editions a version needs, what each page of one looks like, and what its outline may say.

Pure over rows that the building task loads; pixels and files are in `building`.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.access.editions import ActiveRedaction
from app.models.reviews import Grant
from app.rendering.checkedtext import bare
from app.rendering.edition import page_state_key
from app.rendering.redact import expand, to_pixels
from app.rendering.shapes import Box, BuiltPage, ExtractedPage, Mark, Mode, PageJob

HIDDEN_TITLE = "Section"
_SHORTEST_SECRET = 4
_NOT_LETTERS = re.compile(r"[\W_]+")
_TELLING = re.compile(r"[^\W\d_a-f]", re.IGNORECASE)


def lifted_sets(grants: Sequence[Grant], at: datetime) -> set[frozenset[str]]:
    """Give every set of categories that somebody has lifted: by each grant, and by all together.

    Grants that have not begun yet count as well, so that their edition is ready on the day.
    """
    sets = {frozenset(grant.lifted) for grant in grants}
    for organisation in {grant.organisation_id for grant in grants}:
        own = [grant for grant in grants if grant.organisation_id == organisation]
        people: set[str | None] = {person for grant in own for person in grant.person_ids or ()}
        for person in people | {None}:
            held = [g for g in own if g.person_ids is None or person in g.person_ids]
            begun = [grant for grant in held if grant.starts_at <= at]
            sets |= {_union(together) for together in (held, begun) if together}
    return sets


def _union(grants: Iterable[Grant]) -> frozenset[str]:
    return frozenset(code for grant in grants for code in grant.lifted)


@dataclass(frozen=True, kw_only=True)
class PagePlan:
    """What one page of an edition looks like: its boxes, whose they are, and the state's name."""

    job: PageJob
    ids: Mapping[Box, tuple[str, ...]]
    state_key: str

    def boxes_of(self, page: BuiltPage) -> list[dict[str, Any]]:
        """Give the painted boxes in pixels with the redactions that each belongs to."""
        size_px, size_pt = (page.width_px, page.height_px), (page.width_pt, page.height_pt)
        owners: dict[tuple[int, int, int, int], set[str]] = {}
        for box, ids in self.ids.items():
            px = to_pixels(box, size_px=size_px, size_pt=size_pt)
            owners.setdefault((px.x0, px.y0, px.x1, px.y1), set()).update(ids)
        return [
            {"x": x0, "y": y0, "w": x1 - x0, "h": y1 - y0, "redactions": sorted(ids)}
            for (x0, y0, x1, y1), ids in sorted(owners.items())
        ]


def plan_page(
    source: ExtractedPage, withheld: Sequence[ActiveRedaction], *, digest: str, dpi: float
) -> PagePlan:
    """Plan one page: grow each redaction's marks and name the state that results."""
    size = (source.width_pt, source.height_pt)
    ids: dict[Box, set[str]] = {}
    for redaction in withheld:
        marks = [Mark(Box(*rect), Mode(redaction.mode)) for rect in redaction.rects]
        for box in expand(marks, source.words, size):
            ids.setdefault(box, set()).add(redaction.id)
    key = page_state_key(digest, page=source.number, boxes=ids, dpi=dpi)
    if ids:
        # Pages that look alike are shared only where their boxes mean the same redactions.
        meaning = repr([(box, sorted(whose)) for box, whose in sorted(ids.items())])
        key = f"{key}.{hashlib.sha256(meaning.encode()).hexdigest()[:16]}"
    return PagePlan(
        job=PageJob(number=source.number, boxes=tuple(sorted(ids)), words=source.words),
        ids={box: tuple(sorted(whose)) for box, whose in ids.items()},
        state_key=key,
    )


def outline_entries(
    sections: Iterable[tuple[str, int, int, str]],
    permitted: Mapping[int, set[str]],
    *,
    withholds: bool,
) -> list[dict[str, Any]]:
    """Give the outline of an edition from (section id, level, page, title).

    A title stays only if every word of it is among the permitted words of its page; an edition
    that withholds nothing keeps them all.
    """
    return [
        {
            "section_id": section_id,
            "level": level,
            "page": page,
            "title": title
            if not withholds or tokens(title.split()) <= permitted.get(page, set())
            else HIDDEN_TITLE,
        }
        for section_id, level, page, title in sections
    ]


def tokens(words: Iterable[str]) -> set[str]:
    """Give the words for comparison: letters and digits only, case and forms aside."""
    folded = (unicodedata.normalize("NFKC", word).casefold() for word in words)
    return {part for word in folded for part in _NOT_LETTERS.split(word) if part}


def secrets_of(sources: Mapping[int, ExtractedPage], pages: Sequence[BuiltPage]) -> list[str]:
    """Give what an edition must not contain: the withheld words, alone and as they stood together.

    Left out is what the permitted words say elsewhere anyway, and what is too short or too plain
    to be told from numbers by chance; the checker's list of shapes covers those.
    """
    public = "".join(_folded(word.text) for page in pages for word in page.words)
    found: dict[str, None] = {}
    for page in pages:
        for run in _dropped(sources[page.number], page):
            found |= dict.fromkeys([" ".join(run), *run])
    return [secret for secret in found if _is_secret(_folded(secret), public)]


def _dropped(source: ExtractedPage, page: BuiltPage) -> Iterator[list[str]]:
    """Yield the runs of source words that did not become words of the built page."""
    kept = iter([*(word.text for word in page.words), None])
    next_kept, run = next(kept), list[str]()
    for word in source.words:
        if word.text == next_kept and not _covered(word, page):
            next_kept = next(kept)
            if run:
                yield run
            run = []
        else:
            run.append(word.text)
    if run:
        yield run


def _covered(word: Any, page: BuiltPage) -> bool:
    across, down = page.width_px / page.width_pt, page.height_px / page.height_pt
    x, y = (word.x0 + word.x1) / 2 * across, (word.y0 + word.y1) / 2 * down
    return any(b.x0 <= x <= b.x1 and b.y0 <= y <= b.y1 for b in page.boxes_px)


def _folded(text: str) -> str:
    return bare(unicodedata.normalize("NFKC", text).casefold()).casefold()


def _is_secret(folded: str, public: str) -> bool:
    if len(folded) < _SHORTEST_SECRET or not _TELLING.search(folded):
        return False
    return folded not in public and folded[::-1] not in public
