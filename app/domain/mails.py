"""Mails: when people get one, how often it is tried, and when it is given up. Pure."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

from app.domain.calendar import Calendar

MODES: Mapping[str, tuple[str, str]] = {
    "digest": (
        "One mail a day",
        "In the morning, with what is new and what is due; at once only what others wait for.",
    ),
    "immediate": ("A mail for each notice", "At once, whatever it is; what is due once a day."),
    "inbox": ("No mail", "Everything stands in the inbox here."),
}
"""What a person can choose; the first is how everybody begins."""

DEFAULT: Final = "digest"
DIGEST_AT: Final = time(7, 0)  # UTC
WAITS: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
"""How long after each failed try the next one comes; after the last there is none."""

TOO_OLD: Final = timedelta(days=7)
"""A mail that waited so long, because none could be sent, says nothing new any more."""

STATES: Mapping[str, str] = {
    "waiting": "Waits to be sent",
    "failed": "Failed; it is tried again",
    "sent": "Sent",
    "dead": "Given up",
    "dropped": "Not needed any more",
}
CODES: Mapping[str, str] = {
    "address": "The address cannot be written to.",
    "recipient_refused": "The mail server does not take mail for this address.",
    "message_refused": "The mail server refused the message.",
    "deferred": "The mail server asked to come again later.",
    "sign_in_refused": "The mail server refused our user name or password.",
    "sender_refused": "The mail server does not let us send under our address.",
    "tls": "No secure connection to the mail server could be made.",
    "disconnected": "The mail server ended the connection.",
    "timeout": "The mail server did not answer in time.",
    "unreachable": "The mail server cannot be reached.",
    "too_old": "It waited so long that it says nothing new.",
}
"""Why a mail was not taken. Only the code is kept: what a server says could quote an address."""

REMINDERS: Mapping[int, str] = {
    -3: "due_in_3",
    -1: "due_in_1",
    0: "due_today",
    1: "late_for_backup",
    3: "overdue",
}
"""The kind of notice by the business days that have passed since something was due."""

FINDING_REMINDERS: Mapping[str, str] = {
    "due_in_3": "finding_due_in_3",
    "due_in_1": "finding_due_in_1",
    "due_today": "finding_due_today",
    "overdue": "finding_overdue",
}
"""The same of findings: routing looks for who stands in, so nobody else is told a day late."""

ESCALATES: Mapping[str, str] = {"late_for_backup": "backups", "overdue": "coordinators"}
"""Of what is late: to whom it goes further, first within the team, then to the coordinators."""


def goes_at_once(mode: str, *, at_once: bool) -> bool:
    """Say whether a notice becomes a mail of its own."""
    return mode == "immediate" or (mode == "digest" and at_once)


def next_try(attempts: int, at: datetime) -> datetime | None:
    """Give when a mail that failed at `at`, for the `attempts`-th time, is tried again."""
    return at + WAITS[attempts - 1] if attempts <= len(WAITS) else None


def reminder(due_on: date, today: date, calendar: Calendar) -> str | None:
    """Give the kind of reminder that a day calls for, if any; on a free day there is none."""
    if not calendar.is_business_day(today):
        return None
    return next(
        (kind for days, kind in REMINDERS.items() if calendar.add(due_on, days) == today), None
    )
