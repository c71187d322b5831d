"""Make words of glyphs: visible ones for editions, hidden ones for the author's eyes.

Runs inside the sandboxed child only; what it yields is stored once per source.
"""

import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np
import pypdfium2 as pdfium

from app.rendering import glyphs as reading
from app.rendering.glyphs import Glyphs, Numbers
from app.rendering.pages import FALLBACK_SIZE, drawing
from app.rendering.visible import confirm

GAP_EM = 0.16
COLUMN_EM = 1.3
SAME_LINE = 0.5
SAME_GLYPH = 0.7

Row = tuple[str, float, float, float, float]
Edges = list[float]


def extract(document: pdfium.PdfDocument, number: int) -> dict[str, Any]:
    """Give the fields of ExtractedPage for page `number` (from 1), words as rows."""
    with drawing(document, number) as page:
        if page is None:
            width, height = FALLBACK_SIZE
            return {**_page(number, width, height, [], []), "rendered": False}
        glyphs = reading.read(page)
        seen, doubtful = confirm(page, glyphs)
        blank = [not text.strip() for text in glyphs.texts]
        known = ["\ufffd" not in text for text in glyphs.texts]
        composer = _Composer(glyphs)
        shown = [at for at in range(len(glyphs)) if blank[at] or (seen[at] and known[at])]
        left = [at for at in range(len(glyphs)) if not (seen[at] and known[at])]
        in_doubt = composer.some([at for at in left if blank[at] or doubtful[at]])
        unseen = composer.some([at for at in left if blank[at] or not doubtful[at]])
        visible = once(composer.compose(shown))
        head = _page(number, page.width_pt, page.height_pt, visible, in_doubt + unseen)
        return {**head, "doubtful": len(in_doubt), "rendered": True}


def once(rows: list[Row]) -> list[Row]:
    """Leave out words printed again on top of themselves, as some programs do for bold text."""
    kept: list[Row] = []
    places: set[tuple[str, int, int]] = set()
    for row in rows:
        text, x, y = str(row[0]), round(row[1]), round(row[2])
        near = [(text, x + across, y + down) for across in (-1, 0, 1) for down in (-1, 0, 1)]
        if not text.strip() or not any(place in places for place in near):
            kept.append(row)
            places.add((text, x, y))
    return kept


def _page(
    number: int, width: float, height: float, words: list[Row], hidden: list[Row]
) -> dict[str, Any]:
    return {
        "number": number,
        "width_pt": round(width, 3),
        "height_pt": round(height, 3),
        "words": words,
        "hidden": hidden,
        "doubtful": 0,
    }


@dataclass(slots=True)
class _Run:
    """Glyphs side by side on one line, in coordinates turned so that text runs to the right."""

    turn: int
    em: float
    x0: float
    y0: float
    x1: float
    y1: float
    members: list[int]

    def takes(self, box: Edges, em: float) -> bool:
        """Say whether a glyph stands on this line, next to what is there already."""
        shared = min(self.y1, box[3]) - max(self.y0, box[1])
        if shared < SAME_LINE * max(0.01, min(self.y1 - self.y0, box[3] - box[1])):
            return False
        return box[0] - self.x1 <= COLUMN_EM * em and self.x0 - box[2] <= COLUMN_EM * em

    def add(self, index: int, box: Edges, em: float) -> None:
        """Take a glyph in."""
        self.members.append(index)
        self.em = max(self.em, em)
        self.x0, self.y0 = min(self.x0, box[0]), min(self.y0, box[1])
        self.x1, self.y1 = max(self.x1, box[2]), max(self.y1, box[3])

    def continues(self, earlier: "_Run") -> bool:
        """Say whether this run stands at an end of an earlier one, on the same line."""
        if earlier.turn != self.turn:
            return False
        level = abs(earlier.y0 - self.y0) + abs(earlier.y1 - self.y1) < 0.4 * self.em
        apart = max(self.x0 - earlier.x1, earlier.x0 - self.x1)
        return level and -0.5 * self.em < apart < 0.6 * self.em


