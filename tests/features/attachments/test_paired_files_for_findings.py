"""Each intention about files of findings, as a form and as JSON: the same rows and entries."""

import pytest
from httpx import Response

from app.web import csrf
from tests.features.attachments.threading import Threading, threading
from tests.world import Someone
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.reports import settle
from tests.worlds.shared import SharedWorld

Rooms = tuple[SharedWorld, SharedWorld]
_MADE: dict[int, Threading] = {}


@pytest.fixture(scope="module")
def two_rooms(two_rooms: Rooms) -> Rooms:
    """Give both rooms a finding that the author answers."""
    for world in two_rooms:
        _MADE[id(world)] = threading(world)
    return two_rooms


def base(world: SharedWorld) -> str:
    """Give the address of the files."""
    return _MADE[id(world)].path


def _send(
    someone: Someone, path: str, content: bytes, name: str, fields: dict[str, str]
) -> Response:
    token = {} if path.startswith("/api/") else {"csrf_token": csrf.token_for("test-secret")}
    sent = {"file": (name, content, "application/octet-stream")}
    answer: Response = someone.client.post(path, data={**fields, **token}, files=sent)
    return answer


def _attached(world: SharedWorld, content: bytes, *, closed: bool = False) -> str:
    path = f"/api/v1{base(world)}"
    answer = _send(world.author, path, content, "note.md", {"title": "A note"})
    assert answer.status_code == 202, answer.text
    settle(world)
    one = str(answer.json()["items"][-1]["id"])
    if closed:
        done = post_json(world.author, f"{base(world)}/close", attachment_id=one)
        assert done.status_code == 200, done.text
        settle(world)
    return one


@pytest.mark.paired("/findings/{finding_id}/attachments")
def test_attaching_a_file(pair: Doors) -> None:
    fields = {"title": "A note"}
    events = pair.assert_alike(
        lambda w: _send(w.author, base(w), b"# One\n", "note.md", fields),
        lambda w: _send(w.author, f"/api/v1{base(w)}", b"# One\n", "note.md", fields),
    )
    assert {"FileAttachedToFinding", "DossierMade", "VersionImportStarted"} <= set(events)


@pytest.mark.paired("/findings/{finding_id}/attachments/close")
def test_closing(pair: Doors) -> None:
    made = pair.ids(lambda w: _attached(w, b"# Two\n"))
    events = pair.assert_alike(
        lambda w: post_form(w.author, f"{base(w)}/close", attachment_id=made(w)),
        lambda w: post_json(w.author, f"{base(w)}/close", attachment_id=made(w)),
    )
    assert {"PdfApproved", "VersionPublished", "FileReadyToGive"} <= set(events)


@pytest.mark.paired("/findings/{finding_id}/attachments/take-off")
def test_taking_off(pair: Doors) -> None:
    made = pair.ids(lambda w: _attached(w, b"# Three\n"))
    events = pair.assert_alike(
        lambda w: post_form(w.author, f"{base(w)}/take-off", attachment_id=made(w)),
        lambda w: post_json(w.author, f"{base(w)}/take-off", attachment_id=made(w)),
    )
    assert events == ["FileTakenOffFinding"]


@pytest.mark.paired("/findings/{finding_id}/attachments/give")
def test_giving(pair: Doors) -> None:
    made = pair.ids(lambda w: _attached(w, b"# Four\n", closed=True))
    events = pair.assert_alike(
        lambda w: post_form(
            w.approver, f"{base(w)}/give", attachment_id=made(w), body="Here it is.",
            nothing_withheld="yes",
        ),
        lambda w: post_json(
            w.approver, f"{base(w)}/give", attachment_id=made(w), body="Here it is.",
            nothing_withheld=True,
        ),
        sealed=True,
    )  # fmt: skip
    assert {"FileGiven", "AttachmentShared", "ReceiptIssued"} <= set(events)


@pytest.mark.paired("/findings/{finding_id}/messages/with-file")
def test_writing_with_a_file(pair: Doors) -> None:
    fields = {"body": "See the log.", "file_title": "The log"}

    def path(world: SharedWorld) -> str:
        return f"/findings/{_MADE[id(world)].finding}/messages/with-file"

    events = pair.assert_alike(
        lambda w: _send(w.reviewer_a, path(w), b"a,b\n", "log.csv", fields),
        lambda w: _send(w.reviewer_a, f"/api/v1{path(w)}", b"a,b\n", "log.csv", fields),
    )
    assert events == ["MessageToPublisher"]
