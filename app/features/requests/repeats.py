"""Which open or answered requests ask the same: for the publisher's overseers alone.

Reading only. Nothing rests on a text that the acting person may not read.
"""

from collections.abc import Collection, Mapping

from app.access.asked import Similar, find_similar, words_of
from app.access.decide import may
from app.domain.actions import Action
from app.domain.requests import TRIAGED, UNTRIAGED, State
from app.domain.targets import Target
from app.features.requests import queries
from app.features.requests.schemas import RepeatView
from app.models.requests import Request
from app.transaction import Transaction

ALIKE = 0.45
"""How like a request has to be to be shown as one that this one may repeat."""
MOST = 5
_ANSWERED = frozenset({State.RELEASED.value, State.CLOSED.value})
_OPEN = TRIAGED | UNTRIAGED | {State.DISCLOSURE_CHECK}


def repeats_of(
    tx: Transaction, row: Request, *, known: Collection[str] = ()
) -> tuple[RepeatView, ...]:
    """List the open or answered requests that ask the same, first what this asker has already.

    Those that are `known` to follow this one are left out.
    """
    if State(row.state) not in TRIAGED | UNTRIAGED:
        return ()
    said = words_of(tx, [row]).get(row.id, "")
    found = find_similar(tx, said, but_not=row.id, least=ALIKE, most=4 * MOST)
    found = [one for one in found if one.row.id not in known]
    found.sort(key=lambda one: (not _answered_for(one, row), -one.likeness, one.row.id))
    found = found[:MOST]
    names = queries.organisation_names(tx, {one.row.organisation_id for one in found})
    merging = may(tx, Action.MERGE_REQUEST, Target("request", row.id))
    return tuple(_repeat(one, row, names, merging=merging) for one in found)


def _repeat(one: Similar, row: Request, names: Mapping[str, str], *, merging: bool) -> RepeatView:
    other = one.row
    return RepeatView(
        id=other.id,
        number=other.number or "",
        organisation_name=names.get(other.organisation_id, ""),
        type=other.type,
        basis=queries.basis_label(other),
        state=other.state,
        likeness=round(100 * one.likeness),
        answered_for_asker=_answered_for(one, row),
        mergeable=merging and State(other.state) in _OPEN and other.version_id == row.version_id,
    )


def _answered_for(one: Similar, row: Request) -> bool:
    return one.row.organisation_id == row.organisation_id and one.row.state in _ANSWERED
