"""Builds the view of a request for whoever reads it: every text and passage comes by release.

Reading only: nothing here changes a row. The caller has required READ_REQUEST.
"""

from collections.abc import Sequence
from typing import Any

from app.access.decide import may, may_all, require
from app.access.earlier import find_own_answers
from app.access.release import gather_fields
from app.domain.actions import Action
from app.domain.parts import PartMove, part_admits
from app.domain.requests import UNTRIAGED, Move, Outward, State, admits
from app.domain.targets import Target
from app.features.requests import parts, queries
from app.features.requests.attaching import attached_to
from app.features.requests.beside import acts_beside, beside
from app.features.requests.checking import check_view
from app.features.requests.clocks import elapsed_of, promise
from app.features.requests.following import basis_view, follow_ups, related
from app.features.requests.keeping import kept_view
from app.features.requests.parts import Part
from app.features.requests.queries import SeenAs
from app.features.requests.schemas import (
    AnswerView,
    AskerView,
    NoteView,
    OwnAnswerView,
    PartView,
    PublisherView,
    ReadyView,
    RequestView,
    ResponderView,
    TextView,
)
from app.features.requests.texts import text
from app.features.requests.timeline import timeline
from app.models.history import Stage
from app.models.requests import Answer, Request
from app.transaction import Transaction

MOST_OWN = 3
"""Earlier answers that an expert is offered to use again."""

_ACTS: dict[SeenAs, dict[str, tuple[Action, Move | None]]] = {
    "asker": {
        "submit": (Action.SUBMIT_REQUEST, Move.SUBMIT),
        "refer": (Action.REFER_REQUEST, Move.REFER),
        "keep": (Action.KEEP_REQUEST, None),
        "clarify": (Action.CLARIFY_REQUEST, Move.CLARIFY),
        "accept": (Action.ACCEPT_ANSWER, Move.ACCEPT),
        "return": (Action.RETURN_ANSWER, Move.RETURN),
        "appeal": (Action.APPEAL_ANSWER, Move.APPEAL),
        "withdraw": (Action.WITHDRAW_REQUEST, Move.WITHDRAW),
    },
    "publisher": {
        "take": (Action.TRIAGE_REQUEST, Move.TAKE),
        "reword": (Action.TRIAGE_REQUEST, None),
        "ask_clarification": (Action.ASK_CLARIFICATION, Move.ASK_CLARIFICATION),
        "assign": (Action.ASSIGN_REQUEST, Move.ASSIGN),
        "record": (Action.RECORD_ANSWER, Move.DRAFT_ANSWER),
        "point": (Action.POINT_TO_RELEASED, Move.DRAFT_ANSWER),
        "merge": (Action.MERGE_REQUEST, None),
        "decide_appeal": (Action.DECIDE_APPEAL, Move.UPHOLD),
        "share": (Action.SHARE_ANSWER, None),
        "note": (Action.NOTE_REQUEST, None),
    },
    "responder": {"note": (Action.NOTE_REQUEST, None)},
}
_ACTS_OF_PARTS: dict[str, tuple[Action, PartMove, Move]] = {
    "assign": (Action.ASSIGN_REQUEST, PartMove.GIVE, Move.ASSIGN),
    "drop": (Action.ASSIGN_REQUEST, PartMove.DROP, Move.ASSIGN),
    "hand_over": (Action.HAND_OVER_PART, PartMove.DRAFT, Move.DRAFT_ANSWER),
    "draft_answer": (Action.DRAFT_ANSWER, PartMove.DRAFT, Move.DRAFT_ANSWER),
    "release": (Action.RELEASE_ANSWER, PartMove.RELEASE, Move.RELEASE),
    "send_back": (Action.SEND_BACK_ANSWER, PartMove.SEND_BACK, Move.SEND_BACK),
}
_FROM_SUBMITTED = frozenset({"assign", "ask_clarification"})  # taking into triage comes with them
_FROM_TRIAGE = frozenset({"record", "point"})  # so does giving it to oneself


def request_view(tx: Transaction, row: Request) -> RequestView:
    """Give a request as the acting person may see it."""
    seen = queries.seen_as(tx)
    gather_fields(tx, Target("request", row.id))
    stages = queries.list_stages(tx, row.id, seen=seen)
    title, number, _ = queries.version_facts(tx, row.version_id)
    shared: dict[str, Any] = {
        "id": row.id,
        "state": queries.state_for(row, seen),
        "report_title": title,
        "version_id": row.version_id,
        "version_number": number,
        "type": row.type,
        "expected_form": row.expected_form or None,
        "clock": queries.clock_of(row, seen),
        "basis": basis_view(tx, row, seen=seen),
        "interview": queries.interview_standing(tx, row),
        "timeline": timeline(tx, row, stages, seen),
    }
    if seen == "asker":
        return _for_asker(tx, row, stages, shared)
    if seen == "responder":
        return _for_responder(tx, row, stages, shared)
    return _for_publisher(tx, row, stages, shared)


