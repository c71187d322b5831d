"""Reading a version in one's own edition: its outline, its pages, a search. All by release."""

from collections.abc import Sequence

from app.access.claims import claims_on, read_claims
from app.access.decide import keep, require
from app.access.editions import active_redactions, withheld_ids
from app.access.facts import presets_in_force, remember_notes
from app.access.release import release, release_fields, release_image
from app.access.released import (
    EditionFacts,
    ReleasedBox,
    ReleasedImage,
    ReleasedPage,
    ReleasedWord,
    quote_from,
    rects_shown,
)
from app.domain.actions import Action
from app.domain.attached_files import is_cover
from app.domain.findings import outward
from app.domain.passages import Rect
from app.domain.redactions import size_label
from app.domain.targets import DocumentRef, PageRef, SearchRef, Target
from app.features.reports import queries
from app.features.reports.schemas import (
    BoxView,
    ChipView,
    ClaimView,
    DocumentView,
    EditionView,
    HitView,
    OutlineView,
    PageClaim,
    PageFinding,
    PageNote,
    PageView,
    SearchView,
    WordsView,
    WordView,
)
from app.kernel.actor import Side
from app.kernel.errors import Invalid
from app.rendering.search import find
from app.rendering.shapes import Word
from app.transaction import Transaction


def open_document(tx: Transaction, version_id: str) -> DocumentView:
    """Open a version: which edition it is, its outline, what is removed from it and why."""
    document = release(tx, DocumentRef(version_id=version_id))
    version = queries.get_version(tx, version_id)
    edition = _facts(document.edition)
    return DocumentView(
        version_id=version_id,
        report_id=version.report_id,
        report_title=queries.report_title(tx, version.report_id),
        version_number=version.number,
        version_label=version.label,
        state=version.state,
        coverage_date=version.coverage_date,
        pages=document.pages,
        edition=_edition_view(tx, edition),
        outline=tuple(
            OutlineView(section_id=e.section_id, title=e.title, level=e.level, page=e.page)
            for e in document.outline
        ),
        redactions=_index(tx, edition),
        evidence=queries.readable_evidence(tx, version_id),
        cover=is_cover(version.kind, version.original_digest),
        claims=_claims_of(tx, version_id),
    )


def open_page(
    tx: Transaction, version_id: str, number: int, *, at: Sequence[Rect] = ()
) -> PageView:
    """Open one page: the permitted words and boxes, and what stands beside it.

    `at` is a place on it to quote, in points.
    """
    page = release(tx, PageRef(version_id=version_id, page=number))
    document = release(tx, DocumentRef(version_id=version_id))
    version = queries.get_version(tx, version_id)
    ids = sorted({i for box in page.boxes for i in box.redaction_ids})
    chips = _chips(tx, version_id, frozenset(ids))
    return PageView(
        version_id=version_id,
        report_title=queries.report_title(tx, version.report_id),
        version_number=version.number,
        page=number,
        pages=page.pages,
        width_px=page.width_px,
        height_px=page.height_px,
        width_pt=page.width_pt,
        height_pt=page.height_pt,
        edition=_edition_view(tx, _facts(page.edition)),
        words=tuple(_word(at, word) for at, word in enumerate(page.words)),
        boxes=tuple(_box(box) for box in page.boxes),
        redactions=tuple(chips[i] for i in ids if i in chips),
        outline=tuple(
            OutlineView(section_id=e.section_id, title=e.title, level=e.level, page=e.page)
            for e in document.outline
        ),
        claims=_claims_on(tx, page),
        findings=_findings_on(tx, version_id, page),
        notes=_notes_on(tx, version_id, page),
        linked=quote_from(page, tuple(at)) if at else "",
    )


def open_image(
    tx: Transaction, version_id: str, number: int, *, small: bool = False, fine: bool = False
) -> ReleasedImage:
    """Open one page's pixels with the viewer's watermark in them: small for a thumbnail, fine for
    a dense screen.
    """
    return release_image(tx, PageRef(version_id=version_id, page=number), small=small, fine=fine)


def search_version(tx: Transaction, version_id: str, phrase: str) -> SearchView:
    """Search the permitted words of one's own edition."""
    found = release(tx, SearchRef(version_id=version_id, phrase=phrase))
    return SearchView(
        phrase=found.phrase,
        edition=_edition_view(tx, _facts(found.edition)),
        hits=tuple(
            HitView(
                page=hit.page,
                rects=tuple(rect for page, rect in hit.fragments if page == hit.page),
                before=hit.before,
                match=hit.match,
                after=hit.after,
            )
            for hit in found.hits
        ),
    )


def next_hit(hits: Sequence[HitView], *, after: int = 0, before: int = 0) -> HitView:
    """Give the first hit on a page after one, or the last on a page before one; it goes round."""
    if after:
        return next((hit for hit in hits if hit.page > after), hits[0])
    return next((hit for hit in reversed(hits) if hit.page < before), hits[-1])


