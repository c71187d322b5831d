"""Whether somebody reads a version whole: what was typed about it, unmarked, is for those alone."""

from sqlalchemy import select

from app.access.decide import may
from app.access.editions import active_redactions, lifted_codes, withheld_ids
from app.access.matching import READABLE
from app.domain.actions import Action
from app.domain.targets import Target
from app.kernel.actor import Side
from app.models.reports import Version
from app.transaction import Transaction


def reads_whole(tx: Transaction, version_id: str) -> bool:
    """Say whether the acting person reads a version, with nothing of it withheld from them."""
    if not may(tx, Action.READ_VERSION, Target("version", version_id)):
        return False
    return not withheld_ids(active_redactions(tx, version_id), lifted_codes(tx, version_id))


def authors_words(tx: Transaction, version: Version) -> str:
    """Give what its authors say that a version changes; empty for whom it could tell too much.

    Its writer read everything, and nobody marked it: it stays inside the publisher, and there
    with who wrote it, and who reads whole both the version and the one before that it speaks of.
    """
    if tx.actor.side is Side.REVIEWER or not version.changelog:
        return ""
    if version.imported_by == tx.actor.id:
        return version.changelog
    before = tx.session.scalars(
        select(Version.id)
        .where(
            Version.report_id == version.report_id,
            Version.number < version.number,
            Version.state.in_(READABLE),
        )
        .order_by(Version.number.desc())
        .limit(1)
    ).all()
    whole = all(reads_whole(tx, one) for one in (version.id, *before))
    return version.changelog if whole else ""
