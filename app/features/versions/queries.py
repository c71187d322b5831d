"""Scoped reads of versions beside each other: claims that wait, what was settled, who decided."""

from collections.abc import Collection

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from app.features.versions.schemas import SettledView
from app.models.people import Person
from app.models.reports import Claim, Ownership, Pathway, Version
from app.models.teams import Team
from app.models.versions import ClaimCarry, MaterialChange, PartCarry
from app.transaction import Transaction


def settled_claims(tx: Transaction, version_id: str, earlier_id: str) -> list[SettledView]:
    """List what was decided about the claims of an earlier version, the latest first."""
    old, new = aliased(Claim), aliased(Claim)
    rows = tx.session.execute(
        select(ClaimCarry, old.code, new.page, Person.name)
        .join(old, old.id == ClaimCarry.old_claim_id)
        .outerjoin(new, new.id == ClaimCarry.claim_id)
        .join(Person, Person.id == ClaimCarry.decided_by)
        .where(
            ClaimCarry.version_id == version_id,
            ClaimCarry.earlier_id == earlier_id,
            ClaimCarry.undone_at.is_(None),
            or_(ClaimCarry.claim_id.is_(None), new.ended_at.is_(None)),
        )
        .order_by(ClaimCarry.decided_at.desc(), old.ordinal, old.code)
    )
    return [
        SettledView(
            id=carry.old_claim_id,
            code=code,
            claim_id=carry.claim_id,
            page=page,
            standing=carry.standing,
            together=carry.together,
            by=name,
            at=carry.decided_at,
        )
        for carry, code, page, name in rows
    ]


def standing_carry(tx: Transaction, version_id: str, claim_id: str) -> ClaimCarry | None:
    """Find what was decided about a claim here and not taken back, and hold it."""
    return tx.session.scalars(
        select(ClaimCarry)
        .where(
            ClaimCarry.version_id == version_id,
            ClaimCarry.old_claim_id == claim_id,
            ClaimCarry.undone_at.is_(None),
        )
        .with_for_update()
    ).one_or_none()


def codes_here(tx: Transaction, version_id: str) -> dict[str, tuple[str, str]]:
    """Give (id, lineage) of the claims of a version by their codes."""
    rows = tx.session.execute(
        select(Claim.code, Claim.id, Claim.lineage_id).where(
            Claim.version_id == version_id, Claim.ended_at.is_(None)
        )
    )
    return {row.code: (row.id, row.lineage_id) for row in rows}


def last_ordinal(tx: Transaction, version_id: str) -> int:
    """Give the place of the last claim of a version."""
    last = select(func.max(Claim.ordinal)).where(Claim.version_id == version_id)
    return tx.session.scalars(last).one() or 0


def successors(tx: Transaction, version_id: str, lineages: Collection[str]) -> dict[str, str]:
    """Give the claims of a version by the lineage that they carry on."""
    rows = tx.session.execute(
        select(Claim.lineage_id, Claim.id).where(
            Claim.version_id == version_id,
            Claim.ended_at.is_(None),
            Claim.lineage_id.in_(lineages),
        )
    )
    return dict(rows.all())


def pathways(tx: Transaction, version_id: str) -> list[Pathway]:
    """List the pathways of a version by number."""
    rows = select(Pathway).where(Pathway.version_id == version_id).order_by(Pathway.ordinal)
    return list(tx.session.scalars(rows))


def pathways_changed(tx: Transaction, version_id: str, earlier_id: str) -> frozenset[str]:
    """Give the earlier pathways of which a claim was not carried on as identical, by id."""
    carried = select(ClaimCarry.id).where(
        ClaimCarry.version_id == version_id,
        ClaimCarry.old_claim_id == Claim.id,
        ClaimCarry.undone_at.is_(None),
        ClaimCarry.standing == "identical",
    )
    rows = tx.session.scalars(
        select(Claim.pathway_id).where(
            Claim.version_id == earlier_id,
            Claim.ended_at.is_(None),
            Claim.pathway_id.is_not(None),
            ~carried.exists(),
        )
    )
    return frozenset(row for row in rows if row is not None)


def owners_by_part(tx: Transaction, version_id: str) -> dict[str, list[Ownership]]:
    """Give who answers for sections, pathways and the whole ("") of a version; not for claims."""
    rows = tx.session.scalars(
        select(Ownership)
        .where(Ownership.version_id == version_id, Ownership.claim_id.is_(None))
        .order_by(Ownership.rank, Ownership.id)
    )
    found: dict[str, list[Ownership]] = {}
    for row in rows:
        found.setdefault(row.section_id or row.pathway_id or "", []).append(row)
    return found


def owner_names(tx: Transaction, rows: Collection[Ownership]) -> dict[str, str]:
    """Give the names of the people and teams that own something, by the owning's id."""
    people = select(Person.id, Person.name).where(Person.id.in_({row.person_id for row in rows}))
    teams = select(Team.id, Team.name).where(Team.id.in_({row.team_id for row in rows}))
    names = {one.id: one.name for asked in (people, teams) for one in tx.session.execute(asked)}
    return {row.id: names.get(row.person_id or row.team_id or "", "") for row in rows}


def parts_settled(tx: Transaction, version_id: str, earlier_id: str) -> frozenset[str]:
    """Give what was decided of parts of an earlier version, by keys as `parts` makes them."""
    rows = tx.session.execute(
        select(PartCarry.kind, PartCarry.old_id).where(
            PartCarry.version_id == version_id, PartCarry.earlier_id == earlier_id
        )
    )
    return frozenset(f"{row.kind}:{row.old_id}" for row in rows)


def latest_decisions(tx: Transaction, version_id: str) -> list[MaterialChange]:
    """List the latest decision about a version against each earlier one."""
    rows = tx.session.scalars(
        select(MaterialChange)
        .where(MaterialChange.version_id == version_id, MaterialChange.review_id.is_(None))
        .order_by(MaterialChange.earlier_id, MaterialChange.decided_at, MaterialChange.id)
    )
    return list({row.earlier_id: row for row in rows}.values())


def numbers_of(tx: Transaction, versions: Collection[str]) -> dict[str, int]:
    """Give the numbers of versions by their ids."""
    rows = tx.session.execute(select(Version.id, Version.number).where(Version.id.in_(versions)))
    return dict(rows.all())


def person_name(tx: Transaction, person_id: str) -> str:
    """Give a person's name."""
    return tx.session.scalars(select(Person.name).where(Person.id == person_id)).one()
