"""Canonical JSON and time: one value, one sequence of bytes."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.audit.canonical import (
    NotCanonical,
    canonical_bytes,
    format_time,
    parse_canonical,
    parse_time,
)

# A busy machine is no fault of the code.
UNHURRIED = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_KEYS = st.text(st.characters(max_codepoint=127), max_size=8)
_LEAVES = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20)
_VALUES = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4)
)


@UNHURRIED
@given(_VALUES)
def test_what_is_written_reads_back_to_the_same_value(value: Any) -> None:
    assert parse_canonical(canonical_bytes(value)) == value


@UNHURRIED
@given(_VALUES)
def test_the_standard_library_writes_the_same_bytes(value: Any) -> None:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert canonical_bytes(value) == text.encode()


def test_keys_are_sorted_and_nothing_is_escaped_without_need() -> None:
    assert canonical_bytes({"b": (1, None), "a": "é"}) == '{"a":"é","b":[1,null]}'.encode()


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), float("inf"), {1: "x"}, {"é": 1}, b"bytes", {1, 2}, 2**53, -(2**53),
     datetime(2026, 1, 1, tzinfo=UTC), object(), "\ud800", {"deep": 0.5}, [[0.5]]],
)  # fmt: skip
def test_what_has_no_single_form_is_refused(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical_bytes(value)


def test_endless_nesting_is_refused() -> None:
    value: Any = []
    for _ in range(40):
        value = [value]
    with pytest.raises(NotCanonical, match="deeply"):
        canonical_bytes(value)


@pytest.mark.parametrize(
    "text", [b'{"b":1,"a":2}', b'{"a": 1}', b'{"a":1,"a":1}', b"1.0", b"{", b'"\\u0041"', b""]
)
def test_other_spellings_are_refused(text: bytes) -> None:
    with pytest.raises(NotCanonical):
        parse_canonical(text)


@UNHURRIED
@given(st.datetimes(timezones=st.just(UTC)))
def test_a_time_reads_back_to_the_microsecond(moment: datetime) -> None:
    assert parse_time(format_time(moment)) == moment


def test_a_time_is_written_in_utc_with_six_digits() -> None:
    moment = datetime(2026, 11, 20, 13, 5, tzinfo=timezone(timedelta(hours=1)))
    assert format_time(moment) == "2026-11-20T12:05:00.000000Z"
    with pytest.raises(NotCanonical):
        format_time(moment.replace(tzinfo=None))


@pytest.mark.parametrize(
    "text",
    ["2026-11-20T12:05:00Z", "2026-11-20 12:05:00.000000Z", "2026-11-20T12:05:00.000000+00",
     "2026-13-20T12:05:00.000000Z", "2026-W01-1T12:05:00.000000Z", None, 5, ""],
)  # fmt: skip
def test_other_spellings_of_a_time_are_refused(text: object) -> None:
    with pytest.raises(NotCanonical):
        parse_time(text)
