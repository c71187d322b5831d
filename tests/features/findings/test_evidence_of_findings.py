"""Files and references that show a finding: kept as they came, handed out, never opened."""

import pytest

from app.access.evidence_files import LARGEST, MOST_FILES
from tests.features.findings.filing_situations import PDF, drafted, with_file
from tests.features.findings.situations import cleared, owned_by
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.reports import settle
from tests.worlds.shared import SharedWorld


def _filed_with_file(world: SharedWorld, **more: object) -> tuple[str, str]:
    """File a draft with a file; gives the finding's id and the file's."""
    owned_by(world, world.author)
    draft = drafted(world, finding_class="B", **more)
    assert with_file(world, draft).status_code == 200
    done = post_json(world.reviewer_a, "/findings/drafts/file", drafts=[draft])
    assert done.status_code == 200, done.text
    settle(world)
    ((file,),) = world.rows("SELECT id FROM guarded_files")
    return str(done.json()["filed"][0]["id"]), str(file)


def test_a_file_is_evidence_and_goes_with_the_finding(shared: SharedWorld) -> None:
    cleared(shared, shared.author)
    finding, file = _filed_with_file(shared)
    for someone in (shared.reviewer_a, shared.lead_a, shared.author):
        page = someone.client.get(f"/findings/{finding}").text
        assert "The run&#39;s own record" in page
        assert "Nobody here has opened or checked them" in page
        answer = someone.client.get(f"/findings/{finding}/files/{file}")
        assert answer.content == PDF
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["x-content-type-options"] == "nosniff"
        said = answer.headers["content-disposition"]
        assert said.startswith("attachment; ")
        assert "ORGA" not in said, "the name tells an author nothing"
        assert "a.pdf" not in said
    read = [e for e in entries(shared) if e.event == "FindingFileRead"]
    assert len(read) == 3


def test_a_file_is_nobody_elses(shared: SharedWorld) -> None:
    finding, file = _filed_with_file(shared)
    for someone in (shared.reviewer_b, shared.lead_b, shared.second_author, shared.responder):
        for path in (
            f"/findings/{finding}/files/{file}",
            f"/api/v1/findings/{finding}/files/{file}",
        ):
            assert someone.client.get(path).status_code == 404
    assert shared.reviewer_a.client.get(f"/findings/{finding}/files/fil_none").status_code == 404


def test_who_is_not_cleared_for_the_finding_gets_neither_title_nor_file(
    shared: SharedWorld,
) -> None:
    finding, file = _filed_with_file(shared)
    shared.change("UPDATE guarded_files SET sensitivity = '{LEG}'")
    shared.change(
        "UPDATE guarded_fields SET sensitivity = '{LEG}' WHERE subject_id = :f", f=finding
    )
    page = shared.coordinator.client.get(f"/findings/{finding}").text
    assert "A file that you are not cleared for" in page
    assert "own record" not in page
    assert shared.coordinator.client.get(f"/findings/{finding}/files/{file}").status_code == 404


def test_a_draft_s_file_is_the_drafts_readers_alone(shared: SharedWorld) -> None:
    draft = drafted(shared)
    with_file(shared, draft)
    ((file,),) = shared.rows("SELECT id FROM guarded_files")
    path = f"/api/v1/findings/drafts/{draft}/files/{file}"
    assert shared.reviewer_a.client.get(path).content == PDF
    for someone in (shared.lead_a, shared.coordinator, shared.reviewer_b):
        assert someone.client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.pdf"),
        (b"MZ\x90\x00", "a.pdf"),
        (b"<html><script>1</script>", "a.txt"),
        (b"PK\x03\x04 macros", "a.csv"),
        (b"PDF %PDF-", "a.bin\xff".encode("latin-1").decode("latin-1")),
        (b"%PDF-" + b"x" * LARGEST, "a.pdf"),
    ],
    ids=["empty", "program", "page", "package", "hidden", "large"],
)
def test_what_is_not_kept_is_said_in_plain_words(
    shared: SharedWorld, content: bytes, name: str
) -> None:
    draft = drafted(shared)
    answer = with_file(shared, draft, content, name)
    if content == b"PDF %PDF-":
        assert answer.status_code == 200, "text is text, whatever it is called"
        assert shared.rows("SELECT kind FROM guarded_files") == [("text",)]
        return
    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == {"file"}
    assert shared.rows("SELECT count(*) FROM guarded_files") == [(0,)]


def test_there_is_an_end_to_files_and_one_can_be_taken_off(shared: SharedWorld) -> None:
    draft = drafted(shared)
    for number in range(MOST_FILES):
        assert with_file(shared, draft, b"text %d" % number).status_code == 200
    assert with_file(shared, draft).status_code == 422
    file = shared.reviewer_a.client.get(f"/api/v1/findings/drafts/{draft}").json()["files"][0]["id"]
    path = f"/findings/drafts/{draft}/files/remove"
    assert post_json(shared.reviewer_a, path, file_id=file).status_code == 200
    assert post_json(shared.reviewer_a, path, file_id=file).status_code == 404
    assert with_file(shared, draft).status_code == 200
