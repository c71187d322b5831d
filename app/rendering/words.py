"""Make words of glyphs: visible ones for editions, hidden ones for the author's eyes.

Runs inside the sandboxed child only; what it yields is stored once per source.
"""

import unicodedata
from dataclasses import dataclass, field
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


def extract(document: pdfium.PdfDocument, number: int) -> dict[str, Any]:
    """Give the fields of ExtractedPage for page `number` (from 1), words as rows."""
    with drawing(document, number) as page:
        if page is None:
            width, height = FALLBACK_SIZE
            return _page(number, width, height, [], [], rendered=False)
        glyphs = reading.read(page)
        seen = confirm(page, glyphs) & np.array(
            ["\ufffd" not in text for text in glyphs.texts], dtype=np.bool_
        )
        visible = compose(glyphs, np.flatnonzero(seen | _blank(glyphs)))
        hidden = compose(glyphs, np.flatnonzero(~seen | _blank(glyphs)))
        return _page(number, page.width_pt, page.height_pt, visible, hidden, rendered=True)


def _page(
    number: int, width: float, height: float, words: list[Any], hidden: list[Any], *, rendered: bool
) -> dict[str, Any]:
    return {
        "number": number,
        "width_pt": round(width, 3),
        "height_pt": round(height, 3),
        "words": words,
        "hidden": hidden,
        "rendered": rendered,
    }


def _blank(glyphs: Glyphs) -> Any:
    return np.array([not text.strip() for text in glyphs.texts], dtype=np.bool_)


@dataclass(slots=True)
class _Run:
    """Glyphs side by side on one line, in coordinates turned so that text runs to the right."""

    turn: int
    x0: float
    y0: float
    x1: float
    y1: float
    members: list[int] = field(default_factory=list)

    def takes(self, box: Any, em: float) -> bool:
        """Say whether a glyph stands on this line, next to what is there already."""
        shared = min(self.y1, box[3]) - max(self.y0, box[1])
        if shared < SAME_LINE * max(0.01, min(self.y1 - self.y0, box[3] - box[1])):
            return False
        return bool(box[0] - self.x1 <= COLUMN_EM * em and self.x0 - box[2] <= COLUMN_EM * em)

    def add(self, index: int, box: Any) -> None:
        """Take a glyph in."""
        self.members.append(index)
        self.x0, self.y0 = min(self.x0, box[0]), min(self.y0, box[1])
        self.x1, self.y1 = max(self.x1, box[2]), max(self.y1, box[3])


def compose(glyphs: Glyphs, chosen: Any) -> list[tuple[str, float, float, float, float]]:
    """Make words of the chosen glyphs in reading order: text and box in points."""
    turned = _turned(glyphs)
    runs: list[_Run] = []
    for index in chosen:
        box, turn = turned[index], int(glyphs.turn[index])
        em = max(float(glyphs.along[index]), 0.1)
        if runs and runs[-1].turn == turn and runs[-1].takes(box, em):
            runs[-1].add(int(index), box)
        else:
            runs.append(_Run(turn, *box, members=[int(index)]))
    words: list[tuple[str, float, float, float, float]] = []
    for run in _merged(runs, glyphs):
        for members in _split(run, glyphs, turned):
            words += _word(members, glyphs)
    return words


def _turned(glyphs: Glyphs) -> Numbers:
    """Turn loose boxes so that each glyph's text runs left to right."""
    x0, y0, x1, y1 = glyphs.loose.T
    turn = glyphs.turn
    options = [
        np.stack([x0, y0, x1, y1], axis=1),
        np.stack([y0, -x1, y1, -x0], axis=1),
        np.stack([-x1, -y1, -x0, -y0], axis=1),
        np.stack([-y1, x0, -y0, x1], axis=1),
    ]
    out = np.zeros((len(glyphs), 4))
    for quarter, boxes in enumerate(options):
        out[turn == quarter] = boxes[turn == quarter]
    return out


