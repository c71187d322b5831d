"""Drafts of findings: whose they are, what two who write one see, how they are filed."""

from tests.features.findings.filing_situations import (
    MISSING_DRAFT,
    SAID,
    WRITTEN,
    drafted,
    lead_files,
    opened,
)
from tests.features.findings.situations import filed, state_of
from tests.worlds.doors import post_form, post_json
from tests.worlds.entries import entries, refusals
from tests.worlds.shared import SharedWorld

DRAFTS = "/api/v1/findings/drafts"


def test_a_draft_is_its_writers_until_it_is_opened(shared: SharedWorld) -> None:
    draft = drafted(shared)
    assert shared.lead_a.client.get(f"{DRAFTS}/{draft}").status_code == 404
    assert shared.lead_a.client.get(DRAFTS).json()["rows"] == []
    path = f"/findings/drafts/{draft}/people"
    assert post_json(shared.reviewer_a, path, people=[shared.lead_a.id]).status_code == 200
    seen = shared.lead_a.client.get(f"{DRAFTS}/{draft}").json()
    assert seen["statement"] == SAID
    assert seen["acts"] == ["edit", "place", "file"], "who sees it says its writer alone"
    assert post_json(shared.lead_a, path, everybody=True).status_code in (403, 404)
    assert post_json(shared.reviewer_a, path).status_code == 200
    assert shared.lead_a.client.get(f"{DRAFTS}/{draft}").status_code == 404


def test_nobody_of_elsewhere_is_let_see_one(shared: SharedWorld) -> None:
    path = f"/findings/drafts/{drafted(shared)}/people"
    refused = post_json(shared.reviewer_a, path, people=[shared.reviewer_b.id])
    assert refused.status_code == 422
    assert refused.json()["fields"] == {"people": "Choose people of your own organisation."}


def test_what_two_write_at_once_is_not_written_over(shared: SharedWorld) -> None:
    draft = opened(shared)
    path = f"/findings/drafts/{draft}"
    theirs = {**WRITTEN, "statement": "THEIRS stands."}
    assert post_json(shared.lead_a, path, revision=1, **theirs).status_code == 200
    mine = {**WRITTEN, "statement": "MINE was typed."}
    page = post_form(shared.reviewer_a, path, revision=1, **mine)
    assert page.status_code == 409
    assert "Somebody else changed this draft while you wrote." in page.text
    assert "MINE was typed." in page.text, "what was typed is kept"
    assert "THEIRS stands." in page.text, "beside what stands"
    assert shared.reviewer_a.client.get(f"{DRAFTS}/{draft}").json()["statement"] == (
        "THEIRS stands."
    )
    assert post_form(shared.reviewer_a, path, revision=2, **mine).status_code == 303


def test_a_number_is_given_on_filing_and_leaves_no_gap(shared: SharedWorld) -> None:
    for _ in range(3):
        drafted(shared)
    finding = filed(shared)
    assert shared.rows("SELECT number FROM findings WHERE id = :f", f=finding) == [
        ("FC-ORGA-0001",)
    ]


def test_what_is_filed_of_a_draft_says_its_words_and_is_changed_no_more(
    shared: SharedWorld,
) -> None:
    draft = opened(shared, references=[{"title": "Run 14", "where": "annex 2"}])
    done = post_json(shared.reviewer_a, "/findings/drafts/file", drafts=[draft]).json()
    (finding,) = (row["id"] for row in done["filed"])
    view = shared.reviewer_a.client.get(f"/api/v1/findings/{finding}").json()
    assert (view["statement"], view["filing"]["references"][0]["title"]) == (SAID, "Run 14")
    assert state_of(shared, finding) == "filed"
    late = post_json(
        shared.reviewer_a, f"/findings/drafts/{draft}", revision=1, **WRITTEN
    )  # fmt: skip
    assert late.status_code == 409
    again = post_json(shared.reviewer_a, "/findings/drafts/file", drafts=[draft])
    assert again.status_code == 409
    assert shared.rows("SELECT count(*) FROM findings") == [(1,)]
    assert shared.reviewer_a.client.get(f"/findings/drafts/{draft}").status_code == 200
    assert [e.object for e in entries(shared) if e.event == "FindingFiled"] == [finding]


def test_of_several_those_that_lack_something_are_left(shared: SharedWorld) -> None:
    whole, bare = drafted(shared), drafted(shared, statement="", finding_class="")
    proofless = drafted(shared, finding_class="B")
    done = post_json(
        shared.reviewer_a, "/findings/drafts/file", drafts=[whole, bare, proofless]
    ).json()
    assert len(done["filed"]) == 1
    assert {left["id"]: set(left["fields"]) for left in done["left"]} == {
        bare: {"statement", "finding_class"},
        proofless: {"evidence"},
    }
    refused = post_json(shared.reviewer_a, "/findings/drafts/file", drafts=[proofless])
    assert refused.status_code == 422
    assert "classes B and D need evidence" in refused.json()["fields"]["evidence"]
    page = post_form(shared.reviewer_a, "/findings/drafts/file", drafts=[bare, proofless])
    assert "None of these can be filed yet" in page.text


