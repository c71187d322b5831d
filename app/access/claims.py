"""The part of the door through which the claims of a version leave, as each edition has them.

A claim is shown with the words that one's own edition shows in its place. One of which nothing can
be read does not exist for its reader, and nothing else may tell of it: positions are counted among
what is shown, and an outsider sees the code of a claim, or the number of a pathway, only where
their edition prints it; else a reference that counts nothing. Row-level security hides the same
claims again (`vitrine_shows`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from app.access.claim_words import look, titles_of
from app.access.decide import may, require
from app.access.editions import edition_for
from app.access.release import field_of
from app.access.released import EditionFacts, Rect, ReleasedPage
from app.db.base import one_of
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import Target
from app.kernel.actor import Side
from app.kernel.errors import Unavailable
from app.models.content import GuardedField
from app.models.reports import Claim, Pathway, Version
from app.transaction import Transaction

_claims = Claim.__table__.c
# Columns, not entities: a register loads hundreds of them.
_CLAIMS = select(
    *(
        _claims[name]
        for name in (
            "id",
            "lineage_id",
            "ordinal",
            "code",
            "page",
            "rects",
            "load_bearing",
            "pathway_id",
            "section_id",
            "version_id",
        )
    ),
).where(_claims.version_id == bindparam("version"), _claims.ended_at.is_(None))
_PATHWAYS = select(Pathway).where(Pathway.version_id == bindparam("version"))


@dataclass(frozen=True, kw_only=True)
class ShownClaim:
    """A claim as its reader may see it; `position` counts from 1 among what they see.

    `label` is its code, or a reference; `rects` are the places of what can be read, in points;
    `whole` says that nothing is withheld within it.
    """

    id: str
    lineage_id: str
    label: str
    reference: str
    position: int
    page: int
    rects: tuple[Rect, ...]
    quote: str
    whole: bool
    load_bearing: bool
    pathway_id: str | None
    pathway_number: int | None
    section_id: str | None

    @property
    def called(self) -> str:
        """Give the claim as it is spoken of, such as `Claim 4.2`."""
        return f"Claim {self.label}"


@dataclass(frozen=True, kw_only=True)
class ShownPathway:
    """A pathway as its reader may see it; `number` and `title` are None where they may not."""

    id: str
    lineage_id: str
    number: int | None
    title: str | None
    page: int

    @property
    def called(self) -> str:
        """Give the pathway as it is spoken of, such as `Pathway 4`."""
        said = self.number if self.number is not None else reference_of(self.lineage_id)
        return f"Pathway {said}"


def reference_of(lineage_id: str) -> str:
    """Give the reference of a claim or pathway: the same on all sides, and it counts nothing."""
    return lineage_id.partition("_")[2][:5] or lineage_id[:5]


def read_claims(tx: Transaction, version_id: str) -> tuple[ShownClaim, ...]:
    """Read the claims of a version in their order, as one's own edition shows them.

    Raises:
        NotFound, Unavailable: as `release`.
    """
    target = Target("version", version_id)
    require(tx, Action.READ_VERSION, target)
    edition = edition_for(tx, version_id)
    tx.emit(
        Event(
            name="VersionRead",
            licence=Action.READ_VERSION,
            target=target,
            facts={
                "edition": edition.key,
                "lifted": list(edition.lifted),
                "withheld": list(edition.withheld),
                "part": "claims",
            },
        )
    )
    return shown_claims(tx, edition)


def shown_claims(tx: Transaction, edition: EditionFacts) -> tuple[ShownClaim, ...]:
    """Give the claims that an edition shows; whoever calls has had its reading decided."""
    return tuple(shown for _, shown in shown_with_rows(tx, edition))


def shown_with_rows(tx: Transaction, edition: EditionFacts) -> tuple[tuple[Any, ShownClaim], ...]:
    """Give the claims that an edition shows, each behind its row; as `shown_claims`."""
    key = ("claims", edition.id)
    if key not in tx.memory:
        rows = _rows(tx, edition.version_id)
        by_id = {row.id: row for row in rows}
        tx.memory[key] = tuple((by_id[one.id], one) for one in _shown(tx, edition, rows))
    found: tuple[tuple[Any, ShownClaim], ...] = tx.memory[key]
    return found


def claims_on(tx: Transaction, page: ReleasedPage) -> tuple[ShownClaim, ...]:
    """Give the claims on a page that was released; positions count on that page alone."""
    if page.edition is None:
        return ()
    rows = [row for row in _rows(tx, page.edition.version_id) if row.page == page.number]
    return _shown(tx, page.edition, rows)


def show_claim(tx: Transaction, row: Claim) -> ShownClaim | None:
    """Give one claim, ended or not, as one's own edition shows it; None where it shows nothing."""
    require(tx, Action.READ_VERSION, Target("version", row.version_id))
    shown = _shown(tx, edition_for(tx, row.version_id), [row])
    return shown[0] if shown else None


