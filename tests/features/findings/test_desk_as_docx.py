"""The desk as a DOCX: worst first, as its reader may read it, with room for an answer."""

import io
import zipfile

import pytest
from docx import Document

from app.features.findings.tasks import route_finding
from tests.features.findings.situations import PHRASE, cleared, filed, owned_by, routed
from tests.world import Someone
from tests.worlds.entries import entries
from tests.worlds.shared import SharedWorld

PATHS = ("/findings/desk.docx", "/api/v1/findings/desk.docx")


def lines(someone: Someone, path: str = PATHS[0]) -> list[str]:
    """Give the paragraphs of somebody's document, and the cells of its tables."""
    answer = someone.client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == 'attachment; filename="findings.docx"'
    read = Document(io.BytesIO(answer.content))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in read.paragraphs] + cells


def raw(someone: Someone) -> str:
    """Give every part of the file as it is stored, properties included."""
    content = someone.client.get(PATHS[0]).content
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return "".join(parts.read(name).decode(errors="replace") for name in parts.namelist())


@pytest.mark.parametrize("path", PATHS)
def test_the_worst_come_first_each_with_its_passage_and_room_for_an_answer(
    shared: SharedWorld, path: str
) -> None:
    owned_by(shared, shared.author)
    for reach, said in (("cosmetic", "A small thing."), ("conclusion", "A grave thing.")):
        route_finding(shared.worker, finding_id=filed(shared, materiality=reach, statement=said))
    found = lines(shared.author, path)
    assert found.index("A grave thing.") < found.index("A small thing.")
    assert found.count(PHRASE) == 2
    assert found.count("Explanation") == found.count("Proposed new text") == 2
    assert [line for line in found if line.startswith("☐ Accepted")]
    (entry,) = entries(shared, action="finding:desk:export")
    assert (entry.event, entry.outcome) == ("DeskExported", "allowed")
    assert len(entry.facts["findings"]) == 2


def test_it_says_what_its_reader_may_not_read_and_nothing_of_it(shared: SharedWorld) -> None:
    cleared(shared, shared.coordinator)
    routed(shared, statement="The GATEHOUSE stands here.")
    assert "The GATEHOUSE stands here." in lines(shared.author)
    shared.change(
        "UPDATE grants SET lifted = '{}' WHERE working AND organisation_id = :o",
        o=shared.organisations["PUB"],
    )
    assert "GATEHOUSE" not in raw(shared.author)
    assert "(You are not cleared for this text.)" in lines(shared.author)
    assert "The GATEHOUSE stands here." in lines(shared.coordinator), "who is cleared reads it"
    shared.change(
        "UPDATE grants SET state = 'revoked' WHERE working AND organisation_id = :o",
        o=shared.organisations["PUB"],
    )
    assert PHRASE not in raw(shared.author)
    assert "(The passage is not open to you now.)" in lines(shared.author)


def test_it_names_no_organisation_to_an_author_and_holds_no_slip(shared: SharedWorld) -> None:
    owned_by(shared, shared.author)
    routed(shared)
    slip = filed(shared, finding_class="H", statement="SLIPWORDS")
    shared.change("UPDATE findings SET author_id = :a", a=shared.author.id)
    stored = raw(shared.author)
    ((name,),) = shared.rows("SELECT name FROM organisations WHERE code = 'ORGA'")
    for word in ("SLIPWORDS", slip, "ORGA", str(name)):
        assert word not in stored
    assert "FC-ORGA-0001" in raw(shared.coordinator)
    assert "SLIPWORDS" not in raw(shared.coordinator), "a coordinator who is not cleared"
    cleared(shared, shared.coordinator)
    assert "SLIPWORDS" in raw(shared.coordinator)


def test_what_somebody_wrote_is_text_and_nothing_else(shared: SharedWorld) -> None:
    routed(shared, statement="=1+1 [x](https://evil.example) <b>bold</b>\n# Not a heading")
    found = lines(shared.author)
    assert "=1+1 [x](https://evil.example) <b>bold</b>" in found
    stored = raw(shared.author)
    assert "<w:hyperlink " not in stored
    assert 'TargetMode="External"' not in stored


def test_nobody_else_takes_it(shared: SharedWorld) -> None:
    routed(shared)
    for name in ("reviewer_a", "responder", "approver"):
        for path in PATHS:
            assert shared.people[name].client.get(path).status_code in (403, 404), name
    assert {e.outcome for e in entries(shared, action="finding:desk:export")} == {"denied"}
