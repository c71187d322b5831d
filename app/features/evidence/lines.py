"""Lines of evidence as views: permitted words, and what may be known of each gap."""

from collections.abc import Sequence

from app.access.evidence import ReleasedLines, removed_names
from app.features.evidence.schemas import GapView, LineView, PieceView, TokenView
from app.rendering.lines import ShownLine
from app.transaction import Transaction


def line_views(tx: Transaction, released: ReleasedLines) -> tuple[LineView, ...]:
    """Give lines that came through the door, numbered as their edition numbers them."""
    names = removed_names(tx, released.item.version_id)
    return tuple(
        _line(number, line, names)
        for number, line in enumerate(released.lines, start=released.first)
    )


_Names = dict[str, tuple[tuple[str, ...], str]]


def _line(number: int, line: ShownLine, names: _Names) -> LineView:
    return LineView(
        number=number,
        depth=line.depth,
        tokens=tuple(
            TokenView(
                kind=token.kind,
                pieces=tuple(
                    PieceView(text=piece)
                    if isinstance(piece, str)
                    else PieceView(gap=_gap(piece, names))
                    for piece in token.pieces
                ),
            )
            for token in line.tokens
        ),
        gap=_gap(line.gap, names),
    )


def _gap(ids: Sequence[str], names: _Names) -> tuple[GapView, ...]:
    """Say what may be known of a gap; one that nobody may name any more stays a gap."""
    known = [(name, *names[name]) for name in ids if name in names]
    if ids and not known:
        return (GapView(categories=(), character="Withheld", redaction_id=""),)
    return tuple(
        GapView(categories=categories, character=character, redaction_id=name)
        for name, categories, character in known
    )
