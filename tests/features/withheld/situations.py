"""What the tests of the withheld room have in common: addresses, claims, a second version."""

from typing import Any

from app.kernel.clock import now
from app.kernel.ids import new_id
from tests.world import Someone
from tests.worlds.doors import post_json
from tests.worlds.reports import (
    LEG,
    ImportedVersion,
    grant_internally,
    marked,
    review_with_grant,
    settle,
    small_report,
)
from tests.worlds.shared import SharedWorld

TOUCHED = "All traffic passes the"  # followed by a word that B's edition withholds


def room(world: SharedWorld, place: str = "") -> str:
    """Give an address of the room."""
    return f"/versions/{world.made.version_id}/withheld{place}"


def read(world: SharedWorld, someone: Someone, place: str = "", **query: Any) -> Any:
    """Read something by the JSON API."""
    answer = someone.client.get(f"/api/v1{room(world, place)}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def load_bearing(world: SharedWorld, code: str, quote: str, page: int) -> None:
    """Mark a claim that the conclusion rests on, by its words."""
    path = f"/versions/{world.made.version_id}/claims"
    made = post_json(world.author, path, code=code, quote=quote, page=page, load_bearing=True)
    assert made.status_code == 201, made.text


def restricted(world: SharedWorld, redaction: str, body: str, *codes: str) -> None:
    """Put down a restricted reason of a redaction's group, as its proposer with these lifted."""
    ((group,),) = world.rows("SELECT group_id FROM redactions WHERE id = :r", r=redaction)
    world.change(
        "INSERT INTO guarded_fields (id, subject_kind, subject_id, field, body, version_id,"
        " sensitivity, side, shared, written_by, written_at) VALUES (:i, 'redaction', :g,"
        " 'restricted_justification', :b, :v, :s, 'publisher', false, :w, :n)",
        i=new_id("field"), g=group, b=body, v=world.made.version_id, s=list(codes),
        w=world.author.id, n=now(),
    )  # fmt: skip


def redaction_of(world: SharedWorld, code: str) -> str:
    """Give the first redaction of a category."""
    rows = world.rows(
        "SELECT id FROM redactions WHERE categories = ARRAY[:c] ORDER BY page, id", c=code
    )
    return str(rows[0][0])


def second_version(world: SharedWorld) -> ImportedVersion:
    """Publish a second version, in which LEG is under another category and COM is not removed."""
    path = f"/api/v1/reports/{world.made.report_id}/versions"
    content = small_report() + b"% as the second version\n"  # the same file is not taken twice
    taken = world.author.client.post(
        path, data={"label": "2.0"}, files={"file": ("r.pdf", content, "application/pdf")}
    )
    assert taken.status_code == 202, taken.text
    settle(world)
    made = ImportedVersion(world.made.report_id, taken.json()["id"])
    marked(world, made, LEG, "NAT")
    marked(world, made, "forty-one", "IP")
    world.change(
        "UPDATE redactions SET character = 'Something of category LEG' WHERE categories = '{NAT}'"
    )
    over = f"/api/v1/versions/{made.version_id}/carry-over"
    for mark in world.rows(
        "SELECT id FROM redactions WHERE version_id = :v", v=world.made.version_id
    ):
        left = {"mark": mark[0], "reason": "Marked anew."}
        assert world.author.client.post(f"{over}/not-needed", json=left).status_code == 200
    published = world.coordinator.client.post(f"/api/v1/versions/{made.version_id}/publish")
    assert published.status_code == 200, published.text
    review_with_grant(world, made, "ORGA", preset="reviewer")
    settle(world)
    return made


MARKS = {"scope": "fine", "reason": "doubtful", "balance": "not_acceptable",
         "materiality": "cannot_judge"}  # fmt: skip
WHY = "The court's order has ended."
BECAUSE = "The order stands until March."


def two_more_approvers(world: SharedWorld) -> tuple[Someone, Someone]:
    """Let two people who had no part in any redaction decide, and read everything."""
    found = (world.coordinator, world.second_author)
    for someone in found:
        world.change(
            "UPDATE memberships SET roles = array_append(roles, 'approver') WHERE person_id = :p",
            p=someone.id,
        )
        grant_internally(world, world.made, someone)
    return found


def challenged(world: SharedWorld, code: str = "LEG", who: str = "reviewer_a") -> str:
    """Challenge the first redaction of a category; gives the challenge's id."""
    path = f"/redactions/{redaction_of(world, code)}/challenge"
    made = post_json(world.people[who], path, reason=WHY)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def decided(world: SharedWorld, someone: Someone, challenge: str, outcome: str, **more: Any) -> Any:
    """Decide a challenge by the JSON API; gives the answer."""
    body = {"outcome": outcome, "reason": BECAUSE, "nothing_withheld": True, **more}
    return post_json(someone, f"/challenges/{challenge}/decide", **body)


def smaller_place(world: SharedWorld, code: str) -> list[list[float]]:
    """Give the left half of the first redaction of a category."""
    ((rects,),) = world.rows(
        "SELECT rects FROM redactions WHERE id = :r", r=redaction_of(world, code)
    )
    x0, y0, x1, y1 = rects[0]  # type: ignore[index]  # JSON
    return [[x0, y0, (x0 + x1) / 2, y1]]


def state_of(world: SharedWorld, challenge: str) -> str:
    """Give a challenge's state as stored."""
    return str(world.rows("SELECT state FROM challenges WHERE id = :c", c=challenge)[0][0])
