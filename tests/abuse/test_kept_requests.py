"""A request that is kept to some people of its organisation, against a colleague who is not named.

Each wall is shown to be what stops it: with the wall out, the same look finds the request.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.web.routing import declared_routes
from tests.world import Someone
from tests.worlds.doors import post_form, post_json
from tests.worlds.entries import entries
from tests.worlds.reports import grant_internally, settle
from tests.worlds.requests import Asked, draft, draft_body
from tests.worlds.shared import SharedWorld

WORDS = ("KEPTQUESTION", "KEPTPURPOSE", "KEPTINSTEAD", "KEPTREFERENCE", "KEPTANSWER")
HUNG = ("KEPTTITLE", "att_kept", "grt_kept", "itv_kept", "its_kept", "itn_kept")
TABLES = ("requests", "guarded_fields", "answers", "stages", "pack_asked", "notices", "receipts",
          "attachments", "grants", "interviews", "interview_slots", "interview_notes",
          "request_people")  # fmt: skip
POLICED = tuple(table for table in TABLES if table != "request_people")


@dataclass
class Kept:
    """A kept request that was answered, all that names it, and a colleague who is not named."""

    asked: Asked
    number: str
    receipt: str
    alias: str
    pack: str

    @property
    def canaries(self) -> tuple[str, ...]:
        """Give what the colleague must find nowhere."""
        return (*WORDS, *HUNG, self.number, self.receipt, self.asked.request_id, self.alias)


@pytest.fixture
def kept(shared: SharedWorld) -> Kept:
    """Let a reviewer ask for themselves and the lead; the lead, who submits, is one no more."""
    world = shared
    for someone in (world.coordinator, world.approver):
        grant_internally(world, world.made, someone)
    pack = post_json(
        world.reviewer_a, "/packs", title="P", questions=[{"question": "Who is paged?"}]
    ).json()["id"]
    run = {"review_id": world.made.review_a}
    made = post_json(world.reviewer_a, f"/packs/{pack}/apply", **run).json()["requests"][0]
    asked = Asked(world, world.made, made)
    asked.post(world.reviewer_a, "people", people=[])
    body = draft_body(
        world.made, question="KEPTQUESTION at night?", purpose="KEPTPURPOSE",
        substitutes="KEPTINSTEAD", reference="KEPTREFERENCE",
    )  # fmt: skip
    del body["review_id"]
    asked.post(world.reviewer_a, "draft", **body)
    asked.post(world.lead_a, "submit")
    world.change(
        "UPDATE memberships SET roles = '{reviewer}' WHERE person_id = :p", p=world.lead_a.id
    )
    asked.post(
        world.coordinator, "assignment", responder_id=world.responder.id, nothing_withheld=True
    )
    asked.post(world.responder, "answer", answer="KEPTANSWER")
    asked.post(world.responder, "check")
    asked.post(world.approver, "release", determination="full", nothing_withheld=True)
    settle(world)
    _hang_more_on_it(world, made)
    seen = asked.seen_by(world.reviewer_a)
    ((alias, receipt),) = world.rows(
        "SELECT r.alias, a.receipt_id FROM requests r JOIN answers a ON a.request_id = r.id"
    )
    return Kept(asked, seen["number"], str(receipt), str(alias), pack)


def _hang_more_on_it(world: SharedWorld, request_id: str) -> None:
    """Put in what else hangs on a request: something attached with its grant, and an interview."""
    values = {"r": request_id, "p": world.coordinator.id, "v": world.made.version_id}
    for statement in (
        "INSERT INTO attachments SELECT 'att_kept', r.id, a.assignment_id, r.organisation_id, 1,"
        " r.version_id, 'KEPTTITLE', :p, now(), NULL, now() FROM requests r"
        " JOIN answers a ON a.request_id = r.id WHERE r.id = :r",
        "INSERT INTO grants (id, report_id, version_id, review_id, organisation_id, preset, lifted,"
        " handling, purpose, working, starts_at, ends_at, state, proposed_by, proposed_at, follows)"
        " SELECT 'grt_kept', g.report_id, g.version_id, g.review_id, g.organisation_id, g.preset,"
        " g.lifted, g.handling, 'KEPTTITLE', false, now(), g.ends_at, 'in_force', :p, now(), g.id"
        " FROM grants g JOIN requests r ON r.review_id = g.review_id AND r.id = :r LIMIT 1",
        "INSERT INTO interviews (id, request_id, organisation_id, standing, round, agreed_round,"
        " starts_at, minutes, place, sequence, changed_at) SELECT 'itv_kept', id, organisation_id,"
        " 'agreed', 1, 1, now() + interval '1 day', 45, 'video', 0, now() FROM requests"
        " WHERE id = :r",
        "INSERT INTO interview_slots SELECT 'its_kept', 'itv_kept', organisation_id, 1, 1,"
        " 'publisher', now(), 45, 'video' FROM requests WHERE id = :r",
        "INSERT INTO interview_notes (id, interview_id, request_id, organisation_id, side, number,"
        " state, digest, drafted_by, drafted_at) SELECT 'itn_kept', 'itv_kept', id,"
        " organisation_id, 'asker', 1, 'draft', 'd', drafted_by, now() FROM requests WHERE id = :r",
    ):
        world.change(statement, **values)


def _addresses(world: SharedWorld, kept: Kept) -> list[str]:
    """Give every address that can be read, with the things of organisation A in it."""
    known = {
        "request_id": kept.asked.request_id, "receipt_id": kept.receipt, "pack_id": kept.pack,
        "review_id": world.made.review_a, "version_id": world.made.version_id,
        "report_id": world.made.report_id, "organisation_id": world.reviewer_a.organisation_id,
        "number": "1", "run_id": str(world.rows("SELECT id FROM pack_runs")[0][0]),
    }  # fmt: skip
    found = []
    for route in declared_routes(world.application):  # type: ignore[arg-type]  # a FastAPI application
        names = set(route.param_convertors)
        if "GET" in (route.methods or ()) and names <= set(known):
            path = route.path
            for name in names:
                path = path.replace(f"{{{name}}}", known[name])
            found.append(path)
    asked = ("/requests?show=all", "/requests?show=released", "/earlier-answers?q=KEPTQUESTION",
             "/earlier-answers/offered?q=KEPTQUESTION+at+night", "/drafts?show=all")  # fmt: skip
    return [*found, *asked, *(f"/api/v1{path}" for path in asked)]


def _found(kept: Kept, someone: Someone, paths: list[str]) -> set[tuple[str, str]]:
    """Look everywhere; gives (canary, path) of what is said and was not typed."""
    seen = set()
    for path in paths:
        answer = someone.client.get(path)
        assert answer.status_code < 500, path
        said = f"{dict(answer.headers)} {answer.content.decode('utf-8', 'replace')}"
        seen |= {(one, path) for one in kept.canaries if one in said and one not in path}
    return seen


def _looked_up(world: SharedWorld, someone: Someone, table: str) -> str:
    """Read a table as the web role with somebody's own context: the second wall alone."""
    with Session(world.web.engine) as session:
        context = {"side": "reviewer", "organisation": someone.organisation_id,
                   "person": someone.id}  # fmt: skip
        for key, value in context.items():
            session.execute(
                text("SELECT set_config(:k, :v, true)"), {"k": f"vitrine.{key}", "v": value}
            )
        rows = session.execute(text(f"SELECT to_jsonb(t)::text FROM {table} t")).scalars()
        return "\n".join(rows)


