"""Taking a copy of one's edition: sent while it is made, recorded before and after."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from app.access.copies import Form, release_copy
from app.access.decide import require
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import Target
from app.kernel.clock import now
from app.kernel.errors import Conflict, VitrineError
from app.kernel.ids import new_id
from app.models.downloads import Download
from app.transaction import Transaction, begin

AT_MOST = timedelta(seconds=60)
"""After so long a copy that was not finished counts as broken off."""


@dataclass(frozen=True)
class Copy:
    """A copy on its way to one person: the name of its file, and its bytes as they are made."""

    name: str
    chunks: Iterator[bytes]


def take_copy(tx: Transaction, version_id: str, *, form: Form) -> Copy:
    """Begin a copy of the acting person's edition; the caller commits before it sends anything.

    Raises:
        NotFound, Forbidden: no grant allows this person a copy.
        Conflict: another copy of theirs is being made.
        Unavailable: the edition is not built yet.
    """
    require(tx, Action.DOWNLOAD_VERSION, Target("version", version_id))
    # Two at the same moment wait here for each other.
    tx.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"copy {tx.actor.id}"))))
    running = select(Download.id).where(
        Download.person_id == tx.actor.id,
        Download.finished_at.is_(None),
        Download.started_at > now() - AT_MOST,
    )
    if tx.session.scalars(running).first() is not None:
        raise Conflict(
            "A copy is being made for you already.",
            remedy="Wait until it has arrived, a minute at most, and try again.",
        )
    number = new_id("download")
    copy = release_copy(tx, version_id, form=form, number=number)
    edition = copy.edition
    tx.session.add(
        Download(
            id=number,
            person_id=tx.actor.id,
            organisation_id=tx.actor.organisation_id,
            version_id=version_id,
            edition_key=edition.key,
            form=form,
            started_at=now(),
        )
    )
    tx.session.flush()
    ending = "pdf" if form == "pdf" else "txt"
    return Copy(
        f"edition-{edition.key[:8]}.{ending}", _counted(tx, number, version_id, copy.chunks)
    )


def _counted(
    tx: Transaction, number: str, version_id: str, chunks: Iterator[bytes]
) -> Iterator[bytes]:
    """Pass the bytes on; once all are out, put down how many they were and their digest."""
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
        yield chunk
    _finish(tx, number, version_id, size=size, digest=digest.hexdigest())


def _finish(tx: Transaction, number: str, version_id: str, *, size: int, digest: str) -> None:
    target = Target("version", version_id)
    try:
        with begin(tx.installation, tx.actor, tx.context) as after:
            require(after, Action.DOWNLOAD_VERSION, target)
            row = after.session.get_one(Download, number)
            row.finished_at, row.size, row.digest = now(), size, digest
            after.emit(
                Event(
                    name="DownloadFinished",
                    licence=Action.DOWNLOAD_VERSION,
                    target=target,
                    facts={"copy": number, "bytes": size, "digest": digest},
                )
            )
            after.commit()
    except VitrineError:
        # Revoked in the meantime: the refusal is recorded, and the copy stays marked as begun.
        return
