"""A request of organisation A whose answer is being drafted by the responder."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
import typst
from httpx import Response

from tests.world import Someone, World
from tests.worlds.reports import grant_internally, settle
from tests.worlds.requests import Asked, draft
from tests.worlds.shared import SharedWorld

SECRET = "ATTACHEDGATEHOUSE"  # withheld from organisation A: marked LEG
WORD = "NIGHTHERON"  # withheld from nobody
OPEN = f"Two people of {WORD} are on call."
TITLE = "Rota of the night watch"

FILE_SECRET = "FILEDLANTERN"  # in the files below; marked LEG
FILE_WORD = "MOORHEN"  # withheld from nobody
FILE_NAME = "FILENAMEORGA"  # told to nobody, whatever the file
FILES = {
    "jsonl": f'{{"who": "{FILE_WORD}"}}\n{{"who": "x", "said": "{FILE_SECRET}"}}\n',
    "csv": f"name,score\n{FILE_WORD},0.91\n{FILE_SECRET},=cmd()\n",
    "txt": f"{FILE_WORD} begins\n{FILE_SECRET} ends\n",
    "json": f'{{"{FILE_WORD}": 1,\n"key": "{FILE_SECRET}"}}\n',
}

_SOURCE = f"""
#set page(width: 420pt, height: 560pt, margin: 56pt)
#set text(font: "Libertinus Serif", size: 11pt)
= Rota
{OPEN} The court has sealed the name {SECRET} of the building.
#pagebreak()
= Numbers
Nobody was paged in May.
"""


@cache
def rota() -> bytes:
    """Give a document of two pages with something to withhold."""
    return bytes(typst.compile(_SOURCE.encode()))


@dataclass
class Attaching(Asked):
    """The request, and acts on the attachments of its answer."""

    world: SharedWorld
    given: str = ""  # the attached version, where a fixture has released it
    given_file: str = ""  # and that of a file without pages

    def attach(
        self,
        someone: Someone,
        *,
        content: bytes | None = None,
        name: str = "ORGA-secret-name.pdf",
        title: str = TITLE,
        **fields: str,
    ) -> Response:
        """Attach a file by JSON."""
        response: Response = someone.client.post(
            f"/api/v1/requests/{self.request_id}/attachments",
            data={"title": title, **fields},
            files={"file": (name, content or rota(), "application/octet-stream")},
        )
        return response

    def attached(self, someone: Someone) -> list[dict[str, Any]]:
        """List what is attached, as somebody who answers sees it."""
        response = someone.client.get(f"/api/v1/requests/{self.request_id}/attachments")
        assert response.status_code == 200, response.text
        return list(response.json()["items"])

    def act(self, someone: Someone, what: str, **body: Any) -> Response:
        """Act on an attachment by JSON."""
        path = f"/api/v1/requests/{self.request_id}/attachments/{what}"
        response: Response = someone.client.post(path, json=body)
        return response

    def mark(self, version_id: str, phrase: str, code: str = "LEG") -> None:
        """Mark a phrase as the responder, and have the approver agree."""
        world = self.world
        found = world.responder.client.get(
            f"/api/v1/versions/{version_id}/search", params={"q": phrase}
        )
        assert found.status_code == 200, found.text
        places = [{"page": hit["page"], "rects": hit["rects"]} for hit in found.json()["hits"]]
        proposed = world.responder.client.post(
            f"/api/v1/versions/{version_id}/redactions",
            json={
                "places": places,
                "categories": [code],
                "character": "A name",
                "justification": "A court sealed it.",
            },
        )
        assert proposed.status_code == 201, proposed.text
        settle(world)

    def closed(self, *, marks: bool = True) -> str:
        """Attach the rota, mark the secret, have it decided and closed; gives the version's id."""
        world = self.world
        assert self.attach(world.responder).status_code == 202
        settle(world)
        one = self.attached(world.responder)[-1]
        version_id = str(one["version_id"])
        if marks:
            self.mark(version_id, SECRET)
            decide_all(world, version_id)
        assert self.act(world.responder, "close", attachment_id=one["id"]).status_code == 200
        settle(world)
        return version_id

    def attach_file(self, ending: str = "jsonl", title: str = TITLE) -> dict[str, Any]:
        """Attach one of the files, and have it read in; gives how it is listed."""
        content, name = FILES[ending].encode(), f"{FILE_NAME}.{ending}"
        sent = self.attach(self.world.responder, content=content, name=name, title=title)
        assert sent.status_code == 202, sent.text
        settle(self.world)
        return self.attached(self.world.responder)[-1]

    def mark_file(self, version_id: str, phrase: str = FILE_SECRET, code: str = "LEG") -> None:
        """Mark the fields of a file that hold a phrase as the responder."""
        path = f"/api/v1/versions/{version_id}/redactions/evidence/E1"
        found = self.world.responder.client.get(path, params={"q": phrase})
        assert found.status_code == 200, found.text
        places = [hit["place"] for hit in found.json()["hits"]]
        reason = {"character": "A name", "justification": "A court sealed it."}
        body = {"places": places, "categories": [code], **reason}
        marked = self.world.responder.client.post(path, json=body)
        assert marked.status_code == 201, marked.text
        settle(self.world)

    def closed_file(self, ending: str = "jsonl") -> str:
        """Attach a file, mark its secret, have it decided and closed; gives the version's id."""
        one = self.attach_file(ending)
        version_id = str(one["version_id"])
        self.mark_file(version_id)
        decide_all(self.world, version_id)
        closed = self.act(self.world.responder, "close", attachment_id=one["id"])
        assert closed.status_code == 200, closed.text
        settle(self.world)
        return version_id

    def released_file(self, ending: str = "jsonl") -> str:
        """Bring the answer out with a file; gives the version's id."""
        version_id = self.closed_file(ending)
        self.go_out()
        return version_id

    def released(self) -> str:
        """Bring the answer out with the rota; gives the version's id."""
        version_id = self.closed()
        self.go_out()
        return version_id

    def go_out(self) -> None:
        """Have the answer checked and released."""
        self.post(self.world.responder, "check")
        settle(self.world)
        self.post(self.world.approver, "release", determination="full", nothing_withheld=True)
        settle(self.world)


