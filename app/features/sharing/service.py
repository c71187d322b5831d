"""Answers shared further: with organisations that did not ask, without a word of who did."""

import hashlib

from app.access.decide import may, require
from app.access.deposit import deposit_field, share_field
from app.access.editions import active_redactions, edition_key, withheld_ids
from app.access.linter import withheld_in
from app.access.narrowing import granted_codes
from app.access.numbers import next_number
from app.access.release import release_field
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.targets import FieldRef, Target
from app.features.requests import parts
from app.features.requests.moving import locked, tell
from app.features.requests.queries import get_request, organisation_names, version_facts
from app.features.requests.schemas import TextView
from app.features.requests.texts import text
from app.features.requests.triage import NOTHING_WITHHELD
from app.features.sharing import queries
from app.features.sharing.naming import naming
from app.features.sharing.schemas import (
    AnswerChoice,
    ShareAnswer,
    Shared,
    SharedAnswers,
    SharedAnswerView,
    ShareView,
)
from app.features.sharing.wording import questions_shared, refuse_own_words, wording_view
from app.kernel.clock import now
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.ids import new_id
from app.models.requests import Request
from app.models.reviews import Receipt, Review
from app.models.sharing import SharedAnswer, SharedFrom
from app.transaction import Transaction


def read_share(tx: Transaction, request_id: str) -> ShareView:
    """Give what of a request can be shared, and with whom."""
    require(tx, Action.SHARE_ANSWER, Target("request", request_id))
    row = get_request(tx, request_id)
    found, narrower = queries.audiences(tx, row)
    worded, released = text(tx, row, "reworded"), questions_shared(tx, row)
    answers = [
        AnswerChoice(round=answer.round, released_at=answer.released_at, text=body)
        for answer in queries.shareable(tx, row.id)
        if answer.released_at and (body := text(tx, row, f"answer.{answer.round}"))
    ]
    tell(tx, row, "RequestRead", Action.SHARE_ANSWER, step=False)
    return ShareView(
        request_id=row.id,
        number=row.number or "",
        organisation_name=organisation_names(tx, {row.organisation_id}).get(
            row.organisation_id, ""
        ),
        question=(worded.body or "") if worded else "",
        wording=wording_view(tx, row),
        questions=released,
        can_word=may(tx, Action.WORD_SHARED_QUESTION, Target("request", request_id)),
        answers=tuple(answers),
        audiences=tuple(found),
        withheld_from=narrower,
    )


def share_answer(tx: Transaction, request_id: str, command: ShareAnswer) -> Shared:
    """Share a released answer with organisations that read the same or more; each gets a receipt.

    Raises:
        Forbidden: the acting person had a hand in the answer or worded the question, or is not
            cleared for one of them.
        Invalid: somebody reads too narrow an edition, a statement is missing, or the texts say
            what is withheld or who asked, or the question is worded nowhere.
    """
    require(tx, Action.SHARE_ANSWER, Target("request", request_id))
    row = locked(tx, request_id)
    body = _body(tx, row, command.round)
    to = _audiences(tx, row, command)
    problems = {} if command.nothing_withheld else {"nothing_withheld": _UNSTATED}
    problems |= _found(tx, row, command, body, to)
    if problems:
        raise Invalid(fields=problems)
    refuse_own_words(tx, row, command.question)
    for review in to:
        require(tx, Action.GIVE_ANSWER, Target("review", review.id))
        _give(tx, row, review, command, body)
    tell(
        tx,
        row,
        "AnswerSharedFurther",
        Action.SHARE_ANSWER,
        facts={"round": command.round, "reviews": [review.id for review in to]},
    )
    return Shared(request_id=row.id, shared=len(to))


def read_shared(tx: Transaction, review_id: str) -> SharedAnswers:
    """Give what was shared in a review, to its organisation and to the publisher."""
    target = Target("review", review_id)
    require(tx, Action.READ_SHARED_ANSWERS, target)
    review = tx.session.get(Review, review_id)
    if review is None:
        raise NotFound
    rows = queries.list_shared(tx, review_id)
    origins = queries.sources(tx, {row.id for row in rows})
    title, number, _ = version_facts(tx, review.version_id)
    tx.emit(
        Event(
            name="SharedAnswersRead",
            licence=Action.READ_SHARED_ANSWERS,
            target=target,
            facts={"answers": [row.number for row in rows]},
        )
    )
    return SharedAnswers(
        review_id=review_id,
        report_title=title,
        version_number=number,
        organisation_name=organisation_names(tx, {review.organisation_id}).get(
            review.organisation_id, ""
        ),
        answers=tuple(
            SharedAnswerView(
                id=row.id,
                number=row.number,
                shared_at=row.shared_at,
                question=_text(tx, target, f"shared_question.{row.id}"),
                answer=_text(tx, target, f"shared_answer.{row.id}"),
                receipt_id=row.receipt_id,
                request_id=origins.get(row.id, (None, None))[0],
                request_number=origins.get(row.id, (None, None))[1],
            )
            for row in rows
        ),
    )


_UNSTATED = "Confirm that it holds nothing withheld from those who get it."


