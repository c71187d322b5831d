"""Looking at a version as an organisation sees it, beside one's own edition.

Never more than one's own: the wish is lowered to what the organisation's grants lift, and what is
withheld from whoever looks stays withheld (access/release, `at_most`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from app.access.attached import grants_to_come, known_grants, knows_askers
from app.access.decide import require
from app.access.editions import ActiveRedaction, active_redactions, lifted_codes
from app.access.evidence import release_lines
from app.access.facts import database_now
from app.access.release import release, release_image
from app.access.released import ReleasedImage, ReleasedPage
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.redactions import size_label
from app.domain.targets import PageRef, Target
from app.features.evidence import queries as evidence
from app.features.evidence.lines import line_views
from app.features.viewas.schemas import (
    DifferenceView,
    EvidenceAsView,
    PageAsView,
    SeenAsView,
    SheetView,
)
from app.kernel.errors import NotFound
from app.models.organisations import Organisation
from app.models.reports import Report, Version
from app.models.reviews import Grant
from app.transaction import Decision, Transaction

Rect = tuple[float, float, float, float]


@dataclass(frozen=True)
class _Eyes:
    """Whose eyes one looks through, and what their grants lift."""

    organisation: Organisation
    codes: frozenset[str]


def open_version_as(tx: Transaction, version_id: str, organisation_id: str) -> SeenAsView:
    """Say what an organisation meets in a version that whoever looks does not.

    Raises:
        NotFound: missing, no grant of theirs, or not for this person.
        Unavailable: an edition is not built yet.
    """
    eyes = _eyes(tx, version_id, organisation_id)
    mine = lifted_codes(tx, version_id)
    removed = _removed_for(tx, version_id, eyes, mine)
    pages = {
        number: release(tx, PageRef(version_id=version_id, page=number))
        for number in sorted({one.page for one in removed if one.evidence is None})
    }
    version = tx.session.get_one(Version, version_id)
    occurring = {code for one in active_redactions(tx, version_id) for code in one.categories}
    return SeenAsView(
        version_id=version_id,
        report_id=version.report_id,
        report_title=tx.session.get_one(Report, version.report_id).title,
        version_number=version.number,
        pages=version.pages,
        organisation_id=organisation_id,
        organisation=eyes.organisation.name,
        withheld=tuple(sorted(occurring - (eyes.codes & mine))),
        beyond=tuple(sorted((eyes.codes - mine) & occurring)),
        differences=tuple(_difference(one, pages.get(one.page)) for one in removed),
        evidence=evidence.readable(tx, version_id),
    )


def open_page_as(tx: Transaction, version_id: str, organisation_id: str, number: int) -> PageAsView:
    """Open one page twice: one's own edition, and what the organisation sees; errors as above."""
    eyes = _eyes(tx, version_id, organisation_id)
    ref = PageRef(version_id=version_id, page=number)
    own = release(tx, ref)
    theirs = release(tx, ref, at_most=eyes.codes)
    mine = lifted_codes(tx, version_id)
    version = tx.session.get_one(Version, version_id)
    removed = [one for one in _removed_for(tx, version_id, eyes, mine) if one.page == number]
    occurring = {code for one in active_redactions(tx, version_id) for code in one.categories}
    return PageAsView(
        version_id=version_id,
        report_title=tx.session.get_one(Report, version.report_id).title,
        version_number=version.number,
        page=number,
        pages=own.pages,
        organisation_id=organisation_id,
        organisation=eyes.organisation.name,
        beyond=tuple(sorted((eyes.codes - mine) & occurring)),
        own=_sheet(own),
        theirs=_sheet(theirs),
        differences=tuple(_difference(one, own) for one in removed),
    )


def open_image_as(
    tx: Transaction, version_id: str, organisation_id: str, number: int
) -> ReleasedImage:
    """Open one page's pixels as the organisation sees them, with one's own watermark."""
    eyes = _eyes(tx, version_id, organisation_id)
    return release_image(tx, PageRef(version_id=version_id, page=number), at_most=eyes.codes)


