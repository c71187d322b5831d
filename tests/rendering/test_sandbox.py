"""The sandbox: what a child cannot reach, what ends it, and what an outsider is told."""

import io
import os
import socket
import zlib
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream

from app.rendering import drills
from app.rendering.refusals import MESSAGES, SourceRefused
from app.rendering.sandbox import (
    Limits,
    build_pages,
    capabilities,
    extract_outline,
    extract_pages,
    inspect_source,
    run,
    run_streaming,
)
from app.rendering.shapes import Box, PageJob
from tests.rendering.adversarial import WHERE, add_page, plain_line, saved, simple

SMALL = Limits(memory_bytes=700 * 1024**2, cpu_seconds=2, wall_seconds=30)


def refusal(task: str, *, limits: Limits = SMALL, **arguments: object) -> SourceRefused:
    """Run a drill that must be refused."""
    with pytest.raises(SourceRefused) as caught:
        run(task, source=b"x", arguments=arguments, limits=limits)
    return caught.value


@pytest.fixture
def targets(tmp_path: Path) -> Iterator[dict[str, object]]:
    """Give a listening port, a listening Unix socket and a file in a data folder."""
    secret = tmp_path / "sources" / "secret.pdf"
    secret.parent.mkdir()
    secret.write_bytes(b"secret")
    path = f"/tmp/vitrine-drill-{os.getpid()}.sock"
    with socket.socket() as port, socket.socket(socket.AF_UNIX) as unix:
        port.bind(("127.0.0.1", 0))
        port.listen(8)
        unix.bind(path)
        unix.listen(8)
        yield {"port": port.getsockname()[1], "unix": path, "file": str(secret)}
    Path(path).unlink()


def test_a_child_reaches_neither_a_socket_nor_a_file_nor_a_program(
    targets: dict[str, object],
) -> None:
    walls = capabilities()
    ((reached, _),) = run("drill-reach", source=b"x", arguments=targets)

    assert "HOME" not in reached.pop("environment")
    assert walls["limits"] is True
    if not (walls["network"] and walls["files"]):
        pytest.skip(f"THIS PLATFORM GIVES THE SANDBOX NO FULL WALL: {walls}")
    assert reached == dict.fromkeys(("port", "unix", "file", "folder", "write", "program"), False)


def test_without_the_walls_the_same_drill_reaches_all_of_it(targets: dict[str, object]) -> None:
    ((reached, _),) = drills.reach(None, targets)

    reached.pop("environment")
    assert reached == dict.fromkeys(("port", "unix", "file", "folder", "write", "program"), True)


def test_a_child_that_hoards_memory_is_refused() -> None:
    assert refusal("drill-hoard").reason == "too-demanding"


def test_a_child_that_burns_time_is_refused() -> None:
    assert refusal("drill-spin", limits=Limits(cpu_seconds=1)).reason == "too-demanding"


def test_a_child_that_sleeps_is_refused() -> None:
    assert refusal("drill-sleep", limits=Limits(wall_seconds=2)).reason == "too-demanding"


def test_a_child_that_aborts_is_refused_after_its_results() -> None:
    frames = run_streaming("drill-abort", source=b"x", arguments={}, limits=SMALL)

    assert next(frames)[0] == {"before": True}
    with pytest.raises(SourceRefused) as caught:
        next(frames)
    assert caught.value.reason == "too-demanding"  # as where memory is not to be had


def test_bytes_that_are_no_frame_are_refused() -> None:
    assert refusal("drill-babble").reason == "crashed"


def test_an_unknown_task_is_refused() -> None:
    assert refusal("rm-rf").reason == "broken"


def test_leaving_early_ends_the_child() -> None:
    frames = run_streaming("drill-abort", source=b"x", arguments={}, limits=SMALL)
    next(frames)
    frames.close()

    with pytest.raises(StopIteration):
        next(frames)


def encrypted() -> bytes:
    """Give a file that needs a password."""
    pdf = pikepdf.new()
    add_page(pdf, "")
    return saved(pdf, encryption=pikepdf.Encryption(owner="a", user="b"))


def of_pages(count: int) -> bytes:
    """Give a file of many empty pages."""
    pdf = pikepdf.new()
    for _ in range(count):
        pdf.add_blank_page(page_size=(100, 100))
    return saved(pdf)


