"""What the list calls overdue is what the rule calls late, for any calendar and any state."""

from datetime import date, timedelta

from sqlalchemy import text

from app.domain.requests import State, is_late
from tests.features.requests.test_lists_of_requests import _list
from tests.world import World
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import request_in

_COPY = text(
    "INSERT INTO requests SELECT (jsonb_populate_record(r, jsonb_build_object('id',"
    " cast(:id AS text), 'number', cast(:id AS text), 'state', cast(:state AS text),"
    " 'due_on', cast(:due AS text), 'triage_due_on', cast(:triage AS text)))).*"
    " FROM requests r WHERE r.id = :like"
)


def test_the_filter_and_the_rule_agree(world: World, version: SharedVersion) -> None:
    asked = request_in(world, "submitted", version)
    with world.owner.connect() as connection:
        today: date = connection.execute(
            text("SELECT (now() AT TIME ZONE 'UTC')::date")
        ).scalar_one()
    around = [None, *(today + timedelta(days=days) for days in (-1, 0, 1))]
    cases = {
        f"req_late_{state}_{i}_{j}": (state, due, triage)
        for state in State
        if state is not State.DRAFT
        for i, due in enumerate(around)
        for j, triage in enumerate(around)
    }
    try:
        with world.owner.begin() as connection:
            for key, (state, due, triage) in cases.items():
                days = {"due": due and due.isoformat(), "triage": triage and triage.isoformat()}
                connection.execute(
                    _COPY, {"id": key, "state": state.value, "like": asked.request_id, **days}
                )
        found: set[str] = set()
        for page in range(1, 6):
            rows = _list(world.coordinator, f"?show=overdue&page={page}")["rows"]
            found |= {row["id"] for row in rows}
    finally:
        with world.owner.begin() as connection:
            connection.execute(text("DELETE FROM requests WHERE id LIKE 'req_late_%'"))
    late = {
        key
        for key, (state, due, triage) in cases.items()
        if is_late(state, due_on=due, triage_due_on=triage, today=today)
    }
    assert 0 < len(late) < len(cases)
    assert {key for key in found if key.startswith("req_late_")} == late
