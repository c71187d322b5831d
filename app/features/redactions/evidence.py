"""Marks in evidence: by line, by field, by words of a field. Made by who may read all of it."""

from collections.abc import Sequence

from app.access.decide import require
from app.access.evidence import EvidenceHit, find_in_lines, one_phrase, release_whole, seen
from app.access.evidence_lines import span_of
from app.access.scope import version_and_title
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
from app.rendering.line_repeats import MarkedLines, fields_of
from app.rendering.lines import LINES_A_PART, ShownLine
from app.transaction import Transaction

MOST_HITS = 500
MOST_PHRASES = 100


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
    version, title = version_and_title(tx, version_id)
    views = [v for v in queries.list_redactions(tx, version_id) if v.evidence == code]
    places = queries.places_in_evidence(tx, version_id)
    active = [places[v.id] for v in views if v.state in ("proposed", "approved", "in_force")]
    spans = [span_of(place) for place in active]
    marked = MarkedLines(lines, spans)
    hits = find_in_lines(lines, one_phrase(phrase)) if phrase.strip() else []
    first = (part - 1) * LINES_A_PART
    also = {
        span.id: marked.unmarked(under)
        for span in spans[:MOST_PHRASES]
        if (under := marked.phrase_under(span))
    }
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


def _line(number: int, line: ShownLine, marked: MarkedLines) -> LineView:
    fields = fields_of(line)
    return LineView(
        number=number,
        depth=line.depth,
        opening="".join(t.kind for t in line.tokens if t.kind in "{["),
        closing="".join(t.kind for t in line.tokens if t.kind in "}]"),
        fields=tuple(
            FieldView(field=at, kind=f.kind, text=seen(f), marked=marked.covers(number, at))
            for at, f in enumerate(fields)
        ),
        marked=marked.covers_line(number),
    )


def _hit(hit: EvidenceHit, marked: MarkedLines) -> LineHit:
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
        marked=marked.covers(hit.line, hit.field, hit.start, hit.end),
    )


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
    fields = fields_of(lines[place.line_from - 1])
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
        field = fields_of(lines[place.line_from - 1])[place.field]
        return seen(field)[place.char_from : place.char_to].split()
    return [
        word
        for line in lines[place.line_from - 1 : place.line_to]
        for token in fields_of(line)
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
