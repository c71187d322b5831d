"""Withheld words in what is written about findings, and where their places end."""

import hashlib
from typing import Any

from app.features.findings.tasks import route_finding
from app.features.reports.tasks import build_editions
from tests.features.claims.situations import marked_claim, rows_of
from tests.features.findings.situations import WRONG, answered, cleared, owned_by, say
from tests.world import Someone
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.reports import PII, grant_internally, settle
from tests.worlds.shared import SharedWorld


def _filed_on_withheld(world: SharedWorld, **more: Any) -> str:
    """File a finding on words that organisation A alone reads; gives its id."""
    first, last = world.span(world.reviewer_a, 2, PII)
    place = {"review_id": world.made.review_a, "page": 2, "word_from": first, "word_to": last}
    made = post_json(world.reviewer_a, "/findings", **{**WRONG, **place, **more})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def _end_grant(world: SharedWorld) -> None:
    world.change("UPDATE grants SET state = 'revoked' WHERE id = :g", g=world.made.grant_a)


def _bodies(view: Any) -> list[str | None]:
    return [message["body"] for message in view["messages"]]


def test_what_is_written_after_the_grant_stays_closed_to_the_uncleared(shared: SharedWorld) -> None:
    finding = _filed_on_withheld(shared, statement=f"{PII} has left.")
    route_finding(shared.worker, finding_id=finding)
    say(shared, shared.reviewer_a, finding, f"While it runs: {PII}")
    _end_grant(shared)
    say(shared, shared.reviewer_a, finding, f"After it: {PII}")
    path = f"/api/v1/findings/{finding}"
    assert _bodies(shared.coordinator.client.get(path).json()) == [None, None]
    cleared(shared, shared.approver)
    assert len(_bodies(shared.approver.client.get(path).json())) == 2
    assert None not in _bodies(shared.approver.client.get(path).json())


def test_a_contest_after_the_grant_stays_closed_to_the_uncleared(shared: SharedWorld) -> None:
    owned_by(shared, shared.author)
    cleared(shared, shared.author)
    finding = answered(shared)
    _end_grant(shared)
    made = post_json(shared.reviewer_a, f"/findings/{finding}/contest", reason=f"It was {PII}.")
    assert made.status_code == 200, made.text
    path = f"/api/v1/findings/{finding}"
    (response,) = shared.coordinator.client.get(path).json()["responses"]
    assert response["contested"] is None
    (response,) = shared.author.client.get(path).json()["responses"]
    assert response["contested"] == f"It was {PII}."


def _page(world: SharedWorld, someone: Someone) -> Any:
    answer = someone.client.get(f"/api/v1/versions/{world.made.version_id}/pages/2")
    assert answer.status_code == 200, answer.text
    return answer.json()


def _stored(world: SharedWorld, row: str, table: str = "findings") -> tuple[str, str]:
    """Give the left and right edge of a place as stored, as they would be written."""
    ((rects,),) = world.rows(f"SELECT rects FROM {table} WHERE id = :r", r=row)
    return f"{rects[0][0]:g}", f"{rects[-1][2]:g}"


def _handed_out(world: SharedWorld, someone: Someone, finding: str) -> str:
    """Give everything in which somebody sees the place of a finding."""
    place = someone.client.get(f"/api/v1/findings/{finding}/anchor")
    assert place.status_code == 200, place.text
    taken = [someone.client.get(f"/findings/export?format={k}").text for k in ("xfdf", "jsonld")]
    margin = [one for one in _page(world, someone)["findings"] if one["id"] == finding]
    assert margin
    return " ".join([place.text, *taken, str(margin)])


def test_the_place_of_a_finding_ends_where_ones_own_words_do(shared: SharedWorld) -> None:
    finding = _filed_on_withheld(shared)
    route_finding(shared.worker, finding_id=finding)
    left, right = _stored(shared, finding)
    own = _handed_out(shared, shared.reviewer_a, finding)
    assert left in own
    assert right in own
    grant_internally(shared, shared.made, shared.coordinator, "COM")
    seen = _handed_out(shared, shared.coordinator, finding)
    assert PII not in seen
    assert left not in seen
    assert right not in seen
    page = _page(shared, shared.coordinator)
    (margin,) = page["findings"]
    assert margin["rects"] == [[0, 0, page["width_pt"], page["height_pt"]]]


