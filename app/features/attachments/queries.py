"""Scoped reads for attachments: which answer is meant, what is attached, what may be."""

from sqlalchemy import or_, select

from app.access.decide import keep
from app.access.facts import database_now
from app.domain.actions import Action
from app.domain.evidence import HELD
from app.domain.targets import Target
from app.features.attachments.schemas import AttachmentsView, Choice
from app.features.requests import queries as requests
from app.features.requests.attaching import attached_to
from app.features.requests.parts import Part
from app.kernel.errors import Conflict
from app.models.evidence import EvidenceItem
from app.models.reports import Report, Version
from app.models.requests import Attachment, Request
from app.models.reviews import Grant
from app.transaction import Transaction

_OFFERED = 100


def view_of(tx: Transaction, row: Request, part: Part | None, *, several: bool) -> AttachmentsView:
    """Give what goes with the answer to a part; nothing while the request is with nobody."""
    seen = requests.seen_as(tx)
    answer = part.answer if part else None
    answer = answer if answer and answer.state in ("draft", "in_check") else None
    editable = answer is not None and answer.state == "draft"
    return AttachmentsView(
        request_id=row.id,
        name=(row.number or row.alias) if seen == "publisher" else row.alias,
        part_id=part.row.id if part else "",
        part=part.row.number if part and several else None,
        begun=answer is not None,
        editable=editable,
        items=attached_to(tx, row, answer.round, overseeing=seen == "publisher") if answer else (),
        choices=choices(tx) if editable else (),
    )


def choices(tx: Transaction) -> tuple[Choice, ...]:
    """List the published versions that the acting person may read, by title."""
    moment = database_now(tx)
    held = select(Grant.version_id).where(
        Grant.organisation_id == (tx.actor.organisation_id or ""),
        Grant.state == "in_force",
        Grant.starts_at <= moment,
        Grant.ends_at > moment,
        or_(Grant.person_ids.is_(None), Grant.person_ids.contains([tx.actor.id])),
    )
    rows = tx.session.execute(
        select(Version.id, Version.number, Report.title, Report.dossier)
        .join(Report, Report.id == Version.report_id)
        .where(Version.id.in_(held), Version.state == "published")
        .order_by(Report.title, Version.number.desc())
        .limit(_OFFERED)
    ).all()
    kept = keep(tx, Action.READ_VERSION, rows, lambda one: Target("version", one.id))
    return tuple(
        Choice(
            version_id=one.id,
            name=one.title if one.dossier else f"{one.title}, version {one.number}",
        )
        for one in kept
    )


def refuse_double(
    tx: Transaction, attached: list[Attachment], *, digest: str = "", version_id: str = ""
) -> None:
    """Refuse what is attached to this answer already, by its bytes or as a version."""
    for one in attached:
        version = tx.session.get_one(Version, one.version_id)
        held = (version.source_digest, version.original_digest, *_files(tx, version.id))
        same = digest in held if digest else False
        if (same and version.state != "failed") or one.version_id == version_id:
            raise Conflict(
                f"This is attached already, as “{one.title}”.",
                kept="Nothing was attached a second time.",
            )


def _files(tx: Transaction, version_id: str) -> list[str]:
    """Give the digests of the files that are the evidence of a version."""
    here = (EvidenceItem.version_id == version_id) & EvidenceItem.state.in_(HELD)
    return list(tx.session.scalars(select(EvidenceItem.source_digest).where(here)))
