"""Walking through every address of the running application as somebody."""

import html
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from zlib import crc32

import httpx
from fastapi.testclient import TestClient
from sqlalchemy import text

from app.rendering.checkedtext import by_pypdf
from app.web.routing import DeclaredRoute, declared_routes
from tests.matrix.canary_world import PAGE, CanaryWorld
from tests.matrix.table import ANONYMOUS, Canary

JSON = "/api/v1"
MISSING = "zzzzzzzzzzzzzzzzzzzz"  # the random part of an id that nothing has
_PARAMETER = re.compile(r"\{(\w+)\}")
_PREFIX = {"report": "rep", "version": "ver", "organisation": "org", "review": "rev",
           "receipt": "rct", "grant": "grt", "request": "req", "finding": "fnd",
           "note": "rdn", "redaction": "red", "assessment": "asm", "challenge": "chl",
           "team": "tea", "absence": "abs", "pack": "pck", "run": "pkr",
           "rule": "rul", "claim": "clm", "assurance": "ast", "recommendation": "rec",
           "key": "key", "statement": "stm", "comment": "stc", "draft": "fdr",
           "file": "fil"}  # fmt: skip

# Questions that a page is asked with, besides its bare address.
QUERIES: Mapping[str, tuple[str, ...]] = {
    "/versions/{version_id}/search": ("q=QUOKKA",),
    "/api/v1/versions/{version_id}/search": ("q=QUOKKA",),
    "/versions/{version_id}/redactions/search": ("q=QUOKKA",),
    "/api/v1/versions/{version_id}/redactions/search": ("phrase=QUOKKA", "q=QUOKKA"),
    "/versions/{version_id}/pages/{number}/passage": (
        "passage=PUBQUOKKA",
        "passage=SECQUOKKA&about=request",
    ),
    "/api/v1/versions/{version_id}/pages/{number}/passage": (
        "passage=PUBQUOKKA",
        "passage=SECQUOKKA",
    ),
    "/versions/{version_id}/claims": ("", "show=load", "show=evidence", "show=position"),
    "/versions/{version_id}/claims/new": (f"page={PAGE}&words=0-7",),
    "/api/v1/versions/{version_id}/claims/new": (f"page={PAGE}&words=0-7",),
    "/versions/{version_id}/claims/export": ("format=csv", "format=yaml"),
    "/claims/{claim_id}/reader": ("", "step=after"),
    "/versions/{version_id}/notes": (f"page={PAGE}&words=0-7",),
    "/versions/{version_id}/pages": (f"page={PAGE}",),
    "/versions/{version_id}/redactions/pages": (f"page={PAGE}",),
    # The latest entries are the crawl's own; these ask for what was there before.
    "/record": ("", "action=report:version:search"),
    "/api/v1/record": ("", "action=report:version:search"),
    "/log": ("", "action=report:version"),
    "/api/v1/log": ("", "action=report:version"),
    "/earlier-answers": ("q=QUESTION+ANSWER+RELEASED+BRELEASED",),
    "/api/v1/earlier-answers": ("q=QUESTION+ANSWER+RELEASED+BRELEASED",),
    "/earlier-answers/offered": ("q=QUESTION+ANSWER+RELEASED+BRELEASED",),
    "/api/v1/earlier-answers/offered": ("q=QUESTION+ANSWER+RELEASED+BRELEASED",),
    "/routing/try": ("", "request_number=RQ-ORGA-0001"),
    "/requests": (
        *("", "show=all&sort=number", "show=ended", "view=board", "show=all&q=QUESTION"),
        "show=all&q=ANSWER",
    ),
    "/api/v1/requests": ("", "show=all", "show=all&q=QUESTION", "show=all&q=NOTE"),
    "/recommendations": ("", "show=all", "show=all&by=claim", "show=draft"),
    "/api/v1/recommendations": ("show=all",),
    "/recommendations.csv": ("show=all",),
    "/assurances": ("", "show=all"),
    "/api/v1/assurances": ("show=all",),
    "/requests.csv": ("", "show=all", "show=ended"),
}


@dataclass(frozen=True)
class Address:
    """One address of a route: which things its ids name (kind → our tag, `missing` for none)."""

    route: str
    url: str
    things: tuple[tuple[str, str], ...]

    @property
    def names_missing(self) -> bool:
        """Say whether an id in it is of nothing."""
        return any(tag == "missing" for _, tag in self.things)


@dataclass(frozen=True)
class Visit:
    """What one person was answered at one address."""

    who: str
    address: Address
    status: int
    seen: frozenset[str]  # names of canaries
    recorded: int  # entries that the answer left in the log
    bare: tuple[int, str, bytes]  # the answer with its ids and moments taken out


def addresses(world: CanaryWorld) -> list[Address]:
    """Give every GET address of the running application, for every thing there is and one not."""
    found = []
    for route in declared_routes(world.application):  # type: ignore[arg-type]  # a FastAPI application
        if "GET" in (route.methods or ()):
            found += list(_of_route(world, route))
    return found


