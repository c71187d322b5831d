"""After an upgrade: sources read again by the new engine, editions built and checked again.

Runs by the clock and does nothing where everything is up to date. What an older engine built stays
stored and is served to nobody: its key names the engine.
"""

from dataclasses import asdict, replace
from typing import Any

import structlog
from sqlalchemy import select

from app.access.decide import require
from app.access.documents import built_pages, open_document, source_pages
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.targets import Target
from app.features.reports.building import BUILD, build_editions, plan_pages
from app.features.reports.closely import read_closely
from app.features.reports.editions import secrets_of
from app.features.reports.evidence import EvidencePlan, check_evidence, plan_evidence
from app.features.reports.ingest import read_again
from app.models.reports import Edition, Version
from app.rendering import leakcheck
from app.rendering.binding import printable
from app.rendering.edition import ENGINE_VERSION
from app.rendering.leakcheck import CHECKER_VERSION
from app.transaction import Installation, Transaction, begin

_LIVE = ("working", "published")
_log = structlog.get_logger(__name__)


def bring_up_to_date(installation: Installation, *, timestamp: int = 0) -> None:
    """Read, build and check again what an older engine or checker made.

    `timestamp` is when the clock meant it to run (seconds); what is out of date says the rest.
    """
    _log.debug("looking for what an older engine made", planned=timestamp)
    for version_id in _read_by_an_older_engine(installation):
        _log.info("version is read again", version=version_id, engine=ENGINE_VERSION)
        read_again(installation, version_id=version_id)
        read_closely(installation, version_id=version_id)
        build_editions(installation, version_id=version_id)
    for edition_id, version_id in _checked_by_an_older_checker(installation):
        _check_again(installation, version_id, edition_id)


def _read_by_an_older_engine(installation: Installation) -> list[str]:
    with begin(installation, BUILD) as tx:
        rows = tx.session.execute(
            select(Version.id, Version.inspection)
            .where(Version.state.in_(_LIVE))
            .order_by(Version.id)
        )
        return [row.id for row in rows if (row.inspection or {}).get("engine") != ENGINE_VERSION]


def _checked_by_an_older_checker(installation: Installation) -> list[tuple[str, str]]:
    with begin(installation, BUILD) as tx:
        rows = tx.session.execute(
            select(Edition.id, Edition.version_id, Edition.check_result)
            .where(Edition.state == "ready", Edition.engine == ENGINE_VERSION)
            .order_by(Edition.id)
        )
        return [
            (row.id, row.version_id)
            for row in rows
            if (row.check_result or {}).get("checker") != CHECKER_VERSION
        ]


def _check_again(installation: Installation, version_id: str, edition_id: str) -> None:
    """Let the new checker look at a stored document; what it finds puts the edition aside."""
    with begin(installation, BUILD) as tx:
        require(tx, Action.BUILD_EDITION, Target("version", version_id))
        version = tx.session.get_one(Version, version_id)
        edition = tx.session.get_one(Edition, edition_id)
        if edition.state != "ready" or edition.document_digest is None:
            return
        evidence = [one for one in plan_evidence(tx, edition) if one.item.id in edition.evidence]
        expected = _expected(tx, version, edition, evidence)
        report = leakcheck.check(open_document(tx, edition.document_digest), **expected)
        faults = check_evidence(tx, edition, evidence, secrets=expected["secrets"])
        report = replace(
            report,
            passed=report.passed and not faults,
            findings=(*report.findings, *faults),
            checks=(*report.checks, *(f"evidence {one.item.code}" for one in evidence)),
        )
        result: dict[str, Any] = asdict(report)
        edition.check_result = {**result, "findings": result["findings"][:100]}
        facts: dict[str, Fact] = {"edition": edition.key, "version_id": version_id}
        name = "EditionCheckedAgain"
        if not report.passed:
            _log.error("edition quarantined by a newer checker", edition=edition_id)
            edition.state, name = "quarantined", "EditionQuarantined"
            facts["findings"] = len(report.findings)
        target = Target("version", version_id)
        tx.emit(Event(name=name, licence=Action.BUILD_EDITION, target=target, facts=facts))
        tx.commit()


def _expected(
    tx: Transaction, version: Version, edition: Edition, evidence: list[EvidencePlan]
) -> dict[str, Any]:
    """Give what a document must and must not hold; without its plan the secrets are not known."""
    pages = list(built_pages(tx, edition.id, images=False))
    plans = plan_pages(tx, version, edition, tx.installation.settings.view_dpi)
    sources = source_pages(tx, version.id) if plans else {}
    return {
        "permitted": [[printable(word.text) for word in page.words] for page in pages],
        "boxes": [page.boxes_px for page in pages],
        "secrets": secrets_of(
            ((sources[number], plan) for number, plan in plans.items()),
            withheld=[text for one in evidence for text in one.withheld],
            open_to_all=[text for one in evidence for text in one.open_to_all],
        ),
    }
