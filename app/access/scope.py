"""Lists, and what pages are headed with: statements of listing-safe columns for who acts.

The statement may only over-select; the policies decide each row of the page (`decide.keep`), and
row-level security stands behind both. Guarded text is never listed: it comes by release.
"""

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from app.access.owning import owned_claims
from app.access.request_people import grants_open_to, open_to, receipts_open_to
from app.access.slips import grants_told, receipts_told
from app.db.base import one_of
from app.kernel.actor import Role, Side
from app.kernel.errors import NotFound
from app.models.assurances import Assurance, AssuranceDraft
from app.models.filing import FindingDraft
from app.models.findings import Finding
from app.models.notes import ReaderNote
from app.models.organisations import Organisation
from app.models.packs import PackRun, QuestionPack
from app.models.positions import Position, PositionRelease, ReleasedPosition
from app.models.recommendations import Recommendation
from app.models.reports import Report, Version
from app.models.requests import Assignment, Request
from app.models.reviews import Grant, Receipt, Review
from app.models.statements import Statement
from app.models.teams import TeamMember
from app.models.withheld import Assessment, Challenge
from app.transaction import Transaction

_OVERSEERS = frozenset({Role.COORDINATOR, Role.APPROVER, Role.AUDITOR})


def _own(tx: Transaction) -> str:
    return tx.actor.organisation_id or ""


def _reviewer(tx: Transaction) -> bool:
    return tx.actor.side is Side.REVIEWER


def reports(tx: Transaction) -> Select[Report]:
    """Give the reports that exist for this person: for outsiders those they have a review of.

    A dossier, made of what was attached to an answer, is found under its request alone.
    """
    statement = select(Report).where(~Report.dossier).order_by(Report.title, Report.id)
    if _reviewer(tx):
        held = select(Review.report_id).where(Review.organisation_id == _own(tx))
        statement = statement.where(Report.id.in_(held))
    return statement


def versions(tx: Transaction, report_id: str) -> Select[Version]:
    """Give the versions of a report, newest first; for outsiders those shared with them."""
    statement = (
        select(Version).where(Version.report_id == report_id).order_by(Version.number.desc())
    )
    if _reviewer(tx):
        held = select(Grant.version_id).where(Grant.organisation_id == _own(tx))
        statement = statement.where(Version.id.in_(held), Version.state == "published")
    return statement


def reviews(tx: Transaction) -> Select[Review]:
    """Give the reviews, newest first; for outsiders their own."""
    statement = select(Review).order_by(Review.created_at.desc(), Review.id)
    if _reviewer(tx):
        statement = statement.where(Review.organisation_id == _own(tx))
    return statement


def grants(tx: Transaction) -> Select[Grant]:
    """Give the grants, newest first; for outsiders their own."""
    statement = select(Grant).order_by(Grant.proposed_at.desc(), Grant.id)
    if _reviewer(tx):
        statement = statement.where(Grant.organisation_id == _own(tx), grants_open_to(tx))
    return statement.where(grants_told(tx))


def receipts(tx: Transaction) -> Select[Receipt]:
    """Give the receipts, newest first; for outsiders their own."""
    statement = select(Receipt).order_by(Receipt.issued_at.desc(), Receipt.id)
    if _reviewer(tx):
        statement = statement.where(Receipt.organisation_id == _own(tx), receipts_open_to(tx))
    return statement.where(receipts_told(tx))


def requests(tx: Transaction) -> Select[Request]:
    """Give the requests: an organisation's own; for responders theirs and those of their teams."""
    statement = select(Request)
    if _reviewer(tx):
        return statement.where(Request.organisation_id == _own(tx), open_to(tx))
    statement = statement.where(Request.state != "draft")
    if tx.actor.roles & {Role.COORDINATOR, Role.APPROVER, Role.AUDITOR}:
        return statement
    mine = parts_of_mine(tx).with_only_columns(Assignment.request_id)
    return statement.where(Request.id.in_(mine))


