"""What the withheld room hands out as files: tables as CSV, the summary as Markdown and text."""

from collections.abc import Iterable
from datetime import date, datetime

from fastapi import Response

from app.domain.withheld import Removal
from app.features.withheld.schemas import RecordRow, SummaryView
from app.web.spreadsheets import csv_of

_INDEX = (
    *("page", "section", "categories", "what is removed", "size", "why", "state"),
    *("ends on", "instead"),
)
_RECORD = (
    *("page", "section", "categories", "what is removed", "size", "words", "why"),
    *("restricted reason", "state", "proposed by", "proposed at", "decided by", "decided at"),
    *("reason of the decision", "statement given", "ends on", "instead"),
)
MASKED = "There is one; it needs a wider grant to be read."


def index_csv(removals: Iterable[Removal]) -> Response:
    """Give the index of an edition as CSV."""
    rows = (
        (
            *(r.evidence or str(r.page), r.section, " ".join(r.categories), r.character, r.size),
            *(r.justification, "withheld" if r.withheld else "lifted for you"),
            *(_day(r.expires_on), r.substitute or ""),
        )
        for r in removals
    )
    return csv_of(_INDEX, rows, name="what-is-removed")


def record_csv(rows: Iterable[RecordRow]) -> Response:
    """Give the publisher's record as CSV."""
    cells = (
        (
            *(
                r.evidence or str(r.page),
                r.section,
                " ".join(r.categories),
                r.character,
                r.size,
                str(r.words),
            ),
            *(r.justification, MASKED if r.masked else r.restricted or "", r.state),
            *(r.proposed_by, _moment(r.proposed_at), r.decided_by or "", _moment(r.decided_at)),
            *(r.decision_reason or "", "yes" if r.statement else "no"),
            *(_day(r.expires_on), r.substitute or ""),
        )
        for r in rows
    )
    return csv_of(_RECORD, cells, name="redaction-record")


def summary_file(summary: SummaryView, form: str) -> Response:
    """Give the summary statement as a file: `md` or `txt`."""
    said, kind = (summary.markdown, "markdown") if form == "md" else (summary.text, "plain")
    return Response(
        said,
        media_type=f"text/{kind}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="redaction-summary.{form}"'},
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _moment(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