def _take_the_wall_out(world: SharedWorld) -> None:
    for table, name in world.rows(
        "SELECT tablename, policyname FROM pg_policies WHERE policyname LIKE '%not_kept_from_me'"
    ):
        world.change(f"DROP POLICY {name} ON {table}")


def test_a_colleague_who_is_not_named_finds_no_trace_anywhere(
    shared: SharedWorld, kept: Kept
) -> None:
    paths = _addresses(shared, kept)
    assert len(paths) > 60
    assert _found(kept, shared.lead_a, paths) == set()
    named = {canary for canary, _ in _found(kept, shared.reviewer_a, paths)}
    assert named >= {*WORDS, kept.number, kept.receipt}, "the control: who is named finds it"
    for path in (f"/requests/{kept.asked.request_id}", f"/receipts/{kept.receipt}"):
        assert shared.lead_a.client.get(path).status_code == 404


def test_the_colleague_counts_nothing_of_it(shared: SharedWorld, kept: Kept) -> None:
    client = shared.lead_a.client
    found = client.get("/api/v1/requests?show=all").json()
    assert found["total"] == 0
    assert {chip["count"] for chip in found["chips"]} == {0}
    speed = client.get(f"/api/v1/reviews/{shared.made.review_a}/speed").json()
    assert speed["review"]["figures"]["asked"] == 0
    assert client.get("/api/v1/asked-and-provided").json()["total"] == 0
    figures = {one["label"]: one["value"] for one in client.get("/api/v1/home").json()["figures"]}
    assert figures["answers to accept or return"] == 0
    assert shared.reviewer_a.client.get("/api/v1/requests?show=all").json()["total"] == 1


