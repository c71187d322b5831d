"""Scoped reads around question packs: rows, names and counts. No guarded text."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from app.access import scope
from app.access.claims import claim_labels, read_pathways
from app.access.decide import may
from app.domain.actions import Action
from app.domain.packs import WHOLE_REPORT, Place
from app.domain.targets import Target
from app.features.packs.schemas import RunRow
from app.features.requests.queries import person_names
from app.kernel.errors import NotFound, Unavailable
from app.models.packs import PackAsked, PackRun, QuestionPack
from app.models.reports import Report, Version
from app.models.requests import Request
from app.models.reviews import Review
from app.transaction import Transaction


def usable(tx: Transaction) -> list[QuestionPack]:
    """List the packs that one may use."""
    return list(tx.session.scalars(scope.packs(tx).order_by(QuestionPack.created_at)))


def get_pack(tx: Transaction, pack_id: str, *, lock: bool = False) -> QuestionPack:
    """Give a pack's row; NotFound when missing or hidden."""
    row = tx.session.get(
        QuestionPack, pack_id, with_for_update=lock or None, populate_existing=lock
    )
    if row is None:
        raise NotFound
    return row


def places_in(tx: Transaction, version_id: str) -> list[Place]:
    """List what can be asked about in a version: its pathways and claims, by number and code."""
    if not may(tx, Action.READ_VERSION, Target("version", version_id)):
        return []
    try:
        pathways, labels = read_pathways(tx, version_id), claim_labels(tx, version_id)
    except Unavailable:
        return []
    return [
        *(Place("pathway", one.id, one.called.replace("P", "p", 1)) for one in pathways),
        *(Place("claim", claim, f"claim {label}") for claim, (label, _) in labels.items()),
    ]


def chosen_places(known: Sequence[Place], ids: Iterable[str]) -> list[Place]:
    """Give the places of these ids in the version's order; the whole report when none is named.

    Raises:
        NotFound: an id is none of the version's.
    """
    wanted = set(ids) - {""}
    places = [place for place in known if place.id in wanted]
    if len(places) < len(wanted):
        raise NotFound
    return places or [WHOLE_REPORT]


def askings(tx: Transaction, review_id: str, marks: Iterable[str]) -> dict[str, int]:
    """Count by mark how often a question was asked in a review out of a pack."""
    rows = tx.session.execute(
        select(PackAsked.mark, func.count())
        .where(PackAsked.review_id == review_id, PackAsked.mark.in_(set(marks)))
        .group_by(PackAsked.mark)
    )
    return {row[0]: row[1] for row in rows}


def runs_of(tx: Transaction, pack_id: str) -> tuple[RunRow, ...]:
    """List where one's organisation applied a pack, newest first."""
    runs = list(tx.session.scalars(scope.pack_runs(tx).where(PackRun.pack_id == pack_id)))
    labels = review_labels(tx, {run.review_id for run in runs})
    names = person_names(tx, {run.applied_by for run in runs})
    counts = dict(
        tx.session.execute(
            select(PackAsked.run_id, func.count())
            .where(PackAsked.run_id.in_([run.id for run in runs]))
            .group_by(PackAsked.run_id)
        ).all()
    )
    return tuple(
        RunRow(
            id=run.id,
            review=labels.get(run.review_id, ""),
            applied_at=run.applied_at,
            applied_by=names.get(run.applied_by, ""),
            asked=counts.get(run.id, 0),
        )
        for run in runs
    )


def find_run(tx: Transaction, pack_id: str, run_id: str) -> PackRun | None:
    """Find a run of a pack by one's own organisation."""
    statement = scope.pack_runs(tx).where(PackRun.id == run_id, PackRun.pack_id == pack_id)
    return tx.session.scalars(statement).one_or_none()


def asked_in(tx: Transaction, run_id: str) -> list[tuple[PackAsked, Request]]:
    """List the items of a run with their requests, in the order in which they were asked."""
    rows = tx.session.execute(
        select(PackAsked, Request)
        .join(Request, Request.id == PackAsked.request_id)
        .where(PackAsked.run_id == run_id)
        .order_by(PackAsked.place)
    )
    return [(row.PackAsked, row.Request) for row in rows]


def review_labels(tx: Transaction, ids: Iterable[str]) -> dict[str, str]:
    """Name reviews by their report and version."""
    rows = tx.session.execute(
        select(Review.id, Report.title, Version.number)
        .join(Version, Version.id == Review.version_id)
        .join(Report, Report.id == Version.report_id)
        .where(Review.id.in_(set(ids)))
    )
    return {row.id: f"{row.title}, version {row.number}" for row in rows}
