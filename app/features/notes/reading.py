"""Reading one's highlights and notes: texts and quotes by release, as one may read them now."""

from collections.abc import Sequence

from app.access.decide import as_reading, keep, may, require
from app.access.facts import remember_notes
from app.access.inside import version_around
from app.access.release import release, release_fields, select_words
from app.access.released import ReleasedPassage
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.passages import written
from app.domain.targets import INSTALLATION, PageRef, PassageRef, Target
from app.features.notes import queries
from app.features.notes.schemas import NoteFilter, NoteList, NotesExport, NoteView
from app.kernel.clock import now
from app.kernel.errors import NotFound, Unavailable
from app.models.notes import ReaderNote
from app.transaction import Transaction


def list_notes(tx: Transaction, wanted: NoteFilter, *, page: int = 1) -> NoteList:
    """List a page of the notes that are one's own or shared with one's organisation."""
    require(tx, Action.LIST_NOTES, INSTALLATION)
    statement = queries.matching(tx, wanted)
    rows = queries.page_of(tx, statement, page)
    views = note_views(tx, rows)
    _record(tx, Action.LIST_NOTES, "NotesRead", rows)
    return NoteList(
        rows=views,
        total=queries.count(tx, statement),
        versions=queries.noted_versions(tx),
    )


def read_note(tx: Transaction, note_id: str) -> NoteView:
    """Give one note."""
    require(tx, Action.READ_NOTE, Target("note", note_id))
    row = get_note(tx, note_id)
    view = note_views(tx, [row])[0]
    emit(tx, row, Action.READ_NOTE, "NotesRead")
    return view


def passage_for(tx: Transaction, version_id: str, page: int, span: str) -> ReleasedPassage:
    """Quote words (`12-30`) of a page on which somebody is about to keep a note.

    Raises:
        Invalid: no such words on the page; the field is `words`.
    """
    require(tx, Action.KEEP_NOTE, Target("version", version_id))
    first, _, last = span.partition("-")
    numbers = [int(n) if n.isdecimal() and len(n) < 7 else -1 for n in (first, last or first)]
    return select_words(tx, PageRef(version_id=version_id, page=page), *numbers)


def export_notes(tx: Transaction, wanted: NoteFilter) -> NotesExport:
    """Give all notes that a filter lets through as one document."""
    require(tx, Action.EXPORT_NOTES, INSTALLATION)
    rows = queries.all_of(tx, queries.matching(tx, wanted))
    views = note_views(tx, rows)
    _record(tx, Action.EXPORT_NOTES, "NotesExported", rows)
    return NotesExport(
        organisation=tx.actor.organisation_name,
        exported_at=now(),
        exported_by=tx.actor.name,
        notes=views,
    )


def own_notes(tx: Transaction) -> tuple[NoteView, ...]:
    """Give all one's notes for an export of one's work.

    It leaves the reading of a page with and without notes: else the log would tell which it was.
    """
    require(tx, Action.EXPORT_NOTES, INSTALLATION)
    rows = queries.all_of(tx, queries.matching(tx, NoteFilter()))
    version_id = version_around(tx, INSTALLATION, known=False)
    if version_id is not None:
        as_reading(tx, version_id)
        tx.emit(
            Event(
                name="NotesExported",
                licence=Action.EXPORT_NOTES,
                target=INSTALLATION,
                subject=Target("version", version_id),
                facts={"notes": [row.id for row in rows]},
            )
        )
    return note_views(tx, rows)


def get_note(tx: Transaction, note_id: str) -> ReaderNote:
    """Give a note's row; the caller has required its reading."""
    row = tx.session.get(ReaderNote, note_id)
    if row is None:
        raise NotFound
    return row


def note_views(tx: Transaction, rows: Sequence[ReaderNote]) -> tuple[NoteView, ...]:
    """Build the views of notes, each text and quote as the acting person may read it now."""
    remember_notes(tx, rows)
    kept = keep(tx, Action.READ_NOTE, rows, lambda row: Target("note", row.id))
    targets = [Target("note", row.id) for row in kept]
    for target in targets:
        require(tx, Action.READ_NOTE, target)
    texts = release_fields(tx, targets, field="text")
    passages = {row.id: _passage(tx, row) for row in kept}
    titles, writers = queries.titles_of(tx, kept), queries.writers_of(tx, kept)
    return tuple(
        NoteView(
            id=row.id,
            kind="note" if row.has_text else "highlight",
            version_id=row.version_id,
            report_title=titles[row.version_id][0],
            version_number=titles[row.version_id][1],
            page=row.page,
            at=written(passage.rects) if (passage := passages[row.id]) else "",
            quote=passage.quote if passage else None,
            text=(texts[row.id].body or "") if row.id in texts else "",
            mine=row.person_id == tx.actor.id,
            writer=writers.get(row.person_id, ""),
            shared=row.shared,
            removed=row.removed_at is not None,
            kept_at=row.kept_at,
            changed_at=row.changed_at,
        )
        for row in kept
    )


def emit(tx: Transaction, row: ReaderNote, licence: Action, name: str) -> None:
    """Record an act on one note; it stands in the log as a reading of its version."""
    target = Target("version", row.version_id)
    as_reading(tx, row.version_id)
    tx.emit(
        Event(
            name=name,
            licence=licence,
            target=target if licence is Action.KEEP_NOTE else Target("note", row.id),
            subject=target,
            facts={"note": row.id, "page": row.page, "shared": row.shared},
        )
    )


def _record(tx: Transaction, licence: Action, name: str, rows: Sequence[ReaderNote]) -> None:
    for version_id in sorted({row.version_id for row in rows}):
        as_reading(tx, version_id)
        notes = [row.id for row in rows if row.version_id == version_id]
        tx.emit(
            Event(
                name=name,
                licence=licence,
                target=INSTALLATION,
                subject=Target("version", version_id),
                facts={"notes": notes},
            )
        )


def _passage(tx: Transaction, row: ReaderNote) -> ReleasedPassage | None:
    """Give the place as this person's edition has it; None where they may not read it now."""
    if not may(tx, Action.READ_PAGE, Target("version", row.version_id)):
        return None
    rects = tuple((r[0], r[1], r[2], r[3]) for r in row.rects)
    ref = PassageRef(version_id=row.version_id, page=row.page, rects=rects)
    try:
        return release(tx, ref)
    except (NotFound, Unavailable):
        return None
