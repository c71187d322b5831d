"""Recommendations: a draft is its organisation's own; filed, each side says how it sees it."""

from datetime import timedelta
from typing import Any

import pytest
from httpx import Response

from app.domain.recommendations import STATES, STEPS, IllegalStep, after, is_open
from app.kernel.ids import new_id
from tests.features.findings.situations import cleared
from tests.features.positions.counting import statements
from tests.features.positions.situations import claims, name_of
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.reports import SEC
from tests.worlds.shared import SharedWorld

TEXT = "OSPREY-DRAFT: Test the monitor against the models it watches."
BODY: dict[str, Any] = {"text": TEXT, "urgency": "next_version"}
ANSWER: dict[str, Any] = {
    "response": "accepted",
    "text": "We will.",
    "planned_by": "2027-03-01",
    "nothing_withheld": True,
}


def drafted(world: SharedWorld, who: str = "reviewer_a", **more: Any) -> str:
    """Draft a recommendation; gives its id."""
    review = world.made.review_a if who.endswith("_a") else world.made.review_b
    made = post_json(world.people[who], f"/reviews/{review}/recommendations", **{**BODY, **more})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def act(world: SharedWorld, who: str, one: str, verb: str, **body: Any) -> Response:
    """Do something to a recommendation by the API."""
    return post_json(world.people[who], f"/recommendations/{one}/{verb}", **body)


def filed(world: SharedWorld, who: str = "reviewer_a", **more: Any) -> str:
    """File a recommendation; gives its id."""
    one = drafted(world, who, **more)
    assert act(world, who, one, "file").status_code == 200
    return one


def listed(world: SharedWorld, who: str, **query: str) -> Any:
    """List recommendations by the API."""
    return world.people[who].client.get("/api/v1/recommendations", params=query).json()


def answered(world: SharedWorld) -> list[str]:
    """Give the recommendations answered, as the log has it."""
    return [e[3] for e in world.entries() if e[0] == "RecommendationAnswered"]


def later_review(world: SharedWorld) -> str:
    """Open a second review for organisation A, after the first; gives its id."""
    review = new_id("review")
    world.change(
        "INSERT INTO reviews (id, report_id, version_id, organisation_id, terms_id, type, scope,"
        " starts_at, ends_at, state, calendar, clock_profile, submitted_by, opened_by, created_at)"
        " SELECT :i, report_id, version_id, organisation_id, terms_id, type, scope, starts_at,"
        " ends_at, 'open', calendar, clock_profile, submitted_by, opened_by, created_at + :d"
        " FROM reviews WHERE id = :r",
        i=review, r=world.made.review_a, d=timedelta(days=1),
    )  # fmt: skip
    return review


def test_a_draft_is_its_organisations_own(shared: SharedWorld) -> None:
    cleared(shared, shared.coordinator)
    one = drafted(shared)
    assert act(shared, "lead_a", one, "change", **{**BODY, "urgency": "next_cycle"}).is_success
    for who in ("coordinator", "author", "auditor", "lead_b", "stress_tester"):
        client = shared.people[who].client
        for path in ("/recommendations", "/recommendations.csv", "/", "/notices", "/log"):
            said = client.get(path).text
            assert one not in said, (who, path)
            assert "OSPREY" not in said
        assert listed(shared, who, show="all")["counts"]["all"] == 0
    for who in ("coordinator", "author", "auditor", "lead_b", "stress_tester"):
        assert shared.people[who].client.get(f"/recommendations/{one}").status_code == 404, who
    assert {e[0] for e in shared.entries() if "ecommendation" in e[0]} <= {"RecommendationsListed"}
    assert listed(shared, "lead_a", show="draft")["counts"]["draft"] == 1


def test_filed_it_has_a_number_and_is_read_inside(shared: SharedWorld) -> None:
    cleared(shared, shared.coordinator)
    first, second = claims(shared)
    one = filed(shared, claims=[second, first])
    view = shared.coordinator.client.get(f"/api/v1/recommendations/{one}").json()["view"]
    assert (view["number"], view["text"]) == ("RM-ORGA-0001", TEXT)
    assert sorted(code for _, code in view["claims"]) == ["C1", "C2"]
    assert ("RecommendationFiled", "done", shared.reviewer_a.id, one) in shared.entries()
    assert act(shared, "reviewer_a", one, "change", **BODY).status_code == 403
    assert shared.people["lead_b"].client.get(f"/recommendations/{one}").status_code == 404
    groups = listed(shared, "coordinator", by="claim")["groups"]
    assert [group["label"] for group in groups] == ["Claim C1", "Claim C2"]
    assert listed(shared, "coordinator", by="pathway")["groups"][0]["label"] == (
        "About no single pathway"
    )
    assert "OSPREY" in shared.coordinator.client.get("/recommendations.csv").text


