"""Claims: marked, changed, moved, removed, brought back. One function per intention.

Until a version is published a claim is changed where it stands; afterwards a change puts a new
claim of the same lineage in its place, and what referred to the old one still finds it.
"""

from sqlalchemy import func, select

from app.access.claims import forget_claims, forget_pathways
from app.access.editions import edition_for
from app.access.release import release, select_words
from app.domain.actions import Action
from app.domain.claims import moved
from app.domain.events import Event, Fact
from app.domain.targets import PageRef, SearchRef, Target
from app.features.claims import queries
from app.features.claims.owning import assign_owner
from app.features.claims.schemas import (
    AssignOwner,
    ChangeClaim,
    ClaimMade,
    Done,
    MarkClaim,
    MoveClaim,
    OwnerView,
)
from app.features.claims.standing import require_lightening, require_work
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid
from app.kernel.ids import new_id
from app.models.reports import Claim, ClaimEvidence, Ownership, Pathway, Section, Version
from app.transaction import Transaction

Place = tuple[int, tuple[tuple[float, float, float, float], ...]]
TAKEN = "Another claim has this code already."


def mark_claim(tx: Transaction, version_id: str, command: MarkClaim) -> ClaimMade:
    """Mark a claim where it stands; with an owner named, assign them.

    Raises:
        Invalid: the words or the quote do not name one place, or the code is taken.
    """
    require_work(tx, version_id)
    place = _place(tx, version_id, command)
    refuse_taken(tx, version_id, command.code)
    claim = put_claim(tx, version_id, command, place)
    _tell(
        tx, claim, "ClaimMarked",
        {"page": claim.page, "load_bearing": claim.load_bearing, "pathway": command.pathway},
        stage="marked",
    )  # fmt: skip
    owners: tuple[OwnerView, ...] = ()
    if command.owner_id:
        named = AssignOwner(person_id=command.owner_id, claim_id=claim.id)
        owners = (assign_owner(tx, version_id, named),)
    return made(claim, command, owners)


def put_claim(
    tx: Transaction, version_id: str, command: MarkClaim | ChangeClaim, place: Place
) -> Claim:
    """Put a claim at the end of the register; the caller has decided, and says what happened."""
    page, rects = place
    last = select(func.max(Claim.ordinal)).where(Claim.version_id == version_id)
    claim = Claim(
        id=new_id("claim"),
        lineage_id=new_id("claim"),
        version_id=version_id,
        pathway_id=pathway_of(tx, version_id, command.pathway, page),
        section_id=_section(tx, version_id, command.section_id, page),
        ordinal=(tx.session.scalars(last).one() or 0) + 1,
        code=command.code,
        page=page,
        rects=[list(rect) for rect in rects],
        load_bearing=command.load_bearing,
    )
    tx.session.add(claim)
    tx.session.flush()
    forget(tx, version_id)
    return claim


def change_claim(tx: Transaction, claim_id: str, command: ChangeClaim) -> ClaimMade:
    """Change a claim; of a published version a new one supersedes it, and the old one is kept.

    Raises:
        Invalid: the words do not name one place, or the code is taken.
        Conflict: it is not in the register any more.
    """
    claim = _locked(tx, claim_id)
    place = _where(claim)
    if command.quote or command.words:
        place = _place(tx, claim.version_id, command)
    if claim.load_bearing and not (command.load_bearing and place == _where(claim)):
        require_lightening(tx, claim.version_id)
    refuse_taken(tx, claim.version_id, command.code, but=claim.id)
    if tx.session.get_one(Version, claim.version_id).state == "published":
        return _supersede(tx, claim, command, place)
    facts: dict[str, Fact] = {
        "code": command.code,
        "from_code": claim.code,
        "page": place[0],
        "from_page": claim.page,
        "load_bearing": command.load_bearing,
        "was_load_bearing": claim.load_bearing,
        "pathway": command.pathway,
    }
    claim.code, claim.load_bearing = command.code, command.load_bearing
    claim.page, claim.rects = place[0], [list(rect) for rect in place[1]]
    claim.pathway_id = pathway_of(tx, claim.version_id, command.pathway, claim.page)
    claim.section_id = _section(tx, claim.version_id, command.section_id, claim.page)
    tx.session.flush()
    forget(tx, claim.version_id)
    _tell(tx, claim, "ClaimChanged", facts, stage="changed")
    return made(claim, command)


def _where(claim: Claim) -> Place:
    return claim.page, queries.rects_of(claim.rects)


