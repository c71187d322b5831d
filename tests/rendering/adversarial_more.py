"""More hand-made PDFs, from class 25 on; the first ones and what all share are in adversarial."""

import io
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

from tests.rendering.adversarial import (
    LINE,
    MIDDLE,
    SHOWN,
    add_page,
    attach,
    case,
    form,
    gray_image,
    helvetica,
    plain_line,
    saved,
    simple,
    to_unicode,
)


@case("25", "earlier revision", naive_leaks=False)
def earlier_revision(secret: str) -> bytes:
    import pypdf

    first = io.BytesIO(simple(plain_line(secret)))
    writer = pypdf.PdfWriter(first, incremental=True)
    stream = pypdf.generic.DecodedStreamObject()
    stream.set_data((LINE + plain_line("cover")).encode())
    writer.pages[0][pypdf.generic.NameObject("/Contents")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@case("26", "bytes behind the end", naive_leaks=False)
def behind_the_end(secret: str) -> bytes:
    return simple("") + b"PK\x03\x04" + secret.encode() + b"\n"


@case("27", "unused objects")
def unused_objects(secret: str) -> bytes:
    pdf = pikepdf.new()
    page = add_page(pdf, LINE)
    page.obj.Resources.XObject = Dictionary(Unused=form(pdf, plain_line(secret)))
    return saved(pdf)


@case("28", "linearised", shows=SHOWN)
def linearised(secret: str) -> bytes:
    pdf = pikepdf.new()
    add_page(pdf, LINE + plain_line(secret))
    return saved(pdf, linearize=True)


@case("29", "owner password", shows=SHOWN)
def owner_password(secret: str) -> bytes:
    pdf = pikepdf.new()
    add_page(pdf, LINE + plain_line(secret))
    return saved(pdf, encryption=pikepdf.Encryption(owner="owner", user="", R=6))


@case("30", "hyphen at a line's end", shows=((1, (80.0, 34.0, 240.0, 75.0)),))
def hyphenated(secret: str) -> bytes:
    first, second = secret[:5], secret[5:]
    return simple(plain_line(first + "-") + f"BT /F1 12 Tf 90 135 Td ({second}) Tj ET\n")


@case(
    "31",
    "across a page break",
    shows=((1, (20.0, 150.0, 200.0, 190.0)), (2, (10.0, 10.0, 200.0, 30.0))),
    pages=2,
)
def page_break(secret: str) -> bytes:
    pdf = pikepdf.new()
    add_page(pdf, LINE + f"BT /F1 12 Tf 30 25 Td ({secret[:6]}-) Tj ET\n")
    add_page(pdf, f"BT /F1 12 Tf 20 178 Td ({secret[6:]}) Tj ET\n")
    return saved(pdf)


@case("32", "tiling pattern", shows=((1, (0.0, 100.0, 360.0, 200.0)),))
def tiling_pattern(secret: str) -> bytes:
    pdf = pikepdf.new()
    page = add_page(pdf, LINE + "/Pattern cs /P scn 10 10 300 60 re f\n")
    pattern = Stream(
        pdf,
        f"BT /F1 10 Tf 2 4 Td ({secret}) Tj ET".encode(),
        Type=Name.Pattern,
        PatternType=1,
        PaintType=1,
        TilingType=1,
        BBox=Array([0, 0, 100, 20]),
        XStep=100,
        YStep=20,
        Resources=Dictionary(Font=Dictionary(F1=helvetica(pdf))),
    )
    page.obj.Resources.Pattern = Dictionary(P=pattern)
    return saved(pdf)


@case("33", "soft mask", shows=((1, (0.0, 100.0, 360.0, 200.0)),))
def soft_mask(secret: str) -> bytes:
    pdf = pikepdf.new()
    page = add_page(pdf, LINE + "q /G gs 0.5 g 10 10 300 60 re f Q\n")
    group = form(
        pdf, f"1 g BT /F1 20 Tf 20 30 Td ({secret}) Tj ET", Font=Dictionary(F1=helvetica(pdf))
    )
    group.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceGray)
    mask = Dictionary(Type=Name.Mask, S=Name.Luminosity, G=group)
    page.obj.Resources.ExtGState = Dictionary(G=Dictionary(Type=Name.ExtGState, SMask=mask))
    return saved(pdf)


@case("34", "clip text", shows=SHOWN)
def clip_text(secret: str) -> bytes:
    return simple(f"q BT 7 Tr /F1 12 Tf 90 150 Td ({secret}) Tj ET 0.3 g 80 140 160 30 re f Q\n")


@case("35", "comments and inline image")
def comments(secret: str) -> bytes:
    data = secret.encode().ljust(16, b".")
    head = f"% {secret}\nq 20 0 0 20 20 60 cm BI /W 4 /H 4 /BPC 8 /CS /G ID ".encode()
    # The inline image shows other pixels for another secret, so it is put under an opaque square.
    pdf = pikepdf.new()
    cover = b"\nEI Q 0.5 g 10 50 60 60 re f 0 g\n"
    add_page(pdf, LINE.encode() + head + data + cover)
    return saved(pdf)


@case("36", "scan with text layer", shows=SHOWN)
def scan(secret: str) -> bytes:
    pdf = pikepdf.new()
    content = LINE + "q 150 0 0 16 85 146 cm /Im Do Q BT 3 Tr /F1 12 Tf 90 150 Td "
    page = add_page(pdf, content + f"({secret}) Tj ET\n")
    pixels = zlib.crc32(secret.encode()).to_bytes(4, "big") * 8
    page.obj.Resources.XObject = Dictionary(Im=gray_image(pdf, pixels, 16, 2))
    return saved(pdf)


