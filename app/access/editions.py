"""Which edition a person gets: the version minus what is withheld. The caller never chooses."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import and_, bindparam, select

from app.access.decide import lifted
from app.access.released import EditionFacts
from app.kernel.errors import Unavailable
from app.models.content import EditionPage
from app.models.redactions import Redaction
from app.models.reports import Edition
from app.rendering.edition import ENGINE_VERSION
from app.transaction import Transaction

WITHHOLDING = ("proposed", "approved", "in_force")
"""States in which a redaction withholds."""

_redactions, _editions, _pages = (t.__table__.c for t in (Redaction, Edition, EditionPage))
_ACTIVE = (
    select(
        _redactions.id,
        _redactions.page,
        _redactions.rects,
        _redactions.mode,
        _redactions.categories,
        _redactions.character,
        _redactions.size_words,
        _redactions.substitute,
        _redactions.evidence,
    )
    .where(_redactions.version_id == bindparam("version"), _redactions.state.in_(WITHHOLDING))
    .order_by(_redactions.page, _redactions.id)
)
_READY = select(_editions.id).where(
    _editions.version_id == bindparam("version"),
    _editions.key == bindparam("key"),
    _editions.state == "ready",
)
_READY_IMAGE = _READY.add_columns(_pages.image_digest, _pages.fine_digest).outerjoin(
    EditionPage, and_(_pages.edition_id == _editions.id, _pages.page == bindparam("page"))
)


@dataclass(frozen=True)
class ActiveRedaction:
    """A redaction that withholds unless every one of its categories is lifted."""

    id: str
    page: int
    rects: tuple[tuple[float, float, float, float], ...]
    mode: str
    categories: frozenset[str]
    character: str  # what was removed, in words that everybody may read
    size_words: int
    substitute: str | None  # said in its stead; public as well
    evidence: str | None = None  # code of the item it stands in; then page is 0


def active_redactions(tx: Transaction, version_id: str) -> list[ActiveRedaction]:
    """List the redactions of a version that withhold, as this transaction may see them."""
    key = ("active", version_id)
    if key not in tx.memory:
        rows = tx.session.execute(_ACTIVE, {"version": version_id})
        tx.memory[key] = [
            ActiveRedaction(
                id=row.id,
                page=row.page,
                rects=tuple((x0, y0, x1, y1) for x0, y0, x1, y1 in row.rects),
                mode=row.mode,
                categories=frozenset(row.categories),
                character=row.character,
                size_words=row.size_words,
                substitute=row.substitute,
                evidence=row.evidence,
            )
            for row in rows
        ]
    found: list[ActiveRedaction] = tx.memory[key]
    return found


def forget_redactions(tx: Transaction, version_id: str) -> None:
    """Drop the remembered redactions after one was put in, so that its categories count."""
    tx.memory.pop(("active", version_id), None)


def withheld_ids(redactions: Iterable[ActiveRedaction], codes: frozenset[str]) -> tuple[str, ...]:
    """Give the redactions still withheld when these categories are lifted."""
    return tuple(sorted(r.id for r in redactions if not r.categories <= codes))


def edition_key(version_id: str, withheld: Iterable[str]) -> str:
    """Give an edition's key: SHA-256 of version, withheld redactions and engine version."""
    text = "\n".join([version_id, *sorted(withheld), ENGINE_VERSION])
    return hashlib.sha256(text.encode()).hexdigest()


def edition_for(
    tx: Transaction, version_id: str, *, at_most: frozenset[str] | None = None
) -> EditionFacts:
    """Give the edition of the acting person; READ_VERSION or READ_PAGE was required before.

    Args:
        tx: the transaction.
        version_id: the version.
        at_most: lower the wish to these categories (view as); it can never raise it.

    Raises:
        Unavailable: the edition is not built yet; the source is never opened instead.
    """
    remembered = ("edition", version_id, at_most)
    if remembered not in tx.memory:
        facts = _entitled(tx, version_id, at_most)
        found = tx.session.scalars(_READY, {"version": version_id, "key": facts.key}).first()
        tx.memory[remembered] = _ready(facts, found)
    edition: EditionFacts = tx.memory[remembered]
    return edition


def image_for(
    tx: Transaction, version_id: str, page: int, *, at_most: frozenset[str] | None = None
) -> tuple[EditionFacts, str | None, str | None]:
    """Give the edition as `edition_for` does, with the names of one page's plain and fine image.

    One statement instead of two, for what readers ask for most; None where it has no such page,
    and where its fine image was not drawn yet.
    """
    facts = _entitled(tx, version_id, at_most)
    where = {"version": version_id, "key": facts.key, "page": page}
    row = tx.session.execute(_READY_IMAGE, where).first()
    if row is None:
        return _ready(facts, None), None, None
    return _ready(facts, row.id), row.image_digest, row.fine_digest


def _entitled(tx: Transaction, version_id: str, at_most: frozenset[str] | None) -> EditionFacts:
    """Work out which edition the acting person is to have; where it is stored is not known yet."""
    redactions = active_redactions(tx, version_id)
    occurring = sorted({code for r in redactions for code in r.categories})
    codes = lifted(tx, version_id, occurring).codes
    if at_most is not None:
        codes &= at_most
    return EditionFacts(
        id="",
        key=edition_key(version_id, withheld_ids(redactions, codes)),
        version_id=version_id,
        lifted=tuple(code for code in occurring if code in codes),
        withheld=tuple(code for code in occurring if code not in codes),
    )


def _ready(facts: EditionFacts, edition_id: str | None) -> EditionFacts:
    if edition_id is None:
        raise Unavailable(
            "Your edition is being prepared.",
            remedy="It is usually ready within a minute. This page will open then.",
            code="edition-not-ready",
        )
    return replace(facts, id=edition_id)


def lifted_codes(tx: Transaction, version_id: str) -> frozenset[str]:
    """Give the occurring categories lifted for the acting person: what their texts inherit."""
    redactions = active_redactions(tx, version_id)
    return lifted(tx, version_id, sorted({c for r in redactions for c in r.categories})).codes
