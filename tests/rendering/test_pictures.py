"""Pictures as PDF: their pixels and nothing else, upright, refused where they are too much."""

import io
import struct
import time
import zlib

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from app.domain.filekinds import FileKind
from app.rendering.conversion import convert_source
from app.rendering.sandbox import (
    SourceRefused,
    build_pages,
    extract_pages,
    inspect_source,
)
from app.rendering.shapes import Box, PageJob

CANARY = "CANARYQUOKKA"
RED, WHITE = (200, 30, 30), (255, 255, 255)


def drawn(mode: str = "RGB", size: tuple[int, int] = (300, 200)) -> Image.Image:
    """Draw a red corner, top left, on white."""
    image = Image.new("RGB", size, WHITE)
    image.paste(RED, (0, 0, size[0] // 3, size[1] // 3))
    return image.convert(mode)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """Give a picture's bytes."""
    made = io.BytesIO()
    image.save(made, kind, **options)
    return made.getvalue()


def converted(content: bytes) -> bytes:
    """Make the PDF in the child."""
    kind = FileKind.PNG if content.startswith(b"\x89PNG") else FileKind.JPEG
    return convert_source(content, kind=kind).pdf


def refusal(content: bytes) -> SourceRefused:
    """Convert what must be refused."""
    with pytest.raises(SourceRefused) as caught:
        converted(content)
    return caught.value


def shown(pdf: bytes) -> Image.Image:
    """Render the one page."""
    with pdfium.PdfDocument(pdf) as document:
        assert len(document) == 1
        image: Image.Image = document[0].render(scale=2).to_pil().convert("RGB")
    return image


def described_png() -> bytes:
    """Give a PNG with a canary in every place that is not a pixel."""
    text = PngInfo()
    text.add_text("Comment", CANARY)
    text.add_itxt("XML:com.adobe.xmp", f"<x:xmpmeta>{CANARY}</x:xmpmeta>")
    text.add_text("Packed", CANARY, zip=True)
    exif = Image.Exif()
    exif[0x010E] = CANARY
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = saved(drawn(), "PNG", pnginfo=text, exif=exif, icc_profile=profile + CANARY.encode())
    return made + CANARY.encode()


def described_jpeg() -> bytes:
    """Give a JPEG with a canary in every place that is not a pixel."""
    exif = Image.Exif()
    exif[0x010E] = CANARY
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = saved(
        drawn(), "JPEG", exif=exif, comment=CANARY.encode(),
        icc_profile=profile + CANARY.encode(), xmp=f"<x>{CANARY}</x>".encode(),
    )  # fmt: skip
    return made + saved(drawn(), "JPEG", comment=CANARY.encode()) + CANARY.encode()


@pytest.mark.parametrize("content", [described_png(), described_jpeg()], ids=["png", "jpeg"])
def test_nothing_but_pixels_goes_on(content: bytes) -> None:
    assert content.count(CANARY.encode()) >= 3, "the canary is there to begin with"
    pdf = converted(content)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        streams = [
            bytes(o.read_raw_bytes()) for o in opened.objects if isinstance(o, pikepdf.Stream)
        ]
        assert set(opened.trailer.keys()) <= {"/Root", "/Size", "/ID"}
        (image,) = opened.pages[0].get_images().values()
        assert set(image.keys()) <= {
            "/Type", "/Subtype", "/Width", "/Height", "/BitsPerComponent", "/ColorSpace",
            "/Filter", "/Length",
        }  # fmt: skip
    for held in (pdf, *streams):
        assert CANARY.encode() not in held
    for sign in (b"Exif", b"ICC_PROFILE", b"xmpmeta", b"http://ns.adobe"):
        assert sign not in pdf
    (page,) = build_pages(pdf, pages=[PageJob(number=1, boxes=(), words=())], dpi=110)
    assert CANARY.encode() not in page.png


def test_a_box_covers_a_picture_as_any_page() -> None:
    pdf = converted(saved(drawn(), "PNG"))
    job = PageJob(number=1, boxes=(Box(0, 0, 70, 50),), words=())
    (page,) = build_pages(pdf, pages=[job], dpi=110)
    painted = Image.open(io.BytesIO(page.png)).convert("RGB")
    assert painted.getpixel((3, 3)) == (0, 0, 0)
    assert RED not in {painted.getpixel((x, y)) for x in range(0, 100, 5) for y in range(0, 66, 5)}
    (read,) = extract_pages(pdf, first=1, last=1)
    assert (read.words, read.hidden) == ((), ())


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "LA", "1"])
def test_a_png_of_every_kind_is_shown_as_it_looks(mode: str) -> None:
    image = shown(converted(saved(drawn(mode), "PNG")))
    expected = drawn(mode).convert("RGB").getpixel((10, 10)) if mode != "1" else None
    if expected is not None:
        assert image.getpixel((10, 10)) == pytest.approx(expected, abs=40)
    assert image.getpixel((image.width - 10, image.height - 10)) == WHITE


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_jpeg_of_every_kind_is_shown_as_it_looks(mode: str) -> None:
    image = shown(converted(saved(drawn(mode), "JPEG", quality=95)))
    corner = image.getpixel((10, 10))
    assert isinstance(corner, tuple)
    if mode == "L":
        assert corner[0] == corner[1] == corner[2] < 120
    else:
        assert corner[0] > 150
        assert max(corner[1:]) < 100
    assert image.getpixel((image.width - 10, image.height - 10)) == pytest.approx(WHITE, abs=6)


