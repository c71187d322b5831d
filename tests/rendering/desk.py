"""What the tests of the engine share: an edition made in this process, and eyes for leaks."""

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf
import pypdf
import pypdfium2 as pdfium

from app.rendering import inspect, leakcheck, pages, secretsearch, words
from app.rendering.checkedtext import bare
from app.rendering.edition import RawPage, build_page, write_pdf
from app.rendering.redact import expand
from app.rendering.shapes import Box, BuiltPage, ExtractedPage, Mark, Mode, PageJob, Word


@dataclass(frozen=True)
class Edition:
    """An edition with all that it was made of."""

    pdf: bytes
    built: list[BuiltPage]
    extracted: list[ExtractedPage]

    @property
    def text(self) -> str:
        """Give the words of the text layer."""
        return " ".join(word.text for page in self.built for word in page.words)

    def report(self, *secrets: str) -> leakcheck.LeakReport:
        """Ask the leak checker."""
        return leakcheck.check(
            self.pdf,
            permitted=[[word.text for word in page.words] for page in self.built],
            boxes=[page.boxes_px for page in self.built],
            secrets=list(secrets),
        )


def extract(source: bytes) -> list[ExtractedPage]:
    """Extract all pages in this process, as the child does."""
    out = []
    with inspect.opened(source) as document:
        for number in range(1, len(document) + 1):
            head = words.extract(document, number)
            head["words"] = tuple(Word(*row) for row in head["words"])
            head["hidden"] = tuple(Word(*row) for row in head["hidden"])
            out.append(ExtractedPage(**head))
    return out


def edition(
    source: bytes,
    marks: Sequence[tuple[int, tuple[float, float, float, float]]] = (),
    *,
    mode: Mode = Mode.TIGHT,
    dpi: float = 110,
) -> Edition:
    """Make an edition in this process with the same functions as the sandboxed way."""
    extracted = extract(source)
    built = []
    with inspect.opened(source) as document:
        for page in extracted:
            mine = [Mark(Box(*rect), mode) for number, rect in marks if number == page.number]
            size = (page.width_pt, page.height_pt)
            job = PageJob(page.number, tuple(expand(mine, page.words, size)), page.words)
            raw = RawPage.received(*pages.render(document, page.number, dpi=dpi))
            assert raw is not None
            built.append(build_page(raw, job=job))
    return Edition(write_pdf(built), built, extracted)


def naive_box(source: bytes) -> bytes:
    """Do what people do: draw a black rectangle over everything and save the file."""
    with pikepdf.open(io.BytesIO(source)) as pdf:
        for page in pdf.pages:
            page.contents_add(b"q 0 g -20000 -20000 200000 200000 re f Q")
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def leaks(pdf: bytes, secret: str) -> bool:
    """Look for a secret wherever this process can look, without the engine's help."""
    wanted = secret.lower().encode()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        streams = [item for item in document.objects if isinstance(item, pikepdf.Stream)]
        contents, shown = zip(*(_of_stream(stream) for stream in streams), strict=True)
    if secretsearch.in_bytes(b"\n".join([pdf, *contents]), [], [secret]):
        return True
    if any(wanted in text or wanted[::-1] in text for text in shown):
        return True
    texts = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    opened = pdfium.PdfDocument(pdf)
    texts += [opened[at].get_textpage().get_text_range() for at in range(len(opened))]
    opened.close()
    text = bare("".join(texts)).casefold()
    return secret.casefold() in text or secret.casefold()[::-1] in text


def _of_stream(stream: pikepdf.Stream) -> tuple[bytes, bytes]:
    """Give a stream's decoded bytes, and the texts that it shows joined and in lower case."""
    try:
        content = stream.read_bytes()
    except pikepdf.PdfError:
        return b"", b""
    if len(content) > 20_000:
        return content, b""
    try:
        # Not every stream is page contents: what cannot be parsed as such shows no text.
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            operations = pikepdf.parse_content_stream(stream)
        shown = b"".join(
            bytes(one)
            for operands, _ in operations
            for group in operands
            for one in (group if isinstance(group, pikepdf.Array) else [group])
            if isinstance(one, pikepdf.String)
        )
    except (pikepdf.PdfError, TypeError, ValueError, UserWarning):
        shown = b""
    return content, shown.lower()
