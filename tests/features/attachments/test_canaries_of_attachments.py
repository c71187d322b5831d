"""What is withheld in an attachment is found nowhere that its asker can get to; before the release
nothing of it is, and to anybody else nothing ever.

Every address of the running application is asked for, with the ids of the attachment.
"""

import re
from collections.abc import Iterator

import pytest

from app.features.reports.tasks import build_editions
from app.web.routing import declared_routes
from tests.features.attachments.conftest import (
    FILE_NAME,
    FILE_SECRET,
    FILE_WORD,
    OPEN,
    SECRET,
    TITLE,
    WORD,
    Attaching,
    prepared,
)
from tests.matrix.crawling import everything_in
from tests.world import Someone
from tests.worlds.reports import settle
from tests.worlds.shared import Copier

_PARAMETER = re.compile(r"\{(\w+)\}")
_QUERIES = {
    "search": (f"q={SECRET}", f"q={WORD}", f"phrase={SECRET}"),
    "{code}": (f"q={FILE_SECRET}", f"q={FILE_WORD}"),
    "passage": (f"passage={SECRET}", f"passage={WORD}"),
    "pages": ("page=1",),
}


def addresses(attaching: Attaching, version_id: str, **more: str) -> Iterator[str]:
    """Give every address, with the ids of the attachment and of what goes with it."""
    world = attaching.world

    def one(statement: str) -> str:
        rows = world.rows(statement, v=version_id, r=attaching.request_id)
        return str(rows[0][0]) if rows else "xxx_zzzzzzzzzzzzzzzzzzzz"

    known = {
        "version_id": version_id,
        "request_id": attaching.request_id,
        "review_id": attaching.version.review_a,
        "organisation_id": world.organisations["ORGA"],
        "number": "1",
        "code": "E1",
        "report_id": one("SELECT report_id FROM versions WHERE id = :v"),
        "redaction_id": one("SELECT id FROM redactions WHERE version_id = :v"),
        "grant_id": one("SELECT id FROM grants WHERE version_id = :v AND follows IS NOT NULL"),
        "receipt_id": one("SELECT receipt_id FROM answers WHERE request_id = :r"),
        **more,
    }
    for route in declared_routes(world.application):  # type: ignore[arg-type]  # a FastAPI application
        if "GET" not in (route.methods or ()):
            continue
        names = _PARAMETER.findall(route.path)
        if not known.keys() >= set(names):
            continue  # of things that this situation has not
        path = route.path.format(**known)
        for query in ("", *_QUERIES.get(route.path.rpartition("/")[2], ())):
            yield f"{path}?{query}" if query else path


def found(
    attaching: Attaching, someone: Someone, version_id: str, *canaries: str, **more: str
) -> dict[str, list[str]]:
    """Look everywhere once; gives the addresses at which somebody meets each canary that they did
    not type themselves.
    """
    places: dict[str, list[str]] = {canary: [] for canary in canaries}
    for url in addresses(attaching, version_id, **more):
        answer = someone.client.get(url)
        assert answer.status_code != 500, url
        said = everything_in(answer)
        for canary in canaries:
            if canary in said and canary not in url:
                places[canary].append(url)
    return places


def nowhere(*canaries: str) -> dict[str, list[str]]:
    """Say that none of these was met anywhere."""
    return {canary: [] for canary in canaries}


@pytest.fixture(scope="module")
def released(room_copies: Copier) -> Attaching:
    """Give a released answer with a document and a file that may be copied, to tests that look."""
    world = room_copies()
    attaching = prepared(world)
    world.change(
        "UPDATE grants SET handling = 'download' WHERE id = :g", g=attaching.version.grant_a
    )
    attaching.given_file = attaching.closed_file()
    attaching.given = attaching.released()
    return attaching


def test_what_is_withheld_is_found_nowhere_by_the_asker(released: Attaching) -> None:
    world, version_id = released.world, released.given
    for someone in (world.reviewer_a, world.lead_a):
        met = found(released, someone, version_id, WORD, SECRET)
        shown = met.pop(WORD)
        for part in ("/pages", "/copy.pdf", "/copy.txt"):
            assert any(part in url for url in shown), f"{part} was not reached: {shown}"
        assert met == nowhere(SECRET)
    assert SECRET not in str(world.rows("SELECT facts::text FROM notices"))
    assert TITLE not in str(world.rows("SELECT facts::text FROM notices"))


