"""What is written when a claim is carried on: the claim, its pathway, its owners, its evidence."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.access.claims import forget_claims, forget_pathways
from app.access.deposit import deposit_field
from app.access.editions import edition_for
from app.access.noted import released_texts
from app.domain.targets import Target
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.models.evidence import EvidenceItem
from app.models.reports import Claim, ClaimEvidence, Ownership, Pathway, Section, Version
from app.models.versions import ClaimCarry
from app.transaction import Transaction

Place = tuple[int, tuple[tuple[float, float, float, float], ...]]


@dataclass(frozen=True)
class Carried:
    """A claim that was carried on, and how much of its evidence is not attached here."""

    claim: Claim
    evidence_left_out: int
    notes_left_out: int = 0  # on evidence, which whoever carries the claim may not read


def carry_on(tx: Transaction, version: Version, old: Claim, place: Place) -> Carried:
    """Put a claim of an earlier version into a later one: its lineage, code, order and weight."""
    page, rects = place
    claim = Claim(
        id=new_id("claim"),
        lineage_id=old.lineage_id,
        version_id=version.id,
        pathway_id=_pathway(tx, version.id, old.pathway_id, page),
        section_id=_section(tx, version.id, page),
        ordinal=old.ordinal,
        code=old.code,
        page=page,
        rects=[list(rect) for rect in rects],
        load_bearing=old.load_bearing,
    )
    tx.session.add(claim)
    tx.session.flush()
    _owners(tx, old, claim)
    left_out, unread = _evidence(tx, old, claim)
    _forget(tx, version.id)
    return Carried(claim, left_out, unread)


def take_back(tx: Transaction, row: ClaimCarry) -> None:
    """Undo what was decided: what was carried on is removed; one that was joined goes on alone."""
    row.undone_by, row.undone_at = tx.actor.id, now()
    if row.claim_id is not None:
        claim = tx.session.get_one(Claim, row.claim_id, with_for_update=True)
        if row.standing == "joined":
            claim.lineage_id = new_id("claim")
        elif claim.ended_at is None:
            claim.ended_at, claim.ended_as = now(), "removed"
    tx.session.flush()
    _forget(tx, row.version_id)


def _pathway(tx: Transaction, version_id: str, old_id: str | None, page: int) -> str | None:
    """Give the pathway of the new version: of the same lineage, else of the same number."""
    old = tx.session.get(Pathway, old_id) if old_id else None
    if old is None:
        return None
    rows = tx.session.scalars(select(Pathway).where(Pathway.version_id == version_id)).all()
    same = [row for row in rows if row.lineage_id == old.lineage_id]
    found = (same or [row for row in rows if row.ordinal == old.ordinal])[:1]
    if found:
        return found[0].id
    made = Pathway(
        id=new_id("pathway"),
        lineage_id=old.lineage_id,
        version_id=version_id,
        ordinal=old.ordinal,
        page=page,
    )
    tx.session.add(made)
    tx.session.flush()
    forget_pathways(tx, version_id)
    return made.id


def _section(tx: Transaction, version_id: str, page: int) -> str | None:
    """Give the smallest section around a page, of several the last."""
    return tx.session.scalars(
        select(Section.id)
        .where(Section.version_id == version_id, Section.page_from <= page, Section.page_to >= page)
        .order_by(Section.page_to - Section.page_from, Section.ordinal.desc())
    ).first()


def _owners(tx: Transaction, old: Claim, new: Claim) -> None:
    rows = tx.session.scalars(select(Ownership).where(Ownership.claim_id == old.id)).all()
    tx.session.add_all(
        Ownership(
            id=new_id("ownership"),
            version_id=new.version_id,
            claim_id=new.id,
            person_id=row.person_id,
            team_id=row.team_id,
            rank=row.rank,
        )
        for row in rows
    )
    tx.session.flush()


def _evidence(tx: Transaction, old: Claim, new: Claim) -> tuple[int, int]:
    """Let it rest on the same files where they are attached here, with what is noted of them.

    Gives how many are not attached, and how many notes the acting person may not read.
    """
    linked = tx.session.execute(
        select(EvidenceItem.source_digest, EvidenceItem.id)
        .join(ClaimEvidence, ClaimEvidence.item_id == EvidenceItem.id)
        .where(ClaimEvidence.claim_id == old.id)
        .order_by(EvidenceItem.imported_at, EvidenceItem.id)
    )
    wanted = {row.source_digest: row.id for row in linked}
    here = tx.session.scalars(
        select(EvidenceItem).where(
            EvidenceItem.version_id == new.version_id,
            EvidenceItem.source_digest.in_(list(wanted)),
            EvidenceItem.state == "ready",
        )
    ).all()
    found = {item.source_digest: item for item in here}
    tx.session.add_all(
        ClaimEvidence(
            claim_id=new.id,
            item_id=item.id,
            version_id=new.version_id,
            linked_by=tx.actor.id,
            linked_at=now(),
        )
        for item in found.values()
    )
    tx.session.flush()
    pairs = [(wanted[digest], item.id) for digest, item in found.items()]
    return len(wanted.keys() - found.keys()), _notes(tx, old, new, pairs)


def _notes(tx: Transaction, old: Claim, new: Claim, pairs: Sequence[tuple[str, str]]) -> int:
    """Take along what is noted of evidence, as sensitive as it was; gives how many are left out."""
    left_out = 0
    for before, here in pairs:
        texts = released_texts(tx, "claim", [old.id], field=f"evidence.{before}")
        note = texts.get(old.id)
        if note is None:
            continue
        if note.body is None:
            left_out += 1
            continue
        deposit_field(
            tx,
            Target("claim", new.id),
            field=f"evidence.{here}",
            body=note.body,
            version_id=new.version_id,
            organisation_id=None,
            shared=True,
            at_least=note.sensitivity,
        )
    return left_out


def _forget(tx: Transaction, version_id: str) -> None:
    forget_claims(tx, edition_for(tx, version_id).id)
    tx.memory.pop(("owners", version_id), None)
