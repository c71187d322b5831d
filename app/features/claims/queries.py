"""Scoped reads around claims: rows, owners, evidence, counts. No guarded text but by the door."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import bindparam, func, select

from app.access import scope
from app.access.claims import claim_labels, evidence_notes
from app.access.owners import Owners, away_today, owners_of
from app.db.base import one_of
from app.domain.targets import Target
from app.features.claims.schemas import (
    EvidenceView,
    HistoryRow,
    Option,
    OwnersView,
    OwnerView,
    PartView,
    Rects,
)
from app.kernel.actor import Role
from app.models.evidence import EvidenceItem
from app.models.findings import Finding
from app.models.history import Stage
from app.models.organisations import Organisation
from app.models.people import Membership, Person
from app.models.reports import Claim, ClaimEvidence, Ownership, Pathway, Section
from app.models.teams import Team
from app.transaction import Transaction

_WORDS = {
    "ClaimMarked": "Marked",
    "ClaimChanged": "Changed",
    "ClaimSuperseded": "Superseded by a changed claim",
    "ClaimRemoved": "Taken off the register",
    "ClaimRestored": "Brought back",
    "EvidenceLinked": "Rests on an item of evidence",
    "EvidenceUnlinked": "Does not rest on an item of evidence after all",
    "OwnerAssigned": "An owner was named",
    "OwnerRemoved": "An owner was taken back",
}
_EVIDENCE = (
    select(ClaimEvidence.claim_id, EvidenceItem.id, EvidenceItem.code, EvidenceItem.title)
    .join(EvidenceItem, EvidenceItem.id == ClaimEvidence.item_id)
    .where(ClaimEvidence.version_id == bindparam("version"), EvidenceItem.state == "ready")
    .order_by(EvidenceItem.imported_at, EvidenceItem.id)
)
_OWNERS = (
    select(
        Ownership.id,
        Ownership.section_id,
        Ownership.claim_id,
        Ownership.pathway_id,
        Ownership.person_id,
        Ownership.team_id,
        Ownership.rank,
        func.coalesce(Person.name, Team.name).label("name"),
    )
    .outerjoin(Person, Person.id == Ownership.person_id)
    .outerjoin(Team, Team.id == Ownership.team_id)
    .where(Ownership.version_id == bindparam("version"))
    .order_by(Ownership.rank, func.coalesce(Person.name, Team.name))
)


def version_of(tx: Transaction, claim_id: str) -> str:
    """Give the version of a claim; the id itself where there is none, so that it is not found."""
    found = tx.session.scalars(select(Claim.version_id).where(Claim.id == claim_id)).first()
    return found or claim_id


def rects_of(stored: Sequence[Sequence[float]]) -> Rects:
    """Give stored rectangles as tuples."""
    return tuple((x0, y0, x1, y1) for x0, y0, x1, y1 in stored)


def siblings(tx: Transaction, claim: Claim) -> list[Claim]:
    """List the claims of the same pathway in their order, locked."""
    return list(
        tx.session.scalars(
            select(Claim)
            .where(
                Claim.version_id == claim.version_id,
                Claim.pathway_id.is_not_distinct_from(claim.pathway_id),
                Claim.ended_at.is_(None),
            )
            .order_by(Claim.ordinal, Claim.page, Claim.id)
            .with_for_update()
        )
    )


def evidence(tx: Transaction, version_id: str) -> dict[str, tuple[EvidenceView, ...]]:
    """Give by claim the items that it rests on, with what is noted of them."""
    rows = tx.session.execute(_EVIDENCE, {"version": version_id}).all()
    notes = evidence_notes(tx, [row.claim_id for row in rows]) if rows else {}
    found: dict[str, list[EvidenceView]] = defaultdict(list)
    for row in rows:
        note = notes.get((row.claim_id, row.id), "")
        view = EvidenceView(item_id=row.id, code=row.code, title=row.title, note=note)
        found[row.claim_id].append(view)
    return {claim: tuple(items) for claim, items in found.items()}


def evidence_options(tx: Transaction, version_id: str) -> tuple[EvidenceView, ...]:
    """List the evidence that comes with a version."""
    rows = tx.session.execute(
        select(EvidenceItem.id, EvidenceItem.code, EvidenceItem.title)
        .where(EvidenceItem.version_id == version_id, EvidenceItem.state == "ready")
        .order_by(EvidenceItem.imported_at, EvidenceItem.id)
    )
    return tuple(EvidenceView(item_id=r.id, code=r.code, title=r.title) for r in rows)


def owners_by_part(tx: Transaction, version_id: str) -> dict[str, tuple[OwnerView, ...]]:
    """Give the owners by the id of their part, or "" for the whole; outside nobody is given."""
    away = away_today(tx)
    found: dict[str, list[OwnerView]] = defaultdict(list)
    for row in tx.session.execute(_OWNERS, {"version": version_id}):
        part = row.section_id or row.claim_id or row.pathway_id or ""
        found[part].append(
            OwnerView(
                id=row.id,
                person_id=row.person_id,
                team_id=row.team_id,
                name=row.name,
                rank=row.rank,
                away=row.person_id in away,
            )
        )
    return {part: tuple(owners) for part, owners in found.items()}


def rule_of(tx: Transaction, version_id: str) -> Owners:
    """Give what the rule of ownership looks at, once per transaction."""
    key = ("owners", version_id)
    if key not in tx.memory:
        tx.memory[key] = owners_of(tx, version_id)
    found: Owners = tx.memory[key]
    return found


def finding_counts(tx: Transaction, version_id: str) -> dict[str, int]:
    """Count by the lineage of claims the findings that the acting person may read.

    What the statement of scope gives is what the policies allow of findings, but for slips: those
    are counted for nobody.
    """
    rows = tx.session.execute(
        scope.findings(tx)
        .join(Claim, Claim.id == Finding.claim_id)
        .where(
            Finding.version_id == version_id,
            Finding.finding_class != "H",
            Finding.state != "withdrawn",
        )
        .with_only_columns(Claim.lineage_id, func.count(Finding.id))
        .group_by(Claim.lineage_id)
    )
    return dict(rows.all())


def names(tx: Transaction, people: Iterable[str]) -> dict[str, str]:
    """Give the names of people by their id."""
    wanted = set(people)
    if not wanted:
        return {}
    rows = tx.session.execute(select(Person.id, Person.name).where(one_of(Person.id, wanted)))
    return {row.id: row.name for row in rows}


def history(tx: Transaction, claim_id: str) -> tuple[HistoryRow, ...]:
    """List the steps in the life of a claim, the latest first; outside there are none."""
    rows = tx.session.execute(
        select(Stage.name, Stage.at, Stage.stage, Person.name.label("by"))
        .outerjoin(Person, Person.id == Stage.person_id)
        .where(Stage.subject_id == claim_id)
        .order_by(Stage.at.desc(), Stage.id.desc())
    )
    return tuple(
        HistoryRow(text=_said(row.name, row.stage), by=row.by or "", at=row.at) for row in rows
    )


def _said(name: str, stage: str) -> str:
    if (name, stage) == ("ClaimSuperseded", "marked"):
        return "Took the place of an earlier wording"
    return _WORDS.get(name, name)


def codes(tx: Transaction, version_id: str) -> list[str]:
    """List the codes of a version's claims, for who may mark some."""
    statement = select(Claim.code).where(Claim.version_id == version_id, Claim.ended_at.is_(None))
    return list(tx.session.scalars(statement))


