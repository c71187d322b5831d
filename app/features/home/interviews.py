"""Interviews on the home page: times to choose, notes to sign, and when the next ones are."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select

from app.access import scope
from app.access.decide import may_all
from app.access.request_facts import remember_requests
from app.domain.actions import Action
from app.domain.requests import ENDED
from app.domain.targets import Target
from app.features.home.schemas import Line, Part
from app.kernel.actor import Role, Side
from app.kernel.clock import now
from app.kernel.zones import zone
from app.models.interviews import Interview, InterviewNotes
from app.models.requests import Request
from app.transaction import Transaction

_LISTED = 5
_LOOKED_AT = 50
_OVERSEERS = frozenset({Role.COORDINATOR, Role.APPROVER, Role.AUDITOR})


@dataclass(frozen=True)
class _Found:
    line: Line
    act: Action
    request_id: str
    waits: bool


def interview_parts(tx: Transaction) -> list[Part]:
    """List the interviews in which the acting person has something to do, or to attend."""
    found = _choices(tx) + _signatures(tx) + _next(tx)
    asked = [(one.act, Target("request", one.request_id)) for one in found]
    kept = [one for one, may in zip(found, may_all(tx, asked), strict=True) if may]
    if not kept:
        return []
    waits = sum(one.waits for one in kept)
    lines = tuple(one.line for one in kept[: max(_LISTED, waits)])
    return [Part(title="Interviews", lines=lines, empty="", waits=waits)]


def _choices(tx: Transaction) -> list[_Found]:
    own = "waits_for_asker" if _reviewer(tx) else "waits_for_publisher"
    return [
        _found(tx, row, "Choose a time for the interview", Action.ARRANGE_INTERVIEW)
        for _, row in _rows(tx, Interview.standing == own)
    ]


def _signatures(tx: Transaction) -> list[_Found]:
    own, signed = "publisher", InterviewNotes.signed_publisher_at
    if _reviewer(tx):
        own, signed = "asker", InterviewNotes.signed_asker_at
    of_it = InterviewNotes.interview_id == Interview.id
    waits = or_(
        and_(InterviewNotes.state == "offered", signed.is_(None)),
        and_(InterviewNotes.state == "draft", InterviewNotes.side == own),
    )
    settled = select(InterviewNotes.id).where(of_it, InterviewNotes.state == "agreed").exists()
    waiting = select(InterviewNotes.id).where(of_it, waits).exists()
    return [
        _found(tx, row, "Sign the notes of the interview", Action.SIGN_INTERVIEW_NOTES)
        for _, row in _rows(tx, and_(waiting, ~settled))
    ]


def _next(tx: Transaction) -> list[_Found]:
    here, found = zone(tx.actor.time_zone), []
    agreed = and_(Interview.standing == "agreed", Interview.starts_at > now())
    for interview, row in _rows(tx, agreed):
        if interview.starts_at is None:
            continue
        local = interview.starts_at.astimezone(here)
        when = f"{local:%A}, {local.day} {local:%B}, {local:%H:%M} {local.tzname()}"
        found.append(_found(tx, row, "Interview", Action.ARRANGE_INTERVIEW, note=when, waits=False))
    return found


def _rows(tx: Transaction, condition: ColumnElement[bool]) -> list[tuple[Interview, Request]]:
    seen = scope.requests(tx).with_only_columns(Request.id).order_by(None)
    rows = tx.session.execute(
        select(Interview, Request)
        .join(Request, Request.id == Interview.request_id)
        .where(condition, Request.id.in_(seen), Request.state.not_in(ENDED))
        .order_by(Interview.starts_at.asc().nulls_last(), Interview.changed_at, Interview.id)
        .limit(_LOOKED_AT)
    ).all()
    remember_requests(tx, [request for _, request in rows])
    return [(interview, request) for interview, request in rows]


def _found(
    tx: Transaction, row: Request, says: str, act: Action, *, note: str = "", waits: bool = True
) -> _Found:
    knows = _reviewer(tx) or bool(tx.actor.roles & _OVERSEERS)
    called = row.number if knows else row.alias  # who answers does not learn who asks
    line = Line(text=f"{says} {called}", href=f"/requests/{row.id}/interview", note=note)
    return _Found(line, act, row.id, waits)


def _reviewer(tx: Transaction) -> bool:
    return tx.actor.side is Side.REVIEWER
