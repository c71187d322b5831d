"""Every address as everybody: each canary only where PRODUCT.md lets it be, and recorded.

The table of expectations is `table`; the situation `canary_world`.
"""

from collections import defaultdict
from dataclasses import dataclass

import pytest

from app.domain.actions import Action
from app.web.routing import declared_routes
from tests.matrix.canary_world import CanaryWorld
from tests.matrix.crawling import JSON, Visit, visits
from tests.matrix.table import ANONYMOUS, OUTSIDE, WORKS_ON_REPORTS, Canary
from tests.matrix.table import canaries as table
from tests.world import CAST

# Addresses that answer nobody in this situation with a 2xx, and why.
NO_ANSWER_HERE = {
    "/sign-in/callback": "no sign-in is under way",
    "/sign-in/{entry}": "leads away to a provider",
    "/invitations/{token}": "nobody holds an invitation",
    "/versions/{version_id}/pages": "leads to the page with a number",
    "/versions/{version_id}/pages/{number}/passage": "leads on to a form, with the words chosen",
    "/claims/{claim_id}/reader": "leads to the page where the claim stands",
    "/versions/{version_id}/redactions/pages": "leads to the page with a number",
    "/log/export.zip": "an export is begun first: see test_exports_of_canaries",
    "/api/v1/log/export.zip": "an export is begun first: see test_exports_of_canaries",
    "/record/export.zip": "an export is begun first: see test_exports_of_canaries",
    "/api/v1/record/export.zip": "an export is begun first: see test_exports_of_canaries",
    "/statements/{statement_id}/evidence": "it is begun first: see test_forms_of_statements",
    "/api/v1/statements/{statement_id}/evidence": "it is begun first: see test_forms_of_statements",
}


@dataclass
class Crawl:
    """All visits of everybody, and what was searched for."""

    world: CanaryWorld
    canaries: dict[str, Canary]
    visits: list[Visit]


@pytest.fixture(scope="module", params=[False, pytest.param(True, marks=pytest.mark.slow)])
def crawl(
    canaries_of_world: list[Canary], canaries: CanaryWorld, request: pytest.FixtureRequest
) -> Crawl:
    """Walk through everything once: by one of two doors that lead to the same, or by both."""
    walked = [
        visit
        for who in (*CAST, ANONYMOUS)
        for visit in visits(canaries, who, canaries_of_world, both_doors=request.param)
    ]
    return Crawl(canaries, {canary.name: canary for canary in canaries_of_world}, walked)


@pytest.fixture(scope="module")
def canaries_of_world(canaries: CanaryWorld) -> list[Canary]:
    """Give the table."""
    return table(canaries)


def _may_see(canary: Canary, visit: Visit) -> bool:
    path = visit.address.route
    if canary.sought in visit.address.url:
        return True  # an id that the caller typed tells the caller nothing
    if any(path.startswith(own) for own in canary.apart_from):
        return True
    if visit.who not in canary.allowed:
        return False
    shut = path.startswith(canary.not_at) and path not in canary.but_at
    return not (visit.who in canary.strangers and shut)


def test_a_canary_is_seen_only_where_the_table_lets_it_be(crawl: Crawl) -> None:
    leaks: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for visit in crawl.visits:
        for name in visit.seen:
            if not _may_see(crawl.canaries[name], visit):
                leaks[name].add((visit.who, visit.address.route))
    assert {name: sorted(where) for name, where in leaks.items()} == {}


def test_every_canary_is_seen_by_somebody_who_may(crawl: Crawl) -> None:
    """What nobody ever sees proves nothing when it is not seen."""
    seen = {name for visit in crawl.visits for name in visit.seen}
    silent = {name for name in crawl.canaries if name not in seen}
    assert silent == NEVER_SHOWN | {n for n in silent if n in _unseen_ids(crawl)}


def _unseen_ids(crawl: Crawl) -> set[str]:
    """Ids and addresses of people that pages have no need to show to anybody."""
    return {
        name
        for who, someone in crawl.world.people.items()
        for name in (someone.id, f"{who}@example.test")
    }


NEVER_SHOWN = {"report.pdf", "EVIDENCEFILE.txt"}


def test_what_waits_to_be_carried_over_is_shown_where_it_stands_to_the_author(
    crawl: Crawl,
) -> None:
    here = [v for v in crawl.visits if v.address.route.endswith("/carry-over") and v.seen]
    seen = {name for v in here if v.who == "author" for name in v.seen}
    assert {"WORKQUOKKA", "EVIDENCEDRAFT", "CHARACTER-WAITING"} <= seen


def test_nobody_meets_a_fault(crawl: Crawl) -> None:
    faults = [(v.who, v.address.url, v.status) for v in crawl.visits if v.status >= 500]
    assert faults == []


