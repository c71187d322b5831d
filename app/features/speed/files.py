"""The speed report as CSV: one line a review, for pages and programs alike."""

from collections.abc import Iterable

from fastapi import Response

from app.features.speed.schemas import Figures, ReviewSpeed
from app.web.spreadsheets import csv_of

_FIGURES = tuple(Figures.model_fields)


def speed_csv(rows: Iterable[ReviewSpeed]) -> Response:
    """Give reviews and their figures as a table; times are in business days, shares per cent."""
    head = ("report", "version", "organisation", "starts on", "calendar", *_FIGURES)
    return csv_of(head, map(_cells, rows), name="speed")


def _cells(row: ReviewSpeed) -> tuple[str, ...]:
    figures = row.figures.model_dump()
    return (
        row.report_title,
        str(row.version_number),
        row.organisation_name,
        row.starts_on.isoformat(),
        row.calendar_label,
        *("" if figures[name] is None else str(figures[name]) for name in _FIGURES),
    )
