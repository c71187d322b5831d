"""A file attached to a finding is sensed by no reviewer before it is given, and by others never."""

import pytest

from tests.features.attachments.conftest import SECRET, WORD, Attaching
from tests.features.attachments.test_canaries_of_attachments import found, nowhere
from tests.features.attachments.threading import (
    GIVEN_NAME,
    GIVEN_TITLE,
    GIVEN_WORDS,
    Threading,
    threading,
)
from tests.world import Someone
from tests.worlds.shared import Copier


@pytest.fixture(scope="module")
def thread(room_copies: Copier) -> Threading:
    """Give a finding with a file that is ready; the tests below go from before to after."""
    made = threading(room_copies())
    made.closed()
    return made


def _met(thread: Threading, someone: Someone, *canaries: str) -> dict[str, list[str]]:
    """Ask for every address with the ids of the finding and of the attached version."""
    world = thread.world
    around = Attaching(world, world.made, "req_zzzzzzzzzzzzzzzzzzzz")
    return found(around, someone, thread.version_id, *canaries, finding_id=thread.finding)


def _sensed(thread: Threading, someone: Someone) -> list[object]:
    """Give what somebody outside could count or compare: lists, counts, their record, steps."""
    client = someone.client
    return [
        client.get(path).json()
        for path in ("/api/v1/findings", "/api/v1/receipts", "/api/v1/home", "/api/v1/notices")
        if client.get(path).status_code == 200
    ] + [client.get(f"/api/v1/findings/{thread.finding}").status_code]


def test_before_it_is_given_no_reviewer_senses_it(thread: Threading) -> None:
    """The positive control is the last test here: given, the same crawl meets it."""
    world = thread.world
    ((attachment,),) = world.rows("SELECT id FROM attachments")
    sought = (GIVEN_TITLE, GIVEN_NAME, SECRET, WORD, str(attachment))
    for someone in (world.lead_a, world.reviewer_b):
        assert _met(thread, someone, *sought) == nowhere(*sought)


def test_a_file_more_changes_nothing_that_a_reviewer_can_count(thread: Threading) -> None:
    world = thread.world
    before = [_sensed(thread, someone) for someone in (world.reviewer_a, world.reviewer_b)]
    assert thread.attach(world.coordinator, b"# More\n", "md", "Another").status_code == 202
    after = [_sensed(thread, someone) for someone in (world.reviewer_a, world.reviewer_b)]
    assert after == before


def test_given_it_is_the_organisations_alone_and_nothing_withheld_is_in_it(
    thread: Threading,
) -> None:
    world = thread.world
    (one,) = [i for i in thread.view(world.approver)["items"] if i["title"] == GIVEN_TITLE]
    given = thread.give(world.approver, attachment_id=one["id"])
    assert given.status_code == 200, given.text
    met = _met(thread, world.reviewer_a, WORD, GIVEN_TITLE, GIVEN_WORDS, SECRET, GIVEN_NAME)
    assert all(met[canary] for canary in (WORD, GIVEN_TITLE, GIVEN_WORDS)), "they reach it"
    assert (met[SECRET], met[GIVEN_NAME]) == ([], [])
    sought = (GIVEN_TITLE, GIVEN_WORDS, SECRET, WORD)
    assert _met(thread, world.reviewer_b, *sought) == nowhere(*sought)
    assert GIVEN_TITLE not in str(world.rows("SELECT facts::text FROM notices"))