def test_a_removed_claim_is_chosen_no_more_and_what_is_filed_keeps_it(shared: SharedWorld) -> None:
    first, second = claims(shared)
    one, draft = filed(shared, claims=[first, second]), drafted(shared, claims=[first, second])
    assert post_json(shared.author, f"/claims/{first}/remove").is_success
    assert ("ClaimRemoved", "done", shared.author.id, first) in shared.entries()

    def about(recommendation: str) -> list[str]:
        path = f"/api/v1/recommendations/{recommendation}"
        view = shared.reviewer_a.client.get(path).json()["view"]
        return [claim for claim, _ in view["claims"]]

    assert sorted(about(one)) == sorted([first, second])
    assert about(draft) == [second]
    offered = shared.reviewer_a.client.get(f"/recommendations/{draft}").text
    assert first not in offered
    assert second in offered
    assert act(shared, "reviewer_a", draft, "change", **BODY, claims=[first]).status_code == 422


def test_who_has_lifted_less_than_its_writer_does_not_read_it(shared: SharedWorld) -> None:
    one = filed(shared)
    for path in (f"/recommendations/{one}", "/recommendations", "/recommendations.csv"):
        assert "OSPREY" not in shared.coordinator.client.get(path).text
    cleared(shared, shared.coordinator)
    assert "OSPREY" in shared.coordinator.client.get(f"/recommendations/{one}").text


def test_an_author_reads_an_alias_unless_the_organisation_names_itself(
    shared: SharedWorld,
) -> None:
    cleared(shared, shared.author)
    one = filed(shared)
    for path in (f"/recommendations/{one}", "/recommendations", "/recommendations.csv"):
        said = shared.author.client.get(path).text
        assert "RM-ORGA" not in said
        assert name_of(shared, shared.lead_a) not in said
        assert "RM-" in said
    shared.change("UPDATE organisations SET names_itself_to_authors = true")
    assert "RM-ORGA-0001" in shared.author.client.get(f"/recommendations/{one}").text


def test_an_author_is_not_told_what_is_of_one_review(shared: SharedWorld) -> None:
    cleared(shared, shared.author, shared.coordinator)
    one, other = filed(shared), filed(shared, "reviewer_b")
    review = shared.made.review_a
    seen = listed(shared, "author", review=review)
    assert {row["id"] for group in seen["groups"] for row in group["rows"]} == {one, other}
    nowhere = listed(shared, "author", review="rev_00000000000000000000")
    assert nowhere["counts"] == seen["counts"]
    for path in (f"/api/v1/recommendations/{one}", "/api/v1/recommendations", "/recommendations"):
        assert review not in shared.author.client.get(path).text, path
    # Who oversees reviews lists by review, and so does an author where it names itself.
    assert listed(shared, "coordinator", review=review)["counts"]["all"] == 1
    shared.change("UPDATE organisations SET names_itself_to_authors = true")
    assert listed(shared, "author", review=review)["counts"]["all"] == 1
    assert review in shared.author.client.get(f"/api/v1/recommendations/{one}").text


def test_the_publisher_answers_and_every_answer_is_kept(shared: SharedWorld) -> None:
    cleared(shared, shared.coordinator)
    one = filed(shared)
    assert listed(shared, "coordinator")["counts"]["unanswered"] == 1
    wrong = act(shared, "coordinator", one, "response", response="accepted", text="Yes.")
    assert set(wrong.json()["fields"]) == {"nothing_withheld", "planned_by"}
    for who in ("author", "approver", "auditor"):
        assert act(shared, who, one, "response", **ANSWER).status_code == 403
    assert act(shared, "coordinator", one, "response", **ANSWER).is_success
    later = {**ANSWER, "response": "declined", "text": "We cannot after all."}
    assert act(shared, "coordinator", one, "response", **later).is_success
    view = shared.reviewer_a.client.get(f"/api/v1/recommendations/{one}").json()["view"]
    assert sorted(answer["text"] for answer in view["responses"]) == [
        "We cannot after all.",
        "We will.",
    ]
    assert {a["planned_by"] for a in view["responses"]} == {"2027-03-01", None}
    assert listed(shared, "coordinator")["counts"]["unanswered"] == 0


