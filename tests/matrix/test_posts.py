"""Every address that changes something, as everybody, with nothing to say: no fault, no trace.

An empty body is what a program of somebody else's sends first. Acts that need no body are done to
things of organisation A; whoever may not do them must leave every row as it was. Then each act is
wished for in full by people to whom the policies must refuse it, and the refusal is in the log.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from sqlalchemy import text

from app.db.rls import WALLS
from app.domain.actions import Action
from app.web import csrf
from app.web.routing import DeclaredRoute, Public, declared_routes
from tests.matrix.canary_world import CanaryWorld, report
from tests.matrix.crawling import MISSING
from tests.matrix.table import ANONYMOUS
from tests.matrix.wishes import OF_A, command_schema, smallest, things

# It ends the session that the next posts are sent with; nobody is refused it (test at the end).
# What everybody has of their own, and changes: a session, and which notices are read.
ONES_OWN_SESSION = {"/api/v1/session/end", "/notices/read", "/api/v1/notices/read"}
FOREIGN = ("lead_b", "reviewer_b", "stress_tester")
CHANGE_NOTHING = (*FOREIGN, "auditor", "internal_reader", "responder", "second_author", ANONYMOUS)
ACT = ("lead_a", "reviewer_a", "author", "coordinator", "approver", "administrator")
BY_FORM_TOO = ("lead_b", "responder", "coordinator", ANONYMOUS)
# People to ask until somebody is refused: each of them may do something that the others may not.
WISHING = ("stress_tester", "auditor", "lead_b", "reviewer_b")
READS_NOTHING = ("auditor",)  # whoever reads may keep notes and speak about a redaction
READERS_MAY = {Action.KEEP_NOTE, Action.ASSESS_REDACTION, Action.CHALLENGE_REDACTION}
_NOT_BUSINESS = re.compile(r"audit_|procrastinate|sessions|alembic|org_slot")


@dataclass(frozen=True)
class Posted:
    """What one person was answered at one address."""

    who: str
    route: str
    status: int
    body: bytes
    missing: bool


def _routes(world: CanaryWorld) -> list[DeclaredRoute]:
    """List the routes that change something, less those that anybody may call."""
    return [
        route
        for route in declared_routes(world.application)  # type: ignore[arg-type]  # a FastAPI application
        if "POST" in (route.methods or ()) and not isinstance(route.declared, Public)
    ]


def _posts(world: CanaryWorld, who: str) -> Iterator[str]:
    for route in _routes(world):
        if route.path in ONES_OWN_SESSION:
            continue
        if route.path.startswith("/api/") or who in BY_FORM_TOO:
            yield route.path


def _filled(world: CanaryWorld, path: str, *, missing: bool) -> str:
    """Fill an address with ids of organisation A's, or of nothing.

    Raises:
        KeyError: a parameter that this matrix does not know; give it something of A's.
    """
    if "/redactions/" in path:  # where one waits for its decision
        path = path.replace("{version_id}", world.ids["version"]["unshared"])
    path = (
        path.replace("{code}", "E1").replace("{claim}", "conclusion").replace("{topic}", "rigour")
    )
    for name in re.findall(r"\{(\w+)_id\}", path):
        own = world.ids[name][OF_A[name]]
        path = path.replace(f"{{{name}_id}}", f"{own[:4]}{MISSING}" if missing else own)
    assert "{" not in path, path
    return path


def _post(world: CanaryWorld, who: str, route: str, *, missing: bool = False) -> Posted:
    client = world.anonymous() if who == ANONYMOUS else world.people[who].client
    url = _filled(world, route, missing=missing)
    if route.startswith("/api/"):
        answer: httpx.Response = client.post(url, json={})
    else:
        answer = client.post(url, data={csrf.FORM_FIELD: csrf.token_for("test-secret")})
    return Posted(who, route, answer.status_code, answer.content, missing)


def _rows(world: CanaryWorld, mentioning: str = "") -> dict[str, str]:
    """Give a digest of every table's rows, or of those that mention an id."""
    found = {}
    with world.owner.connect() as connection:
        for table in sorted(WALLS):
            if not _NOT_BUSINESS.search(table):
                digest = text(
                    "SELECT coalesce(md5(string_agg(said, '' ORDER BY said)), '') FROM"
                    # A page that is shown again with what was wrong marks one's own notice read.
                    f""" (SELECT (to_jsonb(t) - 'read_at')::text AS said FROM "{table}" t) rows"""
                    " WHERE said LIKE :like"
                )
                found[table] = connection.execute(digest, {"like": f"%{mentioning}%"}).scalar_one()
    return found


