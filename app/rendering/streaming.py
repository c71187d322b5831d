"""Write the PDF of an edition page by page, for one person's copy: the first byte goes out at once.

The same few shapes as binding.py makes, in the same order of ideas: image, invisible words, one
font without shapes. The leak checker's list of shapes holds for these files as well (tests).
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator

from app.rendering import glyphless, pixels
from app.rendering.binding import page_contents
from app.rendering.pixels import Pixels
from app.rendering.shapes import BuiltPage

HEADER = b"%PDF-1.7\n%\xbf\xf7\xa2\xfe\n"
CATALOG, TREE, FONT, CID_FONT, DESCRIPTOR, FILE, GLYPHS, UNICODE = range(1, 9)
FIRST_PAGE = 9
OF_A_PAGE = 3


def stream_pdf(pages: Iterable[tuple[BuiltPage, Pixels]], count: int) -> Iterator[bytes]:
    """Yield a PDF of `count` pages, each with its own pixels (watermarked) and permitted words."""
    writer = _Writer()
    yield HEADER
    yield writer.object(CATALOG, f"<< /Pages {TREE} 0 R /Type /Catalog >>".encode())
    kids = " ".join(f"{FIRST_PAGE + OF_A_PAGE * at} 0 R" for at in range(count))
    tree = f"<< /Count {count} /Kids [ {kids} ] /Type /Pages >>"
    yield writer.object(TREE, tree.encode())
    yield _font(writer)
    for at, (page, picture) in enumerate(pages):
        yield _page(writer, FIRST_PAGE + OF_A_PAGE * at, page, picture)
    yield writer.end()


class _Writer:
    """Counts bytes and remembers where each object begins."""

    def __init__(self) -> None:
        self.length = len(HEADER)
        self.places: dict[int, int] = {}
        self.digest = hashlib.sha256(HEADER)

    def object(self, number: int, value: bytes, stream: bytes | None = None) -> bytes:
        """Give the bytes of one object."""
        self.places[number] = self.length
        body = value if stream is None else value + b"\nstream\n" + stream + b"\nendstream"
        block = b"%d 0 obj\n%s\nendobj\n" % (number, body)
        self.length += len(block)
        self.digest.update(block)
        return block

    def end(self) -> bytes:
        """Give the table of objects and the trailer."""
        size = len(self.places) + 1
        rows = b"".join(b"%010d 00000 n \n" % self.places[at] for at in range(1, size))
        name = self.digest.hexdigest()[:32].encode()
        return (
            b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, rows)
            + b"trailer << /Root %d 0 R /Size %d /ID [<%s><%s>] >>\n" % (CATALOG, size, name, name)
            + b"startxref\n%d\n%%%%EOF\n" % self.length
        )


def _page(writer: _Writer, number: int, page: BuiltPage, picture: Pixels) -> bytes:
    width, height = round(page.width_pt, 2), round(page.height_pt, 2)
    head = (
        f"<< /Contents {number + 2} 0 R /MediaBox [ 0 0 {width:g} {height:g} ] /Parent {TREE} 0 R "
        f"/Resources << /Font << /F {FONT} 0 R >> /XObject << /I {number + 1} 0 R >> >> "
        "/Type /Page >>"
    )
    packed = pixels.pack(picture)
    space = "/DeviceGray"
    if packed.palette is not None:
        last = len(packed.palette) // 3 - 1
        space = f"[ /Indexed /DeviceRGB {last} <{packed.palette.hex()}> ]"
    image = (
        f"<< /BitsPerComponent {packed.bits} /ColorSpace {space} /Filter /FlateDecode "
        f"/Height {packed.height} /Subtype /Image /Type /XObject /Width {packed.width} "
        f"/Length {len(packed.deflated)} >>"
    )
    contents = page_contents(page, width, height)
    return (
        writer.object(number, head.encode())
        + writer.object(number + 1, image.encode(), packed.deflated)
        + writer.object(number + 2, b"<< /Length %d >>" % len(contents), contents)
    )


def _font(writer: _Writer) -> bytes:
    file = glyphless.font_file()
    glyphs, letters = (
        zlib.compress(one, 9) for one in (glyphless.glyph_map(), glyphless.to_unicode())
    )
    packed = "<< /Filter /FlateDecode /Length {} >>"
    name = "/VitrineGlyphless"
    font = (
        f"<< /BaseFont {name} /DescendantFonts [ {CID_FONT} 0 R ] /Encoding /Identity-H "
        f"/Subtype /Type0 /ToUnicode {UNICODE} 0 R /Type /Font >>"
    )
    cid_font = (
        f"<< /BaseFont {name} /CIDSystemInfo << /Ordering (Identity) /Registry (Adobe) "
        f"/Supplement 0 >> /CIDToGIDMap {GLYPHS} 0 R /DW {glyphless.ADVANCE} "
        f"/FontDescriptor {DESCRIPTOR} 0 R /Subtype /CIDFontType2 /Type /Font >>"
    )
    descriptor = (
        f"<< /Ascent 800 /CapHeight 800 /Descent -200 /Flags 5 /FontBBox [ 0 0 0 0 ] "
        f"/FontFile2 {FILE} 0 R /FontName {name} /ItalicAngle 0 /StemV 80 /Type /FontDescriptor >>"
    )
    return (
        writer.object(FONT, font.encode())
        + writer.object(CID_FONT, cid_font.encode())
        + writer.object(DESCRIPTOR, descriptor.encode())
        + writer.object(FILE, f"<< /Length1 {len(file)} /Length {len(file)} >>".encode(), file)
        + writer.object(GLYPHS, packed.format(len(glyphs)).encode(), glyphs)
        + writer.object(UNICODE, packed.format(len(letters)).encode(), letters)
    )