def _for_asker(
    tx: Transaction, row: Request, stages: Sequence[Stage], shared: dict[str, Any]
) -> AskerView:
    ended = row.state if shared["state"] == "closed" else None
    return AskerView(
        **shared,
        acts=tuple(_acts(tx, row, "asker")),
        number=row.number,
        ended_as=ended,
        review_id=row.review_id,
        wanted_by=row.wanted_by,
        returns=row.returns,
        drafted_by=queries.person_names(tx, {row.drafted_by}).get(row.drafted_by, ""),
        created_at=row.created_at,
        submitted_at=row.submitted_at,
        beyond_window=_beyond_window(tx, row),
        released_so_far=_so_far(shared),
        open_rounds=tuple(answer.round for answer in parts.list_answers(tx, row.id, "released")),
        promise=promise(tx, row.review_id, row.type) if shared["state"] == "draft" else None,
        elapsed=elapsed_of(tx, row, stages, seen="asker"),
        question=text(tx, row, "question"),
        purpose=text(tx, row, "purpose"),
        substitutes=text(tx, row, "substitutes"),
        reference=text(tx, row, "reference"),
        referred_to=related(tx, row.referred_to, seen="asker"),
        follow_ups=follow_ups(tx, row, seen="asker"),
        kept_to=kept_view(tx, row),
        ready=_ready(tx, row) if shared["state"] == "draft" else None,
    )


def _ready(tx: Transaction, row: Request) -> ReadyView | None:
    if row.ready_at is None or row.ready_by is None:
        return None
    names = queries.person_names(tx, {row.ready_by})
    return ReadyView(by=names.get(row.ready_by, ""), at=row.ready_at)


def _so_far(shared: dict[str, Any]) -> str | None:
    """Say how many parts are released while others are still to come."""
    said = [step.released for step in shared["timeline"] if step.released]
    return said[-1] if said and shared["state"] == Outward.IN_PROGRESS.value else None


def _for_publisher(
    tx: Transaction, row: Request, stages: Sequence[Stage], shared: dict[str, Any]
) -> PublisherView:
    names = queries.organisation_names(tx, {row.organisation_id})
    held, following = parts.list_parts(tx, row.id), parts.followers(tx, row.id)
    acts = _acts(tx, row, "publisher")
    return PublisherView(
        **shared,
        acts=tuple(acts_beside(row, acts, held, following) if "merge" in acts else acts),
        number=row.number,
        alias=row.alias,
        organisation_id=row.organisation_id,
        organisation_name=names.get(row.organisation_id, ""),
        review_id=row.review_id,
        wanted_by=row.wanted_by,
        priority=row.priority,
        state_since=row.state_since,
        submitted_at=row.submitted_at,
        returns=row.returns,
        elapsed=elapsed_of(tx, row, stages, seen="publisher"),
        beyond_window=_beyond_window(tx, row),
        question=text(tx, row, "question"),
        purpose=text(tx, row, "purpose"),
        substitutes=text(tx, row, "substitutes"),
        referred_to=related(tx, row.referred_to, seen="publisher"),
        follow_ups=follow_ups(tx, row, seen="publisher"),
        reworded=text(tx, row, "reworded"),
        parts=_parts(tx, row, held),
        notes=_notes(tx, row),
        **beside(tx, row, held, following),
    )


def _for_responder(
    tx: Transaction, row: Request, stages: Sequence[Stage], shared: dict[str, Any]
) -> ResponderView:
    reworded = text(tx, row, "reworded", seen="responder")
    clarified = range(1, sum(stage.name == "ClarificationGiven" for stage in stages) + 1)
    given = [text(tx, row, f"clarification.{number}", seen="responder") for number in clarified]
    ask = reworded or text(tx, row, "question", seen="responder")
    held = _parts(tx, row, parts.own_parts(tx, row.id), seen="responder")
    return ResponderView(
        **shared,
        acts=tuple(_acts(tx, row, "responder")),
        alias=row.alias,
        ask=ask,
        reworded=reworded is not None,
        # Where the coordinator has worded the ask, the asker's own words stay out of sight.
        substitutes=None if reworded else text(tx, row, "substitutes", seen="responder"),
        clarifications=() if reworded else tuple(item for item in given if item),
        parts=held,
        own_answers=_own_answers(tx, row, ask, held),
        notes=_notes(tx, row, seen="responder"),
    )


def _own_answers(
    tx: Transaction, row: Request, ask: TextView | None, held: tuple[PartView, ...]
) -> tuple[OwnAnswerView, ...]:
    """Give what this expert answered to something alike, while there is an answer to write."""
    if not any("draft_answer" in part.acts for part in held):
        return ()
    asks = [ask, *(part.ask for part in held)]
    phrase = " ".join(one.body for one in asks if one is not None and one.body)
    found = find_own_answers(tx, Target("request", row.id), phrase, most=MOST_OWN) if phrase else []
    return tuple(
        OwnAnswerView(request_id=one.row.id, alias=one.row.alias, body=one.body) for one in found
    )


