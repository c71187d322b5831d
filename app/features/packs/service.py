"""Question packs: listing, reading, keeping, changing, offering, putting away.

Applying one to a review is in applying.py.
"""

from app.access.decide import keep, may_all, require
from app.access.facts import forget
from app.access.pack_facts import remember_packs
from app.access.release import release_fields
from app.domain import packs
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.targets import INSTALLATION, Target
from app.features.packs import content, queries
from app.features.packs.schemas import (
    ChangePack,
    KeepPack,
    OfferPack,
    PackItem,
    PackList,
    PackRow,
    PackView,
)
from app.features.packs.sheets import read_sheet
from app.features.requests.queries import person_names
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid
from app.kernel.ids import new_id
from app.models.packs import QuestionPack
from app.transaction import Transaction


def list_packs(tx: Transaction) -> PackList:
    """List the packs that one may use, by title."""
    require(tx, Action.LIST_PACKS, INSTALLATION)
    rows = queries.usable(tx)
    remember_packs(tx, rows)
    kept = keep(tx, Action.READ_PACK, rows, target_of)
    for row in kept:
        require(tx, Action.READ_PACK, target_of(row))
    targets = [target_of(row) for row in kept]
    titles, abouts = (release_fields(tx, targets, field=name) for name in ("title", "about"))
    found = [
        PackRow(
            id=row.id,
            title=(titles[row.id].body or "") if row.id in titles else "",
            about=(abouts[row.id].body or "") if row.id in abouts else "",
            questions=row.items,
            offered=row.offered,
            own=_own(tx, row),
            changed_at=row.changed_at,
        )
        for row in kept
    ]
    _tell(tx, "PacksRead", Action.LIST_PACKS, INSTALLATION, packs=[row.id for row in kept])
    return PackList(rows=tuple(sorted(found, key=lambda pack: (pack.title.casefold(), pack.id))))


def read_pack(tx: Transaction, pack_id: str) -> PackView:
    """Give a pack with its items, and where one's organisation applied it."""
    require(tx, Action.READ_PACK, Target("pack", pack_id))
    row = queries.get_pack(tx, pack_id)
    _tell(tx, "PackRead", Action.READ_PACK, target_of(row), pack=row.id)
    return view_of(tx, row)


def keep_pack(tx: Transaction, command: KeepPack) -> PackView:
    """Keep a new pack for one's organisation, from items, a sheet, or the one that comes along.

    Raises:
        Invalid: no title (`title`), or a sheet with faults (`sheet`), each with row and column.
    """
    require(tx, Action.KEEP_PACK, INSTALLATION)
    written = _written(command)
    row = QuestionPack(
        id=new_id("pack"),
        organisation_id=tx.actor.organisation_id or "",
        written_by=tx.actor.id,
        offered=False,
        items=len(written.questions),
        created_at=now(),
        changed_at=now(),
    )
    tx.session.add(row)
    tx.session.flush()
    content.deposit(tx, row, written)
    require(tx, Action.READ_PACK, target_of(row))
    tx.emit(
        Event(
            name="PackKept",
            licence=Action.KEEP_PACK,
            target=INSTALLATION,
            subject=target_of(row),
            facts={"items": row.items},
        )
    )
    return view_of(tx, row)


def change_pack(tx: Transaction, pack_id: str, command: ChangePack) -> PackView:
    """Write a pack anew; one that was offered is the writer's alone again, to be offered anew."""
    row = _lock(tx, pack_id, Action.CHANGE_PACK)
    row.items, row.changed_at = len(command.questions), now()
    if row.offered:
        row.offered, row.written_by = False, tx.actor.id
    tx.session.flush()
    content.deposit(tx, row, command)
    _tell(tx, "PackChanged", Action.CHANGE_PACK, target_of(row), items=row.items)
    forget(tx, target_of(row))
    require(tx, Action.READ_PACK, target_of(row))
    return view_of(tx, row)


def offer_pack(tx: Transaction, pack_id: str, command: OfferPack) -> PackView:
    """Offer a pack to every organisation with a review, by a recorded statement.

    Raises:
        Invalid: the statement was not made (`nothing_withheld`), or there is nothing to offer.
    """
    row = _lock(tx, pack_id, Action.OFFER_PACK)
    if not row.items:
        raise Conflict("This pack has no questions yet.", remedy="Write some first.")
    if not command.nothing_withheld:
        said = "Confirm that it holds nothing that is withheld from any of them."
        raise Invalid(fields={"nothing_withheld": said})
    content.share(tx, row)
    row.offered = True
    tx.session.flush()
    _tell(tx, "PackOffered", Action.OFFER_PACK, target_of(row), nothing_withheld="stated")
    forget(tx, target_of(row))
    require(tx, Action.READ_PACK, target_of(row))
    return view_of(tx, row)


def retire_pack(tx: Transaction, pack_id: str) -> PackView:
    """Put a pack away: nobody is offered it any more; what it became stays."""
    row = _lock(tx, pack_id, Action.CHANGE_PACK)
    row.retired_at = now()
    tx.session.flush()
    require(tx, Action.READ_PACK, target_of(row))
    _tell(tx, "PackRetired", Action.CHANGE_PACK, target_of(row), items=row.items)
    return view_of(tx, row)


def target_of(row: QuestionPack) -> Target:
    """Give a pack as what an act is done to."""
    return Target("pack", row.id)


def view_of(tx: Transaction, row: QuestionPack) -> PackView:
    """Build the view of a pack whose reading was required."""
    target, own = target_of(row), _own(tx, row)
    change, offer = may_all(tx, [(Action.CHANGE_PACK, target), (Action.OFFER_PACK, target)])
    usable = row.retired_at is None
    return PackView(
        id=row.id,
        title=content.text_of(tx, row, "title"),
        about=content.text_of(tx, row, "about"),
        questions=content.items_of(tx, row)[0],
        offered=row.offered,
        own=own,
        can_change=change and usable,
        can_offer=offer and usable and not row.offered,
        retired=not usable,
        writer=person_names(tx, {row.written_by}).get(row.written_by, "") if own else "",
        changed_at=row.changed_at,
        runs=queries.runs_of(tx, row.id),
    )


def _lock(tx: Transaction, pack_id: str, action: Action) -> QuestionPack:
    require(tx, action, Target("pack", pack_id))
    row = queries.get_pack(tx, pack_id, lock=True)
    if row.retired_at is not None:
        raise Conflict("This pack was put away; it is not changed any more.")
    if action is Action.OFFER_PACK and row.offered:
        raise Conflict("This pack is offered already.")
    return row


def _written(command: KeepPack) -> ChangePack:
    title, about, items = command.title, command.about, command.questions
    if command.sheet.strip():
        sheet_title, sheet_about, items = read_sheet(command.sheet)
        title, about = title or sheet_title, about or sheet_about
    elif command.starter:
        title, about = title or packs.STARTER_TITLE, about or packs.STARTER_ABOUT
        items = tuple(PackItem.model_validate(vars(item)) for item in packs.STARTER_ITEMS)
    if not title:
        raise Invalid(fields={"title": "Give it a title."})
    return ChangePack(title=title, about=about, questions=items)


def _own(tx: Transaction, row: QuestionPack) -> bool:
    return row.organisation_id == tx.actor.organisation_id


def _tell(tx: Transaction, name: str, licence: Action, target: Target, **facts: Fact) -> None:
    tx.emit(Event(name=name, licence=licence, target=target, facts=facts))
