"""Background work of versions: comparing editions of two of them, and telling reviews late."""

from collections.abc import Callable

from app.access.matching import match_editions, neighbours, pairs_to_match
from app.features.versions.telling import tell_reviews_late, versions_decided
from app.kernel.actor import system_actor
from app.transaction import Installation, begin

MATCH = system_actor("match")


def match_version(installation: Installation, *, version_id: str) -> None:
    """Compare a version with the one before it and the ones after, edition by edition.

    Each pair commits by itself, so that a killed job goes on where it was; what was compared
    already is not compared again.
    """
    with begin(installation, MATCH) as tx:
        wanted = [
            (earlier, later, pair)
            for earlier, later in neighbours(tx, version_id)
            for pair in pairs_to_match(tx, earlier, later)
        ]
    for earlier, later, (old, new) in wanted:
        compare_editions(
            installation, version_id=later, earlier_id=earlier, old_edition=old, new_edition=new
        )


def compare_editions(
    installation: Installation,
    *,
    version_id: str,
    earlier_id: str,
    old_edition: str,
    new_edition: str,
) -> None:
    """Compare two editions, because somebody who holds both has looked."""
    with begin(installation, MATCH) as tx:
        made = match_editions(
            tx, earlier_id, version_id, old_edition=old_edition, new_edition=new_edition
        )
        if made:
            tx.commit()


def tell_late(
    installation: Installation, *, version_id: str = "", timestamp: int | None = None
) -> None:
    """Tell reviews of what was decided before their organisation could read the version.

    Args:
        installation: of the worker.
        version_id: the version that was just granted.
        timestamp: when the queue meant a run by the clock: then all versions are looked at, since
            a grant may begin, and a review may be opened, later than it was made.
    """
    for version in [version_id] if timestamp is None else _decided(installation):
        with begin(installation, MATCH) as tx:
            if tell_reviews_late(tx, version):
                tx.commit()


def _decided(installation: Installation) -> list[str]:
    with begin(installation, MATCH) as tx:
        return versions_decided(tx)


TASKS: dict[str, Callable[..., None]] = {
    "versions.match": match_version,
    "versions.compare": compare_editions,
    "versions.tell_late": tell_late,
}
PERIODIC: dict[str, str] = {"versions.tell_late": "41 * * * *"}