@pytest.fixture(scope="module")
def canaries(furnished: CanaryWorld) -> CanaryWorld:
    """Give the world in which each address names something."""
    return furnished


@pytest.fixture(scope="module")
def answered(canaries: CanaryWorld) -> list[Posted]:
    """Post as those who may change nothing, and hold every row against what it was."""
    before, found = _rows(canaries), []
    assert len([digest for digest in before.values() if digest]) > 20, "there are rows to change"
    for who in CHANGE_NOTHING:
        found += [_post(canaries, who, route) for route in _posts(canaries, who)]
        assert _rows(canaries) == before, f"{who} changed something of organisation A's"
    return found


def test_who_may_change_nothing_changes_nothing_and_meets_no_fault(answered: list[Posted]) -> None:
    assert len(answered) > 300
    assert [(p.who, p.route, p.status) for p in answered if p.status >= 500] == []


def test_nobody_signed_in_is_asked_to_sign_in_everywhere(answered: list[Posted]) -> None:
    statuses = {p.status for p in answered if p.who == ANONYMOUS}
    assert statuses <= {401, 303}


def test_a_foreign_thing_and_a_missing_one_are_refused_alike(
    canaries: CanaryWorld, answered: list[Posted]
) -> None:
    different = []
    for who in ("lead_b", "stress_tester"):
        for first in (p for p in answered if p.who == who and "{" in p.route):
            if re.search(r"\{(report|version|redaction|claim)_id\}", first.route):
                continue  # the report, and what is in it or removed, is shared with all three
            second = _post(canaries, who, first.route, missing=True)
            if (first.status, _bare(first)) != (second.status, _bare(second)):
                different.append((who, first.route, first.status, second.status))
    assert different == []


def _bare(posted: Posted) -> bytes:
    return re.sub(rb"[a-z]{3}_[0-9a-z]{20}", b"ID", posted.body)


def test_every_address_that_changes_something_was_posted_to(
    canaries: CanaryWorld, answered: list[Posted]
) -> None:
    routes = {route.path for route in _routes(canaries)}
    assert len(routes) > 100
    assert routes - {p.route for p in answered} == ONES_OWN_SESSION
    named = {p.route for p in answered if not p.missing and p.who == "responder"}
    assert named == routes - ONES_OWN_SESSION, "forms and JSON alike, as one person at least"


def _refusals(world: CanaryWorld, who: str) -> Counter[str]:
    said = "SELECT action FROM audit_entry WHERE outcome = 'denied' AND acting_for = :o"
    with world.owner.connect() as connection:
        found = connection.execute(text(said), {"o": world.people[who].organisation_id})
        return Counter(found.scalars())


