"""Carrying the claims of an earlier version on: what may go where, and the acts that settle each.

Nothing is carried on by itself: identical passages are confirmed together, everything else one by
one, each by somebody who reads both passages whole.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from app.access.carrying import marks_to_carry
from app.access.claims import shown_claims
from app.access.comparing import (
    Part,
    ReleasedComparison,
    earlier_version,
    nothing_there,
    release_comparison,
)
from app.access.decide import may, require
from app.access.differences import words_at
from app.access.lineages import waiting_claims
from app.access.release import release
from app.access.scope import version_and_title
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.targets import SearchRef, Target
from app.features.versions import queries
from app.features.versions.carrying import Carried, carry_on, take_back
from app.features.versions.parts import part_views, split, waiting_parts
from app.features.versions.schemas import (
    CarriedClaims,
    CarryClaim,
    CarryIdenticalClaims,
    ClaimGone,
    ClaimMatchView,
    MatchingView,
    PlaceView,
    Settled,
    UndoCarry,
)
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound, Unavailable
from app.kernel.ids import new_id
from app.models.reports import Claim, Version
from app.models.versions import ClaimCarry
from app.rendering.comparing import GAP
from app.transaction import Transaction


def open_matching(tx: Transaction, version_id: str) -> MatchingView:
    """Show which claims of the version before wait here, and where each may stand now."""
    require(tx, Action.CARRY_CLAIMS, Target("version", version_id))
    version, title = version_and_title(tx, version_id)
    view = MatchingView(
        version_id=version_id,
        report_id=version.report_id,
        report_title=title,
        version_number=version.number,
        published=version.state == "published",
        state="alone",
    )
    earlier = earlier_version(tx, version_id, None)
    if earlier is None:
        return view
    waiting = waiting_claims(tx, version_id, earlier.id)
    view = view.model_copy(
        update={
            "earlier_id": earlier.id,
            "earlier_number": earlier.number,
            "waiting": len(waiting),
            "settled": tuple(queries.settled_claims(tx, version_id, earlier.id)),
            "marks_waiting": sum(len(marks) for marks in marks_to_carry(tx, version_id).values()),
        }
    )
    if not may(tx, Action.READ_VERSION, Target("version", earlier.id)):
        return view.model_copy(update={"state": "closed"})
    try:
        found = release_comparison(tx, version_id, earlier.id)
    except Unavailable:
        return view.model_copy(update={"state": "preparing"})
    if found.runs is None:
        return view.model_copy(update={"state": "comparing"})
    same, others = split(waiting_parts(tx, version_id, found))
    return view.model_copy(
        update={
            "state": "ready",
            **_sorted(tx, version_id, found, waiting),
            "parts_identical": part_views(tx, same),
            "parts_others": part_views(tx, others),
        }
    )


def _sorted(
    tx: Transaction, version_id: str, found: ReleasedComparison, waiting: Sequence[Claim]
) -> dict[str, tuple[ClaimMatchView, ...]]:
    views = _views(tx, version_id, found, waiting)
    closed = ("closed", "unread")
    return {
        "identical": tuple(view for view in views if view.standing == "identical"),
        "others": tuple(v for v in views if v.standing not in ("identical", *closed)),
        "closed": tuple(view for view in views if view.standing in closed),
    }


def _views(
    tx: Transaction, version_id: str, found: ReleasedComparison, rows: Sequence[Claim]
) -> list[ClaimMatchView]:
    parts = {part.old_id: part for part in found.parts}
    shown = {claim.id: claim for claim in shown_claims(tx, found.old)}
    here = queries.codes_here(tx, version_id)
    wanted = [place for row in rows if row.id in parts for place in _places(parts[row.id])]
    said = words_at(tx, found.new, [[place] for place in wanted])
    words = dict(zip(wanted, said, strict=True))
    views = []
    for row in rows:
        part, claim = parts.get(row.id), shown.get(row.id)
        whole = claim is not None and claim.whole
        standing = part.standing if part else "waiting"
        views.append(
            ClaimMatchView(
                id=row.id,
                code=row.code,
                page=row.page,
                load_bearing=row.load_bearing,
                standing=standing if whole else "closed",
                likeness=part.likeness if part and whole else 0.0,
                text=claim.quote if claim and whole else "",
                places=tuple(
                    PlaceView(page=page, rects=rects, text=words[page, rects],
                              open=GAP not in words[page, rects])
                    for page, rects in (_places(part) if part and whole else ())
                ),
                same_as=here[row.code][0] if row.code in here else None,
            )
        )  # fmt: skip
    return views


def _places(part: Part) -> list[tuple[int, tuple[tuple[float, float, float, float], ...]]]:
    """Give where a claim may stand: it stands on one page, the first of several."""
    return [spot[0] for spot in part.spots]


def carry_identical(
    tx: Transaction, version_id: str, command: CarryIdenticalClaims
) -> CarriedClaims:
    """Carry claims on together, as one recorded batch: the same words in the same surroundings.

    Raises:
        Conflict: one was settled meanwhile, does not stand in identical surroundings, or has a code
            that another claim of this version has.
    """
    version = _lock(tx, version_id)
    rows = _to_settle(tx, version_id, command.claims)
    if {row.version_id for row in rows} != {command.earlier}:
        raise nothing_there(tx, Action.CARRY_CLAIMS, version_id)
    found = release_comparison(tx, version_id, command.earlier, kinds=("claim",))
    parts = {part.old_id: part for part in found.parts}
    if not found.whole or {row.id for row in rows} - set(parts):
        raise nothing_there(tx, Action.CARRY_CLAIMS, version_id)
    if {parts[row.id].standing for row in rows} != {"identical"}:
        raise Conflict(
            "Not every one of these stands in identical surroundings any more.",
            kept="Nothing was carried on.",
        )
    carried = [
        _carry(tx, version, row, _places(parts[row.id])[0], "identical", together=True)
        for row in rows
    ]
    tx.emit(
        Event(
            name="ClaimsCarried",
            licence=Action.CARRY_CLAIMS,
            target=Target("version", version_id),
            facts={
                "claims": len(rows),
                "from_version": command.earlier,
                "from_number": _number(tx, command.earlier),
                "new_claims": [one.claim.id for one in carried],
            },
        )
    )
    return CarriedClaims(
        claims=tuple(one.claim.id for one in carried),
        evidence_left_out=sum(one.evidence_left_out for one in carried),
        notes_left_out=sum(one.notes_left_out for one in carried),
    )


def carry_claim(tx: Transaction, version_id: str, command: CarryClaim) -> CarriedClaims:
    """Carry one claim on to the place that somebody chose for it, after looking at both.

    Raises:
        Conflict: somebody settled it meanwhile, or another claim of this version has its code.
        Invalid: no such place, or words that stand nowhere or in several places.
    """
    version = _lock(tx, version_id)
    row = _open_to(tx, version_id, command.claim)
    if command.same_as is not None:
        return _join(tx, version, row, command.same_as)
    found = release_comparison(tx, version_id, row.version_id, kinds=("claim",))
    place = _chosen(tx, version, found, command)
    standing = next((part.standing for part in found.parts if part.old_id == row.id), "chosen")
    carried = _carry(tx, version, row, place, standing)
    return CarriedClaims(
        claims=(carried.claim.id,),
        evidence_left_out=carried.evidence_left_out,
        notes_left_out=carried.notes_left_out,
    )


def _chosen(
    tx: Transaction, version: Version, found: ReleasedComparison, command: CarryClaim
) -> tuple[int, tuple[tuple[float, float, float, float], ...]]:
    if command.quote:
        hits = release(tx, SearchRef(version_id=version.id, phrase=command.quote)).hits
        hits = tuple(hit for hit in hits if command.page in (None, hit.page))
        if len(hits) != 1:
            pages = ", ".join(str(page) for page in sorted({hit.page for hit in hits}))
            said = f"These words stand in several places (page {pages})."
            raise Invalid(fields={"quote": said if hits else "These words do not stand there."})
        at = hits[0].page
        return at, tuple(rect for page, rect in hits[0].fragments if page == at)
    if command.page is None or not command.rects:
        raise Invalid(fields={"quote": "Choose where it stands, or type its words as they are."})
    place = (command.page, command.rects)
    (said,) = words_at(tx, found.new, [[place]])
    if not said or GAP in said:
        raise Invalid(fields={"quote": "No words of your edition stand wholly in this place."})
    return place


def _join(tx: Transaction, version: Version, row: Claim, same_as: str) -> CarriedClaims:
    """Say that a claim marked in the new version is the old one: it carries its lineage on."""
    claim = tx.session.get(Claim, same_as, with_for_update=True)
    if claim is None or claim.version_id != version.id or claim.ended_at is not None:
        raise nothing_there(tx, Action.CARRY_CLAIMS, version.id)
    claim.lineage_id = row.lineage_id
    tx.session.flush()
    _settle(tx, version, row, claim, "joined")
    return CarriedClaims(claims=(claim.id,))


def drop_claim(tx: Transaction, version_id: str, command: ClaimGone) -> Settled:
    """Say that a claim of an earlier version does not stand here; that can be taken back.

    Raises:
        Conflict: somebody settled it meanwhile.
    """
    version = _lock(tx, version_id)
    row = _open_to(tx, version_id, command.claim)
    _settle(tx, version, row, None, "gone")
    return Settled(claim=row.id)


def undo_carry(tx: Transaction, version_id: str, command: UndoCarry) -> Settled:
    """Take back what was decided of a claim, until the version is published; it waits again.

    Raises:
        Conflict: the version was published, or nothing was decided.
    """
    version = _lock(tx, version_id)
    row = queries.standing_carry(tx, version_id, command.claim)
    if row is None:
        raise nothing_there(tx, Action.CARRY_CLAIMS, version_id)
    if version.state != "working":
        raise Conflict(
            "The version was published: what was decided stands.",
            remedy="Remove or change the claim in the register.",
        )
    take_back(tx, row)
    facts: dict[str, Fact] = {
        "claim": row.claim_id, "from_claim": row.old_claim_id, "from_version": row.earlier_id
    }  # fmt: skip
    tx.emit(
        Event(
            name="CarryingUndone",
            licence=Action.CARRY_CLAIMS,
            target=Target("version", version_id),
            facts=facts,
        )
    )
    return Settled(claim=row.old_claim_id)


# ---- what each act does


def _lock(tx: Transaction, version_id: str) -> Version:
    """Let one act at a time settle claims of a version."""
    require(tx, Action.CARRY_CLAIMS, Target("version", version_id))
    version = tx.session.scalars(
        select(Version).where(Version.id == version_id).with_for_update()
    ).one_or_none()
    if version is None:
        raise NotFound
    return version


def _to_settle(tx: Transaction, version_id: str, wanted: Collection[str]) -> list[Claim]:
    """Give the claims wanted, if all of them wait here."""
    earlier = earlier_version(tx, version_id, None)
    if earlier is None:
        raise nothing_there(tx, Action.CARRY_CLAIMS, version_id)
    waiting = {row.id: row for row in waiting_claims(tx, version_id, earlier.id)}
    missing = set(wanted) - set(waiting)
    if not missing:
        return [row for row in waiting.values() if row.id in wanted]
    known = select(Claim.id).where(Claim.id.in_(missing), Claim.version_id == earlier.id)
    if set(tx.session.scalars(known)) != missing:
        raise nothing_there(tx, Action.CARRY_CLAIMS, version_id)
    raise Conflict(
        "Somebody has settled this meanwhile."
        if len(wanted) == 1
        else "Somebody has settled some of these meanwhile.",
        kept="Nothing was carried on a second time.",
    )


def _open_to(tx: Transaction, version_id: str, claim_id: str) -> Claim:
    """Give a claim that waits, if its passage is wholly open to this person."""
    (row,) = _to_settle(tx, version_id, [claim_id])
    found = release_comparison(tx, version_id, row.version_id, kinds=("claim",))
    if not any(claim.id == row.id and claim.whole for claim in shown_claims(tx, found.old)):
        raise nothing_there(tx, Action.CARRY_CLAIMS, version_id)
    return row


def _carry(
    tx: Transaction,
    version: Version,
    row: Claim,
    place: tuple[int, tuple[tuple[float, float, float, float], ...]],
    standing: str,
    *,
    together: bool = False,
) -> Carried:
    taken = queries.codes_here(tx, version.id)
    if row.code in taken:
        raise Conflict(
            f"A claim {row.code} is marked in this version already.",
            kept="Nothing was carried on.",
            remedy="If it is the same claim, say so there; else give it a code of its own.",
        )
    carried = carry_on(tx, version, row, place)
    _settle(tx, version, row, carried.claim, standing, together=together)
    return carried


def _settle(
    tx: Transaction,
    version: Version,
    row: Claim,
    claim: Claim | None,
    standing: str,
    *,
    together: bool = False,
) -> None:
    tx.session.add(
        ClaimCarry(
            id=new_id("claim_carry"),
            version_id=version.id,
            earlier_id=row.version_id,
            old_claim_id=row.id,
            claim_id=None if claim is None else claim.id,
            standing=standing,
            together=together,
            decided_by=tx.actor.id,
            decided_at=now(),
        )
    )
    tx.session.flush()
    facts: dict[str, Fact] = {
        "claim": None if claim is None else claim.id,
        "from_claim": row.id,
        "from_version": row.version_id,
        "version_id": version.id,
        "standing": standing,
        **({"page": claim.page} if claim else {}),
    }
    tx.emit(
        Event(
            name="ClaimCarried" if claim else "ClaimFoundGone",
            licence=Action.CARRY_CLAIMS,
            target=Target("version", version.id),
            subject=Target("claim", claim.id) if claim else None,
            facts=facts,
            stage="marked" if claim else None,
        )
    )


def _number(tx: Transaction, version_id: str) -> int:
    return tx.session.get_one(Version, version_id).number
