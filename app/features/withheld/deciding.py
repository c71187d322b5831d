"""Challenging a redaction, and deciding the challenge: by somebody who had no part in the mark.

A lifted mark withholds no more and the editions are built anew; until then its readers keep what
is ready or wait. A narrowed one gives way to a smaller mark in the moment in which a second person
approves that: there is no moment in which neither withholds.
"""

import secrets
from collections.abc import Mapping

from sqlalchemy import select

from app.access.decide import require
from app.access.deposit import deposit_field, share_field
from app.access.facts import forget
from app.access.numbers import next_number
from app.access.release import release, release_field
from app.access.released import ReleasedPage
from app.domain import challenges as rules
from app.domain.actions import Action
from app.domain.calendar import WEEKENDS, Calendar
from app.domain.events import Event, Fact
from app.domain.redactions import after as redaction_after
from app.domain.targets import FieldRef, PageRef, Target
from app.features.withheld.challenges import challenge_row, is_cleared, waiting
from app.features.withheld.schemas import (
    ChallengeRedaction,
    ChallengeRow,
    DecideChallenge,
    DecideNarrowing,
    Rect,
)
from app.kernel.clock import now
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.ids import new_id
from app.models.redactions import Redaction
from app.models.reviews import Review
from app.models.withheld import Challenge
from app.transaction import Decision, Transaction


def _calendar(tx: Transaction, version_id: str) -> Calendar:
    """Give the calendar that the acting organisation's review of a version names."""
    named = tx.session.scalars(
        select(Review.calendar)
        .where(
            Review.version_id == version_id,
            Review.organisation_id == (tx.actor.organisation_id or ""),
        )
        .order_by(Review.created_at.desc())
    ).first()
    return Calendar(named or WEEKENDS)


def challenge_redaction(
    tx: Transaction, redaction_id: str, command: ChallengeRedaction
) -> ChallengeRow:
    """Challenge a redaction; one challenge an organisation and redaction is open at a time."""
    target = Target("redaction", redaction_id)
    require(tx, Action.CHALLENGE_REDACTION, target)
    redaction = tx.session.get(Redaction, redaction_id)
    if redaction is None:
        raise NotFound
    if waiting(tx, redaction_id):
        raise Conflict("Your organisation has an open challenge of this redaction already.")
    organisation = tx.actor.organisation_id or ""
    row = Challenge(
        id=new_id("challenge"),
        number=next_number(tx, organisation, "RC"),
        alias=f"RC-{secrets.token_hex(3)}",
        redaction_id=redaction.id,
        version_id=redaction.version_id,
        organisation_id=organisation,
        page=redaction.page,
        categories=sorted(redaction.categories),
        character=redaction.character,
        state="open",
        state_since=now(),
        due_on=rules.due_on(now().date(), _calendar(tx, redaction.version_id)),
        raised_by=tx.actor.id,
        raised_at=now(),
    )
    tx.session.add(row)
    tx.session.flush()
    about = Target("challenge", row.id)
    deposit_field(
        tx,
        about,
        field="reason",
        body=command.reason,
        version_id=row.version_id,
        organisation_id=organisation,
        shared=True,
    )
    tx.emit(
        Event(
            name="RedactionChallenged",
            licence=Action.CHALLENGE_REDACTION,
            target=target,
            subject=about,
            organisations=frozenset({organisation}),
            facts={"number": row.number, "version_id": row.version_id, "page": row.page},
            stage="open",
        )
    )
    return challenge_row(tx, row)


def withdraw_challenge(tx: Transaction, challenge_id: str) -> ChallengeRow:
    """Withdraw one's organisation's challenge while it is not decided."""
    require(tx, Action.WITHDRAW_CHALLENGE, Target("challenge", challenge_id))
    row = _locked(tx, challenge_id)
    _move(tx, row, "withdraw")
    _emit(tx, row, "ChallengeWithdrawn", Action.WITHDRAW_CHALLENGE)
    return challenge_row(tx, row)


