"""Recommendations as they are read: rows by scope, texts by release, a whole page at a time."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from app.access import scope
from app.access.claim_places import claim_codes, pathway_codes
from app.access.decide import keep_to_read
from app.access.release import release_fields
from app.access.released import ReleasedField
from app.access.response_texts import response_texts
from app.access.said_facts import remember_recommendations
from app.db.base import one_of
from app.domain.actions import Action
from app.domain.recommendations import is_open
from app.domain.targets import Target
from app.features.recommendations.schemas import AdoptionView, RecommendationView, ResponseView
from app.kernel.actor import Role, Side
from app.kernel.errors import NotFound
from app.models.organisations import Organisation
from app.models.recommendations import (
    Recommendation,
    RecommendationAdoption,
    RecommendationResponse,
)
from app.models.reports import Report, Version
from app.models.reviews import Review
from app.transaction import Transaction

OVERSEERS = frozenset({Role.COORDINATOR, Role.APPROVER, Role.AUDITOR})
MOST = 1000


def rows_of(tx: Transaction, *, review_id: str = "") -> list[Recommendation]:
    """List those that the acting person may read, the newest first, licensed to be read."""
    statement = scope.recommendations(tx)
    if review_id:
        statement = statement.where(Recommendation.review_id == review_id)
    rows = tx.session.scalars(
        statement.order_by(Recommendation.written_at.desc(), Recommendation.id).limit(MOST)
    ).all()
    return readable(tx, rows)


def readable(tx: Transaction, rows: Sequence[Recommendation]) -> list[Recommendation]:
    """Keep those that may be read; their texts may then be released."""
    remember_recommendations(tx, rows)
    return keep_to_read(
        tx, Action.READ_RECOMMENDATION, rows, lambda row: Target("recommendation", row.id)
    )


def get_row(tx: Transaction, recommendation_id: str, *, lock: bool = False) -> Recommendation:
    """Give one row; locked until the end where it is to be changed."""
    row = tx.session.get(
        Recommendation, recommendation_id, with_for_update=lock or None, populate_existing=lock
    )
    if row is None:
        raise NotFound
    return row


def review_known(tx: Transaction, review_id: str) -> str:
    """Give a review to be listed by, or nothing to who may not know whose it is.

    Else a list by review would put together what is of one organisation. One that is missing is
    treated the same.
    """
    if tx.actor.side is Side.REVIEWER or tx.actor.roles & OVERSEERS:
        return review_id
    review = tx.session.get(Review, review_id) if review_id else None
    known = _names(tx, {review.organisation_id}) if review else {}
    return review_id if known else ""


def list_recommendations(tx: Transaction, review_id: str) -> tuple[RecommendationView, ...]:
    """List what was filed in a review, by number, as the acting person may read it."""
    rows = [row for row in rows_of(tx, review_id=review_id) if row.state == "filed"]
    return views(tx, sorted(rows, key=lambda row: row.number or ""))


def carryable(tx: Transaction, review: Review) -> list[Recommendation]:
    """List one's own that are filed in earlier reviews; whether they are open the view says."""
    rows = tx.session.scalars(
        scope.recommendations(tx)
        .join(Review, Review.id == Recommendation.review_id)
        .where(
            Recommendation.organisation_id == review.organisation_id,
            Recommendation.review_id != review.id,
            Recommendation.state == "filed",
            Review.created_at <= review.created_at,
        )
        .order_by(Recommendation.number)
        .limit(MOST)
    ).all()
    return readable(tx, rows)


def get_review(tx: Transaction, review_id: str) -> Review:
    """Give a review of the acting side."""
    row = tx.session.get(Review, review_id)
    if row is None:
        raise NotFound
    return row


def views(tx: Transaction, rows: Sequence[Recommendation]) -> tuple[RecommendationView, ...]:
    """Give recommendations in full; the reading of each was decided before."""
    ids = [row.id for row in rows]
    texts = release_fields(tx, [Target("recommendation", one) for one in ids], field="text")
    # What is filed stands as it is, a claim that was removed since among what it is about.
    codes = claim_codes(
        tx,
        {claim for row in rows for claim in row.claim_ids},
        also={claim for row in rows if row.state != "draft" for claim in row.claim_ids},
    )
    ways = pathway_codes(tx, {one for row in rows for one in row.pathway_ids})
    named = _names(tx, {row.organisation_id for row in rows})
    versions = _versions(tx, {row.version_id for row in rows})
    responses, adoptions = _responses(tx, ids), _adoptions(tx, ids)
    onward, before = _carried_on(tx, ids), _carried_from(tx, rows)
    return tuple(
        _view(
            row,
            text=texts.get(row.id),
            claims=[(one, codes[one]) for one in row.claim_ids if one in codes],
            pathways=[(one, ways[one]) for one in row.pathway_ids if one in ways],
            name=named.get(row.organisation_id),
            version=versions.get(row.version_id, ("", 0)),
            responses=responses.get(row.id, []),
            adoptions=adoptions.get(row.id, []),
            carried_on=row.id in onward,
            before=before.get(row.carried_from or ""),
            outside=tx.actor.side is Side.REVIEWER,
        )
        for row in rows
    )


