"""Pages of the lists of requests: an organisation's own, the queue and its board, the inbox."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import Form, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import Field, ValidationError

from app.access.decide import may, require
from app.domain.actions import Action
from app.domain.requests import EXTENSIONS, PRIORITIES, TYPES
from app.domain.targets import INSTALLATION
from app.features.requests import listing, parts, queries, service, several
from app.features.requests.commands import ListFilter, ListQuery, TriageSeveral, Word
from app.features.requests.exporting import HEADS, cells
from app.features.requests.rows import Board, RequestList, SeveralView
from app.features.requests.showing import Typed, options
from app.kernel.errors import Invalid
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx
from app.web.spreadsheets import csv_of

routes = Routes()
Text = Annotated[str, Form()]
CHIPS: dict[queries.SeenAs, dict[str, str]] = {
    "asker": {
        "all": "All", "draft": "Drafts", "ready": "Ready to submit", "submitted": "Submitted",
        "needs_your_reply": "Needs your reply", "in_progress": "In progress",
        "released": "Released", "under_appeal": "Under appeal", "closed": "Closed",
    },
    "publisher": {
        "open": "All open", "in_hand": "Not answered yet",
        "untriaged": "Untriaged", "unowned": "With nobody yet",
        "with_teams": "With teams", "in_progress": "In progress",
        "check": "In release check", "appeal": "Under appeal",
        "waiting": "Waiting on the asker", "overdue": "Overdue",
        "third_return": "Returned three times", "released": "Released", "ended": "Ended",
    },
    "responder": {"to_answer": "To answer", "check": "In release check", "all": "All"},
}  # fmt: skip
_DUE = {"late": "Late", "today": "Due today", "week": "Due this week"}
_TEMPLATES = {"asker": "list", "publisher": "queue", "responder": "inbox"}
_PASSING = {"page", "did", "count"}  # never carried on to the next address
_RARE = frozenset({"third_return", "appeal", "ready"})  # chips that come when there is one
_LINKED = frozenset({"in_hand"})  # what the cockpit leads to: no chip until it is chosen
_NOTHING_TYPED: Typed = dict.fromkeys(
    ("requests", "team_id", "responder_id", "nothing_withheld", "priority", "due_on", "extension")
)
_DID = {"take": "taken into triage", "assign": "assigned", "priority": "given a priority",
        "due": "given a due date"}  # fmt: skip


class ListPage(ListQuery):
    """A page of a list; `did` and `count` say what was just done to several of it."""

    did: Word = ""
    count: Annotated[int, Field(ge=0, le=1_000)] = 0


@routes.page("/requests", action=Action.LIST_REQUESTS)
def list_page(
    tx: Tx,
    request: Request,
    wanted: Annotated[ListPage, Query()],
) -> HTMLResponse:
    """Show the requests of this person: their organisation's, the queue, or what is assigned."""
    did = _DID.get(wanted.did)
    said = {"did": did, "count": wanted.count} if did and wanted.count else None
    return _list(tx, request, wanted, said=said)


@routes.page("/requests.csv", action=Action.EXPORT_REQUESTS)
def list_csv(tx: Tx, wanted: Annotated[ListFilter, Query()]) -> Response:
    """Hand the list out as CSV."""
    seen, rows = service.export_requests(tx, wanted)
    return csv_of(HEADS[seen], map(cells, rows), name="requests")


@routes.form("/requests/bulk", action=Action.TRIAGE_SEVERAL)
def several_form(
    tx: Tx,
    request: Request,
    requests: Annotated[list[str] | None, Form(max_length=200)] = None,
    act: Text = "",
    team_id: Text = "",
    responder_id: Text = "",
    nothing_withheld: Text = "",
    priority: Text = "",
    due_on: Text = "",
    extension: Text = "",
    back: Text = "",
) -> Response:
    """Do one thing to the chosen requests; where some stay as they were, say which and why."""
    typed: Typed = {
        "act": act, "requests": requests or [], "team_id": team_id or None,
        "responder_id": responder_id or None, "nothing_withheld": nothing_withheld == "yes",
        "priority": priority or None, "due_on": due_on or None, "extension": extension or None,
    }  # fmt: skip
    wanted = _list_of(back)
    try:
        done = several.act_on_several(tx, command_from(TriageSeveral, typed))
    except Invalid as error:
        tx.rollback()
        return _list(tx, request, wanted, typed=typed, errors=_worded(error.fields), status=422)
    if done.done == len(done.outcomes):
        return see_other(address(wanted, did=done.act, count=str(done.done)))
    return _list(tx, request, wanted, typed=typed, done=done)


