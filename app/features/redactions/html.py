"""The list of redactions that approvers decide, and what may be taken back from it."""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError

from app.access.attached import goes_with
from app.access.decide import may, may_all
from app.access.scope import version_and_title
from app.domain.actions import Action
from app.domain.targets import INSTALLATION, Target
from app.features.redactions import (
    carry_pages,
    carrying,
    changing,
    deliberation,
    editor,
    evidence_pages,
    marking,
    queries,
    rewording,
    service,
    template_pages,
)
from app.features.redactions.schemas import (
    CommentRedaction,
    DecideRedactions,
    EditRedactions,
    GroupView,
    RestoreRedactions,
    WithdrawRedactions,
)
from app.kernel.errors import Conflict, Invalid, VitrineError
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()

STATEMENT = (
    "It does not hide a concerning finding, an error, non-compliance or embarrassment, does not "
    "limit competition, and does not delay what does not qualify."
)
BATCH, EDIT = "together", "edit"
STATES = (
    ("", "All"),
    ("proposed", "Waiting"),
    ("approved", "Approved"),
    ("in_force", "In force"),
    ("refused", "Refused"),
    ("withdrawn", "Withdrawn"),
)


@routes.page("/versions/{version_id}/redactions", action=Action.LIST_REDACTIONS)
def list_page(
    tx: Tx,
    request: Request,
    version_id: str,
    state: str = "",
    category: str = "",
    done: str = "",
    group: str = "",
) -> HTMLResponse:
    """Show the redactions of a version by the reason they share, undecided ones first."""
    undo = group if done == "withdrawn" else ""
    return _list_page(tx, request, version_id, state=state, category=category, undo=undo)


def _list_page(
    tx: Transaction,
    request: Request,
    version_id: str,
    *,
    state: str = "",
    category: str = "",
    problem: VitrineError | None = None,
    problem_group: str = "",
    undo: str = "",
    ticked: tuple[str, ...] = (),
    said: str = "",
    typed: dict[str, object] | None = None,
) -> HTMLResponse:
    groups = service.list_groups(tx, version_id, state=state, category=category)
    version, title = version_and_title(tx, version_id)
    target = Target("version", version_id)
    return show(
        tx,
        request,
        "redactions/list.html",
        status=problem.status if problem else 200,
        version=version,
        report_title=title,
        groups=groups,
        decidable=_allowed(tx, Action.DECIDE_REDACTION, groups),
        withdrawable=_allowed(tx, Action.WITHDRAW_REDACTION, groups),
        undecided=sum(group.undecided for group in groups),
        can_open=may(tx, Action.READ_PAGE, target),
        can_propose=may(tx, Action.PROPOSE_REDACTION, target),
        can_choose=may(tx, Action.LIST_TEMPLATES, INSTALLATION),
        goes_with=goes_with(tx, version_id),
        to_carry=carrying.waiting_for(tx, version_id),
        statement=STATEMENT,
        chosen={"state": state, "category": category},
        states=STATES,
        codes=sorted({code for group in groups for code in group.categories}),
        problem=problem,
        problem_group=problem_group,
        undo=_restorable(tx, groups, undo),
        batch=BATCH,
        ticked=ticked,
        said=said,
        edit=EDIT,
        editable=_allowed(tx, Action.CHANGE_REDACTION, groups),
        typed=typed or {},
        categories=editor.CHOICES["categories"],
        modes=editor.CHOICES["modes"],
    )


def _restorable(tx: Transaction, groups: list[GroupView], wanted: str) -> GroupView | None:
    """Give the group whose withdrawal this person may undo."""
    for group in groups:
        if group.id == wanted:
            asked = [
                (Action.RESTORE_REDACTION, Target("redaction", mark.id))
                for mark in group.redactions
                if mark.state == "withdrawn"
            ]
            return group if any(may_all(tx, asked)) else None
    return None


def _allowed(tx: Transaction, action: Action, groups: list[GroupView]) -> set[str]:
    """Give the groups of which this person may decide, or withdraw, every undecided mark."""
    asked = [
        (group.id, mark.id)
        for group in groups
        for mark in group.redactions
        if mark.state == "proposed"
    ]
    answers = may_all(tx, [(action, Target("redaction", mark)) for _, mark in asked])
    refused = {group for (group, _), good in zip(asked, answers, strict=True) if not good}
    return {group for group, _ in asked} - refused


