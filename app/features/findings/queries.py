"""Scoped reads for findings."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC

from sqlalchemy import ColumnElement, Select, case, select

from app.access import scope
from app.access.claims import claim_label
from app.access.decide import keep
from app.access.finding_facts import remember_findings
from app.domain.actions import Action
from app.domain.calendar import Calendar
from app.domain.findings import UNANSWERED, outward
from app.domain.targets import Target
from app.features.findings.schemas import Clock, FindingList, FindingRow
from app.features.findings.thread_queries import NOTHING_NEW, moot_waiting, unread_of
from app.kernel.actor import Side
from app.kernel.clock import now
from app.models.findings import Finding, Response
from app.models.organisations import Organisation
from app.models.people import Membership, Person
from app.models.reports import Claim, Report, Version
from app.models.reviews import Review
from app.transaction import Transaction

Rects = Sequence[Sequence[float]]
PAGE_SIZE = 50
WEIGHT = case({"conclusion": 0, "pathway": 1, "claim": 2, "cosmetic": 3}, value=Finding.materiality)


def list_findings(
    tx: Transaction, *, outward_state: str = "", version_id: str = "", page: int = 1
) -> FindingList:
    """List a page of findings, worst and oldest first."""
    statement: Select[Finding] = scope.findings(tx)
    if version_id:
        statement = statement.where(Finding.version_id == version_id)
    rows = list(tx.session.scalars(statement.order_by(WEIGHT, Finding.filed_at, Finding.id)))
    remember_findings(tx, rows)
    kept = keep(tx, Action.READ_FINDING, rows, lambda row: Target("finding", row.id))
    counts = Counter(outward(row.state) for row in kept)
    if outward_state:
        kept = [row for row in kept if outward(row.state) == outward_state]
    start = (page - 1) * PAGE_SIZE
    shown = row_views(tx, kept[start : start + PAGE_SIZE])
    return FindingList(rows=tuple(shown), total=len(kept), counts=dict(counts))


def row_views(tx: Transaction, findings: Sequence[Finding]) -> list[FindingRow]:
    """Give findings as rows, with the number or the alias that this person may know."""
    titles = {
        row.id: row.title
        for row in tx.session.execute(
            select(Version.id, Report.title)
            .join(Report, Report.id == Version.report_id)
            .where(Version.id.in_([f.version_id for f in findings]))
        )
    }
    names = _names_known(tx, findings)
    waiting = set(
        tx.session.scalars(
            select(Response.finding_id).where(
                Response.finding_id.in_([f.id for f in findings]), Response.state == "proposed"
            )
        )
    )
    authors = _author_names(tx, findings)
    calendars = _calendars(tx, findings)
    unread = unread_of(tx, [f.id for f in findings])
    moot = moot_waiting(tx, findings)
    return [
        FindingRow(
            id=f.id,
            number=f.number if f.organisation_id in names else f.alias,
            organisation_name=names.get(f.organisation_id),
            report_title=titles.get(f.version_id, ""),
            version_id=f.version_id,
            page=f.page,
            finding_class=f.finding_class,
            materiality=f.materiality,
            state=f.state,
            outward=outward(f.state),
            filed_at=f.filed_at,
            waits_for_decider=f.id in waiting,
            author=authors.get(f.author_id or ""),
            clock=_clock(f, calendars),
            unread=unread.get(f.id, NOTHING_NEW).count,
            mentioned=unread.get(f.id, NOTHING_NEW).mentioned,
            moot_waits=f.id in moot,
        )
        for f in findings
    ]


def _calendars(tx: Transaction, findings: Sequence[Finding]) -> dict[str, Calendar]:
    wanted = {f.review_id for f in findings if f.due_on and f.state in UNANSWERED}
    if not wanted:
        return {}
    rows = tx.session.execute(select(Review.id, Review.calendar).where(Review.id.in_(wanted)))
    return {row.id: Calendar(row.calendar) for row in rows}


def _clock(finding: Finding, calendars: dict[str, Calendar]) -> Clock | None:
    if finding.due_on is None or finding.review_id not in calendars:
        return None
    if finding.state not in UNANSWERED:
        return None
    calendar, day, due = calendars[finding.review_id], now().astimezone(UTC).date(), finding.due_on
    left = calendar.between(day, due) if day <= due else -calendar.between(due, day)
    paused = finding.state == "needs_detail"
    return Clock(due_on=due, days_left=left, paused=paused, late=day > due and not paused)


def knows_filer(tx: Transaction, finding: Finding) -> bool:
    """Say whether this person may know which organisation filed a finding."""
    return finding.organisation_id in _names_known(tx, [finding])


def _names_known(tx: Transaction, findings: Sequence[Finding]) -> dict[str, str]:
    """Give the names of organisations that this person may know as the filer."""
    rows = tx.session.execute(
        select(Organisation.id, Organisation.name, Organisation.names_itself_to_authors).where(
            Organisation.id.in_({f.organisation_id for f in findings})
        )
    )
    everyone = tx.actor.side is Side.REVIEWER or bool(
        {"coordinator", "approver", "auditor"} & {role.value for role in tx.actor.roles}
    )
    return {row.id: row.name for row in rows if everyone or row.names_itself_to_authors}


def _author_names(tx: Transaction, findings: Sequence[Finding]) -> dict[str, str]:
    if tx.actor.side is not Side.PUBLISHER:
        return {}
    ids = {f.author_id for f in findings if f.author_id}
    rows = tx.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}


def list_responses(tx: Transaction, finding_id: str) -> list[Response]:
    """List the responses to a finding, oldest first, as the acting side may see them."""
    return list(
        tx.session.scalars(
            select(Response).where(Response.finding_id == finding_id).order_by(Response.round)
        )
    )


def awaits_decider() -> ColumnElement[bool]:
    """Say whether a rejection of a finding waits for its decider: nobody answers it meanwhile."""
    return Finding.id.in_(select(Response.finding_id).where(Response.state == "proposed"))


def later_versions(tx: Transaction, version_id: str) -> list[Version]:
    """List the published versions of the report that come after a version, the newest first."""
    this = select(Version.report_id, Version.number).where(Version.id == version_id).subquery()
    return list(
        tx.session.scalars(
            select(Version)
            .join(this, this.c.report_id == Version.report_id)
            .where(Version.number > this.c.number, Version.state == "published")
            .order_by(Version.number.desc())
        )
    )


def find_by_number(tx: Transaction, number: str) -> Finding | None:
    """Find a finding of the acting organisation by its number."""
    return tx.session.scalars(scope.findings(tx).where(Finding.number == number)).one_or_none()


def find_claim(tx: Transaction, version_id: str, page: int, rects: Rects) -> Claim | None:
    """Find the claim whose place on the page overlaps a passage."""
    claims = tx.session.scalars(
        select(Claim)
        .where(Claim.version_id == version_id, Claim.page == page, Claim.ended_at.is_(None))
        .order_by(Claim.ordinal)
    )
    return next((claim for claim in claims if overlap(claim.rects, rects)), None)


def overlap(left: Rects, right: Rects) -> bool:
    """Say whether two places of a page have something in common."""
    return any(
        a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3] for a in left for b in right
    )


def claim_code(tx: Transaction, claim_id: str | None) -> str | None:
    """Give the code of a claim as the acting person knows it, or None."""
    return claim_label(tx, claim_id) if claim_id else None


def publisher_authors(tx: Transaction) -> list[tuple[str, str]]:
    """List (id, name) of the publisher's authors and coordinators."""
    rows = tx.session.execute(
        select(Person.id, Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id == (tx.actor.organisation_id or ""),
            Membership.state == "active",
            Membership.roles.overlap(["author", "coordinator"]),
        )
        .order_by(Person.name)
    )
    return [(row.id, row.name) for row in rows]


def own_reviews(tx: Transaction, version_id: str) -> list[str]:
    """List the ids of the acting organisation's reviews of a version, the newest first."""
    return [
        review.id
        for review in tx.session.scalars(
            scope.reviews(tx).where(
                Review.version_id == version_id,
                Review.organisation_id == (tx.actor.organisation_id or ""),
            )
        )
    ]
