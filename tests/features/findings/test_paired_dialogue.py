"""Asking, fixing, setting aside, writing, clawing back, final versions: form and JSON alike."""

from typing import Any

import pytest

from app.features.findings.tasks import route_finding
from tests.features.findings.situations import (
    ANSWER,
    SETTLED,
    cleared,
    filed,
    later_version,
    owned_by,
    started_claw_back,
    state_of,
)
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.shared import SharedWorld

Rooms = tuple[SharedWorld, SharedWorld]
STATED: dict[str, Any] = {"nothing_withheld": True}


@pytest.fixture(scope="module")
def two_rooms(two_rooms: Rooms) -> Rooms:
    """Let the author answer for the version, and others read it, in both."""
    for world in two_rooms:
        owned_by(world, world.author)
        cleared(world, world.approver, world.coordinator)
    return two_rooms


def routed(world: SharedWorld, **more: Any) -> str:
    """File a finding that reaches the author; gives its address."""
    finding = filed(world, **more)
    route_finding(world.worker, finding_id=finding)
    return f"/findings/{finding}"


def answered(world: SharedWorld, **more: Any) -> str:
    """File a finding that the author answers; gives its address."""
    path = routed(world)
    made = post_json(world.author, f"{path}/respond", **{**ANSWER, **STATED, **more})
    assert made.status_code == 200
    return path


@pytest.mark.paired("/findings/{finding_id}/ask-detail")
def test_asking_for_detail(pair: Doors) -> None:
    path = pair.ids(routed)
    asked = {"question": "Which table do you mean?"}
    events = pair.assert_alike(
        lambda w: post_form(w.author, f"{path(w)}/ask-detail", nothing_withheld="yes", **asked),
        lambda w: post_json(w.author, f"{path(w)}/ask-detail", **STATED, **asked),
    )
    assert "DetailAsked" in events


@pytest.mark.paired("/findings/{finding_id}/give-detail")
def test_giving_detail(pair: Doors) -> None:
    def waiting(world: SharedWorld) -> str:
        path = routed(world)
        post_json(world.author, f"{path}/ask-detail", question="Which?", **STATED)
        return path

    path = pair.ids(waiting)
    events = pair.assert_alike(
        lambda w: post_form(w.reviewer_a, f"{path(w)}/give-detail", detail="Table 2."),
        lambda w: post_json(w.reviewer_a, f"{path(w)}/give-detail", detail="Table 2."),
    )
    assert "DetailGiven" in events


@pytest.mark.paired("/findings/{finding_id}/fix")
def test_naming_the_version_that_fixes_it(pair: Doors) -> None:
    path, version = pair.ids(answered), pair.ids(later_version)
    events = pair.assert_alike(
        lambda w: post_form(w.author, f"{path(w)}/fix", version_id=version(w)),
        lambda w: post_json(w.author, f"{path(w)}/fix", version_id=version(w)),
    )
    assert "FixLinked" in events
    assert state_of(pair.html, path(pair.html).rpartition("/")[2]) == "fixed"


@pytest.mark.paired("/findings/{finding_id}/moot")
def test_setting_a_finding_moot(pair: Doors) -> None:
    path = pair.ids(routed)
    events = pair.assert_alike(
        lambda w: post_form(w.reviewer_a, f"{path(w)}/moot", reason="The passage is gone."),
        lambda w: post_json(w.reviewer_a, f"{path(w)}/moot", reason="The passage is gone."),
    )
    assert "FindingSetMoot" in events


@pytest.mark.paired("/findings/{finding_id}/merge")
def test_merging_findings(pair: Doors) -> None:
    path, other = pair.ids(routed), pair.ids(filed)

    def number(world: SharedWorld) -> str:
        found = world.rows("SELECT number FROM findings WHERE id = :f", f=other(world))
        return str(found[0][0])

    events = pair.assert_alike(
        lambda w: post_form(w.reviewer_a, f"{path(w)}/merge", into=number(w)),
        lambda w: post_json(w.reviewer_a, f"{path(w)}/merge", into=number(w)),
    )
    assert "FindingMerged" in events


@pytest.mark.paired("/findings/accept-several")
def test_accepting_several(pair: Doors) -> None:
    one, two = (
        pair.ids(lambda w: routed(w, finding_class="A").rpartition("/")[2]) for _ in range(2)
    )
    said = {"explanation": "You are right."}
    events = pair.assert_alike(
        lambda w: post_form(
            w.author, "/findings/accept-several", findings=[one(w), two(w)],
            nothing_withheld="yes", **said,
        ),
        lambda w: post_json(
            w.author, "/findings/accept-several", findings=[one(w), two(w)], **STATED, **said
        ),
    )  # fmt: skip
    assert events.count("FindingResponded") == 2


