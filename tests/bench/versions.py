"""Figures of two versions with 200 claims, 2,000 findings, 200 requests and 10 organisations.

The impact map, the differences and the changelog are asked for as JSON, by the coordinator and by a
reviewer, and beside each stands a bare route with the same rows by plain statements. Of the four
pages that are sown, the words are read in two milliseconds; what the differences of them cost is
one request of the portal, so of those the time alone has a limit. How long two
versions take to be compared is told of a real report in tests/rendering/test_comparing.py, and here
of the report that is sown.
"""

import statistics
import time

import msgspec
from fastapi import FastAPI
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app.db.session import engine_for
from app.features.versions.tasks import match_version
from tests.bench.serving import Keeping, served
from tests.world import World
from tests.worlds.two_versions import TwoTexts, make_two_texts, publish_second

Row = tuple[str, float, float, float]
CLAIMS, FINDINGS, REQUESTS, ORGANISATIONS = 200, 2_000, 200, 10
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
_REQUESTS = """
INSERT INTO requests SELECT (jsonb_populate_record(NULL::requests, to_jsonb(f)
    || jsonb_build_object('id', 'req_map' || n, 'number', 'RQ-MAP-' || n, 'alias', 'Q-' || n,
    'type', 'explanation',
    'basis_kind', 'claim', 'basis_id', 'clm_map' || (1 + n % 200), 'basis_page', 1 + n % 4,
    'expected_form', 'short_text', 'priority', 'normal', 'state', 'submitted',
    'state_since', now(), 'returns', 0, 'drafted_by', f.filed_by, 'created_at', now(),
    'submitted_at', now(),
    'organisation_id', CASE n % :organisations WHEN 0 THEN f.organisation_id
                       ELSE 'org_map' || n % :organisations END,
    'review_id', CASE n % :organisations WHEN 0 THEN f.review_id
                 ELSE 'rev_map' || n % :organisations END))).*
  FROM findings f, generate_series(1, :count) n WHERE f.id = :finding;
"""
_TEXTS = (
    "SELECT p.* FROM edition_pages p JOIN editions e ON e.id = p.edition_id"
    " WHERE e.version_id IN (:version, :later) AND e.withheld_redactions = '{}' ORDER BY p.page",
    "SELECT c.* FROM comparisons c WHERE c.earlier_id = :version AND c.whole",
    "SELECT p.* FROM compared_parts p JOIN comparisons c ON c.id = p.comparison_id"
    " WHERE c.earlier_id = :version AND c.whole AND p.kind IN ('section', 'evidence')",
    "SELECT o.* FROM edition_outlines o WHERE o.version_id IN (:version, :later)",
)
_SINCE = (
    *_TEXTS,
    "SELECT * FROM claims WHERE version_id IN (:version, :later) AND ended_at IS NULL",
    "SELECT * FROM redactions WHERE version_id IN (:version, :later)",
    "SELECT id, number, state FROM findings WHERE fixed_in = :later",
)
_BARE = (
    "SELECT r.id, r.number, r.alias, r.organisation_id, r.review_id, r.state, r.basis_id,"
    " r.basis_page, r.basis_rects FROM requests r WHERE r.version_id = :version"
    " AND r.state <> 'draft' ORDER BY r.id",
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
    found: list[Row] = []
    with served(world.application) as portal, served(_bare(engine, made)) as plain:
        base = f"/api/v1/versions/{made.second.version_id}"
        for what, path, beside in (
            ("impact map", "/impact", "/map"),
            ("differences", "/differences", "/texts"),
            ("changelog", "/changelog", "/since"),
        ):
            for who in (world.coordinator, world.reviewer_a):
                asked, bare = Keeping(portal, who.token), Keeping(plain)
                spent = [
                    (_seconds(asked, base + path), _seconds(bare, beside)) for _ in range(ROUNDS)
                ]
                ours, theirs = (statistics.median(one) for one in zip(*spent, strict=True))
                name = f"{what}, {'reviewer' if who is world.reviewer_a else 'coordinator'}"
                print(f"{name}: {ours * 1000:.0f} ms, its bare SQL {theirs * 1000:.0f} ms")
                if who is world.coordinator:
                    found.append((f"{what}, ms", ours * 1000, MILLISECONDS, MILLISECONDS))
                    if what != "differences":
                        found.append(
                            (f"{what}, ratio to its bare SQL", ours / theirs, RATIO, RATIO)
                        )
    engine.dispose()
    return found


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
            (_REQUESTS, REQUESTS),
        ):  # fmt: skip
            for statement in statements.strip().split(";\n"):
                connection.execute(text(statement.rstrip(";")), {**given, "count": count})
        connection.execute(text("ANALYZE"))


def _bare(engine: Engine, made: TwoTexts) -> FastAPI:
    app = FastAPI()

    given = {"version": made.first.version_id, "later": made.second.version_id}

    def rows(statements: tuple[str, ...]) -> list[list[dict[str, object]]]:
        with Session(engine) as session:
            return [
                [
                    {name: _plain(value) for name, value in row._mapping.items()}
                    for row in session.execute(text(one), given)
                ]
                for one in statements
            ]

    @app.get("/map")
    def impact() -> list[list[dict[str, object]]]:
        return rows(_BARE)

    @app.get("/texts")
    def texts() -> list[list[dict[str, object]]]:
        return rows(_TEXTS)

    @app.get("/since")
    def since() -> list[list[dict[str, object]]]:
        return rows(_SINCE)

    return app


def _plain(value: object) -> object:
    """Give the words of a page as they are stored; all else as it is."""
    return msgspec.msgpack.decode(value) if isinstance(value, bytes) else value


def _seconds(client: Keeping, path: str) -> float:
    begun = time.perf_counter()
    client.get(path)
    return time.perf_counter() - begun
