"""Pages of the author's desk, and of the rejections that wait for a decider."""

from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import Form, Query, Request, Response
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.domain.findings import CLASSES, FOUR, MATERIALITY
from app.features.findings import answering, deciding, desk
from app.features.findings.desk_api import docx_file, markdown_file
from app.features.findings.desk_document import A_FILE, CLOSED, HEADS, MASKED, cells
from app.features.findings.desk_schemas import DeskFilter, DeskQuery, DeskView, Word
from app.features.findings.detail_pages import Several, Text, Typed, desk_of, words
from app.features.findings.schemas import AcceptedView, AcceptSeveral
from app.kernel.actor import Role
from app.kernel.errors import Invalid
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx
from app.web.spreadsheets import csv_of

routes = Routes()
_CHIPS = {
    "waiting": "To answer", "late": "Late", "deciding": "With a decider",
    "reviewer": "With the reviewer", "agreed": "Agreed for next version",
    "done": "Done", "all": "All",
}  # fmt: skip
_WHOSE = {"mine": "Mine", "queue": "With nobody yet", "all": "Everybody's"}
_PASSING = {"page", "finding", "did", "accepted"}  # never carried on to the next address


class DeskPage(DeskQuery):
    """A page of the desk; `did` and `accepted` say what was just done."""

    did: Word = ""
    accepted: Annotated[int, Query(ge=0, le=100)] = 0


@routes.page("/findings/desk", action=Action.READ_DESK)
def desk_page(tx: Tx, request: Request, wanted: Annotated[DeskPage, Query()]) -> HTMLResponse:
    """Show the findings to answer, worst first, and the one that is opened beside them."""
    return _desk(tx, request, wanted)


@routes.page("/findings/desk/document", action=Action.EXPORT_DESK)
def document_page(tx: Tx, request: Request, wanted: Annotated[DeskFilter, Query()]) -> HTMLResponse:
    """Show them as a document to print and work from."""
    document = desk.export_desk(tx, wanted)
    return show(
        tx,
        request,
        "findings/document.html",
        document=document,
        back=_address(wanted),
        masked=MASKED,
        closed=CLOSED,
        a_file=A_FILE,
        **words(),
    )


@routes.page("/findings/desk.md", action=Action.EXPORT_DESK)
def desk_markdown(tx: Tx, wanted: Annotated[DeskFilter, Query()]) -> Response:
    """Hand the document out as Markdown."""
    return markdown_file(desk.export_desk(tx, wanted))


@routes.page("/findings/desk.docx", action=Action.EXPORT_DESK)
def desk_docx(tx: Tx, wanted: Annotated[DeskFilter, Query()]) -> Response:
    """Hand the document out as DOCX, with room for answers."""
    return docx_file(desk.export_desk(tx, wanted))


@routes.page("/findings/desk.csv", action=Action.EXPORT_DESK)
def desk_csv(tx: Tx, wanted: Annotated[DeskFilter, Query()]) -> Response:
    """Hand it out as CSV."""
    return csv_of(HEADS, map(cells, desk.export_desk(tx, wanted).entries), name="findings")


@routes.page("/findings/decisions", action=Action.LIST_FINDINGS)
def decisions_page(tx: Tx, request: Request) -> HTMLResponse:
    """Show the rejections that this person may decide."""
    rows = deciding.list_decisions(tx)
    return show(tx, request, "findings/decisions.html", rows=rows, **words())


@routes.form("/findings/accept-several", action=Action.ANSWER_SEVERAL)
def accept_form(
    tx: Tx,
    request: Request,
    findings: Several = None,
    explanation: Text = "",
    nothing_withheld: Text = "",
    back: Annotated[str, Form()] = "",
) -> Response:
    """Accept the chosen findings of class A; where some stay as they were, say which and why."""
    typed: Typed = {"findings": findings or [], "explanation": explanation}
    stated = {"nothing_withheld": True} if nothing_withheld == "yes" else {}
    wanted = DeskPage.model_validate(_query_of(back))
    try:
        done = answering.accept_several(tx, command_from(AcceptSeveral, typed | stated))
    except Invalid as error:
        tx.rollback()
        return _desk(tx, request, wanted, typed=typed, errors=error.fields, status=422)
    if done.done == len(done.outcomes):
        return see_other(_address(wanted, accepted=str(done.done)))
    return _desk(tx, request, wanted, typed=typed, done=done)


def _query_of(back: str) -> dict[str, str]:
    """Read the query of the desk that somebody came from; a strange one is the plain desk."""
    return dict(parse_qsl(urlsplit(desk_of(back)).query))


def _address(wanted: DeskFilter, path: str = "/findings/desk", **changes: str) -> str:
    values = wanted.model_dump(exclude_defaults=True, exclude=_PASSING) | changes
    kept = {name: value for name, value in values.items() if value}
    return f"{path}?{urlencode(kept)}" if kept else path


def _desk(
    tx: Transaction,
    request: Request,
    wanted: DeskPage,
    *,
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
    done: AcceptedView | None = None,
    status: int = 200,
) -> HTMLResponse:
    view = desk.read_desk(tx, wanted)
    coordinates = Role.COORDINATOR in tx.actor.roles
    waiting = [row for row in view.rows if row.outward == FOUR[0]]
    return show(
        tx,
        request,
        "findings/desk.html",
        status=status,
        view=view,
        wanted=wanted,
        opened=view.opened,
        chips=_chips(view, wanted),
        whose=_whose(view, wanted) if coordinates else [],
        kinds=[{"value": k, "label": f"{k} · {v}"} for k, v in CLASSES.items()],
        reaches=[{"value": k, "label": v} for k, v in MATERIALITY.items()],
        versions=[{"value": v.version_id, "label": v.name} for v in view.versions],
        narrow=sum(bool(v) for v in (wanted.kind, wanted.reach, wanted.version)),
        files={
            name: _address(wanted, f"/findings/desk{ending}")
            for name, ending in (
                ("md", ".md"),
                ("csv", ".csv"),
                ("docx", ".docx"),
                ("document", "/document"),
            )
        },
        here=urlencode(wanted.model_dump(exclude_defaults=True, exclude=_PASSING)),
        href_of=lambda finding: _address(wanted, finding=finding, page=_kept_page(wanted)),
        choosable=any(row.finding_class == "A" for row in waiting),
        typed=typed or {},
        errors=errors or {},
        done=done,
        **words(),
    )


def _kept_page(wanted: DeskQuery) -> str:
    return str(wanted.page) if wanted.page > 1 else ""


def _chips(view: DeskView, wanted: DeskPage) -> list[dict[str, Any]]:
    """Give the chips of the states; the rare one only where something is in it."""
    return [
        {
            "label": label,
            "href": _address(wanted, show="" if show_ == "waiting" else show_),
            "current": wanted.show == show_,
            "count": getattr(view.counts, show_),
        }
        for show_, label in _CHIPS.items()
        if show_ != "deciding" or view.counts.deciding or wanted.show == show_
    ]


def _whose(view: DeskView, wanted: DeskPage) -> list[dict[str, Any]]:
    return [
        {"label": label, "href": _address(wanted, whose=key), "current": view.whose == key}
        for key, label in _WHOSE.items()
    ]
