"""JSON API of one finding: reading, answering, closing it, its thread."""

from typing import Annotated

from fastapi import File, Form, UploadFile

from app.access.evidence_files import LARGEST, SentFile
from app.domain.actions import Action
from app.features.findings import answering, closing, mooting, reading, threads
from app.features.findings.schemas import (
    AskDetail,
    Contest,
    DecideRejection,
    FindingRow,
    FindingView,
    GiveDetail,
    LinkFix,
    MergeFinding,
    ProposeMoot,
    RefuseMoot,
    Reroute,
    Respond,
    SetMoot,
    StrikeMessage,
    ThreadView,
    WriteMessage,
)
from app.web.forms import command_from
from app.web.routing import Routes, Tx, takes_file

routes = Routes(prefix="/api/v1", tags=["findings"])
_ONE = "/findings/{finding_id}"


@routes.read(_ONE, action=Action.READ_FINDING, response_model=FindingView)
def read_finding(tx: Tx, finding_id: str) -> FindingView:
    """Give a finding as the caller may read it."""
    return reading.read_finding(tx, finding_id)


@routes.act(f"{_ONE}/respond", action=Action.ANSWER_FINDING, response_model=FindingRow)
def respond(tx: Tx, finding_id: str, command: Respond) -> FindingRow:
    """Answer a finding."""
    return answering.respond(tx, finding_id, command)


@routes.act(f"{_ONE}/ask-detail", action=Action.ASK_DETAIL, response_model=FindingRow)
def ask_detail(tx: Tx, finding_id: str, command: AskDetail) -> FindingRow:
    """Ask the organisation for detail; the clock stands still."""
    return answering.ask_detail(tx, finding_id, command)


@routes.act(f"{_ONE}/give-detail", action=Action.GIVE_DETAIL, response_model=FindingRow)
def give_detail(tx: Tx, finding_id: str, command: GiveDetail) -> FindingRow:
    """Give the detail that was asked for."""
    return closing.give_detail(tx, finding_id, command)


@routes.act(f"{_ONE}/fix", action=Action.LINK_FIX, response_model=FindingRow)
def link_fix(tx: Tx, finding_id: str, command: LinkFix) -> FindingRow:
    """Say which version has the changed text."""
    return answering.link_fix(tx, finding_id, command)


@routes.act(f"{_ONE}/decide", action=Action.REJECT_FINDING, response_model=FindingRow)
def decide_rejection(tx: Tx, finding_id: str, command: DecideRejection) -> FindingRow:
    """Uphold or turn down a proposed rejection."""
    return answering.decide_rejection(tx, finding_id, command)


@routes.act(f"{_ONE}/reroute", action=Action.REROUTE_FINDING, response_model=FindingRow)
def reroute(tx: Tx, finding_id: str, command: Reroute) -> FindingRow:
    """Give a finding to another author."""
    return answering.reroute(tx, finding_id, command)


@routes.act(f"{_ONE}/confirm", action=Action.CONFIRM_FINDING, response_model=FindingRow)
def confirm(tx: Tx, finding_id: str) -> FindingRow:
    """Confirm the answer, or the version that fixes it."""
    return closing.confirm(tx, finding_id)


@routes.act(f"{_ONE}/contest", action=Action.CONTEST_FINDING, response_model=FindingRow)
def contest(tx: Tx, finding_id: str, command: Contest) -> FindingRow:
    """Contest the answer, or record the disagreement."""
    return closing.contest(tx, finding_id, command)


@routes.act(f"{_ONE}/withdraw", action=Action.WITHDRAW_FINDING, response_model=FindingRow)
def withdraw(tx: Tx, finding_id: str) -> FindingRow:
    """Withdraw a finding."""
    return closing.withdraw(tx, finding_id)


@routes.act(f"{_ONE}/moot", action=Action.SET_ASIDE_FINDING, response_model=FindingRow)
def set_moot(tx: Tx, finding_id: str, command: SetMoot) -> FindingRow:
    """Say that a finding has nothing left to be about."""
    return closing.set_moot(tx, finding_id, command)


@routes.act(f"{_ONE}/moot/propose", action=Action.PROPOSE_MOOT, response_model=FindingRow)
def propose_moot(tx: Tx, finding_id: str, command: ProposeMoot) -> FindingRow:
    """Propose to its organisation that a finding has nothing left to be about."""
    return mooting.propose_moot(tx, finding_id, command)


@routes.act(f"{_ONE}/moot/accept", action=Action.SET_ASIDE_FINDING, response_model=FindingRow)
def accept_moot(tx: Tx, finding_id: str) -> FindingRow:
    """Close a finding as moot, as the publisher proposed."""
    return mooting.accept_moot(tx, finding_id)


@routes.act(f"{_ONE}/moot/refuse", action=Action.REFUSE_MOOT, response_model=FindingRow)
def refuse_moot(tx: Tx, finding_id: str, command: RefuseMoot) -> FindingRow:
    """Say that a finding is not moot; it goes on as it was."""
    return mooting.refuse_moot(tx, finding_id, command)


@routes.act(f"{_ONE}/merge", action=Action.SET_ASIDE_FINDING, response_model=FindingRow)
def merge(tx: Tx, finding_id: str, command: MergeFinding) -> FindingRow:
    """Merge a finding into another one of the same organisation."""
    return closing.merge(tx, finding_id, command)


@routes.act(f"{_ONE}/messages", action=Action.WRITE_MESSAGE, response_model=ThreadView)
def write_message(tx: Tx, finding_id: str, command: WriteMessage) -> ThreadView:
    """Write in the thread."""
    return threads.write_message(tx, finding_id, command)


@routes.act(f"{_ONE}/messages/with-file", action=Action.WRITE_MESSAGE, response_model=ThreadView)
@takes_file
def write_message_with_file(
    tx: Tx,
    finding_id: str,
    body: Annotated[str, Form()],
    file: Annotated[UploadFile, File(description="a PDF, PNG, JPEG, text or CSV up to 10 MB")],
    file_title: Annotated[str, Form()],
    internal: Annotated[bool, Form()] = False,
    tell: Annotated[list[str] | None, Form(max_length=20)] = None,
    refers_to: Annotated[str | None, Form()] = None,
) -> ThreadView:
    """Write in the thread as a reviewer, with a file: handed out as it came, and never opened here.

    The publisher attaches its files to the finding, where what is withheld in them is marked.
    """
    typed = {"body": body, "internal": internal, "tell": tell or [], "refers_to": refers_to}
    content = file.file.read(LARGEST + 1)
    sent = SentFile(title=file_title, content=content, named=file.filename or "")
    return threads.write_message(tx, finding_id, command_from(WriteMessage, typed), sent=sent)


@routes.act(f"{_ONE}/messages/strike", action=Action.STRIKE_MESSAGE, response_model=ThreadView)
def strike_message(tx: Tx, finding_id: str, command: StrikeMessage) -> ThreadView:
    """Strike a message of one's own."""
    return threads.strike_message(tx, finding_id, command)
