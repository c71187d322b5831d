"""The release check: what would go to whom at which edition, and what the leak linter finds."""

from sqlalchemy import func, select

from app.access.attached_words import Compared, compare
from app.access.decide import may
from app.access.editions import active_redactions
from app.access.linter import Hit
from app.access.narrowing import granted_codes
from app.domain.actions import Action
from app.domain.events import Fact
from app.domain.requests import WITHOUT_BODY
from app.features.requests import queries
from app.features.requests.attaching import attachments_of
from app.features.requests.commands import ReleaseAnswer
from app.features.requests.moving import target_of, tell
from app.features.requests.schemas import AnswerView, CheckView, HitView
from app.features.requests.texts import text
from app.kernel.errors import Invalid, Unavailable
from app.models.people import Membership
from app.models.requests import Answer, Request
from app.transaction import Transaction

MOST_SHOWN = 50


def check_view(tx: Transaction, row: Request, answer: AnswerView | None) -> CheckView | None:
    """Give what the releaser of an answer looks at; None for who cannot release it."""
    if answer is None or answer.state != "in_check" or answer.text.body is None:
        return None
    if not may(tx, Action.RELEASE_ANSWER, target_of(row)):
        return None
    try:
        found, compared = _found(tx, row, answer), True
    except Unavailable:
        found, compared = Compared(), False
    occurring = {c for one in active_redactions(tx, row.version_id) for c in one.categories}
    codes = granted_codes(tx, row.version_id, organisation_id=row.organisation_id)
    names = queries.organisation_names(tx, {row.organisation_id})
    return CheckView(
        organisation_name=names.get(row.organisation_id, ""),
        readers=_readers(tx, row.organisation_id),
        withholds=tuple(sorted(occurring - codes)),
        hits=tuple(
            HitView(words=hit.words, pages=hit.pages, categories=hit.categories, attachment=place)
            for place, hit in found.hits[:MOST_SHOWN]
        ),
        unread=found.unread,
        unread_attachments=found.unread_attachments,
        compared=compared,
    )


def _found(tx: Transaction, row: Request, answer: AnswerView) -> Compared:
    texts = [answer.text.body or ""]
    return _compared(tx, row, answer.round, texts, licence=Action.READ_REQUEST)


def refuse_hits(tx: Transaction, row: Request, answer: Answer, command: ReleaseAnswer) -> None:
    """Refuse a release that says what is withheld from the asker, unless each was looked at.

    Raises:
        Invalid: something was found and not confirmed; the field is `hits_confirmed`.
        Unavailable: what the texts are compared with is being built.
    """
    written = text(tx, row, f"answer.{answer.round}")
    bare = command.determination in WITHOUT_BODY
    body = written.body if written and not bare else None
    hits = _compared(
        tx,
        row,
        answer.round,
        [body or "", command.reason],
        licence=Action.RELEASE_ANSWER,
        bare=bare,
        confirmed=command.hits_confirmed,
    ).hits
    if hits and not command.hits_confirmed:
        said = ", ".join(_said(place, hit) for place, hit in hits[:3])
        raise Invalid(
            fields={
                "hits_confirmed": f"This says what is withheld from the asker: {said}. "
                "Send it back to be worded otherwise, or confirm that each of these can be said."
            }
        )


def _said(place: int | None, hit: Hit) -> str:
    return f"“{hit.words}”" + (f" in attachment {place}" if place else "")


def _compared(
    tx: Transaction,
    row: Request,
    number: int,
    texts: list[str],
    *,
    licence: Action,
    bare: bool = False,
    confirmed: bool = False,
) -> Compared:
    """Compare what would go out, and what goes with it unless it is `bare`, and tell of that."""
    found = () if bare else enumerate(attachments_of(tx, row.id, number), start=1)
    compared = compare(tx, row, texts, found)
    facts: dict[str, Fact] = {
        "round": number, "hits": len(compared.hits), "confirmed": confirmed
    }  # fmt: skip
    facts |= {"unread": compared.unread} if compared.unread else {}
    unread = list(compared.unread_attachments)
    facts |= {"unread_attachments": unread} if unread else {}
    tell(tx, row, "AnswerCompared", licence, step=False, facts=facts)
    return compared


def _readers(tx: Transaction, organisation_id: str) -> int:
    statement = select(func.count()).where(
        Membership.organisation_id == organisation_id, Membership.state == "active"
    )
    return tx.session.scalars(statement).one()
