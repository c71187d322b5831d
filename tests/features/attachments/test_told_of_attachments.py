"""What goes with an answer is granted: nobody from whom the request is kept is told of that."""

import pytest

from tests.features.attachments.conftest import Attaching
from tests.features.notices.situations import told
from tests.worlds.doors import post_json
from tests.worlds.reports import settle

ABOUT_GRANTS = "('grant_given', 'grant_revoked', 'receipt_issued')"


@pytest.fixture
def version_id(attaching: Attaching) -> str:
    """Give what goes with an answer that the reviewer keeps from a colleague, who submitted it."""
    world = attaching.world
    attaching.post(world.reviewer_a, "people", people=[])
    world.change(
        "UPDATE memberships SET roles = '{reviewer}' WHERE id = :m", m=world.lead_a.membership_id
    )
    return attaching.released()


def _of_colleague(attaching: Attaching) -> list[tuple[object, ...]]:
    return attaching.world.rows(
        f"SELECT kind FROM notices WHERE person_id = :p AND kind IN {ABOUT_GRANTS}",
        p=attaching.world.lead_a.id,
    )


def test_a_colleague_is_told_neither_of_its_grant_nor_of_its_end(
    attaching: Attaching, version_id: str
) -> None:
    world = attaching.world
    before = _of_colleague(attaching)
    assert told(world, "answer_released") == {"reviewer_a"}
    ((grant,),) = world.rows(
        "SELECT id FROM grants WHERE version_id = :v AND follows IS NOT NULL", v=version_id
    )
    done = post_json(world.coordinator, f"/grants/{grant}/revoke", reason="A slip.")
    assert done.status_code == 200, done.text
    settle(world)
    assert _of_colleague(attaching) == before
    assert told(world, "grant_revoked") == set()
    assert [one[0] for one in world.entries(action="grant:revoke", outcome="done")] == [
        "GrantRevoked"
    ]


def test_of_the_grant_of_the_review_everybody_is_told_once_and_of_nothing_that_ends_with_it(
    attaching: Attaching, version_id: str
) -> None:
    world = attaching.world
    grant = attaching.version.grant_a
    done = post_json(world.coordinator, f"/grants/{grant}/revoke", reason="Over.")
    assert done.status_code == 200, done.text
    settle(world)
    rows = world.rows("SELECT person_id FROM notices WHERE kind = 'grant_revoked'")
    assert sorted(str(person) for (person,) in rows) == sorted(
        [world.lead_a.id, world.reviewer_a.id]
    )
    ((state,),) = world.rows(
        "SELECT state FROM grants WHERE version_id = :v AND follows IS NOT NULL", v=version_id
    )
    assert state == "revoked"
