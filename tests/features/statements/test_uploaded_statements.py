"""A statement written elsewhere: kept as it is, its words compared, hostile files refused."""

import io
import zipfile
from collections.abc import Callable

import docx
import pikepdf
import pytest

from app.rendering.refusals import SourceRefused
from app.rendering.sandbox import Limits
from app.rendering.wording_reading import read_wording
from tests.features.statements.situations import (
    a_docx,
    a_pdf,
    begun,
    narrowed,
    release_of,
    shared_draft,
)
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.reports import PII, grant_internally
from tests.worlds.shared import SharedWorld

MADE: dict[str, Callable[[str], bytes]] = {
    "pdf": a_pdf,
    "docx": a_docx,
    "md": lambda text: f"# Ours\n\n{text}\n".encode(),
}


def upload(world: SharedWorld, statement: str, kind: str, content: bytes) -> object:
    """Upload a file as organisation A's statement; gives the answer."""
    path = f"/api/v1/statements/{statement}/file"
    return world.lead_a.client.post(path, files={"file": (f"ours.{kind}", content)})


def workspace(world: SharedWorld) -> dict[str, object]:
    """Give the workspace of organisation A."""
    path = f"/api/v1/reviews/{world.made.review_a}/statement"
    found: dict[str, object] = world.lead_a.client.get(path).json()
    return found


@pytest.mark.parametrize("kind", MADE)
def test_each_kind_is_imported_compared_released_and_handed_out(
    shared: SharedWorld, kind: str
) -> None:
    statement = begun(shared)
    content = MADE[kind](f"It was {PII} who tested it.")
    assert upload(shared, statement, kind, content).status_code == 200  # type: ignore[attr-defined]
    view = workspace(shared)
    (warning,) = view["warnings"]  # type: ignore[misc]
    assert (warning["topic"], PII in warning["words"]) == ("file", True)  # type: ignore[index]
    assert view["file_read"] is True
    assert PII not in str([(one.core, one.facts) for one in entries(shared)])
    body = release_of(shared, statement, nothing_withheld=True)
    path = f"/statements/{statement}/release"
    assert set(post_json(shared.lead_a, path, **body).json()["fields"]) == {"hits_confirmed"}
    assert post_json(shared.lead_a, path, **body, hits_confirmed=True).status_code == 200
    taken = shared.coordinator.client.get(f"/statements/{statement}/file")
    assert taken.content == content


@pytest.mark.parametrize("kind", MADE)
def test_a_file_that_repeats_nothing_is_vouched_for_by_who_read_it_too(
    shared: SharedWorld, kind: str
) -> None:
    statement = begun(shared)
    upload(shared, statement, kind, MADE[kind]("The argument holds."))
    assert workspace(shared)["warnings"] == []
    label = "I read the uploaded file, and what it shows may stand there"
    assert label in shared.lead_a.client.get(f"/reviews/{shared.made.review_a}/statement").text
    body = release_of(shared, statement, nothing_withheld=True)
    path = f"/statements/{statement}/release"
    assert label in shared.lead_a.client.get(path).text
    refused = post_json(shared.lead_a, path, **body)
    assert "Not all that an uploaded file shows" in refused.json()["fields"]["hits_confirmed"]
    assert post_json(shared.lead_a, path, **body, hits_confirmed=True).status_code == 200


