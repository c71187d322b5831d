"""The scenes in which the demo's claims are marked, owned and tied to evidence, in a few steps."""

import csv
import io

from sqlalchemy import select

from app.access.release import release
from app.demo.cast import Cast
from app.demo.report import PATHWAYS
from app.demo.scenes import AUTHOR, SECOND_AUTHOR
from app.demo.supporting import REGISTER
from app.domain.targets import DocumentRef
from app.features.claims import importing, linking, owning
from app.features.claims.schemas import AssignOwner, ImportClaims, LinkEvidence
from app.models.evidence import EvidenceItem
from app.models.reports import Claim, ClaimEvidence, Ownership, Pathway
from app.models.teams import Team
from app.transaction import Installation, Transaction, begin

_TEAM, _ITS_PATHWAY = "Monitoring", 3


def mark_parts(installation: Installation, cast: Cast, version_id: str) -> None:
    """Name who answers for what; for the demo's own report with its nine pathways and claims."""
    with begin(installation, cast.actors[AUTHOR]) as tx:
        owning.assign_owner(tx, version_id, AssignOwner(person_id=cast.actors[AUTHOR].id))
        if installation.settings.demo_report is None and not _any_claim(tx, version_id):
            importing.import_claims(tx, version_id, ImportClaims(sheet=_sheet(cast), apply=True))
            _own_sections(tx, cast, version_id)
        tx.commit()


def _any_claim(tx: Transaction, version_id: str) -> bool:
    known = select(Claim.id).where(Claim.version_id == version_id)
    return tx.session.scalars(known).first() is not None


def _sheet(cast: Cast) -> str:
    """Write the register as the list that an author would import."""
    titles = {pathway.number: pathway.title for pathway in PATHWAYS}
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(("code", "quote", "pathway", "pathway_title", "load_bearing", "owners"))
    for claim in REGISTER:
        # Most claims leave their owner to the section: the rule finds them.
        owner = cast.actors[claim.owner].name if claim.code.endswith(".1") else ""
        bearing = "yes" if claim.load_bearing else "no"
        title = titles[claim.pathway]
        table.writerow((claim.code, claim.quote, claim.pathway, title, bearing, owner))
    return out.getvalue()


def _own_sections(tx: Transaction, cast: Cast, version_id: str) -> None:
    owners = {pathway.heading: pathway.owner for pathway in PATHWAYS}
    for entry in release(tx, DocumentRef(version_id=version_id)).outline:
        owner = next((o for heading, o in owners.items() if heading in entry.title), None)
        if owner is not None:
            person = cast.actors[owner].id
            named = AssignOwner(person_id=person, section_id=entry.section_id)
            owning.assign_owner(tx, version_id, named)


def tie_to_evidence(installation: Installation, cast: Cast, version_id: str) -> None:
    """Say which claims rest on the evidence that is attached, by the report's own numbers."""
    with begin(installation, cast.actors[AUTHOR]) as tx:
        linked = select(ClaimEvidence.claim_id).where(ClaimEvidence.version_id == version_id)
        if tx.session.scalars(linked).first() is not None:
            return
        here = select(EvidenceItem).where(
            EvidenceItem.version_id == version_id, EvidenceItem.state == "ready"
        )
        items = list(tx.session.scalars(here))
        claims = select(Claim.code, Claim.id).where(Claim.version_id == version_id)
        known = {row.code: row.id for row in tx.session.execute(claims)}
        for claim in REGISTER:
            for item in items:
                if any(f"From {code}:" in item.title for code in claim.evidence):
                    linking.link_evidence(tx, known[claim.code], LinkEvidence(item_id=item.id))
        tx.commit()


def own_by_team(installation: Installation, cast: Cast, version_id: str) -> None:
    """Let a team answer for one pathway, once there are teams."""
    with begin(installation, cast.actors[SECOND_AUTHOR]) as tx:
        team = tx.session.scalars(select(Team.id).where(Team.name == _TEAM)).first()
        pathway = tx.session.scalars(
            select(Pathway.id).where(
                Pathway.version_id == version_id, Pathway.ordinal == _ITS_PATHWAY
            )
        ).first()
        owned = select(Ownership.id).where(
            Ownership.version_id == version_id, Ownership.team_id.is_not(None)
        )
        if team is None or pathway is None or tx.session.scalars(owned).first() is not None:
            return
        owning.assign_owner(tx, version_id, AssignOwner(team_id=team, pathway_id=pathway))
        tx.commit()
