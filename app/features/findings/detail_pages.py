"""The page of one finding and its forms."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from app.access.decide import may
from app.domain.actions import Action
from app.domain.findings import CLASSES, DISPOSITIONS, MATERIALITY
from app.domain.targets import Target
from app.features.findings import answering, closing, desk, mooting, queries, threads
from app.features.findings.desk_schemas import DeskQuery
from app.features.findings.filing_forms import Chosen, TypedMessage, sent_of
from app.features.findings.schemas import (
    AskDetail,
    Contest,
    DecideRejection,
    GiveDetail,
    LinkFix,
    MentionChoice,
    MergeFinding,
    ProposeMoot,
    RefuseMoot,
    Reroute,
    Respond,
    SetMoot,
    StrikeMessage,
    VersionLink,
    WriteMessage,
)
from app.kernel.actor import Side
from app.kernel.errors import Invalid, VitrineError
from app.transaction import Transaction
from app.web.forms import attempt, command_from
from app.web.pages import show
from app.web.routing import Routes, Tx, takes_file

routes = Routes()
Text = Annotated[str, Form()]
Several = Annotated[list[str] | None, Form(max_length=100)]
Typed = dict[str, Any]
_ONE = "/findings/{finding_id}"
DISPOSITION_OPTIONS = [
    {
        "value": key,
        "label": name,
        "help": "Waits for somebody who does not answer for the passage."
        if key == "rejected"
        else None,
    }
    for key, name in DISPOSITIONS.items()
]


@routes.page(_ONE, action=Action.READ_FINDING)
def detail_page(tx: Tx, request: Request, finding_id: str) -> HTMLResponse:
    """Show a finding with its passage, its answers, its thread and its life."""
    return _detail(tx, request, finding_id)


def _detail(
    tx: Transaction,
    request: Request,
    finding_id: str,
    *,
    failed: str = "",
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
    conflict: VitrineError | None = None,
    status: int = 200,
) -> HTMLResponse:
    opened = desk.open_finding(tx, finding_id)
    view, target = opened.view, Target("finding", finding_id)
    slip = view.row.finding_class == "H"
    waiting = view.row.outward == "Waiting for author" and not slip
    reroutes = waiting and may(tx, Action.REROUTE_FINDING, target)
    return show(
        tx,
        request,
        "findings/detail.html",
        status=status,
        opened=opened,
        view=view,
        can_confirm=may(tx, Action.CONFIRM_FINDING, target),
        can_contest=may(tx, Action.CONTEST_FINDING, target),
        can_withdraw=may(tx, Action.WITHDRAW_FINDING, target),
        can_set_aside=may(tx, Action.SET_ASIDE_FINDING, target),
        can_give_detail=may(tx, Action.GIVE_DETAIL, target),
        can_propose_moot=opened.cleared
        and not view.row.moot_waits
        and may(tx, Action.PROPOSE_MOOT, target),
        can_refuse_moot=view.row.moot_waits and may(tx, Action.REFUSE_MOOT, target),
        can_reroute=reroutes,
        can_claw_back=slip and may(tx, Action.READ_CLAW_BACK, target),
        authors=_options(queries.publisher_authors(tx)) if reroutes else [],
        failed=failed,
        typed=typed or {},
        errors=errors or {},
        conflict=conflict,
        reviewer=tx.actor.side is Side.REVIEWER,
        **words(),
    )


def words() -> dict[str, Any]:
    """Give the words that a page of one finding needs."""
    return {
        "classes": CLASSES,
        "materiality": MATERIALITY,
        "dispositions": DISPOSITION_OPTIONS,
        "disposition_words": DISPOSITIONS,
        "options_of": options_of,
    }


def options_of(choices: Sequence[MentionChoice | VersionLink]) -> list[dict[str, str]]:
    """Give people or versions as the options of a field."""
    return [
        {"value": one.version_id, "label": one.name}
        if isinstance(one, VersionLink)
        else {"value": one.id, "label": one.name}
        for one in choices
    ]


def _options(pairs: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in pairs]


def _acted(
    tx: Transaction,
    request: Request,
    finding_id: str,
    act: Callable[[], object],
    *,
    form: str,
    typed: Typed | None = None,
    back: str = "",
) -> Response:
    """Do what a form asks for; where it cannot be, say so above what was typed."""

    def again(error: VitrineError) -> Response:
        return _detail(tx, request, finding_id, failed=form, typed=typed, **said_of(error))

    anchor = "#thread" if form in ("message", "strike") else ""
    then = desk_of(back, finding_id) if back else f"/findings/{finding_id}{anchor}"
    return attempt(tx, request, act, again=again, then=lambda _: then)


def said_of(error: VitrineError) -> dict[str, Any]:
    """Give what the pages of findings say of an error: beside its fields, or above as a whole."""
    fields = error.fields if isinstance(error, Invalid) else {}
    return {"errors": fields, "conflict": None if fields else error, "status": error.status}


def desk_of(query: str, finding_id: str = "") -> str:
    """Give the address of the desk that somebody came from; what was answered left it."""
    try:
        wanted = DeskQuery.model_validate(dict(parse_qsl(query[:2_000])))
    except ValidationError:
        wanted = DeskQuery()
    kept = wanted.model_dump(exclude_defaults=True, exclude={"finding"})
    return f"/findings/desk?{urlencode({**kept, 'did': finding_id})}"


@routes.form(f"{_ONE}/respond", action=Action.ANSWER_FINDING)
def respond_form(
    tx: Tx,
    request: Request,
    finding_id: str,
    disposition: Text = "",
    explanation: Text = "",
    new_text: Text = "",
    nothing_withheld: Text = "",
    back: Text = "",
) -> Response:
    """Answer a finding."""
    typed: Typed = {
        "disposition": disposition, "explanation": explanation, "new_text": new_text,
    }  # fmt: skip

    def act() -> object:
        command = command_from(Respond, typed | _stated(nothing_withheld))
        return answering.respond(tx, finding_id, command)

    return _acted(tx, request, finding_id, act, form="answer", typed=typed, back=back)


def _stated(ticked: str) -> Typed:
    return {"nothing_withheld": True} if ticked == "yes" else {}


@routes.form(f"{_ONE}/ask-detail", action=Action.ASK_DETAIL)
def ask_detail_form(
    tx: Tx,
    request: Request,
    finding_id: str,
    question: Text = "",
    nothing_withheld: Text = "",
    back: Text = "",
) -> Response:
    """Ask the organisation for detail."""
    typed: Typed = {"question": question}

    def act() -> object:
        command = command_from(AskDetail, typed | _stated(nothing_withheld))
        return answering.ask_detail(tx, finding_id, command)

    return _acted(tx, request, finding_id, act, form="ask", typed=typed, back=back)


@routes.form(f"{_ONE}/give-detail", action=Action.GIVE_DETAIL)
def give_detail_form(tx: Tx, request: Request, finding_id: str, detail: Text = "") -> Response:
    """Give the detail that was asked for."""
    typed: Typed = {"detail": detail}

    def act() -> object:
        return closing.give_detail(tx, finding_id, command_from(GiveDetail, typed))

    return _acted(tx, request, finding_id, act, form="give", typed=typed)


@routes.form(f"{_ONE}/fix", action=Action.LINK_FIX)
def link_fix_form(
    tx: Tx, request: Request, finding_id: str, version_id: Text = "", back: Text = ""
) -> Response:
    """Say which version has the changed text."""
    typed: Typed = {"version_id": version_id}

    def act() -> object:
        return answering.link_fix(tx, finding_id, command_from(LinkFix, typed))

    return _acted(tx, request, finding_id, act, form="fix", typed=typed, back=back)


@routes.form(f"{_ONE}/decide", action=Action.REJECT_FINDING)
def decide_form(tx: Tx, request: Request, finding_id: str, uphold: Text = "") -> Response:
    """Decide a proposed rejection."""

    def act() -> object:
        return answering.decide_rejection(tx, finding_id, DecideRejection(uphold=uphold == "yes"))

    return _acted(tx, request, finding_id, act, form="decide")


@routes.form(f"{_ONE}/reroute", action=Action.REROUTE_FINDING)
def reroute_form(tx: Tx, request: Request, finding_id: str, person_id: Text = "") -> Response:
    """Give a finding to another author."""
    typed: Typed = {"person_id": person_id}

    def act() -> object:
        return answering.reroute(tx, finding_id, Reroute(person_id=person_id))

    return _acted(tx, request, finding_id, act, form="reroute", typed=typed)


@routes.form(f"{_ONE}/confirm", action=Action.CONFIRM_FINDING)
def confirm_form(tx: Tx, request: Request, finding_id: str) -> Response:
    """Confirm the answer, or the version that fixes it."""
    return _acted(tx, request, finding_id, lambda: closing.confirm(tx, finding_id), form="confirm")


@routes.form(f"{_ONE}/contest", action=Action.CONTEST_FINDING)
def contest_form(
    tx: Tx, request: Request, finding_id: str, reason: Text = "", final: Text = ""
) -> Response:
    """Contest the answer."""
    typed: Typed = {"reason": reason, "final": final == "yes"}

    def act() -> object:
        return closing.contest(tx, finding_id, command_from(Contest, typed))

    return _acted(tx, request, finding_id, act, form="contest", typed=typed)


@routes.form(f"{_ONE}/withdraw", action=Action.WITHDRAW_FINDING)
def withdraw_form(tx: Tx, request: Request, finding_id: str) -> Response:
    """Withdraw a finding."""
    return _acted(
        tx, request, finding_id, lambda: closing.withdraw(tx, finding_id), form="withdraw"
    )


@routes.form(f"{_ONE}/moot", action=Action.SET_ASIDE_FINDING)
def moot_form(tx: Tx, request: Request, finding_id: str, reason: Text = "") -> Response:
    """Say that a finding has nothing left to be about."""
    typed: Typed = {"reason": reason}

    def act() -> object:
        return closing.set_moot(tx, finding_id, command_from(SetMoot, typed))

    return _acted(tx, request, finding_id, act, form="moot", typed=typed)


@routes.form(f"{_ONE}/moot/propose", action=Action.PROPOSE_MOOT)
def propose_moot_form(
    tx: Tx, request: Request, finding_id: str, reason: Text = "", nothing_withheld: Text = ""
) -> Response:
    """Propose that a finding is moot."""
    typed: Typed = {"reason": reason}

    def act() -> object:
        command = command_from(ProposeMoot, typed | _stated(nothing_withheld))
        return mooting.propose_moot(tx, finding_id, command)

    return _acted(tx, request, finding_id, act, form="propose-moot", typed=typed)


@routes.form(f"{_ONE}/moot/accept", action=Action.SET_ASIDE_FINDING)
def accept_moot_form(tx: Tx, request: Request, finding_id: str) -> Response:
    """Close a finding as moot, as was proposed."""
    return _acted(
        tx, request, finding_id, lambda: mooting.accept_moot(tx, finding_id), form="accept-moot"
    )


@routes.form(f"{_ONE}/moot/refuse", action=Action.REFUSE_MOOT)
def refuse_moot_form(tx: Tx, request: Request, finding_id: str, reason: Text = "") -> Response:
    """Say that a finding is not moot."""
    typed: Typed = {"reason": reason}

    def act() -> object:
        return mooting.refuse_moot(tx, finding_id, command_from(RefuseMoot, typed))

    return _acted(tx, request, finding_id, act, form="refuse-moot", typed=typed)


@routes.form(f"{_ONE}/merge", action=Action.SET_ASIDE_FINDING)
def merge_form(tx: Tx, request: Request, finding_id: str, into: Text = "") -> Response:
    """Merge a finding into another one."""
    typed: Typed = {"into": into}

    def act() -> object:
        return closing.merge(tx, finding_id, command_from(MergeFinding, typed))

    return _acted(tx, request, finding_id, act, form="merge", typed=typed)


@routes.form(f"{_ONE}/messages", action=Action.WRITE_MESSAGE)
def message_form(tx: Tx, request: Request, finding_id: str, typed: TypedMessage) -> Response:
    """Write in the thread."""

    def act() -> object:
        return threads.write_message(tx, finding_id, command_from(WriteMessage, typed))

    return _acted(tx, request, finding_id, act, form="message", typed=typed)


@routes.form(f"{_ONE}/messages/with-file", action=Action.WRITE_MESSAGE)
@takes_file
def message_with_file_form(
    tx: Tx,
    request: Request,
    finding_id: str,
    typed: TypedMessage,
    file_title: Text = "",
    file: Chosen = None,
) -> Response:
    """Write in the thread, with a file if one was chosen."""

    def act() -> object:
        sent, command = sent_of(file, file_title), command_from(WriteMessage, typed)
        return threads.write_message(tx, finding_id, command, sent=sent)

    kept = {**typed, "file_title": file_title}
    return _acted(tx, request, finding_id, act, form="message", typed=kept)


@routes.form(f"{_ONE}/messages/strike", action=Action.STRIKE_MESSAGE)
def strike_form(tx: Tx, request: Request, finding_id: str, message_id: Text = "") -> Response:
    """Strike a message of one's own."""

    def act() -> object:
        command = command_from(StrikeMessage, {"message_id": message_id})
        return threads.strike_message(tx, finding_id, command)

    return _acted(tx, request, finding_id, act, form="strike")
