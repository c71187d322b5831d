"""Whoever signs an assurance reads what they sign, not whose business it is."""

import base64
import hashlib
import json

from app.audit.canonical import canonical_bytes
from app.audit.signatures import bytes_to_sign, verify
from tests.features.assurances.situations import (
    KEY,
    act,
    as_worded_before,
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
from tests.worlds.doors import post_form, post_json
from tests.worlds.entries import entries
from tests.worlds.reports import settle
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
    done = act(shared, "author", one, "signature", signature=signature(shared, one))
    assert done.is_success
    assert name not in done.text
    assert number not in done.text


def test_nothing_that_a_signatory_is_given_betrays_whose_it_is(shared: SharedWorld) -> None:
    first = released(shared)
    one = requested(shared, supersedes=first)
    assert act(shared, "coordinator", one, "draft", **wording(shared)).is_success
    settle(shared)
    ((number, organisation, review, nonce),) = shared.rows(
        "SELECT number, organisation_id, review_id, nonce FROM assurances WHERE id = :a", a=one
    )
    client = shared.author.client
    paths = (f"/api/v1/assurances/{one}", f"/assurances/{one}", "/assurances",
             "/api/v1/assurances", f"/assurances/{one}/statement.json",
             f"/assurances/{one}/to-sign.txt", "/notices", "/api/v1/notices", "/",
             f"/versions/{shared.made.version_id}/positions")  # fmt: skip
    for path in paths:
        seen = client.get(path)
        said = f"{seen.headers} {seen.text}"
        for word in (number, organisation, review, nonce, "ORGA", "AS-ORGA-0001"):
            assert str(word) not in said, (path, word)
    alias = page(shared, "author", one)["view"]["number"]
    assert alias.startswith("AS-")
    assert alias in client.get("/notices").text
    told = page(shared, "coordinator", one)["view"]
    assert (told["number"], told["alias"]) == (number, alias)
    assert told["supersedes"][0] == first
    mails = shared.rows("SELECT facts::text FROM notices WHERE person_id = :p", p=shared.author.id)
    assert mails
    assert all("ORGA" not in str(mail) for mail in mails)


def test_what_was_signed_without_a_name_is_shown_to_be_for_its_organisation(
    shared: SharedWorld,
) -> None:
    one = released(shared)
    signed_bytes = {
        who: shared.people[who].client.get(f"/assurances/{one}/statement.json").content
        for who in ("author", "coordinator", "lead_a")
    }
    assert len(set(signed_bytes.values())) == 1, "one and the same for whoever reads it"
    view = page(shared, "lead_a", one)["view"]
    statement = json.loads(signed_bytes["lead_a"])
    digest = hashlib.sha256(view["for_whom"].encode()).hexdigest()
    assert statement["organisation"] == f"sha256:{digest}"
    other = {**json.loads(view["for_whom"]), "organisation": "org_other"}
    assert statement["organisation"] != f"sha256:{hashlib.sha256(canonical_bytes(other))}"
    (made,) = view["signatures"]
    assert verify(made["signature"], hashlib.sha256(signed_bytes["lead_a"]).hexdigest(),
                  made["public_key"]) == "ed25519"  # fmt: skip
    page_of = shared.lead_a.client.get(f"/assurances/{one}").text
    assert "For whom it was signed" in page_of
    assert "For whom it was signed" not in shared.author.client.get(f"/assurances/{one}").text


def test_a_coordinator_may_say_that_the_name_may_be_known(shared: SharedWorld) -> None:
    cleared(shared, shared.coordinator, shared.approver)
    one = requested(shared, named=True)
    assert act(shared, "coordinator", one, "draft", **wording(shared)).is_success
    ((name, number),) = shared.rows(
        "SELECT o.name, a.number FROM assurances a JOIN organisations o ON o.id = a.organisation_id"
    )
    view = page(shared, "author", one)["view"]
    assert (view["organisation_name"], view["number"]) == (name, number)
    form = post_form(shared.coordinator, f"/reviews/{shared.made.review_a}/assurances", named="yes")
    made = form.headers["location"].rsplit("/", 1)[1]
    assert shared.rows("SELECT named FROM assurance_drafts WHERE assurance_id = :a", a=made) == [
        (True,)
    ]


def test_an_organisation_that_names_itself_to_authors_is_named_to_its_signatory(
    shared: SharedWorld,
) -> None:
    shared.change("UPDATE organisations SET names_itself_to_authors = true WHERE code = 'ORGA'")
    one = signed(shared)
    assert page(shared, "author", one)["view"]["number"] == "AS-ORGA-0001"


def test_what_was_signed_before_stays_as_it_was_and_is_not_shown_to_who_may_not_know(
    shared: SharedWorld,
) -> None:
    cleared(shared, shared.coordinator, shared.approver)
    one = requested(shared)
    shared.change("UPDATE assurances SET nonce = NULL")
    assert act(shared, "coordinator", one, "draft", **wording(shared)).is_success
    ((nonce,),) = shared.rows("SELECT nonce FROM assurances")
    assert nonce, "worded anew it is signed without a name"
    shared.change("UPDATE assurances SET nonce = NULL")
    assert shared.author.client.get(f"/assurances/{one}/statement.json").status_code == 409
    said = shared.coordinator.client.get(f"/assurances/{one}/statement.json").json()
    assert (said["number"], said["organisation"]) == (
        "AS-ORGA-0001",
        shared.lead_a.organisation_id,
    )


def test_the_digest_of_what_names_its_organisation_is_given_to_those_who_may_know(
    shared: SharedWorld,
) -> None:
    one = signed(shared)
    digest = as_worded_before(shared, one)
    mark = base64.b64encode(KEY.sign(bytes_to_sign(digest))).decode()
    shared.change("UPDATE signatures SET digest = :d, signature = :s", d=digest, s=mark)
    for state in ("signed", "released"):
        if state == "released":
            shared.change(
                "UPDATE assurances SET state = 'affirmed', digest = :d, released_at = now(),"
                " as_of = '2026-05-04', signatory_name = 'Author'",
                d=digest,
            )
        view = page(shared, "author", one)["view"]
        assert (view["digest"], view["signatures"], view["draft"]["digest"]) == (None, [], None)
        assert view["draft"]["signed"], "that they signed it they know"
        shown = shared.author.client.get(f"/assurances/{one}")
        assert shown.status_code == 200
        assert digest not in shown.text
        for name in ("to-sign.txt", "statement.json"):
            refused = shared.author.client.get(f"/assurances/{one}/{name}")
            assert (refused.status_code, digest in refused.text) == (409, False), name
        told = page(shared, "coordinator", one)["view"]
        assert (told["digest"], len(told["signatures"])) == (digest, 1), "those who may know"
        assert digest in shared.coordinator.client.get(f"/assurances/{one}/to-sign.txt").text
    assert "shown to those who may know whose it is" in shown.text


def test_what_was_worded_with_a_name_is_worded_anew_before_it_is_signed(
    shared: SharedWorld,
) -> None:
    one = drafted(shared)
    registered(shared, shared.author)
    digest = as_worded_before(shared, one)
    said = "This was worded when what is signed still named its organisation."
    page_of = shared.author.client.get(f"/assurances/{one}").text
    assert said in page_of
    assert digest not in page_of
    mark = base64.b64encode(KEY.sign(bytes_to_sign(digest))).decode()
    refused = act(shared, "author", one, "signature", signature=mark)
    assert refused.status_code == 409
    assert said in refused.text
    assert not entries(shared, action="assurance:sign", outcome="done")
    assert act(shared, "coordinator", one, "draft", **wording(shared)).is_success
    assert said not in shared.author.client.get(f"/assurances/{one}").text
    done = act(shared, "author", one, "signature", signature=signature(shared, one))
    assert done.is_success, done.text
    assert entries(shared, action="assurance:sign", outcome="done")
