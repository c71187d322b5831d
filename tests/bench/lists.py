"""Figures of the lists of requests among 100,000: each beside a bare route with its SQL.

The bare route is FastAPI with the same rows and counts by plain statements: no session, policies,
row-level security or entry. The same as JSON is compared with it, asked in turn; of the page, which
draws fifty rows besides, the milliseconds are told. Where the bare SQL takes a few milliseconds,
the ratio says what a session, fifty decisions and an entry cost.
"""

import statistics
import time
from dataclasses import dataclass

from fastapi import FastAPI
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app.db.session import engine_for
from tests.bench.serving import Keeping, served
from tests.bench.sowing import sow
from tests.world import Someone, World
from tests.worlds.reports import SharedVersion

Row = tuple[str, float, float, float]
ROUNDS = 15
RATIO, MILLISECONDS = 5.0, 300.0
_OPEN = (
    "('submitted','in_triage','assigned','in_progress','disclosure_check','needs_clarification',"
    "'released','under_appeal')"
)
_GIVEN = "('released','accepted','returned')"
_COUNTED = "SELECT state, count(*) FROM requests WHERE state <> 'draft' GROUP BY state"
_EITHER = "to_tsquery('english', 'monitor | night')"
_LATEST = f"""LEFT JOIN LATERAL (SELECT a.* FROM answers a WHERE a.request_id = r.id
    AND a.state IN {_GIVEN} ORDER BY a.round DESC LIMIT 1) a ON true"""


@dataclass(frozen=True)
class Figure:
    """One page, who asks for it, and the bare statements that give its rows and counts."""

    name: str
    who: str
    path: str
    bare: tuple[str, ...]

    @property
    def json(self) -> str:
        """Give the address of the same as JSON."""
        return f"/api/v1{self.path.replace('?view=', '/')}"


def figures(organisation: str) -> list[Figure]:
    """Give what is measured; `organisation` asks 500 of the requests."""
    own = f"organisation_id = '{organisation}'"
    return [
        Figure("triage queue", "coordinator", "/requests", _queue()),
        Figure("board", "coordinator", "/requests?view=board", _board()),
        Figure("reviewer's list", "reviewer_a", "/requests", (
            f"SELECT state, count(*) FROM requests WHERE {own} GROUP BY state",
            f"SELECT * FROM requests WHERE {own} ORDER BY state, created_at DESC LIMIT 50")),
        Figure("search, a rare word", "coordinator", "/requests?show=ended&q=isthmus",
               _searched("isthmus")),
        Figure("search, in a third of all", "coordinator", "/requests?show=ended&q=monitor",
               _searched("monitor")),
        Figure("search, a reviewer's", "reviewer_a", "/requests?q=monitor",
               _searched("monitor", own)),
        Figure("cockpit", "coordinator", "/requests/cockpit", _cockpit()),
        Figure("asked and provided, all", "coordinator", "/asked-and-provided", _ledger("true")),
        Figure("asked and provided, one", "coordinator",
               "/asked-and-provided?organisation=org_sown7",
               _ledger("r.organisation_id = 'org_sown7'")),
        Figure("earlier answers", "reviewer_a", "/earlier-answers?q=monitor+night", (
            f"SELECT subject_id, body, ts_rank(words, {_EITHER}) FROM guarded_fields"
            f" WHERE words @@ {_EITHER} AND {own} ORDER BY 3 DESC LIMIT 400",)),
    ]  # fmt: skip


def _queue() -> tuple[str, ...]:
    late = f"SELECT count(*) FILTER (WHERE due_on < now()) FROM requests WHERE state IN {_OPEN}"
    rows = f"SELECT * FROM requests WHERE state IN {_OPEN} ORDER BY state, due_on, id LIMIT 50"
    return _COUNTED, late, rows