def decide_challenge(tx: Transaction, challenge_id: str, command: DecideChallenge) -> ChallengeRow:
    """Uphold the redaction, lift it, or propose a smaller place for a second person to approve.

    Raises:
        Forbidden: the acting person does not read what is under the mark.
        Invalid: the statement is missing, or the new place is no smaller one within the old.
        Conflict: decided meanwhile, or a smaller mark already waits for a second person.
    """
    target = Target("challenge", challenge_id)
    require(tx, Action.DECIDE_CHALLENGE, target)
    row = _locked(tx, challenge_id)
    redaction = _redaction(tx, row, Action.DECIDE_CHALLENGE)
    if not command.nothing_withheld:
        raise Invalid(
            fields={"nothing_withheld": "The reason goes to the asker: say that you looked."}
        )
    if command.outcome == "narrow":
        _propose_narrowing(tx, row, redaction, command)
        return challenge_row(tx, row)
    row.decided_by, row.decided_at = tx.actor.id, now()
    _move(tx, row, command.outcome)
    _say(tx, row, command.reason, shared=True)
    name = "ChallengeUpheld" if command.outcome == "uphold" else "ChallengeLifted"
    _emit(tx, row, name, Action.DECIDE_CHALLENGE, facts={"nothing_withheld": True})
    if command.outcome == "lift":
        _stop_withholding(tx, row, redaction, "RedactionLifted", Action.DECIDE_CHALLENGE)
        for other in _others(tx, row):
            _decide_alike(tx, other, "lift", "ChallengeLifted", command.reason)
    return challenge_row(tx, row)


def _propose_narrowing(
    tx: Transaction, row: Challenge, redaction: Redaction, command: DecideChallenge
) -> None:
    if redaction.evidence is not None:
        raise Invalid(
            fields={"outcome": "A mark in evidence is upheld or lifted; it cannot be made smaller."}
        )
    page = release(tx, PageRef(version_id=row.version_id, page=redaction.page))
    old = [_rect(rect) for rect in redaction.rects]
    new = [_rect(rect) for rect in command.rects]
    if not rules.smaller(new, old):
        raise Invalid(
            fields={"x0": "Give a place within the present one that leaves some of it free."}
        )
    row.narrowed_rects = [list(rect) for rect in new]
    row.narrowed_words = _words_in(page, new)
    row.narrowed_by = tx.actor.id
    _move(tx, row, "propose_narrowing")
    # The asker hears of it once a second person has agreed.
    _say(tx, row, command.reason, shared=False)
    _emit(tx, row, "NarrowingProposed", Action.DECIDE_CHALLENGE, told=False)


def decide_narrowing(tx: Transaction, challenge_id: str, command: DecideNarrowing) -> ChallengeRow:
    """Approve a smaller mark as the second person, or turn it down; nothing is shown in between."""
    target = Target("challenge", challenge_id)
    require(tx, Action.CONFIRM_NARROWING, target)
    row = _locked(tx, challenge_id)
    redaction = _redaction(tx, row, Action.CONFIRM_NARROWING)
    if row.state != "narrowing":
        raise Conflict("No smaller mark waits for a second person here any more.")
    if not command.approve:
        _move(tx, row, "turn_down_narrowing")
        _emit(tx, row, "NarrowingTurnedDown", Action.CONFIRM_NARROWING, told=False)
        row.narrowed_rects, row.narrowed_words, row.narrowed_by = None, None, None
        tx.session.flush()
        return challenge_row(tx, row)
    if not command.statement:
        raise Invalid(
            fields={
                "statement": "An approval needs this statement. Turn it down if it is not true."
            }
        )
    replacement = _replacement(tx, row, redaction)
    row.replacement_id = replacement.id
    row.decided_by, row.decided_at = row.narrowed_by, now()
    _move(tx, row, "confirm_narrowing")
    share_field(tx, target, field="decision", narrowed_to=())
    facts: dict[str, Fact] = {"statement": True, "nothing_withheld": True}
    _emit(tx, row, "ChallengeNarrowed", Action.CONFIRM_NARROWING, facts=facts)
    _stop_withholding(
        tx, row, redaction, "RedactionNarrowed", Action.CONFIRM_NARROWING, by=replacement.id
    )
    reason = release_field(tx, FieldRef(subject=target, field="decision")).body or ""
    for other in _others(tx, row):
        other.replacement_id = replacement.id
        _decide_alike(tx, other, "narrow_alike", "ChallengeNarrowed", reason)
    return challenge_row(tx, row)


def _replacement(tx: Transaction, row: Challenge, old: Redaction) -> Redaction:
    """Put the smaller mark in force, before the old one stops to withhold."""
    made = Redaction(
        id=new_id("redaction"),
        version_id=old.version_id,
        group_id=old.group_id,
        page=old.page,
        rects=row.narrowed_rects,
        mode=old.mode,
        categories=list(old.categories),
        character=old.character,
        justification=old.justification,
        size_words=row.narrowed_words or 0,
        state="in_force",
        proposed_by=row.narrowed_by,
        proposed_at=row.state_since,
        decided_by=tx.actor.id,
        decided_at=now(),
        negative_statement=True,
        expires_at=old.expires_at,
    )
    tx.session.add(made)
    tx.session.flush()
    return made


