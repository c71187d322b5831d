"""Background work of notices: telling people of what happened."""

from collections.abc import Callable

from sqlalchemy.dialects.postgresql import insert

from app.access.decide import require
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.notices import RULES, UNROUTED, Rule
from app.domain.reactions import TELLING
from app.domain.targets import INSTALLATION, Kind, Target
from app.features.notices.recipients import recipients
from app.kernel.actor import system_actor
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.models.notices import Notice
from app.transaction import Installation, Transaction, begin

NOTICES = system_actor("notices")


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
    rule = UNROUTED if event == "FindingRouted" and not named else RULES[event]
    with begin(installation, NOTICES) as tx:
        require(tx, Action.TELL_PEOPLE, INSTALLATION)
        made = _make(tx, rule, Target(kind, subject), named=named, occurrence=occurrence, by=by)
        if not made:
            return
        tx.emit(
            Event(
                name="NoticesMade",
                licence=Action.TELL_PEOPLE,
                target=INSTALLATION,
                facts={"of": event, "about": subject, "notices": made, "occurrence": occurrence},
            )
        )
        tx.commit()


def _make(
    tx: Transaction, rule: Rule, about: Target, *, named: str, occurrence: str, by: str
) -> int:
    made = 0
    for told in recipients(tx, rule, about, by=by, named=named):
        several = told.subject != about  # of one occurrence one notice for each of its reviews
        statement = (
            insert(Notice)
            .values(
                id=new_id("notice"),
                occurrence=f"{occurrence}.{told.subject.id}" if several else occurrence,
                person_id=told.actor.id,
                organisation_id=told.actor.organisation_id,
                kind=rule.kind,
                subject_kind=told.subject.kind,
                subject_id=told.subject.id,
                facts=told.facts,
                at_once=rule.at_once,
                created_at=now(),
            )
            .on_conflict_do_nothing()
            .returning(Notice.id)
        )
        made += len(tx.session.execute(statement).all())
    return made


TASKS: dict[str, Callable[..., None]] = {TELLING: tell}
