"""Taking an imported file apart in the worker: inspect, read the words, keep the outline.

Every step may be repeated: a killed ingestion starts where the last commit left it. The file is
only ever opened in the sandboxed child; what is refused leaves a failed version and nothing else.
"""

import structlog

from app.access.decide import require
from app.access.deposit import deposit_section_titles, deposit_source_page, open_source
from app.access.documents import (
    clear_source,
    deposit_survey,
    source_pages_stored,
    unconfirmed_counts,
)
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.targets import Target
from app.features.reports.converting import INGEST, as_pdf
from app.kernel.config import Settings
from app.kernel.ids import new_id
from app.models.reports import Section, Version
from app.rendering import reading, sandbox
from app.rendering.edition import ENGINE_VERSION
from app.rendering.sandbox import Limits, SourceRefused
from app.rendering.shapes import OutlineEntry, SourceFacts, SourceSurvey
from app.transaction import Installation, Transaction, begin

PAGES_A_COMMIT = 10
_log = structlog.get_logger(__name__)


def limits_of(settings: Settings) -> Limits:
    """Give what a child may use and what a file may be, by the settings."""
    return Limits(max_bytes=settings.max_upload_bytes, max_pages=settings.max_pages)


def ingest(installation: Installation, *, version_id: str) -> None:
    """Read an imported file page by page; done again after a kill it goes on where it was."""
    content = _open(installation, version_id)
    if content is None:
        return
    limits = limits_of(installation.settings)
    try:
        content = as_pdf(installation, version_id, content, limits=limits)
        facts = sandbox.inspect_source(content, limits=limits)
        survey = sandbox.survey_source(content, limits=limits)
        _keep_facts(installation, version_id, facts, survey)
        _read_pages(installation, version_id, content, facts.pages, limits)
        outline = sandbox.extract_outline(content, limits=limits)
    except SourceRefused as refusal:
        _fail(installation, version_id, refusal)
        return
    _finish(installation, version_id, outline)


def read_again(installation: Installation, *, version_id: str) -> None:
    """Read the words of a version's source anew, by the rules of this engine.

    What somebody had confirmed has to be confirmed again: the list of doubtful words is another.
    """
    with begin(installation, INGEST) as tx:
        version = _version(tx, version_id)
        content, pages = open_source(tx, version_id), version.pages
        tx.commit()
    limits = limits_of(installation.settings)
    read = list(sandbox.extract_pages(content, first=1, last=pages, limits=limits))
    survey = sandbox.survey_source(content, limits=limits)
    with begin(installation, INGEST) as tx:
        version = _version(tx, version_id)
        for page in read:
            deposit_source_page(tx, version_id, page)
        deposit_survey(tx, version_id, survey)
        counts = unconfirmed_counts(tx, version_id)
        known = version.inspection or {}
        version.inspection = {**known, **counts, "engine": ENGINE_VERSION}
        _emit(tx, version_id, "VersionReadAgain", {"pages": len(read), "engine": ENGINE_VERSION})
        _ask_for_a_closer_look(tx, version)
        tx.commit()


def _version(tx: Transaction, version_id: str) -> Version:
    require(tx, Action.INGEST_VERSION, Target("version", version_id))
    return tx.session.get_one(Version, version_id)


def _emit(
    tx: Transaction, version_id: str, name: str, facts: dict[str, Fact], stage: str | None = None
) -> None:
    tx.emit(
        Event(
            name=name,
            licence=Action.INGEST_VERSION,
            target=Target("version", version_id),
            facts=facts,
            stage=stage,
        )
    )


def _open(installation: Installation, version_id: str) -> bytes | None:
    with begin(installation, INGEST) as tx:
        if _version(tx, version_id).state != "importing":
            return None
        content = open_source(tx, version_id)
        tx.commit()
        return content


