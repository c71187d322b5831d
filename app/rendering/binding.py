"""Write a PDF from nothing: one image and one invisible text layer per page, and nothing else.

The structure is a short list that the leak checker knows by heart (leakcheck.py shares no code with
this module): catalog, page tree, pages, images, contents, one glyphless font.
"""

import io
import unicodedata
import zlib
from collections.abc import Iterable

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from app.rendering import glyphless, pixels
from app.rendering.shapes import BuiltPage, PixelWord


def write_pdf(pages: Iterable[BuiltPage]) -> bytes:
    """Bind built pages to a PDF, in the order given; the same pages give the same bytes."""
    pdf = pikepdf.new()
    font = _font(pdf)
    for page in pages:
        pdf.pages.append(pikepdf.Page(_page(pdf, page, font)))
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    out = io.BytesIO()
    pdf.save(
        out,
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        compress_streams=False,
        fix_metadata_version=False,
        force_version="1.7",
    )
    return out.getvalue()


def _page(pdf: pikepdf.Pdf, page: BuiltPage, font: pikepdf.Object) -> pikepdf.Object:
    width, height = round(page.width_pt, 2), round(page.height_pt, 2)
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Page,
            MediaBox=Array([0, 0, width, height]),
            Resources=Dictionary(XObject=Dictionary(I=_image(pdf, page)), Font=Dictionary(F=font)),
            Contents=_stream(pdf, page_contents(page, width, height)),
        )
    )


def _image(pdf: pikepdf.Pdf, page: BuiltPage) -> pikepdf.Object:
    packed = pixels.pack(pixels.decode_png(page.png))
    space: pikepdf.Object = Name.DeviceGray
    if packed.palette is not None:
        last = len(packed.palette) // 3 - 1
        space = Array([Name.Indexed, Name.DeviceRGB, last, pikepdf.String(packed.palette)])
    return Stream(
        pdf,
        packed.deflated,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=packed.width,
        Height=packed.height,
        BitsPerComponent=packed.bits,
        ColorSpace=space,
        Filter=Name.FlateDecode,
    )


def _stream(pdf: pikepdf.Pdf, content: bytes) -> pikepdf.Object:
    return Stream(pdf, content)


def page_contents(page: BuiltPage, width: float, height: float) -> bytes:
    """Place the image, then the words, each in its box of whole pixels."""
    across, down = width / page.width_px, height / page.height_px
    lines = [f"q {width:g} 0 0 {height:g} 0 0 cm /I Do Q"]
    if page.words:
        lines += [f"q {across:.6f} 0 0 {down:.6f} 0 0 cm", "BT", "3 Tr", "/F 1 Tf"]
        lines += [_show(word, page.height_px) for word in page.words]
        lines += ["ET", "Q"]
    return ("\n".join(lines) + "\n").encode("ascii")


def _show(word: PixelWord, page_height: int) -> str:
    text = printable(word.text)
    high = word.y1 - word.y0
    # Every glyph is half an em wide: this stretch makes the word exactly as wide as its box.
    stretch = 2 * (word.x1 - word.x0) / max(1, len(text))
    base = page_height - word.y1 + high // 5
    codes = (text + " ").encode("utf-16-be").hex().upper()
    return f"{stretch:.3f} 0 0 {high} {word.x0} {base} Tm <{codes}> Tj"


def printable(text: str) -> str:
    """Give the text as the font can say it: the basic plane, else a replacement character."""
    plain = "".join(
        letter if ord(letter) < 0x10000 else unicodedata.normalize("NFKC", letter)
        for letter in text
    )
    return "".join(letter if ord(letter) < 0x10000 else "\ufffd" for letter in plain)


def _font(pdf: pikepdf.Pdf) -> pikepdf.Object:
    base = Name("/VitrineGlyphless")
    file = glyphless.font_file()
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=base,
        Flags=5,
        FontBBox=Array([0, 0, 0, 0]),
        ItalicAngle=0,
        Ascent=800,
        Descent=-200,
        CapHeight=800,
        StemV=80,
        FontFile2=Stream(pdf, file, Length1=len(file)),
    )
    cid_font = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=base,
        CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor),
        DW=glyphless.ADVANCE,
        CIDToGIDMap=_deflated(pdf, glyphless.glyph_map()),
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=base,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(cid_font)]),
            ToUnicode=_deflated(pdf, glyphless.to_unicode()),
        )
    )


def _deflated(pdf: pikepdf.Pdf, content: bytes) -> pikepdf.Object:
    return Stream(pdf, zlib.compress(content, 9), Filter=Name.FlateDecode)
