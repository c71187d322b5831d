"""Counts and short lists for the acting person, each from what `access.scope` lets them list."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, func, or_, select, text

from app.access import edition_states, scope
from app.access.decide import keep
from app.domain.actions import Action
from app.domain.findings import OUTWARD
from app.domain.requests import TRIAGED, State
from app.domain.targets import Target
from app.features.reports.queries import editions, list_reports
from app.kernel.clock import now
from app.models.findings import Finding
from app.models.organisations import Organisation, Provider
from app.models.people import Invitation
from app.models.redactions import Redaction
from app.models.reports import Report, Version
from app.models.requests import Assignment, Request
from app.models.reviews import Grant, Receipt, Review, Terms, Undertaking
from app.models.withheld import Challenge
from app.transaction import Transaction

_LISTED = 5
_REFUSED_TODAY = text(
    "SELECT count(*) FROM audit_entry WHERE outcome = 'denied' AND at > now() - interval '1 day'"
)
_PENDING = text("SELECT count(*) FROM audit_pending")


@dataclass(frozen=True)
class Reading:
    """A version that the person's organisation holds a grant of."""

    version_id: str
    report_id: str
    title: str
    label: str
    ends_at: datetime


def requests_by_state(tx: Transaction) -> dict[str, int]:
    """Count the requests in each state."""
    return _by(tx, scope.requests(tx), Request.state)


def own_request_drafts(tx: Transaction) -> int:
    """Count the drafts that this person began."""
    return _count(
        tx,
        scope.requests(tx).where(Request.state == "draft", Request.drafted_by == tx.actor.id),
    )


def drafts_ready(tx: Transaction) -> int:
    """Count the drafts that were marked ready for the lead."""
    ready = (Request.state == "draft", Request.ready_at.is_not(None))
    return _count(tx, scope.requests(tx).where(*ready))


def assigned_to_me(tx: Transaction) -> dict[str, int]:
    """Count the requests in this person's hands by their state."""
    mine = select(Assignment.request_id).where(Assignment.responder_id == tx.actor.id)
    return _by(tx, scope.requests(tx).where(Request.id.in_(mine)), Request.state)


def late_requests(tx: Transaction) -> int:
    """Count the open requests whose day has passed."""
    moving = ("submitted", "in_triage", "assigned", "in_progress", "disclosure_check")
    return _count(
        tx,
        scope.requests(tx).where(Request.state.in_(moving), Request.due_on < now().date()),
    )


def requests_standing_still(tx: Transaction) -> int:
    """Count the requests whose clock waits for the asker: for a reply, or for a choice of time."""
    triaged = sorted(state.value for state in TRIAGED)
    waits = and_(Request.state.in_(triaged), Request.due_on.is_(None))
    return _count(
        tx, scope.requests(tx).where(or_(Request.state == State.NEEDS_CLARIFICATION.value, waits))
    )


def findings_by_outward_state(tx: Transaction) -> dict[str, int]:
    """Count the findings in each of the four states that people see."""
    counted: dict[str, int] = {}
    for state, count in _by(tx, scope.findings(tx), Finding.state).items():
        outward = OUTWARD[state]
        counted[outward] = counted.get(outward, 0) + count
    return counted


def terms_to_accept(tx: Transaction) -> list[tuple[str, str]]:
    """List (review id, report title) of open reviews whose terms this person has not accepted."""
    accepted = (
        select(Undertaking.id)
        .where(
            Undertaking.review_id == Review.id,
            Undertaking.person_id == tx.actor.id,
            Undertaking.digest == Terms.digest,
        )
        .exists()
    )
    rows = tx.session.execute(
        scope.reviews(tx)
        .join(Terms, Terms.id == Review.terms_id)
        .join(Report, Report.id == Review.report_id)
        .where(Review.state == "open", ~accepted)
        .with_only_columns(Review.id, Report.title)
    )
    return [(row.id, row.title) for row in rows]


def receipts_to_acknowledge(tx: Transaction) -> list[tuple[str, str]]:
    """List (id, what was shared) of receipts that nobody of the organisation has acknowledged."""
    rows = tx.session.execute(
        scope.receipts(tx)
        .where(Receipt.acknowledged_at.is_(None))
        .with_only_columns(Receipt.id, Receipt.items)
    )
    return [(row.id, ", ".join(str(item["item"]) for item in row[1])) for row in rows]


