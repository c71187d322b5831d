"""The door: nobody chooses an edition, and what closes, closes at the next request."""

import dataclasses
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

import httpx
import numpy as np
import pytest
import time_machine
from fastapi.testclient import TestClient

from app.access.editions import edition_for
from app.access.release import release, release_field
from app.domain.categories import CODES, PRESETS
from app.domain.targets import DocumentRef, FieldRef, PageRef, PassageRef, SearchRef, Target
from app.kernel.clock import now
from app.kernel.errors import NotFound, Unavailable
from app.rendering import watermark
from app.rendering.pixels import decode_png
from app.storage.sources import OpenableSources
from app.transaction import begin
from tests.world import PUBLIC_URL, Someone
from tests.worlds.reports import COM, LEG, PII, SEC, ImportedVersion, grant_internally
from tests.worlds.shared import SharedWorld

LIMITED, EVERYTHING = PRESETS["limited"], frozenset(CODES)


@pytest.fixture(scope="module")
def room(shared_room: SharedWorld) -> SharedWorld:
    """Give one world to the tests that only read, or put back what they change."""
    return shared_room


def _read(shared: SharedWorld, someone: Someone, page: int, at_most: frozenset[str] | None) -> str:
    with begin(shared.web, someone.actor) as tx:
        ref = PageRef(version_id=shared.made.version_id, page=page)
        return " ".join(word.text for word in release(tx, ref, at_most=at_most).words)


def _paths(shared: SharedWorld, page: int = 2) -> list[str]:
    """Give every address at which the version's content is read."""
    version = f"/versions/{shared.made.version_id}"
    parts = ("", f"/pages/{page}", f"/pages/{page}/image", "/search?q=traffic")
    return [f"{base}{version}{part}" for base in ("", "/api/v1") for part in parts]


def _statuses(shared: SharedWorld, someone: Someone) -> set[int]:
    return {someone.client.get(path).status_code for path in _paths(shared)}


def _document(shared: SharedWorld, someone: Someone) -> httpx.Response:
    answer: httpx.Response = someone.client.get(f"/api/v1/versions/{shared.made.version_id}")
    return answer


# ---- nobody chooses


def test_each_reads_their_own_edition_of_the_same_page(room: SharedWorld) -> None:
    assert SEC in _read(room, room.reviewer_a, 2, None)
    assert SEC not in _read(room, room.reviewer_b, 2, None)
    assert COM.split()[0] in _read(room, room.reviewer_b, 3, None)
    assert LEG not in _read(room, room.reviewer_a, 1, None)


@pytest.mark.parametrize("wish", [EVERYTHING, frozenset({"LEG"}), frozenset({"LEG", *LIMITED})])
def test_a_wish_never_raises_what_is_lifted(room: SharedWorld, wish: frozenset[str]) -> None:
    with begin(room.web, room.reviewer_b.actor) as tx:
        release(tx, DocumentRef(version_id=room.made.version_id))
        mine = edition_for(tx, room.made.version_id)
        try:
            wished = edition_for(tx, room.made.version_id, at_most=wish)
        except Unavailable:
            return  # an edition that lifts less than one's own and was built for nobody
    assert set(wished.lifted) <= set(mine.lifted)
    assert set(wished.withheld) >= set(mine.withheld)


def test_a_wish_lowers_to_what_somebody_else_reads(room: SharedWorld) -> None:
    assert SEC in _read(room, room.reviewer_a, 2, EVERYTHING)
    assert SEC not in _read(room, room.reviewer_a, 2, LIMITED)
    as_b = _read(room, room.reviewer_b, 2, None)
    assert _read(room, room.reviewer_a, 2, LIMITED) == as_b


def test_no_reference_has_a_place_for_an_edition() -> None:
    named = {f.name for ref in (PageRef, DocumentRef, SearchRef, PassageRef)
             for f in dataclasses.fields(ref)}  # fmt: skip
    assert named == {"version_id", "page", "phrase", "whole_words", "rects"}
    assert get_args(FieldRef.__annotations__["subject"]) == ()