@routes.form("/versions/{version_id}/redactions/decide", action=Action.DECIDE_REDACTION)
def decide_form(
    tx: Tx,
    request: Request,
    version_id: str,
    group: Annotated[list[str] | None, Form()] = None,
    decision: Annotated[str, Form()] = "",
    statement: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    state: Annotated[str, Form()] = "",
) -> Response:
    """Approve or refuse a group, or several together, then go on with the list as it was."""
    chosen = tuple(group or ())
    beside = chosen[0] if len(chosen) == 1 else BATCH
    try:
        command = DecideRedactions(
            groups=chosen,
            approve=decision == "approve",
            statement=bool(statement),
            reason=reason,
        )
        service.decide_redactions(tx, version_id, command)
    except ValidationError:
        tx.rollback()
        problem = Invalid("The reason is longer than 2000 characters.")
        return _list_page(tx, request, version_id, problem=problem, problem_group=beside)
    except (Invalid, Conflict) as error:
        tx.rollback()
        fault = error if chosen else Invalid("Tick the groups that you decide together.")
        return _list_page(
            tx, request, version_id, problem=fault, problem_group=beside, ticked=chosen
        )
    left = "?state=proposed" if state == "proposed" else ""
    return see_other(f"/versions/{version_id}/redactions{left}")


@routes.form("/versions/{version_id}/redactions/withdraw", action=Action.WITHDRAW_REDACTION)
def withdraw_form(
    tx: Tx,
    request: Request,
    version_id: str,
    group: Annotated[str, Form()] = "",
    redaction: Annotated[str, Form()] = "",
) -> Response:
    """Withdraw one's own undecided proposals: a group from the list, a mark from its page."""
    command = WithdrawRedactions(
        groups=(group,) if group else (), redactions=(redaction,) if redaction else ()
    )
    try:
        changing.withdraw_redactions(tx, version_id, command)
    except Conflict as error:
        tx.rollback()
        return _list_page(tx, request, version_id, problem=error, problem_group=group)
    return _after(tx, version_id, redaction, group, done="withdrawn")


@routes.form("/versions/{version_id}/redactions/restore", action=Action.RESTORE_REDACTION)
def restore_form(
    tx: Tx,
    request: Request,
    version_id: str,
    group: Annotated[str, Form()] = "",
    redaction: Annotated[str, Form()] = "",
) -> Response:
    """Undo a withdrawal, of a group or of a mark."""
    command = RestoreRedactions(
        groups=(group,) if group else (), redactions=(redaction,) if redaction else ()
    )
    try:
        changing.restore_redactions(tx, version_id, command)
    except Conflict as error:
        tx.rollback()
        return _list_page(tx, request, version_id, problem=error, problem_group=group)
    return _after(tx, version_id, redaction, group, done="restored")


@routes.form("/versions/{version_id}/redactions/comment", action=Action.COMMENT_REDACTION)
def comment_form(
    tx: Tx,
    request: Request,
    version_id: str,
    group: Annotated[str, Form()] = "",
    comment: Annotated[str, Form()] = "",
) -> Response:
    """Comment on a group, inside the publisher."""
    try:
        command = command_from(CommentRedaction, {"group": group, "comment": comment})
        deliberation.comment_redaction(tx, version_id, command)
    except Invalid as error:
        tx.rollback()
        return _list_page(tx, request, version_id, problem=error, problem_group=group, said=comment)
    return see_other(f"/versions/{version_id}/redactions#group-{group}")


def _after(
    tx: Transaction, version_id: str, redaction: str, group: str, *, done: str
) -> RedirectResponse:
    """Go back to where the act was made: a mark's page, or the list."""
    mark = queries.find_redaction(tx, version_id, redaction) if redaction else None
    if mark is not None:
        return see_other(editor.place_of(version_id, mark, done))
    return see_other(f"/versions/{version_id}/redactions?done={done}&group={group}#group-{group}")


@routes.form("/versions/{version_id}/redactions/edit", action=Action.CHANGE_REDACTION)
def edit_form(
    tx: Tx,
    request: Request,
    version_id: str,
    group: Annotated[list[str] | None, Form()] = None,
    categories: Annotated[list[str] | None, Form()] = None,
    character: Annotated[str, Form()] = "",
    justification: Annotated[str, Form()] = "",
    mode: Annotated[str, Form()] = "",
) -> Response:
    """Change the reason or the boxes of the ticked groups of one's own."""
    typed: dict[str, object] = {
        "groups": group or [], "categories": categories or [], "character": character,
        "justification": justification, "mode": mode or None,
    }  # fmt: skip
    try:
        rewording.edit_redactions(tx, version_id, command_from(EditRedactions, typed))
    except (Invalid, Conflict) as error:
        tx.rollback()
        fault = error if group else Invalid("Tick the groups that you change together.")
        return _list_page(
            tx, request, version_id, problem=fault, problem_group=EDIT, typed=typed,
            ticked=tuple(group or ()),
        )  # fmt: skip
    return see_other(f"/versions/{version_id}/redactions?state=proposed")


for _more in (carry_pages, editor, evidence_pages, marking, template_pages):
    routes.adopt(_more.routes)
