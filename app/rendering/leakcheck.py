"""The independent leak checker: may this PDF leave the house?

Shares no code with the writer. It knows by heart the few shapes that an edition may have, reads the
file with its own strict reader (pdfstrict.py), with pypdf and with pdfminer.six, and fails whatever
is not on the list: the list is the guarantee, the search for secrets a second net.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from app.rendering import checkedapart, checkedtext, checkedtools, secretsearch
from app.rendering.checkedpixels import Box, loose_ends, uneven_boxes
from app.rendering.pdfstrict import Document, NotPlain, read
from app.rendering.shapelist import Page, whitelist

CHECKER_VERSION = "3"
"""Goes up with each change of what is found; what passed an older one is checked again."""

log = structlog.get_logger("rendering.leakcheck")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: which check, where (page from 1, 0 for the file), what."""

    check: str
    page: int
    what: str


@dataclass(frozen=True, slots=True)
class LeakReport:
    """The verdict over one file: passed, what was wrong, which checks ran and with what."""

    passed: bool
    findings: tuple[Finding, ...]
    checks: tuple[str, ...]
    pages: int = 0
    secrets: int = 0
    checker: str = CHECKER_VERSION


@dataclass(slots=True)
class _Run:
    findings: list[Finding] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)

    def note(self, check: str, found: Sequence[tuple[int, str]]) -> None:
        self.checks.append(check)
        self.findings += [Finding(check, page, what) for page, what in found]


def check(
    pdf: bytes,
    *,
    permitted: Sequence[Sequence[str]] | None,
    boxes: Sequence[Sequence[Box]] | None,
    secrets: Sequence[str],
) -> LeakReport:
    """Check an edition; `permitted` and `boxes` (pixels) per page, or None where not known.

    Never raises for a bad file: what cannot be read has not passed.
    """
    run = _Run()
    document = _structure(pdf, run)
    pages: list[Page] = []
    if document is not None:
        found, pages = whitelist(document)
        run.note("structure", found)
        run.note("image data", loose_ends(pages))
    with checkedapart.reading(pdf, pages=len(pages)) as by_pdfminer:
        run.note("secrets in bytes", secretsearch.in_bytes(pdf, pages, secrets))
        if boxes is not None and pages:
            run.note("box pixels", uneven_boxes(pages, boxes))
        _tools(pdf, pages, run, permitted=permitted, secrets=secrets)
        engines = {
            "pypdf": lambda: checkedtext.by_pypdf(pdf, plain_font=bool(pages)),
            "pdfminer.six": by_pdfminer,
        }
        if pages:
            engines["own reader"] = lambda: [page.text for page in pages]
        _texts(engines, run, permitted=permitted, secrets=secrets)
    return LeakReport(
        passed=not run.findings,
        findings=tuple(run.findings),
        checks=tuple(run.checks),
        pages=len(pages),
        secrets=len(secrets),
    )


def _structure(pdf: bytes, run: _Run) -> Document | None:
    try:
        document = read(pdf)
    except NotPlain as error:
        run.note("plain file", [(0, str(error))])
        return None
    run.note("plain file", [])
    return document


def _texts(
    engines: Mapping[str, Callable[[], list[str]]],
    run: _Run,
    *,
    permitted: Sequence[Sequence[str]] | None,
    secrets: Sequence[str],
) -> None:
    for name, read_pages in engines.items():
        try:
            texts = read_pages()
        except Exception as error:
            # Whatever a library stumbles over: a file that it cannot read has not passed.
            log.info("leak check: engine failed", engine=name, error=repr(error)[:200])
            run.note(f"text by {name}", [(0, "the file cannot be read")])
            continue
        run.note(f"secrets in text by {name}", secretsearch.in_texts(texts, secrets))
        if permitted is not None:
            run.note(f"text by {name}", _differences(texts, permitted))


def _tools(
    pdf: bytes,
    pages: Sequence[Page],
    run: _Run,
    *,
    permitted: Sequence[Sequence[str]] | None,
    secrets: Sequence[str],
) -> None:
    """Let the programs that this machine has read the file as well."""
    for name in checkedtools.present():
        try:
            written = checkedtools.output_of(name, pdf)
        except checkedtools.ToolFailed as error:
            log.info("leak check: program failed", program=name, error=str(error))
            run.note(f"read by {name}", [(0, "the file cannot be read")])
            continue
        if name == checkedtools.REWRITES:
            # Pixels inflated would be searched for what turns up in them by chance.
            found = [] if pages else secretsearch.in_bytes(written, (), secrets)
            run.note(f"read by {name}", found)
            continue
        texts = checkedtools.pages_of(written)
        run.note(f"secrets in text by {name}", secretsearch.in_texts(texts, secrets))
        if permitted is not None:
            run.note(f"text by {name}", _beyond(texts, permitted))


def _beyond(texts: Sequence[str], permitted: Sequence[Sequence[str]]) -> list[tuple[int, str]]:
    """Say where a program read letters that are not permitted; it may well leave some out."""
    if len(texts) != len(permitted):
        return [(0, f"{len(texts)} pages where {len(permitted)} were expected")]
    found = []
    for number, (text, words) in enumerate(zip(texts, permitted, strict=True), start=1):
        extra = Counter(_composed(text)) - Counter(_composed("".join(words)))
        if extra:
            found.append((number, f"{sum(extra.values())} letters too many"))
    return found


def _composed(text: str) -> str:
    """Give a text in the one form to which all programs bring ligatures and wide letters."""
    return unicodedata.normalize("NFKD", checkedtext.bare(text))


def _differences(texts: Sequence[str], permitted: Sequence[Sequence[str]]) -> list[tuple[int, str]]:
    if len(texts) != len(permitted):
        return [(0, f"{len(texts)} pages where {len(permitted)} were expected")]
    found = []
    for number, (text, words) in enumerate(zip(texts, permitted, strict=True), start=1):
        have = Counter(checkedtext.bare(text))
        want = Counter(checkedtext.bare("".join(words)))
        if have != want:
            extra, missing = sum((have - want).values()), sum((want - have).values())
            found.append((number, f"{extra} letters too many, {missing} missing"))
        elif checkedtext.bare(text) != checkedtext.bare("".join(words)):
            found.append((number, "the permitted letters stand in another order"))
    return found
