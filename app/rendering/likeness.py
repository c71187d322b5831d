"""Does a glyph look like the character that it claims to be?

Runs inside the sandboxed child only. A font may show one word and spell another; what is published
is what somebody would read. So the ink of each letter is compared with letters drawn from the
renderer's own fonts: a glyph that looks like none of the faces of its own letter, and clearly more
like another letter, does not agree. What has letters that cannot be compared here (other scripts,
tilted text, one glyph that stands for several letters) is in doubt, and doubt is not confirmation.
"""

import ctypes
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from app.rendering.glyphs import Glyphs, read
from app.rendering.pages import Drawing

Values = npt.NDArray[np.float32]

SIDE = 12
DPI = 110.0
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
SPECIAL = "ÄÅÁÀÂÃÇÉÈÊËÍÌÎÏÑÓÒÔÖÕÚÙÛÜÝŠŽäåáàâãçéèêëíìîïñóòôöõúùûüýÿšžßæÆœŒøØþÞðÐ"
GREEK = {
    letter: code
    for code, letter in zip(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUWXYZ",
        "αβχδεφγηιϕκλμνοπθρστυϖωξψζΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥΩΞΨΖ",
        strict=True,
    )
}
"""Greek letters as the built-in Symbol font places them."""
FACES = tuple(
    family + style
    for family, styles in (
        ("Helvetica", ("", "-Bold", "-Oblique", "-BoldOblique")),
        ("Times", ("-Roman", "-Bold", "-Italic", "-BoldItalic")),
        ("Courier", ("", "-Bold")),
    )
    for style in styles
)
PLAIN_FACES = ("Helvetica", "Helvetica-Bold", "Times-Roman", "Times-Italic")
REFERENCE_PT = 12.0
SAME_SHAPE = str.maketrans({"0": "o", "1": "l", "i": "l", "j": "l"})
BARRED = str.maketrans("łŁđĐħĦıŧŦŋŊſ", "lLdDhHitTnNs")
SLIM = frozenset("iIjJlL1ftrT7ιΙτΓſ")
"""Letters that may be narrow: what claims to be another and is narrow, is not that letter."""
_LIGATURES = (
    "ff fi fl ffi ffl fj ft fb fh fk tt ti tf ct st sp Th Qu AE OE ae oe ij IJ lj LJ nj NJ dz DZ "
    "gg gi gy ry rt rv"
)
JOINED = frozenset(_LIGATURES.split())
"""Letters that fonts draw as one glyph."""
CLEARLY = 0.2
UNLIKE_ANYTHING = 0.33
NARROW = 0.3
LEAST_CONTRAST = 0.08
MOST_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class _Bank:
    """Reference letters: a row of numbers each, and which shape it is of."""

    rows: Values
    shapes: npt.NDArray[np.str_]


def patches(strength: npt.NDArray[np.uint8], glyphs: Glyphs, chosen: Sequence[int]) -> Values:
    """Sample the ink of glyphs on a grid each, turned upright; n × SIDE × SIDE.

    `strength` says for each pixel of the page how much the text changed it.
    """
    boxes = glyphs.tight[list(chosen)]
    high, wide = strength.shape
    scale = np.array([wide / glyphs.page_size[0], high / glyphs.page_size[1]])
    first, last = boxes[:, :2] * scale, boxes[:, 2:] * scale
    steps = (np.arange(SIDE) + 0.5) / SIDE
    across = first[:, :1] + (last - first)[:, :1] * steps - 0.5
    down = first[:, 1:] + (last - first)[:, 1:] * steps - 0.5
    out = _bilinear(strength, across, down)
    turns = glyphs.turn[list(chosen)]
    for turn in (1, 2, 3):
        out[turns == turn] = np.rot90(out[turns == turn], k=turn, axes=(1, 2))
    return out


def _bilinear(
    values: npt.NDArray[np.uint8], across: npt.NDArray[np.float64], down: npt.NDArray[np.float64]
) -> Values:
    x = np.clip(across, 0, values.shape[1] - 1.001)
    y = np.clip(down, 0, values.shape[0] - 1.001)
    left, top = x.astype(np.int64)[:, None, :], y.astype(np.int64)[:, :, None]
    right_share, low_share = x[:, None, :] - left, y[:, :, None] - top
    upper = values[top, left] * (1 - right_share) + values[top, left + 1] * right_share
    lower = values[top + 1, left] * (1 - right_share) + values[top + 1, left + 1] * right_share
    return (upper * (1 - low_share) + lower * low_share).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Standing:
    """What can be said of each glyph before its ink is looked at.

    `judged` can be compared with the letter that it claims to be; `doubted` cannot, or is too
    narrow for its letter. Of the rest (blanks, signs, narrow letters, ligatures) nothing is asked.
    """

    judged: npt.NDArray[np.bool_]
    doubted: npt.NDArray[np.bool_]


def standing(glyphs: Glyphs) -> Standing:
    """Say which glyphs can be compared with their letters, and which are in doubt as they are."""
    count = len(glyphs)
    size = glyphs.tight[:, 2:] - glyphs.tight[:, :2]
    size[glyphs.turn % 2 == 1] = size[glyphs.turn % 2 == 1][:, ::-1]
    narrow = size[:, 0] < NARROW * size[:, 1]
    plain = [_plain(text) for text in glyphs.texts]
    known = _known()
    letter = np.array([one in known for one in plain], dtype=np.bool_)
    slim = np.array([one in SLIM for one in plain], dtype=np.bool_)
    strange = np.array(
        [not letter[at] and _spells(glyphs.texts[at]) for at in range(count)], dtype=np.bool_
    )
    together, odd = _together(glyphs)
    judged = letter & ~narrow & ~glyphs.tilted & ~together
    doubted = strange | (letter & glyphs.tilted) | (letter & narrow & ~slim) | odd
    return Standing(judged & ~odd, doubted)


