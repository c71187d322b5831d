"""Drafting, filing, answering and following recommendations."""

import secrets

from app.access.claim_places import claim_places
from app.access.claims import pathway_labels
from app.access.decide import as_reading, require
from app.access.deposit import deposit_field, share_field
from app.access.facts import forget
from app.access.linter import Comparison, withheld_in
from app.access.numbers import next_number
from app.access.release import release_field
from app.domain import recommendations as rules
from app.domain.actions import Action
from app.domain.categories import CODES
from app.domain.events import Event, Fact
from app.domain.targets import FieldRef, Target
from app.features.recommendations import queries
from app.features.recommendations.schemas import (
    Carried,
    CarryRecommendations,
    DraftRecommendation,
    RecommendationView,
    RespondToRecommendation,
    SayAdoption,
)
from app.kernel.actor import Side
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid
from app.kernel.ids import new_id
from app.models.recommendations import (
    Recommendation,
    RecommendationAdoption,
    RecommendationResponse,
)
from app.transaction import Transaction

SERIES = "RM"
_UNSTATED = "Confirm that it holds nothing withheld from the organisation."
_UNCLEARED = (
    "You are not cleared for all that is withheld from the organisation, so you cannot state this."
    " Ask a coordinator with a wider grant to answer."
)


def draft_recommendation(
    tx: Transaction, review_id: str, command: DraftRecommendation
) -> RecommendationView:
    """Draft a recommendation; the publisher senses nothing of it.

    Raises:
        Invalid: a claim or a pathway is not of the version under review.
    """
    target = Target("review", review_id)
    require(tx, Action.DRAFT_RECOMMENDATION, target)
    review = queries.get_review(tx, review_id)
    row = Recommendation(
        id=new_id("recommendation"),
        review_id=review.id,
        organisation_id=review.organisation_id,
        version_id=review.version_id,
        urgency=command.urgency,
        claim_ids=[],
        pathway_ids=[],
        state="draft",
    )
    _write(tx, row, command)
    _tell_privately(tx, row, "RecommendationDrafted", Action.DRAFT_RECOMMENDATION, target)
    return _shown(tx, row)


def change_recommendation(
    tx: Transaction, recommendation_id: str, command: DraftRecommendation
) -> RecommendationView:
    """Word a draft anew; errors as when it is drafted."""
    target = Target("recommendation", recommendation_id)
    require(tx, Action.CHANGE_RECOMMENDATION, target)
    row = queries.get_row(tx, recommendation_id, lock=True)
    _step(row, "change")
    _write(tx, row, command)
    _tell_privately(tx, row, "RecommendationDrafted", Action.CHANGE_RECOMMENDATION, target)
    return _shown(tx, row)


def file_recommendation(tx: Transaction, recommendation_id: str) -> RecommendationView:
    """File a draft: from now on the publisher reads it, and it stands as it is."""
    target = Target("recommendation", recommendation_id)
    require(tx, Action.FILE_RECOMMENDATION, target)
    row = queries.get_row(tx, recommendation_id, lock=True)
    row.state = _step(row, "file")
    row.number = next_number(tx, row.organisation_id, SERIES)
    row.alias = f"{SERIES}-{secrets.token_hex(3)}"
    # A draft's days are the organisation's own.
    row.written_at = row.filed_at = now()
    row.written_by = tx.actor.id
    share_field(tx, target, field="text", narrowed_to=CODES)
    facts: dict[str, Fact] = {"version_id": row.version_id, "urgency": row.urgency}
    _tell(tx, row, "RecommendationFiled", Action.FILE_RECOMMENDATION, facts)
    return _shown(tx, row)


