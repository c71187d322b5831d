"""The facts of findings; loaded for `facts`, which remembers them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from app.access.filing_facts import attachers_of
from app.access.owning import owners_by_claim
from app.access.parts import Passage, everybody_near, parts_of, people_of_teams
from app.domain.targets import Target
from app.kernel.actor import Side
from app.models.findings import Finding, Response
from app.models.reports import Claim, Report, Version
from app.policy.facts import FindingFacts, ResourceFacts
from app.transaction import Transaction


def finding_facts(tx: Transaction, target_id: str) -> ResourceFacts | None:
    """Find the facts of a finding; None when missing or hidden."""
    row = tx.session.get(Finding, target_id)
    if row is None:
        return None
    remember_findings(tx, [row])
    found: ResourceFacts = tx.memory[("facts", Target("finding", row.id))]
    return found


def remember_findings(tx: Transaction, rows: Sequence[Finding]) -> None:
    """Load the facts of a page of findings in a handful of queries."""
    owners = owners_by_claim(tx, {row.claim_id for row in rows if row.claim_id})
    alerted = _alerted(tx, rows)
    responsible = _responsible(tx, rows)
    attachers = attachers_of(tx, [row.id for row in rows])
    proposers = dict(
        tx.session.execute(
            select(Response.finding_id, Response.given_by).where(
                Response.finding_id.in_([row.id for row in rows]), Response.state == "proposed"
            )
        ).all()
    )
    for row in rows:
        own = {row.author_id} if row.author_id else set()
        owning = frozenset(owners.get(row.claim_id or "", set()) | own)
        tx.memory[("facts", Target("finding", row.id))] = FindingFacts(
            id=row.id,
            organisation_id=row.organisation_id,
            state=row.state,
            finding_class=row.finding_class,
            filed_by=row.filed_by,
            author_id=row.author_id,
            owner_ids=owning,
            rejection_proposed_by=proposers.get(row.id),
            alerted_id=alerted.get(row.id),
            attacher_ids=frozenset(attachers.get(row.id, ())),
            responsible_ids=owning | responsible.get(row.id, frozenset()),
        )


def _responsible(tx: Transaction, rows: Sequence[Finding]) -> Mapping[str, frozenset[str]]:
    """Give by finding whom the rule of ownership could ask; outsiders see no owners."""
    if tx.actor.side is Side.REVIEWER or not rows:
        return {}
    parts = parts_of(tx, [row.version_id for row in rows])
    if not parts:
        return {}
    teams = people_of_teams(tx, parts)
    passages = passages_of(tx, rows)
    return {
        row.id: everybody_near(
            [part for part in parts if part.row.version_id == row.version_id],
            passages[row.id],
            teams,
        )
        for row in rows
    }


def passages_of(tx: Transaction, rows: Sequence[Finding]) -> dict[str, Passage]:
    """Give by finding what it is about, as the rule of ownership takes it."""
    claims = {
        row.id: row
        for row in tx.session.execute(
            select(Claim.id, Claim.pathway_id, Claim.section_id).where(
                Claim.id.in_({row.claim_id for row in rows if row.claim_id})
            )
        )
    }
    found = {}
    for row in rows:
        claim = claims.get(row.claim_id or "")
        found[row.id] = Passage(
            page=row.page,
            claim_id=row.claim_id,
            pathway_id=claim.pathway_id if claim else None,
            section_id=claim.section_id if claim else None,
        )
    return found


def _alerted(tx: Transaction, rows: Sequence[Finding]) -> dict[str, str]:
    """Give by finding the report's owner, where it touches the conclusion; never of a slip."""
    touching = {
        row.id: row.version_id
        for row in rows
        if row.materiality == "conclusion" and row.finding_class != "H" and row.state != "draft"
    }
    if not touching:
        return {}
    owner_of = dict(
        tx.session.execute(
            select(Version.id, Report.owner_id)
            .join(Report, Report.id == Version.report_id)
            .where(Version.id.in_(set(touching.values())))
        ).all()
    )
    return {f: owner_of[version] for f, version in touching.items() if version in owner_of}
