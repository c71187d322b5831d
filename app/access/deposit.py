"""How guarded content comes in: texts with their writer's sensitivity, sources, pages, editions.

Only the worker opens a source again, under a job's own principal, and each opening is recorded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.access.decide import require
from app.access.editions import lifted_codes
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import Target
from app.kernel.actor import Side
from app.kernel.clock import now
from app.kernel.errors import NotFound, ProgrammingFault
from app.kernel.ids import new_id
from app.models.content import (
    EditionOutline,
    EditionPage,
    GuardedField,
    SectionTitle,
    SourcePage,
    UnconfirmedWord,
)
from app.models.reports import Version
from app.rendering.layout import woven
from app.rendering.shapes import ExtractedPage, PixelWord, Word
from app.storage.sources import OpenableSources
from app.transaction import Transaction

MOST_UNCONFIRMED = 5000
"""Of one page; who hides more than that gets none of the rest confirmed."""

_BOTH = text(
    "ARRAY(SELECT DISTINCT unnest(guarded_fields.sensitivity || excluded.sensitivity) ORDER BY 1)"
)


def deposit_field(
    tx: Transaction,
    subject: Target,
    *,
    field: str,
    body: str,
    version_id: str | None,
    organisation_id: str | None,
    shared: bool,
    at_least: Iterable[str] = (),
) -> None:
    """Store or replace a guarded text; it inherits what its writer has lifted on the version.

    Args:
        tx: the transaction; its actor is the writer.
        subject: what the text belongs to, such as a request.
        field: its name there, such as `question`.
        body: the text.
        version_id: the version whose categories decide who may read it.
        organisation_id: the reviewer organisation whose business it is.
        shared: False keeps it internal to the side that wrote it.
        at_least: categories that a reader needs besides, for a text taken from elsewhere.
    """
    tx.memory.pop(("fields", subject.id), None)
    lifted = lifted_codes(tx, version_id) if version_id else frozenset()
    sensitivity = sorted(lifted | set(at_least))
    side = "reviewer" if tx.actor.side is Side.REVIEWER else "publisher"
    values: dict[str, Any] = {
        "body": body,
        "version_id": version_id,
        "sensitivity": sensitivity,
        "side": side,
        "shared": shared,
        "written_by": tx.actor.id,
        "written_at": now(),
    }
    tx.session.execute(
        insert(GuardedField)
        .values(
            id=new_id("field"),
            subject_kind=subject.kind,
            subject_id=subject.id,
            field=field,
            organisation_id=organisation_id,
            **values,
        )
        .on_conflict_do_update(
            index_elements=["subject_id", "field"],
            # An organisation's people read each other's drafts whatever they have lifted
            # themselves: who edits one cannot make it less sensitive.
            set_={**values, "sensitivity": _BOTH} if side == "reviewer" else values,
        )
    )


def copy_field(
    tx: Transaction, subject: Target, *, field: str, to: Target, to_field: str, organisation_id: str
) -> bool:
    """Give a text of the publisher to one organisation as well: the same words, as sensitive.

    Nobody reads it on the way, so it is for jobs too; gives False where there is no such text.

    Args:
        tx: the transaction; whoever calls has had the act decided.
        subject: what the text belongs to.
        field: its name there.
        to: what the copy belongs to, such as a review.
        to_field: its name there.
        organisation_id: the reviewer organisation whose business the copy is.
    """
    row = tx.session.scalars(
        select(GuardedField).where(
            GuardedField.subject_id == subject.id, GuardedField.field == field
        )
    ).one_or_none()
    if row is None or row.side != "publisher":
        return False
    tx.memory.pop(("fields", to.id), None)
    tx.session.add(
        GuardedField(
            id=new_id("field"),
            subject_kind=to.kind,
            subject_id=to.id,
            field=to_field,
            body=row.body,
            version_id=row.version_id,
            sensitivity=list(row.sensitivity),
            organisation_id=organisation_id,
            side=row.side,
            shared=True,
            written_by=row.written_by,
            written_at=row.written_at,
        )
    )
    tx.session.flush()
    return True


def kept_sensitivity(tx: Transaction, subject: Target) -> frozenset[str]:
    """Give all categories that the stored texts of a subject need together, whoever wrote them.

    For texts written later: a writer whose grant has ended still knows what those texts say.
    """
    rows = tx.session.scalars(
        select(GuardedField.sensitivity).where(
            GuardedField.subject_kind == subject.kind, GuardedField.subject_id == subject.id
        )
    )
    return frozenset(code for row in rows for code in row)


def share_field(
    tx: Transaction, subject: Target, *, field: str, narrowed_to: Sequence[str]
) -> None:
    """Share a text of one's own side with the other, narrowed by a recorded statement.

    The caller emits the event that says who stated that the text holds nothing withheld.

    Args:
        tx: the transaction.
        subject: what the text belongs to.
        field: its name there.
        narrowed_to: the categories a reader still needs; empty: none.
    """
    row = tx.session.scalars(
        select(GuardedField).where(
            GuardedField.subject_id == subject.id, GuardedField.field == field
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    row.shared = True
    row.sensitivity = sorted(set(row.sensitivity) & set(narrowed_to))


def deposit_source(tx: Transaction, content: bytes) -> str:
    """Seal a source file so that only the worker can open it; gives its digest (SHA-256)."""
    return tx.installation.sources.put(content)


def open_source(tx: Transaction, version_id: str) -> bytes:
    """Open the source of a version for a job; recorded like any other access."""
    target = Target("version", version_id)
    require(tx, Action.OPEN_SOURCE, target)
    sources = tx.installation.sources
    if not isinstance(sources, OpenableSources):
        raise ProgrammingFault("this process was not given the key of the sources")
    digest = tx.session.scalars(select(Version.source_digest).where(Version.id == version_id)).one()
    content = sources.get(digest)
    tx.emit(
        Event(
            name="SourceOpened",
            licence=Action.OPEN_SOURCE,
            target=target,
            facts={"digest": digest},
        )
    )
    return content


def deposit_source_page(tx: Transaction, version_id: str, page: ExtractedPage) -> None:
    """Store (or store again) all words of a source page; only the system side can read them.

    What no pixels confirmed is put down a second time, for a person to look at.
    """
    values: dict[str, Any] = {
        "width_pt": page.width_pt,
        "height_pt": page.height_pt,
        "words": _pack_points(page.words),
        "hidden": _pack_points(page.hidden),
    }
    tx.session.execute(
        insert(SourcePage)
        .values(version_id=version_id, page=page.number, **values)
        .on_conflict_do_update(index_elements=["version_id", "page"], set_=values)
    )
    here = (UnconfirmedWord.version_id == version_id) & (UnconfirmedWord.page == page.number)
    tx.session.execute(delete(UnconfirmedWord).where(here))
    tx.session.add_all(
        UnconfirmedWord(
            version_id=version_id, page=page.number, place=place, text=word.text,
            x0=word.x0, y0=word.y0, x1=word.x1, y1=word.y1, inked=place < page.doubtful,
        )
        for place, word in enumerate(page.hidden[:MOST_UNCONFIRMED])
    )  # fmt: skip
    tx.session.flush()


def source_page(tx: Transaction, version_id: str, number: int) -> ExtractedPage:
    """Give all words of a source page to a job; those that a person confirmed among the others."""
    row = tx.session.get(SourcePage, (version_id, number))
    if row is None:
        raise NotFound
    words, hidden = _unpack_points(row.words), _unpack_points(row.hidden)
    confirmed = tuple(
        tx.session.scalars(
            select(UnconfirmedWord.place)
            .where(
                UnconfirmedWord.version_id == version_id,
                UnconfirmedWord.page == number,
                UnconfirmedWord.confirmed,
            )
            .order_by(UnconfirmedWord.place)
        )
        if hidden
        else ()
    )
    return ExtractedPage(
        number=number,
        width_pt=row.width_pt,
        height_pt=row.height_pt,
        words=woven(words, [hidden[place] for place in confirmed]),
        hidden=tuple(word for place, word in enumerate(hidden) if place not in confirmed),
        confirmed=confirmed,
    )


def deposit_section_titles(tx: Transaction, version_id: str, titles: dict[str, str]) -> None:
    """Store the outline's titles as the source has them, by section id (system side only)."""
    tx.session.execute(delete(SectionTitle).where(SectionTitle.version_id == version_id))
    tx.session.add_all(
        SectionTitle(section_id=section, version_id=version_id, title=title)
        for section, title in titles.items()
    )
    tx.session.flush()


