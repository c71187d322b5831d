"""The fixed list of tasks that a rendering child may run, and nothing else.

Each takes the source's bytes and its arguments and yields frames: a JSON head and bytes. Each
brings the libraries that it needs itself: a child lives for one task, and most of its start is
imports.
"""

from collections.abc import Callable, Iterator
from typing import Any

from app.rendering import drills
from app.rendering.framing import Frame
from app.rendering.refusals import refused

Task = Callable[[Any, dict[str, Any]], Iterator[Frame]]


def _nothing(_source: Any, _arguments: dict[str, Any]) -> Iterator[Frame]:
    yield {}, b""


def _inspect(source: Any, arguments: dict[str, Any]) -> Iterator[Frame]:
    from app.rendering import inspect

    yield inspect.facts(source, max_pages=int(arguments["max_pages"])), b""


def _outline(source: Any, _arguments: dict[str, Any]) -> Iterator[Frame]:
    from app.rendering import inspect, outline

    with inspect.opened(source) as document:
        yield {"entries": outline.outline(document, source)}, b""


def _survey(source: Any, _arguments: dict[str, Any]) -> Iterator[Frame]:
    from app.rendering import survey

    yield survey.survey(source), b""


def _extract(source: Any, arguments: dict[str, Any]) -> Iterator[Frame]:
    from app.rendering import inspect, words

    with inspect.opened(source) as document:
        last = min(int(arguments["last"]), len(document))
        for number in range(int(arguments["first"]), last + 1):
            yield words.extract(document, number), b""


def _render(source: Any, arguments: dict[str, Any]) -> Iterator[Frame]:
    from app.rendering import inspect, pages

    with inspect.opened(source) as document:
        for number in arguments["pages"]:
            if not 1 <= int(number) <= len(document):
                raise refused("broken")
            yield pages.render(document, int(number), dpi=float(arguments["dpi"]))


def _read(source: Any, arguments: dict[str, Any]) -> Iterator[Frame]:
    from app.rendering import inspect, reading

    with inspect.opened(source) as document:
        yield from reading.read(document, arguments["places"])


def _typeset(source: Any, _arguments: dict[str, Any]) -> Iterator[Frame]:
    from app.rendering import typesetting

    yield typesetting.typeset(source)


def _tagged(source: Any, arguments: dict[str, Any]) -> Iterator[Frame]:
    from app.rendering import tagged

    yield {}, tagged.typeset(bytes(source), arguments)


def _picture(source: Any, _arguments: dict[str, Any]) -> Iterator[Frame]:
    from app.rendering import picture

    yield picture.to_pdf(source)


def _evidence(source: Any, arguments: dict[str, Any]) -> Iterator[Frame]:
    from app.rendering import lines, reading_lines

    kind = next((one for one in lines.KINDS if one == arguments["kind"]), None)
    if kind is None:
        raise refused("broken")
    for packed in lines.in_parts(reading_lines.read_lines(bytes(source), kind)):
        yield {}, packed


def _workbook(source: Any, _arguments: dict[str, Any]) -> Iterator[Frame]:
    from app.rendering import workbook

    yield from workbook.split(bytes(source))


def _wording(source: Any, arguments: dict[str, Any]) -> Iterator[Frame]:
    from app.rendering import wording

    if arguments["kind"] == "docx":
        yield {}, wording.of_docx(bytes(source)).encode()
        return
    yield {}, wording.of_pdf(source, max_pages=int(arguments["max_pages"])).encode()


def _notes(source: Any, arguments: dict[str, Any]) -> Iterator[Frame]:
    from app.rendering import annotations, inspect

    if arguments["kind"] == "xfdf":
        yield from annotations.of_xfdf(bytes(source))
        return
    with inspect.opened(source) as document:
        yield from annotations.of_pdf(document)


TASKS: dict[str, Task] = {
    "nothing": _nothing,
    "inspect": _inspect,
    "outline": _outline,
    "survey": _survey,
    "evidence": _evidence,
    "workbook": _workbook,
    "notes": _notes,
    "wording": _wording,
    "extract": _extract,
    "render": _render,
    "read": _read,
    "typeset": _typeset,
    "tagged": _tagged,
    "picture": _picture,
    "drill-reach": drills.reach,
    "drill-hoard": drills.hoard,
    "drill-spin": drills.spin,
    "drill-sleep": drills.sleep,
    "drill-abort": drills.abort,
    "drill-babble": drills.babble,
}
