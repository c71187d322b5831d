"""What a statement does not have: told to whom it is for, and to nobody else."""

from tests.features.statements.situations import begun, released, shared_draft
from tests.worlds.entries import refusals
from tests.worlds.shared import SharedWorld


def test_what_comes_with_the_release_is_not_there_before_it(shared: SharedWorld) -> None:
    statement = shared_draft(shared)
    for rest in ("/appendix", "/files/md", "/file"):
        path = f"/api/v1/statements/{statement}{rest}"
        assert shared.coordinator.client.get(path).status_code == 409, rest
        before = len(refusals(shared, "statement:read"))
        assert shared.lead_b.client.get(path).status_code == 404, rest
        assert len(refusals(shared, "statement:read")) == before + 1, "the refusal is kept"


def test_a_section_leads_to_the_workspace_while_nothing_is_written(shared: SharedWorld) -> None:
    here = f"/reviews/{shared.made.review_a}/statement"
    answer = shared.lead_a.client.get(f"{here}/sections/rigour")
    assert (answer.status_code, answer.headers["location"]) == (303, here)
    begun(shared)
    assert shared.lead_a.client.get(f"{here}/sections/rigour").status_code == 200
    assert shared.lead_b.client.get(f"{here}/sections/rigour").status_code == 404


def test_a_statement_without_a_file_says_so(shared: SharedWorld) -> None:
    statement = released(shared)
    answer = shared.lead_a.client.get(f"/api/v1/statements/{statement}/draft-file")
    assert (answer.status_code, "no file" in answer.text) == (409, True)
    assert shared.lead_b.client.get(answer.request.url.path).status_code == 404
