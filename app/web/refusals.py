"""Bounds how many refusals of people who are not signed in reach the log; the rest are counted.

Without a bound anybody could fill the log; without the count the flood itself would go unseen.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from starlette.applications import Starlette

from app.transaction import Decision

PER_MINUTE = 30


class RefusalMeter:
    """Admits so many refusals a minute; the next one admitted says how many were not."""

    def __init__(
        self, per_minute: int = PER_MINUTE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._lock = threading.Lock()
        self._since = clock()
        self._admitted = 0
        self._unrecorded = 0

    def admit(self, decisions: list[Decision]) -> list[Decision]:
        """Give the refusals that may be recorded now, the first with the number left out before."""
        with self._lock:
            if self._clock() - self._since >= 60:
                self._since, self._admitted = self._clock(), 0
            return [found for found in map(self._meter, decisions) if found is not None]

    def _meter(self, decision: Decision) -> Decision | None:
        if decision.allowed:
            return None
        if self._admitted >= self._per_minute:
            self._unrecorded += 1
            return None
        self._admitted += 1
        left_out, self._unrecorded = self._unrecorded, 0
        if not left_out:
            return decision
        return replace(decision, facts=(*decision.facts, ("unrecorded_before", left_out)))


def meter_of(app: Starlette) -> RefusalMeter:
    """Give the meter of a running application."""
    found: RefusalMeter | None = getattr(app.state, "refusals", None)
    if found is None:
        found = app.state.refusals = RefusalMeter()
    return found
