"""JSON API of recommendations."""

from app.domain.actions import Action
from app.features.recommendations import reading, service
from app.features.recommendations.schemas import (
    Carried,
    Carryable,
    CarryRecommendations,
    Choices,
    DraftRecommendation,
    ListQuery,
    RecommendationList,
    RecommendationPage,
    RecommendationView,
    RespondToRecommendation,
    SayAdoption,
)
from app.web.forms import command_from
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["recommendations"])


@routes.read(
    "/recommendations", action=Action.LIST_RECOMMENDATIONS, response_model=RecommendationList
)
def read_list(
    tx: Tx, show: str = "open", by: str = "urgency", review: str = "", page: int = 1
) -> RecommendationList:
    """List recommendations: the caller's organisation's own, or all that were filed."""
    wanted = command_from(ListQuery, {"show": show, "by": by, "review": review, "page": page})
    return reading.read_list(tx, wanted)


@routes.read(
    "/recommendations/{recommendation_id}",
    action=Action.READ_RECOMMENDATION,
    response_model=RecommendationPage,
)
def read_recommendation(tx: Tx, recommendation_id: str) -> RecommendationPage:
    """Give one recommendation, with what each side said of it."""
    return reading.read_recommendation(tx, recommendation_id)


@routes.read(
    "/reviews/{review_id}/recommendations/new",
    action=Action.DRAFT_RECOMMENDATION,
    response_model=Choices,
)
def read_choices(tx: Tx, review_id: str) -> Choices:
    """Give what a new recommendation of a review can be about."""
    return reading.read_choices(tx, review_id)


@routes.act(
    "/reviews/{review_id}/recommendations",
    action=Action.DRAFT_RECOMMENDATION,
    response_model=RecommendationView,
    status_code=201,
)
def draft_recommendation(
    tx: Tx, review_id: str, command: DraftRecommendation
) -> RecommendationView:
    """Draft a recommendation; nobody else sees it."""
    return service.draft_recommendation(tx, review_id, command)


@routes.read(
    "/reviews/{review_id}/recommendations/carry",
    action=Action.CARRY_RECOMMENDATIONS,
    response_model=Carryable,
)
def read_carryable(tx: Tx, review_id: str) -> Carryable:
    """Give what of the organisation's earlier reviews is still open."""
    return reading.read_carryable(tx, review_id)


@routes.act(
    "/reviews/{review_id}/recommendations/carry",
    action=Action.CARRY_RECOMMENDATIONS,
    response_model=Carried,
)
def carry_recommendations(tx: Tx, review_id: str, command: CarryRecommendations) -> Carried:
    """Carry open recommendations into this review, as drafts."""
    return service.carry_recommendations(tx, review_id, command)


@routes.act(
    "/recommendations/{recommendation_id}/change",
    action=Action.CHANGE_RECOMMENDATION,
    response_model=RecommendationView,
)
def change_recommendation(
    tx: Tx, recommendation_id: str, command: DraftRecommendation
) -> RecommendationView:
    """Word a draft anew."""
    return service.change_recommendation(tx, recommendation_id, command)


@routes.act(
    "/recommendations/{recommendation_id}/file",
    action=Action.FILE_RECOMMENDATION,
    response_model=RecommendationView,
)
def file_recommendation(tx: Tx, recommendation_id: str) -> RecommendationView:
    """File a draft: the publisher reads it from now on."""
    return service.file_recommendation(tx, recommendation_id)


@routes.act(
    "/recommendations/{recommendation_id}/withdraw",
    action=Action.WITHDRAW_RECOMMENDATION,
    response_model=RecommendationView,
)
def withdraw_recommendation(tx: Tx, recommendation_id: str) -> RecommendationView:
    """Withdraw a recommendation, or discard a draft."""
    return service.withdraw_recommendation(tx, recommendation_id)


@routes.act(
    "/recommendations/{recommendation_id}/response",
    action=Action.RESPOND_TO_RECOMMENDATION,
    response_model=RecommendationView,
)
def respond(tx: Tx, recommendation_id: str, command: RespondToRecommendation) -> RecommendationView:
    """Answer a recommendation for the publisher."""
    return service.respond(tx, recommendation_id, command)


@routes.act(
    "/recommendations/{recommendation_id}/adoption",
    action=Action.SAY_ADOPTION,
    response_model=RecommendationView,
)
def say_adoption(tx: Tx, recommendation_id: str, command: SayAdoption) -> RecommendationView:
    """Say how the caller's side sees its adoption."""
    return service.say_adoption(tx, recommendation_id, command)
