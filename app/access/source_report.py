"""The part of the door through which the author's report on a source file leaves.

What no pixels confirmed, and what the file holds beside its pages, may lie under any box: only
people of the publisher get it whose own edition withholds nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from app.access.decide import require
from app.access.editions import ActiveRedaction, active_redactions, edition_for
from app.access.evidence_lines import marked_items
from app.access.release import points_of
from app.access.released import EditionFacts
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.targets import Target
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.models.content import (
    EditionOutline,
    EditionPage,
    SourceSurvey,
    UnconfirmedWord,
    WorkbookSheet,
)
from app.models.evidence import EvidenceItem
from app.models.reports import Report, Version
from app.rendering.line_repeats import MarkedLines
from app.rendering.lines import Span
from app.rendering.search import SearchIndex
from app.rendering.shapes import Word
from app.transaction import Decision, Transaction

MOST_PHRASES = 500
SHORTEST_PHRASE = 4


@dataclass(frozen=True, kw_only=True)
class ReleasedDoubt:
    """A word that no pixels confirmed; `rect` in points as displayed."""

    page: int
    place: int
    text: str
    rect: tuple[float, float, float, float]
    inked: bool
    confirmed: bool
    read_as: str
    """What the recogniser read in its place; empty where it read nothing or did not try."""
    by_machine: bool
    """Whether it was the recogniser that confirmed the word."""


@dataclass(frozen=True, kw_only=True)
class ReleasedSheet:
    """A sheet of a spreadsheet that was attached; `taken_as` None: hidden, or nothing in it."""

    item: str  # the code of the spreadsheet
    number: int
    name: str
    visible: bool
    rows: int
    columns: int
    taken_as: str | None


@dataclass(frozen=True, kw_only=True)
class ReleasedReport:
    """What a source file holds beside what its pages show; `survey` as rendering gives it."""

    survey: dict[str, Any]
    doubts: tuple[ReleasedDoubt, ...]
    sheets: tuple[ReleasedSheet, ...]  # of the spreadsheets attached to the version


@dataclass(frozen=True, kw_only=True)
class ReleasedRepeat:
    """A marked phrase that stands unmarked elsewhere: on pages, in titles, in the file's names."""

    phrase: str
    marked_on: tuple[int, ...]
    pages: tuple[int, ...]
    titles: tuple[str, ...]
    names: tuple[str, ...]
    marked_in: dict[str, tuple[int, ...]]  # lines of evidence, by code
    evidence: dict[str, tuple[int, ...]]  # lines where it stands unmarked, by code


def release_report(tx: Transaction, version_id: str) -> ReleasedReport:
    """Reveal what the source of a version holds beside its pages, to who may read all of it.

    Raises:
        NotFound: missing, not for this person, or something is withheld from them.
        Unavailable: the edition that withholds nothing is not built yet.
    """
    whole_edition(tx, version_id)
    body = tx.session.scalars(
        select(SourceSurvey.body).where(SourceSurvey.version_id == version_id)
    ).one_or_none()
    rows = tx.session.scalars(
        select(UnconfirmedWord)
        .where(UnconfirmedWord.version_id == version_id)
        .order_by(UnconfirmedWord.page, UnconfirmedWord.place)
    )
    doubts = tuple(
        ReleasedDoubt(
            page=row.page,
            place=row.place,
            text=row.text,
            rect=(row.x0, row.y0, row.x1, row.y1),
            inked=row.inked,
            confirmed=row.confirmed,
            read_as=row.read_as or "",
            by_machine=row.confirmed and row.decided_by is None,
        )
        for row in rows
    )
    sheets = _sheets(tx, version_id)
    _record(tx, version_id, {"doubts": len(doubts), "sheets": len(sheets)})
    return ReleasedReport(survey=body or {}, doubts=doubts, sheets=sheets)


def _sheets(tx: Transaction, version_id: str) -> tuple[ReleasedSheet, ...]:
    rows = tx.session.execute(
        select(WorkbookSheet, EvidenceItem.code)
        .join(EvidenceItem, EvidenceItem.id == WorkbookSheet.item_id)
        .where(WorkbookSheet.version_id == version_id, EvidenceItem.state == "split")
        .order_by(EvidenceItem.imported_at, EvidenceItem.id, WorkbookSheet.number)
    )
    return tuple(
        ReleasedSheet(
            item=code,
            number=row.number,
            name=row.name,
            visible=row.visible,
            rows=row.rows,
            columns=row.columns,
            taken_as=row.taken_as,
        )
        for row, code in rows
    )


def settle_doubts(
    tx: Transaction, version_id: str, page: int, *, places: Sequence[int], confirmed: bool
) -> None:
    """Put down that a person confirmed words of a page, or took that back; CONFIRM_WORDS is
    required by the caller, who has shown the words to that person.
    """
    tx.session.execute(
        update(UnconfirmedWord)
        .where(
            UnconfirmedWord.version_id == version_id,
            UnconfirmedWord.page == page,
            UnconfirmedWord.place.in_(places),
        )
        .values(confirmed=confirmed, decided_by=tx.actor.id, decided_at=now())
    )
    tx.session.expire_all()


