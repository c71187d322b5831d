"""Finer pictures of pages for dense screens: drawn and checked when somebody has asked for one.

The same boxes are painted at twice the resolution, in the worker; a page that the leak checker does
not pass keeps its plain picture. The words of the page stay as they are.
"""

from collections.abc import Mapping

import structlog
from sqlalchemy import select

from app.access.decide import require
from app.access.deposit import deposit_fine_picture, open_source, source_page
from app.access.documents import pages_without_fine_picture
from app.access.editions import active_redactions
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.targets import Target
from app.features.reports.building import BUILD
from app.features.reports.editions import PagePlan, misplaced, plan_page, secrets_of
from app.features.reports.ingest import limits_of
from app.models.reports import Edition, Version
from app.rendering import leakcheck, sandbox
from app.rendering.binding import printable
from app.rendering.edition import write_pdf
from app.rendering.shapes import BuiltPage, ExtractedPage
from app.transaction import Installation, Transaction, begin

FINE_DPI = 220
AHEAD = 4
"""Pages drawn together with the one that was asked for: who reads it reads on."""
_log = structlog.get_logger(__name__)


def draw_finely(installation: Installation, *, version_id: str, edition: str, page: str) -> None:
    """Draw a page of an edition (by its key) and those after it at 220 dpi, where not yet done."""
    with begin(installation, BUILD) as tx:
        require(tx, Action.BUILD_EDITION, Target("version", version_id))
        plain = _missing(tx, version_id, edition, int(page))
        sources = {number: source_page(tx, version_id, number) for number in plain}
        fine = _plans(tx, version_id, edition, sources, FINE_DPI)
        content = open_source(tx, version_id) if fine else b""
        tx.commit()
    if not fine:
        return
    with begin(installation, BUILD) as tx:
        require(tx, Action.BUILD_EDITION, Target("version", version_id))
        pages = sandbox.build_pages(
            content,
            pages=[plan.job for plan in fine.values()],
            dpi=FINE_DPI,
            limits=limits_of(installation.settings),
        )
        for built in pages:
            if _passes(built, fine[built.number], sources[built.number]):
                deposit_fine_picture(
                    tx, page=built.number, state_key=plain[built.number], image=built.png
                )
            else:
                _log.error("fine picture refused", version=version_id, page=built.number)
        facts: dict[str, Fact] = {"edition": edition, "pages": sorted(fine)}
        target = Target("version", version_id)
        tx.emit(
            Event(name="FinePagesDrawn", licence=Action.BUILD_EDITION, target=target, facts=facts)
        )
        tx.commit()


def _missing(tx: Transaction, version_id: str, key: str, first: int) -> dict[int, str]:
    """Give the pages to draw with the names of their plain states, while these still hold."""
    stored = pages_without_fine_picture(tx, version_id, key, first=first, last=first + AHEAD)
    if first not in stored:
        return {}  # the page that was asked for is there already, or is there no more
    sources = {number: source_page(tx, version_id, number) for number in stored}
    dpi = tx.installation.settings.view_dpi
    plans = _plans(tx, version_id, key, sources, dpi)
    return {n: state for n, state in stored.items() if n in plans and plans[n].state_key == state}


def _plans(
    tx: Transaction,
    version_id: str,
    key: str,
    sources: Mapping[int, ExtractedPage],
    dpi: float,
) -> dict[int, PagePlan]:
    """Plan pages of an edition; none where its marks are no longer what they were."""
    withheld = tx.session.scalars(
        select(Edition.withheld_redactions).where(
            Edition.version_id == version_id, Edition.key == key
        )
    ).one_or_none()
    active = [r for r in active_redactions(tx, version_id) if r.id in set(withheld or ())]
    if withheld is None or len(active) != len(withheld):
        return {}
    digest = tx.session.get_one(Version, version_id).source_digest
    return {
        number: plan_page(source, [r for r in active if r.page == number], digest=digest, dpi=dpi)
        for number, source in sources.items()
    }


def _passes(built: BuiltPage, plan: PagePlan, source: ExtractedPage) -> bool:
    """Let the leak checker look at a page on its own, as it looks at a whole edition."""
    report = leakcheck.check(
        write_pdf([built]),
        permitted=[[printable(word.text) for word in built.words]],
        boxes=[built.boxes_px],
        secrets=secrets_of([(source, plan)]),
    )
    return report.passed and not misplaced([built], {built.number: plan})
