"""What is a reviewer organisation's own and not given to the publisher: a refusal about it is, too.

Here: the one question whether a refused act was about such a thing, asked where every refusal is
made (`decide.require`). Not here: how the log then writes it (`transaction`), and acts that are
private whatever they are done to (`transaction.PRIVATE`).
"""

from app.domain.actions import Action
from app.domain.targets import Target
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
