"""The shared-items ledger: what was shared where, as a page and as CSV."""

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from app.access.decide import keep
from app.domain.actions import Action
from app.domain.targets import Target
from app.features.reviews import queries, undertaking
from app.features.reviews.schemas import LedgerRow
from app.web.pages import show
from app.web.routing import Routes, Tx
from app.web.spreadsheets import csv_of

routes = Routes()

_HEAD = (
    *("organisation", "item", "edition", "sha256", "withholds", "handling"),
    *("shared at", "acknowledged at", "state"),
)


@routes.page("/shared-items", action=Action.READ_LEDGER)
def ledger_page(tx: Tx, request: Request, organisation: str = "") -> HTMLResponse:
    """Show what was shared where."""
    rows = undertaking.read_ledger(tx, organisation_id=organisation or None)
    known = queries.reviewer_organisations(tx)
    readable = keep(tx, Action.READ_RECEIPT, rows, lambda r: Target("receipt", r.receipt_id))
    return show(
        tx,
        request,
        "reviews/ledger.html",
        rows=rows,
        unshared=undertaking.read_unshared(tx, organisation_id=organisation or None),
        readable={row.receipt_id for row in readable},
        chosen=organisation,
        chosen_name=next((name for i, name, _ in known if i == organisation), None),
        chips=[
            {"label": "All", "href": "/shared-items", "current": not organisation},
            *(
                {
                    "label": name,
                    "href": f"/shared-items?organisation={i}",
                    "current": i == organisation,
                }
                for i, name, _ in known
            ),
        ],
    )


@routes.page("/shared-items.csv", action=Action.READ_LEDGER)
def ledger_csv(tx: Tx, organisation: str = "") -> Response:
    """Give the ledger as CSV (RFC 4180); cells that a spreadsheet would run begin with a quote."""
    rows = undertaking.read_ledger(tx, organisation_id=organisation or None)
    return csv_of(_HEAD, map(_cells, rows), name="shared-items")


def _cells(row: LedgerRow) -> tuple[str, ...]:
    acknowledged = row.acknowledged_at.isoformat() if row.acknowledged_at else ""
    return (
        *(row.organisation_name, row.item, row.edition_key, row.digest, " ".join(row.withholds)),
        *(row.handling, row.shared_at.isoformat(), acknowledged, row.state),
    )
