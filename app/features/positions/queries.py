"""Rows of positions: an organisation's own, and what was released. No guarded text."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, or_, select

from app.access.claim_places import NOT_SHOWN, claim_codes
from app.access.position_texts import released_reasons
from app.access.released import ReleasedField
from app.db.base import one_of
from app.domain.positions import CONCLUSION
from app.features.positions.schemas import PositionView, RestView
from app.kernel.errors import NotFound
from app.models.assurances import Assurance
from app.models.findings import Finding
from app.models.organisations import Organisation
from app.models.people import Person
from app.models.positions import Position, PositionRelease, ReleasedPosition
from app.models.reports import Report, Section, Version
from app.models.requests import Request
from app.models.reviews import Grant, Review
from app.models.sharing import SharedAnswer
from app.transaction import Transaction

Stance = tuple[str, str | None, str, str, str]
Rests = Sequence[dict[str, str]]


class Held(NamedTuple):
    """A position as it stands, in short."""

    id: str
    claim_id: str | None
    claim_code: str
    basis: str
    stance: str
    confidence: str
    has_reasons: bool
    rests: int
    written_at: datetime


_positions = Position.__table__.c
_HELD = (
    select(
        *(_positions[name] for name in Held._fields[:-2]),
        func.jsonb_array_length(_positions.rests_on),
        _positions.written_at,
    )
    .where(
        _positions.review_id == bindparam("review"),
        _positions.version_id == bindparam("version"),
        _positions.current,
    )
    .order_by(_positions.claim_code, _positions.basis)
)
_HREFS = {
    "request": "/requests/{}",
    "finding": "/findings/{}",
    "assurance": "/assurances/{}",
}


def get_review(tx: Transaction, review_id: str) -> Review:
    """Give a review of the acting side."""
    row = tx.session.get(Review, review_id)
    if row is None:
        raise NotFound
    return row


def versions_of(tx: Transaction, review: Review) -> list[tuple[str, int]]:
    """List (id, number) of the versions that a review is about, the newest first."""
    granted = select(Grant.version_id).where(Grant.review_id == review.id)
    rows = tx.session.execute(
        select(Version.id, Version.number)
        .join(Report, Report.id == Version.report_id)
        .where(
            Version.report_id == review.report_id,
            or_(Version.id == review.version_id, Version.id.in_(granted)),
            ~Report.dossier,
        )
        .order_by(Version.number.desc())
    )
    return [(row.id, row.number) for row in rows]


def current(tx: Transaction, review_id: str, version_id: str) -> list[Position]:
    """List the positions of one's organisation on a version as they stand."""
    return list(
        tx.session.scalars(
            select(Position)
            .where(
                Position.review_id == review_id,
                Position.version_id == version_id,
                Position.current,
            )
            .order_by(Position.claim_code, Position.basis)
        )
    )


def stances_held(tx: Transaction, review_id: str, version_id: str) -> list[Held]:
    """List the positions of one's organisation on a version as they stand, in short.

    Plain rows: a worksheet has hundreds of them.
    """
    rows = tx.session.execute(_HELD, {"review": review_id, "version": version_id})
    return [Held._make(row) for row in rows]


def earlier(tx: Transaction, review: Review, number: int) -> dict[str, tuple[str, int]]:
    """Give the newest stance on earlier versions of the report, by the claim's code.

    The one with everything shared goes before the one on the report alone.
    """
    rows = tx.session.execute(
        select(Position.claim_code, Position.stance, Version.number)
        .join(Version, Version.id == Position.version_id)
        .where(
            Position.organisation_id == review.organisation_id,
            Version.report_id == review.report_id,
            Version.number < number,
            Position.current,
        )
        .order_by(Version.number, Position.basis)
    )
    return {row.claim_code: (row.stance, row.number) for row in rows}


def history(
    tx: Transaction, review_id: str, version_id: str, claim_id: str | None
) -> list[Position]:
    """List every saving of a position, the newest first."""
    return list(
        tx.session.scalars(
            select(Position)
            .where(
                Position.review_id == review_id,
                Position.version_id == version_id,
                Position.claim_id.is_not_distinct_from(claim_id),
            )
            .order_by(Position.written_at.desc(), Position.id)
            .limit(200)
        )
    )