def parts_of_mine(tx: Transaction) -> Select[Assignment]:
    """Give the parts of requests that the acting person holds, and those of their teams."""
    teams = select(TeamMember.team_id).where(TeamMember.person_id == tx.actor.id)
    return select(Assignment).where(
        or_(Assignment.responder_id == tx.actor.id, Assignment.team_id.in_(teams)),
        Assignment.state != "dropped",
    )


def findings(tx: Transaction) -> Select[Finding]:
    """Give the findings: an organisation's own; for authors those they answer for."""
    statement = select(Finding)
    if _reviewer(tx):
        return statement.where(Finding.organisation_id == _own(tx))
    if not tx.actor.roles & {Role.COORDINATOR, Role.APPROVER}:
        # A confidentiality slip is theirs alone: nobody else inside counts it either.
        statement = statement.where(Finding.finding_class != "H")
    if tx.actor.roles & {Role.COORDINATOR, Role.APPROVER, Role.AUDITOR}:
        return statement
    alerted = and_(
        Finding.materiality == "conclusion",
        Finding.version_id.in_(
            select(Version.id)
            .join(Report, Report.id == Version.report_id)
            .where(Report.owner_id == tx.actor.id)
        ),
    )
    return statement.where(
        or_(
            Finding.author_id == tx.actor.id,
            Finding.filed_by == tx.actor.id,
            one_of(Finding.claim_id, owned_claims(tx)),
            alerted,
        )
    )


def finding_drafts(tx: Transaction) -> Select[FindingDraft]:
    """Give the drafts of findings that one wrote or was let see; inside the publisher none."""
    statement = select(FindingDraft).where(FindingDraft.filed_as.is_(None))
    if not _reviewer(tx):
        return statement.where(false())
    mine = FindingDraft.written_by == tx.actor.id
    opened = or_(FindingDraft.open, FindingDraft.people.contains([tx.actor.id]))
    if tx.actor.has(Role.LEAD):
        opened = or_(opened, FindingDraft.ready_at.is_not(None))
    return statement.where(
        FindingDraft.organisation_id == _own(tx),
        or_(mine, opened & FindingDraft.removed_at.is_(None)),
    )


def recommendations(tx: Transaction) -> Select[Recommendation]:
    """Give the recommendations: an organisation's own; inside those that were filed."""
    statement = select(Recommendation)
    if _reviewer(tx):
        return statement.where(Recommendation.organisation_id == _own(tx))
    return statement.where(Recommendation.filed_at.is_not(None))


def assurances(tx: Transaction) -> Select[Assurance]:
    """Give the assurances: an organisation's own; inside to others than overseers their work."""
    statement = select(Assurance)
    if _reviewer(tx):
        return statement.where(Assurance.organisation_id == _own(tx))
    if tx.actor.roles & _OVERSEERS:
        return statement
    mine = or_(AssuranceDraft.signatory_id == tx.actor.id, AssuranceDraft.drafted_by == tx.actor.id)
    return statement.where(Assurance.id.in_(select(AssuranceDraft.assurance_id).where(mine)))


def statements(tx: Transaction) -> Select[Statement]:
    """Give the review statements: an organisation's own; inside what was shared or released.

    What was shared for comments is for those who comment, and for the report's owner.
    """
    statement = select(Statement)
    if _reviewer(tx):
        return statement.where(Statement.organisation_id == _own(tx))
    given = statement.where(
        or_(Statement.shared_at.is_not(None), Statement.released_at.is_not(None))
    )
    if tx.actor.roles & {Role.COORDINATOR, Role.APPROVER}:
        return given
    owned = (
        select(Version.id)
        .join(Report, Report.id == Version.report_id)
        .where(Report.owner_id == tx.actor.id)
    )
    named = select(Organisation.id).where(Organisation.names_itself_to_authors)
    known = or_(Statement.organisation_id.in_(named), Statement.open_to.contains(["authors"]))
    read: ColumnElement[bool] = and_(Statement.state == "released", _opened(tx))
    if tx.actor.has(Role.AUDITOR):
        read = Statement.released_at.is_not(None)
    return given.where(or_(and_(Statement.version_id.in_(owned), known), read))


