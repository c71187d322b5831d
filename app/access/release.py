"""THE door: a byte, page, word, snippet or field of guarded content leaves only through here.

`release` never lets the caller choose an edition. Each call requires a decision, fetches only the
bytes of the edition that the decision gives, and buffers one audit entry; the route wrapper
commits that entry before the first byte goes out.
"""

import hashlib
from collections.abc import Sequence
from typing import Any, overload

import msgspec
from sqlalchemy import bindparam, select

from app.access.decide import lifted, require
from app.access.editions import edition_for, image_for
from app.access.released import (
    EditionFacts,
    OutlineEntry,
    Rect,
    ReleasedBox,
    ReleasedDocument,
    ReleasedField,
    ReleasedHit,
    ReleasedImage,
    ReleasedPage,
    ReleasedPassage,
    ReleasedSearch,
    ReleasedWord,
    gaps_in,
    line_rects,
    quote_from,
    rects_shown,
)
from app.db.base import one_of
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.reactions import WANTED
from app.domain.targets import DocumentRef, FieldRef, PageRef, PassageRef, SearchRef, Target
from app.kernel.clock import now
from app.kernel.errors import Invalid, NotFound
from app.models.content import EditionOutline, EditionPage, GuardedField
from app.models.reports import Version
from app.rendering.search import find
from app.rendering.shapes import Word
from app.rendering.thumbnails import shrunk
from app.rendering.watermark import page_image, page_pixels
from app.transaction import Transaction

MOST_PAGES = 10**6
THUMBNAIL_WIDTH = 240  # pixels

_OUTLINE = select(EditionOutline.__table__.c.entries).where(
    EditionOutline.__table__.c.edition_id == bindparam("edition")
)


@overload
def release(
    tx: Transaction, ref: PageRef, *, at_most: frozenset[str] | None = None
) -> ReleasedPage: ...
@overload
def release(
    tx: Transaction, ref: DocumentRef, *, at_most: frozenset[str] | None = None
) -> ReleasedDocument: ...
@overload
def release(
    tx: Transaction, ref: SearchRef, *, at_most: frozenset[str] | None = None
) -> ReleasedSearch: ...
@overload
def release(
    tx: Transaction, ref: PassageRef, *, at_most: frozenset[str] | None = None
) -> ReleasedPassage: ...
def release(
    tx: Transaction,
    ref: PageRef | DocumentRef | SearchRef | PassageRef,
    *,
    at_most: frozenset[str] | None = None,
) -> ReleasedPage | ReleasedDocument | ReleasedSearch | ReleasedPassage:
    """Reveal what `ref` names, in the edition of the acting person.

    Args:
        tx: the transaction, whose actor is the one who reads.
        ref: a page's words, a version's outline, a search, or a passage.
        at_most: lower the wish to these categories (view as); it can never raise it.

    Raises:
        NotFound: missing or not for this person; the two look the same.
        Unavailable: the edition is not built yet.
    """
    match ref:
        case PageRef():
            return _page(tx, ref, at_most)
        case DocumentRef():
            return _document(tx, ref, at_most)
        case SearchRef():
            return _search(tx, ref, at_most)
        case _:
            return _passage(tx, ref, at_most)


def release_image(
    tx: Transaction,
    ref: PageRef,
    *,
    at_most: frozenset[str] | None = None,
    small: bool = False,
    fine: bool = False,
) -> ReleasedImage:
    """Reveal a page's pixels with the viewer's watermark burned in; errors as `release`.

    A small one is a reading like any other: it reveals the page. A fine one, at twice the
    resolution, is drawn once it was asked for; until then the plain one is given.
    """
    target = Target("version", ref.version_id)
    require(tx, Action.READ_PAGE, target)
    if not 0 < ref.page < MOST_PAGES:
        raise NotFound
    edition, digest, finer = image_for(tx, ref.version_id, ref.page, at_most=at_most)
    if digest is None:
        raise NotFound
    wanted: dict[str, str] = {"finer": WANTED} if fine and finer is None else {}
    digest = finer if fine and finer is not None else digest
    pixels = page_pixels(digest, lambda: tx.installation.editions.get(digest))
    if small:
        pixels = shrunk(pixels, THUMBNAIL_WIDTH)
    part = "thumbnail" if small else "image"
    content, media_type = page_image(pixels, lines=watermark_lines(tx))
    _record_read(
        tx, Action.READ_PAGE, target, edition, page=ref.page, part=part, digest=digest, **wanted
    )
    return ReleasedImage(edition=edition, content=content, media_type=media_type)


