"""The list of shapes that an edition may consist of: part of the leak checker.

Whatever is not on the list fails, searched for or not. The digests of the font's three streams are
written down here, so that they cannot carry anything either.
"""

import hashlib
import re
import zlib
from dataclasses import dataclass
from typing import Any

from app.rendering.pdfstrict import Document, Name, NotPlain, Reference, Stream

FONT_FILE = "26c495adbf71296ce6a0352b7615142ccde89cac4144b96e316e33afd157309c"
TO_UNICODE = "aeebe2d1865895312b906b07726daaa066e5a1d93a51c60421ab52ac74f64821"
GLYPH_MAP = "291de8d4b566650ddb8d230211cdcf218a35c2f6e3e7ec611cbae0c0b70700d0"
MAX_INFLATED = 256 * 1024 * 1024

SHAPES: dict[str, set[str]] = {
    "trailer": {"ID", "Root", "Size"},
    "catalog": {"Type", "Pages"},
    "pages": {"Type", "Kids", "Count"},
    "page": {"Type", "Parent", "MediaBox", "Resources", "Contents"},
    "resources": {"XObject", "Font"},
    "image": {"Type", "Subtype", "Width", "Height", "BitsPerComponent", "ColorSpace", "Filter"}
    | {"Length"},
    "contents": {"Length"},
    "font": {"Type", "Subtype", "BaseFont", "Encoding", "DescendantFonts", "ToUnicode"},
    "cid font": {"Type", "Subtype", "BaseFont", "CIDSystemInfo", "FontDescriptor", "DW"}
    | {"CIDToGIDMap"},
    "system": {"Registry", "Ordering", "Supplement"},
    "descriptor": {"Type", "FontName", "Flags", "FontBBox", "ItalicAngle", "Ascent", "Descent"}
    | {"CapHeight", "StemV", "FontFile2"},
    "font file": {"Length", "Length1"},
    "deflated": {"Length", "Filter"},
}

NUMBER = r"-?\d+(?:\.\d+)?"
CONTENTS = re.compile(
    rf"q ({NUMBER}) 0 0 ({NUMBER}) 0 0 cm /I Do Q\n"
    rf"(?:q {NUMBER} 0 0 {NUMBER} 0 0 cm\nBT\n3 Tr\n/F 1 Tf\n"
    rf"(?P<words>(?:{NUMBER} 0 0 \d+ \d+ -?\d+ Tm <[0-9A-F]*> Tj\n)+)ET\nQ\n)?"
)
SHOWN = re.compile(r"<([0-9A-F]*)> Tj")


@dataclass(frozen=True, slots=True)
class Page:
    """A page as the list allows it: its text, its image's shape and its image's raw bytes."""

    text: str
    contents: bytes
    width: int
    height: int
    bits: int
    palette: bytes | None
    raw: bytes


class _Wrong(Exception):
    pass


def whitelist(document: Document) -> tuple[list[tuple[int, str]], list[Page]]:
    """Compare a document with the list; give what is wrong, and the pages if nothing is."""
    pages: list[Page] = []
    try:
        kids = _tree(document)["Kids"]
        _nothing_else(document, len(kids))
    except (_Wrong, NotPlain) as error:
        return [(0, str(error))], []
    for kid in kids:
        try:
            pages.append(_page(document, kid))
        except (_Wrong, NotPlain) as error:
            return [(len(pages) + 1, str(error))], []
    return [], pages


def _expect(condition: bool, what: str) -> None:
    if not condition:
        raise _Wrong(what)


def _shaped(document: Document, value: Any, shape: str) -> dict[str, Any]:
    found = document.resolve(value)
    entries = found.entries if isinstance(found, Stream) else found
    _expect(isinstance(entries, dict), f"{shape}: not a dictionary")
    _expect(set(entries) == SHAPES[shape], f"{shape}: keys {sorted(set(entries) ^ SHAPES[shape])}")
    return dict(entries)


def _tree(document: Document) -> dict[str, Any]:
    trailer = _shaped(document, document.trailer, "trailer")
    _expect(trailer["Size"] == len(document.objects) + 1, "trailer: size")
    ids = trailer["ID"]
    plain = isinstance(ids, list) and len(ids) == 2 and ids[0] == ids[1]
    _expect(plain and isinstance(ids[0], bytes) and len(ids[0]) == 16, "trailer: identifier")
    catalog = _shaped(document, trailer["Root"], "catalog")
    _expect(catalog["Type"] == Name("Catalog"), "catalog: type")
    tree = _shaped(document, catalog["Pages"], "pages")
    _expect(tree["Type"] == Name("Pages"), "pages: type")
    kids = tree["Kids"]
    unique = isinstance(kids, list) and all(isinstance(kid, Reference) for kid in kids)
    _expect(unique and len({kid.number for kid in kids}) == len(kids), "pages: kids")
    _expect(tree["Count"] == len(kids), "pages: count")
    return tree


def _page(document: Document, value: Any) -> Page:
    page = _shaped(document, value, "page")
    _expect(page["Type"] == Name("Page"), "page: type")
    box = page["MediaBox"]
    _expect(_numbers(box, 4) and box[0] == 0 and box[1] == 0, "page: box")
    resources = _shaped(document, page["Resources"], "resources")
    objects, fonts = (document.resolve(resources[key]) for key in ("XObject", "Font"))
    _expect(isinstance(objects, dict) and set(objects) == {"I"}, "page: objects")
    _expect(isinstance(fonts, dict) and set(fonts) == {"F"}, "page: fonts")
    _font(document, fonts["F"])
    contents = document.resolve(page["Contents"])
    _expect(isinstance(contents, Stream), "page: contents")
    _shaped(document, contents, "contents")
    _contents(contents.raw, box)
    return _image(document, objects["I"], contents.raw)


