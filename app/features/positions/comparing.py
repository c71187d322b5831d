"""What reviewer organisations released of their positions, side by side, for the publisher."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from app.access.claim_places import ClaimPlace, claim_places, quote_claims
from app.access.decide import require
from app.access.scope import version_and_title
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.positions import CONCLUSION, disagree, letters
from app.domain.targets import Target
from app.features.positions import queries
from app.features.positions.schemas import (
    Cell,
    ClaimCompared,
    Column,
    Matrix,
    MatrixRow,
    Said,
)
from app.kernel.actor import Role
from app.kernel.errors import NotFound
from app.models.positions import PositionRelease
from app.transaction import Transaction

ON_A_PAGE = 50
_OVERSEERS = frozenset({Role.COORDINATOR, Role.APPROVER, Role.AUDITOR})
_NONE = Cell()
_Cells = dict[str | None, dict[str, dict[str, tuple[str, str]]]]


def read_matrix(
    tx: Transaction, version_id: str, *, show: str = "all", page: int = 1, whole: bool = False
) -> Matrix:
    """Give claims × organisations of what was released on a version.

    Args:
        tx: the transaction.
        version_id: the version.
        show: `disagreements`, or anything else for all claims.
        page: from 1.
        whole: all rows at once and none of them quoted, for a file.
    """
    target = Target("version", version_id)
    require(tx, Action.COMPARE_POSITIONS, target)
    version, title = version_and_title(tx, version_id)
    releases = queries.releases_of_version(tx, version_id)
    stances = queries.stances_of_version(tx, version_id)
    cells = _cells(stances)
    places = claim_places(tx, version_id, also={claim for claim in cells if claim})
    ordered: list[ClaimPlace | None] = [None, *sorted(places, key=lambda p: not p.load_bearing)]
    disputed = {claim for claim, held in cells.items() if _disagrees(list(held.values()))}
    disputed &= {place.id if place else None for place in ordered}
    chosen = [
        place
        for place in ordered
        if show != "disagreements" or (place.id if place else None) in disputed
    ]
    pages = max(1, -(-len(chosen) // ON_A_PAGE))
    page = min(page, pages)
    shown = chosen if whole else chosen[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    quotes = {} if whole else quote_claims(tx, version_id, [place for place in shown if place])
    ids = [release.id for release in releases]
    rows = [_row(place, ids, cells, disputed, quotes) for place in shown]
    _record(tx, target, releases)
    return Matrix(
        version_id=version_id,
        report_title=title,
        version_number=version.number,
        show=show,
        columns=_columns(tx, releases, stances),
        rows=tuple(rows),
        total=len(chosen),
        disagreements=len(disputed),
        page=page,
        pages=pages,
    )


def compare_claim(tx: Transaction, version_id: str, claim: str) -> ClaimCompared:
    """Give one claim, or the conclusion, as all see it that released their positions."""
    target = Target("version", version_id)
    require(tx, Action.COMPARE_POSITIONS, target)
    version, title = version_and_title(tx, version_id)
    claim_id = None if claim == CONCLUSION else claim
    releases = queries.releases_of_version(tx, version_id)
    said = queries.released(tx, [release.id for release in releases], claim=claim_id)
    held = {one.claim_id for one in said if one.claim_id}
    listed = claim_places(tx, version_id, also=held)
    places = [place for place in listed if place.id == claim_id]
    if claim_id is not None and not places:
        raise NotFound
    place = places[0] if places else None
    cells = _cells(
        [(one.release_id, one.claim_id, one.basis, one.stance, one.confidence) for one in said]
    )
    disputed = {claim for claim, held in cells.items() if _disagrees(list(held.values()))}
    quotes = quote_claims(tx, version_id, places)
    row = _row(place, [release.id for release in releases], cells, disputed, quotes)
    texts = queries.compared_texts(tx, version_id, said)
    names = _names(tx, releases)
    # Whose request or finding it is says whose position it is.
    views = {view.id: view for view in queries.released_views(tx, said, texts, linked=_knows(tx))}
    _record(tx, target, releases)
    return ClaimCompared(
        version_id=version_id,
        report_title=title,
        version_number=version.number,
        row=row,
        said=tuple(
            Said(
                name=names[release.organisation_id],
                released_at=release.released_at,
                positions=tuple(views[one.id] for one in said if one.release_id == release.id),
            )
            for release in releases
            if any(one.release_id == release.id for one in said)
        ),
    )


def _cells(stances: Sequence[queries.Stance]) -> _Cells:
    """Gather (stance, confidence) by claim, release and basis."""
    cells: _Cells = {}
    for release, claim, basis, stance, confidence in stances:
        cells.setdefault(claim, {}).setdefault(release, {})[basis] = (stance, confidence)
    return cells


def _row(
    place: ClaimPlace | None,
    releases: Sequence[str],
    cells: _Cells,
    disputed: Collection[str | None],
    quotes: Mapping[str, str],
) -> MatrixRow:
    claim = place.id if place else None
    held = cells.get(claim, {})
    return MatrixRow(
        claim_id=claim,
        code=place.label if place else CONCLUSION,
        page=place.page if place else None,
        pathway=place.pathway if place else None,
        load_bearing=place.load_bearing if place else False,
        quote=quotes.get(claim or ""),
        cells=tuple(Cell(**held[one]) if one in held else _NONE for one in releases),
        disagrees=claim in disputed,
    )


def _disagrees(held: Sequence[dict[str, tuple[str, str]]]) -> bool:
    """Compare like with like: what each says of one basis."""
    return any(
        disagree(by_basis[basis][0] for by_basis in held if basis in by_basis)
        for basis in ("alone", "shared")
    )


def _columns(
    tx: Transaction, releases: Sequence[PositionRelease], stances: Sequence[queries.Stance]
) -> tuple[Column, ...]:
    names = _names(tx, releases)
    counts = Counter(stance[0] for stance in stances)
    return tuple(
        Column(
            key=f"c{place}",
            name=names[release.organisation_id],
            released_at=release.released_at,
            positions=counts[release.id],
        )
        for place, release in enumerate(releases, start=1)
    )


def _knows(tx: Transaction) -> bool:
    return bool(tx.actor.roles & _OVERSEERS)


def _names(tx: Transaction, releases: Sequence[PositionRelease]) -> dict[str, str]:
    ids = [release.organisation_id for release in releases]
    known = queries.organisations(tx, ids)
    aliases = letters(ids)
    return {
        one: known[one][0] if one in known and (_knows(tx) or known[one][1]) else aliases[one]
        for one in ids
    }


def _record(tx: Transaction, target: Target, releases: Sequence[PositionRelease]) -> None:
    tx.emit(
        Event(
            name="PositionsCompared",
            licence=Action.COMPARE_POSITIONS,
            target=target,
            facts={"organisations": len(releases)},
        )
    )
