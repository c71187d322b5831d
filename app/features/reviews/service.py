"""Reviews and grants: one function per intention. Terms and receipts are in `undertaking`."""

from datetime import datetime

from sqlalchemy import select

from app.access.attached import ends_with, is_dossier
from app.access.decide import may, require
from app.access.facts import forget
from app.domain.actions import Action
from app.domain.categories import CODES, PRESETS, needs_second_person
from app.domain.events import Event
from app.domain.targets import INSTALLATION, Target
from app.features.reviews import queries
from app.features.reviews.schemas import (
    GrantInternally,
    OpenReview,
    ProposeGrant,
    ReviewRow,
    ReviewView,
    RevokeGrant,
)
from app.features.reviews.settings import keep_settings, settings_of
from app.features.reviews.undertaking import keep_terms
from app.kernel.clock import now
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.ids import new_id
from app.models.organisations import Organisation
from app.models.people import Membership
from app.models.reports import Version
from app.models.reviews import Grant, Review
from app.transaction import Transaction

_DECIDED = "Somebody has decided this grant already."


def list_reviews(tx: Transaction) -> list[ReviewRow]:
    """List the reviews that the acting person may see."""
    require(tx, Action.LIST_REVIEWS, INSTALLATION)
    return queries.list_reviews(tx)


def read_review(tx: Transaction, review_id: str) -> ReviewView:
    """Give a review with its grants, terms, undertakings and receipts."""
    require(tx, Action.READ_REVIEW, Target("review", review_id))
    review = tx.session.get(Review, review_id)
    if review is None:
        raise NotFound
    return ReviewView(
        row=queries.get_review_row(tx, review_id),
        scope=review.scope,
        rules=settings_of(review),
        terms=queries.get_terms(tx, review_id),
        grants=tuple(queries.list_grants(tx, review_id=review_id)),
        receipts=tuple(queries.list_receipts(tx, review_id=review_id)),
        undertakings=tuple(queries.list_undertakings(tx, review_id)),
    )


def open_review(tx: Transaction, command: OpenReview) -> ReviewRow:
    """Open a review for one organisation; it opens nothing to read until a grant is in force."""
    version = tx.session.get(Version, command.version_id)
    report = Target("report", version.report_id if version else command.version_id)
    require(tx, Action.OPEN_REVIEW, report)
    organisation = tx.session.get(Organisation, command.organisation_id)
    problems = _window_problems(command.starts_at, command.ends_at)
    if organisation is None or organisation.kind == "publisher":
        problems["organisation_id"] = "Choose an organisation that reviews."
    ready = version is not None and version.state in ("working", "published")
    if not ready or is_dossier(tx, command.version_id):
        problems["version_id"] = "Choose a version whose import is complete."
    if problems or version is None:
        raise Invalid(fields=problems)
    review = Review(
        id=new_id("review"),
        report_id=version.report_id,
        version_id=version.id,
        organisation_id=command.organisation_id,
        terms_id=keep_terms(tx, command.terms_title, command.terms_body),
        type=command.type,
        scope=command.scope,
        starts_at=command.starts_at,
        ends_at=command.ends_at,
        state="open",
        opened_by=tx.actor.id,
        created_at=now(),
    )
    keep_settings(review, command)
    tx.session.add(review)
    tx.session.flush()
    tx.emit(
        Event(
            name="ReviewOpened",
            licence=Action.OPEN_REVIEW,
            target=report,
            subject=Target("review", review.id),
            organisations=frozenset({review.organisation_id}),
            facts={"version_id": version.id, "type": command.type},
            stage="open",
        )
    )
    return queries.get_review_row(tx, review.id)


def propose_grant(tx: Transaction, review_id: str, command: ProposeGrant) -> str:
    """Propose to grant an edition for a review; gives the grant's id.

    It is in force at once, unless it lifts LEG, NAT or PRV or goes beyond its preset: then a
    second person approves it first.
    """
    target = Target("review", review_id)
    require(tx, Action.PROPOSE_GRANT, target)
    review = tx.session.get(Review, review_id)
    if review is None:
        raise NotFound
    if review.state != "open":
        raise Conflict("This review has ended.")
    grant = _new_grant(
        tx,
        command,
        report_id=review.report_id,
        version_id=review.version_id,
        review_id=review.id,
        organisation_id=review.organisation_id,
        person_ids=None,
    )
    _emit_grant(tx, grant, licence=Action.PROPOSE_GRANT, target=target)
    return grant.id


def grant_internally(tx: Transaction, version_id: str, command: GrantInternally) -> str:
    """Grant named people of the publisher a version, like anybody else; gives the grant's id."""
    target = Target("version", version_id)
    require(tx, Action.GRANT_INTERNALLY, target)
    version = tx.session.get(Version, version_id)
    if version is None:
        raise NotFound
    own = tx.actor.organisation_id or ""
    members = set(
        tx.session.scalars(
            select(Membership.person_id).where(
                Membership.organisation_id == own, Membership.state == "active"
            )
        )
    )
    if not command.person_ids <= members:
        raise Invalid(fields={"person_ids": "Choose people of your own organisation."})
    grant = _new_grant(
        tx,
        command,
        report_id=version.report_id,
        version_id=version_id,
        review_id=None,
        organisation_id=own,
        person_ids=sorted(command.person_ids),
    )
    _emit_grant(tx, grant, licence=Action.GRANT_INTERNALLY, target=target)
    return grant.id


