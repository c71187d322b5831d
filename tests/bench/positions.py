"""Figures of positions: 200 claims, 10 organisations that released theirs, one worksheet.

As in `lists`, the same as JSON is compared with a bare route that has the same rows by plain
statements; of the page the milliseconds are told. It stands on the claims that `claims` has sown.
"""

from collections.abc import Sequence

from fastapi import FastAPI
from sqlalchemy import Engine, text

from app.db.session import engine_for
from tests.bench.lists import MILLISECONDS, RATIO, Figure, Row, bare_application, medians
from tests.bench.serving import Keeping, served
from tests.world import World
from tests.worlds.reports import SharedVersion

ORGANISATIONS = 10
ON_A_PAGE, ON_A_SHEET = 50, 25
_WHOSE = "reviews w WHERE w.id = :review OR w.id LIKE 'rev_stance%'"
_POSITIONS = """SELECT {id} || w.id || b.basis || coalesce(c.id, ''), {more}
         w.id, w.organisation_id, :version, c.id, coalesce(c.code, 'conclusion'), b.basis,
         (ARRAY['agree', 'agree', 'reservations', 'disagree', 'cannot_assess'])
           [1 + abs(hashtext(w.id || b.basis || coalesce(c.id, ''))) % 5],
         (ARRAY['low', 'medium', 'high'])[1 + abs(hashtext(w.id || coalesce(c.id, ''))) % 3],
         '[]', false{last}
       FROM (SELECT * FROM reviews w WHERE {whose}) w,
         (SELECT id, code FROM claims WHERE version_id = :version AND ended_at IS NULL
          UNION ALL SELECT NULL, NULL) c,
         (VALUES ('alone'), ('shared')) b (basis)"""
_SOWN = (
    """INSERT INTO organisations (id, code, name, kind, state, names_itself_to_authors, created_at)
       SELECT 'org_stance' || n, 'STANCE' || n, 'Institute of stances ' || n, 'nonprofit', 'active',
         false, now() FROM generate_series(2, :organisations) n""",
    """INSERT INTO reviews SELECT (jsonb_populate_record(r, jsonb_build_object(
         'id', 'rev_stance' || n, 'organisation_id', 'org_stance' || n))).*
       FROM reviews r, generate_series(2, :organisations) n WHERE r.id = :review""",
    f"""INSERT INTO position_releases (id, review_id, organisation_id, version_id, number,
         withdraws, latest, released_by, released_at)
       SELECT 'rel_' || w.id, w.id, w.organisation_id, :version, 1, false, true, :person, now()
       FROM {_WHOSE}""",
    "INSERT INTO released_positions (id, release_id, review_id, organisation_id, version_id,"
    " claim_id, claim_code, basis, stance, confidence, rests_on, has_reasons) "
    + _POSITIONS.format(
        id="'out_'", more="'rel_' || w.id,", last="",
        whose="w.id = :review OR w.id LIKE 'rev_stance%'",
    ),
    "INSERT INTO positions (id, review_id, organisation_id, version_id, claim_id, claim_code,"
    " basis, stance, confidence, rests_on, has_reasons, current, written_by, written_at) "
    + _POSITIONS.format(
        id="'own_'", more="", last=", true, :person, now()", whose="w.id = :review"
    ),
    "ANALYZE position_releases, released_positions, positions, reviews, organisations",
)  # fmt: skip


def of_positions(world: World, version: SharedVersion, owner_url: str) -> list[Row]:
    """Sow, then measure the matrix and a worksheet beside their bare routes; print the times."""
    edition = _sow(world, version)
    matrix = f"/versions/{version.version_id}/positions"
    sheet = f"/reviews/{version.review_a}/positions"
    wanted = [
        Figure("matrix of positions", "coordinator", matrix, _bare_matrix(version, edition)),
        Figure("matrix, disagreements", "coordinator", f"{matrix}?show=disagreements",
               _bare_matrix(version, edition)),
        Figure("worksheet", "reviewer_a", sheet, _bare_sheet(version, edition)),
    ]  # fmt: skip
    engine: Engine = engine_for(owner_url, pool_size=4)
    try:
        bare: FastAPI = bare_application(engine, wanted)
        with served(world.application) as portal, served(bare) as plain:
            return _measured(world, wanted, portal, plain)
    finally:
        engine.dispose()


def _measured(world: World, wanted: Sequence[Figure], portal: int, plain: int) -> list[Row]:
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


def _sow(world: World, version: SharedVersion) -> str:
    """Put organisations, releases and a worksheet in; gives the id of an edition."""
    values = {
        "version": version.version_id, "review": version.review_a,
        "person": world.reviewer_a.id, "organisations": ORGANISATIONS,
    }  # fmt: skip
    with world.owner.begin() as connection:
        for statement in _SOWN:
            connection.execute(text(statement), values)
        found = connection.execute(
            text("SELECT id FROM editions WHERE version_id = :version AND state = 'ready' LIMIT 1"),
            values,
        )
        return str(found.scalar_one())


def _bare_matrix(version: SharedVersion, edition: str) -> tuple[str, ...]:
    given = f"p.version_id = '{version.version_id}' AND p.latest AND NOT p.withdraws"
    return (
        "SELECT r.title, v.number FROM versions v JOIN reports r ON r.id = v.report_id"
        f" WHERE v.id = '{version.version_id}'",
        "SELECT p.*, o.name, o.names_itself_to_authors FROM position_releases p"
        f" JOIN organisations o ON o.id = p.organisation_id WHERE {given}",
        "SELECT s.release_id, s.claim_id, s.basis, s.stance, s.confidence"
        f" FROM released_positions s JOIN position_releases p ON p.id = s.release_id WHERE {given}",
        *_bare_claims(version, edition, ON_A_PAGE),
    )


def _bare_sheet(version: SharedVersion, edition: str) -> tuple[str, ...]:
    of_review = f"review_id = '{version.review_a}' AND version_id = '{version.version_id}'"
    return (
        f"SELECT * FROM reviews WHERE id = '{version.review_a}'",
        "SELECT r.title, v.id, v.number FROM versions v JOIN reports r ON r.id = v.report_id"
        f" WHERE r.id = '{version.report_id}'",
        f"SELECT * FROM positions WHERE {of_review} AND current",
        f"SELECT * FROM position_releases WHERE {of_review} AND latest",
        f"SELECT count(*) FROM released_positions WHERE {of_review}",
        *_bare_claims(version, edition, ON_A_SHEET),
    )


def _bare_claims(version: SharedVersion, edition: str, shown: int) -> tuple[str, ...]:
    """Give the claims in their order, and the words of the pages on which the shown ones stand."""
    claims = (
        "SELECT c.id, c.code, c.page, c.rects, c.load_bearing, p.ordinal FROM claims c"
        " LEFT JOIN pathways p ON p.id = c.pathway_id"
        f" WHERE c.version_id = '{version.version_id}' AND c.ended_at IS NULL"
        " ORDER BY p.ordinal, c.page, c.code"
    )
    return (
        claims,
        f"SELECT page, words, boxes FROM edition_pages WHERE edition_id = '{edition}' AND page IN"
        f" (SELECT page FROM ({claims} LIMIT {shown}) shown)",
    )