def places_on(view: PageView, phrase: str) -> list[tuple[Rect, ...]]:
    """Find a phrase among the words of a page that was opened: its rectangles, in points."""
    if not phrase:
        return []
    across, down = view.width_pt / view.width_px, view.height_pt / view.height_px
    words = [
        Word(w.text, w.x * across, w.y * down, (w.x + w.w) * across, (w.y + w.h) * down)
        for w in view.words
    ]
    return [
        tuple((p.box.x0, p.box.y0, p.box.x1, p.box.y1) for p in hit.fragments)
        for hit in find({view.page: words}, phrase)
    ]


def find_words(tx: Transaction, version_id: str, number: int, phrase: str) -> WordsView:
    """Find the words of a typed passage on a page of one's own edition.

    Raises:
        Invalid: the words do not stand there, or stand there more than once; field `passage`.
    """
    page = release(tx, PageRef(version_id=version_id, page=number))
    words = [Word(w.text, w.x, w.y, w.x + w.w, w.y + w.h) for w in page.words]
    hits = find({number: words}, phrase)
    if not hits:
        raise Invalid(fields={"passage": "These words do not stand on this page of your edition."})
    if len(hits) > 1:
        raise Invalid(fields={"passage": "These words stand here more than once: type a few more."})
    first, last = hits[0].words[0][1], hits[0].words[-1][1]
    return WordsView(page=number, words=f"{first}-{last}")


def _facts(edition: EditionFacts | None) -> EditionFacts:
    if edition is None:
        raise LookupError("released without an edition")
    return edition


def _edition_view(tx: Transaction, edition: EditionFacts) -> EditionView:
    return EditionView(
        key=edition.key,
        name=_edition_name(tx, edition),
        lifted=edition.lifted,
        withheld=edition.withheld,
    )


def _edition_name(tx: Transaction, edition: EditionFacts) -> str:
    """Name an edition by the preset it comes from; one by several grants has no preset's name."""
    if not edition.withheld:
        return "Unredacted edition"
    presets = presets_in_force(tx, edition.version_id)
    return f"{presets.pop().capitalize()} edition" if len(presets) == 1 else "Your edition"


def _index(tx: Transaction, edition: EditionFacts) -> tuple[ChipView, ...]:
    active = active_redactions(tx, edition.version_id)
    ids = withheld_ids(active, frozenset(edition.lifted))
    return tuple(_chips(tx, edition.version_id, frozenset(ids)).values())


def _chips(tx: Transaction, version_id: str, ids: frozenset[str]) -> dict[str, ChipView]:
    """Give what readers see of these redactions, by id, in the order of the pages."""
    return {
        row.id: ChipView(
            id=row.id,
            page=row.page,
            categories=tuple(sorted(row.categories)),
            character=row.character,
            size=size_label(row.size_words),
            substitute=row.substitute,
            evidence=row.evidence,
        )
        for row in active_redactions(tx, version_id)
        if row.id in ids
    }


def _word(at: int, word: ReleasedWord) -> WordView:
    return WordView(i=at, text=word.text, x=word.x, y=word.y, w=word.w, h=word.h)


def _box(box: ReleasedBox) -> BoxView:
    return BoxView(x=box.x, y=box.y, w=box.w, h=box.h, redactions=box.redaction_ids)


def _claims_of(tx: Transaction, version_id: str) -> tuple[ClaimView, ...]:
    return tuple(
        ClaimView(
            id=claim.id,
            code=claim.label,
            page=claim.page,
            rects=claim.rects,
            load_bearing=claim.load_bearing,
            pathway=claim.pathway_number,
        )
        for claim in read_claims(tx, version_id)
    )


def _claims_on(tx: Transaction, page: ReleasedPage) -> tuple[PageClaim, ...]:
    return tuple(
        PageClaim(
            id=claim.id,
            code=claim.label,
            load_bearing=claim.load_bearing,
            pathway=claim.pathway_number,
            quote=claim.quote,
            rects=claim.rects,
        )
        for claim in claims_on(tx, page)
    )


def _findings_on(tx: Transaction, version_id: str, page: ReleasedPage) -> tuple[PageFinding, ...]:
    own = tx.actor.side is Side.REVIEWER
    return tuple(
        PageFinding(
            id=row.id,
            # Inside the publisher the number would name the organisation.
            number=row.number if own else row.alias,
            state=outward(row.state),
            rects=rects_shown(page, queries.rects_of(row.rects), gap=row.redaction_id),
        )
        for row in queries.findings_on(tx, version_id, page.number)
    )


def _notes_on(tx: Transaction, version_id: str, page: ReleasedPage) -> tuple[PageNote, ...]:
    rows = queries.notes_on(tx, version_id, page.number)
    remember_notes(tx, [note for note, _ in rows])
    rows = keep(tx, Action.READ_NOTE, rows, lambda row: Target("note", row[0].id))
    spoken = [Target("note", note.id) for note, _ in rows if note.has_text]
    for target in spoken:
        require(tx, Action.READ_NOTE, target)
    texts = release_fields(tx, spoken, field="text")
    return tuple(
        PageNote(
            id=note.id,
            mine=note.person_id == tx.actor.id,
            writer=writer,
            shared=note.shared,
            text=(texts[note.id].body or "") if note.id in texts else "",
            quote=quote_from(page, queries.rects_of(note.rects)),
            page=note.page,
            rects=rects_shown(page, queries.rects_of(note.rects)),
        )
        for note, writer in rows
    )