def release_gaps(
    tx: Transaction, version_id: str, places: Sequence[tuple[int, tuple[Rect, ...]]]
) -> list[tuple[str, ...]]:
    """Tell for places (page, rectangles) which redactions one's own edition withholds in each.

    Places only, no words: what a statement about an edition rests on.

    Raises:
        NotFound, Unavailable: as `release`.
    """
    target = Target("version", version_id)
    require(tx, Action.READ_VERSION, target)
    edition = edition_for(tx, version_id)
    pages = {n: _released_page(tx, edition, n) for n in sorted({page for page, _ in places})}
    _record_read(tx, Action.READ_VERSION, target, edition, part="gaps")
    return [gaps_in(pages[page], rects) for page, rects in places]


def watermark_lines(tx: Transaction) -> str:
    """Give what is burned into every picture for the acting person: who, for whom, when."""
    stamp = now().strftime("%Y-%m-%d %H:%M UTC")
    return "\n".join(filter(None, (tx.actor.name, tx.actor.organisation_name, stamp)))


def release_field(tx: Transaction, ref: FieldRef) -> ReleasedField:
    """Reveal a guarded text; the caller has required the reading of its subject.

    A text can also be read with the version that it is about (`ref.version_id`): the reading of
    that version's record was required then, and a text about another version is not found.

    A text shows in full to the side that wrote it (an organisation's own words stay its own), and
    to a reader who has lifted at least what its writer had lifted; else it is masked.
    The reading of the subject is the entry; a text alone records nothing more.

    Raises:
        NotFound: no such text, or hidden from this side.
    """
    if ref.version_id is None:
        licensed = any(d.allowed and d.target == ref.subject for d in tx.decisions)
    else:
        record = Target("version", ref.version_id)
        licensed = tx.licence(Action.READ_REDACTION_RECORD, record) is not None
    if not licensed:
        raise NotFound
    row = _field_row(tx, ref)
    if row is None or ref.version_id not in (None, row.version_id):
        raise NotFound
    return field_of(tx, row)


def _field_row(tx: Transaction, ref: FieldRef) -> GuardedField | None:
    gathered: dict[str, GuardedField] | None = tx.memory.get(("fields", ref.subject.id))
    if gathered is not None:
        return gathered.get(ref.field)
    return tx.session.scalars(
        select(GuardedField).where(
            GuardedField.subject_id == ref.subject.id, GuardedField.field == ref.field
        )
    ).one_or_none()


def gather_fields(tx: Transaction, subject: Target) -> None:
    """Load the texts of a subject at once for a page that releases many of them, one by one."""
    rows = tx.session.scalars(select(GuardedField).where(GuardedField.subject_id == subject.id))
    tx.memory[("fields", subject.id)] = {row.field: row for row in rows}


def release_fields(
    tx: Transaction, subjects: Sequence[Target], *, field: str
) -> dict[str, ReleasedField]:
    """Reveal the texts of one name of several subjects at once, by the subject's id; as above.

    A subject whose reading was not required here, or that has no such text, is left out.
    """
    licensed = {decision.target for decision in tx.decisions if decision.allowed}
    ids = [subject.id for subject in subjects if subject in licensed]
    if not ids:
        return {}
    rows = tx.session.scalars(
        select(GuardedField).where(
            one_of(GuardedField.subject_id, ids), GuardedField.field == field
        )
    )
    return {row.subject_id: field_of(tx, row) for row in rows}