class _Composer:
    """Makes words of chosen glyphs of one page, in plain Python numbers for speed."""

    def __init__(self, glyphs: Glyphs) -> None:
        self.texts = glyphs.texts
        self.turns: list[int] = glyphs.turn.tolist()
        self.ems: list[float] = glyphs.along.tolist()
        self.owners: list[int] = glyphs.owner.tolist()
        self.ends: list[bool] = glyphs.gap.tolist()
        self.edges: list[Edges] = _turned(glyphs).tolist()
        outer = np.concatenate(
            [
                np.minimum(glyphs.tight[:, :2], glyphs.loose[:, :2]),
                np.maximum(glyphs.tight[:, 2:], glyphs.loose[:, 2:]),
            ],
            axis=1,
        )
        self.boxes: list[Edges] = outer.tolist()

    def some(self, chosen: list[int]) -> list[Row]:
        """Make words as `compose` does, of glyphs that may all be blank."""
        if not any(self.texts[index].strip() for index in chosen):
            return []
        return self.compose(chosen)

    def compose(self, chosen: list[int]) -> list[Row]:
        """Make words of the chosen glyphs in reading order: text and box in points."""
        runs: list[_Run] = []
        for index in chosen:
            box, turn, em = self.edges[index], self.turns[index], max(self.ems[index], 0.1)
            if runs and runs[-1].turn == turn and runs[-1].takes(box, em):
                runs[-1].add(index, box, em)
            else:
                runs.append(_Run(turn, em, box[0], box[1], box[2], box[3], [index]))
        return [
            word
            for run in _merged(runs)
            for members in self._split(run)
            if (word := self._word(members)) is not None
        ]

    def _split(self, run: _Run) -> list[list[int]]:
        """Cut a run into words at spaces, at PDFium's word ends and at gaps wide for this run."""
        order = sorted(run.members, key=lambda index: (self.edges[index][0], index))
        if len({self.owners[index] for index in order}) > 1:
            order = self._without_twins(order)
        usual = self._usual_gap(order)
        words: list[list[int]] = [[]]
        before = -2
        for index in order:
            if not self.texts[index].strip():
                words.append([])
            else:
                if words[-1] and self._parted(before, index, usual):
                    words.append([])
                words[-1].append(index)
            before = index
        kept = [word for word in words if word]
        right_to_left = _right_to_left("".join(self.texts[index] for index in order))
        return [word[::-1] for word in kept[::-1]] if right_to_left else kept

    def _parted(self, before: int, index: int, usual: float) -> bool:
        gap = self.edges[index][0] - self.edges[before][2] - usual
        em = self.ems[index]
        return gap > GAP_EM * em or (self.ends[before] and index == before + 1 and gap > 0.02 * em)

    def _without_twins(self, order: list[int]) -> list[int]:
        """Drop a glyph drawn again over the same glyph, as bold by overprinting does."""
        kept: list[int] = []
        for index in order:
            if not any(self._twins(index, other) for other in kept[-4:]):
                kept.append(index)
        return kept

    def _twins(self, index: int, other: int) -> bool:
        if self.texts[index] != self.texts[other] or self.owners[index] == self.owners[other]:
            return False
        box, against = self.edges[index], self.edges[other]
        shared = min(box[2], against[2]) - max(box[0], against[0])
        width = max(0.01, min(box[2] - box[0], against[2] - against[0]))
        level = abs(box[1] - against[1]) < 0.3 * max(0.01, box[3] - box[1])
        return level and shared > SAME_GLYPH * width

    def _usual_gap(self, order: list[int]) -> float:
        """Give the usual distance between neighbours, so that spaced-out text stays whole."""
        solid = [index for index in order if self.texts[index].strip()]
        if len(solid) < 4:
            return 0.0
        return max(0.0, median(self.edges[b][0] - self.edges[a][2] for a, b in pairwise(solid)))

    def _word(self, members: list[int]) -> Row | None:
        text = "".join(self.texts[index] for index in members)
        if not text.isprintable():
            text = "".join(letter for letter in text if unicodedata.category(letter)[0] != "C")
        if not (text := text.strip()):
            return None
        boxes = [self.boxes[index] for index in members]
        return (
            text,
            round(min(box[0] for box in boxes), 2),
            round(min(box[1] for box in boxes), 2),
            round(max(box[2] for box in boxes), 2),
            round(max(box[3] for box in boxes), 2),
        )


def _turned(glyphs: Glyphs) -> Numbers:
    """Turn loose boxes so that each glyph's text runs left to right."""
    x0, y0, x1, y1 = glyphs.loose.T
    options = [
        np.stack([x0, y0, x1, y1], axis=1),
        np.stack([y0, -x1, y1, -x0], axis=1),
        np.stack([-x1, -y1, -x0, -y0], axis=1),
        np.stack([-y1, x0, -y0, x1], axis=1),
    ]
    out = np.zeros((len(glyphs), 4))
    for quarter, boxes in enumerate(options):
        out[glyphs.turn == quarter] = boxes[glyphs.turn == quarter]
    return out


def _merged(runs: list[_Run]) -> list[_Run]:
    """Join runs that a strange content stream drew apart: same line, touching ends."""
    out: list[_Run] = []
    for run in runs:
        for earlier in reversed(out[-40:]):
            if run.continues(earlier):
                earlier.members += run.members
                earlier.x0, earlier.x1 = min(earlier.x0, run.x0), max(earlier.x1, run.x1)
                break
        else:
            out.append(run)
    return out


def _right_to_left(text: str) -> bool:
    if text.isascii():
        return False
    kinds = [unicodedata.bidirectional(letter) for letter in text]
    return kinds.count("R") + kinds.count("AL") > kinds.count("L")