def _view(
    row: Recommendation,
    *,
    text: ReleasedField | None,
    claims: list[tuple[str, str]],
    pathways: list[tuple[str, str]],
    name: str | None,
    version: tuple[str, int],
    responses: list[ResponseView],
    adoptions: list[AdoptionView],
    carried_on: bool,
    before: str | None,
    outside: bool,
) -> RecommendationView:
    own = next((one.standing for one in adoptions if one.side == "reviewer"), None)
    return RecommendationView(
        id=row.id,
        number=row.number if outside or name else row.alias,
        organisation_name=None if outside else name,
        review_id=row.review_id if outside or name else None,
        version_id=row.version_id,
        report_title=version[0],
        version_number=version[1],
        urgency=row.urgency,
        state=row.state,
        open=is_open(row.state, own_view=own, carried=carried_on),
        text=text.body if text else None,
        masked=text.masked if text else False,
        claims=tuple(claims),
        pathways=tuple(pathways),
        filed_at=row.filed_at,
        carried_from=row.carried_from if before else None,
        carried_number=before,
        carried_on=carried_on,
        responses=tuple(responses),
        adoptions=tuple(adoptions),
        publisher_view=next((o.standing for o in adoptions if o.side == "publisher"), None),
        own_view=own,
    )


def _names(tx: Transaction, ids: Iterable[str]) -> dict[str, str]:
    """Name the organisations that the acting person may know; the others are left out."""
    rows = tx.session.execute(
        select(
            Organisation.id, Organisation.name, Organisation.names_itself_to_authors
        ).where(one_of(Organisation.id, list(ids)))
    )  # fmt: skip
    knows = tx.actor.side is Side.REVIEWER or bool(tx.actor.roles & OVERSEERS)
    return {row.id: row.name for row in rows if knows or row.names_itself_to_authors}


def _versions(tx: Transaction, ids: Iterable[str]) -> dict[str, tuple[str, int]]:
    rows = tx.session.execute(
        select(Version.id, Report.title, Version.number)
        .join(Report, Report.id == Version.report_id)
        .where(one_of(Version.id, list(ids)))
    )
    return {row.id: (row.title, row.number) for row in rows}


def _responses(tx: Transaction, ids: Sequence[str]) -> dict[str, list[ResponseView]]:
    rows = tx.session.scalars(
        select(RecommendationResponse)
        .where(one_of(RecommendationResponse.recommendation_id, list(ids)))
        .order_by(RecommendationResponse.given_at.desc(), RecommendationResponse.id)
    ).all()
    texts = response_texts(tx, {row.id: row.recommendation_id for row in rows})
    found: dict[str, list[ResponseView]] = {}
    for row in rows:
        text = texts.get(row.id)
        found.setdefault(row.recommendation_id, []).append(
            ResponseView(
                response=row.response,
                planned_by=row.planned_by,
                given_at=row.given_at,
                text=text.body if text else None,
                masked=text.masked if text else False,
            )
        )
    return found


def _adoptions(tx: Transaction, ids: Sequence[str]) -> dict[str, list[AdoptionView]]:
    rows = tx.session.scalars(
        select(RecommendationAdoption)
        .where(one_of(RecommendationAdoption.recommendation_id, list(ids)))
        .order_by(RecommendationAdoption.said_at.desc(), RecommendationAdoption.id.desc())
    )
    found: dict[str, list[AdoptionView]] = {}
    for row in rows:
        found.setdefault(row.recommendation_id, []).append(
            AdoptionView(side=row.side, standing=row.standing, said_at=row.said_at)
        )
    return found


def _carried_on(tx: Transaction, ids: Sequence[str]) -> set[str]:
    """Give which of them go on in a later review; a draft there does so for its own side alone."""
    rows = tx.session.scalars(
        select(Recommendation.carried_from).where(
            one_of(Recommendation.carried_from, list(ids)), Recommendation.state != "withdrawn"
        )
    )
    return {row for row in rows if row}


def _carried_from(tx: Transaction, rows: Sequence[Recommendation]) -> dict[str, str]:
    """Give the numbers of what was carried, to who may know whose it is."""
    wanted = {row.carried_from for row in rows if row.carried_from}
    if not wanted or (tx.actor.side is not Side.REVIEWER and not tx.actor.roles & OVERSEERS):
        return {}
    found = tx.session.execute(
        select(Recommendation.id, Recommendation.number).where(Recommendation.id.in_(wanted))
    )
    return {row.id: row.number for row in found if row.number}
