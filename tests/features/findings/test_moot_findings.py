"""The publisher proposes that a finding is moot; only the organisation that filed it closes it."""

from typing import Any

import pytest

from tests.features.findings.situations import answered, cleared, filed, routed, state_of
from tests.features.notices.situations import kinds
from tests.world import Someone
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.entries import entries
from tests.worlds.reports import settle
from tests.worlds.shared import SharedWorld

GONE = "MOOTWORDS: the passage is gone."
STATED: dict[str, Any] = {"reason": GONE, "nothing_withheld": True}


def proposes(world: SharedWorld, someone: Someone, finding: str, **more: Any) -> int:
    """Let somebody propose it; gives the answer's status."""
    return post_json(someone, f"/findings/{finding}/moot/propose", **{**STATED, **more}).status_code


def accepts(someone: Someone, finding: str) -> int:
    """Let somebody close it as proposed; gives the answer's status."""
    return post_json(someone, f"/findings/{finding}/moot/accept").status_code


def refuses(someone: Someone, finding: str, reason: str = "It is on page 14 now.") -> int:
    """Let somebody say that it is not moot; gives the answer's status."""
    return post_json(someone, f"/findings/{finding}/moot/refuse", reason=reason).status_code


def test_what_is_proposed_is_read_told_and_closed_with_one_click(shared: SharedWorld) -> None:
    finding = routed(shared)
    assert proposes(shared, shared.author, finding) == 200
    assert state_of(shared, finding) == "routed", "a proposal closes nothing"
    settle(shared)
    assert kinds(shared.reviewer_a)[-1] == "finding_moot_proposed"
    assert "finding_moot_proposed" not in kinds(shared.lead_b)
    page = shared.reviewer_a.client.get(f"/findings/{finding}").text
    assert GONE in page
    assert f'action="/findings/{finding}/moot/accept"' in page
    assert "Moot?" in shared.reviewer_a.client.get("/findings").text
    assert accepts(shared.reviewer_a, finding) == 200
    assert state_of(shared, finding) == "moot"
    events = [(e.event, e.outcome) for e in entries(shared) if "Moot" in e.event]
    assert events == [("MootProposed", "done"), ("FindingSetMoot", "done")]
    assert all("MOOTWORDS" not in str(e.core) for e in entries(shared))
    view = shared.lead_a.client.get(f"/api/v1/findings/{finding}").json()
    assert [step["text"] for step in view["timeline"]][-2:] == [
        "The publisher proposed that it is moot",
        "Said to be moot",
    ]
    assert view["row"]["moot_waits"] is False


def test_it_is_refused_with_a_line_and_can_be_proposed_again(shared: SharedWorld) -> None:
    finding = answered(shared)
    assert proposes(shared, shared.author, finding) == 200
    assert proposes(shared, shared.author, finding) == 409, "one waits already"
    assert refuses(shared.lead_a, finding, reason="") == 422
    assert refuses(shared.lead_a, finding) == 200
    assert state_of(shared, finding) == "responded"
    assert (accepts(shared.lead_a, finding), refuses(shared.lead_a, finding)) == (409, 409)
    settle(shared)
    assert "finding_moot_refused" in kinds(shared.author)
    assert "It is on page 14 now." in shared.author.client.get(f"/findings/{finding}").text
    assert proposes(shared, shared.author, finding) == 200
    assert accepts(shared.reviewer_a, finding) == 200
    assert proposes(shared, shared.author, finding) == 409, "it is closed"


def test_nobody_closes_it_in_the_organisations_place(shared: SharedWorld) -> None:
    cleared(shared, shared.coordinator, shared.approver)
    finding = routed(shared)
    assert proposes(shared, shared.coordinator, finding) == 200
    for name in ("author", "coordinator", "approver", "auditor", "reviewer_b", "lead_b"):
        someone = shared.people[name]
        assert accepts(someone, finding) in (403, 404), name
        assert refuses(someone, finding) in (403, 404), name
    assert state_of(shared, finding) == "routed"
    denied = {e.action for e in entries(shared, outcome="denied")}
    assert {"finding:set-aside", "finding:moot:refuse"} <= denied


def test_only_who_answers_for_it_and_may_read_it_proposes(shared: SharedWorld) -> None:
    finding = routed(shared)
    for name in ("second_author", "approver", "auditor", "reviewer_a", "reviewer_b"):
        assert proposes(shared, shared.people[name], finding) in (403, 404), name
    assert len(entries(shared, action="finding:moot:propose", outcome="denied")) == 5
    assert proposes(shared, shared.coordinator, finding) == 403, "not cleared for its text"
    assert proposes(shared, shared.author, finding, nothing_withheld=False) == 422
    assert proposes(shared, shared.author, finding, reason=" ") == 422
    assert shared.rows("SELECT count(*) FROM messages") == [(0,)]


def test_of_a_slip_no_author_proposes_anything(shared: SharedWorld) -> None:
    cleared(shared, shared.coordinator)
    slip = filed(shared, finding_class="H")
    shared.change("UPDATE findings SET author_id = :a", a=shared.author.id)
    assert proposes(shared, shared.author, slip) == 403
    assert proposes(shared, shared.coordinator, slip) == 200
    settle(shared)
    assert refuses(shared.reviewer_a, slip) == 200
    settle(shared)
    assert "finding_moot_refused" not in kinds(shared.author)


def test_the_form_keeps_what_was_typed(shared: SharedWorld) -> None:
    finding = routed(shared)
    page = post_form(shared.author, f"/findings/{finding}/moot/propose", reason=GONE)
    assert page.status_code == 422
    assert GONE in page.text


@pytest.mark.paired("/findings/{finding_id}/moot/propose")
def test_proposing_by_form_and_by_json(pair: Doors) -> None:
    one = pair.ids(routed)
    events = pair.assert_alike(
        lambda w: post_form(
            w.author, f"/findings/{one(w)}/moot/propose", reason=GONE, nothing_withheld="yes"
        ),
        lambda w: post_json(w.author, f"/findings/{one(w)}/moot/propose", **STATED),
    )
    assert events == ["MootProposed"]


@pytest.mark.paired("/findings/{finding_id}/moot/accept")
def test_closing_by_form_and_by_json(pair: Doors) -> None:
    one = pair.ids(routed)
    pair.both(lambda w: proposes(w, w.author, one(w)) and None)
    events = pair.assert_alike(
        lambda w: post_form(w.reviewer_a, f"/findings/{one(w)}/moot/accept"),
        lambda w: post_json(w.reviewer_a, f"/findings/{one(w)}/moot/accept"),
    )
    assert events == ["FindingSetMoot"]


@pytest.mark.paired("/findings/{finding_id}/moot/refuse")
def test_refusing_by_form_and_by_json(pair: Doors) -> None:
    one = pair.ids(routed)
    pair.both(lambda w: proposes(w, w.author, one(w)) and None)
    events = pair.assert_alike(
        lambda w: post_form(w.reviewer_a, f"/findings/{one(w)}/moot/refuse", reason="No."),
        lambda w: post_json(w.reviewer_a, f"/findings/{one(w)}/moot/refuse", reason="No."),
    )
    assert events == ["MootRefused"]
