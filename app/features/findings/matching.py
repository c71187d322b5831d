"""Where a comment from elsewhere belongs, in the acting person's own edition.

A place is only ever proposed. What the file says is compared with what this person may read, so
nothing can be found out by it that they could not read or search themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.access.release import release
from app.access.released import Rect, ReleasedPage, points_of_page
from app.domain.quoting import bare, runs_of
from app.domain.targets import PageRef, SearchRef
from app.features.findings.anchors import find_anchor, words_in
from app.features.findings.filing_schemas import Where
from app.features.findings.import_schemas import Candidate, MatchState, MatchView
from app.kernel.errors import Invalid, NotFound
from app.rendering.shapes import Word
from app.transaction import Transaction

_MOST_SEARCHES = 40
_COVERED = 0.7  # of a line's words, how much has to lie under the mark


@dataclass
class Matcher:
    """Looks for the places of one file's comments; each page is released once."""

    tx: Transaction
    version_id: str
    pages: int
    _read: dict[int, ReleasedPage] = field(default_factory=dict)
    _searches: int = 0

    def page(self, number: int) -> ReleasedPage | None:
        """Give a page of the person's edition; None beyond the last."""
        if not 1 <= number <= self.pages:
            return None
        if number not in self._read:
            ref = PageRef(version_id=self.version_id, page=number)
            self._read[number] = release(self.tx, ref)
        return self._read[number]

    def match(self, one: Candidate, *, typed: bool) -> MatchView:
        """Say where a candidate belongs; `typed` ones were written by hand, without rectangles."""
        if one.claim:
            return self._claim(one)
        page = self.page(one.page) if one.page else None
        if page is None:
            return self._searched(one) if one.quoted else _view(one, "orphan")
        rects = _on_page(page, one.rects)
        if rects:
            return self._marked(one, page, rects)
        if one.quoted:
            runs = runs_of(one.quoted, [word.text for word in page.words])
            if len(runs) == 1:
                return _view(one, "moved" if one.rects else "exact", page, runs[0])
            return _view(one, "orphan") if runs else self._searched(one)
        return _view(one, "exact" if typed else "page", page)

    def _marked(self, one: Candidate, page: ReleasedPage, rects: Sequence[Rect]) -> MatchView:
        inside = words_in(page, rects)
        if not inside:
            return self._searched(one) if one.quoted else _view(one, "orphan")
        run = (inside[0], inside[-1])
        words = page.words[run[0] : run[1] + 1]
        whole = len(words) == len(inside)
        if not one.quoted:
            covered = _covered([points_of_page(page)[n] for n in inside], rects)
            return _view(one, "exact" if whole and covered else "near", page, run)
        if bare("".join(word.text for word in words)) == bare(one.quoted):
            return _view(one, "exact", page, run)
        runs = runs_of(one.quoted, [word.text for word in page.words])
        if len(runs) == 1:
            return _view(one, "moved", page, runs[0])
        return _view(one, "near", page, run)

    def _searched(self, one: Candidate) -> MatchView:
        """Look for the words in the whole edition; once there, they are proposed."""
        if self._searches >= _MOST_SEARCHES:
            return _view(one, "orphan")
        self._searches += 1
        try:
            ref = SearchRef(version_id=self.version_id, phrase=one.quoted[:400])
            hits = release(self.tx, ref).hits
        except Invalid:
            return _view(one, "orphan")
        pages = {number for hit in hits for number, _ in hit.fragments}
        if len(hits) != 1 or len(pages) != 1:
            return _view(one, "orphan")
        page = self.page(hits[0].page)
        runs = runs_of(one.quoted, [word.text for word in page.words]) if page else []
        return _view(one, "moved", page, runs[0]) if len(runs) == 1 else _view(one, "orphan")

    def _claim(self, one: Candidate) -> MatchView:
        try:
            anchor = find_anchor(self.tx, self.version_id, Where(claim=one.claim))
        except (Invalid, NotFound):
            return _view(one, "orphan")
        return MatchView(
            candidate=one, state="exact", page=anchor.page, word_from=None, word_to=None,
            quote=anchor.quote[:400], token=f"{one.number}|claim|{one.claim}",
        )  # fmt: skip


def _view(
    one: Candidate,
    state: MatchState,
    page: ReleasedPage | None = None,
    run: tuple[int, int] | None = None,
) -> MatchView:
    number = page.number if page and state != "orphan" else None
    first, last = run if run else (None, None)
    words = page.words[run[0] : run[1] + 1] if page and run else ()
    return MatchView(
        candidate=one,
        state=state,
        page=number,
        word_from=first,
        word_to=last,
        quote=" ".join(word.text for word in words)[:400],
        token=f"{one.number}|{state}|{number}|{first}|{last}",
    )


def _on_page(page: ReleasedPage, rects: Sequence[Rect]) -> list[Rect]:
    """Cut rectangles to the page; what lies outside of it points at nothing."""
    cut = [
        (max(0.0, left), max(0.0, top), min(page.width_pt, right), min(page.height_pt, bottom))
        for left, top, right, bottom in rects
    ]
    return [rect for rect in cut if rect[0] < rect[2] and rect[1] < rect[3]]


def _covered(words: Sequence[Word], rects: Sequence[Rect]) -> bool:
    """Say whether a mark lies on its words as a program lays it there, and not across them."""
    under = 0.0
    for word in words:
        under += max(
            max(0.0, min(word.x1, right) - max(word.x0, left)) for left, _, right, _ in rects
        ) / max(0.1, word.x1 - word.x0)
    return under / len(words) >= _COVERED
