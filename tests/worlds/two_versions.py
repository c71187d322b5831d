"""A report in two versions with claims, findings and withheld words, some of which changed unseen.

Of the first version organisation A has the preset `reviewer` (withheld: LEG), B has `limited` (LEG,
SEC, PII). The second has the same marks, put over other words in two places.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import typst
from sqlalchemy import text

from tests.database import DatabaseServer
from tests.world import Someone, World, make_settings, open_world
from tests.worlds.doors import post_json
from tests.worlds.reports import (
    ImportedVersion,
    grant_internally,
    imported_version,
    marked,
    review_with_grant,
    settle,
)
from tests.worlds.snapshots import Snapshot

SEALED = ("HALCYON", "BOREALIS")  # LEG: the word under the mark is another one in the second
NAMED = ("Elena Marchetti", "Ariadne Petrakis")  # PII, likewise
GUARDED = "gatehouse"  # SEC
WATCHED = "The monitor reads every transcript before a release and keeps a copy of each."
COURT = "A court has sealed the project named {}, which is not discussed elsewhere in this report."
PASSES = "All traffic passes the gatehouse before it reaches a model, and nothing goes around it."
SHARED = "Reviewers asked for this figure and the {} agreed to share it with all of them."
LOW = "We hold that the risk is {} low, and we say below why we are sure of that."
OLD = "Samples were once read by hand, by two people who did not know of each other."
OPENS = "It is told here for whom the report was written, and why it was written at all."
GUARDS = "Whoever runs a model runs it on machines that stand in two rooms under one roof."
STEADY = "Nothing else is said of this here, as it is told at length in the annex of this report."
PUT_IN = "This version tells first what it covers, and for how long each number in it holds."

_HEAD = """
#set page(width: 420pt, height: 560pt, margin: 56pt)
#set text(font: "Libertinus Serif", size: 11pt)
"""
_FIRST = f"""{_HEAD}
= Purpose
{OPENS} {WATCHED} {STEADY}

{COURT.format(SEALED[0])} {STEADY.replace("annex", "preface")}
= Old practice
{OLD} It took long and it was seldom done twice for the same sample.
#pagebreak()
= Systems
{GUARDS} {PASSES} {STEADY.replace("annex", "second part")}

The person who answers for it is {NAMED[0]} of the safety team, as everybody there knows well.
#pagebreak()
= Costs
The safeguards cost what they cost in the last year, and the sum is known.
{SHARED.format("board")}
#pagebreak()
= Conclusion
{LOW.format("rather")} {STEADY.replace("annex", "last part")}
"""
_SECOND = f"""{_HEAD}
= Scope
{PUT_IN} It does not say anything that the first version did not hold to be true as well.
= Purpose
{OPENS} {WATCHED} {STEADY}

{COURT.format(SEALED[1])} {STEADY.replace("annex", "preface")}
#pagebreak()
= Systems
{GUARDS} {PASSES} {STEADY.replace("annex", "second part")}

