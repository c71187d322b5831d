"""Recommendations: urgency, what the publisher answers, adoption as each side sees it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

URGENCIES: Mapping[str, str] = {
    "before_deployment": "Before deployment goes on",
    "next_version": "In the next version of this report",
    "next_cycle": "In the next report",
    "when_possible": "When possible",
}
"""By which event it should be done, the most urgent first (decisions/0039)."""

RESPONSES: Mapping[str, str] = {
    "accepted": "Accepted",
    "in_part": "Accepted in part",
    "declined": "Declined",
}
ADOPTIONS: Mapping[str, Mapping[str, str]] = {
    "publisher": {
        "not_started": "Not started",
        "under_way": "Under way",
        "adopted": "Adopted",
        "not_adopted": "Not adopted",
    },
    "reviewer": {
        "adopted": "Adopted",
        "in_part": "Adopted in part",
        "not_adopted": "Not adopted",
        "cannot_tell": "Cannot tell",
    },
}
"""What each side can say of it; neither changes what the other said."""

STATES: Mapping[str, str] = {"draft": "Draft", "filed": "Filed", "withdrawn": "Withdrawn"}


@dataclass(frozen=True)
class Step:
    """One row of the table: from where, to where."""

    before: frozenset[str]
    after: str


STEPS: Mapping[str, Step] = {
    "change": Step(frozenset({"draft"}), "draft"),
    "file": Step(frozenset({"draft"}), "filed"),
    "respond": Step(frozenset({"filed"}), "filed"),
    "say_adoption": Step(frozenset({"filed"}), "filed"),
    "withdraw": Step(frozenset({"draft", "filed"}), "withdrawn"),
}


class IllegalStep(ValueError):
    """Where the recommendation stands does not admit this."""


def after(step: str, state: str) -> str:
    """Give where a step leads.

    Raises:
        IllegalStep: the state does not admit it.
    """
    rule = STEPS[step]
    if state not in rule.before:
        raise IllegalStep(f"cannot {step} from {state}")
    return rule.after


def is_open(state: str, *, own_view: str | None, carried: bool) -> bool:
    """Say whether it is still to be followed: filed, not adopted in its organisation's eyes.

    Args:
        state: of STATES.
        own_view: what the organisation said last of its adoption.
        carried: it goes on in a later review.
    """
    return state == "filed" and own_view != "adopted" and not carried


def planned_in_words(planned_by: date | None, response: str) -> str:
    """Say for when it is planned; nothing of what was declined."""
    if planned_by is None or response == "declined":
        return ""
    return f"planned by {planned_by.isoformat()}"
