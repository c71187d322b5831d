"""Look at what a source file holds beside what its pages show: part of the author's report.

Runs inside the sandboxed child only. Nothing of it is ever published: an edition is made of pixels
and confirmed words, whatever else the file holds.
"""

import io
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pikepdf

MOST_NAMES = 200
MOST_LETTERS = 200
MOST_PAGES = 5000
DEEPEST = 12
WHOLE_PAGE = 0.7
SCRIPTED = ("/OpenAction", "/AA", "/JavaScript")


def survey(source: Any) -> dict[str, Any]:
    """Give the fields of SourceSurvey; what is damaged counts as not there."""
    try:
        pdf = pikepdf.open(io.BytesIO(bytes(source)))
    except (pikepdf.PdfError, ValueError):
        return _said()
    with pdf:
        pages = list(_first(pdf.pages, MOST_PAGES))
        return _said(
            annotations=_annotations(pages),
            attachments=_names(lambda: pdf.attachments),
            layers=_guarded(lambda: _layers(pdf.Root)),
            fields=_guarded(lambda: list(_first(_fields(pdf.Root), MOST_NAMES))),
            scripts=[name[1:] for name in SCRIPTED if _has_script(pdf.Root, name)],
            metadata=_metadata(pdf),
            scanned=[at for at, page in enumerate(pages, 1) if _guarded(lambda p=page: _scan(p))],
            unreadable=_unreadable(pages),
        )


def _said(**found: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {
        "annotations": {}, "attachments": [], "layers": [], "fields": [], "scripts": [],
        "metadata": {}, "scanned": [], "unreadable": [],
    }  # fmt: skip
    return {**empty, **found}


def _first(items: Any, most: int) -> Iterator[Any]:
    for at, item in enumerate(items):
        if at >= most:
            return
        yield item


def _guarded(look: Any) -> Any:
    """Look, and see nothing where the file is damaged there."""
    try:
        return look()
    except (pikepdf.PdfError, AttributeError, KeyError, TypeError, ValueError, RecursionError):
        return []


def _short(text: Any) -> str:
    shown = "".join(letter if letter.isprintable() else " " for letter in str(text))
    return " ".join(shown.split())[:MOST_LETTERS]


def _names(mapping: Any) -> list[str]:
    return list(_guarded(lambda: [_short(name) for name in _first(mapping(), MOST_NAMES)]))


def _annotations(pages: list[pikepdf.Page]) -> dict[str, dict[str, int]]:
    found = {}
    for number, page in enumerate(pages, 1):
        kinds = _guarded(lambda p=page: [_short(a.Subtype)[1:] for a in p.obj.get("/Annots", [])])
        if kinds:
            found[str(number)] = dict(Counter(kinds))
    return found


def _layers(root: Any) -> list[tuple[str, bool]]:
    held = root.get("/OCProperties")
    if held is None:
        return []
    off = [one.objgen for one in held.get("/D", {}).get("/OFF", [])]
    return [
        (_short(one.get("/Name", "")), one.objgen not in off)
        for one in _first(held.get("/OCGs", []), MOST_NAMES)
    ]


def _fields(root: Any) -> Iterator[tuple[str, str]]:
    form = root.get("/AcroForm")
    waiting = [(field, 0) for field in form.get("/Fields", [])] if form is not None else []
    if form is not None and "/XFA" in form:
        yield "XFA", ""
    for _ in range(10 * MOST_NAMES):
        if not waiting:
            return
        field, depth = waiting.pop(0)
        if depth < DEEPEST:
            waiting += [(kid, depth + 1) for kid in field.get("/Kids", [])]
        if "/T" in field:
            yield _short(field.T), _short(field.get("/V", ""))


def _has_script(root: Any, name: str) -> bool:
    names = root.get("/Names", {})
    return bool(_guarded(lambda: name in root or name in names))


def _metadata(pdf: pikepdf.Pdf) -> dict[str, str]:
    found = _guarded(lambda: {_short(key)[1:]: _short(value) for key, value in pdf.docinfo.items()})
    return {key: value for key, value in dict(found).items() if value}


def _scan(page: pikepdf.Page) -> bool:
    """Say whether one picture fills the page under text that is drawn invisibly (mode 3)."""
    x0, y0, x1, y1 = (float(edge) for edge in page.mediabox)
    area = abs((x1 - x0) * (y1 - y0))
    resources: Any = page.obj.get("/Resources", {})
    if not any(_is_picture(one) for one in resources.get("/XObject", {}).values()):
        return False
    filled = hidden = False
    scale = [1.0, 0.0, 0.0, 1.0]
    for step in pikepdf.parse_content_stream(page, "cm Tr Do"):
        operands: Any = step.operands
        name = str(step.operator)
        if name == "cm":
            scale = [float(number) for number in list(operands)[:4]]
        elif name == "Tr":
            hidden = hidden or int(operands[0]) == 3
        else:
            covered = abs(scale[0] * scale[3] - scale[1] * scale[2])
            filled = filled or covered > WHOLE_PAGE * area
    return filled and hidden


def _is_picture(item: Any) -> bool:
    return bool(item.get("/Subtype") == "/Image")


def _unreadable(pages: list[pikepdf.Page]) -> list[str]:
    """Name the fonts that neither map their codes to characters nor use a common encoding."""
    found: dict[str, None] = {}
    for page in pages:
        fonts = _guarded(lambda p=page: list(p.obj.Resources.Font.values()))
        for font in fonts:
            if _guarded(lambda f=font: "/ToUnicode" not in f and f.Subtype == "/Type0"):
                found[_short(font.get("/BaseFont", ""))[1:]] = None
    return list(found)[:MOST_NAMES]
