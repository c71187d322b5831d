"""The invitation: a calendar file that other programs read, and that names nobody."""

from datetime import timedelta

from icalendar import Calendar

from tests.world import Someone, World
from tests.worlds.interviews import WHERE, Interviewed, interview_in, soon
from tests.worlds.reports import SharedVersion


def fetched(made: Interviewed, someone: Someone, *, status: int = 200) -> bytes:
    """Fetch the file; page and JSON address give the same bytes."""
    page, api = (someone.client.get(f"{door}{made.path}.ics") for door in ("", "/api/v1"))
    assert (page.status_code, api.status_code) == (status, status)
    if status == 200:
        assert page.content == api.content
        assert page.headers["content-type"].startswith("text/calendar")
        assert 'filename="interview.ics"' in page.headers["content-disposition"]
    return bytes(page.content)


def test_both_sides_get_a_file_that_calendars_read(world: World, version: SharedVersion) -> None:
    made = interview_in(world, "agreed", version)
    files = {who: fetched(made, world.people[who]) for who in ("reviewer_a", "responder")}
    events = {who: Calendar.from_ical(raw).walk("VEVENT")[0] for who, raw in files.items()}
    for raw in files.values():
        assert raw.startswith(b"BEGIN:VCALENDAR\r\n")
        assert b"METHOD:PUBLISH\r\n" in raw
        assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
        start = made.starts_at.strftime("%Y%m%dT%H%M%SZ").encode()
        assert b"DTSTART:" + start in raw
    asker, expert = events["reviewer_a"], events["responder"]
    assert asker["UID"] == expert["UID"]
    assert asker.decoded("DTEND") - asker.decoded("DTSTART") == timedelta(minutes=45)
    assert (asker["STATUS"], int(asker["SEQUENCE"])) == ("CONFIRMED", 0)
    number = made.asked.seen_by(world.reviewer_a)["number"]
    alias = made.asked.seen_by(world.responder)["alias"]
    assert str(asker["SUMMARY"]) == f"Interview {number}"
    assert str(expert["SUMMARY"]) == f"Interview {alias}"
    assert str(expert["LOCATION"]) == f"Video call: {WHERE}"


def test_each_move_counts_up_and_a_cancelled_one_says_so(
    world: World, version: SharedVersion
) -> None:
    made = interview_in(world, "agreed", version)
    uid = Calendar.from_ical(fetched(made, world.lead_a)).walk("VEVENT")[0]["UID"]
    said = []
    for act in ("move", "choice", "cancel"):
        if act == "move":
            made.post(world.lead_a, act, starts=[soon(50).isoformat()], reason="clash")
        elif act == "choice":
            made.choose(world.coordinator)
        else:
            made.post(world.coordinator, act, reason="no_longer_needed")
        event = Calendar.from_ical(fetched(made, world.lead_a)).walk("VEVENT")[0]
        assert event["UID"] == uid
        said.append((int(event["SEQUENCE"]), str(event["STATUS"])))
    assert said == [(1, "CANCELLED"), (2, "CONFIRMED"), (3, "CANCELLED")]


def test_what_was_typed_cannot_add_lines_to_the_file(world: World, version: SharedVersion) -> None:
    made = interview_in(world, "proposed", version)
    planted = "Room 1; floor, 2\nATTENDEE:mailto:x@example.test\nBEGIN:VALARM"
    made.propose(world.coordinator, where=planted)
    made.choose(world.lead_a)
    raw = fetched(made, world.lead_a)
    event = Calendar.from_ical(raw).walk("VEVENT")[0]
    assert "ATTENDEE" not in event
    assert event.subcomponents == []
    assert b"\r\nBEGIN:VALARM" not in raw
    assert str(event["LOCATION"]) == f"Video call: {planted}"


def test_there_is_no_invitation_before_a_time_is_agreed(
    world: World, version: SharedVersion
) -> None:
    made = interview_in(world, "proposed", version)
    for someone in (world.lead_a, world.coordinator):
        fetched(made, someone, status=409)
    made.choose(world.lead_a)
    fetched(made, world.lead_b, status=404)
    fetched(made, world.author, status=404)


def test_the_askers_address_stays_out_of_the_publishers_file(
    world: World, version: SharedVersion
) -> None:
    made = interview_in(world, "proposed", version)
    made.propose(world.reviewer_a, soon(30), where="HOUSE OF ORGA, room 2")
    made.choose(world.coordinator)
    assert "HOUSE OF ORGA, room 2" in made.page_for(world.coordinator)
    for someone in (world.coordinator, world.responder):
        raw = fetched(made, someone)
        for canary in (b"HOUSE OF", b"RQ-", b"NAMED"):
            assert canary not in raw
