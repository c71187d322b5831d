"""Comparing the editions of two versions, in the worker: what is kept are places and classes.

Never of the source: each pair of editions is compared by itself, from the words that their readers
may read. So a comparison can say nothing that they could not find out with both side by side, and
the wall around it asks for both editions.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select

from app.access.decide import require
from app.access.edition_states import key_of_grant
from app.access.edition_text import edition_text, outline_of, states_of
from app.access.evidence_matching import ItemChange, compare_items
from app.access.facts import database_now
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import Target
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.models.reports import Claim, Edition, Version
from app.models.reviews import Grant
from app.models.versions import ComparedPart, Comparison
from app.rendering.aligning import Run
from app.rendering.carrying import Spot
from app.rendering.comparing import Compared, Passage, PassageMatch, compare
from app.transaction import Transaction

MOST_SPOTS = 5
READABLE = ("working", "published", "withdrawn")
Pair = tuple[str, str]


def neighbours(tx: Transaction, version_id: str) -> list[Pair]:
    """Give the pairs of versions, earlier first, of which this one is a part.

    A version is compared with the latest published one before it, else with the one before it.
    """
    version = tx.session.get(Version, version_id)
    if version is None or version.state not in READABLE:
        return []
    rows = tx.session.scalars(
        select(Version)
        .where(Version.report_id == version.report_id, Version.state.in_(READABLE))
        .order_by(Version.number)
    ).all()
    pairs = [(before_of(rows, row), row.id) for row in rows]
    return [(old, new) for old, new in pairs if old and version_id in (old, new)]


def before_of(rows: Sequence[Version], version: Version) -> str:
    """Give the version that another one is compared with, or an empty text."""
    earlier = [row for row in rows if row.number < version.number]
    published = [row for row in earlier if row.published_at is not None]
    found = (published or earlier)[-1:]
    return found[0].id if found else ""


def pairs_to_match(tx: Transaction, earlier_id: str, version_id: str) -> list[Pair]:
    """Give the editions of two versions that one audience holds together, where both are ready.

    Those with nothing withheld, and for each organisation what its grants open taken one by one;
    whoever holds others has them compared when they look.
    """
    ready = [_ready(tx, one) for one in (earlier_id, version_id)]
    full = [
        next((e.id for e in found.values() if not e.withheld_redactions), "") for found in ready
    ]
    pairs = {(full[0], full[1])} if all(full) else set()
    keys = [_keys_by_organisation(tx, one) for one in (earlier_id, version_id)]
    for organisation, old_keys in keys[0].items():
        for new_key in keys[1].get(organisation, ()):
            pairs |= {
                (ready[0][old_key].id, ready[1][new_key].id)
                for old_key in old_keys
                if old_key in ready[0] and new_key in ready[1]
            }
    return sorted(pair for pair in pairs if not is_fresh(tx, *pair))


def _ready(tx: Transaction, version_id: str) -> dict[str, Edition]:
    rows = tx.session.scalars(
        select(Edition).where(Edition.version_id == version_id, Edition.state == "ready")
    )
    return {row.key: row for row in rows}


def _keys_by_organisation(tx: Transaction, version_id: str) -> dict[str, set[str]]:
    grants = tx.session.scalars(
        select(Grant).where(
            Grant.version_id == version_id,
            Grant.state == "in_force",
            Grant.ends_at > database_now(tx),
        )
    )
    found: dict[str, set[str]] = {}
    for grant in grants:
        key = key_of_grant(tx, version_id, frozenset(grant.lifted))
        found.setdefault(grant.organisation_id, set()).add(key)
    return found


def is_fresh(tx: Transaction, old_edition: str, new_edition: str) -> bool:
    """Say whether two editions were compared as they are now, and every claim with them."""
    row = find_comparison(tx, old_edition, new_edition)
    return row is not None and not _unmatched(tx, row)


def find_comparison(tx: Transaction, old_edition: str, new_edition: str) -> Comparison | None:
    """Find the comparison of two editions; None where one of them was built anew since."""
    row = tx.session.scalars(
        select(Comparison).where(
            Comparison.old_edition_id == old_edition, Comparison.new_edition_id == new_edition
        )
    ).one_or_none()
    if row is None:
        return None
    now_shown = states_of(tx, old_edition, new_edition)
    return row if (row.old_state, row.new_state) == now_shown else None


def _unmatched(tx: Transaction, row: Comparison) -> bool:
    """Say whether a claim was marked or changed its place since."""
    newest = tx.session.scalars(
        select(func.count())
        .select_from(Claim)
        .outerjoin(
            ComparedPart,
            (ComparedPart.comparison_id == row.id)
            & (ComparedPart.kind == "claim")
            & (ComparedPart.old_id == Claim.id)
            & (ComparedPart.rects == Claim.rects),
        )
        .where(
            Claim.version_id == row.earlier_id,
            Claim.ended_at.is_(None),
            ComparedPart.comparison_id.is_(None),
        )
    ).one()
    return newest > 0


def match_editions(
    tx: Transaction, earlier_id: str, version_id: str, *, old_edition: str, new_edition: str
) -> bool:
    """Compare two editions and keep what became of sections, claims and lines; as a job.

    Gives False where one of them is not ready any more, or somebody compared them meanwhile.
    """
    for one in (earlier_id, version_id):
        require(tx, Action.MATCH_VERSION, Target("version", one))
    old, new = tx.session.get(Edition, old_edition), tx.session.get(Edition, new_edition)
    if old is None or new is None or {old.state, new.state} != {"ready"}:
        return False
    if (old.version_id, new.version_id) != (earlier_id, version_id):
        return False
    if is_fresh(tx, old.id, new.id):
        return False
    whole = not (old.withheld_redactions or new.withheld_redactions)
    compared = compare(
        edition_text(tx, old.id, whole=whole),
        edition_text(tx, new.id, whole=whole),
        outlines=(outline_of(tx, old.id), outline_of(tx, new.id)),
        passages=_claims(tx, earlier_id),
    )
    items = compare_items(tx, old, new, whole=whole)
    _keep(tx, old, new, [*_parts(tx, earlier_id, compared), *_evidence(items)], compared.runs)
    return True


def _claims(tx: Transaction, version_id: str) -> list[Passage]:
    rows = tx.session.scalars(
        select(Claim).where(Claim.version_id == version_id, Claim.ended_at.is_(None))
    )
    return [
        Passage(id=row.id, page=row.page, rects=tuple((a, b, c, d) for a, b, c, d in row.rects))
        for row in rows
    ]


def _keep(
    tx: Transaction,
    old: Edition,
    new: Edition,
    parts: Sequence[dict[str, Any]],
    runs: Sequence[Run],
) -> None:
    old_state, new_state = states_of(tx, old.id, new.id)
    row = Comparison(
        id=new_id("comparison"),
        version_id=new.version_id,
        earlier_id=old.version_id,
        old_edition_id=old.id,
        new_edition_id=new.id,
        old_state=old_state,
        new_state=new_state,
        whole=not (old.withheld_redactions or new.withheld_redactions),
        runs=[[run.old, run.new, run.size, int(run.moved)] for run in runs],
        made_at=now(),
    )
    _forget(tx, old.id, new.id)
    tx.session.add(row)
    tx.session.flush()
    tx.session.add_all(
        ComparedPart(comparison_id=row.id, ordinal=at, **part) for at, part in enumerate(parts)
    )
    tx.session.flush()
    # Of what became of it nothing stands in the log: that is for who may see both editions. Nor
    # do their keys: they would say when a reader of which edition first looked.
    tx.emit(
        Event(
            name="EditionsCompared",
            licence=Action.MATCH_VERSION,
            target=Target("version", new.version_id),
            facts={"with": old.version_id},
        )
    )


def _forget(tx: Transaction, old_edition: str, new_edition: str) -> None:
    ids = select(Comparison.id).where(
        Comparison.old_edition_id == old_edition, Comparison.new_edition_id == new_edition
    )
    tx.session.execute(delete(ComparedPart).where(ComparedPart.comparison_id.in_(ids)))
    tx.session.execute(delete(Comparison).where(Comparison.id.in_(ids)))


_NOTHING: Mapping[str, Any] = {
    "old_id": None, "new_id": None, "page": None, "rects": [], "new_places": [], "likeness": 0.0,
}  # fmt: skip


def _evidence(items: Sequence[ItemChange]) -> list[dict[str, Any]]:
    return [
        {**_NOTHING, "kind": "evidence", "standing": one.standing,
         "old_id": one.old.id if one.old else None, "new_id": one.new.id if one.new else None}
        for one in items
    ]  # fmt: skip


def _parts(tx: Transaction, earlier_id: str, compared: Compared) -> list[dict[str, Any]]:
    marked = tx.session.scalars(
        select(Claim).where(Claim.version_id == earlier_id, Claim.ended_at.is_(None))
    )
    rows = {row.id: row for row in marked}
    read = {one.id: one for one in compared.passages}
    sections = [
        {**_NOTHING, "kind": "section", "old_id": one.old, "new_id": one.new,
         "standing": one.kind, "likeness": one.likeness}
        for one in compared.sections
    ]  # fmt: skip
    claims = [
        {**_NOTHING, "kind": "claim", "old_id": row.id, "page": row.page, "rects": row.rects,
         **(_matched(read[row.id]) if row.id in read else {"standing": "unread"})}
        for row in rows.values()
    ]  # fmt: skip
    places = [
        {**_NOTHING, "kind": "place", "standing": one.kind, "page": one.page,
         "rects": [list(rect) for rect in one.rects],
         "new_places": [[{"page": one.new_page, "rects": []}]] if one.new_page else []}
        for one in compared.places
    ]  # fmt: skip
    return [*sections, *claims, *places]


def _matched(one: PassageMatch) -> dict[str, Any]:
    return {
        "standing": one.kind,
        "likeness": one.likeness,
        "new_places": [_placed(spot) for spot in one.spots[:MOST_SPOTS]],
    }


def _placed(spot: Spot) -> list[dict[str, Any]]:
    return [{"page": page, "rects": [list(rect) for rect in rects]} for page, rects in spot.places]