def latest_release(tx: Transaction, review_id: str, version_id: str) -> PositionRelease | None:
    """Find the last release of a review's positions on a version, or its withdrawal."""
    return tx.session.scalars(
        select(PositionRelease).where(
            PositionRelease.review_id == review_id,
            PositionRelease.version_id == version_id,
            PositionRelease.latest,
        )
    ).one_or_none()


def releases_of_version(tx: Transaction, version_id: str) -> list[PositionRelease]:
    """List what is released on a version now, one for each review."""
    return list(
        tx.session.scalars(
            select(PositionRelease)
            .where(
                PositionRelease.version_id == version_id,
                PositionRelease.latest,
                ~PositionRelease.withdraws,
            )
            .order_by(PositionRelease.organisation_id, PositionRelease.id)
        )
    )


def released(
    tx: Transaction, releases: Iterable[str], *, claim: str | None = "*"
) -> list[ReleasedPosition]:
    """List the positions of releases; of one claim, or with None of the conclusion."""
    statement = select(ReleasedPosition).where(one_of(ReleasedPosition.release_id, list(releases)))
    if claim != "*":
        statement = statement.where(ReleasedPosition.claim_id.is_not_distinct_from(claim))
    return list(
        tx.session.scalars(statement.order_by(ReleasedPosition.claim_code, ReleasedPosition.basis))
    )


def stances_of_version(tx: Transaction, version_id: str) -> list[Stance]:
    """List (release, claim, basis, stance, confidence) of all that is released on a version now.

    Plain rows: a matrix has thousands of them.
    """
    columns = ReleasedPosition.__table__.c
    rows = tx.session.execute(
        select(
            columns.release_id,
            columns.claim_id,
            columns.basis,
            columns.stance,
            columns.confidence,
        )
        .join(PositionRelease, PositionRelease.id == columns.release_id)
        .where(
            PositionRelease.version_id == version_id,
            PositionRelease.latest,
            ~PositionRelease.withdraws,
        )
    )
    return [tuple(row) for row in rows]


def count_released(tx: Transaction, release_id: str) -> int:
    """Count the positions of a release."""
    return tx.session.scalar(
        select(func.count()).where(ReleasedPosition.release_id == release_id)
    ) or 0  # fmt: skip


def organisations(tx: Transaction, ids: Iterable[str]) -> dict[str, tuple[str, bool]]:
    """Give name and whether it names itself to authors, by id."""
    rows = tx.session.execute(
        select(
            Organisation.id, Organisation.name, Organisation.names_itself_to_authors
        ).where(one_of(Organisation.id, list(ids)))
    )  # fmt: skip
    return {row.id: (row.name, row.names_itself_to_authors) for row in rows}


def people(tx: Transaction, ids: Iterable[str]) -> dict[str, str]:
    """Give the names of people by id, as far as the acting side may know them."""
    rows = tx.session.execute(select(Person.id, Person.name).where(Person.id.in_(set(ids))))
    return {row.id: row.name for row in rows}


def choices(tx: Transaction, review: Review, version_id: str) -> list[tuple[str, str]]:
    """List (`kind:id`, label) of what a position of a review can rest on."""
    requests = tx.session.execute(
        select(Request.id, Request.number)
        .where(Request.review_id == review.id, Request.number.is_not(None))
        .order_by(Request.number)
    )
    shared = tx.session.execute(
        select(SharedAnswer.id, SharedAnswer.number)
        .where(SharedAnswer.review_id == review.id)
        .order_by(SharedAnswer.number)
    )
    findings = tx.session.execute(
        select(Finding.id, Finding.number)
        .where(Finding.review_id == review.id, Finding.state != "draft")
        .order_by(Finding.number)
    )
    given = tx.session.execute(
        select(Assurance.id, Assurance.number)
        .where(Assurance.review_id == review.id, Assurance.released_at.is_not(None))
        .order_by(Assurance.number)
    )
    sections = tx.session.execute(
        select(Section.id, Section.ordinal, Section.page_from)
        .where(Section.version_id == version_id)
        .order_by(Section.ordinal)
        .limit(400)
    )
    found = [(f"request:{row.id}", f"Request {row.number}") for row in requests]
    found += [(f"answer:{row.id}", f"Answer {row.number}") for row in shared]
    found += [(f"finding:{row.id}", f"Finding {row.number}") for row in findings]
    found += [(f"assurance:{row.id}", f"Assurance {row.number}") for row in given]
    return found + [
        (f"section:{row.id}", f"Section {row.ordinal + 1}, page {row.page_from}")
        for row in sections
    ]


