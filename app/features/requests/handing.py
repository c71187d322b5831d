"""What goes with an answer in hand goes along when its part is given to somebody else.

Who hands a part over passes on no more than they may read themselves, and nothing that needs a
second person: those words stay withheld in the new holder's edition.
"""

from sqlalchemy import or_, select

from app.access.decide import may
from app.access.facts import database_now, forget
from app.domain.actions import Action
from app.domain.categories import SECOND_PERSON_CODES
from app.domain.events import Event, Fact
from app.domain.targets import Target
from app.features.requests.attaching import attachments_of
from app.features.requests.moving import target_of, tell
from app.features.requests.parts import Part
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.models.reports import Report, Version
from app.models.requests import Request
from app.models.reviews import Grant
from app.transaction import Transaction


def hand_on_attachments(
    tx: Transaction, row: Request, part: Part, *, before: str | None, licence: Action
) -> None:
    """Let who holds a part now go on with the files of its draft: read, mark and close them.

    Args:
        tx: of whoever hands the part over; `licence` was decided.
        row: the request.
        part: the part, with its new holder.
        before: who held it until now; what they attached becomes the new holder's to close.
        licence: the act by which it is handed over.
    """
    to, answer = part.row.responder_id, part.answer
    if to is None or to == tx.actor.id or answer is None or answer.state != "draft":
        return
    for one in attachments_of(tx, row.id, answer.round):
        version = tx.session.get_one(Version, one.version_id)
        report = tx.session.get_one(Report, version.report_id)
        target = Target("version", version.id)
        if not report.dossier or not may(tx, Action.READ_VERSION, target):
            continue
        if report.owner_id == before:
            report.owner_id = to
            forget(tx, target)
            forget(tx, Target("report", report.id))
            about: dict[str, Fact] = {"attachment": one.id, "before": before, "owner": to}
            tell(tx, row, "AttachmentHandedOn", licence, step=False, facts=about)
        for like in _own_grants(tx, version.id, tx.actor.id):
            lifted = sorted(set(like.lifted) - SECOND_PERSON_CODES)
            held = _own_grants(tx, version.id, to)
            if not any(set(lifted) <= set(grant.lifted) for grant in held):
                _grant(tx, row, like, to=to, lifted=lifted, licence=licence)


def _own_grants(tx: Transaction, version_id: str, person_id: str) -> list[Grant]:
    """List the grants in force by which somebody of the acting organisation reads a version."""
    moment = database_now(tx)
    statement = select(Grant).where(
        Grant.version_id == version_id,
        Grant.organisation_id == (tx.actor.organisation_id or ""),
        Grant.review_id.is_(None),
        Grant.state == "in_force",
        Grant.starts_at <= moment,
        Grant.ends_at > moment,
        or_(Grant.person_ids.is_(None), Grant.person_ids.contains([person_id])),
    )
    return list(tx.session.scalars(statement.order_by(Grant.id)))


def _grant(
    tx: Transaction, row: Request, like: Grant, *, to: str, lifted: list[str], licence: Action
) -> None:
    grant = Grant(
        id=new_id("grant"),
        report_id=like.report_id,
        version_id=like.version_id,
        review_id=None,
        organisation_id=like.organisation_id,
        person_ids=[to],
        preset="reviewer",
        lifted=lifted,
        handling=like.handling,
        purpose="To go on with what is attached to an answer",
        starts_at=database_now(tx),
        ends_at=like.ends_at,
        state="in_force",
        proposed_by=tx.actor.id,
        proposed_at=now(),
    )
    tx.session.add(grant)
    tx.session.flush()
    tx.emit(
        Event(
            name="HoldersGrantMade",
            licence=licence,
            target=target_of(row),
            subject=Target("grant", grant.id),
            facts={"version_id": like.version_id, "people": [to], "lifted": lifted},
            stage="in_force",
        )
    )
