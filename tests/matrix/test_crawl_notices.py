"""The positive control of the crawl: wherever a canary is planted in an answer, it is noticed."""

import io
import zipfile

import httpx
import pytest

from tests.matrix.crawling import everything_in
from tests.matrix.table import Canary

CANARY = Canary("R&D \u201cQUOKKA\u201d", "R&D \u201cQUOKKA\u201d", frozenset())


def _archive(name: str, content: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("text/html; charset=utf-8", b"<p>R&amp;D &#8220;QUOKKA&#8221; is here</p>"),
        ("text/html; charset=utf-8", "<p title='R&D \u201cQUOKKA\u201d'></p>".encode()),
        ("application/json", b'{"a": [{"b": "R&D \\u201cQUOKKA\\u201d"}]}'),
        ("application/problem+json", '{"R&D \u201cQUOKKA\u201d": 1}'.encode()),
        ("application/zip", _archive("log.jsonl", "R&D \u201cQUOKKA\u201d")),
        ("application/zip", _archive("R&D \u201cQUOKKA\u201d.txt", "")),
    ],
)
def test_a_canary_is_noticed_however_it_is_written(kind: str, content: bytes) -> None:
    answer = httpx.Response(200, headers={"content-type": kind}, content=content)
    assert CANARY.is_in(everything_in(answer))


def test_a_canary_is_noticed_in_a_header() -> None:
    canary = Canary("SECQUOKKA", "SECQUOKKA", frozenset())
    answer = httpx.Response(200, headers={"content-disposition": 'filename="SECQUOKKA.pdf"'})
    assert canary.is_in(everything_in(answer))


def test_a_part_of_a_longer_word_is_no_canary() -> None:
    assert not Canary("ORGA", "ORGA", frozenset()).is_in("ORGANISATION")
    assert Canary("ORGA", "ORGA", frozenset()).is_in("RQ-ORGA-0007")
