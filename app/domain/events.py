"""What happened: a fact in the past tense, with ids and old and new values, never content."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.actions import Action
from app.domain.targets import Target

Fact = str | int | bool | None | list[str] | list[int]


@dataclass(frozen=True, kw_only=True)
class Event:
    """One event; `licence` is the action whose allow on `target` permits the commit.

    Attributes:
        name: past tense, such as `RequestAssigned`.
        licence: the action that must have been decided *allow* on `target` in this transaction.
        target: what the licence was given for.
        subject: the thing that changed, when it is not the target itself.
        organisations: reviewer organisations whose record shows this entry.
        facts: ids, old and new values; nothing a reader of the log may not see.
        personal: names and addresses, in their own facet.
        content: titles and free text, in their own facet.
        stage: a step in the life of the subject (kept for timelines), else None.
    """

    name: str
    licence: Action
    target: Target
    subject: Target | None = None
    organisations: frozenset[str] = frozenset()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    personal: Mapping[str, Fact] | None = None
    content: Mapping[str, Fact] | None = None
    stage: str | None = None

    @property
    def about(self) -> Target:
        """Give the thing that changed."""
        return self.subject or self.target
