"""Commits a second by four writers at once, with the entry in the log and without it.

The act is a real one: a reviewer drafts a request. Without the entry, everything else that its
commit does is done all the same; only what the log needs is left out.
"""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor

from app.features.requests import service
from app.features.requests.commands import DraftRequest
from app.transaction import begin
from tests.world import World
from tests.worlds.reports import SharedVersion

WRITERS = 4
TURNS = 12
SECONDS = 0.5


def ratio_of_commits(world: World, version: SharedVersion) -> float:
    """Give commits a second without an entry to those with one: medians of interleaved turns."""
    rates: dict[bool, list[float]] = {False: [], True: []}
    with ThreadPoolExecutor(WRITERS) as pool:
        for audited in (True, False) * TURNS:
            rates[audited].append(_rate(world, version, pool, audited=audited))
    return statistics.median(rates[False]) / statistics.median(rates[True])


def _rate(
    world: World, version: SharedVersion, pool: ThreadPoolExecutor, *, audited: bool
) -> float:
    began = time.perf_counter()

    def write(_writer: int) -> int:
        count = 0
        while time.perf_counter() - began < SECONDS:
            _act(world, version, audited=audited)
            count += 1
        return count

    commits = sum(pool.map(write, range(WRITERS)))
    return commits / (time.perf_counter() - began)


def _act(world: World, version: SharedVersion, *, audited: bool) -> None:
    """Draft a request as a reviewer and commit it."""
    command = DraftRequest(
        review_id=version.review_a,
        question="Who is paged when the monitor fires at night, and how fast?",
        purpose="For our position on the conclusion.",
    )
    with begin(world.web, world.reviewer_a.actor) as tx:
        service.draft_request(tx, command)
        if audited:
            tx.commit()
        else:
            tx.session.commit()