def test_the_colleague_is_told_nothing_and_may_do_nothing(shared: SharedWorld, kept: Kept) -> None:
    """They submitted it while they were the lead, so they would be told of its answer."""
    told = {row[0] for row in shared.rows("SELECT person_id FROM notices WHERE subject_id = :i",
                                          i=kept.asked.request_id)}  # fmt: skip
    assert shared.lead_a.id not in told
    assert shared.reviewer_a.id in told
    for act in ("accept", "withdraw", "people", "submit"):
        answer = post_json(shared.lead_a, f"/requests/{kept.asked.request_id}/{act}")
        nowhere = post_json(shared.lead_a, f"/requests/req_00000000000000000000/{act}")
        assert answer.status_code == nowhere.status_code == 404
    assert post_json(shared.lead_a, f"/receipts/{kept.receipt}/acknowledge").status_code == 404
    taken = post_json(shared.lead_a, f"/packs/{kept.pack}/apply", review_id=shared.made.review_a)
    assert taken.status_code == 201, "that it was asked before is not told either"
    drafted = draft(shared, shared.made)
    body = {"answered_by": kept.asked.request_id}
    refused = post_json(shared.lead_a, f"/requests/{drafted.request_id}/answered", **body)
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["answered_by"])


def test_no_mail_of_the_day_names_it_to_the_colleague(shared: SharedWorld, kept: Kept) -> None:
    mails = shared.rows("SELECT person_id FROM mails")
    assert (shared.lead_a.id,) not in mails


def test_row_level_security_alone_hides_it(shared: SharedWorld, kept: Kept) -> None:
    names = (*kept.canaries, shared.reviewer_a.id + '", "request_id')
    for table in TABLES:
        seen = _looked_up(shared, shared.lead_a, table)
        assert [one for one in names if one in seen] == [], table
    _take_the_wall_out(shared)
    found = set()
    for table in POLICED:
        seen = _looked_up(shared, shared.lead_a, table)
        found |= {table} if any(one in seen for one in kept.canaries) else set()
    # Nobody told the colleague anything, and what was asked of a pack is marked by nothing else.
    assert found == set(POLICED) - {"notices"}, "the control: it is the wall that hides them"


def test_the_policies_alone_hide_it(shared: SharedWorld, kept: Kept) -> None:
    _take_the_wall_out(shared)
    shared.change("DROP POLICY seen ON request_people")
    shared.change(
        "CREATE POLICY seen ON request_people TO vitrine_web, vitrine_worker"
        " USING (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation())"
    )
    paths = [path for path in _addresses(shared, kept) if "/packs" not in path]
    assert _found(kept, shared.lead_a, paths) == set()
    shared.change("DELETE FROM request_people")
    found = {canary for canary, _ in _found(kept, shared.lead_a, paths)}
    assert found >= {*WORDS, kept.number, kept.receipt}, "the control: it is kept no more"


