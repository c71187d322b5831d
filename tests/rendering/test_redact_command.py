"""`vitrine redact` and `vitrine check` as an operator meets them."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from app.cli import redact as commands
from tests.rendering.adversarial import WHERE, plain_line, simple
from tests.rendering.adversarial_more import scan
from tests.rendering.desk import leaks

SECRET = "Quillfeather"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Give a folder with a source that shows a secret."""
    (tmp_path / "in.pdf").write_bytes(simple(plain_line(SECRET)))
    return tmp_path


def vitrine(*arguments: object) -> Result:
    """Run a command of the program."""
    app = typer.Typer()
    commands.register(app)
    return CliRunner().invoke(app, [str(one) for one in arguments])


def redact(desk: Path, marks: object, *options: object) -> Result:
    """Redact the source with marks."""
    (desk / "marks.json").write_text(json.dumps(marks), encoding="utf-8")
    return vitrine(
        "redact", desk / "in.pdf", "--marks", desk / "marks.json", "-o", desk / "out.pdf", *options
    )


def entries(**entry: object) -> dict[str, object]:
    """Give a marks file of one mark."""
    return {"marks": [entry]}


@pytest.mark.parametrize(
    "marks",
    [
        entries(text=SECRET, categories=["PII"]),
        entries(text="quillFEATHER"),
        entries(page=1, rect=list(WHERE), categories=["SEC"], mode="tight"),
        entries(page=1, rect=[240, 58, 80, 34], categories=["SEC"], mode="block"),
    ],
    ids=["text", "case", "rectangle", "backwards"],
)
def test_a_marked_secret_is_gone(desk: Path, marks: dict[str, object]) -> None:
    result = redact(desk, marks, "--json")

    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert answer["passed"] is True
    assert answer["boxes"] >= 1
    assert not leaks((desk / "out.pdf").read_bytes(), SECRET)


def test_what_is_not_withheld_stays(desk: Path) -> None:
    marks = {
        "marks": [
            {"text": SECRET, "categories": ["PII"], "mode": "tight"},
            {"text": "harbour", "categories": ["SEC"], "mode": "tight"},
        ]
    }
    result = redact(desk, marks, "--withhold", "sec", "--json")

    assert result.exit_code == 0, result.output
    assert [row["withheld"] for row in json.loads(result.stdout)["marks"]] == [False, True]
    assert leaks((desk / "out.pdf").read_bytes(), SECRET)
    assert not leaks((desk / "out.pdf").read_bytes(), "harbour")


def test_a_mark_without_category_is_always_withheld(desk: Path) -> None:
    assert redact(desk, entries(text=SECRET), "--withhold", "IP").exit_code == 0
    assert not leaks((desk / "out.pdf").read_bytes(), SECRET)


def test_words_of_a_layer_over_a_scan_are_painted_too(desk: Path) -> None:
    (desk / "in.pdf").write_bytes(scan(SECRET))
    result = redact(desk, entries(text=SECRET, mode="tight"), "--json")

    assert json.loads(result.stdout)["boxes"] == 1


def test_a_mark_that_finds_nothing_is_said_aloud(desk: Path) -> None:
    result = redact(desk, entries(text="absent thing"))
    assert result.exit_code == 0
    assert "not found" in result.stderr


def test_words_that_also_stand_unmarked_are_said_aloud(desk: Path) -> None:
    again = f"BT /F1 12 Tf 20 80 Td ({SECRET}) Tj ET\n"
    (desk / "in.pdf").write_bytes(simple(plain_line(SECRET) + again))
    result = redact(desk, entries(page=1, rect=list(WHERE), mode="tight"), "--json")

    assert result.exit_code == 0
    assert any(
        "also stand unmarked on page 1" in one for one in json.loads(result.stdout)["warnings"]
    )


@pytest.mark.parametrize(
    ("marks", "says"),
    [
        ("{", "not JSON"),
        ({"marks": [{"page": 1}]}, "either `rect`"),
        ({"marks": [{"rect": [0, 0, 1, 1]}]}, "needs its page"),
        ({"marks": [{"page": 1, "rect": [0, 0, 0, 9]}]}, "no area"),
        ({"marks": [{"page": 1, "rect": [0, 0, 1]}]}, "mark 1"),
        ({"marks": [{"text": " ! "}]}, "no letter"),
        ({"marks": [{"text": "x", "categories": ["XXX"]}]}, "unknown category XXX"),
        ({"marks": [{"text": "x", "mode": "blur"}]}, "mark 1"),
        ({"marks": [{"text": "x", "colour": "red"}]}, "mark 1"),
        ({"marks": [{"page": 9, "rect": [0, 0, 9, 9]}]}, "no page 9"),
        ({"marks": [{"page": 1, "rect": [900, 0, 990, 9]}]}, "beside page 1"),
    ],
    ids=str,
)
def test_marks_that_do_not_fit_are_refused_with_a_reason(
    desk: Path, marks: object, says: str
) -> None:
    result = redact(desk, marks)
    if isinstance(marks, str):
        (desk / "marks.json").write_text(marks)
        result = vitrine(
            "redact", desk / "in.pdf", "--marks", desk / "marks.json", "-o", desk / "out.pdf"
        )

    assert result.exit_code == 2
    assert says in result.stderr
    assert not (desk / "out.pdf").exists()


def test_an_unknown_category_to_withhold_is_refused(desk: Path) -> None:
    result = redact(desk, entries(text=SECRET, categories=["SEC"]), "--withhold", "SEK", "--json")
    assert result.exit_code == 2
    assert "SEK" in json.loads(result.stdout)["message"]


def test_the_source_is_never_overwritten(desk: Path) -> None:
    (desk / "marks.json").write_text(json.dumps(entries(text=SECRET)))
    before = (desk / "in.pdf").read_bytes()
    result = vitrine(
        "redact", desk / "in.pdf", "--marks", desk / "marks.json", "-o", desk / "in.pdf"
    )
    assert result.exit_code == 2
    assert (desk / "in.pdf").read_bytes() == before


def test_a_source_that_is_no_pdf_is_refused_with_its_own_code(desk: Path) -> None:
    (desk / "in.pdf").write_bytes(b"no document")
    result = redact(desk, entries(text=SECRET))
    assert result.exit_code == 4
    assert "not a PDF" in result.stderr


def test_a_folder_that_is_not_there_is_usage(desk: Path) -> None:
    (desk / "marks.json").write_text(json.dumps(entries(text=SECRET)))
    result = vitrine(
        "redact", desk / "in.pdf", "--marks", desk / "marks.json", "-o", desk / "no" / "out.pdf"
    )
    assert result.exit_code == 2


def test_check_passes_an_edition_and_fails_a_source(desk: Path) -> None:
    (desk / "secrets.txt").write_text(f"\n{SECRET}\n", encoding="utf-8")
    (desk / "secrets.json").write_text(json.dumps([SECRET]), encoding="utf-8")
    redact(desk, entries(text=SECRET))

    good = vitrine("check", desk / "out.pdf", "--secrets", desk / "secrets.json", "--json")
    bad = vitrine("check", desk / "in.pdf", "--secrets", desk / "secrets.txt")

    assert good.exit_code == 0
    assert json.loads(good.stdout)["passed"] is True
    assert bad.exit_code == 1
    assert SECRET not in bad.output


@pytest.mark.parametrize("content", ["", "[1]", "{", "\n \n"])
def test_secrets_that_cannot_be_read_are_usage(desk: Path, content: str) -> None:
    (desk / "secrets.json").write_text(content)
    assert vitrine("check", desk / "in.pdf", "--secrets", desk / "secrets.json").exit_code == 2
