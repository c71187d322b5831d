"""Lists of statements: which of them, in what order, and what there is to choose from.

As the policies have it, so that nobody learns how many there are that they may not read.
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from app.domain.statements import STATES
from app.features.statements.schemas import ListQuery
from app.kernel.actor import Role, Side
from app.models.organisations import Organisation
from app.models.reports import Report, Version
from app.models.reviews import Review
from app.models.statements import Statement, StatementComment, StatementVerdict
from app.transaction import Transaction

PAGE_SIZE = 40
LISTED = ("shared", "released", "withdrawn")


def readable(tx: Transaction) -> Select[Statement]:
    """Give the statements that one may read, the waiting and the withdrawn among them."""
    statement = select(Statement).where(
        or_(Statement.shared_at.is_not(None), Statement.released_at.is_not(None)),
        Statement.state.in_(LISTED),
    )
    if tx.actor.side is Side.REVIEWER:
        return statement.where(Statement.organisation_id == (tx.actor.organisation_id or ""))
    if tx.actor.roles & {Role.COORDINATOR, Role.APPROVER}:
        return statement
    return statement.where(or_(*_open_inside(tx)))


def list_statements(tx: Transaction, query: ListQuery) -> tuple[list[Statement], int]:
    """List a page of what one may read and asks for, with how many there are of them."""
    statement = _narrowed(tx, query)
    if query.show != "all":
        statement = statement.where(_shown(tx, query.show))
    total = tx.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    rows = tx.session.scalars(
        _ordered(statement, query.by).offset((query.page - 1) * PAGE_SIZE).limit(PAGE_SIZE)
    )
    return list(rows), total


def counts(tx: Transaction, query: ListQuery) -> dict[str, int]:
    """Count what each choice of `show` would list, within the report and organisation chosen."""
    wanted = ("shared", "released", "withdrawn", "waiting")
    row = tx.session.execute(
        _narrowed(tx, query).with_only_columns(
            func.count().label("all"),
            *(func.count().filter(_shown(tx, name)).label(name) for name in wanted),
        )
    ).one()
    return {name: getattr(row, name) for name in ("all", *wanted)}


def choices(tx: Transaction) -> tuple[list[tuple[str, str, int]], list[tuple[str, str]]]:
    """Give what one can choose from: (version id, report, number), and (id, name) of whose."""
    found = readable(tx).subquery()
    versions = tx.session.execute(
        select(Version.id, Report.title, Version.number)
        .join(Report, Report.id == Version.report_id)
        .where(Version.id.in_(select(found.c.version_id)))
        .order_by(Report.title, Version.number.desc())
    ).all()
    organisations = tx.session.execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.id.in_(select(found.c.organisation_id)))
        .order_by(Organisation.name, Organisation.id)
    ).all()
    return [(v.id, v.title, v.number) for v in versions], [(o.id, o.name) for o in organisations]


def comments_wanted() -> ColumnElement[bool]:
    """Say whether the publisher can still comment on a shared draft, and has said nothing yet."""
    commented = exists().where(StatementComment.statement_id == Statement.id)
    return and_(
        Statement.state == "shared",
        Statement.window_closes_at > func.now(),
        ~commented,
        ~_said(),
    )


def approval_wanted() -> ColumnElement[bool]:
    """Say whether the publication of a shared draft waits for the publisher's first decision."""
    asked = exists().where(Review.id == Statement.review_id, Review.publication_right == "approval")
    return and_(Statement.state == "shared", asked, ~_said("approved"), ~_said("refused"))


def _said(decision: str = "") -> ColumnElement[bool]:
    found = exists().where(
        StatementVerdict.statement_id == Statement.id,
        StatementVerdict.sharing == func.cardinality(Statement.sharings),
    )
    return found.where(StatementVerdict.decision == decision) if decision else found


def _narrowed(tx: Transaction, query: ListQuery) -> Select[Statement]:
    statement = readable(tx)
    if query.version:
        statement = statement.where(Statement.version_id == query.version)
    if query.organisation:
        statement = statement.where(Statement.organisation_id == query.organisation)
    return statement


def _shown(tx: Transaction, show: str) -> ColumnElement[bool]:
    if show in STATES:
        return Statement.state == show
    if tx.actor.side is Side.REVIEWER:
        undecided = exists().where(
            StatementComment.statement_id == Statement.id, StatementComment.decision.is_(None)
        )
        return and_(Statement.state == "shared", undecided)
    return or_(comments_wanted(), approval_wanted())


def _ordered(statement: Select[Statement], by: str) -> Select[Statement]:
    moment = func.coalesce(Statement.released_at, Statement.shared_at)
    if by == "oldest":
        return statement.order_by(moment, Statement.id)
    if by == "report":
        statement = statement.join(Version, Version.id == Statement.version_id).join(
            Report, Report.id == Version.report_id
        )
        return statement.order_by(Report.title, Version.number.desc(), moment.desc(), Statement.id)
    if by == "organisation":
        statement = statement.join(Organisation, Organisation.id == Statement.organisation_id)
        return statement.order_by(Organisation.name, moment.desc(), Statement.id)
    return statement.order_by(moment.desc(), Statement.id)


def _open_inside(tx: Transaction) -> Iterable[ColumnElement[bool]]:
    """Give what opens a statement to those inside who neither coordinate nor approve."""
    yield Statement.version_id.in_(
        select(Version.id)
        .join(Report, Report.id == Version.report_id)
        .where(Report.owner_id == tx.actor.id)
    ) & or_(
        Statement.open_to.contains(["authors"]),
        Statement.organisation_id.in_(
            select(Organisation.id).where(Organisation.names_itself_to_authors)
        ),
    )
    if tx.actor.has(Role.AUDITOR):
        yield Statement.released_at.is_not(None)
    opened = Statement.state == "released"
    if tx.actor.has(Role.AUTHOR):
        yield opened & Statement.open_to.contains(["authors"])
    if tx.actor.has(Role.INTERNAL_READER):
        yield opened & Statement.open_to.contains(["internal_readers"])
