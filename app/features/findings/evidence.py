"""What shows a finding: its text, references and files, of a draft as of what was filed."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from app.access.decide import require
from app.access.deposit import deposit_field
from app.access.evidence_files import KINDS, list_files, release_file
from app.access.release import release_field
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.findings import EVIDENCE_NEEDED
from app.domain.targets import FieldRef, Target
from app.features.findings.schemas import FileView, FilingView, Reference
from app.features.findings.thread_queries import file_view
from app.kernel.actor import Side
from app.kernel.errors import NotFound
from app.models.findings import Finding
from app.transaction import Transaction

TEXTS = ("statement", "correction", "evidence")
NEEDED = "Say what shows it: classes B and D need evidence."


def lacks_evidence(finding_class: str, *, shown: bool) -> bool:
    """Say whether a finding of a class still needs something that shows it."""
    return finding_class in EVIDENCE_NEEDED and not shown


def keep_references(
    tx: Transaction,
    subject: Target,
    references: Sequence[Reference],
    *,
    version_id: str,
    organisation_id: str,
    shared: bool,
    at_least: Iterable[str] = (),
) -> None:
    """Keep a list of references as one guarded text."""
    deposit_field(
        tx,
        subject,
        field="references",
        body=msgspec.json.encode([one.model_dump() for one in references]).decode(),
        version_id=version_id,
        organisation_id=organisation_id,
        shared=shared,
        at_least=at_least,
    )


def references_of(tx: Transaction, subject: Target) -> tuple[Reference, ...] | None:
    """Give the references of a finding or draft; None where the reader is not cleared for them."""
    try:
        body = release_field(tx, FieldRef(subject=subject, field="references")).body
    except NotFound:
        return ()
    if body is None:
        return None
    return tuple(Reference.model_validate(one) for one in msgspec.json.decode(body))


def files_of(tx: Transaction, subject: Target) -> tuple[FileView, ...]:
    """List the files that go with a finding or draft."""
    return tuple(map(file_view, list_files(tx, subject)))


def named_in_form(fields: Mapping[str, str]) -> dict[str, str]:
    """Call the title of a file as a form does that asks for other things as well."""
    return {"file_title" if name == "title" else name: said for name, said in fields.items()}


def filing_view(tx: Transaction, finding: Finding) -> FilingView:
    """Give what a finding was filed with; the caller has required the reading of it."""
    target = Target("finding", finding.id)
    return FilingView(
        about=finding.about, references=references_of(tx, target), files=files_of(tx, target)
    )


def open_file(tx: Transaction, finding_id: str, file_id: str) -> tuple[str, bytes]:
    """Hand out a file of a finding under a name that tells nothing; it was never opened here.

    Raises:
        NotFound: no such file, or not for this person.
    """
    target = Target("finding", finding_id)
    require(tx, Action.READ_FINDING, target)
    finding = tx.session.get(Finding, finding_id)
    if finding is None:
        raise NotFound
    kind, content = release_file(tx, target, file_id)
    number = finding.number if tx.actor.side is Side.REVIEWER else finding.alias
    tx.emit(
        Event(
            name="FindingFileRead",
            licence=Action.READ_FINDING,
            target=target,
            facts={"number": number, "file": file_id},
        )
    )
    return f"{finding.alias}-{file_id[-4:]}.{KINDS[kind]}", content
