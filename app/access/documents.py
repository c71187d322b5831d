"""What the worker's jobs store and read back while they make editions: words, pages, documents.

Only the system side can see the tables behind these functions whole; nothing here answers a
request (that is `release`), and nothing here takes in a source file (that is `deposit`).
"""

from collections.abc import Iterator, Mapping, Set
from datetime import datetime

import msgspec
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.access.deposit import source_page
from app.kernel.clock import now
from app.models.content import (
    EditionPage,
    SectionTitle,
    SourcePage,
    SourceSurvey,
    UnconfirmedWord,
)
from app.models.reports import Edition, Section
from app.rendering import shapes as rendering
from app.rendering.shapes import BuiltPage, ExtractedPage, PixelBox, PixelWord
from app.transaction import Transaction


def source_pages_stored(tx: Transaction, version_id: str) -> set[int]:
    """Give the numbers of the source pages whose words are stored."""
    return set(
        tx.session.scalars(select(SourcePage.page).where(SourcePage.version_id == version_id))
    )


def source_pages(tx: Transaction, version_id: str) -> dict[int, ExtractedPage]:
    """Give all words of all pages of a source by page number."""
    numbers = sorted(source_pages_stored(tx, version_id))
    return {number: source_page(tx, version_id, number) for number in numbers}


def unconfirmed_counts(tx: Transaction, version_id: str) -> dict[str, int]:
    """Count the words in doubt, and those that the file holds but nobody can see on its pages."""
    rows = tx.session.execute(
        select(UnconfirmedWord.inked, func.count())
        .where(UnconfirmedWord.version_id == version_id)
        .group_by(UnconfirmedWord.inked)
    )
    counts: dict[bool, int] = dict(rows.all())
    return {"doubtful_words": counts.get(True, 0), "hidden_words": counts.get(False, 0)}


def words_to_read(
    tx: Transaction, version_id: str, *, most: int
) -> dict[int, list[tuple[int, rendering.Word]]]:
    """Give visible words in doubt that nobody has tried to read, by page: (place, word) each."""
    rows = tx.session.scalars(
        select(UnconfirmedWord)
        .where(
            UnconfirmedWord.version_id == version_id,
            UnconfirmedWord.inked,
            UnconfirmedWord.read_as.is_(None),
            UnconfirmedWord.decided_at.is_(None),
        )
        .order_by(UnconfirmedWord.page, UnconfirmedWord.place)
        .limit(most)
    )
    found: dict[int, list[tuple[int, rendering.Word]]] = {}
    for row in rows:
        word = rendering.Word(row.text, row.x0, row.y0, row.x1, row.y1)
        found.setdefault(row.page, []).append((row.place, word))
    return found


def deposit_readings(
    tx: Transaction, version_id: str, page: int, read: Mapping[int, str], confirmed: Set[int]
) -> None:
    """Put down what the recogniser read in the places of words, and which of them that confirms.

    A word on which a person has decided meanwhile is left as it is.
    """
    for place, text in read.items():
        agrees = {"confirmed": True, "decided_at": now()} if place in confirmed else {}
        tx.session.execute(
            update(UnconfirmedWord)
            .where(
                UnconfirmedWord.version_id == version_id,
                UnconfirmedWord.page == page,
                UnconfirmedWord.place == place,
                UnconfirmedWord.decided_at.is_(None),
            )
            .values(read_as=text, **agrees)
        )


def deposit_survey(tx: Transaction, version_id: str, survey: rendering.SourceSurvey) -> None:
    """Store what a source holds beside its pages, for the author's report."""
    body = msgspec.to_builtins(survey, str_keys=True)
    tx.session.execute(
        insert(SourceSurvey)
        .values(version_id=version_id, body=body)
        .on_conflict_do_update(index_elements=["version_id"], set_={"body": body})
    )


def settled_after(tx: Transaction, version_id: str) -> datetime | None:
    """Give when somebody last confirmed a word of a version, or took that back."""
    latest = select(func.max(UnconfirmedWord.decided_at))
    return tx.session.scalars(latest.where(UnconfirmedWord.version_id == version_id)).one()


def clear_source(tx: Transaction, version_id: str) -> None:
    """Remove what ingestion has stored of a version: words, titles, sections."""
    for table in (SourcePage, UnconfirmedWord, SourceSurvey, SectionTitle, Section):
        tx.session.execute(delete(table).where(table.version_id == version_id))


def edition_pages_stored(tx: Transaction, edition_id: str) -> int:
    """Count the pages that an edition has already."""
    return tx.session.scalars(
        select(func.count()).select_from(EditionPage).where(EditionPage.edition_id == edition_id)
    ).one()


def edition_page_states(tx: Transaction, edition_id: str) -> dict[int, str]:
    """Give the pages that an edition has already: number → name of its state."""
    rows = tx.session.execute(
        select(EditionPage.page, EditionPage.state_key).where(EditionPage.edition_id == edition_id)
    )
    return dict(rows.all())


def pages_without_fine_picture(
    tx: Transaction, version_id: str, key: str, *, first: int, last: int
) -> dict[int, str]:
    """Give the pages of a finished edition that have no finer picture yet: number → state."""
    rows = tx.session.execute(
        select(EditionPage.page, EditionPage.state_key)
        .join(Edition, Edition.id == EditionPage.edition_id)
        .where(
            Edition.version_id == version_id,
            Edition.key == key,
            Edition.state == "ready",
            EditionPage.page.between(first, last),
            EditionPage.fine_digest.is_(None),
        )
        .order_by(EditionPage.page)
    )
    return {row.page: row.state_key for row in rows}


def built_pages(tx: Transaction, edition_id: str, *, images: bool) -> Iterator[BuiltPage]:
    """Yield the stored pages of an edition in order; without `images` their pixels are left out."""
    rows = tx.session.scalars(
        select(EditionPage).where(EditionPage.edition_id == edition_id).order_by(EditionPage.page)
    )
    for row in rows:
        words = msgspec.msgpack.decode(row.words)
        yield BuiltPage(
            number=row.page,
            width_px=row.width_px,
            height_px=row.height_px,
            width_pt=row.width_pt,
            height_pt=row.height_pt,
            png=tx.installation.editions.get(row.image_digest) if images else b"",
            words=tuple(PixelWord(text, x, y, x + w, y + h) for text, x, y, w, h in words),
            boxes_px=tuple(
                PixelBox(box["x"], box["y"], box["x"] + box["w"], box["y"] + box["h"])
                for box in row.boxes
            ),
        )


def open_document(tx: Transaction, digest: str) -> bytes:
    """Give the stored document of an edition to a job that checks it."""
    return tx.installation.editions.get(digest)


def deposit_document(tx: Transaction, content: bytes) -> str:
    """Store the bound document of an edition; gives its digest (SHA-256)."""
    return tx.installation.editions.put(content)
