"""Hand-made PDFs that each hide a secret in a way of its own (the classes of REDACTION.md).

Each maker takes the secret and gives a source file; the same maker with two secrets of the same
kind gives two files that differ in nothing else. `WHERE` is the rectangle, in points of the page as
displayed, that covers the visible secret of a case.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

WIDTH, HEIGHT = 360, 200
LINE = "BT /F1 12 Tf 20 150 Td (harbour) Tj ET BT /F1 12 Tf 250 150 Td (lantern) Tj ET\n"
WHERE = (80.0, 34.0, 240.0, 58.0)
WHOLE = (0.0, 0.0, 4000.0, 4000.0)
MIDDLE = "BT /F1 12 Tf 90 150 Td {} ET\n"


@dataclass(frozen=True)
class Case:
    """One class: its number and name, a maker, where the secret shows (page, rectangle)."""

    number: str
    name: str
    make: Callable[[str], bytes]
    shows: tuple[tuple[int, tuple[float, float, float, float]], ...]
    pages: int
    keeps: tuple[str, ...]
    naive_leaks: bool
    same_pixels: bool

    def __str__(self) -> str:
        """Give the name that pytest shows."""
        return f"{self.number}-{self.name.replace(' ', '-')}"


CASES: list[Case] = []
Maker = Callable[[str], bytes]


def case(
    number: str,
    name: str,
    *,
    shows: tuple[tuple[int, tuple[float, float, float, float]], ...] = (),
    pages: int = 1,
    keeps: tuple[str, ...] = ("harbour", "lantern"),
    naive_leaks: bool = True,
    same_pixels: bool = True,
) -> Callable[[Maker], Maker]:
    """Enter a maker in the table."""

    def enter(make: Maker) -> Maker:
        CASES.append(Case(number, name, make, shows, pages, keeps, naive_leaks, same_pixels))
        return make

    return enter


def helvetica(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """Give a standard font."""
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding
    )
    return pdf.make_indirect(font)


def add_page(
    pdf: pikepdf.Pdf, content: str | bytes, *, size: tuple[float, float] = (WIDTH, HEIGHT)
) -> pikepdf.Page:
    """Append a page with the given content and one font F1."""
    body = content if isinstance(content, bytes) else content.encode("latin-1")
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, *size]),
        Resources=Dictionary(Font=Dictionary(F1=helvetica(pdf))),
        Contents=Stream(pdf, body),
    )
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    return pdf.pages[-1]


def saved(pdf: pikepdf.Pdf, **options: object) -> bytes:
    """Give the bytes of a file made here, the same for the same content."""
    out = io.BytesIO()
    if "encryption" not in options:
        options.setdefault("deterministic_id", True)
    pdf.save(out, **options)
    return out.getvalue()


def simple(content: str) -> bytes:
    """Give a file of one page with the usual line and more content."""
    pdf = pikepdf.new()
    add_page(pdf, LINE + content)
    return saved(pdf)


def plain_line(secret: str) -> str:
    """Give content that shows the secret between the two kept words."""
    return MIDDLE.format(f"({secret}) Tj")


SHOWN = ((1, WHERE),)


@case("01", "plain", shows=SHOWN)
def plain(secret: str) -> bytes:
    return simple(plain_line(secret))


@case("02", "split runs", shows=SHOWN)
def split_runs(secret: str) -> bytes:
    return simple(MIDDLE.format("[" + " -5 ".join(f"({letter})" for letter in secret) + "] TJ"))


def glyph_by_glyph(secret: str, order: list[int]) -> str:
    """Draw the secret's letters one by one at fixed places, in any order."""
    draw = [f"BT /F1 12 Tf {90 + 9 * at} 150 Td ({secret[at]}) Tj ET" for at in order]
    return "\n".join(draw) + "\n"


@case("03", "reversed glyphs", shows=SHOWN)
def reversed_glyphs(secret: str) -> bytes:
    return simple(glyph_by_glyph(secret, list(range(len(secret)))[::-1]))


@case("03b", "shuffled glyphs", shows=SHOWN)
def shuffled_glyphs(secret: str) -> bytes:
    places = list(range(len(secret)))
    return simple(glyph_by_glyph(secret, places[1::2] + places[::2]))


@case("04", "white text elsewhere")
def white_text(secret: str) -> bytes:
    return simple(f"1 g BT /F1 12 Tf 20 80 Td ({secret}) Tj ET 0 g\n")


@case("05", "invisible render mode")
def invisible(secret: str) -> bytes:
    return simple(f"BT 3 Tr /F1 12 Tf 20 80 Td ({secret}) Tj ET\n")


@case("06", "under an image")
def under_image(secret: str) -> bytes:
    pdf = pikepdf.new()
    content = f"BT /F1 12 Tf 20 80 Td ({secret}) Tj ET q 200 0 0 40 10 70 cm /Im Do Q\n"
    page = add_page(pdf, LINE + content)
    page.obj.Resources.XObject = Dictionary(Im=gray_image(pdf, b"\xc0" * 4, 2, 2))
    return saved(pdf)


