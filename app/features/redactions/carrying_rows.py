"""The rows of marks that are carried over: what is kept of the earlier ones, and what is not.

Place, proposer and state are new; category, character, justification, box, substitute, span and
expiry stay. A restricted justification comes along only where whoever carries it may read it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

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
from app.features.redactions.placing import on_page, words_in
from app.features.redactions.schemas import Place
from app.kernel.clock import now
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.models.redactions import Redaction
from app.models.reports import Version
from app.transaction import Transaction

_KEPT = (
    "mode", "categories", "character", "justification", "expires_at", "substitute", "segregable",
)  # fmt: skip

Pair = tuple[Redaction, tuple[Place, ...]]
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
    wanted = {place.page for _, places in pairs for place in places}
    most = tx.session.get_one(Version, version_id).pages
    if wanted and max(wanted) > most:
        raise Invalid(fields={"places": "The report has no such page."})
    pages = {n: release(tx, PageRef(version_id=version_id, page=n)) for n in sorted(wanted)}
    carried, groups, founded = Carried(), dict[_Reason, str](), dict[str, Redaction]()
    origin: dict[str, Redaction] = {}
    for old, places in pairs:
        key = (old.group_id, tuple(old.categories), old.character, old.justification)
        if key not in groups and (known := carry_queries.group_to_join(tx, version_id, old)):
            groups[key] = known
        for place in places:
            row = _row(tx, version_id, old, place, pages[place.page])
            if key not in groups:
                groups[key], founded[row.id] = row.id, old
            row.group_id = groups[key]
            origin[row.id] = old
            carried.rows.append(row)
    tx.session.add_all(carried.rows)
    tx.session.flush()
    restricted = {group: _take_reason(tx, version_id, group, old) for group, old in founded.items()}
    carried.reasons_left_out = list(restricted.values()).count(False)
    for row in carried.rows:
        _emit(tx, row, origin[row.id], restricted=bool(restricted.get(row.group_id)))
    return carried


def _row(
    tx: Transaction, version_id: str, old: Redaction, place: Place, page: ReleasedPage
) -> Redaction:
    rects = on_page(place.rects, page)
    return Redaction(
        id=new_id("redaction"),
        version_id=version_id,
        group_id="",
        page=place.page,
        rects=[list(rect) for rect in rects],
        size_words=words_in(page, rects),
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


def _emit(tx: Transaction, row: Redaction, old: Redaction, *, restricted: bool) -> None:
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