@pytest.mark.parametrize(
    "asked", ["edition={key}", "key={key}", "at_most=LEG,SEC", "lifted=SEC", "preset=unredacted",
              "organisation={org}", "as={org}", "view_as={org}", "preview=1"]
)  # fmt: skip
def test_nothing_in_an_address_chooses_an_edition(room: SharedWorld, asked: str) -> None:
    """A preview flag in the URL that lifts protection has cost others dearly."""
    edition = _document(room, room.reviewer_a).json()["edition"]["key"]
    query = asked.format(key=edition, org=room.organisations["ORGA"])
    path = f"/api/v1/versions/{room.made.version_id}/pages/2"
    client = room.reviewer_b.client
    plain, wished = client.get(path), client.get(f"{path}?{query}")
    assert plain.status_code == 200
    assert wished.json()["words"] == plain.json()["words"]
    assert wished.json()["edition"] == plain.json()["edition"]


# ---- what is not ready, and what was changed on disk


def test_an_edition_that_is_not_ready_says_so_and_the_source_stays_shut(
    room: SharedWorld,
) -> None:
    key = _document(room, room.reviewer_b).json()["edition"]["key"]
    opened = len(room.entries(action="report:source:open"))
    room.change("UPDATE editions SET state = 'building' WHERE key = :key", key=key)
    for path in _paths(room):
        waiting = room.reviewer_b.client.get(path)
        assert waiting.status_code == 503, path
        assert "transcript" not in waiting.text
        assert "traffic" not in waiting.text
    answer = _document(room, room.reviewer_b)
    assert answer.json()["code"] == "edition-not-ready"
    assert len(room.entries(action="report:source:open")) == opened
    assert not isinstance(room.web.sources, OpenableSources), "the web has nothing to open it by"
    assert _statuses(room, room.reviewer_a) == {200}, "another edition is ready all the same"
    room.change("UPDATE editions SET state = 'ready' WHERE key = :key", key=key)
    assert _statuses(room, room.reviewer_b) == {200}


def _stored(shared: SharedWorld, code: str, page: int) -> Path:
    """Find the file that holds the picture of a page of an organisation's edition."""
    someone = shared.reviewer_a if code == "ORGA" else shared.reviewer_b
    key = _document(shared, someone).json()["edition"]["key"]
    ((digest,),) = shared.rows(
        "SELECT p.image_digest FROM edition_pages p JOIN editions e ON e.id = p.edition_id"
        " WHERE e.key = :key AND p.page = :page",
        key=key,
        page=page,
    )
    folder = Path(urlsplit(shared.web.settings.objects).path)
    return folder / str(digest)[:2] / str(digest)


def test_bytes_that_are_not_what_was_stored_are_not_served(room: SharedWorld) -> None:
    """Somebody with the disk puts the fuller page of another audience in its place."""
    path = f"/api/v1/versions/{room.made.version_id}/pages/2/image"
    mine, fuller = _stored(room, "ORGB", 2), _stored(room, "ORGA", 2)
    assert mine != fuller
    right = mine.read_bytes()
    black = _black(room.reviewer_b.client.get(path))
    mine.write_bytes(fuller.read_bytes())
    # What is in memory was checked when it came in, and is still what was stored.
    assert np.array_equal(_black(room.reviewer_b.client.get(path)), black)
    watermark.forget()
    client = TestClient(  # gives the 500 that a server would, instead of raising the fault
        room.application,  # type: ignore[arg-type]  # an ASGI application
        base_url=PUBLIC_URL,
        raise_server_exceptions=False,
    )
    client.cookies.update(room.reviewer_b.client.cookies)
    broken = client.get(path)
    assert broken.status_code == 500
    assert broken.headers["content-type"].startswith("application/problem+json")
    mine.write_bytes(right)
    assert np.array_equal(_black(client.get(path)), black)


def _black(answer: Any) -> Any:
    """Give where a page's image is black through and through, whatever its watermark says."""
    assert answer.status_code == 200
    return decode_png(answer.content) == 0


# ---- guarded texts


def _ask(shared: SharedWorld) -> str:
    body = {
        "review_id": shared.made.review_a, "type": "explanation", "question": "SENSITIVE-QUESTION",
        "purpose": "For our position.", "expected_form": "short_text", "basis": {"kind": "report"},
    }  # fmt: skip
    made = shared.reviewer_a.client.post("/api/v1/requests", json=body)
    assert made.status_code == 201, made.text
    request_id = str(made.json()["id"])
    sent = shared.lead_a.client.post(f"/api/v1/requests/{request_id}/submit")
    assert sent.status_code == 200, sent.text
    return request_id