def _supersede(tx: Transaction, old: Claim, command: ChangeClaim, place: Place) -> ClaimMade:
    old.ended_at, old.ended_as = now(), "superseded"
    tx.session.flush()
    new = put_claim(tx, old.version_id, command, place)
    new.lineage_id, new.ordinal = old.lineage_id, old.ordinal
    old.succeeded_by = new.id
    tx.session.flush()
    _hand_on(tx, old, new)
    facts: dict[str, Fact] = {"from": old.id, "to": new.id, "page": new.page}
    _tell(tx, old, "ClaimSuperseded", facts, stage="superseded")
    _tell(tx, new, "ClaimSuperseded", facts, stage="marked")
    return made(new, command)


def _hand_on(tx: Transaction, old: Claim, new: Claim) -> None:
    """Give the new claim the owners and the evidence of the one that it supersedes."""
    for row in tx.session.scalars(select(Ownership).where(Ownership.claim_id == old.id)).all():
        tx.session.add(
            Ownership(
                id=new_id("ownership"), version_id=new.version_id, claim_id=new.id,
                person_id=row.person_id, team_id=row.team_id, rank=row.rank,
            )
        )  # fmt: skip
    linked = select(ClaimEvidence).where(ClaimEvidence.claim_id == old.id)
    for link in tx.session.scalars(linked).all():
        tx.session.add(
            ClaimEvidence(
                claim_id=new.id, item_id=link.item_id, version_id=new.version_id,
                linked_by=link.linked_by, linked_at=link.linked_at,
            )
        )  # fmt: skip
    tx.session.flush()


def move_claim(tx: Transaction, claim_id: str, command: MoveClaim) -> Done:
    """Move a claim one place among those of its pathway; the first and the last stay."""
    claim = _locked(tx, claim_id)
    rows = queries.siblings(tx, claim)
    places = sorted(row.ordinal for row in rows)
    at = next(at for at, row in enumerate(rows) if row.id == claim.id)
    before = claim.ordinal
    for row, ordinal in zip(moved(rows, at, command.direction), places, strict=True):
        row.ordinal = ordinal
    tx.session.flush()
    forget(tx, claim.version_id)
    facts: dict[str, Fact] = {
        "direction": command.direction, "from": before, "to": claim.ordinal
    }  # fmt: skip
    _tell(tx, claim, "ClaimMoved", facts)
    return Done(id=claim.id)


def remove_claim(tx: Transaction, claim_id: str) -> Done:
    """Take a claim off the register; its row is kept, and it can be brought back."""
    claim = _locked(tx, claim_id)
    if claim.load_bearing:
        require_lightening(tx, claim.version_id)
    claim.ended_at, claim.ended_as = now(), "removed"
    tx.session.flush()
    forget(tx, claim.version_id)
    _tell(tx, claim, "ClaimRemoved", {"page": claim.page}, stage="removed")
    return Done(id=claim.id)


def restore_claim(tx: Transaction, claim_id: str) -> Done:
    """Bring a removed or superseded claim back; what superseded it is removed.

    Raises:
        Conflict: it is in the register, or its code was given to another claim.
    """
    version_id = queries.version_of(tx, claim_id)
    require_work(tx, version_id)
    claim = tx.session.get_one(Claim, claim_id, with_for_update=True)
    if claim.ended_at is None:
        raise Conflict("This claim is in the register already.")
    if claim.succeeded_by is not None:
        successor = tx.session.get_one(Claim, claim.succeeded_by, with_for_update=True)
        if successor.ended_at is None:
            if successor.load_bearing:
                require_lightening(tx, version_id)
            successor.ended_at, successor.ended_as = now(), "removed"
            tx.session.flush()
            _tell(tx, successor, "ClaimRemoved", {"page": successor.page}, stage="removed")
    try:
        refuse_taken(tx, version_id, claim.code)
    except Invalid as taken:
        raise Conflict(
            "Another claim has taken its code.",
            kept="This claim is still removed.",
            remedy="Give the other claim a code of its own, then bring this one back.",
        ) from taken
    claim.ended_at = claim.ended_as = claim.succeeded_by = None
    tx.session.flush()
    forget(tx, version_id)
    _tell(tx, claim, "ClaimRestored", {"page": claim.page}, stage="marked")
    return Done(id=claim.id)


def made(
    claim: Claim, command: MarkClaim | ChangeClaim, owners: tuple[OwnerView, ...] = ()
) -> ClaimMade:
    """Give what was made to who made it, and its place only if they named it in their edition."""
    named = bool(command.quote or command.words)
    return ClaimMade(
        id=claim.id,
        lineage_id=claim.lineage_id,
        code=claim.code,
        page=claim.page,
        rects=queries.rects_of(claim.rects) if named else (),
        load_bearing=claim.load_bearing,
        pathway=command.pathway,
        owners=owners,
    )


