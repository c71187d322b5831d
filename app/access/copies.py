"""The part of the door through which a copy for one person leaves: a watermarked PDF, or its text.

The copy is of the edition that the grants which allow downloads lift, never of more: somebody may
read more here than they may take away.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import msgspec
from sqlalchemy import select

from app.access.decide import lifted_where, require
from app.access.editions import ActiveRedaction, active_redactions, edition_for
from app.access.release import watermark_lines
from app.access.released import EditionFacts
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import Target
from app.models.content import EditionPage
from app.rendering.layout import running_text, woven
from app.rendering.pixels import Pixels
from app.rendering.shapes import BuiltPage, PixelBox, PixelWord, Word
from app.rendering.streaming import stream_pdf
from app.rendering.watermark import marked_pixels, page_pixels
from app.storage.blobs import BlobStore
from app.transaction import Transaction

Form = Literal["pdf", "text"]


@dataclass(frozen=True)
class ReleasedCopy:
    """A copy on its way out: its edition, and its bytes as they are made."""

    edition: EditionFacts
    chunks: Iterator[bytes]


def release_copy(tx: Transaction, version_id: str, *, form: Form, number: str) -> ReleasedCopy:
    """Reveal a whole edition as a copy for the acting person; `number` names it in the log.

    The bytes are made while they are sent, from rows that are read now: they need no transaction.

    Raises:
        NotFound, Forbidden: no grant allows this person a copy.
        Unavailable: the edition is not built yet.
    """
    target = Target("version", version_id)
    require(tx, Action.DOWNLOAD_VERSION, target)
    codes = lifted_where(tx, Action.DOWNLOAD_VERSION, target)
    edition = edition_for(tx, version_id, at_most=codes)
    rows = tx.session.execute(
        select(EditionPage.__table__)
        .where(EditionPage.edition_id == edition.id)
        .order_by(EditionPage.page)
    ).all()
    pages = [(_page(row), str(row.image_digest)) for row in rows]
    tx.emit(
        Event(
            name="DownloadStarted",
            licence=Action.DOWNLOAD_VERSION,
            target=target,
            facts={
                "edition": edition.key,
                "lifted": list(edition.lifted),
                "withheld": list(edition.withheld),
                "pages": len(pages),
                "form": form,
                "copy": number,
            },
        )
    )
    if form == "text":
        removed = {r.id: r for r in active_redactions(tx, version_id)}
        owners = {row.page: row.boxes for row in rows}
        chunks = _text(pages, owners, removed, watermark_lines(tx))
    else:
        chunks = _pdf(pages, tx.installation.editions, watermark_lines(tx))
    return ReleasedCopy(edition, chunks)


def _page(row: Any) -> BuiltPage:
    return BuiltPage(
        number=row.page,
        width_px=row.width_px,
        height_px=row.height_px,
        width_pt=row.width_pt,
        height_pt=row.height_pt,
        png=b"",
        words=tuple(
            PixelWord(text, x, y, x + w, y + h)
            for text, x, y, w, h in msgspec.msgpack.decode(row.words)
        ),
        boxes_px=tuple(
            PixelBox(box["x"], box["y"], box["x"] + box["w"], box["y"] + box["h"])
            for box in row.boxes
        ),
    )


def _pdf(pages: list[tuple[BuiltPage, str]], editions: BlobStore, lines: str) -> Iterator[bytes]:
    def marked() -> Iterator[tuple[BuiltPage, Pixels]]:
        for page, digest in pages:
            pixels = page_pixels(digest, partial(editions.get, digest))
            yield page, marked_pixels(pixels, lines=lines)

    return stream_pdf(marked(), len(pages))


def _text(
    pages: list[tuple[BuiltPage, str]],
    boxes: dict[int, list[dict[str, Any]]],
    removed: dict[str, ActiveRedaction],
    lines: str,
) -> Iterator[bytes]:
    """Yield the words page by page, each redaction where it stands, with who this copy is for."""
    yield ("Copy for " + ", ".join(lines.split("\n")) + "\n").encode()
    for page, _ in pages:
        words = [Word(w.text, w.x0, w.y0, w.x1, w.y1) for w in page.words]
        gaps = _gaps(boxes[page.number], removed)
        text = running_text(woven(words, gaps))
        yield f"\n\nPage {page.number}\n\n{text}\n".encode()


def _gaps(boxes: Iterable[dict[str, Any]], removed: dict[str, ActiveRedaction]) -> list[Word]:
    """Give each redaction once a page, as a word in its first box."""
    found: dict[str, Word] = {}
    for box in boxes:
        for name in box["redactions"]:
            redaction = removed.get(name)
            if redaction is None or name in found:
                continue
            said = f"[removed, {', '.join(sorted(redaction.categories))}: {redaction.character}]"
            x, y = float(box["x"]), float(box["y"])
            found[name] = Word(said, x, y, x + float(box["w"]), y + float(box["h"]))
    return list(found.values())