@pytest.mark.parametrize("internal", [False, True])
@pytest.mark.paired("/findings/{finding_id}/messages")
def test_writing_a_message(pair: Doors, internal: bool) -> None:
    path = pair.ids(routed)
    ticked = {"internal": "yes"} if internal else {}
    events = pair.assert_alike(
        lambda w: post_form(
            w.author, f"{path(w)}/messages", body="See table 2.", nothing_withheld="yes",
            tell=[w.coordinator.id], **ticked,
        ),
        lambda w: post_json(
            w.author, f"{path(w)}/messages", body="See table 2.", internal=internal,
            tell=[w.coordinator.id], **STATED,
        ),
    )  # fmt: skip
    assert {"PeopleMentioned", "InternalMessageWritten" if internal else "MessageToReviewer"} <= {
        *events
    }


@pytest.mark.paired("/findings/{finding_id}/messages/strike")
def test_striking_a_message(pair: Doors) -> None:
    path = pair.ids(routed)

    def written(world: SharedWorld) -> str:
        made = post_json(world.reviewer_a, f"{path(world)}/messages", body="Never mind.")
        return str(made.json()["messages"][-1]["id"])

    message = pair.ids(written)
    events = pair.assert_alike(
        lambda w: post_form(w.reviewer_a, f"{path(w)}/messages/strike", message_id=message(w)),
        lambda w: post_json(w.reviewer_a, f"{path(w)}/messages/strike", message_id=message(w)),
    )
    assert "MessageStruck" in events


@pytest.mark.paired("/findings/{finding_id}/claw-back")
def test_beginning_a_claw_back(pair: Doors) -> None:
    path = pair.ids(lambda w: routed(w, finding_class="H"))
    events = pair.assert_alike(
        lambda w: post_form(w.coordinator, f"{path(w)}/claw-back"),
        lambda w: post_json(w.coordinator, f"{path(w)}/claw-back"),
    )
    assert "ClawBackStarted" in events


@pytest.mark.paired("/findings/{finding_id}/claw-back/ask")
def test_asking_for_a_deletion(pair: Doors) -> None:
    path = pair.ids(started_claw_back)
    both = {code: pair.ids(lambda w, c=code: w.organisations[c]) for code in ("ORGA", "ORGB")}
    events = pair.assert_alike(
        lambda w: post_form(
            w.approver, f"{path(w)}/ask", organisations=[one(w) for one in both.values()]
        ),
        lambda w: post_json(
            w.approver, f"{path(w)}/ask", organisations=[one(w) for one in both.values()]
        ),
    )
    assert events.count("DeletionAsked") == 2


@pytest.mark.paired("/deletions/certify")
def test_certifying_a_deletion(pair: Doors) -> None:
    def asked(world: SharedWorld) -> str:
        path = started_claw_back(world)
        post_json(world.coordinator, f"{path}/ask", organisations=[world.organisations["ORGB"]])
        rows = world.lead_b.client.get("/api/v1/deletions").json()["rows"]
        return str(rows[0]["id"])

    deletion = pair.ids(asked)
    done: dict[str, Any] = {"deleted_on": "2026-01-02", "covers": ["copies", "mails"]}
    events = pair.assert_alike(
        lambda w: post_form(w.lead_b, "/deletions/certify", deletion_id=deletion(w), **done),
        lambda w: post_json(w.lead_b, "/deletions/certify", deletion_id=deletion(w), **done),
    )
    assert "DeletionCertified" in events


@pytest.mark.paired("/findings/{finding_id}/claw-back/close")
def test_closing_a_claw_back(pair: Doors) -> None:
    def finished(world: SharedWorld) -> str:
        path = started_claw_back(world)
        world.change("DELETE FROM grants WHERE review_id IS NOT NULL AND follows IS NOT NULL")
        world.change("UPDATE grants SET state = 'refused' WHERE review_id IS NOT NULL")
        return path

    path = pair.ids(finished)
    events = pair.assert_alike(
        lambda w: post_form(w.coordinator, f"{path(w)}/close"),
        lambda w: post_json(w.coordinator, f"{path(w)}/close"),
    )
    assert "ClawBackClosed" in events
    pair.both(lambda w: w.change("UPDATE grants SET state = 'in_force'"))


@pytest.mark.paired("/versions/{version_id}/final")
def test_marking_a_version_final(pair: Doors) -> None:
    pair.both(lambda w: w.change(SETTLED))
    finding = pair.ids(filed)
    events = pair.assert_alike(
        lambda w: post_form(
            w.coordinator, f"/versions/{w.made.version_id}/final", open_points=[finding(w)],
            reasons=[f"{finding(w)}:more_work"],
        ),
        lambda w: post_json(
            w.coordinator, f"/versions/{w.made.version_id}/final",
            open=[{"finding_id": finding(w), "reason": "more_work"}],
        ),
    )  # fmt: skip
    assert {"FindingListedOpen", "VersionMarkedFinal"} <= {*events}