def _board() -> tuple[str, ...]:
    column = "SELECT * FROM requests WHERE state = {} ORDER BY due_on, id LIMIT 25"
    return _COUNTED, *(column.format(state) for state in _OPEN.strip("()").split(","))


def _searched(word: str, narrowed: str = "true") -> tuple[str, ...]:
    found = (
        "SELECT subject_id FROM guarded_fields WHERE subject_kind = 'request' AND"
        f" words @@ plainto_tsquery('english', '{word}') AND {narrowed}"
        " ORDER BY written_at DESC LIMIT 2001"
    )
    rows = f"FROM requests WHERE id IN ({found}) ORDER BY state_since DESC LIMIT 50"
    return (
        f"SELECT state, count(*) FROM requests WHERE id IN ({found}) GROUP BY state",
        # what the chips count besides states, and how each question begins
        f"SELECT count(*) FILTER (WHERE due_on < now()) FROM requests WHERE state IN {_OPEN}"
        f" AND id IN ({found})",
        f"SELECT * {rows}",
        "SELECT body FROM guarded_fields WHERE field = 'question'"
        f" AND subject_id IN (SELECT id {rows})",
    )


def _cockpit() -> tuple[str, ...]:
    ids = f"SELECT id FROM requests WHERE state IN {_OPEN}"
    return (
        f"SELECT * FROM requests WHERE state IN {_OPEN}",
        f"SELECT * FROM assignments WHERE request_id IN ({ids})",
        f"SELECT * FROM stages WHERE subject_id IN ({ids})",
    )


def _ledger(narrowed: str) -> tuple[str, ...]:
    rows = f"FROM requests r {_LATEST} WHERE {narrowed}"
    ended = "r.state IN ('withdrawn', 'closed_unresolved')"
    return (
        f"SELECT a.determination, a.category, {ended}, count(*) {rows} GROUP BY 1, 2, 3",
        f"SELECT r.*, a.* {rows} ORDER BY r.submitted_at, r.id LIMIT 50",
    )


def of_lists(world: World, version: SharedVersion, owner_url: str) -> list[Row]:
    """Sow, then measure each page beside its bare route; print the times."""
    sow(world.owner, world, version)
    wanted = figures(world.organisations["ORGA"])
    engine = engine_for(owner_url, pool_size=4)
    try:
        with served(world.application) as portal, served(bare_application(engine, wanted)) as plain:
            bare = Keeping(plain)
            rows: list[Row] = []
            for place, figure in enumerate(wanted):
                someone: Someone = world.people[figure.who]
                reader = Keeping(portal, someone.token)
                page, data, sql = medians(
                    (reader, figure.path), (reader, figure.json), (bare, f"/bare/{place}")
                )
                print(f"{figure.name:>26} page {page:6.1f} JSON {data:6.1f} bare {sql:6.1f} ms")
                rows.append((f"{figure.name}, JSON, to a bare route", data / sql, RATIO, RATIO))
                rows.append((f"{figure.name}, page, ms", page, MILLISECONDS, MILLISECONDS))
            return rows
    finally:
        engine.dispose()


def medians(*asked: tuple[Keeping, str]) -> list[float]:
    """Ask for each in turn, many times; give the median milliseconds of each."""
    taken: list[list[float]] = [[] for _ in asked]
    for _ in range(ROUNDS + 1):
        for times, (client, address) in zip(taken, asked, strict=True):
            began = time.perf_counter()
            client.get(address)
            times.append((time.perf_counter() - began) * 1000)
    return [statistics.median(times[1:]) for times in taken]


def bare_application(engine: Engine, wanted: list[Figure]) -> FastAPI:
    """Give an application whose route gives the rows of a figure's plain statements."""
    app = FastAPI()

    @app.get("/bare/{place}")
    def rows(place: int) -> dict[str, list[str]]:
        with Session(engine) as session:
            found = [session.execute(text(one)).all() for one in wanted[place].bare]
            return {"rows": [str(tuple(row)) for part in found for row in part]}

    return app
