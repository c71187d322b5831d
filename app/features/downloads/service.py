"""Taking a copy of one's edition: sent while it is made, recorded before and after."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from app.access.copies import Form, release_copy
from app.access.decide import require
from app.access.evidence import release_file
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import Target
from app.kernel.clock import now
from app.kernel.errors import Conflict, VitrineError
from app.kernel.ids import new_id
from app.models.downloads import Download
from app.rendering.lines import ENDINGS
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
    number = _one_at_a_time(tx, version_id)
    copy = release_copy(tx, version_id, form=form, number=number)
    edition = copy.edition
    _begun(tx, number, version_id, edition.key, form)
    ending = "pdf" if form == "pdf" else "txt"
    return Copy(
        f"edition-{edition.key[:8]}.{ending}", _counted(tx, number, version_id, copy.chunks)
    )


def take_item(tx: Transaction, version_id: str, code: str) -> Copy:
    """Take an evidence item of one's edition as a file; errors as `take_copy`."""
    number = _one_at_a_time(tx, version_id)
    copy = release_file(tx, version_id, code, number=number)
    key = copy.edition.key if copy.edition else ""
    _begun(tx, number, version_id, key, copy.item.kind)
    name = f"evidence-{copy.item.code}-{key[:8]}.{ENDINGS[copy.item.kind]}"
    return Copy(name, _counted(tx, number, version_id, iter([copy.content])))


def _one_at_a_time(tx: Transaction, version_id: str) -> str:
    """Require the copy, wait for others of this person, and give the new one's number."""
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
    return new_id("download")


def _begun(tx: Transaction, number: str, version_id: str, key: str, form: str) -> None:
    tx.session.add(
        Download(
            id=number,
            person_id=tx.actor.id,
            organisation_id=tx.actor.organisation_id,
            version_id=version_id,
            edition_key=key,
            form=form,
            started_at=now(),
        )
    )
    tx.session.flush()


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
