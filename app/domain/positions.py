"""Positions: the stances a reviewer can take, on which bases, and what they rest on. Pure."""

from collections.abc import Iterable, Mapping, Sequence

CONCLUSION = "conclusion"
"""In the place of a claim's id: the position on the report as a whole."""

BASES: Mapping[str, str] = {
    "alone": "The report alone",
    "shared": "With everything shared",
}
STANCES: Mapping[str, str] = {
    "agree": "Agree",
    "reservations": "Agree with reservations",
    "disagree": "Disagree",
    "cannot_assess": "Cannot assess",
}
CONFIDENCES: Mapping[str, str] = {"low": "Low", "medium": "Medium", "high": "High"}
STATUSES: Mapping[str, str] = {
    "verified": "Verified by us",
    "attested": "Attested by the publisher",
    "reported": "Reported only",
}
"""How far a reviewer could check what a position rests on."""

RESTS_ON: Mapping[str, str] = {
    "request": "Request",
    "answer": "Answer shared with you",
    "finding": "Finding",
    "assurance": "Assurance",
    "section": "Section",
}
MOST_RESTS = 12


def changed(alone: str | None, shared: str | None) -> bool:
    """Say whether what was shared changed the stance; only where there is one on both bases."""
    return alone is not None and shared is not None and alone != shared


def disagree(stances: Iterable[str]) -> bool:
    """Say whether somebody disagrees, or some agree and others do not without reservations."""
    said = set(stances) - {"cannot_assess"}
    return "disagree" in said or len(said) > 1


def letters(places: Sequence[str]) -> Mapping[str, str]:
    """Name organisations for who is not told which they are: by their place among these ids."""
    return {
        place: f"Reviewer organisation {number}"
        for number, place in enumerate(sorted(set(places)), start=1)
    }
