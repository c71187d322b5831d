"""What a mail says: the fixed words of its notices, and links. Made anew each time it is sent.

A notice that was read meanwhile, or whose thing the person may no longer read, is left out; a mail
of which nothing is left is not sent. An organisation that wants it so is told by mail that
something waits, and not what.
"""

from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sqlalchemy import select

from app.access.decide import may_somebody
from app.access.memberships import people_of
from app.domain.notices import KINDS, READING, path_of, said
from app.domain.targets import Target
from app.kernel.actor import Actor, Side
from app.models.notices import Mail, Notice
from app.models.organisations import Organisation
from app.models.people import Person
from app.transaction import Transaction
from app.web.render import TEMPLATES, plural

PREFERENCES = "/notices/preferences"
INBOX = "/notices"


@dataclass(frozen=True)
class Written:
    """A mail as it is to be read, and which reviewer organisations' people it is for."""

    address: str
    subject: str
    text: str
    page: str
    preferences: str
    organisations: frozenset[str]


@dataclass(frozen=True)
class Line:
    """One notice in a mail."""

    says: str
    facts: tuple[str, ...]
    due_on: str
    href: str


def write_letter(tx: Transaction, mail: Mail) -> Written | None:
    """Write a mail; None when nothing is left to be said."""
    lines: list[Line] = []
    more, organisations = False, set[str]()
    for notice in _notices(tx, mail):
        actor = _reader(tx, notice)
        if actor is None:
            continue
        if actor.side is Side.REVIEWER:
            organisations.add(notice.organisation_id)
        if tx.session.get_one(Organisation, notice.organisation_id).mails_link_only:
            more = True
        else:
            lines.append(_line(tx, notice))
    if not lines and not more:
        return None
    base = tx.installation.settings.url
    subject = _subject(lines, more=more)
    words = {
        "subject": subject,
        "lines": lines,
        "more": more,
        "inbox": base + INBOX,
        "preferences": base + PREFERENCES,
    }
    return Written(
        address=tx.session.get_one(Person, mail.person_id).email,
        subject=subject,
        text=_templates().get_template("notices.txt").render(words),
        page=_templates().get_template("notices.html").render(words),
        preferences=base + PREFERENCES,
        organisations=frozenset(organisations),
    )


def _notices(tx: Transaction, mail: Mail) -> list[Notice]:
    unread = select(Notice).where(Notice.mail_id == mail.id, Notice.read_at.is_(None))
    order = (Notice.at_once.desc(), Notice.created_at.desc(), Notice.id)
    return list(tx.session.scalars(unread.order_by(*order)))


def _reader(tx: Transaction, notice: Notice) -> Actor | None:
    """Give the person as they would act now, if they may still read what the notice is about."""
    subject = Target(notice.subject_kind, notice.subject_id)  # type: ignore[arg-type]  # of READING
    for actor in people_of(tx, notice.organisation_id, {notice.person_id}):
        if may_somebody(tx, actor, READING[notice.subject_kind], subject):
            return actor
    return None


def _line(tx: Transaction, notice: Notice) -> Line:
    path = path_of(notice.kind, notice.subject_kind, notice.subject_id)
    return Line(
        says=KINDS[notice.kind],
        facts=said(notice.facts),
        due_on=str(notice.facts.get("due_on", "")),
        href=tx.installation.settings.url + path,
    )


def _subject(lines: list[Line], *, more: bool) -> str:
    if not lines:
        return "Something waits for you"
    if len(lines) == 1 and not more:
        return lines[0].says
    return plural(len(lines), "notice waits for you", "notices wait for you")


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES / "mail"),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
