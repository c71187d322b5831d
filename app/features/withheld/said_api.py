"""The JSON API of what reviewers say of redactions: assessments, challenges, decisions."""

from app.domain.actions import Action
from app.features.withheld import assessing, challenges, deciding
from app.features.withheld.schemas import (
    AssessmentView,
    AssessRedaction,
    ChallengeRedaction,
    ChallengeRow,
    ChallengeView,
    DecideChallenge,
    DecideNarrowing,
    RemovalView,
)
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["what is withheld"])


@routes.read("/redactions/{redaction_id}", action=Action.READ_REDACTION, response_model=RemovalView)
def open_removal(tx: Tx, redaction_id: str) -> RemovalView:
    """Give one removal of the caller's own edition, with what their organisation says of it."""
    return assessing.open_removal(tx, redaction_id)


@routes.act(
    "/redactions/{redaction_id}/assessment",
    action=Action.ASSESS_REDACTION,
    response_model=AssessmentView,
)
def assess_redaction(tx: Tx, redaction_id: str, command: AssessRedaction) -> AssessmentView:
    """Write down what the caller's organisation thinks of a redaction; it is not shared yet."""
    return assessing.assess_redaction(tx, redaction_id, command)


@routes.act(
    "/assessments/{assessment_id}/share",
    action=Action.SHARE_ASSESSMENT,
    response_model=AssessmentView,
)
def share_assessment(tx: Tx, assessment_id: str) -> AssessmentView:
    """Share an assessment with the publisher; from then on it stands as it is."""
    return assessing.share_assessment(tx, assessment_id)


@routes.act(
    "/redactions/{redaction_id}/challenge",
    action=Action.CHALLENGE_REDACTION,
    response_model=ChallengeRow,
    status_code=201,
)
def challenge_redaction(tx: Tx, redaction_id: str, command: ChallengeRedaction) -> ChallengeRow:
    """Challenge a redaction."""
    return deciding.challenge_redaction(tx, redaction_id, command)


@routes.read(
    "/versions/{version_id}/withheld/assessments",
    action=Action.READ_REDACTION_RECORD,
    response_model=tuple[AssessmentView, ...],
)
def list_assessments(tx: Tx, version_id: str) -> tuple[AssessmentView, ...]:
    """Give what organisations shared of their judgement of a version's redactions."""
    return assessing.list_assessments(tx, version_id)


@routes.read("/challenges", action=Action.LIST_CHALLENGES, response_model=list[ChallengeRow])
def list_challenges(tx: Tx, state: str = "") -> list[ChallengeRow]:
    """List the challenges: the organisation's own, or the publisher's queue."""
    return challenges.list_challenges(tx, show=state)


@routes.read(
    "/challenges/{challenge_id}", action=Action.READ_CHALLENGE, response_model=ChallengeView
)
def read_challenge(tx: Tx, challenge_id: str) -> ChallengeView:
    """Give one challenge with its reason and its decision."""
    return challenges.read_challenge(tx, challenge_id)


@routes.act(
    "/challenges/{challenge_id}/withdraw",
    action=Action.WITHDRAW_CHALLENGE,
    response_model=ChallengeRow,
)
def withdraw_challenge(tx: Tx, challenge_id: str) -> ChallengeRow:
    """Withdraw a challenge of the caller's own organisation."""
    return deciding.withdraw_challenge(tx, challenge_id)


@routes.act(
    "/challenges/{challenge_id}/decide",
    action=Action.DECIDE_CHALLENGE,
    response_model=ChallengeRow,
)
def decide_challenge(tx: Tx, challenge_id: str, command: DecideChallenge) -> ChallengeRow:
    """Uphold or lift a redaction, or propose a smaller place."""
    return deciding.decide_challenge(tx, challenge_id, command)


@routes.act(
    "/challenges/{challenge_id}/narrowing",
    action=Action.CONFIRM_NARROWING,
    response_model=ChallengeRow,
)
def decide_narrowing(tx: Tx, challenge_id: str, command: DecideNarrowing) -> ChallengeRow:
    """Approve a smaller mark as the second person, or turn it down."""
    return deciding.decide_narrowing(tx, challenge_id, command)
