"""Loads the few rows that a decision needs, as facts. Nothing here decides.

A thing that row-level security hides and a thing that does not exist both give None.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, bindparam, func, literal, select, text
from sqlalchemy.dialects.postgresql import array

from app.access.filing_facts import draft_facts
from app.access.finding_facts import finding_facts
from app.access.pack_facts import pack_facts
from app.access.request_facts import request_facts
from app.access.request_people import grants_open_to, receipt_kept_to
from app.access.said_facts import assurance_facts, recommendation_facts
from app.access.slips import slips_among
from app.access.statement_facts import statement_facts
from app.domain.categories import needs_second_person
from app.domain.targets import Target
from app.kernel.actor import Role, Side
from app.models.notes import ReaderNote
from app.models.organisations import Organisation
from app.models.people import Membership
from app.models.redactions import Redaction
from app.models.reports import Claim, Ownership, Pathway, Report, Version
from app.models.reviews import Grant, Receipt, Review, Terms, Undertaking
from app.models.teams import TeamMember
from app.models.withheld import Assessment, Challenge
from app.policy.facts import (
    AssessmentFacts,
    CategoryFacts,
    ChallengeFacts,
    GrantFacts,
    InstallationFacts,
    NoteFacts,
    OrganisationFacts,
    PersonFacts,
    ReceiptFacts,
    RedactionFacts,
    ReportFacts,
    ResourceFacts,
    ReviewFacts,
    VersionFacts,
)
from app.transaction import Transaction

# The statements behind every page that somebody reads are built once: building one anew costs more
# than running it.
_grants, _owners = Grant.__table__.c, Ownership.__table__.c
_GRANTS = select(
    *(_grants[name] for name in (
        "id", "organisation_id", "version_id", "review_id", "person_ids", "lifted", "state",
        "working", "starts_at", "ends_at", "proposed_by", "preset", "handling",
        "follows")),
    select(literal(1))
    .select_from(Undertaking)
    .join(Review, Review.id == Undertaking.review_id)
    .join(Terms, Terms.id == Review.terms_id)
    .where(
        Undertaking.review_id == _grants.review_id,
        Undertaking.person_id == bindparam("person"),
        Undertaking.digest == Terms.digest,
    )
    .exists()
    .label("undertaken"),
).where(
    _grants.version_id == bindparam("version"),
    _grants.organisation_id == bindparam("organisation"),
)  # fmt: skip


def _people_owning(*which: ColumnElement[bool]) -> ColumnElement[list[str]]:
    """Give the people who own a version or parts of it, each person of a team that does."""
    person = func.coalesce(_owners.person_id, TeamMember.person_id)
    people = (
        select(func.array_agg(person))
        .select_from(Ownership)
        .outerjoin(TeamMember, TeamMember.team_id == _owners.team_id)
        .where(_owners.version_id == Version.id, person.is_not(None), *which)
    )
    return func.coalesce(people.scalar_subquery(), array([], type_=Text))


# Whole rows here: who shows a version needs its row and its report's as well.
_VERSION = (
    select(
        Version,
        Report,
        _people_owning().label("owner_ids"),
        _people_owning(
            func.coalesce(_owners.claim_id, _owners.section_id, _owners.pathway_id).is_(None)
        ).label("whole_owner_ids"),
    )
    .join(Report, Report.id == Version.report_id)
    .where(Version.id == bindparam("version"))
)
_ORGANISATION = select(
    Organisation.id,
    Organisation.kind,
    Organisation.state,
    select(Membership.id)
    .where(
        Membership.organisation_id == Organisation.id,
        Membership.state == "active",
        Membership.roles.contains([Role.LEAD.value]),
    )
    .exists()
    .label("led"),
).where(Organisation.id == bindparam("organisation"))


def database_now(tx: Transaction) -> datetime:
    """Give the database's clock, read once per transaction: grants end by it."""
    if "now" not in tx.memory:
        tx.memory["now"] = tx.session.execute(text("SELECT now()")).scalar_one()
    moment: datetime = tx.memory["now"]
    return moment


def person_facts(tx: Transaction) -> PersonFacts:
    """Give the facts of the one who acts."""
    actor = tx.actor
    return PersonFacts(
        id=actor.id,
        kind=actor.kind,
        side=actor.side.value,
        organisation_id=actor.organisation_id,
        organisation_kind=actor.organisation_kind,
        organisation_suspended=actor.organisation_state != "active",
        roles=frozenset(role.value for role in actor.roles),
    )