def decide_all(world: World, version_id: str) -> None:
    """Have the approver agree to every mark of a version."""
    listed = world.approver.client.get(f"/api/v1/versions/{version_id}/redactions")
    assert listed.status_code == 200, listed.text
    agreed = world.approver.client.post(
        f"/api/v1/versions/{version_id}/redactions/decide",
        json={
            "groups": [one["id"] for one in listed.json()], "approve": True, "statement": True,
        },
    )  # fmt: skip
    assert agreed.status_code == 200, agreed.text


def eyes_open(world: World, someone: Someone, version_id: str, *rest: str) -> set[str]:
    """Give the reviewer organisations, by code, with whose eyes somebody looks at any of it."""
    found = set()
    for code in ("ORGA", "ORGB"):
        organisation = world.organisations[code]
        for root in ("", "/api/v1"):
            for ending in rest:
                path = f"{root}/versions/{version_id}/as/{organisation}{ending}"
                answer = someone.client.get(path)
                assert answer.status_code in (200, 404), path
                if answer.status_code == 200:
                    found.add(code)
    return found


def prepared(world: SharedWorld) -> Attaching:
    """Give a request whose answer is drafted; coordinator and approver read all of the report."""
    for someone in (world.coordinator, world.approver):
        grant_internally(world, world.made, someone)
    asked = draft(world, world.made)
    made = Attaching(world, world.made, asked.request_id)
    made.post(world.lead_a, "submit")
    made.post(world.coordinator, "assignment", responder_id=world.responder.id)
    made.post(world.responder, "answer", answer="See the rota.")
    return made


@pytest.fixture
def attaching(shared: SharedWorld) -> Attaching:
    """Give the situation in a copy of its own."""
    return prepared(shared)