def test_a_place_that_ends_in_a_black_box_is_cut_to_the_words_before_it(
    shared: SharedWorld,
) -> None:
    claim = marked_claim(shared, "9.4", f"The person who answers for it is {PII}")
    (row,) = [row for row in rows_of(shared, shared.reviewer_b) if row["id"] == claim]
    body = {**WRONG, "review_id": shared.made.review_b, "claim": claim}
    draft = post_json(shared.reviewer_b, "/findings/drafts", **body).json()["id"]
    seen = shared.reviewer_b.client.get(f"/api/v1/findings/drafts/{draft}").json()["anchor"]
    assert seen["state"] == "reads_the_same"
    left, right = (f(rect[n] for rect in row["rects"]) for f, n in ((min, 0), (max, 2)))
    assert f"viewrect={left:g}," in seen["selectors"][0]["value"]
    wide = float(seen["selectors"][0]["value"].split(",")[-2])
    assert abs(left + wide - right) < 0.01
    (filed,) = post_json(shared.reviewer_b, "/findings/drafts/file", drafts=[draft]).json()["filed"]
    raw = _stored(shared, claim, "claims")[1]
    assert _stored(shared, filed["id"])[1] == raw
    assert raw not in _handed_out(shared, shared.reviewer_b, filed["id"])


def test_a_withheld_place_is_given_as_the_box_that_one_sees(shared: SharedWorld) -> None:
    page = _page(shared, shared.reviewer_b)
    gap = page["boxes"][0]["redactions"][0]
    body = {**WRONG, "review_id": shared.made.review_b, "redaction": gap}
    made = post_json(shared.reviewer_b, "/findings", **body)
    assert made.status_code == 201, made.text
    across = page["width_pt"] / page["width_px"]
    (margin,) = _page(shared, shared.reviewer_b)["findings"]
    drawn = [round(box["x"] * across, 2) for box in page["boxes"] if gap in box["redactions"]]
    assert [rect[0] for rect in margin["rects"]] == drawn


def test_a_colleagues_note_ends_where_ones_own_words_do(shared: SharedWorld) -> None:
    first, last = shared.span(shared.reviewer_a, 2, PII)
    body = {"page": 2, "word_from": first, "word_to": last, "text": "", "shared": True}
    kept = post_json(shared.reviewer_a, f"/versions/{shared.made.version_id}/notes", **body)
    assert kept.status_code == 201, kept.text
    note = kept.json()["id"]
    left, right = _stored(shared, note, "reader_notes")
    assert right in shared.reviewer_a.client.get(f"/api/v1/notes/{note}").json()["at"]
    shared.change(
        "UPDATE grants SET preset = 'public', lifted = '{COM}' WHERE id = :g", g=shared.made.grant_a
    )
    build_editions(shared.worker, version_id=shared.made.version_id)
    seen = [
        str(_page(shared, shared.lead_a)["notes"]),
        shared.lead_a.client.get(f"/api/v1/notes/{note}").text,
        shared.lead_a.client.get(f"/versions/{shared.made.version_id}/pages/2").text,
    ]
    assert all(note in one for one in seen)
    assert not any(edge in one for edge in (left, right) for one in seen)


def test_the_log_tells_no_digest_by_which_words_could_be_guessed(shared: SharedWorld) -> None:
    finding = _filed_on_withheld(shared, finding_class="H")
    cleared(shared, shared.coordinator)
    read = shared.coordinator.client.get(f"/api/v1/findings/{finding}").json()
    assert read["quote"] == PII
    guess = hashlib.sha256(PII.encode()).hexdigest()
    settle(shared)
    for path in ("/api/v1/log", "/log"):
        log = shared.auditor.client.get(path)
        assert (log.status_code, finding in log.text) == (200, True)
        assert guess not in log.text
    (told,) = [e for e in entries(shared) if e.event == "FindingFiled"]
    assert guess not in str(told.core)
    assert told.content == {"quote": guess}
    passages = [e for e in entries(shared) if e.facts.get("part") == "passage"]
    assert passages
    assert all("digest" not in e.facts for e in passages)
    assert guess in [e.content["digest"] for e in passages]
