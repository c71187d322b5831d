"""Building editions in the worker: pages painted in batches, bound, checked, then ready or not.

Safe by construction (REDACTION.md): an edition is made of painted pixels and permitted words only.
Every commit leaves something to go on from, so a killed build resumes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import structlog
from sqlalchemy import func, select

from app.access.attached import attached_about, grants_to_come
from app.access.decide import require
from app.access.deposit import (
    PageDeposit,
    deposit_edition_page,
    deposit_outline,
    open_source,
    section_titles,
    share_edition_page,
)
from app.access.documents import (
    built_pages,
    deposit_document,
    edition_page_states,
    edition_pages_stored,
    settled_after,
    source_pages,
)
from app.access.editions import active_redactions, edition_key, withheld_ids
from app.access.facts import database_now
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.targets import Target
from app.features.reports.editions import (
    PagePlan,
    lifted_sets,
    misplaced,
    outline_entries,
    plan_page,
    secrets_of,
    tokens,
)
from app.features.reports.evidence import EvidencePlan, build_evidence, items_of, plan_evidence
from app.features.reports.ingest import limits_of
from app.kernel.actor import system_actor
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.models.reports import Edition, Section, Version
from app.models.reviews import Grant
from app.rendering import leakcheck, sandbox
from app.rendering.binding import printable
from app.rendering.edition import ENGINE_VERSION, write_pdf
from app.rendering.leakcheck import LeakReport
from app.transaction import Installation, Transaction, begin

PAGES_A_BATCH = 20
BUILD = system_actor("build")
_log = structlog.get_logger(__name__)


def build_editions(installation: Installation, *, version_id: str) -> None:
    """Build every edition of a version that somebody needs and that is not there yet.

    What is attached to answers about the version is read by the same grants, so it comes along.
    """
    _build_all(installation, version_id)
    with begin(installation, BUILD) as tx:
        attached = attached_about(tx, version_id)
    for other in attached:
        _build_all(installation, other)


def _build_all(installation: Installation, version_id: str) -> None:
    wanted, stale = _plan_editions(installation, version_id)
    for edition_id in stale:
        _renew(installation, version_id, edition_id)
    for edition_id in wanted:
        _build(installation, version_id, edition_id)


def _require(tx: Transaction, version_id: str) -> Version:
    require(tx, Action.BUILD_EDITION, Target("version", version_id))
    return tx.session.get_one(Version, version_id)


def _emit(tx: Transaction, version_id: str, name: str, facts: Mapping[str, Fact]) -> None:
    target = Target("version", version_id)
    tx.emit(Event(name=name, licence=Action.BUILD_EDITION, target=target, facts=facts))


def _plan_editions(installation: Installation, version_id: str) -> tuple[list[str], list[str]]:
    """Put down the editions that are needed; gives the ids of those that are not finished, and of
    those that are, but older than the last word that somebody settled.
    """
    with begin(installation, BUILD) as tx:
        version = _require(tx, version_id)
        if version.state not in ("working", "published"):
            return [], []
        keys = []
        for lifted, withheld in _needed(tx, version):
            key = edition_key(version_id, withheld)
            keys.append(key)
            known = select(Edition.id).where(Edition.version_id == version_id, Edition.key == key)
            if tx.session.scalars(known).first() is None:
                tx.session.add(_new_edition(version_id, key, lifted, withheld))
                facts: dict[str, Fact] = {"edition": key, "withheld": len(withheld)}
                _emit(tx, version_id, "EditionPlanned", facts)
        tx.session.flush()
        stale = _reopen(tx, version, keys)
        ids = tx.session.scalars(
            select(Edition.id)
            .where(
                Edition.version_id == version_id,
                Edition.key.in_(keys),
                Edition.state.in_(("waiting", "building", "checking")),
            )
            .order_by(func.cardinality(Edition.withheld_redactions), Edition.id)
        ).all()
        tx.commit()
        return list(ids), stale


def _reopen(tx: Transaction, version: Version, keys: Sequence[str]) -> list[str]:
    """Let editions be built again that are older than the last word that somebody settled, or
    (of those that somebody needs) were built with other evidence than the version has.

    One that was put aside begins anew; one that is read stays as it is until `_renew` is done.
    """
    items = sorted(item.id for item in items_of(tx, version.id))
    stale_if = Edition.key.in_(keys) & (Edition.evidence != items)
    settled = settled_after(tx, version.id) if version.state == "working" else None
    if settled is not None:
        stale_if |= func.coalesce(Edition.ready_at, Edition.created_at) < settled
    old = tx.session.scalars(
        select(Edition).where(
            Edition.version_id == version.id, Edition.state.in_(("ready", "quarantined")), stale_if
        )
    )
    stale = []
    for edition in old:
        if edition.state == "ready":
            stale.append(edition.id)
        else:
            edition.state = "waiting"
        _emit(tx, version.id, "EditionReopened", {"edition": edition.key})
    tx.session.flush()
    return stale


def _renew(installation: Installation, version_id: str, edition_id: str) -> None:
    """Build changed pages of an edition that is being read: its readers see the old or the new."""
    dpi = installation.settings.view_dpi
    with begin(installation, BUILD) as tx:
        version = _require(tx, version_id)
        edition = tx.session.get_one(Edition, edition_id)
        planned = plan_pages(tx, version, edition, dpi)
        stored = edition_page_states(tx, edition_id)
        missing = [n for n, plan in planned.items() if stored.get(n) != plan.state_key]
        content = open_source(tx, version_id) if missing else b""
        facts: dict[str, Fact] = {"edition": edition.key, "to_draw": len(missing)}
        _emit(tx, version_id, "EditionBuildStarted", facts)
        tx.commit()
    with begin(installation, BUILD) as tx:
        version = _require(tx, version_id)
        edition = tx.session.get_one(Edition, edition_id)
        plans = plan_pages(tx, version, edition, dpi)
        if not plans or any(plans[n].state_key != planned[n].state_key for n in plans):
            return  # changed since: what changed it has asked for another job
        _deposit_pages(tx, edition, content, [plans[number] for number in missing])
        _bind(tx, edition, plans)
        tx.commit()


def _needed(tx: Transaction, version: Version) -> list[tuple[frozenset[str], tuple[str, ...]]]:
    """Give (lifted, withheld redactions) of each distinct edition; before publication only ours."""
    at = database_now(tx)
    statement = select(Grant).where(
        Grant.version_id == version.id, Grant.state == "in_force", Grant.ends_at > at
    )
    if version.state != "published":
        statement = statement.where(Grant.review_id.is_(None))
    # Those of askers to whom it is to be released are built before they can read it.
    grants = [*tx.session.scalars(statement), *grants_to_come(tx, version.id)]
    redactions = active_redactions(tx, version.id)
    occurring = frozenset(code for r in redactions for code in r.categories)
    found = {
        withheld_ids(redactions, lifted): lifted & occurring
        for lifted in sorted(lifted_sets(grants, at), key=sorted)
    }
    return [(lifted, withheld) for withheld, lifted in found.items()]


def _new_edition(
    version_id: str, key: str, lifted: frozenset[str], withheld: tuple[str, ...]
) -> Edition:
    return Edition(
        id=new_id("edition"),
        version_id=version_id,
        key=key,
        lifted=sorted(lifted),
        withheld_redactions=list(withheld),
        engine=ENGINE_VERSION,
        state="waiting",
        created_at=now(),
    )


def _build(installation: Installation, version_id: str, edition_id: str) -> None:
    with begin(installation, BUILD) as tx:
        version = _require(tx, version_id)
        edition = tx.session.get_one(Edition, edition_id)
        plans = plan_pages(tx, version, edition, installation.settings.view_dpi)
        if not plans:
            return
        missing = _share(tx, edition, plans)
        content = open_source(tx, version_id) if missing else b""
        edition.state = "building"
        edition.pages_ready = len(plans) - len(missing)
        facts: dict[str, Fact] = {"edition": edition.key, "to_draw": len(missing)}
        _emit(tx, version_id, "EditionBuildStarted", facts)
        tx.commit()
    for first in range(0, len(missing), PAGES_A_BATCH):
        batch = [plans[number] for number in missing[first : first + PAGES_A_BATCH]]
        _draw(installation, version_id, edition_id, content, batch)
    _bind_and_check(installation, version_id, edition_id)


def plan_pages(
    tx: Transaction, version: Version, edition: Edition, dpi: int
) -> dict[int, PagePlan]:
    """Plan every page of an edition; empty where its marks have changed since it was planned."""
    withheld = set(edition.withheld_redactions)
    redactions = [r for r in active_redactions(tx, version.id) if r.id in withheld]
    if len(redactions) != len(withheld):
        # The marks changed since: another edition is needed, this one never again.
        return {}
    return {
        number: plan_page(
            page,
            [r for r in redactions if r.page == number],
            digest=version.source_digest,
            dpi=dpi,
        )
        for number, page in source_pages(tx, version.id).items()
    }


def _share(tx: Transaction, edition: Edition, plans: dict[int, PagePlan]) -> list[int]:
    """Take over pages that another edition has in the same state; gives those still to draw."""
    stored = edition_page_states(tx, edition.id)
    return [
        number
        for number, plan in plans.items()
        if stored.get(number) != plan.state_key
        and not share_edition_page(
            tx,
            edition_id=edition.id,
            version_id=edition.version_id,
            page=number,
            state_key=plan.state_key,
        )
    ]


def _draw(
    installation: Installation,
    version_id: str,
    edition_id: str,
    content: bytes,
    batch: list[PagePlan],
) -> None:
    with begin(installation, BUILD) as tx:
        _require(tx, version_id)
        edition = tx.session.get_one(Edition, edition_id)
        _deposit_pages(tx, edition, content, batch)
        edition.pages_ready = edition_pages_stored(tx, edition_id)
        tx.commit()


def _deposit_pages(
    tx: Transaction, edition: Edition, content: bytes, batch: list[PagePlan]
) -> None:
    """Have pages drawn, and store them."""
    if not batch:
        return
    by_number = {plan.job.number: plan for plan in batch}
    settings = tx.installation.settings
    for page in sandbox.build_pages_side_by_side(
        content,
        pages=[plan.job for plan in batch],
        dpi=settings.view_dpi,
        processes=settings.build_processes,
        limits=limits_of(settings),
    ):
        plan = by_number[page.number]
        deposit = PageDeposit(
            number=page.number,
            state_key=plan.state_key,
            image=page.png,
            width_px=page.width_px,
            height_px=page.height_px,
            width_pt=page.width_pt,
            height_pt=page.height_pt,
            words=page.words,
            boxes=plan.boxes_of(page),
        )
        deposit_edition_page(tx, edition_id=edition.id, version_id=edition.version_id, page=deposit)
    facts: dict[str, Fact] = {"edition": edition.key, "pages": sorted(by_number)}
    _emit(tx, edition.version_id, "EditionPagesDrawn", facts)


def _bind_and_check(installation: Installation, version_id: str, edition_id: str) -> None:
    with begin(installation, BUILD) as tx:
        version = _require(tx, version_id)
        edition = tx.session.get_one(Edition, edition_id)
        if edition_pages_stored(tx, edition_id) != version.pages:
            _log.info("edition has not all its pages", edition=edition_id)
            return
        edition.state = "checking"
        facts: dict[str, Fact] = {"edition": edition.key}
        _emit(tx, version_id, "EditionCheckStarted", facts)
        tx.commit()
    with begin(installation, BUILD) as tx:
        version = _require(tx, version_id)
        edition = tx.session.get_one(Edition, edition_id)
        plans = plan_pages(tx, version, edition, installation.settings.view_dpi)
        if not plans:
            return
        _bind(tx, edition, plans)
        tx.commit()


def _bind(tx: Transaction, edition: Edition, plans: dict[int, PagePlan]) -> None:
    document = write_pdf(built_pages(tx, edition.id, images=True))
    evidence = plan_evidence(tx, edition)
    report = _check(tx, edition, document, plans, evidence)
    _outline(tx, edition)
    _settle(tx, edition, document, report)


def _check(
    tx: Transaction,
    edition: Edition,
    document: bytes,
    plans: dict[int, PagePlan],
    evidence: list[EvidencePlan],
) -> LeakReport:
    """Check a document against the source and the marks, not against what built it.

    The evidence is built in between: both are searched for what either hides.
    """
    sources = source_pages(tx, edition.version_id)
    pages = list(built_pages(tx, edition.id, images=False))
    secrets = secrets_of(
        ((sources[number], plan) for number, plan in plans.items()),
        withheld=[text for one in evidence for text in one.withheld],
        open_to_all=[text for one in evidence for text in one.open_to_all],
    )
    report = leakcheck.check(
        document,
        permitted=[[printable(word.text) for word in page.words] for page in pages],
        boxes=[page.boxes_px for page in pages],
        secrets=secrets,
    )
    faults = [leakcheck.Finding("places", page, what) for page, what in misplaced(pages, plans)]
    faults += build_evidence(tx, edition, evidence, secrets=secrets)
    return replace(
        report,
        passed=report.passed and not faults,
        findings=(*report.findings, *faults),
        checks=(*report.checks, "places", *(f"evidence {one.item.code}" for one in evidence)),
    )


def _outline(tx: Transaction, edition: Edition) -> None:
    titles = section_titles(tx, edition.version_id)
    sections = tx.session.scalars(
        select(Section).where(Section.version_id == edition.version_id).order_by(Section.ordinal)
    )
    permitted = {
        page.number: tokens(word.text for word in page.words)
        for page in built_pages(tx, edition.id, images=False)
    }
    entries = outline_entries(
        [(s.id, s.level, s.page_from, titles.get(s.id, "")) for s in sections],
        permitted,
        withholds=bool(edition.withheld_redactions),
    )
    deposit_outline(tx, edition_id=edition.id, version_id=edition.version_id, entries=entries)


def _settle(tx: Transaction, edition: Edition, document: bytes, report: LeakReport) -> None:
    """Let an edition out if the checker passed it; else put it aside with what was found."""
    result: dict[str, Any] = asdict(report)
    edition.check_result = {**result, "findings": result["findings"][:100]}
    facts: dict[str, Fact] = {"edition": edition.key, "version_id": edition.version_id}
    if report.passed:
        edition.document_digest = deposit_document(tx, document)
        edition.state, edition.ready_at = "ready", now()
        facts["digest"] = edition.document_digest
        _emit(tx, edition.version_id, "EditionReady", facts)
        return
    _log.error("edition quarantined", edition=edition.id, findings=len(report.findings))
    edition.state = "quarantined"
    facts["findings"] = len(report.findings)
    _emit(tx, edition.version_id, "EditionQuarantined", facts)