def open_evidence_as(
    tx: Transaction, version_id: str, organisation_id: str, code: str, *, part: int = 1
) -> EvidenceAsView:
    """Open some lines of an evidence item as the organisation sees them; errors as above."""
    eyes = _eyes(tx, version_id, organisation_id)
    released = release_lines(tx, version_id, code, part=part, at_most=eyes.codes)
    mine = lifted_codes(tx, version_id)
    removed = [one for one in _removed_for(tx, version_id, eyes, mine) if one.evidence == code]
    occurring = {code for one in active_redactions(tx, version_id) for code in one.categories}
    version = tx.session.get_one(Version, version_id)
    return EvidenceAsView(
        version_id=version_id,
        report_title=tx.session.get_one(Report, version.report_id).title,
        version_number=version.number,
        code=code,
        kind=released.item.kind,
        title=released.item.title,
        part=part,
        parts=released.parts,
        organisation_id=organisation_id,
        organisation=eyes.organisation.name,
        beyond=tuple(sorted((eyes.codes - mine) & occurring)),
        lines=line_views(tx, released),
        differences=tuple(_difference(one, None) for one in removed),
    )


def _eyes(tx: Transaction, version_id: str, organisation_id: str) -> _Eyes:
    """Require the view, record whose it is, and give what the organisation's grants lift."""
    target = Target("version", version_id)
    require(tx, Action.VIEW_AS, target)
    organisation = tx.session.get(Organisation, organisation_id)
    grants = tx.session.scalars(
        select(Grant).where(
            Grant.version_id == version_id,
            Grant.organisation_id == organisation_id,
            Grant.state == "in_force",
            Grant.ends_at > database_now(tx),
            known_grants(tx),
        )
    ).all()
    # What is attached to an answer that was not released yet is looked at before it is granted.
    to_come = grants_to_come(tx, version_id) if knows_askers(tx) else []
    grants = [*grants, *(g for g in to_come if g.organisation_id == organisation_id)]
    if organisation is None or not grants:
        # The policies see the version only; a refusal all the same, and recorded as one.
        tx.decisions.append(
            Decision(
                action=Action.VIEW_AS, target=target, allowed=False, policies=("door.no-such-eyes",)
            )
        )
        raise NotFound
    tx.emit(
        Event(
            name="ViewedAs",
            licence=Action.VIEW_AS,
            target=target,
            facts={"organisation": organisation_id},
        )
    )
    return _Eyes(organisation, frozenset(code for grant in grants for code in grant.lifted))


def _removed_for(
    tx: Transaction, version_id: str, eyes: _Eyes, mine: frozenset[str]
) -> list[ActiveRedaction]:
    """List the redactions that they meet and whoever looks does not."""
    return [
        one
        for one in active_redactions(tx, version_id)
        if one.categories <= mine and not one.categories <= eyes.codes
    ]


def _difference(one: ActiveRedaction, page: ReleasedPage | None) -> DifferenceView:
    return DifferenceView(
        id=one.id,
        page=one.page,
        categories=tuple(sorted(one.categories)),
        character=one.character,
        size=size_label(one.size_words),
        words=" ".join(_words_in(page, one.rects)) if page else "",
        evidence=one.evidence,
    )


def _words_in(page: ReleasedPage, rects: Iterable[Rect]) -> list[str]:
    across, down = page.width_pt / page.width_px, page.height_pt / page.height_px
    places = list(rects)
    return [
        word.text
        for word in page.words
        if any(
            x0 <= (word.x + word.w / 2) * across <= x1 and y0 <= (word.y + word.h / 2) * down <= y1
            for x0, y0, x1, y1 in places
        )
    ]


def _sheet(page: ReleasedPage) -> SheetView:
    return SheetView(
        width_px=page.width_px,
        height_px=page.height_px,
        words=tuple((w.text, w.x, w.y, w.w, w.h) for w in page.words),
        boxes=tuple((b.x, b.y, b.w, b.h, b.redaction_ids) for b in page.boxes),
    )
