"""Which editions a version needs, what each page of one looks like, and what its outline may say.

Pure over rows that the building task loads; pixels and files are in `building`.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.access.editions import ActiveRedaction
from app.models.reviews import Grant
from app.rendering.checkedtext import bare
from app.rendering.edition import page_state_key
from app.rendering.redact import expand, to_pixels
from app.rendering.shapes import (
    Box,
    BuiltPage,
    ExtractedPage,
    Mark,
    Mode,
    PageJob,
    PixelBox,
    PixelWord,
    Word,
)

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
    if source.confirmed:
        # The same pixels with more words: another state.
        words = repr(source.confirmed)
        key = f"{key}.{hashlib.sha256(words.encode()).hexdigest()[:16]}"
    return PagePlan(
        job=PageJob(number=source.number, boxes=tuple(sorted(ids)), words=source.words),
        ids={box: tuple(sorted(whose)) for box, whose in ids.items()},
        state_key=key,
    )


def outline_entries(
    sections: Iterable[tuple[str, int, int, str]],
    permitted: Mapping[int, Sequence[str]],
    *,
    withholds: bool,
) -> list[dict[str, Any]]:
    """Give the outline of an edition from (section id, level, page, title).

    A title stays only if every word of it is among the permitted words of its page (in the order
    of the page, as `tokens` gives them), or if it stands there as a run whose last word is the
    beginning of one: bookmarks are often cut off. An edition that withholds nothing keeps them all.
    """
    return [
        {
            "section_id": section_id,
            "level": level,
            "page": page,
            "title": title
            if not withholds or _stands_there(tokens(title.split()), permitted.get(page, ()))
            else HIDDEN_TITLE,
        }
        for section_id, level, page, title in sections
    ]


def _stands_there(title: Sequence[str], permitted: Sequence[str]) -> bool:
    if set(title) <= set(permitted):
        return True
    *whole, cut_off = title
    return any(
        list(permitted[at : at + len(whole)]) == whole
        and permitted[at + len(whole)].startswith(cut_off)
        for at in range(len(permitted) - len(whole))
        if whole
    )


def tokens(words: Iterable[str]) -> list[str]:
    """Give the words for comparison, in order: letters and digits only, case and forms aside."""
    folded = (unicodedata.normalize("NFKC", word).casefold() for word in words)
    return [part for word in folded for part in _NOT_LETTERS.split(word) if part]


def secrets_of(
    plans: Iterable[tuple[ExtractedPage, PagePlan]],
    *,
    withheld: Iterable[str] = (),
    open_to_all: Iterable[str] = (),
) -> list[str]:
    """Give what an edition must not contain: the words under its boxes, alone and as they stood,
    and the words of the source that no pixels confirmed.

    `withheld` and `open_to_all` are what evidence hides and shows. Taken from the source and the
    boxes alone, never from the built pages that are to be checked. Left out is what stands
    uncovered elsewhere anyway, and what is too short or too plain to be told from numbers by
    chance; the checker's list of shapes covers those.
    """
    public = [_folded(text) for text in open_to_all]
    found = dict.fromkeys(withheld)
    for source, plan in plans:
        run: list[str] = []
        for word in source.words:
            if _covered(word, plan.job.boxes):
                run.append(word.text)
                continue
            public.append(_folded(word.text))
            found |= dict.fromkeys([" ".join(run), *run])
            run = []
        found |= dict.fromkeys([" ".join(run), *run])
        # What nobody could see on the page is as secret as what stands under a box.
        found |= dict.fromkeys(word.text for word in source.hidden)
    uncovered = "".join(public)
    return [secret for secret in found if _is_secret(_folded(secret), uncovered)]


def _covered(word: Word, boxes: Iterable[Box]) -> bool:
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    return any(box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1 for box in boxes)


def misplaced(pages: Iterable[BuiltPage], plans: Mapping[int, PagePlan]) -> list[tuple[int, str]]:
    """Find pages whose boxes are not those planned, or with a word under a box."""
    found = []
    for page in pages:
        planned = {(b["x"], b["y"], b["w"], b["h"]) for b in plans[page.number].boxes_of(page)}
        painted = {(b.x0, b.y0, b.x1 - b.x0, b.y1 - b.y0) for b in page.boxes_px}
        if planned != painted:
            found.append((page.number, "the boxes are not those planned"))
        if any(_overlap(word, box) for word in page.words for box in page.boxes_px):
            found.append((page.number, "a word stands under a box"))
    return found


def _overlap(word: PixelWord, box: PixelBox) -> bool:
    return word.x0 < box.x1 and box.x0 < word.x1 and word.y0 < box.y1 and box.y0 < word.y1


def _folded(text: str) -> str:
    return bare(unicodedata.normalize("NFKC", text).casefold()).casefold()


def _is_secret(folded: str, public: str) -> bool:
    if len(folded) < _SHORTEST_SECRET or not _TELLING.search(folded):
        return False
    return folded not in public and folded[::-1] not in public
