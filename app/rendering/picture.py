"""Turn a picture (PNG, JPEG) into a PDF of one page that holds its pixels and nothing else.

Runs inside the sandboxed child only. The picture is decoded, turned upright, brought to plain
colours and encoded anew: no description, profile, comment, further picture or trailing byte of the
file goes on. The page is as large as the picture, no margin: the whole page can be marked, and
there is no edge to tell its size by. The resolution is the one at which the picture fits A4, kept
between 110 and 220 dots an inch: more than the reader shows would be lost on a smaller page, less
would be made larger than it is.
"""

import zlib
from io import BytesIO
from typing import Any

import pikepdf
import pyvips
from pikepdf import Array, Dictionary, Name, Stream

from app.rendering.framing import Frame
from app.rendering.refusals import refused

MOST_PIXELS = 40_000_000
LEAST_SIDE, MOST_SIDE = 24, 30_000
LEAST_DPI, MOST_DPI = 110.0, 220.0
A4_PT = (595.276, 841.89)
JPEG_QUALITY = 90
_PNG = b"\x89PNG\r\n\x1a\n"


def to_pdf(source: Any) -> Frame:
    """Give a PDF of one page of a picture's pixels; raises SourceRefused."""
    content = bytes(source)
    png = content.startswith(_PNG)
    if png and _is_animated(content):
        raise refused("several-images")
    try:
        image = _plain(_decoded(content, png=png))
        width, height = int(image.width), int(image.height)
        gray = image.bands == 1
        if png:
            data, how = zlib.compress(image.write_to_memory(), 6), Name.FlateDecode
        else:
            data, how = image.jpegsave_buffer(Q=JPEG_QUALITY, keep="none"), Name.DCTDecode
    except pyvips.Error as error:
        raise refused("broken-image") from error
    return {"left_out": {}}, _page(data, how, width=width, height=height, gray=gray)


def _decoded(content: bytes, *, png: bool) -> Any:
    load = pyvips.Image.pngload_buffer if png else pyvips.Image.jpegload_buffer
    image = load(content, access="sequential", fail_on="error")
    width, height = image.width, image.height
    # Asked of the header alone, before a pixel is decoded.
    if width * height > MOST_PIXELS or max(width, height) > MOST_SIDE:
        raise refused("too-many-pixels")
    if min(width, height) < LEAST_SIDE:
        raise refused("too-few-pixels")
    if image.get_typeof("n-pages") and image.get("n-pages") > 1:
        raise refused("several-images")
    return image.copy_memory()


def _plain(image: Any) -> Any:
    """Turn upright, bring to sRGB or gray of 8 bits, put on white where it is transparent."""
    image = image.autorot()
    if image.interpretation == "cmyk" or (image.bands > 2 and _has_profile(image)):
        image = image.icc_transform("srgb", embedded=True)
    single = image.interpretation in ("b-w", "grey16")
    image = image.colourspace("b-w" if single else "srgb")
    if image.hasalpha():
        image = image.flatten(background=[255] * (image.bands - 1))
    return image.cast("uchar")


def _has_profile(image: Any) -> bool:
    return bool(image.get_typeof("icc-profile-data"))


def _is_animated(content: bytes) -> bool:
    """Say whether a PNG announces further pictures, by a chunk before its pixels."""
    at = len(_PNG)
    while at + 8 <= len(content):
        length, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        if kind in (b"acTL", b"IDAT"):
            return kind == b"acTL"
        at += 12 + length
    return False


def _page(data: bytes, how: Name, *, width: int, height: int, gray: bool) -> bytes:
    dpi = _dpi(width, height)
    wide, high = round(width * 72 / dpi, 3), round(height * 72 / dpi, 3)
    with pikepdf.new() as pdf:
        image = Stream(
            pdf, data, Type=Name.XObject, Subtype=Name.Image, Width=width, Height=height,
            BitsPerComponent=8, ColorSpace=Name.DeviceGray if gray else Name.DeviceRGB,
        )  # fmt: skip
        image.Filter = how
        page = pdf.make_indirect(
            Dictionary(
                Type=Name.Page,
                MediaBox=Array([0, 0, wide, high]),
                Resources=Dictionary(XObject=Dictionary(P=image)),
                Contents=Stream(pdf, f"q {wide} 0 0 {high} 0 0 cm /P Do Q".encode()),
            )
        )
        pdf.pages.append(pikepdf.Page(page))
        made = BytesIO()
        # The same bytes for the same picture.
        pdf.save(made, deterministic_id=True, compress_streams=False)
    return made.getvalue()


def _dpi(width: int, height: int) -> float:
    """Give the resolution at which a picture fits A4, as it lies, within the bounds."""
    short, long = sorted((width, height))
    fitting = max(short / A4_PT[0], long / A4_PT[1]) * 72
    return min(MOST_DPI, max(LEAST_DPI, fitting))
