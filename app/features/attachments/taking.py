"""Taking in a file that is attached, whatever for: the one way in.

It becomes the only version of a dossier, read in the walled child, marked and published like any
other; a file without pages stands behind a cover. Nothing goes out by that.
"""

from sqlalchemy import select

from app.access.attached import Home
from app.access.facts import database_now
from app.domain.attached_files import COVER, COVER_NAME, kind_without_pages
from app.domain.events import Event
from app.domain.evidence import EvidenceKind
from app.domain.filekinds import NotTaken
from app.domain.licences import Licence
from app.domain.targets import Target
from app.features.evidence.schemas import AttachEvidence
from app.features.evidence.taking_in import take_in_evidence
from app.features.reports import originals
from app.features.reports.schemas import ImportVersion, VersionRow
from app.features.reports.service import publish_version, take_in
from app.kernel.actor import Role
from app.kernel.clock import now
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.models.people import Membership
from app.models.reports import Report, Version
from app.models.reviews import Grant
from app.transaction import Transaction

_CHECKERS = [Role.COORDINATOR.value, Role.APPROVER.value]


def take_in_file(
    tx: Transaction, home: Home, licence: Licence, *, title: str, content: bytes, file_name: str
) -> str:
    """Take in a file for a request or a finding; gives the id of the version it becomes.

    Args:
        tx: of whoever attaches it, who then owns it and may mark, approve and close it.
        home: the request or the finding.
        licence: the act of attaching, decided on it.
        title: public-safe; all that anybody learns of the file's name.
        content: the file.
        file_name: by whose ending texts are told apart; kept nowhere.

    Raises:
        Invalid: of no kind that is taken; the field is `file`.
        TooLarge: more bytes than the settings allow, or evidence may have.
    """
    report = _dossier(tx, licence, title)
    taken = _take_in(tx, report, licence, title, content=content, file_name=file_name)
    _let_checkers_read(tx, home, licence, taken.id)
    return taken.id


def close_version(tx: Transaction, version_id: str) -> None:
    """Approve what was made of a file, if that waits, and publish it; nobody is shown it by that.

    Raises:
        Conflict: it is being read in, or marks wait for a decision.
    """
    version = tx.session.get_one(Version, version_id)
    if version.state == "working" and originals.waits_for_approval(version):
        originals.approve_pdf(tx, version.id)
    publish_version(tx, version.id)


def _take_in(
    tx: Transaction,
    report: Report,
    licence: Licence,
    title: str,
    *,
    content: bytes,
    file_name: str,
) -> VersionRow:
    """Take in a file as a document, or a cover with the file as its evidence."""
    kind, version = _kind_of(content, file_name), ImportVersion(label="1")
    if kind is None:
        return take_in(tx, report.id, version, licence, content=content, file_name=file_name)
    taken = take_in(tx, report.id, version, licence, content=COVER, file_name=COVER_NAME)
    item = AttachEvidence(title=title, kind=kind)
    take_in_evidence(tx, licence, taken.id, item, content=content, file_name=file_name)
    return taken


def _kind_of(content: bytes, file_name: str) -> EvidenceKind | None:
    if not content:
        raise Invalid(fields={"file": "The file is empty. Nothing was attached."})
    try:
        return kind_without_pages(content, file_name)
    except NotTaken as no:
        raise Invalid(fields={"file": f"{no} Nothing was attached."}) from no


def _dossier(tx: Transaction, licence: Licence, title: str) -> Report:
    """Make the report that a file becomes the only version of; it is found under its home alone."""
    report = Report(
        id=new_id("report"), title=title, owner_id=tx.actor.id, created_at=now(), dossier=True
    )
    tx.session.add(report)
    tx.session.flush()
    tx.emit(
        Event(
            name="DossierMade",
            licence=licence.act,
            target=licence.target,
            subject=Target("report", report.id),
            content={"title": title},
        )
    )
    return report


def _let_checkers_read(tx: Transaction, home: Home, licence: Licence, version_id: str) -> None:
    """Let coordinators and approvers read a file as they read the version that it is about.

    Just what their internal grants of that version lift, and no longer than those last.
    """
    moment = database_now(tx)
    own = tx.actor.organisation_id or ""
    checking = set(
        tx.session.scalars(
            select(Membership.person_id).where(
                Membership.organisation_id == own,
                Membership.state == "active",
                Membership.roles.overlap(_CHECKERS),
            )
        )
    ) - {tx.actor.id}
    grants = tx.session.scalars(
        select(Grant)
        .where(
            Grant.version_id == home.version_id,
            Grant.organisation_id == own,
            Grant.review_id.is_(None),
            Grant.state == "in_force",
            Grant.ends_at > moment,
        )
        .order_by(Grant.id)
    ).all()
    for like in grants:
        people = checking if like.person_ids is None else checking & set(like.person_ids)
        if people:
            _grant_like(tx, licence, version_id, like, sorted(people))


def _grant_like(
    tx: Transaction, licence: Licence, version_id: str, like: Grant, people: list[str]
) -> None:
    version = tx.session.get_one(Version, version_id)
    grant = Grant(
        id=new_id("grant"),
        report_id=version.report_id,
        version_id=version_id,
        review_id=None,
        organisation_id=like.organisation_id,
        person_ids=people,
        preset=like.preset,
        lifted=list(like.lifted),
        handling=like.handling,
        purpose="To check what is attached before it goes out",
        starts_at=max(like.starts_at, database_now(tx)),
        ends_at=like.ends_at,
        state="in_force",
        proposed_by=tx.actor.id,
        proposed_at=now(),
        approved_by=like.approved_by,
        approved_at=like.approved_at,
    )
    tx.session.add(grant)
    tx.session.flush()
    tx.emit(
        Event(
            name="CheckersGrantMade",
            licence=licence.act,
            target=licence.target,
            subject=Target("grant", grant.id),
            facts={"version_id": version_id, "people": people, "lifted": list(grant.lifted)},
            stage="in_force",
        )
    )