def withdraw_recommendation(tx: Transaction, recommendation_id: str) -> RecommendationView:
    """Withdraw what was filed, or discard a draft without anybody else's knowing."""
    target = Target("recommendation", recommendation_id)
    require(tx, Action.WITHDRAW_RECOMMENDATION, target)
    row = queries.get_row(tx, recommendation_id, lock=True)
    was = row.state
    if was == "draft":
        require(tx, Action.CHANGE_RECOMMENDATION, target)
    row.state = _step(row, "withdraw")
    if was == "draft":
        _tell_privately(tx, row, "RecommendationDiscarded", Action.CHANGE_RECOMMENDATION, target)
    else:
        _tell(tx, row, "RecommendationWithdrawn", Action.WITHDRAW_RECOMMENDATION, {})
    return _shown(tx, row)


def respond(
    tx: Transaction, recommendation_id: str, command: RespondToRecommendation
) -> RecommendationView:
    """Answer a recommendation for the publisher; an earlier answer is kept beside it.

    Raises:
        Invalid: the statement is missing, the text says what is withheld, there is more withheld
            than one is cleared for oneself, or a day is missing.
    """
    target = Target("recommendation", recommendation_id)
    require(tx, Action.RESPOND_TO_RECOMMENDATION, target)
    row = queries.get_row(tx, recommendation_id, lock=True)
    _step(row, "respond")
    found = withheld_in(
        tx, row.version_id, organisation_id=row.organisation_id, texts=[command.text]
    )
    _require_safe(command, found)
    answer = RecommendationResponse(
        id=new_id("recommendation_response"),
        recommendation_id=row.id,
        organisation_id=row.organisation_id,
        response=command.response,
        planned_by=None if command.response == "declined" else command.planned_by,
        given_by=tx.actor.id,
        given_at=now(),
    )
    tx.session.add(answer)
    tx.session.flush()
    deposit_field(
        tx,
        target,
        field=f"response.{answer.id}",
        body=command.text,
        version_id=row.version_id,
        organisation_id=row.organisation_id,
        shared=False,
    )
    share_field(tx, target, field=f"response.{answer.id}", narrowed_to=())
    facts: dict[str, Fact] = {
        "response": command.response,
        "planned_by": answer.planned_by.isoformat() if answer.planned_by else None,
        "stated": "contains nothing withheld",
    }
    _tell(tx, row, "RecommendationAnswered", Action.RESPOND_TO_RECOMMENDATION, facts)
    return _shown(tx, row)


def say_adoption(
    tx: Transaction, recommendation_id: str, command: SayAdoption
) -> RecommendationView:
    """Say how one's own side sees its adoption; what was said before is kept.

    Raises:
        Invalid: not a word of one's own side.
    """
    target = Target("recommendation", recommendation_id)
    require(tx, Action.SAY_ADOPTION, target)
    row = queries.get_row(tx, recommendation_id, lock=True)
    _step(row, "say_adoption")
    side = "reviewer" if tx.actor.side is Side.REVIEWER else "publisher"
    if command.standing not in rules.ADOPTIONS[side]:
        raise Invalid(fields={"standing": "Choose one of these."})
    tx.session.add(
        RecommendationAdoption(
            id=new_id("recommendation_adoption"),
            recommendation_id=row.id,
            organisation_id=row.organisation_id,
            side=side,
            standing=command.standing,
            said_by=tx.actor.id,
            said_at=now(),
        )
    )
    facts: dict[str, Fact] = {"side": side, "standing": command.standing}
    _tell(tx, row, "AdoptionSaid", Action.SAY_ADOPTION, facts)
    return _shown(tx, row)


