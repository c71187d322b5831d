"""How many names would fit a gap: what the width of a box tells somebody with a list. Pure.

A raster keeps the gap between the last letter before a box and the first one after it
(REDACTION.md, section 2.3). The estimate takes some two hundred common surnames in a Times-like
face as the list; a reader who knows the context has a shorter one, so it flatters the box.
"""

from app.rendering.shapes import Box, Mode

STEP_PT = 36.0
SHARPNESS_PT = 72 / 110  # one pixel on either side at the reader's resolution
LINE_TO_EM = 1.15
FREE = 0.25  # of the names: with that many left, the width says little

_WIDTHS = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'-",
        (
            444, 500, 444, 500, 444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500, 500, 500,
            333, 389, 278, 500, 500, 722, 500, 500, 444, 722, 667, 667, 722, 611, 556, 722, 722,
            333, 389, 722, 611, 889, 722, 722, 556, 722, 667, 556, 611, 722, 722, 944, 722, 722,
            611, 180, 333,
        ),
        strict=True,
    )
)  # fmt: skip
"""Advance widths of Times in thousandths of an em (Adobe's font metrics for the core fonts)."""

_NAMES = """
Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez
Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark
Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams
Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts Gomez Phillips Evans Turner Diaz Parker
Cruz Edwards Collins Reyes Stewart Morris Morales Murphy Cook Rogers Gutierrez Ortiz Morgan Cooper
Peterson Bailey Reed Kelly Howard Ramos Kim Cox Ward Richardson Watson Brooks Chavez Wood James
Bennett Gray Mendoza Ruiz Hughes Price Alvarez Castillo Sanders Patel Myers Long Ross Foster
Jimenez Powell Jenkins Perry Russell Sullivan Bell Coleman Butler Henderson Barnes Gonzales Fisher
Vasquez Simmons Romero Jordan Patterson Alexander Hamilton Graham Reynolds Griffin Wallace Moreno
West Cole Hayes Bryant Herrera Gibson Ellis Tran Medina Aguilar Stevens Murray Ford Castro
Marshall Owens Harrison Fernandez McDonald Woods Washington Kennedy Wells Vargas Henry Chen
Freeman Webb Tucker Guzman Burns Crawford Olson Simpson Porter Hunter Gordon Mendez Silva Shaw
Snyder Mason Dixon Munoz Hunt Hicks Holmes Palmer Wagner Black Robertson Boyd Rose Stone Salazar
Fox Warren Mills Meyer Rice Schmidt Garza Daniels Ferguson Nichols
"""
_SURNAMES = _NAMES.split()

_ADVANCES = tuple(sorted(sum(_WIDTHS[letter] for letter in name) / 1000 for name in _SURNAMES))


def candidates(width_pt: float, em_pt: float, *, least_pt: float | None = None) -> tuple[int, int]:
    """Count the common surnames that would fit a gap, of how many.

    Args:
        width_pt: the widest that the hidden text can be.
        em_pt: the size of the letters.
        least_pt: the narrowest that it can be; without it the gap shows the text's own width.
    """
    least = width_pt if least_pt is None else least_pt
    lowest, highest = (least - SHARPNESS_PT) / em_pt, (width_pt + SHARPNESS_PT) / em_pt
    return sum(lowest <= one <= highest for one in _ADVANCES), len(_ADVANCES)


def of_mark(mark: Box, painted: Box, mode: Mode) -> tuple[int, int]:
    """Count the surnames that would fit a mark of one line, as its painted box lets one guess."""
    em = max(1.0, (mark.y1 - mark.y0) / LINE_TO_EM)
    if mode is Mode.TIGHT:
        return candidates(mark.x1 - mark.x0, em)
    width = painted.x1 - painted.x0
    if mode is Mode.PADDED:
        # Both ends lie somewhere within the last step.
        return candidates(width, em, least_pt=max(0.0, width - 2 * STEP_PT))
    return candidates(width, em, least_pt=0.0)


def in_words(fitting: int, of: int) -> str:
    """Say in one sentence how much the width of a box tells; empty where it tells little."""
    if fitting > of * FREE:
        return ""
    if fitting == 0:
        return f"None of {of} common surnames fits this gap: its width may tell what stood here."
    if fitting == 1:
        return f"About one of {of} common surnames fits this gap."
    return f"About {fitting} of {of} common surnames fit this gap."
