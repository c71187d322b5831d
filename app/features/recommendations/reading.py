"""Reading recommendations: lists by urgency, claim or pathway, one in full, what can be carried."""

from collections.abc import Sequence

from app.access.claim_places import claim_places
from app.access.claims import pathway_labels
from app.access.decide import as_reading, may, require
from app.access.scope import version_and_title
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.recommendations import URGENCIES
from app.domain.targets import INSTALLATION, Target
from app.features.recommendations import queries
from app.features.recommendations.schemas import (
    Carryable,
    Choices,
    Group,
    ListQuery,
    RecommendationList,
    RecommendationPage,
    RecommendationView,
)
from app.models.recommendations import Recommendation
from app.transaction import Transaction

ON_A_PAGE = 40
_CAN = (
    Action.CHANGE_RECOMMENDATION,
    Action.FILE_RECOMMENDATION,
    Action.WITHDRAW_RECOMMENDATION,
    Action.RESPOND_TO_RECOMMENDATION,
    Action.SAY_ADOPTION,
)
_ORDER = {urgency: place for place, urgency in enumerate(URGENCIES)}


def read_list(tx: Transaction, wanted: ListQuery, *, whole: bool = False) -> RecommendationList:
    """List recommendations, an organisation's own or all that were filed; `whole`: on one page."""
    require(tx, Action.LIST_RECOMMENDATIONS, INSTALLATION)
    rows = queries.rows_of(tx, review_id=queries.review_known(tx, wanted.review))
    found = sorted(queries.views(tx, rows), key=lambda v: (_ORDER[v.urgency], v.number or ""))
    counts = {
        show: sum(1 for view in found if _is(view, show))
        for show in ("open", "unanswered", "draft", "settled", "all")
    }
    chosen = [view for view in found if _is(view, wanted.show)]
    lines = [(label, view) for view in chosen for label in _labels(view, wanted.by)]
    if wanted.by != "urgency":
        lines.sort(key=lambda line: line[0])
    pages = max(1, -(-len(lines) // ON_A_PAGE))
    page = min(wanted.page, pages)
    shown = lines if whole else lines[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    tx.emit(
        Event(
            name="RecommendationsListed",
            licence=Action.LIST_RECOMMENDATIONS,
            target=INSTALLATION,
            facts={"recommendations": len(shown)},
        )
    )
    return RecommendationList(
        query=wanted.model_copy(update={"page": page}),
        groups=_groups(shown),
        total=len(chosen),
        pages=pages,
        counts=counts,
    )


def read_recommendation(tx: Transaction, recommendation_id: str) -> RecommendationPage:
    """Give one recommendation, and what the acting person can do with it."""
    target = Target("recommendation", recommendation_id)
    require(tx, Action.READ_RECOMMENDATION, target)
    row = queries.get_row(tx, recommendation_id)
    (view,) = queries.views(tx, [row])
    if row.filed_at is not None:
        tx.emit(
            Event(
                name="RecommendationRead",
                licence=Action.READ_RECOMMENDATION,
                target=target,
                organisations=frozenset({row.organisation_id}),
            )
        )
    elif may(tx, Action.CHANGE_RECOMMENDATION, target):
        require(tx, Action.CHANGE_RECOMMENDATION, target)
        as_reading(tx, row.version_id)
        tx.emit(
            Event(
                name="RecommendationDraftOpened",
                licence=Action.CHANGE_RECOMMENDATION,
                target=target,
                subject=Target("version", row.version_id),
                facts={"recommendation": row.id},
            )
        )
    can = tuple(action.name.lower() for action in _CAN if may(tx, action, target))
    return RecommendationPage(
        view=view,
        choices=choices_for(tx, row) if "change_recommendation" in can else None,
        can=can,
    )


def read_choices(tx: Transaction, review_id: str) -> Choices:
    """Give what a new recommendation of a review can be about."""
    require(tx, Action.DRAFT_RECOMMENDATION, Target("review", review_id))
    review = queries.get_review(tx, review_id)
    return _choices(tx, review_id, review.version_id)


def read_carryable(tx: Transaction, review_id: str) -> Carryable:
    """Give what of one's earlier reviews is open still, to be carried into this one."""
    require(tx, Action.CARRY_RECOMMENDATIONS, Target("review", review_id))
    review = queries.get_review(tx, review_id)
    found = queries.views(tx, queries.carryable(tx, review))
    return Carryable(
        review_id=review_id,
        report_title=version_and_title(tx, review.version_id)[1],
        rows=tuple(view for view in found if view.open),
    )


def choices_for(tx: Transaction, row: Recommendation) -> Choices:
    """Give what a draft can be about."""
    return _choices(tx, row.review_id, row.version_id)


def _choices(tx: Transaction, review_id: str, version_id: str) -> Choices:
    version, title = version_and_title(tx, version_id)
    return Choices(
        review_id=review_id,
        report_title=title,
        version_number=version.number,
        claims=tuple(
            (place.id, f"Claim {place.label}, page {place.page}")
            for place in claim_places(tx, version_id)
        ),
        pathways=tuple(
            (one, f"Pathway {called}") for one, called in pathway_labels(tx, version_id).items()
        ),
    )


def own_recommendations(tx: Transaction) -> tuple[RecommendationView, ...]:
    """Give all of the acting organisation, drafts among them, to be taken along."""
    return queries.views(tx, queries.rows_of(tx))


def _is(view: RecommendationView, show: str) -> bool:
    if show == "open":
        return view.open
    if show == "unanswered":
        return view.open and not view.responses
    if show == "draft":
        return view.state == "draft"
    return view.state != "draft" and not view.open if show == "settled" else True


def _labels(view: RecommendationView, by: str) -> list[str]:
    if by == "claim":
        return [f"Claim {code}" for _, code in view.claims] or ["About no single claim"]
    if by == "pathway":
        return [f"Pathway {called}" for _, called in view.pathways] or ["About no single pathway"]
    return [URGENCIES[view.urgency]]


def _groups(lines: Sequence[tuple[str, RecommendationView]]) -> tuple[Group, ...]:
    found: dict[str, list[RecommendationView]] = {}
    for label, view in lines:
        found.setdefault(label, []).append(view)
    return tuple(Group(label=label, rows=tuple(rows)) for label, rows in found.items())
