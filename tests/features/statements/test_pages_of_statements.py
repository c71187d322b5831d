"""The pages of statements in each state that they have, read by those whom they are for."""

from tests.features.statements.situations import (
    TEXT,
    begun,
    commented,
    keyed,
    release_of,
    released,
    shared_draft,
    window_closed,
    wrote,
)
from tests.worlds.doors import post_form, post_json
from tests.worlds.reports import PII
from tests.worlds.shared import SharedWorld


def _page(world: SharedWorld, who: str, path: str) -> str:
    answer = world.people[who].client.get(path)
    assert answer.status_code == 200, (path, answer.text[-800:])
    return str(answer.text)


def test_a_workspace_from_its_beginning_to_the_signature(shared: SharedWorld) -> None:
    here = f"/reviews/{shared.made.review_a}/statement"
    assert "No statement is begun" in _page(shared, "lead_a", here)
    assert "Your statement" in _page(shared, "lead_a", f"/reviews/{shared.made.review_a}")
    statement = begun(shared)
    assert "Share the draft" in _page(shared, "lead_a", here)
    assert "Share the draft" not in _page(shared, "reviewer_a", here)
    said = post_form(shared.lead_a, f"/statements/{statement}/share", days="7")
    assert (said.status_code, "It says nothing yet" in said.text) == (422, True)
    wrote(shared, statement, f"{PII} tested it.")
    assert "look again" in _page(shared, "lead_a", f"{here}/sections/rigour")
    assert "Prepare it for your signature" in _page(
        shared, "lead_a", f"/statements/{statement}/release"
    )
    post_form(shared.lead_a, f"/statements/{statement}/seal")
    assert "Register a key" in _page(shared, "lead_a", f"/statements/{statement}/release")
    keyed(shared, shared.lead_a)
    page = _page(shared, "lead_a", f"/statements/{statement}/release")
    assert "The line to sign" in page
    assert "vitrine statement sha256:" in _page(
        shared, "lead_a", f"/statements/{statement}/to-sign.txt"
    )
    wrong = post_form(
        shared.lead_a, f"/statements/{statement}/release", digest="0" * 64, signature="none of it"
    )
    assert wrong.status_code == 409
    assert "none of it" in wrong.text
    assert "Prepared for the signature" in _page(shared, "lead_a", here)


def test_comments_from_both_sides(shared: SharedWorld) -> None:
    statement = shared_draft(shared)
    assert "wait" in _page(shared, "coordinator", "/")
    typed = post_form(
        shared.coordinator, f"/statements/{statement}/comments", kind="fact", section="rigour",
        comment="KEPT WORDS",
    )  # fmt: skip
    assert (typed.status_code, "KEPT WORDS" in typed.text) == (422, True)
    comment = commented(shared, statement).json()["id"]
    assert "waits for your decision" in _page(shared, "lead_a", "/")
    assert "Decide" in _page(shared, "lead_a", f"/statements/{statement}")
    refused = post_form(
        shared.lead_a, f"/statements/{statement}/comments/{comment}/decision",
        decision="not_adopted",
    )  # fmt: skip
    assert (refused.status_code, "Say why not" in refused.text) == (422, True)
    window_closed(shared, statement)
    here = f"/reviews/{shared.made.review_a}/statement"
    assert "waits for your decision" in _page(shared, "lead_a", here)
    post_json(
        shared.lead_a, f"/statements/{statement}/comments/{comment}/decision", decision="adopted"
    )
    assert "Ready to be signed" in _page(shared, "lead_a", here)
    released(shared, statement)
    page = _page(shared, "coordinator", f"/statements/{statement}")
    assert "Holds" in page
    assert "Adopted" in page
    assert "Evidence that verifies elsewhere" in _page(shared, "lead_a", f"/statements/{statement}")
    for path in ("/statements", f"/statements/{statement}/appendix"):
        _page(shared, "coordinator", path)


def test_who_is_not_cleared_is_told_what_to_do(shared: SharedWorld) -> None:
    statement = begun(shared)
    wrote(shared, statement)
    body = release_of(shared, statement)
    post_json(shared.lead_a, f"/statements/{statement}/release", **body)
    page = _page(shared, "coordinator", f"/statements/{statement}")
    assert "You are not cleared for this text" in page
    assert TEXT[:12] not in page


def test_the_publication_right_can_be_read_and_set(shared: SharedWorld) -> None:
    path = f"/reviews/{shared.made.review_a}/publication"
    assert "These terms are fixed" in _page(shared, "coordinator", path)
    late = post_form(shared.coordinator, path, publication_right="approval")
    assert (late.status_code, "new review" in late.text) == (409, True)
    shared.change("DELETE FROM undertakings")
    shared.change("DELETE FROM receipts")
    shared.change("UPDATE grants SET state = 'requested' WHERE review_id IS NOT NULL")
    assert "Who pays" in _page(shared, "coordinator", path)


def test_who_saves_second_keeps_what_they_typed_and_sees_the_other_text(
    shared: SharedWorld,
) -> None:
    statement = begun(shared)
    wrote(shared, statement, "Publish both figures.", who=shared.reviewer_a)
    late = post_form(
        shared.lead_a, f"/statements/{statement}/sections/rigour",
        text="Publish three figures.", revision="0",
    )  # fmt: skip
    assert late.status_code == 409
    assert "Publish three figures." in late.text
    assert "Publish both figures." in late.text
    assert 'name="revision" value="1"' in late.text
