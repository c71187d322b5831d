"""Appending, enrolment, and the wall around each table of the log."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.audit import log
from app.audit.canonical import NotCanonical
from app.audit.export import BundleExport
from app.audit.log import NotAppended
from app.audit.merkle import root_of
from app.audit.slices import slots_for
from app.db.session import enter_context
from app.kernel.actor import Actor, Side
from app.kernel.clock import now

TABLES = (
    "audit_entry",
    "audit_audience",
    "audit_pending",
    "audit_leaf",
    "audit_slice",
    "audit_slice_head",
    "audit_batch",
    "audit_checkpoint",
    "audit_slot_key",
    "org_slot",
)


def _as(logged: Any, side: Side, organisation: str | None = None, engine: str = "web") -> Session:
    session = Session(getattr(logged.database, engine))
    enter_context(session, logged.actor(side, organisation))
    return session


def _count(session: Session, table: str) -> int:
    count: int = session.scalars(text(f"SELECT count(*) FROM {table}")).one()
    return count


def _refused(session: Session, statement: str) -> bool:
    try:
        session.execute(text(statement))
    except DBAPIError as error:
        session.rollback()
        assert "permission denied" in str(error) or "only grows" in str(error)
        return True
    return False


@pytest.mark.parametrize("side", list(Side))
def test_an_entry_can_be_written_from_any_side(logged: Any, side: Side) -> None:
    appended = logged.append(logged.entry(), side=side)
    assert len(appended) == 1
    assert logged.scalar("SELECT count(*) FROM audit_audience") == 1
    assert logged.scalar("SELECT count(*) FROM audit_pending") == 1


def test_nothing_to_append_is_nothing_appended(logged: Any) -> None:
    assert logged.append() == []
    assert logged.scalar("SELECT count(*) FROM audit_entry") == 0


def test_an_entry_for_an_organisation_without_a_slot_is_refused(logged: Any) -> None:
    with pytest.raises(NotAppended, match="not enrolled in the log: org_x"):
        logged.append(logged.entry(organisations=frozenset({"org_x", "org_a"})))
    assert logged.scalar("SELECT count(*) FROM audit_entry") == 0


@pytest.mark.parametrize("minutes", [-1, 1])
def test_an_entry_that_is_not_of_this_moment_is_refused(settled: Any, minutes: int) -> None:
    with pytest.raises(NotAppended, match="not of this moment"):
        settled.append(settled.entry(at=now() + timedelta(minutes=minutes)))


def test_facts_without_a_canonical_form_are_refused(settled: Any) -> None:
    with pytest.raises(NotCanonical):
        settled.append(settled.entry(core={"share": 0.5}))


def test_every_facet_has_a_salt_of_its_own(logged: Any) -> None:
    logged.append(logged.entry(), logged.entry())
    salts = logged.scalar(
        "SELECT array_agg(s) FROM (SELECT unnest(ARRAY[salt_core, salt_personal, salt_content])"
        " AS s FROM audit_entry) AS salts"
    )
    assert len({bytes(salt) for salt in salts}) == 6


def test_enrolling_twice_gives_the_same_slot_and_no_slot_is_given_twice(settled: Any) -> None:
    with _as(settled, Side.PUBLISHER) as session:
        again = {name: log.enrol(session, name) for name in settled.slots}
        more = [log.enrol(session, f"org_{number}") for number in range(80)]
    assert again == settled.slots
    taken = [*settled.slots.values(), *more]
    assert len(set(taken)) == len(taken)
    assert max(taken) < slots_for(2 * len(taken) + 2)


def test_a_slot_does_not_count_the_organisations(logged: Any) -> None:
    logged.append(logged.entry())
    logged.sequencer.sequence_once()
    assert logged.scalar("SELECT slots FROM audit_batch") == 64


def test_a_reviewer_cannot_enrol_an_organisation(settled: Any) -> None:
    with (
        _as(settled, Side.REVIEWER, "org_a") as session,
        pytest.raises(DBAPIError, match="row-level security"),
    ):
        log.enrol(session, "org_new")


def test_the_publisher_and_the_system_see_the_whole_log(logged: Any) -> None:
    logged.fill()
    logged.append(logged.entry())
    for session in (
        _as(logged, Side.PUBLISHER, "org_publisher"),
        _as(logged, Side.SYSTEM, engine="worker"),
    ):
        with session:
            seen = {table: _count(session, table) for table in TABLES}
        assert seen == {
            "audit_entry": 13, "audit_audience": 10, "audit_pending": 1, "audit_leaf": 15,
            "audit_slice": 9, "audit_slice_head": 6, "audit_batch": 3, "audit_checkpoint": 3,
            "audit_slot_key": 1, "org_slot": 3,
        }  # fmt: skip


def test_the_web_role_cannot_take_the_side_of_the_system(settled: Any) -> None:
    with _as(settled, Side.SYSTEM) as session:
        assert {_count(session, table) for table in TABLES} == {0}


def test_nobody_in_particular_sees_nothing_of_the_log(settled: Any) -> None:
    for engine in ("web", "worker"):
        with _as(settled, Side.NONE, "org_a", engine) as session:
            assert {_count(session, table) for table in TABLES} == {0}


def test_an_organisation_sees_its_own_slice_and_what_covers_it(logged: Any) -> None:
    logged.fill()
    logged.append(logged.entry(organisations=frozenset(), acting_for=None))
    logged.sequencer.sequence_once()  # a batch that does not concern org_b
    logged.append(logged.entry())
    with _as(logged, Side.REVIEWER, "org_b") as session:
        seen = {table: _count(session, table) for table in TABLES}
        actors = set(session.scalars(text("SELECT actor FROM audit_entry")))
        slots = set(session.scalars(text("SELECT slot FROM audit_slice")))
    assert seen == {
        "audit_entry": 3, "audit_audience": 3, "audit_pending": 0, "audit_leaf": 3,
        "audit_slice": 3, "audit_slice_head": 3, "audit_batch": 3, "audit_checkpoint": 3,
        "audit_slot_key": 0, "org_slot": 1,
    }  # fmt: skip
    assert (actors, slots) == ({"per_2"}, {logged.slots["org_b"]})


def test_an_organisation_without_entries_sees_its_slot_only(settled: Any) -> None:
    with _as(settled, Side.REVIEWER, "org_idle") as session:
        seen = {table: _count(session, table) for table in TABLES}
    assert {table for table, count in seen.items() if count} == {"org_slot"}


def test_the_slots_of_others_are_seen_as_blinded_hashes_only(settled: Any) -> None:
    query = text("SELECT * FROM vitrine_slot_evidence(:batch, :organisation)")
    with _as(settled, Side.REVIEWER, "org_b") as session:
        rows = session.execute(query, {"batch": 2, "organisation": "org_b"}).all()
        others = session.execute(query, {"batch": 2, "organisation": "org_a"}).all()
        known = session.execute(text("SELECT slot, root FROM audit_slice_head")).all()
    assert len(rows) == 64
    opened = [row for row in rows if row.nonce is not None or row.root is not None]
    assert [row.slot for row in opened] == [settled.slots["org_b"]]
    assert others == []
    assert {row.slot for row in known} == {settled.slots["org_b"]}


def test_the_database_and_the_sequencer_agree_on_every_slot(settled: Any) -> None:
    with _as(settled, Side.PUBLISHER) as session:
        rows = session.execute(
            text("SELECT hash FROM vitrine_slot_evidence(2, 'org_a') ORDER BY slot")
        ).scalars()
        hashes = [bytes(value) for value in rows]
        assert root_of(hashes) == bytes(
            session.scalars(text("SELECT slots_root FROM audit_batch WHERE batch = 2")).one()
        )
        assert BundleExport(session.connection(), organisation="org_a").size == 15


@pytest.mark.parametrize("engine", ["web", "worker"])
@pytest.mark.parametrize("table", TABLES)
def test_no_request_and_no_job_can_change_the_log(settled: Any, engine: str, table: str) -> None:
    column = settled.scalar(
        f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'"
        " ORDER BY ordinal_position DESC LIMIT 1"
    )
    with _as(settled, Side.PUBLISHER, "org_publisher", engine) as session:
        assert _refused(session, f"UPDATE {table} SET {column} = {column}")
        assert _refused(session, f"DELETE FROM {table}")
        assert _refused(session, f"TRUNCATE {table}")
        if table not in ("audit_entry", "audit_audience", "org_slot"):
            assert _refused(session, f"INSERT INTO {table} DEFAULT VALUES")


@pytest.mark.parametrize("table", ["audit_entry", "audit_audience", "org_slot", "audit_pending"])
def test_the_sequencer_writes_no_entries(settled: Any, table: str) -> None:
    with Session(settled.database.sequencer) as session:
        assert _refused(session, f"INSERT INTO {table} DEFAULT VALUES")


def test_the_sequencer_sees_nothing_of_the_house(settled: Any) -> None:
    with Session(settled.database.sequencer) as session:
        for table in ("organisations", "people", "reports", "sessions"):
            assert _refused(session, f"SELECT count(*) FROM {table}")


def test_every_table_of_the_log_has_a_forced_wall(settled: Any) -> None:
    unwalled = settled.scalar(
        "SELECT array_agg(relname::text) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind = 'r' AND (relname LIKE 'audit%' OR relname = 'org_slot')"
        " AND NOT (relrowsecurity AND relforcerowsecurity)"
    )
    assert unwalled is None


def test_an_actor_of_another_kind_changes_nothing_of_the_wall(settled: Any) -> None:
    job = Actor(id="system:test", kind="job", side=Side.REVIEWER, organisation_id="org_a")
    with Session(settled.database.worker) as session:
        enter_context(session, job)
        assert _count(session, "audit_entry") == 6


def test_a_log_without_slots_left_enrols_nobody(
    settled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "MAX_SLOTS", 63)
    with (
        _as(settled, Side.PUBLISHER) as session,
        pytest.raises(NotAppended, match="no slots left"),
    ):
        log.enrol(session, "org_new")