def field_of(tx: Transaction, row: GuardedField) -> ReleasedField:
    """Give a guarded text as the acting person may read it: the text, or what they lack for it."""
    missing = missing_for(tx, row)
    if missing:
        return ReleasedField(body=None, masked=True, missing_codes=tuple(sorted(missing)))
    return ReleasedField(
        body=row.body, masked=False, written_by=row.written_by, sensitivity=tuple(row.sensitivity)
    )


def missing_for(tx: Transaction, row: Any) -> frozenset[str]:
    """Give the categories that the acting person lacks for a guarded text, a row of its table."""
    own = row.written_by == tx.actor.id or (
        row.side == "reviewer" and row.organisation_id == tx.actor.organisation_id
    )
    needed = frozenset(row.sensitivity)
    if own or not needed or row.version_id is None:
        return frozenset()
    return needed - lifted(tx, row.version_id, sorted(needed)).codes


def select_words(tx: Transaction, ref: PageRef, first: int, last: int) -> ReleasedPassage:
    """Turn a selection of words of the acting person's own edition into a place and its quote.

    Args:
        tx: the transaction.
        ref: the page.
        first: index of the first word on that page of this edition, from 0.
        last: index of the last word, included.

    Raises:
        NotFound, Unavailable: as `release`.
        Invalid: no such words on the page; the field is `words`.
    """
    require(tx, Action.READ_PAGE, Target("version", ref.version_id))
    edition = edition_for(tx, ref.version_id)
    row = _page_row(tx, edition, ref.page)
    chosen = points_of(row)[first : last + 1] if 0 <= first <= last else []
    if not chosen or last - first + 1 > len(chosen):
        raise Invalid(fields={"words": "Choose words of this page."})
    return _passage(
        tx, PassageRef(version_id=ref.version_id, page=ref.page, rects=line_rects(chosen)), None
    )


def words_of(row: EditionPage) -> tuple[ReleasedWord, ...]:
    """Unpack the permitted words of a stored page."""
    return tuple(
        ReleasedWord(text=text, x=x, y=y, w=w, h=h)
        for text, x, y, w, h in msgspec.msgpack.decode(row.words)
    )


def _page(tx: Transaction, ref: PageRef, at_most: frozenset[str] | None) -> ReleasedPage:
    target = Target("version", ref.version_id)
    require(tx, Action.READ_PAGE, target)
    edition = edition_for(tx, ref.version_id, at_most=at_most)
    row = _page_row(tx, edition, ref.page)
    _record_read(
        tx, Action.READ_PAGE, target, edition, page=ref.page, part="words", digest=row.image_digest
    )
    return _released_page(tx, edition, ref.page)


def _released_page(tx: Transaction, edition: EditionFacts, number: int) -> ReleasedPage:
    row = _page_row(tx, edition, number)
    return ReleasedPage(
        edition=edition,
        number=number,
        pages=_page_count(tx, edition.version_id),
        width_px=row.width_px,
        height_px=row.height_px,
        width_pt=row.width_pt,
        height_pt=row.height_pt,
        words=words_of(row),
        boxes=tuple(
            ReleasedBox(
                x=box["x"],
                y=box["y"],
                w=box["w"],
                h=box["h"],
                redaction_ids=tuple(box["redactions"]),
            )
            for box in row.boxes
        ),
    )


def _document(
    tx: Transaction, ref: DocumentRef, at_most: frozenset[str] | None
) -> ReleasedDocument:
    target = Target("version", ref.version_id)
    require(tx, Action.READ_VERSION, target)
    edition = edition_for(tx, ref.version_id, at_most=at_most)
    stored = tx.session.scalars(_OUTLINE, {"edition": edition.id}).one_or_none()
    _record_read(tx, Action.READ_VERSION, target, edition)
    return ReleasedDocument(
        edition=edition,
        pages=_page_count(tx, ref.version_id),
        outline=tuple(
            OutlineEntry(
                section_id=entry["section_id"],
                title=entry["title"],
                level=entry["level"],
                page=entry["page"],
            )
            for entry in stored or []
        ),
    )


