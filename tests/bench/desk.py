"""Figures of the author's desk: 200 claims, 2,000 findings of 10 organisations, one author.

As in `lists`, the same as JSON is compared with a bare route that has the rows, the counts and the
texts by plain statements; of the page the milliseconds are told.
"""

import json

from fastapi import FastAPI
from sqlalchemy import Engine, text

from app.db.session import engine_for
from tests.bench.lists import MILLISECONDS, RATIO, Figure, Row, bare_application, medians
from tests.bench.serving import Keeping, served
from tests.world import World
from tests.worlds.reports import SharedVersion

CLAIMS, FINDINGS, ORGANISATIONS = 200, 2000, 10
_WAITING = "('filed', 'routed', 'contested')"
_SOWN = (
    """INSERT INTO claims (id, lineage_id, version_id, ordinal, code, page, rects, load_bearing)
       SELECT 'clm_sown' || n, 'clm_sown' || n, :version, n, 'S' || n, 1, '[]', false
       FROM generate_series(1, :claims) n""",
    """INSERT INTO ownerships (id, version_id, claim_id, person_id, rank)
       SELECT 'own_sown' || n, :version, 'clm_sown' || n, :author, 0
       FROM generate_series(1, :claims) n""",
    """INSERT INTO organisations (id, code, name, kind, state, names_itself_to_authors, created_at)
       SELECT 'org_desk' || n, 'DESK' || n, 'Desk organisation ' || n, 'nonprofit', 'active', false,
         now() FROM generate_series(1, :organisations) n""",
    """INSERT INTO reviews SELECT (r).* FROM (
         SELECT jsonb_populate_record(NULL::reviews, to_jsonb(v) || jsonb_build_object(
           'id', 'rev_desk' || n, 'organisation_id', 'org_desk' || n)) AS r
         FROM generate_series(1, :organisations) n, (SELECT * FROM reviews LIMIT 1) v) made""",
    """INSERT INTO findings (id, number, alias, organisation_id, review_id, version_id, claim_id,
         page, rects, quote_digest, finding_class, materiality, state, state_since, author_id,
         routed_by_rule, filed_by, filed_at, due_on)
       SELECT 'fnd_desk' || n, 'FC-DESK-' || n, 'FC-d' || n, 'org_desk' || (n % :organisations + 1),
         'rev_desk' || (n % :organisations + 1), :version, 'clm_sown' || (n % :claims + 1), 1,
         CAST(:rects AS jsonb), 'q', substr('ABCDEFG', n % 7 + 1, 1),
         (ARRAY['cosmetic', 'claim', 'pathway', 'conclusion'])[n % 4 + 1],
         (ARRAY['routed', 'routed', 'responded', 'resolved', 'contested'])[n % 5 + 1], now(),
         :author, 'owns the claim', :filer, now() - n * interval '1 minute',
         now()::date + n % 9 - 4
       FROM generate_series(1, :findings) n""",
    """INSERT INTO guarded_fields (id, subject_kind, subject_id, field, body, version_id,
         sensitivity, organisation_id, side, shared, written_by, written_at)
       SELECT 'fld_desk' || n, 'finding', 'fnd_desk' || n, 'statement',
         'It reads a sample of them, in row ' || n, :version, '{}',
         'org_desk' || (n % :organisations + 1), 'reviewer', true, :filer, now()
       FROM generate_series(1, :findings) n""",
    "ANALYZE findings, guarded_fields, claims, ownerships",
)


def of_the_desk(world: World, version: SharedVersion, owner_url: str) -> list[Row]:
    """Sow, then measure the desk beside its bare route; print the times."""
    _sow(world, version)
    wanted = [
        Figure("author's desk", "author", "/findings/desk", _bare_desk(world.author.id)),
        Figure("desk, class A", "author", "/findings/desk?kind=A", _bare_desk(world.author.id)),
    ]
    engine: Engine = engine_for(owner_url, pool_size=4)
    try:
        bare: FastAPI = bare_application(engine, wanted)
        with served(world.application) as portal, served(bare) as plain:
            return _measured(world, wanted, portal, plain)
    finally:
        engine.dispose()


def _measured(world: World, wanted: list[Figure], portal: int, plain: int) -> list[Row]:
    rows: list[Row] = []
    for place, figure in enumerate(wanted):
        reader = Keeping(portal, world.people[figure.who].token)
        page, data, sql = medians(
            (reader, figure.path), (reader, figure.json), (Keeping(plain), f"/bare/{place}")
        )
        print(f"{figure.name:>26} page {page:6.1f} JSON {data:6.1f} bare {sql:6.1f} ms")
        rows.append((f"{figure.name}, JSON, to a bare route", data / sql, RATIO, RATIO))
        rows.append((f"{figure.name}, page, ms", page, MILLISECONDS, MILLISECONDS))
    return rows


def _sow(world: World, version: SharedVersion) -> None:
    values = {
        "version": version.version_id, "author": world.author.id, "filer": world.reviewer_a.id,
        "claims": CLAIMS, "findings": FINDINGS, "organisations": ORGANISATIONS,
        "rects": json.dumps([[56.0, 60.0, 300.0, 80.0]]),
    }  # fmt: skip
    with world.owner.begin() as connection:
        for statement in _SOWN:
            connection.execute(text(statement), values)


def _bare_desk(author: str) -> tuple[str, ...]:
    mine = (
        f"FROM findings WHERE author_id = '{author}' OR claim_id IN"
        f" (SELECT claim_id FROM ownerships WHERE person_id = '{author}')"
    )
    worst = f"SELECT * {mine} ORDER BY materiality, finding_class, due_on, filed_at LIMIT 30"
    return (
        f"SELECT state, count(*), count(*) FILTER (WHERE due_on < now()) {mine} GROUP BY state",
        f"SELECT DISTINCT version_id {mine}",
        worst,
        f"SELECT * FROM guarded_fields WHERE subject_id IN (SELECT id FROM ({worst}) w)",
        f"SELECT o.id, o.name FROM organisations o JOIN ({worst}) w ON w.organisation_id = o.id",
        f"SELECT * FROM stages WHERE subject_id IN (SELECT id FROM ({worst}) w)",
    )