def _with_a_file_inside(kind: str) -> bytes:
    """Give a file in whose own words nothing is withheld, and with another file inside it."""
    content, out = MADE[kind]("Nothing here."), io.BytesIO()
    if kind == "pdf":
        with pikepdf.open(io.BytesIO(content)) as pdf:
            pdf.attachments["annex.txt"] = f"{PII} tested it.".encode()
            pdf.save(out)
        return out.getvalue()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("word/embeddings/inner.docx", MADE["docx"](f"{PII} tested it."))
    return out.getvalue()


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_files_inside_a_file_are_released_only_by_who_says_to_have_read_it(
    shared: SharedWorld, kind: str
) -> None:
    statement = begun(shared)
    assert upload(shared, statement, kind, _with_a_file_inside(kind)).status_code == 200  # type: ignore[attr-defined]
    body = release_of(shared, statement)
    path = f"/statements/{statement}/release"
    refused = post_json(shared.lead_a, path, **body, nothing_withheld=True)
    assert set(refused.json()["fields"]) == {"hits_confirmed"}
    assert post_json(shared.lead_a, path, **body).status_code == 200
    grant_internally(shared, shared.made, shared.approver)
    page = shared.approver.client.get(f"/statements/{statement}").text
    assert "I read the uploaded file, and what it shows may stand there" in page
    unread = narrowed(shared, statement, shared.approver)
    assert set(unread.json()["fields"]) == {"hits_confirmed"}
    assert shared.coordinator.client.get(f"/statements/{statement}/file").status_code == 403
    confirmed = narrowed(shared, statement, shared.approver, hits_confirmed=True)
    assert confirmed.status_code == 200
    assert shared.coordinator.client.get(f"/statements/{statement}/file").status_code == 200


HIDDEN = {
    "entities": "".join(f"&#{ord(one)};" if one != " " else one for one in PII),
    "letters of no width": "\u200b".join(PII),
    "soft hyphens as entities": "&shy;".join(PII),
    "tags": "<b></b>".join(PII),
    "comments": "<!-- x -->".join(PII),
    "marks": "".join(f"**{one}**" if one != " " else one for one in PII),
    "links": "".join(f"[{one}](#x)" if one != " " else one for one in PII),
}


@pytest.mark.parametrize("how", HIDDEN)
def test_words_that_markdown_only_shows_are_compared(shared: SharedWorld, how: str) -> None:
    statement = begun(shared)
    upload(shared, statement, "md", f"It was {HIDDEN[how]} who tested it.".encode())
    (warning,) = workspace(shared)["warnings"]  # type: ignore[misc]
    assert (warning["topic"], PII in warning["words"]) == ("file", True)  # type: ignore[index]


def test_markdown_without_marks_is_compared_as_it_is_and_long_marks_in_time() -> None:
    assert read_wording(b"a < b, c > d.\n", kind="md") == "a < b, c > d.\n"
    shown = "one two"
    assert read_wording(b"*one* `two`", kind="md").endswith(f"\n\n{shown}")
    for endless in ("<!--", "<a ", "](", "][", "](a ", "&#"):
        read_wording(endless.encode() * 300_000, kind="md")


def test_a_file_of_pictures_is_vouched_for_only_by_who_read_it(shared: SharedWorld) -> None:
    statement = begun(shared)
    empty = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(empty)
    upload(shared, statement, "pdf", empty.getvalue())
    assert workspace(shared)["file_read"] is False
    body = release_of(shared, statement, nothing_withheld=True)
    path = f"/statements/{statement}/release"
    refused = post_json(shared.lead_a, path, **body)
    assert "no words that can be compared" in refused.json()["fields"]["hits_confirmed"]
    seen = shared.lead_a.client.get(path).text
    assert "I read the uploaded file" in seen
    assert post_json(shared.lead_a, path, **body, hits_confirmed=True).status_code == 200


def test_a_file_that_was_taken_off_is_not_compared_any_more(shared: SharedWorld) -> None:
    statement = begun(shared)
    upload(shared, statement, "md", MADE["md"](PII))
    assert workspace(shared)["warnings"]
    assert post_json(shared.lead_a, f"/statements/{statement}/file-removal").status_code == 200
    assert workspace(shared)["warnings"] == []
    kept = shared.rows(
        "SELECT body FROM guarded_fields WHERE subject_id = :s AND field = 'draft.file_words'",
        s=statement,
    )
    assert kept == [("",)]