def readings(tx: Transaction) -> list[Reading]:
    """List what this person can read now, the earliest end first."""
    rows = tx.session.execute(
        select(
            Version.id,
            Version.report_id,
            Report.title,
            Version.label,
            func.max(Grant.ends_at).label("ends_at"),
        )
        .select_from(Grant)
        .join(Version, Version.id == Grant.version_id)
        .join(Report, Report.id == Version.report_id)
        .where(
            Grant.organisation_id == (tx.actor.organisation_id or ""),
            Grant.state == "in_force",
            Grant.starts_at <= func.now(),
            Grant.ends_at > func.now(),
            ~Report.dossier,  # found under its request
        )
        .group_by(Version.id, Version.report_id, Report.title, Version.label)
        .order_by(func.max(Grant.ends_at), Version.id)
        .limit(_LISTED)
    )
    held = [Reading(row.id, row.report_id, row.title, row.label, row.ends_at) for row in rows]
    # A grant that is in force opens nothing to somebody who has not accepted the terms yet.
    return keep(tx, Action.READ_VERSION, held, lambda row: Target("version", row.version_id))


def versions_by_state(tx: Transaction) -> dict[str, int]:
    """Count the versions of the reports that exist for this person by state."""
    held = scope.reports(tx).with_only_columns(Report.id).order_by(None)
    return _by(tx, select(Version).where(Version.report_id.in_(held)), Version.state)


def proposed_redactions(tx: Transaction, *, by_others: bool) -> int:
    """Count the marks without a decision: those of others, or one's own."""
    whose = (
        Redaction.proposed_by != tx.actor.id
        if by_others
        else (Redaction.proposed_by == tx.actor.id)
    )
    return _count(tx, select(Redaction).where(Redaction.state == "proposed", whose))


def marks_to_decide(tx: Transaction) -> list[tuple[str, str, int]]:
    """List (version id, report title and label, count) of versions with others' undecided marks."""
    rows = tx.session.execute(
        select(Version.id, Report.title, Version.label, func.count().label("marks"))
        .select_from(Redaction)
        .join(Version, Version.id == Redaction.version_id)
        .join(Report, Report.id == Version.report_id)
        .where(Redaction.state == "proposed", Redaction.proposed_by != tx.actor.id)
        .group_by(Version.id, Report.title, Version.label)
        .order_by(func.count().desc(), Version.id)
        .limit(_LISTED)
    )
    return [(row.id, f"{row.title}, {row.label}", row.marks) for row in rows]


def versions_with_editions_aside(tx: Transaction) -> list[tuple[str, str, str]]:
    """List (report id, version id, report title and label) where an edition was put aside."""
    aside = set(edition_states.versions_with_editions_aside(tx))
    held = scope.reports(tx).with_only_columns(Report.id).order_by(None)
    rows = tx.session.execute(
        select(Version.id, Version.report_id, Report.title, Version.label)
        .join(Report, Report.id == Version.report_id)
        .where(Version.id.in_(aside), Version.report_id.in_(held))
        .order_by(Version.created_at)
    ).all()
    return [
        (row.report_id, row.id, f"{row.title}, {row.label}")
        for row in rows
        if any(e.state == "quarantined" and e.audience for e in editions(tx, row.id))
    ]


def grants_to_approve(tx: Transaction) -> list[tuple[str, str]]:
    """List (grant id, organisation) of grants that somebody else proposed."""
    rows = tx.session.execute(
        scope.grants(tx)
        .join(Organisation, Organisation.id == Grant.organisation_id)
        .where(
            Grant.state == "requested",
            Grant.proposed_by != tx.actor.id,
        )
        .with_only_columns(Grant.id, Organisation.name)
        .limit(_LISTED)
    )
    return [(row.id, row.name) for row in rows]


def proposed_grants(tx: Transaction, *, by_others: bool) -> int:
    """Count the grants that wait for a second person; only others' when asked so."""
    statement = scope.grants(tx).where(Grant.state == "requested")
    if by_others:
        statement = statement.where(Grant.proposed_by != tx.actor.id)
    return _count(tx, statement)


def open_reviews(tx: Transaction) -> int:
    """Count the open reviews."""
    return _count(tx, scope.reviews(tx).where(Review.state == "open"))


def reports(tx: Transaction) -> list[tuple[str, str]]:
    """List (where it opens, title) of the first reports that the person may see.

    A title is no public fact; and a report opens as a desk to those who work on it, else in the
    edition of its latest version.
    """
    return [
        (f"/reports/{row.id}" if row.works_here else f"/versions/{row.versions[0].id}", row.title)
        for row in list_reports(tx)
        if row.works_here or row.versions
    ][:_LISTED]


