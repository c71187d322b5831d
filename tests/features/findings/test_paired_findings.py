"""Each intention about findings, as a form and as JSON: the same rows, entries and jobs."""

from typing import Any

import pytest

from app.features.findings.tasks import route_finding
from tests.features.findings.situations import (
    ANSWER,
    WRONG,
    cleared,
    filed,
    owned_by,
    passage,
    state_of,
)
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.shared import SharedWorld

Rooms = tuple[SharedWorld, SharedWorld]


@pytest.fixture(scope="module")
def two_rooms(two_rooms: Rooms) -> Rooms:
    """Let the author answer for the version, and the approver read it, in both."""
    for world in two_rooms:
        owned_by(world, world.author)
        cleared(world, world.approver)
    return two_rooms


def routed(world: SharedWorld) -> str:
    """File a finding that reaches the author; gives its address."""
    finding = filed(world)
    route_finding(world.worker, finding_id=finding)
    return f"/findings/{finding}"


def answered(world: SharedWorld, **more: Any) -> str:
    """File a finding that the author answers; gives its address."""
    path = routed(world)
    body = {**ANSWER, "nothing_withheld": True, **more}
    assert post_json(world.author, f"{path}/respond", **body).status_code == 200
    return path


@pytest.mark.paired("/findings")
def test_filing_a_finding(pair: Doors) -> None:
    events = pair.assert_alike(
        lambda w: post_form(w.reviewer_a, "/findings", **passage(w), **WRONG),
        lambda w: post_json(w.reviewer_a, "/findings", **passage(w), **WRONG),
    )
    assert events == ["FindingFiled", "PageRead"]
    jobs = pair.html.rows("SELECT task_name FROM procrastinate_jobs ORDER BY id DESC LIMIT 1")
    assert jobs == [("findings.route",)]


@pytest.mark.paired("/findings")
def test_filing_a_finding_about_a_whole_page(pair: Doors) -> None:
    about = {"review_id": pair.html.made.review_a, "page": 3}
    pair.assert_alike(
        lambda w: post_form(w.reviewer_a, "/findings", word_from="", word_to="", **about, **WRONG),
        lambda w: post_json(w.reviewer_a, "/findings", **about, **WRONG),
    )
    ((claim, rects),) = pair.html.rows("SELECT claim_id, rects FROM findings WHERE page = 3")
    assert claim is None
    assert len(list(rects)) == 3  # the heading and two lines


@pytest.mark.paired("/findings/{finding_id}/respond")
def test_answering_a_finding(pair: Doors) -> None:
    path = pair.ids(routed)
    events = pair.assert_alike(
        lambda w: post_form(w.author, f"{path(w)}/respond", nothing_withheld="yes", **ANSWER),
        lambda w: post_json(w.author, f"{path(w)}/respond", nothing_withheld=True, **ANSWER),
    )
    assert "FindingResponded" in events


@pytest.mark.parametrize(
    ("uphold", "event"), [(True, "RejectionDecided"), (False, "RejectionTurnedDown")]
)
@pytest.mark.paired("/findings/{finding_id}/decide")
def test_deciding_a_rejection(pair: Doors, uphold: bool, event: str) -> None:
    path = pair.ids(lambda w: answered(w, disposition="rejected"))
    word = "yes" if uphold else "no"
    events = pair.assert_alike(
        lambda w: post_form(w.approver, f"{path(w)}/decide", uphold=word),
        lambda w: post_json(w.approver, f"{path(w)}/decide", uphold=uphold),
    )
    assert event in events


@pytest.mark.paired("/findings/{finding_id}/reroute")
def test_rerouting_a_finding(pair: Doors) -> None:
    path = pair.ids(lambda w: f"/findings/{filed(w)}")
    events = pair.assert_alike(
        lambda w: post_form(w.coordinator, f"{path(w)}/reroute", person_id=w.second_author.id),
        lambda w: post_json(w.coordinator, f"{path(w)}/reroute", person_id=w.second_author.id),
    )
    assert "FindingRerouted" in events


@pytest.mark.parametrize(
    ("disposition", "state"), [("accepted", "awaiting_version"), ("clarified", "resolved")]
)
@pytest.mark.paired("/findings/{finding_id}/confirm")
def test_confirming_an_answer(pair: Doors, disposition: str, state: str) -> None:
    path = pair.ids(lambda w: answered(w, disposition=disposition))
    events = pair.assert_alike(
        lambda w: post_form(w.reviewer_a, f"{path(w)}/confirm"),
        lambda w: post_json(w.reviewer_a, f"{path(w)}/confirm"),
    )
    assert "FindingConfirmed" in events
    assert state_of(pair.html, path(pair.html).rpartition("/")[2]) == state


@pytest.mark.parametrize(
    ("final", "event"), [(False, "FindingContested"), (True, "DisagreementRecorded")]
)
@pytest.mark.paired("/findings/{finding_id}/contest")
def test_contesting_an_answer(pair: Doors, final: bool, event: str) -> None:
    path = pair.ids(answered)
    ticked = {"final": "yes"} if final else {}
    events = pair.assert_alike(
        lambda w: post_form(w.reviewer_a, f"{path(w)}/contest", reason="It is not.", **ticked),
        lambda w: post_json(w.reviewer_a, f"{path(w)}/contest", reason="It is not.", final=final),
    )
    assert event in events


@pytest.mark.paired("/findings/{finding_id}/withdraw")
def test_withdrawing_a_finding(pair: Doors) -> None:
    path = pair.ids(lambda w: f"/findings/{filed(w)}")
    events = pair.assert_alike(
        lambda w: post_form(w.lead_a, f"{path(w)}/withdraw"),
        lambda w: post_json(w.lead_a, f"{path(w)}/withdraw"),
    )
    assert "FindingWithdrawn" in events