def gray_image(pdf: pikepdf.Pdf, pixels: bytes, width: int, height: int) -> Stream:
    """Give a small gray image."""
    return Stream(
        pdf,
        pixels,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=width,
        Height=height,
        BitsPerComponent=8,
        ColorSpace=Name.DeviceGray,
    )


@case("07", "outside the crop box")
def outside_crop(secret: str) -> bytes:
    pdf = pikepdf.new()
    page = add_page(pdf, LINE + f"BT /F1 12 Tf 20 20 Td ({secret}) Tj ET\n")
    page.obj.CropBox = Array([0, 100, WIDTH, HEIGHT])
    return saved(pdf)


@case("08", "rotated by 90", shows=((1, (142.0, 80.0, 166.0, 240.0)),))
def rotated(secret: str) -> bytes:
    pdf = pikepdf.new()
    add_page(pdf, LINE + plain_line(secret)).obj.Rotate = 90
    return saved(pdf)


@case("09", "crop box and rotated by 270", shows=((1, (14.0, 110.0, 58.0, 270.0)),))
def cropped_and_rotated(secret: str) -> bytes:
    pdf = pikepdf.new()
    page = add_page(pdf, LINE + plain_line(secret))
    page.obj.Rotate = 270
    page.obj.CropBox = Array([10, 50, 350, 180])
    return saved(pdf)


@case("10", "user unit", shows=SHOWN)
def user_unit(secret: str) -> bytes:
    pdf = pikepdf.new()
    add_page(pdf, LINE + plain_line(secret)).obj.UserUnit = 2
    return saved(pdf, min_version="1.6")


@case("11", "nested forms", shows=SHOWN)
def nested_forms(secret: str) -> bytes:
    pdf = pikepdf.new()
    page = add_page(pdf, LINE + "/Fm Do\n")
    inner = form(pdf, plain_line(secret), Font=Dictionary(F1=helvetica(pdf)))
    outer = form(pdf, "/Fm Do", XObject=Dictionary(Fm=inner))
    page.obj.Resources.XObject = Dictionary(Fm=outer)
    return saved(pdf)


def form(pdf: pikepdf.Pdf, content: str, **resources: pikepdf.Object) -> Stream:
    """Give a form XObject."""
    return Stream(
        pdf,
        content.encode("latin-1"),
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, WIDTH, HEIGHT]),
        Resources=Dictionary(**resources),
    )


@case("12", "type 3 font", shows=SHOWN)
def type3(secret: str) -> bytes:
    pdf = pikepdf.new()
    page = add_page(pdf, LINE + "BT /T3 12 Tf 90 150 Td (" + secret + ") Tj ET\n")
    letters = sorted(set(secret))
    shape = "600 0 0 0 500 700 d1 0 0 {} 700 re f"
    procs = {
        f"/g{ord(letter)}": Stream(pdf, shape.format(300 + place * 9).encode())
        for place, letter in enumerate(letters)
    }
    differences: list[object] = []
    for letter in letters:
        differences += [ord(letter), Name(f"/g{ord(letter)}")]
    page.obj.Resources.Font.T3 = pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type3,
            FontBBox=Array([0, 0, 600, 700]),
            FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
            CharProcs=Dictionary(procs),
            Encoding=Dictionary(Type=Name.Encoding, Differences=Array(differences)),
            FirstChar=0,
            LastChar=255,
            Widths=Array([600] * 256),
            Resources=Dictionary(),
            ToUnicode=to_unicode(pdf, {ord(letter): letter for letter in letters}),
        )
    )
    return saved(pdf)


def to_unicode(pdf: pikepdf.Pdf, meaning: dict[int, str], *, digits: int = 2) -> Stream:
    """Give a ToUnicode map."""
    rows = "\n".join(
        f"<{code:0{digits}X}> <{letter.encode('utf-16-be').hex()}>"
        for code, letter in sorted(meaning.items())
    )
    text = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CMapName /X def /CMapType 2 def 1 begincodespacerange\n"
        f"<{'0' * digits}> <{'F' * digits}> endcodespacerange\n"
        f"{len(meaning)} beginbfchar\n{rows}\nendbfchar endcmap end end"
    )
    return Stream(pdf, text.encode())


@case("13", "hidden layer and its name")
def hidden_layer(secret: str) -> bytes:
    pdf = pikepdf.new()
    content = f"/OC /L BDC BT /F1 12 Tf 20 80 Td ({secret}) Tj ET EMC\n"
    page = add_page(pdf, LINE + content)
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(secret)))
    page.obj.Resources.Properties = Dictionary(L=layer)
    pdf.Root.OCProperties = Dictionary(
        OCGs=Array([layer]), D=Dictionary(OFF=Array([layer]), Order=Array([layer]))
    )
    return saved(pdf)


@case("14", "actual text")
def actual_text(secret: str) -> bytes:
    return simple(f"/Span <</ActualText ({secret})>> BDC {plain_line('cover')} EMC\n")


