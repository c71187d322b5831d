"""The author's desk: the findings on one's claims, worst first, each answered in its place."""

from collections.abc import Sequence
from datetime import UTC

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from app.access import scope
from app.access.decide import keep, keep_to_read, may, require
from app.access.evidence_files import files_of_findings
from app.access.finding_facts import remember_findings
from app.access.owning import owned_claims
from app.access.release import release_fields
from app.db.base import one_of
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.findings import AGREED, FOUR, OUTWARD, WAITING
from app.domain.targets import INSTALLATION, Target
from app.features.findings import queries, reading, thread_queries
from app.features.findings.desk_schemas import (
    DeskCounts,
    DeskDocument,
    DeskEntry,
    DeskFilter,
    DeskQuery,
    DeskView,
    OpenedFinding,
)
from app.features.findings.schemas import VersionLink
from app.features.findings.threads import read_thread
from app.kernel.actor import Role
from app.kernel.clock import now
from app.models.findings import Finding
from app.models.reports import Claim, Report, Version
from app.transaction import Transaction

PAGE_SIZE = 30
MOST_IN_DOCUMENT = 200
_CLASSES = case(
    {code: place for place, code in enumerate("HBDCEFGA")}, value=Finding.finding_class, else_=9
)
_WORST = (queries.WEIGHT, _CLASSES, Finding.due_on.nulls_last(), Finding.filed_at, Finding.id)


