"""Question packs: what an item is made of, how its words are filled in, and the one that comes
with the installation. Pure.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

MOST_ITEMS = 100
"""Items of a pack: a request list has 60 to 100, and a form with more is nobody's to read."""

MOST_DRAFTS = 200
"""Drafts that one application makes: items times the pathways and claims they are asked about."""

LENGTHS: Mapping[str, int] = {"topic": 120, "question": 4_000, "purpose": 2_000, "instead": 2_000}
"""The longest texts of an item, in characters."""

WHOLE = "the report as a whole"
_PLACE = "{pathway}"
STARTER: Literal["if_this_happened"] = "if_this_happened"
STARTER_TITLE = "If this happened"
STARTER_ABOUT = "Any pathway to harm"


@dataclass(frozen=True)
class StarterItem:
    """An item of the pack that comes with the installation."""

    topic: str
    question: str
    form: str
    purpose: str
    instead: str = ""
    type: str = "explanation"
    priority: str = "normal"


STARTER_ITEMS: Sequence[StarterItem] = (
    StarterItem(
        "Seeing it",
        "If what {pathway} describes happened, who would see it, and in what?",
        "short_text",
        "Whether the harm would be noticed at all.",
        "A list of the signals that are watched, without their thresholds.",
    ),
    StarterItem(
        "Telling",
        "Who would they tell, by which way, and who must then be told in turn? ({pathway})",
        "short_text",
        "Whether what is noticed reaches somebody who can act.",
    ),
    StarterItem(
        "Being paged",
        "Who is paged, at any hour of any day, and who stands in when they do not answer?"
        " ({pathway})",
        "short_text",
        "Whether the answer depends on one person being awake.",
        "Roles instead of names.",
    ),
    StarterItem(
        "How fast",
        "How fast does each step follow the one before: seen, told, paged, stopped? Give what was"
        " measured where it was. ({pathway})",
        "table",
        "Whether harm can be done before anybody acts.",
        "Ranges instead of exact figures.",
        type="data",
        priority="high",
    ),
    StarterItem(
        "By itself",
        "What happens automatically, without anybody deciding it, and what does it leave running?"
        " ({pathway})",
        "short_text",
        "Which safeguards do not depend on people.",
    ),
    StarterItem(
        "Tested",
        "How was that tested, when last, by whom, and what failed? ({pathway})",
        "file",
        "How much of the argument rests on practice.",
        "A summary of the last exercise, with what was changed since.",
        type="document",
        priority="high",
    ),
)


@dataclass(frozen=True)
class Place:
    """What a pack is asked about: a pathway, a claim, or the report as a whole."""

    kind: str  # report, pathway, claim
    id: str | None
    label: str  # as it stands in a question: `pathway 3`


WHOLE_REPORT = Place("report", None, WHOLE)


def filled(text: str, place: Place) -> str:
    """Put the name of what is asked about where a question says `{pathway}`."""
    return text.replace(_PLACE, place.label)


def asked_mark(question: str, place: Place) -> str:
    """Give what tells a question asked about a place from every other: a digest, no words."""
    said = " ".join(filled(question, place).split()).casefold()
    return hashlib.sha256(f"{place.id or place.kind}\n{said}".encode()).hexdigest()


def spread(items: int, places: Sequence[Place]) -> Iterator[tuple[int, Place]]:
    """Give each (item, place) in the order in which they are asked: place by place."""
    for place in places:
        for item in range(items):
            yield item, place