def _keep_facts(
    installation: Installation, version_id: str, facts: SourceFacts, survey: SourceSurvey
) -> None:
    with begin(installation, INGEST) as tx:
        version = _version(tx, version_id)
        deposit_survey(tx, version_id, survey)
        version.pages = facts.pages
        version.inspection = {
            **(version.inspection or {}),
            "attachments": facts.attachments,
            "scripts": facts.scripts,
            "form": facts.has_form,
            "revisions": facts.revisions,
            "title": facts.title_present,
            "engine": ENGINE_VERSION,
            "annotations": sum(sum(kinds.values()) for kinds in survey.annotations.values()),
            "layers": len(survey.layers),
            "scanned_pages": len(survey.scanned),
        }
        _emit(tx, version_id, "SourceInspected", {"pages": facts.pages})
        tx.commit()


def _read_pages(
    installation: Installation, version_id: str, content: bytes, pages: int, limits: Limits
) -> None:
    with begin(installation, INGEST) as tx:
        _version(tx, version_id)
        missing = set(range(1, pages + 1)) - source_pages_stored(tx, version_id)
    if not missing:
        return
    waiting = []
    for page in sandbox.extract_pages(content, first=min(missing), last=pages, limits=limits):
        waiting.append(page)
        if len(waiting) < PAGES_A_COMMIT and page.number < pages:
            continue
        with begin(installation, INGEST) as tx:
            version = _version(tx, version_id)
            for read in waiting:
                deposit_source_page(tx, version_id, read)
            version.pages_ready = page.number
            span: dict[str, Fact] = {"first": waiting[0].number, "last": page.number}
            _emit(tx, version_id, "PagesRead", span)
            tx.commit()
        waiting = []


def _fail(installation: Installation, version_id: str, refusal: SourceRefused) -> None:
    _log.info("import refused", version=version_id, reason=refusal.reason)
    with begin(installation, INGEST) as tx:
        version = _version(tx, version_id)
        clear_source(tx, version_id)
        version.state = "failed"
        version.pages = version.pages_ready = 0
        version.failure = " ".join(filter(None, (refusal.message, refusal.remedy)))
        _emit(tx, version_id, "VersionImportFailed", {"reason": refusal.reason}, "failed")
        tx.commit()


def _finish(installation: Installation, version_id: str, outline: list[OutlineEntry]) -> None:
    with begin(installation, INGEST) as tx:
        version = _version(tx, version_id)
        rows, titles = sections_of(version_id, outline, version.pages)
        tx.session.add_all(rows)
        tx.session.flush()
        deposit_section_titles(tx, version_id, titles)
        counts = unconfirmed_counts(tx, version_id)
        version.inspection = {**(version.inspection or {}), **counts}
        version.pages_ready = version.pages
        version.state = "working"
        facts: dict[str, Fact] = {"pages": version.pages, "sections": len(rows)}
        _emit(tx, version_id, "VersionImported", facts, "working")
        _ask_for_a_closer_look(tx, version)
        tx.commit()


def _ask_for_a_closer_look(tx: Transaction, version: Version) -> None:
    """Have the words in doubt read from their pixels, where that is installed; see `closely`."""
    doubtful = (version.inspection or {}).get("doubtful_words", 0)
    if not doubtful or not reading.available():
        return
    version.inspection = {**(version.inspection or {}), "closer_look": "waiting"}
    _emit(tx, version.id, "WordsLeftInDoubt", {"words": doubtful})


def sections_of(
    version_id: str, outline: list[OutlineEntry], pages: int
) -> tuple[list[Section], dict[str, str]]:
    """Turn bookmarks into sections with spans of pages; gives rows and titles by section id.

    A section ends before the next one of its own level or above begins.
    """
    placed = [(e.level, e.title, e.page) for e in outline if e.page is not None and e.title]
    rows, titles = [], {}
    for at, (level, title, page) in enumerate(placed):
        following = (p for lv, _, p in placed[at + 1 :] if lv <= level)
        row = Section(
            id=new_id("section"),
            version_id=version_id,
            ordinal=at + 1,
            level=level + 1,
            page_from=page,
            page_to=max(page, next(following, pages + 1) - 1),
        )
        rows.append(row)
        titles[row.id] = title
    return rows, titles
