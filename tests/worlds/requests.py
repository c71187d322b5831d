"""Situations around an information request: drafted, submitted, assigned, answered, released.

Everything goes through the application as the person whose act it is; the report under it comes
from `worlds/reports`.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from app.web import csrf
from tests.world import Someone, World
from tests.worlds.reports import SharedVersion, grant_internally, published_version_with_two_grants

QUESTION = "Who is paged when the monitor fires at night? CANARY-QUESTION"
PURPOSE = "For our position on the conclusion. CANARY-PURPOSE"
REWORDED = "Say who is on call at night for the monitor."
ANSWER = "Two people are on call. CANARY-ANSWER"
NOTE = "Check with the weights team first. CANARY-NOTE"

STEPS = ("draft", "submitted", "assigned", "in_check", "released")


@dataclass
class Asked:
    """A request of organisation A in a world with a published version."""

    world: World
    version: SharedVersion
    request_id: str

    def post(self, someone: Someone, act: str, **body: Any) -> Any:
        """Act by JSON; the status must be 200."""
        response = someone.client.post(f"/api/v1/requests/{self.request_id}/{act}", json=body)
        assert response.status_code == 200, (act, response.status_code, response.text)
        return response.json()

    def form(self, someone: Someone, act: str, status: int = 303, **values: str) -> str:
        """Act by a form, as a page would; gives the body."""
        response = someone.client.post(
            f"/requests/{self.request_id}/{act}",
            data={"csrf_token": csrf.token_for(someone.csrf_secret), **values},
        )
        assert response.status_code == status, (act, response.status_code, response.text[:2000])
        return response.text

    def seen_by(self, someone: Someone) -> Any:
        """Read the request by JSON."""
        response = someone.client.get(f"/api/v1/requests/{self.request_id}")
        assert response.status_code == 200, response.text
        return response.json()

    def page_for(self, someone: Someone) -> str:
        """Read the request as a page."""
        response = someone.client.get(f"/requests/{self.request_id}")
        assert response.status_code == 200, response.text[:2000]
        return response.text

    def entries(self, action: str, outcome: str = "done") -> int:
        """Count the entries of an action about this request."""
        statement = text(
            "SELECT count(*) FROM audit_entry"
            " WHERE action = :action AND outcome = :outcome AND object = :object"
        )
        with self.world.owner.connect() as connection:
            return int(
                connection.execute(
                    statement, {"action": action, "outcome": outcome, "object": self.request_id}
                ).scalar_one()
            )


def draft_body(version: SharedVersion, **changes: Any) -> dict[str, Any]:
    """Give a complete draft about the first five words of page 1."""
    return {
        "review_id": version.review_a,
        "type": "explanation",
        "question": QUESTION,
        "purpose": PURPOSE,
        "expected_form": "short_text",
        "basis": {"kind": "passage", "page": 1, "words": [1, 5]},
        **changes,
    }


def shared_version(world: World) -> SharedVersion:
    """Publish for two organisations; coordinator and approver may read everything."""
    version = published_version_with_two_grants(world)
    for someone in (world.coordinator, world.approver):
        grant_internally(world, version, someone)
    return version


def draft(world: World, version: SharedVersion, **changes: Any) -> Asked:
    """Draft a request as a reviewer of organisation A."""
    response = world.reviewer_a.client.post("/api/v1/requests", json=draft_body(version, **changes))
    assert response.status_code == 201, response.text
    return Asked(world, version, response.json()["id"])


def request_in(world: World, step: str, version: SharedVersion | None = None) -> Asked:
    """Bring a request of organisation A to one of STEPS."""
    asked = draft(world, version or shared_version(world))
    done = STEPS.index(step)
    if done >= 1:
        asked.post(world.lead_a, "submit")
    if done >= 2:
        asked.post(world.coordinator, "reworded", reworded=REWORDED)
        asked.post(
            world.coordinator,
            "assignment",
            responder_id=world.responder.id,
            nothing_withheld=True,
        )
    if done >= 3:
        asked.post(world.responder, "answer", answer=ANSWER)
        asked.post(world.responder, "notes", note=NOTE)
        asked.post(world.responder, "check")
    if done >= 4:
        asked.post(world.approver, "release", determination="full", nothing_withheld=True)
    return asked
