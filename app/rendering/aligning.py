"""Find which words of a text stand in another one too: in their order, or moved. Pure.

Words are told apart whole. A run of words that stands once in both texts is an anchor; what lies
between two anchors is compared word by word. What stands in both and out of order has moved.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

ANCHOR_WORDS = 5
"""So many words in a row that stand once in both texts are taken for the same passage."""
FEWEST_MOVED = 8
FEWEST_KEPT = 2
_FAR = 1 << 62
_CLOSE_WORK = 250_000  # comparisons of word with word, beyond which only anchors are looked for

Texts = tuple[Sequence[str], Sequence[str]]
Ends = tuple[int, int, int, int]  # from and to in the old text, from and to in the new one


@dataclass(frozen=True, slots=True, order=True)
class Run:
    """Words that stand in both texts: where they begin in each (from 0), and how many they are."""

    old: int
    new: int
    size: int
    moved: bool = False


def align(old: Sequence[str], new: Sequence[str]) -> tuple[Run, ...]:
    """Give the runs of words that two texts share, by their place in the new one.

    Those that did not move rise in both texts and never overlap; of those that moved each word of
    the new text is in one at most.
    """
    texts = (old, new)
    runs = _readable(texts, _ordered(texts, (0, len(old), 0, len(new)), ANCHOR_WORDS))
    return tuple(sorted([*runs, *_moved(texts, runs)], key=lambda run: (run.new, run.old)))


def likeness(old: Sequence[str], new: Sequence[str]) -> float:
    """Say how alike two passages are by their words: 0 to 1, to two places."""
    if not old or not new:
        return 0.0
    return round(SequenceMatcher(None, old, new, autojunk=False).ratio(), 2)


def _ordered(texts: Texts, ends: Ends, size: int) -> list[Run]:
    """Give the runs between two ends, in their order; anchors first, then what lies between."""
    a, b, c, d = ends
    if a >= b or c >= d:
        return []
    if (b - a) * (d - c) <= _CLOSE_WORK:
        return _closely(texts, ends)
    anchors = _rising(_once(texts, ends, size))
    if not anchors:
        return _ordered(texts, ends, size - 2) if size > 2 else []
    found: list[Run] = []
    at_old, at_new = a, c
    for i, j in anchors:
        if i < at_old or j < at_new:
            continue
        run = _grown(texts, Run(i, j, size), (at_old, b, at_new, d))
        found += _ordered(texts, (at_old, run.old, at_new, run.new), size - 2) if size > 2 else []
        found.append(run)
        at_old, at_new = run.old + run.size, run.new + run.size
    found += _ordered(texts, (at_old, b, at_new, d), size - 2) if size > 2 else []
    return found


def _closely(texts: Texts, ends: Ends) -> list[Run]:
    a, b, c, d = ends
    matcher = SequenceMatcher(None, texts[0][a:b], texts[1][c:d], autojunk=False)
    return [Run(a + i, c + j, size) for i, j, size in matcher.get_matching_blocks() if size]


def _once(texts: Texts, ends: Ends, size: int) -> list[tuple[int, int]]:
    """Give where `size` words in a row stand once on either side, by their place in the old."""
    a, b, c, d = ends
    there = _places(texts[1], c, d, size)
    here = _places(texts[0], a, b, size)
    return [(i, there[words]) for words, i in here.items() if i >= 0 and there.get(words, -1) >= 0]


def _places(text: Sequence[str], first: int, end: int, size: int) -> dict[tuple[str, ...], int]:
    """Give where each row of words begins; -1 where it does so more than once."""
    found: dict[tuple[str, ...], int] = {}
    for at in range(first, end - size + 1):
        words = tuple(text[at : at + size])
        found[words] = -1 if words in found else at
    return found


def _rising(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give as many pairs as can be that rise on both sides."""
    ordered = sorted(pairs)
    ends: list[int] = []  # the least end of a rising row of each length
    last: list[int] = []
    before: list[int] = []
    for index, (_, new) in enumerate(ordered):
        length = bisect_left(ends, new)
        before.append(last[length - 1] if length else -1)
        if length == len(ends):
            ends.append(new)
            last.append(index)
        else:
            ends[length], last[length] = new, index
    chain: list[tuple[int, int]] = []
    at = last[-1] if last else -1
    while at >= 0:
        chain.append(ordered[at])
        at = before[at]
    return chain[::-1]


