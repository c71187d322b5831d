"""The part of the door through which the sentences of a version leave, by section and claim.

Read from one's own edition: what is withheld stands in a sentence as one █, and a sentence of which
all is withheld does not exist. Word numbers are those of this edition's page.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.access.claims import shown_claims
from app.access.decide import require
from app.access.editions import edition_for
from app.access.release import points_of, release
from app.access.released import WITHHELD_MARK, EditionFacts, OutlineEntry, Rect
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.splitting import sentences
from app.domain.targets import DocumentRef, Target
from app.models.content import EditionPage
from app.rendering.search import Hit, SearchIndex, find
from app.rendering.shapes import Word
from app.transaction import Transaction

_NEW_BLOCK = 1.75  # of a line's height from one line's top to the next
_OTHER_SIZE = 1.12  # between the heights of a heading and of its text


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A sentence of one's edition; `section_id` is None before the first title of the outline."""

    page: int
    first: int
    last: int
    text: str
    section_id: str | None
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Sentences:
    """The sentences of a version in order, and the outline they stand under."""

    outline: tuple[OutlineEntry, ...]
    all: tuple[Sentence, ...]


def read_sentences(tx: Transaction, version_id: str) -> Sentences:
    """Read every sentence of one's edition, with the section and the claims it stands in.

    Raises:
        NotFound, Unavailable: as `release`.
    """
    target = Target("version", version_id)
    require(tx, Action.READ_PAGE, target)
    require(tx, Action.READ_VERSION, target)
    edition = edition_for(tx, version_id)
    outline = release(tx, DocumentRef(version_id=version_id)).outline
    tx.emit(
        Event(
            name="VersionRead",
            licence=Action.READ_VERSION,
            target=target,
            facts={
                "edition": edition.key,
                "lifted": list(edition.lifted),
                "withheld": list(edition.withheld),
                "part": "sentences",
            },
        )
    )
    return Sentences(outline=outline, all=tuple(_all(tx, edition, outline)))


def _all(tx: Transaction, edition: EditionFacts, outline: Sequence[OutlineEntry]) -> list[Sentence]:
    claims: dict[int, list[tuple[str, tuple[Rect, ...]]]] = {}
    for claim in shown_claims(tx, edition):
        claims.setdefault(claim.page, []).append((claim.id, claim.rects))
    rows = tx.session.scalars(
        select(EditionPage).where(EditionPage.edition_id == edition.id).order_by(EditionPage.page)
    )
    found: list[Sentence] = []
    section: str | None = None
    for row in rows:
        words = points_of(row)
        begun = _sections_from(words, row.page, outline)
        said = [word.text for word in words]
        for first, last in sentences(said, _breaks(words) | {at for at, _ in begun}):
            found.append(
                Sentence(
                    page=row.page,
                    first=first,
                    last=last,
                    text=_text(row, words, first, last),
                    section_id=next((s for at, s in reversed(begun) if at <= first), section),
                    claim_ids=_covering(words[first : last + 1], claims.get(row.page, [])),
                )
            )
        section = begun[-1][1] if begun else section
    return found


def _sections_from(
    words: Sequence[Word], page: int, outline: Sequence[OutlineEntry]
) -> list[tuple[int, str]]:
    """Give with which word of a page each section begins: after its title, where that is found."""
    found: list[tuple[int, str]] = []
    for entry in outline:
        if entry.page != page:
            continue
        hits = [hit for hit in find({page: words}, entry.title) if hit.words]
        at = hits[0].words[-1][1] + 1 if hits else 0
        # Titles come in order; one that stands in a sentence before is not taken for the title.
        later = [hit.words[-1][1] + 1 for hit in hits if found and hit.words[0][1] >= found[-1][0]]
        found.append((later[0] if later else at, entry.section_id))
    return sorted(found)


def _breaks(words: Sequence[Word]) -> set[int]:
    """Give the words that begin a block: after a gap, or of another size than the line above."""
    found: set[int] = set()
    for at in range(1, len(words)):
        one, other = words[at - 1], words[at]
        if other.y0 <= (one.y0 + one.y1) / 2 <= other.y1:
            continue  # the same line
        height, new = one.y1 - one.y0, other.y1 - other.y0
        apart = other.y0 - one.y0 > _NEW_BLOCK * max(height, 1) or other.y1 < one.y0
        resized = max(height, new) > _OTHER_SIZE * max(min(height, new), 0.1)
        if apart or resized:
            found.add(at)
    return found


def _text(row: EditionPage, words: Sequence[Word], first: int, last: int) -> str:
    """Write a sentence with one █ for each gap that stands in it."""
    across, down = row.width_pt / row.width_px, row.height_pt / row.height_px
    gaps = [
        (box["x"] * across, (box["y"] + box["h"] / 2) * down, (box["x"] + box["w"]) * across)
        for box in row.boxes
    ]
    said: list[str] = []
    for at in range(first, last + 1):
        if at > first and any(_between(words[at - 1], words[at], gap) for gap in gaps):
            said.append(WITHHELD_MARK)
        said.append(words[at].text)
    return " ".join(said)


def _between(one: Word, other: Word, gap: tuple[float, float, float]) -> bool:
    left, middle, right = gap
    on_first = one.y0 <= middle <= one.y1 and left >= one.x0
    on_second = other.y0 <= middle <= other.y1 and right <= other.x1
    if one.y0 <= (other.y0 + other.y1) / 2 <= one.y1:
        return on_first and on_second
    return on_first or on_second or one.y1 < middle < other.y0


def _covering(
    words: Sequence[Word], claims: Sequence[tuple[str, tuple[Rect, ...]]]
) -> tuple[str, ...]:
    return tuple(
        claim
        for claim, rects in claims
        if any(
            x0 <= (word.x0 + word.x1) / 2 <= x1 and y0 <= (word.y0 + word.y1) / 2 <= y1
            for word in words
            for x0, y0, x1, y1 in rects
        )
    )


def find_quotes(
    tx: Transaction, version_id: str, quotes: Sequence[str]
) -> list[list[tuple[int, tuple[Rect, ...]]]]:
    """Find where each of many quotes stands in one's own edition: (page, rectangles) of each place.

    One reading of all pages, recorded as one search; an empty quote stands nowhere. A quote that
    runs over the end of a page is found by its part on the first.
    """
    target = Target("version", version_id)
    require(tx, Action.SEARCH_VERSION, target)
    edition = edition_for(tx, version_id)
    rows = tx.session.scalars(
        select(EditionPage).where(EditionPage.edition_id == edition.id).order_by(EditionPage.page)
    )
    index = SearchIndex({row.page: points_of(row) for row in rows})
    found = [index.find(quote) if quote.strip() else [] for quote in quotes]
    tx.emit(
        Event(
            name="VersionSearched",
            licence=Action.SEARCH_VERSION,
            target=target,
            facts={
                "edition": edition.key,
                "lifted": list(edition.lifted),
                "withheld": list(edition.withheld),
                "hits": sum(map(len, found)),
            },
            content={"phrase": f"{len(quotes)} quotes"},
        )
    )
    return [[_first_page(hit) for hit in hits] for hits in found]


def _first_page(hit: Hit) -> tuple[int, tuple[Rect, ...]]:
    page = hit.fragments[0].page
    return page, tuple(
        (part.box.x0, part.box.y0, part.box.x1, part.box.y1)
        for part in hit.fragments
        if part.page == page
    )
