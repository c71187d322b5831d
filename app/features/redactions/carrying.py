"""Carrying marks over from earlier versions: what may go where, and the acts that settle each.

Nothing is carried over by itself: identical places are confirmed together, everything else one by
one. What is carried over is a proposal of whoever did it, for somebody else to approve.
"""

from collections.abc import Collection, Iterable

from app.access.carrying import ReleasedCarry, closed_to_reader, marks_to_carry, release_carry
from app.access.carrying_evidence import places_of
from app.access.decide import may, require
from app.access.deposit import deposit_field
from app.access.release import release_field
from app.access.scope import version_and_title
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.targets import FieldRef, Target
from app.features.redactions import carry_queries, queries
from app.features.redactions.carrying_rows import Carried, Pair, carry_rows
from app.features.redactions.carrying_schemas import (
    CarriedView,
    CarryIdentical,
    CarryMark,
    CarryOverView,
    DropMark,
    EarlierMarkView,
    EarlierVersionView,
    InEvidence,
    NotNeededView,
    SpotView,
)
from app.features.redactions.placing import lock_for_marks
from app.features.redactions.schemas import Place
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotFound
from app.models.redactions import NotNeeded, Redaction
from app.rendering.carrying import Match, Spot
from app.rendering.lines import LINES_A_PART, Span
from app.transaction import Decision, Transaction

LONGEST = 600
"""Letters of a passage that are shown; enough to tell it."""


def open_carry_over(tx: Transaction, version_id: str) -> CarryOverView:
    """Show which marks of earlier versions wait here, and where each may go."""
    require(tx, Action.CARRY_REDACTIONS, Target("version", version_id))
    version, title = version_and_title(tx, version_id)
    waiting = marks_to_carry(tx, version_id)
    unneeded = carry_queries.not_needed(tx, version_id)
    origins = {
        **waiting,
        **{earlier: waiting.get(earlier, []) for _, _, earlier in unneeded.values()},
    }
    numbers = carry_queries.numbers(tx, origins)
    earlier = [
        _earlier(tx, version_id, origin, numbers[origin], origins[origin], unneeded)
        for origin in sorted(origins, key=lambda origin: -numbers[origin])
    ]
    return CarryOverView(
        version_id=version_id,
        report_id=version.report_id,
        report_title=title,
        version_number=version.number,
        waiting=sum(len(marks) for marks in waiting.values()),
        carried=carry_queries.carried_count(tx, version_id),
        not_needed=len(unneeded),
        earlier=tuple(earlier),
    )


def waiting_for(tx: Transaction, version_id: str) -> int:
    """Count what waits to be carried over here, for who may carry it; 0 for anybody else."""
    if not may(tx, Action.CARRY_REDACTIONS, Target("version", version_id)):
        return 0
    return sum(len(marks) for marks in marks_to_carry(tx, version_id).values())


def _earlier(
    tx: Transaction,
    version_id: str,
    earlier: str,
    number: int,
    waiting: list[str],
    unneeded: dict[str, tuple[NotNeeded, str, str]],
) -> EarlierVersionView:
    target = Target("version", earlier)
    if not (may(tx, Action.LIST_REDACTIONS, target) and may(tx, Action.READ_VERSION, target)):
        return EarlierVersionView(
            version_id=earlier, number=number, open=False, waiting=len(waiting)
        )
    require(tx, Action.LIST_REDACTIONS, target)
    here = [mark for mark, (_, _, origin) in unneeded.items() if origin == earlier]
    found = release_carry(tx, version_id, earlier, marks=[*waiting, *here])
    rows = carry_queries.rows(tx, waiting)
    stood = places_of(tx, [*waiting, *here])
    views = [_view(row, found, stood) for row in rows]
    dropped = [
        _view(row, found, stood).model_copy(
            update={"not_needed": _said(tx, version_id, row, unneeded[row.id], found)}
        )
        for row in carry_queries.rows(tx, here)
    ]
    return EarlierVersionView(
        version_id=earlier,
        number=number,
        open=True,
        waiting=len(waiting),
        identical=tuple(view for view in views if view.kind == "identical"),
        others=tuple(view for view in views if view.kind not in ("identical", "closed")),
        closed=tuple(view for view in views if view.kind == "closed"),
        not_needed=tuple(dropped),
    )


