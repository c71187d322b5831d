"""Scoped reads of reports, versions and their parts: listing-safe columns only."""

from collections.abc import Sequence

from sqlalchemy import bindparam, func, select

from app.access import scope
from app.access.attached import is_dossier, known_grants, knows_askers
from app.access.decide import keep
from app.access.edition_states import edition_states, key_of_grant
from app.access.facts import database_now
from app.domain.actions import Action
from app.domain.targets import Target
from app.features.reports.schemas import (
    ClaimView,
    EditionRow,
    EvidenceLink,
    OwnerView,
    Person,
    ReportRow,
    SectionView,
    VersionRow,
)
from app.kernel.errors import NotFound
from app.models.evidence import EvidenceItem
from app.models.findings import Finding
from app.models.notes import ReaderNote
from app.models.organisations import Organisation
from app.models.people import Person as PersonRow
from app.models.redactions import Redaction
from app.models.reports import Claim, Ownership, Pathway, Report, Section, Version
from app.models.reviews import Grant
from app.models.teams import Team
from app.transaction import Transaction

Rect = tuple[float, float, float, float]

# Behind every page that somebody reads, so built once; without the columns that a list leaves out.
_claims = Claim.__table__.c
_CLAIMS = (
    select(
        *(_claims[name] for name in ("id", "code", "page", "rects", "load_bearing")),
        Pathway.ordinal,
    )
    .outerjoin(Pathway, Pathway.id == _claims.pathway_id)
    .where(_claims.version_id == bindparam("version"), _claims.ended_at.is_(None))
    .order_by(_claims.ordinal, _claims.page, _claims.code)
)


def list_reports(tx: Transaction) -> list[ReportRow]:
    """List the reports that this person works on, or has a version of to read."""
    rows: list[Report] = list(tx.session.scalars(scope.reports(tx)))
    desks = {r.id for r in keep(tx, Action.READ_REPORT, rows, lambda r: Target("report", r.id))}
    found = [
        ReportRow(
            id=row.id,
            title=row.title,
            versions=_versions(tx, row.id, readable_only=row.id not in desks),
            works_here=row.id in desks,
        )
        for row in rows
    ]
    return [row for row in found if row.versions or row.works_here]


def _versions(tx: Transaction, report_id: str, *, readable_only: bool) -> tuple[VersionRow, ...]:
    rows: list[Version] = list(tx.session.scalars(scope.versions(tx, report_id)))
    if readable_only:
        rows = keep(tx, Action.READ_VERSION, rows, lambda v: Target("version", v.id))
    return tuple(version_row(row) for row in rows)


def version_row(row: Version) -> VersionRow:
    """Give the public face of a version."""
    return VersionRow(
        id=row.id,
        report_id=row.report_id,
        number=row.number,
        label=row.label,
        state=row.state,
        failure=row.failure,
        coverage_date=row.coverage_date,
        pages=row.pages,
        created_at=row.created_at,
        published_at=row.published_at,
    )


def list_versions(tx: Transaction, report_id: str) -> tuple[VersionRow, ...]:
    """List the versions of a report, newest first."""
    return tuple(version_row(row) for row in tx.session.scalars(scope.versions(tx, report_id)))


def get_version(tx: Transaction, version_id: str) -> Version:
    """Give a version's row; NotFound where it does not exist or is hidden."""
    row = tx.session.get(Version, version_id)
    if row is None:
        raise NotFound
    return row


def report_of(tx: Transaction, version_id: str) -> str:
    """Give the report of a version; the id itself where there is none, so that it is not found."""
    row = tx.session.get(Version, version_id)
    return version_id if row is None else row.report_id


def report_title(tx: Transaction, report_id: str) -> str:
    """Give the title of a report."""
    return tx.session.get_one(Report, report_id).title


def person_name(tx: Transaction, person_id: str) -> str:
    """Give a person's name."""
    return tx.session.scalars(select(PersonRow.name).where(PersonRow.id == person_id)).one()


def owners(tx: Transaction, version_id: str) -> dict[str, tuple[OwnerView, ...]]:
    """Give the owners by what they own: the id of a part, or "" for the whole."""
    named = func.coalesce(PersonRow.name, Team.name).label("name")
    rows = tx.session.execute(
        select(Ownership, named)
        .outerjoin(PersonRow, PersonRow.id == Ownership.person_id)
        .outerjoin(Team, Team.id == Ownership.team_id)
        .where(Ownership.version_id == version_id)
        .order_by(Ownership.rank, named)
    )
    found: dict[str, tuple[OwnerView, ...]] = {}
    for row, name in rows:
        part = row.section_id or row.claim_id or row.pathway_id or ""
        view = OwnerView(id=row.id, person_id=row.person_id, name=name, rank=row.rank)
        found[part] = (*found.get(part, ()), view)
    return found


def sections(
    tx: Transaction, version_id: str, owned: dict[str, tuple[OwnerView, ...]]
) -> tuple[SectionView, ...]:
    """List the sections of a version in order, without titles."""
    rows = tx.session.scalars(
        select(Section).where(Section.version_id == version_id).order_by(Section.ordinal)
    )
    return tuple(
        SectionView(
            id=row.id,
            ordinal=row.ordinal,
            level=row.level,
            page_from=row.page_from,
            page_to=row.page_to,
            owners=owned.get(row.id, ()),
        )
        for row in rows
    )


