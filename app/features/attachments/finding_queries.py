"""What is attached to findings and was not given yet: which, how far, and what the linter finds."""

from sqlalchemy import func, select

from app.access.attached import waiting_for
from app.access.attached_words import Compared, compare
from app.access.decide import may
from app.access.editions import active_redactions
from app.access.narrowing import granted_codes
from app.domain.actions import Action
from app.domain.events import Fact
from app.features.attachments.schemas import FindingFilesView, FoundView, GivingView
from app.features.findings import queries as findings
from app.features.findings.moving import target_of, tell
from app.features.findings.threads import waiting_views
from app.kernel.errors import Conflict, Invalid, Unavailable
from app.models.findings import Finding
from app.models.organisations import Organisation
from app.models.people import Membership
from app.models.requests import Attachment
from app.transaction import Transaction

MOST_SHOWN = 50


def files_view(tx: Transaction, finding: Finding) -> FindingFilesView:
    """Show what waits with a finding; the caller has required the attaching or the giving."""
    return FindingFilesView(
        finding_id=finding.id,
        name=finding.number if findings.knows_filer(tx, finding) else finding.alias,
        items=waiting_views(tx, finding),
        giving=giving_view(tx, finding),
    )


def giving_view(tx: Transaction, finding: Finding) -> GivingView | None:
    """Give what a second person looks at before giving a file; None for who cannot give any."""
    target = target_of(finding)
    waiting = waiting_for(tx, finding.id)
    if not waiting or not may(tx, Action.GIVE_FILE, target):
        return None
    try:
        found, could = compared(tx, finding, waiting, licence=Action.READ_FINDING), True
    except Unavailable:
        found, could = Compared(), False
    codes = granted_codes(tx, finding.version_id, organisation_id=finding.organisation_id)
    occurring = {c for one in active_redactions(tx, finding.version_id) for c in one.categories}
    by_place = dict(enumerate(waiting, start=1))
    organisation = tx.session.get_one(Organisation, finding.organisation_id)
    return GivingView(
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        readers=_readers(tx, finding),
        withholds=tuple(sorted(occurring - codes)),
        givable=tuple(one.id for one in waiting if one.added_by != tx.actor.id),
        hits=tuple(
            FoundView(
                attachment_id=by_place[place].id,
                words=hit.words,
                pages=hit.pages,
                categories=hit.categories,
            )
            for place, hit in found.hits[:MOST_SHOWN]
            if place is not None
        ),
        unread=found.unread,
        not_compared=tuple(by_place[place].id for place in found.unread_attachments),
        compared=could,
    )


def waiting_one(tx: Transaction, finding: Finding, attachment_id: str) -> Attachment:
    """Give what is attached to a finding and was not given yet.

    Raises:
        Invalid: there is no such thing here, the field is `attachment_id`.
        Conflict: it was given, or taken off, meanwhile.
    """
    one = tx.session.get(Attachment, attachment_id)
    if one is None or one.finding_id != finding.id:
        raise Invalid(fields={"attachment_id": "There is no such file here."})
    if one.removed_at is not None or one.released_at is not None:
        raise Conflict(
            "This file was given, or taken off, meanwhile.", remedy="Look at the list again."
        )
    return one


def compared(
    tx: Transaction,
    finding: Finding,
    found: list[Attachment],
    body: str = "",
    *,
    licence: Action,
    confirmed: bool = False,
) -> Compared:
    """Compare files, and a message, with what is withheld from the organisation; tell of that."""
    result = compare(tx, finding, [body] if body else [], enumerate(found, start=1))
    facts: dict[str, Fact] = {
        "attachments": [one.id for one in found],
        "hits": len(result.hits),
        "unread": result.unread,
        "confirmed": confirmed,
    }
    tell(
        tx, finding, "FilesOfFindingCompared", licence, step=False, outward=False, facts=facts
    )  # fmt: skip
    return result


def _readers(tx: Transaction, finding: Finding) -> int:
    statement = select(func.count()).where(
        Membership.organisation_id == finding.organisation_id, Membership.state == "active"
    )
    return tx.session.scalars(statement).one()