def _view(row: Redaction, found: ReleasedCarry, stood: dict[str, Span]) -> EarlierMarkView:
    lines = found.lines.get(row.id)
    match = lines.match if lines else found.matches.get(row.id, Match("closed", "", "", ""))
    return EarlierMarkView(
        id=row.id,
        page=row.page,
        stood=_in_evidence(row.evidence, stood.get(row.id)) if row.evidence else None,
        stands=_in_evidence(lines.item.code, lines.match.place) if lines and lines.item else None,
        categories=tuple(row.categories),
        character=row.character,
        justification=row.justification,
        state=row.state,
        kind=match.kind,
        before=match.before,
        text=_cut(match.text),
        after=match.after,
        spots=tuple(_spot(spot) for spot in match.spots) if isinstance(match, Match) else (),
    )


def _in_evidence(code: str, place: Span | None) -> InEvidence:
    if place is None:
        return InEvidence(code=code)
    part = (place.line_from - 1) // LINES_A_PART + 1
    said = queries.said_place(place)
    return InEvidence(code=code, where=said, line=place.line_from, part=part)


def _spot(spot: Spot) -> SpotView:
    places = tuple(Place(page=page, rects=rects) for page, rects in spot.places)
    return SpotView(places=places, before=spot.before, text=_cut(spot.text), after=spot.after)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"


def _said(
    tx: Transaction,
    version_id: str,
    row: Redaction,
    decided: tuple[NotNeeded, str, str],
    found: ReleasedCarry,
) -> NotNeededView:
    """Give who found a mark unneeded, and why where this person may read what stands there."""
    target, reason = Target("redaction", row.id), None
    if row.id not in found.closed and may(tx, Action.READ_DELIBERATION, target):
        require(tx, Action.READ_DELIBERATION, target)
        reason = release_field(tx, FieldRef(subject=target, field=_field(version_id))).body
    return NotNeededView(by=decided[1], at=decided[0].decided_at, reason=reason)


def _field(version_id: str) -> str:
    return f"not_needed.{version_id}"


def carry_identical(tx: Transaction, version_id: str, command: CarryIdentical) -> CarriedView:
    """Carry marks over together, as one recorded batch: the same words in the same surroundings.

    Raises:
        Conflict: one of them was settled meanwhile, or does not stand in identical surroundings.
    """
    _lock(tx, version_id)
    rows = _to_settle(tx, version_id, command.marks)
    if {row.version_id for row in rows} != {command.earlier}:
        raise _nothing_there(tx, version_id)
    require(tx, Action.LIST_REDACTIONS, Target("version", command.earlier))
    found = release_carry(tx, version_id, command.earlier, marks=command.marks)
    if found.closed:
        raise _nothing_there(tx, version_id)
    kinds = {match.kind for match in found.matches.values()}
    kinds |= {lines.match.kind for lines in found.lines.values()}
    if kinds != {"identical"}:
        raise Conflict(
            "Not every one of these stands in identical surroundings any more.",
            kept="Nothing was carried over.",
        )
    carried = carry_rows(tx, version_id, [_pair(row, found) for row in rows])
    number = carry_queries.numbers(tx, [command.earlier])[command.earlier]
    tx.emit(
        Event(
            name="MarksCarried",
            licence=Action.CARRY_REDACTIONS,
            target=Target("version", version_id),
            facts={
                "marks": len(rows),
                "from_version": command.earlier,
                "from_number": number,
                "redactions": [row.id for row in carried.rows],
            },
        )
    )
    return _carried(tx, version_id, rows, carried)


def _pair(row: Redaction, found: ReleasedCarry) -> Pair:
    if row.id in found.lines:
        return row, found.lines[row.id]
    return row, _spot(found.matches[row.id].spots[0]).places


