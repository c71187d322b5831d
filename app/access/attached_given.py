"""What is attached, given to an organisation: shown, checked before, granted and put in a receipt.

One place for both: what goes with the answer to a request, and with a message about a finding. An
attachment is a version like any other, imported, marked and published by the same code.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.access.attached import Home, grants_of_asker, sets_lifted, target_of_home
from app.access.attached_states import (
    covers_files,
    failure_of,
    files_of,
    pages_of,
    sheets_left_out,
    state_of,
)
from app.access.attached_views import AttachmentLink, AttachmentView
from app.access.decide import may
from app.access.edition_states import edition_states, key_of_grant
from app.access.editions import active_redactions
from app.access.evidence_lines import evidence_digests, evidence_ids
from app.access.facts import database_now
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.targets import Target
from app.kernel.clock import now
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.models.reports import Edition, Report, Version
from app.models.requests import Attachment
from app.models.reviews import Grant
from app.transaction import Transaction

Item = dict[str, str | list[str]]


@dataclass(frozen=True, kw_only=True)
class Giving:
    """An act that gives out what is attached: for what, by which act, in which words.

    Attributes:
        home: the request or the finding that it is attached to.
        licence: the act, which was decided on the home.
        goes_with: what it goes with, such as "the answer to RQ-ORGA-0007".
        failed: what is to be done about a file that could not be taken.
        wider: who gives it instead of somebody who may read less than the organisation.
    """

    home: Home
    licence: Action
    goes_with: str
    failed: str
    wider: str


_PROBLEMS = {
    "reading": "is still being read in",
    "marks_wait": "has marks that wait for a decision",
    "to_approve": "is a PDF made of another kind of file, which nobody has approved yet",
    "to_close": "is still open for marks; whoever attached it, or a coordinator, closes it",
    "preparing": "is being prepared for the organisation; try again in a minute",
    "aside": "did not pass its check for the organisation",
}


# ---- shown


def link_of(tx: Transaction, one: Attachment, place: int) -> AttachmentLink:
    """Give what was given out as a link; `open`: for this reader, now."""
    version = tx.session.get_one(Version, one.version_id)
    return AttachmentLink(
        number=place,
        title=one.title,
        version_id=one.version_id,
        pages=pages_of(version),
        open=may(tx, Action.READ_VERSION, Target("version", version.id)),
        files=files_of(tx, version),
    )


def view_of(
    tx: Transaction, home: Home, one: Attachment, place: int, *, by: str, overseeing: bool
) -> AttachmentView:
    """Give what waits to be given out, with its state.

    How far it is for the organisation is told to those who oversee the giving, and to nobody else.
    """
    version = tx.session.get_one(Version, one.version_id)
    state = state_of(tx, version)
    if state == "ready" and overseeing:
        state = _state_for(tx, home, version.id)
    target = Target("version", version.id)
    marking = version.state == "working"
    closing = state in ("to_approve", "to_close") and may(tx, Action.PUBLISH_VERSION, target)
    return AttachmentView(
        id=one.id,
        number=place,
        title=one.title,
        by=by,
        version_id=version.id,
        report_id=version.report_id,
        pages=pages_of(version),
        dossier=tx.session.get_one(Report, version.report_id).dossier,
        state=state,
        failure=failure_of(tx, version) if state == "failed" else None,
        can_open=may(tx, Action.READ_VERSION, target),
        can_mark=marking and may(tx, Action.PROPOSE_REDACTION, target),
        can_decide=state == "marks_wait" and may(tx, Action.LIST_REDACTIONS, target),
        can_close=closing and (state != "to_approve" or may(tx, Action.APPROVE_PDF, target)),
        can_view_as=overseeing and may(tx, Action.VIEW_AS, target),
        files=files_of(tx, version),
        hidden_sheets=sheets_left_out(tx, version),
    )


def _state_for(tx: Transaction, home: Home, version_id: str) -> str:
    """Say whether the editions that the organisation's grants open are all built and checked."""
    states = edition_states(tx, version_id)
    found = set()
    for lifted in sets_lifted(grants_of_asker(tx, home)):
        edition = states.get(key_of_grant(tx, version_id, lifted))
        found.add(edition.state if edition else "planned")
    if "quarantined" in found:
        return "aside"
    return "ready" if found <= {"ready"} else "preparing"


# ---- given


def give(tx: Transaction, giving: Giving, found: Iterable[tuple[int, Attachment]]) -> list[Item]:
    """Grant what is attached as the organisation reads the version it is about; never more.

    Args:
        tx: of somebody other than who attached; the act was decided.
        giving: for what, and by which act.
        found: what is attached, each with its number.

    Returns:
        What the receipt says of it.

    Raises:
        Invalid: something attached is not ready, or not for who gives it; field `attachments`.
    """
    meant, grants = list(found), grants_of_asker(tx, giving.home)
    if meant and not grants:
        said = "The organisation has no grant in force, so nothing attached can be released."
        raise Invalid(fields={"attachments": said})
    problems = [
        f"Attachment {place} {problem}."
        for place, one in meant
        if (problem := _problem(tx, giving, one, grants))
    ]
    if problems:
        raise Invalid(fields={"attachments": " ".join(problems)})
    items: list[Item] = []
    for place, one in meant:
        one.released_at = now()
        for grant in grants:
            held = _covering(tx, giving.home, one, grant) or _granted(tx, giving, one, grant)
            items += _items(tx, giving, one, place, held)
    tx.session.flush()
    return items