def _opened(tx: Transaction) -> ColumnElement[bool]:
    """Say whether an organisation opened its statement to the acting person."""
    audiences = {Role.AUTHOR: "authors", Role.INTERNAL_READER: "internal_readers"}
    held = [name for role, name in audiences.items() if tx.actor.has(role)]
    return or_(false(), *(Statement.open_to.contains([name]) for name in held))


def positions(tx: Transaction) -> Select[Position]:
    """Give the positions of one's own organisation as they stand; inside the publisher none."""
    statement = select(Position).where(Position.current)
    own = Position.organisation_id == _own(tx)
    return statement.where(own if _reviewer(tx) else false())


def released_positions(tx: Transaction) -> Select[ReleasedPosition]:
    """Give the positions that are released now: an organisation's own; inside those of all."""
    standing = select(PositionRelease.id).where(PositionRelease.latest, ~PositionRelease.withdraws)
    statement = select(ReleasedPosition).where(ReleasedPosition.release_id.in_(standing))
    if _reviewer(tx):
        return statement.where(ReleasedPosition.organisation_id == _own(tx))
    return statement


def notes(tx: Transaction) -> Select[ReaderNote]:
    """Give the notes that are one's own, and those shared with one's reviewer organisation."""
    statement = select(ReaderNote).where(ReaderNote.organisation_id == _own(tx))
    mine = ReaderNote.person_id == tx.actor.id
    if not _reviewer(tx):
        return statement.where(mine)
    return statement.where(or_(mine, ReaderNote.shared & ReaderNote.removed_at.is_(None)))


def packs(tx: Transaction) -> Select[QuestionPack]:
    """Give the question packs that can be used: one's own, and those that are offered.

    An outsider is offered some while a review of theirs is open.
    """
    statement = select(QuestionPack).where(QuestionPack.retired_at.is_(None))
    own = QuestionPack.organisation_id == _own(tx)
    if not _reviewer(tx):
        return statement.where(own)
    open_review = select(Review.id).where(
        Review.organisation_id == _own(tx), Review.state == "open"
    )
    return statement.where(or_(own, QuestionPack.offered & open_review.exists()))


def pack_runs(tx: Transaction) -> Select[PackRun]:
    """Give where packs were applied: an organisation's own runs; inside the publisher none."""
    statement = select(PackRun).order_by(PackRun.applied_at.desc(), PackRun.id)
    own = PackRun.organisation_id == _own(tx)
    return statement.where(own if _reviewer(tx) else false())


def organisations(tx: Transaction) -> Select[Organisation]:
    """Give the organisations; for outsiders their own only."""
    statement = select(Organisation).order_by(Organisation.name)
    if _reviewer(tx):
        statement = statement.where(Organisation.id == _own(tx))
    return statement


def challenges(tx: Transaction) -> Select[Challenge]:
    """Give the challenges of redactions; for outsiders their own."""
    statement = select(Challenge).order_by(Challenge.raised_at, Challenge.id)
    if _reviewer(tx):
        statement = statement.where(Challenge.organisation_id == _own(tx))
    return statement


def assessments(tx: Transaction, version_id: str | None = None) -> Select[Assessment]:
    """Give the assessments of redactions: an organisation's own; inside those that were shared."""
    statement = select(Assessment).order_by(Assessment.page, Assessment.written_at, Assessment.id)
    if version_id is not None:
        statement = statement.where(Assessment.version_id == version_id)
    if _reviewer(tx):
        return statement.where(Assessment.organisation_id == _own(tx))
    return statement.where(Assessment.state == "shared")


def version_and_title(tx: Transaction, version_id: str) -> tuple[Version, str]:
    """Give a version with its report's title; NotFound where it is hidden or missing."""
    # Whoever decided about the version has loaded both: the session gives what it holds.
    version = tx.session.get(Version, version_id)
    report = tx.session.get(Report, version.report_id) if version else None
    if version is None or report is None:
        raise NotFound
    return version, report.title
