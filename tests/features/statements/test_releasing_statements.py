"""Sharing for comments, signing, releasing: what the publisher reads, and since when."""

import json

import pytest

from app.features.statements import listing
from tests.features.findings.situations import cleared
from tests.features.statements.situations import (
    TEXT,
    a_pdf,
    begun,
    commented,
    keyed,
    release_of,
    released,
    shared_draft,
    signed,
    window_closed,
    wrote,
)
from tests.worlds.doors import post_json
from tests.worlds.entries import entries, jobs
from tests.worlds.reports import PII, settle
from tests.worlds.shared import SharedWorld


def test_the_publisher_reads_what_the_lead_signed_and_released(shared: SharedWorld) -> None:
    statement = released(shared)
    for name in ("coordinator", "approver", "auditor", "lead_a", "reviewer_a"):
        view = shared.people[name].client.get(f"/api/v1/statements/{statement}").json()
        assert {one["topic"]: one["text"] for one in view["parts"]}["rigour"] == TEXT, name
        assert view["signature"]["holds"] is True
        page = shared.people[name].client.get(f"/statements/{statement}")
        assert page.status_code == 200
        assert "with two reservations" in page.text
    for name in ("lead_b", "responder", "administrator", "second_author", "internal_reader"):
        assert shared.people[name].client.get(f"/statements/{statement}").status_code == 404
    (told,) = entries(shared, action="statement:release")
    assert told.facts["digest"] == shared.rows("SELECT digest FROM statements")[0][0]
    settle(shared)
    kinds = {row[0] for row in shared.rows("SELECT kind FROM notices WHERE subject_id = :s",
                                           s=statement)}  # fmt: skip
    assert kinds == {"statement_released"}


def test_the_owner_of_the_report_reads_it_only_where_they_may_know_whose_it_is(
    shared: SharedWorld,
) -> None:
    statement = released(shared)
    author = shared.author.client
    paths = [f"/api/v1/statements/{statement}", f"/statements/{statement}/appendix"]
    assert [author.get(path).status_code for path in paths] == [404, 404]
    assert author.get("/api/v1/statements").json()["total"] == 0
    assert len(entries(shared, action="statement:read", outcome="denied")) == 2
    shared.change("UPDATE organisations SET names_itself_to_authors = true WHERE code = 'ORGA'")
    assert [author.get(path).status_code for path in paths] == [200, 200]
    assert author.get("/api/v1/statements").json()["total"] == 1
    shared.change("UPDATE organisations SET names_itself_to_authors = false")
    shared.change("UPDATE statements SET open_to = '{authors}'")
    assert [author.get(path).status_code for path in paths] == [200, 200]


def test_others_read_it_only_where_the_organisation_opened_it(shared: SharedWorld) -> None:
    statement = released(shared, open_to=["authors"])
    path = f"/api/v1/statements/{statement}"
    assert shared.second_author.client.get(path).status_code == 200
    assert shared.internal_reader.client.get(path).status_code == 404


def test_without_the_leads_statement_only_those_read_it_who_read_as_much(
    shared: SharedWorld,
) -> None:
    statement = begun(shared)
    wrote(shared, statement)
    body = release_of(shared, statement)
    assert post_json(shared.lead_a, f"/statements/{statement}/release", **body).status_code == 200
    view = shared.coordinator.client.get(f"/api/v1/statements/{statement}").json()
    assert (view["masked"], view["parts"]) == (True, [])
    assert "PII" in view["missing_codes"]
    assert shared.coordinator.client.get(f"/statements/{statement}/files/pdf").status_code == 403
    assert "reservations" not in shared.coordinator.client.get(f"/statements/{statement}").text
    cleared(shared, shared.coordinator)
    view = shared.coordinator.client.get(f"/api/v1/statements/{statement}").json()
    assert view["masked"] is False


def test_only_the_lead_releases_and_only_with_a_signature_that_holds(shared: SharedWorld) -> None:
    statement = begun(shared)
    wrote(shared, statement)
    assert post_json(shared.reviewer_a, f"/statements/{statement}/seal").status_code == 403
    body = release_of(shared, statement)
    path = f"/statements/{statement}/release"
    assert post_json(shared.reviewer_a, path, **body).status_code == 403
    _, other = keyed(shared, shared.reviewer_a)
    forged = {**body, "signature": signed(other, body["digest"])}
    assert set(post_json(shared.lead_a, path, **forged).json()["fields"]) == {"signature"}
    assert shared.coordinator.client.get(f"/statements/{statement}").status_code == 404
    denied = entries(shared, outcome="denied")
    refused = [one for one in denied if one.content.get("act") == "statement:release"]
    assert len(refused) == 2
    assert {one.action for one in refused} == {"report:page:read"}, "to nobody but themselves"
    assert post_json(shared.lead_a, path, **body).status_code == 200