def section_titles(tx: Transaction, version_id: str) -> dict[str, str]:
    """Give the source's titles by section id to a job."""
    rows = tx.session.execute(
        select(SectionTitle.section_id, SectionTitle.title).where(
            SectionTitle.version_id == version_id
        )
    )
    return {row.section_id: row.title for row in rows}


@dataclass(frozen=True, kw_only=True)
class PageDeposit:
    """A built page of an edition, ready to be stored."""

    number: int
    state_key: str
    image: bytes
    width_px: int
    height_px: int
    width_pt: float
    height_pt: float
    words: Sequence[PixelWord]
    boxes: Sequence[dict[str, Any]]


def deposit_edition_page(
    tx: Transaction, *, edition_id: str, version_id: str, page: PageDeposit
) -> None:
    """Store a built page: its image by digest, its permitted words and its boxes."""
    digest = tx.installation.editions.put(page.image)
    words = [[w.text, w.x0, w.y0, w.x1 - w.x0, w.y1 - w.y0] for w in page.words]
    values: dict[str, Any] = {
        "state_key": page.state_key,
        "image_digest": digest,
        "fine_digest": None,  # that of another state, if there was one
        "width_px": page.width_px,
        "height_px": page.height_px,
        "width_pt": page.width_pt,
        "height_pt": page.height_pt,
        "words": msgspec.msgpack.encode(words),
        "boxes": list(page.boxes),
    }
    tx.session.execute(
        insert(EditionPage)
        .values(edition_id=edition_id, page=page.number, version_id=version_id, **values)
        .on_conflict_do_update(index_elements=["edition_id", "page"], set_=values)
    )


