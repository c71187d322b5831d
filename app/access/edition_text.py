"""The words of a whole edition with its gaps among them, for comparing two versions.

A gap stands as one █ where it begins, whatever lies under it and however long it is. Nothing here
decides who may read an edition: whoever calls has had that decided.
"""

import hashlib
from collections.abc import Collection, Iterable

from sqlalchemy import bindparam, select

from app.access.release import points_of
from app.models.content import EditionOutline, EditionPage, UnconfirmedWord
from app.models.reports import Edition
from app.rendering.carrying import PageText
from app.rendering.comparing import GAP, Heading, Text, text_of
from app.rendering.layout import woven
from app.rendering.shapes import Word
from app.transaction import Transaction

_pages = EditionPage.__table__.c
_editions = Edition.__table__.c
_STATES = (
    select(_editions.id, _editions.evidence, _pages.state_key)
    .outerjoin(EditionPage, _pages.edition_id == _editions.id)
    .where(_editions.id.in_(bindparam("editions", expanding=True)))
    .order_by(_pages.page)
)


def states_of(tx: Transaction, *editions: str) -> tuple[str, ...]:
    """Name what editions show: their pages, built anew where a word is confirmed; evidence."""
    keys: dict[str, list[str]] = {edition: [] for edition in editions}
    items: dict[str, list[str]] = {}
    for row in tx.session.execute(_STATES, {"editions": list(keys)}):
        keys[row.id].append(row.state_key or "")
        items[row.id] = sorted(row.evidence)
    shown = ("\n".join([*keys[one], *items.get(one, ())]) for one in editions)
    return tuple(hashlib.sha256(one.encode()).hexdigest() for one in shown)


def edition_text(
    tx: Transaction, edition_id: str, *, whole: bool, pages: Collection[int] | None = None
) -> Text:
    """Give the words of an edition; `whole`: it withholds nothing; `pages`: of those alone.

    Running heads and feet are left out of a whole text.
    """
    statement = select(EditionPage).where(EditionPage.edition_id == edition_id)
    if pages is not None:
        statement = statement.where(EditionPage.page.in_(sorted(pages)))
    rows = tx.session.scalars(statement.order_by(EditionPage.page)).all()
    doubtful = _doubtful(tx, {row.version_id for row in rows})
    found = {
        row.page: PageText(
            width_pt=row.width_pt,
            height_pt=row.height_pt,
            words=_with_gaps(row),
            whole=whole and row.page not in doubtful,
        )
        for row in rows
    }
    return text_of(found) if pages is None else Text(found)


def outline_of(tx: Transaction, edition_id: str) -> tuple[Heading, ...]:
    """Give the titles of an edition."""
    entries = tx.session.scalars(
        select(EditionOutline.entries).where(EditionOutline.edition_id == edition_id)
    ).one_or_none()
    return tuple(
        Heading(
            id=entry["section_id"], title=entry["title"], level=entry["level"], page=entry["page"]
        )
        for entry in entries or []
    )


def _with_gaps(row: EditionPage) -> tuple[Word, ...]:
    across, down = row.width_pt / row.width_px, row.height_pt / row.height_px
    gaps = [
        Word(
            GAP, box["x"] * across, box["y"] * down,
            (box["x"] + box["w"]) * across, (box["y"] + box["h"]) * down,
        )
        for box in sorted(row.boxes, key=lambda box: (box["y"], box["x"]))
    ]  # fmt: skip
    return tuple(_once(woven(points_of(row), gaps))) if gaps else tuple(points_of(row))


def _once(words: Iterable[Word]) -> Iterable[Word]:
    """Let gaps that stand side by side be one, so that nobody can count them."""
    before = ""
    for word in words:
        if not word.text == before == GAP:
            yield word
        before = word.text


def _doubtful(tx: Transaction, versions: Iterable[str]) -> set[int]:
    rows = tx.session.scalars(
        select(UnconfirmedWord.page).where(
            UnconfirmedWord.version_id.in_(set(versions)),
            UnconfirmedWord.inked,
            ~UnconfirmedWord.confirmed,
        )
    )
    return set(rows)
