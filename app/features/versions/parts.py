"""Carrying on what hangs on parts of the earlier version: titles of pathways, and who answers.

Like claims: what is identical goes together, as one recorded batch; everything else one by one, by
somebody who reads both versions. What is carried here is never in the way of a publication.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.access.claims import forget_pathways
from app.access.comparing import ReleasedComparison, release_comparison
from app.access.decide import require
from app.access.deposit import deposit_field, share_field
from app.access.edition_text import outline_of
from app.access.facts import forget
from app.access.noted import released_texts
from app.access.released import ReleasedField
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.targets import Target
from app.features.versions import queries
from app.features.versions.schemas import PartMatchView, PartsSettled, SettleParts
from app.kernel.clock import now
from app.kernel.errors import Conflict
from app.kernel.ids import new_id
from app.models.reports import Ownership, Pathway, Version
from app.models.versions import PartCarry
from app.transaction import Transaction

TITLE, OWNERS = "title", "owners"


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Something on a part of the earlier version that the later one has not.

    `key` names it: what it is and the id of the old part. Without a `new_id` the part was not
    found; then it can only be left.
    """

    key: str
    kind: str  # title, owners
    part: str  # pathway, section, version
    old_id: str
    new_id: str | None
    label: str
    standing: str
    page: int | None = None
    title: ReleasedField | None = None
    owners: tuple[Ownership, ...] = ()


def waiting_parts(tx: Transaction, version_id: str, found: ReleasedComparison) -> list[Waiting]:
    """List what waits; `found` was released to the acting person."""
    earlier_id = found.old.version_id
    settled = queries.parts_settled(tx, version_id, earlier_id)
    owners, here = (queries.owners_by_part(tx, one) for one in (earlier_id, version_id))
    pathways = _pathways(tx, version_id, earlier_id, found.whole)
    waiting = [
        *_titles(tx, pathways),
        *_pathway_owners(pathways, owners, here),
        *_section_owners(tx, found, owners, here),
        *_version_owners(version_id, earlier_id, owners, here),
    ]
    return [one for one in waiting if one.key not in settled]


def part_views(tx: Transaction, waiting: Sequence[Waiting]) -> tuple[PartMatchView, ...]:
    """Give what waits as a page shows it, with the names of owners."""
    names = queries.owner_names(tx, [row for one in waiting for row in one.owners])
    return tuple(
        PartMatchView(
            key=one.key,
            kind=one.kind,
            part=one.part,
            label=one.label,
            standing=one.standing,
            page=one.page,
            title=one.title.body if one.title else None,
            stated=one.title is not None and not one.title.sensitivity,
            owners=tuple(names[row.id] for row in one.owners),
            found=one.new_id is not None,
        )
        for one in waiting
    )


# ---- pathways


@dataclass(frozen=True)
class _Pair:
    old: Pathway
    new: Pathway
    standing: str


def _pathways(tx: Transaction, version_id: str, earlier_id: str, whole: bool) -> list[_Pair]:
    """Pair pathways as claims that are carried on are put under them: by lineage, then number.

    One is identical where its number is, and every claim of it was carried on as identical.
    """
    before, after = (queries.pathways(tx, one) for one in (earlier_id, version_id))
    by_lineage = {row.lineage_id: row for row in after}
    by_number = {row.ordinal: row for row in after}
    changed = queries.pathways_changed(tx, version_id, earlier_id)
    pairs = []
    for old in before:
        new = by_lineage.get(old.lineage_id) or by_number.get(old.ordinal)
        if new is None:
            continue
        same = whole and new.ordinal == old.ordinal and old.id not in changed
        pairs.append(_Pair(old, new, "identical" if same else "changed"))
    return pairs


def _titles(tx: Transaction, pairs: Sequence[_Pair]) -> Iterable[Waiting]:
    """Give the titles that this person may read, of pathways that have none yet."""
    ids = [row.id for pair in pairs for row in (pair.old, pair.new)]
    texts = released_texts(tx, "pathway", ids, field=TITLE)
    for pair in pairs:
        title = texts.get(pair.old.id)
        if title is not None and title.body is not None and pair.new.id not in texts:
            yield _of_pathway(TITLE, pair, title=title)


def _pathway_owners(
    pairs: Sequence[_Pair],
    owners: Mapping[str, Sequence[Ownership]],
    here: Mapping[str, Sequence[Ownership]],
) -> Iterable[Waiting]:
    for pair in pairs:
        if pair.old.id in owners and pair.new.id not in here:
            yield _of_pathway(OWNERS, pair, owners=tuple(owners[pair.old.id]))


def _of_pathway(
    kind: str,
    pair: _Pair,
    *,
    title: ReleasedField | None = None,
    owners: tuple[Ownership, ...] = (),
) -> Waiting:
    renumbered = pair.new.ordinal != pair.old.ordinal
    return Waiting(
        key=f"{kind}:{pair.old.id}",
        kind=kind,
        part="pathway",
        old_id=pair.old.id,
        new_id=pair.new.id,
        label=f"Pathway {pair.old.ordinal}"
        + (f", now pathway {pair.new.ordinal}" if renumbered else ""),
        standing=pair.standing,
        page=pair.new.page,
        title=title,
        owners=owners,
    )


# ---- sections and the version


