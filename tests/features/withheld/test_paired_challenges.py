"""Each intention about assessments and challenges, as a form and as JSON: the same rows."""

import pytest

from tests.features.withheld.situations import (
    BECAUSE,
    MARKS,
    WHY,
    challenged,
    decided,
    redaction_of,
    smaller_place,
    two_more_approvers,
)
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.shared import SharedWorld

Rooms = tuple[SharedWorld, SharedWorld]
SAID = {"reason": BECAUSE}


@pytest.fixture(scope="module")
def two_rooms(two_rooms: Rooms) -> Rooms:
    """Let two people decide who had no part in the redactions, in both."""
    for world in two_rooms:
        two_more_approvers(world)
    return two_rooms


@pytest.mark.paired("/redactions/{redaction_id}/assessment", "/assessments/{assessment_id}/share")
def test_assessing_and_sharing(pair: Doors) -> None:
    def path(world: SharedWorld) -> str:
        return f"/redactions/{redaction_of(world, 'COM')}/assessment"

    events = pair.assert_alike(
        lambda w: post_form(w.reviewer_a, path(w), **MARKS, note="Why?"),
        lambda w: post_json(w.reviewer_a, path(w), **MARKS, note="Why?"),
    )
    assert events == ["AssessmentSaved"]

    def share(world: SharedWorld) -> str:
        ((found,),) = world.rows("SELECT id FROM assessments")
        return f"/assessments/{found}/share"

    events = pair.assert_alike(
        lambda w: post_form(w.lead_a, share(w)), lambda w: post_json(w.lead_a, share(w))
    )
    assert events == ["AssessmentShared"]


@pytest.mark.paired("/redactions/{redaction_id}/challenge", "/challenges/{challenge_id}/withdraw")
def test_challenging_and_withdrawing(pair: Doors) -> None:
    def path(world: SharedWorld) -> str:
        return f"/redactions/{redaction_of(world, 'COM')}/challenge"

    events = pair.assert_alike(
        lambda w: post_form(w.reviewer_a, path(w), reason=WHY),
        lambda w: post_json(w.reviewer_a, path(w), reason=WHY),
    )
    assert events == ["RedactionChallenged"]

    def withdraw(world: SharedWorld) -> str:
        ((found,),) = world.rows("SELECT id FROM challenges WHERE state = 'open'")
        return f"/challenges/{found}/withdraw"

    events = pair.assert_alike(
        lambda w: post_form(w.lead_a, withdraw(w)), lambda w: post_json(w.lead_a, withdraw(w))
    )
    assert events == ["ChallengeWithdrawn"]


@pytest.mark.parametrize("outcome", ["uphold", "lift"])
@pytest.mark.paired("/challenges/{challenge_id}/decide")
def test_deciding(pair: Doors, outcome: str) -> None:
    challenge = pair.ids(lambda w: challenged(w, "PII"))
    events = pair.assert_alike(
        lambda w: post_form(
            w.coordinator, f"/challenges/{challenge(w)}/decide",
            outcome=outcome, nothing_withheld="yes", **SAID,
        ),
        lambda w: decided(w, w.coordinator, challenge(w), outcome),
    )  # fmt: skip
    assert events[0] == ("ChallengeUpheld" if outcome == "uphold" else "ChallengeLifted")


@pytest.mark.paired("/challenges/{challenge_id}/decide", "/challenges/{challenge_id}/narrowing")
def test_narrowing(pair: Doors) -> None:
    challenge = pair.ids(lambda w: challenged(w, "LEG"))

    def typed(world: SharedWorld) -> dict[str, str]:
        (rect,) = smaller_place(world, "LEG")
        return dict(zip(("x0", "y0", "x1", "y1"), map(repr, rect), strict=True))

    events = pair.assert_alike(
        lambda w: post_form(
            w.coordinator, f"/challenges/{challenge(w)}/decide",
            outcome="narrow", nothing_withheld="yes", **SAID, **typed(w),
        ),
        lambda w: decided(
            w, w.coordinator, challenge(w), "narrow", rects=smaller_place(w, "LEG")
        ),
    )  # fmt: skip
    assert "NarrowingProposed" in events

    def path(world: SharedWorld) -> str:
        return f"/challenges/{challenge(world)}/narrowing"

    events = pair.assert_alike(
        lambda w: post_form(w.second_author, path(w), decision="approve", statement="yes"),
        lambda w: post_json(w.second_author, path(w), approve=True, statement=True),
    )
    assert events == ["ChallengeNarrowed", "RedactionNarrowed"]
