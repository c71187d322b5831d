"""The words that the pages of statements use."""

from typing import Any

from app.domain.categories import CATEGORIES
from app.domain.statements import (
    AUDIENCES,
    COMMENT_KINDS,
    DECISIONS,
    KINDS,
    LONGEST_WINDOW,
    MISSING,
    STATES,
    SUBSTANCE,
    TOPICS,
    USUAL_WINDOW,
    VERDICTS,
    edition_name,
)

WORDS: dict[str, Any] = {
    "topics": TOPICS,
    "substance": SUBSTANCE,
    "states": STATES,
    "kinds": KINDS,
    "comment_kinds": COMMENT_KINDS,
    "decisions": DECISIONS,
    "audiences": AUDIENCES,
    "edition_name": edition_name,
    "categories": CATEGORIES,
    "verdicts": VERDICTS,
    "missing": MISSING,
    "usual_window": USUAL_WINDOW,
    "longest_window": LONGEST_WINDOW,
}
