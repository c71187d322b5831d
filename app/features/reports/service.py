"""Reports and versions: create, import, look at, publish. Reading them is in `reading`."""

import hashlib
from datetime import timedelta

from sqlalchemy import func, select

from app.access.carrying import marks_to_carry
from app.access.comparing import earlier_version
from app.access.decide import require
from app.access.deposit import deposit_source
from app.access.edition_states import edition_states
from app.access.facts import database_now, forget
from app.access.lineages import claims_waiting
from app.access.matching import READABLE
from app.access.whole import authors_words
from app.domain.actions import Action
from app.domain.categories import CODES
from app.domain.events import Event
from app.domain.filekinds import FileKind, NotTaken, kind_of
from app.domain.licences import Licence
from app.domain.redactions import after
from app.domain.targets import INSTALLATION, Target
from app.features.reports import queries
from app.features.reports.originals import origin_of, waits_for_approval
from app.features.reports.schemas import (
    CreateReport,
    ImportVersion,
    ProgressView,
    ReportRow,
    ReportView,
    ToCarry,
    VersionRow,
    VersionView,
)
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound, TooLarge
from app.kernel.ids import new_id
from app.models.redactions import Redaction
from app.models.reports import Report, Version
from app.models.reviews import Grant
from app.transaction import Transaction

_WORKING_GRANT_LASTS = timedelta(days=3653)


def list_reports(tx: Transaction) -> list[ReportRow]:
    """List the reports that the acting person may see."""
    require(tx, Action.LIST_REPORTS, INSTALLATION)
    return queries.list_reports(tx)


def create_report(tx: Transaction, command: CreateReport) -> ReportRow:
    """Create a report owned by the acting author; nobody can read anything of it yet."""
    require(tx, Action.CREATE_REPORT, INSTALLATION)
    report = Report(
        id=new_id("report"), title=command.title, owner_id=tx.actor.id, created_at=now()
    )
    tx.session.add(report)
    tx.session.flush()
    tx.emit(
        Event(
            name="ReportCreated",
            licence=Action.CREATE_REPORT,
            target=INSTALLATION,
            subject=Target("report", report.id),
            content={"title": report.title},
        )
    )
    return ReportRow(id=report.id, title=report.title, versions=(), works_here=True)


def read_report(tx: Transaction, report_id: str) -> ReportView:
    """Give a report with its versions to those who work on it; no text of it."""
    require(tx, Action.READ_REPORT, Target("report", report_id))
    report = tx.session.get_one(Report, report_id)
    return ReportView(
        id=report.id,
        title=report.title,
        owner_name=queries.person_name(tx, report.owner_id),
        versions=queries.list_versions(tx, report_id),
    )


def import_version(
    tx: Transaction, report_id: str, command: ImportVersion, *, content: bytes, file_name: str
) -> VersionRow:
    """Take in a file as the next version; the worker reads it afterwards.

    Raises:
        Invalid: of no kind that is imported, by its bytes; the field is `file`.
        TooLarge: more bytes than the settings allow.
        Conflict: this very file is a version of the report already.
    """
    target = Target("report", report_id)
    require(tx, Action.IMPORT_VERSION, target)
    return take_in(
        tx, report_id, command, Licence(Action.IMPORT_VERSION, target),
        content=content, file_name=file_name,
    )  # fmt: skip


def take_in(
    tx: Transaction,
    report_id: str,
    command: ImportVersion,
    licence: Licence,
    *,
    content: bytes,
    file_name: str,
) -> VersionRow:
    """Take in a file under an act that was decided; errors as above.

    Every file that comes in comes in here, whoever brings it and whatever for.
    """
    kind = _kind_of(tx, content, file_name, done=licence.done)
    # Two uploads at once wait for each other here, so that each number is given once.
    tx.session.scalars(select(Report.id).where(Report.id == report_id).with_for_update()).one()
    _refuse_double(tx, report_id, content)
    digest = deposit_source(tx, content)
    version = Version(
        id=new_id("version"),
        report_id=report_id,
        number=_next_number(tx, report_id),
        label=command.label,
        coverage_date=command.coverage_date,
        changelog=command.changelog,
        state="importing",
        kind=kind.value,
        source_digest=digest,
        source_bytes=len(content),
        original_digest=None if kind is FileKind.PDF else digest,
        original_bytes=None if kind is FileKind.PDF else len(content),
        imported_by=tx.actor.id,
        created_at=now(),
    )
    tx.session.add(version)
    tx.session.flush()
    _emit_import(tx, licence, version, file_name)
    _grant_working(tx, licence, version)
    return queries.version_row(version)