def claims(
    tx: Transaction,
    version_id: str,
    owned: dict[str, tuple[OwnerView, ...]],
) -> tuple[ClaimView, ...]:
    """List the claims of a version as places, for those who work on it."""
    rows = tx.session.execute(_CLAIMS, {"version": version_id})
    return tuple(
        ClaimView(
            id=claim.id,
            code=claim.code,
            page=claim.page,
            rects=rects_of(claim.rects),
            load_bearing=claim.load_bearing,
            pathway=claim.ordinal,
            owners=owned.get(claim.id, ()),
        )
        for claim in rows
    )


def evidence_being_read(tx: Transaction, version_id: str) -> bool:
    """Say whether a file attached to a version waits to be read in."""
    waiting = select(EvidenceItem.id).where(
        EvidenceItem.version_id == version_id, EvidenceItem.state == "importing"
    )
    return tx.session.scalars(waiting).first() is not None


def readable_evidence(tx: Transaction, version_id: str) -> tuple[EvidenceLink, ...]:
    """List the evidence that comes with a version."""
    rows = tx.session.execute(
        select(EvidenceItem.code, EvidenceItem.title)
        .where(EvidenceItem.version_id == version_id, EvidenceItem.state == "ready")
        .order_by(EvidenceItem.imported_at, EvidenceItem.id)
    )
    return tuple(EvidenceLink(code=row.code, title=row.title) for row in rows)


def redaction_states(tx: Transaction, version_id: str) -> dict[str, int]:
    """Count the redactions of a version by state."""
    rows = tx.session.execute(
        select(Redaction.state, func.count())
        .where(Redaction.version_id == version_id)
        .group_by(Redaction.state)
    )
    return dict(rows.all())


def editions(tx: Transaction, version_id: str) -> tuple[EditionRow, ...]:
    """List the editions of a version, what withholds least first, with whom each is for."""
    grants = tx.session.execute(
        select(Organisation.name, Grant.lifted)
        .join(Organisation, Organisation.id == Grant.organisation_id)
        .where(
            Grant.version_id == version_id,
            Grant.state == "in_force",
            Grant.ends_at > database_now(tx),
            known_grants(tx),
        )
        .order_by(Organisation.name)
    )
    audience: dict[str, dict[str, None]] = {}
    for name, lifted in grants:
        key = key_of_grant(tx, version_id, frozenset(lifted))
        audience.setdefault(key, {})[name] = None
    rows = [
        EditionRow(
            key=edition.key,
            withheld=edition.withheld,
            state=edition.state,
            slow=edition.slow,
            pages_ready=edition.pages_ready,
            faults=edition.faults,
            fault_pages=edition.fault_pages,
            since=edition.ready_at or edition.created_at,
            audience=tuple(audience.get(edition.key, ())),
            checker=edition.checker,
            checks=edition.checks,
            failed=edition.failed,
            secrets=edition.secrets,
        )
        for edition in edition_states(tx, version_id).values()
    ]
    if not knows_askers(tx) and is_dossier(tx, version_id):
        # What an edition withholds says something about who asks.
        rows = [row for row in rows if row.audience]
    return tuple(sorted(rows, key=lambda row: (len(row.withheld), row.key)))


def notes_on(tx: Transaction, version_id: str, page: int) -> list[tuple[ReaderNote, str]]:
    """List one's own and one's organisation's notes on a page, with the names of their writers."""
    rows = tx.session.execute(
        scope.notes(tx)
        .join(PersonRow, PersonRow.id == ReaderNote.person_id)
        .add_columns(PersonRow.name)
        .where(
            ReaderNote.version_id == version_id,
            ReaderNote.page == page,
            ReaderNote.removed_at.is_(None),
        )
        .order_by(ReaderNote.kept_at, ReaderNote.id)
    )
    return [(row.ReaderNote, row.name) for row in rows]


def audiences(tx: Transaction, version_id: str) -> list[Person]:
    """List the organisations that read a version on a grant in force: id and name."""
    rows = tx.session.execute(
        select(Organisation.id, Organisation.name)
        .where(
            Organisation.kind != "publisher",
            Organisation.id.in_(
                select(Grant.organisation_id).where(
                    Grant.version_id == version_id,
                    Grant.state == "in_force",
                    Grant.ends_at > database_now(tx),
                    known_grants(tx),
                )
            ),
        )
        .order_by(Organisation.name)
    )
    return [Person(id=row.id, name=row.name) for row in rows]


def findings_on(tx: Transaction, version_id: str, page: int) -> list[Finding]:
    """List the findings on a page that this person may read: number, state and place only."""
    rows = list(
        tx.session.scalars(
            scope.findings(tx)
            .where(Finding.version_id == version_id, Finding.page == page)
            .order_by(Finding.filed_at, Finding.id)
            .limit(50)
        )
    )
    return keep(tx, Action.READ_FINDING, rows, lambda row: Target("finding", row.id))


def rects_of(stored: Sequence[Sequence[float]]) -> tuple[Rect, ...]:
    """Give stored rectangles as tuples."""
    return tuple((x0, y0, x1, y1) for x0, y0, x1, y1 in stored)
