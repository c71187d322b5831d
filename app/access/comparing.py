"""The part of the door through which people compare two versions: each by their own two editions.

What the worker kept of two editions is places and classes; the words come from the editions when
somebody looks. A gap is a gap in both, so nothing tells whether what is under it changed. Only who
has everything lifted in both learns what is identical (decisions 0015 and 0040).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from app.access.decide import may, require
from app.access.editions import edition_for
from app.access.matching import READABLE, before_of, find_comparison
from app.access.released import EditionFacts
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.targets import Target
from app.kernel.actor import Side
from app.kernel.errors import NotFound
from app.models.reports import Claim, Version
from app.models.versions import ComparedPart, Comparison
from app.rendering.aligning import Run
from app.transaction import Decision, Transaction

_claims = Claim.__table__.c
_CLAIMS = select(_claims.id, _claims.rects).where(
    _claims.version_id == bindparam("version"), _claims.ended_at.is_(None)
)

Rect = tuple[float, float, float, float]
Place = tuple[int, tuple[Rect, ...]]


@dataclass(frozen=True, kw_only=True)
class Part:
    """What became of a section, a claim or some lines, as `ComparedPart` has it."""

    kind: str
    old_id: str | None
    new_id: str | None
    standing: str
    likeness: float
    page: int | None
    rects: tuple[Rect, ...]
    spots: tuple[tuple[Place, ...], ...]


@dataclass(frozen=True, kw_only=True)
class ReleasedComparison:
    """Two editions of the acting person, and what the worker found of them.

    Without `runs` they are still being compared. `whole`: nothing is withheld in either.
    """

    old: EditionFacts
    new: EditionFacts
    whole: bool
    runs: tuple[Run, ...] | None
    parts: tuple[Part, ...] = ()


def versions_before(tx: Transaction, version_id: str) -> list[Version]:
    """List the earlier versions that this person may read, newest first; NotFound where none is.

    The reading of each is decided; that of the version itself as well.
    """
    require(tx, Action.READ_VERSION, Target("version", version_id))
    rows = _siblings(tx, version_id)
    here = next(row for row in rows if row.id == version_id)
    return [
        row
        for row in reversed(rows)
        if row.number < here.number and may(tx, Action.READ_VERSION, Target("version", row.id))
    ]


def earlier_version(tx: Transaction, version_id: str, wanted: str | None) -> Version | None:
    """Give the version to compare with: the one that was named, else the usual one before.

    Of a reviewer organisation the usual one is the latest that it may read. None: there is none.

    Raises:
        NotFound: no such earlier version of the same report.
    """
    rows = _siblings(tx, version_id)
    here = next((row for row in rows if row.id == version_id), None)
    if here is None:
        raise NotFound
    earlier = [row for row in rows if row.number < here.number]
    if wanted:
        found = next((row for row in earlier if row.id == wanted), None)
        if found is None:
            raise nothing_there(tx, Action.READ_VERSION, version_id)
        return found
    if tx.actor.side is Side.REVIEWER:
        read = [r for r in earlier if may(tx, Action.READ_VERSION, Target("version", r.id))]
        return read[-1] if read else None
    usual = before_of(rows, here)
    return next((row for row in earlier if row.id == usual), None)


def _siblings(tx: Transaction, version_id: str) -> list[Version]:
    key = ("siblings", version_id)
    if key not in tx.memory:
        report = select(Version.report_id).where(Version.id == version_id).scalar_subquery()
        tx.memory[key] = tx.session.scalars(
            select(Version)
            .where(Version.report_id == report, Version.state.in_(READABLE))
            .order_by(Version.number)
        ).all()
    return list(tx.memory[key])


def release_comparison(
    tx: Transaction,
    version_id: str,
    earlier_id: str,
    *,
    kinds: Sequence[str] = ("section", "claim"),
) -> ReleasedComparison:
    """Reveal what became of an earlier version in a later one, as this person may read both.

    Where nobody has compared their two editions yet, they are from now on.

    Raises:
        NotFound: one is missing, or not for this person.
        Unavailable: one of the editions is not built yet.
    """
    for read in (version_id, earlier_id):
        require(tx, Action.READ_VERSION, Target("version", read))
    old, new = edition_for(tx, earlier_id), edition_for(tx, version_id)
    whole = not (old.withheld or new.withheld)
    row = find_comparison(tx, old.id, new.id)
    parts = [] if row is None else _parts(tx, row, kinds)
    if row is None or ("claim" in kinds and _claims_differ(tx, row, parts)):
        _want(tx, old, new)
    _record(tx, old, new)
    if row is None:
        return ReleasedComparison(old=old, new=new, whole=whole, runs=None)
    return ReleasedComparison(
        old=old,
        new=new,
        whole=row.whole,
        runs=tuple(Run(a, b, size, bool(moved)) for a, b, size, moved in row.runs),
        parts=tuple(parts),
    )


def _claims_differ(tx: Transaction, row: Comparison, parts: Sequence[Part]) -> bool:
    """Say whether a claim was marked or changed its place since, as far as one may see."""
    known = {part.old_id: part.rects for part in parts if part.kind == "claim"}
    claims = tx.session.execute(_CLAIMS, {"version": row.earlier_id})
    return any(known.get(claim.id) != _rects(claim.rects) for claim in claims)


def _parts(tx: Transaction, row: Comparison, kinds: Sequence[str]) -> list[Part]:
    rows = tx.session.execute(
        select(ComparedPart.__table__)
        .where(ComparedPart.comparison_id == row.id, ComparedPart.kind.in_(kinds))
        .order_by(ComparedPart.ordinal)
    )
    return [
        Part(
            kind=part.kind,
            old_id=part.old_id,
            new_id=part.new_id,
            standing=part.standing,
            likeness=part.likeness,
            page=part.page,
            rects=_rects(part.rects),
            spots=tuple(
                tuple((place["page"], _rects(place["rects"])) for place in spot)
                for spot in part.new_places
            ),
        )
        for part in rows
    ]


def _rects(rects: Sequence[Sequence[float]]) -> tuple[Rect, ...]:
    return tuple((x0, y0, x1, y1) for x0, y0, x1, y1 in rects)


def nothing_there(tx: Transaction, action: Action, version_id: str) -> NotFound:
    """Record a refusal that no policy sees, because the policies look at the version only."""
    tx.decisions.append(
        Decision(
            action=action,
            target=Target("version", version_id),
            allowed=False,
            policies=("door.no-such-part",),
        )
    )
    return NotFound()


def _want(tx: Transaction, old: EditionFacts, new: EditionFacts) -> None:
    tx.emit(
        Event(
            name="ComparisonWanted",
            licence=Action.READ_VERSION,
            target=Target("version", new.version_id),
            facts={"earlier_id": old.version_id, "old_edition": old.id, "new_edition": new.id},
        )
    )


def _record(tx: Transaction, old: EditionFacts, new: EditionFacts) -> None:
    """Leave an entry with each of the two versions: both were read."""
    for here, other in ((new, old), (old, new)):
        facts: dict[str, Fact] = {
            "edition": here.key,
            "lifted": list(here.lifted),
            "withheld": list(here.withheld),
            "with": other.version_id,
        }
        tx.emit(
            Event(
                name="VersionsCompared",
                licence=Action.READ_VERSION,
                target=Target("version", here.version_id),
                facts=facts,
            )
        )