def read_desk(tx: Transaction, wanted: DeskQuery) -> DeskView:
    """Give a page of the desk, and the finding that is opened beside it: the first, unasked."""
    require(tx, Action.READ_DESK, INSTALLATION)
    whose = whose_of(tx, wanted)
    around = _narrowed(_of(tx, whose), wanted)
    counts, versions = _counted(tx, whose, wanted)
    total = getattr(counts, wanted.show)
    statement = around.where(_shown(wanted.show)).order_by(*_WORST)
    rows = list(
        tx.session.scalars(statement.limit(PAGE_SIZE).offset((wanted.page - 1) * PAGE_SIZE))
    )
    remember_findings(tx, rows)
    kept = keep(tx, Action.READ_FINDING, rows, lambda row: Target("finding", row.id))
    opened = _opened(tx, kept, wanted.finding)
    return DeskView(
        whose=whose,
        rows=tuple(queries.row_views(tx, kept)),
        total=total,
        page=wanted.page,
        pages=max(1, -(-total // PAGE_SIZE)),
        counts=counts,
        versions=_links(tx, versions),
        opened=opened,
    )


def export_desk(tx: Transaction, wanted: DeskFilter) -> DeskDocument:
    """Give the worst findings of a filter as a document, with the texts that one may read."""
    require(tx, Action.EXPORT_DESK, INSTALLATION)
    around = _narrowed(_of(tx, whose_of(tx, wanted)), wanted).where(_shown(wanted.show))
    total = tx.session.scalars(around.with_only_columns(func.count(Finding.id))).one()
    rows = list(tx.session.scalars(around.order_by(*_WORST).limit(MOST_IN_DOCUMENT)))
    remember_findings(tx, rows)
    kept = keep_to_read(tx, Action.READ_FINDING, rows, lambda row: Target("finding", row.id))
    tx.emit(
        Event(
            name="DeskExported",
            licence=Action.EXPORT_DESK,
            target=INSTALLATION,
            facts={"findings": [row.id for row in kept]},
        )
    )
    return DeskDocument(
        made_at=now(), made_for=tx.actor.name, total=total, entries=_entries(tx, kept)
    )


def whose_of(tx: Transaction, wanted: DeskFilter) -> str:
    """Say whose findings are meant: an author's own, a coordinator's all, unless chosen."""
    coordinates = Role.COORDINATOR in tx.actor.roles
    if not coordinates:
        return "mine"
    return wanted.whose or ("mine" if Role.AUTHOR in tx.actor.roles else "all")


def open_finding(tx: Transaction, finding_id: str, *, writing: bool = True) -> OpenedFinding:
    """Open a finding for work: read it, and say what the acting person can do with it.

    Args:
        tx: the transaction.
        finding_id: the finding.
        writing: with what somebody needs who writes in its thread.
    """
    view = reading.read_finding(tx, finding_id)
    target = Target("finding", finding_id)
    finding = tx.session.get_one(Finding, finding_id)
    waits = view.row.waits_for_decider
    given = [response for response in view.responses if response.state == "given"]
    agreed = bool(given) and given[-1].disposition in AGREED
    fixes = agreed and may(tx, Action.LINK_FIX, target)
    return OpenedFinding(
        view=view,
        thread=read_thread(tx, finding, view.messages) if writing else None,
        cleared=view.statement is not None,
        can_answer=not waits and may(tx, Action.ANSWER_FINDING, target),
        can_ask=not waits and may(tx, Action.ASK_DETAIL, target),
        can_fix=fixes,
        can_decide=waits and may(tx, Action.REJECT_FINDING, target),
        fixes=_fixes(tx, finding) if fixes else (),
    )


def _opened(tx: Transaction, kept: Sequence[Finding], wanted: str) -> OpenedFinding | None:
    first = kept[0].id if kept else None
    chosen = wanted or first
    return open_finding(tx, chosen, writing=False) if chosen else None


def _fixes(tx: Transaction, finding: Finding) -> tuple[VersionLink, ...]:
    later = queries.later_versions(tx, finding.version_id)
    links = thread_queries.version_links(tx, {version.id for version in later})
    return tuple(links[version.id] for version in later)


def _of(tx: Transaction, whose: str) -> Select[Finding]:
    statement = scope.findings(tx)
    if whose == "mine":
        mine = one_of(Finding.claim_id, owned_claims(tx))
        return statement.where(or_(Finding.author_id == tx.actor.id, mine))
    if whose == "queue":
        return statement.where(Finding.author_id.is_(None))
    return statement


def _narrowed(statement: Select[Finding], wanted: DeskFilter) -> Select[Finding]:
    if wanted.kind:
        statement = statement.where(Finding.finding_class == wanted.kind)
    if wanted.reach:
        statement = statement.where(Finding.materiality == wanted.reach)
    if wanted.version:
        statement = statement.where(Finding.version_id == wanted.version)
    return statement


def _shown(show: str) -> ColumnElement[bool]:
    waiting = Finding.state.in_(sorted(WAITING))
    if show in ("waiting", "deciding"):
        return and_(
            waiting, queries.awaits_decider() if show == "deciding" else ~queries.awaits_decider()
        )
    if show == "late":
        return and_(waiting, Finding.due_on < now().astimezone(UTC).date())
    word = {"reviewer": FOUR[1], "agreed": FOUR[2], "done": FOUR[3]}.get(show)
    states = [state for state, outward in OUTWARD.items() if word in (None, outward)]
    return Finding.state.in_(sorted(states))


def _counted(tx: Transaction, whose: str, wanted: DeskFilter) -> tuple[DeskCounts, set[str]]:
    """Count what each chip would show, and give the versions that there is anything about.

    In one statement: the chips keep the other filters, and the versions do not.
    """
    kinds = (Finding.version_id, Finding.finding_class, Finding.materiality, Finding.state)
    late, deciding = (func.count().filter(_shown(show)) for show in ("late", "deciding"))
    rows = tx.session.execute(
        _of(tx, whose).with_only_columns(*kinds, func.count(), late, deciding).group_by(*kinds)
    ).all()
    counted: dict[str, int] = dict.fromkeys(DeskCounts.model_fields, 0)
    names = dict(zip(FOUR, ("waiting", "reviewer", "agreed", "done"), strict=True))
    for version, kind, reach, state, count, past, decided in rows:
        asked = ((wanted.version, version), (wanted.kind, kind), (wanted.reach, reach))
        if all(one in ("", said) for one, said in asked):
            counted[names[OUTWARD[state]]] += count - decided
            counted["deciding"] += decided
            counted["all"] += count
            counted["late"] += past
    return DeskCounts(**counted), {row.version_id for row in rows}


def _links(tx: Transaction, versions: set[str]) -> tuple[VersionLink, ...]:
    """Name the versions that the findings are about, to filter by."""
    rows = tx.session.execute(
        select(Version.id, Version.number, Report.title)
        .join(Report, Report.id == Version.report_id)
        .where(one_of(Version.id, versions))
        .order_by(Report.title, Version.number.desc())
    )
    return tuple(
        VersionLink(version_id=row.id, name=f"{row.title}, version {row.number}", open=True)
        for row in rows
    )


def _entries(tx: Transaction, kept: Sequence[Finding]) -> tuple[DeskEntry, ...]:
    targets = [Target("finding", row.id) for row in kept]
    texts = {
        field: release_fields(tx, targets, field=field)
        for field in ("statement", "correction", "evidence")
    }
    files = files_of_findings(tx, [row.id for row in kept])
    codes = {
        row.id: row.code
        for row in tx.session.execute(
            select(Claim.id, Claim.code).where(Claim.id.in_({f.claim_id for f in kept}))
        )
    }

    def text(finding: Finding, field: str) -> str | None:
        found = texts[field].get(finding.id)
        return "" if found is None else found.body

    return tuple(
        DeskEntry(
            row=row,
            claim_code=codes.get(finding.claim_id or ""),
            quote=reading.quote_of(tx, finding),
            statement=text(finding, "statement"),
            correction=text(finding, "correction"),
            evidence=text(finding, "evidence"),
            as_of=finding.as_of,
            files=tuple(file.title for file in files.get(finding.id, ())),
        )
        for row, finding in zip(queries.row_views(tx, kept), kept, strict=True)
    )