def test_a_text_is_masked_until_its_reader_has_lifted_what_its_writer_had(
    shared: SharedWorld,
) -> None:
    path, made = f"/api/v1/requests/{_ask(shared)}", shared.made

    def question(someone: Someone) -> tuple[str | None, bool]:
        said = someone.client.get(path).json()["question"]
        return said["body"], said["masked"]

    assert question(shared.lead_a) == ("SENSITIVE-QUESTION", False)
    assert question(shared.coordinator) == (None, True)
    grant_internally(shared, ImportedVersion(made.report_id, made.version_id), shared.coordinator,
                     "COM", "SEC")  # fmt: skip
    assert question(shared.coordinator) == (None, True), "one category of three is still missing"
    grant_internally(shared, ImportedVersion(made.report_id, made.version_id), shared.coordinator,
                     "PII")  # fmt: skip
    assert question(shared.coordinator) == ("SENSITIVE-QUESTION", False)
    assert question(shared.auditor) == (None, True)


def test_a_text_is_released_only_where_its_subject_was_decided(shared: SharedWorld) -> None:
    target = Target("request", _ask(shared))
    with begin(shared.web, shared.reviewer_a.actor) as tx, pytest.raises(NotFound):
        release_field(tx, FieldRef(subject=target, field="question"))


# ---- what closes


def _grant(shared: SharedWorld, change: str) -> None:
    shared.change(f"UPDATE grants SET {change} WHERE id = :id", id=shared.made.grant_a)


@pytest.mark.parametrize(
    "change",
    [
        "ends_at = clock_timestamp()",
        "starts_at = clock_timestamp() + interval '1 hour'",
        "state = 'revoked'",
        "state = 'requested'",
        "state = 'refused'",
    ],
)
def test_a_grant_that_is_not_in_force_opens_nothing(shared: SharedWorld, change: str) -> None:
    assert _statuses(shared, shared.reviewer_a) == {200}
    _grant(shared, change)
    assert _statuses(shared, shared.reviewer_a) == {404}
    assert _statuses(shared, shared.reviewer_b) == {200}, "nobody else's ended"
    foreign = shared.stress_tester.client.get(_paths(shared)[1])
    assert shared.reviewer_a.client.get(_paths(shared)[1]).content == foreign.content


def test_grants_end_by_the_clock_of_the_database_and_no_other(shared: SharedWorld) -> None:
    _grant(shared, "ends_at = clock_timestamp()")
    with time_machine.travel(now() - timedelta(minutes=30), tick=True):
        assert _statuses(shared, shared.reviewer_a) == {404}, "setting the clock back helps nobody"
    _grant(shared, "ends_at = clock_timestamp() + interval '10 minutes'")
    with time_machine.travel(now() + timedelta(minutes=30), tick=True):
        assert _statuses(shared, shared.reviewer_a) == {200}


def test_a_revoked_grant_closes_the_content_and_leaves_the_organisations_own_work(
    shared: SharedWorld,
) -> None:
    first, last = shared.span(shared.reviewer_a, 2, f"passes the {SEC}")
    body = {
        "review_id": shared.made.review_a, "page": 2, "word_from": first, "word_to": last,
        "finding_class": "A", "materiality": "claim", "statement": "OWN-STATEMENT",
    }  # fmt: skip
    finding = shared.reviewer_a.client.post("/api/v1/findings", json=body).json()["id"]
    request = _ask(shared)
    own = [f"/findings/{finding}", f"/requests/{request}", f"/reviews/{shared.made.review_a}"]
    quoted = shared.reviewer_a.client.get(f"/api/v1/findings/{finding}").json()
    assert SEC in quoted["quote"]
    reason = {"reason": "The window has closed."}
    path = f"/api/v1/grants/{shared.made.grant_a}/revoke"
    assert shared.coordinator.client.post(path, json=reason).status_code in (200, 204)
    assert _statuses(shared, shared.reviewer_a) == {404}
    for page in own:
        kept = shared.reviewer_a.client.get(page)
        assert kept.status_code == 200, page
        assert SEC not in kept.text, "what is now withheld is no longer quoted"
    assert "OWN-STATEMENT" in shared.reviewer_a.client.get(own[0]).text
    assert "SENSITIVE-QUESTION" in shared.reviewer_a.client.get(own[1]).text
    assert ("GrantRevoked", "done") in {e[:2] for e in shared.entries(object=shared.made.grant_a)}


