"""What is a reviewer organisation's own and not given to the publisher: a refusal about it is, too.

Here: the one question whether a refused act was about such a thing, asked where every refusal is
made (`decide.require`), and of which version the page is as whose refusal it is then written. Not
here: how the log then writes it (`transaction`), and acts that are private whatever they are done
to (`transaction.PRIVATE`).
"""

from typing import Any

from sqlalchemy import select

from app.domain.actions import Action
from app.domain.targets import Target
from app.models.filing import FindingDraft
from app.models.notes import ReaderNote
from app.models.recommendations import Recommendation
from app.models.requests import Request
from app.models.reviews import Grant, Review
from app.models.statements import Statement
from app.policy.facts import (
    AssessmentFacts,
    FindingDraftFacts,
    NoteFacts,
    PackFacts,
    RecommendationFacts,
    RequestFacts,
    ResourceFacts,
    StatementFacts,
)
from app.transaction import Transaction

GIVEN = frozenset({"shared", "released", "withdrawn"})
"""States of a statement in which the publisher may know of it."""

_KINDS = frozenset({"note", "finding_draft", "statement", "recommendation", "assessment"})
"""Of these, what is missing or hidden may be somebody's own; nobody can tell from outside.

Whoever tries the id of a request or a pack that is hidden from them stays named in the log: the
publisher is to see that somebody tries the requests of others.
"""


def kept_inside(action: Action, target: Target, resource: ResourceFacts | None) -> bool:
    """Say whether a reviewer's refused act was about what the publisher may not know of.

    Args:
        action: the act.
        target: what it was to be done to.
        resource: its facts; None where it is missing, or hidden from the one who acts.
    """
    if resource is None:
        return target.kind in _KINDS
    match resource:
        case NoteFacts() | FindingDraftFacts():
            return True
        case StatementFacts():
            return resource.state not in GIVEN
        case RecommendationFacts():
            return not resource.filed
        case AssessmentFacts() | RequestFacts():
            return resource.state == "draft"
        case PackFacts():
            return resource.organisation_id is not None
        case _:
            # Who tries to release positions has some.
            return action is Action.RELEASE_POSITIONS


_OF_A_VERSION: dict[str, Any] = {
    "note": ReaderNote,
    "finding_draft": FindingDraft,
    "statement": Statement,
    "recommendation": Recommendation,
    "request": Request,
    "review": Review,
}


def version_around(tx: Transaction, target: Target, *, known: bool) -> str | None:
    """Give the version about whose page a private refusal is written.

    That of the thing itself where the acting person sees it. Of what is hidden and what is missing
    alike that of the organisation's newest grant, else of its newest review; None without any.

    Args:
        tx: the transaction.
        target: what the act was to be done to.
        known: the acting person sees that it is there.
    """
    if known and target.kind == "version":
        return target.id
    if known and (model := _OF_A_VERSION.get(target.kind)) is not None:
        row = tx.session.get(model, target.id)
        if row is not None:
            return str(row.version_id)
    own = tx.actor.organisation_id or ""
    granted = (
        select(Grant.version_id)
        .where(
            Grant.organisation_id == own, Grant.follows.is_(None), Grant.approved_at.is_not(None)
        )
        .order_by(Grant.approved_at.desc(), Grant.id)
    )
    reviewed = (
        select(Review.version_id).where(Review.organisation_id == own).order_by(Review.id.desc())
    )
    for statement in (granted, reviewed):
        found = tx.session.scalars(statement.limit(1)).one_or_none()
        if found is not None:
            return found
    return None
