"""Turns a form's values into a command, and what cannot be taken into words beside its field.

Here: what every form needs, days and a second attempt included. Not here: which fields a form has,
and how its page looks (the feature).
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from app.kernel.errors import Conflict, Invalid, VitrineError
from app.transaction import Transaction
from app.web.errors import wants_json
from app.web.pages import see_other

Command = TypeVar("Command", bound=BaseModel)
Done = TypeVar("Done")
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


def attempt(
    tx: Transaction,
    request: Request,
    act: Callable[[], Done],
    *,
    again: Callable[[VitrineError], Response],
    then: Callable[[Done], str],
    turned: tuple[type[VitrineError], ...] = (Invalid, Conflict),
) -> Response:
    """Do what a form asks for and lead on; where it cannot be, take it back and show it again.

    Args:
        tx: the transaction.
        request: the request; a program is answered by the error itself.
        act: what the form asks for.
        again: gives the page with what was typed, and why it cannot be.
        then: gives the address that the browser goes on to, of what was done.
        turned: what is said beside the form; other errors have pages of their own.
    """
    try:
        done = act()
    except turned as error:
        tx.rollback()
        if wants_json(request):
            raise
        return again(error)
    return see_other(then(done))


def beside(error: VitrineError, field: str) -> dict[str, str]:
    """Give what to say of an error by field; what is about no field stands at the one given."""
    if isinstance(error, Invalid) and error.fields:
        return error.fields
    return {field: " ".join(filter(None, (error.message, error.kept, error.remedy)))}


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
