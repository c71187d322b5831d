"""The part of the door through which people compare the marks of one version with another.

Which marks of earlier versions still wait for a word in a later one, and what stands under them
now: each person by their own editions of both. A mark whose place is not wholly open to somebody
is named to them and nothing more; only who has everything lifted in both learns which marks stand
in identical surroundings, because words withheld between two others would look like none.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.access.carrying_evidence import (
    LineCarry,
    compare_lines,
    counts_here,
    is_at_hand,
    is_in_item,
)
from app.access.decide import require
from app.access.editions import WITHHOLDING, edition_for
from app.access.release import points_of
from app.access.released import EditionFacts
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import Target
from app.models.content import EditionPage, UnconfirmedWord
from app.models.evidence import EvidenceItem
from app.models.redactions import NotNeeded, Redaction
from app.models.reports import Version
from app.rendering.carrying import Carrier, Match, PageText
from app.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class ReleasedCarry:
    """What became of marks of an earlier version, by their ids.

    `matches`: of marks on pages; `lines`: of marks in evidence; `closed`: marks whose place is
    not wholly open to this person.
    """

    matches: dict[str, Match]
    lines: dict[str, LineCarry]
    closed: frozenset[str]


def marks_to_carry(tx: Transaction, version_id: str) -> dict[str, list[str]]:
    """Give the marks of earlier versions that nobody has carried over or found unneeded here.

    By the version that they stand in: an earlier one since the last that was published, which was
    itself not published before all of its own were settled. Marks in evidence wait wherever the
    file, or one of its title, is at hand again, however many versions did without it.
    """
    version = tx.session.get(Version, version_id)
    if version is None:
        return {}
    later, carried, item = aliased(Version), aliased(Redaction), aliased(EvidenceItem)
    earlier = and_(Version.report_id == version.report_id, Version.number < version.number)
    base = select(func.coalesce(func.max(Version.number), 0)).where(
        earlier, Version.published_at.is_not(None)
    )
    up_to_here = and_(later.report_id == version.report_id, later.number <= version.number)
    settled = exists().where(
        carried.carried_from == Redaction.id,
        carried.state != "withdrawn",
        carried.version_id == later.id,
        up_to_here,
        counts_here(item, later, version_id),
    )
    unneeded = exists().where(
        NotNeeded.redaction_id == Redaction.id,
        NotNeeded.version_id == later.id,
        up_to_here,
        counts_here(item, later, version_id),
    )
    on_pages = and_(Redaction.evidence.is_(None), Version.number >= base.scalar_subquery())
    rows = tx.session.execute(
        select(Version.id.label("version_id"), Redaction.id)
        .join(Redaction, Redaction.version_id == Version.id)
        .outerjoin(item, is_in_item(item))
        .where(
            earlier,
            or_(on_pages, is_at_hand(item, version_id)),
            Version.state.not_in(("importing", "failed")),
            Redaction.state.in_(WITHHOLDING),
            ~settled,
            ~unneeded,
        )
        .order_by(Version.number.desc(), Redaction.page, Redaction.proposed_at, Redaction.id)
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.version_id, []).append(row.id)
    return found


def release_carry(
    tx: Transaction, version_id: str, earlier_id: str, *, marks: Collection[str]
) -> ReleasedCarry:
    """Reveal where marks of an earlier version stand in a later one, as this person may read both.

    Args:
        tx: the transaction.
        version_id: the version that the marks go to.
        earlier_id: the version that they stand in.
        marks: their ids.

    Raises:
        NotFound: missing, or not for this person.
        Unavailable: one of the editions is not built yet.
    """
    require(tx, Action.CARRY_REDACTIONS, Target("version", version_id))
    for read in (earlier_id, version_id):
        require(tx, Action.READ_VERSION, Target("version", read))
    old, new = edition_for(tx, earlier_id), edition_for(tx, version_id)
    rows = list(
        tx.session.scalars(
            select(Redaction).where(Redaction.version_id == earlier_id, Redaction.id.in_(marks))
        )
    )
    all_open = not (old.withheld or new.withheld)
    in_evidence = {row.id for row in rows if row.evidence is not None}
    closed = _closed(tx, old, rows) | (frozenset() if all_open else in_evidence)
    open_marks = [row for row in rows if row.id not in closed | in_evidence]
    lines = compare_lines(tx, old, new, [row for row in rows if row.id in in_evidence - closed])
    matches: dict[str, Match] = {}
    if open_marks:
        carrier = Carrier(_pages(tx, old, all_open=all_open), _pages(tx, new, all_open=all_open))
        for row in open_marks:
            rects = [(x0, y0, x1, y1) for x0, y0, x1, y1 in row.rects]
            matches[row.id] = carrier.match(row.page, rects)
    _record(tx, old, new, compared=len(matches) + len(lines), closed=len(closed))
    return ReleasedCarry(matches=matches, lines=lines, closed=closed)


def closed_to_reader(tx: Transaction, redactions: Iterable[Redaction]) -> frozenset[str]:
    """Give those of some marks whose place this person's own edition does not show whole."""
    found: set[str] = set()
    by_version: dict[str, list[Redaction]] = {}
    for row in redactions:
        by_version.setdefault(row.version_id, []).append(row)
    for version_id, rows in by_version.items():
        require(tx, Action.READ_VERSION, Target("version", version_id))
        found |= _closed(tx, edition_for(tx, version_id), rows)
    return frozenset(found)


