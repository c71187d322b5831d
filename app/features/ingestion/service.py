"""What an imported file holds beside its pages, and the words that wait for somebody to look."""

from dataclasses import asdict

from sqlalchemy import select

from app.access.decide import require
from app.access.release import release
from app.access.source_report import (
    ReleasedDoubt,
    ReleasedReport,
    release_repeats,
    release_report,
    settle_doubts,
)
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.filekinds import FileKind
from app.domain.targets import PageRef, Target
from app.features.ingestion.schemas import (
    DoubtsView,
    DoubtView,
    FileView,
    PageDoubtsView,
    RepeatView,
    SettleWords,
    SheetView,
)
from app.kernel.errors import Conflict, Invalid
from app.models.reports import Report, Version
from app.transaction import Transaction


def open_file(tx: Transaction, version_id: str) -> FileView:
    """Say what the imported file holds, what no pixels confirmed and what is marked only in part.

    Raises:
        NotFound: missing, or something of the version is withheld from this person.
        Unavailable: the working edition is not built yet.
    """
    report = release_report(tx, version_id)
    version = tx.session.get_one(Version, version_id)
    survey, kind = report.survey, FileKind(version.kind)
    return FileView(
        version_id=version_id,
        report_id=version.report_id,
        report_title=tx.session.get_one(Report, version.report_id).title,
        version_number=version.number,
        version_state=version.state,
        source_bytes=version.source_bytes,
        source_digest=version.source_digest,
        original_kind=None if kind is FileKind.PDF else kind.shown,
        original_bytes=version.original_bytes,
        original_digest=version.original_digest,
        left_out=(version.inspection or {}).get("left_out", {}),
        revisions=int((version.inspection or {}).get("revisions", 1)),
        annotations={int(page): kinds for page, kinds in survey.get("annotations", {}).items()},
        attachments=survey.get("attachments", ()),
        layers=survey.get("layers", ()),
        fields=survey.get("fields", ()),
        scripts=survey.get("scripts", ()),
        closer_look=str((version.inspection or {}).get("closer_look", "")),
        metadata=survey.get("metadata", {}),
        scanned=survey.get("scanned", ()),
        unreadable=survey.get("unreadable", ()),
        pages=tuple(_counted(page, doubts) for page, doubts in _by_page(report).items()),
        repeats=tuple(
            RepeatView(
                phrase=one.phrase,
                marked_on=one.marked_on,
                pages=one.pages,
                titles=one.titles,
                names=one.names,
                marked_in=one.marked_in,
                evidence=one.evidence,
            )
            for one in release_repeats(tx, version_id)
        ),
        sheets=tuple(SheetView(**asdict(sheet)) for sheet in report.sheets),
    )


def _by_page(report: ReleasedReport) -> dict[int, list[ReleasedDoubt]]:
    found: dict[int, list[ReleasedDoubt]] = {}
    for doubt in report.doubts:
        found.setdefault(doubt.page, []).append(doubt)
    return found


def _counted(page: int, doubts: list[ReleasedDoubt]) -> PageDoubtsView:
    return PageDoubtsView(
        page=page,
        doubtful=sum(one.inked and not one.confirmed for one in doubts),
        unseen=sum(not one.inked and not one.confirmed for one in doubts),
        confirmed=sum(one.confirmed for one in doubts),
    )


def open_doubts(tx: Transaction, version_id: str, page: int) -> DoubtsView:
    """Open one page with the words that no pixels confirmed, to look at them there.

    Raises:
        NotFound, Unavailable: as `open_file`; also where there is no such page.
    """
    by_page = _by_page(release_report(tx, version_id))
    released = release(tx, PageRef(version_id=version_id, page=page))
    version = tx.session.get_one(Version, version_id)
    return DoubtsView(
        version_id=version_id,
        report_title=tx.session.get_one(Report, version.report_id).title,
        version_number=version.number,
        version_state=version.state,
        page=page,
        width_px=released.width_px,
        height_px=released.height_px,
        width_pt=released.width_pt,
        height_pt=released.height_pt,
        doubts=_views(by_page.get(page, [])),
        before=max((number for number in by_page if number < page), default=None),
        after=min((number for number in by_page if number > page), default=None),
    )


def _views(doubts: list[ReleasedDoubt]) -> tuple[DoubtView, ...]:
    return tuple(
        DoubtView(
            place=one.place,
            text=one.text,
            rect=one.rect,
            visible=one.inked,
            confirmed=one.confirmed,
            read_as=one.read_as,
            by_machine=one.by_machine,
        )
        for one in doubts
    )


def settle_words(tx: Transaction, version_id: str, command: SettleWords) -> tuple[DoubtView, ...]:
    """Confirm that words stand on a page as the file says, or take that back; editions follow.

    Raises:
        NotFound: as `open_file`.
        Conflict: the version was published; its words stand.
        Invalid: the page has no such words.
    """
    target = Target("version", version_id)
    require(tx, Action.CONFIRM_WORDS, target)
    page = command.page
    seen = _by_page(release_report(tx, version_id)).get(page, [])
    # Publication takes the same lock, so nothing is confirmed behind its back.
    state = tx.session.scalars(
        select(Version.state).where(Version.id == version_id).with_for_update(read=True)
    ).one()
    if state != "working":
        raise Conflict("The version was published meanwhile; its words stand.")
    chosen = sorted(set(command.words))
    if not set(chosen) <= {doubt.place for doubt in seen}:
        raise Invalid(fields={"words": "Choose words of this page."})
    settle_doubts(tx, version_id, page, places=chosen, confirmed=command.confirmed)
    tx.emit(
        Event(
            name="WordsConfirmed" if command.confirmed else "WordsUnconfirmed",
            licence=Action.CONFIRM_WORDS,
            target=target,
            facts={"page": page, "words": len(chosen)},
        )
    )
    return _views(_by_page(release_report(tx, version_id))[page])
