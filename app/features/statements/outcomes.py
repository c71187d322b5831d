"""What became of each finding, in a few fixed words, for the process appendix."""

from collections.abc import Sequence

from sqlalchemy import select

from app.domain.findings import DISPOSITIONS, outward
from app.features.statements import queries
from app.models.findings import Finding, Response
from app.transaction import Transaction

ENDED = "Done"
_ENDS = {
    "withdrawn": "withdrawn",
    "moot": "moot",
    "merged": "merged into another",
    "disagreement_recorded": "disagreement recorded",
}


def of_findings(tx: Transaction, rows: Sequence[Finding]) -> dict[str, str]:
    """Give the outward state of findings, with the answer and how it ended, by the finding's id."""
    given = tx.session.scalars(
        select(Response)
        .where(Response.finding_id.in_([row.id for row in rows]), Response.state == "given")
        .order_by(Response.round)
    )
    answers = {answer.finding_id: answer.disposition for answer in given}
    fixes = queries.version_names(tx, [row.fixed_in for row in rows if row.fixed_in])
    found = {}
    for row in rows:
        answer = answers.get(row.id, "")
        _, number = fixes.get(row.fixed_in or "", ("", 0))
        said = [
            DISPOSITIONS.get(answer, answer).lower(),
            _ENDS.get(row.state, ""),
            f"fixed in version {number}" if number else "",
        ]
        state, what = outward(row.state), ", ".join(one for one in said if one)
        found[row.id] = f"{state}: {what}" if what else state
    return found
