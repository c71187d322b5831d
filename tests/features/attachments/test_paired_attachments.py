"""Each intention about attachments, as a form and as JSON: the same rows, entries and jobs."""

import pytest
from httpx import Response

from app.web import csrf
from tests.features.attachments.conftest import Attaching, prepared
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.reports import grant_internally, settle
from tests.worlds.shared import SharedWorld

Rooms = tuple[SharedWorld, SharedWorld]
_MADE: dict[int, Attaching] = {}


@pytest.fixture(scope="module")
def two_rooms(two_rooms: Rooms) -> Rooms:
    """Give both rooms a request whose answer is being drafted."""
    for world in two_rooms:
        _MADE[id(world)] = prepared(world)
        grant_internally(world, world.made, world.responder)
    return two_rooms


def base(world: SharedWorld) -> str:
    """Give the address of the attachments."""
    return f"/requests/{_MADE[id(world)].request_id}/attachments"


def _send(
    world: SharedWorld, path: str, content: bytes, name: str = "rota.md", **more: str
) -> Response:
    answer: Response = world.responder.client.post(
        path,
        data={"title": "Rota", **more},
        files={"file": (name, content, "application/octet-stream")},
    )
    return answer


def _attached(world: SharedWorld, content: bytes) -> str:
    answer = _send(world, f"/api/v1{base(world)}", content)
    assert answer.status_code == 202, answer.text
    settle(world)
    return str(answer.json()["items"][-1]["id"])


@pytest.mark.paired("/requests/{request_id}/attachments")
def test_attaching_a_file(pair: Doors) -> None:
    events = pair.assert_alike(
        lambda w: _send(w, base(w), b"# One\n", csrf_token=csrf.token_for("test-secret")),
        lambda w: _send(w, f"/api/v1{base(w)}", b"# One\n"),
    )
    assert {"FileAttached", "DossierMade", "VersionImportStarted"} <= set(events)


def test_attaching_a_file_without_pages(pair: Doors) -> None:
    token = csrf.token_for("test-secret")
    events = pair.assert_alike(
        lambda w: _send(w, base(w), b"a,b\n1,2\n", "figures.csv", csrf_token=token),
        lambda w: _send(w, f"/api/v1{base(w)}", b"a,b\n1,2\n", "figures.csv"),
    )
    assert {"FileAttached", "DossierMade", "VersionImportStarted", "EvidenceAttached"} <= set(
        events
    )


@pytest.mark.paired("/requests/{request_id}/attachments/existing")
def test_attaching_a_version(pair: Doors) -> None:
    events = pair.assert_alike(
        lambda w: post_form(
            w.responder, f"{base(w)}/existing", version_id=w.made.version_id
        ),
        lambda w: post_json(
            w.responder, f"{base(w)}/existing", version_id=w.made.version_id
        ),
    )  # fmt: skip
    assert "FileAttached" in events


@pytest.mark.paired("/requests/{request_id}/attachments/close")
def test_closing(pair: Doors) -> None:
    made = pair.ids(lambda w: _attached(w, b"# Two\n"))
    events = pair.assert_alike(
        lambda w: post_form(w.responder, f"{base(w)}/close", attachment_id=made(w)),
        lambda w: post_json(w.responder, f"{base(w)}/close", attachment_id=made(w)),
    )
    assert {"PdfApproved", "VersionPublished"} <= set(events)


@pytest.mark.paired("/requests/{request_id}/attachments/take-off")
def test_taking_off(pair: Doors) -> None:
    made = pair.ids(lambda w: _attached(w, b"# Three\n"))
    events = pair.assert_alike(
        lambda w: post_form(w.responder, f"{base(w)}/take-off", attachment_id=made(w)),
        lambda w: post_json(w.responder, f"{base(w)}/take-off", attachment_id=made(w)),
    )
    assert events == ["AttachmentTakenOff"]


def test_saving_an_answer_leads_on_to_its_attachments(pair: Doors) -> None:
    world = pair.html
    made = _MADE[id(world)]
    sent = post_form(
        world.responder, f"/requests/{made.request_id}/answer",
        answer="As the rota says.", part_id="", then="attach",
    )  # fmt: skip
    assert sent.status_code == 303
    assert sent.headers["location"].startswith(base(world))
    assert "As the rota says." in made.page_for(world.responder)
