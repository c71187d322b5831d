"""What the publication right asks for: what the publisher says of a shared draft, and what is due.

The publisher says that it has no more comments, approves, or refuses; it changes no word. An
approval is of exactly the text that was shared, by its digest, and stands.
"""

import contextlib
from dataclasses import replace

from sqlalchemy import func, select

from app.access.decide import may, require
from app.access.deposit import deposit_field, share_field
from app.access.linter import withheld_from_public, withheld_in
from app.access.statement_facts import rights_of, standings_of
from app.access.statement_texts import statement_texts
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.statements import MISSING, missing
from app.domain.targets import Target
from app.features.statements import queries
from app.features.statements.content import read_content, said_of
from app.features.statements.schemas import DecidePublication, VerdictView
from app.kernel.clock import now
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from app.kernel.ids import new_id
from app.models.statements import Statement, StatementVerdict
from app.transaction import Transaction

_UNCLEARED = "Only somebody who is cleared for the whole draft can decide about it."
_UNSTATED = "Confirm that your reason contains nothing that is withheld."


def decide_publication(
    tx: Transaction, statement_id: str, command: DecidePublication
) -> VerdictView:
    """Say of a shared draft that one has no more comments, approve it, or refuse its publication.

    Raises:
        Invalid: a refusal has no reason, or the reason says what is withheld.
        Forbidden: one is not cleared for the draft oneself.
        Conflict: another text was shared meanwhile, or this cannot be said of it now.
    """
    target = Target("statement", statement_id)
    require(tx, Action.DECIDE_PUBLICATION, target)
    row = queries.get_statement(tx, statement_id)
    _in_turn(tx, row)
    _require_in_place(tx, row, command.decision)
    digest = shared_digest(tx, row)
    if digest is None:
        raise Forbidden(_UNCLEARED, remedy="Ask a coordinator or approver with a wider grant.")
    if command.decision != "no_more_comments" and command.digest != digest:
        raise Conflict(
            "Another text has been shared since you read it.",
            kept="Nothing was recorded.",
            remedy="Read what is shared now, and decide about that.",
            code="statement-shared-anew",
        )
    if command.decision == "refused":
        _require_reason(tx, row, command)
    one = StatementVerdict(
        id=new_id("statement_verdict"),
        statement_id=row.id,
        organisation_id=row.organisation_id,
        number=1 + len(queries.verdicts_of(tx, row.id)),
        sharing=len(row.sharings),
        digest=digest,
        decision=command.decision,
        decided_by=tx.actor.id,
        decided_at=now(),
    )
    tx.session.add(one)
    tx.session.flush()
    if command.decision == "refused":
        _give_reason(tx, row, one, command.reason)
    facts: dict[str, Fact] = {
        "review_id": row.review_id,
        "decision": one.decision,
        "text": digest,
        "sharing": one.sharing,
    }
    tx.emit(
        Event(
            name="PublicationDecided",
            licence=Action.DECIDE_PUBLICATION,
            target=target,
            organisations=frozenset({row.organisation_id}),
            facts=facts,
        )
    )
    return verdict_views(tx, row)[-1]


def shared_digest(tx: Transaction, row: Statement) -> str | None:
    """Give the digest of what was shared last; None where nothing was, or one may not read it."""
    kept = statement_texts(tx, row.id, ["shared"]).get("shared")
    return said_of(read_content(kept.body)) if kept and kept.body else None


def verdict_views(tx: Transaction, row: Statement) -> tuple[VerdictView, ...]:
    """Give what the publisher said of a statement's sharings, in order."""
    found = queries.verdicts_of(tx, row.id)
    texts = statement_texts(tx, row.id, [f"verdict.{one.id}" for one in found]) if found else {}

    def reason(one: StatementVerdict) -> str:
        text = texts.get(f"verdict.{one.id}")
        return (text.body or "") if text else ""

    return tuple(
        VerdictView(
            number=one.number,
            decision=one.decision,
            digest=one.digest,
            reason=reason(one),
            decided_at=one.decided_at,
            latest=one.sharing == len(row.sharings),
        )
        for one in found
    )