def _search(tx: Transaction, ref: SearchRef, at_most: frozenset[str] | None) -> ReleasedSearch:
    target = Target("version", ref.version_id)
    phrase = ref.phrase.strip()
    if not 1 <= len(phrase) <= 500:
        raise Invalid("Type between 1 and 500 characters to search for.")
    require(tx, Action.SEARCH_VERSION, target)
    edition = edition_for(tx, ref.version_id, at_most=at_most)
    rows = tx.session.scalars(
        select(EditionPage).where(EditionPage.edition_id == edition.id).order_by(EditionPage.page)
    )
    pages = {row.page: points_of(row) for row in rows}
    hits = tuple(
        ReleasedHit(
            page=hit.fragments[0].page,
            fragments=tuple(
                (part.page, (part.box.x0, part.box.y0, part.box.x1, part.box.y1))
                for part in hit.fragments
            ),
            before=hit.before,
            match=hit.text,
            after=hit.after,
        )
        for hit in find(pages, phrase, whole_words=ref.whole_words)
    )
    tx.emit(
        Event(
            name="VersionSearched",
            licence=Action.SEARCH_VERSION,
            target=target,
            facts={**_edition_facts(edition), "hits": len(hits)},
            content={"phrase": phrase},
        )
    )
    return ReleasedSearch(edition=edition, phrase=phrase, hits=hits)


def _passage(tx: Transaction, ref: PassageRef, at_most: frozenset[str] | None) -> ReleasedPassage:
    target = Target("version", ref.version_id)
    require(tx, Action.READ_PAGE, target)
    edition = edition_for(tx, ref.version_id, at_most=at_most)
    page = _released_page(tx, edition, ref.page)
    quote = quote_from(page, ref.rects)
    digest = hashlib.sha256(quote.encode()).hexdigest()
    tx.emit(
        Event(
            name="PageRead",
            licence=Action.READ_PAGE,
            target=target,
            facts={**_edition_facts(edition), "page": ref.page, "part": "passage"},
            # Whoever guesses words could tell by it whether they are the withheld ones.
            content={"digest": digest},
        )
    )
    return ReleasedPassage(
        edition=edition, quote=quote, digest=digest, rects=rects_shown(page, ref.rects)
    )


def points_of(row: EditionPage) -> list[Word]:
    """Give the permitted words of a stored page in points as displayed."""
    across, down = row.width_pt / row.width_px, row.height_pt / row.height_px
    return [
        Word(w.text, w.x * across, w.y * down, (w.x + w.w) * across, (w.y + w.h) * down)
        for w in words_of(row)
    ]


def _page_row(tx: Transaction, edition: EditionFacts, page: int) -> EditionPage:
    row = tx.session.get(EditionPage, (edition.id, page)) if 0 < page < MOST_PAGES else None
    if row is None:
        raise NotFound
    return row


def _page_count(tx: Transaction, version_id: str) -> int:
    # The whole row, which most who show a page need as well: it is then read once.
    return tx.session.get_one(Version, version_id).pages


def _edition_facts(edition: EditionFacts) -> dict[str, str | list[str]]:
    return {
        "edition": edition.key,
        "lifted": list(edition.lifted),
        "withheld": list(edition.withheld),
    }


def _record_read(
    tx: Transaction,
    action: Action,
    target: Target,
    edition: EditionFacts,
    **facts: str | int,
) -> None:
    tx.emit(
        Event(
            name="PageRead" if action is Action.READ_PAGE else "VersionRead",
            licence=action,
            target=target,
            facts={**_edition_facts(edition), **facts},
        )
    )
