"""Business days by the calendar that a review names."""

import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.calendar import (
    Calendar,
    UnknownCalendar,
    calendar_label,
    calendar_name,
    countries,
    split_name,
)
from app.domain.clocks import LONG, PROFILES, SHORT, STEPS, differing, rules_of

NAMES = ["none", "DE", "DE-BY", "GB-ENG", "GB-SCT", "US-CA", "IL", "JP"]
DAYS = st.dates(date(2000, 1, 1), date(2098, 12, 31))


def test_weekends_alone() -> None:
    friday = date(2026, 11, 20)
    assert Calendar().add(friday, 1) == date(2026, 11, 23)
    assert Calendar().add(date(2026, 11, 21), 1) == date(2026, 11, 23)
    assert Calendar().between(friday, date(2026, 11, 23)) == 1
    assert Calendar().between(date(2026, 11, 23), friday) == 0
    assert Calendar().is_business_day(date(2026, 12, 25))


def test_public_holidays_do_not_count() -> None:
    eve = date(2026, 12, 24)
    assert Calendar("none").add(eve, 1) == date(2026, 12, 25)
    # Boxing Day is a Saturday in 2026, and taken on the Monday after.
    assert Calendar("GB-ENG").add(eve, 1) == date(2026, 12, 29)
    assert Calendar("DE").add(eve, 1) == date(2026, 12, 28)
    assert Calendar("GB-ENG").between(eve, date(2026, 12, 29)) == 1
    assert not Calendar("US-CA").is_business_day(date(2026, 11, 26))


def test_a_part_has_holidays_of_its_own() -> None:
    epiphany = date(2027, 1, 6)
    assert Calendar("DE").is_business_day(epiphany)
    assert not Calendar("DE-BY").is_business_day(epiphany)


def test_the_week_of_a_country_counts() -> None:
    friday, sunday = date(2026, 11, 20), date(2026, 11, 22)
    assert not Calendar("IL").is_business_day(friday)
    assert Calendar("IL").is_business_day(sunday)
    assert Calendar("IL").add(friday, 1) == sunday


@settings(deadline=None)  # the first count loads the holidays
@given(st.sampled_from(NAMES), DAYS, st.integers(1, 90))
def test_adding_and_counting_agree(name: str, day: date, count: int) -> None:
    calendar = Calendar(name)
    there = calendar.add(day, count)
    assert calendar.is_business_day(there)
    assert calendar.between(day + timedelta(days=1), there + timedelta(days=1)) == count


@settings(deadline=None)  # the first count loads the holidays
@given(st.sampled_from(NAMES), DAYS, st.integers(0, 400), st.integers(0, 400))
def test_spans_add_up_and_are_never_negative(name: str, day: date, one: int, two: int) -> None:
    calendar = Calendar(name)
    middle, end = day + timedelta(days=one), day + timedelta(days=one + two)
    whole = calendar.between(day, end)
    assert whole == calendar.between(day, middle) + calendar.between(middle, end)
    assert whole >= 0 == calendar.between(end, day)


def test_days_far_away_are_weekends_alone() -> None:
    assert Calendar("DE").add(date(9999, 12, 30), 50) == date.max
    assert Calendar("DE").is_business_day(date(2150, 12, 25))
    assert Calendar("DE").between(date(1200, 1, 1), date(1200, 1, 8)) == 5


def test_names_of_calendars() -> None:
    assert calendar_name("none") == calendar_name("") == "none"
    assert calendar_name("GB", "England") == calendar_name("GB", " eng ") == "GB-ENG"
    assert calendar_name("DE") == "DE"
    assert split_name("GB-ENG") == ("GB", "ENG")
    assert split_name("none") == ("none", "")
    assert calendar_label("none") == "Weekends only"
    assert calendar_label("DE") == "Germany"
    assert calendar_label("GB-ENG") == "United Kingdom, ENG"
    names = dict(countries())
    assert names["BA"] == "Bosnia and Herzegovina"
    assert len(names) > 200


@pytest.mark.parametrize(
    ("country", "part", "words"),
    [("XX", "", "no country"), ("GB", "Paris", "ENG, NIR, SCT, WLS"), ("EE", "XX", "as a whole")],
)
def test_a_calendar_that_is_none_is_refused_in_words(country: str, part: str, words: str) -> None:
    with pytest.raises(UnknownCalendar, match=words):
        calendar_name(country, part)


def test_a_part_that_is_known_no_more_counts_as_its_country() -> None:
    assert Calendar("DE-OLD").add(date(2026, 12, 24), 1) == date(2026, 12, 28)


def test_profiles_and_what_differs() -> None:
    assert (SHORT.triage, SHORT.standard, SHORT.complex, SHORT.interview) == (1, 3, 5, 5)
    assert (SHORT.appeal, SHORT.findings_a, SHORT.findings) == (2, 3, 3)
    assert (LONG.triage, LONG.standard, LONG.complex, LONG.interview) == (2, 5, 10, 10)
    assert (LONG.appeal, LONG.findings_a, LONG.findings) == (5, 5, 10)
    for profile in PROFILES.values():
        assert set(STEPS) == set(vars(profile))
    assert differing("short", {"triage": 1, "standard": 4}) == {"standard": 4}
    assert rules_of("none", "no such").profile == SHORT


def test_starting_up_does_not_wait_for_the_holidays() -> None:
    lines = "import sys, app.main, app.worker; print('holidays' in sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", lines], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "False"
