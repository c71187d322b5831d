"""Read single words from the pixels of a page, where their shapes could not be compared.

Runs inside the sandboxed child only, and only where the extra `ocr` is installed. The recogniser
sees the page as anybody sees it and is never told what the file claims to stand there; whether the
two agree is decided outside (`same`). What it cannot read stays in doubt.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

import numpy as np
import pypdfium2 as pdfium

from app.rendering.framing import Frame
from app.rendering.pages import Pixels, drawing

DPI = 300.0
MARGIN_PT = 1.5
SUREST = 0.85  # below this score nothing was read
TALL = 1.4  # higher than wide by this: the word may stand upright
LEAST_LETTERS = 2
"""One letter alone is a guess among lookalikes: that is left to a person."""
_ONE_SIGN = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-"}
)

Rect = tuple[float, float, float, float]


def available() -> bool:
    """Say whether the recogniser is installed."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def same(claimed: str, read: Iterable[str]) -> bool:
    """Say whether one of the readings is exactly the word that the file claims.

    Case counts and so does every sign; only the costumes of quotes and dashes do not.
    """
    wanted = _plain(claimed)
    enough = sum(sign.isalnum() for sign in wanted) >= LEAST_LETTERS
    return enough and any(_plain(one) == wanted for one in read)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).translate(_ONE_SIGN).split())


def read(document: pdfium.PdfDocument, places: Sequence[tuple[int, list[Rect]]]) -> Iterator[Frame]:
    """Yield for each page what stands in its rectangles (points as displayed), as candidates."""
    for number, rects in places:
        with drawing(document, number) as page:
            if page is None:
                yield {"page": number, "readings": [[] for _ in rects]}, b""
                continue
            pixels = page.draw(DPI)
            across, down = pixels.shape[1] / page.width_pt, pixels.shape[0] / page.height_pt
        crops = (_crop(pixels, rect, across, down) for rect in rects)
        yield {"page": number, "readings": [_candidates(crop) for crop in crops]}, b""


def _crop(pixels: Pixels, rect: Rect, across: float, down: float) -> Pixels:
    x0, y0, x1, y1 = rect
    left, right = max(0, int((x0 - MARGIN_PT) * across)), int((x1 + MARGIN_PT) * across)
    top, bottom = max(0, int((y0 - MARGIN_PT) * down)), int((y1 + MARGIN_PT) * down)
    return np.ascontiguousarray(pixels[top:bottom, left:right])


def _candidates(crop: Pixels) -> list[str]:
    """Read a crop as it stands; a tall one also with its left and its right side up."""
    high, wide = crop.shape[:2]
    if min(high, wide) < 4:
        return []
    turns = (0, 1, 3) if high > TALL * wide else (0,)
    found = (_recognised(np.ascontiguousarray(np.rot90(crop, turn))) for turn in turns)
    return [text for text in found if text]


def _recognised(crop: Pixels) -> str:
    answer = _engine()(crop, use_det=False, use_cls=False, use_rec=True)
    if not answer.txts or not answer.scores or answer.scores[0] < SUREST:
        return ""
    return str(answer.txts[0])


@lru_cache(maxsize=1)
def _engine() -> Any:
    from rapidocr import RapidOCR

    alone = {"intra_op_num_threads": 1, "inter_op_num_threads": 1}
    options = {f"EngineConfig.onnxruntime.{name}": value for name, value in alone.items()}
    return RapidOCR(params={"Global.use_cls": False, "Global.log_level": "critical", **options})
