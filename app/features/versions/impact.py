"""What a version touches: the map, and whether the change is material.

Each reads it by their own two editions. A reviewer organisation finds its own things in it and no
other's; inside, organisations are named to those who may know them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from sqlalchemy import select

from app.access.claims import claim_labels
from app.access.comparing import Part, earlier_version, release_comparison
from app.access.decide import may, require
from app.access.scope import version_and_title
from app.access.touching import Standing, readable, standing_on
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.positions import CONCLUSION
from app.domain.targets import Target
from app.domain.versions import THINGS, TOUCHING
from app.features.versions import deciding, queries, rows
from app.features.versions.schemas import (
    ImpactView,
    OrganisationCount,
    TouchedClaim,
    TouchedView,
)
from app.kernel.actor import Side
from app.kernel.errors import Unavailable
from app.models.reports import Claim
from app.transaction import Transaction

PAGE_SIZE = 50
_KINDS = ("section", "claim", "place", "evidence")


def read_impact(
    tx: Transaction, version_id: str, *, earlier: str | None = None, page: int = 1
) -> ImpactView:
    """Show what a version touches of what stands on an earlier one, a page at a time.

    Raises:
        NotFound: missing, or not for this person.
    """
    view, touched, names = _mapped(tx, version_id, earlier)
    if view.state != "ready":
        return view
    pages = max(1, -(-len(touched) // PAGE_SIZE))
    start = (min(page, pages) - 1) * PAGE_SIZE
    shown = _views(tx, touched[start : start + PAGE_SIZE], view, names)
    _tell(tx, version_id, "ImpactRead")
    return view.model_copy(
        update={
            "touched": tuple(shown),
            "page": min(page, pages),
            "pages": pages,
            **deciding.shown(tx, version_id, view.earlier_id or ""),
        }
    )


def export_impact(
    tx: Transaction, version_id: str, *, earlier: str | None = None
) -> tuple[TouchedView, ...]:
    """Give all that a version touches, for a file; errors as above."""
    view, touched, names = _mapped(tx, version_id, earlier)
    _tell(tx, version_id, "ImpactExported")
    return tuple(_views(tx, touched, view, names)) if view.state == "ready" else ()


def _mapped(
    tx: Transaction, version_id: str, earlier: str | None
) -> tuple[ImpactView, list[Standing], dict[str, str]]:
    target = Target("version", version_id)
    require(tx, Action.READ_IMPACT, target)
    version, title = version_and_title(tx, version_id)
    own = tx.actor.side is Side.REVIEWER
    other = earlier_version(tx, version_id, earlier)
    view = ImpactView(
        version_id=version_id,
        report_id=version.report_id,
        report_title=title,
        version_number=version.number,
        published=version.state == "published",
        earlier_id=other.id if other else None,
        earlier_number=other.number if other else 0,
        state="alone",
        own=own,
    )
    if other is None:
        if own:
            require(tx, Action.READ_VERSION, target)
        return view, [], {}
    both = (target, Target("version", other.id))
    if not own and not all(may(tx, Action.READ_VERSION, one) for one in both):
        return view.model_copy(update={"state": "closed"}), [], {}
    try:
        found = release_comparison(tx, version_id, other.id, kinds=_KINDS)
    except Unavailable:
        return view.model_copy(update={"state": "preparing"}), [], {}
    if found.runs is None:
        return view.model_copy(update={"state": "comparing"}), [], {}
    touched, untouched = standing_on(tx, other.id, found.parts, touching=TOUCHING)
    touched = rows.askers_hidden(tx, touched)
    names = rows.names_known(tx, {one.organisation_id for one in touched})
    claims = tuple(_claims(tx, version_id, other.id, found.parts, touched))
    _arrange(touched, names, claims)
    filled = view.model_copy(
        update={
            "state": "ready",
            "claims": claims,
            "kinds": dict(Counter(one.kind.name for one in touched)),
            "sections": dict(Counter(p.standing for p in found.parts if p.kind == "section")),
            "organisations": tuple(_organisations(touched, names)) if not own else (),
            "total": len(touched),
            "untouched": untouched,
        }
    )
    return filled, touched, names


def _arrange(
    touched: list[Standing], names: dict[str, str], claims: Sequence[TouchedClaim]
) -> None:
    """Put things in order: by kind, organisation, number as it is shown, place of the claim.

    Never by a number that is not shown: things of one organisation would stand together.
    """
    kinds = list(THINGS)
    places = {claim.id: place for place, claim in enumerate(claims)}

    def place_of(one: Standing) -> tuple[int, str, str, int, str]:
        name = names.get(one.organisation_id, "")
        shown = one.number if name else one.alias
        first = min((places[claim] for claim in one.claims if claim in places), default=-1)
        return kinds.index(one.kind.name), name or "~", shown, first, one.id

    touched.sort(key=place_of)


def _claims(
    tx: Transaction,
    version_id: str,
    earlier_id: str,
    parts: Sequence[Part],
    touched: Iterable[Standing],
) -> Iterable[TouchedClaim]:
    counts: dict[str, Counter[str]] = {}
    for one in touched:
        for claim in one.claims:
            counts.setdefault(claim, Counter())[one.kind.name] += 1
    wanted = {
        part.old_id: part.standing
        for part in parts
        if part.kind == "claim" and part.old_id and part.standing in TOUCHING
    }
    found = tx.session.scalars(
        select(Claim)
        .where(Claim.version_id == earlier_id, Claim.id.in_(wanted), Claim.ended_at.is_(None))
        .order_by(Claim.ordinal, Claim.page, Claim.id)
    ).all()
    labels = claim_labels(tx, earlier_id)
    next_of = queries.successors(tx, version_id, {row.lineage_id for row in found})
    for row in found:
        if row.id in labels:
            yield TouchedClaim(
                id=row.id,
                code=labels[row.id][0],
                page=row.page,
                standing=wanted[row.id],
                load_bearing=row.load_bearing,
                successor=next_of.get(row.lineage_id),
                counts=dict(counts.get(row.id, Counter())),
            )


def _organisations(
    touched: Iterable[Standing], names: dict[str, str]
) -> Iterable[OrganisationCount]:
    """Count by organisation; those that this person may not know are one."""
    counts: dict[str, Counter[str]] = {}
    for one in touched:
        name = names.get(one.organisation_id, "")
        counts.setdefault(name, Counter())[one.kind.name] += 1
    for name in sorted(counts, key=lambda name: (not name, name)):
        yield OrganisationCount(name=name or None, counts=dict(counts[name]))


def _views(
    tx: Transaction, wanted: Sequence[Standing], view: ImpactView, names: dict[str, str]
) -> Iterable[TouchedView]:
    codes = {claim.id: claim.code for claim in view.claims}
    for one in readable(tx, wanted):
        known = one.organisation_id in names
        yield TouchedView(
            kind=one.kind.name,
            id=one.id,
            number=one.number if known else one.alias,
            href=_page_of(one, view, known=known),
            organisation_id=one.organisation_id if known and not view.own else None,
            organisation=names.get(one.organisation_id),
            state=one.state,
            page=one.page,
            claims=tuple(codes[claim] for claim in one.claims if claim in codes),
            how=one.how,
            about=one.about,
        )


def _page_of(one: Standing, view: ImpactView, *, known: bool) -> str:
    """Give the page of a thing; none where its address would say whose it is."""
    if not known and "{review_id}" in one.kind.href:
        return ""
    return one.kind.href.format(
        id=one.id,
        review_id=one.review_id,
        version_id=view.earlier_id,
        claim=one.claims[0] if one.claims else CONCLUSION,
    )


def _tell(tx: Transaction, version_id: str, name: str) -> None:
    tx.emit(Event(name=name, licence=Action.READ_IMPACT, target=Target("version", version_id)))
