"""Fact-check findings: classes, states, dispositions. Who answers is in `ownership`. Pure."""

CLASSES: dict[str, str] = {
    "A": "Typographical or numeric",
    "B": "Factually wrong",
    "C": "Omission or missing context",
    "D": "Not supported by the cited evidence",
    "E": "Overstated or ambiguous",
    "F": "Inconsistent within the report",
    "G": "Out of date",
    "H": "Confidentiality slip",
}
EVIDENCE_NEEDED = frozenset({"B", "D"})
MATERIALITY: dict[str, str] = {
    "cosmetic": "Cosmetic",
    "claim": "Touches a claim",
    "pathway": "Touches a pathway",
    "conclusion": "Touches the conclusion",
}
DISPOSITIONS: dict[str, str] = {
    "accepted": "Accepted",
    "accepted_in_part": "Accepted in part",
    "clarified": "Clarified",
    "rejected": "Rejected",
    "out_of_scope": "Out of scope",
}

OPEN_REASONS: dict[str, str] = {
    "more_work": "The answer takes more work than it seemed",
    "others_asked": "Other people have to be asked first",
    "people_away": "The people who know are away",
    "detail_awaited": "Detail that was asked for has not come",
    "disputed": "A rejection waits for its decider, or is disputed",
}
"""Why a version is marked final although a finding lacks a reply; the reviewer reads it."""

APART = "apart"
OPEN_WORDS = OPEN_REASONS | {APART: "It is dealt with apart, by the publisher's coordinators"}
"""With what nobody chooses: said where whoever marks a version final may not know of a finding."""

OUTWARD: dict[str, str] = {
    "filed": "Waiting for author",
    "routed": "Waiting for author",
    "contested": "Waiting for author",
    "needs_detail": "Waiting for reviewer",
    "responded": "Waiting for reviewer",
    "fixed": "Waiting for reviewer",
    "awaiting_version": "Agreed for next version",
    "resolved": "Done",
    "withdrawn": "Done",
    "moot": "Done",
    "merged": "Done",
    "disagreement_recorded": "Done",
}
"""The four states that people see; a draft has not left its organisation."""

FOUR = ("Waiting for author", "Waiting for reviewer", "Agreed for next version", "Done")

_OPEN = ("filed", "routed", "needs_detail", "responded", "contested", "awaiting_version", "fixed")
WAITING = frozenset(state for state, word in OUTWARD.items() if word == FOUR[0])
"""The publisher's move: what waits for an author, or lies in the coordinator's queue."""
UNANSWERED = WAITING | {"needs_detail"}
"""Without an outcome, or without one since it was contested."""
ENDED = frozenset(state for state, word in OUTWARD.items() if word == FOUR[3])
AGREED = frozenset({"accepted", "accepted_in_part"})
"""Dispositions that promise a changed text."""

MOVES: dict[str, dict[str, str]] = {
    # intention: {state before: state after}
    "route": {"filed": "routed"},
    "reroute": {"filed": "routed"}
    | {state: state for state in ("routed", "contested", "needs_detail", "awaiting_version")},
    "respond": {"filed": "responded", "routed": "responded", "contested": "responded"},
    "ask_detail": dict.fromkeys(sorted(WAITING), "needs_detail"),
    "give_detail": {"needs_detail": "routed"},
    "confirm": {"responded": "resolved"},
    "confirm_fix": {"responded": "awaiting_version"},
    # A link can be mended while the reviewer has not looked at it.
    "fix": dict.fromkeys(("awaiting_version", "responded", "fixed"), "fixed"),
    "confirm_fixed": {"fixed": "resolved"},
    "contest": {"responded": "contested", "fixed": "contested"},
    "record_disagreement": dict.fromkeys(("responded", "fixed"), "disagreement_recorded"),
    "withdraw": dict.fromkeys(_OPEN, "withdrawn"),
    "set_moot": dict.fromkeys(_OPEN, "moot"),
    "merge": dict.fromkeys(_OPEN, "merged"),
}
ASKERS = frozenset(
    {"give_detail", "confirm", "confirm_fix", "confirm_fixed", "contest"}
    | {"record_disagreement", "withdraw", "set_moot", "merge"}
)
"""Whose move it is: these are the filing organisation's, all others the publisher's."""


class IllegalMove(ValueError):
    """The finding's state does not admit this."""


def after(intention: str, state: str) -> str:
    """Give the state that an intention leads to.

    Raises:
        IllegalMove: the state does not admit it.
    """
    try:
        return MOVES[intention][state]
    except KeyError:
        raise IllegalMove(f"{intention} from {state}") from None


def outward(state: str) -> str:
    """Give the state in the words that people see."""
    return OUTWARD[state]