@dataclass(frozen=True)
class Preparing:
    """A version in preparation: how many of its marks are decided, and how many not."""

    version_id: str
    report_id: str
    name: str
    undecided: int
    decided: int
    pdf_waits: bool  # made of another kind of file, and not approved


def versions_in_preparation(tx: Transaction) -> list[Preparing]:
    """List the versions that this person imported and that are not published yet."""
    undecided = func.count().filter(Redaction.state == "proposed")
    decided = func.count().filter(Redaction.state == "approved")
    rows = tx.session.execute(
        select(
            Version.id,
            Version.report_id,
            Report.title,
            Version.label,
            undecided.label("undecided"),
            decided.label("decided"),
            ((Version.kind != "pdf") & Version.pdf_approved_at.is_(None)).label("pdf_waits"),
        )
        .join(Report, Report.id == Version.report_id)
        .outerjoin(Redaction, Redaction.version_id == Version.id)
        .where(Version.state == "working", Version.imported_by == tx.actor.id, ~Report.dossier)
        .group_by(Version.id, Version.report_id, Report.title, Version.label, Version.created_at)
        .order_by(Version.created_at.desc(), Version.id)
        .limit(_LISTED)
    )
    return [
        Preparing(
            row.id,
            row.report_id,
            f"{row.title}, {row.label}",
            row.undecided,
            row.decided,
            row.pdf_waits,
        )
        for row in rows
    ]


def organisations_without_provider(tx: Transaction) -> int:
    """Count the organisations whose people cannot sign in."""
    provided = select(Provider.organisation_id).where(Provider.state == "active")
    return _count(tx, scope.organisations(tx).where(Organisation.id.not_in(provided)))


def challenges_to_decide(tx: Transaction) -> int:
    """Count the challenges that this person may decide, or whose smaller mark they may approve."""
    rows: list[Challenge] = list(
        tx.session.scalars(scope.challenges(tx).where(Challenge.state.in_(("open", "narrowing"))))
    )
    by_state = {
        "open": Action.DECIDE_CHALLENGE,
        "narrowing": Action.CONFIRM_NARROWING,
    }
    return sum(
        len(keep(tx, act, [r for r in rows if r.state == state], _challenge))
        for state, act in by_state.items()
    )


def _challenge(row: Challenge) -> Target:
    return Target("challenge", row.id)


def decided_challenges(tx: Transaction) -> list[tuple[str, str, str]]:
    """List (id, number, state) of the organisation's challenges decided in the last two weeks."""
    rows = tx.session.execute(
        scope.challenges(tx)
        .where(
            Challenge.state.in_(("upheld", "narrowed", "lifted")),
            Challenge.decided_at > now() - timedelta(days=14),
        )
        .with_only_columns(Challenge.id, Challenge.number, Challenge.state)
        .order_by(None)
        .order_by(Challenge.decided_at.desc(), Challenge.id)
        .limit(_LISTED)
    )
    return [(row.id, row.number, row.state) for row in rows]


def reviewing_organisations(tx: Transaction) -> int:
    """Count the organisations that review."""
    return _count(tx, scope.organisations(tx).where(Organisation.kind != "publisher"))


def open_invitations(tx: Transaction) -> int:
    """Count the invitations that were not used yet."""
    return _count(
        tx,
        select(Invitation).where(
            Invitation.accepted_at.is_(None),
            Invitation.expires_at > now(),
            Invitation.organisation_id.in_(
                scope.organisations(tx).with_only_columns(Organisation.id).order_by(None)
            ),
        ),
    )


def refused_today(tx: Transaction) -> int:
    """Count what was refused within a day."""
    return int(tx.session.execute(_REFUSED_TODAY).scalar_one())


def entries_without_place(tx: Transaction) -> int:
    """Count the entries that the sequencer has not placed yet."""
    return int(tx.session.execute(_PENDING).scalar_one())


def _count(tx: Transaction, statement: Select[object]) -> int:
    rows = statement.order_by(None).subquery()
    return tx.session.execute(select(func.count()).select_from(rows)).scalar_one()


def _by(tx: Transaction, statement: Select[object], column: object) -> dict[str, int]:
    counted = statement.order_by(None).with_only_columns(column, func.count()).group_by(column)  # type: ignore[call-overload]  # a mapped column
    return {str(value): int(count) for value, count in tx.session.execute(counted)}
