"""A file of one's own instead of the demo's report: looked at before anything is set up."""

from dataclasses import dataclass

from app.features.reports.ingest import limits_of
from app.kernel.config import Settings
from app.kernel.errors import VitrineError
from app.rendering.refusals import SourceRefused
from app.rendering.sandbox import inspect_source


@dataclass
class OwnFileRefused(VitrineError):
    """The file that DEMO_REPORT names cannot be the demo's report."""


def check_own_file(settings: Settings) -> None:
    """Refuse a file that is missing, broken, encrypted or too large; nothing is loaded then.

    Raises:
        OwnFileRefused: with what is wrong and what to do.
    """
    path = settings.demo_report
    if path is None:
        return
    if not path.is_file():
        raise OwnFileRefused(
            f"DEMO_REPORT names {path}, and there is no such file.",
            remedy="Name a PDF, or leave DEMO_REPORT out.",
        )
    try:
        inspect_source(path, limits=limits_of(settings))
    except SourceRefused as refusal:
        remedy = (refusal.remedy or "Name another PDF.").replace("upload that", "name that")
        said = f"DEMO_REPORT names {path}. {refusal.message}"
        raise OwnFileRefused(said, remedy=remedy) from refusal
