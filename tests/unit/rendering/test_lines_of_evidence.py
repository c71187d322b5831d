"""Evidence that is text: whatever the file and the marks, an edition shows the rest and no more."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.rendering.checkedlines import check_file, cover, secrets_and_public
from app.rendering.lines import KINDS, Kind, Line, Span
from app.rendering.reading_lines import MOST_BYTES, read_lines
from app.rendering.refusals import SourceRefused
from app.rendering.writing_lines import show_lines, write_file

WORDS = st.lists(
    st.sampled_from(
        ["open", "plain, words", 'say "so"', "a\nb", "=1+1", "-2", "x;y", "[withheld]", ""]
    ),
    min_size=1,
    max_size=4,
)
# Other tests run beside these; how fast files are drawn proves nothing.
GENTLY = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.sampled_from(["open", "two words", 'q"', "", "=x"])
)
NAMES = st.sampled_from(["name", "answer", "[withheld]", "a b", ""])
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=12,
)


@st.composite
def files(draw: Any) -> tuple[Kind, bytes]:
    """Draw a file of any kind."""
    kind = draw(st.sampled_from(KINDS))
    if kind == "text":
        lines = draw(st.lists(WORDS, min_size=1, max_size=8))
        text = "\n".join(" ".join(line).replace("\n", " ") for line in lines) + "\nlast\n"
    elif kind == "csv":
        out = io.StringIO()
        csv.writer(out).writerows([["first"], *draw(st.lists(WORDS, max_size=8))])
        text = out.getvalue()
    elif kind == "json":
        text = json.dumps(draw(TREES))
    else:
        text = "\n".join(json.dumps(one) for one in draw(st.lists(TREES, min_size=1, max_size=5)))
    return kind, text.encode()


@st.composite
def marked(draw: Any) -> tuple[Kind, list[Line], list[Span]]:
    """Draw a file, with each field given words of its own, and marks on it."""
    kind, content = draw(files())
    lines = [_own_words(at, line) for at, line in enumerate(read_lines(content, kind), start=1)]
    spans = []
    for at in range(draw(st.integers(0, 4))):
        number = draw(st.integers(1, len(lines)))
        fields = lines[number - 1].fields
        if not fields or draw(st.booleans()):
            last = draw(st.integers(number, len(lines)))
            spans.append(Span(f"red_{at}", number, last))
            continue
        field = draw(st.integers(0, len(fields) - 1))
        size = len(fields[field].text)
        if size and draw(st.booleans()):
            start = draw(st.integers(0, size - 1))
            end = draw(st.integers(start + 1, size))
            spans.append(Span(f"red_{at}", number, number, field, start, end))
        else:
            spans.append(Span(f"red_{at}", number, number, field))
    return kind, lines, spans


def _own_words(number: int, line: Line) -> Line:
    tokens, field = [], 0
    for token in line.tokens:
        if token.is_field:
            text = token.text if token.kind == "n" else f"{token.text} canary{number}q{field}z"
            tokens.append(type(token)(token.kind, text))
            field += 1
        else:
            tokens.append(token)
    return Line(line.depth, tuple(tokens))


def canaries(lines: Sequence[Line], spans: Sequence[Span]) -> tuple[set[str], set[str]]:
    """Give the canaries that are withheld whole, and those of which nothing is withheld."""
    covered = cover(lines, spans)
    hidden, open_ = set(), set()
    for number, line in enumerate(lines, start=1):
        for field, token in enumerate(line.fields):
            canary = f"canary{number}q{field}z"
            if canary not in token.text:
                continue
            parts = list(covered.parts(number, field, token.text))
            if any(withheld and canary in text for withheld, text in parts):
                hidden.add(canary)
            elif not any(withheld for withheld, _ in parts):
                open_.add(canary)
    return hidden, open_


@GENTLY
@given(marked())
def test_an_edition_holds_no_withheld_word_and_every_permitted_one(
    drawn: tuple[Kind, list[Line], list[Span]],
) -> None:
    kind, lines, spans = drawn
    content = write_file(show_lines(lines, spans), kind)
    hidden, open_ = canaries(lines, spans)
    text = content.decode()
    assert not [canary for canary in hidden if canary in text]
    assert not [canary for canary in open_ if canary not in text]
    covered = cover(lines, spans)
    found = [secret for secret in secrets_and_public(covered)[0] if "canary" in secret]
    whole = [secret for secret in found if any(canary in secret for canary in hidden)]
    assert check_file(content, kind, covered=covered, secrets=whole) == []
    if kind == "json":
        json.loads(text)
    if kind == "jsonl":
        assert [json.loads(line) is not Ellipsis for line in text.split("\n")[:-1]]


@GENTLY
@given(files())
def test_a_file_without_marks_is_written_with_the_same_values(drawn: tuple[Kind, bytes]) -> None:
    kind, content = drawn
    written = write_file(show_lines(read_lines(content, kind), []), kind)
    assert read_lines(written, kind) == read_lines(content, kind) or kind == "csv"
    if kind == "json":
        assert json.loads(written) == json.loads(content)


@GENTLY
@given(marked())
def test_the_checker_finds_an_edition_that_withholds_too_little(
    drawn: tuple[Kind, list[Line], list[Span]],
) -> None:
    kind, lines, spans = drawn
    hidden, _ = canaries(lines, spans)
    naive = write_file(show_lines(lines, []), kind)
    if hidden:
        assert check_file(naive, kind, covered=cover(lines, spans), secrets=sorted(hidden))


def test_a_naive_replacement_leaks_where_the_edition_does_not() -> None:
    source = b'{"note": "the vault is Helios", "id": 1.10, "b64": "x"}'
    lines = read_lines(source, "json")
    spans = [Span("red_1", 2, 2, 1, 13, 19)]
    assert lines[1].fields[1].text[13:19] == "Helios"
    naive = source.replace(b"the vault is Helios", b"the vault is \\u0048elios")
    assert b"Helios" not in naive
    found = check_file(naive, "json", covered=cover(lines, spans), secrets=["Helios"])
    assert any("secret" in what for _, what in found)
    content = write_file(show_lines(lines, spans), "json")
    assert json.loads(content, parse_float=str) == {
        "note": "the vault is [withheld]", "id": "1.10", "b64": "x",
    }  # fmt: skip
    assert b"1.10" in content


def test_lines_removed_together_are_one_gap_of_one_size() -> None:
    lines = read_lines(b"one\ntwo\nthree\nfour\nfive\n", "text")
    few = write_file(show_lines(lines, [Span("a", 2, 2)]), "text")
    many = write_file(show_lines(lines, [Span("a", 2, 3), Span("b", 4, 4)]), "text")
    assert few == b"one\n[withheld]\nthree\nfour\nfive\n"
    assert many == b"one\n[withheld]\nfive\n"


def test_a_mark_on_a_bracket_takes_all_that_it_holds() -> None:
    lines = read_lines(b'{"a": {"b": 1, "c": [2, 3]}, "d": 4}', "json")
    content = write_file(show_lines(lines, [Span("x", 4, 4)]), "json")
    assert json.loads(content) == {"a": {"b": 1, "[withheld]": "[withheld]"}, "d": 4}
    content = write_file(show_lines(lines, [Span("x", 8, 8)]), "json")
    assert json.loads(content) == {"[withheld]": "[withheld]", "d": 4}


def test_a_name_can_be_withheld_and_two_of_them_are_told_apart() -> None:
    lines = read_lines(b'{"Helios": 1, "Ariadne": 2, "[withheld]": 3}', "json")
    spans = [Span("x", 2, 2, 0), Span("x", 3, 3, 0)]
    content = write_file(show_lines(lines, spans), "json")
    assert json.loads(content) == {"[withheld] 2": 1, "[withheld] 3": 2, "[withheld]": 3}
    assert check_file(content, "json", covered=cover(lines, spans), secrets=["Helios"]) == []


def test_what_nobody_could_see_is_shown() -> None:
    content = "abc\u202edef\u200b\x07".encode()
    [line] = read_lines(content, "text")
    assert line.fields[0].text == "abc⟨U+202E⟩def⟨U+200B⟩⟨U+0007⟩"


def test_a_cell_never_starts_a_formula_and_numbers_stay() -> None:
    lines = read_lines(b'a,b\n"=HYPERLINK(1)",-1.5\n@x,+2\n', "csv")
    assert write_file(show_lines(lines, []), "csv") == (b"a,b\r\n'=HYPERLINK(1),-1.5\r\n'@x,+2\r\n")


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (b"PK\x03\x04rest", "csv", "spreadsheet"),
        (b"caf\xe9", "text", "not-utf-8"),
        (b"a\0b", "text", "no-such-letters"),
        (b" \n ", "text", "empty"),
        (b'a,"b\n', "csv", "broken-csv"),
        (b"{'a': 1}", "json", "broken-json"),
        (b'{"a": 1}\n{', "jsonl", "broken-jsonl"),
        (b'{"a": NaN}', "json", "not-a-number"),
        (b'{"a": 1, "a": 2}', "json", "name-given-twice"),
        (b"[" * 60 + b"]" * 60, "json", "too-deep"),
        (b"[" * 100_000, "json", "too-deep"),
        (b'"\\ud800"', "json", "no-such-letters"),
        (b"a" * (MOST_BYTES + 1), "text", "evidence-too-large"),
        (b"a\n" * 100_001, "text", "evidence-too-large"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused(content: bytes, kind: Kind, code: str) -> None:
    with pytest.raises(SourceRefused) as refusal:
        read_lines(content, kind)
    assert refusal.value.code == code