def test_an_answer_that_says_what_is_withheld_is_refused(shared: SharedWorld) -> None:
    cleared(shared, shared.coordinator)
    one = filed(shared, "reviewer_b")  # from whom SEC is withheld
    said = {**ANSWER, "text": f"The {SEC} will be tested."}
    refused = act(shared, "coordinator", one, "response", **said)
    assert set(refused.json()["fields"]) == {"text"}
    # Nobody can wave it through.
    insisting = act(shared, "coordinator", one, "response", **said, hits_confirmed=True)
    assert insisting.status_code == 422
    page = post_form(
        shared.coordinator, f"/recommendations/{one}/response",
        **{**ANSWER, "response_text": said["text"], "nothing_withheld": "yes"},
    )  # fmt: skip
    assert "This says what is withheld from the organisation" in page.text
    assert SEC in page.text, "what was typed is kept"
    assert SEC not in shared.reviewer_b.client.get(f"/recommendations/{one}").text
    assert answered(shared) == []
    # The same words to the organisation that reads them anyway.
    other = filed(shared, "reviewer_a")
    assert act(shared, "coordinator", other, "response", **said).is_success
    assert answered(shared) == [other]


def test_who_is_not_cleared_for_all_that_is_withheld_does_not_answer(shared: SharedWorld) -> None:
    one = filed(shared, "reviewer_b")
    refused = act(shared, "coordinator", one, "response", **ANSWER)
    assert refused.status_code == 422
    assert "You are not cleared" in refused.json()["fields"]["nothing_withheld"]
    assert answered(shared) == []
    cleared(shared, shared.coordinator)
    assert act(shared, "coordinator", one, "response", **ANSWER).is_success
    assert answered(shared) == [one]


def test_each_side_says_how_it_sees_adoption(shared: SharedWorld) -> None:
    one = filed(shared)
    assert act(shared, "coordinator", one, "adoption", standing="under_way").is_success
    assert act(shared, "reviewer_a", one, "adoption", standing="cannot_tell").is_success
    assert act(shared, "coordinator", one, "adoption", standing="cannot_tell").status_code == 422
    assert act(shared, "lead_b", one, "adoption", standing="adopted").status_code in (403, 404)
    assert listed(shared, "coordinator")["counts"]["open"] == 1
    assert act(shared, "coordinator", one, "adoption", standing="adopted").is_success
    assert listed(shared, "coordinator")["counts"]["open"] == 1  # in its organisation's eyes
    assert act(shared, "lead_a", one, "adoption", standing="adopted").is_success
    assert listed(shared, "coordinator")["counts"] == {
        "open": 0, "unanswered": 0, "draft": 0, "settled": 1, "all": 1,
    }  # fmt: skip
    page = shared.lead_a.client.get(f"/recommendations/{one}").text
    assert "Under way" in page
    assert "Cannot tell" in page


def test_open_ones_are_carried_into_a_later_review_by_a_person(shared: SharedWorld) -> None:
    one, done = filed(shared), filed(shared)
    act(shared, "lead_a", done, "adoption", standing="adopted")
    cleared(shared, shared.coordinator)
    review = later_review(shared)
    path = f"/reviews/{review}/recommendations/carry"
    offered = shared.reviewer_a.client.get(f"/api/v1{path}").json()["rows"]
    assert [view["id"] for view in offered] == [one]
    refused = post_json(shared.reviewer_a, path, recommendations=[done])
    assert refused.status_code == 422
    (made,) = post_json(shared.reviewer_a, path, recommendations=[one]).json()["drafts"]
    assert listed(shared, "coordinator")["counts"]["all"] == 2  # senses no draft
    assert shared.coordinator.client.get(f"/recommendations/{made}").status_code == 404
    act(shared, "reviewer_a", made, "file")
    view = shared.coordinator.client.get(f"/api/v1/recommendations/{made}").json()["view"]
    assert (view["carried_from"], view["carried_number"]) == (one, "RM-ORGA-0001")
    assert view["text"] == TEXT
    before = shared.coordinator.client.get(f"/api/v1/recommendations/{one}").json()["view"]
    assert (before["carried_on"], before["open"]) == (True, False)


def test_a_discarded_draft_is_told_to_nobody_and_a_withdrawn_one_is(shared: SharedWorld) -> None:
    draft, one = drafted(shared), filed(shared)
    assert act(shared, "reviewer_a", draft, "withdraw").is_success
    assert act(shared, "reviewer_a", one, "withdraw").is_success
    assert [e[3] for e in shared.entries() if e[0] == "RecommendationWithdrawn"] == [one]
    assert shared.coordinator.client.get(f"/recommendations/{draft}").status_code == 404
    assert shared.coordinator.client.get(f"/recommendations/{one}").status_code == 200
    assert act(shared, "coordinator", one, "response", **ANSWER).status_code == 403


