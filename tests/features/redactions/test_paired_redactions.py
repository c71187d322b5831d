"""Each intention about redactions, as a form and as JSON: the same rows, entries and jobs."""

from collections.abc import Callable

import pytest

from tests.features.findings.situations import cleared
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.shared import SharedWorld

Rooms = tuple[SharedWorld, SharedWorld]
Group = Callable[[SharedWorld], str]
REASON = {
    "categories": ["SEC"],
    "character": "Name of an internal system",
    "justification": "It would help an attacker.",
}


@pytest.fixture(scope="module")
def two_rooms(two_rooms: Rooms) -> Rooms:
    """Take the version back to where it can be marked, and let the approver read it, in both."""
    for world in two_rooms:
        world.change("UPDATE versions SET state = 'working'")
        cleared(world, world.approver)
    return two_rooms


def base(world: SharedWorld) -> str:
    """Give the address of the version's redactions."""
    return f"/versions/{world.made.version_id}/redactions"


def proposed(world: SharedWorld) -> str:
    """Propose a rectangle as the author; gives the group."""
    place = {"page": 1, "rects": [[60, 60, 200, 80]]}
    answer = post_json(world.author, base(world), places=[place], **REASON)
    assert answer.status_code == 201, answer.text
    return str(answer.json()[0]["group_id"])


@pytest.mark.paired("/versions/{version_id}/redactions")
def test_proposing_a_drawn_rectangle(pair: Doors) -> None:
    edges = {"x0": "56", "y0": "72", "x1": "200.5", "y1": "90"}
    place = {"page": 2, "rects": [[56, 72, 200.5, 90]]}
    events = pair.assert_alike(
        lambda w: post_form(w.author, base(w), page="2", **edges, **REASON),
        lambda w: post_json(w.author, base(w), places=[place], **REASON),
    )
    assert "RedactionProposed" in events


@pytest.mark.paired("/versions/{version_id}/redactions")
def test_proposing_with_all_that_the_form_has(pair: Doors) -> None:
    edges = {"x0": "56", "y0": "72", "x1": "200.5", "y1": "90"}
    place = {"page": 2, "rects": [[56, 72, 200.5, 90]]}
    more = {**REASON, "categories": ["EMB", "SEC"], "expires_on": "2031-01-01", "mode": "tight",
            "substitute": "System A", "restricted_justification": "No second factor."}  # fmt: skip
    events = pair.assert_alike(
        lambda w: post_form(w.author, base(w), page="2", segregable="yes", **edges, **more),
        lambda w: post_json(w.author, base(w), places=[place], segregable=True, **more),
    )
    assert "RedactionProposed" in events


@pytest.mark.paired("/versions/{version_id}/redactions")
def test_proposing_what_was_found(pair: Doors) -> None:
    def search(world: SharedWorld) -> list[dict[str, object]]:
        path = f"/api/v1{base(world)}/search"
        hits = world.author.client.get(path, params={"q": "transcript"}).json()["hits"]
        return [place for hit in hits for place in hit["places"]]

    def chosen(world: SharedWorld) -> list[str]:
        page = world.author.client.get(f"{base(world)}/search", params={"q": "transcript"}).text
        return [part.split('"')[0] for part in page.split('name="places" value="')[1:]]

    places, boxes = search(pair.json), chosen(pair.html)
    search(pair.html)
    chosen(pair.json)
    assert len(places) == len(boxes) == 1
    events = pair.assert_alike(
        lambda w: post_form(w.author, base(w), q="transcript", places=boxes, **REASON),
        lambda w: post_json(w.author, base(w), places=places, **REASON),
    )
    assert events == ["PageRead", "RedactionProposed"]


@pytest.mark.parametrize(
    ("decision", "event"), [("approve", "RedactionApproved"), ("refuse", "RedactionRefused")]
)
@pytest.mark.paired("/versions/{version_id}/redactions/decide")
def test_deciding_a_redaction(pair: Doors, decision: str, event: str) -> None:
    group: Group = pair.ids(proposed)
    approve = decision == "approve"
    words = {"reason": "Read it, and it is so."}
    ticked = {"statement": "yes"} if approve else {}
    events = pair.assert_alike(
        lambda w: post_form(
            w.approver, f"{base(w)}/decide", group=group(w), decision=decision, **ticked, **words
        ),
        lambda w: post_json(
            w.approver, f"{base(w)}/decide",
            groups=[group(w)], approve=approve, statement=approve, **words,
        ),
    )  # fmt: skip
    assert event in events


