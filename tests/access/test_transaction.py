"""The four rules of a commit, held against a real database: nothing silent, nothing unlicensed,
all or nothing, and refusals that outlive what was given up."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from procrastinate.exceptions import ConnectorException
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from app.access.decide import may, require
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import INSTALLATION, Target
from app.kernel.clock import now
from app.kernel.errors import AuditUnavailable, NotFound
from app.kernel.ids import new_id
from app.models.organisations import Organisation
from app.models.reports import Report
from app.transaction import SilentWrite, Transaction, UnlicensedEvent, begin
from app.web.routing import Routes, Tx
from app.web.session import COOKIE
from tests.world import PUBLIC_URL
from tests.worlds.reports import SEC
from tests.worlds.shared import SharedWorld

FAULT = "CREATE OR REPLACE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN" \
    " RAISE EXCEPTION 'the disk is full' USING ERRCODE = 'disk_full'; END $$"  # fmt: skip
TABLES = {"entries": "audit_entry", "stages": "stages", "jobs": "procrastinate_jobs"}


@pytest.fixture(scope="module")
def shared(shared_room: SharedWorld) -> SharedWorld:
    """Give one world to the whole module: what a test keeps, no other looks at."""
    return shared_room


@contextmanager
def faulty(owner: Engine, table: str, *, at_commit: bool = False) -> Iterator[None]:
    """Let every insert into a table fail, at once or only when the transaction commits."""
    made = (
        f"CREATE CONSTRAINT TRIGGER fault AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION fault()"
        if at_commit
        else f"CREATE TRIGGER fault BEFORE INSERT ON {table} EXECUTE FUNCTION fault()"
    )
    with owner.begin() as connection:
        connection.execute(text(FAULT))
        connection.execute(text(made))
    try:
        yield
    finally:
        with owner.begin() as connection:
            connection.execute(text(f"DROP TRIGGER fault ON {table}"))


def _count(world: SharedWorld, table: str, where: str = "true") -> int:
    return int(str(world.rows(f"SELECT count(*) FROM {table} WHERE {where}")[0][0]))


def _create(tx: Transaction) -> str:
    """Do what a service does: a row, an event with a stage, and one that calls for a job."""
    require(tx, Action.CREATE_REPORT, INSTALLATION)
    report = Report(id=new_id("report"), title="A title", owner_id=tx.actor.id, created_at=now())
    tx.session.add(report)
    for name, stage in (("ReportCreated", "created"), ("VersionPublished", None)):
        tx.emit(
            Event(
                name=name, licence=Action.CREATE_REPORT, target=INSTALLATION,
                subject=Target("version", report.id), stage=stage,
            )
        )  # fmt: skip
    return report.id


def _kept(world: SharedWorld, report_id: str) -> dict[str, int]:
    return {
        "reports": _count(world, "reports", f"id = '{report_id}'"),
        "entries": _count(world, "audit_entry", f"object = '{report_id}'"),
        "stages": _count(world, "stages", f"subject_id = '{report_id}'"),
        "jobs": _count(world, "procrastinate_jobs", f"args ->> 'version_id' = '{report_id}'"),
    }


WHOLE = {"reports": 1, "entries": 2, "stages": 1, "jobs": 1}
NOTHING = {"reports": 0, "entries": 0, "stages": 0, "jobs": 0}


# ---- rule 1: no silent write


def _write_by_core(tx: Transaction) -> None:
    tx.session.execute(text("UPDATE organisations SET name = 'Silently changed'"))


def _write_by_rows(tx: Transaction) -> None:
    tx.session.get_one(Organisation, tx.actor.organisation_id).name = "Silently changed"


def _write_in_a_savepoint(tx: Transaction) -> None:
    with tx.session.begin_nested():
        _write_by_core(tx)


@pytest.mark.parametrize("write", [_write_by_core, _write_by_rows, _write_in_a_savepoint])
def test_a_write_without_an_event_fails_and_keeps_nothing(shared: SharedWorld, write: Any) -> None:
    before = _count(shared, "audit_entry")
    with begin(shared.web, shared.administrator.actor) as tx:
        write(tx)
        with pytest.raises(SilentWrite):
            tx.commit()
    assert _count(shared, "organisations", "name = 'Silently changed'") == 0
    assert _count(shared, "audit_entry") == before


def test_the_same_write_with_its_event_is_kept(shared: SharedWorld) -> None:
    own = Target("organisation", shared.administrator.organisation_id)
    with begin(shared.web, shared.administrator.actor) as tx:
        require(tx, Action.INVITE_PERSON, own)
        tx.session.get_one(Organisation, own.id).name = "Changed and recorded"
        tx.emit(Event(name="NameChanged", licence=Action.INVITE_PERSON, target=own))
        tx.commit()
    assert _count(shared, "organisations", "name = 'Changed and recorded'") == 1
    assert ("NameChanged", "done") in {e[:2] for e in shared.entries(object=own.id)}


def test_reading_needs_no_event(shared: SharedWorld) -> None:
    before = _count(shared, "audit_entry")
    with begin(shared.web, shared.administrator.actor) as tx:
        assert tx.session.execute(text("SELECT count(*) FROM organisations")).scalar()
        tx.commit()
    assert _count(shared, "audit_entry") == before


# ---- rule 2: no unlicensed event


def _nothing_decided(tx: Transaction) -> None: ...


def _only_asked(tx: Transaction) -> None:
    assert may(tx, Action.CREATE_REPORT, INSTALLATION)


def _another_action(tx: Transaction) -> None:
    require(tx, Action.LIST_REPORTS, INSTALLATION)


def _another_target(tx: Transaction) -> None:
    require(tx, Action.CREATE_REPORT, Target("installation", "ins_other"))


def _before_giving_up(tx: Transaction) -> None:
    require(tx, Action.CREATE_REPORT, INSTALLATION)
    tx.rollback()


def _refused(tx: Transaction) -> None:
    tx.actor = tx.actor.__class__(**{**tx.actor.__dict__, "roles": frozenset()})
    with pytest.raises(Exception, match="role"):
        require(tx, Action.CREATE_REPORT, INSTALLATION)


@pytest.mark.parametrize(
    "decided",
    [_nothing_decided, _only_asked, _another_action, _another_target, _before_giving_up, _refused],
)
def test_an_event_without_its_licence_fails_and_keeps_nothing(
    shared: SharedWorld, decided: Any
) -> None:
    report_id = new_id("report")
    with begin(shared.web, shared.author.actor) as tx:
        decided(tx)
        tx.session.add(
            Report(id=report_id, title="A title", owner_id=tx.actor.id, created_at=now())
        )
        tx.emit(Event(name="ReportCreated", licence=Action.CREATE_REPORT, target=INSTALLATION))
        with pytest.raises(UnlicensedEvent):
            tx.commit()
    assert _kept(shared, report_id) == NOTHING


def test_one_unlicensed_event_among_licensed_ones_keeps_none_of_them(shared: SharedWorld) -> None:
    with begin(shared.web, shared.author.actor) as tx:
        report_id = _create(tx)
        tx.emit(Event(name="LogRead", licence=Action.READ_LOG, target=INSTALLATION))
        with pytest.raises(UnlicensedEvent):
            tx.commit()
    assert _kept(shared, report_id) == NOTHING


# ---- rule 3: state, entries, stages and jobs commit together or not at all


def test_row_entry_stage_and_job_are_kept_together(shared: SharedWorld) -> None:
    with begin(shared.web, shared.author.actor) as tx:
        report_id = _create(tx)
        assert _kept(shared, report_id) == NOTHING, "nothing is visible before the commit"
        tx.commit()
    assert _kept(shared, report_id) == WHOLE


@pytest.mark.parametrize("what", TABLES)
def test_what_cannot_be_written_takes_all_the_rest_with_it(shared: SharedWorld, what: str) -> None:
    with faulty(shared.owner, TABLES[what]), begin(shared.web, shared.author.actor) as tx:
        report_id = _create(tx)
        with pytest.raises((AuditUnavailable, DBAPIError, ConnectorException)):
            tx.commit()
    assert _kept(shared, report_id) == NOTHING
    with begin(shared.web, shared.author.actor) as tx:
        again = _create(tx)
        tx.commit()
    assert _kept(shared, again) == WHOLE, "and right afterwards it works"


def test_a_commit_that_fails_at_its_last_moment_keeps_nothing(shared: SharedWorld) -> None:
    with (
        faulty(shared.owner, "audit_entry", at_commit=True),
        begin(shared.web, shared.author.actor) as tx,
    ):
        report_id = _create(tx)
        with pytest.raises(AuditUnavailable):
            tx.commit()
    assert _kept(shared, report_id) == NOTHING


def test_a_connection_killed_before_the_commit_keeps_nothing(shared: SharedWorld) -> None:
    with begin(shared.web, shared.author.actor) as tx:
        report_id = _create(tx)
        tx.session.flush()
        pid = tx.session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with shared.web.engine.begin() as another:
            another.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        with pytest.raises((AuditUnavailable, DBAPIError)):
            tx.commit()
    assert _kept(shared, report_id) == NOTHING
    assert shared.author.client.get("/api/v1/reports").status_code == 200


# ---- the same through the door: 503, nothing shown, nothing kept, recovery by itself


@pytest.mark.parametrize("at_commit", [False, True])
def test_what_cannot_be_recorded_is_not_shown(shared: SharedWorld, at_commit: bool) -> None:
    version = shared.made.version_id
    paths = [
        f"{base}/versions/{version}{part}"
        for base in ("", "/api/v1")
        for part in ("", "/pages/2", "/pages/2/image", f"/search?q={SEC}")
    ]
    client = shared.reviewer_a.client
    shown = {path: client.get(path) for path in paths}
    assert {answer.status_code for answer in shown.values()} == {200}
    with faulty(shared.owner, "audit_entry", at_commit=at_commit):
        for path in paths:
            refused = client.get(path)
            assert refused.status_code == 503, path
            assert "image" not in refused.headers["content-type"]
            assert SEC not in refused.text.replace(f"q={SEC}", "")
            assert "transcript" not in refused.text
            assert "disk" not in refused.text, "the fault itself is nobody's to read"
    assert {client.get(path).status_code for path in paths} == {200}


def test_a_change_that_cannot_be_recorded_is_not_kept(shared: SharedWorld) -> None:
    body = {"review_id": shared.made.review_a, "question": "LOST-QUESTION"}
    client = shared.reviewer_a.client
    with faulty(shared.owner, "audit_entry"):
        assert client.post("/api/v1/requests", json=body).status_code == 503
    assert _count(shared, "requests") == 0
    assert _count(shared, "guarded_fields", "body = 'LOST-QUESTION'") == 0
    assert client.post("/api/v1/requests", json=body).status_code == 201
    assert _count(shared, "requests") == 1


def test_a_refusal_that_cannot_be_recorded_is_no_answer_either(shared: SharedWorld) -> None:
    path = f"/api/v1/versions/{shared.made.version_id}"
    with faulty(shared.owner, "audit_entry"):
        assert shared.responder.client.get(path).status_code == 503
    assert shared.responder.client.get(path).status_code == 404


# ---- rule 4: what was refused is recorded although the request rolls back


def test_a_refusal_is_recorded_and_what_was_written_before_it_is_not(shared: SharedWorld) -> None:
    with (
        pytest.raises(NotFound),
        begin(shared.web, shared.author.actor) as tx,
    ):
        report_id = _create(tx)
        tx.session.flush()
        require(tx, Action.READ_LOG, INSTALLATION)
    assert _kept(shared, report_id) == NOTHING
    denied = shared.entries(action=Action.READ_LOG.tag, actor=shared.author.id)
    assert denied == [("Refused", "denied", shared.author.id, INSTALLATION.id)]


def test_a_refused_request_leaves_its_entry_and_an_allowed_one_no_refusal(
    shared: SharedWorld,
) -> None:
    version, team = shared.made.version_id, shared.organisations["TEAM"]
    assert shared.stress_tester.client.get(f"/versions/{version}").status_code == 404
    assert shared.reviewer_a.client.get(f"/versions/{version}").status_code == 200
    read = shared.entries(action=Action.READ_VERSION.tag, object=version)
    assert ("Refused", "denied", team, version) in read
    denied = {actor for _, outcome, actor, _ in read if outcome == "denied"}
    assert shared.organisations["ORGA"] not in denied


# ---- recorded before revealed: the entry is durable before the first byte goes out


def _answer(app: Any, path: str, token: str, first_byte: Any) -> list[dict[str, Any]]:
    """Ask the application as a server would, calling `first_byte` as the response starts."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if not sent:
            first_byte()
        sent.append(dict(message))

    host = PUBLIC_URL.removeprefix("https://")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
        "scheme": "https", "path": path, "raw_path": path.encode(), "query_string": b"",
        "root_path": "", "client": ("127.0.0.1", 1), "server": (host, 443),
        "headers": [(b"host", host.encode()), (b"cookie", f"{COOKIE}={token}".encode())],
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    return sent