def _body(tx: Transaction, row: Request, number: int) -> str:
    if number not in {answer.round for answer in queries.shareable(tx, row.id)}:
        raise Invalid(fields={"round": "Choose an answer that was released."})
    if tx.actor.id in parts.answer_drafters(tx, row.id, number):
        raise Forbidden("You had a hand in this answer, so somebody else shares it.")
    found = text(tx, row, f"answer.{number}")
    if found is None or found.body is None:
        raise Forbidden("You are not cleared for the text of this answer, so you cannot share it.")
    return found.body


def _audiences(tx: Transaction, row: Request, command: ShareAnswer) -> list[Review]:
    found, _ = queries.audiences(tx, row)
    open_to = {one.review_id for one in found if one.shared_at is None}
    had = {one.review_id for one in found} - open_to
    if set(command.reviews) & had:
        raise Conflict("One of these organisations has it already; nothing was shared.")
    if not set(command.reviews) <= open_to:
        raise Invalid(
            fields={"reviews": "Choose organisations that read the same edition or more."}
        )
    return [tx.session.get_one(Review, one) for one in sorted(set(command.reviews))]


def _found(
    tx: Transaction, row: Request, command: ShareAnswer, body: str, to: list[Review]
) -> dict[str, str]:
    """Find what the texts say that is withheld from somebody, or that names who asked.

    Only what the released answer says can be confirmed: the question can be worded otherwise.
    """
    named = {
        "question": naming(tx, row, command.question),
        "round": naming(tx, row, body),
    }
    problems = {
        field: f"This names who asked: {', '.join(names)}."
        for field, names in named.items()
        if names
    }
    asked = _compared(tx, row, command, to, command.question)
    answered = _compared(tx, row, command, to, body)
    if asked:
        problems["question"] = f"This says what is withheld: {_shown(asked)}. Word it otherwise."
    if answered and not command.hits_confirmed:
        problems["hits_confirmed"] = f"The answer says what is withheld: {_shown(answered)}."
    return problems


def _shown(hits: list[str]) -> str:
    return ", ".join(f"“{one}”" for one in dict.fromkeys(hits))[:300]


def _compared(
    tx: Transaction, row: Request, command: ShareAnswer, to: list[Review], body: str
) -> list[str]:
    found = [
        withheld_in(tx, row.version_id, organisation_id=review.organisation_id, texts=[body])
        for review in to
    ]
    hits = [hit.words for one in found for hit in one.hits]
    facts: dict[str, Fact] = {
        "round": command.round,
        "hits": len(hits),
        "unread": max((one.unread for one in found), default=0),
        "confirmed": command.hits_confirmed,
    }
    tell(tx, row, "AnswerCompared", Action.SHARE_ANSWER, step=False, facts=facts)
    return hits


def _give(tx: Transaction, row: Request, review: Review, command: ShareAnswer, body: str) -> None:
    target, organisation_id = Target("review", review.id), review.organisation_id
    shared = SharedAnswer(
        id=new_id("shared"),
        number=next_number(tx, organisation_id, "SA"),
        organisation_id=organisation_id,
        review_id=review.id,
        version_id=row.version_id,
        shared_by=tx.actor.id,
        shared_at=now(),
    )
    digest = hashlib.sha256(f"{command.question}\n\n{body}".encode()).hexdigest()
    receipt = _receipt(tx, shared, digest)
    shared.receipt_id = receipt.id
    tx.session.add(shared)
    tx.session.flush()
    tx.session.add(SharedFrom(shared_id=shared.id, request_id=row.id, round=command.round))
    for field, words in (("question", command.question), ("answer", body)):
        name = f"shared_{field}.{shared.id}"
        deposit_field(
            tx,
            target,
            field=name,
            body=words,
            version_id=row.version_id,
            organisation_id=organisation_id,
            shared=False,
        )
        tx.session.flush()
        share_field(tx, target, field=name, narrowed_to=())
    tx.emit(
        Event(
            name="AnswerShared",
            licence=Action.GIVE_ANSWER,
            target=target,
            organisations=frozenset({organisation_id}),
            facts={
                "number": shared.number,
                "digest": digest,
                "receipt": receipt.id,
                "edition": receipt.items[0]["edition_key"],
                "stated": NOTHING_WITHHELD,
            },
        )
    )


def _receipt(tx: Transaction, shared: SharedAnswer, digest: str) -> Receipt:
    """Pin what was shared: with whom, beside which edition, by its digest."""
    codes = granted_codes(tx, shared.version_id, organisation_id=shared.organisation_id)
    redactions = active_redactions(tx, shared.version_id)
    occurring = {code for redaction in redactions for code in redaction.categories}
    receipt = Receipt(
        id=new_id("receipt"),
        review_id=shared.review_id,
        organisation_id=shared.organisation_id,
        items=[
            {
                "item": f"Answer {shared.number}, shared with you",
                "version_id": shared.version_id,
                "edition_key": edition_key(shared.version_id, withheld_ids(redactions, codes)),
                "digest": digest,
                "withholds": sorted(occurring - codes),
                "handling": "view",
            }
        ],
        issued_at=now(),
    )
    tx.session.add(receipt)
    tx.session.flush()
    return receipt


def _text(tx: Transaction, target: Target, field: str) -> TextView | None:
    try:
        found = release_field(tx, FieldRef(subject=target, field=field))
    except NotFound:
        return None
    return TextView(field=field, body=found.body, masked=found.masked, missing=found.missing_codes)