def forget_claims(tx: Transaction, edition_id: str) -> None:
    """Drop what was remembered after a claim changed in this transaction."""
    tx.memory.pop(("claims", edition_id), None)


def _rows(tx: Transaction, version_id: str) -> list[Any]:
    rows = tx.session.execute(_CLAIMS, {"version": version_id})
    return sorted(rows, key=lambda row: (row.ordinal, row.page, row.id))


def _shown(tx: Transaction, edition: EditionFacts, rows: Sequence[Any]) -> tuple[ShownClaim, ...]:
    numbers = pathway_ordinals(tx, edition.version_id) if rows else {}
    looked = look(tx, edition, rows, numbers) if rows else {}
    outside = tx.actor.side is Side.REVIEWER
    found: list[ShownClaim] = []
    for row in rows:
        seen = looked[row.id]
        if not seen.rects:
            continue
        reference = reference_of(row.lineage_id)
        number = numbers.get(row.pathway_id or "")
        found.append(
            ShownClaim(
                id=row.id,
                lineage_id=row.lineage_id,
                label=reference if outside and not seen.code_printed else row.code,
                reference=reference,
                position=len(found) + 1,
                page=row.page,
                rects=seen.rects,
                quote=seen.quote,
                whole=seen.whole,
                load_bearing=row.load_bearing,
                pathway_id=row.pathway_id,
                pathway_number=number if seen.pathway_printed or not outside else None,
                section_id=row.section_id,
            )
        )
    return tuple(found)


def pathway_ordinals(tx: Transaction, version_id: str) -> dict[str, int]:
    """Give the numbers of the pathways of a version, by id: to look up and order by, not to show.

    To show: `pathway_labels`.
    """
    return {identity: row.ordinal for identity, row in _pathways(tx, version_id).items()}


def _pathways(tx: Transaction, version_id: str) -> dict[str, Pathway]:
    key = ("pathways", version_id)
    if key not in tx.memory:
        rows = tx.session.scalars(_PATHWAYS, {"version": version_id})
        tx.memory[key] = {row.id: row for row in rows}
    held: dict[str, Pathway] = tx.memory[key]
    return held


def forget_pathways(tx: Transaction, version_id: str) -> None:
    """Drop the remembered pathways after one changed in this transaction."""
    tx.memory.pop(("pathways", version_id), None)
    tx.memory.pop(("shown pathways", version_id), None)


def read_pathways(tx: Transaction, version_id: str) -> tuple[ShownPathway, ...]:
    """Read the pathways of a version by number; an outsider those that have a claim to show.

    A title is the one that is released to who reads, else what their outline says of the pathway.
    """
    require(tx, Action.READ_VERSION, Target("version", version_id))
    key = ("shown pathways", version_id)
    if key not in tx.memory:
        tx.memory[key] = _read_pathways(tx, version_id)
    found: tuple[ShownPathway, ...] = tx.memory[key]
    return found


def _read_pathways(tx: Transaction, version_id: str) -> tuple[ShownPathway, ...]:
    claims = shown_claims(tx, edition_for(tx, version_id))
    found: list[tuple[Pathway, int | None]] = _pathways_of(tx, version_id, claims)
    if tx.actor.side is not Side.REVIEWER:
        rows = sorted(_pathways(tx, version_id).values(), key=lambda row: row.ordinal)
        found = [(row, row.ordinal) for row in rows]
    titles = _pathway_titles(tx, version_id, [row for row, _ in found])
    return tuple(
        ShownPathway(
            id=row.id,
            lineage_id=row.lineage_id,
            number=number,
            title=titles.get(row.id),
            page=row.page,
        )
        for row, number in found
    )


