"""Pages of one's highlights and notes."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse

from app.access.decide import require
from app.domain.actions import Action
from app.domain.passages import written
from app.domain.targets import Target
from app.features.notes import queries, reading, service
from app.features.notes.asked import FORMATS, filter_of
from app.features.notes.schemas import ChangeNote, KeepNote, NoteFilter, NoteList, NoteView
from app.kernel.actor import Side
from app.kernel.errors import Invalid
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()

Typed = dict[str, object]


@routes.page("/notes", action=Action.LIST_NOTES)
def list_page(
    tx: Tx,
    request: Request,
    version: str = "",
    kind: str = "",
    whose: str = "",
    removed: str = "",
    gone: str = "",
    page: int = 1,
) -> HTMLResponse:
    """Show one's notes; `gone` is one that was just removed, to be brought back."""
    wanted = filter_of(version=version, kind=kind, whose=whose, removed=removed)
    page = max(page, 1)
    found = reading.list_notes(tx, wanted, page=page)
    return show(
        tx,
        request,
        "notes/list.html",
        found=found,
        wanted=wanted,
        query=_query(wanted),
        gone=gone if gone.startswith("rdn_") else "",
        page=page,
        pages=max(1, -(-found.total // queries.PAGE_SIZE)),
        chips=_chips(tx, wanted),
        versions=_versions(wanted, found),
    )


@routes.page("/notes/export", action=Action.EXPORT_NOTES)
def export_page(
    tx: Tx,
    version: str = "",
    kind: str = "",
    whose: str = "",
    removed: str = "",
    format: str = "json",
) -> Response:
    """Hand one's notes out as a file."""
    media_type, ending, write = FORMATS.get(format, FORMATS["json"])
    wanted = filter_of(version=version, kind=kind, whose=whose, removed=removed)
    export = reading.export_notes(tx, wanted)
    name = f"notes-{export.exported_at:%Y-%m-%d}.{ending}"
    return Response(
        write(export),
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@routes.page("/versions/{version_id}/notes", action=Action.KEEP_NOTE)
def new_page(tx: Tx, request: Request, version_id: str, page: int = 1, words: str = "") -> Response:
    """Show the form of a note on words that were chosen."""
    try:
        return _new_page(tx, request, version_id, page, words)
    except Invalid:
        return see_other(f"/versions/{version_id}/pages/{page}")


def _new_page(
    tx: Transaction,
    request: Request,
    version_id: str,
    page: int,
    words: str,
    *,
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
) -> HTMLResponse:
    passage = reading.passage_for(tx, version_id, page, words)
    return show(
        tx,
        request,
        "notes/new.html",
        status=422 if errors else 200,
        version_id=version_id,
        page=page,
        words=words,
        quote=passage.quote,
        back=f"/versions/{version_id}/pages/{page}?{urlencode({'at': written(passage.rects)})}",
        can_share=tx.actor.side is Side.REVIEWER,
        typed=typed or {},
        errors=errors or {},
    )


@routes.form("/versions/{version_id}/notes", action=Action.KEEP_NOTE)
def keep_form(
    tx: Tx,
    request: Request,
    version_id: str,
    page: Annotated[int, Form()] = 1,
    words: Annotated[str, Form()] = "",
    word_from: Annotated[str, Form()] = "",
    word_to: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
    shared: Annotated[str, Form()] = "",
    zoom: Annotated[str, Form(max_length=20)] = "",
    view: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Keep a passage; the words come as `12-30`, or as two numbers.

    `zoom` and `view` say how the page was looked at, to go back to it so.
    """
    first, _, last = words.partition("-")
    typed: Typed = {"text": text, "shared": shared == "yes"}
    span = {"word_from": first or word_from, "word_to": last or word_to or first}
    require(tx, Action.KEEP_NOTE, Target("version", version_id))
    try:
        note = service.keep_note(
            tx, version_id, command_from(KeepNote, {"page": page, **span, **typed})
        )
    except Invalid as error:
        tx.rollback()
        if not {"text", "shared"} & set(error.fields):  # without words there is no form to show
            raise
        return _new_page(tx, request, version_id, page, words, typed=typed, errors=error.fields)
    return see_other(_passage(note, zoom=zoom, view=view))


@routes.page("/notes/{note_id}", action=Action.READ_NOTE)
def note_page(tx: Tx, request: Request, note_id: str) -> HTMLResponse:
    """Show one note, to read or to change."""
    return _note_page(tx, request, note_id)


def _note_page(
    tx: Transaction,
    request: Request,
    note_id: str,
    *,
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
) -> HTMLResponse:
    note = reading.read_note(tx, note_id)
    return show(
        tx,
        request,
        "notes/detail.html",
        status=422 if errors else 200,
        note=note,
        passage=_passage(note),
        can_share=tx.actor.side is Side.REVIEWER,
        typed=typed or {"text": note.text, "shared": note.shared},
        errors=errors or {},
    )


@routes.form("/notes/{note_id}", action=Action.CHANGE_NOTE)
def change_form(
    tx: Tx,
    request: Request,
    note_id: str,
    text: Annotated[str, Form()] = "",
    shared: Annotated[str, Form()] = "",
) -> Response:
    """Write a note's text anew."""
    typed: Typed = {"text": text, "shared": shared == "yes"}
    try:
        note = service.change_note(tx, note_id, command_from(ChangeNote, typed))
    except Invalid as error:
        tx.rollback()
        return _note_page(tx, request, note_id, typed=typed, errors=error.fields)
    return see_other(f"/notes?version={note.version_id}#{note.id}")


@routes.form("/notes/{note_id}/remove", action=Action.CHANGE_NOTE)
def remove_form(tx: Tx, note_id: str, back: Annotated[str, Form()] = "") -> Response:
    """Remove a note, and go back to where it was removed from."""
    note = service.remove_note(tx, note_id)
    if back == "page" and note.quote is not None:
        return see_other(f"/versions/{note.version_id}/pages/{note.page}?gone={note.id}")
    return see_other(f"/notes?version={note.version_id}&gone={note.id}")


@routes.form("/notes/{note_id}/restore", action=Action.CHANGE_NOTE)
def restore_form(tx: Tx, note_id: str, back: Annotated[str, Form()] = "") -> Response:
    """Bring a removed note back."""
    note = service.restore_note(tx, note_id)
    if back == "page" and note.quote is not None:
        return see_other(_passage(note))
    return see_other(f"/notes?version={note.version_id}#{note.id}")


def _passage(note: NoteView, **look: str) -> str:
    place = urlencode({"at": note.at, **{name: value for name, value in look.items() if value}})
    return f"/versions/{note.version_id}/pages/{note.page}?{place}#place"


def _query(wanted: NoteFilter, **other: str) -> str:
    kept = {
        "version": wanted.version,
        "kind": wanted.kind,
        "whose": wanted.whose,
        "removed": "yes" if wanted.removed else "",
    } | other
    return urlencode({name: value for name, value in kept.items() if value})


def _chips(tx: Transaction, wanted: NoteFilter) -> list[dict[str, object]]:
    kinds = (("All", "", "", ""), ("Notes", "note", "", ""), ("Highlights", "highlight", "", ""))
    own = (("Mine", "", "mine", ""), ("Shared", "", "shared", ""))
    rest = (("Removed", "", "", "yes"),)
    offered = (*kinds, *(own if tx.actor.side is Side.REVIEWER else ()), *rest)
    chosen = (wanted.kind, wanted.whose, "yes" if wanted.removed else "")
    return [
        {
            "label": label,
            "href": f"/notes?{_query(wanted, kind=kind, whose=whose, removed=removed)}",
            "current": (kind, whose, removed) == chosen,
        }
        for label, kind, whose, removed in offered
    ]


def _versions(wanted: NoteFilter, found: NoteList) -> list[dict[str, object]]:
    every: dict[str, object] = {
        "label": "Every report",
        "href": f"/notes?{_query(wanted, version='')}",
        "current": not wanted.version,
    }
    return [
        every,
        *(
            {
                "label": f"{version.title}, version {version.number}",
                "href": f"/notes?{_query(wanted, version=version.id)}",
                "current": version.id == wanted.version,
                "count": version.count,
            }
            for version in found.versions
        ),
    ]
