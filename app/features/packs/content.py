"""The words of question packs: kept with what their writer could see, read by release."""

import json
from collections.abc import Sequence

from sqlalchemy import select

from app.access.deposit import deposit_field, share_field
from app.access.editions import lifted_codes
from app.access.release import release_field
from app.domain.targets import FieldRef, Target
from app.features.packs.schemas import ChangePack, PackItem
from app.kernel.actor import Side
from app.kernel.errors import NotFound
from app.models.packs import QuestionPack
from app.models.reviews import Grant
from app.transaction import Transaction

FIELDS = ("title", "about", "items")


def deposit(tx: Transaction, row: QuestionPack, command: ChangePack) -> None:
    """Store a pack's words; they inherit what their writer has lifted on any version."""
    items = [item.model_dump() for item in command.questions]
    words = {"title": command.title, "about": command.about, "items": json.dumps(items)}
    could_see = _could_see(tx)
    for field in FIELDS:
        deposit_field(
            tx,
            Target("pack", row.id),
            field=field,
            body=words[field],
            version_id=None,  # a pack is about no version: its writer may have any in mind
            organisation_id=row.organisation_id,
            shared=False,
            at_least=could_see,
        )


def share(tx: Transaction, row: QuestionPack) -> None:
    """Share a pack's words; the caller records the statement that they hold nothing withheld."""
    for field in FIELDS:
        share_field(tx, Target("pack", row.id), field=field, narrowed_to=())


def items_of(tx: Transaction, row: QuestionPack) -> tuple[tuple[PackItem, ...], frozenset[str]]:
    """Give a pack's items, and the categories that readers of their words need."""
    field = release_field(tx, FieldRef(subject=Target("pack", row.id), field="items"))
    return read_items(field.body or "[]"), frozenset(field.sensitivity)


def read_items(body: str) -> tuple[PackItem, ...]:
    """Read stored items; what is none of ours is shown as the question that it may have been."""
    try:
        return tuple(PackItem.model_validate(item) for item in json.loads(body))
    except (ValueError, TypeError):
        return (PackItem(question=body[:4_000]),)


def text_of(tx: Transaction, row: QuestionPack, field: str) -> str:
    """Give one of a pack's other words."""
    try:
        ref = FieldRef(subject=Target("pack", row.id), field=field)
        return release_field(tx, ref).body or ""
    except NotFound:
        return ""


def _could_see(tx: Transaction) -> Sequence[str]:
    if tx.actor.side is not Side.REVIEWER:
        return ()  # its writer's alone until it is stated to hold nothing withheld
    versions = tx.session.scalars(
        select(Grant.version_id)
        .where(Grant.organisation_id == (tx.actor.organisation_id or ""))
        .distinct()
    )
    return sorted({code for version_id in versions for code in lifted_codes(tx, version_id)})
