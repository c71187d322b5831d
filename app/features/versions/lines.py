"""What became of evidence between two versions: item by item, and line by line of one item."""

from app.access.comparing import (
    ReleasedComparison,
    earlier_version,
    nothing_there,
    release_comparison,
)
from app.access.decide import require
from app.access.evidence_changes import ReleasedChanges, items_compared, release_line_changes
from app.access.scope import version_and_title
from app.domain.actions import Action
from app.domain.targets import Target
from app.features.versions.schemas import ComparedItem, LinesView, LineView
from app.rendering.line_changes import GAP, LineChange, said
from app.rendering.lines import CLOSING, KEY, OPENING, STRING, ShownLine
from app.transaction import Transaction

LINES_A_PAGE = 300


def items_of(tx: Transaction, found: ReleasedComparison) -> tuple[ComparedItem, ...]:
    """List the evidence of two versions with what became of each item, as far as both go."""
    return tuple(
        ComparedItem(
            version_id=one.item.version_id,
            code=one.item.code,
            title=one.item.title,
            standing=one.standing,
        )
        for one in items_compared(tx, found)
    )


def read_lines(
    tx: Transaction, version_id: str, code: str, *, earlier: str | None = None, page: int = 1
) -> LinesView:
    """Show what changed in an item of evidence since an earlier version, line by line.

    Raises:
        NotFound: one of the versions, or the item in the later one, is missing or not for them.
        Unavailable: one of the editions is not built yet.
    """
    require(tx, Action.READ_PAGE, Target("version", version_id))
    version, title = version_and_title(tx, version_id)
    other = earlier_version(tx, version_id, earlier)
    if other is None:
        raise nothing_there(tx, Action.READ_PAGE, version_id)
    found = release_comparison(tx, version_id, other.id, kinds=("evidence",))
    view = LinesView(
        version_id=version_id,
        report_title=title,
        version_number=version.number,
        earlier_id=other.id,
        earlier_number=other.number,
        state="comparing" if found.runs is None else "ready",
        withholds=not found.whole,
        code=code,
    )
    if found.runs is None:
        return view
    items = items_compared(tx, found)
    item = next((one for one in items if one.new is not None and one.new.code == code), None)
    if item is None:
        raise nothing_there(tx, Action.READ_PAGE, version_id)
    released = release_line_changes(tx, found, item)
    pages = max(1, -(-len(released.changes) // LINES_A_PAGE))
    at = min(page, pages)
    shown = released.changes[(at - 1) * LINES_A_PAGE : at * LINES_A_PAGE]
    return view.model_copy(
        update={
            "title": item.item.title,
            "earlier_code": item.old.code if item.old else "",
            "standing": item.standing,
            "changes": sum(one.kind in ("gone", "new") for one in released.changes),
            "rows": tuple(_line(released, one) for one in shown),
            "page": at,
            "pages": pages,
        }
    )


def _line(released: ReleasedChanges, change: LineChange) -> LineView:
    then = None if change.old is None else change.old + 1
    now = None if change.new is None else change.new + 1
    if change.kind == "folded":
        return LineView(kind="folded", then=then, now=now, lines=change.lines)
    line = released.new[change.new] if change.new is not None else released.old[change.old or 0]
    return LineView(kind=change.kind, then=then, now=now, text=_said(line), depth=line.depth)


def _said(line: ShownLine) -> str:
    """Write a line as the reader shows it, with one block for each gap."""
    if line.gap:
        return GAP
    out: list[str] = []
    for token in line.tokens:
        words = said(token)
        if token.kind in (*OPENING, *CLOSING):
            out.append(token.kind)
        elif token.kind == KEY:
            out.append(f"{words}:")
        else:
            out.append(f"“{words}”" if token.kind == STRING else words)
    cells = all(token.kind == "w" for token in line.tokens) and len(line.tokens) > 1
    return (" | " if cells else " ").join(out)