def _kind_of(tx: Transaction, content: bytes, file_name: str, *, done: str) -> FileKind:
    if len(content) > tx.installation.settings.max_upload_bytes:
        raise TooLarge
    if not content:
        raise Invalid(fields={"file": f"The file is empty. Nothing was {done}."})
    try:
        return kind_of(content, file_name)
    except NotTaken as no:
        raise Invalid(fields={"file": f"{no} Nothing was {done}."}) from no


def _refuse_double(tx: Transaction, report_id: str, content: bytes) -> None:
    digest = hashlib.sha256(content).hexdigest()
    number = tx.session.scalars(
        select(Version.number).where(
            Version.report_id == report_id,
            (Version.source_digest == digest) | (Version.original_digest == digest),
            Version.state != "failed",
        )
    ).first()
    if number is not None:
        raise Conflict(
            f"This file is already version {number} of this report.",
            kept="Nothing was imported a second time.",
        )


def _next_number(tx: Transaction, report_id: str) -> int:
    last = tx.session.scalars(
        select(func.max(Version.number)).where(
            Version.report_id == report_id, Version.state != "failed"
        )
    ).one()
    return (last or 0) + 1


def _emit_import(tx: Transaction, licence: Licence, version: Version, file_name: str) -> None:
    # What is attached to an answer has no name but its title: a file's could tell too much.
    named = {"file_name": file_name[:200]} if licence.act is Action.IMPORT_VERSION else {}
    tx.emit(
        Event(
            name="VersionImportStarted",
            licence=licence.act,
            target=licence.target,
            subject=Target("version", version.id),
            facts={
                "number": version.number,
                "kind": version.kind,
                "digest": version.source_digest,
                "bytes": version.source_bytes,
            },
            content={**named, "label": version.label},
            stage="importing",
        )
    )


def _grant_working(tx: Transaction, licence: Licence, version: Version) -> None:
    """Make the internal grant of the working edition to whoever imports."""
    at = database_now(tx)
    grant = Grant(
        id=new_id("grant"),
        report_id=version.report_id,
        version_id=version.id,
        review_id=None,
        organisation_id=str(tx.actor.organisation_id),
        person_ids=[tx.actor.id],
        preset="unredacted",
        lifted=list(CODES),
        handling="view",
        purpose="Working edition of whoever imported it",
        working=True,
        starts_at=at,
        ends_at=at + _WORKING_GRANT_LASTS,
        state="in_force",
        proposed_by=tx.actor.id,
        proposed_at=at,
    )
    tx.session.add(grant)
    tx.session.flush()
    tx.emit(
        Event(
            name="WorkingGrantMade",
            licence=licence.act,
            target=licence.target,
            subject=Target("grant", grant.id),
            facts={"version_id": version.id, "person": tx.actor.id, "lifted": list(CODES)},
            stage="in_force",
        )
    )


def read_version_desk(tx: Transaction, version_id: str) -> VersionView:
    """Give a version to those who work on it: state, parts, owners; no text of it."""
    report_id = queries.report_of(tx, version_id)
    require(tx, Action.READ_REPORT, Target("report", report_id))
    version = queries.get_version(tx, version_id)
    owned = queries.owners(tx, version_id)
    states = queries.redaction_states(tx, version_id)
    earlier = earlier_version(tx, version_id, None) if version.state in READABLE else None
    return VersionView(
        row=queries.version_row(version),
        report_title=queries.report_title(tx, report_id),
        imported_by=queries.person_name(tx, version.imported_by),
        changelog=authors_words(tx, version),
        source_digest=version.source_digest,
        source_bytes=version.source_bytes,
        inspection=version.inspection or {},
        owners=owned.get("", ()),
        sections=queries.sections(tx, version_id, owned),
        claims=queries.claims(tx, version_id, owned),
        undecided=states.get("proposed", 0),
        approved=states.get("approved", 0) + states.get("in_force", 0),
        editions=queries.editions(tx, version_id),
        origin=origin_of(tx, version),
        to_carry=waiting_to_carry(tx, version_id) if version.state == "working" else (),
        compared_with=earlier.number if earlier else None,
        claims_waiting=claims_waiting(tx, version_id),
    )