@pytest.mark.parametrize("part", ["/pages/2", "/pages/2/image", ""])
def test_the_entry_is_there_for_others_before_the_first_byte_goes_out(
    shared: SharedWorld, part: str
) -> None:
    path = f"/api/v1/versions/{shared.made.version_id}{part}"
    before, at_first_byte = _count(shared, "audit_entry"), []
    sent = _answer(
        shared.application,
        path,
        shared.reviewer_a.token,
        lambda: at_first_byte.append(_count(shared, "audit_entry")),
    )
    assert sent[0]["status"] == 200
    assert at_first_byte[0] > before


def test_while_the_endpoint_still_works_nobody_else_sees_the_entry(shared: SharedWorld) -> None:
    """The positive control: it is the commit, between endpoint and answer, that is waited for."""
    routes, app, seen = Routes(), shared.application, []
    assert isinstance(app, FastAPI)

    @routes.page("/watched", action=Action.SEE_HOME)
    def watched(tx: Tx) -> PlainTextResponse:
        require(tx, Action.SEE_HOME, INSTALLATION)
        tx.emit(Event(name="Watched", licence=Action.SEE_HOME, target=INSTALLATION))
        seen.append(_count(shared, "audit_entry"))
        return PlainTextResponse("shown")

    app.include_router(routes)
    before = _count(shared, "audit_entry")
    sent = _answer(
        app, "/watched", shared.auditor.token, lambda: seen.append(_count(shared, "audit_entry"))
    )
    assert (sent[0]["status"], sent[1]["body"]) == (200, b"shown")
    assert seen == [before, before + 1]


def test_not_one_byte_of_content_goes_out_when_the_commit_fails(shared: SharedWorld) -> None:
    path = f"/api/v1/versions/{shared.made.version_id}/pages/2"
    with faulty(shared.owner, "audit_entry", at_commit=True):
        sent = _answer(shared.application, path, shared.reviewer_a.token, lambda: None)
    body = b"".join(message.get("body", b"") for message in sent)
    assert sent[0]["status"] == 503
    assert SEC.encode() not in body
    assert b"words" not in body
