"""The part of the door through which evidence that is text leaves: lines, hits, files, places.

As with pages, the caller never chooses an edition, and what is not built yet is not shown.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import msgspec
from sqlalchemy import func, select

from app.access.decide import lifted_where, require
from app.access.editions import active_redactions, edition_for
from app.access.evidence_lines import edition_lines
from app.access.released import WITHHELD_MARK, EditionFacts, Released
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.targets import Target
from app.kernel.errors import Invalid, NotFound, Unavailable
from app.models.content import EditionEvidence
from app.models.evidence import EvidenceItem
from app.models.reports import Edition
from app.rendering.lines import LINES_A_PART, Shown, ShownLine
from app.rendering.writing_lines import write_file
from app.transaction import Decision, Transaction

MOST_HITS = 500
_AROUND = 40  # letters of context before and after a hit
_MOST_PARTS = 10**6


@dataclass(frozen=True, kw_only=True)
class ReleasedLines(Released):
    """Some lines of an item as an edition shows them; `first` is the number of the first."""

    item: EvidenceItem
    first: int
    part: int
    parts: int
    lines: tuple[ShownLine, ...]


@dataclass(frozen=True, kw_only=True)
class ReleasedWhole(Released):
    """All lines of an item, numbered as in its source."""

    item: EvidenceItem
    lines: list[ShownLine]


@dataclass(frozen=True, kw_only=True)
class EvidenceHit:
    """Where a phrase stands: line (from 1), field and characters (from 0), context."""

    line: int
    field: int
    start: int
    end: int
    before: str
    match: str
    after: str


@dataclass(frozen=True, kw_only=True)
class ReleasedHits(Released):
    """The hits of a search in one item, all from permitted words."""

    item: EvidenceItem
    phrase: str
    hits: tuple[EvidenceHit, ...]
    more: bool  # there are more than are given


@dataclass(frozen=True, kw_only=True)
class ReleasedFile(Released):
    """An item of an edition as a file."""

    item: EvidenceItem
    content: bytes


def release_lines(
    tx: Transaction,
    version_id: str,
    code: str,
    *,
    part: int = 1,
    at_most: frozenset[str] | None = None,
) -> ReleasedLines:
    """Reveal some lines of an item in the edition of the acting person.

    Args:
        tx: the transaction, whose actor is the one who reads.
        version_id: the version.
        code: the item's code, such as `E1`.
        part: which lines, so many at a time, from 1.
        at_most: lower the wish to these categories (view as); it can never raise it.

    Raises:
        NotFound: missing, or not for this person.
        Unavailable: the edition is not built yet.
    """
    target = Target("version", version_id)
    require(tx, Action.READ_PAGE, target)
    edition = edition_for(tx, version_id, at_most=at_most)
    item = _item(tx, edition, code)
    if not 0 < part < _MOST_PARTS:
        raise NotFound
    stored = tx.session.scalars(
        select(EditionEvidence.lines).where(
            EditionEvidence.edition_id == edition.id,
            EditionEvidence.item_id == item.id,
            EditionEvidence.part == part,
        )
    ).one_or_none()
    if stored is None:
        raise NotFound
    parts = tx.session.scalars(
        select(func.count())
        .select_from(EditionEvidence)
        .where(EditionEvidence.edition_id == edition.id, EditionEvidence.item_id == item.id)
    ).one()
    facts: dict[str, Fact] = {"item": item.id, "code": item.code, "page": part, "part": "lines"}
    _record(tx, "EvidenceRead", Action.READ_PAGE, edition, facts)
    return ReleasedLines(
        edition=edition,
        item=item,
        first=(part - 1) * LINES_A_PART + 1,
        part=part,
        parts=parts,
        lines=tuple(msgspec.msgpack.decode(stored, type=list[ShownLine])),
    )


def release_whole(tx: Transaction, version_id: str, code: str) -> ReleasedWhole:
    """Reveal an item from its first line to its last, to who may read all of the version.

    Only then are the numbers of its lines those of the source, by which marks are made.

    Raises:
        NotFound: missing, not for this person, or something is withheld from them.
        Unavailable: the edition that withholds nothing is not built yet.
    """
    target = Target("version", version_id)
    require(tx, Action.READ_PAGE, target)
    edition = edition_for(tx, version_id)
    if edition.withheld:
        # Not for the policies, which see one grant at a time: a refusal all the same.
        policies = ("door.something-is-withheld",)
        tx.decisions.append(
            Decision(action=Action.READ_PAGE, target=target, allowed=False, policies=policies)
        )
        raise NotFound
    item = _item(tx, edition, code)
    facts: dict[str, Fact] = {"item": item.id, "code": item.code, "page": "all", "part": "lines"}
    _record(tx, "EvidenceRead", Action.READ_PAGE, edition, facts)
    return ReleasedWhole(edition=edition, item=item, lines=edition_lines(tx, edition.id, item.id))


def search_lines(tx: Transaction, version_id: str, code: str, phrase: str) -> ReleasedHits:
    """Search the permitted words of an item; arguments and errors as `release_lines`."""
    phrase = one_phrase(phrase)
    target = Target("version", version_id)
    require(tx, Action.SEARCH_VERSION, target)
    edition = edition_for(tx, version_id)
    item = _item(tx, edition, code)
    found = find_in_lines(edition_lines(tx, edition.id, item.id), phrase)
    facts: dict[str, Fact] = {"item": item.id, "code": item.code, "hits": len(found)}
    _record(tx, "EvidenceSearched", Action.SEARCH_VERSION, edition, facts, phrase=phrase)
    return ReleasedHits(
        edition=edition,
        item=item,
        phrase=phrase,
        hits=tuple(found[:MOST_HITS]),
        more=len(found) > MOST_HITS,
    )


def release_file(tx: Transaction, version_id: str, code: str, *, number: str) -> ReleasedFile:
    """Reveal a whole item as a file for the acting person; `number` names the copy in the log.

    Raises:
        NotFound: no such item, or no grant allows this person a copy.
        Unavailable: the edition is not built yet.
    """
    target = Target("version", version_id)
    require(tx, Action.DOWNLOAD_VERSION, target)
    codes = lifted_where(tx, Action.DOWNLOAD_VERSION, target)
    edition = edition_for(tx, version_id, at_most=codes)
    item = _item(tx, edition, code)
    content = write_file(edition_lines(tx, edition.id, item.id), item.kind)  # type: ignore[arg-type]  # one of KINDS by the import
    facts: dict[str, Fact] = {"item": item.id, "code": item.code, "form": item.kind, "copy": number}
    _record(tx, "DownloadStarted", Action.DOWNLOAD_VERSION, edition, facts)
    return ReleasedFile(edition=edition, item=item, content=content)


def one_phrase(typed: str) -> str:
    """Give a phrase as it is searched; Invalid where it is empty or far too long."""
    phrase = " ".join(typed.split())
    if not 1 <= len(phrase) <= 500:
        raise Invalid("Type between 1 and 500 characters to search for.")
    return phrase


def find_in_lines(lines: Sequence[ShownLine], phrase: str) -> list[EvidenceHit]:
    """Find a phrase in fields, case aside, at most one place more than are shown.

    Places count letters of the field as it is shown.
    """
    return list(islice(_places(lines, phrase), MOST_HITS + 1))


def _places(lines: Sequence[ShownLine], phrase: str) -> Iterator[EvidenceHit]:
    pattern = re.compile(r"\s+".join(re.escape(word) for word in phrase.split()), re.IGNORECASE)
    for number, line in enumerate(lines, start=1):
        fields = [token for token in line.tokens if token.pieces]
        for place, token in enumerate(fields):
            text = seen(token)
            for match in pattern.finditer(text):
                if WITHHELD_MARK in match.group():
                    continue
                start, end = match.span()
                yield EvidenceHit(
                    line=number,
                    field=place,
                    start=start,
                    end=end,
                    before=text[max(0, start - _AROUND) : start],
                    match=match.group(),
                    after=text[end : end + _AROUND],
                )


def seen(token: Shown) -> str:
    """Give a field's permitted words with one block for each gap."""
    return "".join(p if isinstance(p, str) else WITHHELD_MARK for p in token.pieces)