def _pathway_titles(tx: Transaction, version_id: str, rows: Sequence[Pathway]) -> dict[str, str]:
    """Give the titles that are released to who acts, else those that their outline prints."""
    found: dict[str, str] = {}
    outline = titles_of(tx, version_id) if rows else ()
    for row in rows:
        said = (re.search(rf"\bpathway {row.ordinal}[:.,–—-]*\s+(.+)", t, re.I) for t in outline)
        printed = next((match[1] for match in said if match), None)
        if printed is not None:
            found[row.id] = printed
    fields = tx.session.scalars(
        select(GuardedField).where(
            one_of(GuardedField.subject_id, [row.id for row in rows]),
            GuardedField.field == "title",
        )
    )
    for field in fields:
        released = field_of(tx, field)
        if released.body is not None:
            found[field.subject_id] = released.body
    return found


def claim_labels(tx: Transaction, version_id: str) -> dict[str, tuple[str, int]]:
    """Give (label, page) of each claim that the acting person may know of, by its id, in order.

    For naming claims beside something else; no words of theirs, and nothing is recorded. Who works
    on the report knows all of them; everybody else those of their edition.
    """
    if _works_on(tx, version_id):
        return {row.id: (row.code, row.page) for row in _rows(tx, version_id)}
    edition = open_edition(tx, version_id)
    claims = shown_claims(tx, edition) if edition else ()
    return {claim.id: (claim.label, claim.page) for claim in claims}


def pathway_labels(tx: Transaction, version_id: str) -> dict[str, str]:
    """Give the label of each pathway that the acting person may know of, by its id, in order.

    Its number, or where their edition does not print it a reference (decisions/0032).
    """
    if _works_on(tx, version_id):
        numbers = pathway_ordinals(tx, version_id)
        return {one: str(number) for one, number in sorted(numbers.items(), key=lambda it: it[1])}
    edition = open_edition(tx, version_id)
    claims = shown_claims(tx, edition) if edition else ()
    return {
        row.id: str(number or reference_of(row.lineage_id))
        for row, number in _pathways_of(tx, version_id, claims)
    }


def _pathways_of(
    tx: Transaction, version_id: str, claims: Sequence[ShownClaim]
) -> list[tuple[Pathway, int | None]]:
    """List the pathways of claims in their order, each with its number where it may be known."""
    seen = {claim.pathway_id: claim.pathway_number for claim in claims if claim.pathway_number}
    wanted = {claim.pathway_id for claim in claims}
    ordered = sorted(_pathways(tx, version_id).values(), key=lambda row: row.ordinal)
    return [(row, seen.get(row.id)) for row in ordered if row.id in wanted]


def open_edition(tx: Transaction, version_id: str) -> EditionFacts | None:
    """Give one's own edition; None where the version is closed to one now, or it is not built."""
    target = Target("version", version_id)
    if not may(tx, Action.READ_VERSION, target):
        return None
    require(tx, Action.READ_VERSION, target)
    try:
        return edition_for(tx, version_id)
    except Unavailable:
        return None


def _works_on(tx: Transaction, version_id: str) -> bool:
    if tx.actor.side is Side.REVIEWER:
        return False
    version = tx.session.get(Version, version_id)
    return version is not None and may(tx, Action.READ_REPORT, Target("report", version.report_id))


def claim_label(tx: Transaction, claim_id: str) -> str | None:
    """Give the label of one claim, ended or not; None where the person may not know of it."""
    row = tx.session.get(Claim, claim_id)
    if row is None:
        return None
    if tx.actor.side is not Side.REVIEWER:
        return row.code
    if not may(tx, Action.READ_VERSION, Target("version", row.version_id)):
        return None
    try:
        shown = show_claim(tx, row)
    except Unavailable:
        return None
    return shown.label if shown else None


def evidence_notes(tx: Transaction, claim_ids: Sequence[str]) -> dict[tuple[str, str], str]:
    """Give what is noted of the evidence of claims, by claim and item, as far as one may read it.

    The caller has required the reading of their version.
    """
    fields = tx.session.scalars(
        select(GuardedField).where(
            one_of(GuardedField.subject_id, claim_ids), GuardedField.subject_kind == "claim"
        )
    )
    found: dict[tuple[str, str], str] = {}
    for field in fields:
        released = field_of(tx, field)
        if released.body:
            found[(field.subject_id, field.field.removeprefix("evidence."))] = released.body
    return found