def carry_mark(tx: Transaction, version_id: str, command: CarryMark) -> CarriedView:
    """Carry one mark over to the places that somebody chose for it, after looking at both.

    Raises:
        Conflict: somebody settled it meanwhile, or it stands in evidence.
        Invalid: a place off the page.
    """
    _lock(tx, version_id)
    rows = _open_to(tx, version_id, _to_settle(tx, version_id, [command.mark]))
    if rows[0].evidence is not None:
        raise Conflict(
            "This redaction stands in evidence: no place on a page can take its stead.",
            kept="Nothing was carried over.",
            remedy="Mark it in the evidence, then say here that it is not needed, and why.",
        )
    carried = carry_rows(tx, version_id, [(rows[0], command.places)])
    return _carried(tx, version_id, rows, carried)


def drop_mark(tx: Transaction, version_id: str, command: DropMark) -> CarryOverView:
    """Say that a mark of an earlier version is not needed here; it can still be carried over.

    Raises:
        Conflict: somebody settled it meanwhile.
    """
    _lock(tx, version_id)
    rows = _open_to(tx, version_id, _to_settle(tx, version_id, [command.mark]))
    row, target = rows[0], Target("redaction", rows[0].id)
    if row.id in carry_queries.not_needed(tx, version_id):
        raise Conflict("Somebody said so already.", kept="Their reason stands.")
    tx.session.add(
        NotNeeded(
            version_id=version_id,
            redaction_id=row.id,
            decided_by=tx.actor.id,
            decided_at=now(),
        )
    )
    tx.session.flush()
    deposit_field(
        tx,
        target,
        field=_field(version_id),
        body=command.reason,
        version_id=row.version_id,
        organisation_id=None,
        shared=False,
    )
    number = carry_queries.numbers(tx, [row.version_id])[row.version_id]
    facts: dict[str, Fact] = {
        "version_id": version_id,
        "from_version": row.version_id,
        "from_number": number,
        "page": row.page,
        **({"evidence": row.evidence} if row.evidence else {}),
    }
    tx.emit(
        Event(
            name="MarkNotNeeded",
            licence=Action.CARRY_REDACTIONS,
            target=Target("version", version_id),
            subject=target,
            facts=facts,
        )
    )
    return open_carry_over(tx, version_id)


def _lock(tx: Transaction, version_id: str) -> None:
    """Let one act at a time settle marks of a version, and none once it is published."""
    require(tx, Action.CARRY_REDACTIONS, Target("version", version_id))
    lock_for_marks(tx, version_id, alone=True)


def _to_settle(tx: Transaction, version_id: str, wanted: Collection[str]) -> list[Redaction]:
    """Give the marks wanted, if all of them wait here or were found unneeded here."""
    waiting = {mark for marks in marks_to_carry(tx, version_id).values() for mark in marks}
    settled = set(wanted) - waiting - set(carry_queries.not_needed(tx, version_id))
    if not settled:
        return carry_queries.rows(tx, wanted)
    if not all(carry_queries.belongs_to_report(tx, version_id, mark) for mark in settled):
        raise _nothing_there(tx, version_id)
    raise Conflict(
        "Somebody has settled this meanwhile."
        if len(wanted) == 1
        else "Somebody has settled some of these meanwhile.",
        kept="Nothing was carried over a second time.",
    )


def _open_to(tx: Transaction, version_id: str, rows: list[Redaction]) -> list[Redaction]:
    """Give marks back if their places are wholly open to this person."""
    for row in rows:
        require(tx, Action.LIST_REDACTIONS, Target("version", row.version_id))
    if closed_to_reader(tx, rows):
        raise _nothing_there(tx, version_id)
    return rows


def _nothing_there(tx: Transaction, version_id: str) -> NotFound:
    """Record a refusal that no policy sees, because the policies look at the version only."""
    tx.decisions.append(
        Decision(
            action=Action.CARRY_REDACTIONS,
            target=Target("version", version_id),
            allowed=False,
            policies=("door.no-such-mark",),
        )
    )
    return NotFound()


def _carried(
    tx: Transaction, version_id: str, old: Iterable[Redaction], carried: Carried
) -> CarriedView:
    """Forget that these were found unneeded, and show what they became."""
    for row in old:
        known = tx.session.get(NotNeeded, (version_id, row.id))
        if known is not None:
            tx.session.delete(known)
    tx.session.flush()
    ids = {row.id for row in carried.rows}
    marks = carry_queries.views(queries.list_redactions(tx, version_id), ids)
    return CarriedView(marks=marks, reasons_left_out=carried.reasons_left_out)
