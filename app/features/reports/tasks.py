"""Background work of reports: taking imported files apart, and building editions."""

from collections.abc import Callable

from app.features.reports.building import build_editions
from app.features.reports.closely import read_closely
from app.features.reports.evidence_reading import read_evidence
from app.features.reports.finely import draw_finely
from app.features.reports.ingest import ingest
from app.features.reports.upgrading import bring_up_to_date

TASKS: dict[str, Callable[..., None]] = {
    "reports.ingest": ingest,
    "reports.read_closely": read_closely,
    "reports.read_evidence": read_evidence,
    "reports.build_editions": build_editions,
    "reports.draw_finely": draw_finely,
    "reports.bring_up_to_date": bring_up_to_date,
}
PERIODIC: dict[str, str] = {"reports.bring_up_to_date": "*/5 * * * *"}