def release_repeats(tx: Transaction, version_id: str) -> tuple[ReleasedRepeat, ...]:
    """Find where a marked phrase stands unmarked: on other pages, in titles, in the file's names,
    in evidence.

    Errors as `release_report`.
    """
    edition = whole_edition(tx, version_id)
    rows = tx.session.scalars(select(EditionPage).where(EditionPage.edition_id == edition.id))
    words = {row.page: points_of(row) for row in rows}
    redactions = active_redactions(tx, version_id)
    phrases = _phrases(redactions, words)
    items = marked_items(tx, edition.id, [redaction.id for redaction in redactions])
    in_lines = _phrases_in_lines(items)
    index = SearchIndex(words)
    titles = _titles(tx, edition.id)
    names = _names(tx, version_id)
    found = []
    for phrase in [*phrases, *(p for p in in_lines if p not in phrases)][:MOST_PHRASES]:
        lines = {code: marked.unmarked(phrase) for code, (marked, _) in items.items()}
        repeat = ReleasedRepeat(
            phrase=phrase,
            marked_on=tuple(sorted(phrases.get(phrase, ()))),
            pages=tuple(sorted(_unmarked(index, phrase, redactions))),
            titles=_holding(titles, phrase),
            names=_holding(names, phrase),
            marked_in=in_lines.get(phrase, {}),
            evidence={code: numbers for code, numbers in lines.items() if numbers},
        )
        if repeat.pages or repeat.titles or repeat.names or repeat.evidence:
            found.append(repeat)
    _record(tx, version_id, {"phrases": len(phrases), "repeated": len(found)})
    return tuple(found)


def whole_edition(tx: Transaction, version_id: str) -> EditionFacts:
    """Give this person's edition of a version where it withholds nothing; errors as
    `release_report`.
    """
    require(tx, Action.READ_INGESTION, Target("version", version_id))
    edition = edition_for(tx, version_id)
    if edition.withheld:
        # Not for the policies, which see one grant at a time: a refusal all the same.
        withheld = Decision(
            action=Action.READ_INGESTION,
            target=Target("version", version_id),
            allowed=False,
            policies=("door.something-is-withheld",),
        )
        tx.decisions.append(withheld)
        raise NotFound
    return edition


def _record(tx: Transaction, version_id: str, facts: dict[str, Fact]) -> None:
    target = Target("version", version_id)
    licence = Action.READ_INGESTION
    tx.emit(Event(name="IngestionReportRead", licence=licence, target=target, facts=facts))


def _phrases(
    redactions: Iterable[ActiveRedaction], words: dict[int, list[Word]]
) -> dict[str, set[int]]:
    """Give what stands under each redaction as one phrase, with the pages where it is marked."""
    found: dict[str, set[int]] = {}
    for redaction in redactions:
        phrase = words_under(redaction, words).strip(".,;:()[]\u201c\u201d\"'")
        if len(phrase) >= SHORTEST_PHRASE and any(letter.isalpha() for letter in phrase):
            found.setdefault(phrase, set()).add(redaction.page)
    return found


def words_under(redaction: ActiveRedaction, words: Mapping[int, list[Word]]) -> str:
    """Give what stands under a redaction, of the words of the pages by number."""
    return " ".join(
        word.text for word in words.get(redaction.page, []) if _inside(word, redaction.rects)
    )


def _phrases_in_lines(
    items: dict[str, tuple[MarkedLines, list[Span]]],
) -> dict[str, dict[str, tuple[int, ...]]]:
    """Give what stands under each mark of evidence, with the lines where it is marked, by code."""
    found: dict[str, dict[str, tuple[int, ...]]] = {}
    for code, (marked, spans) in items.items():
        for span in spans:
            if phrase := marked.phrase_under(span):
                lines = found.setdefault(phrase, {})
                lines[code] = tuple(sorted({*lines.get(code, ()), span.line_from}))
    return found


def _inside(word: Word, rects: Sequence[tuple[float, float, float, float]]) -> bool:
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    return any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in rects)


def _unmarked(index: SearchIndex, phrase: str, redactions: list[ActiveRedaction]) -> set[int]:
    pages = set()
    for hit in index.find(phrase, whole_words=True):
        for part in hit.fragments:
            box = Word("", part.box.x0, part.box.y0, part.box.x1, part.box.y1)
            if not any(r.page == part.page and _inside(box, r.rects) for r in redactions):
                pages.add(part.page)
    return pages


def _titles(tx: Transaction, edition_id: str) -> list[str]:
    stored = tx.session.scalars(
        select(EditionOutline.entries).where(EditionOutline.edition_id == edition_id)
    ).one_or_none()
    return [str(entry["title"]) for entry in stored or []]


def _names(tx: Transaction, version_id: str) -> list[str]:
    """Give the names that travel with a version whatever its edition: the publisher's own words."""
    version = tx.session.get_one(Version, version_id)
    report = tx.session.get_one(Report, version.report_id)
    return [report.title, version.label, version.changelog]


def _holding(texts: Iterable[str], phrase: str) -> tuple[str, ...]:
    wanted = " ".join(phrase.casefold().split())
    return tuple(one for one in texts if wanted in " ".join(one.casefold().split()))