def sections(tx: Transaction, version_id: str) -> list[Section]:
    """List the sections of a version in order, without titles."""
    return list(
        tx.session.scalars(
            select(Section).where(Section.version_id == version_id).order_by(Section.ordinal)
        )
    )


def possible_owners(tx: Transaction) -> tuple[Option, ...]:
    """List the publisher's authors: who can be named as owner of a part."""
    rows = tx.session.execute(
        select(Person.id, Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Organisation.kind == "publisher",
            Membership.state == "active",
            Membership.roles.contains([Role.AUTHOR.value]),
        )
        .order_by(Person.name, Person.id)
    )
    return tuple(Option(id=row.id, name=row.name) for row in rows)


def teams(tx: Transaction) -> tuple[Option, ...]:
    """List the publisher's teams by name."""
    rows = tx.session.execute(
        select(Team.id, Team.name).where(Team.ended_at.is_(None)).order_by(Team.name)
    )
    return tuple(Option(id=row.id, name=row.name) for row in rows)


def owners_view(
    tx: Transaction, version_id: str, titles: Mapping[str, str] | None = None
) -> OwnersView:
    """Give every part of a version with its owners; `titles` are those of one's own outline."""
    version, report_title = scope.version_and_title(tx, version_id)
    owned, known = owners_by_part(tx, version_id), titles or {}
    pages = f"p. 1–{version.pages}" if version.pages > 1 else "p. 1"
    parts = [_part("version", "", "The whole version", pages, owned)]
    for section in sections(tx, version_id):
        span = f"p. {section.page_from}"
        if section.page_to != section.page_from:
            span += f"–{section.page_to}"
        label = known.get(section.id, f"Section {section.ordinal}")
        parts.append(_part("section", section.id, label, span, owned))
    pathways = select(Pathway).where(Pathway.version_id == version_id).order_by(Pathway.ordinal)
    for pathway in tx.session.scalars(pathways):
        label = f"Pathway {pathway.ordinal}"
        parts.append(_part("pathway", pathway.id, label, "", owned))
    for claim, (label, page) in claim_labels(tx, version_id).items():
        parts.append(_part("claim", claim, f"Claim {label}", f"p. {page}", owned))
    return OwnersView(
        version_id=version_id,
        report_id=version.report_id,
        report_title=report_title,
        version_number=version.number,
        parts=tuple(parts),
        people=possible_owners(tx),
        teams=teams(tx),
    )


def _part(
    kind: str, identity: str, label: str, where: str, owned: Mapping[str, tuple[OwnerView, ...]]
) -> PartView:
    return PartView.model_validate(
        {
            "kind": kind,
            "id": identity,
            "label": label,
            "where": where,
            "owners": owned.get(identity, ()),
        }
    )


def target_of(tx: Transaction, claim_id: str) -> Target:
    """Give the version of a claim as what is decided about."""
    return Target("version", version_of(tx, claim_id))
