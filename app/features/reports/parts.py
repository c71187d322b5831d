"""Claims and owners: which sentences can be checked, and who answers for which part."""

from sqlalchemy import select

from app.access.decide import require
from app.access.facts import forget
from app.access.release import release, select_words
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import PageRef, SearchRef, Target
from app.features.reports import queries
from app.features.reports.schemas import AssignOwner, ClaimView, MarkClaim, OwnerView
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.models.reports import Claim, Ownership, Pathway, Section
from app.transaction import Transaction

Place = tuple[int, tuple[tuple[float, float, float, float], ...]]


def mark_claim(tx: Transaction, version_id: str, command: MarkClaim) -> ClaimView:
    """Mark a claim where it stands; with an owner named, assign them first.

    Raises:
        Invalid: the words or the quote do not name one place, or the code is taken.
    """
    target = Target("version", version_id)
    require(tx, Action.MARK_CLAIM, target)
    page, rects = _place(tx, version_id, command)
    taken = select(Claim.id).where(Claim.version_id == version_id, Claim.code == command.code)
    if tx.session.scalars(taken).first() is not None:
        raise Invalid(fields={"code": "Another claim has this code already."})
    claim = Claim(
        id=new_id("claim"),
        version_id=version_id,
        pathway_id=_pathway(tx, version_id, command.pathway, page),
        code=command.code,
        page=page,
        rects=[list(rect) for rect in rects],
        load_bearing=command.load_bearing,
    )
    tx.session.add(claim)
    tx.session.flush()
    tx.emit(
        Event(
            name="ClaimMarked",
            licence=Action.MARK_CLAIM,
            target=target,
            facts={
                "claim": claim.id,
                "page": page,
                "load_bearing": claim.load_bearing,
                "pathway": command.pathway,
            },
        )
    )
    owners: tuple[OwnerView, ...] = ()
    if command.owner_id:
        named = AssignOwner(person_id=command.owner_id, claim_id=claim.id)
        owners = (assign_owner(tx, version_id, named),)
    return ClaimView(
        id=claim.id,
        code=claim.code,
        page=page,
        rects=rects,
        load_bearing=claim.load_bearing,
        pathway=command.pathway,
        owners=owners,
    )


def _place(tx: Transaction, version_id: str, command: MarkClaim) -> Place:
    if command.quote:
        return _quoted(tx, version_id, command)
    if command.words and command.page:
        first, _, last = command.words.partition("-")
        ref = PageRef(version_id=version_id, page=command.page)
        return command.page, select_words(tx, ref, int(first), int(last)).rects
    raise Invalid(fields={"quote": "Type the words of the claim as they stand on the page."})


def _quoted(tx: Transaction, version_id: str, command: MarkClaim) -> Place:
    found = release(tx, SearchRef(version_id=version_id, phrase=command.quote or "")).hits
    hits = [hit for hit in found if command.page in (None, hit.page)]
    if not hits:
        raise Invalid(fields={"quote": "These words do not stand in your edition."})
    if len(hits) > 1:
        where = ", ".join(str(page) for page in sorted({hit.page for hit in hits}))
        raise Invalid(fields={"quote": f"These words stand in several places (page {where})."})
    page = hits[0].page
    return page, tuple(rect for at, rect in hits[0].fragments if at == page)


def _pathway(tx: Transaction, version_id: str, ordinal: int | None, page: int) -> str | None:
    """Give the id of a pathway by its number; the first claim under it says where it begins."""
    if ordinal is None:
        return None
    known = tx.session.scalars(
        select(Pathway).where(Pathway.version_id == version_id, Pathway.ordinal == ordinal)
    ).first()
    if known is None:
        known = Pathway(id=new_id("pathway"), version_id=version_id, ordinal=ordinal, page=page)
        tx.session.add(known)
        tx.session.flush()
    return known.id


def assign_owner(tx: Transaction, version_id: str, command: AssignOwner) -> OwnerView:
    """Name an author who answers for a section, a claim, or the whole version.

    Raises:
        Invalid: not an author of the publisher, or no such part of this version.
    """
    target = Target("version", version_id)
    require(tx, Action.ASSIGN_OWNER, target)
    people = {person.id: person.name for person in queries.possible_owners(tx)}
    if command.person_id not in people:
        raise Invalid(fields={"person_id": "Choose one of the authors."})
    _check_part(tx, version_id, command)
    known = tx.session.scalars(
        select(Ownership).where(
            Ownership.version_id == version_id,
            Ownership.section_id.is_not_distinct_from(command.section_id),
            Ownership.claim_id.is_not_distinct_from(command.claim_id),
            Ownership.person_id == command.person_id,
        )
    ).first()
    row = known or Ownership(
        id=new_id("ownership"),
        version_id=version_id,
        section_id=command.section_id,
        claim_id=command.claim_id,
        person_id=command.person_id,
    )
    row.rank = command.rank
    tx.session.add(row)
    tx.session.flush()
    forget(tx, target)
    tx.emit(
        Event(
            name="OwnerAssigned",
            licence=Action.ASSIGN_OWNER,
            target=target,
            facts={
                "person": command.person_id,
                "section": command.section_id,
                "claim": command.claim_id,
                "rank": command.rank,
            },
        )
    )
    return OwnerView(id=row.id, person_id=row.person_id, name=people[row.person_id], rank=row.rank)


def _check_part(tx: Transaction, version_id: str, command: AssignOwner) -> None:
    if command.section_id and command.claim_id:
        raise Invalid(fields={"section_id": "Choose a section or a claim, not both."})
    asked = (
        select(Section.version_id).where(Section.id == (command.section_id or "")),
        select(Claim.version_id).where(Claim.id == (command.claim_id or "")),
    )
    for part, statement in zip((command.section_id, command.claim_id), asked, strict=True):
        if part is not None and tx.session.scalars(statement).first() != version_id:
            raise Invalid(fields={"section_id": "Choose a part of this version."})
