"""The workspace of a statement: its organisation's own, written by several, and warned about."""

import pytest

from tests.features.statements.situations import TEXT, a_docx, a_pdf, begun, released, wrote
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.reports import PII
from tests.worlds.shared import SharedWorld

INSIDE = ("coordinator", "approver", "auditor", "author", "administrator")


def _workspace(world: SharedWorld, who: str = "reviewer_a") -> dict[str, object]:
    path = f"/api/v1/reviews/{world.made.review_a}/statement"
    found: dict[str, object] = world.people[who].client.get(path).json()
    return found


def test_a_draft_is_written_by_the_organisation_and_by_nobody_else(shared: SharedWorld) -> None:
    statement = begun(shared, shared.reviewer_a)
    wrote(shared, statement, who=shared.reviewer_a)
    view = _workspace(shared, "lead_a")
    assert (view["state"], view["number"]) == ("draft", 1)
    sections = {one["topic"]: one for one in view["sections"]}  # type: ignore[attr-defined]
    assert sections["rigour"]["text"] == TEXT
    assert sections["rigour"]["written_by"] == "Reviewer A"
    for name in (*INSIDE, "lead_b", "reviewer_b"):
        client = shared.people[name].client
        assert client.get(f"/api/v1/reviews/{shared.made.review_a}/statement").status_code in (
            403, 404,
        )  # fmt: skip
        assert client.get(f"/api/v1/statements/{statement}").status_code == 404
        path = f"/statements/{statement}/sections/rigour"
        assert post_json(shared.people[name], path, text="x", revision=1).status_code in (403, 404)
        listed = client.get("/api/v1/statements").json()
        assert (listed["rows"], listed["total"]) == ([], 0)
    assert entries(shared, action="statement:write", outcome="denied")


def test_in_the_log_a_draft_is_one_more_page_read(shared: SharedWorld) -> None:
    statement = begun(shared)
    wrote(shared, statement)
    _workspace(shared)
    post_json(shared.lead_a, f"/statements/{statement}/discard")
    told = [one for one in entries(shared) if statement in str((one.core, one.object))]
    assert told == []
    kept = [one for one in entries(shared) if one.content.get("event") == "SectionKept"]
    assert kept[0].event == "PageRead"
    assert kept[0].object == shared.made.version_id
    assert shared.rows("SELECT 1 FROM notices WHERE subject_id = :s", s=statement) == []
    assert shared.rows("SELECT 1 FROM stages WHERE subject_id = :s", s=statement) == []


def test_who_saves_second_sees_what_the_first_one_saved(shared: SharedWorld) -> None:
    statement = begun(shared)
    wrote(shared, statement, "One.")
    late = post_json(
        shared.reviewer_a, f"/statements/{statement}/sections/rigour", text="Two.", revision=0
    )
    assert (late.status_code, late.json()["code"]) == (409, "section-changed")
    wrote(shared, statement, "One and two.", revision=1, who=shared.reviewer_a)


def test_a_section_points_only_to_what_is_the_organisations_own(shared: SharedWorld) -> None:
    statement = begun(shared)
    made = post_json(
        shared.lead_a,
        f"/statements/{statement}/sections/rigour",
        text="x",
        points_to=[{"kind": "request", "id": "req_nowhere"}],
    )
    assert set(made.json()["fields"]) == {"points_to"}


def test_a_draft_that_repeats_withheld_words_is_warned_of_privately(shared: SharedWorld) -> None:
    statement = begun(shared)
    wrote(shared, statement, f"It was {PII} who tested it.")
    wrote(shared, statement, "Nothing special.", topic="information")
    view = _workspace(shared)
    (warning,) = view["warnings"]  # type: ignore[misc]
    assert warning["topic"] == "rigour"  # type: ignore[index]
    assert view["compared"] is True
    assert PII not in str([(e.core, e.facts) for e in entries(shared)])


def test_only_one_statement_of_a_review_is_written_at_a_time(shared: SharedWorld) -> None:
    begun(shared)
    again = post_json(
        shared.reviewer_a,
        f"/reviews/{shared.made.review_a}/statement",
        version_id=shared.made.version_id,
    )
    assert again.status_code == 409


def test_an_update_starts_from_the_edition_before(shared: SharedWorld) -> None:
    first = released(shared)
    second = begun(shared)
    assert second != first
    view = _workspace(shared)
    assert (view["number"], view["before"]) == (2, first)
    sections = {one["topic"]: one for one in view["sections"]}  # type: ignore[attr-defined]
    assert sections["rigour"]["text"] == TEXT


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.pdf", a_pdf("Ours."), "pdf"),
        ("a.docx", a_docx("Ours."), "docx"),
        ("a.md", b"# Ours\n", "md"),
        ("a.exe", b"MZ\x90\0", None),
        ("broken.pdf", b"%PDF-1.7\n%%EOF\n", None),
        ("broken.docx", b"PK\x03\x04...word/document.xml...", None),
        ("a.docm", b"PK\x03\x04...word/document.xml...word/vbaProject.bin", None),
    ],
)
def test_a_statement_written_elsewhere_is_kept_as_it_is(
    shared: SharedWorld, name: str, content: bytes, kind: str | None
) -> None:
    statement = begun(shared)
    path = f"/api/v1/statements/{statement}/file"
    made = shared.lead_a.client.post(path, files={"file": (name, content)})
    if kind is None:
        assert set(made.json()["fields"]) == {"file"}
        return
    assert made.status_code == 200, made.text
    assert _workspace(shared)["file"]["kind"] == kind  # type: ignore[index]
    taken = shared.reviewer_a.client.get(f"/statements/{statement}/draft-file")
    assert taken.content == content
    assert taken.headers["content-disposition"].startswith("attachment")
    assert shared.coordinator.client.get(f"/statements/{statement}/file").status_code == 404


@pytest.mark.parametrize("letter", ["\x0b", "\x0c", "\x1b", "\x7f", "\x9b", "\ufffe"])
def test_letters_that_no_page_can_show_are_refused(shared: SharedWorld, letter: str) -> None:
    statement = begun(shared)
    path = f"/statements/{statement}/sections/rigour"
    refused = post_json(shared.lead_a, path, text=f"A{letter}B", revision=0)
    assert (refused.status_code, set(refused.json()["fields"])) == (422, {"text"})
    assert shared.rows("SELECT count(*) FROM statement_sections")[0][0] == 0
    wrote(shared, statement, "A\tB\r\nC\u0085 ü")


def test_such_letters_in_the_record_or_in_an_old_section_keep_no_file_from_being_made(
    shared: SharedWorld,
) -> None:
    statement = begun(shared)
    wrote(shared, statement, "A here B")
    shared.change(
        "UPDATE guarded_fields SET body = replace(body, ' here ', chr(27))"
        " WHERE subject_id = :s AND field = 'draft.rigour'",
        s=statement,
    )
    shared.change(
        "UPDATE reviews SET scope = 'All' || chr(27) || ' of it' WHERE id = :r",
        r=shared.made.review_a,
    )
    shared.change("UPDATE reports SET title = 'Risk' || chr(27) || ' report'")
    for form in ("pdf", "docx", "md"):
        taken = shared.lead_a.client.get(f"/api/v1/statements/{statement}/draft/{form}")
        assert taken.status_code == 200, form
    released(shared, statement)
    for form in ("pdf", "docx", "md"):
        taken = shared.coordinator.client.get(f"/statements/{statement}/files/{form}")
        assert taken.status_code == 200, form