def carry_recommendations(
    tx: Transaction, review_id: str, command: CarryRecommendations
) -> Carried:
    """Carry open recommendations of earlier reviews into this one, as drafts to be filed.

    The places are left out: a person looks which claims of the new version they are about.

    Raises:
        Invalid: one of them is not open, or not of an earlier review.
    """
    target = Target("review", review_id)
    require(tx, Action.CARRY_RECOMMENDATIONS, target)
    review = queries.get_review(tx, review_id)
    rows = {row.id: row for row in queries.carryable(tx, review)}
    still_open = {view.id for view in queries.views(tx, list(rows.values())) if view.open}
    if not set(command.recommendations) <= still_open:
        raise Invalid(fields={"recommendations": "Choose among those that are still open."})
    made = []
    for one in dict.fromkeys(command.recommendations):
        text = release_field(tx, FieldRef(subject=Target("recommendation", one), field="text"))
        row = Recommendation(
            id=new_id("recommendation"),
            review_id=review.id,
            organisation_id=review.organisation_id,
            version_id=review.version_id,
            urgency=rows[one].urgency,
            claim_ids=[],
            pathway_ids=[],
            state="draft",
            carried_from=one,
        )
        _keep(tx, row, text.body or "", at_least=text.sensitivity)
        _tell_privately(tx, row, "RecommendationsCarried", Action.CARRY_RECOMMENDATIONS, target)
        made.append(row.id)
    return Carried(review_id=review_id, drafts=tuple(made))


def _write(tx: Transaction, row: Recommendation, command: DraftRecommendation) -> None:
    problems = {}
    if not set(command.claims) <= {place.id for place in claim_places(tx, row.version_id)}:
        problems["claims"] = "Choose claims of this version."
    if not set(command.pathways) <= set(pathway_labels(tx, row.version_id)):
        problems["pathways"] = "Choose pathways of this version."
    if problems:
        raise Invalid(fields=problems)
    row.urgency = command.urgency
    row.claim_ids = sorted(set(command.claims))
    row.pathway_ids = sorted(set(command.pathways))
    _keep(tx, row, command.text)


def _keep(
    tx: Transaction, row: Recommendation, text: str, *, at_least: tuple[str, ...] = ()
) -> None:
    row.written_by, row.written_at = tx.actor.id, now()
    tx.session.add(row)
    tx.session.flush()
    deposit_field(
        tx,
        Target("recommendation", row.id),
        field="text",
        body=text,
        version_id=row.version_id,
        organisation_id=row.organisation_id,
        shared=False,
        at_least=at_least,
    )


def _require_safe(command: RespondToRecommendation, found: Comparison) -> None:
    """Let nobody alone say what is withheld: no second person looks at an answer."""
    problems = {} if command.nothing_withheld else {"nothing_withheld": _UNSTATED}
    if command.nothing_withheld and found.unread:
        problems["nothing_withheld"] = _UNCLEARED
    if command.response != "declined" and command.planned_by is None:
        problems["planned_by"] = "Say by when it is planned."
    if found.hits:
        shown = ", ".join(f"“{one}”" for one in dict.fromkeys(hit.words for hit in found.hits))
        problems["text"] = f"This says what is withheld from the organisation: {shown[:300]}."
    if problems:
        raise Invalid(fields=problems)


def _step(row: Recommendation, step: str) -> str:
    try:
        return rules.after(step, row.state)
    except rules.IllegalStep as error:
        raise Conflict("This recommendation has moved on since you opened it.") from error


def _shown(tx: Transaction, row: Recommendation) -> RecommendationView:
    target = Target("recommendation", row.id)
    tx.session.flush()
    forget(tx, target)
    require(tx, Action.READ_RECOMMENDATION, target)
    return queries.views(tx, [row])[0]


def _tell(
    tx: Transaction, row: Recommendation, name: str, licence: Action, facts: dict[str, Fact]
) -> None:
    tx.session.flush()
    tx.emit(
        Event(
            name=name,
            licence=licence,
            target=Target("recommendation", row.id),
            organisations=frozenset({row.organisation_id}),
            facts={"number": row.number, **facts},
            stage=row.state,
        )
    )


def _tell_privately(
    tx: Transaction, row: Recommendation, name: str, licence: Action, target: Target
) -> None:
    # In the log one more page read, to everybody but the organisation itself.
    tx.session.flush()
    as_reading(tx, row.version_id)
    tx.emit(
        Event(
            name=name,
            licence=licence,
            target=target,
            subject=Target("version", row.version_id),
            facts={"recommendation": row.id},
        )
    )