def test_a_grant_that_names_people_opens_for_nobody_else(shared: SharedWorld) -> None:
    shared.change(
        "UPDATE grants SET person_ids = ARRAY[:who] WHERE id = :id",
        who=shared.lead_a.id,
        id=shared.made.grant_a,
    )
    assert _statuses(shared, shared.lead_a) == {200}
    assert _statuses(shared, shared.reviewer_a) == {404}


def test_who_has_not_accepted_the_terms_reads_nothing(shared: SharedWorld) -> None:
    shared.change("DELETE FROM undertakings WHERE person_id = :who", who=shared.reviewer_a.id)
    assert _statuses(shared, shared.reviewer_a) == {404}
    assert _statuses(shared, shared.lead_a) == {200}


def test_new_terms_close_the_content_until_each_has_accepted_them(shared: SharedWorld) -> None:
    path = f"/api/v1/reviews/{shared.made.review_a}/terms"
    changed = {"terms_title": "Stricter terms", "terms_body": "Tell nobody at all."}
    assert shared.coordinator.client.post(f"{path}/change", json=changed).status_code == 200
    assert _statuses(shared, shared.lead_a) == {404}
    digest = shared.lead_a.client.get(path).json()["digest"]
    assert shared.lead_a.client.post(path, json={"digest": digest}).status_code == 200
    assert _statuses(shared, shared.lead_a) == {200}
    assert _statuses(shared, shared.reviewer_a) == {404}, "nobody accepts for somebody else"


def test_terms_that_one_has_not_read_cannot_be_accepted(shared: SharedWorld) -> None:
    shared.change("DELETE FROM undertakings WHERE person_id = :who", who=shared.reviewer_a.id)
    path = f"/api/v1/reviews/{shared.made.review_a}/terms"
    refused = shared.reviewer_a.client.post(path, json={"digest": "0" * 64})
    assert refused.status_code == 409
    assert _statuses(shared, shared.reviewer_a) == {404}


@pytest.mark.parametrize("state", ["working", "withdrawn", "importing", "failed"])
def test_a_version_that_is_not_published_is_nobodys_outside(
    shared: SharedWorld, state: str
) -> None:
    shared.change("UPDATE versions SET state = :s WHERE id = :id", s=state,
                  id=shared.made.version_id)  # fmt: skip
    assert _statuses(shared, shared.reviewer_a) == {404}
    assert _statuses(shared, shared.reviewer_b) == {404}


def test_people_of_a_suspended_organisation_read_nothing(shared: SharedWorld) -> None:
    shared.change("UPDATE organisations SET state = 'suspended' WHERE id = :id",
                  id=shared.organisations["ORGA"])  # fmt: skip
    assert _statuses(shared, shared.reviewer_a) == {404}
    assert _statuses(shared, shared.reviewer_b) == {200}


@pytest.mark.parametrize("who", ["coordinator", "approver", "auditor", "administrator",
                                 "responder", "internal_reader", "second_author"])  # fmt: skip
def test_nobody_inside_reads_by_virtue_of_a_role(room: SharedWorld, who: str) -> None:
    assert _statuses(room, room.people[who]) == {404}


def test_an_internal_grant_opens_the_edition_that_it_lifts_and_no_other(
    shared: SharedWorld,
) -> None:
    made = ImportedVersion(shared.made.report_id, shared.made.version_id)
    grant_internally(shared, made, shared.internal_reader, "SEC")
    text = _read(shared, shared.internal_reader, 2, None)
    assert SEC in text
    assert PII.split()[1] not in text


def test_a_grant_does_not_help_somebody_who_only_administers(shared: SharedWorld) -> None:
    made = ImportedVersion(shared.made.report_id, shared.made.version_id)
    grant_internally(shared, made, shared.administrator)
    assert _statuses(shared, shared.administrator) == {404}
