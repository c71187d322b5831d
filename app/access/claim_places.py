"""The claims of a version as places, and their words as the acting person's edition has them.

Claims that were taken off the register are left out, except where something stands on them.

Here: many claims at once, for lists; each page is fetched once, in one statement. Not here: one
passage (release), who owns a claim or marks it (features/reports).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ARRAY, Text, any_, bindparam, cast, func, or_, select

from app.access.claims import claim_label, claim_labels
from app.access.decide import may, require
from app.access.editions import edition_for
from app.access.release import words_of
from app.access.released import EditionFacts, Rect, ReleasedBox, ReleasedPage, quote_from
from app.db.base import one_of
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import Target
from app.kernel.actor import Side
from app.kernel.errors import NotFound, Unavailable
from app.models.content import EditionPage
from app.models.reports import Claim, Pathway, Report, Version
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
    it (decisions/0032).
    """

    id: str
    code: str
    label: str
    page: int
    rects: tuple[Rect, ...]
    load_bearing: bool
    pathway_id: str | None
    pathway: int | None


def claim_places(
    tx: Transaction, version_id: str, *, also: Collection[str] = ()
) -> list[ClaimPlace]:
    """List the claims of a version, as far as the acting side may see it now.

    Args:
        tx: the transaction.
        version_id: the version.
        also: claims, by id, that are listed although they were removed.
    """
    rows = tx.session.execute(_CLAIMS, {"version": version_id, "also": sorted(also)}).all()
    labels = _labels(tx, version_id, also)
    return [
        ClaimPlace(
            id=row.id,
            code=row.code,
            label=row.code if labels is None else labels[row.id],
            page=row.page,
            rects=tuple((x0, y0, x1, y1) for x0, y0, x1, y1 in row.rects),
            load_bearing=row.load_bearing,
            pathway_id=row.pathway_id,
            pathway=row.ordinal,
        )
        for row in rows
        if labels is None or row.id in labels
    ]


def _labels(tx: Transaction, version_id: str, also: Collection[str]) -> dict[str, str] | None:
    """Give what outsiders may call claims, by id; None for the publisher, who knows the codes."""
    if tx.actor.side is Side.PUBLISHER:
        return None
    known = {claim: label for claim, (label, _) in claim_labels(tx, version_id).items()}
    held = {claim: claim_label(tx, claim) or NOT_SHOWN for claim in also if claim not in known}
    return known | held


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


def pathway_numbers(tx: Transaction, ids: Sequence[str]) -> dict[str, int]:
    """Give the numbers of pathways, as far as the acting side may see them now."""
    rows = tx.session.execute(
        select(Pathway.id, Pathway.ordinal).where(one_of(Pathway.id, list(ids)))
    )
    return {row.id: row.ordinal for row in rows}


def pathways_of(tx: Transaction, version_id: str) -> list[tuple[str, int]]:
    """List the pathways of a version by number, as far as the acting side may see it now."""
    rows = tx.session.execute(
        select(Pathway.id, Pathway.ordinal)
        .where(Pathway.version_id == version_id)
        .order_by(Pathway.ordinal)
    )
    return [(row.id, row.ordinal) for row in rows]


def version_named(tx: Transaction, version_id: str) -> tuple[str, int]:
    """Give a report's title and a version's number; NotFound where hidden or missing."""
    row = tx.session.execute(
        select(Report.title, Version.number)
        .join(Report, Report.id == Version.report_id)
        .where(Version.id == version_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row.title, row.number


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
    numbers = sorted({place.page for place in places})
    pages = {
        row.page: _page(edition, row)
        for row in tx.session.scalars(
            select(EditionPage).where(
                EditionPage.edition_id == edition.id, EditionPage.page.in_(numbers)
            )
        )
    }
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
                "pages": numbers,
            },
        )
    )
    return {
        place.id: quote_from(pages[place.page], place.rects)
        for place in places
        if place.page in pages
    }


def _page(edition: EditionFacts, row: EditionPage) -> ReleasedPage:
    return ReleasedPage(
        edition=edition,
        number=row.page,
        pages=0,  # nobody is shown the page itself
        width_px=row.width_px,
        height_px=row.height_px,
        width_pt=row.width_pt,
        height_pt=row.height_pt,
        words=words_of(row),
        boxes=tuple(
            ReleasedBox(
                x=box["x"], y=box["y"], w=box["w"], h=box["h"],
                redaction_ids=tuple(box["redactions"]),
            )
            for box in row.boxes
        ),
    )  # fmt: skip
