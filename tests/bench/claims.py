"""Figures of the claims register with 200 claims and 2,000 findings, beside a bare route.

The bare route gives the same rows by plain statements: no session, policies, row-level security,
release, rule of ownership or entry. The register as JSON is compared with it, asked in turn; of the
page the milliseconds are told. Everything is sown by the owner's role: 200 claims over the lines of
every page, 40 owners, 2,000 findings of one organisation.
"""

import json
import random
import statistics
import time
from typing import Any

from fastapi import FastAPI
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app.db.session import engine_for
from tests.bench.serving import Keeping, served
from tests.world import World
from tests.worlds.reports import SharedVersion

Row = tuple[str, float, float, float]
ROUNDS = 15
CLAIMS, FINDINGS, PATHWAYS = 200, 2_000, 9
RATIO, MILLISECONDS = 5.0, 300.0
_BARE = (
    """SELECT c.*, p.ordinal AS pathway, s.ordinal AS section FROM claims c
         LEFT JOIN pathways p ON p.id = c.pathway_id LEFT JOIN sections s ON s.id = c.section_id
        WHERE c.version_id = :v AND c.ended_at IS NULL ORDER BY p.ordinal, c.ordinal""",
    "SELECT page, words, boxes FROM edition_pages WHERE edition_id = :e ORDER BY page",
    """SELECT o.*, m.name FROM ownerships o LEFT JOIN people m ON m.id = o.person_id
        WHERE o.version_id = :v""",
    """SELECT l.claim_id, i.code, i.title FROM claim_evidence l
         JOIN evidence_items i ON i.id = l.item_id WHERE l.version_id = :v""",
    """SELECT c.lineage_id, count(f.id) FROM findings f JOIN claims c ON c.id = f.claim_id
        WHERE f.version_id = :v AND f.state <> 'draft' GROUP BY c.lineage_id""",
    """SELECT DISTINCT s.claim_id FROM released_positions s
         JOIN position_releases r ON r.id = s.release_id WHERE r.version_id = :v AND r.latest""",
)


def of_the_register(world: World, version: SharedVersion, owner_url: str) -> list[Row]:
    """Give (what, ratio or milliseconds, limit, aim) of the register, inside and outside."""
    edition = _sow(world, version)
    bare = _bare(engine_for(owner_url, pool_size=4), version.version_id, edition)
    path = f"/versions/{version.version_id}/claims"
    rows: list[Row] = []
    with served(world.application) as portal, served(bare) as plain:
        for who in ("author", "reviewer_a"):
            client = Keeping(portal, world.people[who].token)
            taken = _medians(
                [(client, f"/api/v1{path}"), (client, path), (Keeping(plain), "/bare")]
            )
            api, page, sql = taken
            print(f"claims register, {who}: JSON {api:.1f} ms, page {page:.1f}, SQL {sql:.1f}")
            rows += [
                (f"claims register, {who}: JSON to SQL", api / sql, RATIO, RATIO),
                (f"claims register, {who}: page, ms", page, MILLISECONDS, MILLISECONDS),
            ]
    return rows


def _medians(asked: list[tuple[Keeping, str]]) -> list[float]:
    taken: list[list[float]] = [[] for _ in asked]
    for _ in range(ROUNDS + 1):
        for times, (client, address) in zip(taken, asked, strict=True):
            began = time.perf_counter()
            client.get(address)
            times.append((time.perf_counter() - began) * 1000)
    return [statistics.median(times[1:]) for times in taken]


def _sow(world: World, version: SharedVersion) -> str:
    """Put claims, owners and findings in; gives the id of an edition."""
    chance = random.Random(33)  # the same each time
    claims = [
        {
            "id": f"clm_{n:020d}", "lineage": f"clm_{n:05d}{n:015d}", "v": version.version_id,
            "p": f"pth_{n % PATHWAYS:020d}", "n": n + 1, "code": f"{n % PATHWAYS + 1}.{n}",
            "page": n % version.pages + 1, "lb": n % 7 == 0,
            "rects": json.dumps([[56, 56 + 2 * (n % 9), 364, 100 + 2 * (n % 9)]]),
        }
        for n in range(CLAIMS)
    ]  # fmt: skip
    findings = [
        {
            "id": f"fnd_{n:020d}", "number": f"FC-ORGA-9{n:04d}", "alias": f"FC-{n:06d}",
            "o": world.organisations["ORGA"], "r": version.review_a, "v": version.version_id,
            "c": f"clm_{chance.randrange(CLAIMS):020d}", "p": world.reviewer_a.id,
            "a": world.author.id,
        }
        for n in range(FINDINGS)
    ]  # fmt: skip
    with world.owner.begin() as connection:
        for n in range(PATHWAYS):
            connection.execute(
                text(
                    "INSERT INTO pathways (id, lineage_id, version_id, ordinal, page)"
                    " VALUES (:i, :i, :v, :n, 1)"
                ),
                {"i": f"pth_{n:020d}", "v": version.version_id, "n": n + 1},
            )
        connection.execute(
            text(
                "INSERT INTO claims (id, lineage_id, version_id, pathway_id, ordinal, code, page,"
                " rects, load_bearing) VALUES (:id, :lineage, :v, :p, :n, :code, :page, :rects,"
                " :lb)"
            ),
            claims,
        )
        _own(connection, world, version, claims)
        connection.execute(
            text(
                "INSERT INTO findings (id, number, alias, organisation_id, review_id, version_id,"
                " claim_id, page, rects, quote_digest, finding_class, materiality, state,"
                " state_since, author_id, routed_by_rule, filed_by, filed_at) VALUES (:id, :number,"
                " :alias, :o, :r, :v, :c, 1, '[]', 'd', 'E', 'claim', 'routed', now(), :a, '', :p,"
                " now())"
            ),
            findings,
        )
        connection.execute(text("ANALYZE claims, findings, ownerships"))
        found = connection.execute(
            text("SELECT id FROM editions WHERE version_id = :v AND state = 'ready' LIMIT 1"),
            {"v": version.version_id},
        )
        return str(found.scalar_one())


def _own(
    connection: Any, world: World, version: SharedVersion, claims: list[dict[str, Any]]
) -> None:
    connection.execute(
        text(
            "INSERT INTO ownerships (id, version_id, claim_id, person_id, rank)"
            " VALUES (:i, :v, :c, :p, 0)"
        ),
        [
            {"i": f"own_{n:020d}", "v": version.version_id, "c": claim["id"],
             "p": world.author.id}
            for n, claim in enumerate(claims[::5])
        ],
    )  # fmt: skip


def _bare(engine: Engine, version_id: str, edition: str) -> FastAPI:
    """Give an application whose one route gives the rows of the plain statements."""
    app = FastAPI()

    @app.get("/bare")
    def rows() -> dict[str, list[str]]:
        with Session(engine) as session:
            where = {"v": version_id, "e": edition}
            found = [session.execute(text(one), where).all() for one in _BARE]
            return {"rows": [str(tuple(row)) for part in found for row in part]}

    return app
