"""What goes with an answer: shown with it, checked before its release, granted by it.

An attachment is a version like any other, imported, marked and published by the same code; here is
only what binds it to an answer. Attaching itself is a feature of its own (features/attachments).
"""

from collections.abc import Sequence

from sqlalchemy import select

from app.access.attached import grants_of_asker, sets_lifted
from app.access.decide import may
from app.access.edition_states import edition_states, key_of_grant
from app.access.editions import active_redactions
from app.access.evidence_lines import evidence_digests, evidence_ids
from app.access.facts import database_now
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.targets import Target
from app.features.requests import queries
from app.features.requests.attached_states import (
    covers_files,
    failure_of,
    files_of,
    pages_of,
    sheets_left_out,
    state_of,
)
from app.features.requests.moving import target_of
from app.features.requests.schemas import AttachmentLink, AttachmentView
from app.kernel.clock import now
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.models.reports import Edition, Report, Version
from app.models.requests import Answer, Attachment, Request
from app.models.reviews import Grant
from app.transaction import Transaction

Item = dict[str, str | list[str]]

_PROBLEMS = {
    "reading": "is still being read in",
    "failed": "could not be taken; send the answer back, so that it is taken off",
    "marks_wait": "has marks that wait for a decision",
    "to_approve": "is a PDF made of another kind of file, which nobody has approved yet",
    "to_close": "is still open for marks; whoever attached it, or a coordinator, closes it",
    "preparing": "is being prepared for the organisation that asks; try again in a minute",
    "aside": "did not pass its check for the organisation that asks",
}


def attachments_of(tx: Transaction, request_id: str, number: int) -> list[Attachment]:
    """List what goes with the answer of a round, in the order in which it was attached."""
    return list(
        tx.session.scalars(
            select(Attachment)
            .where(
                Attachment.request_id == request_id,
                Attachment.round == number,
                Attachment.removed_at.is_(None),
            )
            .order_by(Attachment.added_at, Attachment.id)
        )
    )


def released_with(tx: Transaction, row: Request, number: int | None) -> tuple[AttachmentLink, ...]:
    """Give what was released with an answer, as links; `open`: for this reader, now."""
    if number is None:
        return ()
    found = enumerate(attachments_of(tx, row.id, number), start=1)
    return tuple(
        AttachmentLink(
            number=place,
            title=one.title,
            version_id=one.version_id,
            pages=pages_of(version),
            open=may(tx, Action.READ_VERSION, Target("version", version.id)),
            files=files_of(tx, version),
        )
        for place, one in found
        if one.released_at is not None
        for version in (tx.session.get_one(Version, one.version_id),)
    )


def attached_to(
    tx: Transaction, row: Request, number: int, *, overseeing: bool
) -> tuple[AttachmentView, ...]:
    """Give what goes with an answer in hand, with its state.

    How far it is for the asker is told to those who oversee the answering, and to nobody else.
    """
    found = attachments_of(tx, row.id, number)
    names = queries.person_names(tx, {one.added_by for one in found})
    return tuple(
        _view(tx, row, one, place, by=names.get(one.added_by, ""), overseeing=overseeing)
        for place, one in enumerate(found, start=1)
    )


def _view(
    tx: Transaction, row: Request, one: Attachment, place: int, *, by: str, overseeing: bool
) -> AttachmentView:
    version = tx.session.get_one(Version, one.version_id)
    state = state_of(tx, version)
    if state == "ready" and overseeing:
        state = _state_for_asker(tx, row, version.id)
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


def _state_for_asker(tx: Transaction, row: Request, version_id: str) -> str:
    """Say whether the editions that the asker's grants open are all built and checked."""
    states = edition_states(tx, version_id)
    found = set()
    for lifted in sets_lifted(grants_of_asker(tx, row)):
        edition = states.get(key_of_grant(tx, version_id, lifted))
        found.add(edition.state if edition else "planned")
    if "quarantined" in found:
        return "aside"
    return "ready" if found <= {"ready"} else "preparing"


# ---- called while an answer is checked and released


def check_attachments(tx: Transaction, row: Request, answer: Answer) -> None:
    """Let an answer go to its release check with what is attached, and have that prepared.

    Raises:
        Invalid: a file could not be taken; the field is `attachments`.
    """
    for place, one in enumerate(attachments_of(tx, row.id, answer.round), start=1):
        if state_of(tx, tx.session.get_one(Version, one.version_id)) == "failed":
            said = f"Attachment {place} could not be taken. Take it off, or attach it anew."
            raise Invalid(fields={"attachments": said})
        told_of_check(tx, row, one, licence=Action.CHECK_ANSWER)


