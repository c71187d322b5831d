"""JSON API of highlights and notes: the same services as the pages."""

from app.domain.actions import Action
from app.features.notes import reading, service
from app.features.notes.asked import filter_of
from app.features.notes.schemas import ChangeNote, KeepNote, NoteList, NotesExport, NoteView
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["notes"])


@routes.read("/notes", action=Action.LIST_NOTES, response_model=NoteList)
def list_notes(
    tx: Tx, version: str = "", kind: str = "", whose: str = "", removed: str = "", page: int = 1
) -> NoteList:
    """List the caller's notes, and those shared with the caller's organisation."""
    wanted = filter_of(version=version, kind=kind, whose=whose, removed=removed)
    return reading.list_notes(tx, wanted, page=max(page, 1))


@routes.read("/notes/export", action=Action.EXPORT_NOTES, response_model=NotesExport)
def export_notes(
    tx: Tx, version: str = "", kind: str = "", whose: str = "", removed: str = ""
) -> NotesExport:
    """Give them all as one document."""
    wanted = filter_of(version=version, kind=kind, whose=whose, removed=removed)
    return reading.export_notes(tx, wanted)


@routes.act(
    "/versions/{version_id}/notes",
    action=Action.KEEP_NOTE,
    response_model=NoteView,
    status_code=201,
)
def keep_note(tx: Tx, version_id: str, command: KeepNote) -> NoteView:
    """Keep a passage of the caller's edition, with a text or without."""
    return service.keep_note(tx, version_id, command)


@routes.read("/notes/{note_id}", action=Action.READ_NOTE, response_model=NoteView)
def read_note(tx: Tx, note_id: str) -> NoteView:
    """Give a note."""
    return reading.read_note(tx, note_id)


@routes.act("/notes/{note_id}", action=Action.CHANGE_NOTE, response_model=NoteView)
def change_note(tx: Tx, note_id: str, command: ChangeNote) -> NoteView:
    """Write a note's text anew."""
    return service.change_note(tx, note_id, command)


@routes.act("/notes/{note_id}/remove", action=Action.CHANGE_NOTE, response_model=NoteView)
def remove_note(tx: Tx, note_id: str) -> NoteView:
    """Remove a note."""
    return service.remove_note(tx, note_id)


@routes.act("/notes/{note_id}/restore", action=Action.CHANGE_NOTE, response_model=NoteView)
def restore_note(tx: Tx, note_id: str) -> NoteView:
    """Bring a removed note back."""
    return service.restore_note(tx, note_id)