def _merged(runs: list[_Run], glyphs: Glyphs) -> list[_Run]:
    """Join runs that a strange content stream drew apart: same line, touching ends."""
    out: list[_Run] = []
    for run in runs:
        em = max(0.1, float(np.max(glyphs.along[run.members])))
        for earlier in reversed(out[-40:]):
            level = abs(earlier.y0 - run.y0) + abs(earlier.y1 - run.y1) < 0.4 * em
            ahead, behind = run.x0 - earlier.x1, earlier.x0 - run.x1
            if earlier.turn == run.turn and level and -0.5 * em < max(ahead, behind) < 0.6 * em:
                earlier.members += run.members
                earlier.x0, earlier.x1 = min(earlier.x0, run.x0), max(earlier.x1, run.x1)
                break
        else:
            out.append(run)
    return out


def _split(run: _Run, glyphs: Glyphs, turned: Numbers) -> list[list[int]]:
    """Cut a run into words at spaces, at PDFium's word ends and at gaps wide for this run."""
    order = sorted(run.members, key=lambda index: (turned[index][0], index))
    order = _without_twins(order, glyphs, turned)
    usual = _usual_gap(order, glyphs, turned)
    words: list[list[int]] = [[]]
    for place, index in enumerate(order):
        if not glyphs.texts[index].strip():
            words.append([])
            continue
        before = order[place - 1] if place else None
        if before is not None and words[-1]:
            gap = turned[index][0] - turned[before][2]
            em = float(glyphs.along[index])
            ended = bool(glyphs.gap[before]) and index == before + 1 and gap > usual + 0.02 * em
            if gap > usual + GAP_EM * em or ended:
                words.append([])
        words[-1].append(index)
    right_to_left = _right_to_left("".join(glyphs.texts[index] for index in order))
    kept = [word for word in words if word]
    return [word[::-1] for word in kept[::-1]] if right_to_left else kept


def _without_twins(order: list[int], glyphs: Glyphs, turned: Numbers) -> list[int]:
    """Drop a glyph drawn again over the same glyph, as bold by overprinting does."""
    kept: list[int] = []
    for index in order:
        box = turned[index]
        twin = False
        for other in kept[-4:]:
            against = turned[other]
            shared = min(box[2], against[2]) - max(box[0], against[0])
            width = max(0.01, min(box[2] - box[0], against[2] - against[0]))
            level = abs(box[1] - against[1]) < 0.3 * max(0.01, box[3] - box[1])
            same = glyphs.texts[index] == glyphs.texts[other]
            other_object = glyphs.owner[index] != glyphs.owner[other]
            twin |= bool(same and other_object and level and shared > SAME_GLYPH * width)
        if not twin:
            kept.append(index)
    return kept


def _usual_gap(order: list[int], glyphs: Glyphs, turned: Numbers) -> float:
    """Give the usual distance between neighbouring glyphs, so that spaced-out text stays whole."""
    solid = [index for index in order if glyphs.texts[index].strip()]
    if len(solid) < 4:
        return 0.0
    gaps = [turned[b][0] - turned[a][2] for a, b in zip(solid, solid[1:], strict=False)]
    return max(0.0, float(np.median(gaps)))


def _right_to_left(text: str) -> bool:
    kinds = [unicodedata.bidirectional(letter) for letter in text]
    return kinds.count("R") + kinds.count("AL") > kinds.count("L")


def _word(members: list[int], glyphs: Glyphs) -> list[tuple[str, float, float, float, float]]:
    text = "".join(glyphs.texts[index] for index in members)
    text = "".join(letter for letter in text if unicodedata.category(letter)[0] != "C").strip()
    if not text:
        return []
    boxes = np.concatenate([glyphs.tight[members], glyphs.loose[members]])
    x0, y0 = boxes[:, :2].min(axis=0)
    x1, y1 = boxes[:, 2:].max(axis=0)
    return [(text, round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2))]
