"""What the log says in plain words."""

import re
from pathlib import Path

import pytest

from app.domain import sentences
from app.domain.actions import Action
from app.domain.sentences import sentence_of

APP = Path(sentences.__file__).resolve().parents[1]
_EVENT = re.compile(
    r'(?:name=|(?:emit|tell)\w*\()[^")]*"([A-Z][a-z]+(?:[A-Z][a-z]+)+)"'
)  # named where an event is made, or handed to what makes it


def test_every_act_has_a_phrase_for_when_it_is_refused() -> None:
    for action in Action:
        said = sentence_of("Refused", action=action.tag, outcome="denied", facts={})
        assert said.startswith("Was not allowed to ")
        assert ":" not in said, action


def test_every_event_named_in_the_application_has_a_sentence() -> None:
    named = {
        event
        for path in (APP / "features").rglob("*.py")
        for event in _EVENT.findall(path.read_text(encoding="utf-8"))
    }
    assert len(named) > 20
    assert named - set(sentences._EVENTS) == set()


@pytest.mark.parametrize(
    ("event", "facts", "said"),
    [
        ("PageRead", {"page": "12"}, "Read page 12"),
        ("PageRead", {}, "Read page …"),
        ("VersionSearched", {"phrase": "{x}"}, "Searched for “{x}”"),
        ("FindingRouted", {"number": "FC-1", "rule": "owns the claim"},
         "Sent FC-1 on: owns the claim"),
        ("FindingRouted", {}, "Sent it on"),
        ("SomethingUnheardOf", {}, "Something unheard of"),
        ("", {}, "grant:propose"),
    ],
)  # fmt: skip
def test_a_sentence_says_what_its_reader_may_know(
    event: str, facts: dict[str, str], said: str
) -> None:
    assert sentence_of(event, action="grant:propose", outcome="done", facts=facts) == said