def refuse_taken(tx: Transaction, version_id: str, code: str, *, but: str = "") -> None:
    """Refuse a code that another claim of the register has.

    Raises:
        Invalid: it is taken; the field is `code`.
    """
    taken = select(Claim.id).where(
        Claim.version_id == version_id,
        Claim.code == code,
        Claim.ended_at.is_(None),
        Claim.id != but,
    )
    if tx.session.scalars(taken).first() is not None:
        raise Invalid(fields={"code": TAKEN})


def pathway_of(tx: Transaction, version_id: str, ordinal: int | None, page: int) -> str | None:
    """Give the id of a pathway by its number; the first claim under it says where it begins."""
    if ordinal is None:
        return None
    known = tx.session.scalars(
        select(Pathway).where(Pathway.version_id == version_id, Pathway.ordinal == ordinal)
    ).first()
    if known is None:
        known = Pathway(
            id=new_id("pathway"), lineage_id=new_id("pathway"), version_id=version_id,
            ordinal=ordinal, page=page,
        )  # fmt: skip
        tx.session.add(known)
        tx.session.flush()
        forget_pathways(tx, version_id)
    return known.id


def forget(tx: Transaction, version_id: str) -> None:
    """Drop what was remembered of the claims of a version after one changed."""
    for key in [key for key in tx.memory if isinstance(key, tuple) and key[0] == "edition"]:
        if key[1] == version_id:
            forget_claims(tx, edition_for(tx, version_id).id)
    forget_pathways(tx, version_id)
    tx.memory.pop(("owners", version_id), None)


def _section(tx: Transaction, version_id: str, chosen: str | None, page: int) -> str | None:
    """Give the section that was chosen, else the smallest around the page, of several the last."""
    if chosen:
        row = tx.session.get(Section, chosen)
        if row is None or row.version_id != version_id:
            raise Invalid(fields={"section_id": "Choose a section of this version."})
        return chosen
    return tx.session.scalars(
        select(Section.id)
        .where(Section.version_id == version_id, Section.page_from <= page, Section.page_to >= page)
        .order_by(Section.page_to - Section.page_from, Section.ordinal.desc())
    ).first()


def _place(tx: Transaction, version_id: str, command: MarkClaim | ChangeClaim) -> Place:
    if command.quote:
        return quoted(tx, version_id, command.quote, command.page)
    if command.words and command.page:
        first, _, last = command.words.partition("-")
        ref = PageRef(version_id=version_id, page=command.page)
        return command.page, select_words(tx, ref, int(first), int(last)).rects
    raise Invalid(fields={"quote": "Type the words of the claim as they stand on the page."})


def quoted(tx: Transaction, version_id: str, quote: str, page: int | None) -> Place:
    """Find the one place where words stand in one's own edition.

    Raises:
        Invalid: they stand nowhere, or in several places; the field is `quote`.
    """
    found = release(tx, SearchRef(version_id=version_id, phrase=quote)).hits
    hits = [hit for hit in found if page in (None, hit.page)]
    if not hits:
        raise Invalid(fields={"quote": "These words do not stand in your edition."})
    if len(hits) > 1:
        where = ", ".join(str(number) for number in sorted({hit.page for hit in hits}))
        raise Invalid(fields={"quote": f"These words stand in several places (page {where})."})
    at = hits[0].page
    return at, tuple(rect for on, rect in hits[0].fragments if on == at)


def _locked(tx: Transaction, claim_id: str) -> Claim:
    """Lock a claim of the register for who may change it.

    Raises:
        NotFound: there is no such claim.
        Conflict: it was removed or superseded meanwhile.
    """
    version_id = queries.version_of(tx, claim_id)
    require_work(tx, version_id)
    claim = tx.session.get_one(Claim, claim_id, with_for_update=True, populate_existing=True)
    if claim.ended_at is not None:
        raise Conflict(
            "This claim is not in the register any more.",
            kept="Nothing was changed by you.",
            remedy="Bring it back first, or change the claim that took its place.",
        )
    return claim


def _tell(
    tx: Transaction, claim: Claim, name: str, facts: dict[str, Fact], stage: str | None = None
) -> None:
    tx.emit(
        Event(
            name=name,
            licence=Action.MARK_CLAIM,
            target=Target("version", claim.version_id),
            subject=Target("claim", claim.id),
            facts={"claim": claim.id, "version_id": claim.version_id, **facts},
            stage=stage,
        )
    )
