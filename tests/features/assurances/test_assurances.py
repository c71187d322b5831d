"""Assurances: worded, signed by their signatory, released by somebody else."""

import hashlib
import json
from typing import Any

import pytest

from app.audit.signatures import verify
from app.domain.assurances import STATES, STEPS, IllegalStep, after
from tests.features.assurances.situations import (
    STATED,
    act,
    drafted,
    page,
    registered,
    released,
    requested,
    signature,
    signed,
    wording,
)
from tests.features.findings.situations import cleared
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.reports import LEG
from tests.worlds.shared import SharedWorld


def test_until_it_is_released_its_organisation_sees_only_that_it_is_open(
    shared: SharedWorld,
) -> None:
    one = signed(shared)
    view = page(shared, "lead_a", one)["view"]
    assert (view["number"], view["state"]) == ("AS-ORGA-0001", "requested")
    for field in ("text", "scope", "digest", "as_of", "signatory_name", "draft"):
        assert view[field] is None, field
    assert view["signatures"] == []
    for path in (f"/assurances/{one}", "/assurances", "/record", "/"):
        said = shared.lead_a.client.get(path).text
        assert "GANNET" not in said
        assert "AssuranceSigned" not in said
    for path in ("statement.json", "to-sign.txt"):
        assert shared.lead_a.client.get(f"/assurances/{one}/{path}").status_code == 409
    for who in ("lead_b", "stress_tester", "responder"):
        assert shared.people[who].client.get(f"/assurances/{one}").status_code == 404
        assert "AS-ORGA" not in shared.people[who].client.get("/assurances").text


def test_released_it_is_read_and_checked_without_vitrine(shared: SharedWorld) -> None:
    one = released(shared, publishable=True)
    view = page(shared, "reviewer_a", one)["view"]
    assert (view["state"], view["text"], view["publishable"]) == ("affirmed", STATED, True)
    statement = shared.reviewer_a.client.get(f"/assurances/{one}/statement.json").content
    assert hashlib.sha256(statement).hexdigest() == view["digest"]
    (made,) = view["signatures"]
    assert verify(made["signature"], view["digest"], made["public_key"]) == "ed25519"
    said = json.loads(statement)
    assert (said["as_of"], said["number"]) == ("2026-05-04", view["alias"])
    # For whom it was signed is a line of its own, which what was signed holds by its digest.
    line = view["for_whom"].encode()
    assert said["organisation"] == f"sha256:{hashlib.sha256(line).hexdigest()}"
    whose = json.loads(line)
    assert (whose["number"], whose["organisation"]) == ("AS-ORGA-0001", view["organisation_id"])
    assert "GANNET" in shared.reviewer_a.client.get(f"/assurances/{one}").text
    assert shared.lead_b.client.get(f"/assurances/{one}").status_code == 404
    names = [entry[0] for entry in shared.entries() if entry[3] == one]
    assert [n for n in names if n not in ("AssuranceRead", "Refused")] == [
        "AssuranceRequested",
        "AssuranceDrafted",
        "AssuranceSigned",
        "AssuranceReleased",
    ]


def test_who_drafted_it_does_not_release_it_and_only_the_signatory_signs(
    shared: SharedWorld,
) -> None:
    one = drafted(shared)
    registered(shared, shared.author)
    given = signature(shared, one)
    for who in ("coordinator", "approver", "auditor"):
        assert act(shared, who, one, "signature", signature=given).status_code == 403
    unsigned = act(shared, "approver", one, "release", nothing_withheld=True)
    assert unsigned.status_code == 409
    assert act(shared, "author", one, "signature", signature=given).is_success
    assert act(shared, "coordinator", one, "release", nothing_withheld=True).status_code == 403
    assert any(
        entry[0] == "Refused" and entry[1] == "denied" and entry[3] == one
        for entry in shared.entries()
    )
    assert set(act(shared, "approver", one, "release").json()["fields"]) == {"nothing_withheld"}
    assert act(shared, "approver", one, "release", nothing_withheld=True).is_success
    assert act(shared, "approver", one, "release", nothing_withheld=True).status_code == 403


def test_a_later_wording_voids_the_signature(shared: SharedWorld) -> None:
    one = signed(shared)
    changed = wording(shared, text="Another text.")
    assert act(shared, "coordinator", one, "draft", **changed).is_success
    assert page(shared, "approver", one)["view"]["draft"]["signed"] is False
    assert act(shared, "approver", one, "release", nothing_withheld=True).status_code == 409


