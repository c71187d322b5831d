"""The leak checker: passes what the writer writes, fails every single thing put in later."""

import io
import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String

from app.rendering import binding, checkedtools, leakcheck, secretsearch
from app.rendering.pixels import encode_png
from app.rendering.shapes import BuiltPage, PixelBox, PixelWord

SECRET = "Quillfeather"


def page(number: int = 1, *, colour: bool = False, words: str = "harbour lantern") -> BuiltPage:
    """Give a built page with a painted box and some words."""
    pixels = np.full((120, 240, 3) if colour else (120, 240), 255, dtype=np.uint8)
    if colour:
        pixels[..., 2] = 100
    pixels[40:60, 100:200] = 0
    placed = tuple(
        PixelWord(word, 10 + 60 * place, 10, 60 + 60 * place, 22)
        for place, word in enumerate(words.split())
    )
    return BuiltPage(
        number, 240, 120, 115.2, 57.6, encode_png(pixels), placed, (PixelBox(100, 40, 200, 60),)
    )


PAGES = [page(1), page(2, colour=True)]
PDF = binding.write_pdf(PAGES)
WORDS = [[word.text for word in one.words] for one in PAGES]
BOXES = [one.boxes_px for one in PAGES]


def report(pdf: bytes, *secrets: str) -> leakcheck.LeakReport:
    """Check a file against what the two pages hold."""
    return leakcheck.check(pdf, permitted=WORDS, boxes=BOXES, secrets=list(secrets))


def test_an_edition_passes() -> None:
    found = report(PDF, SECRET)
    assert found.passed, found.findings
    assert (found.pages, found.secrets) == (2, 1)
    assert {"text by pypdf", "text by pdfminer.six", "box pixels", "structure"} <= set(found.checks)


