"""Every address that changes something, as everybody, with nothing to say: no fault, no trace.

An empty body is what a program of somebody else's sends first. Acts that need no body are done to
things of organisation A; whoever may not do them must leave every row as it was.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from sqlalchemy import text

from app.db.rls import WALLS
from app.web import csrf
from app.web.routing import Public, declared_routes
from tests.matrix.canary_world import CanaryWorld
from tests.matrix.crawling import MISSING
from tests.matrix.table import ANONYMOUS

# They end the session that the next posts are sent with, or begin one (tests/abuse).
ONES_OWN_SESSION = {"/sign-out", "/api/v1/session/end", "/sign-in"}
OF_A = {
    "report": "shared", "version": "shared", "organisation": "ORGA", "review": "ORGA",
    "grant": "ORGA", "receipt": "ORGA", "request": "SUBMITTED", "finding": "ANSWERED",
}  # fmt: skip
FOREIGN = ("lead_b", "reviewer_b", "stress_tester")
CHANGE_NOTHING = (*FOREIGN, "auditor", "internal_reader", "responder", "second_author", ANONYMOUS)
ACT = ("lead_a", "reviewer_a", "author", "coordinator", "approver", "administrator")
BY_FORM_TOO = ("lead_b", "responder", "coordinator", ANONYMOUS)
_NOT_BUSINESS = re.compile(r"audit_|procrastinate|sessions|alembic|org_slot")


@dataclass(frozen=True)
class Posted:
    """What one person was answered at one address."""

    who: str
    route: str
    status: int
    body: bytes
    missing: bool


def _posts(world: CanaryWorld, who: str) -> Iterator[str]:
    for route in declared_routes(world.application):  # type: ignore[arg-type]  # a FastAPI application
        if "POST" not in (route.methods or ()) or route.path in ONES_OWN_SESSION:
            continue
        if isinstance(route.declared, Public):
            continue
        if route.path.startswith("/api/") or who in BY_FORM_TOO:
            yield route.path


def _filled(world: CanaryWorld, path: str, *, missing: bool) -> str:
    for kind, tag in OF_A.items():
        own = world.ids[kind][tag]
        path = path.replace(f"{{{kind}_id}}", f"{own[:4]}{MISSING}" if missing else own)
    return re.sub(r"\{\w+\}", MISSING, path)


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
                    "SELECT coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '')"
                    f' FROM "{table}" t WHERE t::text LIKE :like'
                )
                found[table] = connection.execute(digest, {"like": f"%{mentioning}%"}).scalar_one()
    return found


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
            if "{report_id}" in first.route or "{version_id}" in first.route:
                continue  # the report is shared with all three
            second = _post(canaries, who, first.route, missing=True)
            if (first.status, _bare(first)) != (second.status, _bare(second)):
                different.append((who, first.route, first.status, second.status))
    assert different == []


def _bare(posted: Posted) -> bytes:
    return re.sub(rb"[a-z]{3}_[0-9a-z]{20}", b"ID", posted.body)


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
