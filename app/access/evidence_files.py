"""Files that a reviewer gives as evidence: kept as they came, handed out, never opened.

Here: what may be kept, who may take it, and where it goes when its draft is filed; files that go
with a message, to the publisher or inside. Not here: files that a reader is shown in an edition
(deposit), which are taken apart behind walls.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from app.access.decide import lifted
from app.access.deposit import deposit_field
from app.access.editions import lifted_codes
from app.access.release import release_field
from app.domain.actions import Action
from app.domain.targets import FieldRef, Target
from app.kernel.clock import now
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.models.content import GuardedFile
from app.transaction import Decision, Transaction

LARGEST = 10 * 1024 * 1024
MOST_FILES = 10
LONGEST_TITLE = 200
KINDS = {"pdf": "pdf", "png": "png", "jpeg": "jpg", "csv": "csv", "text": "txt"}
"""The kinds that are kept, and how the name of a file of each ends."""
_SIGNS = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff"}


@dataclass(frozen=True, kw_only=True)
class KeptFile:
    """A file that goes with a finding or a draft; no title for who is not cleared for it."""

    id: str
    kind: str
    bytes: int
    title: str | None


@dataclass(frozen=True, kw_only=True)
class SentFile:
    """A file as somebody sent it, with the title that they typed; its own name is kept nowhere."""

    title: str
    content: bytes
    named: str


def kind_of(content: bytes, *, named: str) -> str:
    """Say what a file is by its first bytes, of a text by its name's ending too.

    Raises:
        Invalid: too large, empty, or nothing that is kept (`file`).
    """
    if not content:
        raise Invalid(fields={"file": "This file is empty."})
    if len(content) > LARGEST:
        raise Invalid(fields={"file": "This file is larger than 10 MB. Say where to find it."})
    for kind, sign in _SIGNS.items():
        if content.startswith(sign):
            return kind
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    odd = any(sign < " " and sign not in "\t\n\r\f" for sign in text)
    if odd or text.lstrip().startswith("<"):
        said = "Send a PDF, a picture (PNG or JPEG), plain text or CSV."
        raise Invalid(fields={"file": said})
    return "csv" if named.lower().endswith(".csv") else "text"


def deposit_file(
    tx: Transaction,
    subject: Target,
    sent: SentFile,
    *,
    version_id: str,
    organisation_id: str,
    message_id: str | None = None,
    shared: bool = False,
    at_least: Iterable[str] = (),
) -> KeptFile:
    """Keep a file with a draft or a message; it inherits what its sender has lifted, as texts do.

    Args:
        tx: the transaction; its actor sent the file.
        subject: the draft, or the finding that the message is about.
        sent: the file.
        version_id: the version whose categories decide who may read it.
        organisation_id: whose file it is.
        message_id: the message of the thread that it goes with; None: with the finding itself.
        shared: the publisher gets it, too.
        at_least: categories that a reader needs besides.

    Raises:
        Invalid: as `kind_of`, no title (`title`), or there are ten already (`file`).
    """
    title = sent.title.strip()
    if not title or len(title) > LONGEST_TITLE:
        raise Invalid(fields={"title": "Say in a few words what the file shows."})
    kind = kind_of(sent.content, named=sent.named)
    if message_id is None and len(list_files(tx, subject)) >= MOST_FILES:
        raise Invalid(fields={"file": "Ten files are kept with a finding. Take one off first."})
    row = GuardedFile(
        id=new_id("file"),
        subject_kind=subject.kind,
        subject_id=subject.id,
        organisation_id=organisation_id,
        version_id=version_id,
        sensitivity=sorted(lifted_codes(tx, version_id) | set(at_least)),
        shared=shared,
        kind=kind,
        bytes=len(sent.content),
        digest=tx.installation.editions.put(sent.content),
        added_by=tx.actor.id,
        added_at=now(),
        message_id=message_id,
    )
    tx.session.add(row)
    tx.session.flush()
    deposit_field(
        tx,
        subject,
        field=f"file.{row.id}",
        body=title,
        version_id=version_id,
        organisation_id=organisation_id,
        shared=shared,
        at_least=at_least,
    )
    return KeptFile(id=row.id, kind=kind, bytes=row.bytes, title=title)


def list_files(tx: Transaction, subject: Target) -> list[KeptFile]:
    """List the files that a subject was filed with, in the order they came; its reading was
    required.
    """
    return [_kept(tx, subject, row) for row in _rows(tx, subject) if row.message_id is None]


def files_of_messages(tx: Transaction, subject: Target) -> dict[str, list[KeptFile]]:
    """Give by message the files that go with the thread of a finding, as far as one's side has
    them.
    """
    found: dict[str, list[KeptFile]] = {}
    for row in _rows(tx, subject):
        if row.message_id is not None:
            found.setdefault(row.message_id, []).append(_kept(tx, subject, row))
    return found


def files_of_findings(tx: Transaction, finding_ids: Iterable[str]) -> dict[str, list[KeptFile]]:
    """Give by finding its files, of its filing and of its thread; their reading was required."""
    rows = tx.session.scalars(
        select(GuardedFile)
        .where(GuardedFile.subject_id.in_(set(finding_ids)), GuardedFile.removed_at.is_(None))
        .order_by(GuardedFile.added_at, GuardedFile.id)
    )
    found: dict[str, list[KeptFile]] = {}
    for row in rows:
        target = Target("finding", row.subject_id)
        found.setdefault(row.subject_id, []).append(_kept(tx, target, row))
    return found


def remove_files_of_message(tx: Transaction, message_id: str) -> None:
    """Take away what went with a message of one's own: it is handed out to nobody any more."""
    tx.session.execute(
        update(GuardedFile)
        .where(GuardedFile.message_id == message_id, GuardedFile.removed_at.is_(None))
        .values(removed_at=now())
        .execution_options(synchronize_session=False)
    )


