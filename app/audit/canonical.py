"""Canonical JSON and time: one value, one sequence of bytes.

Here: the form in which facets are hashed, stored and exported (sorted ASCII keys, no floats, UTF-8,
no spaces). Not here: what a facet contains (`entry`), how it is committed to (`commitment`).
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

import orjson

MAX_DEPTH = 32
"""Nesting that a canonical value may have."""

MAX_INTEGER = 2**53 - 1
"""Largest magnitude of an integer: what every JSON reader keeps exactly."""

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)


class NotCanonical(ValueError):
    """The value or text has no canonical form, or is not in it."""


def canonical_bytes(value: object) -> bytes:
    """Return the canonical JSON of `value` (mappings, sequences, text, integers, booleans, None).

    Raises NotCanonical on floats, keys that are not ASCII text, other types, integers beyond 2^53,
    lone surrogates and nesting deeper than MAX_DEPTH.
    """
    try:
        return orjson.dumps(_plain(value, 0), option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise NotCanonical(str(error)) from error


def parse_canonical(text: bytes) -> object:
    """Return the value of canonical JSON; raise NotCanonical when the bytes are any other form."""
    try:
        value: object = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise NotCanonical(f"not JSON: {error}") from error
    if canonical_bytes(value) != text:
        raise NotCanonical("JSON, but not in canonical form")
    return value


def format_time(moment: datetime) -> str:
    """Return RFC 3339 in UTC with six digits of microseconds; raise on a naive time."""
    if moment.tzinfo is None:
        raise NotCanonical("a time without a zone has no canonical form")
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def parse_time(text: object) -> datetime:
    """Return the moment that `format_time` wrote; raise NotCanonical on any other text."""
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        raise NotCanonical(f"not a canonical time: {text!r}")
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise NotCanonical(f"not a canonical time: {text!r}") from error


def _plain(value: object, depth: int) -> object:
    if depth > MAX_DEPTH:
        raise NotCanonical("nested too deeply")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise NotCanonical(f"integer beyond 2^53: {value}")
        return int(value)
    if isinstance(value, Mapping):
        return {_key(key): _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, depth + 1) for item in value]
    raise NotCanonical(f"no canonical form for {type(value).__name__}")


def _key(key: object) -> str:
    if not isinstance(key, str) or not key.isascii():
        raise NotCanonical(f"key is not ASCII text: {key!r}")
    return str(key)
