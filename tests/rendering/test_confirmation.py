"""A word enters a text layer only when the pixels confirm it: fonts that lie in every known way."""

import math
import unicodedata

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream

from tests.rendering.adversarial import LINE, add_page, helvetica, saved, simple, to_unicode
from tests.rendering.desk import extract

SECRET = "Quillfeather"
SHOWN = "ambidextrous"


def words_of(source: bytes) -> tuple[list[str], list[str]]:
    """Give the confirmed and the unconfirmed words of the first page."""
    page = extract(source)[0]
    return [word.text for word in page.words], [word.text for word in page.hidden]


def lying(meaning: dict[str, str], text: str, *, place: str = "1 0 0 1 90 100 Tm") -> bytes:
    """Give a page that shows `text` in Helvetica and says that its letters mean others."""
    pdf = pikepdf.new()
    page = add_page(pdf, LINE + f"BT /L 12 Tf {place} ({text}) Tj ET\n")
    font = helvetica(pdf)
    font.ToUnicode = to_unicode(pdf, {ord(code): said for code, said in meaning.items()})
    page.obj.Resources.Font.L = font
    return saved(pdf)


def cyrillic(text: str) -> str:
    """Write a text with as many letters of another script."""
    return "".join(chr(0x430 + (ord(letter.lower()) - 97) % 32) for letter in text)


def bars(secret: str) -> bytes:
    """Give a page with a row of thin strokes that claims to be a word."""
    pdf = pikepdf.new()
    codes = "abcdefghijkl"
    page = add_page(pdf, LINE + f"BT /T 12 Tf 90 100 Td ({codes}) Tj ET\n")
    bar = Stream(pdf, b"200 0 60 -20 120 700 d1 60 -20 60 720 re f")
    page.obj.Resources.Font.T = pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type3,
            FontBBox=Array([0, -20, 200, 720]),
            FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
            FirstChar=97,
            LastChar=108,
            Widths=Array([200] * 12),
            CharProcs=Dictionary(Bar=bar),
            Encoding=Dictionary(
                Type=Name.Encoding, Differences=Array([97, *[Name.Bar for _ in codes]])
            ),
            ToUnicode=to_unicode(
                pdf, {ord(code): letter for code, letter in zip(codes, secret, strict=True)}
            ),
        )
    )
    return saved(pdf)


def turned(degrees: float) -> str:
    """Give a text matrix for text that climbs by some degrees."""
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    return f"{cosine:.4f} {sine:.4f} {-sine:.4f} {cosine:.4f} 60 60 Tm"


WHOLE = dict(zip(SHOWN, SECRET, strict=True))
LIES = {
    "a font that spells another word": lying(WHOLE, SHOWN),
    "one glyph that means a whole word": lying({"x": SECRET}, "x"),
    "a ligature that is none": lying({"m": SECRET[:6], "x": SECRET[6:]}, "mx"),
    "thin strokes": bars(SECRET),
    "tilted text": lying(WHOLE, SHOWN, place=turned(20)),
    "tilted a little": lying(WHOLE, SHOWN, place=turned(7)),
    "another script": lying(dict(zip(SHOWN, cyrillic(SECRET), strict=True)), SHOWN),
    "letters in circles": lying(
        {
            code: chr(0x24D0 + ord(letter.lower()) - 97)
            for code, letter in zip(SHOWN, SECRET, strict=True)
        },
        SHOWN,
    ),
    "narrow letters for wide ones": lying(dict(zip("ijlItf", SECRET[:6], strict=True)), "ijlItf"),
    "every other letter": lying(
        {a: (b if at % 2 else a) for at, (a, b) in enumerate(WHOLE.items())}, SHOWN
    ),
}


def told(words: list[str]) -> bool:
    """Say whether words hold four letters in a row of the secret, in whatever script."""
    text = unicodedata.normalize("NFKC", "".join(words)).casefold()
    spellings = (SECRET.casefold(), cyrillic(SECRET))
    return any(one[at : at + 4] in text for one in spellings for at in range(len(one) - 3))


@pytest.mark.parametrize("source", LIES.values(), ids=LIES.keys())
def test_a_font_that_lies_is_not_believed(source: bytes) -> None:
    shown, hidden = words_of(source)

    assert not told(shown), shown
    assert {"harbour", "lantern"} <= set(shown)
    assert hidden, "what is not confirmed is listed for the author"


def test_what_the_lies_claim_would_be_told_if_it_were_believed() -> None:
    assert told([SECRET])
    assert told([cyrillic(SECRET)])
    assert not told([SHOWN])


HONEST = {
    "plain": simple("BT /F1 12 Tf 90 100 Td (Quillfeather) Tj ET\n"),
    "narrow": simple("BT /F1 12 Tf 90 100 Td (I still fill it: ill, 11 Jiffi lift) Tj ET\n"),
    "hardly tilted": simple(f"BT /F1 12 Tf {turned(2)} (Quillfeather) Tj ET\n"),
    "accents": simple("BT /F1 12 Tf 90 100 Td (caf\\351 na\\357ve \\304rger \\330re) Tj ET\n"),
    "signs": simple("BT /F1 12 Tf 90 100 Td (1,234.56 \\(a\\) % & 3-4 \\247 7 *) Tj ET\n"),
}


@pytest.mark.parametrize("source", HONEST.values(), ids=HONEST.keys())
def test_what_looks_like_what_it_says_is_kept(source: bytes) -> None:
    shown, hidden = words_of(source)

    assert hidden == [], (shown, hidden)
    assert len(shown) > 2


@pytest.mark.parametrize("degrees", [7, 20, 45, 70])
def test_tilted_text_waits_for_a_person(degrees: float) -> None:
    shown, hidden = words_of(simple(f"BT /F1 12 Tf {turned(degrees)} (Quillfeather) Tj ET\n"))

    assert hidden == [SECRET]
    assert set(shown) == {"harbour", "lantern"}


def test_greek_is_compared_with_greek() -> None:
    pdf = pikepdf.new()
    page = add_page(pdf, LINE + "BT /S 12 Tf 90 100 Td (abgdl) Tj ET\n")
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Symbol)
    page.obj.Resources.Font.S = pdf.make_indirect(font)
    shown, hidden = words_of(saved(pdf))

    assert "αβγδλ" in shown
    assert hidden == []