def _text(contents: bytes) -> str:
    shown = SHOWN.findall(contents.decode("ascii"))
    return "".join(bytes.fromhex(codes).decode("utf-16-be", "replace") for codes in shown)


def _contents(raw: bytes, box: list[Any]) -> None:
    try:
        match = CONTENTS.fullmatch(raw.decode("ascii"))
    except UnicodeDecodeError:
        match = None
    if match is None:
        raise _Wrong("contents: an operator that no edition holds")
    fills = float(match[1]) == float(box[2]) and float(match[2]) == float(box[3])
    _expect(fills, "contents: the image does not fill the page")
    shown = SHOWN.findall(match["words"] or "")
    _expect(all(len(codes) % 4 == 0 for codes in shown), "contents: half a character")


def _image(document: Document, value: Any, contents: bytes) -> Page:
    stream = document.resolve(value)
    _expect(isinstance(stream, Stream), "image: not a stream")
    image = _shaped(document, stream, "image")
    width, height, bits = (image[key] for key in ("Width", "Height", "BitsPerComponent"))
    whole = all(isinstance(number, int) and number > 0 for number in (width, height, bits))
    _expect(whole and bits in (4, 8), "image: size")
    kinds = (image["Type"], image["Subtype"], image["Filter"])
    _expect(kinds == (Name("XObject"), Name("Image"), Name("FlateDecode")), "image: kind")
    space = document.resolve(image["ColorSpace"])
    palette = None
    if space != Name("DeviceGray"):
        indexed = isinstance(space, list) and len(space) == 4 and bits == 8
        _expect(indexed and space[:2] == [Name("Indexed"), Name("DeviceRGB")], "image: colours")
        palette = space[3]
        fits = isinstance(palette, bytes) and len(palette) == 3 * (int(space[2]) + 1)
        _expect(fits and len(palette) <= 768, "image: palette")
    return Page(_text(contents), contents, width, height, bits, palette, stream.raw)


def _font(document: Document, value: Any) -> None:
    font = _shaped(document, value, "font")
    base = Name("VitrineGlyphless")
    kinds = (font["Type"], font["Subtype"], font["BaseFont"], font["Encoding"])
    _expect(kinds == (Name("Font"), Name("Type0"), base, Name("Identity-H")), "font: kind")
    _digest(document, font["ToUnicode"], "deflated", TO_UNICODE)
    descendants = document.resolve(font["DescendantFonts"])
    _expect(isinstance(descendants, list) and len(descendants) == 1, "font: descendants")
    cid = _shaped(document, descendants[0], "cid font")
    kinds = (cid["Type"], cid["Subtype"], cid["BaseFont"], cid["DW"])
    _expect(kinds == (Name("Font"), Name("CIDFontType2"), base, 500), "font: cid kind")
    system = _shaped(document, cid["CIDSystemInfo"], "system")
    expected = {"Registry": b"Adobe", "Ordering": b"Identity", "Supplement": 0}
    _expect(system == expected, "font: system")
    _digest(document, cid["CIDToGIDMap"], "deflated", GLYPH_MAP)
    descriptor = _shaped(document, cid["FontDescriptor"], "descriptor")
    file = descriptor.pop("FontFile2")
    _digest(document, file, "font file", FONT_FILE)
    plain = {"Type": Name("FontDescriptor"), "FontName": base, "Flags": 5, "ItalicAngle": 0}
    plain |= {"FontBBox": [0, 0, 0, 0], "Ascent": 800, "Descent": -200}
    _expect(descriptor == plain | {"CapHeight": 800, "StemV": 80}, "font: descriptor")


def _digest(document: Document, value: Any, shape: str, digest: str) -> None:
    stream = document.resolve(value)
    _expect(isinstance(stream, Stream), f"{shape}: not a stream")
    entries = _shaped(document, stream, shape)
    content = stream.raw
    if shape == "deflated":
        _expect(entries["Filter"] == Name("FlateDecode"), "font: filter")
        content = inflate(content, limit=1024 * 1024)
    else:
        _expect(entries["Length1"] == len(content), "font file: length")
    _expect(hashlib.sha256(content).hexdigest() == digest, f"{shape}: not the one glyphless font")


def inflate(raw: bytes, *, limit: int = MAX_INFLATED) -> bytes:
    """Inflate a stream wholly; raises NotPlain for bytes behind its end or too many of them."""
    engine = zlib.decompressobj()
    try:
        content = engine.decompress(raw, limit)
    except zlib.error as error:
        raise NotPlain("a stream that cannot be inflated") from error
    if not engine.eof or engine.unused_data or engine.unconsumed_tail:
        raise NotPlain("bytes behind the end of a stream")
    return content


def _numbers(value: Any, count: int) -> bool:
    return (
        isinstance(value, list)
        and len(value) == count
        and all(isinstance(item, int | float) for item in value)
    )


def _nothing_else(document: Document, pages: int) -> None:
    # Catalog, tree, five of the font; page, contents and image for each page.
    _expect(len(document.objects) == 8 + 3 * pages, "objects beyond those of the pages")
