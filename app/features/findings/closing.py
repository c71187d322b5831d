"""What the organisation that filed a finding says to the answer. Only it closes a finding."""

from app.domain.actions import Action
from app.domain.findings import AGREED, outward
from app.features.findings import queries
from app.features.findings.clocks import resume_clock, start_clock
from app.features.findings.moving import (
    deposit,
    latest_given,
    locked,
    move,
    require_move,
    row_of,
    tell,
)
from app.features.findings.schemas import (
    Contest,
    FindingRow,
    GiveDetail,
    MergeFinding,
    SetMoot,
)
from app.features.findings.threads import append_message
from app.kernel.errors import Invalid
from app.transaction import Transaction


def give_detail(tx: Transaction, finding_id: str, command: GiveDetail) -> FindingRow:
    """Give the detail that was asked for; the clock goes on."""
    require_move(tx, Action.GIVE_DETAIL, finding_id, "give_detail")
    finding = locked(tx, finding_id)
    resume_clock(tx, finding)
    move(tx, finding, "give_detail")
    message = append_message(tx, finding, command.detail, kind="detail_given")
    due = finding.due_on.isoformat() if finding.due_on else None
    tell(
        tx, finding, "DetailGiven", Action.GIVE_DETAIL,
        facts={"message": message.id, "due_on": due},
    )  # fmt: skip
    return row_of(tx, finding)


def confirm(tx: Transaction, finding_id: str) -> FindingRow:
    """Confirm that the answer, or the version that fixes it, settles the finding.

    Where a changed text was promised the finding waits for the version that has it.
    """
    require_move(tx, Action.CONFIRM_FINDING, finding_id, "confirm", "confirm_fixed")
    finding = locked(tx, finding_id)
    latest = latest_given(tx, finding_id)
    if finding.state == "fixed":
        move(tx, finding, "confirm_fixed")
    else:
        move(tx, finding, "confirm_fix" if latest.disposition in AGREED else "confirm")
    tell(tx, finding, "FindingConfirmed", Action.CONFIRM_FINDING)
    return row_of(tx, finding)


def contest(tx: Transaction, finding_id: str, command: Contest) -> FindingRow:
    """Contest the answer or the fix with a reason, or record the disagreement for good."""
    require_move(tx, Action.CONTEST_FINDING, finding_id, "contest")
    finding = locked(tx, finding_id)
    move(tx, finding, "record_disagreement" if command.final else "contest")
    if not command.final:
        start_clock(tx, finding)
    field = f"contest_reason.{latest_given(tx, finding_id).round}"
    deposit(tx, finding, field, command.reason, shared=True)
    name = "DisagreementRecorded" if command.final else "FindingContested"
    tell(tx, finding, name, Action.CONTEST_FINDING)
    return row_of(tx, finding)


def withdraw(tx: Transaction, finding_id: str) -> FindingRow:
    """Withdraw a finding of one's own organisation."""
    require_move(tx, Action.WITHDRAW_FINDING, finding_id, "withdraw")
    finding = locked(tx, finding_id)
    move(tx, finding, "withdraw")
    tell(tx, finding, "FindingWithdrawn", Action.WITHDRAW_FINDING)
    return row_of(tx, finding)


def set_moot(tx: Transaction, finding_id: str, command: SetMoot) -> FindingRow:
    """Say that a finding has nothing left to be about, such as a passage that is gone."""
    require_move(tx, Action.SET_ASIDE_FINDING, finding_id, "set_moot")
    finding = locked(tx, finding_id)
    move(tx, finding, "set_moot")
    message = append_message(tx, finding, command.reason, kind="moot")
    tell(tx, finding, "FindingSetMoot", Action.SET_ASIDE_FINDING, facts={"message": message.id})
    return row_of(tx, finding)


def merge(tx: Transaction, finding_id: str, command: MergeFinding) -> FindingRow:
    """Merge a finding into another open one of the same organisation; both keep all they have.

    Raises:
        Invalid: there is no such open finding; the field is `into`.
    """
    require_move(tx, Action.SET_ASIDE_FINDING, finding_id, "merge")
    finding = locked(tx, finding_id)
    into = queries.find_by_number(tx, command.into)
    if into is None or into.id == finding.id or outward(into.state) in ("Done", "Draft"):
        said = "Give the number of another open finding of your organisation."
        raise Invalid(fields={"into": said})
    finding.merged_into = into.id
    move(tx, finding, "merge")
    tell(tx, finding, "FindingMerged", Action.SET_ASIDE_FINDING, facts={"into": into.id})
    return row_of(tx, finding)
