"""What changed between two versions, in the editions of the person who looks; passages as well."""

from collections.abc import Iterable, Sequence

from app.access.comparing import (
    ReleasedComparison,
    earlier_version,
    release_comparison,
    versions_before,
)
from app.access.decide import may, require
from app.access.differences import Piece, SectionWords, release_differences, release_then_and_now
from app.access.editions import edition_for
from app.access.scope import version_and_title
from app.access.whole import authors_words
from app.domain.actions import Action
from app.domain.targets import Target
from app.features.versions import lines, rows
from app.features.versions.schemas import (
    DifferencesView,
    OtherVersion,
    PassageView,
    PieceView,
    SectionView,
)
from app.kernel.actor import Side
from app.kernel.errors import NotFound
from app.models.findings import Finding
from app.models.reports import Version
from app.rendering.comparing import GAP
from app.transaction import Transaction

AROUND = 14
"""Words of what is the same that stand before and after a change; the rest is folded away."""


def read_differences(
    tx: Transaction, version_id: str, *, earlier: str | None = None, section: str = ""
) -> DifferencesView:
    """Show what changed since an earlier version, section by section.

    Raises:
        NotFound: one of the two is missing, or not for this person.
        Unavailable: one of the editions is not built yet.
    """
    require(tx, Action.READ_VERSION, Target("version", version_id))
    version, title = version_and_title(tx, version_id)
    other = earlier_version(tx, version_id, earlier)
    view = DifferencesView(
        version_id=version_id,
        report_id=version.report_id,
        report_title=title,
        version_number=version.number,
        changelog=authors_words(tx, version),
        earlier_id=None,
        others=tuple(
            OtherVersion(id=row.id, number=row.number, label=row.label)
            for row in versions_before(tx, version_id)
        ),
        state="alone",
        own=tx.actor.side is Side.REVIEWER,
        fixed=rows.fixed_in(tx, version_id),
    )
    if other is None:
        edition_for(tx, version_id)
        return view
    found = release_comparison(tx, version_id, other.id, kinds=("section", "evidence"))
    view = view.model_copy(
        update={
            "earlier_id": other.id,
            "earlier_number": other.number,
            "state": "comparing" if found.runs is None else "ready",
            "withholds": not found.whole,
            "section": section,
        }
    )
    if found.runs is None:
        return view
    sections = sections_of(found, release_differences(tx, found), section)
    changes = sum(one.changes for one in sections)
    return view.model_copy(
        update={
            "sections": tuple(sections),
            "changes": changes,
            "evidence": lines.items_of(tx, found),
        }
    )


def sections_of(
    found: ReleasedComparison, read: Sequence[SectionWords], wanted: str = ""
) -> list[SectionView]:
    """Give sections with how each stands; the words of all of them, or of the one wanted."""
    standing = {part.new_id or part.old_id: part.standing for part in found.parts}
    return [
        SectionView(
            id=one.id,
            title=one.title,
            level=one.level,
            page=one.page,
            standing=_standing(found, one, standing.get(one.id, "changed")),
            changes=sum(piece.kind != "same" for piece in one.pieces),
            pieces=tuple(_pieces(one.pieces)) if wanted in ("", one.id) else (),
        )
        for one in read
    ]


def _standing(found: ReleasedComparison, section: SectionWords, standing: str) -> str:
    """Say how a section stands; that nothing changed is said as far as the editions go."""
    unchanged = all(piece.kind == "same" for piece in section.pieces)
    if section.gone:
        return "gone"
    if unchanged and standing != "moved":
        return "identical" if found.whole else "same"
    return "changed" if standing == "identical" else standing


def _pieces(pieces: Iterable[Piece]) -> Iterable[PieceView]:
    for piece in pieces:
        words = piece.text.split(" ")
        view = PieceView(
            kind=piece.kind,
            text=piece.text,
            words=sum(word != GAP for word in words),
            page=piece.page,
            other_page=piece.other_page,
        )
        if piece.kind == "same" and len(words) > 3 * AROUND:
            view = view.model_copy(
                update={
                    "text": " ".join(words[:AROUND]),
                    "between": " ".join(words[AROUND:-AROUND]),
                    "tail": " ".join(words[-AROUND:]),
                }
            )
        yield view


def read_passage(tx: Transaction, finding_id: str) -> PassageView:
    """Show the passage of a finding as it stood, and as it stands in the latest version one reads.

    Raises:
        NotFound: no such finding, or its version is not for this person.
        Unavailable: an edition is not built yet.
    """
    require(tx, Action.READ_FINDING, Target("finding", finding_id))
    finding = tx.session.get(Finding, finding_id)
    if finding is None:
        raise NotFound
    version, _ = version_and_title(tx, finding.version_id)
    view = PassageView(
        finding_id=finding_id,
        number=rows.number_known(tx, finding),
        version_id=finding.version_id,
        version_number=version.number,
        page=finding.page,
        standing="alone",
    )
    if not may(tx, Action.READ_VERSION, Target("version", finding.version_id)):
        return view.model_copy(update={"standing": "closed"})
    later = _latest_read(tx, version)
    if later is None:
        return view
    found = release_comparison(tx, later.id, version.id)
    view = view.model_copy(update={"later_id": later.id, "later_number": later.number})
    if found.runs is None:
        return view.model_copy(update={"standing": "comparing"})
    rects = tuple((x0, y0, x1, y1) for x0, y0, x1, y1 in finding.rects)
    standing, then, places, pieces = release_then_and_now(tx, found, page=finding.page, rects=rects)
    page, boxes = places[0] if places else (None, ())
    return view.model_copy(
        update={
            "standing": standing,
            "then": then,
            "now_page": page,
            # Without words of one's own the place is as somebody else stored it.
            "now_rects": boxes if then else (),
            "pieces": tuple(_pieces(pieces)) if places else (),
        }
    )


def _latest_read(tx: Transaction, version: Version) -> Version | None:
    found = rows.later_versions(tx, version)
    if tx.actor.side is Side.REVIEWER:
        found = [row for row in found if row.state == "published"]
    return next(
        (row for row in found if may(tx, Action.READ_VERSION, Target("version", row.id))), None
    )
