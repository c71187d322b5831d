"""Reading positions: an organisation's worksheet, and one claim of it with its history."""

from collections.abc import Sequence
from typing import NamedTuple

from app.access.claim_places import (
    NOT_SHOWN,
    ClaimPlace,
    claim_codes,
    claim_places,
    quote_claims,
)
from app.access.decide import as_reading, may, require
from app.access.position_texts import own_reasons
from app.access.scope import version_and_title
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.positions import CONCLUSION, changed
from app.domain.targets import Target
from app.features.positions import queries
from app.features.positions.queries import Held
from app.features.positions.schemas import (
    ClaimSheet,
    PositionView,
    ReleaseView,
    StanceView,
    Worksheet,
    WorksheetQuery,
    WorksheetRow,
)
from app.kernel.errors import NotFound
from app.models.positions import Position, PositionRelease
from app.transaction import Transaction

ON_A_PAGE = 25


class _Line(NamedTuple):
    """A claim, or the conclusion, with what is held of it; `code` as kept, `label` as shown."""

    claim_id: str | None
    code: str
    label: str
    place: ClaimPlace | None
    alone: Held | None
    shared: Held | None


def read_worksheet(tx: Transaction, review_id: str, wanted: WorksheetQuery) -> Worksheet:
    """Give the worksheet of one's organisation on a version: claims by pathway, both bases."""
    target = Target("review", review_id)
    require(tx, Action.READ_POSITIONS, target)
    review = queries.get_review(tx, review_id)
    versions = queries.versions_of(tx, review)
    version_id = wanted.version or review.version_id
    number = dict(versions).get(version_id)
    if number is None:
        raise NotFound
    current = queries.stances_held(tx, review_id, version_id)
    lines = _lines(claim_places(tx, version_id), current)
    chosen = [line for line in lines if _wanted(line, wanted.show)]
    pages = max(1, -(-len(chosen) // ON_A_PAGE))
    page = min(wanted.page, pages)
    shown = chosen[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    _record(tx, target, version_id, page)
    release = queries.latest_release(tx, review_id, version_id)
    return Worksheet(
        review_id=review_id,
        version_id=version_id,
        report_title=version_and_title(tx, version_id)[1],
        version_number=number,
        versions=tuple(versions),
        show=wanted.show,
        rows=_rows(tx, version_id, shown, queries.earlier(tx, review, number)),
        total=len(chosen),
        claims=sum(1 for line in lines if line.claim_id),
        missing=sum(1 for line in lines if _missing(line)),
        changed=sum(1 for line in lines if _changed(line)),
        page=page,
        pages=pages,
        released=_release_view(tx, release),
        unreleased=_unreleased(release, current),
        can_keep=may(tx, Action.KEEP_POSITIONS, target),
        can_release=may(tx, Action.RELEASE_POSITIONS, target),
    )


def read_claim(tx: Transaction, review_id: str, claim: str, version_id: str = "") -> ClaimSheet:
    """Give one claim, or the conclusion, with one's positions in full and how they came about."""
    target = Target("review", review_id)
    require(tx, Action.READ_POSITIONS, target)
    review = queries.get_review(tx, review_id)
    version_id = version_id or review.version_id
    number = dict(queries.versions_of(tx, review)).get(version_id)
    if number is None:
        raise NotFound
    claim_id = None if claim == CONCLUSION else claim
    rows = queries.history(tx, review_id, version_id, claim_id)
    places = [place for place in claim_places(tx, version_id) if place.id == claim_id]
    if claim_id is not None and not places and not rows:
        raise NotFound
    lines = _lines(places, queries.stances_held(tx, review_id, version_id))
    shown = [line for line in lines if line.claim_id == claim_id]
    (row,) = _rows(tx, version_id, shown, queries.earlier(tx, review, number))
    views = _views(tx, review_id, rows)
    now_held = {view.basis: view for view, kept in zip(views, rows, strict=True) if kept.current}
    _record(tx, target, version_id, 1)
    return ClaimSheet(
        review_id=review_id,
        version_id=version_id,
        version_number=number,
        report_title=version_and_title(tx, version_id)[1],
        row=row,
        alone=now_held.get("alone"),
        shared=now_held.get("shared"),
        history=views,
        choices=tuple(queries.choices(tx, review, version_id)),
        can_keep=may(tx, Action.KEEP_POSITIONS, target),
    )


def own_positions(tx: Transaction, review_ids: Sequence[str]) -> tuple[PositionView, ...]:
    """Give all that one's organisation holds now, to be taken along; grant or no grant."""
    found: list[PositionView] = []
    for review_id in review_ids:
        require(tx, Action.READ_POSITIONS, Target("review", review_id))
        found += _views(tx, review_id, queries.all_current(tx, review_id))
    return tuple(found)


def _views(tx: Transaction, review_id: str, rows: Sequence[Position]) -> tuple[PositionView, ...]:
    texts = own_reasons(tx, review_id, [row.id for row in rows if row.has_reasons])
    labels = queries.rest_labels(tx, [row.rests_on for row in rows])
    claims = sorted({row.claim_id for row in rows if row.claim_id})
    called = claim_codes(tx, claims, also=claims)
    names = queries.people(tx, {row.written_by for row in rows})
    return tuple(
        PositionView(
            id=row.id,
            claim_id=row.claim_id,
            claim_code=called.get(row.claim_id, NOT_SHOWN) if row.claim_id else CONCLUSION,
            basis=row.basis,
            stance=row.stance,
            confidence=row.confidence,
            rests_on=queries.rest_views(row.rests_on, labels),
            reasons=(texts[row.id].body or "") if row.id in texts else "",
            written_by=names.get(row.written_by, ""),
            written_at=row.written_at,
        )
        for row in rows
    )


def _lines(places: Sequence[ClaimPlace], current: Sequence[Held]) -> list[_Line]:
    """Give the conclusion, the claims, and claims that are closed but were positioned before."""
    held = {(row.claim_id, row.basis): row for row in current}
    known = {place.id for place in places}
    gone = {row.claim_id: row.claim_code for row in current if row.claim_id}

    def line(claim: str | None, code: str, label: str, place: ClaimPlace | None = None) -> _Line:
        alone, shared = held.get((claim, "alone")), held.get((claim, "shared"))
        return _Line(claim, code, label, place, alone, shared)

    return [
        line(None, CONCLUSION, CONCLUSION),
        *(line(place.id, place.code, place.label, place) for place in places),
        *(
            line(claim, code, NOT_SHOWN)
            for claim, code in sorted(gone.items(), key=lambda one: one[1])
            if claim not in known
        ),
    ]


def _rows(
    tx: Transaction,
    version_id: str,
    lines: Sequence[_Line],
    before: dict[str, tuple[str, int]],
) -> tuple[WorksheetRow, ...]:
    """Give lines with their words, as one's own edition has them."""
    quotes = quote_claims(tx, version_id, [line.place for line in lines if line.place])
    return tuple(_row(line, quotes.get(line.claim_id or ""), before) for line in lines)


def _row(line: _Line, quote: str | None, before: dict[str, tuple[str, int]]) -> WorksheetRow:
    place = line.place
    earlier = before.get(line.code) if _missing(line) else None
    return WorksheetRow(
        claim_id=line.claim_id,
        code=line.label,
        page=place.page if place else None,
        pathway=place.pathway if place else None,
        under=place.under if place else None,
        load_bearing=place.load_bearing if place else False,
        quote=quote,
        alone=_stance(line.alone),
        shared=_stance(line.shared),
        earlier=earlier[0] if earlier else None,
        earlier_version=earlier[1] if earlier else None,
    )


def _stance(row: Held | None) -> StanceView | None:
    if row is None:
        return None
    return StanceView(
        id=row.id,
        stance=row.stance,
        confidence=row.confidence,
        has_reasons=row.has_reasons,
        rests=row.rests,
    )


def _missing(line: _Line) -> bool:
    return line.alone is None and line.shared is None


def _changed(line: _Line) -> bool:
    return changed(
        line.alone.stance if line.alone else None, line.shared.stance if line.shared else None
    )


def _wanted(line: _Line, show: str) -> bool:
    if show == "missing":
        return _missing(line)
    if show == "changed":
        return _changed(line)
    if show == "load_bearing":
        return line.place.load_bearing if line.place else line.claim_id is None
    return True


def _release_view(tx: Transaction, release: PositionRelease | None) -> ReleaseView | None:
    if release is None:
        return None
    return ReleaseView(
        number=release.number,
        withdraws=release.withdraws,
        released_at=release.released_at,
        positions=0 if release.withdraws else queries.count_released(tx, release.id),
    )


def _unreleased(release: PositionRelease | None, current: Sequence[Held]) -> int:
    """Count what one's organisation holds that the publisher was not given so."""
    if release is None or release.withdraws:
        return len(current)
    return sum(1 for row in current if row.written_at > release.released_at)


def _record(tx: Transaction, target: Target, version_id: str, page: int) -> None:
    as_reading(tx, version_id)
    tx.emit(
        Event(
            name="WorksheetOpened",
            licence=Action.READ_POSITIONS,
            target=target,
            subject=Target("version", version_id),
            facts={"page": page},
        )
    )
