"""Reading positions: an organisation's worksheet, and one claim of it with its history."""

from collections.abc import Sequence

from app.access.claim_places import (
    NOT_SHOWN,
    ClaimPlace,
    claim_codes,
    claim_places,
    quote_claims,
)
from app.access.decide import may, require
from app.access.position_texts import own_reasons
from app.access.scope import version_and_title
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.positions import CONCLUSION, changed
from app.domain.targets import Target
from app.features.positions import queries
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
_Positions = dict[tuple[str | None, str], Position]


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
    current = queries.current(tx, review_id, version_id)
    held: _Positions = {(row.claim_id, row.basis): row for row in current}
    places = claim_places(tx, version_id)
    before = queries.earlier(tx, review, number)
    rows = _rows(places, held, before)
    chosen = [row for row in rows if _wanted(row, wanted.show)]
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
        rows=_quoted(tx, version_id, places, shown),
        total=len(chosen),
        claims=sum(1 for row in rows if row.claim_id),
        missing=sum(1 for row in rows if _missing(row)),
        changed=sum(1 for row in rows if _changed(row)),
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
    held: _Positions = {(row.claim_id, row.basis): row for row in rows if row.current}
    places = [place for place in claim_places(tx, version_id) if place.id == claim_id]
    if claim_id is not None and not places and not rows:
        raise NotFound
    (row,) = [
        one
        for one in _rows(places, held, queries.earlier(tx, review, number))
        if one.claim_id == claim_id
    ]
    views = _views(tx, review_id, rows)
    now_held = {view.basis: view for view, kept in zip(views, rows, strict=True) if kept.current}
    _record(tx, target, version_id, 1)
    return ClaimSheet(
        review_id=review_id,
        version_id=version_id,
        version_number=number,
        report_title=version_and_title(tx, version_id)[1],
        row=_quoted(tx, version_id, places, [row])[0],
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


def _rows(
    places: Sequence[ClaimPlace], held: _Positions, before: dict[str, tuple[str, int]]
) -> list[WorksheetRow]:
    """Give the conclusion, the claims, and claims that are closed but were positioned before."""
    known = {place.id for place in places}
    gone = {row.claim_id: row.claim_code for row in held.values() if row.claim_id}
    rows = [_row(None, (CONCLUSION, CONCLUSION), None, held, before)]
    rows += [_row(place.id, (place.code, place.label), place, held, before) for place in places]
    rows += [
        _row(claim, (code, NOT_SHOWN), None, held, before)
        for claim, code in sorted(gone.items(), key=lambda one: one[1])
        if claim not in known
    ]
    return rows


def _row(
    claim_id: str | None,
    called: tuple[str, str],
    place: ClaimPlace | None,
    held: _Positions,
    before: dict[str, tuple[str, int]],
) -> WorksheetRow:
    code, label = called
    alone, shared = held.get((claim_id, "alone")), held.get((claim_id, "shared"))
    earlier = None if alone or shared else before.get(code)
    return WorksheetRow(
        claim_id=claim_id,
        code=label,
        page=place.page if place else None,
        pathway=place.pathway if place else None,
        under=place.under if place else None,
        load_bearing=place.load_bearing if place else False,
        quote=None,
        alone=_stance(alone),
        shared=_stance(shared),
        earlier=earlier[0] if earlier else None,
        earlier_version=earlier[1] if earlier else None,
    )


def _stance(row: Position | None) -> StanceView | None:
    if row is None:
        return None
    return StanceView(
        id=row.id,
        stance=row.stance,
        confidence=row.confidence,
        has_reasons=row.has_reasons,
        rests=len(row.rests_on),
    )


def _quoted(
    tx: Transaction, version_id: str, places: Sequence[ClaimPlace], rows: Sequence[WorksheetRow]
) -> tuple[WorksheetRow, ...]:
    shown = {row.claim_id for row in rows}
    quotes = quote_claims(tx, version_id, [place for place in places if place.id in shown])
    return tuple(row.model_copy(update={"quote": quotes.get(row.claim_id or "")}) for row in rows)


def _missing(row: WorksheetRow) -> bool:
    return row.alone is None and row.shared is None


def _changed(row: WorksheetRow) -> bool:
    return changed(
        row.alone.stance if row.alone else None, row.shared.stance if row.shared else None
    )


def _wanted(row: WorksheetRow, show: str) -> bool:
    if show == "missing":
        return _missing(row)
    if show == "changed":
        return _changed(row)
    return row.load_bearing or row.claim_id is None if show == "load_bearing" else True


def _release_view(tx: Transaction, release: PositionRelease | None) -> ReleaseView | None:
    if release is None:
        return None
    return ReleaseView(
        number=release.number,
        withdraws=release.withdraws,
        released_at=release.released_at,
        positions=0 if release.withdraws else queries.count_released(tx, release.id),
    )


def _unreleased(release: PositionRelease | None, current: Sequence[Position]) -> int:
    """Count what one's organisation holds that the publisher was not given so."""
    if release is None or release.withdraws:
        return len(current)
    return sum(1 for row in current if row.written_at > release.released_at)


def _record(tx: Transaction, target: Target, version_id: str, page: int) -> None:
    tx.emit(
        Event(
            name="WorksheetOpened",
            licence=Action.READ_POSITIONS,
            target=target,
            subject=Target("version", version_id),
            facts={"page": page},
        )
    )