def _problem(tx: Transaction, giving: Giving, one: Attachment, grants: list[Grant]) -> str | None:
    """Say why an attachment cannot go out, or cannot by this person; None where it can."""
    state = state_of(tx, tx.session.get_one(Version, one.version_id))
    if state == "ready":
        state = _state_for(tx, giving.home, one.version_id)
    if state == "failed":
        return f"could not be taken; {giving.failed}"
    if state != "ready":
        return _PROBLEMS[state]
    readable = may(tx, Action.READ_VERSION, Target("version", one.version_id))
    editions = [_edition(tx, one.version_id, grant) for grant in grants]
    if not readable or None in editions:
        return f"holds more for the organisation than you may read, so {giving.wider}"
    whole = evidence_ids(tx, one.version_id)
    if any(edition and edition.evidence != whole for edition in editions):
        return _PROBLEMS["preparing"]
    return None


def _edition(tx: Transaction, version_id: str, grant: Grant) -> Edition | None:
    """Find the finished edition that a grant opens; row-level security shows none beyond one's own.

    So whoever gives it out has lifted at least what the organisation has.
    """
    key = key_of_grant(tx, version_id, frozenset(grant.lifted))
    return tx.session.scalars(
        select(Edition).where(
            Edition.version_id == version_id, Edition.key == key, Edition.state == "ready"
        )
    ).first()


def _covering(tx: Transaction, home: Home, one: Attachment, like: Grant) -> Grant | None:
    """Find a grant of this review that gives as much of the attached version already."""
    rows = tx.session.scalars(
        select(Grant)
        .where(
            Grant.version_id == one.version_id,
            Grant.review_id == home.review_id,
            Grant.organisation_id == home.organisation_id,
            Grant.state == "in_force",
            Grant.starts_at <= database_now(tx),
            Grant.ends_at >= like.ends_at,
            Grant.lifted.contains(like.lifted),
            Grant.handling.in_((like.handling, "download")),
        )
        .order_by(Grant.id)
    )
    wanted = None if like.person_ids is None else set(like.person_ids)
    return next(
        (
            grant
            for grant in rows
            if grant.person_ids is None or (wanted is not None and wanted <= set(grant.person_ids))
        ),
        None,
    )


def _granted(tx: Transaction, giving: Giving, one: Attachment, like: Grant) -> Grant:
    """Grant an attached version just as the organisation's grant says, no longer than it lasts.

    Who attached proposes it, and who gives it out is its second person.
    """
    version = tx.session.get_one(Version, one.version_id)
    grant = Grant(
        id=new_id("grant"),
        report_id=version.report_id,
        version_id=version.id,
        review_id=like.review_id,
        organisation_id=like.organisation_id,
        person_ids=like.person_ids,
        preset=like.preset,
        lifted=list(like.lifted),
        handling=like.handling,
        purpose=f"Attached to {giving.goes_with}",
        starts_at=max(like.starts_at, database_now(tx)),
        ends_at=like.ends_at,
        state="in_force",
        proposed_by=one.added_by,
        proposed_at=one.added_at,
        approved_by=tx.actor.id,
        approved_at=now(),
        follows=like.id,
    )
    tx.session.add(grant)
    tx.session.flush()
    facts: dict[str, Fact] = {
        "attachment": one.id,
        "version_id": one.version_id,
        "preset": grant.preset,
        "lifted": list(grant.lifted),
        "handling": grant.handling,
        "until": grant.ends_at.isoformat(),
    }
    tx.emit(
        Event(
            name="AttachmentShared",
            licence=giving.licence,
            target=target_of_home(giving.home),
            subject=Target("grant", grant.id),
            organisations=frozenset({grant.organisation_id}),
            facts=facts,
            stage="in_force",
        )
    )
    return grant


def _items(
    tx: Transaction, giving: Giving, one: Attachment, place: int, grant: Grant
) -> list[Item]:
    edition = _edition(tx, one.version_id, grant)
    codes = frozenset(grant.lifted)
    occurring = {code for r in active_redactions(tx, one.version_id) for code in r.categories}
    name = f"Attachment {place} to {giving.goes_with}: {one.title}"
    shared: Item = {
        "version_id": one.version_id,
        "edition_key": key_of_grant(tx, one.version_id, codes),
        "withholds": sorted(occurring - codes),
        "handling": grant.handling,
        "grant_id": grant.id,
        "attachment_id": one.id,
    }
    files = evidence_digests(tx, edition) if edition else []
    if covers_files(tx.session.get_one(Version, one.version_id)):
        return [{"item": _named(name, files, code), "digest": d, **shared} for code, _, d in files]
    document = edition.document_digest if edition else None
    return [
        {"item": name, "digest": document or "", **shared},
        *({"item": f"{name}, evidence {c}: {t}", "digest": d, **shared} for c, t, d in files),
    ]


def _named(name: str, files: Sequence[object], code: str) -> str:
    """Name a file in a receipt: where there are several, by its code as well."""
    return name if len(files) == 1 else f"{name}, {code}"
