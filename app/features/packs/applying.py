"""Applying a question pack to a review: what it would make, the drafts, and what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.access.decide import keep_to_read, may, require
from app.access.release import release_fields
from app.access.request_facts import remember_requests
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.packs import MOST_DRAFTS, Place, asked_mark, filled, spread
from app.domain.requests import State
from app.domain.targets import Target
from app.features.packs import content, queries
from app.features.packs.schemas import (
    AppliedView,
    ApplyPack,
    PackItem,
    PlaceView,
    Preview,
    PreviewItem,
    RunItem,
    RunView,
)
from app.features.packs.service import target_of
from app.features.requests.commands import Basis, DraftRequest
from app.features.requests.queries import open_reviews, person_names, state_for
from app.features.requests.service import draft_request
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.ids import new_id
from app.models.packs import PackAsked, PackRun, QuestionPack
from app.models.requests import Request
from app.models.reviews import Review
from app.transaction import Decision, Transaction

_ANSWERED = frozenset({State.RELEASED, State.CLOSED})


@dataclass(frozen=True)
class _Asking:
    """One item about one place, and how often it was asked before in the review."""

    item: PackItem
    place: Place
    mark: str
    before: int


def preview_pack(
    tx: Transaction, pack_id: str, *, review_id: str = "", places: Sequence[str] = ()
) -> Preview:
    """Say what applying a pack would make; without a review named, in the newest open one."""
    reviews = open_reviews(tx)
    review_id = review_id or (reviews[0][0] if reviews else "")
    row, review = _required(tx, pack_id, review_id)
    items, _ = content.items_of(tx, row)
    known = queries.places_in(tx, review.version_id)
    try:
        chosen = queries.chosen_places(known, places)
    except NotFound:
        _refuse(tx, review_id)
        raise
    askings = _askings(tx, review_id, items, range(len(items)), chosen)
    before: dict[str, list[str]] = {}
    for asking in askings:
        if asking.before:
            before.setdefault(asking.item.question, []).append(asking.place.label)
    picked = {place.id for place in chosen}
    tx.emit(Event(name="PackRead", licence=Action.READ_PACK, target=target_of(row)))
    return Preview(
        pack_id=row.id,
        title=content.text_of(tx, row, "title"),
        review_id=review.id,
        review=dict(reviews).get(review.id, ""),
        reviews=tuple(reviews),
        places=tuple(
            PlaceView(id=place.id or "", label=place.label, chosen=place.id in picked)
            for place in known
        ),
        questions=tuple(
            PreviewItem(
                number=number,
                item=item,
                question=filled(item.question, chosen[0]),
                asked_before=tuple(before.get(item.question, ())),
            )
            for number, item in enumerate(items)
        ),
        drafts=sum(1 for asking in askings if not asking.before),
    )


def apply_pack(tx: Transaction, pack_id: str, command: ApplyPack) -> AppliedView:
    """Make drafts of a pack in a review, all or none.

    Raises:
        Conflict: all of it was asked before in this review, or the pack was put away.
        Invalid: nothing chosen, or more drafts than one application makes (`chosen`).
    """
    row, review = _required(tx, pack_id, command.review_id)
    if row.retired_at is not None:
        raise Conflict("This pack was put away; it cannot be applied any more.")
    items, sensitivity = content.items_of(tx, row)
    numbers = sorted(set(command.chosen)) or range(len(items))
    if any(number >= len(items) for number in numbers):
        raise Invalid(fields={"chosen": "There is no such question in this pack any more."})
    try:
        places = queries.chosen_places(queries.places_in(tx, review.version_id), command.places)
    except NotFound:
        _refuse(tx, review.id)
        raise
    askings = _askings(tx, review.id, items, numbers, places)
    wanted = [asking for asking in askings if command.again or not asking.before]
    _refuse_count(askings, wanted)
    run = PackRun(
        id=new_id("pack_run"),
        pack_id=row.id,
        review_id=review.id,
        organisation_id=review.organisation_id,
        applied_by=tx.actor.id,
        applied_at=now(),
    )
    tx.session.add(run)
    tx.session.flush()
    made = [_draft(tx, run, place, asking, sensitivity) for place, asking in enumerate(wanted)]
    tx.emit(
        Event(
            name="PackApplied",
            licence=Action.DRAFT_REQUEST,
            target=Target("review", review.id),
            subject=target_of(row),
            facts={"run": run.id, "requests": made},
        )
    )
    return AppliedView(pack_id=row.id, run_id=run.id, requests=tuple(made))


def read_run(tx: Transaction, pack_id: str, run_id: str) -> RunView:
    """Give what became of a pack in a review: each item, its request, and where that stands."""
    target = Target("pack", pack_id)
    require(tx, Action.READ_PACK, target)
    row = queries.get_pack(tx, pack_id)
    run = queries.find_run(tx, pack_id, run_id)
    if run is None:
        tx.decisions.append(
            Decision(
                action=Action.READ_PACK,
                target=target,
                allowed=False,
                policies=(),
                private=not row.offered,
            )
        )
        raise NotFound
    items = _run_items(tx, run)
    tx.emit(
        Event(name="PackRunRead", licence=Action.READ_PACK, target=target, facts={"run": run.id})
    )
    return RunView(
        id=run.id,
        pack_id=row.id,
        title=content.text_of(tx, row, "title"),
        review=queries.review_labels(tx, {run.review_id}).get(run.review_id, ""),
        applied_at=run.applied_at,
        applied_by=person_names(tx, {run.applied_by}).get(run.applied_by, ""),
        requests=tuple(items),
        answered=sum(1 for item in items if item.answered),
        drafts=sum(1 for item in items if item.state == "draft"),
    )


def may_apply(tx: Transaction) -> bool:
    """Say whether the acting person can draft requests in any review of theirs."""
    return any(
        may(tx, Action.DRAFT_REQUEST, Target("review", review_id))
        for review_id, _ in open_reviews(tx)
    )


def _required(tx: Transaction, pack_id: str, review_id: str) -> tuple[QuestionPack, Review]:
    require(tx, Action.DRAFT_REQUEST, Target("review", review_id))
    require(tx, Action.READ_PACK, Target("pack", pack_id))
    review = tx.session.get(Review, review_id)
    if review is None:
        raise NotFound
    return queries.get_pack(tx, pack_id), review


def _refuse(tx: Transaction, review_id: str) -> None:
    """Leave an entry of a place of another version that was named."""
    target = Target("review", review_id)
    tx.decisions.append(
        Decision(action=Action.DRAFT_REQUEST, target=target, allowed=False, policies=())
    )


def _askings(
    tx: Transaction,
    review_id: str,
    items: Sequence[PackItem],
    numbers: Sequence[int],
    places: Sequence[Place],
) -> list[_Asking]:
    asked = [
        (items[numbers[at]], place, asked_mark(items[numbers[at]].question, place))
        for at, place in spread(len(numbers), places)
    ]
    counts = queries.askings(tx, review_id, (mark for *_, mark in asked))
    return [_Asking(item, place, mark, counts.get(mark, 0)) for item, place, mark in asked]


def _refuse_count(askings: Sequence[_Asking], wanted: Sequence[_Asking]) -> None:
    if askings and not wanted:
        raise Conflict(
            "All of these were asked before in this review.",
            remedy="To ask once more, say so where you choose the questions.",
        )
    if not wanted:
        raise Invalid(fields={"chosen": "Choose at least one question."})
    if len(wanted) > MOST_DRAFTS:
        said = f"This would make {len(wanted)} drafts; at most {MOST_DRAFTS} at once."
        raise Invalid(fields={"chosen": f"{said} Choose fewer questions or places."})


def _draft(
    tx: Transaction, run: PackRun, place: int, asking: _Asking, sensitivity: frozenset[str]
) -> str:
    item, about = asking.item, asking.place
    basis = Basis(kind="claim", id=about.id) if about.kind == "claim" else Basis(kind="report")
    made = draft_request(
        tx,
        DraftRequest(
            review_id=run.review_id,
            type=item.type,
            question=filled(item.question, about),
            purpose=filled(item.purpose, about),
            substitutes=filled(item.instead, about),
            expected_form=item.form,
            basis=basis,
        ),
        at_least=sensitivity,
    )
    tx.session.add(
        PackAsked(
            run_id=run.id,
            place=place,
            organisation_id=run.organisation_id,
            review_id=run.review_id,
            request_id=made.id,
            about=about.label,
            mark=asking.mark,
            nth=asking.before,
        )
    )
    tx.session.flush()
    return made.id


def _run_items(tx: Transaction, run: PackRun) -> list[RunItem]:
    pairs = queries.asked_in(tx, run.id)
    requests = [request for _, request in pairs]
    remember_requests(tx, requests)
    kept = keep_to_read(tx, Action.READ_REQUEST, requests, _request)
    questions = release_fields(tx, [_request(row) for row in kept], field="question")
    shown = {row.id for row in kept}
    return [
        RunItem(
            request_id=row.id,
            number=row.number,
            about=asked.about,
            question=(questions[row.id].body or "") if row.id in questions else "",
            type=row.type,
            form=row.expected_form or None,
            state=state_for(row, "asker"),
            answered=State(row.state) in _ANSWERED,
        )
        for asked, row in pairs
        if row.id in shown
    ]


def _request(row: Request) -> Target:
    return Target("request", row.id)
