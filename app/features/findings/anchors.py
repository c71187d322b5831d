"""Where findings point: a place of a version, kept by page, rectangles, words and what they read.

The words themselves are nobody's to keep: a quote is read anew from the reader's own edition, and
only digests tell whether it still reads as it did. Nothing is moved to another place by itself.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import or_, select

from app.access.claims import claim_labels
from app.access.decide import may, require
from app.access.release import release
from app.access.released import (
    Rect,
    ReleasedPage,
    line_rects,
    points_of_page,
    quote_from,
    rects_shown,
)
from app.domain.actions import Action
from app.domain.targets import PageRef, Target
from app.features.findings import queries
from app.features.findings.filing_schemas import AnchorView, PlaceState, Selector, Where
from app.kernel.actor import Side
from app.kernel.errors import Invalid, NotFound, Unavailable
from app.models.filing import FindingDraft
from app.models.findings import Finding
from app.models.redactions import Redaction
from app.models.reports import Claim
from app.rendering.shapes import Word
from app.transaction import Transaction

CONTEXT = 64  # signs before and after
FRAGMENTS = "http://tools.ietf.org/rfc/rfc3778"


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """A place as the acting person's edition has it; `first` and `last` count its words from 0.

    `rects` is the place as it is stored; what leaves is `shown`, which ends where the words do
    that the acting person may read.
    """

    version_id: str
    about: str
    page: int
    rects: tuple[Rect, ...]
    shown: tuple[Rect, ...]
    edition_key: str
    quote: str
    prefix: str
    suffix: str
    first: int | None
    last: int | None
    start: int  # signs of the page's words, one space between two
    end: int
    height_pt: float  # of the page
    claim_id: str | None = None
    redaction_id: str | None = None

    @property
    def digest(self) -> str:
        """Give the digest of the quote."""
        return hashlib.sha256(self.quote.encode()).hexdigest()

    @property
    def context_digest(self) -> str:
        """Give the digest of the words around it."""
        return hashlib.sha256(f"{self.prefix}\x1f{self.suffix}".encode()).hexdigest()


def find_anchor(tx: Transaction, version_id: str, where: Where) -> Anchor:
    """Find the place that somebody names, in their own edition.

    Raises:
        NotFound, Unavailable: as `release`.
        Invalid: no such words (`words`), claim (`claim`), gap (`redaction`) or place (`page`).
    """
    if where.redaction:
        return _gap(tx, version_id, where.redaction)
    if where.claim:
        return _claim(tx, version_id, where.claim)
    if where.page is None:
        raise Invalid(fields={"page": "Say what it is about: a passage, a page or a claim."})
    page = release(tx, PageRef(version_id=version_id, page=where.page))
    if where.word_from is None:
        return whole_page(page)
    anchor = anchor_of_words(page, where.word_from, where.word_to)
    claim = queries.find_claim(tx, version_id, anchor.page, anchor.rects)
    return replace(anchor, claim_id=claim.id if claim else None)


def anchor_of_words(page: ReleasedPage, first: int, last: int | None) -> Anchor:
    """Give the place of a run of words of a page that was released; Invalid without such words."""
    last = first if last is None else last
    words = points_of_page(page)
    chosen = words[first : last + 1] if first <= last else []
    if not chosen or last - first + 1 > len(chosen):
        raise Invalid(fields={"words": "Choose words of this page."})
    return anchor_of_rects(page, line_rects(chosen), about="passage")


def whole_page(page: ReleasedPage) -> Anchor:
    """Give a page as a whole: the lines of its words, or without any its whole face."""
    rects = line_rects(points_of_page(page)) or ((0.0, 0.0, page.width_pt, page.height_pt),)
    return anchor_of_rects(page, rects, about="page")


def anchor_of_rects(
    page: ReleasedPage, rects: Sequence[Rect], *, about: str, gap: str | None = None
) -> Anchor:
    """Give a place (points) of a page that was released, with what it reads there and around.

    `gap` is the redaction that it is about, where it is about one.
    """
    words = page.words
    inside = words_in(page, rects)
    first, last = (inside[0], inside[-1]) if inside else (None, None)
    if first is None:  # of a gap: what stands around it
        after = next((n for n, word in enumerate(points_of_page(page)) if _past(word, rects)), None)
        before_to = after_from = len(words) if after is None else after
    else:
        before_to, after_from = first, (last or 0) + 1
    before = " ".join(word.text for word in words[:before_to])
    behind = " ".join(word.text for word in words[after_from:])
    edition = page.edition
    return Anchor(
        version_id=edition.version_id if edition else "",
        about=about,
        page=page.number,
        rects=tuple(rects),
        shown=rects_shown(page, tuple(rects), gap=gap),
        edition_key=edition.key if edition else "",
        quote=quote_from(page, tuple(rects)),
        prefix=_cut(before[-CONTEXT:], whole=len(before) <= CONTEXT),
        suffix=_cut(behind[:CONTEXT][::-1], whole=len(behind) <= CONTEXT)[::-1],
        first=first,
        last=last,
        start=len(before) + bool(before),
        end=len(" ".join(word.text for word in words[:after_from])),
        height_pt=page.height_pt,
        redaction_id=gap,
    )


def words_in(page: ReleasedPage, rects: Sequence[Rect]) -> list[int]:
    """Give the numbers of the words of a page whose middle lies in one of the rectangles."""
    return [
        number
        for number, word in enumerate(points_of_page(page))
        if any(
            left <= (word.x0 + word.x1) / 2 <= right and top <= (word.y0 + word.y1) / 2 <= bottom
            for left, top, right, bottom in rects
        )
    ]


def columns_of(anchor: Anchor) -> dict[str, object]:
    """Give a place as findings and drafts keep it."""
    return {
        "about": anchor.about,
        "claim_id": anchor.claim_id,
        "redaction_id": anchor.redaction_id,
        "page": anchor.page,
        "rects": [list(rect) for rect in anchor.rects],
        "word_from": anchor.first,
        "word_to": anchor.last,
        "edition_key": anchor.edition_key,
        "quote_digest": anchor.digest,
        "context_digest": anchor.context_digest,
    }


def read_place(
    tx: Transaction, row: Finding | FindingDraft, *, pages: dict[int, ReleasedPage] | None = None
) -> tuple[PlaceState, Anchor | None]:
    """Read the place of a finding or draft in one's own edition as that is now.

    `pages` keeps what was released already, where many rows of a version are read.
    """
    if not row.about:
        return "none", None
    if not may(tx, Action.READ_PAGE, Target("version", row.version_id)):
        return "closed", None
    known = {} if pages is None else pages
    try:
        if row.page not in known:
            known[row.page] = release(tx, PageRef(version_id=row.version_id, page=row.page))
    except (NotFound, Unavailable):
        return "closed", None
    rects = tuple((r[0], r[1], r[2], r[3]) for r in row.rects)
    anchor = anchor_of_rects(known[row.page], rects, about=row.about, gap=row.redaction_id)
    same = anchor.digest == row.quote_digest
    return ("reads_the_same" if same else "reads_otherwise"), anchor


def anchor_view(tx: Transaction, row: Finding | FindingDraft) -> AnchorView:
    """Show where a finding or draft points; the caller has required the reading of it."""
    state, anchor = read_place(tx, row)
    if anchor is None:
        return AnchorView(
            version_id=row.version_id, page=row.page, about=row.about, edition=None,
            state=state, quote=None,
        )  # fmt: skip
    return AnchorView(
        version_id=row.version_id,
        page=row.page,
        about=row.about,
        edition=anchor.edition_key,
        state=state,
        quote=anchor.quote,
        word_from=anchor.first,
        word_to=anchor.last,
        selectors=selectors_of(anchor),
    )


def selectors_of(anchor: Anchor) -> tuple[Selector, ...]:
    """Say where a place is as the W3C Web Annotation model does, in the edition it was read in."""
    left = min(rect[0] for rect in anchor.shown)
    top = min(rect[1] for rect in anchor.shown)
    wide = max(rect[2] for rect in anchor.shown) - left
    high = max(rect[3] for rect in anchor.shown) - top
    fragment = Selector(
        type="FragmentSelector",
        conforms_to=FRAGMENTS,
        value=f"page={anchor.page}&viewrect={left:g},{top:g},{wide:g},{high:g}",
    )
    quote = Selector(
        type="TextQuoteSelector", exact=anchor.quote, prefix=anchor.prefix, suffix=anchor.suffix
    )
    if anchor.first is None:
        return fragment, quote
    position = Selector(type="TextPositionSelector", start=anchor.start, end=anchor.end)
    return fragment, quote, position


def _gap(tx: Transaction, version_id: str, redaction_id: str) -> Anchor:
    """Give the visible place of a withheld passage: the box on the page, nothing under it."""
    require(tx, Action.READ_PAGE, Target("version", version_id))
    row = tx.session.get(Redaction, redaction_id)
    gone = Invalid(fields={"redaction": "Nothing is withheld there in your edition any more."})
    if row is None or row.version_id != version_id or row.page is None:
        raise gone
    page = release(tx, PageRef(version_id=version_id, page=row.page))
    across, down = page.width_pt / page.width_px, page.height_pt / page.height_px
    rects = tuple(
        (
            round(box.x * across, 2),
            round(box.y * down, 2),
            round((box.x + box.w) * across, 2),
            round((box.y + box.h) * down, 2),
        )
        for box in page.boxes
        if redaction_id in box.redaction_ids
    )
    if not rects:
        raise gone
    return anchor_of_rects(page, rects, about="redaction", gap=redaction_id)


def _claim(tx: Transaction, version_id: str, named: str) -> Anchor:
    require(tx, Action.READ_PAGE, Target("version", version_id))
    claim = _claim_named(tx, version_id, named)
    if claim is None:
        raise Invalid(fields={"claim": "There is no such claim in this version."})
    page = release(tx, PageRef(version_id=version_id, page=claim.page))
    rects = tuple((r[0], r[1], r[2], r[3]) for r in claim.rects)
    return replace(anchor_of_rects(page, rects, about="claim"), claim_id=claim.id)


def _claim_named(tx: Transaction, version_id: str, named: str) -> Claim | None:
    """Find a claim of the register by its id, or by the name that the acting person is shown.

    Outside, a code that the edition does not print is nobody's to try out.
    """
    one = select(Claim).where(Claim.version_id == version_id, Claim.ended_at.is_(None))
    if tx.actor.side is Side.PUBLISHER:
        return tx.session.scalars(one.where(or_(Claim.id == named, Claim.code == named))).first()
    shown = claim_labels(tx, version_id)
    chosen = [key for key, (label, _) in shown.items() if named in (key, label)]
    return tx.session.scalars(one.where(Claim.id == chosen[0])).first() if chosen else None


def _cut(text: str, *, whole: bool) -> str:
    """Leave out the word that a context of so many signs begins within."""
    return text if whole else text.partition(" ")[2]


def _past(word: Word, rects: Sequence[Rect]) -> bool:
    """Say whether a word stands behind a gap in reading order."""
    top, bottom = rects[0][1], rects[0][3]
    middle = (word.y0 + word.y1) / 2
    return middle > bottom or (top <= middle <= bottom and word.x0 >= rects[0][2])


def names_of_abouts() -> Mapping[str, str]:
    """Give the words for what a finding is about."""
    return {
        "passage": "A passage",
        "page": "A page as a whole",
        "claim": "A claim",
        "redaction": "A withheld place",
        "": "No place yet",
    }
