"""What goes with an answer: shown with it, checked before its release, granted by it.

Here is only what binds an attachment to an answer. Giving one out is `access.attached_given`;
attaching itself is a feature of its own (features/attachments).
"""

from sqlalchemy import select

from app.access.attached_given import Giving, Item, give, link_of, view_of
from app.access.attached_states import state_of
from app.access.attached_views import AttachmentLink, AttachmentView
from app.domain.actions import Action
from app.domain.events import Event
from app.features.requests import queries
from app.features.requests.moving import target_of
from app.kernel.errors import Invalid
from app.models.reports import Version
from app.models.requests import Answer, Attachment, Request
from app.transaction import Transaction


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
    return tuple(link_of(tx, one, place) for place, one in found if one.released_at is not None)


def attached_to(
    tx: Transaction, row: Request, number: int, *, overseeing: bool
) -> tuple[AttachmentView, ...]:
    """Give what goes with an answer in hand, with its state.

    How far it is for the asker is told to those who oversee the answering, and to nobody else.
    """
    found = attachments_of(tx, row.id, number)
    names = queries.person_names(tx, {one.added_by for one in found})
    return tuple(
        view_of(tx, row, one, place, by=names.get(one.added_by, ""), overseeing=overseeing)
        for place, one in enumerate(found, start=1)
    )


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
    tx.emit(
        Event(
            name="AttachmentChecked",
            licence=licence,
            target=target_of(row),
            facts={"attachment": one.id, "version_id": one.version_id},
        )
    )


def release_attachments(tx: Transaction, row: Request, answer: Answer) -> list[Item]:
    """Grant what is attached to the asker as they read the version asked about; never more.

    Gives what the receipt says of it.

    Raises:
        Invalid: something attached is not ready, or not for the releaser; field `attachments`.
    """
    giving = Giving(
        home=row,
        licence=Action.RELEASE_ANSWER,
        goes_with=f"the answer to {row.number}",
        failed="send the answer back, so that it is taken off",
        wider="somebody with a wider grant releases the answer",
    )
    return give(tx, giving, enumerate(attachments_of(tx, row.id, answer.round), start=1))
