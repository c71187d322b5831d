"""What became of a report from version to version, as the two editions of who looks tell it.

What differs is told of words, claims and removals that both editions have; where one shows less
than the other, nothing says whether something was withheld or is not there.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice, pairwise

from app.access.claims import ShownClaim, shown_claims
from app.access.comparing import ReleasedComparison, release_comparison, versions_before
from app.access.decide import lifted_where, may, require
from app.access.differences import release_differences
from app.access.editions import edition_for
from app.access.material import told_on
from app.access.released import EditionFacts
from app.access.removals import removals_of
from app.access.scope import version_and_title
from app.access.whole import authors_words
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.targets import Target
from app.domain.withheld import Removal, compare
from app.features.versions import lines, rows
from app.features.versions.changelog_schemas import (
    ChangedClaim,
    ChangedRemoval,
    ChangedSection,
    ChangelogView,
    StepView,
    ToldView,
)
from app.features.versions.differences import sections_of
from app.features.versions.schemas import PieceView, SectionView
from app.kernel.actor import Side
from app.kernel.errors import Unavailable
from app.models.reports import Version
from app.transaction import Transaction

STEPS_A_PAGE = 3
MOST_PIECES = 4
MOST_WORDS = 60
"""Of a change, and of a claim; the differences of the section have all of it."""
Step = tuple[Version, Version]  # earlier, later


def read_changelog(tx: Transaction, version_id: str, *, page: int = 1) -> ChangelogView:
    """Show what changed from version to version down to the first that one may read, newest first.

    Raises:
        NotFound: missing, or not for this person.
    """
    view, steps = _begun(tx, version_id)
    pages = max(1, -(-len(steps) // STEPS_A_PAGE))
    at = min(page, pages)
    chosen = steps[(at - 1) * STEPS_A_PAGE : at * STEPS_A_PAGE]
    read = tuple(_step(tx, earlier, later) for earlier, later in chosen)
    _tell(tx, version_id, "ChangelogRead")
    return view.model_copy(update={"steps": read, "page": at, "pages": pages})


def export_changelog(tx: Transaction, version_id: str) -> ChangelogView:
    """Give all of it at once, for a file; errors as above.

    Words of the report leave with it only where a grant allows copies of both versions, and no
    more of them than those copies would show: titles and quotations are left out elsewhere.
    """
    view, steps = _begun(tx, version_id)
    open_to_copy = {later.id for earlier, later in steps if _may_copy(tx, earlier, later)}
    read = [_step(tx, earlier, later) for earlier, later in steps]
    taken = tuple(one if one.version_id in open_to_copy else _without_words(one) for one in read)
    _tell(tx, version_id, "ChangelogExported", {"steps": len(steps), "words": len(open_to_copy)})
    return view.model_copy(update={"steps": taken})


def _begun(tx: Transaction, version_id: str) -> tuple[ChangelogView, list[Step]]:
    require(tx, Action.READ_VERSION, Target("version", version_id))
    version, title = version_and_title(tx, version_id)
    chain = [version, *versions_before(tx, version_id)]
    steps = [(earlier, later) for later, earlier in pairwise(chain)]
    told = told_on(tx, [one.id for one in chain])
    view = ChangelogView(
        version_id=version_id,
        report_id=version.report_id,
        report_title=title,
        version_number=version.number,
        own=tx.actor.side is Side.REVIEWER,
        total=len(steps),
        told=tuple(ToldView.model_validate(vars(one)) for one in told),
    )
    return view, steps


def _step(tx: Transaction, earlier: Version, later: Version) -> StepView:
    step = StepView(
        version_id=later.id,
        number=later.number,
        label=later.label,
        published_at=later.published_at,
        earlier_id=earlier.id,
        earlier_number=earlier.number,
        state="preparing",
        words=authors_words(tx, later),
        fixed=rows.fixed_in(tx, later.id),
    )
    try:
        found = release_comparison(tx, later.id, earlier.id, kinds=("section", "evidence"))
    except Unavailable:
        return step
    step = step.model_copy(
        update={
            "state": "comparing",
            "withholds": not found.whole,
            "claims": tuple(_claims(tx, found)),
            "removals": tuple(_removals(tx, found)),
        }
    )
    if found.runs is None:
        return step
    sections = sections_of(found, release_differences(tx, found))
    return step.model_copy(
        update={
            "state": "ready",
            "sections": tuple(_sections(sections)),
            "evidence": tuple(
                one
                for one in lines.items_of(tx, found)
                if one.standing not in ("identical", "same")
            ),
        }
    )


def _sections(read: Iterable[SectionView]) -> Iterable[ChangedSection]:
    for section in read:
        if not section.changes and section.standing not in ("moved", "gone", "new"):
            continue
        other = [piece for piece in section.pieces if piece.kind != "same"]
        yield ChangedSection(
            id=section.id,
            title=section.title,
            page=section.page,
            standing=section.standing,
            changes=section.changes,
            pieces=tuple(_short(piece) for piece in islice(other, MOST_PIECES)),
            more=max(0, len(other) - MOST_PIECES),
        )


def _short(piece: PieceView) -> PieceView:
    return piece.model_copy(update={"text": _clipped(piece.text)})


def _clipped(said: str) -> str:
    words = said.split(" ")
    return said if len(words) <= MOST_WORDS else " ".join([*words[:MOST_WORDS], "…"])


# ---- claims


def _claims(tx: Transaction, found: ReleasedComparison) -> Iterable[ChangedClaim]:
    """Tell claims apart by their lineage, as the two editions show them.

    One that an edition does not show is not among its claims, whatever the reason: that it was
    taken off, was not carried on, or is withheld.
    """
    before = {claim.lineage_id: claim for claim in shown_claims(tx, found.old)}
    after = {claim.lineage_id: claim for claim in shown_claims(tx, found.new)}
    for lineage, claim in after.items():
        was = before.get(lineage)
        if was is None:
            yield _claim(found.new, claim, "new", now=claim.quote)
        elif (was.quote, was.load_bearing) != (claim.quote, claim.load_bearing):
            weight = "now" if claim.load_bearing else "no longer"
            yield _claim(
                found.new,
                claim,
                "changed",
                then=was.quote if was.quote != claim.quote else "",
                now=claim.quote,
                weight=weight if was.load_bearing != claim.load_bearing else "",
            )
    for lineage, claim in before.items():
        if lineage not in after:
            yield _claim(found.old, claim, "gone", then=claim.quote)


def _claim(
    edition: EditionFacts,
    claim: ShownClaim,
    standing: str,
    *,
    then: str = "",
    now: str = "",
    weight: str = "",
) -> ChangedClaim:
    return ChangedClaim(
        id=claim.id,
        version_id=edition.version_id,
        label=claim.label,
        page=claim.page,
        standing=standing,
        load_bearing=claim.load_bearing,
        weight=weight,
        then=_clipped(then),
        now=_clipped(now),
    )


# ---- removals


def _removals(tx: Transaction, found: ReleasedComparison) -> Iterable[ChangedRemoval]:
    """Compare what both indexes of removals tell this person; never a size, or how many words."""
    before, after = (
        removals_of(tx, one.version_id, lifted=frozenset(one.lifted), outline=())
        for one in (found.old, found.new)
    )
    differing = compare(before, after)
    yield from (_removal(found.new, one, "new") for one in differing.added if one.withheld)
    for was, one in differing.changed:
        change = "changed" if was.withheld == one.withheld else ""
        change = change or ("withheld" if one.withheld else "shown")
        if was.withheld or one.withheld:
            yield _removal(found.new, one, change, before=was.categories)
    yield from (_removal(found.old, one, "gone") for one in differing.gone if one.withheld)


def _removal(
    edition: EditionFacts, one: Removal, change: str, *, before: Sequence[str] = ()
) -> ChangedRemoval:
    return ChangedRemoval(
        version_id=edition.version_id,
        page=one.page,
        evidence=one.evidence,
        character=one.character,
        categories=one.categories,
        before=tuple(before) if tuple(before) != one.categories else (),
        change=change,
    )


# ---- copies


def _may_copy(tx: Transaction, *versions: Version) -> bool:
    """Say whether grants that allow copies of each version lift all that its edition shows."""
    for version in versions:
        target = Target("version", version.id)
        if not may(tx, Action.DOWNLOAD_VERSION, target):
            return False
        try:
            shown = frozenset(edition_for(tx, version.id).lifted)
        except Unavailable:
            return False
        if not shown <= lifted_where(tx, Action.DOWNLOAD_VERSION, target):
            return False
    return True


def _without_words(step: StepView) -> StepView:
    return step.model_copy(
        update={
            "words": "",
            "sections": tuple(
                one.model_copy(update={"title": "", "pieces": (), "more": one.changes})
                for one in step.sections
            ),
            "claims": tuple(one.model_copy(update={"then": "", "now": ""}) for one in step.claims),
        }
    )


def _tell(
    tx: Transaction, version_id: str, name: str, facts: Mapping[str, Fact] | None = None
) -> None:
    target = Target("version", version_id)
    tx.emit(Event(name=name, licence=Action.READ_VERSION, target=target, facts=facts or {}))
