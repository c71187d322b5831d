"""What the forms of reviews share: options, days as moments, the fields of a grant."""

from datetime import datetime

from app.access.decide import keep
from app.domain.actions import Action
from app.domain.calendar import WEEKENDS, countries
from app.domain.categories import CATEGORIES
from app.domain.clocks import MOST_DAYS
from app.domain.targets import Target
from app.features.reviews.schemas import GrantView
from app.kernel.clock import now
from app.kernel.errors import Invalid
from app.transaction import Transaction
from app.web.forms import first_second, last_second

Typed = dict[str, object]
Options = list[dict[str, str]]

_TYPES = (
    ("confirmation", "Confirmation", "Do the facts and the argument hold?"),
    ("robustness", "Robustness", "What would break the conclusion?"),
    ("supplementation", "Supplementation", "What is missing?"),
    ("internal", "Internal", "The publisher's own stress-testing team."),
)
TYPE_OPTIONS: Options = [{"value": v, "label": name, "help": asks} for v, name, asks in _TYPES]
PRESET_OPTIONS: Options = [
    {"value": "public", "label": "Public: shows nothing that is redacted"},
    {"value": "limited", "label": "Limited: shows business categories"},
    {"value": "reviewer", "label": "Reviewer: shows all but LEG, NAT and PRV"},
    {"value": "unredacted", "label": "Unredacted: shows everything"},
]
CATEGORY_OPTIONS: Options = [
    {"value": c.code, "label": f"{c.code} · {c.name}", "help": c.explanation} for c in CATEGORIES
]
PROFILE_OPTIONS: Options = [
    {"value": "short", "label": "Short review", "help": "Of about ten business days."},
    {"value": "long", "label": "Long review", "help": "Of several weeks."},
]
SUBMITTER_OPTIONS: Options = [
    {"value": "any", "label": "Any reviewer"},
    {"value": "lead", "label": "The lead", "help": "Others draft; their lead reads and submits."},
]


def rules_options() -> dict[str, object]:
    """Give what the fields of a review's clocks offer; the countries are loaded on first use."""
    return {
        "profile_options": PROFILE_OPTIONS,
        "submitter_options": SUBMITTER_OPTIONS,
        "country_options": options([(WEEKENDS, "None: weekends only"), *countries()]),
        "most_days": MOST_DAYS,
    }


def rules_values(typed: Typed) -> Typed:
    """Give what a review goes by as its command takes it: a country and its part are one name."""
    country, part = str(typed.get("country") or WEEKENDS), str(typed.get("part") or "").strip()
    return {
        "calendar": f"{country}-{part}" if part else country,
        "clock_profile": typed.get("clock_profile"),
        "submitted_by": typed.get("submitted_by"),
    }


def options(pairs: list[tuple[str, str]]) -> Options:
    """Give (value, label) pairs as a select takes them."""
    return [{"value": value, "label": label} for value, label in pairs]


def window(typed: Typed) -> Typed:
    """Read the first and the last day of a form.

    Raises:
        Invalid: one of them is no date.
    """
    starts = first_second(str(typed.get("starts_on", "")))
    ends = last_second(str(typed.get("ends_on", "")))
    missing = {}
    if starts is None:
        missing["starts_on"] = "Give the first day."
    if ends is None:
        missing["ends_on"] = "Give the last day."
    if missing:
        raise Invalid(fields=missing)
    return {"starts_at": starts, "ends_at": ends}


def by_day(fields: dict[str, str]) -> dict[str, str]:
    """Name fields as the form does, so that each error leads to its input."""
    days = {"starts_at": "starts_on", "ends_at": "ends_on", "calendar": "part"}
    return {days.get(name, name): words for name, words in fields.items()}


def grant_defaults(ends_at: datetime) -> Typed:
    """Give what a grant's form starts from."""
    return {
        "preset": "reviewer",
        "starts_on": now().date().isoformat(),
        "ends_on": ends_at.date().isoformat(),
        "differences": "preset",
        "lifted": [],
        "handling": "view",
        "purpose": "",
    }


def grant_values(typed: Typed, lifted: list[str]) -> Typed:
    """Give the values of a grant's command; the ticked categories count only when asked for."""
    exact = typed.get("differences") == "exact"
    return {
        "preset": typed["preset"],
        "lifted": frozenset(lifted) if exact else None,
        "handling": typed["handling"],
        "purpose": typed["purpose"],
        **window(typed),
    }


def decidable(tx: Transaction, action: Action, grants: tuple[GrantView, ...]) -> set[str]:
    """Give the ids of the grants on which the acting person may do this."""
    return {g.id for g in keep(tx, action, grants, lambda g: Target("grant", g.id))}
