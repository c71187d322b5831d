"""Interviews: who may propose, choose, move and cancel a time, and how its notes are agreed. Pure.

A side is the asker or the publisher. Where an interview stands is one of five states; whether it
has begun is the clock's to say, not a state.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum


class Side(StrEnum):
    """Whose move it is."""

    ASKER = "asker"
    PUBLISHER = "publisher"

    @property
    def other(self) -> "Side":
        """Give the side across the table."""
        return Side.ASKER if self is Side.PUBLISHER else Side.PUBLISHER


class Standing(StrEnum):
    """Where an interview stands."""

    NONE = "none"  # nobody proposed a time yet
    WAITS_FOR_ASKER = "waits_for_asker"
    WAITS_FOR_PUBLISHER = "waits_for_publisher"
    AGREED = "agreed"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What can be done to the time of an interview."""

    PROPOSE = "propose"  # times, the first ones or others instead
    MOVE = "move"  # away from the agreed time, to others that are proposed
    CHOOSE = "choose"
    CANCEL = "cancel"


@dataclass(frozen=True)
class Rule:
    """One row of the table: from where, and whether only before it began."""

    before: frozenset[Standing]
    only_before_it_began: bool = False


_WAITING = {
    Side.ASKER: Standing.WAITS_FOR_ASKER,
    Side.PUBLISHER: Standing.WAITS_FOR_PUBLISHER,
}
_OPEN = frozenset(_WAITING.values())

STEPS: Mapping[tuple[Step, Side], Rule] = {
    # The publisher begins; the asker answers with times of their own.
    (Step.PROPOSE, Side.PUBLISHER): Rule(_OPEN | {Standing.NONE, Standing.CANCELLED}),
    (Step.PROPOSE, Side.ASKER): Rule(_OPEN),
    # Whoever is asked chooses; nobody chooses among their own proposals.
    (Step.CHOOSE, Side.PUBLISHER): Rule(frozenset({Standing.WAITS_FOR_PUBLISHER})),
    (Step.CHOOSE, Side.ASKER): Rule(frozenset({Standing.WAITS_FOR_ASKER})),
    **{
        (Step.MOVE, side): Rule(frozenset({Standing.AGREED}), only_before_it_began=True)
        for side in Side
    },
    **{
        (Step.CANCEL, side): Rule(_OPEN | {Standing.AGREED}, only_before_it_began=True)
        for side in Side
    },
}


class IllegalStep(ValueError):
    """Where the interview stands, or the side, does not admit this."""


def after(step: Step, standing: Standing, *, by: Side, begun: bool = False) -> Standing:
    """Give where a step leads; `begun` says whether the agreed time has come.

    Raises:
        IllegalStep: the standing does not admit it, or it has begun.
    """
    if not admits(step, standing, by=by, begun=begun):
        raise IllegalStep(f"{by} cannot {step} from {standing}")
    if step is Step.CHOOSE:
        return Standing.AGREED
    return Standing.CANCELLED if step is Step.CANCEL else _WAITING[by.other]


def admits(step: Step, standing: Standing, *, by: Side, begun: bool = False) -> bool:
    """Say whether a side may take a step from a standing."""
    rule = STEPS[step, by]
    late = begun and rule.only_before_it_began and standing is Standing.AGREED
    return standing in rule.before and not late


def in_effect(
    standing: Standing, *, starts_at: datetime | None, ended_at: datetime | None
) -> Standing:
    """Give where an interview stands once its request has ended: what had not begun is off."""
    if ended_at is None or standing not in _OPEN | {Standing.AGREED}:
        return standing
    held = standing is Standing.AGREED and starts_at is not None and starts_at <= ended_at
    return standing if held else Standing.CANCELLED


def sequence_after(step: Step, sequence: int | None, standing: Standing) -> int | None:
    """Give the number of the invitation (RFC 5545, SEQUENCE) after a step; None: never sent.

    It is 0 for the first agreed time, and one more each time that what was agreed changes.
    """
    if step is Step.CHOOSE:
        return 0 if sequence is None else sequence + 1
    if standing is Standing.AGREED and sequence is not None:
        return sequence + 1
    return sequence


def leads_to(request_type: str, expected_form: str) -> bool:
    """Say whether a request asks for an interview; one can be proposed for any other as well."""
    return request_type == "interview" or expected_form in ("conversation", "demonstration")


# ---- words

PLACES: Mapping[str, str] = {
    "video": "Video call",
    "telephone": "Telephone",
    "at_publisher": "At the publisher's office",
    "at_asker": "At the asker's office",
}
MINUTES: tuple[int, ...] = (15, 30, 45, 60, 90, 120, 180)
REASONS: Mapping[str, str] = {
    "person_away": "Somebody who is needed is away",
    "clash": "It clashes with something else",
    "more_preparation": "More time to prepare is needed",
    "earlier": "An earlier time became possible",
    "technical": "The place or the call does not work",
    "no_longer_needed": "It is no longer needed",
}
"""Why a time is moved or cancelled; a fixed vocabulary, since the other side reads it."""

MOST_SLOTS = 6


# ---- times


def in_zone(typed: datetime, here: tzinfo) -> datetime | None:
    """Read a time as somebody typed it in their own zone; gives it in UTC.

    Without an offset it is the proposer's wall clock. None: the clocks were put forward over it,
    so no such time exists there. One that exists twice is the first of the two.
    """
    try:
        if typed.tzinfo is not None:
            return typed.astimezone(UTC)
        moment = typed.replace(tzinfo=here).astimezone(UTC)
        there = moment.astimezone(here).replace(tzinfo=None)
    except OverflowError:  # beyond the first or the last year that there is
        return None
    return moment if there == typed else None


def overlap(start: datetime, minutes: int, other: datetime, other_minutes: int) -> bool:
    """Say whether two times have a minute in common."""
    return start < other + timedelta(minutes=other_minutes) and other < start + timedelta(
        minutes=minutes
    )


# ---- notes


class NotesState(StrEnum):
    """Where a version of the notes is."""

    DRAFT = "draft"  # its own side alone reads it
    SUPERSEDED = "superseded"  # its own side wrote it anew before anybody signed
    OFFERED = "offered"  # one side signed; both read it
    VOIDED = "voided"  # changed after one signature
    AGREED = "agreed"  # both sides signed the same text


class IllegalSignature(ValueError):
    """There is no such text to sign, or this side has signed it."""


def signed(
    state: NotesState, *, written_by: Side, signed_by: frozenset[Side], by: Side
) -> NotesState:
    """Give the state of a version after a side signed it.

    Its own side signs first, which puts it on the table; then the other side can.

    Raises:
        IllegalSignature: the version does not wait for this side.
    """
    first = state is NotesState.DRAFT and by is written_by and not signed_by
    second = state is NotesState.OFFERED and by not in signed_by and bool(signed_by)
    if not first and not second:
        raise IllegalSignature(f"{by} cannot sign what is {state}")
    return NotesState.OFFERED if first else NotesState.AGREED


def rewritten(state: NotesState) -> NotesState:
    """Give the state of a version after another was written: a signature falls with its text.

    Raises:
        IllegalSignature: both sides signed it; what was agreed is not changed any more.
    """
    if state is NotesState.AGREED:
        raise IllegalSignature("what both sides signed stays as it is")
    if state is NotesState.OFFERED:
        return NotesState.VOIDED
    return NotesState.SUPERSEDED if state is NotesState.DRAFT else state
