"""Markdown as PDF: every text literally, nothing run or fetched, hostile ones refused in time."""

import io
import re
import time

import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.filekinds import FileKind
from app.rendering import markdown, typesetting
from app.rendering.conversion import convert_source
from app.rendering.sandbox import Limits, SourceRefused, extract_pages
from app.rendering.sandbox import extract_outline as outline_of

# What Markdown itself would read as something else is put behind a backslash; what it makes of
# blanks and line ends is not compared.
_MARKS = re.compile(r"([!-/:-@\[-`{-~])")
LETTERS = (
    "".join(map(chr, range(0x21, 0x7F))) + "äöüßéèñøåçÄÖÜœŒ§°±²³½¿¡«»–—‘’“”„…€†‡•αβγδωΩΔΣабвгдЖЯ"
)
LIMITS = Limits()


def read_back(pdf: bytes) -> str:
    """Give the letters of a PDF in order, without blanks and the numbers at the foot."""
    with pdfium.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    # PDFium reads a hyphen that ends a line as a mark of its own.
    plain = (page.replace("\ufffe", "-") for page in pages)
    return "".join(re.sub(r"\s+", "", re.sub(r"\s*\d+\s*\Z", "", page)) for page in plain)


def typeset(text: str | bytes) -> bytes:
    """Typeset without a child."""
    source = text if isinstance(text, bytes) else text.encode()
    return bytes(typesetting.typeset(source)[1])


def refusal(source: bytes, *, limits: Limits = LIMITS) -> SourceRefused:
    """Typeset in the child what must be refused."""
    with pytest.raises(SourceRefused) as caught:
        convert_source(source, kind=FileKind.MARKDOWN, limits=limits)
    return caught.value


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(LETTERS, min_size=1, max_size=12), min_size=1, max_size=8))
def test_any_text_comes_out_literally(words: list[str]) -> None:
    escaped = " ".join(_MARKS.sub(r"\\\1", word) for word in words)
    for around in ("x {}", "> x{}", "- x{}", "# x{}", "**x{}**", "| h |\n|---|\n| {} |"):
        pdf = typeset(around.format(escaped))
        assert "".join(words) in read_back(pdf), around


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(LETTERS.replace("`", ""), min_size=1, max_size=12), min_size=1, max_size=8))
def test_any_code_comes_out_literally(words: list[str]) -> None:
    line = " ".join(words)
    assert "".join(words) in read_back(typeset(f"~~~~~~~~~~~~~~\n{line}\n~~~~~~~~~~~~~~"))
    assert "".join(words) in read_back(typeset(f"see `x{line}x`"))


TYPST = (
    '#panic("x") #include "/etc/passwd" #read("/etc/passwd") #import "@preview/a:0.1.0": b '
    "#sys.inputs @reference <label> $a/b$ = heading */comment/* // gone #[x] #{1+1} \\u{41} ~ --"
)


def test_nothing_that_typst_would_run_is_run() -> None:
    starred = TYPST.replace("*", "\\*")  # two stars would be Markdown's own
    for source in (starred, f"`{TYPST}`", f"    {TYPST}"):
        said = read_back(typeset(f"x\n\n{source}"))
        assert re.sub(r"\s+", "", TYPST) in said, source


def test_raw_html_is_text_and_pictures_are_named() -> None:
    source = "<script>alert(1)</script> <img src=x> ![a *chart*](http://e/x.png) ![](x.png)"
    head, pdf = typesetting.typeset(source.encode())
    assert read_back(pdf) == "<script>alert(1)</script><imgsrc=x>[Picture:achart][Picture]"
    assert head["left_out"] == {"pictures": 2, "addresses": 0}


def test_addresses_are_shown_and_never_linked() -> None:
    source = (
        "[a](https://e.org/?q=1) <mailto:x@e.org> [b](other.md) [c](javascript:alert(1)) "
        "[d](data:text/html,x) [e](ftp://e.org/x)"
    )
    head, pdf = typesetting.typeset(source.encode())
    said = read_back(pdf)
    assert said.startswith("a(https://e.org/?q=1)mailto:x@e.orgb[c](javascript:alert(1))")
    assert head["left_out"]["addresses"] == 2
    for sign in (b"/Annot", b"/URI", b"/Link", b"/JavaScript", b"/EmbeddedFile", b"/OpenAction"):
        assert sign not in pdf