def _refused(world: CanaryWorld, who: str, route: DeclaredRoute) -> set[str]:
    """Wish for an act; give the actions whose refusal the wish left in the log."""
    schema, someone = command_schema(route), world.people[who]
    body = None if schema is None else smallest(schema, things(world))
    before = _refusals(world, who)
    url = _filled(world, route.path, missing=False)
    if route.path.endswith("/versions"):  # the one that takes a file
        file = ("report.pdf", report() + b"\n", "application/pdf")
        answer = someone.client.post(url, data={"label": "9.9"}, files={"file": file})
    elif route.path.endswith("/evidence-desk"):  # and the other one
        file = ("log.txt", b"a line\n", "text/plain")
        typed = {"title": "A log", "kind": "text"}
        answer = someone.client.post(url, data=typed, files={"file": file})
    elif route.path.endswith("/attachments"):
        file = ("rota.md", b"# Rota\n", "text/markdown")
        answer = someone.client.post(url, data={"title": "A rota"}, files={"file": file})
    elif route.path.endswith("/files"):
        file = ("record.txt", b"a line\n", "text/plain")
        answer = someone.client.post(url, data={"title": "A record"}, files={"file": file})
    elif route.path.endswith("/messages/with-file"):
        file, typed = ("log.txt", b"a line\n", "text/plain"), {"body": "x", "file_title": "A log"}
        answer = someone.client.post(url, data=typed, files={"file": file})
    elif route.path.endswith("/findings/import/preview"):
        typed = {"review_id": str(things(world)["review_id"]), "sheet": "finding\nx\n"}
        answer = someone.client.post(url, data=typed)
    else:
        answer = someone.client.post(url, json=body)
    refused = set(_refusals(world, who) - before)
    assert not refused or answer.status_code in (403, 404), (who, route.path, answer.text)
    return refused


def test_every_intention_is_refused_to_somebody_by_the_policies_and_that_is_recorded(
    canaries: CanaryWorld, answered: list[Posted]
) -> None:
    before, never = _rows(canaries), set()
    for route in _routes(canaries):
        if route.path.startswith("/api/") and route.path not in ONES_OWN_SESSION:
            assert isinstance(route.declared, Action)
            tag = route.declared.tag
            people = READS_NOTHING if route.declared in READERS_MAY else WISHING
            if not any(tag in _refused(canaries, who, route) for who in people):
                never.add(route.path)
    # The first two are refused to a suspended organisation, below; of several drafts one that is
    # somebody else's is refused as what may not be read.
    own = {"/api/v1/session/switch", "/api/v1/notices/preferences"}
    own |= {"/api/v1/signing-keys", "/api/v1/signing-keys/{key_id}/remove"}
    several = {"/api/v1/drafts/submit", "/api/v1/drafts/ready", "/api/v1/findings/drafts/file"}
    assert never == own | several
    assert _rows(canaries) == before


def test_a_suspended_organisation_is_refused_everything_but_to_sign_out(
    canaries: CanaryWorld, answered: list[Posted]
) -> None:
    team = {"o": canaries.organisations["TEAM"]}
    with canaries.owner.begin() as connection:
        connection.execute(text("UPDATE organisations SET state = 'suspended' WHERE id = :o"), team)
    before = _rows(canaries)
    passed = {
        route.path
        for route in _routes(canaries)
        if route.path.startswith("/api/")
        and route.path not in ONES_OWN_SESSION
        and not _refused(canaries, "stress_tester", route)
    }
    assert _rows(canaries) == before
    assert canaries.stress_tester.client.post("/api/v1/session/end").status_code == 200
    with canaries.owner.begin() as connection:
        connection.execute(text("UPDATE organisations SET state = 'active' WHERE id = :o"), team)
    assert passed == set()


def test_who_may_act_meets_no_fault_and_leaves_the_other_organisation_alone(
    canaries: CanaryWorld, answered: list[Posted]
) -> None:
    """Runs last: what needs no body is done."""
    organisation_b = canaries.organisations["ORGB"]
    before, found = _rows(canaries, organisation_b), []
    assert len([digest for digest in before.values() if digest]) > 8
    whole = _rows(canaries)
    for who in ACT:
        found += [_post(canaries, who, route) for route in _posts(canaries, who)]
    assert [(p.who, p.route, p.status) for p in found if p.status >= 500] == []
    assert {p.who for p in found if p.status < 400} >= {"lead_a", "coordinator"}
    assert _rows(canaries) != whole, "the same posts do change something for those who may"
    assert _rows(canaries, organisation_b) == before