@case("15", "structure tree")
def structure_tree(secret: str) -> bytes:
    pdf = pikepdf.new()
    add_page(pdf, LINE)
    element = pdf.make_indirect(
        Dictionary(
            Type=Name.StructElem,
            S=Name.P,
            Alt=String(secret),
            E=String(secret),
            T=String(secret),
            ActualText=String(secret),
        )
    )
    pdf.Root.StructTreeRoot = Dictionary(Type=Name.StructTreeRoot, K=Array([element]))
    return saved(pdf)


@case("16", "info and xmp")
def metadata(secret: str) -> bytes:
    pdf = pikepdf.new()
    add_page(pdf, LINE)
    pdf.docinfo["/Title"] = secret
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><t>{secret}</t></x:xmpmeta>"
    pdf.Root.Metadata = Stream(pdf, xmp.encode(), Type=Name.Metadata, Subtype=Name.XML)
    return saved(pdf)


@case("17", "page metadata and piece info")
def piece_info(secret: str) -> bytes:
    pdf = pikepdf.new()
    page = add_page(pdf, LINE)
    page.obj.PieceInfo = Dictionary(App=Dictionary(Private=Dictionary(S=String(secret))))
    page.obj.Metadata = Stream(pdf, secret.encode(), Type=Name.Metadata, Subtype=Name.XML)
    return saved(pdf)


@case("18", "outline")
def outline(secret: str) -> bytes:
    pdf = pikepdf.new()
    add_page(pdf, LINE)
    with pdf.open_outline() as entries:
        entries.root.append(pikepdf.OutlineItem(secret, 0))
    return saved(pdf)


@case("19", "named destinations and page labels")
def destinations(secret: str) -> bytes:
    pdf = pikepdf.new()
    page = add_page(pdf, LINE)
    pdf.Root.Names = Dictionary(
        Dests=Dictionary(Names=Array([String(secret), Array([page.obj, Name.Fit])]))
    )
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(P=String(secret))]))
    return saved(pdf)


@case("20", "embedded file")
def embedded_file(secret: str) -> bytes:
    pdf = pikepdf.new()
    add_page(pdf, LINE)
    attach(pdf, secret + ".txt", secret.encode(), description=secret)
    return saved(pdf)


def attach(pdf: pikepdf.Pdf, name: str, content: bytes, *, description: str) -> None:
    """Embed a file, without dates that would differ from run to run."""
    stream = Stream(pdf, content, Type=Name.EmbeddedFile)
    spec = Dictionary(
        Type=Name.Filespec,
        F=String(name),
        UF=String(name),
        Desc=String(description),
        EF=Dictionary(F=stream),
    )
    pdf.Root.Names = Dictionary(
        EmbeddedFiles=Dictionary(Names=Array([String(name), pdf.make_indirect(spec)]))
    )


@case("21", "notes and links")
def annotations(secret: str) -> bytes:
    pdf = pikepdf.new()
    page = add_page(pdf, LINE)
    note = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Text,
        Rect=Array([20, 20, 40, 40]),
        Contents=String(secret),
        RC=String(f"<body>{secret}</body>"),
    )
    shown = Dictionary(
        Type=Name.Annot,
        Subtype=Name.FreeText,
        Rect=Array([100, 20, 300, 60]),
        Contents=String(secret),
        DA=String("/Helv 12 Tf 0 g"),
        AP=Dictionary(N=form(pdf, plain_line(secret), Font=Dictionary(F1=helvetica(pdf)))),
    )
    link = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Link,
        Rect=Array([20, 140, 80, 165]),
        A=Dictionary(S=Name.URI, URI=String(f"https://example.org/{secret}")),
    )
    page.obj.Annots = Array([pdf.make_indirect(one) for one in (note, shown, link)])
    return saved(pdf)


@case("22", "javascript")
def javascript(secret: str) -> bytes:
    pdf = pikepdf.new()
    add_page(pdf, LINE)
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String(f"app.alert('{secret}')"))
    return saved(pdf)


@case("23", "form values")
def form_values(secret: str) -> bytes:
    pdf = pikepdf.new()
    page = add_page(pdf, LINE)
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T=String("field"),
            V=String(secret),
            DV=String(secret),
            TU=String(secret),
            F=4,
            Rect=Array([100, 60, 300, 90]),
            DA=String("/Helv 12 Tf 0 g"),
            AP=Dictionary(N=form(pdf, plain_line(secret), Font=Dictionary(F1=helvetica(pdf)))),
        )
    )
    page.obj.Annots = Array([field])
    xfa = Stream(pdf, f"<xdp>{secret}</xdp>".encode())
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), XFA=xfa, NeedAppearances=True)
    return saved(pdf)


@case("24", "thumbnail")
def thumbnail(secret: str) -> bytes:
    pdf = pikepdf.new()
    page = add_page(pdf, LINE)
    page.obj.Thumb = gray_image(pdf, secret.encode().ljust(64, b"."), 8, 8)
    return saved(pdf)