def _closed(tx: Transaction, edition: EditionFacts, rows: list[Redaction]) -> frozenset[str]:
    """Look at what is painted, not only at categories: another mark's box may cover the place.

    In evidence an edition has numbers of its own for its lines once anything is withheld.
    """
    pages = {
        page.page: page
        for page in tx.session.scalars(
            select(EditionPage).where(
                EditionPage.edition_id == edition.id,
                EditionPage.page.in_({row.page for row in rows}),
            )
        )
    }
    return frozenset(
        row.id
        for row in rows
        if set(row.categories) & set(edition.withheld)
        or (
            bool(edition.withheld)
            if row.evidence is not None
            else row.page not in pages or _painted(row, pages[row.page])
        )
    )


def _painted(row: Redaction, page: EditionPage) -> bool:
    across, down = page.width_px / page.width_pt, page.height_px / page.height_pt
    return any(
        x0 * across < box["x"] + box["w"]
        and box["x"] < x1 * across
        and y0 * down < box["y"] + box["h"]
        and box["y"] < y1 * down
        for x0, y0, x1, y1 in row.rects
        for box in page.boxes
    )


def _pages(tx: Transaction, edition: EditionFacts, *, all_open: bool) -> dict[int, PageText]:
    """Give the words of an edition; a page that holds words in doubt is not known whole."""
    doubtful = set(
        tx.session.scalars(
            select(UnconfirmedWord.page).where(
                UnconfirmedWord.version_id == edition.version_id,
                UnconfirmedWord.inked,
                ~UnconfirmedWord.confirmed,
            )
        )
    )
    rows = tx.session.scalars(select(EditionPage).where(EditionPage.edition_id == edition.id))
    return {
        row.page: PageText(
            width_pt=row.width_pt,
            height_pt=row.height_pt,
            words=tuple(points_of(row)),
            whole=all_open and row.page not in doubtful,
        )
        for row in rows
    }


def _record(
    tx: Transaction, old: EditionFacts, new: EditionFacts, *, compared: int, closed: int
) -> None:
    """Leave an entry with each of the two versions: both were read."""
    for here, other in ((new, old), (old, new)):
        tx.emit(
            Event(
                name="MarksCompared",
                licence=Action.READ_VERSION,
                target=Target("version", here.version_id),
                facts={
                    "edition": here.key,
                    "lifted": list(here.lifted),
                    "withheld": list(here.withheld),
                    "with": other.version_id,
                    "compared": compared,
                    "closed": closed,
                },
            )
        )