def _stop_withholding(
    tx: Transaction,
    row: Challenge,
    redaction: Redaction,
    name: str,
    licence: Action,
    *,
    by: str | None = None,
) -> None:
    redaction.state = redaction_after(redaction.state, "lift")
    tx.session.flush()
    forget(tx, Target("redaction", redaction.id))
    tx.memory.pop(("active", redaction.version_id), None)
    facts: dict[str, Fact] = {"version_id": redaction.version_id}
    tx.emit(
        Event(
            name=name,
            licence=licence,
            target=Target("challenge", row.id),
            subject=Target("redaction", redaction.id),
            facts=facts if by is None else {**facts, "replaced_by": by},
            stage="lifted",
        )
    )


def _others(tx: Transaction, row: Challenge) -> list[Challenge]:
    """Give the open challenges of other organisations of the same redaction, locked."""
    statement = select(Challenge).where(
        Challenge.redaction_id == row.redaction_id,
        Challenge.id != row.id,
        Challenge.state == "open",
    )
    return list(tx.session.scalars(statement.order_by(Challenge.id).with_for_update()))


def _decide_alike(tx: Transaction, row: Challenge, verb: str, name: str, reason: str) -> None:
    """Decide another organisation's challenge of the mark alike; neither learns of the other."""
    require(tx, Action.DECIDE_CHALLENGE, Target("challenge", row.id))
    row.decided_by, row.decided_at = tx.actor.id, now()
    _move(tx, row, verb)
    _say(tx, row, reason, shared=True)
    _emit(tx, row, name, Action.DECIDE_CHALLENGE, facts={"nothing_withheld": True})


def _redaction(tx: Transaction, row: Challenge, action: Action) -> Redaction:
    """Give the challenged redaction, locked, to somebody who reads what is under it."""
    redaction = tx.session.scalars(
        select(Redaction).where(Redaction.id == row.redaction_id).with_for_update()
    ).one()
    if not is_cleared(tx, redaction):
        tx.decisions.append(
            Decision(
                action=action,
                target=Target("challenge", row.id),
                allowed=False,
                policies=(),
                facts=(("reason", "not-cleared"),),
            )
        )
        raise Forbidden(
            "Only somebody who reads what is under the mark can decide about it.",
            remedy="Ask a coordinator for an internal grant of this version.",
        )
    if redaction.state != "in_force":
        raise Conflict("This redaction withholds nothing any more.")
    elsewhere = tx.session.scalars(
        select(Challenge.id).where(
            Challenge.redaction_id == redaction.id,
            Challenge.id != row.id,
            Challenge.state == "narrowing",
        )
    ).first()
    if elsewhere is not None:
        raise Conflict(
            "A smaller mark here already waits for a second person.",
            remedy="Let that be decided first.",
        )
    return redaction


def _locked(tx: Transaction, challenge_id: str) -> Challenge:
    row = tx.session.scalars(
        select(Challenge)
        .where(Challenge.id == challenge_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def _move(tx: Transaction, row: Challenge, verb: str) -> None:
    try:
        row.state = rules.after(row.state, verb)
    except rules.IllegalMove as fault:
        raise Conflict("This challenge was decided or withdrawn meanwhile.") from fault
    row.state_since = now()
    tx.session.flush()
    forget(tx, Target("challenge", row.id))


def _say(tx: Transaction, row: Challenge, reason: str, *, shared: bool) -> None:
    target = Target("challenge", row.id)
    deposit_field(
        tx,
        target,
        field="decision",
        body=reason,
        version_id=row.version_id,
        organisation_id=row.organisation_id,
        shared=False,
    )
    if shared:
        share_field(tx, target, field="decision", narrowed_to=())


def _rect(rect: Rect | list[float]) -> Rect:
    x0, y0, x1, y1 = rect
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _words_in(page: ReleasedPage, rects: list[Rect]) -> int:
    across, down = page.width_pt / page.width_px, page.height_pt / page.height_px
    middles = [((w.x + w.w / 2) * across, (w.y + w.h / 2) * down) for w in page.words]
    return sum(any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in rects) for x, y in middles)


def _emit(
    tx: Transaction,
    row: Challenge,
    name: str,
    licence: Action,
    *,
    told: bool = True,
    facts: Mapping[str, Fact] | None = None,
) -> None:
    tx.emit(
        Event(
            name=name,
            licence=licence,
            target=Target("challenge", row.id),
            organisations=frozenset({row.organisation_id}) if told else frozenset(),
            facts={"number": row.number if told else row.alias, **(facts or {})},
            stage=row.state if told else None,
        )
    )
