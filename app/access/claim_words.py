"""What a page of an edition shows of a claim, and whether it prints the claim's code.

Kept in memory by the state of the page: pages of editions never change, and a register asks for
all of its claims each time.
"""

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from sqlalchemy import bindparam, select

from app.access.release import points_of, release, words_of
from app.access.released import (
    WITHHELD_MARK,
    EditionFacts,
    OutlineEntry,
    Rect,
    ReleasedBox,
    ReleasedPage,
    line_rects,
    quote_from,
)
from app.domain.targets import DocumentRef
from app.models.content import EditionPage
from app.rendering.shapes import Word
from app.transaction import Transaction

_MOST_KEPT = 8192
_pages = EditionPage.__table__.c
# Without the words, which most who list claims have seen already.
_STATES = select(_pages.page, _pages.state_key).where(
    _pages.edition_id == bindparam("edition"), _pages.page.in_(bindparam("pages", expanding=True))
)


@dataclass(frozen=True)
class Looked:
    """What a page of an edition shows of one claim; without `rects` it shows nothing of it."""

    quote: str
    rects: tuple[Rect, ...]
    whole: bool
    code_printed: bool
    pathway_printed: bool


_Key = tuple[str, int, str, tuple[Rect, ...], str, int | None]


class _Kept:
    """What was looked up lately, by the state of the page: pages of editions never change."""

    def __init__(self) -> None:
        self._held: OrderedDict[_Key, Looked] = OrderedDict()
        self._lock = Lock()

    def get(self, key: _Key) -> Looked | None:
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def put(self, key: _Key, looked: Looked) -> None:
        with self._lock:
            self._held[key] = looked
            while len(self._held) > _MOST_KEPT:
                self._held.popitem(last=False)


_KEPT = _Kept()


def look(
    tx: Transaction, edition: EditionFacts, rows: Sequence[Any], numbers: Mapping[str, int]
) -> Mapping[str, Looked]:
    """Look each claim up on its page: what was looked up before is not read again.

    Args:
        tx: the transaction; the reading of the version was decided.
        edition: whose pages are looked at.
        rows: the claims, at least one.
        numbers: of pathways, by their id.
    """
    where = {"edition": edition.id, "pages": sorted({row.page for row in rows})}
    states = {row.page: row.state_key for row in tx.session.execute(_STATES, where)}
    found: dict[str, Looked] = {}
    keys: dict[str, _Key] = {}
    for row in rows:
        rects = tuple((x0, y0, x1, y1) for x0, y0, x1, y1 in row.rects)
        number = numbers.get(row.pathway_id or "")
        key = (edition.id, row.page, states.get(row.page, ""), rects, row.code, number)
        kept = _KEPT.get(key)
        if kept is None:
            keys[row.id] = key
        else:
            found[row.id] = kept
    if keys:
        found |= _look_anew(tx, edition, [row for row in rows if row.id in keys], keys)
    return found


def _look_anew(
    tx: Transaction, edition: EditionFacts, rows: Sequence[Any], keys: Mapping[str, _Key]
) -> dict[str, Looked]:
    numbers = {row.page for row in rows}
    stored = {
        row.page: row
        for row in tx.session.scalars(
            select(EditionPage).where(
                EditionPage.edition_id == edition.id, EditionPage.page.in_(sorted(numbers))
            )
        )
    }
    titles = " ".join(plainly(entry) for entry in titles_of(tx, edition.version_id))
    found: dict[str, Looked] = {}
    for number, row_of_page in stored.items():
        page = _page_of(edition, row_of_page)
        words = points_of(row_of_page)
        said = plainly(" ".join(word.text for word in words))
        for row in (row for row in rows if row.page == number):
            *_, rects, code, pathway = keys[row.id]
            looked = _looked(page, words, rects, said, titles, code, pathway)
            found[row.id] = looked
            _KEPT.put(keys[row.id], looked)
    nothing = Looked("", (), False, False, False)
    return {row.id: found.get(row.id, nothing) for row in rows}


def _looked(
    page: ReleasedPage,
    words: Sequence[Word],
    rects: tuple[Rect, ...],
    said: str,
    titles: str,
    code: str,
    pathway: int | None,
) -> Looked:
    own = [word for word in words if any(_inside(word, rect) for rect in rects)]
    quote = quote_from(page, rects)
    whole = WITHHELD_MARK not in quote
    return Looked(
        quote=quote,
        # Where a line ends inside a black box says how long a word under it is.
        rects=() if not own else rects if whole else line_rects(own),
        whole=whole,
        code_printed=_says(said, "claim", code),
        pathway_printed=pathway is not None and _says(f"{titles} {said}", "pathway", str(pathway)),
    )


def _says(said: str, kind: str, named: str) -> bool:
    """Say whether a text prints a name such as `Claim 4.2`, or `claims 4.1 and 4.2`."""
    one = rf"(?:{re.escape(named.lower())})"
    others = r"(?:[a-z]{0,4}[\d.-]+\w? ?(?:,|and|or|to|–) ?)*"
    return re.search(rf"\b{kind}s? {others}{one}(?![\w-])(?!\.\d)", said) is not None


def plainly(text: str) -> str:
    """Give a text for comparing: in small letters, with plain spaces."""
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ")).lower()


def _inside(word: Word, rect: Rect) -> bool:
    x0, y0, x1, y1 = rect
    return x0 <= (word.x0 + word.x1) / 2 <= x1 and y0 <= (word.y0 + word.y1) / 2 <= y1


def _page_of(edition: EditionFacts, row: EditionPage) -> ReleasedPage:
    return ReleasedPage(
        edition=edition,
        number=row.page,
        pages=0,
        width_px=row.width_px,
        height_px=row.height_px,
        width_pt=row.width_pt,
        height_pt=row.height_pt,
        words=words_of(row),
        boxes=tuple(
            ReleasedBox(
                x=box["x"], y=box["y"], w=box["w"], h=box["h"],
                redaction_ids=tuple(box["redactions"]),
            )
            for box in row.boxes
        ),
    )  # fmt: skip


def titles_of(tx: Transaction, version_id: str) -> tuple[str, ...]:
    """Give the titles of the outline of one's own edition."""
    return tuple(entry.title for entry in outline_of(tx, version_id))


def outline_of(tx: Transaction, version_id: str) -> tuple[OutlineEntry, ...]:
    """Give the outline of one's own edition, read and recorded once per transaction."""
    key = ("outline", version_id)
    if key not in tx.memory:
        tx.memory[key] = release(tx, DocumentRef(version_id=version_id)).outline
    found: tuple[OutlineEntry, ...] = tx.memory[key]
    return found
