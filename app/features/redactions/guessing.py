"""What the width of a mark would tell somebody with a list of names, said to who makes it."""

from app.access.released import ReleasedPage
from app.features.redactions.placing import words_in
from app.features.redactions.schemas import RedactionView
from app.rendering.fits import in_words, of_mark
from app.rendering.redact import expand
from app.rendering.shapes import Box, Mark, Mode, Word


def guess(mark: RedactionView, page: ReleasedPage) -> str:
    """Say how many names would fit the gap of a mark on one line; empty where that tells little."""
    if len(mark.rects) != 1 or mark.mode == Mode.BLOCK or not words_in(page, list(mark.rects)):
        return ""
    across, down = page.width_pt / page.width_px, page.height_pt / page.height_px
    words = [
        Word(w.text, w.x * across, w.y * down, (w.x + w.w) * across, (w.y + w.h) * down)
        for w in page.words
    ]
    marked = Box(*mark.rects[0])
    painted = expand([Mark(marked, Mode(mark.mode))], words, (page.width_pt, page.height_pt))
    if len(painted) != 1:
        return ""
    return in_words(*of_mark(marked, painted[0], Mode(mark.mode)))
