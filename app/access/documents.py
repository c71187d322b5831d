"""What the worker's jobs store and read back while they make editions: words, pages, documents.

Only the system side can see the tables behind these functions whole; nothing here answers a
request (that is `release`), and nothing here takes in a source file (that is `deposit`).
"""

from collections.abc import Iterator

import msgspec
from sqlalchemy import delete, func, select

from app.access.deposit import source_page
from app.models.content import EditionPage, SectionTitle, SourcePage
from app.models.reports import Section
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


def hidden_words(tx: Transaction, version_id: str) -> int:
    """Count the words that the source file holds but nobody can see on its pages."""
    rows = tx.session.scalars(select(SourcePage.hidden).where(SourcePage.version_id == version_id))
    return sum(len(msgspec.msgpack.decode(row)) for row in rows)


def clear_source(tx: Transaction, version_id: str) -> None:
    """Remove what ingestion has stored of a version: words, titles, sections."""
    for table in (SourcePage, SectionTitle, Section):
        tx.session.execute(delete(table).where(table.version_id == version_id))


def edition_pages_stored(tx: Transaction, edition_id: str) -> int:
    """Count the pages that an edition has already."""
    return tx.session.scalars(
        select(func.count()).select_from(EditionPage).where(EditionPage.edition_id == edition_id)
    ).one()


def edition_page_numbers(tx: Transaction, edition_id: str) -> set[int]:
    """Give the numbers of the pages that an edition has already."""
    return set(
        tx.session.scalars(select(EditionPage.page).where(EditionPage.edition_id == edition_id))
    )


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


def deposit_document(tx: Transaction, content: bytes) -> str:
    """Store the bound document of an edition; gives its digest (SHA-256)."""
    return tx.installation.editions.put(content)
