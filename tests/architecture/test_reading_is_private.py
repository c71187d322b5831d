"""Whatever tells that somebody read or searched is told under an act whose traces are private.

The watcher is not watched by the watched: the log names a reviewer who reads in the personal facet
only, and that hangs on the act (`transaction.READING`). An event named as a reading under any other
act would put who read what where the publisher looks.
"""

import re
from pathlib import Path

from app.domain.actions import Action
from app.transaction import PRIVATE, READING

APP = Path(__file__).resolve().parents[2] / "app"
_TOLD = re.compile(
    r'name="(?P<name>\w+(?:Read|Listed|Searched|Seen))",?\s*licence=(?:Action\.)?(?P<act>\w+)'
)
# Acts of the publisher alone: whoever of its people reads is named.
OF_THE_PUBLISHER = {"READ_NOTES", "READ_HEALTH", "READ_MAILS", "READ_COCKPIT"}


def _told() -> list[tuple[str, str]]:
    return [
        (found["name"], found["act"])
        for path in sorted(APP.rglob("*.py"))
        for found in _TOLD.finditer(path.read_text())
    ]


def test_every_reading_is_told_under_a_private_act() -> None:
    told = _told()
    assert len(told) >= 10, "the pattern finds the events"
    named = {act for _, act in told if act.isupper()} - OF_THE_PUBLISHER
    known = {action.name for action in Action}
    assert named <= known
    assert {act for act in named if Action[act] not in READING | PRIVATE} == set()
