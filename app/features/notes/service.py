"""Keeping, changing, removing and bringing back one's own highlights and notes."""

from app.access.decide import require
from app.access.deposit import deposit_field
from app.access.facts import forget
from app.access.release import select_words
from app.domain.actions import Action
from app.domain.targets import PageRef, Target
from app.features.notes.reading import emit, note_views
from app.features.notes.schemas import ChangeNote, KeepNote, NoteView
from app.kernel.actor import Side
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.ids import new_id
from app.models.notes import ReaderNote
from app.transaction import Transaction


def keep_note(tx: Transaction, version_id: str, command: KeepNote) -> NoteView:
    """Keep a passage of one's own edition, with a text or without.

    Raises:
        Invalid: no such words on the page (`words`), or shared where nothing is (`shared`).
    """
    require(tx, Action.KEEP_NOTE, Target("version", version_id))
    _check_sharing(tx, shared=command.shared)
    page = PageRef(version_id=version_id, page=command.page)
    passage = select_words(tx, page, command.word_from, command.word_to)
    row = ReaderNote(
        id=new_id("reader_note"),
        person_id=tx.actor.id,
        organisation_id=tx.actor.organisation_id or "",
        version_id=version_id,
        page=command.page,
        rects=[list(rect) for rect in passage.rects],
        has_text=bool(command.text),
        shared=command.shared,
        kept_at=now(),
        changed_at=now(),
    )
    tx.session.add(row)
    tx.session.flush()
    _deposit(tx, row, command.text)
    emit(tx, row, Action.KEEP_NOTE, "NoteKept")
    return note_views(tx, [row])[0]


def change_note(tx: Transaction, note_id: str, command: ChangeNote) -> NoteView:
    """Write a note's text anew and say who sees it: its writer alone, or the organisation."""
    row = _lock(tx, note_id)
    if row.removed_at is not None:
        raise Conflict("This note was removed.", remedy="Bring it back first.")
    _check_sharing(tx, shared=command.shared)
    had_text, row.has_text = row.has_text, bool(command.text)
    row.shared, row.changed_at = command.shared, now()
    tx.session.flush()
    if had_text or command.text:
        _deposit(tx, row, command.text, always=True)
    return _done(tx, row, "NoteChanged")


def remove_note(tx: Transaction, note_id: str) -> NoteView:
    """Remove a note; its writer may bring it back."""
    row = _lock(tx, note_id)
    if row.removed_at is not None:
        raise Conflict("This note is removed already.")
    row.removed_at = now()
    return _done(tx, row, "NoteRemoved")


def restore_note(tx: Transaction, note_id: str) -> NoteView:
    """Bring a removed note back."""
    row = _lock(tx, note_id)
    if row.removed_at is None:
        raise Conflict("This note is not removed.")
    row.removed_at = None
    return _done(tx, row, "NoteRestored")


def _lock(tx: Transaction, note_id: str) -> ReaderNote:
    require(tx, Action.CHANGE_NOTE, Target("note", note_id))
    row = tx.session.get(ReaderNote, note_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    return row


def _done(tx: Transaction, row: ReaderNote, name: str) -> NoteView:
    tx.session.flush()
    forget(tx, Target("note", row.id))
    emit(tx, row, Action.CHANGE_NOTE, name)
    return note_views(tx, [row])[0]


def _check_sharing(tx: Transaction, *, shared: bool) -> None:
    if shared and tx.actor.side is not Side.REVIEWER:
        raise Invalid(fields={"shared": "Notes inside the publisher are their writer's alone."})


def _deposit(tx: Transaction, row: ReaderNote, text: str, *, always: bool = False) -> None:
    if not text and not always:
        return
    deposit_field(
        tx,
        Target("note", row.id),
        field="text",
        body=text,
        version_id=row.version_id,
        organisation_id=row.organisation_id,
        shared=False,
    )
