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

OUTWARD: dict[str, str] = {
    "filed": "Waiting for author",
    "routed": "Waiting for author",
    "contested": "Waiting for author",
    "needs_detail": "Waiting for reviewer",
    "responded": "Waiting for reviewer",
    "awaiting_version": "Agreed for next version",
    "resolved": "Done",
    "withdrawn": "Done",
    "disagreement_recorded": "Done",
}
"""The four states that people see."""

MOVES: dict[str, dict[str, str]] = {
    # intention: {state before: state after}
    "route": {"filed": "routed"},
    "reroute": {"filed": "routed", "routed": "routed", "contested": "contested"},
    "respond": {"filed": "responded", "routed": "responded", "contested": "responded"},
    "confirm": {"responded": "resolved"},
    "confirm_fix": {"responded": "awaiting_version"},
    "contest": {"responded": "contested"},
    "record_disagreement": {"responded": "disagreement_recorded"},
    "withdraw": {"filed": "withdrawn", "routed": "withdrawn", "responded": "withdrawn"},
}


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
