"""Interviews for tests: a request of organisation A brought to where its interview stands."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import time_machine

from app.kernel.clock import now
from tests.world import Someone, World
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import Asked, request_in

WHERE = "https://call.example.test/CANARY-WHERE"
NOTES = "We spoke of the night shift. CANARY-NOTES"
STANDINGS = ("proposed", "agreed", "drafted", "released", "signed")


def soon(hours: float = 0.5) -> datetime:
    """Give a whole minute to come; the first is near enough for a session to outlast it."""
    return now().replace(second=0, microsecond=0) + timedelta(hours=hours)


@dataclass
class Interviewed:
    """The interview of a request."""

    asked: Asked
    starts_at: datetime

    @property
    def path(self) -> str:
        """Give the address of its page."""
        return f"/requests/{self.asked.request_id}/interview"

    def post(self, someone: Someone, act: str, *, status: int = 200, **body: Any) -> Any:
        """Act by JSON."""
        response = someone.client.post(f"/api/v1{self.path}/{act}", json=body)
        assert response.status_code == status, (act, response.status_code, response.text)
        return response.json()

    def seen_by(self, someone: Someone) -> Any:
        """Read it by JSON."""
        response = someone.client.get(f"/api/v1{self.path}")
        assert response.status_code == 200, response.text
        return response.json()

    def page_for(self, someone: Someone) -> str:
        """Read it as a page."""
        response = someone.client.get(self.path)
        assert response.status_code == 200, response.text[:2000]
        return response.text

    def propose(self, someone: Someone, *starts: datetime, **more: Any) -> Any:
        """Propose times, the one that is to be agreed when none is named."""
        times = [start.isoformat() for start in starts or (self.starts_at,)]
        body = {"starts": times, "where": WHERE, "nothing_withheld": True, **more}
        return self.post(someone, "times", **body)

    def choose(self, someone: Someone, index: int = 0) -> Any:
        """Agree to a proposed time."""
        slot = self.seen_by(someone)["slots"][index]
        return self.post(someone, "choice", slot_id=slot["id"])

    @contextmanager
    def later(self, minutes: int = 1) -> Iterator[None]:
        """Be there when it has begun."""
        with time_machine.travel(self.starts_at + timedelta(minutes=minutes), tick=True):
            yield

    def sign(self, someone: Someone, *, status: int = 200, index: int = 0, **more: Any) -> Any:
        """Sign a version of the notes as it is shown, the newest when none is named."""
        found = self.seen_by(someone)["notes"][index]
        body = {"notes_id": found["id"], "text_digest": found["digest"], "nothing_withheld": True}
        return self.post(someone, "signature", status=status, **{**body, **more})


def interview_in(
    world: World, standing: str, version: SharedVersion, *, hours: float = 0.5
) -> Interviewed:
    """Bring the interview of a request of organisation A to one of STANDINGS."""
    made = Interviewed(request_in(world, "assigned", version), soon(hours))
    made.propose(world.coordinator)
    done = STANDINGS.index(standing)
    if done >= 1:
        made.choose(world.reviewer_a)
    if done >= 2:
        with made.later():
            made.post(world.responder, "notes", notes=NOTES)
            if done >= 3:
                made.sign(world.approver)
            if done >= 4:
                made.sign(world.reviewer_a)
    return made