def _section_owners(
    tx: Transaction,
    found: ReleasedComparison,
    owners: Mapping[str, Sequence[Ownership]],
    here: Mapping[str, Sequence[Ownership]],
) -> Iterable[Waiting]:
    """Give the owners of sections whose title this person reads; of a section that is gone, too."""
    before = {heading.id: heading for heading in outline_of(tx, found.old.id)}
    pages = {heading.id: heading.page for heading in outline_of(tx, found.new.id)}
    for part in found.parts:
        old = before.get(part.old_id or "") if part.kind == "section" else None
        if old is None or old.id not in owners or (part.new_id or "") in here:
            continue
        yield Waiting(
            key=f"{OWNERS}:{old.id}",
            kind=OWNERS,
            part="section",
            old_id=old.id,
            new_id=part.new_id,
            label=old.title,
            standing=part.standing if found.whole or part.standing != "identical" else "same",
            page=pages.get(part.new_id or ""),
            owners=tuple(owners[old.id]),
        )


def _version_owners(
    version_id: str,
    earlier_id: str,
    owners: Mapping[str, Sequence[Ownership]],
    here: Mapping[str, Sequence[Ownership]],
) -> Iterable[Waiting]:
    if "" in owners and "" not in here:
        yield Waiting(
            key=f"{OWNERS}:{earlier_id}",
            kind=OWNERS,
            part="version",
            old_id=earlier_id,
            new_id=version_id,
            label="The version as a whole",
            standing="version",
            owners=tuple(owners[""]),
        )


# ---- what is done


def settle_parts(tx: Transaction, version_id: str, command: SettleParts) -> PartsSettled:
    """Carry on what hangs on parts, or leave it behind: identical ones together, else one by one.

    A title that was stated to hold nothing withheld is read by everybody only if that is stated of
    this version as well; else by who has lifted all that its writer, and who carries it, had.

    Raises:
        NotFound: no such earlier version, or not both are for this person.
        Conflict: one was settled meanwhile, several are not identical, or a part was not found.
    """
    target = Target("version", version_id)
    require(tx, Action.CARRY_CLAIMS, target)
    tx.session.scalars(select(Version.id).where(Version.id == version_id).with_for_update()).one()
    found = release_comparison(tx, version_id, command.earlier)
    waiting = {one.key: one for one in waiting_parts(tx, version_id, found)}
    if set(command.parts) - set(waiting):
        raise Conflict(
            "Somebody has settled this meanwhile, or it does not wait here.",
            kept="Nothing was carried on a second time.",
        )
    chosen = [waiting[key] for key in dict.fromkeys(command.parts)]
    together = len(chosen) > 1
    if together and {one.standing for one in chosen} != {"identical"}:
        raise Conflict(
            "Only what is identical is carried on together.", kept="Nothing was carried on."
        )
    if not command.leave and any(one.new_id is None for one in chosen):
        raise Conflict(
            "This part was not found in the version.",
            kept="Nothing was carried on.",
            remedy="Leave it behind, or name owners of another part in the register.",
        )
    for one in chosen:
        _settle(tx, version_id, one, command, together=together)
    if together:
        _tell(tx, version_id, "PartsCarried", {"parts": len(chosen), "left": command.leave})
    return PartsSettled(parts=tuple(one.key for one in chosen))


def _settle(
    tx: Transaction, version_id: str, one: Waiting, command: SettleParts, *, together: bool
) -> None:
    if not command.leave and one.new_id is not None:
        if one.kind == TITLE:
            _carry_title(tx, version_id, one, stated=command.nothing_withheld)
        else:
            _carry_owners(tx, version_id, one)
    tx.session.add(
        PartCarry(
            id=new_id("part_carry"),
            version_id=version_id,
            earlier_id=command.earlier,
            kind=one.kind,
            old_id=one.old_id,
            new_id=None if command.leave else one.new_id,
            standing=one.standing,
            together=together,
            decided_by=tx.actor.id,
            decided_at=now(),
        )
    )
    tx.session.flush()
    facts: dict[str, Fact] = {
        "kind": one.kind, "part": one.part, "from": one.old_id, "to": one.new_id,
        "from_version": command.earlier, "standing": one.standing,
        "nothing_withheld": one.kind == TITLE and _restated(one, command.nothing_withheld),
    }  # fmt: skip
    _tell(tx, version_id, "PartLeft" if command.leave else "PartCarried", facts)


def _restated(one: Waiting, stated: bool) -> bool:
    return stated and one.title is not None and not one.title.sensitivity


def _carry_title(tx: Transaction, version_id: str, one: Waiting, *, stated: bool) -> None:
    if one.title is None or one.title.body is None or one.new_id is None:
        raise LookupError("a title waits only where it can be read")
    subject = Target("pathway", one.new_id)
    deposit_field(
        tx,
        subject,
        field=TITLE,
        body=one.title.body,
        version_id=version_id,
        organisation_id=None,
        shared=True,
        at_least=one.title.sensitivity,
    )
    if _restated(one, stated):
        share_field(tx, subject, field=TITLE, narrowed_to=())
    forget_pathways(tx, version_id)


def _carry_owners(tx: Transaction, version_id: str, one: Waiting) -> None:
    tx.session.add_all(
        Ownership(
            id=new_id("ownership"),
            version_id=version_id,
            section_id=one.new_id if one.part == "section" else None,
            pathway_id=one.new_id if one.part == "pathway" else None,
            person_id=row.person_id,
            team_id=row.team_id,
            rank=row.rank,
        )
        for row in one.owners
    )
    tx.session.flush()
    tx.memory.pop(("owners", version_id), None)
    forget(tx, Target("version", version_id))


def _tell(tx: Transaction, version_id: str, name: str, facts: dict[str, Fact]) -> None:
    tx.emit(
        Event(
            name=name,
            licence=Action.CARRY_CLAIMS,
            target=Target("version", version_id),
            facts=facts,
        )
    )


def split(waiting: Collection[Waiting]) -> tuple[list[Waiting], list[Waiting]]:
    """Tell what goes together from everything else."""
    same = [one for one in waiting if one.standing == "identical"]
    return same, [one for one in waiting if one.standing != "identical"]
