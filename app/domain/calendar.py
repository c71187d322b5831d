"""Business days and the clocks of requests. Pure; weekends only, no public holidays yet."""

from dataclasses import dataclass
from datetime import date

import numpy as np


@dataclass(frozen=True)
class Profile:
    """How many business days each step may take."""

    triage: int
    standard: int
    complex: int


SHORT = Profile(triage=1, standard=3, complex=5)
"""The profile of a short review (PRODUCT.md, section 6)."""


def add_business_days(day: date, count: int) -> date:
    """Give the business day `count` after `day`; a weekend counts as the Friday before it."""
    moved = np.busday_offset(np.datetime64(day, "D"), count, roll="backward")
    return date.fromisoformat(str(moved))


def business_days_between(start: date, end: date) -> int:
    """Count the business days from `start` up to, not including, `end`; never negative."""
    return max(0, int(np.busday_count(np.datetime64(start, "D"), np.datetime64(end, "D"))))