def test_a_long_list_costs_no_query_each(shared: SharedWorld) -> None:
    cleared(shared, shared.coordinator)
    one = filed(shared)
    act(shared, "coordinator", one, "response", **{**ANSWER})
    few = statements(shared, lambda: listed(shared, "coordinator"))
    for _ in range(6):
        act(shared, "coordinator", filed(shared), "response", **ANSWER)
    assert statements(shared, lambda: listed(shared, "coordinator")) == few


@pytest.mark.parametrize("state", list(STATES))
@pytest.mark.parametrize("step", list(STEPS))
def test_the_table_of_states_admits_what_it_names_and_nothing_else(state: str, step: str) -> None:
    if state in STEPS[step].before:
        assert after(step, state) in STATES
    else:
        with pytest.raises(IllegalStep):
            after(step, state)


def test_nothing_follows_a_withdrawal() -> None:
    assert all("withdrawn" not in step.before for step in STEPS.values())
    assert not is_open("withdrawn", own_view=None, carried=False)
    assert is_open("filed", own_view="not_adopted", carried=False)


@pytest.mark.paired("/reviews/{review_id}/recommendations")
def test_drafting_by_form_and_by_json(pair: Doors) -> None:
    pair.assert_alike(
        lambda w: post_form(w.reviewer_a, f"/reviews/{w.made.review_a}/recommendations", **BODY),
        lambda w: post_json(w.reviewer_a, f"/reviews/{w.made.review_a}/recommendations", **BODY),
    )


@pytest.mark.paired("/reviews/{review_id}/recommendations/carry")
def test_carrying_by_form_and_by_json(pair: Doors) -> None:
    one, review = pair.ids(filed), pair.ids(later_review)
    path = "/reviews/{}/recommendations/carry"
    pair.assert_alike(
        lambda w: post_form(w.lead_a, path.format(review(w)), recommendations=[one(w)]),
        lambda w: post_json(w.lead_a, path.format(review(w)), recommendations=[one(w)]),
    )


@pytest.mark.parametrize(
    ("verb", "who", "body", "event"),
    [
        pytest.param("change", "reviewer_a", BODY, None,
                     marks=pytest.mark.paired("/recommendations/{recommendation_id}/change")),
        pytest.param("file", "lead_a", {}, "RecommendationFiled",
                     marks=pytest.mark.paired("/recommendations/{recommendation_id}/file")),
    ],
)  # fmt: skip
def test_changing_and_filing_by_form_and_by_json(
    pair: Doors, verb: str, who: str, body: dict[str, Any], event: str | None
) -> None:
    one = pair.ids(drafted)
    events = pair.assert_alike(
        lambda w: post_form(w.people[who], f"/recommendations/{one(w)}/{verb}", **body),
        lambda w: act(w, who, one(w), verb, **body),
    )
    assert event is None or event in events


@pytest.mark.parametrize(
    ("verb", "who", "body", "typed"),
    [
        pytest.param("withdraw", "lead_a", {}, {},
                     marks=pytest.mark.paired("/recommendations/{recommendation_id}/withdraw")),
        pytest.param("adoption", "coordinator", {"standing": "under_way"}, {},
                     marks=pytest.mark.paired("/recommendations/{recommendation_id}/adoption")),
        pytest.param("response", "coordinator", ANSWER,
                     {"response_text": "We will.", "nothing_withheld": "yes"},
                     marks=pytest.mark.paired("/recommendations/{recommendation_id}/response")),
    ],
)  # fmt: skip
def test_what_follows_filing_by_form_and_by_json(
    pair: Doors, verb: str, who: str, body: dict[str, Any], typed: dict[str, str]
) -> None:
    pair.both(lambda w: cleared(w, w.coordinator))
    one = pair.ids(filed)
    pair.assert_alike(
        lambda w: post_form(
            w.people[who], f"/recommendations/{one(w)}/{verb}", **{**body, **typed}
        ),
        lambda w: act(w, who, one(w), verb, **body),
    )


def test_a_refused_answer_keeps_what_was_typed(shared: SharedWorld) -> None:
    cleared(shared, shared.coordinator)
    one = filed(shared)
    page = post_form(
        shared.coordinator,
        f"/recommendations/{one}/response",
        response="accepted",
        response_text="PELICAN was typed",
    )
    assert page.status_code == 422
    assert "PELICAN was typed" in page.text