def _together(glyphs: Glyphs) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Say which letters share one glyph, and for which of them that is odd: no font joins them."""
    shared = np.zeros(len(glyphs), dtype=np.bool_)
    odd = np.zeros(len(glyphs), dtype=np.bool_)
    same = np.abs(np.diff(glyphs.tight, axis=0)).max(axis=1, initial=0) < 0.01
    start = 0
    for index in range(1, len(glyphs) + 1):
        if index < len(glyphs) and same[index - 1]:
            continue
        if index - start > 1:
            shared[start:index] = True
            text = "".join(glyphs.texts[start:index])
            odd[start:index] = text not in JOINED and any(map(_spells, text))
        start = index
    return shared, odd


def _spells(text: str) -> bool:
    """Say whether a text can spell something: letters, digits, and signs that stand for them."""
    if text in JOINED:
        return False
    folded = unicodedata.normalize("NFKC", text)
    return any(unicodedata.category(sign)[0] in "LNMC" or ord(sign) > 0x27FF for sign in folded)


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    """Give the one letter that a text stands for, without accents, in whatever costume."""
    if text.isascii():
        return text if len(text) == 1 else " "
    if text in SPECIAL and len(text) == 1:
        return _bare(text)
    plain = unicodedata.normalize("NFKC", text).translate(BARRED)
    return _bare(plain) if plain else " "


def _bare(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)
    accents = all(unicodedata.category(sign) == "Mn" for sign in base[1:])
    return base[0] if accents else " "


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(LETTERS) | frozenset(map(_plain, SPECIAL)) | frozenset(GREEK)


def disagree(samples: Values, texts: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Say for sampled glyphs which look clearly unlike the letter they claim to be."""
    out = np.zeros(len(samples), dtype=np.bool_)
    bank = _bank()
    claims = np.array([_shape(_plain(text)) for text in texts])
    for start in range(0, len(samples), MOST_AT_ONCE):
        part = slice(start, start + MOST_AT_ONCE)
        rows, contrast = _rows(samples[part])
        alike = rows @ bank.rows.T
        own = claims[part][:, None] == bank.shapes[None, :]
        claimed = np.where(own, alike, -1).max(axis=1)
        other = np.where(own, -1, alike).max(axis=1)
        unlike = (other - claimed > CLEARLY) | (claimed < UNLIKE_ANYTHING)
        out[part] = unlike & (contrast > LEAST_CONTRAST)
    return out


def _shape(letter: str) -> str:
    return letter.lower().translate(SAME_SHAPE)


def _rows(samples: Values) -> tuple[Values, Values]:
    """Give each sample as a row of mean 0 and length 1, and how much contrast it had."""
    flat = samples.reshape(len(samples), -1)
    strongest = np.maximum(flat.max(axis=1, keepdims=True), 1e-6)
    flat = flat / strongest
    flat = flat - flat.mean(axis=1, keepdims=True)
    length = np.sqrt((flat**2).sum(axis=1, keepdims=True))
    return flat / np.maximum(length, 1e-6), length[:, 0] / SIDE


@lru_cache(maxsize=1)
def _bank() -> _Bank:
    """Draw the reference letters with PDFium's built-in fonts."""
    rows: list[Values] = []
    shapes: list[str] = []
    for face in FACES:
        letters = LETTERS + (SPECIAL if face in PLAIN_FACES else "")
        _draw(face, letters, letters, rows, shapes)
    _draw("Symbol", "".join(GREEK.values()), "".join(GREEK), rows, shapes)
    return _Bank(np.concatenate(rows), np.array(shapes))


def _draw(face: str, codes: str, letters: str, rows: list[Values], shapes: list[str]) -> None:
    """Draw one face's letters and take a sample of each."""
    width, height = 40 + REFERENCE_PT * 2 * len(codes), 60.0
    document = pdfium.PdfDocument.new()
    page = document.new_page(width, height)
    _write(document, page, face, codes)
    drawing = Drawing(page.raw, width, height)
    glyphs = read(drawing)
    chosen = [index for index, text in enumerate(glyphs.texts) if text.strip()]
    sampled = patches(255 - drawing.draw_gray(DPI), glyphs, chosen)
    if len(chosen) != len(letters):
        raise RuntimeError(f"the built-in {face} has {len(chosen)} of {len(letters)} letters")
    rows.append(_rows(sampled)[0])
    shapes += [_shape(_plain(letter)) for letter in letters]
    page.close()
    document.close()


def _write(document: pdfium.PdfDocument, page: pdfium.PdfPage, face: str, codes: str) -> None:
    item = raw.FPDFPageObj_NewTextObj(document, face.encode(), REFERENCE_PT)
    if face == "Symbol":
        numbers = [ord(code) for letter in codes for code in (letter, " ")]
        raw.FPDFText_SetCharcodes(item, (ctypes.c_uint32 * len(numbers))(*numbers), len(numbers))
    else:
        text = (" ".join(codes) + "\0").encode("utf-16-le")
        buffer = ctypes.create_string_buffer(text, len(text))
        raw.FPDFText_SetText(item, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)))
    raw.FPDFPageObj_Transform(item, 1, 0, 0, 1, 20, 20)
    raw.FPDFPage_InsertObject(page, item)
    raw.FPDFPage_GenerateContent(page)
