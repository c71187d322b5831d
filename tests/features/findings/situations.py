"""What the tests of findings have in common: a finding filed, routed, answered."""

from typing import Any

from app.features.findings.tasks import route_finding
from app.kernel.ids import new_id
from tests.world import Someone
from tests.worlds.doors import post_json
from tests.worlds.reports import grant_internally
from tests.worlds.shared import SharedWorld

PHRASE = "reads every transcript"
WRONG = {
    "finding_class": "E",
    "materiality": "claim",
    "statement": "It reads a sample of them.",
    "correction": "reads a sample of transcripts",
    "evidence": "",
}
ANSWER: dict[str, Any] = {
    "disposition": "accepted",
    "explanation": "You are right; the next version says so.",
    "new_text": "",
}
# Every finding there is, settled: what a test then files is alone.
SETTLED = "UPDATE findings SET state = 'resolved'"
MISSING = "fnd_00000000000000000000"


def passage(world: SharedWorld, someone: Someone | None = None) -> dict[str, Any]:
    """Give the place of the phrase in the edition of organisation A, as a command names it."""
    first, last = world.span(someone or world.reviewer_a, 1, PHRASE)
    return {"review_id": world.made.review_a, "page": 1, "word_from": first, "word_to": last}


def filed(world: SharedWorld, **more: Any) -> str:
    """File a finding as organisation A's reviewer; gives its id."""
    made = post_json(world.reviewer_a, "/findings", **{**passage(world), **WRONG, **more})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def owned_by(world: SharedWorld, someone: Someone, rank: int = 0) -> None:
    """Let somebody answer for the whole version."""
    world.change(
        "INSERT INTO ownerships (id, version_id, person_id, rank) VALUES (:i, :v, :p, :r)",
        i=new_id("ownership"), v=world.made.version_id, p=someone.id, r=rank,
    )  # fmt: skip


def cleared(world: SharedWorld, *people: Someone) -> None:
    """Let people of the publisher read the version, so that they may answer and decide."""
    for someone in people:
        grant_internally(world, world.made, someone)


def routed(world: SharedWorld, **more: Any) -> str:
    """File a finding that reaches the author, who answers for the version; gives its id."""
    owned_by(world, world.author)
    finding = filed(world, **more)
    route_finding(world.worker, finding_id=finding)
    return finding


def answered(world: SharedWorld, **more: Any) -> str:
    """File a finding that the author answers; gives its id."""
    finding = routed(world)
    body = {**ANSWER, "nothing_withheld": True, **more}
    made = post_json(world.author, f"/findings/{finding}/respond", **body)
    assert made.status_code == 200, made.text
    return finding


def state_of(world: SharedWorld, finding: str) -> str:
    """Give the state as stored."""
    return str(world.rows("SELECT state FROM findings WHERE id = :f", f=finding)[0][0])


def later_version(world: SharedWorld) -> str:
    """Let the report have a later published version, granted like the first; gives its id."""
    version = new_id("version")
    world.change(
        """INSERT INTO versions (id, report_id, number, label, changelog, state, source_digest,
             source_bytes, pages, pages_ready, imported_by, created_at, published_at, kind)
           SELECT :n, report_id, number + 1, 'later', '', 'published', source_digest,
             source_bytes, pages, pages_ready, imported_by, created_at, published_at, kind
           FROM versions WHERE id = :v""",
        n=version,
        v=world.made.version_id,
    )
    return version


def started_claw_back(world: SharedWorld) -> str:
    """File a confidentiality slip and begin its claw-back; gives the claw-back's address."""
    finding = filed(world, finding_class="H", statement="This names the sealed project.")
    route_finding(world.worker, finding_id=finding)
    path = f"/findings/{finding}/claw-back"
    made = post_json(world.coordinator, path)
    assert made.status_code == 200, made.text
    return path


def say(world: SharedWorld, someone: Someone, finding: str, body: str, **more: Any) -> Any:
    """Write in a thread; gives the thread as JSON."""
    path = f"/findings/{finding}/messages"
    stated = {"nothing_withheld": someone.actor.side.value == "publisher"}
    made = post_json(someone, path, **{"body": body, **stated, **more})
    assert made.status_code == 200, made.text
    return made.json()


def name_of(world: SharedWorld, someone: Someone) -> str:
    """Give somebody's name as the pages show it."""
    return str(world.rows("SELECT name FROM people WHERE id = :p", p=someone.id)[0][0])
