"""Markdown and pictures become versions: made a PDF in the sandbox, approved, then as ever."""

import io
from typing import Any

import httpx
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from app.web import csrf
from tests.features.reports.test_importing import new_report, rows, send
from tests.world import Someone, World
from tests.worlds.entries import entries
from tests.worlds.reports import (
    LEG,
    ImportedVersion,
    grant_internally,
    imported_version,
    marked,
    review_with_grant,
    settle,
)

CANARY = "CANARYQUOKKA"
REPORT = f"""# Purpose

The monitor reads *every* transcript. The sealed project is {LEG}.

![a chart](https://evil.example/x.png) and [the plan](plan.md)

# Costs

| What | How much |
|------|---------:|
| Safeguards | 41 |

<script>alert("#panic")</script>
""".encode()


def picture(kind: str = "PNG") -> bytes:
    """Draw a picture whose description holds a canary."""
    image, made = Image.new("RGB", (300, 200), "white"), io.BytesIO()
    image.paste((200, 30, 30), (20, 20, 120, 90))
    if kind == "PNG":
        described = PngInfo()
        described.add_text("Comment", CANARY)
        image.save(made, "PNG", pnginfo=described)
    else:
        image.save(made, "JPEG", comment=CANARY.encode())
    return made.getvalue() + CANARY.encode()


def take(world: World, content: bytes, name: str, report_id: str = "") -> httpx.Response:
    """Hand in a file under a name, as the author."""
    answer: httpx.Response = world.author.client.post(
        f"/api/v1/reports/{report_id or new_report(world)}/versions",
        data={"label": "1.0"},
        files={"file": (name, content, "application/octet-stream")},
    )
    return answer


def imported(world: World, content: bytes = REPORT, name: str = "report.md") -> str:
    """Import a file of another kind, all the way to `working`; gives the version's id."""
    answer = take(world, content, name)
    assert answer.status_code == 202, answer.text
    settle(world)
    return str(answer.json()["id"])


def approve(someone: Someone, version: str) -> httpx.Response:
    """Approve the PDF."""
    answer: httpx.Response = someone.client.post(f"/api/v1/versions/{version}/pdf/approve")
    return answer


def desk(world: World, version: str) -> str:
    """Give the page of a version as its author sees it."""
    report_id = rows(world, f"SELECT report_id FROM versions WHERE id = '{version}'")[0][0]
    return str(world.author.client.get(f"/reports/{report_id}/versions/{version}").text)


def words(world: World, version: str, page: int = 1) -> str:
    """Give the words of a page as the author reads them."""
    view: dict[str, Any] = world.author.client.get(
        f"/api/v1/versions/{version}/pages/{page}"
    ).json()
    return " ".join(word["text"] for word in view["words"])


def test_markdown_becomes_a_version_that_waits_for_its_author(world: World) -> None:
    version = imported(world)
    (row,) = rows(
        world,
        "SELECT kind, state, pages, source_digest, original_digest, pdf_approved_at FROM versions",
    )
    assert (row.kind, row.state, row.pages, row.pdf_approved_at) == ("markdown", "working", 1, None)
    assert row.source_digest != row.original_digest
    (made,) = [e for e in entries(world) if e.event == "SourceConverted"]
    assert made.facts["original"] == row.original_digest
    assert made.facts["digest"] == row.source_digest
    said = words(world, version)
    assert 'alert("#panic")' in said
    assert "[Picture: a chart]" in said
    assert "evil.example" not in said
    page = desk(world, version)
    assert "Typeset from Markdown" in page
    assert "1 picture is left out" in page
    assert row.original_digest[:16] in page
    assert row.source_digest[:16] in page
    outline = world.author.client.get(f"/api/v1/versions/{version}").json()["outline"]
    assert [line["title"] for line in outline] == ["Purpose", "Costs"]
    held = world.author.client.get(f"/versions/{version}/file")
    assert "Made from Markdown" in held.text