def _grown(texts: Texts, run: Run, ends: Ends) -> Run:
    """Let a run reach as far as the words agree, between two ends."""
    old, new = texts
    a, b, c, d = ends
    first_old, first_new, end_old, end_new = (
        run.old,
        run.new,
        run.old + run.size,
        run.new + run.size,
    )
    while first_old > a and first_new > c and old[first_old - 1] == new[first_new - 1]:
        first_old, first_new = first_old - 1, first_new - 1
    while end_old < b and end_new < d and old[end_old] == new[end_new]:
        end_old, end_new = end_old + 1, end_new + 1
    return Run(first_old, first_new, end_old - first_old, run.moved)


def _readable(texts: Texts, runs: Sequence[Run]) -> list[Run]:
    """Join runs that touch, and leave out single words between changes, which say little."""
    joined: list[Run] = []
    for run in runs:
        last = joined[-1] if joined else None
        if last and (last.old + last.size, last.new + last.size) == (run.old, run.new):
            joined[-1] = Run(last.old, last.new, last.size + run.size)
        else:
            joined.append(run)
    sizes = (len(texts[0]), len(texts[1]))
    return [run for run in joined if run.size >= FEWEST_KEPT or _at_an_end(run, sizes)]


def _at_an_end(run: Run, sizes: tuple[int, int]) -> bool:
    first = run.old == 0 and run.new == 0
    return first or (run.old + run.size, run.new + run.size) == sizes


def _moved(texts: Texts, runs: Sequence[Run]) -> list[Run]:
    """Give what stands in both texts and in none of the runs in order."""
    old, new = texts
    gone = _left(len(old), [(run.old, run.size) for run in runs])
    come = _left(len(new), [(run.new, run.size) for run in runs])
    there = _within(new, come)
    pairs = [(at, there[words]) for words, at in _within(old, gone).items()
             if at >= 0 and there.get(words, -1) >= 0]  # fmt: skip
    found: list[Run] = []
    used_old, used_new = -1, set[int]()
    for i, j in sorted(pairs):
        if i < used_old or j in used_new:
            continue
        a, b = _around(gone, i)
        c, d = _around(come, j)
        run = _grown(texts, Run(i, j, ANCHOR_WORDS, moved=True), (max(a, used_old), b, c, d))
        if run.size >= FEWEST_MOVED and used_new.isdisjoint(range(run.new, run.new + run.size)):
            found.append(run)
            used_old = run.old + run.size
            used_new.update(range(run.new, run.new + run.size))
    return found


def _left(length: int, taken: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give the stretches of a text that no run has, by their first word and their end."""
    found, at = [], 0
    for first, size in sorted(taken):
        if first > at:
            found.append((at, first))
        at = max(at, first + size)
    return [*found, (at, length)] if at < length else found


def _within(
    text: Sequence[str], stretches: Iterable[tuple[int, int]]
) -> dict[tuple[str, ...], int]:
    found: dict[tuple[str, ...], int] = {}
    for first, end in stretches:
        for words, at in _places(text, first, end, ANCHOR_WORDS).items():
            found[words] = -1 if words in found else at
    return found


def _around(parts: Sequence[tuple[int, int]], at: int) -> tuple[int, int]:
    return parts[bisect_right(parts, (at, _FAR)) - 1]


def stretches(runs: Iterable[Run], sizes: tuple[int, int]) -> Iterator[tuple[Ends, Run | None]]:
    """Walk two texts together: what lies between two runs in order, then the run; at last the rest.

    Gives (from and to in the old text, from and to in the new one) with the run that follows.
    """
    at_old = at_new = 0
    for run in (run for run in runs if not run.moved):
        yield (at_old, run.old, at_new, run.new), run
        at_old, at_new = run.old + run.size, run.new + run.size
    yield (at_old, sizes[0], at_new, sizes[1]), None
