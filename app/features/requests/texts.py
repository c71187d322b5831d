"""The guarded texts of a request, each as the acting person may read it."""

from app.access.release import release_field
from app.domain.targets import FieldRef, Target
from app.features.requests.queries import SeenAs
from app.features.requests.schemas import TextView
from app.kernel.errors import NotFound
from app.models.requests import Request
from app.transaction import Transaction


def text(
    tx: Transaction, row: Request, field: str, *, seen: SeenAs = "publisher"
) -> TextView | None:
    """Give a guarded text of a request; None when there is none on this side."""
    try:
        found = release_field(tx, FieldRef(subject=Target("request", row.id), field=field))
    except NotFound:
        return None
    if not found.masked and not found.body:
        return None
    # Which categories its writer could read says something about who asks.
    missing = () if seen == "responder" else found.missing_codes
    return TextView(field=field, body=found.body, masked=found.masked, missing=missing)