def test_headings_become_the_outline_and_the_words_are_confirmed() -> None:
    source = b"# One *two*\n\ntext of `it`\n\n## Three\n\n- more\n\n# Four\n"
    made = convert_source(source, kind=FileKind.MARKDOWN)
    assert [(e.level, e.title, e.page) for e in outline_of(made.pdf)] == [
        (0, "One two", 1), (1, "Three", 1), (0, "Four", 1),
    ]  # fmt: skip
    (page,) = extract_pages(made.pdf, first=1, last=1)
    assert {"One", "two", "text", "it", "Three", "more", "Four"} <= {w.text for w in page.words}


def test_the_same_text_gives_the_same_bytes() -> None:
    source = b"# A\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    first = convert_source(source, kind=FileKind.MARKDOWN).pdf
    assert convert_source(source, kind=FileKind.MARKDOWN).pdf == first


def test_a_mark_before_the_text_is_no_text() -> None:
    assert read_back(typeset(b"\xef\xbb\xbf# Hi")) == "Hi"


def test_long_words_are_broken_and_stay_on_the_page() -> None:
    for text in (
        "W" * 2000,
        f"| a | b |\n|---|---|\n| {'W' * 300} | {'m' * 300} |",
        f"    {'W' * 900}",
    ):
        pdf = typeset("x\n\n" + text)
        assert read_back(pdf).count("W") == text.count("W")


def test_what_does_not_fit_the_page_is_refused() -> None:
    # Nothing may break a line after an opening bracket.
    assert refusal(b"[" * 3000).reason == "too-wide"
    columns = "|".join("W" for _ in range(30))
    assert refusal(f"|{columns}|\n|{'-|' * 30}\n|{columns}|".encode()).reason == "too-wide"


def test_letters_that_no_font_has_are_named() -> None:
    refused = refusal("Tick ✅ and 日本".encode())
    assert refused.reason == "no-letters"
    assert refused.message.endswith("✅ (U+2705), 日 (U+65E5), 本 (U+672C).")


HOSTILE = {
    "quotes": (b">" * 10_000 + b" x", "too-nested"),
    "lists": ("\n".join("  " * deep + "- a" for deep in range(300)).encode(), "too-nested"),
    "a NUL": (b"a\0b", "not-text"),
    "not UTF-8": (b"\xff\xfe\0a", "not-text"),
    "half a letter": ("é".encode()[:1], "not-text"),
    "nothing": (b" \n\t\n", "no-text"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_markdown_is_refused(what: str) -> None:
    source, reason = HOSTILE[what]
    assert refusal(source).reason == reason


@pytest.mark.parametrize(
    "source",
    [
        b"![" * 10_000,
        b"*a " * 20_000,
        b"<" * 20_000,
        b"[a](" * 10_000,
        b"&#" * 20_000,
        b"``` " * 9999,
    ],
    ids=["pictures", "stars", "angles", "links", "entities", "ticks"],
)
def test_what_would_take_a_careless_parser_for_ever_does_not(source: bytes) -> None:
    started = time.monotonic()
    assert convert_source(source, kind=FileKind.MARKDOWN).pdf.startswith(b"%PDF-")
    assert time.monotonic() - started < LIMITS.wall_seconds / 2


def test_a_line_of_ten_megabytes_ends_in_a_sentence() -> None:
    refused = refusal(b"a" * 10_000_000, limits=Limits(cpu_seconds=8, wall_seconds=40))
    assert refused.reason == "too-demanding"


def test_as_deep_as_is_taken_is_typeset() -> None:
    deep = ">" * (markdown.DEEPEST - 3)
    assert read_back(typeset(f"{deep} down here")) == "downhere"
    lists = "\n".join("  " * level + "- a" for level in range(8))
    assert read_back(typeset(lists)).count("a") == 8


def test_numbers_of_a_list_begin_where_they_say() -> None:
    assert read_back(typeset("7. a\n8. b")) == "7.a8.b"


def test_the_file_object_is_a_plain_pdf() -> None:
    with pdfium.PdfDocument(io.BytesIO(typeset("# Hi"))) as document:
        assert len(document) == 1
        assert document[0].get_size() == pytest.approx((595.28, 841.89), abs=0.1)
