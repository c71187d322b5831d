"""After its access ended an organisation still publishes; what it once read stays guarded."""

import pytest

from tests.features.statements.situations import (
    TEXT,
    begun,
    decided,
    narrowed,
    read_by,
    release_of,
    released,
    righted,
    shared_draft,
    window_closed,
    wrote,
)
from tests.worlds.doors import post_form, post_json
from tests.worlds.entries import entries
from tests.worlds.reports import PII, grant_internally
from tests.worlds.shared import SharedWorld

BODY = {"nothing_withheld": True, "hits_confirmed": True}


def ended(world: SharedWorld, how: str = "revoked") -> None:
    """Let organisation A's access end, and its review with it."""
    if how == "revoked":
        path = f"/grants/{world.made.grant_a}/revoke"
        assert post_json(world.coordinator, path, reason="It is over.").is_success
    else:
        world.change(
            "UPDATE grants SET starts_at = now() - interval '9 days',"
            " ends_at = now() - interval '1 minute' WHERE organisation_id = :o",
            o=world.lead_a.actor.organisation_id,
        )
    world.change("UPDATE reviews SET state = 'ended' WHERE id = :r", r=world.made.review_a)


@pytest.mark.parametrize("how", ["revoked", "expired"])
def test_what_is_written_after_the_end_needs_what_its_writer_once_read(
    shared: SharedWorld, how: str
) -> None:
    ended(shared, how)
    statement = begun(shared)
    wrote(shared, statement, f"{PII} tested it.")
    body = release_of(shared, statement)
    path = f"/statements/{statement}/release"
    refused = post_json(shared.lead_a, path, **body, **BODY)
    assert set(refused.json()["fields"]) == {"nothing_withheld"}
    assert post_json(shared.lead_a, path, **body).status_code == 200
    for name in ("coordinator", "auditor"):
        view = shared.people[name].client.get(f"/api/v1/statements/{statement}")
        assert (view.json()["masked"], PII in view.text) == (True, False)
        taken = shared.people[name].client.get(f"/statements/{statement}/files/md")
        assert (taken.status_code, PII in taken.text) == (403, False)


def test_nothing_is_said_to_have_been_compared_that_was_not(shared: SharedWorld) -> None:
    ended(shared)
    begun(shared)
    view = shared.lead_a.client.get(f"/api/v1/reviews/{shared.made.review_a}/statement").json()
    assert view["compared"] is False
    page = shared.lead_a.client.get(f"/reviews/{shared.made.review_a}/statement").text
    assert "could not be compared" in page


def test_somebody_inside_who_is_cleared_for_it_opens_it_to_the_others(
    shared: SharedWorld,
) -> None:
    ended(shared)
    statement = begun(shared)
    wrote(shared, statement)
    body = release_of(shared, statement)
    assert post_json(shared.lead_a, f"/statements/{statement}/release", **body).status_code == 200
    uncleared = narrowed(shared, statement, shared.coordinator, **BODY)
    assert (uncleared.status_code, "cleared for all of it" in uncleared.text) == (403, True)
    for name in ("author", "auditor", "lead_a"):
        tried = narrowed(shared, statement, shared.people[name], **BODY)
        assert tried.status_code in (403, 404), name
    assert entries(shared, action="statement:narrow", outcome="done") == []
    grant_internally(shared, shared.made, shared.approver)
    page = shared.approver.client.get(f"/statements/{statement}").text
    assert "Open it to all whom it is for" in page
    unsaid = narrowed(shared, statement, shared.approver, nothing_withheld=False)
    assert set(unsaid.json()["fields"]) == {"nothing_withheld"}
    assert narrowed(shared, statement, shared.approver, **BODY).status_code == 200
    view = shared.coordinator.client.get(f"/api/v1/statements/{statement}").json()
    assert {one["topic"]: one["text"] for one in view["parts"]}["rigour"] == TEXT
    assert shared.auditor.client.get(f"/statements/{statement}/files/pdf").status_code == 200
    (told,) = entries(shared, action="statement:narrow", outcome="done")
    assert told.actor == shared.approver.id
    again = narrowed(shared, statement, shared.approver, **BODY)
    assert (again.status_code, "already" in again.text) == (409, True)


