"""What every act on a finding shares: its lock, its moves, its texts, its events."""

from collections.abc import Mapping

from app.access.decide import may, require
from app.access.deposit import deposit_field, kept_sensitivity
from app.access.facts import forget
from app.access.release import release_field
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.findings import ENDED, MOVES, IllegalMove, after, outward
from app.domain.targets import FieldRef, Target
from app.features.findings import queries
from app.features.findings.schemas import FindingRow
from app.kernel.actor import Side
from app.kernel.clock import now
from app.kernel.errors import Conflict, Forbidden, NotFound
from app.models.findings import Finding, Response
from app.transaction import Transaction


def target_of(finding: Finding) -> Target:
    """Give a finding as the thing that an action is done to."""
    return Target("finding", finding.id)


def require_move(tx: Transaction, action: Action, finding_id: str, *intentions: str) -> None:
    """Require an act; where only the finding's state stands in the way, say that, not "no"."""
    target = Target("finding", finding_id)
    try:
        require(tx, action, target)
    except Forbidden:
        finding = tx.session.get(Finding, finding_id)
        if finding is None or not may(tx, Action.READ_FINDING, target):
            raise
        if not any(finding.state in MOVES[intention] for intention in intentions):
            raise _changed(finding) from None
        raise


def refuse_uncleared(tx: Transaction, finding_id: str) -> None:
    """Let nobody answer or decide what they may not read."""
    text = FieldRef(subject=Target("finding", finding_id), field="statement")
    if release_field(tx, text).masked:
        raise Forbidden(
            "You are not cleared for the text of this finding.",
            remedy="Give it to another author, or ask for an internal grant of this version.",
        )


def locked(tx: Transaction, finding_id: str) -> Finding:
    """Lock a finding and read it anew."""
    finding = tx.session.get(Finding, finding_id, with_for_update=True, populate_existing=True)
    if finding is None:
        raise NotFound
    return finding


def move(tx: Transaction, finding: Finding, intention: str) -> None:
    """Move a finding as the table of states says.

    Raises:
        Conflict: somebody else was quicker.
    """
    try:
        finding.state = after(intention, finding.state)
    except IllegalMove as illegal:
        raise _changed(finding) from illegal
    finding.state_since = now()
    if finding.state in ENDED:
        finding.resolved_at = now()
    forget(tx, target_of(finding))


def _changed(finding: Finding) -> Conflict:
    state = outward(finding.state)
    return Conflict(
        f"Somebody else was quicker: this finding is now in the state “{state}”.",
        kept="Nothing was changed by you.",
        remedy="Read the finding again and decide whether there is still something to do.",
    )


def latest_given(tx: Transaction, finding_id: str) -> Response:
    """Give the answer that counts.

    Raises:
        Conflict: there is none yet.
    """
    given = [r for r in queries.list_responses(tx, finding_id) if r.state == "given"]
    if not given:
        raise Conflict("This finding has not been answered yet.")
    return given[-1]


def row_of(tx: Transaction, finding: Finding) -> FindingRow:
    """Give a finding as a row of a list."""
    return queries.row_views(tx, [finding])[0]


def deposit(tx: Transaction, finding: Finding, field: str, body: str, *, shared: bool) -> None:
    """Keep a text about a finding; it inherits what its writer could see of the version.

    What a reviewer organisation writes needs what the finding's texts need, besides: their words
    are known to it, and answering in a thread asks for no grant in force.
    """
    target = target_of(finding)
    outside = tx.actor.side is Side.REVIEWER
    deposit_field(
        tx,
        target,
        field=field,
        body=body,
        version_id=finding.version_id,
        organisation_id=finding.organisation_id,
        shared=shared,
        at_least=kept_sensitivity(tx, target) if outside else (),
    )


def tell(
    tx: Transaction,
    finding: Finding,
    name: str,
    licence: Action,
    *,
    outward: bool = True,
    step: bool = True,
    facts: Mapping[str, Fact] | None = None,
) -> None:
    """Emit what happened to a finding.

    Args:
        tx: the transaction.
        finding: as the act leaves it.
        name: of the event.
        licence: the act.
        outward: the organisation that filed it sees the entry and the step.
        step: it is a step of the finding's life.
        facts: ids, old and new values.
    """
    tx.emit(
        Event(
            name=name,
            licence=licence,
            target=target_of(finding),
            organisations=frozenset({finding.organisation_id}) if outward else frozenset(),
            facts={"number": finding.number, "state": finding.state, **(facts or {})},
            stage=finding.state if step else None,
        )
    )