def _beyond_window(tx: Transaction, row: Request) -> bool:
    end = queries.review_end(tx, row.review_id)
    due = queries.clock_of(row, "asker").due_on
    return end is not None and due is not None and due > end


def _acts(tx: Transaction, row: Request, seen: SeenAs) -> list[str]:
    target, state = Target("request", row.id), State(row.state)
    known = _ACTS[seen]
    allowed = may_all(tx, [(action, target) for action, _ in known.values()])
    acts = [
        name
        for (name, (_, move)), good in zip(known.items(), allowed, strict=True)
        if good and (move is None or admits(move, _entered(name, state)))
    ]
    if seen == "asker" and may(tx, Action.DRAFT_REQUEST, Target("review", row.review_id)):
        acts += _acts_of_asking(tx, row, state)
    if "appeal" in acts and not parts.refused_answers(tx, row.id):
        acts.remove("appeal")
    if seen == "publisher" and "ask_clarification" in acts:
        acts.append("clock")
    return acts


def _acts_of_asking(tx: Transaction, row: Request, state: State) -> list[str]:
    if state in (State.RELEASED, State.CLOSED):
        return ["follow_up"]
    if state is not State.DRAFT:
        return []
    marking = ["take_back" if row.ready_at else "mark_ready"]
    return ["edit", *(marking if queries.lead_submits(tx, row.review_id) else [])]


def _entered(act: str, state: State) -> State:
    if act in _FROM_TRIAGE and state in UNTRIAGED:
        return State.ASSIGNED
    early = state is State.SUBMITTED and act in _FROM_SUBMITTED
    return State.IN_TRIAGE if early else state


def _parts(
    tx: Transaction, row: Request, held: list[Part], *, seen: SeenAs = "publisher"
) -> tuple[PartView, ...]:
    teams = queries.team_names(tx, {part.row.team_id or "" for part in held})
    people = queries.person_names(tx, {part.row.responder_id or "" for part in held})
    mains = queries.numbers_of(tx, {part.row.follows_id for part in held if part.row.follows_id})
    target = Target("request", row.id)
    wanted = list(_ACTS_OF_PARTS.items())
    allowed = may_all(tx, [(action, target) for _, (action, _, _) in wanted])
    acts = [(name, *rest) for (name, rest), good in zip(wanted, allowed, strict=True) if good]
    return tuple(
        PartView(
            id=part.row.id,
            number=part.row.number,
            team_id=part.row.team_id,
            team=teams.get(part.row.team_id or ""),
            responder_id=part.row.responder_id,
            responder=people.get(part.row.responder_id or ""),
            mine=part.row.responder_id == tx.actor.id,
            state=part.state.value,
            due_on=part.row.due_on or row.due_on,
            follows=mains.get(part.row.follows_id or ""),
            ask=text(tx, row, f"part.{part.row.id}", seen=seen) if part.row.worded else None,
            answer=(answer := _answer(tx, row, part.answer, seen=seen)),
            check=check_view(tx, row, answer) if seen == "publisher" else None,
            acts=tuple(
                name
                for name, _, part_move, move in acts
                if part.row.follows_id is None
                and part_admits(part_move, part.state)
                and admits(move, State(row.state))
            ),
        )
        for part in held
    )


def _answer(
    tx: Transaction, row: Request, answer: Answer | None, *, seen: SeenAs
) -> AnswerView | None:
    if answer is None or answer.state not in ("draft", "in_check"):
        return None
    return AnswerView(
        round=answer.round,
        state=answer.state,
        drafted_by=queries.person_names(tx, {answer.drafted_by}).get(answer.drafted_by, ""),
        mine=tx.actor.id in parts.answer_drafters(tx, row.id, answer.round),
        drafted_at=answer.drafted_at,
        text=text(tx, row, f"answer.{answer.round}", seen=seen) or _blank(answer),
        attachments=attached_to(tx, row, answer.round, overseeing=seen == "publisher"),
    )


def _blank(answer: Answer) -> TextView:
    return TextView(field=f"answer.{answer.round}", body="", masked=False)


def _notes(tx: Transaction, row: Request, *, seen: SeenAs = "publisher") -> tuple[NoteView, ...]:
    target = Target("request", row.id)
    if not may(tx, Action.READ_NOTES, target):
        return ()
    require(tx, Action.READ_NOTES, target)
    notes = queries.list_notes(tx, row.id)
    names = queries.person_names(tx, {note.written_by for note in notes})
    return tuple(
        NoteView(id=note.id, by=names.get(note.written_by, ""), at=note.written_at, text=body)
        for note in notes
        if (body := text(tx, row, f"note.{note.id}", seen=seen)) is not None
    )
