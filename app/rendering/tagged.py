"""Typeset a tree of plain values as a tagged PDF (PDF/UA-1), for people who read by ear as well.

Runs inside the sandboxed child only. As in typesetting.py the program is fixed and texts reach it
as values. The wide tables of an appendix stand in smaller letters; a letter that no font here has
is spelt out by its number, so that nothing is left out in silence. Same tree, same bytes.
"""

import json
from typing import Any

import typst

from app.rendering.refusals import refused
from app.rendering.typesetting import BLOCKS, missing_letters

_TRIES = 6
_SURE = 0x17F  # Latin, Latin-1 and Latin Extended-A
_SURE_SIGNS = "–—‘’“”„…•€■█"

_PAGE = """
#let body = json(bytes(sys.inputs.body))
#set document(
  title: sys.inputs.title, author: sys.inputs.author,
  date: datetime(year: 2000, month: 1, day: 1),
)
#set page(
  paper: "a4", margin: (x: 22mm, y: 24mm),
  header: context if counter(page).get().first() > 1 { text(8pt, sys.inputs.header) },
  footer: context align(center, text(9pt, counter(page).display("1 / 1", both: true))),
)
#set text(font: "Libertinus Serif", size: 10.5pt, lang: "en", hyphenate: false, ligatures: false)
#set par(justify: false, leading: 0.65em, spacing: 1em)
#show table: set text(8.5pt)
#show table: set par(leading: 0.5em)
#show strong: set text(weight: "bold")
"""
PROGRAM = f"{_PAGE}{BLOCKS}#blocks(body)\n"


def typeset(source: bytes, arguments: dict[str, Any]) -> bytes:
    """Typeset a tree given as JSON; raises SourceRefused where it cannot be set.

    Args:
        source: the tree.
        arguments: `title`, `author` and `header`, as plain texts.
    """
    inputs = {name: str(arguments.get(name, "")) for name in ("title", "author", "header")}
    # As letters, not as escapes: those that cannot be set are looked for in it.
    inputs["body"] = json.dumps(json.loads(source), ensure_ascii=False)
    for _ in range(_TRIES):
        try:
            return _compile(inputs)
        except typst.TypstError as error:
            letters = missing_letters(str(error))
            if not letters or letters.isascii():
                raise refused("not-typeset") from error
            inputs = {name: _spelt(text, set(letters)) for name, text in inputs.items()}
    return _compile({name: _spelt(text, _rare(text)) for name, text in inputs.items()})


def _compile(inputs: dict[str, str]) -> bytes:
    pdf = typst.compile(
        PROGRAM.encode(),
        font_paths=typst.Fonts(include_system_fonts=False),
        sys_inputs=inputs,
        timestamp=0,
        pdf_standards=["ua-1"],
    )
    return bytes(pdf)


def _spelt(text: str, letters: set[str]) -> str:
    for letter in letters:
        text = text.replace(letter, f"[U+{ord(letter):04X}]")
    return text


def _rare(text: str) -> set[str]:
    """Give the letters of a text that the fonts of the wheel are not sure to have."""
    return {letter for letter in text if ord(letter) > _SURE and letter not in _SURE_SIGNS}
