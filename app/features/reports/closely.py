"""A closer look at the words in doubt: read from their pixels, and confirmed where that agrees.

May take longer than the import, so it is a job of its own: the author reads and marks meanwhile,
and only publication waits for it. A killed one goes on with the words that nobody has tried.
"""

import structlog

from app.access.decide import require
from app.access.deposit import open_source
from app.access.documents import deposit_readings, words_to_read
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.targets import Target
from app.features.reports.converting import INGEST
from app.features.reports.ingest import limits_of
from app.models.reports import Version
from app.rendering import reading, sandbox
from app.rendering.sandbox import SourceRefused
from app.rendering.shapes import Word
from app.transaction import Installation, Transaction, begin

WORDS_A_CHILD = 200
MOST_WORDS = 4000
"""Of one version; who has more of them in doubt needs another file, not more patience."""
_log = structlog.get_logger(__name__)

_Places = dict[int, list[tuple[int, Word]]]


def read_closely(installation: Installation, *, version_id: str) -> None:
    """Read a version's words in doubt; its editions are built anew with those that agree."""
    with begin(installation, INGEST) as tx:
        if (_version(tx, version_id).inspection or {}).get("closer_look") != "waiting":
            return
        waiting = words_to_read(tx, version_id, most=MOST_WORDS)
        content = open_source(tx, version_id) if waiting and reading.available() else b""
        tx.commit()
    if content:
        for part in _parts(waiting):
            _read_part(installation, version_id, content, part)
    with begin(installation, INGEST) as tx:
        version = _version(tx, version_id)
        version.inspection = {**(version.inspection or {}), "closer_look": "done"}
        words = sum(len(found) for found in waiting.values())
        _emit(tx, version_id, "WordsReadClosely", {"words": words})
        tx.commit()


def _version(tx: Transaction, version_id: str) -> Version:
    require(tx, Action.INGEST_VERSION, Target("version", version_id))
    return tx.session.get_one(Version, version_id, with_for_update=True)


def _emit(tx: Transaction, version_id: str, name: str, facts: dict[str, Fact]) -> None:
    target = Target("version", version_id)
    tx.emit(Event(name=name, licence=Action.INGEST_VERSION, target=target, facts=facts))


def _parts(waiting: _Places) -> list[_Places]:
    """Cut the words into as many as one child reads within its limits."""
    parts: list[_Places] = [{}]
    room = WORDS_A_CHILD
    for page, words in waiting.items():
        for word in words:
            if not room:
                parts.append({})
                room = WORDS_A_CHILD
            parts[-1].setdefault(page, []).append(word)
            room -= 1
    return parts


def _read_part(installation: Installation, version_id: str, content: bytes, part: _Places) -> None:
    asked = [(page, [(w.x0, w.y0, w.x1, w.y1) for _, w in words]) for page, words in part.items()]
    limits = limits_of(installation.settings)
    try:
        answers = dict(sandbox.read_words(content, places=asked, limits=limits))
    except SourceRefused as refusal:
        # What cannot be read stays in doubt, which is the safe side.
        _log.warning("words could not be read", version=version_id, reason=refusal.reason)
        answers = {}
    with begin(installation, INGEST) as tx:
        _version(tx, version_id)
        confirmed = 0
        for page, words in part.items():
            found = answers.get(page, [])
            found += [[]] * (len(words) - len(found))
            pairs = list(zip(words, found, strict=False))
            agree = {place for (place, word), read in pairs if reading.same(word.text, read)}
            texts = {place: (read or [""])[0] for (place, _), read in pairs}
            deposit_readings(tx, version_id, page, texts, agree)
            confirmed += len(agree)
        facts: dict[str, Fact] = {"words": sum(map(len, part.values())), "confirmed": confirmed}
        _emit(tx, version_id, "WordsReadFromPixels", facts)
        tx.commit()