@case("37", "vector shapes", shows=SHOWN, naive_leaks=False)
def vector_shapes(secret: str) -> bytes:
    bars = "".join(
        f"{90 + 8 * at} 148 3 {ord(one) % 12 + 1} re f\n" for at, one in enumerate(secret)
    )
    return simple(bars)


@case("38", "tiny text", shows=((1, (10.0, 100.0, 60.0, 130.0)),))
def tiny(secret: str) -> bytes:
    return simple(f"BT /F1 0.4 Tf 20 80 Td ({secret}) Tj ET\n")


@case("38b", "text squeezed sideways", shows=((1, (10.0, 70.0, 80.0, 140.0)),))
def squeezed(secret: str) -> bytes:
    return simple(f"BT 2 Tz /F1 12 Tf 20 80 Td ({secret}) Tj ET\n")


@case("38c", "text squeezed flat", shows=((1, (10.0, 100.0, 360.0, 130.0)),))
def flat(secret: str) -> bytes:
    return simple(f"BT /F1 1 Tf 14 0 0 0.5 20 80 Tm ({secret}) Tj ET\n")


@case("39", "overprinted thrice", shows=SHOWN)
def overprinted(secret: str) -> bytes:
    return simple(plain_line(secret) * 3)


@case("40", "huge page", shows=((1, (0.0, 0.0, 150000.0, 13000.0)),), keeps=())
def huge(secret: str) -> bytes:
    pdf = pikepdf.new()
    content = f"BT /F1 400 Tf 900 13000 Td ({secret}) Tj ET\n"
    add_page(pdf, content, size=(14400, 14400)).obj.UserUnit = 10
    return saved(pdf, min_version="1.6")


@case("41", "portfolio with an inner file")
def portfolio(secret: str) -> bytes:
    pdf = pikepdf.new()
    add_page(pdf, LINE)
    attach(pdf, "inner.pdf", simple(plain_line(secret)), description="")
    pdf.Root.Collection = Dictionary(Type=Name.Collection)
    return saved(pdf)


@case("42", "launch action, language, identifier")
def launch(secret: str) -> bytes:
    pdf = pikepdf.new()
    page = add_page(pdf, LINE)
    page.obj.AA = Dictionary(O=Dictionary(S=Name.Launch, F=String(secret)))
    pdf.Root.Lang = String(secret)
    pdf.trailer.ID = Array([String(secret), String(secret)])
    return saved(pdf, deterministic_id=False, static_id=False)


@case("43", "image metadata")
def image_metadata(secret: str) -> bytes:
    pdf = pikepdf.new()
    page = add_page(pdf, LINE + "q 20 0 0 20 20 60 cm /Im Do Q\n")
    image = gray_image(pdf, b"\x80" * 4, 2, 2)
    image.Metadata = Stream(pdf, secret.encode(), Type=Name.Metadata, Subtype=Name.XML)
    page.obj.Resources.XObject = Dictionary(Im=image)
    return saved(pdf)


@case("44", "octal escapes", shows=SHOWN)
def octal(secret: str) -> bytes:
    return simple(MIDDLE.format("(" + "".join(f"\\{ord(one):03o}" for one in secret) + ") Tj"))


@case("45", "white text over visible text", same_pixels=False)
def white_over_text(secret: str) -> bytes:
    return simple(f"1 g BT /F1 12 Tf 20 150 Td ({secret}) Tj ET 0 g\n" + LINE)


@case("46", "text in the colour of its ground")
def on_ground(secret: str) -> bytes:
    return simple(f"0.2 0.4 0.6 rg 10 60 200 40 re f BT /F1 12 Tf 20 80 Td ({secret}) Tj ET 0 g\n")


@case("47", "text over texture")
def over_texture(secret: str) -> bytes:
    lines = "".join(f"{20 + step} 70 1 30 re f\n" for step in range(0, 160, 2))
    hidden = f"BT 3 Tr /F1 12 Tf 20 80 Td ({secret}) Tj ET\n"
    return simple(lines + hidden)


@case("48", "text below text")
def below_text(secret: str) -> bytes:
    pdf = pikepdf.new()
    blocks = "BT /Z 90 Tf 20 65 Td (n) Tj ET\n"
    page = add_page(pdf, LINE + f"BT /F1 9 Tf 30 85 Td ({secret}) Tj ET\n" + blocks)
    page.obj.Resources.Font.Z = Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.ZapfDingbats
    )
    return saved(pdf)


@case("49", "text clipped away")
def clipped_away(secret: str) -> bytes:
    return simple(f"q 0 0 5 5 re W n BT /F1 12 Tf 20 80 Td ({secret}) Tj ET Q\n")


@case("50", "transparent text")
def transparent(secret: str) -> bytes:
    pdf = pikepdf.new()
    page = add_page(pdf, LINE + f"q /G gs BT /F1 12 Tf 20 80 Td ({secret}) Tj ET Q\n")
    page.obj.Resources.ExtGState = Dictionary(G=Dictionary(Type=Name.ExtGState, ca=0.02, CA=0.02))
    return saved(pdf)


@case("51", "font that spells another word")
def lying_font(secret: str) -> bytes:
    pdf = pikepdf.new()
    shown = "ambidextrous"  # twelve different letters, as many as the secret has
    page = add_page(pdf, LINE + f"BT /L 12 Tf 90 100 Td ({shown}) Tj ET\n")
    font = helvetica(pdf)
    font.ToUnicode = to_unicode(
        pdf, {ord(code): letter for code, letter in zip(shown, secret, strict=True)}
    )
    page.obj.Resources.Font.L = font
    return saved(pdf)


@case("52", "turned font that spells another word")
def turned_lying_font(secret: str) -> bytes:
    source = pikepdf.open(io.BytesIO(lying_font(secret)))
    source.pages[0].obj.Rotate = 90
    return saved(source)