def release_file(tx: Transaction, subject: Target, file_id: str) -> tuple[str, bytes]:
    """Give a file's kind and bytes to who reads its subject and is cleared for it.

    The caller has required the reading of the subject, and records the handing out.

    Raises:
        NotFound: no such file there, or not for this person.
    """
    row = next((row for row in _rows(tx, subject) if row.id == file_id), None)
    licensed = any(d.allowed and d.target == subject for d in tx.decisions)
    if row is None or not licensed or _missing(tx, row):
        tx.decisions.append(
            Decision(
                action=(
                    Action.READ_FINDING if subject.kind == "finding" else Action.READ_FINDING_DRAFT
                ),
                target=subject,
                allowed=False,
                policies=(),
                facts=(("reason", "no-such-file-or-not-cleared"),),
            )
        )
        raise NotFound
    return row.kind, tx.installation.editions.get(row.digest)


def remove_file(tx: Transaction, subject: Target, file_id: str) -> None:
    """Take a file off a draft; NotFound where it has none such."""
    row = next((row for row in _rows(tx, subject) if row.id == file_id), None)
    if row is None:
        raise NotFound
    row.removed_at = now()
    tx.session.flush()


def hand_over_files(
    tx: Transaction, draft: Target, finding: Target, *, version_id: str, organisation_id: str
) -> None:
    """Make the files of a draft those of the finding it became, and share them."""
    rows = _rows(tx, draft)
    for row in rows:
        title = release_field(tx, FieldRef(subject=draft, field=f"file.{row.id}"))
        deposit_field(
            tx,
            finding,
            field=f"file.{row.id}",
            body=title.body or "",
            version_id=version_id,
            organisation_id=organisation_id,
            shared=True,
            at_least=title.sensitivity,
        )
    tx.session.execute(
        update(GuardedFile)
        .where(GuardedFile.id.in_([row.id for row in rows]))
        .values(subject_kind=finding.kind, subject_id=finding.id, shared=True)
        .execution_options(synchronize_session=False)
    )


def _rows(tx: Transaction, subject: Target) -> Sequence[GuardedFile]:
    return tx.session.scalars(
        select(GuardedFile)
        .where(GuardedFile.subject_id == subject.id, GuardedFile.removed_at.is_(None))
        .order_by(GuardedFile.added_at, GuardedFile.id)
    ).all()


def _kept(tx: Transaction, subject: Target, row: GuardedFile) -> KeptFile:
    return KeptFile(id=row.id, kind=row.kind, bytes=row.bytes, title=_title(tx, subject, row.id))


def _title(tx: Transaction, subject: Target, file_id: str) -> str | None:
    return release_field(tx, FieldRef(subject=subject, field=f"file.{file_id}")).body


def _missing(tx: Transaction, row: GuardedFile) -> frozenset[str]:
    needed = frozenset(row.sensitivity)
    if not needed or row.organisation_id == tx.actor.organisation_id:
        return frozenset()
    return needed - lifted(tx, row.version_id, sorted(needed)).codes