def told_of_check(tx: Transaction, row: Request, one: Attachment, *, licence: Action) -> None:
    """Tell that something attached goes to the release check, which has it prepared for the asker.

    `licence` was decided.
    """
    _tell(tx, row, "AttachmentChecked", licence, one)


def release_attachments(tx: Transaction, row: Request, answer: Answer) -> list[Item]:
    """Grant what is attached to the asker as they read the version asked about; never more.

    Gives what the receipt says of it.

    Raises:
        Invalid: something attached is not ready, or not for the releaser; field `attachments`.
    """
    found = attachments_of(tx, row.id, answer.round)
    grants = grants_of_asker(tx, row)
    if found and not grants:
        said = "The organisation has no grant in force, so nothing attached can be released."
        raise Invalid(fields={"attachments": said})
    problems = [
        f"Attachment {place} {problem}."
        for place, one in enumerate(found, start=1)
        if (problem := _problem(tx, row, one, grants))
    ]
    if problems:
        raise Invalid(fields={"attachments": " ".join(problems)})
    items: list[Item] = []
    for place, one in enumerate(found, start=1):
        one.released_at = now()
        for grant in grants:
            held = _covering(tx, row, one, grant) or _granted(tx, row, one, grant)
            items += _items(tx, row, one, place, held)
    tx.session.flush()
    return items


def _problem(tx: Transaction, row: Request, one: Attachment, grants: list[Grant]) -> str | None:
    """Say why an attachment cannot go out, or cannot by this person; None where it can."""
    state = state_of(tx, tx.session.get_one(Version, one.version_id))
    if state == "ready":
        state = _state_for_asker(tx, row, one.version_id)
    if state != "ready":
        return _PROBLEMS[state]
    readable = may(tx, Action.READ_VERSION, Target("version", one.version_id))
    editions = [_edition(tx, one.version_id, grant) for grant in grants]
    if not readable or None in editions:
        return (
            "holds more for the organisation that asks than you may read, so somebody with a wider "
            "grant releases the answer"
        )
    whole = evidence_ids(tx, one.version_id)
    if any(edition and edition.evidence != whole for edition in editions):
        return _PROBLEMS["preparing"]
    return None


def _edition(tx: Transaction, version_id: str, grant: Grant) -> Edition | None:
    """Find the finished edition that a grant opens; row-level security shows none beyond one's own.

    So whoever releases has lifted at least what the asker has.
    """
    key = key_of_grant(tx, version_id, frozenset(grant.lifted))
    return tx.session.scalars(
        select(Edition).where(
            Edition.version_id == version_id, Edition.key == key, Edition.state == "ready"
        )
    ).first()


def _covering(tx: Transaction, row: Request, one: Attachment, like: Grant) -> Grant | None:
    """Find a grant of this review that gives as much of the attached version already."""
    rows = tx.session.scalars(
        select(Grant)
        .where(
            Grant.version_id == one.version_id,
            Grant.review_id == row.review_id,
            Grant.organisation_id == row.organisation_id,
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


def _granted(tx: Transaction, row: Request, one: Attachment, like: Grant) -> Grant:
    """Grant an attached version just as the asker's grant says, and no longer than it lasts.

    Who attached proposes it, and who releases is its second person: drafter ≠ releaser.
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
        purpose=f"Attached to the answer to {row.number}",
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
        "preset": grant.preset,
        "lifted": list(grant.lifted),
        "handling": grant.handling,
        "until": grant.ends_at.isoformat(),
    }
    _tell(tx, row, "AttachmentShared", Action.RELEASE_ANSWER, one, grant=grant, facts=facts)
    return grant


def _items(tx: Transaction, row: Request, one: Attachment, place: int, grant: Grant) -> list[Item]:
    edition = _edition(tx, one.version_id, grant)
    codes = frozenset(grant.lifted)
    occurring = {code for r in active_redactions(tx, one.version_id) for code in r.categories}
    name = f"Attachment {place} to the answer to {row.number}: {one.title}"
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


def _tell(
    tx: Transaction,
    row: Request,
    name: str,
    licence: Action,
    one: Attachment,
    *,
    grant: Grant | None = None,
    facts: dict[str, Fact] | None = None,
) -> None:
    about: dict[str, Fact] = {"attachment": one.id, "version_id": one.version_id}
    tx.emit(
        Event(
            name=name,
            licence=licence,
            target=target_of(row),
            subject=Target("grant", grant.id) if grant else None,
            organisations=frozenset({grant.organisation_id}) if grant else frozenset(),
            facts={**about, **(facts or {})},
            stage="in_force" if grant else None,
        )
    )