def test_deep_and_interlaced_and_progressive_pictures_are_read() -> None:
    deep = Image.fromarray(np.full((200, 300), 40_000, dtype=np.uint16))
    assert shown(converted(saved(deep, "PNG"))).getpixel((9, 9)) == pytest.approx((155,) * 3, abs=2)
    assert shown(converted(interlaced())).getpixel((9, 9)) == (0, 0, 0)
    progressive = saved(drawn(), "JPEG", progressive=True)
    assert shown(converted(progressive)).getpixel((9, 9)) == pytest.approx(RED, abs=12)


def interlaced() -> bytes:
    """Give a black PNG of 32 × 32 pixels in Adam7, written by hand."""
    rows = b""
    for x0, y0, dx, dy in ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4),
                           (1, 0, 2, 2), (0, 1, 1, 2)):  # fmt: skip
        rows += (b"\0" + b"\0" * ((32 - x0 + dx - 1) // dx)) * ((32 - y0 + dy - 1) // dy)
    return png_of(struct.pack(">IIBBBBB", 32, 32, 8, 0, 0, 0, 1), rows)


def png_of(header: bytes, rows: bytes, *before: tuple[bytes, bytes]) -> bytes:
    """Write a PNG by hand."""
    chunks = [(b"IHDR", header), *before, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def test_a_picture_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn to the right
    image = shown(converted(saved(drawn(), "JPEG", exif=exif)))
    assert image.height > image.width
    assert image.getpixel((image.width - 9, 9)) == pytest.approx(RED, abs=12)
    assert image.getpixel((9, 9)) == pytest.approx(WHITE, abs=6)


@pytest.mark.parametrize(
    ("size", "page"),
    [
        ((300, 200), (300 * 72 / 110, 200 * 72 / 110)),  # small: no larger than it is
        ((1240, 1754), (595.276, 842.0)),  # an A4 scan: A4
        ((1920, 1080), (841.89, 473.56)),  # a screen: as wide as A4 lies
        ((4000, 3000), (4000 * 72 / 220, 3000 * 72 / 220)),  # large: nothing is lost at 220
    ],
)
def test_a_page_is_as_large_as_its_picture(
    size: tuple[int, int], page: tuple[float, float]
) -> None:
    facts = inspect_source(converted(saved(Image.new("L", size, 255), "PNG")))
    assert facts.sizes[0] == pytest.approx(page, abs=0.5)


def test_the_same_picture_gives_the_same_bytes() -> None:
    for kind in ("PNG", "JPEG"):
        content = saved(drawn(), kind)
        assert converted(content) == converted(content)


def bomb(width: int, height: int) -> bytes:
    """Give a black PNG of one bit a pixel that is small as a file."""
    packed = zlib.compressobj(9)
    row, rows = b"\0" + b"\0" * (width // 8), b""
    for _ in range(0, height, 100):
        rows += packed.compress(row * 100)
    rows += packed.flush()
    made = png_of(struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0), b"")
    at = made.index(b"IDAT") - 4
    chunk = b"IDAT" + rows
    idat = struct.pack(">I", len(rows)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return made[:at] + idat + made[-12:]


def test_a_bomb_is_refused_by_its_header() -> None:
    content = bomb(60_000, 60_000)
    assert len(content) < 1_000_000
    started = time.monotonic()
    assert refusal(content).reason == "too-many-pixels"
    assert time.monotonic() - started < 15


HOSTILE = {
    "half a JPEG": (saved(drawn(size=(900, 900)), "JPEG")[:2000], "broken-image"),
    "half a PNG": (saved(drawn(), "PNG")[:200], "broken-image"),
    "a header alone": (b"\x89PNG\r\n\x1a\n", "broken-image"),
    "a JPEG of nothing": (b"\xff\xd8\xff\xe0" + b"\0" * 100, "broken-image"),
    "one dot": (saved(Image.new("L", (1, 1)), "PNG"), "too-few-pixels"),
    "a thread": (saved(Image.new("L", (20_000, 1)), "PNG"), "too-few-pixels"),
    "a film": (
        saved(drawn(), "PNG", save_all=True, append_images=[drawn("L").convert("RGB")]),
        "several-images",
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_pictures_are_refused(what: str) -> None:
    content, reason = HOSTILE[what]
    assert refusal(content).reason == reason


def test_a_profile_that_lies_ends_no_service() -> None:
    content = saved(drawn(), "JPEG", icc_profile=b"\0\0\xff\xff" * 500)
    try:
        assert shown(converted(content)).getpixel((9, 9)) == pytest.approx(RED, abs=12)
    except SourceRefused as refused:
        assert refused.reason == "broken-image"
