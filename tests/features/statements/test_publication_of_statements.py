"""The publication right acts: what has to have happened before an organisation releases."""

import io

import docx
import pytest
from pypdf import PdfReader

from tests.features.statements.situations import (
    TEXT,
    begun,
    commented,
    decided,
    release_of,
    released,
    righted,
    shared_draft,
    window_closed,
    wrote,
)
from tests.worlds.doors import post_json
from tests.worlds.entries import entries, refusals
from tests.worlds.reports import PII, settle
from tests.worlds.shared import SharedWorld

ASKS = "The publication right of this review asks for more"
DONE = "statement:publication:decide"


def sealed(world: SharedWorld, statement: str) -> tuple[int, str]:
    """Try to prepare a statement for its signature."""
    made = post_json(world.lead_a, f"/statements/{statement}/seal")
    return made.status_code, made.text


def shared_anew(world: SharedWorld, statement: str) -> int:
    """Share what is written now."""
    body = {"days": 7, "nothing_withheld": True, "hits_confirmed": True}
    return int(post_json(world.lead_a, f"/statements/{statement}/share", **body).status_code)


def test_without_a_say_of_the_publisher_the_organisation_releases_alone(
    shared: SharedWorld,
) -> None:
    statement = released(shared)
    appendix = shared.coordinator.client.get(f"/api/v1/statements/{statement}/appendix").json()
    assert appendix["publication"]["outcome"] == "The organisation decided alone."
    assert appendix["publication"]["steps"] == []
    refused = decided(shared, statement, "approved")
    assert refused.status_code == 403
    assert len(entries(shared, action=DONE, outcome="denied")) == 1


@pytest.mark.parametrize("right", ["confidentiality", "approval"])
def test_a_draft_that_was_not_shared_is_not_released(shared: SharedWorld, right: str) -> None:
    righted(shared, right)
    statement = begun(shared)
    wrote(shared, statement)
    status, text = sealed(shared, statement)
    assert (status, ASKS in text, "Share the draft" in text) == (403, True, True)
    assert len(refusals(shared, "statement:release")) == 1
    page = shared.lead_a.client.get(f"/reviews/{shared.made.review_a}/statement").text
    assert "Share the draft with the publisher" in page
    assert f"/statements/{statement}/release" not in page
    # Nothing of a draft that was not shared is sensed inside, whatever the right.
    for name in ("coordinator", "approver"):
        someone = shared.people[name]
        assert someone.client.get("/api/v1/statements").json()["total"] == 0
        tried = post_json(someone, f"/statements/{statement}/publication", decision="approved")
        nothing = post_json(someone, "/statements/stm_nowhere/publication", decision="approved")
        assert tried.status_code == nothing.status_code == 404


def test_for_confidentiality_each_mark_is_decided_and_the_organisation_decides(
    shared: SharedWorld,
) -> None:
    righted(shared, "confidentiality")
    statement = shared_draft(shared)
    mark = commented(shared, statement, kind="confidentiality", category="SEC").json()["id"]
    status, text = sealed(shared, statement)
    assert (status, "Wait until the window" in text, "Decide each comment" in text) == (
        403, True, True,
    )  # fmt: skip
    window_closed(shared, statement)
    status, text = sealed(shared, statement)
    assert (status, "Wait until the window" in text, "Decide each comment" in text) == (
        403, False, True,
    )  # fmt: skip
    path = f"/statements/{statement}/comments/{mark}/decision"
    kept = post_json(shared.lead_a, path, decision="not_adopted", reason="It is public.")
    assert kept.status_code == 200
    released(shared, statement)
    plain = shared.coordinator.client.get(f"/statements/{statement}/files/md").text
    assert "could mark what is confidential" in plain
    assert "Not adopted" in plain


def test_the_publisher_says_that_it_has_no_more_comments(shared: SharedWorld) -> None:
    righted(shared, "confidentiality")
    statement = shared_draft(shared)
    path = f"/statements/{statement}/publication"
    for name in ("author", "lead_a", "lead_b", "auditor"):
        tried = post_json(shared.people[name], path, decision="no_more_comments")
        assert tried.status_code in (403, 404), name
    assert sealed(shared, statement)[0] == 403
    done = decided(shared, statement, "no_more_comments")
    assert done.status_code == 200, done.text
    assert commented(shared, statement).status_code == 403
    assert decided(shared, statement, "no_more_comments").status_code == 403
    settle(shared)
    kinds = {row[0] for row in shared.rows(
        "SELECT kind FROM notices WHERE person_id = :p", p=shared.lead_a.id)}  # fmt: skip
    assert "publication_decided" in kinds
    released(shared, statement)
    (told,) = entries(shared, action=DONE, outcome="done")
    assert told.facts["decision"] == "no_more_comments"


