"""Documents, marks and grants by chance: nothing that is served says what is withheld.

Every address of a version is asked by everybody who reads it; the pixels have their own test.
"""

from dataclasses import dataclass

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import text

from app.features.reports.building import build_editions
from app.web.routing import declared_routes
from tests.matrix.crawling import everything_in
from tests.rendering.adversarial import add_page, saved
from tests.world import World
from tests.worlds.reports import (
    ImportedVersion,
    grant_internally,
    imported_version,
    marked,
    review_with_grant,
    settle,
)

CODES = ("SEC", "IP", "LEG", "PII")
MODES = ("tight", "padded", "line", "block")
READERS = ("reviewer_a", "reviewer_b", "internal_reader")
some_codes = some.sets(some.sampled_from(CODES), min_size=1, max_size=2)
CALM = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@dataclass(frozen=True)
class Situation:
    """Words on two pages; which are marked, how and why; and what is lifted for whom."""

    words: tuple[str, ...]
    marks: dict[str, tuple[str, frozenset[str]]]  # word: mode, categories
    lifted: dict[str, frozenset[str]]  # reader: categories

    def withheld_from(self, who: str) -> set[str]:
        """Give the words that somebody must not learn."""
        return {w for w, (_, codes) in self.marks.items() if not codes <= self.lifted[who]}


@some.composite
def situations(draw: some.DrawFn) -> Situation:
    """Draw a situation in which something is marked."""
    letters = some.text(alphabet="bcdfghklmnprstvw", min_size=8, max_size=11)
    words = draw(some.lists(letters, min_size=8, max_size=12, unique=True))
    chosen = draw(some.sets(some.sampled_from(words), min_size=1, max_size=5))
    marks = {
        word: (draw(some.sampled_from(MODES)), frozenset(draw(some_codes)))
        for word in sorted(chosen)
    }
    lifted = {who: frozenset(draw(some.sets(some.sampled_from(CODES)))) for who in READERS}
    return Situation(tuple(words), marks, lifted)


def _source(words: tuple[str, ...]) -> bytes:
    pdf = pikepdf.new()
    for half in (words[::2], words[1::2]):
        lines = [
            f"BT /F1 12 Tf {40 + 130 * (at % 2)} {240 - 24 * (at // 2)} Td ({word}) Tj ET"
            for at, word in enumerate(half)
        ]
        add_page(pdf, "\n".join(lines) + "\n", size=(330, 300))
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(f"About {words[0]} and {words[1]}", 0))
    return saved(pdf)


def _served(world: World, made: ImportedVersion, who: str) -> dict[str, str]:
    """Give everything that every address of the version answers somebody."""
    said = {}
    for route in declared_routes(world.application):  # type: ignore[arg-type]  # a FastAPI application
        path = route.path.replace("{version_id}", made.version_id)
        path = path.replace("{report_id}", made.report_id)
        if "GET" not in (route.methods or ()) or made.version_id not in path:
            continue
        for number in ("1", "2") if "{number}" in path else ("",):
            url = path.replace("{number}", number)
            if "{" not in url:
                said[url] = everything_in(world.people[who].client.get(url))
    return said


def _arrange(world: World, situation: Situation) -> ImportedVersion:
    made = imported_version(world, content=_source(situation.words))
    for word, (mode, codes) in situation.marks.items():
        marked(world, made, word, *sorted(codes))
        with world.owner.begin() as connection:
            change = text("UPDATE redactions SET mode = :mode WHERE group_id = :group")
            connection.execute(change, {"mode": mode, "group": f"group-{word}"})
    answer = world.coordinator.client.post(f"/api/v1/versions/{made.version_id}/publish")
    assert answer.status_code == 200, answer.text
    grants = {
        "reviewer_a": review_with_grant(world, made, "ORGA", preset="public")[1],
        "reviewer_b": review_with_grant(world, made, "ORGB", preset="public")[1],
        "internal_reader": grant_internally(world, made, world.internal_reader, "COM"),
    }
    change = text("UPDATE grants SET lifted = :codes, handling = 'download' WHERE id = :grant")
    with world.owner.begin() as connection:
        for who, grant in grants.items():
            codes = sorted(situation.lifted[who])
            connection.execute(change, {"codes": codes, "grant": grant})
    build_editions(world.worker, version_id=made.version_id)
    settle(world)
    return made


def _nothing_leaks(world: World, situation: Situation) -> None:
    made = _arrange(world, situation)
    states = text("SELECT DISTINCT state FROM editions WHERE version_id = :v")
    with world.owner.begin() as connection:
        assert connection.execute(states, {"v": made.version_id}).scalars().all() == ["ready"]
    for who in READERS:
        served = _served(world, made, who)
        assert "%PDF" in served[f"/versions/{made.version_id}/copy.pdf"]
        for word in situation.withheld_from(who):
            assert [url for url, said in served.items() if word in said] == [], (who, word)
            path = f"/api/v1/versions/{made.version_id}/search"
            found = world.people[who].client.get(path, params={"q": word}).json()
            assert found["hits"] == []
    everything = _served(world, made, "author").values()
    for word in situation.words:  # the same eyes find each of them where nothing is withheld
        assert any(word in said for said in everything), word


CHOSEN = Situation(
    words=("brindlewick", "cogmarsh", "dwelfknot", "glimtrock", "hasprind", "kelptwist", "mirbfog"),
    marks={
        "brindlewick": ("padded", frozenset({"SEC"})),
        "cogmarsh": ("line", frozenset({"IP", "LEG"})),
        "glimtrock": ("tight", frozenset({"PII"})),
        "mirbfog": ("block", frozenset({"IP"})),
    },
    lifted={
        "reviewer_a": frozenset({"SEC", "IP"}),
        "reviewer_b": frozenset({"LEG", "IP"}),
        "internal_reader": frozenset(),
    },
)


def test_nothing_that_is_served_says_what_is_withheld(world: World) -> None:
    _nothing_leaks(world, CHOSEN)


@pytest.mark.slow
@settings(max_examples=40, **CALM)
@given(situations())
def test_nothing_that_is_served_says_it_by_chance(world: World, situation: Situation) -> None:
    _nothing_leaks(world, situation)