def test_the_checker_loads_nothing_of_the_writer() -> None:
    code = (
        "import sys, app.rendering.leakcheck\n"
        "bad = {'pikepdf', 'pypdfium2', 'app.rendering.binding', 'app.rendering.edition',"
        " 'app.rendering.glyphless', 'app.rendering.pixels'} & set(sys.modules)\n"
        "sys.exit(str(bad) if bad else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def resaved(change: Callable[[pikepdf.Pdf], None]) -> bytes:
    """Change an edition and write it again as the writer would."""
    with pikepdf.open(io.BytesIO(PDF)) as pdf:
        change(pdf)
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


def test_saving_again_without_a_change_still_passes() -> None:
    assert report(resaved(lambda pdf: None)).passed


def _title(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Title"] = "x"


def _xmp(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Metadata = Stream(pdf, b"<x/>", Type=Name.Metadata, Subtype=Name.XML)


def _annotation(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Annots = Array([Dictionary(Type=Name.Annot, Contents=String("x"))])


def _language(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Lang = String("x")


def _second_image(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Resources.XObject.J = pdf.pages[1].obj.Resources.XObject.I


def _operator(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(b"0 0 1 1 re f")


def _comment(pdf: pikepdf.Pdf) -> None:
    contents = pdf.pages[0].obj.Contents
    contents.write(b"% x\n" + contents.read_bytes())


def _image_key(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Resources.XObject.I.Metadata = Stream(pdf, b"x")


def _image_tail(pdf: pikepdf.Pdf) -> None:
    image = pdf.pages[0].obj.Resources.XObject.I
    image.write(image.read_raw_bytes() + b"tail", filter=Name.FlateDecode)


def _image_rows(pdf: pikepdf.Pdf) -> None:
    image = pdf.pages[0].obj.Resources.XObject.I
    longer = zlib.compress(image.read_bytes() + b"more rows")
    image.write(longer, filter=Name.FlateDecode)


def _palette(pdf: pikepdf.Pdf) -> None:
    pdf.pages[1].obj.Resources.XObject.I.ColorSpace[3] = String(b"\0" * 769)


def _box_pixel(pdf: pikepdf.Pdf) -> None:
    image = pdf.pages[0].obj.Resources.XObject.I
    rows = bytearray(image.read_bytes())
    rows[50 * 120 + 75] = 0x10
    image.write(zlib.compress(bytes(rows)), filter=Name.FlateDecode)


def _font(pdf: pikepdf.Pdf) -> None:
    font = pdf.pages[0].obj.Resources.Font.F
    font.ToUnicode.write(font.ToUnicode.read_bytes() + b"%x", filter=None)


def _font_file(pdf: pikepdf.Pdf) -> None:
    descriptor = pdf.pages[0].obj.Resources.Font.F.DescendantFonts[0].FontDescriptor
    descriptor.FontFile2.write(descriptor.FontFile2.read_bytes() + b"x")


def _identifier(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.MediaBox[0] = -5


def _page_less(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[1]


def _page_twice(pdf: pikepdf.Pdf) -> None:
    pdf.pages.append(pdf.pages[0])


def _word_more(pdf: pikepdf.Pdf) -> None:
    contents = pdf.pages[0].obj.Contents
    text = contents.read_bytes()
    contents.write(text.replace(b"ET\n", b"1 0 0 1 5 5 Tm <00780079> Tj\nET\n"))


def _word_less(pdf: pikepdf.Pdf) -> None:
    contents = pdf.pages[0].obj.Contents
    contents.write(re.sub(rb"[^\n]*Tj\nET", b"ET", contents.read_bytes()))


def _words_swapped(pdf: pikepdf.Pdf) -> None:
    contents = pdf.pages[0].obj.Contents
    contents.write(re.sub(rb"(.*Tj\n)(.*Tj\n)", rb"\2\1", contents.read_bytes()))


CHANGES = [
    _title, _xmp, _annotation, _language, _second_image, _operator, _comment, _image_key,
    _image_tail, _image_rows, _palette, _box_pixel, _font, _font_file, _identifier, _page_less,
    _page_twice, _word_more, _word_less, _words_swapped,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.strip("_"))
def test_one_thing_more_or_less_fails(change: Callable[[pikepdf.Pdf], None]) -> None:
    found = report(resaved(change))
    assert not found.passed
    assert found.findings


@pytest.mark.parametrize(
    "damaged",
    [
        PDF + b"\n",
        PDF + PDF,
        b"x" + PDF,
        PDF.replace(b"%PDF-1.7", b"%PDF-1.4"),
        PDF.replace(b"endobj\n", b"endobj\n% note\n", 1),
        PDF.replace(b"/Type /Catalog", b"/Typ2 /Catalog"),
        PDF[:-40],
        b"",
        PDF.replace(b"startxref\n", b"startxref\n1", 1),
        PDF.replace(b"stream\nq ", b"stream\nQ ", 1),
    ],
    ids=["newline", "twice", "before", "version", "comment", "key", "cut", "empty", "xref", "ops"],
)
def test_bytes_out_of_place_fail(damaged: bytes) -> None:
    assert not report(damaged).passed


def test_a_secret_in_the_text_fails_by_every_engine() -> None:
    pages = [page(words=f"harbour {SECRET}")]
    found = leakcheck.check(binding.write_pdf(pages), permitted=None, boxes=None, secrets=[SECRET])
    assert not found.passed
    by = {one.check for one in found.findings}
    assert by >= {
        "secrets in bytes",
        "secrets in text by own reader",
        "secrets in text by pypdf",
        "secrets in text by pdfminer.six",
    }
    assert SECRET not in str(found)


def test_a_secret_may_be_split_over_words_and_pages() -> None:
    texts = ["ends with Quill- ", "feather and more"]
    assert secretsearch.in_texts(texts, [SECRET]) == [(1, "secret 1 can be read")]
    assert secretsearch.in_texts(["Q u i l l f e a t h e r"], [SECRET])
    assert secretsearch.in_texts([SECRET[::-1]], [SECRET])


def test_letters_that_only_meet_by_chance_are_no_secret() -> None:
    assert secretsearch.in_texts(["the art of it"], ["heart"]) == []
    assert secretsearch.in_texts(["does it"], ["DOE"]) == []
    assert secretsearch.in_texts(["the DOE did"], ["DOE"])
    assert secretsearch.in_texts(["anything"], ["", " - "]) == []


ENCODED = [
    SECRET.encode(),
    SECRET.upper().encode(),
    SECRET.encode("utf-16-be"),
    SECRET.encode("utf-16-le"),
    SECRET.encode().hex().encode(),
    SECRET.encode("utf-16-be").hex().upper().encode(),
    SECRET[::-1].encode(),
    b"".join(b"\\%03o" % byte for byte in SECRET.encode()),
    __import__("base64").b64encode(b"ab" + SECRET.encode() + b"cd"),
    "".join(f"&#x{ord(letter):X};" for letter in SECRET).encode(),
    zlib.compress(SECRET.encode() * 3),
]


@pytest.mark.parametrize("place", range(len(ENCODED)))
def test_a_secret_is_found_in_many_encodings(place: int) -> None:
    pdf = b"%PDF-1.4\n1 0 obj\n<<>>\nstream\n" + ENCODED[place] + b"\nendstream endobj"
    assert secretsearch.in_bytes(pdf, [], [SECRET])
    assert not secretsearch.in_bytes(pdf, [], ["Brambleworth"])


def test_many_patterns_are_found_in_one_pass_where_they_stand() -> None:
    matcher = secretsearch.Matcher([b"alpha", b"alphabet", b"beta"])
    text = b"an alphabet and a beta" + b"." * secretsearch.BLOCK + b"alpha"
    assert sorted(matcher.occurrences(text)) == [
        (3, b"alpha"),
        (3, b"alphabet"),
        (18, b"beta"),
        (len(text) - 5, b"alpha"),
    ]
    assert list(secretsearch.Matcher([]).occurrences(b"text")) == []


def test_pages_or_boxes_that_are_not_expected_fail() -> None:
    assert not leakcheck.check(PDF, permitted=WORDS[:1], boxes=None, secrets=[]).passed
    assert not leakcheck.check(PDF, permitted=None, boxes=BOXES[:1], secrets=[]).passed
    wrong = [[(0, 0, 10, 10)], []]
    assert not leakcheck.check(PDF, permitted=None, boxes=wrong, secrets=[]).passed


def test_letters_beyond_the_basic_plane_are_written_as_their_plain_form() -> None:
    pages = [page(words="\U0001d400lpha \U0001f600")]
    words = [[binding.printable(word.text) for word in one.words] for one in pages]
    found = leakcheck.check(binding.write_pdf(pages), permitted=words, boxes=None, secrets=[])

    assert found.passed, found.findings
    assert words == [["Alpha", "\ufffd"]]


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Put a program of a name in front of all others; without one, there is none at all."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def put(name: str, does: str) -> None:
        program = tmp_path / name
        program.write_text(f"#!{sys.executable}\n{does}\n")
        program.chmod(0o755)

    return put


def test_programs_that_are_not_there_are_not_needed(tools: Callable[[str, str], None]) -> None:
    assert checkedtools.present() == ()
    found = report(PDF, SECRET)
    assert found.passed
    assert not [check for check in found.checks if "pdftotext" in check]


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("harbour lantern\f" * 2, True),
        ("lantern\fharbour\f", True),  # what a program leaves out proves nothing
        (f"harbour lantern {SECRET}\fharbour lantern\f", False),
        ("harbour lantern more\fharbour lantern\f", False),
        ("harbour lantern\f", False),
    ],
)
def test_what_a_program_reads_beyond_the_permitted_fails(
    tools: Callable[[str, str], None], text: str, passes: bool
) -> None:
    tools("pdftotext", f"print({text!r}, end='')")
    found = report(PDF, SECRET)
    assert found.passed is passes, found.findings
    assert "text by pdftotext" in found.checks


def test_a_program_that_stumbles_fails_the_edition(tools: Callable[[str, str], None]) -> None:
    tools("qpdf", "raise SystemExit(2)")
    found = report(PDF, SECRET)
    assert [(f.check, f.what) for f in found.findings] == [
        ("read by qpdf", "the file cannot be read")
    ]


def test_the_programs_of_this_machine_agree() -> None:
    found = report(PDF, SECRET)
    assert found.passed, found.findings
    for name in checkedtools.present():
        assert any(check.endswith(name) for check in found.checks)
    changed = resaved(lambda pdf: pdf.docinfo.update({"/Title": SECRET}))
    assert not report(changed, SECRET).passed
