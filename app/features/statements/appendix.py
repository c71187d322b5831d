"""Makes the process appendix of a review from its record, for its own organisation.

Everything is read by scoped queries as the acting person may see it; nothing is typed, and nothing
of another organisation can be in it. Nothing of it is free text of the report or of a request.
"""

from datetime import UTC
from typing import Any

from sqlalchemy import func, select

from app.access.decide import may
from app.access.editions import lifted_codes
from app.access.release import release_gaps
from app.access.removals import removals_of
from app.domain import elapsed
from app.domain.actions import Action
from app.domain.assurances import STATES as ASSURED
from app.domain.calendar import Calendar
from app.domain.findings import CLASSES
from app.domain.positions import BASES, STANCES
from app.domain.recommendations import RESPONSES, URGENCIES
from app.domain.requests import DETERMINATIONS, TYPES
from app.domain.statements import COMMENT_KINDS, DECISIONS, PAYMENTS, RIGHTS, TOPICS
from app.domain.targets import Target
from app.domain.withheld import outcome
from app.features.provided import queries as provided
from app.features.provided.schemas import ProvidedFilter
from app.features.reviews import queries as reviews
from app.features.speed import queries as speed
from app.features.statements import checklists, outcomes, queries, readable
from app.features.statements.materials import materials_of
from app.features.statements.outcomes import ENDED
from app.features.statements.publication import publication_of
from app.features.statements.queries import Around
from app.features.statements.record import (
    Advised,
    Appendix,
    Asked,
    Assured,
    CommentLine,
    Counted,
    Found,
    Pace,
    Removed,
    ReviewFacts,
    Talk,
    Updated,
)
from app.features.statements.timeline import day_of, timeline_of
from app.features.withheld import queries as withheld
from app.kernel.clock import now
from app.kernel.errors import NotFound, Unavailable
from app.models.assurances import Assurance
from app.models.findings import Finding
from app.models.interviews import Interview
from app.models.positions import PositionRelease, ReleasedPosition
from app.models.recommendations import Recommendation, RecommendationResponse
from app.models.requests import Request
from app.models.reviews import Review
from app.models.statements import Statement
from app.models.withheld import Assessment
from app.transaction import Transaction

MOST_REQUESTS = 2_000
_CLOSED = "The version is closed to the organisation now; the receipts say what it was given."


def make_appendix(
    tx: Transaction,
    around: Around,
    statement: Statement | None,
    *,
    said: str = "",
    updated: Updated | None = None,
) -> Appendix:
    """Make the appendix of a review as its record stands now; a statement adds its comments.

    Args:
        tx: the transaction.
        around: the review.
        statement: the statement, where one is begun.
        said: digest of what the statement says: audit/statement.said_digest.
        updated: how it differs from the edition before.

    The caller has decided that the acting person may have it, and tells of it.
    """
    review = around.review
    asked, rows = _asked(tx, review)
    summary, removed, index_made = _removed(tx, around)
    made = Appendix(
        taken_at=now().astimezone(UTC).isoformat(timespec="seconds"),
        review=_review(tx, around),
        timeline=(),
        materials=materials_of(tx, review),
        pace=_pace(tx, review, rows),
        requests=asked,
        interviews=_interviews(tx, review),
        assurances=_assurances(tx, review),
        findings=_findings(tx, review),
        positions=_positions(tx, around),
        recommendations=_recommendations(tx, review),
        redaction_summary=summary,
        index_made=index_made,
        removed=removed,
        assessed=_assessed(tx, around),
        comments=_comments(tx, statement),
        open_points=(),
        checklists=(),
        publication=publication_of(tx, around.review, statement, said) if statement else None,
        update=updated,
    )
    made = made.model_copy(update={"timeline": timeline_of(tx, around, made, statement)})
    made = made.model_copy(update={"open_points": _open_points(made)})
    return made.model_copy(update={"checklists": checklists.filled(made)})


def _review(tx: Transaction, around: Around) -> ReviewFacts:
    review, version = around.review, around.version
    terms = reviews.get_terms(tx, review.id)
    accepted = {row.name for row in reviews.list_undertakings(tx, review.id) if row.current}
    return ReviewFacts(
        organisation=around.organisation.name,
        organisation_kind=around.organisation.kind,
        report=around.report.title,
        version=version.number,
        version_label=version.label,
        version_published_on=day_of(version.published_at),
        type=review.type,
        scope=review.scope,
        starts_on=day_of(review.starts_at),
        ends_on=day_of(review.ends_at),
        terms_title=terms.title,
        terms_digest=terms.digest,
        accepted_by=len(accepted),
        publication_right=RIGHTS[review.publication_right],
        payment=PAYMENTS[review.payment],
    )