def waiting_to_carry(tx: Transaction, version_id: str) -> tuple[ToCarry, ...]:
    """Count by earlier version the redactions that nobody has carried over or found unneeded."""
    return tuple(
        ToCarry(number=queries.get_version(tx, earlier).number, marks=len(marks))
        for earlier, marks in marks_to_carry(tx, version_id).items()
    )


def read_progress(tx: Transaction, version_id: str) -> ProgressView:
    """Say how far the import is: pages read, then pages of the working edition drawn."""
    report_id = queries.report_of(tx, version_id)
    require(tx, Action.READ_REPORT, Target("report", report_id))
    version = queries.get_version(tx, version_id)
    if version.state == "failed":
        return ProgressView(done=True, note=version.failure)
    if version.state == "importing":
        if not version.pages:
            return ProgressView(done=False, note="Waiting for its turn")
        note = f"Read {version.pages_ready} of {version.pages} pages"
        return ProgressView(done=False, value=version.pages_ready, max=2 * version.pages, note=note)
    # The states of all editions, not the rows: who looks need not be entitled to any edition.
    drawn = min(
        edition_states(tx, version_id).values(),
        key=lambda e: (e.state != "ready", e.created_at),
        default=None,
    )
    if drawn is None or drawn.state in ("ready", "quarantined"):
        return ProgressView(done=drawn is not None, note="Waiting to be drawn")
    note = f"Drawn {drawn.pages_ready} of {version.pages} pages"
    if drawn.state == "checking":
        note = "Being checked for leaks"
    return ProgressView(
        done=False, value=version.pages + drawn.pages_ready, max=2 * version.pages, note=note
    )


def publish_version(tx: Transaction, version_id: str) -> VersionRow:
    """Publish a version: its approved redactions come into force, grants begin to open it.

    Raises:
        Conflict: not a working version, its PDF waits for approval, a redaction for its decision,
            or one of an earlier version has neither been carried over nor found unneeded.
    """
    target = Target("version", version_id)
    require(tx, Action.PUBLISH_VERSION, target)
    version = tx.session.scalars(
        select(Version).where(Version.id == version_id).with_for_update()
    ).one_or_none()
    if version is None:
        raise NotFound
    if version.state != "working":
        raise Conflict("Only a version whose import is complete can be published, and only once.")
    _refuse_unsettled(tx, version)
    in_force = _put_in_force(tx, version_id)
    version.state, version.published_at = "published", now()
    tx.session.flush()
    forget(tx, target)
    tx.emit(
        Event(
            name="VersionPublished",
            licence=Action.PUBLISH_VERSION,
            target=target,
            facts={
                "number": version.number,
                "redactions": in_force,
                "claims_waiting": claims_waiting(tx, version_id),
            },
            stage="published",
        )
    )
    return queries.version_row(version)


def _refuse_unsettled(tx: Transaction, version: Version) -> None:
    """Refuse to publish while something of a version waits for somebody."""
    if waits_for_approval(version):
        raise Conflict(
            "The PDF that was made of the imported file waits for an author's approval.",
            kept="Nothing was published.",
            remedy="An author who reads all of it looks through it and approves it on its page.",
        )
    undecided = queries.redaction_states(tx, version.id).get("proposed", 0)
    if undecided:
        raise Conflict(
            "Redactions of this version wait for a decision.",
            kept="Nothing was published.",
            remedy="An approver decides them on the version's list of redactions.",
        )
    if (version.inspection or {}).get("closer_look") == "waiting":
        raise Conflict(
            "The words in doubt of this version are still being read from their pixels.",
            kept="Nothing was published.",
            remedy="That takes a few minutes at most; try again then.",
        )
    if queries.evidence_being_read(tx, version.id):
        raise Conflict(
            "Evidence of this version is being read in.",
            kept="Nothing was published.",
            remedy="Wait until it is ready, or take it off.",
        )
    if waiting := waiting_to_carry(tx, version.id):
        raise Conflict(
            f"Redactions of version {waiting[0].number} have not been carried over.",
            kept="Nothing was published.",
            remedy="An author or approver who reads both versions carries each over, or says why "
            "it is not needed.",
        )


def _put_in_force(tx: Transaction, version_id: str) -> int:
    rows = tx.session.scalars(
        select(Redaction).where(Redaction.version_id == version_id, Redaction.state == "approved")
    ).all()
    for row in rows:
        row.state = after(row.state, "publish")
    return len(rows)
