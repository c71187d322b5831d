"""What an expert answered before is offered to them again, and to nobody else."""

from typing import Any

from tests.world import Someone, World
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import Asked, draft


def _asked(world: World, version: SharedVersion, question: str, answer: str = "") -> Asked:
    asked = draft(world, version, question=question)
    asked.post(world.lead_a, "submit")
    asked.post(
        world.coordinator, "assignment", responder_id=world.responder.id, nothing_withheld=True
    )
    if answer:
        asked.post(world.responder, "answer", answer=answer)
        asked.post(world.responder, "check")
    return asked


def _own(asked: Asked, someone: Someone) -> list[dict[str, Any]]:
    return list(asked.seen_by(someone)["own_answers"])


def test_what_one_answered_to_something_alike_is_offered_again(
    world: World, version: SharedVersion
) -> None:
    before = _asked(world, version, "How is zirconium stored?", "Zirconium lies in the cellar.")
    _asked(world, version, "Who bakes?", "Nobody bakes.")
    again = _asked(world, version, "Where is the zirconium kept?")
    (one,) = _own(again, world.responder)
    assert one["body"] == "Zirconium lies in the cellar."
    assert one["alias"] == before.seen_by(world.responder)["alias"]
    page = again.page_for(world.responder)
    assert "What you answered before" in page
    assert "Zirconium lies in the cellar." in page
    assert "RQ-" not in page
    # Once it is handed on, there is nothing to write and nothing is offered.
    again.post(world.responder, "answer", answer="As before.")
    again.post(world.responder, "check")
    assert _own(again, world.responder) == []


def test_nobody_is_offered_what_others_wrote(world: World, version: SharedVersion) -> None:
    _asked(world, version, "How is hafnium stored?", "Hafnium lies in the attic.")
    again = _asked(world, version, "Where is the hafnium kept?")
    again.post(world.coordinator, "assignment", responder_id=world.author.id)
    assert _own(again, world.author) == []
    assert "attic" not in again.page_for(world.author)


def test_what_one_may_no_longer_read_is_not_offered(world: World, version: SharedVersion) -> None:
    before = _asked(world, version, "How is thorium stored?", "Thorium lies in the well.")
    again = _asked(world, version, "Where is the thorium kept?")
    assert len(_own(again, world.responder)) == 1
    before.post(world.approver, "send-back", note="Not you.", nothing_withheld=True)
    before.post(world.coordinator, "assignment", responder_id=world.author.id)
    assert _own(again, world.responder) == []