def test_what_is_withheld_in_a_file_is_found_nowhere_by_the_asker(released: Attaching) -> None:
    world, version_id = released.world, released.given_file
    for someone in (world.reviewer_a, world.lead_a):
        met = found(released, someone, version_id, FILE_WORD, FILE_SECRET, FILE_NAME)
        shown = met.pop(FILE_WORD)
        for part in ("/evidence/E1", "/evidence/E1/copy", "/api/v1/versions"):
            assert any(part in url for url in shown), f"{part} was not reached: {shown}"
        assert met == nowhere(FILE_SECRET, FILE_NAME)
    assert "FILE" not in str(world.rows("SELECT facts::text FROM notices"))


def test_nobody_else_outside_meets_anything_of_a_file(released: Attaching) -> None:
    world, version_id = released.world, released.given_file
    for someone in (world.reviewer_b, world.stress_tester):
        path = f"/versions/{version_id}/evidence/E1"
        missing = someone.client.get("/versions/ver_zzzzzzzzzzzzzzzzzzzz/evidence/E1")
        refused = someone.client.get(path)
        assert (refused.status_code, missing.status_code) == (404, 404)
        sought = (FILE_SECRET, FILE_WORD, FILE_NAME)
        assert found(released, someone, version_id, *sought) == nowhere(*sought)


def test_words_of_the_edition_are_found_and_counted_without_the_withheld(
    released: Attaching,
) -> None:
    world, version_id = released.world, released.given
    path = f"/api/v1/versions/{version_id}/search"
    assert world.reviewer_a.client.get(path, params={"q": SECRET}).json()["hits"] == []
    assert len(world.reviewer_a.client.get(path, params={"q": OPEN}).json()["hits"]) == 1


def test_nobody_else_outside_meets_anything_of_it(released: Attaching) -> None:
    world, version_id = released.world, released.given
    for someone in (world.reviewer_b, world.stress_tester):
        assert someone.client.get(f"/api/v1/versions/{version_id}").status_code == 404
        sought = (SECRET, WORD, TITLE)
        assert found(released, someone, version_id, *sought) == nowhere(*sought)


def test_who_answers_never_meets_the_asker(released: Attaching) -> None:
    world, version_id = released.world, released.given
    askers = ("ORGA", world.organisations["ORGA"], released.version.review_a)
    met = found(released, world.responder, version_id, TITLE, *askers)
    assert met[TITLE], "there is something to be seen"
    for canary in askers:
        places = [
            url
            for url in met[canary]
            if canary not in url
            and f"/as/{world.organisations['ORGA']}" not in url
            and released.version.review_a not in url
        ]
        assert places == [], canary


def test_before_the_release_the_asker_meets_nothing_of_it(attaching: Attaching) -> None:
    world = attaching.world
    version_id = attaching.closed()
    attaching.post(world.responder, "check")
    settle(world)
    for path in (f"/versions/{version_id}", f"/api/v1/versions/{version_id}/pages/1"):
        assert world.reviewer_a.client.get(path).status_code == 404
    sought = (SECRET, WORD, TITLE)
    assert found(attaching, world.reviewer_a, version_id, *sought) == nowhere(*sought)


def test_before_the_release_the_asker_meets_nothing_of_a_file(attaching: Attaching) -> None:
    world = attaching.world
    version_id = attaching.closed_file()
    attaching.post(world.responder, "check")
    settle(world)
    sought = (FILE_SECRET, FILE_WORD, FILE_NAME, TITLE)
    assert found(attaching, world.responder, version_id, FILE_WORD)[FILE_WORD], "it is there"
    assert found(attaching, world.reviewer_a, version_id, *sought) == nowhere(*sought)


def test_the_crawl_finds_what_a_missing_wall_lets_out_of_a_file(attaching: Attaching) -> None:
    """The positive control: with LEG lifted for the asker, the same crawl meets the word."""
    world = attaching.world
    version_id = attaching.released_file()
    world.change("UPDATE grants SET lifted = lifted || '{LEG}' WHERE follows IS NOT NULL")
    build_editions(world.worker, version_id=version_id)
    assert found(attaching, world.reviewer_a, version_id, FILE_SECRET)[FILE_SECRET]


def test_the_crawl_finds_what_a_missing_wall_lets_out(attaching: Attaching) -> None:
    """The positive control: with LEG lifted for the asker, the same crawl meets the word."""
    world = attaching.world
    version_id = attaching.released()
    world.change("UPDATE grants SET lifted = lifted || '{LEG}' WHERE follows IS NOT NULL")
    build_editions(world.worker, version_id=version_id)
    assert found(attaching, world.reviewer_a, version_id, SECRET)[SECRET]