def test_they_look_at_withheld_words_before_they_state_that_there_are_none(
    shared: SharedWorld,
) -> None:
    statement = begun(shared)
    wrote(shared, statement, f"{PII} tested it.")
    body = release_of(shared, statement)
    assert post_json(shared.lead_a, f"/statements/{statement}/release", **body).status_code == 200
    grant_internally(shared, shared.made, shared.approver)
    passing = narrowed(shared, statement, shared.approver)
    assert set(passing.json()["fields"]) == {"hits_confirmed"}
    assert shared.coordinator.client.get(f"/api/v1/statements/{statement}").json()["masked"]
    assert narrowed(shared, statement, shared.approver, **BODY).status_code == 200


def test_nobody_opens_a_text_that_they_did_not_read(shared: SharedWorld) -> None:
    grant_internally(shared, shared.made, shared.approver)
    statement = begun(shared)
    wrote(shared, statement, "All is well.")
    share = f"/statements/{statement}/share"
    assert post_json(shared.lead_a, share, days=7).status_code == 200
    read = read_by(shared, statement, shared.approver)
    old_page = shared.approver.client.get(f"/statements/{statement}").text
    assert f'name="digest" value="{read}"' in old_page
    window_closed(shared, statement)
    wrote(shared, statement, f"{PII} tested it.", revision=1)
    assert post_json(shared.lead_a, share, days=7).status_code == 200
    path = f"/statements/{statement}/narrowing"
    late = post_json(shared.approver, path, digest=read, **BODY)
    assert (late.status_code, late.json()["code"]) == (409, "statement-shared-anew")
    form = {"digest": read, "nothing_withheld": "yes", "hits_confirmed": "yes"}
    pressed = post_form(shared.approver, path, **form)
    assert (pressed.status_code, "Another text has been shared" in pressed.text) == (409, True)
    assert set(post_json(shared.approver, path, **BODY).json()["fields"]) == {"digest"}
    view = f"/api/v1/statements/{statement}"
    assert shared.coordinator.client.get(view).json()["masked"]
    assert entries(shared, action="statement:narrow", outcome="done") == []
    assert narrowed(shared, statement, shared.approver, **BODY).status_code == 200  # the control
    assert PII in shared.coordinator.client.get(view).text


def test_with_an_approval_to_get_it_is_shared_and_released_after_the_end(
    shared: SharedWorld,
) -> None:
    righted(shared, "approval")
    ended(shared)
    statement = begun(shared)
    wrote(shared, statement)
    assert post_json(shared.lead_a, f"/statements/{statement}/share", days=7).status_code == 200
    grant_internally(shared, shared.made, shared.approver)
    assert decided(shared, statement, "approved", shared.approver).status_code == 200
    body = release_of(shared, statement)
    assert post_json(shared.lead_a, f"/statements/{statement}/release", **body).status_code == 200


def test_why_it_was_withdrawn_after_the_end_is_guarded_as_well(shared: SharedWorld) -> None:
    statement = released(shared)
    ended(shared)
    path = f"/statements/{statement}/withdraw"
    assert post_json(shared.lead_a, path, reason=f"{PII} did not test it.").status_code == 200
    page = shared.coordinator.client.get(f"/statements/{statement}").text
    assert ("This statement was withdrawn" in page, PII in page) == (True, False)


def test_a_draft_of_before_goes_on_after_the_end(shared: SharedWorld) -> None:
    statement = shared_draft(shared)
    ended(shared)
    wrote(shared, statement, "Going on.", revision=1)
    assert shared.coordinator.client.get(f"/api/v1/statements/{statement}").json()["parts"]
