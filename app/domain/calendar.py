"""Business days by a named calendar: a country's public holidays, or weekends alone. Pure.

A calendar's name is `none`, a country (`DE`), or a country and its part (`GB-ENG`, `US-CA`). The
holidays come from the package of that name. It is imported on first use: whoever counts weekends
alone, and a process that only starts, does not wait for it.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np

WEEKENDS = "none"
_KNOWN_YEARS = range(1950, 2100)  # beyond them no holiday is known: weekends alone
_SMALL_WORDS = frozenset({"and", "of", "the"})


class UnknownCalendar(ValueError):
    """There is no such country, or it has no such part; says which there are."""


@dataclass(frozen=True)
class Calendar:
    """The business days of one calendar, by its name."""

    name: str = WEEKENDS

    def add(self, day: date, count: int) -> date:
        """Give the business day `count` after `day`; a free day counts as the last one before."""
        days = _days(self.name, day.year - 1, day.year + 1 + count // 200)
        moved = np.busday_offset(_day(day), count, roll="backward", busdaycal=days)
        return date.fromisoformat(str(min(moved, _day(date.max))))

    def between(self, start: date, end: date) -> int:
        """Count the business days from `start` up to, not including, `end`; never negative."""
        if end <= start:
            return 0
        days = _days(self.name, start.year, end.year)
        return int(np.busday_count(_day(start), _day(end), busdaycal=days))

    def is_business_day(self, day: date) -> bool:
        """Say whether people work on a day."""
        return bool(np.is_busday(_day(day), busdaycal=_days(self.name, day.year, day.year)))


def calendar_name(country: str, part: str = "") -> str:
    """Give the name of a country's calendar, or of a part's; knows parts by code and by name.

    Raises:
        UnknownCalendar: there is none.
    """
    if country in ("", WEEKENDS):
        return WEEKENDS
    if country not in dict(countries()):
        raise UnknownCalendar("There is no country with this code.")
    wanted = part.strip()
    if not wanted:
        return country
    import holidays  # late: see above

    found = holidays.country_holidays(country)
    names = {name.upper(): code for name, code in found.subdivisions_aliases.items()}
    code = names.get(wanted.upper(), wanted.upper())
    if code not in found.subdivisions:
        known = ", ".join(found.subdivisions)
        raise UnknownCalendar(
            f"Holidays of this part are not known; known are {known}."
            if known
            else "Holidays are known for this country as a whole only; leave the part empty."
        )
    return f"{country}-{code}"


def split_name(name: str) -> tuple[str, str]:
    """Give the country and the part of a calendar's name."""
    country, _, part = name.partition("-")
    return country, part


def calendar_label(name: str) -> str:
    """Name a calendar for people: `Germany`, `United Kingdom, ENG`, `Weekends only`."""
    if name == WEEKENDS:
        return "Weekends only"
    country, part = split_name(name)
    label = dict(countries()).get(country, country)
    return f"{label}, {part}" if part else label


@lru_cache(maxsize=1)
def countries() -> tuple[tuple[str, str], ...]:
    """List (code, name) of the countries whose holidays are known, by name."""
    from holidays.registry import COUNTRIES  # late: see above

    found = [(str(names[1]), _title(module)) for module, names in COUNTRIES.items()]
    return tuple(sorted(found, key=lambda pair: pair[1]))


def _title(module: str) -> str:
    words = module.split("_")
    return " ".join(word if word in _SMALL_WORDS else word.capitalize() for word in words)


def _day(day: date) -> np.datetime64:
    return np.datetime64(day, "D")


@lru_cache(maxsize=256)
def _days(name: str, first: int, last: int) -> np.busdaycalendar:
    """Build the business days of a calendar over a span of years."""
    if name == WEEKENDS:
        return np.busdaycalendar()
    years = range(max(first, _KNOWN_YEARS.start), min(last, _KNOWN_YEARS.stop - 1) + 1)
    found = _holidays(name, years)
    weekmask = [number not in found.weekend for number in range(7)]
    return np.busdaycalendar(weekmask=weekmask, holidays=[np.datetime64(d, "D") for d in found])


def _holidays(name: str, years: range) -> Any:
    import holidays  # late: see above

    country, part = split_name(name)
    try:
        return holidays.country_holidays(country, subdiv=part or None, years=years)
    except NotImplementedError:
        # A later release may not know a part any more: then the whole country's days count.
        return holidays.country_holidays(country, years=years)