def test_numbers_follow_the_report_in_whatever_order_they_were_chosen(shared: SharedWorld) -> None:
    whole = {"word_from": None, "word_to": None}
    later, earlier = (drafted(shared, page=page, **whole) for page in (2, 1))
    done = post_json(shared.reviewer_a, "/findings/drafts/file", drafts=[later, earlier]).json()
    assert [row["page"] for row in sorted(done["filed"], key=lambda row: row["number"])] == [1, 2]


def test_a_reference_is_evidence_enough(shared: SharedWorld) -> None:
    draft = drafted(shared, finding_class="D", references=[{"title": "Run 14"}])
    assert post_json(shared.reviewer_a, "/findings/drafts/file", drafts=[draft]).status_code == 200


def test_where_the_lead_files_a_reviewer_marks_ready(shared: SharedWorld) -> None:
    lead_files(shared)
    draft = drafted(shared)
    refused = post_json(shared.reviewer_a, "/findings/drafts/file", drafts=[draft])
    assert refused.status_code == 403
    assert refusals(shared, "finding:file")
    page = shared.reviewer_a.client.get(f"/findings/drafts/{draft}").text
    assert "File this finding" not in page
    ready = post_json(shared.reviewer_a, f"/findings/drafts/{draft}/ready", ready=True)
    assert ready.status_code == 200
    assert (
        post_json(shared.reviewer_a, f"/findings/drafts/{draft}/ready", ready=True).status_code
        == 409
    )
    assert "Ready for the lead" in shared.lead_a.client.get("/findings/drafts").text
    done = post_json(shared.lead_a, "/findings/drafts/file", drafts=[draft])
    assert done.status_code == 200, done.text
    assert len(entries(shared, action="finding:file", outcome="done")) == 1


def test_what_lacks_something_is_not_marked_ready(shared: SharedWorld) -> None:
    path = f"/findings/drafts/{drafted(shared, statement='')}/ready"
    assert post_json(shared.reviewer_a, path, ready=True).status_code == 409, "nobody to mark for"
    lead_files(shared)
    refused = post_json(shared.reviewer_a, path, ready=True)
    assert refused.json()["fields"] == {"statement": "Say what is wrong."}


def test_a_removed_draft_comes_back_and_colleagues_miss_it(shared: SharedWorld) -> None:
    draft = opened(shared)
    gone = post_form(shared.reviewer_a, f"/findings/drafts/{draft}/remove")
    page = shared.reviewer_a.client.get(gone.headers["location"]).text
    assert "The draft is removed." in page
    assert "Undo" in page
    assert shared.lead_a.client.get(f"{DRAFTS}/{draft}").status_code == 404
    assert post_json(shared.reviewer_a, "/findings/drafts/file", drafts=[draft]).status_code == 409
    post_form(shared.reviewer_a, f"/findings/drafts/{draft}/restore")
    assert shared.lead_a.client.get(f"{DRAFTS}/{draft}").status_code == 200


def test_when_access_ends_a_draft_can_be_read_but_its_passage_cannot(shared: SharedWorld) -> None:
    draft = drafted(shared)
    shared.change("UPDATE grants SET state = 'revoked' WHERE id = :g", g=shared.made.grant_a)
    seen = shared.reviewer_a.client.get(f"{DRAFTS}/{draft}").json()
    assert (seen["statement"], seen["anchor"]["quote"]) == (SAID, None)
    assert "transcript before" not in shared.reviewer_a.client.get(f"/findings/drafts/{draft}").text
    changed = post_json(shared.reviewer_a, f"/findings/drafts/{draft}", revision=1, **WRITTEN)
    assert changed.status_code == 403
    work = shared.reviewer_a.client.get("/api/v1/our-work").json()
    assert [one["statement"] for one in work["finding_drafts"]] == [SAID]


def test_who_may_have_said_the_same_is_hinted_at_inside_the_organisation(
    shared: SharedWorld,
) -> None:
    finding, mine = filed(shared), drafted(shared)
    new = shared.reviewer_a.client.get(
        f"/findings/new?version={shared.made.version_id}&page=1&words=1-3"
    ).text
    assert "Two findings or drafts of your organisation may say the same" in new
    theirs = shared.lead_a.client.get(
        f"/findings/new?version={shared.made.version_id}&page=1&words=1-3"
    ).text
    assert f"/findings/{finding}" in theirs
    assert mine not in theirs, "a draft that was not opened is no hint"
    assert (
        "may say the same"
        not in shared.lead_b.client.get(
            f"/findings/new?version={shared.made.version_id}&page=1"
        ).text
    )
    elsewhere = drafted(shared, page=3, word_from=0, word_to=1, statement=SAID)
    similar = shared.reviewer_a.client.get(f"{DRAFTS}/{elsewhere}").json()["similar"]
    assert next((one["id"], one["same_place"], one["likeness"]) for one in similar) == (
        mine, False, 100,
    )  # fmt: skip


def test_a_draft_that_is_not_there_looks_like_one_that_is_not_ones_own(
    shared: SharedWorld,
) -> None:
    draft = drafted(shared)
    for one in (draft, MISSING_DRAFT):
        answer = shared.reviewer_b.client.get(f"{DRAFTS}/{one}")
        assert answer.status_code == 404
        assert post_json(
            shared.reviewer_b, f"/findings/drafts/{one}/remove"
        ).status_code == 404 or (
            post_json(shared.reviewer_b, f"/findings/drafts/{one}/remove").status_code == 403
        )
