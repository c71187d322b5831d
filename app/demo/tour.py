"""What the demo has already happened to it when a visitor arrives: one finding, one request.

Only the words. Filing them, by the ordinary services, belongs to the demo's loading.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DemoFinding:
    """A fact-check finding about a passage of the demo's report; the report is wrong there."""

    by: str
    """Subject of the reviewer."""
    quote: str
    pathway: int
    finding_class: str
    materiality: str
    statement: str
    suggestion: str


@dataclass(frozen=True, kw_only=True)
class DemoRequest:
    """An information request of the demo."""

    by: str
    type: str
    subject: str
    body: str
    basis: str
    expected_form: str


FINDING = DemoFinding(
    by="felix.brandt",
    quote="In planted tasks the monitor flagged 91 per cent of deliberate weaknesses.",
    pathway=8,
    finding_class="A",
    materiality="claim",
    statement=(
        "Table 2 gives 1,250 of 1,400 sessions for pathway 8, which is 89.3 per cent. The text "
        "says 91."
    ),
    suggestion="Replace 91 by 89, or say which other sessions the 91 per cent refers to.",
)
"""A second slip is left for visitors to find: the summary says 94 per cent, table 2 has 93.0."""

REQUEST = DemoRequest(
    by="felix.brandt",
    type="data",
    subject="Scores of the matched tasks behind claim 1.1",
    body=(
        "Please give us the scores of all 140 pairs of tasks, with the judgements of likeness, so "
        "that we can repeat the interval and see how it depends on the length of the tasks."
    ),
    basis="Claim 1.1 is load-bearing, and the report gives its result without the pairs (E-5).",
    expected_form="A table with one row for each pair",
)
