"""Moments as people read them: relative in the text, exact on hover, in the person's own zone.

Here: template filters over aware datetimes. Not here: business days and clocks (domain/calendar).
"""

import datetime as dt

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from app.kernel import clock
from app.kernel.zones import zone

_MINUTE, _HOUR = 60, 3600


@pass_context
def ago(context: Context, moment: dt.datetime | None) -> Markup:
    """Return ``3 hours ago`` or ``in 2 days`` as a <time> element; a dash for None."""
    if moment is None:
        return _dash()
    local, now = _local(context, moment)
    return _element(local, _relative(local, now))


@pass_context
def due(context: Context, moment: dt.datetime | None) -> Markup:
    """Return a deadline: ``today 17:00``, ``tomorrow``, ``3 Dec``, marked when it has passed."""
    if moment is None:
        return _dash()
    local, now = _local(context, moment)
    if local < now:
        return _element(local, f"{_span(now - local)} late", "late")
    days = (local.date() - now.date()).days
    if days == 0:
        return _element(local, f"today {local:%H:%M}", "late")
    return _element(local, "tomorrow" if days == 1 else _short_date(local, now))


@pass_context
def date(context: Context, moment: dt.datetime | dt.date | None) -> Markup:
    """Return ``14 November 2026`` as a <time> element; a dash for None."""
    if moment is None:
        return _dash()
    if not isinstance(moment, dt.datetime):
        return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), _long(moment))
    local, _ = _local(context, moment)
    return _element(local, _long(local))


@pass_context
def day(context: Context, on: dt.date | None) -> Markup:
    """Return ``14 Nov``, with its year where that is another one; a dash for None."""
    if on is None:
        return _dash()
    now = clock.now().astimezone(zone(str(context.get("timezone", "UTC"))))
    short = f"{on.day} {on:%b}" if on.year == now.year else f"{on.day} {on:%b %Y}"
    return Markup('<time datetime="{}">{}</time>').format(on.isoformat(), short)


@pass_context
def exact(context: Context, moment: dt.datetime | None) -> Markup:
    """Return ``14 Nov 2026, 14:03:22`` as a <time> element, for records; a dash for None."""
    if moment is None:
        return _dash()
    local, _ = _local(context, moment)
    return _element(local, f"{local.day} {local:%b %Y, %H:%M:%S}")


@pass_context
def meeting(context: Context, moment: dt.datetime | None, minutes: int) -> Markup:
    """Return ``Tuesday, 24 November 2026, 14:00 to 14:45 CET``; a dash for None."""
    if moment is None:
        return _dash()
    local, _ = _local(context, moment)
    end = (moment + dt.timedelta(minutes=minutes)).astimezone(local.tzinfo)
    text = f"{local:%A}, {_long(local)}, {local:%H:%M} to {end:%H:%M} {local.tzname()}"
    return _element(local, text)


def _local(context: Context, moment: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone cannot be shown")
    here = zone(str(context.get("timezone", "UTC")))
    return moment.astimezone(here), clock.now().astimezone(here)


def _element(local: dt.datetime, text: str, style: str = "") -> Markup:
    stamp = local.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    title = f"{_long(local)}, {local:%H:%M} {local.tzname()}"
    css = Markup(' class="{}"').format(style) if style else Markup()
    return Markup('<time datetime="{}" title="{}"{}>{}</time>').format(stamp, title, css, text)


def _relative(local: dt.datetime, now: dt.datetime) -> str:
    seconds = (now - local).total_seconds()
    if abs(seconds) < _MINUTE:
        return "just now" if seconds >= 0 else "in a moment"
    days = (now.date() - local.date()).days
    if abs(seconds) < 12 * _HOUR or days == 0:
        span = _span(abs(now - local))
        return f"{span} ago" if seconds > 0 else f"in {span}"
    if days in (1, -1):
        return "yesterday" if days == 1 else "tomorrow"
    if abs(days) < 7:
        return f"{days} days ago" if days > 0 else f"in {-days} days"
    return _short_date(local, now)


def _span(span: dt.timedelta) -> str:
    """Return the largest unit of a span: minutes, hours or days."""
    seconds = int(span.total_seconds())
    if seconds < _HOUR:
        count, unit = max(1, seconds // _MINUTE), "minute"
    elif span.days == 0:
        count, unit = seconds // _HOUR, "hour"
    else:
        count, unit = span.days, "day"
    return f"{count} {unit}{'' if count == 1 else 's'}"


def _short_date(local: dt.datetime, now: dt.datetime) -> str:
    short = f"{local.day} {local:%b}"
    return short if local.year == now.year else f"{short} {local.year}"


def _long(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def _dash() -> Markup:
    return Markup('<span class="none" title="not set">—</span>')
