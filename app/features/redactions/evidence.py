"""Marks in evidence: by line, by field, by words of a field. Made by who may read all of it."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from app.access.decide import require
from app.access.evidence import EvidenceHit, find_in_lines, one_phrase, release_whole, seen
from app.domain.actions import Action
from app.domain.targets import Target
from app.features.redactions import deliberation, queries
from app.features.redactions.placing import lock_for_marks
from app.features.redactions.schemas import (
    EvidenceEditorView,
    FieldView,
    LineHit,
    LineMark,
    LinePlace,
    LineView,
    ProposeInEvidence,
    RedactionView,
)
from app.features.redactions.service import check_reason, emit_proposal, new_row
from app.kernel.errors import Invalid, NotFound
from app.models.evidence import EvidenceMark
from app.rendering.lines import LINES_A_PART, Shown, ShownLine
from app.transaction import Transaction

MOST_HITS = 500
MOST_PHRASES = 100
_SHORTEST_PHRASE = 4
_BRACKETS = frozenset("{}[]")


def open_evidence_editor(
    tx: Transaction, version_id: str, code: str, *, part: int = 1, phrase: str = ""
) -> EvidenceEditorView:
    """Open an item to mark it, for who may read all of the version.

    Args:
        tx: the transaction.
        version_id: the version.
        code: the item's code.
        part: which lines, so many at a time, from 1.
        phrase: words to find in the whole item.

    Raises:
        NotFound: missing, not for this person, or something is withheld from them.
    """
    require(tx, Action.LIST_REDACTIONS, Target("version", version_id))
    released = release_whole(tx, version_id, code)
    lines = released.lines
    parts = -(-len(lines) // LINES_A_PART)
    if not 0 < part <= parts:
        raise NotFound
    version, title = queries.get_version(tx, version_id)
    views = [v for v in queries.list_redactions(tx, version_id) if v.evidence == code]
    places = queries.places_in_evidence(tx, version_id)
    active = [places[v.id] for v in views if v.state in ("proposed", "approved", "in_force")]
    marked = _Marked(active)
    hits = find_in_lines(lines, one_phrase(phrase)) if phrase.strip() else []
    first = (part - 1) * LINES_A_PART
    also = _repeats(lines, active, marked)
    return EvidenceEditorView(
        version_id=version_id,
        report_id=version.report_id,
        report_title=title,
        version_number=version.number,
        code=code,
        kind=released.item.kind,
        title=released.item.title,
        part=part,
        parts=parts,
        lines=tuple(
            _line(number, line, marked)
            for number, line in enumerate(lines[first : first + LINES_A_PART], start=first + 1)
        ),
        marks=tuple(
            LineMark(mark=view, also_on=also.get(view.id, ()))
            for view in views
            if view.state not in ("withdrawn", "lifted")
        ),
        phrase=phrase.strip(),
        hits=tuple(_hit(hit, marked) for hit in hits[:MOST_HITS]),
        more_hits=len(hits) > MOST_HITS,
    )


class _Marked:
    """What marks that withhold cover, to be asked place by place."""

    def __init__(self, marks: Iterable[EvidenceMark]) -> None:
        self.whole: list[tuple[int, int]] = []
        self.within: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for mark in marks:
            if mark.field is None:
                self.whole.append((mark.line_from, mark.line_to))
            else:
                end = 10**9 if mark.char_to is None else mark.char_to
                place = (mark.line_from, mark.field)
                self.within.setdefault(place, []).append((mark.char_from or 0, end))

    def line(self, number: int) -> bool:
        return any(first <= number <= last for first, last in self.whole)

    def field(self, number: int, field: int, start: int = 0, end: int = 10**9) -> bool:
        spans = self.within.get((number, field), ())
        return self.line(number) or any(a <= start and end <= b for a, b in spans)


def _line(number: int, line: ShownLine, marked: _Marked) -> LineView:
    fields = [token for token in line.tokens if token.kind not in _BRACKETS]
    return LineView(
        number=number,
        depth=line.depth,
        opening="".join(t.kind for t in line.tokens if t.kind in "{["),
        closing="".join(t.kind for t in line.tokens if t.kind in "}]"),
        fields=tuple(
            FieldView(field=at, kind=f.kind, text=seen(f), marked=marked.field(number, at))
            for at, f in enumerate(fields)
        ),
        marked=marked.line(number),
    )


def _hit(hit: EvidenceHit, marked: _Marked) -> LineHit:
    place = LinePlace(
        line_from=hit.line,
        line_to=hit.line,
        field=hit.field,
        char_from=hit.start,
        char_to=hit.end,
    )
    return LineHit(
        place=place,
        before=hit.before,
        match=hit.match,
        after=hit.after,
        marked=marked.field(hit.line, hit.field, hit.start, hit.end),
    )


def _repeats(
    lines: Sequence[ShownLine], marks: Sequence[EvidenceMark], marked: _Marked
) -> dict[str, tuple[int, ...]]:
    """Find on which other lines the words under each mark stand unmarked."""
    texts = [" ".join(seen(token) for token in _fields(line)).casefold() for line in lines]
    joined = "\n".join(texts)
    starts = [0]
    for text in texts:
        starts.append(starts[-1] + len(text) + 1)
    found: dict[str, tuple[int, ...]] = {}
    for mark in marks[:MOST_PHRASES]:
        phrase = _under(lines, mark).casefold().strip(" .,;:()\"'")
        if len(phrase) < _SHORTEST_PHRASE or not any(letter.isalpha() for letter in phrase):
            continue
        numbers: set[int] = set()
        at = joined.find(phrase)
        while at >= 0 and len(numbers) < MOST_HITS:
            numbers.add(bisect_right(starts, at))
            at = joined.find(phrase, at + 1)
        found[mark.redaction_id] = tuple(
            number
            for number in sorted(numbers)
            if any(
                not marked.field(hit.line + number - 1, hit.field, hit.start, hit.end)
                for hit in find_in_lines([lines[number - 1]], phrase)
            )
        )
    return found


def _fields(line: ShownLine) -> list[Shown]:
    return [token for token in line.tokens if token.kind not in _BRACKETS]


def _under(lines: Sequence[ShownLine], mark: EvidenceMark) -> str:
    """Give the words under a mark that stands on one line; none of several lines."""
    if mark.line_from != mark.line_to or mark.line_to > len(lines):
        return ""
    fields = _fields(lines[mark.line_from - 1])
    if mark.field is None:
        return " ".join(seen(token) for token in fields)
    return seen(fields[mark.field])[mark.char_from : mark.char_to]


def propose_in_evidence(
    tx: Transaction, version_id: str, code: str, command: ProposeInEvidence
) -> list[RedactionView]:
    """Propose to redact places of an item for one reason; they withhold at once.

    Raises:
        Invalid: a place that is not there, or a reason that cannot be taken.
        Conflict: the version was published meanwhile.
        NotFound: missing, not for this person, or something is withheld from them.
    """
    target = Target("version", version_id)
    require(tx, Action.PROPOSE_REDACTION, target)
    lock_for_marks(tx, version_id)
    check_reason(command)
    released = release_whole(tx, version_id, code)
    places = [_settled(place, released.lines) for place in command.places]
    rows = []
    for place in places:
        words = len(_words_in(place, released.lines))
        row = new_row(tx, version_id, command, page=0, rects=[], mode="tight", size_words=words)
        row.evidence = code
        rows.append(row)
    for row in rows:
        row.group_id = rows[0].id
    tx.session.add_all(rows)
    tx.session.flush()
    tx.session.add_all(
        EvidenceMark(
            redaction_id=row.id,
            item_id=released.item.id,
            version_id=version_id,
            **place.model_dump(),
        )
        for row, place in zip(rows, places, strict=True)
    )
    tx.session.flush()
    if command.restricted_justification:
        deliberation.keep_reason(tx, version_id, rows[0].id, command.restricted_justification)
    for row, place in zip(rows, places, strict=True):
        emit_proposal(tx, target, row, command, where=written(place))
    wanted = {row.id for row in rows}
    return [v for v in queries.list_redactions(tx, version_id) if v.id in wanted]


def _settled(place: LinePlace, lines: Sequence[ShownLine]) -> LinePlace:
    """Check a place, and let it take in the whole of the words that it begins or ends within."""
    nowhere = Invalid(fields={"places": "The evidence has no such line or field."})
    if place.line_to < place.line_from or place.line_to > len(lines):
        raise nowhere
    chars = (place.char_from, place.char_to)
    if place.field is None:
        if chars != (None, None):
            raise nowhere
        return place
    fields = _fields(lines[place.line_from - 1])
    if place.line_to != place.line_from or place.field >= len(fields):
        raise nowhere
    if place.char_from is None or place.char_to is None:
        if chars != (None, None):
            raise nowhere
        return place
    text = seen(fields[place.field])
    if not 0 <= place.char_from < place.char_to <= len(text):
        raise nowhere
    start, end = place.char_from, place.char_to
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return place.model_copy(update={"char_from": start, "char_to": end})


def _words_in(place: LinePlace, lines: Sequence[ShownLine]) -> list[str]:
    if place.field is not None:
        field = _fields(lines[place.line_from - 1])[place.field]
        return seen(field)[place.char_from : place.char_to].split()
    return [
        word
        for line in lines[place.line_from - 1 : place.line_to]
        for token in _fields(line)
        for word in seen(token).split()
    ]


def written(place: LinePlace) -> str:
    """Write a place as an entry keeps it and a checkbox carries it: `12`, `12:0`, `12:0:5-9`."""
    lines = str(place.line_from)
    if place.line_to != place.line_from:
        lines += f"-{place.line_to}"
    if place.field is None:
        return lines
    field = f"{lines}:{place.field}"
    return field if place.char_from is None else f"{field}:{place.char_from}-{place.char_to}"