def share_edition_page(
    tx: Transaction, *, edition_id: str, version_id: str, page: int, state_key: str
) -> bool:
    """Reuse a page that another edition already has in the same state; False when none has."""
    stored = tx.session.scalars(
        select(EditionPage).where(EditionPage.state_key == state_key, EditionPage.page == page)
    ).first()
    if stored is None:
        return False
    columns = ("state_key", "image_digest", "fine_digest", "width_px", "height_px",
               "width_pt", "height_pt", "words", "boxes")  # fmt: skip
    values = {name: getattr(stored, name) for name in columns} | {"version_id": version_id}
    tx.session.execute(
        insert(EditionPage)
        .values(edition_id=edition_id, page=page, **values)
        .on_conflict_do_update(index_elements=["edition_id", "page"], set_=values)
    )
    return True


def deposit_fine_picture(tx: Transaction, *, page: int, state_key: str, image: bytes) -> None:
    """Store the finer picture of a page for every edition that has it in this state."""
    digest = tx.installation.editions.put(image)
    tx.session.execute(
        update(EditionPage)
        .where(EditionPage.state_key == state_key, EditionPage.page == page)
        .values(fine_digest=digest)
    )


def deposit_outline(
    tx: Transaction, *, edition_id: str, version_id: str, entries: list[dict[str, Any]]
) -> None:
    """Store the outline of an edition: only titles whose every word is permitted."""
    tx.session.execute(
        insert(EditionOutline)
        .values(edition_id=edition_id, version_id=version_id, entries=entries)
        .on_conflict_do_update(index_elements=["edition_id"], set_={"entries": entries})
    )


def _pack_points(words: Sequence[Word]) -> bytes:
    packed: bytes = msgspec.msgpack.encode([[w.text, w.x0, w.y0, w.x1, w.y1] for w in words])
    return packed


def _unpack_points(packed: bytes) -> tuple[Word, ...]:
    return tuple(
        Word(text, x0, y0, x1, y1) for text, x0, y0, x1, y1 in msgspec.msgpack.decode(packed)
    )