def test_every_address_answers_somebody(crawl: Crawl) -> None:
    routes = {v.address.route.removeprefix(JSON) for v in crawl.visits}
    answered = {v.address.route.removeprefix(JSON) for v in crawl.visits if v.status == 200}
    assert len(routes) > 60
    doors = {v.address.route for v in crawl.visits}
    silent = {r for r in routes if all(d in NO_ANSWER_HERE for d in {r, JSON + r} & doors)}
    assert routes - answered == silent


def test_everybody_is_refused_somewhere_and_answered_somewhere(crawl: Crawl) -> None:
    for who in CAST:
        statuses = {v.status for v in crawl.visits if v.who == who}
        assert {200, 404} <= statuses, who


def test_nobody_signed_in_is_answered_only_where_anybody_may_be(crawl: Crawl) -> None:
    app = crawl.world.application
    declared = {r.path: r.declared for r in declared_routes(app)}  # type: ignore[arg-type]  # a FastAPI application
    anonymous = [v for v in crawl.visits if v.who == ANONYMOUS]
    answered = {v.address.route for v in anonymous if v.status == 200}
    assert {path for path in answered if isinstance(declared[path], Action)} == set()
    assert answered == {"/sign-in", "/healthz"}
    assert all(not v.seen for v in anonymous)


def test_whoever_sees_a_guarded_canary_leaves_an_entry(crawl: Crawl) -> None:
    unrecorded = {
        (visit.who, visit.address.url)
        for visit in crawl.visits
        if visit.recorded == 0
        and any(crawl.canaries[name].guarded for name in visit.seen)
        # One's own record shows one's own searches: what was searched is in the log already.
        and not visit.address.route.startswith(("/record", "/api/v1/record"))
    }
    assert unrecorded == set()
    recorded = [v for v in crawl.visits if any(crawl.canaries[name].guarded for name in v.seen)]
    assert len(recorded) > 50


# Answered 404 without asking the policies: the address itself is of nothing.
NO_QUESTION_OF_RIGHTS = {
    "/record": "the publisher has the log instead",
    "/api/v1/record": "the publisher has the log instead",
    "/record/export.zip": "the publisher has the log instead",
    "/api/v1/record/export.zip": "the publisher has the log instead",
    "/reports/{report_id}/versions/{version_id}": "a version of another report",
    "/invitations/{token}": "a token that nobody was sent",
    "/sign-in/{entry}": "an entrance that there is not",
}


def test_every_refusal_of_somebody_signed_in_leaves_an_entry(crawl: Crawl) -> None:
    refused = [v for v in crawl.visits if v.who != ANONYMOUS and v.status in (403, 404)]
    unrecorded = {v.address.route for v in refused if v.recorded == 0}
    assert unrecorded <= set(NO_QUESTION_OF_RIGHTS)
    assert len([v for v in refused if v.recorded]) > 500


def test_a_foreign_thing_and_a_missing_one_answer_alike_byte_for_byte(crawl: Crawl) -> None:
    """For outsiders what is not theirs does not exist; inside, what may not be read does not."""
    missing = {(v.who, _question(v)): v.bare for v in crawl.visits if _only_missing(v)}
    different, compared = set(), 0
    for visit in crawl.visits:
        refused = visit.who in OUTSIDE and _foreign(crawl.world, visit)
        inside = visit.who in CAST and visit.who not in OUTSIDE and visit.status == 404
        if (refused or inside) and visit.address.things and not _only_missing(visit):
            compared += 1
            if visit.bare != missing[visit.who, _question(visit)]:
                different.add((visit.who, visit.address.url, visit.status))
    assert compared > 300
    assert different == set()


def _question(visit: Visit) -> str:
    return f"{visit.address.route}?{visit.address.url.partition('?')[2]}"


def _only_missing(visit: Visit) -> bool:
    return bool(visit.address.things) and all(tag == "missing" for _, tag in visit.address.things)


def _foreign(world: CanaryWorld, visit: Visit) -> bool:
    code = {v: k for k, v in world.organisations.items()}[world.people[visit.who].organisation_id]
    for kind, tag in visit.address.things:
        if kind in ("report", "version") and tag == "unshared":
            return True
        if kind in ("review", "receipt", "grant", "organisation") and tag not in (
            code,
            "missing",
            "PUB",
        ):
            return True
        if kind in ("request", "finding", "assessment", "challenge") and tag != "missing":
            owner = "ORGB" if tag.startswith("B") else "ORGA"
            return owner != code
    return False


def test_the_crawl_reaches_what_the_roles_that_work_on_reports_share(crawl: Crawl) -> None:
    """A crawl by people who are refused everything would find nothing: show that they are not."""
    for who in WORKS_ON_REPORTS:
        mine = [v.address.route for v in crawl.visits if v.who == who and v.status == 200]
        read = {route.removeprefix(JSON) for route in mine}
        assert {"/reports/{report_id}", "/reviews/{review_id}"} <= read, who
