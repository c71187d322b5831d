"""Scoped reads for reviews, grants, receipts and the ledger."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.access import scope
from app.access.attached import knows_askers
from app.access.decide import keep
from app.access.edition_states import edition_states, key_of_grant
from app.access.editions import active_redactions
from app.domain.actions import Action
from app.domain.categories import needs_second_person
from app.domain.targets import Target
from app.features.reviews.schemas import (
    EditionProgress,
    GrantView,
    LedgerRow,
    ReceiptView,
    ReviewRow,
    TermsView,
    UndertakingView,
    UnsharedRow,
)
from app.kernel.actor import Side
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.models.organisations import Organisation
from app.models.people import Membership, Person
from app.models.reports import Report, Version
from app.models.reviews import Grant, Receipt, Review, Terms, Undertaking
from app.transaction import Transaction


def list_reviews(tx: Transaction) -> list[ReviewRow]:
    """List the reviews that the acting person may read, newest first."""
    rows = list(tx.session.scalars(scope.reviews(tx)))
    kept = keep(tx, Action.READ_REVIEW, rows, lambda row: Target("review", row.id))
    return _rows(tx, kept)


def get_review_row(tx: Transaction, review_id: str) -> ReviewRow:
    """Give one review; NotFound when it is missing or hidden."""
    review = tx.session.get(Review, review_id)
    if review is None:
        raise NotFound
    return _rows(tx, [review])[0]


def _rows(tx: Transaction, reviews: Iterable[Review]) -> list[ReviewRow]:
    reviews = list(reviews)
    versions = {
        row.id: row
        for row in tx.session.execute(
            select(Version.id, Version.number, Version.state, Report.title)
            .join(Report, Report.id == Version.report_id)
            .where(Version.id.in_([r.version_id for r in reviews]))
        )
    }
    names = organisation_names(tx, {r.organisation_id for r in reviews})
    grants: dict[str, list[Grant]] = {}
    held = tx.session.scalars(
        scope.grants(tx).where(Grant.review_id.in_([r.id for r in reviews]))
    ).all()
    for grant in keep(tx, Action.READ_GRANT, held, lambda row: Target("grant", row.id)):
        grants.setdefault(str(grant.review_id), []).append(grant)
    return [
        ReviewRow(
            id=r.id,
            report_title=versions[r.version_id].title,
            version_id=r.version_id,
            version_number=versions[r.version_id].number,
            version_state=versions[r.version_id].state,
            organisation_id=r.organisation_id,
            organisation_name=names[r.organisation_id],
            type=r.type,
            state=r.state,
            starts_at=r.starts_at,
            ends_at=r.ends_at,
            grant_state=_grant_state(grants.get(r.id, [])),
        )
        for r in reviews
    ]


def _grant_state(grants: list[Grant]) -> str:
    states = {state_of(grant) for grant in grants}
    for state in ("in force", "not begun", "requested", "revoked", "ended", "refused"):
        if state in states:
            return state
    return "none"


def state_of(grant: Grant) -> str:
    """Say in words whether a grant is in force now."""
    if grant.state != "in_force":
        return grant.state
    moment = now()
    if moment < grant.starts_at:
        return "not begun"
    return "in force" if moment < grant.ends_at else "ended"


def organisation_names(tx: Transaction, ids: set[str]) -> dict[str, str]:
    """Give the names of organisations by id."""
    rows = tx.session.execute(
        select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    )
    return {row.id: row.name for row in rows}


def person_names(tx: Transaction, ids: set[str]) -> dict[str, str]:
    """Give the names of people by id, as far as the acting side may know them."""
    rows = tx.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}


def list_grants(
    tx: Transaction,
    *,
    grant_id: str | None = None,
    review_id: str | None = None,
    version_id: str | None = None,
) -> list[GrantView]:
    """List one grant, the grants of a review, or the internal grants of a version."""
    statement = scope.grants(tx)
    if grant_id is not None:
        statement = statement.where(Grant.id == grant_id)
    if review_id is not None:
        statement = statement.where(Grant.review_id == review_id)
    if version_id is not None:
        statement = statement.where(Grant.version_id == version_id, Grant.review_id.is_(None))
    rows = list(tx.session.scalars(statement))
    kept = keep(tx, Action.READ_GRANT, rows, lambda row: Target("grant", row.id))
    organisations = organisation_names(tx, {row.organisation_id for row in kept})
    named = {person for row in kept for person in row.person_ids or ()}
    people = person_names(tx, named | {row.proposed_by for row in kept})
    return [_grant_view(tx, row, organisations, people) for row in kept]


def _grant_view(
    tx: Transaction, grant: Grant, organisations: dict[str, str], people: dict[str, str]
) -> GrantView:
    occurring = {c for r in active_redactions(tx, grant.version_id) for c in r.categories}
    inside = tx.actor.side is Side.PUBLISHER
    return GrantView(
        id=grant.id,
        review_id=grant.review_id,
        version_id=grant.version_id,
        organisation_id=grant.organisation_id,
        organisation_name=organisations.get(grant.organisation_id, ""),
        preset=grant.preset,
        lifted=tuple(sorted(grant.lifted)),
        withheld=tuple(sorted(occurring - set(grant.lifted))),
        handling=grant.handling,
        purpose=grant.purpose,
        state=state_of(grant),
        starts_at=grant.starts_at,
        ends_at=grant.ends_at,
        needs_second_person=needs_second_person(grant.preset, frozenset(grant.lifted)),
        people=tuple(people[p] for p in grant.person_ids or () if p in people),
        proposed_by=people.get(grant.proposed_by, "") if inside else "",
        edition=_edition_of(tx, grant) if inside and grant.state == "in_force" else None,
    )


def _edition_of(tx: Transaction, grant: Grant) -> EditionProgress:
    found = edition_states(tx, grant.version_id).get(
        key_of_grant(tx, grant.version_id, frozenset(grant.lifted))
    )
    pages = tx.session.scalars(select(Version.pages).where(Version.id == grant.version_id)).one()
    return EditionProgress(
        state=found.state if found else "planned",
        slow=found is not None and found.slow,
        pages_ready=found.pages_ready if found else 0,
        pages=pages,
        faults=found.faults if found else 0,
        fault_pages=found.fault_pages if found else (),
    )


def list_receipts(tx: Transaction, *, review_id: str | None = None) -> list[ReceiptView]:
    """List receipts, newest first."""
    statement = scope.receipts(tx)
    if review_id is not None:
        statement = statement.where(Receipt.review_id == review_id)
    rows = list(tx.session.scalars(statement))
    kept = keep(tx, Action.READ_RECEIPT, rows, lambda row: Target("receipt", row.id))
    return [receipt_view(tx, row) for row in kept]


def receipt_view(tx: Transaction, receipt: Receipt) -> ReceiptView:
    """Give a receipt as a view."""
    names = organisation_names(tx, {receipt.organisation_id})
    people = person_names(tx, {receipt.acknowledged_by or ""})
    begins = next((str(item["from"]) for item in receipt.items if item.get("from")), "")
    return ReceiptView(
        id=receipt.id,
        review_id=receipt.review_id,
        organisation_id=receipt.organisation_id,
        organisation_name=names.get(receipt.organisation_id, ""),
        items=tuple(receipt.items),
        issued_at=receipt.issued_at,
        acknowledged_at=receipt.acknowledged_at,
        acknowledged_by=people.get(receipt.acknowledged_by or ""),
        opens_at=datetime.fromisoformat(begins) if begins else None,
    )


def get_terms(tx: Transaction, review_id: str) -> TermsView:
    """Give the terms of a review and whether the acting person has accepted them."""
    row = tx.session.execute(
        select(Terms, Undertaking.accepted_at)
        .join(Review, Review.terms_id == Terms.id)
        .outerjoin(
            Undertaking,
            (Undertaking.review_id == Review.id)
            & (Undertaking.person_id == tx.actor.id)
            & (Undertaking.digest == Terms.digest),
        )
        .where(Review.id == review_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return TermsView(
        title=row.Terms.title,
        body=row.Terms.body,
        digest=row.Terms.digest,
        accepted_at=row.accepted_at,
    )


def list_undertakings(tx: Transaction, review_id: str) -> list[UndertakingView]:
    """List who accepted which text, newest first."""
    rows = tx.session.execute(
        select(Person.name, Undertaking.accepted_at, Undertaking.digest, Terms.digest.label("now"))
        .join(Person, Person.id == Undertaking.person_id)
        .join(Review, Review.id == Undertaking.review_id)
        .join(Terms, Terms.id == Review.terms_id)
        .where(Undertaking.review_id == review_id)
        .order_by(Undertaking.accepted_at.desc())
    )
    return [
        UndertakingView(name=r.name, accepted_at=r.accepted_at, current=r.digest == r.now)
        for r in rows
    ]


def list_ledger(tx: Transaction, *, organisation_id: str | None = None) -> list[LedgerRow]:
    """List what was shared where: one row an item of a receipt, newest first."""
    statement = scope.receipts(tx)
    if organisation_id is not None:
        statement = statement.where(Receipt.organisation_id == organisation_id)
    receipts = list(tx.session.scalars(statement))
    names = organisation_names(tx, {r.organisation_id for r in receipts})
    grants = {
        grant.id: state_of(grant)
        for grant in tx.session.scalars(
            select(Grant).where(
                Grant.id.in_([_grant_of(r, item) for r in receipts for item in r.items])
            )
        )
    }
    # Who only answers is not told by what went out with an answer who asked.
    known = knows_askers(tx)
    return [
        LedgerRow(
            organisation_name=names[r.organisation_id],
            item=str(item["item"]),
            edition_key=str(item["edition_key"]),
            digest=str(item["digest"]),
            withholds=tuple(item["withholds"]),
            handling=str(item["handling"]),
            shared_at=r.issued_at,
            acknowledged_at=r.acknowledged_at,
            state=grants.get(_grant_of(r, item), "released"),
            receipt_id=r.id,
        )
        for r in receipts
        for item in r.items
        if known or (r.grant_id is not None and "attachment_id" not in item)
    ]


def _grant_of(receipt: Receipt, item: Mapping[str, Any]) -> str:
    """Name the grant that an item of a receipt is read by; empty where it is read by none."""
    return str(item.get("grant_id") or receipt.grant_id or "")


def list_unshared(tx: Transaction, *, organisation_id: str | None = None) -> list[UnsharedRow]:
    """List the grants in force, of reviews, that have no receipt yet: what holds each up."""
    statement = scope.grants(tx).where(
        Grant.state == "in_force",
        Grant.review_id.is_not(None),
        Grant.follows.is_(None),  # its receipt is that of the answer it was released with
        Grant.ends_at > now(),
        ~select(Receipt.id).where(Receipt.grant_id == Grant.id).exists(),
    )
    if organisation_id is not None:
        statement = statement.where(Grant.organisation_id == organisation_id)
    rows = list(tx.session.scalars(statement))
    kept = keep(tx, Action.READ_GRANT, rows, lambda row: Target("grant", row.id))
    names = organisation_names(tx, {row.organisation_id for row in kept})
    found = []
    for row in kept:
        version = tx.session.get_one(Version, row.version_id)
        occurring = {c for r in active_redactions(tx, row.version_id) for c in r.categories}
        found.append(
            UnsharedRow(
                organisation_name=names.get(row.organisation_id, ""),
                item=version_name(tx, row.version_id),
                review_id=str(row.review_id),
                version_id=row.version_id,
                withheld=tuple(sorted(occurring - set(row.lifted))),
                opens_at=row.starts_at if row.starts_at > now() else None,
                published=version.state == "published",
                edition=_edition_of(tx, row),
            )
        )
    return found


def reviewer_organisations(tx: Transaction) -> list[tuple[str, str, str]]:
    """List (id, name, kind) of the organisations that can review."""
    rows = tx.session.execute(
        select(Organisation.id, Organisation.name, Organisation.kind)
        .where(Organisation.kind != "publisher", Organisation.state == "active")
        .order_by(Organisation.name)
    )
    return [(row.id, row.name, row.kind) for row in rows]


def publishable_versions(tx: Transaction) -> list[tuple[str, str]]:
    """List (id, label) of the versions that a review can be opened for."""
    rows = tx.session.execute(
        select(Version.id, Version.number, Version.state, Report.title)
        .join(Report, Report.id == Version.report_id)
        .where(Version.state.in_(("working", "published")), ~Report.dossier)
        .order_by(Report.title, Version.number.desc())
    )
    return [(row.id, _version_option(row.title, row.number, row.state)) for row in rows]


def _version_option(title: str, number: int, state: str) -> str:
    return f"{title}, version {number} ({'in preparation' if state == 'working' else state})"


def reports_to_review(tx: Transaction) -> list[str]:
    """List the ids of the reports that have a version to review."""
    ready = Version.state.in_(("working", "published"))
    found = select(Version.report_id).join(Report, Report.id == Version.report_id)
    return list(tx.session.scalars(found.where(ready, ~Report.dossier).distinct()))


def report_of(tx: Transaction, version_id: str) -> Target:
    """Name the report of a version; an unknown version gives a report that nobody knows."""
    version = tx.session.get(Version, version_id)
    return Target("report", version.report_id if version else version_id)


def version_name(tx: Transaction, version_id: str) -> str:
    """Give a version as people call it: the report's title and the number."""
    row = tx.session.execute(
        select(Version.number, Report.title)
        .join(Report, Report.id == Version.report_id)
        .where(Version.id == version_id)
    ).one()
    return f"{row.title}, version {row.number}"


def publisher_people(tx: Transaction) -> list[tuple[str, str]]:
    """List (id, name and roles) of the publisher's people."""
    rows = tx.session.execute(
        select(Person.id, Person.name, func.array_to_string(Membership.roles, ", ").label("roles"))
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id == (tx.actor.organisation_id or ""),
            Membership.state == "active",
        )
        .order_by(Person.name)
    )
    return [(row.id, f"{row.name} ({row.roles.replace('_', ' ')})") for row in rows]
