"""Write a tree of plain values (markdown.py) as Markdown, and as DOCX.

Whatever stands in a run is escaped or set as text: nothing of it is read as markup. The same tree
gives the same bytes.
"""

import io
import re
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Pt

from app.rendering.markdown import BOLD, BREAK, CODE, ITALIC, SOFT, STRUCK

Block = list[Any]
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&.-])")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_MADE = datetime(2000, 1, 1, tzinfo=UTC)
_INDENT = "  "
_INNER = {"quote": "Quote", "bullets": "List Bullet", "numbers": "List Number"}


def as_markdown(blocks: Iterable[Block]) -> str:
    """Write a tree as Markdown in which every text is escaped."""
    return "\n".join(_lines(blocks)).rstrip() + "\n"


def _lines(blocks: Iterable[Block]) -> list[str]:
    lines: list[str] = []
    for block in blocks:
        kind = block[0]
        if kind == "heading":
            lines += ["#" * block[1] + " " + _inline(block[2]), ""]
        elif kind in ("paragraph", "tight"):
            lines += [_inline(block[1]), ""]
        elif kind == "quote":
            lines += [f"> {line}".rstrip() for line in _lines(block[1])] + [""]
        elif kind == "bullets":
            lines += _items(block[1], lambda _: "- ")
        elif kind == "numbers":
            start = block[1]
            lines += _items(block[2], lambda at, first=start: f"{first + at}. ")
        elif kind == "code":
            lines += [f"    {''.join(run[1] for run in line)}" for line in block[1]] + [""]
        elif kind == "rule":
            lines += ["---", ""]
        elif kind == "table":
            lines += [*_table(block[2]), ""]
    return lines


def _items(items: list[list[Block]], sign: Any) -> list[str]:
    lines = []
    for at, item in enumerate(items):
        first, *rest = [line for line in _lines(item) if line] or [""]
        lines += [sign(at) + first, *(_INDENT + line for line in rest)]
    return [*lines, ""]


def _table(rows: list[list[list[Any]]]) -> list[str]:
    cells = [f"| {' | '.join(_inline(cell) for cell in row)} |" for row in rows]
    return [cells[0], "|" + " --- |" * len(rows[0]), *cells[1:]]


def _inline(runs: Iterable[Any]) -> str:
    said = ""
    for style, text in _joined(runs):
        if style == BREAK:
            said += " "
            continue
        plain = _SPECIAL.sub(r"\\\1", text.replace("\n", " "))
        for bit, mark in ((STRUCK, "~~"), (ITALIC, "*"), (BOLD, "**")):
            if style & bit and plain.strip():
                plain = f"{mark}{plain}{mark}"
        said += plain
    return said


def _joined(runs: Iterable[Any]) -> list[list[Any]]:
    """Join runs again that were cut only so that a long word could be broken."""
    found: list[list[Any]] = []
    for style, text in runs:
        if style == SOFT:
            continue
        if found and found[-1][0] == style and style != BREAK:
            found[-1][1] += text
        else:
            found.append([style, text])
    return found


def as_docx(blocks: Iterable[Block], *, title: str, author: str) -> bytes:
    """Write a tree as a DOCX with headings, lists and tables of its own kind."""
    document = Document()
    document.core_properties.title = _writable(title)
    document.core_properties.author = _writable(author)
    document.core_properties.language = "en"
    document.core_properties.created = document.core_properties.modified = _MADE
    document.core_properties.last_modified_by = ""
    document.core_properties.comments = ""
    for block in blocks:
        _write(document, block, style=None)
    return _settled(document)


def _write(document: Docx, block: Block, *, style: str | None) -> None:
    kind = block[0]
    if kind == "heading":
        _runs(document.add_heading(level=min(9, block[1])), block[2])
    elif kind in ("paragraph", "tight"):
        _runs(document.add_paragraph(style=style), block[1])
    elif kind in _INNER:
        items = [block[1]] if kind == "quote" else block[-1]
        for inner in (one for item in items for one in item):
            _write(document, inner, style=_INNER[kind])
    elif kind == "code":
        for line in block[1]:
            _runs(document.add_paragraph(style="No Spacing"), line)
    elif kind == "rule":
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    else:
        _docx_table(document, block[2])


def _docx_table(document: Docx, rows: list[list[list[Any]]]) -> None:
    table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for at, row in enumerate(rows):
        cells = table.add_row().cells
        for cell, runs in zip(cells, row, strict=True):
            _runs(cell.paragraphs[0], runs, bold=at == 0, size=8.5)
    # python-docx has no public way to say which row is the head.
    head = table.rows[0]._tr.get_or_add_trPr()
    head.append(head.makeelement(qn("w:tblHeader"), {qn("w:val"): "true"}))
    document.add_paragraph()


def _runs(
    paragraph: Any, runs: Iterable[Any], *, bold: bool = False, size: float | None = None
) -> None:
    for style, text in _joined(runs):
        if style == BREAK:
            paragraph.add_run().add_break()
            continue
        run = paragraph.add_run(_writable(text))
        run.bold = True if bold or style & BOLD else None
        run.italic = True if style & ITALIC else None
        run.font.strike = True if style & STRUCK else None
        if style & CODE:
            run.font.name = "Courier New"
        if size is not None:
            run.font.size = Pt(size)


def _writable(text: str) -> str:
    """Give a text without the letters that XML cannot hold; each becomes a sign that says so."""
    return _UNWRITABLE.sub("\ufffd", text)


def _settled(document: Docx) -> bytes:
    """Write the archive with fixed times, so that the same tree gives the same bytes."""
    first, settled = io.BytesIO(), io.BytesIO()
    document.save(first)
    with zipfile.ZipFile(first) as made, zipfile.ZipFile(settled, "w") as kept:
        for name in sorted(made.namelist()):
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            kept.writestr(entry, made.read(name))
    return settled.getvalue()
