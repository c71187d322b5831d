"""Turn Markdown into a tree of plain values that the typesetter lays out.

Nothing here writes Typst: texts stay texts, as values, so no letter of one can be read as markup
or as code. Raw HTML is text like any other, pictures are left out but for what is said of them,
and an address is shown, not linked.

The tree: `["heading", level, runs]`, `["paragraph", runs]`, `["tight", runs]`, `["quote", blocks]`,
`["bullets", [blocks, …]]`, `["numbers", start, [blocks, …]]`, `["code", lines]`, `["rule"]`,
`["table", alignments, [[runs, …], …]]` with the header first. A run is `[style, text]`; its style
is a sum of BOLD, ITALIC, STRUCK and CODE, or BREAK or SOFT with no text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from app.rendering.refusals import refused

BOLD, ITALIC, STRUCK, CODE = 1, 2, 4, 8
BREAK, SOFT = 16, 32
"""A new line; a place at which a word may be broken that is longer than a line."""

DEEPEST = 20
"""Levels of quotes and lists in each other; deeper ones would be dropped by the parser in silence,
so they are refused."""

LONGEST_WORD = 36
LONGEST_IN_TABLE = 60
TAB = 4
MOST_COLUMNS = 24
_STYLES = {"strong": BOLD, "em": ITALIC, "s": STRUCK}
_SHOWN_LINKS = ("http://", "https://", "mailto:")

Run = list[Any]
Block = list[Any]


@dataclass
class Reading:
    """A tree on its way, with what was left out of it."""

    blocks: list[Block] = field(default_factory=list)
    pictures: int = 0
    addresses: int = 0


def read(source: bytes) -> Reading:
    """Read Markdown (UTF-8); raises SourceRefused where it is not text or nested too deeply."""
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refused("not-text") from error
    if "\0" in text:
        # The parser would put another letter in its place.
        raise refused("not-text")
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST})
    parser.enable(["table", "strikethrough"])
    tokens = parser.parse(text)
    if any(token.level >= DEEPEST - 1 for token in tokens):
        raise refused("too-nested")
    reading = Reading()
    reading.blocks = _blocks(SyntaxTreeNode(tokens).children, reading, parser)
    if not reading.blocks:
        raise refused("no-text")
    return reading


def breakable(text: str, longest: int = LONGEST_WORD) -> list[Run]:
    """Give a plain text as runs, with places to break words that might be longer than a line."""
    return list(_breakable([[0, text]], longest)) if text else []


def _blocks(nodes: list[SyntaxTreeNode], reading: Reading, parser: MarkdownIt) -> list[Block]:
    return [_block(node, reading, parser) for node in nodes]


def _block(node: SyntaxTreeNode, reading: Reading, parser: MarkdownIt) -> Block:
    inside = node.children
    if node.type == "heading":
        return ["heading", int(node.tag[1:]), _runs(inside, reading, parser)]
    if node.type == "paragraph":
        return ["tight" if node.hidden else "paragraph", _runs(inside, reading, parser)]
    if node.type == "blockquote":
        return ["quote", _blocks(inside, reading, parser)]
    if node.type in ("bullet_list", "ordered_list"):
        items = [_blocks(item.children, reading, parser) for item in inside]
        if node.type == "bullet_list":
            return ["bullets", items]
        return ["numbers", int(node.attrs.get("start", 1)), items]
    if node.type in ("fence", "code_block"):
        return ["code", [_code_line(line) for line in node.content.rstrip("\n").split("\n")]]
    if node.type == "table":
        return _table(node, reading, parser)
    if node.type == "hr":
        return ["rule"]
    # A kind of block that nobody thought of is refused, not dropped.
    raise refused("not-typeset")


def _code_line(line: str) -> list[Run]:
    return list(_breakable([[CODE, line.expandtabs(TAB)]], LONGEST_WORD)) if line else []


def _table(node: SyntaxTreeNode, reading: Reading, parser: MarkdownIt) -> Block:
    rows = [row for part in node.children for row in part.children]
    columns = len(rows[0].children)
    if columns > MOST_COLUMNS:
        raise refused("too-wide")
    longest = max(2, LONGEST_IN_TABLE // columns)
    cells = [
        [_runs(cell.children, reading, parser, longest=longest) for cell in row.children]
        for row in rows
    ]
    return ["table", [_alignment(cell) for cell in rows[0].children], cells]


def _alignment(cell: SyntaxTreeNode) -> str:
    style = str(cell.attrs.get("style", ""))
    return style.removeprefix("text-align:") or "left"


def _runs(
    nodes: list[SyntaxTreeNode],
    reading: Reading,
    parser: MarkdownIt,
    *,
    longest: int = LONGEST_WORD,
) -> list[Run]:
    """Flatten inline nodes to runs, joined where one style goes on, long words breakable."""
    joined: list[Run] = []
    for style, text in _flat(nodes, 0, reading, parser):
        if joined and style == joined[-1][0] and style != BREAK:
            joined[-1][1] += text
        elif text or style == BREAK:
            joined.append([style, text])
    return list(_breakable(joined, longest))


def _flat(
    nodes: list[SyntaxTreeNode], style: int, reading: Reading, parser: MarkdownIt
) -> Iterator[tuple[int, str]]:
    for node in nodes:
        if node.type in ("text", "text_special"):
            yield style, node.content
        elif node.type == "code_inline":
            yield style | CODE, node.content
        elif node.type == "softbreak":
            yield style, " "
        elif node.type == "hardbreak":
            yield BREAK, ""
        elif node.type == "image":
            reading.pictures += 1
            said = "".join(text for _, text in _flat(node.children, 0, Reading(), parser))
            yield style, f"[Picture: {said}]" if said else "[Picture]"
        elif node.type == "link":
            yield from _link(node, style, reading, parser)
        elif node.type == "inline" or node.type in _STYLES:
            more = _STYLES.get(node.type, 0)
            yield from _flat(node.children, style | more, reading, parser)
        else:
            raise refused("not-typeset")


def _link(
    node: SyntaxTreeNode, style: int, reading: Reading, parser: MarkdownIt
) -> Iterator[tuple[int, str]]:
    label = list(_flat(node.children, style, reading, parser))
    yield from label
    address = parser.normalizeLinkText(str(node.attrs.get("href", "")))
    if not address.lower().startswith(_SHOWN_LINKS):
        reading.addresses += 1
        return
    said = "".join(text for _, text in label)
    if said not in (address, address.removeprefix("mailto:")):
        yield style, f" ({address})"


def _breakable(runs: list[Run], longest: int) -> Iterator[Run]:
    """Put places to break into words that might be longer than a line; nothing is lost by it."""
    word = re.compile(rf"\S{{{longest}}}(?=\S)")
    for style, text in runs:
        at = 0
        for match in word.finditer(text):
            yield [style, text[at : match.end()]]
            yield [SOFT, ""]
            at = match.end()
        yield [style, text[at:]]
