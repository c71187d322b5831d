"""Background work of notices: telling people, sending mails, the mails of the day."""

from collections.abc import Callable

from app.access.decide import require
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.notices import NOBODY_DECIDES, rule_named
from app.domain.reactions import SENDING, TELLING
from app.domain.targets import INSTALLATION, Kind, Target
from app.features.notices.digests import make_digests
from app.features.notices.making import NOTICES, make_notice
from app.features.notices.recipients import recipients
from app.features.notices.sending import send_mails
from app.transaction import Installation, begin


def tell(
    installation: Installation,
    *,
    event: str,
    kind: Kind,
    subject: str,
    named: str,
    occurrence: str,
    by: str,
) -> None:
    """Tell everybody whom an occurrence concerns; told twice, each has one notice.

    Args:
        installation: of the worker.
        event: the name of what happened.
        kind: of what changed.
        subject: its id.
        named: the id of the person whom the event names, or nothing.
        occurrence: the id of this one time.
        by: the id of the one who acted.
    """
    rule = rule_named(event, named)
    if rule is None:
        return
    with begin(installation, NOTICES) as tx:
        require(tx, Action.TELL_PEOPLE, INSTALLATION)
        about = Target(kind, subject)
        notices = mails = 0
        concerned = recipients(tx, rule, about, by=by, named=named)
        if not concerned and rule.kind == "rejection_proposed":
            rule = NOBODY_DECIDES
            concerned = recipients(tx, rule, about, by=by, named=named)
        for told in concerned:
            several = told.subject != about  # of one occurrence one notice for each of its reviews
            once = f"{occurrence}.{told.subject.id}" if several else occurrence
            made = make_notice(tx, told, kind=rule.kind, at_once=rule.at_once, occurrence=once)
            notices += made.notices
            mails += made.mails
        if not notices:
            return
        tx.emit(
            Event(
                name="NoticesMade",
                licence=Action.TELL_PEOPLE,
                target=INSTALLATION,
                facts={
                    "of": event,
                    "about": subject,
                    "notices": notices,
                    "mails": mails,
                    "occurrence": occurrence,
                },
            )
        )
        tx.commit()


TASKS: dict[str, Callable[..., None]] = {
    TELLING: tell,
    SENDING: send_mails,
    "notices.digest": make_digests,
}
PERIODIC: dict[str, str] = {SENDING: "*/5 * * * *", "notices.digest": "2 * * * *"}
