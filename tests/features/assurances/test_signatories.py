"""Whoever signs an assurance reads what they sign, not whose business it is."""

from tests.features.assurances.situations import (
    act,
    page,
    registered,
    requested,
    signature,
    wording,
)
from tests.features.findings.situations import cleared
from tests.worlds.doors import post_json
from tests.worlds.requests import draft_body
from tests.worlds.shared import SharedWorld


def test_a_signatory_learns_neither_the_organisation_nor_the_request(shared: SharedWorld) -> None:
    cleared(shared, shared.coordinator, shared.approver)
    body = draft_body(shared.made, type="assurance", expected_form="short_text")
    asked = str(shared.lead_a.client.post("/api/v1/requests", json=body).json()["id"])
    assert post_json(shared.lead_a, f"/requests/{asked}/submit").is_success
    one = requested(shared, request_id=asked)
    assert act(shared, "coordinator", one, "draft", **wording(shared)).is_success
    ((number,),) = shared.rows("SELECT number FROM requests WHERE id = :r", r=asked)
    ((name,),) = shared.rows("SELECT name FROM organisations WHERE code = 'ORGA'")
    client = shared.author.client
    for path in (f"/api/v1/assurances/{one}", f"/assurances/{one}", "/assurances",
                 "/api/v1/assurances"):  # fmt: skip
        seen = client.get(path)
        assert seen.status_code == 200, path
        for words in (number, asked, name):
            assert words not in seen.text, (path, words)
    for who in ("coordinator", "approver", "auditor"):
        view = page(shared, who, one)["view"]
        assert (view["organisation_name"], view["request_number"]) == (name, number), who
    registered(shared, shared.author)
    signed = act(shared, "author", one, "signature", signature=signature(shared, one))
    assert signed.is_success
    assert name not in signed.text
    assert number not in signed.text
