"""The publisher proposes that a finding is moot; the organisation that filed it says whether it is.

Only the asker closes: a proposal changes no state. It waits in the thread until the organisation
closes the finding by it, or refuses it with a line; then another one can be made.
"""

from sqlalchemy import select

from app.domain.actions import Action
from app.domain.findings import ENDED
from app.features.findings.moving import (
    locked,
    move,
    refuse_uncleared,
    require_move,
    row_of,
    tell,
)
from app.features.findings.schemas import FindingRow, ProposeMoot, RefuseMoot
from app.features.findings.thread_queries import MOOT_PROPOSED, MOOT_REFUSED, moot_waiting
from app.features.findings.threads import append_message
from app.kernel.errors import Conflict
from app.models.dialogue import Message
from app.models.findings import Finding
from app.transaction import Transaction


def propose_moot(tx: Transaction, finding_id: str, command: ProposeMoot) -> FindingRow:
    """Propose that a finding has nothing left to be about, with the reason.

    Raises:
        Forbidden: not cleared for the text of the finding.
        Conflict: a proposal waits already, or the finding is closed.
    """
    require_move(tx, Action.PROPOSE_MOOT, finding_id, "set_moot")
    refuse_uncleared(tx, finding_id)
    finding = locked(tx, finding_id)
    if moot_waiting(tx, [finding]):
        raise Conflict("That it is moot was proposed already; it waits for the reviewer.")
    message = append_message(tx, finding, command.reason, kind=MOOT_PROPOSED)
    tell(
        tx, finding, "MootProposed", Action.PROPOSE_MOOT,
        facts={"message": message.id, "nothing_withheld": command.nothing_withheld},
    )  # fmt: skip
    return row_of(tx, finding)


def accept_moot(tx: Transaction, finding_id: str) -> FindingRow:
    """Close a finding as moot, as the publisher proposed.

    Raises:
        Conflict: nothing was proposed, or the finding is closed.
    """
    require_move(tx, Action.SET_ASIDE_FINDING, finding_id, "set_moot")
    finding = locked(tx, finding_id)
    _require_proposed(tx, finding)
    proposal = _latest_proposal(tx, finding)
    move(tx, finding, "set_moot")
    tell(tx, finding, "FindingSetMoot", Action.SET_ASIDE_FINDING, facts={"message": proposal})
    return row_of(tx, finding)


def refuse_moot(tx: Transaction, finding_id: str, command: RefuseMoot) -> FindingRow:
    """Say that a finding is not moot, and why; it goes on as it was.

    Raises:
        Conflict: nothing was proposed, or the finding is closed.
    """
    require_move(tx, Action.REFUSE_MOOT, finding_id, "set_moot")
    finding = locked(tx, finding_id)
    _require_proposed(tx, finding)
    message = append_message(tx, finding, command.reason, kind=MOOT_REFUSED)
    tell(tx, finding, "MootRefused", Action.REFUSE_MOOT, facts={"message": message.id})
    return row_of(tx, finding)


def _require_proposed(tx: Transaction, finding: Finding) -> None:
    if finding.state not in ENDED and not moot_waiting(tx, [finding]):
        raise Conflict("Nobody proposes that this finding is moot now.")


def _latest_proposal(tx: Transaction, finding: Finding) -> str:
    return tx.session.scalars(
        select(Message.id)
        .where(Message.finding_id == finding.id, Message.kind == MOOT_PROPOSED)
        .order_by(Message.written_at.desc(), Message.id.desc())
    ).first() or ""  # fmt: skip
