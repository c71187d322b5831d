"""A finding of organisation A that its author answers, with a file attached for the reviewer."""

from dataclasses import dataclass
from typing import Any

from httpx import Response

from app.features.findings.tasks import route_finding
from tests.features.attachments.conftest import SECRET, decide_all, rota
from tests.features.findings.situations import cleared, routed
from tests.world import Someone
from tests.worlds.reports import settle
from tests.worlds.shared import SharedWorld

GIVEN_TITLE = "GIVENTITLE of the watch"
GIVEN_NAME = "GIVENFILENAME-ORGA"
GIVEN_WORDS = "GIVENWORDS: as the rota has it."


@dataclass
class Threading:
    """The finding, and acts on what is attached to it."""

    world: SharedWorld
    finding: str
    version_id: str = ""  # the attached one, where a fixture has it

    @property
    def path(self) -> str:
        """Give the address of what is attached."""
        return f"/findings/{self.finding}/attachments"

    def attach(
        self,
        someone: Someone,
        content: bytes | None = None,
        ending: str = "pdf",
        title: str = GIVEN_TITLE,
    ) -> Response:
        """Attach a file by JSON."""
        response: Response = someone.client.post(
            f"/api/v1{self.path}",
            data={"title": title},
            files={"file": (f"{GIVEN_NAME}.{ending}", content or rota(), "application/pdf")},
        )
        return response

    def view(self, someone: Someone) -> dict[str, Any]:
        """Give what waits, as somebody inside sees it."""
        response = someone.client.get(f"/api/v1{self.path}")
        assert response.status_code == 200, response.text
        return dict(response.json())

    def act(self, someone: Someone, what: str, **body: Any) -> Response:
        """Act on what is attached by JSON; on the first that waits, unless it is named."""
        if "attachment_id" not in body:
            body["attachment_id"] = self.view(someone)["items"][0]["id"]
        response: Response = someone.client.post(f"/api/v1{self.path}/{what}", json=body)
        return response

    def give(self, someone: Someone, **more: Any) -> Response:
        """Give the first that waits."""
        return self.act(someone, "give", **{"body": GIVEN_WORDS, "nothing_withheld": True, **more})

    def closed(self, someone: Someone | None = None) -> str:
        """Attach the rota, mark its secret, have that decided, close it; gives the version's id."""
        who = someone or self.world.author
        assert self.attach(who).status_code == 202
        settle(self.world)
        version_id = str(self.view(who)["items"][0]["version_id"])
        self.mark(who, version_id)
        decide_all(self.world, version_id)
        assert self.act(who, "close").status_code == 200
        settle(self.world)
        self.version_id = version_id
        return version_id

    def mark(self, someone: Someone, version_id: str, phrase: str = SECRET) -> None:
        """Mark a phrase as LEG."""
        path = f"/api/v1/versions/{version_id}"
        found = someone.client.get(f"{path}/search", params={"q": phrase})
        places = [{"page": hit["page"], "rects": hit["rects"]} for hit in found.json()["hits"]]
        reason = {"character": "A name", "justification": "A court sealed it."}
        marked = someone.client.post(
            f"{path}/redactions", json={"places": places, "categories": ["LEG"], **reason}
        )
        assert marked.status_code == 201, marked.text
        settle(self.world)

    def given(self) -> str:
        """Attach, mark and close the rota as the author, and give it as the approver."""
        version_id = self.closed()
        done = self.give(self.world.approver)
        assert done.status_code == 200, done.text
        settle(self.world)
        return version_id

    def seen_by(self, someone: Someone) -> dict[str, Any]:
        """Give the finding as somebody reads it."""
        response = someone.client.get(f"/api/v1/findings/{self.finding}")
        assert response.status_code == 200, response.text
        return dict(response.json())


def threading(world: SharedWorld) -> Threading:
    """Give a finding with its author; author, coordinator and approver read all of the version."""
    cleared(world, world.author, world.coordinator, world.approver)
    finding = routed(world)
    settle(world)
    route_finding(world.worker, finding_id=finding)
    return Threading(world, finding)
