"""The demo's report: a fictional lab's account of its own model, typeset on the spot.

Here belongs how the PDF comes about. The text is in ``report/*.typ``; its pathways, claims and
evidence are listed in ``claims.py``, what deserves redaction in ``marks.py``, and all of it can be
had from here.
"""

from pathlib import Path

import typst

from app.demo.claims import CLAIMS, EVIDENCE, PATHWAYS
from app.demo.marks import REDACTIONS

__all__ = ["CLAIMS", "EVIDENCE", "PATHWAYS", "REDACTIONS", "TITLE", "typeset"]

TITLE = "Sabotage risk report: Meridian-4"
"""The report's title; public-safe."""

_FOLDER = Path(__file__).parent / "report"
# 2 November 2026, noon UTC: the date on the title page, so that the bytes never change.
_TYPESET_AT = 1_793_620_800


def typeset() -> bytes:
    """Return the demo report as PDF bytes, the same ones each time (A4, about 20 pages)."""
    # Only the fonts inside the wheel: with those of the machine, lines would break elsewhere.
    pdf = typst.compile(
        str(_FOLDER / "main.typ"),
        root=str(_FOLDER),
        ignore_system_fonts=True,
        format="pdf",
        timestamp=_TYPESET_AT,
    )
    assert isinstance(pdf, bytes), "one PDF comes as one run of bytes"
    return pdf