def test_what_is_declined_is_released_unsigned_and_what_is_qualified_says_so(
    shared: SharedWorld,
) -> None:
    one = drafted(shared, outcome="declined", text="We cannot say.", scope="")
    assert act(shared, "approver", one, "release", nothing_withheld=True).is_success
    assert page(shared, "lead_a", one)["view"]["state"] == "declined"
    other = requested(shared)
    unqualified = wording(shared, outcome="qualified")
    refused = act(shared, "coordinator", other, "draft", **unqualified)
    assert set(refused.json()["fields"]) == {"qualification"}
    ahead = act(shared, "coordinator", other, "draft", **wording(shared, as_of="2099-01-01"))
    assert set(ahead.json()["fields"]) == {"as_of"}


def test_a_text_that_says_what_is_withheld_is_looked_at_before_release(
    shared: SharedWorld,
) -> None:
    one = signed(shared, text=f"{LEG} was not used.")
    refused = act(shared, "approver", one, "release", nothing_withheld=True)
    assert set(refused.json()["fields"]) == {"hits_confirmed"}
    again = act(shared, "approver", one, "release", nothing_withheld=True, hits_confirmed=True)
    assert again.is_success


def test_who_is_not_cleared_for_the_wording_neither_signs_nor_releases_it(
    shared: SharedWorld,
) -> None:
    one = signed(shared)
    shared.change(
        "UPDATE grants SET state = 'revoked' WHERE person_ids = ARRAY[:p]", p=shared.approver.id
    )
    refused = act(shared, "approver", one, "release", nothing_withheld=True)
    assert refused.status_code == 403
    assert "GANNET" not in shared.approver.client.get(f"/assurances/{one}").text


def test_a_later_one_supersedes_and_one_is_withdrawn(shared: SharedWorld) -> None:
    first = released(shared)
    second = requested(shared, supersedes=first)
    act(shared, "coordinator", second, "draft", **wording(shared))
    act(shared, "author", second, "signature", signature=signature(shared, second))
    assert page(shared, "lead_a", first)["view"]["superseded_by"] is None
    assert act(shared, "approver", second, "release", nothing_withheld=True).is_success
    before = page(shared, "lead_a", first)["view"]
    assert (before["state"], before["superseded_by"][0]) == ("superseded", second)
    assert before["signatures"][0]["holds"] is True  # it still says what it said
    statement = shared.lead_a.client.get(f"/assurances/{first}/statement.json").content
    assert hashlib.sha256(statement).hexdigest() == before["digest"]
    assert act(shared, "coordinator", second, "withdraw", reason="no_longer_true").is_success
    assert "no longer true" in shared.lead_a.client.get(f"/assurances/{second}").text
    assert act(shared, "coordinator", second, "withdraw", reason="not_needed").status_code == 403


def test_it_can_be_for_a_request_that_asks_for_one(shared: SharedWorld) -> None:
    body = {
        "review_id": shared.made.review_a,
        "type": "assurance",
        "question": "Is there another model?",
        "expected_form": "short_text",
        "basis": {"kind": "report"},
    }
    asked = post_json(shared.lead_a, "/requests", **body).json()["id"]
    refused = post_json(
        shared.coordinator, f"/reviews/{shared.made.review_a}/assurances", request_id=asked
    )
    assert set(refused.json()["fields"]) == {"request_id"}  # a draft is its organisation's own
    post_json(shared.lead_a, f"/requests/{asked}/submit")
    way = f"/reviews/{shared.made.review_a}/assurances/new?request_id={asked}"
    assert way in shared.coordinator.client.get(f"/requests/{asked}").text
    assert "/assurances/new" not in shared.lead_a.client.get(f"/requests/{asked}").text
    assert asked in shared.coordinator.client.get(way).text
    one = requested(shared, request_id=asked, template="no-incident")
    assert page(shared, "lead_a", one)["view"]["request_number"] == "RQ-ORGA-0001"
    assert "left out" in page(shared, "coordinator", one)["view"]["draft"]["suggested_text"]
    # Kept to some people of the organisation, the assurance is so with it.
    post_json(shared.lead_a, f"/requests/{asked}/kept", people=[shared.lead_a.id])
    kept = shared.rows("SELECT count(*) FROM request_people")[0][0]
    if kept:
        assert shared.reviewer_a.client.get(f"/assurances/{one}").status_code == 404


