"""AC-11, AC-15, AC-59: what somebody wrote reaches no log, no error, no job and no file name."""

import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from app.domain.notices import READING, RULES
from app.transaction import begin
from tests.world import PUBLIC_URL, Someone
from tests.worlds.reports import LEG, SEC
from tests.worlds.shared import SharedWorld

SAID = "LOGGED-QUESTION"


@pytest.fixture(scope="module")
def room(shared_room: SharedWorld) -> SharedWorld:
    """Give one world to the whole module."""
    return shared_room


@contextmanager
def failing(room: SharedWorld, fault: str, undo: str) -> Iterator[None]:
    """Let the database refuse what is written, and say why with the words in it."""
    room.change(fault)
    try:
        yield
    finally:
        room.change(undo)


def _served(room: SharedWorld, someone: Someone) -> TestClient:
    """Give a browser that is answered as by a server, faults included."""
    client = TestClient(
        room.application,  # type: ignore[arg-type]  # an ASGI application
        base_url=PUBLIC_URL,
        raise_server_exceptions=False,
    )
    client.cookies.update(someone.client.cookies)
    client.headers["X-Vitrine-CSRF"] = "1"
    return client


FAULTS = {
    "a check": (
        f"ALTER TABLE guarded_fields ADD CONSTRAINT refuses CHECK (body NOT LIKE '{SAID}%')",
        "ALTER TABLE guarded_fields DROP CONSTRAINT refuses",
    ),
    "a missing table": (
        "ALTER TABLE guarded_fields RENAME TO elsewhere",
        "ALTER TABLE elsewhere RENAME TO guarded_fields",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_database_writes_no_words_into_the_log(
    room: SharedWorld, capfd: pytest.CaptureFixture[str], fault: str
) -> None:
    body = {"review_id": room.made.review_a, "question": SAID, "type": "explanation"}
    with failing(room, *FAULTS[fault]):
        answer = _served(room, room.reviewer_a).post("/api/v1/requests", json=body)
    logged = "".join(capfd.readouterr())
    assert answer.status_code in (500, 503)
    assert "request failed" in logged, "the fault is noted"
    assert "guarded_fields" in logged, "and where it happened"
    assert SAID not in logged
    assert SAID not in answer.text


INSERT = (
    "INSERT INTO guarded_fields (id, subject_kind, subject_id, field, body, sensitivity, side,"
    " shared, written_by, written_at) VALUES ('fld_x', 'request', 'req_x', 'question', {}, '{{}}',"
    " 'publisher', true, 'per_x', now())"
)


@pytest.mark.parametrize("fault", FAULTS)
def test_whoever_else_prints_the_fault_prints_no_words(room: SharedWorld, fault: str) -> None:
    """The server's own traceback goes another way than our log: the error itself must be clean."""
    with (
        failing(room, *FAULTS[fault]),
        begin(room.web, room.coordinator.actor) as tx,
        pytest.raises(DBAPIError) as caught,
    ):
        tx.session.execute(text(INSERT.format(":said")), {"said": SAID})
    printed = "".join(traceback.format_exception(caught.value))
    assert "guarded_fields" in printed
    assert SAID not in printed


def test_an_engine_without_the_wall_would_print_them(room: SharedWorld) -> None:
    """The positive control: the library's own way is to print every parameter."""
    bare = create_engine(room.owner.url)
    fault, undo = FAULTS["a check"]
    with failing(room, fault, undo), bare.connect() as connection:
        with pytest.raises(DBAPIError, match=SAID):
            connection.execute(text(INSERT.format(":said")), {"said": SAID})
        connection.rollback()
    bare.dispose()


def test_reading_writes_no_words_into_the_log(
    room: SharedWorld, capfd: pytest.CaptureFixture[str]
) -> None:
    version = room.made.version_id
    for path in ("", "/pages/2", "/pages/2/image", f"/search?q={SEC}", "/search?q=SEARCHED-WORD"):
        assert room.reviewer_a.client.get(f"/versions/{version}{path}").status_code == 200
    logged = "".join(capfd.readouterr())
    assert SEC not in logged
    assert "SEARCHED-WORD" not in logged


ID = r'"[a-z]{3}_[0-9a-z]{20}"'


def test_jobs_carry_ids_and_words_of_ours_alone(room: SharedWorld) -> None:
    jobs = room.rows("SELECT args::text FROM procrastinate_jobs")
    values = re.findall(r'"(\w+)": ("[^"]*"|[^,}]*)', " ".join(str(args) for (args,) in jobs))
    assert values
    others = {(name, given.strip('"')) for name, given in values if not re.fullmatch(ID, given)}
    ours = {"event": set(RULES), "kind": {*READING, "version"}, "named": {""}}
    assert {one for one in others if one[1] not in ours.get(one[0], set())} <= {
        ("by", by) for _, by in others if re.fullmatch(r"system:[a-z-]+", by)
    }


def test_the_log_of_evidence_holds_no_word_of_the_report_outside_its_content(
    room: SharedWorld,
) -> None:
    room.reviewer_a.client.get(f"/versions/{room.made.version_id}/search?q={SEC}")
    core = "SELECT count(*) FROM audit_entry WHERE convert_from({}, 'UTF8') LIKE '%{}%'"
    for word in (SEC, LEG, "transcript"):
        assert room.rows(core.format("core", word)) == [(0,)]
    assert room.rows(core.format("content", SEC)) != [(0,)], "what was searched, in its own facet"


@pytest.mark.parametrize("path", ["/reports", "/api/v1/reports"])
def test_an_error_page_says_nothing_of_the_inside(room: SharedWorld, path: str) -> None:
    with failing(room, *FAULTS["a missing table"]), failing(
        room, "ALTER TABLE reports RENAME TO elsewhere_too",
        "ALTER TABLE elsewhere_too RENAME TO reports",
    ):  # fmt: skip
        answer = _served(room, room.author).get(path)
    assert answer.status_code in (500, 503)
    for word in ("Traceback", "psycopg", "sqlalchemy", "SELECT", "relation", "/work", ".py"):
        assert word not in answer.text, word
    assert "request_id" in answer.text or "number" in answer.text


def test_the_name_of_the_imported_file_leaves_with_no_answer_to_outsiders(
    room: SharedWorld,
) -> None:
    """AC-15: the source was called report.pdf; no edition of it is."""
    version, review = room.made.version_id, room.made.review_a
    paths = [f"/versions/{version}", f"/versions/{version}/pages/1/image", f"/reviews/{review}",
             "/reports", "/", f"/api/v1/versions/{version}", "/api/v1/home"]  # fmt: skip
    for path in paths:
        answer = room.reviewer_a.client.get(path)
        assert answer.status_code == 200, path
        assert b"report.pdf" not in answer.content
        assert "filename" not in str(answer.headers)
