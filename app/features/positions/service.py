"""Taking positions, and releasing them; the organisation's own until its lead releases them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from app.access.claim_places import claim_places
from app.access.decide import as_reading, require
from app.access.deposit import deposit_field
from app.access.position_texts import OWN, RELEASED, own_reasons
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.positions import CONCLUSION
from app.domain.targets import Target
from app.features.positions import queries
from app.features.positions.schemas import (
    KeepPosition,
    KeepPositions,
    Kept,
    ReleasePositions,
    ReleaseView,
    RestsOn,
    TakePosition,
)
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.ids import new_id
from app.models.positions import Position, PositionRelease, ReleasedPosition
from app.models.reviews import Review
from app.transaction import Transaction

Key = tuple[str | None, str]
_NO_CLAIM = "This claim is not in the version. Nothing was kept."


def keep_positions(tx: Transaction, review_id: str, command: KeepPositions) -> Kept:
    """Keep positions on claims of a version; what is the same as before is not kept again.

    Raises:
        Invalid: a claim is not of this version, or a thing to rest on is not the organisation's.
    """
    target = Target("review", review_id)
    require(tx, Action.KEEP_POSITIONS, target)
    review = queries.get_review(tx, review_id)
    _require_version(tx, review, command.version_id)
    rows = _locked(tx, review_id, command.version_id)
    codes: dict[str | None, str] = {
        place.id: place.code for place in claim_places(tx, command.version_id)
    }
    # What was positioned once can be changed although the version is closed meanwhile.
    codes |= {row.claim_id: row.claim_code for row in rows.values()} | {None: CONCLUSION}
    _require_known(tx, review, command, codes)
    texts = own_reasons(tx, review_id, [row.id for row in rows.values() if row.has_reasons])
    kept = []
    for taken in command.positions:
        claim = None if taken.claim == CONCLUSION else taken.claim
        known = rows.get((claim, taken.basis))
        text = texts.get(known.id) if known else None
        reasons = (text.body or "" if text else "") if taken.reasons is None else taken.reasons
        rests = _rests(taken.rests_on, known)
        if known and _same(known, taken, rests) and reasons == ((text and text.body) or ""):
            continue
        row = _insert(tx, review, command.version_id, taken, codes[claim], rests, known, reasons)
        sensitivity = text.sensitivity if text and taken.reasons is None else ()
        _deposit(tx, row, f"{OWN}.{row.id}", reasons, sensitivity, shared=False)
        rows[claim, taken.basis] = row
        kept.append(row.id)
    _tell_privately(tx, target, command.version_id, kept)
    return Kept(review_id=review_id, version_id=command.version_id, kept=len(kept))


def keep_position(tx: Transaction, review_id: str, claim: str, command: KeepPosition) -> Kept:
    """Keep the position on one claim, or on the conclusion, in full; errors as above."""
    taken = [
        TakePosition(
            claim=claim,
            basis=basis,
            stance=said.stance,
            confidence=said.confidence,
            rests_on=said.rests_on,
            reasons=said.reasons,
        )
        for basis, said in (("alone", command.alone), ("shared", command.shared))
        if said is not None
    ]  # fmt: skip
    return keep_positions(
        tx, review_id, KeepPositions(version_id=command.version_id, positions=tuple(taken))
    )


def release_positions(tx: Transaction, review_id: str, command: ReleasePositions) -> ReleaseView:
    """Give the publisher all positions on a version as they stand, or take the last ones back.

    Raises:
        Conflict: there is nothing to release, or nothing to take back.
    """
    target = Target("review", review_id)
    require(tx, Action.RELEASE_POSITIONS, target)
    review = queries.get_review(tx, review_id)
    _require_version(tx, review, command.version_id)
    rows = [] if command.withdraw else list(_locked(tx, review_id, command.version_id).values())
    before = queries.latest_release(tx, review_id, command.version_id)
    if command.withdraw and (before is None or before.withdraws):
        raise Conflict("Nothing of this version is released.")
    if not command.withdraw and not rows:
        raise Conflict("There is no position to release yet.", remedy="Take one first.")
    release = _new_release(tx, review, command, before)
    for row, text in _with_texts(tx, review_id, rows):
        copy = _copy(row, release)
        tx.session.add(copy)
        tx.session.flush()
        if text is not None:
            _deposit(tx, copy, f"{RELEASED}.{copy.id}", *text, shared=True)
    tx.emit(
        Event(
            name="PositionsTakenBack" if command.withdraw else "PositionsReleased",
            licence=Action.RELEASE_POSITIONS,
            target=target,
            organisations=frozenset({review.organisation_id}),
            facts={
                "version_id": command.version_id,
                "release": release.number,
                "positions": len(rows),
            },
        )
    )
    return ReleaseView(
        number=release.number,
        withdraws=release.withdraws,
        released_at=release.released_at,
        positions=len(rows),
    )


def _require_version(tx: Transaction, review: Review, version_id: str) -> None:
    if version_id not in {found for found, _ in queries.versions_of(tx, review)}:
        raise NotFound


def _locked(tx: Transaction, review_id: str, version_id: str) -> dict[Key, Position]:
    """Give the positions as they stand; one saving of a review and version at a time."""
    tx.session.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"{review_id}:{version_id}", 0)))
    )
    rows = queries.current(tx, review_id, version_id)
    return {(row.claim_id, row.basis): row for row in rows}


def _require_known(
    tx: Transaction, review: Review, command: KeepPositions, codes: Mapping[str | None, str]
) -> None:
    claims = {one.claim for one in command.positions} - {CONCLUSION}
    if claims - {one for one in codes if one}:
        raise Invalid(fields={"claim": _NO_CLAIM})
    named = {
        f"{rest.kind}:{rest.id}"
        for one in command.positions
        for rest in one.rests_on or ()
        if rest.kind
    }
    if named and named - {value for value, _ in queries.choices(tx, review, command.version_id)}:
        raise Invalid(fields={"rests_on": "Choose what it rests on from the list."})


def _rests(said: Sequence[RestsOn] | None, known: Position | None) -> list[dict[str, Any]]:
    if said is None:
        return list(known.rests_on) if known else []
    return [
        {"status": rest.status, "kind": rest.kind, "id": rest.id}
        if rest.kind and rest.id
        else {"status": rest.status, "kind": None, "id": ""}
        for rest in said
    ]


def _same(known: Position, taken: TakePosition, rests: list[dict[str, Any]]) -> bool:
    said = (taken.stance, taken.confidence, rests)
    return (known.stance, known.confidence, known.rests_on) == said


def _insert(
    tx: Transaction,
    review: Review,
    version_id: str,
    taken: TakePosition,
    code: str,
    rests: list[dict[str, Any]],
    known: Position | None,
    reasons: str,
) -> Position:
    if known is not None:
        known.current = False
        tx.session.flush()
    row = Position(
        id=new_id("position"),
        review_id=review.id,
        organisation_id=review.organisation_id,
        version_id=version_id,
        claim_id=None if taken.claim == CONCLUSION else taken.claim,
        claim_code=code,
        basis=taken.basis,
        stance=taken.stance,
        confidence=taken.confidence,
        rests_on=rests,
        current=True,
        has_reasons=bool(reasons),
        written_by=tx.actor.id,
        written_at=now(),
    )
    tx.session.add(row)
    tx.session.flush()
    return row


def _deposit(
    tx: Transaction,
    row: Position | ReleasedPosition,
    field: str,
    body: str,
    sensitivity: Sequence[str],
    *,
    shared: bool,
) -> None:
    if not body:
        return
    deposit_field(
        tx,
        Target("review", row.review_id),
        field=field,
        body=body,
        version_id=row.version_id,
        organisation_id=row.organisation_id,
        shared=shared,
        at_least=sensitivity,
    )


def _tell_privately(tx: Transaction, target: Target, version_id: str, kept: list[str]) -> None:
    # In the log one more page read, to everybody but the organisation itself.
    as_reading(tx, version_id)
    tx.emit(
        Event(
            name="PositionsKept",
            licence=Action.KEEP_POSITIONS,
            target=target,
            subject=Target("version", version_id),
            facts={"positions": kept},
        )
    )


def _new_release(
    tx: Transaction, review: Review, command: ReleasePositions, before: PositionRelease | None
) -> PositionRelease:
    if before is not None:
        before.latest = False
        tx.session.flush()
    row = PositionRelease(
        id=new_id("position_release"),
        review_id=review.id,
        organisation_id=review.organisation_id,
        version_id=command.version_id,
        number=1 if before is None else before.number + 1,
        withdraws=command.withdraw,
        latest=True,
        released_by=tx.actor.id,
        released_at=now(),
    )
    tx.session.add(row)
    tx.session.flush()
    return row


def _with_texts(
    tx: Transaction, review_id: str, rows: Sequence[Position]
) -> list[tuple[Position, tuple[str, Sequence[str]] | None]]:
    texts = own_reasons(tx, review_id, [row.id for row in rows if row.has_reasons])
    return [
        (row, (text.body or "", text.sensitivity) if (text := texts.get(row.id)) else None)
        for row in rows
    ]


def _copy(row: Position, release: PositionRelease) -> ReleasedPosition:
    return ReleasedPosition(
        id=new_id("released_position"),
        release_id=release.id,
        review_id=row.review_id,
        organisation_id=row.organisation_id,
        version_id=row.version_id,
        claim_id=row.claim_id,
        claim_code=row.claim_code,
        basis=row.basis,
        stance=row.stance,
        confidence=row.confidence,
        rests_on=[dict(rest) for rest in row.rests_on],
        has_reasons=row.has_reasons,
    )