def _item(tx: Transaction, edition: EditionFacts, code: str) -> EvidenceItem:
    """Find an item that this edition was built with."""
    item = tx.session.scalars(
        select(EvidenceItem).where(
            EvidenceItem.version_id == edition.version_id,
            EvidenceItem.code == code,
            EvidenceItem.state == "ready",
        )
    ).one_or_none()
    if item is None:
        raise NotFound
    built = tx.session.scalars(select(Edition.evidence).where(Edition.id == edition.id)).one()
    if item.id not in built:
        raise Unavailable(
            "This evidence is being prepared in your edition.",
            remedy="It is usually ready within a minute. This page will open then.",
            code="edition-not-ready",
        )
    return item


def _record(
    tx: Transaction,
    name: str,
    action: Action,
    edition: EditionFacts,
    facts: dict[str, Fact],
    phrase: str = "",
) -> None:
    tx.emit(
        Event(
            name=name,
            licence=action,
            target=Target("version", edition.version_id),
            facts={
                "edition": edition.key,
                "lifted": list(edition.lifted),
                "withheld": list(edition.withheld),
                **facts,
            },
            content={"phrase": phrase} if phrase else None,
        )
    )


def removed_names(tx: Transaction, version_id: str) -> dict[str, tuple[tuple[str, ...], str]]:
    """Give what readers may know of each gap: redaction id → (categories, character)."""
    return {
        one.id: (tuple(sorted(one.categories)), one.character)
        for one in active_redactions(tx, version_id)
    }
