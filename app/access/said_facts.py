"""The facts of assurances and recommendations; loaded for `facts`, which remembers them."""

from collections.abc import Sequence

from sqlalchemy import select

from app.domain.targets import Target
from app.models.assurances import Assurance, AssuranceDraft
from app.models.organisations import Organisation
from app.models.recommendations import Recommendation
from app.policy.facts import AssuranceFacts, RecommendationFacts, ResourceFacts
from app.transaction import Transaction


def assurance_facts(tx: Transaction, assurance_id: str) -> ResourceFacts | None:
    """Find the facts of an assurance; who drafts and signs it is known inside alone."""
    row = tx.session.get(Assurance, assurance_id)
    if row is None:
        return None
    remember_assurances(tx, [row])
    found: ResourceFacts = tx.memory[("facts", Target("assurance", row.id))]
    return found


def remember_assurances(tx: Transaction, rows: Sequence[Assurance]) -> None:
    """Load the facts of a page of assurances in one query."""
    drafts = {
        draft.assurance_id: draft
        for draft in tx.session.scalars(
            select(AssuranceDraft).where(AssuranceDraft.assurance_id.in_([row.id for row in rows]))
        )
    }
    for row in rows:
        draft = drafts.get(row.id)
        tx.memory[("facts", Target("assurance", row.id))] = AssuranceFacts(
            id=row.id,
            organisation_id=row.organisation_id,
            state=row.state,
            drafted_by=draft.drafted_by if draft else None,
            signatory_id=draft.signatory_id if draft else None,
        )


def assurances_named(tx: Transaction, rows: Sequence[Assurance]) -> set[str]:
    """Give those whose organisation anybody who words or signs them may know.

    Their coordinator said so, or the organisation names itself to authors.
    """
    drafts = select(AssuranceDraft.assurance_id).where(
        AssuranceDraft.assurance_id.in_([row.id for row in rows]), AssuranceDraft.named
    )
    open_ones = select(Organisation.id).where(
        Organisation.id.in_({row.organisation_id for row in rows}),
        Organisation.names_itself_to_authors,
    )
    known, named = set(tx.session.scalars(drafts)), set(tx.session.scalars(open_ones))
    return known | {row.id for row in rows if row.organisation_id in named}


def recommendation_facts(tx: Transaction, recommendation_id: str) -> ResourceFacts | None:
    """Find the facts of a recommendation; None when missing or hidden."""
    row = tx.session.get(Recommendation, recommendation_id)
    return None if row is None else _facts_of(row)


def remember_recommendations(tx: Transaction, rows: Sequence[Recommendation]) -> None:
    """Keep the facts of recommendations that were read already."""
    for row in rows:
        tx.memory[("facts", Target("recommendation", row.id))] = _facts_of(row)


def _facts_of(row: Recommendation) -> RecommendationFacts:
    return RecommendationFacts(
        id=row.id,
        organisation_id=row.organisation_id,
        state=row.state,
        filed=row.filed_at is not None,
    )
