"""What one's own edition withholds: index, figures, summary. The publisher's record is in `record`.

The edition is never chosen by the caller: it is the one that `release` gives to who asks.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from app.access.release import release, release_gaps
from app.access.released import OutlineEntry
from app.access.removals import removals_of
from app.access.scope import version_and_title
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.targets import DocumentRef, Target
from app.domain.withheld import (
    Changes,
    Removal,
    arrange,
    by_category,
    by_section,
    compare,
    outcome,
)
from app.features.withheld import queries, wording
from app.features.withheld.schemas import (
    Edition,
    FiguresView,
    IndexView,
    SummaryView,
    TouchedClaim,
    Wish,
)
from app.kernel.clock import now
from app.kernel.errors import Unavailable
from app.models.reports import Version
from app.transaction import Transaction

A_PAGE = 50


@dataclass(frozen=True)
class OwnEdition:
    """The edition of the one who asks, with everything that is or was removed from it."""

    facts: Edition
    version: Version
    pages: int
    removals: tuple[Removal, ...]

    @property
    def withheld(self) -> tuple[Removal, ...]:
        """Give what is black in this edition."""
        return tuple(removal for removal in self.removals if removal.withheld)


def own_edition(tx: Transaction, version_id: str) -> OwnEdition:
    """Open one's own edition of a version, as for its outline, with what is removed from it.

    Raises:
        NotFound, Unavailable: as `release`.
    """
    document = release(tx, DocumentRef(version_id=version_id))
    version, title = version_and_title(tx, version_id)
    if document.edition is None:
        raise LookupError("released without an edition")
    facts = Edition(
        version_id=version_id,
        report_title=title,
        version_number=version.number,
        version_label=version.label,
        key=document.edition.key,
        lifted=document.edition.lifted,
        withheld=document.edition.withheld,
        taken_at=now(),
    )
    removals = removals_of(
        tx, version_id, lifted=frozenset(facts.lifted), outline=sections_of(document.outline)
    )
    return OwnEdition(facts, version, document.pages, tuple(removals))


def sections_of(outline: tuple[OutlineEntry, ...]) -> list[tuple[str, int]]:
    """Give (title, first page) of the sections: the highest level that divides the report."""
    counted = Counter(entry.level for entry in outline)
    level = next((at for at in sorted(counted) if counted[at] > 1), min(counted, default=1))
    chosen = [entry for entry in outline if entry.level <= level]
    titles = Counter(entry.title for entry in chosen)
    return [
        (e.title if titles[e.title] == 1 else f"{e.title} (from page {e.page})", e.page)
        for e in chosen
    ]


def read_index(tx: Transaction, version_id: str, wish: Wish, *, form: str = "page") -> IndexView:
    """Read what is removed from one's own edition, and what changed since the version before."""
    own = own_edition(tx, version_id)
    chosen = arrange(
        own.removals,
        category=wish.category,
        section=wish.section,
        on_page=wish.on_page,
        state=wish.state,
        sort=wish.sort,
    )
    since, changes = _changes(tx, own)
    _emit(tx, own, "RedactionIndexRead", {"form": form, "removals": len(own.removals)})
    rows, page, pages = paged(chosen, wish.page)
    return IndexView(
        edition=own.facts,
        rows=tuple(rows),
        all=len(own.removals),
        chosen=len(chosen),
        withheld=len(own.withheld),
        page=page,
        pages=pages,
        categories=tuple(sorted({code for r in own.removals for code in r.categories})),
        sections=tuple(dict.fromkeys(r.section for r in arrange(own.removals))),
        since=since,
        changes=changes,
    )


def take_index(tx: Transaction, version_id: str) -> tuple[Removal, ...]:
    """Take the whole index of one's own edition along, as a file."""
    own = own_edition(tx, version_id)
    _emit(tx, own, "RedactionIndexRead", {"form": "csv", "removals": len(own.removals)})
    return own.removals


def paged(rows: list[Removal], page: int) -> tuple[list[Removal], int, int]:
    """Give one page of a list, its number within bounds, and how many pages there are."""
    pages = max(1, -(-len(rows) // A_PAGE))
    page = min(max(page, 1), pages)
    return rows[(page - 1) * A_PAGE : page * A_PAGE], page, pages


def _changes(tx: Transaction, own: OwnEdition) -> tuple[int | None, Changes | None]:
    """Compare with the version before, where this person has an edition of it that is ready."""
    earlier = queries.earlier_version(tx, own.version)
    if earlier is None:
        return None, None
    try:
        before = own_edition(tx, earlier.id)
    except Unavailable:
        return None, None
    return earlier.number, compare(before.removals, own.removals)


def read_figures(tx: Transaction, version_id: str) -> FiguresView:
    """Count what is removed from one's own edition, by section and by category."""
    own = own_edition(tx, version_id)
    _emit(tx, own, "RedactionIndexRead", {"form": "figures", "removals": len(own.removals)})
    return FiguresView(
        edition=own.facts,
        version_id=version_id,
        report_title=own.facts.report_title,
        version_number=own.facts.version_number,
        all=len(own.removals),
        withheld=len(own.withheld),
        pages=own.pages,
        pages_touched=len({removal.page for removal in own.withheld if removal.page}),
        sections=tuple(by_section(own.removals)),
        categories=tuple(by_category(own.removals)),
    )


def make_summary(tx: Transaction, version_id: str) -> SummaryView:
    """Make the summary statement of one's own edition: one of three outcomes, from rows alone."""
    own = own_edition(tx, version_id)
    claims = queries.claims_rested_on(tx, version_id)
    gaps = release_gaps(tx, version_id, [(page, rects) for _, page, rects in claims])
    touched = tuple(
        TouchedClaim(code=code, page=page, redactions=found)
        for (code, page, _), found in zip(claims, gaps, strict=True)
        if found
    )
    said = outcome(
        withheld=len(own.withheld),
        claims=len(claims),
        touched=[claim.code for claim in touched],
        whole=queries.pages_rested_on(tx, version_id),
    )
    _emit(tx, own, "RedactionSummaryMade", {"outcome": said.code})
    counts = tuple(by_category(own.withheld))
    parts = wording.Summary(own.facts, said.sentence, touched, counts)
    return SummaryView.model_validate(
        {
            "edition": own.facts,
            "outcome": said.code,
            "sentence": said.sentence,
            "all": len(own.removals),
            "withheld": len(own.withheld),
            "claims": len(claims),
            "touched": touched,
            "categories": counts,
            "text": wording.as_text(parts),
            "markdown": wording.as_markdown(parts),
        }
    )


def _emit(tx: Transaction, own: OwnEdition, name: str, facts: Mapping[str, Fact]) -> None:
    tx.emit(
        Event(
            name=name,
            licence=Action.READ_VERSION,
            target=Target("version", own.facts.version_id),
            facts={
                "edition": own.facts.key,
                "lifted": list(own.facts.lifted),
                "withheld": list(own.facts.withheld),
                **facts,
            },
        )
    )
