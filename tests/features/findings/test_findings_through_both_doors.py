"""Each intention about findings, as a form and as JSON: the same rows, entries and jobs."""

from collections.abc import Callable

import pytest

from tests.features.findings.situations import (
    ANSWER,
    WRONG,
    answered,
    cleared,
    filed,
    passage,
    routed,
    state_of,
)
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.shared import SharedWorld


def _made(doors: Doors, make: Callable[[SharedWorld], str]) -> Callable[[SharedWorld], str]:
    ids = {id(world): make(world) for world in (doors.html, doors.json)}
    return lambda world: f"/findings/{ids[id(world)]}"


def test_filing_a_finding(doors: Doors) -> None:
    events = doors.assert_alike(
        lambda w: post_form(w.reviewer_a, "/findings", **passage(w), **WRONG),
        lambda w: post_json(w.reviewer_a, "/findings", **passage(w), **WRONG),
    )
    assert events == ["FindingFiled", "PageRead"]
    jobs = doors.html.rows("SELECT task_name FROM procrastinate_jobs ORDER BY id DESC LIMIT 1")
    assert jobs == [("findings.route",)]


def test_filing_a_finding_about_a_whole_page(doors: Doors) -> None:
    about = {"review_id": doors.html.made.review_a, "page": 3}
    doors.assert_alike(
        lambda w: post_form(w.reviewer_a, "/findings", word_from="", word_to="", **about, **WRONG),
        lambda w: post_json(w.reviewer_a, "/findings", **about, **WRONG),
    )
    ((claim, rects),) = doors.html.rows("SELECT claim_id, rects FROM findings")
    assert claim is None
    assert len(list(rects)) == 3  # the heading and two lines


def test_answering_a_finding(doors: Doors) -> None:
    path = _made(doors, routed)
    events = doors.assert_alike(
        lambda w: post_form(w.author, f"{path(w)}/respond", nothing_withheld="yes", **ANSWER),
        lambda w: post_json(w.author, f"{path(w)}/respond", nothing_withheld=True, **ANSWER),
    )
    assert "FindingResponded" in events


@pytest.mark.parametrize(
    ("uphold", "event"), [(True, "RejectionDecided"), (False, "RejectionTurnedDown")]
)
def test_deciding_a_rejection(doors: Doors, uphold: bool, event: str) -> None:
    doors.both(lambda w: cleared(w, w.approver))
    path = _made(doors, lambda w: answered(w, disposition="rejected"))
    word = "yes" if uphold else "no"
    events = doors.assert_alike(
        lambda w: post_form(w.approver, f"{path(w)}/decide", uphold=word),
        lambda w: post_json(w.approver, f"{path(w)}/decide", uphold=uphold),
    )
    assert event in events


def test_rerouting_a_finding(doors: Doors) -> None:
    path = _made(doors, filed)
    events = doors.assert_alike(
        lambda w: post_form(w.coordinator, f"{path(w)}/reroute", person_id=w.second_author.id),
        lambda w: post_json(w.coordinator, f"{path(w)}/reroute", person_id=w.second_author.id),
    )
    assert "FindingRerouted" in events


@pytest.mark.parametrize(
    ("disposition", "state"), [("accepted", "awaiting_version"), ("clarified", "resolved")]
)
def test_confirming_an_answer(doors: Doors, disposition: str, state: str) -> None:
    path = _made(doors, lambda w: answered(w, disposition=disposition))
    events = doors.assert_alike(
        lambda w: post_form(w.reviewer_a, f"{path(w)}/confirm"),
        lambda w: post_json(w.reviewer_a, f"{path(w)}/confirm"),
    )
    assert "FindingConfirmed" in events
    assert state_of(doors.html, path(doors.html).rpartition("/")[2]) == state


@pytest.mark.parametrize(
    ("final", "event"), [(False, "FindingContested"), (True, "DisagreementRecorded")]
)
def test_contesting_an_answer(doors: Doors, final: bool, event: str) -> None:
    path = _made(doors, answered)
    ticked = {"final": "yes"} if final else {}
    events = doors.assert_alike(
        lambda w: post_form(w.reviewer_a, f"{path(w)}/contest", reason="It is not.", **ticked),
        lambda w: post_json(w.reviewer_a, f"{path(w)}/contest", reason="It is not.", final=final),
    )
    assert event in events


def test_withdrawing_a_finding(doors: Doors) -> None:
    path = _made(doors, filed)
    events = doors.assert_alike(
        lambda w: post_form(w.lead_a, f"{path(w)}/withdraw"),
        lambda w: post_json(w.lead_a, f"{path(w)}/withdraw"),
    )
    assert "FindingWithdrawn" in events


def test_the_reader_leads_to_the_form_with_the_words_chosen(shared: SharedWorld) -> None:
    place = passage(shared)
    version, first, last = shared.made.version_id, place["word_from"], place["word_to"]
    for words in (f"word_from={first}&word_to={last}", f"words={first}-{last}"):
        page = shared.reviewer_a.client.get(f"/findings/new?version={version}&page=1&{words}").text
        assert "<p>reads every transcript</p>" in page
        assert f'name="word_from" value="{first}"' in page
        assert f'name="word_to" value="{last}"' in page
    whole = shared.reviewer_a.client.get(f"/findings/new?version={version}&page=1").text
    assert "About the whole page" in whole
    for wrong in ("page=99", "page=1&word_from=9000&word_to=9001"):
        answer = shared.reviewer_a.client.get(f"/findings/new?version={version}&{wrong}")
        assert answer.status_code in (404, 422)


def test_a_form_that_cannot_be_taken_shows_again_what_was_typed(shared: SharedWorld) -> None:
    typed = {**passage(shared), **WRONG, "finding_class": "B", "statement": "It <b>errs</b>."}
    refused = post_form(shared.reviewer_a, "/findings", **typed)
    assert refused.status_code == 422
    assert "classes B and D need evidence" in refused.text
    assert "It &lt;b&gt;errs&lt;/b&gt;." in refused.text
    assert "reads every transcript" in refused.text
    finding = routed(shared)
    refused = post_form(shared.author, f"/findings/{finding}/respond", **ANSWER)
    assert refused.status_code == 422
    assert ANSWER["explanation"] in refused.text
    assert shared.rows("SELECT count(*) FROM responses") == [(0,)]