def approve_grant(tx: Transaction, grant_id: str) -> None:
    """Put a waiting grant in force, as the second person."""
    grant = _decided_grant(tx, grant_id)
    grant.state = "in_force"
    grant.approved_by = tx.actor.id
    grant.approved_at = now()
    _emit_decision(tx, grant, name="GrantApproved", stage="in_force")


def refuse_grant(tx: Transaction, grant_id: str) -> None:
    """Refuse a waiting grant, as the second person."""
    grant = _decided_grant(tx, grant_id)
    grant.state = "refused"
    grant.approved_by = tx.actor.id
    grant.approved_at = now()
    _emit_decision(tx, grant, name="GrantRefused", stage="refused")


def revoke_grant(tx: Transaction, grant_id: str, command: RevokeGrant) -> None:
    """Revoke a grant: the very next request of anybody under it finds nothing.

    What only waits for its second person is withdrawn, and its organisation never hears of it.
    What was released with answers goes by the grant of the version asked about, and ends with it.
    """
    target = Target("grant", grant_id)
    require(tx, Action.REVOKE_GRANT, target)
    grant = tx.session.get(Grant, grant_id, with_for_update=True)
    if grant is None:
        raise NotFound
    if grant.state not in ("in_force", "requested"):
        raise Conflict("This grant is in force no longer.")
    _end(tx, target, grant, command.reason)
    for other in ends_with(tx, grant_id):
        _end(tx, target, other, command.reason)


def _end(tx: Transaction, target: Target, grant: Grant, reason: str) -> None:
    """End a grant: the one meant, or one that goes by it."""
    opened = grant.state == "in_force"
    grant.state = "revoked" if opened else "refused"
    grant.revoked_by = tx.actor.id
    grant.revoked_at = now()
    grant.revoke_reason = reason
    about = Target("grant", grant.id)
    forget(tx, about)
    tx.emit(
        Event(
            name="GrantRevoked" if opened else "GrantWithdrawn",
            licence=Action.REVOKE_GRANT,
            target=target,
            subject=None if about == target else about,
            organisations=_audience(grant) if opened else frozenset(),
            facts={"version_id": grant.version_id},
            stage=grant.state,
        )
    )


def _window_problems(starts_at: datetime, ends_at: datetime) -> dict[str, str]:
    return {} if starts_at < ends_at else {"ends_at": "The end lies after the beginning."}


def _new_grant(
    tx: Transaction,
    command: ProposeGrant,
    *,
    report_id: str,
    version_id: str,
    review_id: str | None,
    organisation_id: str,
    person_ids: list[str] | None,
) -> Grant:
    lifted = PRESETS[command.preset] if command.lifted is None else command.lifted
    problems = _window_problems(command.starts_at, command.ends_at)
    unknown = lifted - set(CODES)
    if unknown:
        problems["lifted"] = f"There is no category {', '.join(sorted(unknown))}."
    if problems:
        raise Invalid(fields=problems)
    waits = needs_second_person(command.preset, lifted)
    grant = Grant(
        id=new_id("grant"),
        report_id=report_id,
        version_id=version_id,
        review_id=review_id,
        organisation_id=organisation_id,
        person_ids=person_ids,
        preset=command.preset,
        lifted=sorted(lifted),
        handling=command.handling,
        purpose=command.purpose,
        starts_at=command.starts_at,
        ends_at=command.ends_at,
        state="requested" if waits else "in_force",
        proposed_by=tx.actor.id,
        proposed_at=now(),
    )
    tx.session.add(grant)
    tx.session.flush()
    return grant


def _audience(grant: Grant) -> frozenset[str]:
    """Internal grants concern no reviewer organisation."""
    return frozenset({grant.organisation_id}) if grant.review_id else frozenset()


def _emit_grant(tx: Transaction, grant: Grant, *, licence: Action, target: Target) -> None:
    waits = grant.state == "requested"
    tx.emit(
        Event(
            name="GrantProposed" if waits else "GrantIssued",
            licence=licence,
            target=target,
            subject=Target("grant", grant.id),
            organisations=frozenset() if waits else _audience(grant),
            facts={
                "version_id": grant.version_id,
                "preset": grant.preset,
                "lifted": list(grant.lifted),
                "handling": grant.handling,
                "until": grant.ends_at.isoformat(),
            },
            stage=grant.state,
        )
    )


def _decided_grant(tx: Transaction, grant_id: str) -> Grant:
    target = Target("grant", grant_id)
    try:
        require(tx, Action.APPROVE_GRANT, target)
    except Forbidden:
        known = tx.session.get(Grant, grant_id)
        if known and known.state != "requested" and may(tx, Action.READ_GRANT, target):
            raise Conflict(_DECIDED) from None
        raise
    grant = tx.session.get(Grant, grant_id, with_for_update=True, populate_existing=True)
    if grant is None:
        raise NotFound
    if grant.state != "requested":
        raise Conflict(_DECIDED)
    forget(tx, target)
    return grant


def _emit_decision(tx: Transaction, grant: Grant, *, name: str, stage: str) -> None:
    tx.emit(
        Event(
            name=name,
            licence=Action.APPROVE_GRANT,
            target=Target("grant", grant.id),
            organisations=_audience(grant) if stage == "in_force" else frozenset(),
            facts={"version_id": grant.version_id, "lifted": list(grant.lifted)},
            stage=stage,
        )
    )
