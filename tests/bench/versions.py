"""Figures of two versions: the impact map with 200 claims, 2,000 findings and 10 organisations.

The map is asked for as JSON, by the coordinator, and beside it stands a bare route with the same
rows by plain statements. How long two versions take to be compared is told of a real report in
tests/rendering/test_comparing.py, and here of the report that is sown.
"""

import statistics
import time

from fastapi import FastAPI
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app.db.session import engine_for
from app.features.versions.tasks import match_version
from tests.bench.serving import Keeping, served
from tests.world import World
from tests.worlds.two_versions import TwoTexts, make_two_texts, publish_second

Row = tuple[str, float, float, float]
CLAIMS, FINDINGS, ORGANISATIONS = 200, 2_000, 10
ROUNDS = 15
RATIO, MILLISECONDS = 5.0, 300.0

_ORGANISATIONS = """
INSERT INTO organisations SELECT (jsonb_populate_record(o, jsonb_build_object('id',
    'org_map' || n, 'code', 'MAP' || n, 'name', 'Institute ' || n))).*
  FROM organisations o, generate_series(1, :count - 1) n WHERE o.code = 'ORGA';
INSERT INTO reviews SELECT (jsonb_populate_record(r, jsonb_build_object('id', 'rev_map' || n,
    'organisation_id', 'org_map' || n))).*
  FROM reviews r, generate_series(1, :count - 1) n WHERE r.id = :review;
"""
_CLAIMS = """
INSERT INTO claims SELECT (jsonb_populate_record(c, jsonb_build_object('id', 'clm_map' || n,
    'lineage_id', 'clm_map' || n, 'code', 'M.' || n, 'ordinal', n))).*
  FROM claims c, generate_series(1, :count) n
 WHERE c.version_id = :version AND c.id NOT LIKE 'clm_map%'
   AND n % 6 = array_position(ARRAY['1.1', '1.2', '1.3', '2.1', '3.1', '4.1'], c.code) - 1;
"""
_FINDINGS = """
INSERT INTO findings SELECT (jsonb_populate_record(f, jsonb_build_object('id', 'fnd_map' || n,
    'number', 'FC-MAP-' || n, 'alias', 'FC-m' || n, 'claim_id', 'clm_map' || (1 + n % 200),
    'page', 1 + n % 4,
    'organisation_id', CASE n % :organisations WHEN 0 THEN f.organisation_id
                       ELSE 'org_map' || n % :organisations END,
    'review_id', CASE n % :organisations WHEN 0 THEN f.review_id
                 ELSE 'rev_map' || n % :organisations END))).*
  FROM findings f, generate_series(1, :count) n WHERE f.id = :finding;
"""
_BARE = (
    "SELECT f.id, f.number, f.alias, f.organisation_id, f.review_id, f.state, f.claim_id, f.page,"
    " f.rects FROM findings f WHERE f.version_id = :version AND f.state <> 'draft' ORDER BY f.id",
    "SELECT p.* FROM compared_parts p JOIN comparisons c ON c.id = p.comparison_id"
    " WHERE c.earlier_id = :version AND c.whole ORDER BY p.ordinal",
    "SELECT * FROM claims WHERE version_id = :version AND ended_at IS NULL ORDER BY ordinal",
)


def of_versions(world: World, owner_url: str) -> list[Row]:
    """Sow a version that very much stands on, compare the next one with it, and measure its map."""
    made = make_two_texts(world)
    publish_second(world, made)
    engine = engine_for(owner_url, pool_size=2)
    begun = time.perf_counter()
    _sow(engine, made)
    match_version(world.worker, version_id=made.second.version_id)
    print(f"compared again with {CLAIMS} claims in {time.perf_counter() - begun:.2f} s")
    with served(world.application) as portal, served(_bare(engine, made)) as plain:
        asked = Keeping(portal, world.coordinator.token)
        bare = Keeping(plain)
        path = f"/api/v1/versions/{made.second.version_id}/impact"
        spent: list[tuple[float, float]] = []
        for _ in range(ROUNDS):
            spent.append((_seconds(asked, path), _seconds(bare, "/map")))
    ours, theirs = (statistics.median(column) for column in zip(*spent, strict=True))
    print(f"impact map: {ours * 1000:.0f} ms, its bare SQL {theirs * 1000:.0f} ms")
    engine.dispose()
    return [
        ("impact map, ratio to its bare SQL", ours / theirs, RATIO, RATIO),
        ("impact map, ms", ours * 1000, MILLISECONDS, MILLISECONDS),
    ]


def _sow(engine: Engine, made: TwoTexts) -> None:
    given = {
        "organisations": ORGANISATIONS,
        "version": made.first.version_id,
        "review": made.review_a,
        "finding": made.findings["A-3.1"],
    }
    with engine.begin() as connection:
        for statements, count in (
            (_ORGANISATIONS, ORGANISATIONS), (_CLAIMS, CLAIMS), (_FINDINGS, FINDINGS),
        ):  # fmt: skip
            for statement in statements.strip().split(";\n"):
                connection.execute(text(statement.rstrip(";")), {**given, "count": count})
        connection.execute(text("ANALYZE"))


def _bare(engine: Engine, made: TwoTexts) -> FastAPI:
    app = FastAPI()

    @app.get("/map")
    def rows() -> list[list[dict[str, object]]]:
        with Session(engine) as session:
            return [
                [
                    dict(row._mapping)
                    for row in session.execute(text(one), {"version": made.first.version_id})
                ]
                for one in _BARE
            ]

    return app


def _seconds(client: Keeping, path: str) -> float:
    begun = time.perf_counter()
    client.get(path)
    return time.perf_counter() - begun