def looping_tree() -> bytes:
    """Give a file whose page tree contains itself."""
    pdf = pikepdf.new()
    add_page(pdf, "")
    pdf.Root.Pages.Kids.append(pdf.Root.Pages)
    pdf.Root.Pages.Count = 9
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 not a document", "not-a-pdf"),
        (b"%PDF-1.7\n" + b"rubbish " * 200, "broken"),
        (simple("")[:300], "broken"),
        (encrypted(), "encrypted"),
        (of_pages(31), "too-many-pages"),
        (simple("") + b" " * 200_000, "too-large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_source_that_cannot_be_taken_is_refused_with_a_reason(source: bytes, reason: str) -> None:
    with pytest.raises(SourceRefused) as caught:
        inspect_source(source, limits=Limits(max_pages=30, max_bytes=100_000))

    assert caught.value.reason == reason
    assert caught.value.message == MESSAGES[reason]
    assert "Nothing was imported" in (caught.value.kept or "")


def test_a_missing_file_is_no_refusal_of_a_source(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        inspect_source(tmp_path / "absent.pdf")


def test_a_page_tree_that_contains_itself_ends_cleanly() -> None:
    try:
        facts = inspect_source(looping_tree())
    except SourceRefused as error:
        assert error.reason in ("broken", "crashed", "too-demanding")
    else:
        assert facts.pages < 100


def test_a_good_source_is_described(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    add_page(pdf, plain_line("word"))
    add_page(pdf, "").obj.Rotate = 90
    pdf.docinfo["/Title"] = "A title"
    with pdf.open_outline() as outline:
        top = pikepdf.OutlineItem("Chapter", 0)
        top.children.append(pikepdf.OutlineItem("Section", 1))
        outline.root.append(top)
    path = tmp_path / "good.pdf"
    path.write_bytes(saved(pdf))

    facts = inspect_source(path)

    assert (facts.pages, facts.title_present, facts.encrypted) == (2, True, False)
    assert facts.sizes == ((360.0, 200.0), (200.0, 360.0))
    entries = [(one.level, one.title, one.page) for one in extract_outline(path)]
    assert entries == [(0, "Chapter", 1), (1, "Section", 2)]


def test_pages_go_through_the_sandbox_word_by_word_and_pixel_by_pixel() -> None:
    source = simple(plain_line("Quillfeather"))
    (page,) = extract_pages(source, first=1, last=1)
    job = PageJob(1, (Box(*WHERE),), page.words)
    (built,) = build_pages(source, pages=[job], dpi=110)

    assert [word.text for word in page.words] == ["harbour", "Quillfeather", "lantern"]
    assert [word.text for word in built.words] == ["harbour", "lantern"]
    assert (built.width_px, built.height_px) == (550, 306)


def test_a_page_beyond_the_last_is_refused() -> None:
    with pytest.raises(SourceRefused):
        list(build_pages(simple(""), pages=[PageJob(7, (), ())], dpi=110))


def bomb(size: int) -> bytes:
    """Give a file whose page contents inflate to `size` bytes."""
    pdf = pikepdf.new()
    page = add_page(pdf, "")
    packer = zlib.compressobj(9)
    block = b"0 0 1 1 re f\n" * 80_000
    parts = [packer.compress(block) for _ in range(size // len(block))] + [packer.flush()]
    page.obj.Contents = Stream(pdf, b"".join(parts), Filter=Name.FlateDecode)
    return saved(pdf)


def test_a_deflate_bomb_is_refused_or_drawn_but_never_more() -> None:
    source = bomb(250 * 1024 * 1024)
    assert len(source) < 2_000_000
    tight = Limits(memory_bytes=600 * 1024 * 1024, cpu_seconds=3, wall_seconds=20)

    with pytest.raises(SourceRefused) as caught:
        list(extract_pages(source, first=1, last=1, limits=tight))

    assert caught.value.reason in ("crashed", "too-demanding")


def test_an_image_bomb_and_a_huge_page_stay_below_thirty_megapixels() -> None:
    pdf = pikepdf.new()
    page = add_page(pdf, "q 14400 0 0 14400 0 0 cm /Im Do Q", size=(14400, 14400))
    packer = zlib.compressobj(9)
    rows = b"\xaa" * 7500 * 100
    body = b"".join(packer.compress(rows) for _ in range(100)) + packer.flush()
    page.obj.Resources.XObject = Dictionary(
        Im=Stream(
            pdf,
            body,
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=60000,
            Height=10000,
            BitsPerComponent=1,
            ColorSpace=Name.DeviceGray,
            Filter=Name.FlateDecode,
        )
    )
    try:
        (built,) = build_pages(saved(pdf), pages=[PageJob(1, (), ())], dpi=110)
    except SourceRefused as error:
        assert error.reason in ("crashed", "too-demanding")
    else:
        assert built.width_px * built.height_px <= 30_100_000


def test_a_page_that_cannot_be_drawn_comes_back_blank_and_without_words() -> None:
    pdf = pikepdf.new()
    add_page(pdf, plain_line("word"))
    add_page(pdf, plain_line("word"))
    pdf.pages[1].obj.MediaBox = Array([0, 0, 0, 0])
    pdf.pages[1].obj.CropBox = Array([5, 5, 5, 5])
    source = saved(pdf)
    pages = list(extract_pages(source, first=1, last=2))
    jobs = [PageJob(page.number, (), page.words) for page in pages]

    built = list(build_pages(source, pages=jobs, dpi=110))

    assert [page.number for page in built] == [1, 2]
    assert "word" in [word.text for word in built[0].words]
    for page, state in zip(pages, built, strict=True):
        assert page.rendered == state.rendered
        assert page.rendered or not state.words