def find_facts(tx: Transaction, target: Target) -> ResourceFacts | None:
    """Find the facts of a target, once per transaction; None when missing or hidden."""
    key = ("facts", target)
    if key not in tx.memory:
        tx.memory[key] = _LOADERS[target.kind](tx, target.id)
    found: ResourceFacts | None = tx.memory[key]
    return found


def forget(tx: Transaction, target: Target) -> None:
    """Drop remembered facts after the thing changed in this transaction."""
    tx.memory.pop(("facts", target), None)


def grants_for(tx: Transaction, version_id: str) -> list[GrantFacts]:
    """List the grants of the acting organisation on a version, in force or not."""
    key = ("grants", version_id)
    if key not in tx.memory:
        rows = tx.session.execute(
            _GRANTS,
            {
                "version": version_id,
                "organisation": tx.actor.organisation_id or "",
                "person": tx.actor.id,
            },
        ).all()
        if any(row.follows for row in rows) and tx.actor.side is Side.REVIEWER:
            own = select(Grant.id).where(Grant.version_id == version_id, grants_open_to(tx))
            known = set(tx.session.scalars(own))
            rows = [row for row in rows if row.id in known]
        tx.memory[key] = [_grant_facts(row, undertaken=row.undertaken) for row in rows]
        tx.memory[("presets", version_id)] = {row.id: row.preset for row in rows}
    found: list[GrantFacts] = tx.memory[key]
    return found


def presets_in_force(tx: Transaction, version_id: str) -> set[str]:
    """Give the presets of the acting organisation's grants on a version that have not ended."""
    grants, moment = grants_for(tx, version_id), database_now(tx)
    running = {g.id for g in grants if g.state == "in_force" and g.ends_at > moment}
    presets: dict[str, str] = tx.memory[("presets", version_id)]
    return {preset for grant, preset in presets.items() if grant in running}


def _grant_facts(grant: Any, *, undertaken: bool) -> GrantFacts:
    internal = grant.review_id is None
    return GrantFacts(
        id=grant.id,
        organisation_id=grant.organisation_id,
        version_id=grant.version_id,
        person_ids=None if grant.person_ids is None else frozenset(grant.person_ids),
        lifted=frozenset(grant.lifted),
        state=grant.state,
        working=grant.working,
        internal=internal,
        starts_at=grant.starts_at,
        ends_at=grant.ends_at,
        proposed_by=grant.proposed_by,
        needs_second_person=needs_second_person(grant.preset, frozenset(grant.lifted)),
        undertaken=internal or undertaken,
        handling=grant.handling,
        attached=grant.follows is not None,
    )


def _installation(_tx: Transaction, target_id: str) -> ResourceFacts:
    return InstallationFacts(id=target_id)


def _category(_tx: Transaction, target_id: str) -> ResourceFacts:
    return CategoryFacts(code=target_id)


def _organisation(tx: Transaction, target_id: str) -> ResourceFacts | None:
    row = tx.session.execute(_ORGANISATION, {"organisation": target_id}).one_or_none()
    if row is None:
        return None
    led = row.led and row.kind != "publisher"
    return OrganisationFacts(id=row.id, kind=row.kind, suspended=row.state != "active", led=led)


def _report(tx: Transaction, target_id: str) -> ResourceFacts | None:
    row = tx.session.get(Report, target_id)
    return (
        None if row is None else ReportFacts(id=row.id, owner_id=row.owner_id, dossier=row.dossier)
    )


def _version(tx: Transaction, target_id: str) -> ResourceFacts | None:
    row = tx.session.execute(_VERSION, {"version": target_id}).one_or_none()
    if row is None:
        return None
    version, report, owner_ids, whole_owner_ids = row
    tx.memory[("rows", target_id)] = (version, report)  # the session forgets what nobody holds
    return VersionFacts(
        id=version.id,
        report_id=version.report_id,
        state=version.state,
        importer_id=version.imported_by,
        report_owner_id=report.owner_id,
        owner_ids=frozenset(owner_ids),
        whole_owner_ids=frozenset(whole_owner_ids),
        dossier=report.dossier,
    )