def rest_labels(tx: Transaction, rests: Iterable[Rests]) -> dict[str, str]:
    """Give the labels of what positions rest on, as far as the acting person may know of it."""
    wanted: dict[str, set[str]] = {}
    for rest in (one for several in rests for one in several):
        if rest.get("kind") and rest.get("id"):
            wanted.setdefault(rest["kind"], set()).add(rest["id"])
    labels: dict[str, str] = {}
    for kind, table, word in (
        ("request", Request, "Request"),
        ("answer", SharedAnswer, "Answer"),
        ("finding", Finding, "Finding"),
        ("assurance", Assurance, "Assurance"),
    ):
        if kind in wanted:
            rows = tx.session.execute(
                select(table.id, table.number).where(table.id.in_(wanted[kind]))
            )
            labels |= {row.id: f"{word} {row.number}" for row in rows if row.number}
    if "section" in wanted:
        sections = tx.session.execute(
            select(Section.id, Section.ordinal, Section.page_from).where(
                Section.id.in_(wanted["section"])
            )
        )
        labels |= {row.id: f"Section {row.ordinal + 1}, page {row.page_from}" for row in sections}
    return labels


def rest_views(
    rests: Rests, labels: dict[str, str], *, linked: bool = True
) -> tuple[RestView, ...]:
    """Give what a position rests on; what the reader may not know of keeps its status alone."""
    return tuple(
        RestView(
            status=rest["status"],
            kind=rest.get("kind") if rest.get("id") in labels else None,
            id=rest["id"] if rest.get("id") in labels else "",
            label=labels.get(rest.get("id", "")),
            href=_HREFS[rest["kind"]].format(rest["id"])
            if linked and rest.get("id") in labels and rest.get("kind") in _HREFS
            else None,
        )
        for rest in rests
    )


def list_positions(tx: Transaction, review_id: str, version_id: str) -> tuple[PositionView, ...]:
    """List what an organisation released on a version, with reasons as the reader may read them.

    The caller has required an act on the review (`READ_REVIEW`, say).
    """
    release = latest_release(tx, review_id, version_id)
    if release is None or release.withdraws:
        return ()
    rows = released(tx, [release.id])
    texts = released_reasons(tx, _with_reasons(rows), review_id=review_id)
    return released_views(tx, rows, texts)


def compared_texts(
    tx: Transaction, version_id: str, rows: Sequence[ReleasedPosition]
) -> dict[str, ReleasedField]:
    """Give the reasons of released positions to who compares them, which was decided."""
    return released_reasons(tx, _with_reasons(rows), version_id=version_id)


def _with_reasons(rows: Sequence[ReleasedPosition]) -> list[str]:
    return [row.id for row in rows if row.has_reasons]


def released_views(
    tx: Transaction,
    rows: Sequence[ReleasedPosition],
    texts: Mapping[str, ReleasedField],
    *,
    linked: bool = True,
) -> tuple[PositionView, ...]:
    """Give released positions in full, with their texts as the reader may read them."""
    labels = rest_labels(tx, [row.rests_on for row in rows]) if linked else {}
    claims = sorted({row.claim_id for row in rows if row.claim_id})
    called = claim_codes(tx, claims, also=claims)
    found = []
    for row in rows:
        text = texts.get(row.id)
        found.append(
            PositionView(
                id=row.id,
                claim_id=row.claim_id,
                claim_code=called.get(row.claim_id, NOT_SHOWN) if row.claim_id else CONCLUSION,
                basis=row.basis,
                stance=row.stance,
                confidence=row.confidence,
                rests_on=rest_views(row.rests_on, labels, linked=linked),
                reasons=text.body if text else "",
                masked=text.masked if text else False,
            )
        )
    return tuple(found)


def all_current(tx: Transaction, review_id: str) -> list[Position]:
    """List the positions of a review as they stand, of every version."""
    return list(
        tx.session.scalars(
            select(Position)
            .where(Position.review_id == review_id, Position.current)
            .order_by(Position.version_id, Position.claim_code, Position.basis)
        )
    )
