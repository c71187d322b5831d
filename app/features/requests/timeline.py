"""The timeline of a request: what happened, told to each kind of reader as far as it is theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.access.decide import may
from app.domain.actions import Action
from app.domain.requests import WITHOUT_BODY
from app.domain.targets import Target
from app.features.requests import queries
from app.features.requests.attaching import released_with
from app.features.requests.beside import numbers_in
from app.features.requests.queries import SeenAs
from app.features.requests.schemas import PointerView, StepView
from app.features.requests.texts import text
from app.kernel.actor import Side
from app.models.history import Stage
from app.models.requests import Request
from app.transaction import Transaction

_TEXTS: dict[str, tuple[str, ...]] = {
    "ClarificationAsked": ("clarification_asked.{round}",),
    "ClarificationGiven": ("clarification.{round}",),
    "AnswerReleased": ("answer.{round}", "reason.{round}"),
    "AnswerReturned": ("return_reason.{round}",),
    "AnswerAppealed": ("appeal.{round}",),
    "AppealDecided": ("appeal_decision.{round}",),
    "NotesAgreed": ("interview_notes.{notes}",),
}
_FOR_RESPONDERS = frozenset(
    {"RequestAssigned", "AnswerDrafted", "AnswerSentToCheck", "AnswerSentBack",
     "AnswerReleased", "AnswerReturned", "AnswerAccepted", "RequestWithdrawn", "PartHandedOver",
     "AppealDecided", "FileAttached", "ClockPaused", "ClockResumed", "InterviewProposed",
     "InterviewCountered", "InterviewAgreed", "InterviewMoved", "InterviewCancelled",
     "NotesDrafted", "NotesReleased", "NotesOffered",
     "NotesVoided", "NotesAgreed"}
)  # fmt: skip


@dataclass(frozen=True)
class _Scene:
    """What every step of one timeline is told with."""

    row: Request
    seen: SeenAs
    names: dict[str, str]  # of people, by id
    teams: dict[str, str]
    asker: str
    reworded: bool
    others: dict[str, str]  # numbers of other requests, by id; for overseers alone


def timeline(
    tx: Transaction, row: Request, stages: Sequence[Stage], seen: SeenAs
) -> tuple[StepView, ...]:
    """Give the steps of a request that this kind of reader is told of, oldest first."""
    reworded = any(stage.name == "RequestReworded" for stage in stages)
    if seen == "responder":
        stages = [stage for stage in stages if stage.name in _FOR_RESPONDERS]
    people = {stage.person_id for stage in stages}
    people |= {
        str(stage.facts.get(key, "")) for stage in stages for key in ("responder", "said_by")
    }
    names = queries.organisation_names(tx, {row.organisation_id})
    scene = _Scene(
        row=row,
        seen=seen,
        names=queries.person_names(tx, people),
        teams=queries.team_names(tx, {str(stage.facts.get("team", "")) for stage in stages}),
        asker=names.get(row.organisation_id, ""),
        reworded=reworded,
        others=numbers_in(tx, stages) if seen == "publisher" else {},
    )
    return tuple(_step(tx, scene, stage) for stage in stages)


def _step(tx: Transaction, scene: _Scene, stage: Stage) -> StepView:
    facts, seen = stage.facts, scene.seen
    moved_due = stage.name == "DueDateMoved"
    due_on = {"DueDateMoved": "to", "ClockPaused": "due_was", "ClockResumed": "due_on"}
    found = [text(tx, scene.row, field, seen=seen) for field in _fields(scene, stage)]
    return StepView(
        name=stage.name,
        at=stage.at,
        by=_by(scene, stage),
        own=(stage.side == Side.REVIEWER.value) == (seen == "asker"),
        internal=stage.organisation_id is None,
        round=facts.get("round"),
        determination=facts.get("determination"),
        category=facts.get("category"),
        due_on=facts.get(due_on.get(stage.name, "")),
        extension=facts.get("reason") if moved_due else None,
        receipt_id=_receipt(tx, facts.get("receipt")),
        person=None if seen == "asker" else _given_to(scene, facts),
        part=None if seen == "asker" else facts.get("part"),
        released=facts.get("released"),
        other=scene.others.get(str(facts.get("into") or facts.get("joined") or "")),
        decision=facts.get("decision"),
        by_reference=bool(facts.get("by_reference")),
        pointers=_pointers(tx, scene, facts),
        **(_arrived(scene, facts) if seen == "publisher" else {}),
        left=int(facts.get("left", 0)) if seen == "publisher" else 0,
        texts=tuple(item for item in found if item),
        attachments=released_with(
            tx, scene.row, facts.get("round") if stage.name == "AnswerReleased" else None
        ),
    )


def _pointers(tx: Transaction, scene: _Scene, facts: dict[str, Any]) -> tuple[PointerView, ...]:
    """Give what an answer points to; a responder is told of pages alone, a colleague of the asker
    nothing of what is kept from them.
    """
    ids = facts.get("points_to", []) if scene.seen != "responder" else []
    numbers = queries.request_numbers(tx, ids)
    pages = [
        PointerView(label=f"Page {page}", href=f"/versions/{scene.row.version_id}/pages/{page}")
        for page in facts.get("pages", [])
    ]
    return (
        *(
            PointerView(label=f"The answer to {numbers[one]}", href=f"/requests/{one}")
            for one in ids
            if one in numbers
        ),
        *pages,
    )


def _arrived(scene: _Scene, facts: dict[str, Any]) -> dict[str, Any]:
    """Give where an answer arrived that was recorded: inside business."""
    said_by = scene.names.get(str(facts.get("said_by", "")))
    return {"source": facts.get("source"), "said_on": facts.get("said_on"), "said_by": said_by}


def _given_to(scene: _Scene, facts: dict[str, Any]) -> str | None:
    return scene.names.get(str(facts.get("responder", ""))) or scene.teams.get(
        str(facts.get("team", ""))
    )


def _fields(scene: _Scene, stage: Stage) -> list[str]:
    """Name the texts that came with a step and that this kind of reader is shown."""
    fields = _TEXTS.get(stage.name, ())
    if stage.facts.get("determination") in WITHOUT_BODY:
        fields = ("reason.{round}",)
    if scene.seen == "responder" and stage.name not in ("AnswerReleased", "AppealDecided"):
        # Where the coordinator has worded the ask, the asker's own words stay out of sight.
        fields = () if scene.reworded or stage.name != "AnswerReturned" else fields
    return [
        field.format(round=stage.facts.get("round"), notes=stage.facts.get("notes"))
        for field in fields
    ]


def _receipt(tx: Transaction, receipt_id: str | None) -> str | None:
    if receipt_id is None:
        return None
    return receipt_id if may(tx, Action.READ_RECEIPT, Target("receipt", receipt_id)) else None


def _by(scene: _Scene, stage: Stage) -> str:
    """Name who took a step: each side knows its own people, a responder no asker at all."""
    if stage.side == Side.SYSTEM.value:
        return "the clock"
    if scene.seen == "asker":
        own = stage.side == Side.REVIEWER.value
        name = scene.names.get(stage.person_id, "Your organisation")
        return name if own else "The publisher"
    if stage.side == Side.REVIEWER.value:
        return "The asker" if scene.seen == "responder" else scene.asker
    return scene.names.get(stage.person_id, "The publisher")
