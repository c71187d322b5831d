"""The rows of marks that are carried over: what is kept of the earlier ones, and what is not.

Place, proposer and state are new; category, character, justification, box, substitute, span and
expiry stay. A restricted justification comes along only where whoever carries it may read it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.access.carrying_evidence import LineCarry
from app.access.clearance import subjects_with
from app.access.decide import may, require
from app.access.editions import lifted_codes
from app.access.release import release, release_field
from app.access.released import ReleasedPage
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.targets import FieldRef, PageRef, Target
from app.features.redactions import carry_queries
from app.features.redactions.deliberation import REASON, keep_reason
from app.features.redactions.evidence import written
from app.features.redactions.placing import on_page, words_in
from app.features.redactions.schemas import LinePlace, Place
from app.kernel.clock import now
from app.kernel.errors import Invalid, ProgrammingFault
from app.kernel.ids import new_id
from app.models.evidence import EvidenceMark
from app.models.redactions import Redaction
from app.models.reports import Version
from app.transaction import Transaction

_KEPT = (
    "mode", "categories", "character", "justification", "expires_at", "substitute", "segregable",
)  # fmt: skip

Where = tuple[Place, ...] | LineCarry
Pair = tuple[Redaction, Where]
_Reason = tuple[str, tuple[str, ...], str, str]


@dataclass
class Carried:
    """The new rows, and of how many groups a restricted justification was left out."""

    rows: list[Redaction] = field(default_factory=list)
    reasons_left_out: int = 0


def carry_rows(tx: Transaction, version_id: str, pairs: Sequence[Pair]) -> Carried:
    """Propose marks at their new places, in groups as they were; each leaves an entry.

    Raises:
        Invalid: a place off the page.
    """
    wanted = {p.page for _, places in pairs if isinstance(places, tuple) for p in places}
    most = tx.session.get_one(Version, version_id).pages
    if wanted and max(wanted) > most:
        raise Invalid(fields={"places": "The report has no such page."})
    pages = {n: release(tx, PageRef(version_id=version_id, page=n)) for n in sorted(wanted)}
    carried, groups, founded = Carried(), dict[_Reason, str](), dict[str, Redaction]()
    origin: dict[str, Redaction] = {}
    in_evidence: dict[str, EvidenceMark] = {}
    for old, where in pairs:
        key = (old.group_id, tuple(old.categories), old.character, old.justification)
        if key not in groups and (known := carry_queries.group_to_join(tx, version_id, old)):
            groups[key] = known
        for row in _rows(tx, version_id, old, where, pages):
            if isinstance(where, LineCarry):
                in_evidence[row.id] = _mark(row, where)
            if key not in groups:
                groups[key], founded[row.id] = row.id, old
            row.group_id = groups[key]
            origin[row.id] = old
            carried.rows.append(row)
    tx.session.add_all(carried.rows)
    tx.session.flush()
    tx.session.add_all(in_evidence.values())
    tx.session.flush()
    restricted = {group: _take_reason(tx, version_id, group, old) for group, old in founded.items()}
    carried.reasons_left_out = list(restricted.values()).count(False)
    for row in carried.rows:
        kept = bool(restricted.get(row.group_id))
        _emit(tx, row, origin[row.id], mark=in_evidence.get(row.id), restricted=kept)
    return carried


def _rows(
    tx: Transaction,
    version_id: str,
    old: Redaction,
    where: Where,
    pages: Mapping[int, ReleasedPage],
) -> Iterator[Redaction]:
    """Make the rows of a mark: one a page, or one in evidence, where the words are the same."""
    if isinstance(where, LineCarry):
        row = _row(tx, version_id, old, page=0, rects=[], words=old.size_words)
        row.evidence = where.item.code if where.item else None
        yield row
        return
    for place in where:
        rects = on_page(place.rects, pages[place.page])
        words = words_in(pages[place.page], rects)
        boxes = [list(rect) for rect in rects]
        yield _row(tx, version_id, old, page=place.page, rects=boxes, words=words)


def _mark(row: Redaction, where: LineCarry) -> EvidenceMark:
    """Put down where a mark stands in its item now."""
    place = where.match.place
    if where.item is None or place is None:
        raise ProgrammingFault("a mark in evidence is carried over to a known place only")
    return EvidenceMark(
        redaction_id=row.id,
        item_id=where.item.id,
        version_id=row.version_id,
        line_from=place.line_from,
        line_to=place.line_to,
        field=place.field,
        char_from=place.char_from,
        char_to=place.char_to,
    )


def _row(
    tx: Transaction,
    version_id: str,
    old: Redaction,
    *,
    page: int,
    rects: list[list[float]],
    words: int,
) -> Redaction:
    return Redaction(
        id=new_id("redaction"),
        version_id=version_id,
        group_id="",
        page=page,
        rects=rects,
        size_words=words,
        state="proposed",
        proposed_by=tx.actor.id,
        proposed_at=now(),
        carried_from=old.id,
        **{name: getattr(old, name) for name in _KEPT},
    )


def _take_reason(tx: Transaction, version_id: str, group: str, old: Redaction) -> bool | None:
    """Take a restricted justification along; False where it was left out, None where none is."""
    target = Target("redaction", old.group_id)
    if not subjects_with(tx, [target.id], field=REASON):
        return None
    if not may(tx, Action.READ_DELIBERATION, target):
        return False
    require(tx, Action.READ_DELIBERATION, target)
    found = release_field(tx, FieldRef(subject=target, field=REASON))
    beyond = set(old.categories) - lifted_codes(tx, old.version_id)
    if found.body is None or (beyond and found.written_by != tx.actor.id):
        return False
    tx.emit(
        Event(
            name="DeliberationRead",
            licence=Action.READ_DELIBERATION,
            target=target,
            facts={"version_id": old.version_id, "comments": [], "restricted": True},
        )
    )
    keep_reason(tx, version_id, group, found.body, at_least=found.sensitivity)
    return True


def _emit(
    tx: Transaction,
    row: Redaction,
    old: Redaction,
    *,
    mark: EvidenceMark | None,
    restricted: bool,
) -> None:
    number = carry_queries.numbers(tx, [old.version_id])[old.version_id]
    facts: dict[str, Fact] = {
        "version_id": row.version_id,
        "page": row.page,
        "categories": list(row.categories),
        "mode": row.mode,
        "group": row.group_id,
        "carried_from": old.id,
        "from_version": old.version_id,
        "from_number": number,
        "restricted": restricted,
    }
    if row.evidence is not None and mark is not None:
        place = LinePlace.model_validate(mark, from_attributes=True)
        facts |= {"evidence": row.evidence, "place": written(place)}
    tx.emit(
        Event(
            name="RedactionCarried",
            licence=Action.CARRY_REDACTIONS,
            target=Target("version", row.version_id),
            subject=Target("redaction", row.id),
            facts=facts,
            content={
                "character": row.character,
                "justification": row.justification,
                **({"substitute": row.substitute} if row.substitute else {}),
            },
            stage="proposed",
        )
    )