def test_the_words_of_a_file_stay_its_organisations_own(shared: SharedWorld) -> None:
    statement = shared_draft(shared)
    upload(shared, statement, "md", MADE["md"]("PUFFINFILE"))
    shared_by = {row[0] for row in shared.rows(
        "SELECT shared FROM guarded_fields WHERE subject_id = :s AND field = 'draft.file_words'",
        s=statement)}  # fmt: skip
    assert shared_by == {False}
    for name in ("coordinator", "approver"):
        someone = shared.people[name].client
        for path in (f"/statements/{statement}", f"/api/v1/statements/{statement}"):
            assert "PUFFINFILE" not in someone.get(path).text


def test_who_opens_it_inside_has_its_file_compared_too(shared: SharedWorld) -> None:
    statement = begun(shared)
    upload(shared, statement, "md", MADE["md"](f"{PII} tested it."))
    body = release_of(shared, statement)
    assert post_json(shared.lead_a, f"/statements/{statement}/release", **body).status_code == 200
    grant_internally(shared, shared.made, shared.approver)
    refused = narrowed(shared, statement, shared.approver)
    assert PII in refused.json()["fields"]["hits_confirmed"]


def _with(content: bytes, name: str, body: bytes) -> bytes:
    """Give a DOCX with one of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for part in old.namelist():
            new.writestr(part, body if part == name else old.read(part))
    return out.getvalue()


def test_words_are_found_wherever_they_stand_in_a_file() -> None:
    document = docx.Document()
    document.add_paragraph("in the text")
    document.add_table(1, 1).cell(0, 0).text = "in a table"
    document.sections[0].header.paragraphs[0].text = "in the header"
    document.core_properties.subject = "in the properties"
    out = io.BytesIO()
    document.save(out)
    text = read_wording(out.getvalue(), kind="docx")
    for words in ("in the text", "in a table", "in the header", "in the properties"):
        assert words in text
    noted = io.BytesIO()
    with pikepdf.open(io.BytesIO(a_pdf("on the page"))) as pdf:
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9],
            Contents=pikepdf.String("in a note"),
        )  # fmt: skip
        pdf.pages[0].Annots = pdf.make_indirect(pikepdf.Array([note]))
        pdf.save(noted)
    text = read_wording(noted.getvalue(), kind="pdf")
    assert "on the page" in " ".join(text.split())
    assert "in a note" in text


def test_hostile_files_end_in_a_clear_refusal() -> None:
    plain = a_docx("Ours.")
    where = "word/document.xml"
    laughs = (
        b"<!DOCTYPE x ["
        + b"".join(b'<!ENTITY a%d "%s">' % (at + 1, b"&a%d;" % at * 10) for at in range(9))
        + b"]><x>&a9;</x>"
    )
    with pikepdf.new() as pdf:
        for _ in range(501):
            pdf.add_blank_page()
        pages = io.BytesIO()
        pdf.save(pages)
    limits = Limits(memory_bytes=1024**3, cpu_seconds=10, wall_seconds=20, max_pages=500)
    for content, kind, code in (
        (_with(plain, where, b"<x>" + b" " * 120_000_000), "docx", "unpacks-too-large"),
        (_with(plain, where, laughs), "docx", "broken-docx"),
        (plain[: len(plain) // 2], "docx", "broken-docx"),
        (pages.getvalue(), "pdf", "too-many-pages"),
        (b"x" * 2_000_001, "md", "too-much-text"),
    ):
        with pytest.raises(SourceRefused) as refusal:
            read_wording(content, kind=kind, limits=limits)
        assert refusal.value.code == code


def test_a_hostile_file_is_refused_beside_its_field_and_nothing_is_kept(
    shared: SharedWorld,
) -> None:
    statement = begun(shared)
    bomb = _with(a_docx("Ours."), "word/document.xml", b"<x>" + b" " * 120_000_000)
    answer = upload(shared, statement, "docx", bomb)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "unpacks to more" in answer.json()["fields"]["file"]  # type: ignore[attr-defined]
    assert workspace(shared)["file"] is None
    large = upload(shared, statement, "md", b"x" * 20_000_001)
    assert large.status_code == 413  # type: ignore[attr-defined]