def test_the_publisher_learns_nothing_of_it(shared: SharedWorld, kept: Kept) -> None:
    people = (shared.coordinator, shared.approver, shared.auditor, shared.responder)
    paths = (f"/api/v1/requests/{kept.asked.request_id}", "/api/v1/log", "/log")
    for said in (someone.client.get(path).text for someone in people for path in paths):
        for word in ("request:keep", "kept_to", "keptTo", "Kept to", "Who sees it"):
            assert word not in said
    assert {entry.event for entry in entries(shared, action="request:keep")} == set()
    with Session(shared.web.engine) as session:
        session.execute(text("SELECT set_config('vitrine.side', 'publisher', true)"))
        assert session.execute(text("SELECT count(*) FROM request_people")).scalar_one() == 0


def test_the_lead_and_whoever_is_named_see_it(shared: SharedWorld) -> None:
    asked = draft(shared, shared.made, kept_to=[])
    assert [one["name"] for one in asked.seen_by(shared.lead_a)["kept_to"]] == ["Reviewer A"]
    shared.change(
        "UPDATE memberships SET roles = '{reviewer}' WHERE person_id = :p", p=shared.lead_a.id
    )
    path = f"/requests/{asked.request_id}"
    assert shared.lead_a.client.get(path).status_code == 404
    asked.post(shared.reviewer_a, "people", people=[shared.lead_a.id])
    assert len(asked.seen_by(shared.lead_a)["kept_to"]) == 2
    assert "Kept to" in shared.lead_a.client.get(path).text
    assert post_json(shared.lead_a, f"{path}/people").status_code == 403, "who drafted it says so"
    asked.form(shared.reviewer_a, "people", seen_by="all")
    assert asked.seen_by(shared.lead_a)["kept_to"] is None
    assert shared.rows("SELECT count(*) FROM request_people") == [(0,)]


def test_nobody_outside_is_named(shared: SharedWorld) -> None:
    asked = draft(shared, shared.made)
    path = f"/requests/{asked.request_id}/people"
    for stranger in (shared.lead_b.id, shared.coordinator.id, "per_nobody"):
        refused = post_json(shared.reviewer_a, path, people=[stranger])
        assert (refused.status_code, list(refused.json()["fields"])) == (422, ["people"])
    page = post_form(shared.reviewer_a, path, seen_by="named", people=[shared.lead_b.id])
    assert page.status_code == 422
    for foreign in (shared.lead_b, shared.coordinator):
        assert post_json(foreign, path).status_code in (403, 404)
    assert shared.rows("SELECT count(*) FROM request_people") == [(0,)]


def test_what_rests_on_it_is_kept_to_the_same_people(shared: SharedWorld, kept: Kept) -> None:
    following = draft(shared, shared.made, basis={"kind": "request", "id": kept.asked.request_id})
    again = draft(shared, shared.made)
    assert shared.lead_a.client.get(f"/requests/{again.request_id}").status_code == 200
    again.post(shared.reviewer_a, "answered", answered_by=kept.asked.request_id)
    for asked in (following, again):
        assert shared.lead_a.client.get(f"/requests/{asked.request_id}").status_code == 404
        assert asked.seen_by(shared.reviewer_a)["kept_to"] is not None


def test_the_form_of_a_new_request_offers_it(shared: SharedWorld) -> None:
    shared.change(
        "UPDATE memberships SET roles = '{reviewer}' WHERE person_id = :p", p=shared.lead_a.id
    )
    assert "Who in your organisation sees it?" in shared.reviewer_a.client.get("/requests/new").text
    typed: dict[str, Any] = {
        "review_id": shared.made.review_a, "question": "KEPTQUESTION", "seen_by": "named",
    }  # fmt: skip
    made = post_form(shared.reviewer_a, "/requests", **typed)
    assert made.status_code == 303
    assert shared.lead_a.client.get(made.headers["location"]).status_code == 404
    assert "KEPTQUESTION" not in shared.lead_a.client.get("/drafts").text
    open_to_all = post_form(shared.reviewer_a, "/requests", **{**typed, "seen_by": "all"})
    assert shared.lead_a.client.get(open_to_all.headers["location"]).status_code == 200
