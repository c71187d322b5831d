"""How long the PDF of a statement with a long record takes: requests, findings, redactions."""

import time

from app.domain.statements import TOPICS
from app.features.statements import forms
from app.features.statements.content import FORMAT, Content, Section
from app.features.statements.record import Appendix, Asked, Found, Pace, Removed, ReviewFacts

SECONDS = 5.0
"""The aim: within these the PDF is there."""


def seconds_of_pdf() -> float:
    """Give the seconds that the PDF of a long statement takes, its appendix included."""
    content, appendix = _statement(), _appendix()
    began = time.perf_counter()
    pdf = forms.written(content, appendix, None, "pdf")
    assert pdf.startswith(b"%PDF-")
    return time.perf_counter() - began


def _statement() -> Content:
    text = "\n\n".join(["The argument holds, with reservations that we name. " * 12] * 12)
    return Content(
        format=FORMAT, statement="stm_bench", edition=1, organisation="Northlight",
        report="Sabotage risk report", version=1, version_id="ver_bench", review="rev_bench",
        publication_right="none", payment="unpaid", file=None, comments=(),
        appendix_sha256="0" * 64,
        sections=tuple(
            Section(topic=topic, title=title, text=text, references=())
            for topic, (title, _) in TOPICS.items()
        ),
    )  # fmt: skip


def _appendix() -> Appendix:
    return Appendix(
        taken_at="2026-11-22T06:00+00:00",
        review=ReviewFacts(
            organisation="Northlight", organisation_kind="nonprofit", report="Sabotage risk report",
            version=1, version_label="1.0", version_published_on="2026-11-01", type="robustness",
            scope="All of it", starts_on="2026-11-01", ends_on="2026-12-01", terms_title="Terms",
            terms_digest="0" * 64, accepted_by=3, publication_right="none", payment="unpaid",
        ),
        timeline=(), materials=(), interviews=(), assurances=(), positions=(),
        recommendations=(), assessed=(), comments=(), open_points=(), checklists=(),
        pace=Pace(
            asked=100, answered=90, withheld=4, open=6, first_answer_median="3",
            acceptance_median="5", overdue=1,
        ),
        requests=tuple(
            Asked(
                number=f"RQ-NOR-{n:04d}", type="Explanation", asked_on="2026-11-02",
                outcome="Provided in full", code="", released_on="2026-11-05", late_by=0,
            )
            for n in range(100)
        ),
        findings=tuple(
            Found(
                number=f"FC-NOR-{n:04d}", kind="Factually wrong", state="Done",
                filed_on="2026-11-09",
            )
            for n in range(60)
        ),
        redaction_summary="400 passages are withheld from this edition.",
        index_made=True,
        removed=tuple(
            Removed(
                place=f"Page {n}", categories=("SEC",), what="How a system is guarded",
                size="a few words", reason="It would help to get past it.", withheld=True,
            )
            for n in range(400)
        ),
    )  # fmt: skip
