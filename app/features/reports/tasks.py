"""Background work of reports: taking imported files apart, and building editions."""

from collections.abc import Callable

from app.features.reports.building import build_editions
from app.features.reports.ingest import ingest

TASKS: dict[str, Callable[..., None]] = {
    "reports.ingest": ingest,
    "reports.build_editions": build_editions,
}
