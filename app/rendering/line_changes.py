"""Find which lines of a file of text stand in another one, in their order. Pure.

Works on lines of editions, told apart whole. A gap is equal to every gap, whatever it hides and
however many lines: nothing tells whether what is under it changed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from app.rendering.aligning import Run, align, stretches
from app.rendering.lines import KEY, Shown, ShownLine

GAP = "█"
AROUND = 3
"""Lines of what is the same that stand before and after a change; the rest is folded away."""
_CLOSE_WORK = 250_000  # comparisons of line with line, beyond which only anchors are looked for


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line that is the same, gone or new, by its places (from 0); or a fold of many the same."""

    kind: str  # same, gone, new, folded
    old: int | None
    new: int | None
    lines: int = 1


def said(token: Shown) -> str:
    """Give a token's permitted words, with one block for each gap."""
    return "".join(piece if isinstance(piece, str) else GAP for piece in token.pieces)


def alike(old: Sequence[ShownLine], new: Sequence[ShownLine]) -> bool:
    """Say whether two files read the same, as far as their editions go."""
    return len(old) == len(new) and all(map(_same, old, new))


def _same(one: ShownLine, other: ShownLine) -> bool:
    return _key(one) == _key(other)


def _key(line: ShownLine) -> str:
    """Give what makes a line itself; what kind of value a gap stands for is not part of it."""
    if line.gap:
        return GAP
    shape = "\x1f".join(f"{_kind(token)}{said(token)}" for token in line.tokens)
    return f"{line.depth}\x1e{shape}"


def _kind(token: Shown) -> str:
    return GAP if token.has_gap and token.kind != KEY else token.kind


def change_lines(old: Sequence[ShownLine], new: Sequence[ShownLine]) -> list[LineChange]:
    """Walk two files together: lines that are gone, new or the same, long runs of these folded."""
    then, now = [_key(line) for line in old], [_key(line) for line in new]
    found: list[LineChange] = []
    runs = _runs(then, now)
    for (a, b, c, d), run in stretches(runs, (len(then), len(now))):
        found += [LineChange("gone", at, None) for at in range(a, b)]
        found += [LineChange("new", None, at) for at in range(c, d)]
        if run is not None:
            last = (run.old + run.size, run.new + run.size) == (len(then), len(now))
            found += _folded(run, first=not found, last=last)
    return found


def _folded(run: Run, *, first: bool, last: bool) -> Iterable[LineChange]:
    """Give the lines around a change; nothing is changed before the first and after the last."""
    head = 0 if first else AROUND
    tail = 0 if last else AROUND
    if run.size <= head + tail + 1:
        head, tail = run.size, 0
    for at in range(head):
        yield LineChange("same", run.old + at, run.new + at)
    if run.size > head + tail:
        yield LineChange("folded", run.old + head, run.new + head, run.size - head - tail)
    for at in range(run.size - tail, run.size):
        yield LineChange("same", run.old + at, run.new + at)


def _runs(old: Sequence[str], new: Sequence[str]) -> list[Run]:
    """Give the runs of lines that both files have, rising in both."""
    if len(old) * len(new) <= _CLOSE_WORK:
        return list(_closely(old, new, (0, len(old), 0, len(new))))
    found: list[Run] = []
    for ends, run in stretches(align(old, new), (len(old), len(new))):
        a, b, c, d = ends
        if (b - a) * (d - c) <= _CLOSE_WORK:
            found += _closely(old, new, ends)
        if run is not None:
            found.append(run)
    return _joined(found)


def _closely(
    old: Sequence[str], new: Sequence[str], ends: tuple[int, int, int, int]
) -> Iterable[Run]:
    a, b, c, d = ends
    matcher = SequenceMatcher(None, old[a:b], new[c:d], autojunk=False)
    return (Run(a + i, c + j, size) for i, j, size in matcher.get_matching_blocks() if size)


def _joined(runs: Iterable[Run]) -> list[Run]:
    joined: list[Run] = []
    for run in runs:
        last = joined[-1] if joined else None
        if last and (last.old + last.size, last.new + last.size) == (run.old, run.new):
            joined[-1] = Run(last.old, last.new, last.size + run.size)
        else:
            joined.append(run)
    return joined
