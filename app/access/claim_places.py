"""The claims of a version as places, and their words as the acting person's edition has them.

Claims that were taken off the register are left out, except where something stands on them.

Here: many claims at once, for lists. Not here: one passage (release), what a page shows of a claim
(claim_words), who owns a claim or marks it (features/claims).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, Text, any_, bindparam, cast, func, or_, select

from app.access.claim_words import look
from app.access.claims import (
    claim_label,
    claim_labels,
    open_edition,
    pathway_labels,
    pathway_ordinals,
    shown_with_rows,
)
from app.access.decide import may, require
from app.access.editions import edition_for
from app.access.released import Rect
from app.db.base import one_of
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import Target
from app.kernel.actor import Side
from app.kernel.errors import Unavailable
from app.models.reports import Claim, Pathway
from app.transaction import Transaction

NOT_SHOWN = "no longer shown"
_claims = Claim.__table__.c
_CLAIMS = (
    select(
        *(_claims[name] for name in ("id", "code", "page", "rects", "load_bearing", "pathway_id")),
        Pathway.ordinal,
    )
    .outerjoin(Pathway, Pathway.id == _claims.pathway_id)
    .where(
        _claims.version_id == bindparam("version"),
        or_(_claims.ended_at.is_(None), _claims.id == any_(cast(bindparam("also"), ARRAY(Text)))),
    )
    .order_by(func.coalesce(Pathway.ordinal, 10_000), _claims.page, _claims.code)
)


@dataclass(frozen=True, kw_only=True)
class ClaimPlace:
    """A claim without its words: pathway by pathway, in reading order.

    `code`: the publisher's, kept and never shown outside; `label`: as the acting person may call
    it, and `pathway` and `under` the number and the label of its pathway (decisions/0032).
    """

    id: str
    code: str
    label: str
    page: int
    rects: tuple[Rect, ...]
    load_bearing: bool
    pathway_id: str | None
    pathway: int | None
    under: str | None


def claim_places(
    tx: Transaction, version_id: str, *, also: Collection[str] = ()
) -> list[ClaimPlace]:
    """List the claims of a version, as far as the acting side may see it now.

    Args:
        tx: the transaction.
        version_id: the version.
        also: claims, by id, that are listed inside although they were removed.
    """
    if tx.actor.side is Side.REVIEWER:
        return _places_outside(tx, version_id)
    rows = tx.session.execute(_CLAIMS, {"version": version_id, "also": sorted(also)})
    return [
        _place(row, row.code, row.ordinal, None if row.ordinal is None else str(row.ordinal))
        for row in rows
    ]


def _places_outside(tx: Transaction, version_id: str) -> list[ClaimPlace]:
    """List the claims that one's own edition shows, in the order that they have inside."""
    edition = open_edition(tx, version_id)
    shown = shown_with_rows(tx, edition) if edition else ()
    under = pathway_labels(tx, version_id) if shown else {}
    order = pathway_ordinals(tx, version_id) if shown else {}
    places = [
        _place(row, one.label, one.pathway_number, under.get(row.pathway_id or ""))
        for row, one in shown
    ]
    return sorted(
        places, key=lambda one: (order.get(one.pathway_id or "", 10_000), one.page, one.code)
    )


def _place(row: Any, label: str, pathway: int | None, under: str | None) -> ClaimPlace:
    return ClaimPlace(
        id=row.id,
        code=row.code,
        label=label,
        page=row.page,
        rects=tuple((x0, y0, x1, y1) for x0, y0, x1, y1 in row.rects),
        load_bearing=row.load_bearing,
        pathway_id=row.pathway_id,
        pathway=pathway,
        under=under,
    )


def _labels(tx: Transaction, version_id: str, also: Collection[str]) -> dict[str, str] | None:
    """Give what outsiders may call claims, by id; None for the publisher, who knows the codes."""
    if tx.actor.side is Side.PUBLISHER:
        return None
    known = {claim: label for claim, (label, _) in claim_labels(tx, version_id).items()}
    held = {claim: claim_label(tx, claim) or NOT_SHOWN for claim in also if claim not in known}
    return known | held


def pathway_codes(tx: Transaction, ids: Collection[str]) -> dict[str, str]:
    """Give the numbers of pathways, or what else the acting side may call them, by id."""
    if not ids:
        return {}
    columns = select(Pathway.id, Pathway.version_id, Pathway.ordinal)
    rows = tx.session.execute(columns.where(one_of(Pathway.id, list(ids)))).all()
    if tx.actor.side is Side.PUBLISHER:
        return {row.id: str(row.ordinal) for row in rows}
    labels: dict[str, str] = {}
    for version_id in sorted({row.version_id for row in rows}):
        labels |= pathway_labels(tx, version_id)
    return {one: labels[one] for one in ids if one in labels}


def claim_codes(
    tx: Transaction, ids: Collection[str], *, also: Collection[str] = ()
) -> dict[str, str]:
    """Give the codes of claims, as far as the acting side may see them now; `also` as above."""
    rows = tx.session.execute(
        select(Claim.id, Claim.code, Claim.version_id).where(
            one_of(Claim.id, list(ids)),
            or_(Claim.ended_at.is_(None), one_of(Claim.id, list(also))),
        )
    ).all()
    known: dict[str, str] = {}
    for version_id in sorted({row.version_id for row in rows}):
        labels = _labels(tx, version_id, also)
        here = [row for row in rows if row.version_id == version_id]
        known |= {
            row.id: row.code if labels is None else labels[row.id]
            for row in here
            if labels is None or row.id in labels
        }
    return known


def quote_claims(tx: Transaction, version_id: str, places: Sequence[ClaimPlace]) -> dict[str, str]:
    """Quote claims as one's own edition has them, by id; empty where one may not read it now.

    One reading is recorded for all of it, with the pages it touched.
    """
    target = Target("version", version_id)
    if not places or not may(tx, Action.READ_PAGE, target):
        return {}
    require(tx, Action.READ_PAGE, target)
    try:
        edition = edition_for(tx, version_id)
    except Unavailable:
        return {}
    # Looked up as the register does it, and once for all claims of a page.
    looked = look(tx, edition, places, pathway_ordinals(tx, version_id))
    tx.emit(
        Event(
            name="PageRead",
            licence=Action.READ_PAGE,
            target=target,
            facts={
                "edition": edition.key,
                "lifted": list(edition.lifted),
                "withheld": list(edition.withheld),
                "part": "claims",
                "pages": sorted({place.page for place in places}),
            },
        )
    )
    return {place.id: looked[place.id].quote for place in places if looked[place.id].quote}
