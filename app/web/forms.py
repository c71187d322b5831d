"""Turns a form's values into a command, and what cannot be taken into words beside its field.

Here: what every form needs, days included. Not here: which fields a form has (the feature).
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from app.kernel.errors import Invalid

Command = TypeVar("Command", bound=BaseModel)
_WORDS = {
    "missing": "This is needed.",
    "string_too_short": "This is needed.",
    "too_short": "Choose at least one.",
    "literal_error": "Choose one of these.",
    "string_too_long": "This is longer than {max_length:,} characters.",
}


def command_from(model: type[Command], values: Mapping[str, object]) -> Command:
    """Make a command from what somebody typed.

    Raises:
        Invalid: naming each field that cannot be taken.
    """
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        fields: dict[str, str] = {}
        for fault in error.errors():
            name = str(fault["loc"][0]) if fault["loc"] else "form"
            words = _WORDS.get(fault["type"], "This cannot be read as given.")
            fields.setdefault(name, words.format_map(fault.get("ctx") or {}))
        raise Invalid(fields=fields) from error


def first_second(day: str) -> datetime | None:
    """Read a form's date as its first second in UTC; None when it is no date."""
    return _moment(day, time(0))


def last_second(day: str) -> datetime | None:
    """Read a form's date as its last second in UTC; None when it is no date."""
    return _moment(day, time(23, 59, 59))


def _moment(day: str, at: time) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(day), at, tzinfo=UTC)
    except ValueError:
        return None