The person who answers for it is {NAMED[1]} of the safety team, as everybody there knows well.
#pagebreak()
= Costs
The safeguards cost what they cost in the last year, and the sum is known.
{SHARED.format("council")}
#pagebreak()
= Conclusion
{LOW.format("rather")} {STEADY.replace("annex", "last part")}
"""
CLAIMS = {
    "1.1": WATCHED,
    "1.2": COURT.format(SEALED[0]),
    "1.3": OLD,
    "2.1": PASSES,
    "3.1": SHARED.format("board"),
    "4.1": LOW.format("rather"),
}
STANDINGS = {
    "1.1": "identical", "1.2": "changed", "1.3": "gone", "2.1": "identical", "3.1": "changed",
    "4.1": "identical",
}  # fmt: skip


@cache
def first_text() -> bytes:
    """Give the first version."""
    return bytes(typst.compile(_FIRST.encode()))


@cache
def second_text() -> bytes:
    """Give the second one: a section put in, one left out, a word changed, two under marks."""
    return bytes(typst.compile(_SECOND.encode()))


@dataclass(frozen=True)
class TwoTexts:
    """The first version, published and reviewed by both organisations, and the second one."""

    first: ImportedVersion
    second: ImportedVersion
    claims: dict[str, str]  # by code
    review_a: str
    review_b: str
    findings: dict[str, str]  # B-4.1, B-3.1

    @property
    def matching(self) -> str:
        """Give the address of the page on which claims are carried on."""
        return f"/versions/{self.second.version_id}/matching"


def make_two_texts(world: World) -> TwoTexts:
    """Import and mark both; publish the first, let it be reviewed, and file findings on it."""
    first = imported_version(world, content=first_text())
    claims = {code: claim(world, first, code, quote) for code, quote in CLAIMS.items()}
    for phrase, code in ((SEALED[0], "LEG"), (NAMED[0], "PII"), (GUARDED, "SEC")):
        marked(world, first, phrase, code)
    publish(world, first)
    review_a, _ = review_with_grant(world, first, "ORGA", preset="reviewer")
    review_b, _ = review_with_grant(world, first, "ORGB", preset="limited")
    findings = {
        "A-3.1": finding(world.reviewer_a, review_a, page=3, words=(20, 24)),
        "A-1.1": finding(world.reviewer_a, review_a, page=1, words=(2, 6)),
        "B-3.1": finding(world.reviewer_b, review_b, page=3, words=(20, 24)),
        "B-4.1": finding(world.reviewer_b, review_b, page=4, words=(2, 6)),
    }
    taken = world.author.client.post(
        f"/api/v1/reports/{first.report_id}/versions",
        data={"label": "2.0", "changelog": "The scope comes first now."},
        files={"file": ("report.pdf", second_text(), "application/pdf")},
    )
    assert taken.status_code == 202, taken.text
    settle(world)
    second = ImportedVersion(first.report_id, taken.json()["id"])
    return TwoTexts(first, second, claims, review_a, review_b, findings)


def claim(world: World, made: ImportedVersion, code: str, quote: str) -> str:
    """Mark a claim as the author; gives its id."""
    answer = post_json(
        world.author, f"/versions/{made.version_id}/claims",
        code=code, quote=quote, pathway=1, load_bearing=code == "4.1", owner_id=world.author.id,
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def finding(who: Someone, review: str, *, page: int, words: tuple[int, int]) -> str:
    """File a finding on words of a page; gives its id."""
    answer = post_json(
        who, "/findings", review_id=review, page=page, word_from=words[0], word_to=words[1],
        finding_class="B", materiality="claim", statement=f"CANARY of {who.name}.",
        evidence="See the annex.",
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def publish(world: World, made: ImportedVersion) -> None:
    """Publish a version as the coordinator."""
    answer = world.coordinator.client.post(f"/api/v1/versions/{made.version_id}/publish")
    assert answer.status_code == 200, answer.text


def publish_second(world: World, made: TwoTexts) -> None:
    """Mark the second version as the first is, publish it, and let both organisations read it."""
    with world.owner.begin() as connection:
        connection.execute(  # the marks of the first are settled here by hand, not carried over
            text(
                "INSERT INTO marks_not_needed SELECT :second, id, proposed_by, now()"
                " FROM redactions WHERE version_id = :first"
            ),
            {"first": made.first.version_id, "second": made.second.version_id},
        )
    for phrase, code in ((SEALED[1], "LEG"), (NAMED[1], "PII"), (GUARDED, "SEC")):
        marked(world, made.second, phrase, code)
    publish(world, made.second)
    review_with_grant(world, made.second, "ORGA", preset="reviewer")
    review_with_grant(world, made.second, "ORGB", preset="limited")
    settle(world)
    for version in (made.first, made.second):
        grant_internally(world, version, world.coordinator)
    settle(world)


def published_copy(
    kept: Snapshot[TwoTexts], server: DatabaseServer, label: str, folder: Path
) -> Iterator[Snapshot[TwoTexts]]:
    """Publish the second version in a copy of both at rest, and keep that at rest as well."""
    database = server.clone(label, like=kept.database.name)
    shutil.copytree(kept.folder, folder)
    people = {name: replace(someone) for name, someone in kept.world.people.items()}
    settings = make_settings(database, folder)
    world = open_world(settings, database.owner, dict(kept.world.organisations), people)
    publish_second(world, kept.made)
    for engine in (world.web.engine, world.worker.engine, database.owner):
        engine.dispose()
    yield Snapshot(database, folder, world, kept.made)
    server.drop(database)