def test_the_wordings_are_the_publishers_to_change(shared: SharedWorld) -> None:
    path = "/api/v1/assurance-wordings"
    assert len(shared.coordinator.client.get(path).json()) == 5
    changed = {"wording": "no-incident", "name": "No incident", "text": "None, as of {date}."}
    assert post_json(shared.coordinator, "/assurance-wordings", **changed).is_success
    assert post_json(shared.author, "/assurance-wordings", **changed).status_code == 403
    assert shared.lead_a.client.get(path).status_code == 404
    found = {one["code"]: one for one in shared.coordinator.client.get(path).json()}
    assert found["no-incident"]["text"] == "None, as of {date}."
    retired = {**changed, "retired": True}
    assert post_json(shared.coordinator, "/assurance-wordings", **retired).is_success
    refused = post_json(
        shared.coordinator, f"/reviews/{shared.made.review_a}/assurances", template="no-incident"
    )
    assert set(refused.json()["fields"]) == {"template"}
    assert "No incident" in shared.coordinator.client.get("/assurance-wordings").text


@pytest.mark.parametrize("state", list(STATES))
@pytest.mark.parametrize("step", list(STEPS))
@pytest.mark.parametrize("outcome", [None, "affirmed", "declined"])
@pytest.mark.parametrize("is_signed", [True, False])
def test_the_table_of_states_admits_what_it_names_and_nothing_else(
    state: str, step: str, outcome: str | None, is_signed: bool
) -> None:
    lawful = state in STEPS[step].before and (
        step != "release" or outcome == "declined" or (outcome == "affirmed" and is_signed)
    )
    if lawful:
        assert after(step, state, outcome=outcome, signed=is_signed) in STATES
    else:
        with pytest.raises(IllegalStep):
            after(step, state, outcome=outcome, signed=is_signed)


# ---- both doors


@pytest.mark.paired("/reviews/{review_id}/assurances")
def test_setting_up_by_form_and_by_json(pair: Doors) -> None:
    pair.assert_alike(
        lambda w: post_form(
            w.coordinator,
            f"/reviews/{w.made.review_a}/assurances",
            template="no-incident",
            named="yes",
        ),
        lambda w: post_json(
            w.coordinator,
            f"/reviews/{w.made.review_a}/assurances",
            template="no-incident",
            named=True,
        ),
    )


@pytest.mark.paired("/assurances/{assurance_id}/draft")
def test_wording_by_form_and_by_json(pair: Doors) -> None:
    pair.both(lambda w: cleared(w, w.coordinator))
    one = pair.ids(requested)
    pair.assert_alike(
        lambda w: post_form(
            w.coordinator, f"/assurances/{one(w)}/draft", **wording(w), publishable="yes"
        ),
        lambda w: act(w, "coordinator", one(w), "draft", **wording(w), publishable=True),
        sealed=True,
    )


@pytest.mark.paired("/assurances/{assurance_id}/signature", "/assurances/{assurance_id}/release")
def test_signing_and_releasing_by_form_and_by_json(pair: Doors) -> None:
    one = pair.ids(drafted)
    pair.both(lambda w: registered(w, w.author) and None)
    given = pair.ids(lambda w: signature(w, one(w)))
    pair.assert_alike(
        lambda w: post_form(w.author, f"/assurances/{one(w)}/signature", signature=given(w)),
        lambda w: act(w, "author", one(w), "signature", signature=given(w)),
        sealed=True,
    )
    events = pair.assert_alike(
        lambda w: post_form(w.approver, f"/assurances/{one(w)}/release", nothing_withheld="yes"),
        lambda w: act(w, "approver", one(w), "release", nothing_withheld=True),
        sealed=True,
    )
    assert events == ["AssuranceReleased"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        pytest.param("/assurances/{}/withdraw", {"reason": "not_needed"},
                     marks=pytest.mark.paired("/assurances/{assurance_id}/withdraw")),
        pytest.param("/assurance-wordings", {"wording": "mine", "name": "Mine", "text": "So."},
                     marks=pytest.mark.paired("/assurance-wordings")),
    ],
)  # fmt: skip
def test_other_acts_by_form_and_by_json(pair: Doors, path: str, body: dict[str, Any]) -> None:
    one = pair.ids(requested)
    pair.assert_alike(
        lambda w: post_form(w.coordinator, path.format(one(w)), **body),
        lambda w: post_json(w.coordinator, path.format(one(w)), **body),
    )


def test_a_refused_wording_keeps_what_was_typed(shared: SharedWorld) -> None:
    cleared(shared, shared.coordinator)
    one = requested(shared)
    typed = wording(shared, outcome="qualified", text="PUFFIN was typed")
    answer = post_form(shared.coordinator, f"/assurances/{one}/draft", **typed)
    assert answer.status_code == 422
    assert "PUFFIN was typed" in answer.text