def test_nothing_is_published_before_an_author_has_approved_the_pdf(world: World) -> None:
    version = imported(world)
    publish = f"/api/v1/versions/{version}/publish"
    refused = world.coordinator.client.post(publish)
    assert refused.status_code == 409
    assert "waits for an author" in refused.json()["detail"]
    assert "Publish</button>" not in desk(world, version)
    assert "its PDF waits for your approval" in world.author.client.get("/").text
    assert [e for e in entries(world) if e.event == "VersionPublished"] == []
    assert approve(world.author, version).status_code == 200
    (entry,) = [e for e in entries(world) if e.event == "PdfApproved"]
    (row,) = rows(world, "SELECT source_digest, original_digest, pdf_approved_by FROM versions")
    assert entry.facts["digest"] == row.source_digest
    assert entry.facts["original"] == row.original_digest
    assert (entry.actor, row.pdf_approved_by) == (world.author.id, world.author.id)
    assert approve(world.author, version).status_code == 409  # once
    page = desk(world, version)
    assert "Look through the PDF" not in page
    assert "Publish</button>" in page
    assert world.coordinator.client.post(publish).status_code == 200


def test_a_typeset_report_is_marked_and_read_as_any_other(world: World) -> None:
    made = _made(world, imported(world))
    marked(world, made, LEG, "LEG")
    assert approve(world.author, made.version_id).status_code == 200
    publish = f"/api/v1/versions/{made.version_id}/publish"
    assert world.coordinator.client.post(publish).status_code == 200
    review_with_grant(world, made, "ORGA", preset="limited")
    settle(world)
    read = world.reviewer_a.client.get(f"/api/v1/versions/{made.version_id}/pages/1")
    assert read.status_code == 200
    said = " ".join(word["text"] for word in read.json()["words"])
    assert LEG not in read.text
    assert "The monitor reads" in said
    for path in ("", "/desk", "/pdf/approve", "/file"):
        answer = world.reviewer_a.client.get(f"/api/v1/versions/{made.version_id}{path}")
        assert "arkdown" not in answer.text, "what it was made of is the publisher's business"


def test_who_is_no_author_of_all_of_it_approves_nothing(world: World) -> None:
    version = imported(world)
    for who in ("coordinator", "approver", "second_author", "auditor", "lead_a"):
        answer = approve(world.people[who], version)
        assert answer.status_code in (403, 404), who
    marked(world, made := _made(world, version), LEG, "LEG")
    grant_internally(world, made, world.second_author, "COM")
    assert approve(world.second_author, version).status_code == 404  # something is withheld
    assert len(entries(world, action="report:pdf:approve", outcome="denied")) == 5
    assert entries(world, action="report:ingestion:read", outcome="denied") != []
    assert rows(world, "SELECT pdf_approved_at FROM versions") == [(None,)]


def _made(world: World, version: str) -> ImportedVersion:
    ((report_id,),) = rows(world, f"SELECT report_id FROM versions WHERE id = '{version}'")
    return ImportedVersion(report_id, version)


def test_a_pdf_needs_no_approval_and_takes_none(world: World) -> None:
    made = imported_version(world)
    answer = approve(world.author, made.version_id)
    assert answer.status_code == 409
    page = world.author.client.post(
        f"/versions/{made.version_id}/pdf/approve",
        data={"csrf_token": csrf.token_for("test-secret")},
    )
    assert page.status_code == 409
    assert "imported as PDF" in page.text


@pytest.mark.parametrize(("kind", "name"), [("PNG", "scan.png"), ("JPEG", "scan.jpg")])
def test_a_picture_is_one_page_of_pixels(world: World, kind: str, name: str) -> None:
    version = imported(world, picture(kind), name)
    (row,) = rows(world, "SELECT kind, pages, source_digest, original_digest FROM versions")
    assert (row.kind, row.pages) == (kind.lower(), 1)
    assert words(world, version) == ""
    sealed = world.worker.sources
    assert CANARY.encode() in sealed.get(row.original_digest)
    assert CANARY.encode() not in sealed.get(row.source_digest)
    served = world.author.client.get(f"/versions/{version}/pages/1/image")
    assert served.status_code == 200
    assert CANARY.encode() not in served.content
    assert f"Made from a {kind} picture" in desk(world, version)