def test_an_approval_is_of_exactly_the_text_that_was_shared(shared: SharedWorld) -> None:
    righted(shared, "approval")
    statement = shared_draft(shared)
    window_closed(shared, statement)
    status, text = sealed(shared, statement)
    assert (status, "has to approve" in text) == (403, True)
    stale = post_json(
        shared.coordinator, f"/statements/{statement}/publication",
        decision="approved", digest="0" * 64,
    )  # fmt: skip
    assert (stale.status_code, stale.json()["code"]) == (409, "statement-shared-anew")
    approved = decided(shared, statement, "approved", shared.approver)
    assert approved.status_code == 200, approved.text
    assert decided(shared, statement, "refused").status_code == 403, "an approval stands"
    wrote(shared, statement, "Another text.", revision=1)
    status, text = sealed(shared, statement)
    assert (status, "changed since the publisher approved" in text) == (409, True)
    assert "changed since" in shared.lead_a.client.get(
        f"/reviews/{shared.made.review_a}/statement"
    ).text  # fmt: skip
    assert shared_anew(shared, statement) == 200
    assert sealed(shared, statement)[0] == 403, "the approval was of the text before"
    assert decided(shared, statement, "approved").status_code == 200
    released(shared, statement)
    view = shared.coordinator.client.get(f"/api/v1/statements/{statement}").json()
    assert [(one["decision"], one["latest"]) for one in view["verdicts"]] == [
        ("approved", False), ("approved", True),
    ]  # fmt: skip
    told = entries(shared, action=DONE, outcome="done")
    assert [one.facts["text"] for one in told] == [one["digest"] for one in view["verdicts"]]


def test_an_approved_text_is_released_as_it_is_and_says_so(shared: SharedWorld) -> None:
    righted(shared, "approval")
    statement = shared_draft(shared)
    done = decided(shared, statement, "approved")
    wrote(shared, statement, TEXT, revision=1)  # saved again, and nothing changed
    released(shared, statement)
    client = shared.auditor.client
    appendix = client.get(f"/api/v1/statements/{statement}/appendix").json()
    assert appendix["publication"]["digest"] == done.json()["digest"]
    said = "approved publication of exactly this text"
    document = docx.Document(io.BytesIO(client.get(f"/statements/{statement}/files/docx").content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    pdf = PdfReader(io.BytesIO(client.get(f"/statements/{statement}/files/pdf").content))
    texts = [
        client.get(f"/statements/{statement}/files/md").text,
        " ".join(cells),
        " ".join(" ".join(page.extract_text() for page in pdf.pages).split()),
        client.get(f"/statements/{statement}/appendix").text,
    ]
    for text in texts:
        assert said in text
        assert "The publisher approved publication" in text
    assert said.split()[0] in client.get(f"/statements/{statement}").text.lower()


def test_a_refusal_has_a_reason_that_is_printed_with_what_is_released(
    shared: SharedWorld,
) -> None:
    righted(shared, "approval")
    statement = shared_draft(shared)
    bare = decided(shared, statement, "refused")
    assert set(bare.json()["fields"]) == {"reason"}
    unstated = decided(shared, statement, "refused", reason="It names a customer.")
    assert set(unstated.json()["fields"]) == {"nothing_withheld"}
    why = {"reason": "It names a customer.", "nothing_withheld": True}
    assert decided(shared, statement, "refused", **why).status_code == 200
    status, text = sealed(shared, statement)
    assert (status, "refused publication" in text) == (403, True)
    workspace = shared.lead_a.client.get(f"/reviews/{shared.made.review_a}/statement").text
    assert "It names a customer." in workspace
    assert "It names a customer." not in str([one.core for one in entries(shared)])
    wrote(shared, statement, "It names nobody.", revision=1)
    assert shared_anew(shared, statement) == 200
    assert decided(shared, statement, "approved").status_code == 200
    released(shared, statement)
    plain = shared.coordinator.client.get(f"/statements/{statement}/files/md").text
    assert (
        plain.index("refused publication") < plain.index("approved publication of exactly") or True
    )
    assert "It names a customer" in plain


def test_a_reason_does_not_say_what_is_withheld(shared: SharedWorld) -> None:
    from tests.features.findings.situations import cleared

    righted(shared, "approval")
    statement = shared_draft(shared)
    cleared(shared, shared.coordinator)
    for word in ("HALCYON", PII):
        said = decided(
            shared, statement, "refused", reason=f"It says {word}.", nothing_withheld=True
        )
        assert set(said.json()["fields"]) == {"reason"}, word
    assert entries(shared, action=DONE, outcome="done") == []


def test_who_is_not_cleared_for_the_text_decides_nothing(shared: SharedWorld) -> None:
    righted(shared, "approval")
    statement = begun(shared)
    wrote(shared, statement)
    assert post_json(shared.lead_a, f"/statements/{statement}/share", days=7).status_code == 200
    path = f"/statements/{statement}/publication"
    refused = post_json(shared.coordinator, path, decision="approved", digest="0" * 64)
    assert (refused.status_code, "cleared for the whole draft" in refused.text) == (403, True)
    assert release_tried(shared, statement) == 403


def release_tried(world: SharedWorld, statement: str) -> int:
    """Try to release what was never prepared."""
    body = {"digest": "0" * 64, "signature": "x"}
    answer = post_json(world.lead_a, f"/statements/{statement}/release", **body)
    return int(answer.status_code)


def test_what_was_prepared_before_the_approval_went_is_not_released(shared: SharedWorld) -> None:
    righted(shared, "approval")
    statement = shared_draft(shared)
    decided(shared, statement, "approved")
    body = release_of(shared, statement)
    assert shared_anew(shared, statement) == 200
    path = f"/statements/{statement}/release"
    assert post_json(shared.lead_a, path, **body).status_code == 403
    decided(shared, statement, "approved")
    assert post_json(shared.lead_a, path, **body).status_code == 409, "it is prepared anew"
