"""How long each step may take, and by which calendar: the rules that a review names. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

from app.domain.calendar import Calendar

MOST_DAYS = 90
"""More business days than this no step is given: a clock that never rings is none."""


@dataclass(frozen=True)
class Profile:
    """How many business days each step may take."""

    triage: int
    standard: int
    complex: int
    interview: int
    appeal: int
    findings_a: int
    findings: int


SHORT = Profile(triage=1, standard=3, complex=5, interview=5, appeal=2, findings_a=3, findings=3)
"""The profile of a short review (PRODUCT.md, section 6)."""

LONG = Profile(triage=2, standard=5, complex=10, interview=10, appeal=5, findings_a=5, findings=10)
"""The profile of a long review."""

PROFILES: Mapping[str, Profile] = {"short": SHORT, "long": LONG}
STEPS: Mapping[str, str] = {
    "triage": "Triage",
    "standard": "An answer",
    "complex": "An answer that is complex",
    "interview": "An interview",
    "appeal": "A second look at a refusal",
    "findings_a": "A finding of class A",
    "findings": "Any other finding",
}
"""The steps of a profile, as they stand on the page."""


@dataclass(frozen=True)
class Rules:
    """What a review goes by: its calendar, and the days of each step."""

    calendar: Calendar = field(default_factory=Calendar)
    profile: Profile = SHORT


def rules_of(calendar: str, profile: str, days: Mapping[str, int] | None = None) -> Rules:
    """Give the rules that a review names; `days` override single steps of its profile."""
    known = {step.name for step in fields(Profile)}
    changed = {step: count for step, count in (days or {}).items() if step in known}
    return Rules(Calendar(calendar), replace(PROFILES.get(profile, SHORT), **changed))


def differing(profile: str, days: Mapping[str, int]) -> dict[str, int]:
    """Give the steps whose days differ from their profile's: what a review has to keep."""
    usual = PROFILES.get(profile, SHORT)
    return {step: count for step, count in days.items() if getattr(usual, step) != count}


END_REASONS: dict[str, str] = {
    "reviewer_needs_time": "The reviewers need more time",
    "publisher_was_late": "The publisher was late",
    "done_early": "The review is done earlier",
    "agreed_otherwise": "Both sides agreed on another day",
}
"""Why the last day of a review is moved: a few words of ours, since the log says them."""
