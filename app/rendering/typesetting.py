"""Typeset a tree of plain values (markdown.py) as a PDF, with the fonts of the wheel alone.

Runs inside the sandboxed child only. The program in Typst below is fixed; the text reaches it as
one JSON value, so nothing of it is ever parsed as Typst. Same text, same bytes.
"""

import ctypes
import json
import re
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import typst

from app.rendering import markdown
from app.rendering.framing import Frame
from app.rendering.pages import Drawing, drawing, text_objects
from app.rendering.refusals import MOST_LETTERS, refused

OUTSIDE_PT = 1.0
"""How far ink may reach beyond the edge of the page by a glyph's own overhang."""

_PAGE = """
#let body = json(bytes(sys.inputs.body))
#set document(date: datetime(year: 2000, month: 1, day: 1))
#set page(
  paper: "a4", margin: 25mm,
  footer: context align(center, text(9pt, counter(page).display())),
)
#set text(font: "Libertinus Serif", size: 11pt, lang: "en", hyphenate: false, ligatures: false)
#set par(justify: false, leading: 0.65em, spacing: 1em)
"""

BLOCKS = """
#show heading: set block(above: 1.4em, below: 0.8em)
#show strong: set text(weight: "bold")
#let mono = text.with(font: "DejaVu Sans Mono", size: 0.85em)
#let run(r) = {
  let style = r.at(0)
  if style == 16 { linebreak() } else if style == 32 { h(0.01pt) } else {
    let it = if style.bit-and(8) != 0 { mono(r.at(1)) } else { text(r.at(1)) }
    if style.bit-and(1) != 0 { it = strong(it) }
    if style.bit-and(2) != 0 { it = emph(it) }
    if style.bit-and(4) != 0 { it = strike(it) }
    it
  }
}
#let runs(rs) = for r in rs { run(r) }
#let blocks(bs) = for b in bs {
  let kind = b.at(0)
  if kind == "heading" { heading(level: b.at(1), runs(b.at(2))) }
  else if kind == "paragraph" { par(runs(b.at(1))) }
  else if kind == "tight" { runs(b.at(1)); parbreak() }
  else if kind == "quote" {
    block(inset: (left: 1em), stroke: (left: 1.5pt + luma(160)), blocks(b.at(1)))
  }
  else if kind == "bullets" { list(..b.at(1).map(blocks)) }
  else if kind == "numbers" { enum(start: b.at(1), ..b.at(2).map(blocks)) }
  else if kind == "code" {
    block(width: 100%, inset: 8pt, stroke: 0.5pt + luma(200), b.at(1).map(runs).join(linebreak()))
  }
  else if kind == "rule" { line(length: 100%, stroke: 0.5pt + luma(120)) }
  else if kind == "table" {
    let cells = b.at(2)
    let sides = (left: left, right: right, center: center)
    let aligned = b.at(1).map(a => sides.at(a))
    table(
      columns: (auto,) * aligned.len(), align: aligned, inset: 5pt, stroke: 0.5pt + luma(160),
      table.header(..cells.at(0).map(c => strong(runs(c)))),
      ..cells.slice(1).sum(default: ()).map(runs),
    )
  }
}
"""
"""How each block of a tree is set."""

PROGRAM = f"{_PAGE}{BLOCKS}#blocks(body)\n"


def typeset(source: Any) -> Frame:
    """Typeset Markdown; gives what was left out, and the PDF. Raises SourceRefused."""
    reading = markdown.read(bytes(source))
    pdf = _compiled(reading.blocks)
    if _reaches_outside(pdf):
        raise refused("too-wide")
    return {"left_out": {"pictures": reading.pictures, "addresses": reading.addresses}}, pdf


def _compiled(blocks: list[markdown.Block]) -> bytes:
    """Compile the tree; where letters are missing, find out which, a few at most, and refuse."""
    body = json.dumps(blocks, ensure_ascii=False)
    missing: list[str] = []
    while True:
        try:
            pdf = _compile(body)
        except typst.TypstError as error:
            letters = missing_letters(str(error))
            # Right-to-left texts are sometimes named by their neighbours: never believe plain ones.
            if letters and not letters.isascii() and letters in body:
                missing.append(letters)
                if len(missing) < MOST_LETTERS:
                    body = body.replace(letters, "")
                    continue
            elif not (missing or letters):
                raise refused("not-typeset") from error
            raise refused("no-letters", letters=missing) from error
        if missing:
            raise refused("no-letters", letters=missing)
        return pdf


def _compile(body: str) -> bytes:
    # PDF/A for one rule of it: a character that no font here has is an error, not an empty box.
    pdf = typst.compile(
        PROGRAM.encode(),
        font_paths=typst.Fonts(include_system_fonts=False),
        sys_inputs={"body": body},
        timestamp=0,
        pdf_standards=["a-2b"],
    )
    return bytes(pdf)


_MISSING = re.compile(r'the text `"(.+)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]+)\}")


def missing_letters(said: str) -> str:
    """Give the letters that the compiler says no font here has; nothing for another fault."""
    found = _MISSING.search(said)
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), found[1]) if found else ""


def _reaches_outside(pdf: bytes) -> bool:
    """Say whether a text stands beyond the edge of its page, where nobody would see it."""
    with pdfium.PdfDocument(pdf) as document:
        for number in range(1, len(document) + 1):
            with drawing(document, number) as page:
                if page is None or any(_beyond(item, page) for item in text_objects(page.page)):
                    return True
    return False


def _beyond(item: Any, page: Drawing) -> bool:
    x0, y0, x1, y1 = (ctypes.c_float() for _ in range(4))
    if not raw.FPDFPageObj_GetBounds(item, x0, y0, x1, y1):
        return True
    least = min(x0.value, y0.value) < -OUTSIDE_PT
    return least or x1.value > page.width_pt + OUTSIDE_PT or y1.value > page.height_pt + OUTSIDE_PT