def _redaction(tx: Transaction, target_id: str) -> ResourceFacts | None:
    row = tx.session.get(Redaction, target_id)
    if row is None:
        return None
    return RedactionFacts(
        id=row.id, version_id=row.version_id, state=row.state, proposed_by=row.proposed_by
    )


def _review(tx: Transaction, target_id: str) -> ResourceFacts | None:
    in_force = (
        select(Grant.id)
        .where(
            Grant.review_id == Review.id,
            Grant.state == "in_force",
            Grant.starts_at <= func.now(),
            Grant.ends_at > func.now(),
        )
        .exists()
    )
    row = tx.session.execute(
        select(
            Review.id,
            Review.report_id,
            Review.organisation_id,
            Review.state,
            Review.submitted_by,
            in_force.label("live"),
        ).where(Review.id == target_id)
    ).one_or_none()
    if row is None:
        return None
    return ReviewFacts(
        id=row.id,
        report_id=row.report_id,
        organisation_id=row.organisation_id,
        state=row.state,
        in_force=row.live,
        lead_files=row.submitted_by == "lead",
    )


def _grant(tx: Transaction, target_id: str) -> ResourceFacts | None:
    row = tx.session.get(Grant, target_id)
    if row is None:
        return None
    slip = row.follows is not None and row.id in slips_among(tx, "grant")
    return replace(_grant_facts(row, undertaken=False), slip=slip)


def _receipt(tx: Transaction, target_id: str) -> ResourceFacts | None:
    row = tx.session.get(Receipt, target_id)
    if row is None:
        return None
    kept = receipt_kept_to(tx, row.id)
    slip = row.id in slips_among(tx, "receipt")
    return ReceiptFacts(id=row.id, organisation_id=row.organisation_id, kept_to=kept, slip=slip)


def _note(tx: Transaction, target_id: str) -> ResourceFacts | None:
    row = tx.session.get(ReaderNote, target_id)
    if row is None:
        return None
    remember_notes(tx, [row])
    found: ResourceFacts = tx.memory[("facts", Target("note", row.id))]
    return found


def remember_notes(tx: Transaction, rows: Sequence[ReaderNote]) -> None:
    """Keep the facts of notes that were read already."""
    for row in rows:
        tx.memory[("facts", Target("note", row.id))] = NoteFacts(
            id=row.id,
            organisation_id=row.organisation_id,
            writer_id=row.person_id,
            shared=row.shared,
        )


def _assessment(tx: Transaction, target_id: str) -> ResourceFacts | None:
    row = tx.session.get(Assessment, target_id)
    if row is None:
        return None
    return AssessmentFacts(id=row.id, organisation_id=row.organisation_id, state=row.state)


def _challenge(tx: Transaction, target_id: str) -> ResourceFacts | None:
    row = tx.session.get(Challenge, target_id)
    if row is None:
        return None
    # An outsider may see no such redaction any more; then nobody is named to them either.
    redaction = tx.session.get(Redaction, row.redaction_id)
    people = (redaction.proposed_by, redaction.decided_by) if redaction else ()
    return ChallengeFacts(
        id=row.id,
        organisation_id=row.organisation_id,
        state=row.state,
        involved_ids=frozenset(person for person in people if person),
        narrowed_by=row.narrowed_by if row.state == "narrowing" else None,
    )


def _part(tx: Transaction, target_id: str) -> ResourceFacts | None:
    """Give the facts of the version that a claim or a pathway is a part of."""
    of_claim = select(Claim.version_id).where(Claim.id == target_id)
    of_pathway = select(Pathway.version_id).where(Pathway.id == target_id)
    version_id = tx.session.scalars(of_claim.union_all(of_pathway)).first()
    return None if version_id is None else _version(tx, version_id)


_LOADERS: dict[str, Callable[[Transaction, str], ResourceFacts | None]] = {
    "installation": _installation,
    "category": _category,
    "organisation": _organisation,
    "report": _report,
    "version": _version,
    "claim": _part,
    "pathway": _part,
    "redaction": _redaction,
    "review": _review,
    "grant": _grant,
    "receipt": _receipt,
    "request": request_facts,
    "finding": finding_facts,
    "finding_draft": draft_facts,
    "note": _note,
    "assessment": _assessment,
    "challenge": _challenge,
    "pack": pack_facts,
    "assurance": assurance_facts,
    "recommendation": recommendation_facts,
    "statement": statement_facts,
}
