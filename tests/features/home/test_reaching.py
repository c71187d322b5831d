"""From home everybody reaches what they may open, and no line of the rail leads nowhere."""

import html
import re
from collections.abc import Iterator

import pytest
from starlette.routing import Match

from app.web.routing import DeclaredRoute, Public, declared_routes
from tests.features.findings.situations import cleared
from tests.features.positions.situations import BODY, claims, keep, release
from tests.world import Someone
from tests.worlds.shared import SharedWorld

_HREF = re.compile(r'href="(/[^"#]*)')
_RAIL = re.compile(r'<nav aria-label="Main">(.*?)</nav>', re.S)
# Files are offered where there is something to take along; of these here there is nothing yet.
_FILES = {
    "/asked-and-provided/export", "/findings/desk.csv", "/findings/desk.docx",
    "/findings/desk.md", "/findings/export", "/findings/desk/document",
    "/log/export.zip", "/notes/export", "/our-work/export.json",
    "/recommendations.csv", "/record/export.zip", "/requests.csv", "/shared-items.csv",
    "/speed.csv",
}  # fmt: skip
# Found on the way, in the middle of something, or once there is something to deal with.
_ON_THE_WAY = {
    "/deletions", "/earlier-answers/offered", "/findings/new", "/findings/places",
    "/requests/new", "/routing/new", "/routing/try", "/speed",
}  # fmt: skip
# Lists that everybody may ask for, and in which these people could never find anything.
_DECIDING, _DRAFTS = "/findings/decisions", "/drafts"
_SAID = {
    "/assurances", "/challenges", "/findings", "/recommendations", "/statements",
    _DECIDING, _DRAFTS,
}  # fmt: skip
_NOTHING_THERE: dict[str, set[str]] = {
    "coordinator": {_DRAFTS},
    "approver": {_DRAFTS},
    "auditor": {_DRAFTS, _DECIDING},
    "author": {_DRAFTS, _DECIDING, "/teams"},
    "responder": _SAID,
    "internal_reader": _SAID | {"/teams"},
    "administrator": _SAID | {"/notes", "/our-people", "/reports", "/requests"},
    "lead_a": {_DECIDING},
    "reviewer_a": {_DECIDING},
    "stress_tester": {_DECIDING},
}


def pages_of(world: SharedWorld) -> list[DeclaredRoute]:
    """List the pages of the application that ask for somebody who is signed in."""
    return [
        route
        for route in declared_routes(world.application)
        if "GET" in route.methods
        and not route.path.startswith("/api/")
        and not isinstance(route.declared, Public)
    ]


def template_of(pages: list[DeclaredRoute], address: str) -> str | None:
    """Give the page that an address is one of."""
    scope = {"type": "http", "method": "GET", "path": address.partition("?")[0]}
    found = (route.path for route in pages if route.matches(scope)[0] is Match.FULL)
    return next(found, None)


def reached(pages: list[DeclaredRoute], someone: Someone) -> Iterator[tuple[str, str]]:
    """Walk from the home page along links, each page once; give (page, where the link stands)."""
    waiting, seen = [("/", "/")], set[str]()
    while waiting:
        address, at = waiting.pop(0)
        template = template_of(pages, address)
        if template is None or template in seen:
            continue
        seen.add(template)
        yield template, at
        answer = someone.client.get(address)
        if answer.status_code == 200 and "html" in answer.headers["content-type"]:
            waiting += [(html.unescape(href), address) for href in _HREF.findall(answer.text)]


@pytest.mark.parametrize("who", sorted(_NOTHING_THERE))
def test_the_rail_leads_somewhere_and_nothing_that_opens_is_out_of_reach(
    shared: SharedWorld, who: str
) -> None:
    someone, pages = shared.people[who], pages_of(shared)
    rail = _RAIL.search(someone.client.get("/").text)
    assert rail is not None
    lines = _HREF.findall(rail[1])
    assert len(lines) == len(set(lines)) > 1
    for line in lines:
        assert someone.client.get(line).status_code == 200, line
    linked = {template for template, _ in reached(pages, someone)}
    plain = {route.path for route in pages if "{" not in route.path}
    missed = plain - linked - _FILES - _ON_THE_WAY
    out_of_reach = {path for path in missed if someone.client.get(path).status_code == 200}
    assert out_of_reach - _NOTHING_THERE[who] == set()


def test_opinions_are_reached_from_the_rail_by_both_sides(shared: SharedWorld) -> None:
    first, _ = claims(shared)
    cleared(shared, shared.coordinator, shared.auditor)
    keep(shared, first, alone=BODY)
    release(shared)
    pages = pages_of(shared)
    inside = {"/versions/{version_id}/positions", "/versions/{version_id}/claims"}
    outside = {
        "/reviews/{review_id}/positions",
        "/reviews/{review_id}/statement",
        "/versions/{version_id}/claims",
    }
    for who, wanted in (("coordinator", inside), ("author", inside), ("auditor", inside),
                        ("lead_a", outside), ("reviewer_a", outside)):  # fmt: skip
        found = {template for template, _ in reached(pages, shared.people[who])}
        assert wanted <= found, (who, wanted - found)