def _worded(fields: Mapping[str, str]) -> dict[str, str]:
    words = {
        "requests": "Choose between one and 100 requests.",
        "act": "Say what to do with them by one of the buttons.",
    }
    return {name: words.get(name, said) for name, said in fields.items()}


def _list_of(query: str) -> ListQuery:
    """Read the query of the list that somebody came from; a strange one is the plain list."""
    try:
        return ListQuery.model_validate(dict(parse_qsl(query[:2_000])))
    except ValidationError:
        return ListQuery()


def address(wanted: ListFilter, path: str = "/requests", **changes: str) -> str:
    """Give the address of a list with some of its filters changed; the page begins anew."""
    values = wanted.model_dump(exclude_defaults=True, exclude=_PASSING) | changes
    kept = {name: value for name, value in values.items() if value}
    return f"{path}?{urlencode(kept)}" if kept else path


def _list(
    tx: Transaction,
    request: Request,
    wanted: ListQuery,
    *,
    said: dict[str, Any] | None = None,
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
    done: SeveralView | None = None,
    status: int = 200,
) -> HTMLResponse:
    seen = queries.seen_as(tx)
    if seen == "publisher" and wanted.view == "board":
        require(tx, Action.LIST_REQUESTS, INSTALLATION)
        board = service.read_board(tx, wanted)
        context = {"board": board, "chips": [], **_common(wanted, board)}
        return show(tx, request, "requests/board.html", **context, **_filters(tx, wanted))
    found = service.list_requests(tx, wanted)
    template = _TEMPLATES[found.seen_as]
    inside = _filters(tx, wanted) if seen == "publisher" else {}
    return show(
        tx,
        request,
        f"requests/{template}.html",
        status=status,
        found=found,
        chips=_chips(found, wanted),
        can_ask=seen == "asker" and bool(queries.open_reviews(tx)),
        said=said,
        typed=_NOTHING_TYPED | (typed or {}),
        errors=errors or {},
        done=done,
        **_common(wanted, found),
        **inside,
    )


def _common(wanted: ListQuery, found: RequestList | Board) -> dict[str, Any]:
    kept = wanted.model_dump(exclude_defaults=True, exclude=_PASSING)
    return {
        "wanted": wanted,
        "counts": {chip.show: chip.count for chip in found.chips},
        "more": found.more,
        "filtered": bool(kept.keys() - {"sort", "view"}),
        "csv_href": address(wanted, "/requests.csv", view=""),
        "table_href": address(wanted, view=""),
        "board_href": address(wanted, view="board", show=""),
        "here": urlencode(kept),
        "types": options(TYPES.items()),
        "dues": options(_DUE.items()),
        "labels": CHIPS["publisher"],
        "href_of": lambda **changes: address(wanted, **{"view": "", **changes}),
    }


def _chips(found: RequestList, wanted: ListQuery) -> list[dict[str, Any]]:
    words = CHIPS[found.seen_as]
    default = found.chips[0].show
    return [
        {
            "label": words[chip.show],
            "href": address(wanted, show="" if chip.show == default else chip.show),
            "current": chip.show == found.show,
            "count": f"{chip.count}+" if found.more and chip.count else chip.count,
        }
        for chip in found.chips
        if chip.show == found.show
        or (chip.show not in _LINKED and (chip.count or chip.show not in _RARE))
    ]


def _filters(tx: Transaction, wanted: ListQuery) -> dict[str, Any]:
    """Give what the queue can be filtered by, and what the chosen can be given."""
    teams, people = parts.team_options(tx), queries.possible_responders(tx)
    nobody = [("none", "Nobody yet")]
    return {
        "askers": options(listing.askers(tx)),
        "teams": options(teams),
        "team_filter": options([*teams, ("none", "No team")]),
        "responders": options(people),
        "holder_filter": options([*people, *nobody]),
        "priorities": options(PRIORITIES.items()),
        "extensions": options(EXTENSIONS.items()),
        "can_act": may(tx, Action.TRIAGE_SEVERAL, INSTALLATION),
        "narrow": sum(
            bool(value)
            for value in (wanted.organisation, wanted.team, wanted.holder, wanted.type,
                          wanted.priority, wanted.due)
        ),
    }  # fmt: skip