def test_what_changed_since_it_was_prepared_is_not_released(shared: SharedWorld) -> None:
    statement = begun(shared)
    wrote(shared, statement)
    body = release_of(shared, statement)
    wrote(shared, statement, "Something else.", revision=1)
    late = post_json(shared.lead_a, f"/statements/{statement}/release", **body)
    assert (late.status_code, late.json()["code"]) == (409, "statement-unsealed")


def test_withheld_words_are_looked_at_before_anybody_states_that_there_are_none(
    shared: SharedWorld,
) -> None:
    statement = begun(shared)
    wrote(shared, statement, f"{PII} tested it.")
    body = release_of(shared, statement, nothing_withheld=True)
    path = f"/statements/{statement}/release"
    assert set(post_json(shared.lead_a, path, **body).json()["fields"]) == {"hits_confirmed"}
    page = shared.lead_a.client.get(f"/statements/{statement}/release").text
    assert PII in page
    confirmed = post_json(shared.lead_a, path, **body, hits_confirmed=True)
    assert confirmed.status_code == 200


def test_the_publisher_comments_while_the_window_is_open_and_the_lead_decides(
    shared: SharedWorld,
) -> None:
    statement = shared_draft(shared)
    wrote(shared, statement, "Changed after sharing.", revision=1)
    seen = shared.coordinator.client.get(f"/statements/{statement}").text
    assert "with two reservations" in seen
    assert "Changed after sharing" not in seen
    made = commented(shared, statement)
    assert made.status_code == 200, made.text
    comment = made.json()["id"]
    for who in (shared.author, shared.lead_a, shared.lead_b):
        assert post_json(who, f"/statements/{statement}/comments", kind="other", section="rigour",
                         comment="x", nothing_withheld=True).status_code in (403, 404)  # fmt: skip
    early = post_json(shared.lead_a, f"/statements/{statement}/seal")
    assert early.status_code == 409
    window_closed(shared, statement)
    assert commented(shared, statement).status_code == 403
    undecided = post_json(shared.lead_a, f"/statements/{statement}/seal")
    assert "waits for your decision" in undecided.text
    path = f"/statements/{statement}/comments/{comment}/decision"
    assert post_json(shared.coordinator, path, decision="adopted").status_code == 403
    unsaid = post_json(shared.lead_a, path, decision="not_adopted")
    assert set(unsaid.json()["fields"]) == {"reason"}
    post_json(shared.lead_a, path, decision="not_adopted", reason="There are two.")
    released(shared, statement)
    signed_text = shared.coordinator.client.get(f"/statements/{statement}/files/json").json()
    assert signed_text["comments"] == [
        {"kind": "fact", "made": 1, "adopted": 0, "in_part": 0, "not_adopted": 1}
    ]
    assert [one.facts["kind"] for one in entries(shared, action="statement:comment")
            if one.outcome == "done"] == ["fact"]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"quote": "never said"}, "quote"),
        ({"kind": "confidentiality"}, "category"),
        ({"nothing_withheld": False}, "nothing_withheld"),
        ({"comment": "It says HALCYON."}, "comment"),
    ],
)
def test_a_comment_that_cannot_be_given_is_refused(
    shared: SharedWorld, more: dict[str, object], field: str
) -> None:
    statement = shared_draft(shared)
    cleared(shared, shared.coordinator)
    made = commented(shared, statement, **more)
    assert set(made.json()["fields"]) == {field}


def test_an_update_shows_its_differences(shared: SharedWorld) -> None:
    first = released(shared)
    second = begun(shared)
    wrote(shared, second, TEXT.replace("two", "three"), revision=1)
    released(shared, second)
    view = shared.coordinator.client.get(f"/api/v1/statements/{second}").json()
    changes = {one["topic"]: one["changes"] for one in view["parts"]}["rigour"]
    assert ["gone", "two"] in changes
    assert ["added", "three"] in changes
    assert view["before"] == first
    old = shared.coordinator.client.get(f"/api/v1/statements/{first}").json()
    assert old["after"] == second


