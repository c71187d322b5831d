"""A refused attempt on what an organisation keeps to itself tells the publisher nothing of it."""

import json
from typing import Any

import pytest

from app.access.decide import require
from app.domain.actions import Action
from app.domain.targets import INSTALLATION, Target
from app.kernel.errors import Forbidden, NotFound
from app.transaction import begin
from tests.features.findings import filing_situations as drafts
from tests.features.notes import situations as notes
from tests.features.packs import situations as packs
from tests.features.recommendations import test_recommendations as advice
from tests.features.statements import situations as statements
from tests.features.withheld.situations import MARKS, redaction_of
from tests.world import Someone
from tests.worlds.doors import post_json
from tests.worlds.entries import Logged, entries
from tests.worlds.requests import draft
from tests.worlds.shared import SharedWorld

PEOPLE = ("reviewer_a", "lead_a", "reviewer_b", "lead_b", "stress_tester")
# Who tries the id of another organisation's request or pack stays named in the log.
OWN = {"request": PEOPLE[:2], "pack": PEOPLE[:2]}


@pytest.fixture(scope="module")
def shared(shared_room: SharedWorld) -> SharedWorld:
    """Give one world to the whole module: each test looks at what it adds alone."""
    return shared_room


@pytest.fixture(scope="module")
def kept(shared: SharedWorld) -> dict[str, str]:
    """Keep one of everything that an organisation keeps to itself; gives the ids by kind."""
    discarded = advice.drafted(shared)
    assert advice.act(shared, "reviewer_a", discarded, "withdraw").is_success
    path = f"/redactions/{redaction_of(shared, 'LEG')}/assessment"
    return {
        "note": notes.kept(shared, text=notes.TEXT),
        "finding_draft": drafts.drafted(shared),
        "statement": statements.begun(shared),
        "recommendation": advice.drafted(shared),
        "discarded": discarded,
        "assessment": str(post_json(shared.reviewer_a, path, **MARKS).json()["id"]),
        "request": draft(shared, shared.made).request_id,
        "pack": packs.kept(shared),
    }


def tried(world: SharedWorld, someone: Someone, action: Action, target: Target) -> list[Logged]:
    """Let somebody try an act; gives the entries of its refusal, none where it is allowed."""
    before = len(entries(world))
    try:
        with begin(world.web, someone.actor) as tx:
            require(tx, action, target)
    except (Forbidden, NotFound):
        return entries(world)[before:]
    return []


def as_seen(entry: Logged) -> str:
    """Give all of an entry that the publisher's auditors read: everything but the content."""
    return json.dumps([entry.action, entry.object, entry.event, entry.core])


@pytest.mark.parametrize(
    "kind",
    ["note", "finding_draft", "statement", "recommendation", "discarded", "assessment",
     "request", "pack"],
)  # fmt: skip
def test_no_refused_act_on_it_is_named_in_the_publishers_log(
    shared: SharedWorld, kept: dict[str, str], kind: str
) -> None:
    of = "recommendation" if kind == "discarded" else kind
    one, refused = Target(of, kept[kind]), 0
    for action in [each for each in Action if each.target == of]:
        for name in OWN.get(of, PEOPLE):
            for entry in tried(shared, shared.people[name], action, one):
                refused += 1
                assert entry.action == "report:page:read"
                # An organisation that was never granted anything has no version, and no drafts.
                none = name == "stress_tester"
                assert entry.object == (INSTALLATION.id if none else shared.made.version_id), name
                for word in (one.id, action.tag, *kept.values()):
                    assert word not in as_seen(entry), (name, action)
                assert entry.actor == shared.people[name].organisation_id
                assert entry.content["act"] == action.tag, "their own record says it"
                assert entry.content["target"] == one.id
    assert refused


def test_a_refused_release_of_positions_tells_nobody_that_there_are_any(
    shared: SharedWorld,
) -> None:
    review = Target("review", shared.made.review_a)
    (entry,) = tried(shared, shared.reviewer_a, Action.RELEASE_POSITIONS, review)
    assert Action.RELEASE_POSITIONS.tag not in as_seen(entry)
    assert entry.content["act"] == Action.RELEASE_POSITIONS.tag


def test_a_refused_filing_of_a_draft_tells_nobody_that_there_is_one(shared: SharedWorld) -> None:
    mine = drafts.drafted(shared)
    drafts.lead_files(shared)
    before = len(entries(shared))
    made = post_json(shared.reviewer_a, "/findings/drafts/file", drafts=[mine])
    assert made.status_code == 403
    (entry,) = [one for one in entries(shared)[before:] if one.outcome == "denied"]
    assert Action.FILE_FINDING.tag not in as_seen(entry)
    assert entry.content["act"] == Action.FILE_FINDING.tag


def test_what_was_given_is_named_again_where_an_act_on_it_is_refused(shared: SharedWorld) -> None:
    """The positive control: the same look finds the act once the thing is the publisher's, too."""
    one = advice.filed(shared)
    (entry,) = tried(
        shared, shared.reviewer_a, Action.CHANGE_RECOMMENDATION, Target("recommendation", one)
    )
    assert one not in as_seen(entry), "changing is for drafts alone: private whatever it is done to"
    (entry,) = tried(
        shared, shared.reviewer_a, Action.FILE_RECOMMENDATION, Target("recommendation", one)
    )
    assert (entry.action, entry.object) == (Action.FILE_RECOMMENDATION.tag, one)
    review = Target("review", shared.made.review_a)
    for someone in (shared.coordinator, shared.author):
        (entry,) = tried(shared, someone, Action.RELEASE_POSITIONS, review)
        assert (entry.action, entry.object) == (Action.RELEASE_POSITIONS.tag, review.id)


def test_somebody_who_tries_the_requests_of_others_stays_named(
    shared: SharedWorld, kept: dict[str, Any]
) -> None:
    (entry,) = tried(
        shared, shared.reviewer_b, Action.READ_REQUEST, Target("request", kept["request"])
    )
    assert entry.object == kept["request"]
