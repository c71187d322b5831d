"""Disagreements on findings that were recorded: carried into a statement with both sides.

They are generated, not typed, and stand under the section on disagreements whether somebody points
to them or not. Here: what is said of them. Not here: where it is printed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.access.decide import keep_to_read
from app.access.finding_facts import remember_findings
from app.access.release import release_fields
from app.access.released import ReleasedField
from app.domain.actions import Action
from app.domain.findings import CLASSES, DISPOSITIONS
from app.domain.targets import Target
from app.models.findings import Finding, Response
from app.transaction import Transaction

RECORDED = "disagreement_recorded"
TOPIC = "disagreements"
_NOT_OPEN = "not open to whoever prepared this"


@dataclass(frozen=True)
class Carried:
    """What is said of a disagreement, and what a reader of it needs to have lifted."""

    note: str
    sensitivity: frozenset[str]


def carried(tx: Transaction, rows: Sequence[Finding]) -> dict[str, Carried]:
    """Give what is said of the recorded disagreements among findings, by the finding's id.

    Texts are as the acting person may read them; where one is not open to them, that is said.
    """
    disputed = [row for row in rows if row.state == RECORDED]
    if not disputed:
        return {}
    remember_findings(tx, disputed)
    kept = keep_to_read(tx, Action.READ_FINDING, disputed, _target)
    answers = _answers(tx, kept)
    found = release_fields(tx, [_target(row) for row in kept], field="statement")
    said = {
        (field, of): texts
        for of in sorted({answer.round for answer in answers.values()})
        for field in ("explanation", "contest_reason")
        for texts in [release_fields(tx, [_target(row) for row in kept], field=f"{field}.{of}")]
    }
    made = {}
    for row in kept:
        answer = answers[row.id]
        texts = [
            found.get(row.id),
            said["explanation", answer.round].get(row.id),
            said["contest_reason", answer.round].get(row.id),
        ]
        made[row.id] = Carried(
            note=_note(row, answer, texts),
            sensitivity=frozenset(code for one in texts if one for code in one.sensitivity),
        )
    return made


def _target(row: Finding) -> Target:
    return Target("finding", row.id)


def _answers(tx: Transaction, rows: Sequence[Finding]) -> dict[str, Response]:
    """Give the last answer of each finding: a disagreement is about one."""
    answers = tx.session.scalars(
        select(Response)
        .where(Response.finding_id.in_([row.id for row in rows]), Response.state == "given")
        .order_by(Response.round)
    )
    return {answer.finding_id: answer for answer in answers}


def _note(row: Finding, answer: Response, texts: Sequence[ReleasedField | None]) -> str:
    found, answered, held = (_quoted(one) for one in texts)
    kind = CLASSES.get(row.finding_class, row.finding_class)
    outcome = DISPOSITIONS.get(answer.disposition, answer.disposition).lower()
    return (
        f"{kind}, page {row.page}: disagreement recorded. We found: {found}."
        f" The publisher's answer ({outcome}): {answered}. We hold: {held}."
    )


def _quoted(field: ReleasedField | None) -> str:
    body = " ".join((field.body or "").split()) if field else ""
    return f"“{body}”" if body else _NOT_OPEN