@pytest.mark.paired("/versions/{version_id}/redactions/withdraw")
def test_withdrawing_a_redaction(pair: Doors) -> None:
    group: Group = pair.ids(proposed)
    events = pair.assert_alike(
        lambda w: post_form(w.author, f"{base(w)}/withdraw", group=group(w)),
        lambda w: post_json(w.author, f"{base(w)}/withdraw", groups=[group(w)]),
    )
    assert "RedactionWithdrawn" in events


@pytest.mark.paired("/versions/{version_id}/redactions/change")
def test_moving_a_redaction(pair: Doors) -> None:
    group: Group = pair.ids(proposed)
    edges = {"x0": "70", "y0": "60", "x1": "210", "y1": "80"}
    events = pair.assert_alike(
        lambda w: post_form(
            w.author, f"{base(w)}/change", redaction=group(w), revision="1", **edges
        ),
        lambda w: post_json(
            w.author, f"{base(w)}/change",
            redaction=group(w), revision=1, rects=[[70, 60, 210, 80]],
        ),
    )  # fmt: skip
    assert events == ["PageRead", "RedactionChanged"]


@pytest.mark.paired("/versions/{version_id}/redactions/restore")
def test_bringing_a_redaction_back(pair: Doors) -> None:
    group: Group = pair.ids(proposed)
    pair.both(lambda w: _taken_back(w, group(w)))
    events = pair.assert_alike(
        lambda w: post_form(w.author, f"{base(w)}/restore", redaction=group(w)),
        lambda w: post_json(w.author, f"{base(w)}/restore", redactions=[group(w)]),
    )
    assert events == ["RedactionRestored"]


def _taken_back(world: SharedWorld, group: str) -> None:
    taken = post_json(world.author, f"{base(world)}/withdraw", groups=[group])
    assert taken.status_code == 200, taken.text


@pytest.mark.paired("/versions/{version_id}/redactions/comment")
def test_commenting_on_a_redaction(pair: Doors) -> None:
    group: Group = pair.ids(proposed)
    words = {"comment": "Is the whole line needed?"}
    events = pair.assert_alike(
        lambda w: post_form(w.approver, f"{base(w)}/comment", group=group(w), **words),
        lambda w: post_json(w.approver, f"{base(w)}/comment", group=group(w), **words),
    )
    assert events == ["RedactionCommented"]


@pytest.mark.paired("/versions/{version_id}/redactions/edit")
def test_rewording_groups_together(pair: Doors) -> None:
    one, other = pair.ids(proposed), pair.ids(proposed)
    words = {"categories": ["PII", "SEC"], "justification": "It names a person.", "mode": "line"}
    events = pair.assert_alike(
        lambda w: post_form(w.author, f"{base(w)}/edit", group=[one(w), other(w)], **words),
        lambda w: post_json(w.author, f"{base(w)}/edit", groups=[one(w), other(w)], **words),
    )
    assert events == ["RedactionReworded"]


@pytest.mark.paired("/justifications")
def test_putting_a_reason_on_the_list(pair: Doors) -> None:
    events = pair.assert_alike(
        lambda w: post_form(w.approver, "/justifications", **REASON),
        lambda w: post_json(w.approver, "/justifications", **REASON),
    )
    assert events == ["TemplateMade"]


@pytest.mark.paired("/justifications/{template_id}/retire")
def test_taking_a_reason_off_the_list(pair: Doors) -> None:
    made = pair.ids(
        lambda w: str(post_json(w.coordinator, "/justifications", **REASON).json()["id"])
    )
    events = pair.assert_alike(
        lambda w: post_form(w.approver, f"/justifications/{made(w)}/retire"),
        lambda w: post_json(w.approver, f"/justifications/{made(w)}/retire"),
    )
    assert events == ["TemplateRetired"]
