"""Routing rules: which team a request is suggested to, by what is asked. Pure.

A rule suggests and decides nothing: who answers is said by a coordinator.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum


class Condition(StrEnum):
    """What a rule can look at."""

    TYPE = "type"
    BASIS = "basis"
    PAGES = "pages"
    PATHWAY = "pathway"
    TOPIC = "topic"
    WORDS = "words"


WORDED = frozenset({Condition.TOPIC, Condition.WORDS})
"""Conditions about the words of what is asked: they hold only for who may read these."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What rules look at of a request. `said` is None where the reader may not read the words."""

    type: str
    basis: str
    page: int | None
    pathway: int | None
    said: str | None


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Conditions that all have to hold, and the team and priority that are then suggested."""

    id: str
    name: str
    team_id: str
    priority: str | None = None
    active: bool = True
    type: str | None = None
    basis: str | None = None
    page_from: int | None = None
    page_to: int | None = None
    pathway: int | None = None
    topic: str | None = None
    words: tuple[str, ...] = ()

    def conditions(self) -> tuple[Condition, ...]:
        """Give the conditions that this rule names."""
        given = {
            Condition.TYPE: self.type,
            Condition.BASIS: self.basis,
            Condition.PAGES: self.page_from or self.page_to,
            Condition.PATHWAY: self.pathway,
            Condition.TOPIC: self.topic,
            Condition.WORDS: self.words,
        }
        return tuple(name for name, value in given.items() if value)

    def failing(self, asked: Asked) -> tuple[Condition, ...]:
        """Give the conditions that do not hold; none: the rule matches."""
        return tuple(name for name in self.conditions() if not _HOLDS[name](self, asked))


def _in_pages(rule: Rule, asked: Asked) -> bool:
    if asked.page is None:
        return False
    return (rule.page_from or 1) <= asked.page <= (rule.page_to or asked.page)


_HOLDS: dict[Condition, Callable[[Rule, Asked], bool]] = {
    Condition.TYPE: lambda rule, asked: rule.type == asked.type,
    Condition.BASIS: lambda rule, asked: rule.basis == asked.basis,
    Condition.PAGES: _in_pages,
    Condition.PATHWAY: lambda rule, asked: rule.pathway == asked.pathway,
    Condition.TOPIC: lambda rule, asked: bool(occurring([rule.topic or ""], asked.said)),
    Condition.WORDS: lambda rule, asked: bool(occurring(rule.words, asked.said)),
}


def occurring(words: Iterable[str], said: str | None) -> list[str]:
    """Give those of some words or phrases that occur in a text, whole and in whatever case."""
    if not said:
        return []
    plain = " ".join(said.casefold().split())
    return [
        word
        for word in words
        if (sought := " ".join(word.casefold().split()))
        and re.search(rf"(?<!\w){re.escape(sought)}(?!\w)", plain)
    ]


def first_match(rules: Iterable[Rule], asked: Asked) -> Rule | None:
    """Give the first rule in force that matches."""
    return next((rule for rule in rules if rule.active and not rule.failing(asked)), None)