def test_a_withdrawn_statement_stays_readable_and_says_so(shared: SharedWorld) -> None:
    statement = released(shared)
    path = f"/statements/{statement}/withdraw"
    assert post_json(shared.reviewer_a, path, reason="x").status_code == 403
    assert post_json(shared.lead_a, path, reason="We were wrong.").status_code == 200
    page = shared.coordinator.client.get(f"/statements/{statement}").text
    assert "This statement was withdrawn" in page
    assert "We were wrong." in page


def test_a_draft_that_was_withdrawn_unreleased_opens_to_nobody_else(shared: SharedWorld) -> None:
    drafted = shared_draft(shared)
    path = f"/statements/{drafted}/withdraw"
    assert post_json(shared.lead_a, path, reason="We begin anew.").status_code == 200
    assert shared.coordinator.client.get(f"/statements/{drafted}").status_code == 200
    for who in (shared.auditor, shared.second_author, shared.internal_reader):
        assert who.client.get(f"/statements/{drafted}").status_code == 404, who.name
    refused = entries(shared, action="statement:read", outcome="denied")
    assert len(refused) == 3
    once = released(shared)
    withdrawn = post_json(shared.lead_a, f"/statements/{once}/withdraw", reason="We were wrong.")
    assert withdrawn.status_code == 200
    assert shared.auditor.client.get(f"/statements/{once}").status_code == 200


def test_lists_count_what_one_may_read_and_nothing_else(
    shared: SharedWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared_draft(shared)
    other = begun(shared, shared.lead_b, shared.made.review_b)
    wrote(shared, other, who=shared.lead_b)
    body = {"days": 7, "nothing_withheld": True, "hits_confirmed": True}
    assert post_json(shared.lead_b, f"/statements/{other}/share", **body).status_code == 200
    monkeypatch.setattr(listing, "PAGE_SIZE", 1)

    def counted(name: str) -> tuple[int, int]:
        listed = shared.people[name].client.get("/api/v1/statements").json()
        return listed["total"], listed["pages"]

    for name in ("second_author", "responder", "internal_reader", "auditor"):
        assert counted(name) == (0, 1), name
    assert (counted("coordinator"), counted("approver")) == ((2, 2), (2, 2))
    assert (counted("lead_a"), counted("lead_b")) == ((1, 1), (1, 1))
    shared.change(
        "UPDATE statements SET state = 'released', released_at = now(), open_to = '{authors}'"
        " WHERE id = :s",
        s=other,
    )
    assert (counted("second_author"), counted("auditor")) == ((1, 1), (1, 1))
    assert (counted("responder"), counted("internal_reader")) == ((0, 1), (0, 1))


def test_an_uploaded_statement_goes_with_what_is_signed(shared: SharedWorld) -> None:
    statement = begun(shared)
    content = a_pdf("")
    path = f"/api/v1/statements/{statement}/file"
    kept = shared.lead_a.client.post(path, files={"file": ("ours.pdf", content)}).json()
    released(shared, statement)
    signed_text = shared.coordinator.client.get(f"/statements/{statement}/files/json").json()
    assert signed_text["file"]["digest"] == kept["digest"]
    taken = shared.coordinator.client.get(f"/statements/{statement}/file")
    assert (taken.content, taken.headers["content-disposition"][:10]) == (content, "attachment")


def test_the_publication_right_is_fixed_once_there_was_access(shared: SharedWorld) -> None:
    path = f"/reviews/{shared.made.review_a}/publication"
    late = post_json(shared.coordinator, path, publication_right="approval")
    assert (late.status_code, late.json()["code"]) == (409, "terms-fixed")
    shared.change("DELETE FROM undertakings")
    shared.change("DELETE FROM receipts")
    shared.change("UPDATE grants SET state = 'requested' WHERE review_id IS NOT NULL")
    made = post_json(
        shared.coordinator, path, publication_right="confidentiality", payment="unpaid"
    )
    assert (made.status_code, made.json()["fixed"]) == (200, False)
    assert post_json(shared.lead_a, path, publication_right="none").status_code in (403, 404)
    shared.change("UPDATE grants SET state = 'in_force' WHERE review_id IS NOT NULL")
    text = shared.lead_a.client.get(f"/statements/{begun(shared)}/draft/md").text
    assert "removals for confidentiality only" in text


def test_no_notice_or_job_tells_anything_of_the_text(shared: SharedWorld) -> None:
    statement = shared_draft(shared)
    commented(shared, statement)
    told = json.dumps([arguments for _, arguments in jobs(shared)])
    assert "reservations" not in told
    assert "There are three" not in told