def _asked(tx: Transaction, review: Review) -> tuple[tuple[Asked, ...], list[Any]]:
    """Give the ledger of what was asked and provided, without anybody's reasons."""
    statement, _ = provided.matching(tx, ProvidedFilter(review=review.id))
    found = provided.page_of(tx, statement, offset=0, limit=MOST_REQUESTS)
    rows = readable.of_requests(tx, found, lambda row: row.Request)
    return tuple(_ledger_row(row) for row in rows if row.Request.number), rows


def _ledger_row(row: Any) -> Asked:
    request: Request = row.Request
    words = {**DETERMINATIONS, "by_reference": "Answered by reference", "open": "Open"}
    released = row.released_at.astimezone(UTC).date() if row.released_at else None
    late = (released - request.due_on).days if released and request.due_on else 0
    return Asked(
        number=request.number or "",
        type=TYPES.get(request.type, request.type),
        asked_on=day_of(request.submitted_at),
        outcome=words.get(row.outcome, row.outcome.replace("_", " ").capitalize()),
        code=row.category or "",
        released_on=released.isoformat() if released else "",
        late_by=max(0, late),
    )


def _pace(tx: Transaction, review: Review, rows: list[Any]) -> Pace:
    calendar, moment = Calendar(review.calendar), now()
    known = {row.Request.id for row in rows}
    asked = [one for one in speed.list_asked(tx, [review.id]) if one.request_id in known]
    paces = [elapsed.pace(one.steps, calendar, until=moment) for one in asked]
    first = [one.first_answer for one in paces if one.first_answer is not None]
    accepted = [one.acceptance for one in paces if one.acceptance is not None]
    outcomes = [row.outcome for row in rows]
    return Pace(
        asked=len(outcomes),
        answered=sum(one not in ("open", "withheld") for one in outcomes),
        withheld=outcomes.count("withheld"),
        open=outcomes.count("open"),
        first_answer_median=_figure(elapsed.median(first)),
        acceptance_median=_figure(elapsed.median(accepted)),
        overdue=sum(one.overdue for one in asked),
    )


def _figure(value: float | None) -> str:
    return "none yet" if value is None else f"{value:g}"


def _interviews(tx: Transaction, review: Review) -> tuple[Talk, ...]:
    rows = tx.session.execute(
        select(Interview, Request)
        .join(Request, Request.id == Interview.request_id)
        .where(Request.review_id == review.id, Request.number.is_not(None))
        .order_by(Request.number)
    ).all()
    return tuple(
        Talk(
            number=row.Request.number or "",
            standing=row.Interview.standing.replace("_", " "),
            starts_on=day_of(row.Interview.starts_at),
            minutes=row.Interview.minutes or 0,
        )
        for row in readable.of_requests(tx, rows, lambda row: row.Request)
    )


def _assurances(tx: Transaction, review: Review) -> tuple[Assured, ...]:
    rows = tx.session.scalars(
        select(Assurance)
        .where(Assurance.review_id == review.id, Assurance.released_at.is_not(None))
        .order_by(Assurance.number)
    ).all()
    return tuple(
        Assured(
            number=row.number,
            outcome=ASSURED.get(row.state, row.state),
            as_of=row.as_of.isoformat() if row.as_of else "",
            signatory=row.signatory_name or "",
            digest=row.digest or "",
        )
        for row in readable.of_assurances(tx, rows)
    )


def _findings(tx: Transaction, review: Review) -> tuple[Found, ...]:
    rows = tx.session.scalars(
        select(Finding)
        .where(Finding.review_id == review.id, Finding.state != "draft")
        .order_by(Finding.number)
    ).all()
    kept = readable.of_findings(tx, rows)
    became = outcomes.of_findings(tx, kept)
    return tuple(
        Found(
            number=row.number,
            kind=CLASSES.get(row.finding_class, row.finding_class),
            state=became[row.id],
            filed_on=day_of(row.filed_at),
        )
        for row in kept
    )


def _positions(tx: Transaction, around: Around) -> tuple[Counted, ...]:
    if not may(tx, Action.READ_POSITIONS, Target("review", around.review.id)):
        return ()
    rows = tx.session.execute(
        select(ReleasedPosition.basis, ReleasedPosition.stance, func.count().label("n"))
        .join(PositionRelease, PositionRelease.id == ReleasedPosition.release_id)
        .where(
            PositionRelease.review_id == around.review.id,
            PositionRelease.version_id == around.version.id,
            PositionRelease.latest,
            ~PositionRelease.withdraws,
        )
        .group_by(ReleasedPosition.basis, ReleasedPosition.stance)
        .order_by(ReleasedPosition.basis, ReleasedPosition.stance)
    )
    return tuple(
        Counted(name=f"{BASES[row.basis]}: {STANCES[row.stance].lower()}", count=row.n)
        for row in rows
    )


