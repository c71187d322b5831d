"""What comes by mail: each person's choice, and what the mails to an organisation may say."""

from typing import cast

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.access.decide import may, require
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.mails import DEFAULT
from app.domain.targets import INSTALLATION, Target
from app.features.notices.outbox import mail_view
from app.features.notices.schemas import (
    Mode,
    PreferencesView,
    SetMailWording,
    SetPreferences,
    WordingView,
)
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.models.notices import Mail, NoticePreference
from app.models.organisations import Organisation
from app.transaction import Transaction

_LATEST = 10


def read_preferences(tx: Transaction) -> PreferencesView:
    """Give what the person chose, and what became of the latest mails to them."""
    require(tx, Action.LIST_NOTICES, INSTALLATION)
    chosen = tx.session.get(NoticePreference, tx.actor.id)
    own = Target("organisation", tx.actor.organisation_id or "")
    mails = tx.session.scalars(
        select(Mail)
        .where(Mail.person_id == tx.actor.id)
        .order_by(Mail.created_at.desc(), Mail.id)
        .limit(_LATEST)
    )
    return PreferencesView(
        mode=cast(Mode, chosen.mode if chosen else DEFAULT),
        address=tx.actor.email,
        wording=_wording(tx, own.id),
        may_change_wording=may(tx, Action.CHANGE_MAIL_WORDING, own),
        mails=tuple(mail_view(mail) for mail in mails),
    )


def set_preferences(tx: Transaction, command: SetPreferences) -> PreferencesView:
    """Choose what comes by mail from now on; what waits in the outbox stays there."""
    require(tx, Action.SET_PREFERENCES, INSTALLATION)
    chosen = tx.session.get(NoticePreference, tx.actor.id)
    before = chosen.mode if chosen else DEFAULT
    if before != command.mode:
        values = {"mode": command.mode, "changed_at": now()}
        tx.session.execute(
            insert(NoticePreference)
            .values(person_id=tx.actor.id, **values)
            .on_conflict_do_update(index_elements=["person_id"], set_=values)
        )
        tx.session.expire_all()
        tx.emit(
            Event(
                name="PreferencesSet",
                licence=Action.SET_PREFERENCES,
                target=INSTALLATION,
                facts={"from": before, "to": command.mode},
            )
        )
    return read_preferences(tx)


def set_mail_wording(tx: Transaction, organisation_id: str, command: SetMailWording) -> WordingView:
    """Let the mails to one's organisation say that something waits and no more, or more again."""
    target = Target("organisation", organisation_id)
    require(tx, Action.CHANGE_MAIL_WORDING, target)
    row = tx.session.get(Organisation, organisation_id)
    if row is None:
        raise NotFound
    if row.mails_link_only != command.link_only:
        row.mails_link_only = command.link_only
        tx.session.flush()
        outside = row.kind != "publisher"
        tx.emit(
            Event(
                name="MailWordingChanged",
                licence=Action.CHANGE_MAIL_WORDING,
                target=target,
                organisations=frozenset({row.id}) if outside else frozenset(),
                facts={"link_only": command.link_only},
            )
        )
    return _wording(tx, organisation_id)


def _wording(tx: Transaction, organisation_id: str) -> WordingView:
    row = tx.session.get_one(Organisation, organisation_id)
    return WordingView(organisation_id=row.id, link_only=row.mails_link_only)