REFUSED = {
    "report.docx": (b"PK\x03\x04" + b"\0" * 26 + b"word/document.xml", "This is a Word file."),
    "report.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "older kind"),
    "report.md": (b"\xff\xfea\0b\0", "not in UTF-8"),
    "nul.md": (b"# Hi\0", "bytes that no text has"),
    "latin.md": (b"# caf\xe9", "not in UTF-8"),
    "notes.txt": (b"# Hi", "ends in .md"),
    "page.md": (b"<!DOCTYPE html><html>", "web page"),
    "long.md": (b"a" * (4 * 1024 * 1024 + 1), "Split it"),
    "both.pdf": (picture() [:40] + b"%PDF-1.7", "two kinds"),
    "animated.gif": (b"GIF89a\0\0", "Save it as PNG or JPEG"),
    "program.md": (b"MZ\0\0", "bytes that no text has"),
    "unknown": (b"\x00\x01\x02", "none of the kinds"),
}  # fmt: skip


def test_what_is_not_taken_is_named_and_told_what_to_do(world: World) -> None:
    report_id = new_report(world)
    for name, (content, said) in REFUSED.items():
        answer = take(world, content, name, report_id)
        assert answer.status_code == 422, name
        assert said in answer.json()["fields"]["file"], name
        assert "Nothing was imported." in answer.json()["fields"]["file"]
    page = world.author.client.post(
        f"/reports/{report_id}/versions",
        data={"csrf_token": csrf.token_for("test-secret"), "label": "1"},
        files={"file": ("report.docx", REFUSED["report.docx"][0], "application/msword")},
    )
    assert page.status_code == 422
    assert "Save it as PDF and import that." in page.text
    assert rows(world, "SELECT id FROM versions") == []


def test_what_cannot_be_typeset_leaves_a_sentence_and_nothing_else(world: World) -> None:
    answer = take(world, "# Beschluss 日本".encode(), "report.md")
    settle(world)
    (row,) = rows(world, "SELECT state, failure, pages, converted_at FROM versions")
    assert (row.state, row.pages, row.converted_at) == ("failed", 0, None)
    assert "日 (U+65E5)" in row.failure
    assert entries(world, action="report:version:ingest")[-1].event == "VersionImportFailed"
    assert approve(world.author, answer.json()["id"]).status_code in (403, 404)
    assert "日" not in str([e.facts for e in entries(world)])


def test_the_same_markdown_twice_is_one_version(world: World) -> None:
    report_id = new_report(world)
    assert take(world, REPORT, "a.md", report_id).status_code == 202
    assert take(world, REPORT, "b.md", report_id).status_code == 409
    settle(world)
    assert take(world, REPORT, "c.md", report_id).status_code == 409  # nor once it is a PDF


def test_an_import_killed_after_its_pdf_was_made_goes_on_with_that_pdf(world: World) -> None:
    version = imported(world)
    ((digest,),) = rows(world, "SELECT source_digest FROM versions")
    with world.owner.begin() as connection:
        connection.exec_driver_sql("UPDATE versions SET state = 'importing', pages_ready = 0")
        connection.exec_driver_sql("DELETE FROM source_pages")
        connection.exec_driver_sql("DELETE FROM unconfirmed_words")
        connection.exec_driver_sql("DELETE FROM section_titles")
        connection.exec_driver_sql("DELETE FROM sections")
        connection.exec_driver_sql("UPDATE procrastinate_jobs SET status = 'todo'")
    settle(world)
    assert rows(world, "SELECT source_digest, state FROM versions") == [(digest, "working")]
    assert len([e for e in entries(world) if e.event == "SourceConverted"]) == 1
    assert LEG in words(world, version)
    assert send(world, new_report(world), REPORT).status_code == 422  # named .pdf: a plain text