def _recommendations(tx: Transaction, review: Review) -> tuple[Advised, ...]:
    filed = tx.session.scalars(
        select(Recommendation)
        .where(Recommendation.review_id == review.id, Recommendation.filed_at.is_not(None))
        .order_by(Recommendation.number)
    ).all()
    rows = readable.of_recommendations(tx, filed)
    answered = tx.session.execute(
        select(RecommendationResponse.recommendation_id, RecommendationResponse.response)
        .where(RecommendationResponse.recommendation_id.in_([row.id for row in rows]))
        .order_by(RecommendationResponse.given_at)
    )
    said = {row.recommendation_id: row.response for row in answered}
    return tuple(
        Advised(
            number=row.number or "",
            urgency=URGENCIES.get(row.urgency, row.urgency),
            response=RESPONSES.get(said.get(row.id, ""), "Not answered"),
        )
        for row in rows
    )


def _removed(tx: Transaction, around: Around) -> tuple[str, tuple[Removed, ...], bool]:
    """Give the summary and the index of one's own edition: places, categories, public words."""
    version_id = around.version.id
    if not may(tx, Action.READ_VERSION, Target("version", version_id)):
        return _CLOSED, (), False
    claims = withheld.claims_rested_on(tx, version_id)
    try:
        gaps = release_gaps(tx, version_id, [(page, rects) for _, page, rects in claims])
    except (Unavailable, NotFound):
        return _CLOSED, (), False
    lifted = lifted_codes(tx, version_id)
    rows = removals_of(tx, version_id, lifted=lifted, outline=())
    touched = [code for (code, _, _), hidden in zip(claims, gaps, strict=True) if hidden]
    count = sum(row.withheld for row in rows)
    said = outcome(
        withheld=count,
        claims=len(claims),
        touched=touched,
        whole=withheld.pages_rested_on(tx, version_id),
    )
    index = tuple(
        Removed(
            place=f"Evidence {row.evidence}" if row.evidence else f"Page {row.page}",
            categories=row.categories,
            what=row.character,
            size=row.size,
            reason=row.justification,
            withheld=row.withheld,
        )
        for row in rows
    )
    return said.sentence, index, True


def _assessed(tx: Transaction, around: Around) -> tuple[Counted, ...]:
    shared = tx.session.scalars(
        select(Assessment).where(
            Assessment.version_id == around.version.id,
            Assessment.organisation_id == around.review.organisation_id,
            Assessment.state == "shared",
        )
    ).all()
    rows = readable.of_assessments(tx, shared)
    counts: dict[str, int] = {}
    for row in rows:
        for axis in ("scope", "reason", "balance", "materiality"):
            name = f"{axis.capitalize()}: {getattr(row, axis).replace('_', ' ')}"
            counts[name] = counts.get(name, 0) + 1
    return tuple(Counted(name=name, count=counts[name]) for name in sorted(counts))


def _comments(tx: Transaction, statement: Statement | None) -> tuple[CommentLine, ...]:
    if statement is None:
        return ()
    return tuple(
        CommentLine(
            number=row.number,
            kind=COMMENT_KINDS[row.kind],
            category=row.category or "",
            section=TOPICS[row.topic][0],
            decision=DECISIONS.get(row.decision or "", "Not decided"),
        )
        for row in queries.comments_of(tx, statement.id)
    )


def _open_points(made: Appendix) -> tuple[str, ...]:
    points = [
        f"Request {one.number} ({one.type.lower()}) is not answered"
        for one in made.requests
        if one.outcome == "Open"
    ]
    points += [
        f"Request {one.number} was withheld under {one.code or 'no code'}"
        for one in made.requests
        if one.outcome == DETERMINATIONS["withheld"]
    ]
    points += [
        f"Finding {one.number}: {one.state.lower()}"
        for one in made.findings
        if not one.state.startswith(ENDED)
    ]
    points += [
        f"Recommendation {one.number} is not answered"
        for one in made.recommendations
        if one.response == "Not answered"
    ]
    points += [
        f"Comment {one.number} is not decided"
        for one in made.comments
        if one.decision == "Not decided"
    ]
    return tuple(points)