def missing_for(tx: Transaction, row: Statement, said: str | None) -> tuple[str, ...]:
    """Give what the publication right still asks for: keys of domain/statements MISSING.

    Args:
        tx: the transaction.
        row: the statement.
        said: digest of the text that is to be released; None leaves it out of account.
    """
    right = rights_of(tx, [row]).get(row.review_id, "none")
    standing = standings_of(tx, [row])[row.id]
    if said is not None and standing.verdict == "approved":
        approved = queries.verdicts_of(tx, row.id)[-1].digest
        standing = replace(standing, differs=approved != said)
    return missing(right, standing)


def require_release(tx: Transaction, statement_id: str) -> None:
    """Require the release, and tell its own lead what the publication right still asks for.

    Raises:
        Forbidden, NotFound: as `require`.
    """
    target = Target("statement", statement_id)
    try:
        require(tx, Action.RELEASE_STATEMENT, target)
    except Forbidden as refused:
        if not may(tx, Action.READ_STATEMENT_DRAFT, target):
            raise
        row = queries.get_statement(tx, statement_id)
        lacks = missing_for(tx, row, None)
        if row.state not in ("draft", "shared") or not lacks:
            raise
        raise Forbidden(
            "The publication right of this review asks for more before the release.",
            remedy=" ".join(MISSING[one] for one in lacks),
            code="publication-right",
        ) from refused


def require_due(tx: Transaction, row: Statement, said: str) -> None:
    """Let nothing be released that the publication right does not cover.

    Raises:
        Conflict: what it asks for is missing, or the text is not the one that was approved.
    """
    lacks = missing_for(tx, row, said)
    if lacks:
        raise Conflict(
            "The publication right of this review asks for more before the release.",
            remedy=" ".join(MISSING[one] for one in lacks),
            code="publication-right",
        )


def _require_in_place(tx: Transaction, row: Statement, decision: str) -> None:
    right = rights_of(tx, [row]).get(row.review_id, "none")
    standing = standings_of(tx, [row])[row.id]
    if decision == "no_more_comments":
        if not standing.open:
            raise Conflict("The time for comments is over already.")
    elif standing.verdict in (decision, "approved"):
        raise Conflict("This was decided a moment ago.", remedy="Nothing is left to do.")
    elif right != "approval":
        raise Conflict(
            "The publication right of this review does not ask for your approval.",
            remedy="Comment on the draft instead; the organisation decides.",
        )


def _require_reason(tx: Transaction, row: Statement, command: DecidePublication) -> None:
    if not command.reason:
        raise Invalid(fields={"reason": "Say why. It is printed with the statement."})
    if not command.nothing_withheld:
        raise Invalid(fields={"nothing_withheld": _UNSTATED})
    hits = list(
        withheld_in(
            tx, row.version_id, organisation_id=row.organisation_id, texts=[command.reason]
        ).hits
    )
    # Who reads nothing of what is withheld repeats nothing of it.
    with contextlib.suppress(Unavailable, NotFound):
        hits += withheld_from_public(tx, row.version_id, [command.reason]).hits
    if hits:
        said = f"This says what is withheld: “{hits[0].words}”."
        raise Invalid(fields={"reason": said})


def _give_reason(tx: Transaction, row: Statement, one: StatementVerdict, reason: str) -> None:
    """Give the organisation the reason, by the statement that it holds nothing withheld."""
    field = f"verdict.{one.id}"
    target = Target("statement", row.id)
    deposit_field(
        tx,
        target,
        field=field,
        body=reason,
        version_id=row.version_id,
        organisation_id=row.organisation_id,
        shared=False,
    )
    share_field(tx, target, field=field, narrowed_to=())


def _in_turn(tx: Transaction, row: Statement) -> None:
    """Let two who decide at once do so one after the other."""
    tx.session.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"{row.id}:verdicts", 0)))
    )