def _of_route(world: CanaryWorld, route: DeclaredRoute) -> Iterator[Address]:
    names = _PARAMETER.findall(route.path)
    choices = [_values(world, name) for name in names]
    for chosen in product(*choices):
        things = tuple(
            (name.removesuffix("_id"), tag)
            for name, (tag, _) in zip(names, chosen, strict=True)
            if name.endswith("_id")
        )
        if _pointless(things):
            continue
        url = route.path
        for name, (_, value) in zip(names, chosen, strict=True):
            url = url.replace(f"{{{name}}}", value)
        for query in QUERIES.get(route.path, _asked(world, route.path)):
            yield Address(route.path, f"{url}?{query}" if query else url, things)


def _values(world: CanaryWorld, name: str) -> list[tuple[str, str]]:
    if name == "number":
        return [("", str(PAGE))]
    if name == "claim":
        return [("", "conclusion")]
    if name == "code":
        return [("", "E1")]
    if name in ("topic", "form"):
        return [("", {"topic": "rigour", "form": "md"}[name])]
    if not name.endswith("_id"):
        return [("", "no-such-token")]
    kind = name.removesuffix("_id")
    return [*world.ids[kind].items(), ("missing", f"{_PREFIX[kind]}_{MISSING}")]


def _pointless(things: tuple[tuple[str, str], ...]) -> bool:
    """Leave out mixtures such as one report's version under another report, but for one of them."""
    tags = [tag for _, tag in things]
    mixed = len(set(tags)) > 1
    # Whose eyes one may look through is asked of one version; the other is read by nobody outside.
    elsewhere = things[:1] == (("version", "unshared"),) and ("organisation" in dict(things))
    return mixed and (tags[0] == "missing" or elsewhere)


def _asked(world: CanaryWorld, path: str) -> tuple[str, ...]:
    review, version = world.ids["review"], world.ids["version"]["shared"]
    if path == "/requests/new":
        return tuple(f"review={review[c]}&page={PAGE}&words=0-7" for c in ("ORGA", "ORGB"))
    if path == "/findings/new":
        return (f"version={version}&page={PAGE}&words=0-7",)
    return ("",)


def visits(
    world: CanaryWorld, who: str, canaries: list[Canary], *, both_doors: bool
) -> Iterator[Visit]:
    """Visit every address as somebody; else of a page and its JSON only one, by turns."""
    client = world.anonymous() if who == ANONYMOUS else world.people[who].client
    once: set[str] = set()
    routes = declared_routes(world.application)  # type: ignore[arg-type]  # a FastAPI application
    there = {route.path for route in routes if "GET" in (route.methods or ())}
    before = entries(world)
    for address in addresses(world):
        if who == ANONYMOUS and address.route in once:
            continue  # nobody signed in is answered before any id is looked at
        once.add(address.route)
        if not (both_doors or who == ANONYMOUS or _by_turns(address.route, who, there)):
            continue
        made, before = _visit(world, client, who, address, canaries, before)
        yield made


def _by_turns(route: str, who: str, there: set[str]) -> bool:
    """Say whether somebody takes this door, where the same is behind two of them."""
    page = route.removeprefix(JSON)
    if not {page, JSON + page} <= there:
        return True
    return (crc32(f"{page} {who}".encode()) % 2 == 0) == (route == page)


def _visit(
    world: CanaryWorld,
    client: TestClient,
    who: str,
    address: Address,
    canaries: list[Canary],
    before: int,
) -> tuple[Visit, int]:
    """Visit one address, and look for every canary in all that comes back."""
    answer = client.get(address.url)
    said, after = everything_in(answer), entries(world)
    made = Visit(
        who=who,
        address=address,
        status=answer.status_code,
        seen=frozenset(c.name for c in canaries if c.is_in(said)),
        recorded=after - before,
        bare=bare(answer, address),
    )
    return made, after


def entries(world: CanaryWorld) -> int:
    """Count the entries of the log."""
    return int(world.watching.execute(text("SELECT count(*) FROM audit_entry")).scalar_one())


def everything_in(answer: httpx.Response) -> str:
    """Give all text of an answer: headers, page, JSON, archive with its file names."""
    parts = [f"{name}: {value}" for name, value in answer.headers.items()]
    kind = answer.headers.get("content-type", "")
    if "zip" in kind:
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            for name in archive.namelist():
                parts += [name, archive.read(name).decode("utf-8", "replace")]
    elif "json" in kind and "ndjson" not in kind:
        parts.append(json.dumps(answer.json(), ensure_ascii=False))
    elif "pdf" in kind:
        parts.append(" ".join(by_pypdf(answer.content, plain_font=True)))
        parts.append(answer.content.decode("latin-1"))
    elif kind.startswith("text/html"):
        parts += [answer.text, html.unescape(answer.text)]
    else:
        parts.append(answer.content.decode("latin-1"))
    return "\n".join(parts)


def bare(answer: httpx.Response, address: Address) -> tuple[int, str, bytes]:
    """Give status, headers and body without the ids that the caller typed, nor the date."""
    body, headers = answer.content, dict(answer.headers)
    for name in ("date", "x-request-id"):
        headers.pop(name, None)
    said = json.dumps(headers, sort_keys=True)
    for identity in re.findall(r"[a-z]{3}_[0-9a-z]{20}", address.url):
        body, said = body.replace(identity.encode(), b"ID"), said.replace(identity, "ID")
    return answer.status_code, said, body
